"""The list that a sentence belongs to: "These schools will close:" and the items behind it.

Some of the items alone would look like all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rag.domain import Evidence
from rag.language.line_ends import ends_sentence, is_bullet
from rag.language.text import content_terms, plain, words
from rag.question.read import Kind, Question

FEWEST = 2  # items of a list
MOST = 20  # items that are shown
_ASKS_OF_ONE = frozenset({Kind.TIME, Kind.NUMBER})  # where one is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of an article."""

    line: Evidence | None  # that announces it, with a colon
    items: tuple[Evidence, ...]
    announced: frozenset[str] = frozenset()  # terms of what tells what the items are

    @property
    def whole(self) -> tuple[Evidence, ...]:
        """The line, and all items."""
        return self.items if self.line is None else (self.line, *self.items)


def list_of(one: Evidence, by_id: Mapping[int, Evidence]) -> Listed | None:
    """The list that a sentence announces or is an item of; None where there is none.

    Args:
        one: The sentence.
        by_id: All sentences that were found.

    Returns:
        A list whose items all have a mark, or all are no sentences; in this case there is a line
        that announces them.
    """
    first, line = one.id + 1, by_id.get(one.id)
    if not _is_line(one):
        before = [one.id, *(item.id for item in _run(one.id - 1, -1, one, by_id))]
        first, line = before[-1], by_id.get(before[-1] - 1)
    if line and (line.article_id != one.article_id or not _is_line(line)):
        line = None
    start = by_id.get(first)
    if start is None or start.article_id != one.article_id:
        return None
    items = (*_run(first, 1, start, by_id),)
    told = any(ends_sentence(plain(item.text)) for item in items)
    if len(items) < FEWEST or (line is None and (told or not is_bullet(start.text))):
        return None
    return Listed(line=line, items=items, announced=_announced(line, by_id))


def is_asked_for(listed: Listed, question: Question, chosen: Collection[int] = ()) -> bool:
    """Whether a list is what a question asks for, and not one of its items.

    That is where several items are chosen, or one is, and all that the question says is said of all
    of them; or where the line that announces it answers likelier than any item, and none is named.

    Args:
        listed: The list.
        question: The question.
        chosen: Numbers of the sentences that answer.
    """
    of_line = set(words(listed.line.text)) if listed.line else set[str]()
    named = set(question.names) - of_line
    of_one = any(named.intersection(words(item.text)) for item in listed.items)
    if question.kind is Kind.YES_NO or (question.kind in _ASKS_OF_ONE and of_one):
        return False
    several = sum(item.id in chosen for item in listed.items)
    if several >= FEWEST:
        return True
    alike = several and listed.announced.issuperset(question.terms)
    return not of_one and bool(alike or announces(listed))


def announces(listed: Listed) -> bool:
    """Whether the line before a list answers likelier than any single item of it."""
    line = listed.line
    return line is not None and all(one.score <= line.score for one in listed.items)


def _announced(line: Evidence | None, by_id: Mapping[int, Evidence]) -> frozenset[str]:
    """Terms of a line, of who speaks, of the title, and of the sentence before."""
    if line is None:
        return frozenset()
    before, after = by_id.get(line.id - 1), by_id[line.id + 1]
    beside = " ".join(filter(None, (line.source.title, after.speaker)))
    near = before.terms if before and before.article_id == line.article_id else frozenset()
    return line.terms | near | frozenset(content_terms(beside))


def _run(id: int, step: int, like: Evidence, by_id: Mapping[int, Evidence]) -> Iterator[Evidence]:
    """The items from one on, before or behind it, that look like another."""
    for at in range(id, id + step * MOST, step):
        one = by_id.get(at)
        if one is None or one.article_id != like.article_id or not _is_item(one, like):
            return
        yield one


def _is_line(one: Evidence) -> bool:
    return plain(one.text).endswith(":")


def _is_item(one: Evidence, like: Evidence) -> bool:
    if is_bullet(like.text):
        return is_bullet(one.text)
    return not (is_bullet(one.text) or ends_sentence(plain(one.text)) or _is_line(one))
