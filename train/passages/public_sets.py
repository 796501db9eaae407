"""Public question sets, flattened to one form -> articles and questions.

A row has a passage, a question and its answers with their places. Rows of one article are put
together again where the set has its passages whole and in their order.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from passages.raw import Question, Text, article, joined

Row = dict[str, Any]
SEED = 20
# Sets whose passages of one title follow each other.
_IN_ORDER = {"squadshifts_new_wiki", "squad2_train_10articles", "fairytaleqa", "onestopqa"}
_POOLS = {
    "onestopqa": "news",
    "fairytaleqa": "tales",
    "covidqa": "science",
    "omosqa_en": "advice",
}


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file in English."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["lang"] == "en" and row["open"]:
                yield row


def ordinary(rows: Iterable[Row]) -> tuple[list[Text], list[Question]]:
    """Articles and questions of the sets that are no templates."""
    parts: dict[str, dict[str, None]] = {}  # path -> its passages, in order
    titles: dict[str, tuple[str, str]] = {}
    mine = [(row, _path(row)) for row in rows if not row.get("slot")]
    for row, path in mine:
        parts.setdefault(path, {}).setdefault(row["passage"], None)
        titles[path] = (row["set"], row["title"])
    texts, starts = [], {}
    for path, passages in parts.items():
        text, begins = joined(passages)
        source, title = titles[path]
        texts.append(
            Text(
                source=source,
                name=title or path,
                pool=_POOLS.get(source, "wikipedia"),
                article=article(path, text, title=title),
            )
        )
        starts.update({(path, part): start for part, start in zip(passages, begins, strict=True)})
    questions = [asked(row, path, starts[path, row["passage"]]) for row, path in mine]
    return texts, questions


def _path(row: Row) -> str:
    """Of onestopqa, each of the three levels of an article is one by itself."""
    if row["set"] in _IN_ORDER:
        return f"{row['set']}/{row['title']}/{row.get('level', '')}"
    return f"{row['set']}/{hashlib.sha256(row['passage'].encode()).hexdigest()[:12]}"


def asked(row: Row, path: str, start: int) -> Question:
    """A row as a question on its article, in which its passage begins at ``start``."""
    bounds = [(start + a["start"], start + a["start"] + len(a["text"])) for a in row["answers"]]
    return Question(
        source=row["set"],
        path=path,
        question=row["question"],
        answers=tuple(dict.fromkeys(bounds)),
        strings=tuple(dict.fromkeys(a["text"] for a in row["answers"])),
        whole=row["kind"] != "span",
        template=bool(row.get("slot")),
        near=None if row["answerable"] else (start, start + len(row["passage"])),
    )


def sampled(rows: Iterable[Row], wanted: dict[str, int]) -> list[Row]:
    """So many rows of each of some sets, drawn once for all."""
    by_set: dict[str, list[Row]] = {name: [] for name in wanted}
    for row in rows:
        if row["set"] in by_set:
            by_set[row["set"]].append(row)
    return [
        row
        for name, mine in by_set.items()
        for row in random.Random(SEED).sample(mine, min(wanted[name], len(mine)))
    ]
