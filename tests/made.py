"""Values of the pipeline, made up for a test: only what a test is about has to be said."""

from __future__ import annotations

from typing import Any

from rag.domain import Evidence, Reading, Source, Span
from rag.language.text import terms


def source(path: str = "a.txt", **facts: Any) -> Source:
    """An article without title, outlet and date, unless they are given."""
    made: dict[str, Any] = {"title": None, "outlet": None, "date": None, "sha256": "0" * 64}
    return Source(path=path, **{**made, **facts})


def sentence(text: str, **facts: Any) -> Evidence:
    """A sentence that was found: the first of article 0, by nobody, of middling scores."""
    made: dict[str, Any] = {
        "id": 0, "article_id": 0, "source": source(), "start": 0, "end": len(text), "line": 1,
        "terms": frozenset(terms(text)), "speaker": None,
        "score": 0.5, "dense": 0.5, "lexical": 0.5,
    }  # fmt: skip
    return Evidence(text=text, **{**made, **facts})


def read(text: str, answers: float, *, words: bool = True) -> Evidence:
    """The best sentence, as our reader read it, or as a cross-encoder did."""
    pointed = Span(start=0, end=4) if words else None
    reading = Reading(answers=answers, share=answers, words=pointed)
    return sentence(text, score=answers, lexical=0.7, reading=reading)
