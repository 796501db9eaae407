"""The index on disk, for reading; `rag.store.build` writes one, and questions import none of it."""

from rag.store.articles import IndexedArticle, KnownFile, Row
from rag.store.copies import Spot, Units
from rag.store.local import LocalStore
from rag.store.manifest import Manifest
from rag.store.parts import Filed, Within

__all__ = [
    "Filed",
    "IndexedArticle",
    "KnownFile",
    "LocalStore",
    "Manifest",
    "Row",
    "Spot",
    "Units",
    "Within",
]
