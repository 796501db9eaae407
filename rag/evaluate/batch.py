"""Many questions from a JSONL file, many answers into another, picking up where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.domain import Answer
from rag.errors import ConfigError, QuestionError
from rag.filters import NONE, Filters, joined, read_filters
from rag.jsonl import RecordFile, read_rows
from rag.question.read import read_question
from rag.render.as_json import ANSWER_SCHEMA, answer_dict, dumps

NEEDS = 'each line must look like {"id": "1", "question": "…"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a batch."""

    id: str
    question: str
    filters: Filters = NONE


def read_batch(path: Path, filters: Filters = NONE) -> list[Item]:
    """Read ``{"id", "question"}`` lines; other fields are ignored, so a gold set is a batch too.

    Args:
        path: The file.
        filters: Of all questions; a line may have ``filters`` of its own, which go before.

    Raises:
        ConfigError: The file cannot be read, or a line is not such an object; the line is named.
    """
    items = read_rows(path, read_item, needs=NEEDS)
    return [replace(item, filters=joined(filters, item.filters)) for item in items]


def read_item(entry: dict[str, Any], place: str) -> Item:
    """The id, question and filters of an object.

    Args:
        entry: The object.
        place: Where it stands, for the message.

    Raises:
        ConfigError: One of them is missing, of the wrong type, or cannot be used.
    """
    if "id" not in entry or "question" not in entry:
        raise ConfigError(f"{place} has no id or no question", hint=NEEDS)
    if not isinstance(entry["question"], str) or not isinstance(entry["id"], str | int):
        raise ConfigError(f"{place} has an id or question of the wrong type", hint=NEEDS)
    if isinstance(entry["id"], str) and not entry["id"].isprintable():
        raise ConfigError(f"{place} has an id that is not plain text", hint=NEEDS)
    try:
        read_question(entry["question"])
    except QuestionError as error:
        raise ConfigError(f"{place}: {error.message}", hint=error.hint) from error
    filters = read_filters(entry.get("filters"), place=f"{place}: filters")
    return Item(id=str(entry["id"]), question=entry["question"], filters=filters)


def run_batch(
    items: list[Item],
    out: Path,
    *,
    ask: Callable[[str, Filters], Answer],
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
    answers = RecordFile(
        out,
        holds="answers",
        instead="name another file with --out",
        schemas=frozenset({ANSWER_SCHEMA}),
    )
    with answers:
        done = {record["id"]: record for record in answers.records}
        for item in items:
            if (record := done.get(item.id)) and not answers_to(record, item):
                same = record["question"] == item.question
                what = "with other filters to the" if same else "to another"
                raise ConfigError(
                    f"{out} has an answer {what} question with the id {item.id!r}",
                    hint="name another file with --out, or give the question a new id",
                )
        left = [item for item in items if item.id not in done]
        for number, item in enumerate(left, start=len(items) - len(left)):
            progress(number, len(items))
            answer = answer_dict(ask(item.question, item.filters))
            answers.append(dumps({"id": item.id, **answer}, indent=None))
    progress(len(items), len(items))
    return len(left)


def answers_to(record: dict[str, Any], item: Item) -> bool:
    """Whether an answer is one to this question, with these filters.

    Raises:
        ConfigError: Its filters are none.
    """
    if record["question"] != item.question:
        return False
    # Answers of other programs do not say what they were limited to.
    return "filters" not in record or read_filters(record["filters"]) == item.filters
