"""Many questions from a JSONL file, many answers into another, picking up where it stopped."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rag.domain import Answer
from rag.errors import ConfigError, QuestionError
from rag.question import read_question
from rag.render.as_json import ANSWER_SCHEMA, answer_dict, dumps

ANSWER_BEGINS = '{"id": '  # how every line of answers begins, whole or cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a batch."""

    id: str
    question: str


def read_batch(path: Path) -> list[Item]:
    """Read ``{"id", "question"}`` lines; other fields are ignored, so a gold set is a batch too.

    Raises:
        ConfigError: The file cannot be read, or a line is not such an object; the line is named.
    """
    try:
        # Not splitlines(): U+2028 and its like may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="give a JSONL file") from error
    items = [
        _item(line, f"{path}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise ConfigError(f"{path} has the id {item.id!r} twice", hint="give each its own id")
        seen.add(item.id)
    return items


def _item(line: str, place: str) -> Item:
    needs = 'each line needs to be like {"id": "1", "question": "…"}'
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{place} is not JSON: {error}"[:300], hint=needs) from error
    if not isinstance(entry, dict) or "id" not in entry or "question" not in entry:
        raise ConfigError(f"{place} has no id or no question", hint=needs)
    if not isinstance(entry["question"], str) or not isinstance(entry["id"], str | int):
        raise ConfigError(f"{place} has an id or question of the wrong type", hint=needs)
    if isinstance(entry["id"], str) and not entry["id"].isprintable():
        raise ConfigError(f"{place} has an id that is no plain text", hint=needs)
    try:
        read_question(entry["question"])
    except QuestionError as error:
        raise ConfigError(f"{place}: {error.message}", hint=error.hint) from error
    return Item(id=str(entry["id"]), question=entry["question"])


def run_batch(
    items: list[Item],
    out: Path,
    *,
    ask: Callable[[str], Answer],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Answer what ``out`` does not hold yet, one line an answer, each on disk before the next.

    Args:
        items: All questions.
        out: The answers; a last line that was cut off is removed, then new lines are added.
        ask: Answers one question.
        progress: Told how many of all are answered.

    Returns:
        How many questions were answered now.
    """
    with _opened(out) as file:
        done = _finished(out)
        for item in items:
            if done.get(item.id, item.question) != item.question:
                raise ConfigError(
                    f"{out} answers {item.id!r} for another question",
                    hint="name another file with --out, or give the question a new id",
                )
        left = [item for item in items if item.id not in done]
        for number, item in enumerate(left, start=len(items) - len(left)):
            progress(number, len(items))
            line = dumps({"id": item.id, **answer_dict(ask(item.question))}, indent=None)
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    progress(len(items), len(items))
    return len(left)


def _opened(out: Path) -> TextIO:
    """Open the file of answers to add to it, for this process alone."""
    try:
        if out.exists() and not out.is_file():
            raise OSError(None, "it is no regular file")
        file = out.open("a", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigError(
            f"another process is writing to {out}", hint="wait until it is done"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{out} cannot be written: {error.strerror}", hint="name another file with --out"
        ) from error
    return file


def _finished(out: Path) -> dict[str, str]:
    """Questions that are answered, by id; cuts off an answer that was not written to its end."""
    try:
        content = out.read_bytes()
        *lines, rest = content.decode("utf-8", errors="surrogateescape").split("\n")
        entries = [json.loads(line) for line in lines if line.strip()]
        done = {
            str(entry["id"]): str(entry["question"])
            for entry in entries
            if entry["schema"] == ANSWER_SCHEMA
        }
    except OSError as error:
        raise ConfigError(f"{out} cannot be read: {error}", hint="name another --out") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _foreign(out) from error
    begun = rest.startswith(ANSWER_BEGINS) or ANSWER_BEGINS.startswith(rest)
    if len(done) < len(entries) or not begun:
        raise _foreign(out)
    if rest:
        with out.open("r+b") as file:
            file.truncate(content.rfind(b"\n") + 1)
    return done


def _foreign(out: Path) -> ConfigError:
    return ConfigError(
        f"{out} exists and holds something else than answers",
        hint="name another file with --out, or delete it",
    )
