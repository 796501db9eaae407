"""Questions about single sentences of Wikinews and Wikipedia -> questions on their articles.

QAMR (Michael et al. 2018) and the QA-SRL Bank (FitzGerald et al. 2018) ask about sentences of the
same thousand articles. What both hold of an article is put together again, so that a sentence
stands among its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from passages import qamr
from passages.public_sets import Row, asked
from passages.raw import Question, Text, article

Key = tuple[str, str, int, int]  # Wikinews or Wikipedia, article, paragraph, sentence

_POOLS = {"wikinews": "news", "wikipedia": "wikipedia"}


def key_of(id: str) -> Key:
    """The sentence of an id of either set."""
    _, domain, document, paragraph, sentence, *_ = id.split(":")
    return domain, document, int(paragraph), int(sentence)


def put_together(
    source: str, sentences: dict[Key, str], wanted: Iterable[Key]
) -> tuple[list[Text], dict[Key, tuple[str, int]]]:
    """The articles of some sentences, as far as they are known.

    Args:
        source: The set that asks.
        sentences: All that are known.
        wanted: Those that are asked about.

    Returns:
        The articles, and the path and place of each sentence of them.
    """
    documents = {key[:2] for key in wanted}
    by_document: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(sentences):
        if key[:2] in documents:
            by_document.setdefault(key[:2], []).append(key)
    texts, places = [], {}
    for (domain, document), keys in by_document.items():
        name = f"Wiki1k:{domain}:{document}"
        path = f"{source}/{name}"
        text, before = "", keys[0]
        for key in keys:
            if text:
                text += " " if key[2] == before[2] else "\n\n"
            places[key] = (path, len(text))
            text += sentences[key]
            before = key
        found = article(path, text)
        texts.append(Text(source=source, name=name, pool=_POOLS[domain], article=found))
    return texts, places


def read(folder: Path, rows: Sequence[Row]) -> tuple[list[Text], list[Question]]:
    """QAMR from its folder, and rows of the QA-SRL Bank."""
    ours = {key_of(id): one for id, one in qamr.read_sentences(folder).items()}
    theirs = {key_of(row["id"]): str(row["passage"]) for row in rows}
    known = {key: one.text for key, one in ours.items()}
    texts, places = put_together("qamr", {**theirs, **known}, ours)
    questions = []
    for id, question, tokens in qamr.read_questions(folder):
        key = key_of(id)
        if key not in ours:
            continue
        path, start = places[key]
        own = ours[key]
        first, last = own.places[tokens[0]][0], own.places[tokens[-1]][1]
        questions.append(
            Question(
                source="qamr",
                path=path,
                question=question,
                answers=((start + first, start + last),),
                strings=(own.text[first:last],),
            )
        )
    more, there = put_together("qasrl", {**known, **theirs}, theirs)
    for row in rows:
        path, start = there[key_of(row["id"])]
        questions.append(replace(asked(row, path, start), source="qasrl"))
    return [*texts, *more], questions
