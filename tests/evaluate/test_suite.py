"""rag.evaluate.suite: several sets in a file; a mistake in it is named by the set it is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import EvalError
from rag.evaluate.suite import SuiteSet, read_suite


def written(folder: Path, text: str) -> Path:
    """A suite file."""
    path = folder / "suite.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_sets_come_in_order_with_paths_from_the_file(tmp_path: Path) -> None:
    """Names default to those of the gold files."""
    path = written(
        tmp_path,
        """
        [[set]]
        gold = "one.jsonl"

        [[set]]
        name = "again"
        gold = "../two.csv"
        corpus = "articles"
        limit = 5
        seed = 3
        optional = true
        settings = { mode = "dense", sentences = 1 }
        """,
    )

    assert read_suite(path) == [
        SuiteSet(name="one", gold=tmp_path / "one.jsonl"),
        SuiteSet(
            name="again",
            gold=tmp_path / "../two.csv",
            corpus=tmp_path / "articles",
            limit=5,
            seed=3,
            optional=True,
            settings={"mode": "dense", "sentences": 1},
        ),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml [", "is not valid TOML"),
        ("", r"needs \[\[set\]\] tables"),
        ("set = 3", r"needs \[\[set\]\] tables"),
        ('[[set]]\ngold = "a"\n[other]\n', r"needs \[\[set\]\] tables"),
        ('[[set]]\nname = "a"', "set 1 has no gold set"),
        (
            '[[set]]\ngold = "a"\n[[set]]\ngold = "b"\nlimits = 3',
            "set 2 has an unknown key 'limits'",
        ),
        ('[[set]]\ngold = "a"\nlimit = "3"', "set 1 has 'limit' of the wrong type"),
        ('[[set]]\ngold = "a"\nlimit = true', "set 1 has 'limit' of the wrong type"),
        ('[[set]]\ngold = "a"\n[[set]]\ngold = "x/a.csv"', "two sets named 'a'"),
        ('[[set]]\ngold = "a"\nname = "../b"', "cannot be a folder name"),
        ('[[set]]\ngold = "a"\nname = ""', "cannot be a folder name"),
        ('[[set]]\ngold = "a"\nsettings = { mod = "dense" }', "unknown setting `mod`"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    """With what a set looks like, or the key that was meant."""
    with pytest.raises(EvalError, match=message) as caught:
        read_suite(written(tmp_path, text))

    assert caught.value.hint


def test_a_suite_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It names the file."""
    with pytest.raises(EvalError, match=r"suite\.toml cannot be read"):
        read_suite(tmp_path / "suite.toml")
