"""A gold set: questions with the facts that a right answer holds, and the files that hold them.

JSONL, one question a line::

    {"id": "s1", "question": "…", "answerable": true,
     "facts": [{"any_of": ["6 million", "six million"], "sources": ["a.txt"]}],
     "reference_answers": ["…"], "filters": {"since": "2018-07"}}               (both optional)

or a table (.csv, .tsv) with the columns ``question``, ``answer`` and ``source`` and, if wanted,
``id``, ``reference`` and the names of filters: alternatives are parted by ``|``, rows of one id
(or, without ids, of one question) are facts of one question, and a row without an answer is a
question that has none.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rag.checksum import sha256_of
from rag.error_words import reason
from rag.errors import ConfigError, EvalError, QuestionError
from rag.filters import NAMES, NONE, Filters, read_filters
from rag.jsonl import parse_object, read_lines
from rag.language.text import fold
from rag.question.read import read_question

NEEDS = (
    'a line looks like {"id": "1", "question": "…", "answerable": true,'
    ' "facts": [{"any_of": ["…"], "sources": ["a.txt"]}]}'
)
COLUMNS = "the first line must name the columns: question, answer, source (and id, reference)"
DELIMITERS = {".csv": ",", ".tsv": "\t"}
FIELDS = ("id", "question", "answerable", "facts", "reference_answers", "draft", "filters")
COLUMN_NAMES = ("id", "question", "answer", "source", "reference", "draft", *NAMES)
ALIKE = 0.8  # ratio from which an unknown name is a misspelt one
SHOWN = 5  # mistakes named in a message
DELIMITER_NAMES = {";": "semicolons", "\t": "tabs", ",": "commas"}
SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods", ".numbers"})
BETWEEN = "|"  # alternatives in a cell of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that a right answer says."""

    # One of these strings. Published sets have facts without any, of which only the file is known:
    # such a fact is never recalled.
    any_of: tuple[str, ...]
    sources: tuple[str, ...]  # paths of the files that hold it, relative to the corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldItem:
    """One question with what is known of its answer."""

    id: str
    question: str
    answerable: bool
    facts: tuple[Fact, ...]  # at least one when it is answerable, none when it is not
    reference_answers: tuple[str, ...] = ()
    filters: Filters = NONE  # what it is asked of
    draft: bool = False  # proposed by `rag eval draft` and not yet looked at by a person
    line: int = 0  # in its file, from 1

    @property
    def files(self) -> frozenset[str]:
        """All files that hold a fact of it."""
        return frozenset(source for fact in self.facts for source in fact.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSet:
    """The questions of one file."""

    name: str
    path: Path
    sha256: str
    items: tuple[GoldItem, ...]


def read_gold(path: Path) -> GoldSet:
    """Read a gold set.

    Args:
        path: A .jsonl (or .json, .ndjson), .csv or .tsv file.

    Returns:
        At least one question, with ids that are all different.

    Raises:
        EvalError: The file cannot be read or is empty, or a line of it cannot be used; the line is
            named.
    """
    table = DELIMITERS.get(path.suffix.lower())
    if path.is_dir():
        raise EvalError(
            f"{path} is a folder without corpus.jsonl, queries.jsonl and qrels.tsv",
            hint="give a .jsonl, .csv or .tsv file, or a retrieval set in BEIR format",
        )
    if path.suffix.lower() == ".toml":
        raise EvalError(f"{path} is not a gold set", hint=f"for a suite: rag eval --suite {path}")
    if path.suffix.lower() in SPREADSHEETS and path.is_file():
        raise EvalError(f"{path} is a spreadsheet", hint="save it as .csv and use that file")
    try:
        items = tuple(_from_table(path, table) if table else _from_lines(path))
        _check_ids(items, path)
        if not items:
            raise EvalError(f"{path} contains no question", hint=COLUMNS if table else NEEDS)
        return GoldSet(name=path.stem, path=path, sha256=sha256_of(path), items=items)
    except ConfigError as error:
        raise EvalError(error.message, hint=error.hint) from error


def _check_ids(items: tuple[GoldItem, ...], path: Path) -> None:
    lines: dict[str, int] = {}
    for item in items:
        if item.id in lines:
            raise EvalError(
                f"{path}, line {item.line}: the id {item.id!r} is already used"
                f" on line {lines[item.id]}",
                hint="give each question its own id",
            )
        lines[item.id] = item.line


# --- JSON lines -----------------------------------------------------------------------------------


def _from_lines(path: Path) -> Iterator[GoldItem]:
    """All lines, before the first mistake is said: who mends one wants to see the others."""
    mistakes: list[EvalError] = []
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        try:
            yield _item(parse_object(line, place=place, needs=NEEDS), place=place, line=number)
        except ConfigError as error:
            mistakes.append(EvalError(error.message, hint=error.hint))
        except EvalError as error:
            mistakes.append(error)
    if mistakes:
        rest = [error.message.removeprefix(f"{path}, ") for error in mistakes[1:SHOWN]]
        left = len(mistakes) - SHOWN
        more = [f"and {left} more lines"] if left > 0 else []
        raise EvalError("; ".join([mistakes[0].message, *rest, *more]), hint=mistakes[0].hint)


def _item(entry: dict[str, Any], *, place: str, line: int) -> GoldItem:
    _check_names(entry, FIELDS, place)
    if entry.get("answerable") is False:
        entry = {"facts": [], **entry}
    for key, kind in (("id", (str, int)), ("question", str), ("answerable", bool), ("facts", list)):
        if key not in entry:
            raise EvalError(f"{place} has no {key!r}", hint=NEEDS)
        if not isinstance(entry[key], kind) or (key == "id" and isinstance(entry[key], bool)):
            raise EvalError(f"{place} has {key!r} of the wrong type", hint=NEEDS)
    item = GoldItem(
        id=str(entry["id"]),
        question=entry["question"],
        answerable=entry["answerable"],
        facts=tuple(_fact(fact, f"{place}, fact {n}") for n, fact in enumerate(entry["facts"], 1)),
        reference_answers=_references(entry.get("reference_answers", []), place),
        filters=read_filters(entry.get("filters"), place=f"{place}: filters"),
        draft=entry.get("draft") is True,
        line=line,
    )
    return _checked(item, place)


def _check_names(names: Iterable[str], known: Sequence[str], place: str) -> None:
    """Refuse names that are nearly known ones: what they hold would be passed over in silence."""
    for name in names:
        near = difflib.get_close_matches(name, known, n=1, cutoff=ALIKE)
        if name not in known and near:
            raise EvalError(f"{place} has {name!r}", hint=f"did you mean {near[0]!r}?")


def _fact(entry: object, place: str) -> Fact:
    if not isinstance(entry, dict) or "any_of" not in entry or "sources" not in entry:
        raise EvalError(f"{place} needs 'any_of' and 'sources'", hint=NEEDS)
    return Fact(
        any_of=_strings(entry["any_of"], "any_of", place),
        sources=_strings(entry["sources"], "sources", place),
    )


def _references(value: object, place: str) -> tuple[str, ...]:
    """Reference answers, without the empty ones that published sets contain."""
    filled = [one for one in value if one != ""] if isinstance(value, list) else value
    return _strings(filled, "reference_answers", place)


def _strings(value: object, key: str, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and _is_text(v) for v in value):
        what = f"{place} needs a list of strings in {key!r}, none of them empty"
        raise EvalError(what, hint=NEEDS)
    return tuple(value)


def _is_text(value: str) -> bool:
    """Whether it shows anything, and no half of a character is in it."""
    halves = any("\ud800" <= char <= "\udfff" for char in value)
    return not halves and bool(fold(value).strip())


def _checked(item: GoldItem, place: str) -> GoldItem:
    """What holds for a question of any format."""
    if not item.id.isprintable() or not item.id.strip():
        raise EvalError(f"{place} has an id that is not plain text", hint=NEEDS)
    try:
        read_question(item.question)
    except QuestionError as error:
        raise EvalError(f"{place}: {error.message}", hint=NEEDS) from error
    if item.answerable and not item.facts:
        raise EvalError(
            f"{place} is answerable but has no fact",
            hint='add a fact that the answer must contain, or set "answerable" to false',
        )
    if item.facts and not item.answerable:
        raise EvalError(
            f"{place} has facts but is not answerable",
            hint='leave "facts" empty, or set "answerable" to true',
        )
    for number, fact in enumerate(item.facts, start=1):
        if not fact.sources:
            raise EvalError(
                f"{place}, fact {number} has no source",
                hint="list the files that contain the fact, relative to the corpus",
            )
    return item


# --- tables ---------------------------------------------------------------------------------------


def _from_table(path: Path, delimiter: str) -> Iterator[GoldItem]:
    """Rows of one id become one question, in the order of their first rows."""
    found: dict[str, GoldItem] = {}
    for line, row in _rows(path, delimiter):
        place = f"{path}, line {line}"
        key = row.get("id") or row["question"]
        item = _row_item(row, place=place, line=line, id=row.get("id") or str(len(found) + 1))
        if key not in found:
            found[key] = item
            continue
        first = found[key]
        if (first.question, first.answerable) != (item.question, item.answerable):
            raise EvalError(
                f"{place} has the same id as line {first.line}, but another question, or no answer",
                hint="rows of one question must repeat the question, each with an answer",
            )
        if first.filters != item.filters:
            raise EvalError(
                f"{place} has other filters than line {first.line}, which has the same id",
                hint="repeat the filters, or give the question an id of its own",
            )
        if not item.answerable:
            raise EvalError(
                f"{place} repeats the question of line {first.line}", hint="remove one of them"
            )
        found[key] = replace(
            first,
            facts=(*first.facts, *item.facts),
            reference_answers=(*first.reference_answers, *item.reference_answers),
        )
    yield from found.values()


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name, with the line on which each ends."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(
            f"{path} cannot be read as a table: {reason(error)}",
            hint='save it as CSV in UTF-8; spreadsheets call that "CSV UTF-8"',
        ) from error
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        _check_columns(names, path)
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(cells[len(names) :]):
                raise EvalError(
                    f"{path}, line {rows.line_num} has more cells than there are columns",
                    hint="put a cell that holds the delimiter into double quotes",
                )
            if any(cells):
                yield rows.line_num, dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    except csv.Error as error:
        raise EvalError(
            f"{path}, line {rows.line_num} is not a valid table row: {reason(error)}", hint=COLUMNS
        ) from error


