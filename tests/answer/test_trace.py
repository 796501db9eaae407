"""rag.answer.trace: the events of an answer, gathered into its whole path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.answer.trace import Trace, traced
from rag.domain import Answer, EvidenceFound, Retrieved
from rag.models.prompts import Prompt
from rag.question.read import read_question

PESKOV = "What did Peskov say about Crimea?"
MACRON = "What did Macron say about Crimea?"  # no article has it


@pytest.fixture(scope="module")
def quoting(seeds_index: Path, cache: Path) -> Iterator[Assistant]:
    """The seeds, answered by quoting."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as assistant:
        yield assistant


def test_an_answer_is_explained_by_what_was_found_and_used(quoting: Assistant) -> None:
    """Everything that was streamed, and in the answer's claims nothing that was not used."""
    trace = Trace()
    events = list(traced(quoting.stream(PESKOV), trace))

    explanation = trace.explanation()
    [step] = explanation.steps
    [found] = [event for event in events if isinstance(event, Retrieved)]
    [used] = [event for event in events if isinstance(event, EvidenceFound)]
    assert explanation.answer is events[-1]
    assert step.question == read_question(PESKOV)
    assert step.retrieved is found
    assert (step.used, step.cut) == (used.evidence, used.cut)
    assert step.prompt is None
    quoted = {citation.quote for citation in explanation.answer.citations}
    assert quoted <= {one.text for used in step.used for one in (used, *used.also)}
    assert not {one.id for one in step.used} & {cut.evidence.id for cut in step.cut}


def test_tracing_changes_nothing(quoting: Assistant) -> None:
    """The same events, in their order."""
    plain = [type(event) for event in quoting.stream(PESKOV)]

    assert [type(event) for event in traced(quoting.stream(PESKOV), Trace())] == plain


def test_an_abstention_used_nothing(quoting: Assistant) -> None:
    """What was found is there all the same."""
    trace = Trace()
    list(traced(quoting.stream(MACRON), trace))

    [step] = trace.explanation().steps
    assert trace.explanation().answer.abstained
    assert step.used == step.cut == ()
    assert step.retrieved.evidence


def test_each_question_that_was_asked_at_once_is_a_step(quoting: Assistant) -> None:
    """With what was found for it, also where the second has no answer."""
    trace = Trace()
    list(traced(quoting.stream("What did Peskov and Macron say about Crimea?"), trace))

    peskov, macron = trace.explanation().steps
    assert peskov.question.text == PESKOV
    assert peskov.used
    assert macron.question.text == MACRON
    assert macron.retrieved.evidence
    assert not macron.used


def test_the_prompt_belongs_to_its_question() -> None:
    """To the last one that was read."""
    trace, prompt = Trace(), Prompt(system="Cite.", user="Who?")
    trace.add(read_question("Who?"))
    trace.add(read_question("When?"))
    trace.add(prompt)
    trace.add(Answer(question="Who? When?", reason="No article says so."))

    assert [step.prompt for step in trace.explanation().steps] == [None, prompt]


def test_there_is_nothing_to_explain_before_the_answer() -> None:
    """It would be half of the path."""
    trace = Trace()
    trace.add(read_question("Who?"))

    with pytest.raises(ValueError, match="no answer yet"):
        trace.explanation()
