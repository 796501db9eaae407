"""rag.answer.encoders: the encoders of the settings, and when none is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_encoders import make_cross_encoder

from rag.answer.assistant import Assistant
from rag.answer.encoders import open_encoders, open_reader
from rag.config import Mode, Settings
from rag.errors import IndexMissing, ModelError
from rag.models.reader import Read, Told
from rag.retrieve.read_passages import InPlace

MARCH = "How many people marched for the Saltmarsh Bridge?"


def test_encoders_that_are_open_answer_as_those_of_the_settings(
    cache: Path, seeds_index: Path
) -> None:
    """They are the same, opened earlier."""
    asked = Settings(cache=cache, index=seeds_index)

    with (
        Assistant.open(settings=asked, encoders=open_encoders(asked)) as early,
        Assistant.open(settings=asked) as late,
    ):
        assert early.search(MARCH) == late.search(MARCH) != []


def test_a_search_by_words_opens_no_embedder(cache: Path, seeds_index: Path) -> None:
    """Its model may be absent altogether."""
    lexical = Settings(cache=cache, index=seeds_index, mode=Mode.LEXICAL, embedder="/absent")

    encoders = open_encoders(lexical)

    assert encoders.embedder is None
    assert encoders.reader is not None


def test_without_an_index_no_model_is_opened(cache: Path, tmp_path: Path) -> None:
    """What is told is that there is none, not that the reader's folder is empty."""
    nowhere = Settings(cache=cache, index=tmp_path / "none", reader=str(tmp_path))

    with pytest.raises(IndexMissing):
        open_encoders(nowhere)


def test_no_reader_is_opened_when_there_is_to_be_none(cache: Path) -> None:
    """`reader = none`."""
    assert open_reader("none", cache=cache) is None


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder with weights that nobody trained."""
    return make_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


def test_a_cross_encoder_of_the_user_s_own_takes_its_place(
    cross_encoder: Path, seeds_index: Path, cache: Path
) -> None:
    """Its scores are those of sentence-transformers; it points at no words."""
    import torch
    from sentence_transformers import CrossEncoder

    text = "Some 350 people marched. It rained."
    bounds = ((0, 24), (25, len(text)))
    placed = InPlace(title="The bridge", date=None, text=text, sentences=bounds, rows=())
    settings = Settings(cache=cache, llm="none", reader=str(cross_encoder))

    reader = open_reader(str(cross_encoder), cache=cache)
    assert reader is not None
    [read] = reader.read(MARCH, [placed])
    with Assistant.open(seeds_index, settings=settings) as assistant:
        answer = assistant.ask(MARCH)
        ranked = assistant.search(MARCH)

    expected = CrossEncoder(str(cross_encoder), device="cpu").predict(
        [(MARCH, f"The bridge. {text[start:end]}") for start, end in bounds],
        activation_fn=torch.nn.Identity(),
    )
    logits = (Told(logit=pytest.approx(float(one), abs=1e-5)) for one in expected)
    assert read == Read(sentences=tuple(logits), null=0.0)
    assert reader.read(MARCH, []) == []
    assert answer.claims
    assert answer.short_answer is None
    assert all(entry.reading is not None for entry in ranked if entry.score >= 0)


@pytest.mark.parametrize("content", [None, "{}", "not json"])
def test_a_folder_without_a_model_is_an_error(
    tmp_path: Path, cache: Path, content: str | None
) -> None:
    """The message names the folder, the hint the setting."""
    if content is not None:
        (tmp_path / "config.json").write_text(content)

    with pytest.raises(ModelError) as caught:
        open_reader(str(tmp_path), cache=cache)

    assert str(tmp_path) in caught.value.message
    assert "`reader`" in str(caught.value.hint)
