"""The index on disk."""

from rag.store.local import IndexWriter, LocalStore, Row
from rag.store.manifest import Manifest

__all__ = ["IndexWriter", "LocalStore", "Manifest", "Row"]
