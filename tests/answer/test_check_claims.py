"""rag.answer.check_claims: verdicts on claims whose evidence is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.answer.check_claims import check_claims, read_claims
from rag.errors import ConfigError
from rag.models.checker import Cited


class Believer:
    """A checker that finds that all follows."""

    def follows(self, claims: list[str], cited: Cited) -> list[float]:
        """Very likely."""
        return [50.0] * len(claims)


def write(folder: Path, *rows: object) -> Path:
    """Rows as a JSONL file."""
    path = folder / "claims.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_each_claim_gets_a_verdict(tmp_path: Path) -> None:
    """In their order; a reason for those that are not supported."""
    path = write(
        tmp_path,
        {"id": "a", "claim": "The dam burst.", "evidence": ["On Monday the dam", "burst."]},
        {"id": 2, "claim": "Ten dams burst.", "evidence": ["The dams burst."], "kind": "number"},
        {"id": "c", "claim": "It burst."},
    )

    told = list(check_claims(read_claims(path), lambda: Believer()))

    assert [(one["id"], one["verdict"]) for one in told] == [
        ("a", "supported"), ("2", "unsupported"), ("c", "unsupported"),
    ]  # fmt: skip
    assert told[0]["support"] > 0.9
    assert told[0]["why"] is None
    assert told[1]["support"] < 0.9  # below the line, whatever the checker says
    assert told[1]["why"] == "has a number that is not in the sentence: ten"


def test_names_may_stand_around_the_evidence(tmp_path: Path) -> None:
    """In the title, and in the sentence before."""
    row = {"id": "a", "claim": "Ada Lark left.", "evidence": ["She left."]}
    told = [
        next(check_claims(read_claims(write(tmp_path, row | more)), lambda: Believer()))
        for more in ({}, {"title": "Ada Lark"}, {"before": "Ada Lark came."})
    ]

    assert [one["verdict"] for one in told] == ["unsupported", "supported", "supported"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "line 1 is not a JSON object"),
        ("{", "line 1 is not JSON"),
        ('{"id": "a"}', "line 1 has no id or no claim"),
        ('{"id": "a", "claim": 7}', "line 1 has no id or no claim"),
        ('{"id": "a", "claim": "x", "evidence": "y"}', "line 1 has evidence that is no list"),
        ('{"id": "a", "claim": "x", "before": 1}', "line 1 has a `before` or `title`"),
        ('{"id": "a", "claim": "x"}\n{"id": "a", "claim": "x"}', "has the id 'a' twice"),
    ],
)
def test_a_line_that_is_no_claim_is_named(tmp_path: Path, line: str, message: str) -> None:
    """With what such a line looks like."""
    path = tmp_path / "claims.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(ConfigError, match=message) as caught:
        read_claims(path)

    assert caught.value.hint
