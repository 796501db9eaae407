"""rag.retrieve.stated: who holds an office, where a place is, and what does not say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made import sentence

from rag import Assistant, Settings
from rag.domain import Answer
from rag.question.read import read_question
from rag.retrieve.stated import stated, unstated
from rag.sync.update import sync

ARTICLES = {
    "talks.txt": (
        "In the paper of the defence ministry, Tarnish Foreign Minister Ada Lark praised the"
        " talks.\n\nThe talks in Orford, Suffolk, took two days. Relations between Ipswich and"
        " Orford are good. The mayor, Bo Hill, met Norrish President Cy Dunn for supper."
    ),
    "visit.txt": (
        "The talk of the town is the Tarnish president. What the Tarnish president wants, nobody"
        " knows, and the Tarnish president does not tell.\n\nOn Monday a guest came to supper:"
        " Tarnish President Eve Ford."
    ),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """An index of two articles, answered by quoting."""
    folder = tmp_path_factory.mktemp("stated")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


def test_other_questions_demand_nothing() -> None:
    """Only these two kinds can be told by their words."""
    asked = read_question("What did Ada Lark say?")

    assert stated(asked, "Ada Lark came.", title="") is None
    assert unstated(asked, [sentence("Ada Lark came.")]) is None


def test_an_office_that_nobody_is_said_to_hold_is_refused(assistant: Assistant) -> None:
    """The foreign minister stands beside the words, and is another."""
    answer = assistant.ask("Who is the Tarnish defence minister?")

    assert answer.reason == "No sentence that was found says who the Tarnish defence minister is."


def test_the_sentence_that_names_the_holder_comes_first(assistant: Assistant) -> None:
    """Before those that have the words of the question more often; alone in the answer."""
    answer = assistant.ask("Who is the Tarnish president?")

    assert [claim.text for claim in answer.claims] == [
        "On Monday a guest came to supper: Tarnish President Eve Ford."
    ]


def shorts(answer: Answer) -> str | None:
    """The short answer's words."""
    return answer.short_answer.text if answer.short_answer else None


def test_whose_office_it_is_must_be_told_for_a_short_answer(assistant: Assistant) -> None:
    """A mayor of whom it is not said of which town may be shown, and is not given as the answer."""
    answer = assistant.ask("Who is the mayor of Ipswich?")

    assert shorts(answer) is None


def test_where_a_place_is_comes_from_who_states_it(assistant: Assistant) -> None:
    """Another place in the sentence is no answer."""
    answer = assistant.ask("Where is Orford?")

    assert "Orford, Suffolk" in answer.claims[0].text
    assert assistant.ask("Where is Ipswich?").reason == (
        "No sentence that was found says where Ipswich is."
    )
