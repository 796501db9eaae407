"""rag.models.kept_texts: what a model has written is not written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.cost import Tokens
from rag.models.kept_texts import KeptTexts
from rag.models.prompts import Prompt

PROMPT = Prompt(system="Answer.", user="What happened?")


class Model:
    """A language model that counts what it is asked.

    Attributes:
        asked: So many prompts.
    """

    name = "model"

    def __init__(self, text: str = "The dam burst.\nNine boats sank.\n") -> None:
        self._text = text
        self.asked = 0
        self.tokens: Tokens | None = None

    def load(self) -> Model:
        """Itself."""
        return self

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Everything but long prompts."""
        return len(prompt.user) < 100

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """The text, three characters at a time."""
        self.asked += 1
        for start in range(0, len(self._text), 3):
            self.tokens = Tokens(prompt=9, answer=start)
            yield self._text[start : start + 3]

    def close(self) -> None:
        """Nothing to give back."""


def keeping(folder: Path, model: Model, *, identity: str = "a", most: int = 10) -> KeptTexts:
    """A keeper that finds what was kept in a folder."""
    return KeptTexts(name="model", identity=identity, folder=folder, most=most, load=lambda: model)


def written(texts: KeptTexts, prompt: Prompt = PROMPT, *, grammar: str = "g") -> str:
    """The whole answer."""
    return "".join(texts.stream(prompt, grammar=grammar, tokens=99))


def test_a_text_is_written_once(tmp_path) -> None:
    """Another process has it without the model, and it took nothing."""
    model = Model()
    first = written(keeping(tmp_path / "texts", model))
    again = keeping(tmp_path / "texts", model)

    assert again.fits(PROMPT, tokens=99)
    assert written(again) == first == "The dam burst.\nNine boats sank.\n"
    assert model.asked == 1
    assert again.tokens == Tokens(prompt=0, answer=0)


@pytest.mark.parametrize(
    ("identity", "prompt", "grammar"),
    [
        ("b", PROMPT, "g"),
        ("a", Prompt(system="Answer!", user="What happened?"), "g"),
        ("a", Prompt(system="Answer.", user="What happened then?"), "g"),
        ("a", PROMPT, "h"),
    ],
)
def test_another_model_prompt_or_grammar_is_another_text(
    tmp_path, identity, prompt, grammar
) -> None:
    """All that a text depends on tells it from others."""
    model = Model()
    written(keeping(tmp_path / "texts", model))
    written(keeping(tmp_path / "texts", model, identity=identity), prompt, grammar=grammar)

    assert model.asked == 2


def test_a_text_that_nobody_read_to_its_end_goes_on(tmp_path) -> None:
    """What is kept comes first, the rest from the model, and each once."""
    model = Model()
    reading = keeping(tmp_path / "texts", model).stream(PROMPT, grammar="g", tokens=99)
    assert [next(reading), next(reading)] == ["The", " da"]
    reading.close()

    pieces = list(keeping(tmp_path / "texts", model).stream(PROMPT, grammar="g", tokens=99))

    assert pieces[0] == "The da"
    assert "".join(pieces) == "The dam burst.\nNine boats sank.\n"
    assert model.asked == 2
    assert written(keeping(tmp_path / "texts", model)) == "".join(pieces)
    assert model.asked == 2


def test_only_the_newest_are_kept(tmp_path) -> None:
    """The file does not grow."""
    model = Model()
    texts = keeping(tmp_path / "texts", model, most=3)
    prompts = [Prompt(system="", user=f"Question {n}?") for n in range(8)]
    for prompt in prompts:
        written(texts, prompt)
    for prompt in prompts[5:]:
        written(texts, prompt)

    assert model.asked == 8
    written(texts, prompts[4])
    assert model.asked == 9


@pytest.mark.parametrize("folder", ["file/texts", "/proc/texts"])
def test_where_nothing_can_be_kept_all_is_written_anew(tmp_path, folder) -> None:
    """The answer is the same."""
    (tmp_path / "file").write_text("no folder")
    model = Model()

    assert written(keeping(tmp_path / folder, model)) == written(keeping(tmp_path / folder, model))
    assert model.asked == 2


def test_a_damaged_text_is_written_anew(tmp_path) -> None:
    """And is whole again afterwards."""
    model = Model()
    whole = written(keeping(tmp_path, model))
    [kept] = tmp_path.iterdir()
    kept.write_text(kept.read_text()[:20])

    assert [written(keeping(tmp_path, model)) for _ in range(2)] == [whole, whole]
    assert model.asked == 2


def test_what_does_not_fit_is_said_by_the_model(tmp_path) -> None:
    """A kept text is known to have fitted; for another, the model is asked."""
    texts = keeping(tmp_path / "texts", Model())

    assert not texts.fits(Prompt(system="", user="long " * 99), tokens=9)


def test_texts_are_for_their_owner_alone_and_have_no_prompt(tmp_path) -> None:
    """What was asked cannot be read from them."""
    folder = tmp_path / "texts"
    written(keeping(folder, Model()))
    [kept] = folder.iterdir()

    assert folder.stat().st_mode & 0o077 == 0
    assert "happened" not in kept.name + kept.read_text()
