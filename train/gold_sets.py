"""Gold sets over articles -> groups: what our own retrieval ranks for each question.

The wrong sentences are those that the search ranks first over the whole corpus, which are the ones
that the reader will meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from groups import Candidate, Group

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Evidence
from rag.evaluate.corpus import corpus_index
from rag.evaluate.gold import GoldItem, read_gold
from rag.language.text import fold, plain

DEEP = 20  # ranks in which wrong sentences are looked for


def mine(folder: Path, *, settings: Settings) -> Iterator[Group]:
    """The groups of ``gold.jsonl`` on the articles of ``corpus/``."""
    gold = read_gold(folder / "gold.jsonl")
    index = corpus_index(folder / "corpus", settings=settings, place=None, notify=print)
    with Assistant.open(index, settings=settings) as assistant:
        for item in gold.items:
            ranked = assistant.search(item.question)
            yield Group(
                source=folder.name,
                article=article_of(item, ranked),
                question=item.question,
                answerable=item.answerable,
                candidates=tuple(_candidates(item, ranked)),
            )


def article_of(item: GoldItem, ranked: Sequence[Evidence]) -> str:
    """The article of a question; of one without an answer, the one that comes nearest."""
    if item.files:
        return min(item.files)
    return ranked[0].source.path if ranked else ""


def _candidates(item: GoldItem, ranked: Sequence[Evidence]) -> Iterator[Candidate]:
    """The first `DEEP` sentences and, if it is further down, the first that answers.

    A string of the answer can stand elsewhere by chance: of the sentences that hold one, only the
    best ranked counts as the answer, and the others are left out.
    """
    by_id = {found.id: found for found in ranked}
    right = next((found for found in ranked if answer_span(item, found)), None)
    for rank, found in enumerate(ranked):
        if found is right or (rank < DEEP and not answer_span(item, found)):
            before = by_id.get(found.id - 1)
            near = before is not None and before.article_id == found.article_id
            text = plain(found.text)
            start, end = answer_span(item, found) or (-1, -1)
            if (start, end) == (0, len(text)):
                start, end = -1, -1  # the whole sentence is the answer: no span to learn
            yield Candidate(
                title=found.source.title or "",
                before=plain(before.text) if near and before else "",
                text=text,
                answers=found is right,
                start=start,
                end=end,
                score=found.score,
            )


def answer_span(item: GoldItem, found: Evidence) -> tuple[int, int] | None:
    """Where an answer string stands in a sentence of one of its files."""
    text = plain(found.text)
    for fact in item.facts:
        if found.source.path not in fact.sources:
            continue
        for one in sorted(fact.any_of, key=len):
            start = text.lower().find(one.lower())
            if start >= 0:
                return start, start + len(one)
            if fold(one) in fold(text):
                return 0, len(text)
    return None
