"""A gold set against an index: what a person should mend before anything is measured with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import ConfigError
from rag.evaluate.articles import Articles
from rag.evaluate.beir import RetrievalSet, read_corpus
from rag.evaluate.gold import Fact, GoldItem, GoldSet
from rag.evaluate.score import holds
from rag.filters import Filters
from rag.language.text import fold, plain
from rag.store import IndexedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is wrong, or looks wrong, with a question of a gold set."""

    line: int
    id: str  # of the question
    what: str
    error: bool  # the set cannot be used with this index; otherwise a person should look


def check_gold(gold: GoldSet, articles: Articles, *, paths: Sequence[str]) -> list[Problem]:
    """Compare a gold set with the articles that it is about.

    Args:
        gold: The set; `rag.evaluate.gold.read_gold` has refused what cannot be read.
        articles: Those of the index.
        paths: Of all articles of the index, to suggest one for a path that it does not have.

    Returns:
        The problems in the order of the lines. If one string of a fact is in a file, the others
        need not be: answers may use words that articles do not.
    """
    asked: dict[tuple[str, Filters], GoldItem] = {}
    problems: list[Problem] = []
    for item in gold.items:
        first = asked.setdefault((fold(plain(item.question)), item.filters), item)
        if first is not item:
            what = f"asks the same as {first.id!r} on line {first.line}"
            problems.append(_problem(item, what))
        if item.draft:
            problems.append(_problem(item, "is a draft: check it, then remove the draft mark"))
        problems += _unknown_files(item, articles, paths)
        problems += _filtered_out(item, articles)
        for number, fact in enumerate(item.facts, start=1):
            problems += _misplaced(item, number, fact, articles)
    return problems


def check_judgements(judged: RetrievalSet) -> list[Problem]:
    """Documents that the judgements of a retrieval set name and its corpus does not have."""
    known = {entry.path for entry in read_corpus(judged.path)}
    return [
        Problem(
            line=0, id=query.id, what=f"names the document {id!r}, which does not exist", error=True
        )
        for query in judged.queries
        for id in query.relevant
        if id not in known
    ]


def _unknown_files(item: GoldItem, articles: Articles, paths: Sequence[str]) -> Iterator[Problem]:
    for path in dict.fromkeys(source for fact in item.facts for source in fact.sources):
        if articles[path] is None:
            near = difflib.get_close_matches(path, paths, n=1)
            suggestion = f"; did you mean {near[0]!r}?" if near else ""
            what = f"names {path!r}, which is not in the index{suggestion}"
            yield _problem(item, what, error=True)


def _filtered_out(item: GoldItem, articles: Articles) -> Iterator[Problem]:
    """Facts that no answer can have, as the filters leave none of their files."""
    try:
        left = articles.left_by(item.filters)
    except ConfigError as error:
        yield _problem(item, f"has filters that cannot be used: {error.message}", error=True)
        return
    for number, fact in enumerate(item.facts, start=1):
        if left is not None and left.isdisjoint(fact.sources):
            yield _problem(item, f"has fact {number} only in files that its filters leave out")


def _misplaced(item: GoldItem, number: int, fact: Fact, articles: Articles) -> Iterator[Problem]:
    """A fact that is not where it should be; silent while one of its files is unknown."""
    if not fact.any_of:
        yield _problem(item, f"has fact {number} without a string: it counts as missed")
        return
    known = [article for path in fact.sources if (article := articles[path]) is not None]
    if len(known) < len(fact.sources) or any(_in_a_sentence(fact, article) for article in known):
        return
    which = f"has fact {number} ({fact.any_of[0]!r})"
    if any(holds(fact, plain(article.text)) for article in known):
        yield _problem(
            item,
            f"{which}, which is not in any single sentence of its files: it can never be found",
        )
    else:
        yield _problem(item, f"{which}, which is not in any of its files")


def _in_a_sentence(fact: Fact, article: IndexedArticle) -> bool:
    return any(
        holds(fact, plain(article.text[span.start : span.end])) for span in article.sentences
    )


def _problem(item: GoldItem, what: str, *, error: bool = False) -> Problem:
    return Problem(line=item.line, id=item.id, what=what, error=error)
