"""rag.answer.conversation: turns that refer to those before, on the real index of the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.answer.conversation import Conversation
from rag.domain import Answer
from rag.errors import QuestionError
from rag.language.text import plain

PESKOV = "What did Peskov say about Crimea?"
CRIMEA = "2018-07-02-crimea-not-on-agenda.txt"


@pytest.fixture(scope="module")
def quoting(seeds_index: Path, cache: Path) -> Iterator[Assistant]:
    """The seeds, answered by quoting."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as assistant:
        yield assistant


@pytest.fixture
def talk(quoting: Assistant) -> Conversation:
    """A conversation in which nothing was said."""
    return Conversation(quoting)


def ask(talk: Conversation, asked: str) -> Answer:
    """The answer at the end of a turn."""
    *_, answer = talk.stream(asked)
    assert isinstance(answer, Answer)
    return answer


def test_turns_are_kept_as_asked_and_as_understood(talk: Conversation) -> None:
    """From the first question over another speaker to her words' time."""
    for asked in (PESKOV, "And Sanders?", "When did she say that?"):
        ask(talk, asked)

    assert [(turn.n, turn.asked, turn.question) for turn in talk.turns] == [
        (1, PESKOV, PESKOV),
        (2, "And Sanders?", "What did Sanders say about Crimea?"),
        (3, "When did she say that?", "When did Sarah Sanders say that about Crimea?"),
    ]


def test_a_follow_up_is_answered_as_the_whole_question_is(
    talk: Conversation, quoting: Assistant
) -> None:
    """Sentence by sentence."""
    ask(talk, PESKOV)

    followed = ask(talk, "And Sanders?")

    assert not followed.abstained
    assert followed.text == quoting.ask("What did Sanders say about Crimea?").text
    assert followed.text != talk.turns[0].answer.text


def test_the_full_name_comes_from_the_answer(talk: Conversation) -> None:
    """Who "he" is, the articles call Dmitry Peskov."""
    ask(talk, PESKOV)

    assert talk.understand("Did he mention Helsinki?") == "Did Dmitry Peskov mention Helsinki?"


def test_an_answer_can_be_referred_to(talk: Conversation) -> None:
    """Its person by "he"."""
    answer = ask(talk, "Who owns a bakery on the east bank?")

    assert answer.short_answer is not None
    assert answer.short_answer.text == "Anselm Crake"
    assert talk.understand("What did he say?") == "What did Anselm Crake say?"


def test_who_speaks_in_the_articles_is_another_speaker(talk: Conversation) -> None:
    """Any other name is another topic."""
    ask(talk, PESKOV)

    assert talk.understand("And Bolton?") == "What did Bolton say about Crimea?"
    assert talk.understand("And Syria?") == "What did Peskov say about Syria?"
    assert talk.understand("And the United States?") == (
        "What did the United States say about Crimea?"
    )
    assert talk.understand("And the bridge?") == "What did Peskov say about the bridge?"


def test_understanding_asks_nothing(talk: Conversation) -> None:
    """No turn comes of it; the first question is understood as it is."""
    assert talk.understand("  And\tSanders? ") == "And Sanders?"
    assert talk.turns == []


def test_each_turn_has_its_own_citations_and_path(talk: Conversation) -> None:
    """Numbered from 1 again, and explained by its own question."""
    for asked in (PESKOV, "When was Notre-Dame reopened?"):
        ask(talk, asked)

    first, second = talk.turns
    assert [turn.answer.citations[0].n for turn in talk.turns] == [1, 1]
    assert CRIMEA in {citation.source.path for citation in first.answer.citations}
    assert second.answer.citations[0].source.path == "notre-dame-reopens.html"
    assert [turn.explanation.steps[0].question.text for turn in talk.turns] == [
        PESKOV,
        "When was Notre-Dame reopened?",
    ]


def test_a_question_that_is_refused_is_no_turn(talk: Conversation) -> None:
    """What came before can still be referred to."""
    ask(talk, PESKOV)

    for asked in ("", "?!", "a" * 8_001, "half a character \udcff"):
        with pytest.raises(QuestionError):
            ask(talk, asked)

    assert len(talk.turns) == 1
    assert talk.understand("And Sanders?") == "What did Sanders say about Crimea?"


def test_an_answer_that_is_not_read_to_its_end_is_no_turn(talk: Conversation) -> None:
    """As when it is stopped."""
    events = talk.stream(PESKOV)
    next(events)
    events.close()

    assert talk.turns == []


def test_a_turn_without_an_answer_can_be_followed(talk: Conversation) -> None:
    """It was asked after all."""
    assert ask(talk, "What did Macron say about Crimea?").abstained

    assert talk.understand("And Peskov?") == PESKOV


