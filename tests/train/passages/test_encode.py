"""train/passages/encode: tokens with their sentences, cut where there is no more room."""

from __future__ import annotations

import numpy as np
import pytest
from made_passages import HARBOUR, passage
from passages.data import Passage
from passages.encode import PASSAGE_TOKENS, QUESTION_TOKENS, PassageEncoder, token_span

from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer


@pytest.fixture(scope="module")
def encoder() -> PassageEncoder:
    """Tokens of the bundled model."""
    return PassageEncoder(open_tokenizer(model_folder("bundled") / "tokenizer.json"))


def test_every_token_knows_its_sentence(encoder: PassageEncoder) -> None:
    """The tokens of a sentence cover the sentence, no more and no less."""
    one = passage(HARBOUR)
    tokens = encoder.tokens(one)

    for number, (start, end) in enumerate(one.sentences):
        places = tokens.places[tokens.sentence == number]
        assert (places[0, 0], places[-1, 1]) == (start, end)


def test_a_row_is_question_title_and_passage(encoder: PassageEncoder) -> None:
    """Each ends with a separator; the passage begins where it is said to."""
    tokens = encoder.tokens(passage(HARBOUR))

    entry = encoder.entry("Who?", "Ice", tokens)

    assert np.array_equal(entry.ids[entry.first : -1], tokens.ids)
    assert entry.ids[[3, 5, -1]].tolist() == [102, 102, 102]
    assert entry.first == 6


def test_of_a_long_question_the_end_is_read(encoder: PassageEncoder) -> None:
    """Background stands before the question."""
    tokens = encoder.tokens(passage(HARBOUR))
    long = encoder.entry(f"{'The ice came early. ' * 40} Who said so?", "", tokens)
    short = encoder.entry("Who said so?", "", tokens)

    assert long.first == QUESTION_TOKENS + 3
    assert long.ids[long.first - 6 : long.first].tolist() == short.ids[1 : short.first].tolist()


def test_a_long_passage_is_cut_after_a_whole_sentence(encoder: PassageEncoder) -> None:
    """What is left over is less than a sentence; only a single sentence is cut inside."""
    sentence = "The boats of the harbour were stuck in the ice for ten days. "
    text = (sentence * 40).strip()
    bounds = tuple((n * len(sentence), (n + 1) * len(sentence) - 1) for n in range(40))
    many = Passage(source="", article="", title="", text=text, sentences=bounds)
    one = Passage(source="", article="", title="", text=text, sentences=((0, len(text)),))

    cut = encoder.tokens(many)
    each = int((cut.sentence == 0).sum())

    assert PASSAGE_TOKENS - each < len(cut.ids) <= PASSAGE_TOKENS
    assert (np.bincount(cut.sentence) == each).all()
    assert len(encoder.tokens(one).ids) == PASSAGE_TOKENS


def test_words_are_found_in_tokens(encoder: PassageEncoder) -> None:
    """First and last token cover the words; what is cut off is not found."""
    tokens = encoder.tokens(passage(HARBOUR))
    start = HARBOUR.index("Ada Moss")

    found = token_span(tokens, (start, start + 8))

    assert found is not None
    assert tokens.places[found[0], 0] == start
    assert tokens.places[found[1], 1] == start + 8
    assert token_span(tokens, (len(HARBOUR) - 3, len(HARBOUR) + 20)) is None
