"""Scoring answers against a gold set. `rag.evaluate.run` is the way in."""
