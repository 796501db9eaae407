"""Scoring answers against a gold set. `rag.evaluation` is the way in."""
