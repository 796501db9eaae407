"""Claims that were written for this project, with the marks of the sentences that they cite.

``written.jsonl`` has no text of the articles, only where it stands: a Wikinews article of the data
folder by its file name, one of the QA-SRL bank by its number, or one of a set of questions by
``set/title``; and the `mark` of each cited sentence. A line is an item: ``{"file", "sentences",
"claims": [[label, kind, claim], …]}``. (Numbers of sentences would point to others once an article
is split in another way.)
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.data import Pair
from rag.domain import Article, Span
from rag.language.text import plain, sentence_spans, words
from rag.load.parse import load_folder

WRITTEN = Path(__file__).parent / "written.jsonl"
BANK = "qasrl_bank_wikinews"  # the set of ``qa.jsonl.gz`` with older Wikinews articles
# Sets with whole paragraphs: news (Guardian), in three levels, and Wikipedia.
WHOLE = ("onestopqa", "squadshifts_new_wiki")
EASIER = ("-Int-", "-Ele-")  # levels of the first that say the same again
OLDER = 12  # one item in so many, of those that an earlier version has learned from


def read_written(
    shared: Path, path: Path = WRITTEN, *, newest: int | None = None
) -> Iterator[Pair]:
    """The claims with the text that they cite.

    Args:
        shared: Where the articles are.
        path: The claims.
        newest: So many last items are new; of those before them only one in `OLDER` is read.

    Yields:
        The pairs. An item is left out whose article no longer has its sentences, as it is split in
        another way.

    Raises:
        KeyError: An article is not there.
    """
    articles = {**wikinews(shared), **bank(shared), **whole(shared)}
    marks = {name: [*map(mark, sentences)] for name, (_, sentences) in articles.items()}
    lines = path.read_text(encoding="utf-8").splitlines()
    new = 0 if newest is None else len(lines) - newest
    for line in [*lines[:new:OLDER], *lines[new:]]:
        item = json.loads(line)
        title, sentences = articles[item["file"]]
        there, cited = marks[item["file"]], item["sentences"]
        if not set(cited) <= set(there):
            continue
        places = [there.index(one) for one in cited]
        before = sentences[places[0] - 1] if places[0] else ""
        for label, kind, claim in item["claims"]:
            yield Pair(
                source="ours",
                group=item["file"],
                kind=kind,
                title=title,
                before=before,
                evidence=" ".join(sentences[place] for place in places),
                claim=claim,
                follows=label == "supported",
            )


def mark(sentence: str) -> str:
    """Eight hexadecimal digits that stand for the words of a sentence."""
    return hashlib.sha256(" ".join(words(sentence)).encode()).hexdigest()[:8]


def wikinews(shared: Path) -> dict[str, tuple[str, list[str]]]:
    """Title and sentences of each article of the data folder, by its file name."""
    found = {}
    for article in load_folder([shared / "data" / "wikinews"]):
        if isinstance(article, Article):
            spans = (
                span
                for paragraph in article.paragraphs
                for span in sentence_spans(article.text, paragraph)
            )
            sentences = [plain(article.text[span.start : span.end]) for span in spans]
            found[Path(article.path).name] = article.title.value or "", sentences
    return found


def bank(shared: Path) -> dict[str, tuple[str, list[str]]]:
    """The sentences that the bank has of each article, without a title, by its number."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    for row in questions(shared):
        if row["set"] == BANK:
            _, _, article, paragraph, sentence, _ = row["id"].split(":")
            place = int(paragraph), int(sentence)
            found.setdefault(article, {})[place] = plain(row["passage"])
    return {
        article: ("", [sentences[place] for place in sorted(sentences)])
        for article, sentences in found.items()
    }


def whole(shared: Path) -> dict[str, tuple[str, list[str]]]:
    """Title and sentences of each article of the sets with whole paragraphs, by set and title."""
    found: dict[str, tuple[str, list[str]]] = {}
    seen = set[str]()
    for row in questions(shared):
        text: str = row["passage"]
        if row["set"] not in WHOLE or text in seen or any(one in row["id"] for one in EASIER):
            continue
        seen.add(text)
        _, sentences = found.setdefault(f"{row['set']}/{row['title']}", (row["title"], []))
        spans = sentence_spans(text, Span(start=0, end=len(text)))
        sentences += [plain(text[span.start : span.end]) for span in spans]
    return found


def questions(shared: Path) -> Iterator[dict[str, Any]]:
    """The rows of the sets of questions."""
    with gzip.open(shared / "data" / "train" / "qa.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
