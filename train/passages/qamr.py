"""QAMR (Michael et al. 2018): questions about single sentences of Wikinews and Wikipedia."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST_GAP = 2  # words inside an answer that its asker did not mark; more, and it is no span

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_NO_SPACE_BEFORE = frozenset(". , ; : ? ! ) ] % 's 'S n't 're 've 'll 'd 'm".split())
_NO_SPACE_AFTER = frozenset("( [ $ £ €".split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as people write it, and where each of its tokens stands in it."""

    document: str
    text: str
    places: tuple[tuple[int, int], ...]


def joined(tokens: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of some tokens, and where each token stands in it."""
    text, quoted, glue = "", False, True
    places: list[tuple[int, int]] = []
    for raw in tokens:
        token = _BRACKETS.get(raw, raw)
        closes = token == '"' and quoted
        if text and not glue and token not in _NO_SPACE_BEFORE and not closes:
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
        glue = token in _NO_SPACE_AFTER or (token == '"' and not quoted)
        quoted ^= token == '"'
    return text, tuple(places)


def read_sentences(folder: Path) -> dict[str, Sentence]:
    """The sentences by their id, in the order of the set."""
    sentences = {}
    for line in (folder / "wiki-sentences.tsv").read_text(encoding="utf-8").splitlines():
        id, _, words = line.partition("\t")
        sentences[id] = Sentence(id.rsplit(":", 2)[0], *joined(words.split()))
    return sentences


def read_questions(folder: Path) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Sentence id, question, and the tokens of its answer; each question of a sentence once."""
    seen = set()
    for name in ("dev.tsv", "test.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                id, question = row[0], row[5]
                places = tuple(sorted(int(place) for place in row[6].split()))
                if not places or (id, question) in seen:
                    continue
                seen.add((id, question))
                if places[-1] - places[0] + 1 - len(places) <= LARGEST_GAP:
                    yield id, question, places
