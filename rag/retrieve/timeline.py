"""Who said what, and when: the statements of one person over all articles, in order of time."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.domain import Copy, Source, Statement
from rag.language.names import capitalised
from rag.language.text import content_terms, plain, stem, terms, words
from rag.retrieve.known_names import is_rather_name
from rag.retrieve.narrow import Narrowed
from rag.retrieve.resolve_speakers import Speaker
from rag.store import IndexedArticle, LocalStore, Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement with its place."""

    source: Source
    statement: Statement
    line: int  # 1-based, where what is said begins
    quote: tuple[str, ...]  # the words of the article, one for each part
    context: str  # from the sentence that tells so to the end of what is said
    context_start: int  # in the article's text
    before: str  # the sentence before it; may be empty
    copies: tuple[Copy, ...] = ()  # where copies of the article have the same statement

    @property
    def start(self) -> int:
        """Of the context."""
        return self.context_start

    @property
    def end(self) -> int:
        """Of the context."""
        return self.context_start + len(self.context)


def timeline(
    speaker: Speaker,
    *,
    store: LocalStore,
    about: str | None = None,
    narrowed: Narrowed | None = None,
) -> list[Said]:
    """What a speaker says, oldest first; what has no date comes last.

    What copies of an article repeat comes once, with all places.

    Args:
        speaker: One of `speakers`.
        store: The index.
        about: Only what has all the words of this topic, in any of their forms, in the statement,
            its sentence, the sentence before, or the title.
        narrowed: The articles that it is limited to.
    """
    articles = narrowed.within.articles if narrowed else None
    return _said(speaker, store=store, about=about, articles=articles)


def undated(
    speaker: Speaker, narrowed: Narrowed | None, *, store: LocalStore, about: str | None = None
) -> int:
    """How many statements `timeline` leaves out only because their articles have no date."""
    if narrowed is None or not narrowed.undated:
        return 0
    return len(_said(speaker, store=store, about=about, articles=narrowed.undated))


def _said(
    speaker: Speaker, *, store: LocalStore, about: str | None, articles: Collection[int] | None
) -> list[Said]:
    wanted = _topic(about, store) if about else []
    found: list[Said] = []
    originals: dict[Spot, Spot] = {}
    for form in speaker.forms:
        originals |= store.statement_copies(form)
        for path, statements in groupby(store.statements_by(form), key=lambda one: one[0]):
            article = store.article(path)
            assert article is not None  # it is of this index
            if articles is None or article.id in articles:
                placed = [_placed(article, statement) for _, statement in statements]
                found += [one for one in placed if not wanted or _is_about(one, wanted)]
    return _once(sorted(found, key=_order), originals)


def _once(found: Sequence[Said], originals: Mapping[Spot, Spot]) -> list[Said]:
    """Of statements that copies of an article repeat, the original, or the first that is left."""
    groups: dict[Spot, list[Said]] = {}
    for one in found:
        spot = one.source.path, one.statement.content[0].start
        original = originals.get(spot, spot)
        group = groups.setdefault(original, [])
        group.insert(0 if spot == original else len(group), one)
    once = [
        dataclasses.replace(first, copies=tuple(map(_copy, others)))
        for first, *others in groups.values()
    ]
    return sorted(once, key=_order)


def _copy(said: Said) -> Copy:
    return Copy(
        source=said.source,
        start=said.context_start,
        end=said.context_start + len(said.context),
        line=said.line,
        quote=said.context,
    )


def _order(said: Said) -> tuple[str, str, int]:
    """Oldest first; what has no date comes last."""
    return said.source.date or "9999", said.source.path, said.statement.content[0].start


def _placed(article: IndexedArticle, statement: Statement) -> Said:
    text, sentence = article.text, statement.sentence
    start = min(sentence.start, statement.content[0].start)
    end = max(sentence.end, statement.content[-1].end)
    before = [span for span in article.sentences if span.end <= sentence.start][-1:]
    return Said(
        source=article.source,
        statement=statement,
        line=1 + text.count("\n", 0, statement.content[0].start),
        quote=tuple(text[span.start : span.end] for span in statement.content),
        context=text[start:end],
        context_start=start,
        before="".join(text[span.start : span.end] for span in before),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word of a topic."""

    stems: frozenset[str] = frozenset()  # of the word and of the names that it may be
    names: frozenset[str] = frozenset()  # if it is a name, its spellings: Barnes owns no barns


def _topic(about: str, store: LocalStore) -> list[_Word]:
    """The words of a topic that carry its meaning."""
    chosen = [word for word in words(about) if content_terms(word)] or words(about)
    typed = {word for word, _ in capitalised(about)}
    return [_word(word, store, is_typed_as_name=word in typed) for word in chosen]


def _word(word: str, store: LocalStore, *, is_typed_as_name: bool) -> _Word:
    spelled = [word, *store.spellings(word)]
    if is_typed_as_name and is_rather_name(word, store):
        return _Word(names=frozenset(spelled))
    return _Word(stems=frozenset(map(stem, spelled)))


def _is_about(said: Said, wanted: Iterable[_Word]) -> bool:
    text = plain(" ".join([said.context, said.before, said.source.title or ""]))
    there, names = set(terms(text)), {word for word, _ in capitalised(text)}
    return all(not one.stems.isdisjoint(there) or not one.names.isdisjoint(names) for one in wanted)
