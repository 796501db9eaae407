"""Prepared articles as JSON, for the process that parses and for what a stopped sync has made.

Many spans are a flat list of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.domain import Article, Found, Origin, Passage, Span, Statement, StatementKind
from rag.sync.prepare import Prepared


def _flat(spans: Sequence[Span]) -> list[int]:
    return [place for span in spans for place in (span.start, span.end)]


def _spans(flat: Sequence[int]) -> tuple[Span, ...]:
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return tuple(Span(start=start, end=end) for start, end in pairs)


def as_message(found: Prepared) -> dict[str, Any]:
    """What JSON can hold of a prepared article: all of it."""
    article = found.article
    return {
        "path": article.path,
        "sha256": article.sha256,
        "text": article.text,
        "paragraphs": _flat(article.paragraphs),
        "flowing": article.flowing,
        "left_out": article.left_out,
        "part_of": article.part_of,
        "tags": article.tags,
        "url": article.url,
        "ocr": _flat(article.ocr),
        "headers": {name: asdict(getattr(article, name)) for name in ("title", "outlet", "date")},
        "passages": [_flat([one.span, *one.sentences]) for one in found.passages],
        "statements": [
            [
                *(one.speaker, one.written, one.cue, one.kind),
                *(_flat(one.content), _flat([one.sentence])),
                _flat([one.source] if one.source else []),
            ]
            for one in found.statements
        ],
    }


def from_message(message: dict[str, Any]) -> Prepared:
    """What `as_message` made a message of."""
    headers = {
        name: Found(value=found["value"], origin=Origin(found["origin"]))
        for name, found in message["headers"].items()
    }
    article = Article(
        path=message["path"],
        sha256=message["sha256"],
        text=message["text"],
        paragraphs=_spans(message["paragraphs"]),
        flowing=message["flowing"],
        left_out=tuple(message["left_out"]),
        part_of=message["part_of"],
        tags=tuple(message["tags"]),
        url=message["url"],
        ocr=_spans(message["ocr"]),
        **headers,
    )
    passages = (_spans(flat) for flat in message["passages"])
    return Prepared(
        article=article,
        passages=tuple(Passage(span=spans[0], sentences=spans[1:]) for spans in passages),
        statements=tuple(_statement(*row) for row in message["statements"]),
    )


def _statement(
    speaker: str | None,
    written: str | None,
    cue: str | None,
    kind: str,
    content: Sequence[int],
    sentence: Sequence[int],
    source: Sequence[int],
) -> Statement:
    return Statement(
        speaker=speaker,
        written=written,
        cue=cue,
        kind=StatementKind(kind),
        content=_spans(content),
        sentence=_spans(sentence)[0],
        source=next(iter(_spans(source)), None),
    )
