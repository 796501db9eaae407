"""rag.models.reader: the shipped weights, what they read, and the words they point at."""

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
    LONGEST_WORDS,
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    PassageEncoder,
    Read,
    Reader,
    best_words,
    sentence_logits,
    shipped_folder,
    whole_words,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=120)
QUESTION = "When was the library opened?"


@dataclass(frozen=True)
class Passage:
    """A passage under its title."""

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]


def passage(*sentences: str, title: str = "") -> Passage:
    """Sentences with a space between them."""
    starts = [sum(len(one) + 1 for one in sentences[:n]) for n in range(len(sentences))]
    bounds = tuple((start, start + len(one)) for start, one in zip(starts, sentences, strict=True))
    return Passage(title=title, text=" ".join(sentences), sentences=bounds)


LIBRARY = passage(
    "The library stands on the quay.",
    "It was opened on 3 March 1921 by the mayor.",
    "Visitors pay nothing.",
    title="The town library",
)
HARBOUR = passage(
    "The harbour was dredged in 1950 and again in 1987.",
    "Nine boats sank there.",
    title="The harbour",
)


@pytest.fixture(scope="module")
def reader(cache: Path) -> Reader:
    """The one that comes with the package."""
    return Reader(shipped_folder(), cache=cache)


@pytest.fixture(scope="module")
def encoder() -> PassageEncoder:
    """The same tokens as the reader's."""
    return PassageEncoder(open_tokenizer(shipped_folder() / "tokenizer.json"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped files, to be damaged."""
    return Path(shutil.copytree(shipped_folder(), tmp_path / "weights"))


# --- what it reads --------------------------------------------------------------------------------


def test_the_sentence_that_answers_stands_out_with_its_words(reader: Reader) -> None:
    """What "it" is stands in the sentence before; the date is pointed at."""
    library, harbour = reader.read(QUESTION, [LIBRARY, HARBOUR])

    told = [one for read in (library, harbour) for one in read.sentences if one]
    best = max(told, key=lambda one: one.logit)
    assert len(told) == 5
    assert best == library.sentences[1]
    assert best.logit > library.null
    assert harbour.null > max(one.logit for one in harbour.sentences if one)
    assert best.words is not None
    start, _ = LIBRARY.sentences[1]
    assert "1921" in LIBRARY.text[start + best.words.start : start + best.words.end]


def test_a_passage_reads_the_same_in_any_company(reader: Reader) -> None:
    """Neither other passages nor their order change what is made of one."""
    together = reader.read(QUESTION, [LIBRARY, HARBOUR])
    backwards = reader.read(QUESTION, [HARBOUR, LIBRARY])[::-1]
    alone = [reader.read(QUESTION, [one])[0] for one in (LIBRARY, HARBOUR)]

    def numbers(found: list[Read]) -> list[float]:
        return [
            x for read in found for x in (read.null, *(one.logit for one in read.sentences if one))
        ]

    for others in (backwards, alone):
        assert numbers(others) == pytest.approx(numbers(together), abs=1e-3)


def test_nothing_is_read_from_nothing(reader: Reader) -> None:
    """No passage, nothing read; a sentence without a letter says nothing."""
    [blank] = reader.read(QUESTION, [passage("")])

    assert reader.read(QUESTION, []) == []
    assert blank.sentences == (None,)


@settings(deadline=None, max_examples=60)
@given(question=ANY_TEXT, first=ANY_TEXT, second=ANY_TEXT, title=ANY_TEXT)
def test_any_text_gives_words_inside_of_its_sentences(
    reader: Reader, question: str, first: str, second: str, title: str
) -> None:
    """Whatever the characters."""
    [read] = reader.read(question, [passage(first, second, title=title)])

    for text, told in zip((first, second), read.sentences, strict=True):
        if told is not None:
            assert 0.0 <= told.sure <= 1.0 + 1e-6
            assert told.words is None or 0 <= told.words.start < told.words.end <= len(text)


def test_a_language_that_it_never_learned_is_known_as_such(reader: Reader) -> None:
    """It reads English; Russian is only spelled out to it."""
    assert reader.knows(QUESTION)
    assert not reader.knows("Когда открыли библиотеку?")


# --- tokens ---------------------------------------------------------------------------------------


def test_every_token_knows_its_sentence(encoder: PassageEncoder) -> None:
    """The tokens of a sentence cover the sentence, no more and no less."""
    tokens = encoder.tokens(LIBRARY)

    for number, (start, end) in enumerate(LIBRARY.sentences):
        places = tokens.places[tokens.sentence == number]
        assert (places[0, 0], places[-1, 1]) == (start, end)


def test_a_row_is_question_title_and_passage(encoder: PassageEncoder) -> None:
    """Each ends with a separator; the passage begins where it is said to."""
    entry = encoder.entry("When?", "Ice", encoder.tokens(passage("It opened.")))

    tokens = [encoder._tokenizer.id_to_token(id) for id in entry.ids]
    assert tokens == "[CLS] when ? [SEP] ice [SEP] it opened . [SEP]".split()
    assert (entry.first, entry.end) == (6, 9)


def test_of_a_long_question_the_end_is_read(encoder: PassageEncoder) -> None:
    """Background stands before the question."""
    tokens = encoder.tokens(LIBRARY)
    long = encoder.entry(f"{'The ice came early. ' * 40} Who said so?", "", tokens)
    short = encoder.entry("Who said so?", "", tokens)

    assert long.first == QUESTION_TOKENS + 3
    assert long.ids[long.first - 6 : long.first].tolist() == short.ids[1 : short.first].tolist()


def test_a_long_passage_is_cut_after_a_whole_sentence(
    encoder: PassageEncoder, reader: Reader
) -> None:
    """What is left over is less than a sentence; only a single sentence is cut inside."""
    many = passage(*["The boats of the harbour were stuck in the ice for ten days."] * 40)
    one = Passage(title="", text=many.text, sentences=((0, len(many.text)),))

    cut = encoder.tokens(many)
    [read] = reader.read("long " * 5_000, [many])

    each = int((cut.sentence == 0).sum())
    assert PASSAGE_TOKENS - each < len(cut.ids) <= PASSAGE_TOKENS
    assert (np.bincount(cut.sentence) == each).all()
    assert len(encoder.tokens(one).ids) == PASSAGE_TOKENS
    count = len(cut.ids) // each
    assert [told is None for told in read.sentences] == [False] * count + [True] * (40 - count)


# --- logits and words -----------------------------------------------------------------------------


def test_sentences_are_the_means_of_their_tokens() -> None:
    """Held against a plain loop; one without a token has no logit."""
    random = np.random.default_rng(3)
    parts = random.normal(size=12).astype(np.float32)
    sentence = np.array([0, 0, 0, -1, 1, 1, 3, 3, 3, 3, -1, 3])

    found = sentence_logits(parts, sentence, whole=0.5)

    expected = {n: float(parts[sentence == n].mean() + 0.5) for n in (0, 1, 3)}
    assert found == pytest.approx(expected)


@given(words=st.integers(1, 40), seed=st.integers(0, 1000))
def test_the_best_words_are_those_of_trying_all(words: int, seed: int) -> None:
    """The likeliest, and the share of all that overlap with them, against two plain loops."""
    begins, ends = np.random.default_rng(seed).normal(size=(2, words)).astype(np.float32)
    weights = {
        (first, last): float(np.exp(begins[first] + ends[last]))
        for first in range(words)
        for last in range(first, min(words, first + LONGEST_WORDS))
    }

    first, last, sure = best_words(begins, ends)

    assert (first, last) == max(weights, key=lambda key: weights[key])
    overlap = sum(w for (begin, end), w in weights.items() if begin <= last and end >= first)
    assert sure == pytest.approx(overlap / sum(weights.values()), rel=1e-4)


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
