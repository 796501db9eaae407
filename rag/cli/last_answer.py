"""The last answer, kept so that `rag show N` can open its citations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.checksum import write_atomically
from rag.domain import Answer
from rag.error_words import reason
from rag.errors import ConfigError, IndexStale
from rag.line_place import line_place
from rag.render.as_json import answer_dict, dumps

CITED = ("path", "start", "end", "line", "quote", "date")
FILE_NAME = "last_answer.json"
ASK_FIRST = 'ask a question first: rag ask "Who said what?"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A citation with the article around it."""

    article: str  # the whole text
    start: int
    end: int
    place: str  # for a heading: file, line, date, address on the web


def save_answer(answer: Answer, *, index: Path, state: Path, notify: Callable[[str], None]) -> None:
    """Keep an answer; a place that cannot be written to costs `rag show`, not the answer."""
    kept = {"index": str(index.resolve()), "answer": answer_dict(answer)}
    try:
        write_atomically(state / FILE_NAME, dumps(kept))
    except OSError as error:
        notify(f"The answer could not be saved for `rag show`: {reason(error)}")


def cited_context(n: int, *, state: Path, cache: Path) -> Context:
    """Find citation ``n`` of the last answer in the index it came from.

    Args:
        n: Its number.
        state: Where the last answer is kept.
        cache: See `LocalStore.open`.

    Raises:
        ConfigError: There is no last answer, or it has no such citation.
        IndexMissing: The index is gone.
        IndexStale: The index holds another text by now.
    """
    from rag.store import LocalStore

    index, citations = _read(state / FILE_NAME)
    if n not in citations:
        known = ", ".join(str(number) for number in sorted(citations)) or "none"
        raise ConfigError(
            f"the last answer has no citation {n}", hint=f"its citations are: {known}"
        )
    found = citations[n]
    with LocalStore.open(index, embedder=None, cache=cache) as store:
        indexed = store.article(found["path"])
    text = indexed.text if indexed else ""
    if indexed is None or text[found["start"] : found["end"]] != found["quote"]:
        raise IndexStale(
            f"{found['path']} has changed in the index since that answer",
            hint="ask the question again",
        )
    place = line_place(found["path"], found["line"])
    details = [place, found["date"], indexed.source.outlet, indexed.source.url]
    return Context(
        article=text,
        start=found["start"],
        end=found["end"],
        place=" · ".join(filter(None, details)),
    )


def _read(path: Path) -> tuple[Path, dict[int, dict[str, Any]]]:
    """The index of the last answer, and its citations by number."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        citations = {
            entry["n"]: {
                key: entry[key] for key in ("path", "start", "end", "line", "quote", "date")
            }
            for claim in kept["answer"]["claims"]
            for entry in claim["citations"]
        }
        return Path(kept["index"]), citations
    except FileNotFoundError as error:
        raise ConfigError("there is no last answer", hint=ASK_FIRST) from error
    except OSError as error:
        raise ConfigError(
            f"the last answer in {path} cannot be read: {reason(error)}", hint=ASK_FIRST
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"the last answer in {path} is damaged", hint=ASK_FIRST) from error
