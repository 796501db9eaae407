"""The index on disk."""

from rag.store.local import IndexWriter, LocalStore, Manifest, Row

__all__ = ["IndexWriter", "LocalStore", "Manifest", "Row"]
