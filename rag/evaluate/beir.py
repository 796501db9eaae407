"""Retrieval sets in the form of BEIR (Thakur et al. 2021): a folder with three files.

``corpus.jsonl`` has documents (``_id``, ``title``, ``text``), ``queries.jsonl`` has queries
(``_id``, ``text``), and ``qrels.tsv`` says which documents are relevant to which query, and how
much.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.checksum import sha256_of
from rag.domain import Article, Found, Origin, Skipped, Span
from rag.errors import ConfigError, EvalError, QuestionError
from rag.jsonl import parse_object, read_lines
from rag.question.read import read_question

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
NEEDS = {
    CORPUS: 'a line looks like {"_id": "1", "title": "…", "text": "…"}',
    QUERIES: 'a line looks like {"_id": "1", "text": "…"}',
    QRELS: "a line is query-id, corpus-id and score, separated by tabs",
}
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query and the documents that are relevant to it."""

    id: str
    text: str
    relevant: dict[str, int]  # document -> gain, above 0; never empty


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalSet:
    """The queries of one folder that have a relevant document."""

    name: str
    path: Path
    sha256: str  # of queries and judgements
    queries: tuple[Query, ...]


def is_retrieval_set(path: Path) -> bool:
    """Whether a path is a folder in this form."""
    return all((path / name).is_file() for name in (CORPUS, QUERIES, QRELS))


def read_retrieval_set(path: Path) -> RetrievalSet:
    """Read queries and judgements; queries without a relevant document are left out, as in BEIR.

    Raises:
        EvalError: A line cannot be used, or no query has a relevant document.
    """
    try:
        queries = _queries(path / QUERIES, _qrels(path / QRELS))
    except ConfigError as error:
        raise EvalError(error.message, hint=error.hint) from error
    if not queries:
        raise EvalError(f"no query in {path} has a relevant document", hint=NEEDS[QRELS])
    sums = f"{sha256_of(path / QUERIES)} {sha256_of(path / QRELS)}"
    return RetrievalSet(
        name=path.name or path.resolve().name,
        path=path,
        sha256=hashlib.sha256(sums.encode()).hexdigest(),
        queries=queries,
    )


def _queries(path: Path, judged: Mapping[str, dict[str, int]]) -> tuple[Query, ...]:
    """The queries of which something is relevant."""
    seen: set[str] = set()
    queries: list[Query] = []
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        entry = parse_object(line, place=place, needs=NEEDS[QUERIES])
        id, text = entry.get("_id"), entry.get("text")
        if not isinstance(id, str) or not isinstance(text, str):
            raise EvalError(f"{place} has no '_id' or no 'text'", hint=NEEDS[QUERIES])
        _check_new(id, seen, place)
        if id in judged:
            try:
                read_question(text)
            except QuestionError as error:
                raise EvalError(f"{place}: {error.message}", hint=error.hint) from error
            queries.append(Query(id=id, text=text, relevant=judged[id]))
    return tuple(queries)


def _check_new(id: str, seen: set[str], place: str) -> None:
    if not id or id != "".join(id.split()):
        raise EvalError(
            f"{place} has the id {id!r}",
            hint="an id must not be empty or contain a space",
        )
    if id in seen:
        raise EvalError(f"{place} has the id {id!r} again", hint="give each its own id")
    seen.add(id)


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query -> document -> gain, where it is above 0."""
    judged: dict[str, dict[str, int]] = {}
    for place, (number, line) in enumerate(read_lines(path)):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) == 3 and _WHOLE.fullmatch(cells[2]):
            if int(cells[2]) > 0:
                judged.setdefault(cells[0], {})[cells[1]] = int(cells[2])
        elif place > 0 or len(cells) != 3 or cells[2][:1].isdigit():  # the first may name columns
            raise EvalError(f"{path}, line {number} is not a judgement", hint=NEEDS[QRELS])
    return judged


def read_corpus(path: Path) -> Iterator[Article | Skipped]:
    """The documents as articles: the id is the path, the whole text may be found.

    Args:
        path: The folder of the set.

    Raises:
        EvalError: A line is no document.
    """
    file = path / CORPUS
    seen: set[str] = set()
    try:
        for number, line in read_lines(file):
            place = f"{file}, line {number}"
            entry = parse_object(line, place=place, needs=NEEDS[CORPUS])
            id, title, text = entry.get("_id"), entry.get("title") or "", entry.get("text")
            if not isinstance(id, str) or not isinstance(text, str) or not isinstance(title, str):
                raise EvalError(f"{place} has no '_id' or no 'text'", hint=NEEDS[CORPUS])
            _check_new(id, seen, place)
            yield _article(id, title.strip(), text)
    except ConfigError as error:
        raise EvalError(error.message, hint=error.hint) from error


def _article(id: str, title: str, text: str) -> Article | Skipped:
    shown = text if text.strip() else title  # a document may be a title alone
    if not shown.strip():
        return Skipped(path=id, why="is empty", failed=False)
    if any("\ud800" <= char <= "\udfff" for char in id + title + text):
        return Skipped(path=ascii(id), why="is not text: it contains half a character")
    return Article(
        path=id,
        sha256=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
        text=shown,
        paragraphs=(Span(start=0, end=len(shown)),),
        title=Found(value=title, origin=Origin.META) if title else Found(),
    )
