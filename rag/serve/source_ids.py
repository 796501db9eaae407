"""What articles are called outside: an id that holds nothing of a path to tamper with."""

from __future__ import annotations

import hashlib

from rag.answer.assistant import Assistant


def source_id(path: str) -> str:
    """What an article is called in addresses: nothing of a path can be tampered with in it."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def find_path(id: str, assistant: Assistant) -> str | None:
    """The article of an id; None when there is none."""
    return next((path for path in assistant.store.paths() if source_id(path) == id), None)


def article_uri(path: str, start: int, end: int) -> str:
    """The address of a span of an article among the resources of MCP.

    Args:
        path: Of the article.
        start: Half-open, in characters of its text.
        end: The character after the last.
    """
    return f"rag://article/{source_id(path)}#c{start}-{end}"
