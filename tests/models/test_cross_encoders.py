"""rag.models.cross_encoders: models of the user's own that read sentences and judge claims."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_encoders import make_cross_encoder

from rag.config import Settings
from rag.errors import ModelError
from rag.models.checker import open_checker
from rag.models.cross_encoders import CrossEncoderEntailment, CrossEncoderReader

TEXT, CLAIM = "The old dam burst on Monday, the mayor said.", "The dam burst, the mayor said."


@pytest.mark.parametrize(
    "labels",
    [
        ("contradiction", "entailment", "neutral"),
        ("ENTAILMENT", "NEUTRAL", "CONTRADICTION"),
        ("not_entailment", "entailment"),
    ],
)
def test_entailment_is_the_probability_of_its_class(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    """Wherever the model has that class, as sentence-transformers computes it."""
    import torch
    from sentence_transformers import CrossEncoder

    folder = make_cross_encoder(tmp_path, labels)

    likely = CrossEncoderEntailment(folder).entails(TEXT, CLAIM)

    [expected] = CrossEncoder(str(folder), device="cpu").predict(
        [(TEXT, CLAIM)], activation_fn=torch.nn.Softmax(dim=-1)
    )
    place = [label.lower() for label in labels].index("entailment")
    assert likely == pytest.approx(float(expected[place]), abs=1e-6)
    assert 0 < likely < 1


def test_a_model_without_entailment_is_no_judge(tmp_path: Path) -> None:
    """The message names its classes, the hint the setting."""
    folder = make_cross_encoder(tmp_path, ("spam", "ham"))

    with pytest.raises(ModelError, match="spam, ham") as caught:
        CrossEncoderEntailment(folder)

    assert "`checker`" in str(caught.value.hint)


def test_a_judge_is_no_reader(tmp_path: Path) -> None:
    """A reader gives one score."""
    folder = make_cross_encoder(tmp_path, ("entailment", "neutral", "contradiction"))

    with pytest.raises(ModelError, match="3 scores"):
        CrossEncoderReader(folder)


def test_a_folder_without_a_judge_is_an_error(tmp_path: Path) -> None:
    """The message names the folder; none is no error."""
    with pytest.raises(ModelError, match=str(tmp_path)):
        open_checker(Settings(checker=str(tmp_path)))

    assert open_checker(Settings(checker="none")) is None
