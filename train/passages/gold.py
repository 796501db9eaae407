"""Gold sets over a folder of articles -> articles and questions.

Of an answer they know the words and the file. Where the words stand several times in it, the place
whose sentence and neighbours hold most of the question counts; the others are neither right nor
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from passages.data import Bounds
from passages.raw import Placed, Question, Text
from rag.domain import Article
from rag.evaluate.gold import GoldItem, read_gold
from rag.language.text import content_terms
from rag.load.parse import load_folder

NEAR = 200  # characters around an answer in which the question's words are looked for


def read_texts(folder: Path) -> list[Text]:
    """The articles of ``corpus/``; a path begins with the set, as two sets may share a name."""
    return [
        Text(
            source=folder.name,
            name=one.path,
            pool=folder.name,
            article=replace(one, path=f"{folder.name}/{one.path}"),
        )
        for one in load_folder([folder / "corpus"])
        if isinstance(one, Article)
    ]


def read_questions(folder: Path, texts: Sequence[Text]) -> Iterator[Question]:
    """The questions of ``gold.jsonl``; ``path`` is empty for one without an answer."""
    by_path = {text.article.path: text.article.text for text in texts}
    whole = folder.name == "clapnq"
    for item in read_gold(folder / "gold.jsonl").items:
        found = _found(item, folder.name, by_path, whole=whole) if item.answerable else None
        if item.answerable and found is None:
            continue  # its words are in no file as they are
        path, bounds = found or ("", ())
        yield Question(
            source=folder.name,
            path=path,
            question=item.question,
            answers=bounds,
            strings=tuple(one for fact in item.facts for one in fact.any_of),
            whole=whole,
        )


def _found(
    item: GoldItem, folder: str, by_path: dict[str, str], *, whole: bool
) -> tuple[str, tuple[Bounds, ...]] | None:
    """The file of an answer and its best place there; of whole sentences, all their places."""
    asked = set(content_terms(item.question))
    places = [
        (path, (start, start + len(one)))
        for fact in item.facts
        for path in (f"{folder}/{source}" for source in fact.sources)
        for one in fact.any_of
        for start in _places(by_path.get(path, ""), one)
    ]
    if not places:
        return None

    def worth(place: tuple[str, Bounds]) -> tuple[int, int]:
        path, (start, end) = place
        around = by_path[path][max(0, start - NEAR) : end + NEAR]
        return len(asked.intersection(content_terms(around))), end - start

    path, (first, last) = max(places, key=worth)
    bounds = [b for other, b in places if other == path and (whole or b[0] < last and first < b[1])]
    return path, tuple(dict.fromkeys(bounds))


def _places(text: str, one: str) -> Iterator[int]:
    low, sought = text.lower(), one.lower()
    start = low.find(sought)
    while start >= 0:
        yield start
        start = low.find(sought, start + 1)


def of_passage(placed: Placed, question: Question) -> Question:
    """A question without an answer, as asked about the passage that comes nearest to it."""
    start = placed.start
    near = (start, start + len(placed.passage.text))
    return Question(
        source=question.source,
        path=placed.path,
        question=question.question,
        answers=(),
        strings=(),
        near=near,
    )
