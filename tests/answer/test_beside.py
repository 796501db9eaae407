"""rag.answer.beside: what a further sentence of an answer has to be about."""

from __future__ import annotations

from made import sentence, source

from rag.answer.beside import Beside
from rag.domain import Evidence
from rag.question.read import read_question

ELSE, OFF = "is not said by whom the question names", "is not about what the question names"


def why_not(question: str, best: Evidence, found: Evidence, *more: Evidence) -> str | None:
    """Why a sentence cannot stand beside the best one."""
    by_id = {one.id: one for one in (best, found, *more)}
    return Beside.of(read_question(question), by_id).why_not(found, best)


def lark(id: int, text: str, **more: object) -> Evidence:
    """A sentence of Ada Lark."""
    return sentence(text, id=id, speaker="Ada Lark", **more)


def test_on_a_topic_a_further_sentence_is_on_it_too() -> None:
    """Itself, or the one before or after: of the ferry alone nobody asked."""
    question = "What did Ada Lark say about the bridge?"
    best = lark(4, "The bridge is old.")
    ferry = lark(9, "The ferry is new.")

    assert why_not(question, best, ferry) == OFF
    assert why_not(question, best, lark(9, "The bridge is narrow.")) is None
    assert why_not(question, best, lark(5, "It needs paint.")) is None
    assert why_not(question, best, ferry, sentence("And the bridge?", id=8)) is None
    assert why_not(question, best, ferry, lark(10, "The bridge is not.")) is None


def test_the_question_to_the_next_speaker_tells_no_topic() -> None:
    """What an interviewer asks afterwards is not what was spoken of before."""
    question = "What did Ada Lark say about the bridge?"
    asks = sentence("What of the bridge?", id=3, speaker="Ben Foe")

    assert why_not(question, lark(4, "The bridge is old."), lark(2, "Thank you."), asks) == OFF


def test_a_title_tells_what_all_of_an_article_is_about() -> None:
    """And where the best sentence does not name the topic, none has to."""
    question = "What did Ada Lark say about the bridge?"
    titled = lark(9, "It is a danger to all of us.", source=source("a.txt", title="Bridge shut"))

    assert why_not(question, lark(4, "The bridge is old."), titled) is None
    assert why_not(question, lark(4, "It is old."), lark(9, "The ferry is new.")) is None


def test_where_the_best_is_of_whom_is_asked_for_no_other_joins() -> None:
    """What nobody says may tell of them."""
    question = "What does the Harbour League want for the bridge?"
    best = sentence("Paint the bridge, the Harbour League said.", id=4, speaker="Harbour League")
    other = sentence("Leave the bridge, Ben Foe said.", id=9, speaker="Ben Foe")
    nobody = sentence("The league wants the bridge to be closed.", id=9)

    assert why_not(question, best, other) == ELSE
    assert why_not(question, best, nobody) is None
    assert why_not("What do critics want for the bridge?", best, other) is None


def test_any_words_of_somebody_are_their_own() -> None:
    """Where no topic is named, what nobody says does not join either."""
    best, nobody = lark(4, "The bridge is old."), sentence("The ferry is new.", id=9)

    assert why_not("What did Ada Lark say?", best, nobody) == ELSE


def test_where_the_best_has_the_number_a_further_sentence_has_one() -> None:
    """Or the time, for "when"."""
    best = sentence("In May 2019 the bridge lost nine bolts.", id=4)
    bare = sentence("The bolts were rusty.", id=5)
    question = "How many bolts did the bridge lose?"

    assert why_not(question, best, bare) == "has no number"
    assert why_not("When did the bridge lose its bolts?", best, bare) == "has no time"
    assert why_not(question, best, sentence("Four bolts were found.", id=5)) is None
    assert why_not("In what time did Lark run?", best, sentence("It took 9.8.", id=5)) is None
    assert why_not(question, sentence("It lost bolts.", id=4), bare) is None
    assert why_not("Why did the bridge lose bolts?", best, bare) is None


def test_what_speaks_against_the_best_needs_no_number() -> None:
    """So "nobody came" is the other side of "nine came"."""
    best, bare = sentence("Nine people came.", id=4), sentence("Nobody came.", id=9)
    beside = Beside.of(read_question("How many people came?"), {})

    assert beside.why_not(bare, best) == "has no number"
    assert beside.why_not(bare, best, opposed=True) is None
