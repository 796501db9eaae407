"""The index on disk."""

from rag.store.build import IndexWriter
from rag.store.copies import Spot, Units
from rag.store.local import IndexedArticle, LocalStore, Row
from rag.store.manifest import Manifest

__all__ = ["IndexWriter", "IndexedArticle", "LocalStore", "Manifest", "Row", "Spot", "Units"]
