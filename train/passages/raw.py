"""Articles and questions of any set -> passages as the index makes them, right sentences marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from passages.data import Bounds, Passage, Seen
from rag.config import Settings
from rag.domain import Article, Found, Origin
from rag.language.text import content_terms, words
from rag.load.boilerplate import paragraphs
from rag.sync.passages import split_article

WORDS = Settings().passage_words
_ANYTHING = frozenset(content_terms("someone something somewhere"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article of a set."""

    source: str
    name: str  # what must not be on both sides of a split
    pool: str  # articles among which wrong passages are looked for
    article: Article  # its path is its name in the set


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question on an article of a set."""

    source: str
    path: str  # of the article
    question: str
    answers: tuple[Bounds, ...]  # in the article's text, each as good as the others; () for none
    strings: tuple[str, ...]  # by which a passage or sentence is known that may answer too
    whole: bool = False  # the answers are sentences: there are no words to point at
    template: bool = False  # "Who blamed someone?": answered wherever somebody blames
    near: Bounds | None = None  # where it was asked about, if it has no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A passage and where it begins in its article."""

    passage: Passage
    path: str
    pool: str
    start: int


def article(path: str, text: str, *, title: str = "") -> Article:
    """An article of a set's own text."""
    known = Found(value=title, origin=Origin.HEADING) if title else Found()
    return Article(path=path, sha256="", text=text, paragraphs=paragraphs(text), title=known)


def split(text: Text) -> list[Placed]:
    """The passages of an article."""
    placed = []
    for one in split_article(text.article, words=WORDS):
        start, end = one.span.start, one.span.end
        passage = Passage(
            source=text.source,
            article=text.name,
            title=text.article.title.value or "",
            text=text.article.text[start:end],
            sentences=tuple((s.start - start, s.end - start) for s in one.sentences),
        )
        placed.append(Placed(passage=passage, path=text.article.path, pool=text.pool, start=start))
    return placed


@lru_cache(maxsize=200_000)
def spelled(text: str) -> str:
    """The folded words of a text with spaces around, so that whole words are found in it."""
    return f" {' '.join(words(text))} "


def may_answer(question: Question, text: str) -> bool:
    """Whether a text that is not known to answer may do so all the same."""
    there = spelled(text)
    if any(len(string) > 2 and string in there for string in map(spelled, question.strings)):
        return True
    if not question.template:
        return False
    return _terms(question.question) - _ANYTHING <= _terms(text)


@lru_cache(maxsize=200_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(content_terms(text))


def marked(question: Question, placed: Placed, number: int) -> Seen:
    """A passage of the question's own article, with what of it answers.

    A sentence is right where half of it, or half of an answer, lies in the other.
    """
    answers = [(start - placed.start, end - placed.start) for start, end in question.answers]
    sentences = placed.passage.sentences
    right = {n for n, one in enumerate(sentences) if any(_share(one, a) >= 0.5 for a in answers)}
    unsure = {
        n
        for n, (start, end) in enumerate(sentences)
        if n not in right and may_answer(question, placed.passage.text[start:end])
    }
    inside = [a for a in answers if a[0] >= 0 and a[1] <= len(placed.passage.text)]
    return Seen(
        passage=number,
        right=tuple(sorted(right)),
        unsure=tuple(sorted(unsure)),
        spans=() if question.whole or not right else tuple(sorted(set(inside))),
    )


def _share(one: Bounds, other: Bounds) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common / max(1, min(one[1] - one[0], other[1] - other[0]))


def joined(parts: Iterable[str]) -> tuple[str, list[int]]:
    """Paragraphs as one text, and where each begins in it."""
    text, starts = "", []
    for part in parts:
        text += "\n\n" if text else ""
        starts.append(len(text))
        text += part
    return text, starts


def of_article(placed: Sequence[Placed]) -> dict[str, list[int]]:
    """The places of the passages of each article, by its path."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(placed):
        found.setdefault(one.path, []).append(number)
    return found
