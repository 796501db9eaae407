"""Small passages and questions for the tests of the passage reader's training."""

from __future__ import annotations

from passages.data import Asked, Passage, Seen
from passages.raw import Placed, Text, article, split

HARBOUR = (
    "The harbour of Lumby was closed on Monday. Ice had covered the quay since Friday. "
    "Captain Ada Moss said that twelve boats were stuck."
)
ORCHARD = "The orchard belongs to Piet Kolk. He bought it in 1987 from a school in Orford."
CHOIR = "A choir sang in the old mill. Nobody counted the guests, but the mayor came."


def placed(text: str, *, title: str = "", path: str = "a", pool: str = "p") -> list[Placed]:
    """The passages of a text."""
    found = article(path, text, title=title)
    return split(Text(source="made", name=path, pool=pool, article=found))


def passage(text: str, *, title: str = "") -> Passage:
    """A text that is one passage."""
    [one] = placed(text, title=title)
    return one.passage


PASSAGES = [passage(HARBOUR, title="Ice"), passage(ORCHARD), passage(CHOIR)]


def words_of(number: int, words: str) -> Seen:
    """One of `PASSAGES` with the words that answer."""
    start = PASSAGES[number].text.index(words)
    right = next(n for n, (s, e) in enumerate(PASSAGES[number].sentences) if s <= start < e)
    return Seen(passage=number, right=(right,), spans=((start, start + len(words)),))


def asked(question: str, *seen: Seen, source: str = "made") -> Asked:
    """A question."""
    return Asked(source=source, article="a", question=question, seen=seen)


WHO = asked("Who owns the orchard?", words_of(1, "Piet Kolk"), Seen(passage=0), Seen(passage=2))
WHEN = asked("When was the harbour closed?", words_of(0, "Monday"), Seen(passage=2))
NONE = asked("What did the bishop eat?", Seen(passage=2), Seen(passage=1))
