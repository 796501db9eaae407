r"""Questions that were written for this project, as people ask the news, on articles at hand.

    PYTHONPATH=train python -m passages.written --data ../shared --out WORK/data

Public sets hardly ask as reporters do: in words of their own, where another sentence repeats them
and does not answer, and in vain for what an article nearly tells. ``written.jsonl`` has such
questions, and no text of the articles: only where it stands. A line is an article: ``{"file",
"questions": [{"question", "right", "unsure", "words"}, …]}`` with the `mark` of each sentence that
answers or may, and the few words of the first one that answer, if few words do.

Reads the passages that `passages.build` wrote, for wrong ones, and adds
``written-passages.jsonl.gz``, whose numbers go on from theirs, and ``written.jsonl.gz``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.written import mark

from passages import public_sets, wiki1k
from passages.build import OWN, WRONG
from passages.data import Asked, Passage, Seen, kept, read_passages, write_rows
from passages.negatives import Search, ranked
from passages.raw import Placed, Text, split
from rag.domain import Article
from rag.load.parse import load_folder

WRITTEN = Path(__file__).parent / "written.jsonl"
SOURCE = "written"
NEWS = ("onestopqa", "Wiki1k:wikinews")  # how the articles of older news are called
BANK = "qasrl_bank_wikinews"


def read_texts(shared: Path) -> list[Text]:
    """The articles that may be asked about, by their paths: all news of the sets to train on."""
    data = shared / "data"
    found = [
        Text(
            source=SOURCE,
            name=Path(one.path).name,
            pool="news",
            article=replace(one, path=f"wikinews/{Path(one.path).name}"),
        )
        for one in load_folder([data / "wikinews"])
        if isinstance(one, Article)
    ]
    rows = list(public_sets.read_rows(data / "train" / "qa.jsonl.gz"))
    found += public_sets.ordinary([row for row in rows if row["set"] == "onestopqa"])[0]
    found += wiki1k.read(data / "qamr", [row for row in rows if row["set"] == BANK])[0]
    return [one for one in found if one.pool == "news"]


def read_written(texts: Mapping[str, Text], path: Path = WRITTEN) -> Iterator[Written]:
    """The articles that are asked about, each with its passages and its questions.

    Args:
        texts: Those that may be, by their paths.
        path: The questions.

    Raises:
        KeyError: An article is not there.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        yield Written(split(texts[item["file"]]), item["questions"])


class Written:
    """The passages of an article, and the questions about it.

    Attributes:
        passages: Of the article, as the index makes them.
    """

    def __init__(self, placed: Sequence[Placed], rows: Sequence[Mapping[str, Any]]) -> None:
        self.passages = [replace(one.passage, source=SOURCE) for one in placed]
        self._rows = rows
        self._marks = [
            [mark(one.text[start:end]) for start, end in one.sentences] for one in self.passages
        ]
        self._known = {one for marks in self._marks for one in marks}

    def asked(self, first: int) -> Iterator[tuple[str, list[Seen]]]:
        """Each question with what of every passage answers.

        A question is left out whose sentences the article no longer has, as it is split in another
        way.

        Args:
            first: The number of the first passage.
        """
        for row in self._rows:
            if {*row["right"], *row["unsure"]} <= self._known:
                yield row["question"], [*self._seen(row, first)]

    def _seen(self, row: Mapping[str, Any], first: int) -> Iterator[Seen]:
        for number, (passage, marks) in enumerate(zip(self.passages, self._marks, strict=True)):
            right = tuple(n for n, one in enumerate(marks) if one in row["right"])
            spans = [] if not right else [
                (start + at, start + at + len(row["words"]))
                for start, end in (passage.sentences[n] for n in right)
                if row["words"] and (at := passage.text[start:end].find(row["words"])) >= 0
            ]  # fmt: skip
            unsure = tuple(n for n, one in enumerate(marks) if one in row["unsure"])
            yield Seen(passage=first + number, right=right, unsure=unsure, spans=tuple(spans))


def questions_of(
    articles: Sequence[Written], passages: Sequence[Passage], first: int
) -> Iterator[Asked]:
    """The questions with the passages that they meet: those that answer, then wrong ones.

    Args:
        articles: The articles, in their order.
        passages: All passages, those of the articles last.
        first: The number of the first one of these.
    """
    places = [n for n, one in enumerate(passages) if n >= first or _is_news(one)]
    search = Search([f"{passages[n].title}\n{passages[n].text}" for n in places])
    made = []
    for one in articles:
        name = one.passages[0].article
        made += [(name, question, seen) for question, seen in one.asked(first)]
        first += len(one.passages)
    scores = search.scores([question for _, question, _ in made])
    for (name, question, seen), found in zip(made, scores, strict=True):
        mine = {one.passage: one for one in seen}
        right = [one for one in seen if one.right]
        order = [places[row] for row in ranked(found, [places.index(n) for n in mine])]
        hidden = kept(SOURCE, name)
        own = [n for n in order if n in mine and not (mine[n].right or mine[n].unsure)][:OWN]
        others = [
            n
            for n in order
            if passages[n].article != name
            and (hidden or not kept(passages[n].source, passages[n].article))
        ]
        wrong = [*own, *others][:WRONG]
        yield Asked(
            source=SOURCE,
            article=name,
            question=question,
            seen=(*right, *(Seen(passage=n) for n in wrong)),
        )


def _is_news(passage: Passage) -> bool:
    return passage.source.startswith(NEWS) or passage.article.startswith(NEWS)


def main() -> None:
    """Read the passages, find the sentences, search, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("train/work"))
    options = parser.parse_args()
    before = read_passages(options.out / "passages.jsonl.gz")
    texts = {one.article.path: one for one in read_texts(options.data)}
    articles = [*read_written(texts)]
    mine = [one for article in articles for one in article.passages]
    rows = [*questions_of(articles, [*before, *mine], len(before))]
    write_rows(mine, options.out / "written-passages.jsonl.gz")
    write_rows(rows, options.out / "written.jsonl.gz")
    print(f"{len(rows)} questions, {sum(not one.answerable for one in rows)} of them asked in vain")


if __name__ == "__main__":
    main()
