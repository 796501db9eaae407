"""rag.evaluate.read_answers: answers of any program are read as they are, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.cost import Tokens
from rag.errors import EvalError
from rag.evaluate.read_answers import FAILURE_SCHEMA, read_given
from rag.render.as_json import answer_dict

CITATION = {"path": "a.txt", "start": 1, "end": 4, "quote": "dam"}
ANSWER: dict[str, Any] = {
    "id": "1",
    "schema": "rag.answer/1",
    "question": "What burst?",
    "claims": [{"text": "The dam.", "citations": [CITATION]}],
}


def test_an_answer_of_ours_reads_back(seeds_index: Path, cache: Path) -> None:
    """Claims with their citations, answerability and time."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as assistant:
        answer = assistant.ask("What did Peskov say about Crimea?")
        refusal = assistant.ask("What did Macron say about Crimea?")

    given, refused = (
        read_given({"id": "1", **answer_dict(each)}, place="here") for each in (answer, refusal)
    )

    assert [claim.text for claim in given.claims] == [claim.text for claim in answer.claims]
    cited = [citation for claim in given.claims for citation in claim.citations]
    assert [c.quote for c in cited] == [c.quote for c in answer.citations]
    assert given.answerability == pytest.approx(answer.answerability, abs=1e-4)
    assert given.total_ms == pytest.approx(answer.timings.total, abs=0.1)
    assert given.tokens is None
    assert not given.abstained
    assert refused.abstained
    assert refused.text == ""


def test_copies_of_a_cited_sentence_are_places_of_it_too() -> None:
    """Those that the answer names, none where it names none."""
    copied = {**CITATION, "also_in": [{**CITATION, "path": "b.txt"}]}
    claims = [{"text": "The dam.", "citations": [copied, CITATION]}]

    one, other = read_given({**ANSWER, "claims": claims}, place="here").claims[0].citations

    assert [place.path for place in one.places] == ["a.txt", "b.txt"]
    assert [place.path for place in other.places] == ["a.txt"]


def test_what_other_programs_leave_out_is_not_known() -> None:
    """Claims and a question are enough."""
    given = read_given(ANSWER, place="here")

    assert (given.answerability, given.total_ms, given.tokens) == (None, None, None)
    assert given.claims[0].citations[0].path == "a.txt"


def test_tokens_are_what_was_read_and_written() -> None:
    """The prompt costs as much as the answer does."""
    tokens = Tokens(prompt=40, answer=2)

    given = read_given({**ANSWER, "tokens": {"prompt": tokens.prompt, "answer": 2}}, place="here")

    assert given.tokens == 42


def test_a_failure_is_neither_an_answer_nor_a_refusal() -> None:
    """It says what went wrong."""
    failure = {"id": "1", "schema": FAILURE_SCHEMA, "question": "What?", "error": "out of time"}

    given = read_given(failure, place="here")

    assert given.failure == "out of time"
    assert not given.abstained


def cited(**change: Any) -> dict[str, Any]:
    """A change of the only citation."""
    return {"claims": [{"text": "x", "citations": [{**CITATION, **change}]}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "else/1"}, "schema 'else/1' is not known"),
        ({"id": 7}, "7 is not text"),
        ({"question": None}, "None is not text"),
        ({"claims": [{"citations": []}]}, "'text' is missing"),
        ({"claims": [{"text": "x"}]}, "'citations' is missing"),
        (
            {"claims": [{"text": "x", "citations": [{**CITATION, "start": "a"}]}]},
            "'a' is not a whole number",
        ),
        (cited(start=True), "'True' is not a whole number"),
        (cited(start="0"), "'0' is not a whole number"),
        (cited(end=0.9), "'0.9' is not a whole number"),
        (cited(end=10**30), "is not a whole number"),
        (cited(start=float("inf")), "'inf' is not a whole number"),
        (cited(path="\ud800"), "half a character"),
        (cited(quote=5), "5 is not text"),
        ({"claims": "The dam."}, "has the wrong type"),
        ({"claims": 5}, "has the wrong type"),
        ({"answerability": float("nan")}, "'nan' is not a number from 0 to 1"),
        ({"answerability": 1.5}, "'1.5' is not a number from 0 to 1"),
        ({"answerability": True}, "'True' is not a number from 0 to 1"),
        ({"timings_ms": {"total": float("inf")}}, "'inf' is not a number"),
        ({"timings_ms": {"total": -1}}, "'-1' is not a number"),
        ({"timings_ms": 5}, "has the wrong type"),
        ({"tokens": {"prompt": "7", "answer": 1}}, "'7' is not a whole number"),
        ({"tokens": {"prompt": 10**400, "answer": 1}}, "is not a whole number"),
        ({"dropped": 5}, "has the wrong type"),
        ({"dropped": [{"text": "x"}]}, "'why' is missing"),
        ({"nearest": [{}]}, "'path' is missing"),
        ({"reason": 5}, "5 is not text"),
        ({"short_answer": "Monday"}, "has the wrong type"),
        ({"short_answer": {"text": "x", "path": "a", "start": 0}}, "'end' is missing"),
        ({"short_answer": {"text": 1, "path": "a", "start": 0, "end": 1}}, "1 is not text"),
        ({"schema": FAILURE_SCHEMA}, "'error' is missing"),
        ({"schema": FAILURE_SCHEMA, "error": None}, "None is not text"),
        ({"schema": FAILURE_SCHEMA, "error": " "}, "a failure says what went wrong"),
        ({"answerability": "high"}, "'high' is not a number from 0 to 1"),
    ],
)
def test_what_is_no_answer_is_refused(change: dict[str, Any], message: str) -> None:
    """With the place, and what is wrong with it; nothing is guessed from another type."""
    with pytest.raises(EvalError, match=r"answers\.jsonl, line 3 is not an answer") as caught:
        read_given({**ANSWER, **change}, place="answers.jsonl, line 3")

    assert message in caught.value.message
