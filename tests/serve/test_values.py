"""rag.serve.values: what goes over a connection comes back equal, and nothing else comes back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Answer, Citation, Span
from rag.filters import Filters
from rag.serve.messages import Asked
from rag.serve.values import plain, value_of

QUESTIONS = [
    ("What did Peskov say about Crimea?", Filters()),
    ("How many people marched for the Saltmarsh Bridge?", Filters(since="2019")),
    ("What did Macron say about Crimea in July 2018?", Filters()),  # no article has it
    ("How many articles mention Crimea?", Filters()),
]


@pytest.fixture(scope="module")
def assistant(seeds_index: Path, cache: Path) -> Any:
    """The seeds, answered with quotations."""
    with Assistant.open(settings=Settings(index=seeds_index, cache=cache)) as opened:
        yield opened


@pytest.mark.parametrize(("question", "filters"), QUESTIONS)
def test_each_event_of_an_answer_comes_back_equal(
    assistant: Assistant, question: str, filters: Filters
) -> None:
    """Through JSON text, with all numbers to the last digit."""
    events = list(assistant.stream(question, filters))

    back = [value_of(type(one), json.loads(json.dumps(plain(one)))) for one in events]

    assert isinstance(events[-1], Answer)
    assert back == events


def test_a_question_comes_back_with_half_a_character() -> None:
    """A shell can type it; refusing it is for who reads the question."""
    asked = Asked(question="Who \udcff?", filters=Filters(tag=("a", "b")), events=("Claim",))

    assert value_of(Asked, json.loads(json.dumps(plain(asked)))) == asked


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        "Span",
        {"start": 1},
        {"start": 1, "end": "2"},
        {"start": True, "end": 2},
        {"start": 1, "end": 2.0},
        {"start": 5, "end": 2},
        {"start": 1, "end": 2, "of": 3},
    ],
)
def test_what_is_no_value_is_refused(given: object) -> None:
    """A missing, wrong or unknown part, and a value that the class does not take."""
    with pytest.raises((TypeError, ValueError)):
        value_of(Span, given)


def test_every_field_of_a_citation_is_sent() -> None:
    """So that one that is added later is not lost."""
    names = {entry.name for entry in dataclasses.fields(Citation)}
    source = {"path": "a", "title": None, "outlet": None, "date": None, "sha256": "", "url": None}
    made = value_of(
        Citation,
        {"n": 1, "source": source, "start": 0, "end": 1, "line": 1, "quote": "a", "speaker": None},
    )

    assert plain(made).keys() == names
