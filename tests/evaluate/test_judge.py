"""rag.evaluate.judge: an opinion from an endpoint, kept apart, whatever the endpoint says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scripted import endpoint

from rag.config import Settings
from rag.errors import ModelError
from rag.evaluate.gold import Fact, GoldItem
from rag.evaluate.judge import judge
from rag.evaluate.read_answers import FAILURE_SCHEMA

ITEMS = {
    "1": GoldItem(
        id="1",
        question="Who left?",
        answerable=True,
        facts=(Fact(any_of=("Lark", "the gardener"), sources=("a.txt",)),),
    ),
    "2": GoldItem(id="2", question="Who stayed?", answerable=False, facts=()),
    "3": GoldItem(id="3", question="Who slept?", answerable=False, facts=()),
}


def record(id: str, *claims: str) -> dict[str, Any]:
    """An answer of these claims."""
    return {
        "id": id,
        "schema": "rag.answer/1",
        "question": ITEMS[id].question,
        "claims": [{"text": claim, "citations": []} for claim in claims],
    }


def test_every_answer_is_judged_by_what_was_expected() -> None:
    """The judge sees question, facts and answer; failures are not put to it."""
    words = ["Yes. It names the gardener.\n", "no: it should have refused\n"]
    seen: list[str] = []

    def reply(asked: str) -> str:
        seen.append(asked)
        return words[len(seen) - 1]

    records = {
        "1": record("1", "The gardener left."),
        "2": record("2", "Lark stayed."),
        "3": {"id": "3", "schema": FAILURE_SCHEMA, "question": "Who slept?", "error": "died"},
    }

    settings = Settings(llm_api_key="of-the-answerer", judge_api_key="of-the-judge")
    with endpoint(reply) as (address, keys):
        found = judge(ITEMS, records, url=address, settings=settings)

    assert found["questions"] == {
        "1": {"opinion": "yes", "reason": "It names the gardener."},
        "2": {"opinion": "no", "reason": "it should have refused"},
    }
    assert (found["answers"], found["yes"], found["no"], found["partly"]) == (2, 0.5, 0.5, 0.0)
    assert "of-the-" not in json.dumps(found)
    assert keys == ["Bearer of-the-judge"] * 2
    first, second = seen
    assert "Who left?" in first
    assert "Lark or the gardener" in first
    assert "The gardener left." in first
    assert "do not hold an answer" in second


def test_a_judge_that_does_not_judge_is_unclear() -> None:
    """Its words are kept as the reason."""
    with endpoint(lambda asked: "As a language model I cannot say.\n") as (address, _):
        found = judge(ITEMS, {"1": record("1", "Lark left.")}, url=address, settings=Settings())

    assert found["unclear"] == 1.0
    assert found["questions"]["1"]["reason"] == "As a language model I cannot say."


def test_a_judge_that_is_not_there_is_an_error() -> None:
    """It says so, and no opinion is made up."""
    with pytest.raises(ModelError, match="does not answer"):
        judge(
            ITEMS,
            {"1": record("1", "Lark left.")},
            url="http://127.0.0.1:9/v1",
            settings=Settings(),
        )
