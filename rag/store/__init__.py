"""The index on disk, for reading; `rag.store.build` writes one, and questions import none of it."""

from rag.store.articles import IndexedArticle, Row
from rag.store.copies import Spot, Units
from rag.store.local import LocalStore
from rag.store.manifest import Manifest

__all__ = ["IndexedArticle", "LocalStore", "Manifest", "Row", "Spot", "Units"]