def _check_columns(names: Sequence[str], path: Path) -> None:
    _check_names(names, COLUMN_NAMES, f"{path}, its first line,")
    missing = {"question", "answer", "source"} - set(names)
    if missing:
        other = next(
            (each for each in DELIMITER_NAMES if any(each in name for name in names)), None
        )
        wanted = "tabs" if path.suffix.lower() == ".tsv" else "commas"
        raise EvalError(
            f"{path} has no column {', '.join(sorted(missing))}",
            hint=f"separate the cells by {wanted}, not {DELIMITER_NAMES[other]}"
            if other
            else COLUMNS,
        )
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if twice:
        raise EvalError(f"{path} has the column {twice[0]} twice", hint=COLUMNS)


def _row_item(row: dict[str, str], *, place: str, line: int, id: str) -> GoldItem:
    answers, sources, references = (
        tuple(part.strip() for part in row.get(column, "").split(BETWEEN) if part.strip())
        for column in ("answer", "source", "reference")
    )
    if sources and not answers:
        raise EvalError(
            f"{place} has a source but no answer",
            hint="give the answer, or leave the source empty where there is no answer",
        )
    filters = {
        name: [part for part in row.get(name, "").split(BETWEEN) if part.strip()] for name in NAMES
    }
    item = GoldItem(
        id=id,
        question=row["question"],
        answerable=bool(answers),
        facts=(Fact(any_of=answers, sources=sources),) if answers else (),
        reference_answers=references,
        filters=read_filters(filters, place=f"{place}: its filters"),
        draft=row.get("draft", "").lower() in {"1", "true", "yes"},
        line=line,
    )
    return _checked(item, place)
