"""rag.models.reader: the shipped weights, and the words they point at."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.checksum import sha256_of
from rag.domain import Span
from rag.errors import ModelError
from rag.models.onnx import open_tokenizer
from rag.models.reader import (
    CONTEXT_TOKENS,
    LONGEST_SPAN,
    QUESTION_TOKENS,
    SENTENCE_TOKENS,
    Pair,
    PairEncoder,
    Reader,
    best_span,
    shipped_folder,
    whole_words,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=120)
QUESTION = "When was the library opened?"


@dataclass(frozen=True)
class Sentence:
    """A sentence in its place."""

    text: str
    title: str = ""
    before: str = ""


SENTENCES = [
    Sentence("The library was opened on 3 March 1921 by the mayor."),
    Sentence("It holds some 40,000 books and a map of the harbour."),
    Sentence("Visitors pay nothing."),
    Sentence("The harbour was dredged in 1950 and again in 1987.", "The harbour"),
    Sentence("Its roof leaks.", "The library", "The library was opened in 1921."),
]


@pytest.fixture(scope="module")
def reader(cache: Path) -> Reader:
    """The one that comes with the package."""
    return Reader(shipped_folder(), cache=cache)


@pytest.fixture(scope="module")
def pairs() -> PairEncoder:
    """The same tokens as the reader's."""
    return PairEncoder(open_tokenizer(shipped_folder() / "tokenizer.json"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped files, to be damaged."""
    return Path(shutil.copytree(shipped_folder(), tmp_path / "weights"))


# --- what it reads --------------------------------------------------------------------------------


def test_the_sentence_that_answers_stands_out_with_its_words(reader: Reader) -> None:
    """Of five sentences on a library, the one with the date is read as the answer, and the date."""
    readings = reader.read(QUESTION, SENTENCES)

    likely = [reading.answers for reading in readings]
    words = readings[0].words
    assert likely.index(max(likely)) == 0
    assert likely[0] > 0.5 > max(likely[1], likely[2])
    assert words is not None
    assert "1921" in SENTENCES[0].text[words.start : words.end]


def test_a_sentence_reads_the_same_in_any_company(reader: Reader) -> None:
    """Neither the other sentences nor their order change what is made of one (but for rounding)."""
    together = reader.read(QUESTION, SENTENCES)
    backwards = reader.read(QUESTION, SENTENCES[::-1])[::-1]
    alone = [reader.read(QUESTION, [sentence])[0] for sentence in SENTENCES]

    for others in (backwards, alone):
        for one, other in zip(together, others, strict=True):
            # int8 scales its activations by the whole batch.
            assert one.answers == pytest.approx(other.answers, abs=0.2)
    assert reader.read(QUESTION, SENTENCES) == together


def test_the_sentence_before_is_context_and_is_not_pointed_at(reader: Reader) -> None:
    """What "it" is can be told from the sentence before it only."""
    bare = Sentence("It was opened to the public in 1921.")
    placed = Sentence(bare.text, "The town library", "The library stands on the quay.")
    other = Sentence(bare.text, "The stadium", "The stadium holds 9,000 people.")

    _, inside, elsewhere = reader.read(QUESTION, [bare, placed, other])

    assert inside.answers > elsewhere.answers
    assert inside.words is not None
    assert bare.text[inside.words.start : inside.words.end].strip(".") in bare.text


def test_nothing_is_read_from_nothing(reader: Reader) -> None:
    """No sentence, no reading; an empty sentence answers with no words."""
    [empty] = reader.read(QUESTION, [Sentence("")])

    assert reader.read(QUESTION, []) == []
    assert empty.words is None
    assert empty.sure == 0.0


@settings(deadline=None, max_examples=60)
@given(question=ANY_TEXT, text=ANY_TEXT, before=ANY_TEXT, title=ANY_TEXT)
def test_any_text_gives_a_reading_inside_of_it(
    reader: Reader, question: str, text: str, before: str, title: str
) -> None:
    """Whatever the characters, probabilities are such and the words lie in the sentence."""
    [reading] = reader.read(question, [Sentence(text, title, before)])

    assert 0.0 <= reading.answers <= 1.0
    assert 0.0 <= reading.sure <= 1.0 + 1e-6
    assert reading.words is None or 0 <= reading.words.start < reading.words.end <= len(text)


def test_very_long_texts_are_cut(reader: Reader, pairs: PairEncoder) -> None:
    """A pair has a largest size; what the sentence says first is what is read."""
    long = "word " * 5_000
    pair = pairs.encode(long, Sentence(f"It opened in 1921. {long}", long, long))

    assert len(pair.ids) <= QUESTION_TOKENS + CONTEXT_TOKENS + SENTENCE_TOKENS + 3
    assert len(reader.read(long, [Sentence(long, long, long)])) == 1


def test_a_language_that_it_never_learned_is_known_as_such(reader: Reader) -> None:
    """It reads English; Russian is only spelled out to it."""
    assert reader.knows(QUESTION)
    assert not reader.knows("Когда открыли библиотеку?")


# --- pairs and spans ------------------------------------------------------------------------------


def test_a_pair_marks_the_sentence_and_nothing_else(pairs: PairEncoder) -> None:
    """[CLS] question [SEP] title, sentence before (0); sentence [SEP] (1)."""
    sentence = Sentence("It opened in 1921.", "The library", "A quay.")
    pair = pairs.encode("When?", sentence)

    tokens = [pairs._tokenizer.id_to_token(id) for id in pair.ids]
    begin = pair.first
    assert tokens[:begin] == "[CLS] when ? [SEP] the library a quay .".split()
    assert tokens[begin:] == "it opened in 1921 . [SEP]".split()
    assert pair.segments == (*[0] * begin, *[1] * (len(tokens) - begin))
    assert [sentence.text[start:end] for start, end in pair.places] == "It opened in 1921 .".split()


def pair_of(words: int) -> Pair:
    """A pair with a sentence of so many words of three characters, after two other tokens."""
    places = tuple((4 * n, 4 * n + 3) for n in range(words))
    return Pair(ids=(0,) * (words + 3), segments=(0,) * (words + 3), first=2, places=places)


@given(words=st.integers(1, 40), seed=st.integers(0, 1000))
def test_the_best_span_is_that_of_trying_all(words: int, seed: int) -> None:
    """The likeliest span and its share of the probability, against two plain loops."""
    begins, ends = np.random.default_rng(seed).normal(size=(2, words + 3)).astype(np.float32)
    weights = {
        (first, last): float(np.exp(begins[2 + first] + ends[2 + last]))
        for first in range(words)
        for last in range(first, min(words, first + LONGEST_SPAN))
    }

    span, sure = best_span(begins, ends, pair_of(words))

    first, last = max(weights, key=lambda key: weights[key])
    assert span == Span(start=4 * first, end=4 * last + 3)
    assert sure == pytest.approx(weights[first, last] / sum(weights.values()), rel=1e-4)


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("in 1,308 cases", (3, 4), "1,308"),
        ("the Saltmarsh Bridge", (8, 15), "Saltmarsh Bridge"),
        ("by O’Neill, he", (5, 8), "O’Neill"),
        ("(2014)", (1, 5), "2014"),
        ("“Yes”", (0, 5), "“Yes”"),
        ("Straße 7", (0, 6), "Straße"),
    ],
)
def test_words_are_not_cut(text: str, cut: tuple[int, int], whole: str) -> None:
    """A span that ends inside a word or number takes all of it."""
    span = whole_words(text, Span(start=cut[0], end=cut[1]))

    assert text[span.start : span.end] == whole


# --- its files ------------------------------------------------------------------------------------


def test_the_shipped_weights_are_those_of_their_description() -> None:
    """Sums, version and the comparison with the trained model are kept beside the weights."""
    about = json.loads((shipped_folder() / "reader.json").read_text())

    for name, sum in about["sha256"].items():
        assert sha256_of(shipped_folder() / name) == sum
    assert about["version"]
    assert about["parity"]["same_first"] >= 0.95
    assert about["parity"]["mean_gap"] <= 0.01


def test_the_model_card_is_of_the_shipped_version() -> None:
    """docs/reader.md names version and checksum."""
    about = json.loads((shipped_folder() / "reader.json").read_text())
    card = (Path(__file__).parents[2] / "docs" / "reader.md").read_text(encoding="utf-8")

    assert f"Version {about['version']}" in card
    assert about["sha256"]["reader.onnx"] in card


def flip(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: flip(folder / "reader.onnx"),
        lambda folder: flip(folder / "tokenizer.json"),
        lambda folder: (folder / "reader.onnx").write_bytes(b""),
        lambda folder: (folder / "reader.onnx").unlink(),
        lambda folder: (folder / "reader.json").unlink(),
        lambda folder: (folder / "reader.json").write_text("[]"),
        lambda folder: (folder / "reader.json").write_text('{"sha256": {}}'),
    ],
)
def test_damaged_weights_are_not_read_from(copied: Path, tmp_path: Path, damage) -> None:
    """One flipped bit is noticed; the message says what to do, and how to go without."""
    damage(copied)

    with pytest.raises(ModelError) as caught:
        Reader(copied, cache=tmp_path)

    assert str(copied) in caught.value.message
    assert "--no-reader" in str(caught.value.hint)