@pytest.mark.parametrize("asked", ["Where?", "Tell me more", "Are you sure?", "Who said that?"])
def test_a_first_question_that_only_refers_is_refused(talk: Conversation, asked: str) -> None:
    """With the question what is meant, and no sentence that happens to be near."""
    answer = ask(talk, asked)

    assert answer.reason == f'It is not clear what "{asked}" refers to: whom or what do you mean?'
    assert answer.nearest == ()
    assert answer.looked_for == ()


def test_after_a_refusal_there_is_still_nothing_to_refer_to(talk: Conversation) -> None:
    """It is the second that is not clear, too."""
    ask(talk, "Tell me more")

    assert "refers to" in (ask(talk, "Are you sure?").reason or "")


@pytest.fixture
def one_by_one(seeds_index: Path, cache: Path) -> Iterator[Conversation]:
    """A conversation whose answers have one sentence each, and what it leans on."""
    settings = Settings(cache=cache, llm="none", sentences=1)
    with Assistant.open(seeds_index, settings=settings) as assistant:
        yield Conversation(assistant)


def test_more_is_what_was_not_shown(one_by_one: Conversation) -> None:
    """Sentences on the question before, each once, until there are no more."""
    talk = one_by_one
    first = ask(talk, PESKOV)
    shown = {(one.source.path, one.start) for one in first.citations}
    answers = []
    for _ in range(8):
        more = ask(talk, "Tell me more")
        assert more.question == PESKOV
        assert talk.turns[-1].question == f"What else is there: {PESKOV}"
        answers.append(more)
        if more.abstained:
            break
        found = {(one.source.path, one.start) for one in more.citations}
        assert not found & shown
        shown |= found

    assert len(answers) > 1
    assert answers[-1].reason == ("The articles contain nothing more that answers this question.")


def test_asked_whether_it_is_sure_it_shows_what_it_rests_on(talk: Conversation) -> None:
    """The same claims, each in the words of the sentence that it cites, under the same numbers."""
    first = ask(talk, PESKOV)

    again = ask(talk, "Are you sure about that?")

    assert again.citations == first.citations
    assert [claim.text for claim in again.claims] == [
        plain(claim.citations[0].quote) for claim in first.claims
    ]
    assert talk.turns[-1].question == f"What does the answer rest on: {PESKOV}"


def test_after_nothing_more_it_still_shows_what_the_answer_rests_on(
    one_by_one: Conversation,
) -> None:
    """Of the last answer that had anything."""
    last = ask(one_by_one, PESKOV)
    while not (more := ask(one_by_one, "Tell me more")).abstained:
        last = more

    again = ask(one_by_one, "Are you sure?")

    assert not again.abstained
    assert again.citations == last.citations


def test_who_said_that_asks_for_the_speaker(talk: Conversation) -> None:
    """Where the question before has a topic; else what the answer rests on is shown."""
    ask(talk, PESKOV)

    assert talk.understand("Who said that?") == "Who said that about Crimea?"

    ask(talk, "Who owns a bakery on the east bank?")

    assert talk.understand("Who said that?").startswith("What does the answer rest on: ")


def test_a_question_word_asks_it_of_the_question_before(talk: Conversation) -> None:
    """After "Are you sure?" too."""
    ask(talk, PESKOV)
    ask(talk, "Are you sure?")

    assert talk.understand("When?") == "When did Peskov say that about Crimea?"


@pytest.mark.parametrize("unclear", ["And Lars Dahl?", "Is she?", "Since when?"])
def test_what_was_not_understood_changes_nothing(talk: Conversation, unclear: str) -> None:
    """The question before it can still be referred to."""
    ask(talk, "Who owns a bakery on the east bank?")
    assert "is not clear" in (ask(talk, unclear).reason or "")

    assert talk.understand("Are you sure?").endswith("Who owns a bakery on the east bank?")
    assert talk.understand("What did he say?") == "What did Anselm Crake say?"


def test_a_pronoun_of_nothing_is_asked_back(talk: Conversation) -> None:
    """Rather than answered with whatever else it fits."""
    ask(talk, "Who are the sponsors?")

    assert "is not clear" in (ask(talk, "When will it reopen?").reason or "")


def test_where_something_comes_from_is_no_question_for_sources(talk: Conversation) -> None:
    """Where it is known what "it" is."""
    ask(talk, "When was the organ of Notre-Dame restored?")

    assert (
        talk.understand("Where does it come from?")
        == "Where does the organ of Notre-Dame come from?"
    )
    assert talk.understand("Where does that come from?").startswith("What does the answer rest on")


def test_an_answer_that_there_is_none_is_given_again(talk: Conversation) -> None:
    """It rests on the same reason."""
    first = ask(talk, "What did Macron say about Crimea?")

    again = ask(talk, "Are you sure?")

    assert again.abstained
    assert again.reason == first.reason
