"""rag.models.generator: the settings choose the language model."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Settings
from rag.errors import ModelError
from rag.models.endpoint import Endpoint
from rag.models.generator import open_generator
from rag.models.llama import LocalModel


def test_none_is_no_model() -> None:
    """`llm = "none"` is an answer without a language model, not an error."""
    assert open_generator(Settings(llm="none")) is None


def test_the_bundled_model_is_loaded() -> None:
    """By its name; it runs here."""
    generator = open_generator(Settings(llm="bundled", llm_context=256, threads=1))

    assert isinstance(generator, LocalModel)
    assert generator.name == "SmolLM2-135M-Instruct.Q4_1"
    generator.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "https://models.example/v1"])
def test_a_url_is_an_endpoint(url: str) -> None:
    """Nothing is sent before the first question: an endpoint that is down can be named."""
    generator = open_generator(Settings(llm=url, llm_model="big"))

    assert isinstance(generator, Endpoint)
    assert generator.name == "big"
    generator.close()


@pytest.mark.parametrize("llm", ["gone.gguf", "/nowhere/gone.gguf", "no-such-name", "."])
def test_a_model_that_is_not_there_is_refused(llm: str, tmp_path: Path) -> None:
    """The error has the exit code of models, and says how to get one."""
    settings = Settings(llm=llm, models=tmp_path, cache=tmp_path)

    with pytest.raises(ModelError, match="there is no language model") as caught:
        open_generator(settings)

    assert caught.value.exit_code == 5
    assert "rag models pull" in caught.value.hint


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """Any other file with that ending is told from a GGUF."""
    file = tmp_path / "notes.gguf"
    file.write_text("not a model", encoding="utf-8")

    with pytest.raises(
        ModelError, match=r"notes\.gguf is damaged, or is not a GGUF model"
    ) as caught:
        generator = open_generator(Settings(llm=str(file), models=tmp_path, cache=tmp_path))
        assert generator is not None
        generator.load()

    assert caught.value.hint
