"""Which articles have some words as they stand, and the first sentence of each that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.language.text import STOPWORDS, stem, words
from rag.store import LocalStore, Row, Within

_WHOLE = 4  # words of a sentence that is no dateline
_ENDS = tuple(".!?…。؟।\"'”’")
_AT_ONCE = 500  # passages whose sentences are read in one go


def any_text(text: str) -> bool:
    """Takes every sentence that has the words."""
    return True


def mentions(
    phrase: str,
    store: LocalStore,
    within: Within | None = None,
    *,
    fits: Callable[[str], bool] = any_text,
) -> dict[int, Row | None]:
    """Articles that have a phrase in a sentence or in their title.

    Its words stand there one after the other. One with a capital is a name and has the asked
    spelling; others may have another ending: "pumps" is "pump".

    Args:
        phrase: As a person types it.
        store: The index.
        within: Only this part of it. A title is nobody's words.
        fits: What else has to hold of the sentence or title.

    Returns:
        Number of the article -> the first sentence that has the phrase; None where only the title
        has it.
    """
    wanted = _Phrase(phrase)
    found: dict[int, Row | None] = {}
    others: set[int] = set()
    for row in _candidates(wanted, store, within):
        if row.article not in found and wanted.is_in(row.text) and fits(row.text):
            found[row.article] = row
        others.add(row.article)
    titles = within is None or within.sentences is None
    for article in others - found.keys() if titles else ():
        title = store.source(article).title or ""
        if wanted.is_in(title) and fits(title):
            found[article] = None
    return found


def is_written(phrase: str, store: LocalStore) -> bool:
    """Whether a sentence of an article has a phrase as it stands."""
    wanted = _Phrase(phrase)
    return any(wanted.is_in(row.text) for row in _candidates(wanted, store))


def first_sentence(article: int, store: LocalStore, within: Within | None = None) -> Row | None:
    """The first whole sentence of an article, or the first piece of it that may be evidence.

    Args:
        article: Its number.
        store: The index.
        within: Only sentences of this part.

    Returns:
        None where it has none.
    """
    passages = store.passages_of(article)
    if within and within.sentences is not None:
        rows = [row for row in store.sentences_in(passages) if row.id in within.sentences]
    else:
        rows = store.sentences_in(passages[:1])
    whole = (row for row in rows if row.text.endswith(_ENDS) and len(row.text.split()) >= _WHOLE)
    return next(whole, rows[0] if rows else None)


class _Phrase:
    """A phrase that is looked for in texts."""

    def __init__(self, phrase: str) -> None:
        # (word, whether it is a name): a name has to be the very word
        self._words = [
            (word, typed[0].isupper()) for typed in phrase.split() for word in words(typed)
        ]
        self._stems = [stem(word) for word, _ in self._words]

    @property
    def terms(self) -> list[str]:
        """What the index knows it by, without what stands in every passage."""
        telling = [stem(word) for word, _ in self._words if word not in STOPWORDS]
        return list(dict.fromkeys(telling or self._stems))

    def is_in(self, text: str) -> bool:
        """Whether the text has these words one after the other."""
        there = words(text)
        return any(self._stands_at(there, at) for at in range(len(there) - len(self._words) + 1))

    def _stands_at(self, there: list[str], at: int) -> bool:
        return all(
            there[at + n] == word or (not is_name and stem(there[at + n]) == self._stems[n])
            for n, (word, is_name) in enumerate(self._words)
        )


def _candidates(wanted: _Phrase, store: LocalStore, within: Within | None = None) -> Iterator[Row]:
    """The sentences of all passages that have every word, in the order of the index."""
    most = max(1, store.count("passages"))
    found = [set(store.match_passages([term], k=most, within=within)) for term in wanted.terms]
    ids = sorted(set.intersection(*found)) if found else []
    for start in range(0, len(ids), _AT_ONCE):
        for row in store.sentences_in(ids[start : start + _AT_ONCE]):
            if within is None or within.has(row.article, row.id):
                yield row
