"""A saved answer against the index and the files as they are now; nothing is written anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answer.verdict import judge
from rag.domain import Freshness
from rag.error_words import reason
from rag.errors import ConfigError
from rag.language.text import plain
from rag.line_place import line_place
from rag.models.checker import Cited, Later, no_checker
from rag.store import LocalStore
from rag.sync.freshness import freshness

KNOWN = {"rag.answer/1"}
LONGEST = 100_000_000  # characters of a file of answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """What became of one citation, or of one claim."""

    n: int | None  # number of the citation; None for a claim
    what: str  # the place of the citation, or the claim
    file: Freshness | None = None
    wrong: str | None = None  # what does not hold; None where all does


def read_answers(path: Path) -> list[dict[str, Any]]:
    """Read saved answers: one as `rag ask --json` prints it, or lines as `--batch` writes them.

    Raises:
        ConfigError: There is no such file, it is too long, or it holds no answer.
    """
    hint = "save one: rag ask QUESTION --json > answer.json"
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {reason(error)}", hint=hint) from error
    if len(text) > LONGEST:
        raise ConfigError(f"{path} has more than {LONGEST:,} characters", hint="split it")
    try:
        found = [json.loads(text)]
    except (ValueError, RecursionError) as whole:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not lines[0][1].rstrip().endswith("}"):
            raise ConfigError(f"{path} is not JSON: {reason(whole)}", hint=hint) from whole
        found = [_line(line, place=f"{path}, line {number}", hint=hint) for number, line in lines]
    answers = [one for one in found if isinstance(one, dict) and one.get("schema") in KNOWN]
    if not answers:
        raise ConfigError(f"{path} contains no answer", hint=hint)
    return answers


def _line(line: str, *, place: str, hint: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{place} is not JSON: {reason(error)}", hint=hint) from error


def recheck(
    answer: Mapping[str, Any], store: LocalStore, *, checker: Later = no_checker
) -> list[Recheck]:
    """Hold every citation and every claim of an answer against what there is now.

    Args:
        answer: As `rag ask --json` prints it.
        store: The index.
        checker: Opened where a claim is in a model's words.

    Raises:
        ConfigError: The answer lacks what an answer has.
    """
    try:
        found: list[Recheck] = []
        for claim in answer["claims"]:
            for one in claim["citations"]:
                copies = [{**copy, "n": one["n"]} for copy in one.get("also_in", [])]
                found += [_citation(place, store) for place in (one, *copies)]
            found += _claim(claim, store, checker)
        return found
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"this is not a complete answer: {reason(error)}", hint="save it again"
        ) from error


def _citation(cited: Mapping[str, Any], store: LocalStore) -> Recheck:
    """The quote stands at its offsets, in an article of the same content."""
    path, start, end, quote = cited["path"], cited["start"], cited["end"], cited["quote"]
    what = line_place(path, cited["line"])
    article = store.article(path)
    if article is None:
        return Recheck(
            n=cited["n"], what=what, file=Freshness.GONE, wrong="is not in the index any more"
        )
    file = freshness(article.source, store)
    wrong = None
    if article.text[start:end] != quote or not 0 <= start < end:
        moved = article.text.find(quote) if quote else -1
        wrong = "has different text at that place" + (
            f"; the quotation is now at {moved}" if moved >= 0 else "; the quotation was not found"
        )
    elif article.source.sha256 != cited["sha256"]:
        wrong = "its file has changed and was indexed again; the quotation is still there"
    elif file is Freshness.UNREAD:
        wrong = "is from a file that cannot be opened"
    elif file is not Freshness.UNCHANGED:
        became = "disappeared" if file is Freshness.GONE else "changed"
        wrong = f"is from a file that has {became} since it was indexed"
    return Recheck(n=cited["n"], what=what, file=file, wrong=wrong)


def _claim(claim: Mapping[str, Any], store: LocalStore, checker: Later) -> list[Recheck]:
    """A claim still follows from its quotes."""
    quotes = claim["citations"]
    if not quotes:
        return [Recheck(n=None, what=claim["text"], wrong="has no citation")]
    article = store.article(quotes[0]["path"])
    cited = Cited(
        sentences=tuple(plain(one["quote"]) for one in quotes),
        before=plain(article.before(quotes[0]["start"])) if article else "",
        title=(article.source.title if article else None) or "",
        speakers=tuple(one["speaker"] for one in quotes if one["speaker"]),
    )
    [judged] = judge([claim["text"]], cited, checker)
    return [Recheck(n=None, what=claim["text"], wrong=judged.why)] if judged.why else []
