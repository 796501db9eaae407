"""rag.question.follow_up: what a follow-up means, and when it is left as it was typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant, Settings
from rag.domain import Answer, Citation, Claim, ClaimKind, ShortAnswer, Source, Verdict
from rag.question.antecedents import Before, spoken_of
from rag.question.follow_up import stand_alone
from rag.question.read import LONGEST_QUESTION

PESKOV = "What did Peskov say about Crimea?"
SPIRE = "Who built the spire of Notre-Dame?"
SPEAKERS = {"Sanders", "Sarah Sanders", "Macron", "Trump", "Putin", "Merkel", "the White House"}


def understood(
    asked: str, question: str, *people: str, named: tuple[str, ...] = (), place: str | None = None
) -> str:
    """A follow-up, filled in from the question before and whom its answer is about."""
    before = Before(question=question, people=people, named=named, place=place)
    return stand_alone(asked, before, speaks=SPEAKERS.__contains__)


def test_a_first_question_is_left_as_it_is() -> None:
    """There is nothing to refer to; white space is put in order."""
    assert stand_alone("  And\n he? ", None) == "And he?"


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        (PESKOV, "And about Syria?", "What did Peskov say about Syria?"),
        (PESKOV, "about Syria", "What did Peskov say about Syria?"),
        (PESKOV, "What about sanctions?", "What did Peskov say about sanctions?"),
        (
            "What did Peskov say to reporters about Crimea?",
            "And about Syria?",
            "What did Peskov say to reporters about Syria?",
        ),
        (
            "What did Trump promise to do about Iran?",
            "And about China?",
            "What did Trump promise to do about China?",
        ),
        (
            "What did the mayor say about the bridge?",
            "and about the road?",
            "What did the mayor say about the road?",
        ),
        (
            "What did Trump say about NATO in 2018?",
            "And about Iran?",
            "What did Trump say about Iran in 2018?",
        ),
        (
            "What is Merkel's position on Nord Stream?",
            "And on Ukraine?",
            "What is Merkel's position on Ukraine?",
        ),
        ("What did Trump say to Merkel?", "And to Putin?", "What did Trump say to Putin?"),
        ("What did Peskov say?", "About Crimea?", "What did Peskov say about Crimea?"),
    ],
)
def test_another_topic(question: str, asked: str, expected: str) -> None:
    """It takes the place of the one before; the time stays."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        (PESKOV, "And Sanders?", "What did Sanders say about Crimea?"),
        (PESKOV, "and Sarah Sanders?", "What did Sarah Sanders say about Crimea?"),
        (PESKOV, "And the White House?", "What did the White House say about Crimea?"),
        (
            "What is Merkel's position on Nord Stream?",
            "And Macron's?",
            "What is Macron's position on Nord Stream?",
        ),
        (
            "What did Trump say about NATO in 2018?",
            "And Merkel?",
            "What did Merkel say about NATO in 2018?",
        ),
        (PESKOV, "And Syria?", "What did Peskov say about Syria?"),
        ("Who is Anselm Crake?", "And Maud Tellerby?", "Who is Maud Tellerby?"),
        ("Did Trump meet Putin?", "And Merkel?", "Did Trump meet Merkel?"),
        ("Will Trump visit London?", "And Paris?", "Will Trump visit Paris?"),
        ("Will Trump resign?", "And Merkel?", "Will Merkel resign?"),
        (
            "According to Stoltenberg, what should Kyiv do?",
            "And Moscow?",
            "According to Stoltenberg, what should Moscow do?",
        ),
        ("How many people died in Iraq?", "And in Syria?", "How many people died in Syria?"),
        ("Who died in the London attack?", "And in Paris?", "Who died in Paris?"),
        ("What do the Democrats want?", "And the Republicans?", "What do the Republicans want?"),
        ("What did Peskov say?", "And the ambassador?", "What did the ambassador say?"),
        ("What did Peskov say?", "And the cup?", "What did Peskov say about the cup?"),
        ("What did Peskov say on Iran?", "No, I meant Sanders.", "What did Sanders say on Iran?"),
        (
            "What did the Kremlin say about Crimea?",
            "And the Donbas?",
            "What did the Kremlin say about the Donbas?",
        ),
    ],
)
def test_another_name(question: str, asked: str, expected: str) -> None:
    """Who speaks in the articles is asked about the same; what does not is the topic."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        ("When was Notre-Dame reopened?", "And the spire?", "When was the spire reopened?"),
        ("Why did the dam burst?", "And the bridge?", "Why did the bridge burst?"),
        ("How much do goats eat in the shed?", "And hens?", "How much do hens eat in the shed?"),
        ("How much do hens eat in 2020?", "And in 2021?", "How much do hens eat in 2021?"),
        ("Were goats sold?", "and the hens?", "Were the hens sold?"),
        (SPIRE, "And the roof?", "Who built the roof of Notre-Dame?"),
        ("Why did the inn's owner leave?", "And the mill?", "Why did the mill's owner leave?"),
        (
            "Why did the inn's owner leave?",
            "And the mill's cook?",
            "Why did the mill's cook leave?",
        ),
        (
            "What does the inn's director say?",
            "And the director of the mill?",
            "What does the director of the mill say?",
        ),
        ("What is the Paris agreement?", "And the Kyoto protocol?", "What is the Kyoto protocol?"),
    ],
)
def test_another_thing(question: str, asked: str, expected: str) -> None:
    """One "the spire" stands for the other."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        (PESKOV, "And in July 2018?", "What did Peskov say about Crimea in July 2018?"),
        (PESKOV, "In 2018?", "What did Peskov say about Crimea in 2018?"),
        (PESKOV, "And in July?", "What did Peskov say about Crimea in July?"),
        (PESKOV, "And on Monday?", "What did Peskov say about Crimea on Monday?"),
        (PESKOV, "And after the summit?", "What did Peskov say about Crimea after the summit?"),
        (
            "What did Trump say about NATO in 2018?",
            "Since 2020?",
            "What did Trump say about NATO since 2020?",
        ),
        ("Who won the 2016 US election?", "And in 2020?", "Who won the 2020 US election?"),
        ("Who won the 2016 US election?", "And since 2020?", "And since 2020?"),
    ],
)
def test_another_time(question: str, asked: str, expected: str) -> None:
    """It is added, or takes the place of the time before."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        (PESKOV, "When?", "When did Peskov say that about Crimea?"),
        (PESKOV, "and why?", "Why did Peskov say that about Crimea?"),
        ("Did Trump meet Putin?", "Where?", "Where did Trump meet Putin?"),
        ("Did the lake rise?", "How much?", "How much did the lake rise?"),
        ("Who pays for the lake?", "How much?", "Who pays for the lake, how much?"),
        ("Where did Trump and Putin meet?", "When was that?", "When did Trump and Putin meet?"),
        ("When was Notre-Dame reopened?", "Why?", "Why was Notre-Dame reopened?"),
        ("Is the bridge closed?", "Since when?", "Since when is the bridge closed?"),
        ("Who called the march?", "When?", "Who called the march, when?"),
        ("What do the Democrats want?", "Why?", "Why do the Democrats want that?"),
        ("What did Trump tweet on Iran?", "When?", "When did Trump tweet that on Iran?"),
        (PESKOV, "Since when?", "Since when?"),
        (PESKOV, "How long?", "How long?"),
        (PESKOV, "Who?", "Who?"),
        ("How many people marched?", "Why?", "Why?"),
    ],
)
def test_a_question_word_alone(question: str, asked: str, expected: str) -> None:
    """It asks the question before anew, where English allows that."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("When did he say that?", "When did Peskov say that about Crimea?"),
        ("Did he say so in 2014?", "Did Peskov say so about Crimea in 2014?"),
        ("What else did he say?", "What else did Peskov say?"),
        ("What did he say about it in 2014?", "What did Peskov say about Crimea in 2014?"),
        ("Tell me more about that", "Tell me more about Crimea"),
        ("Did he deny it?", "Did Peskov deny it?"),
        ("What was his reason?", "What was Peskov's reason?"),
        ("Did Trump agree with him?", "Did Trump agree with Peskov?"),
        ("And what does his deputy say?", "What does Peskov's deputy say about Crimea?"),
        ("What did Trump say to him?", "What did Trump say to Peskov?"),
        ("And what did Sanders say?", "What did Sanders say about Crimea?"),
    ],
)
def test_pronouns_after_words_of_somebody(asked: str, expected: str) -> None:
    """Who spoke is meant by "he", the topic by "that"; what he denies is not Crimea."""
    assert understood(asked, PESKOV) == expected


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        ("When was Notre-Dame reopened?", "Why was it closed?", "Why was Notre-Dame closed?"),
        ("When was Notre-Dame reopened?", "Where is it?", "Where is Notre-Dame?"),
        (SPIRE, "When did it burn?", "When did the spire of Notre-Dame burn?"),
        ("When did the bridge close?", "When will it reopen?", "When will the bridge reopen?"),
        (
            "Who will pay for the bridge in Kestrelby?",
            "When will it open?",
            "When will the bridge in Kestrelby open?",
        ),
        ("How heavy is the black hole?", "How far is it?", "How far is the black hole?"),
        ("Why is the bridge closed?", "What is its length?", "What is the bridge's length?"),
        ("What is a black hole?", "How big is it?", "How big is the black hole?"),
        ("Is the bridge open?", "When was it built?", "When was the bridge built?"),
        ("Where was the picture taken?", "Who took it?", "Who took the picture?"),
        ("Who won the 2016 US election?", "Was it close?", "Was the 2016 US election close?"),
        ("How many goats did Ada sell?", "Who bought them?", "Who bought the goats?"),
        ("How much did the repairs cost?", "Who pays for them?", "Who pays for the repairs?"),
        ("What did Ada say about the old mills?", "Are they open?", "Are the old mills open?"),
        ("Which old mills were sold?", "Are they open?", "Are the old mills open?"),
        ("Tell me about the Helsinki summit", "When was it?", "When was the Helsinki summit?"),
        ("Is the Saltmarsh Bridge shut?", "Who shut it?", "Who shut the Saltmarsh Bridge?"),
        ("What caused the fire in the mill?", "When was it?", "When was the fire in the mill?"),
        ("When did the inn at Moss open?", "Who runs it?", "Who runs the inn at Moss?"),
        ("How much did the ferry to Lom cost?", "Did it sink?", "Did the ferry to Lom sink?"),
        ("Why was the dam near Odda built?", "Is it safe?", "Is the dam near Odda safe?"),
        (
            "How much will the repair cost?",
            "How long did it take?",
            "How long did the repair take?",
        ),
        ("Why did the ship Solveig sink?", "Who built it?", "Who built the ship Solveig?"),
        ("How tall is the mast by the lake?", "Is it old?", "Is the mast by the lake old?"),
        ("Who owns the inn above Lom?", "Is it open?", "Is the inn above Lom open?"),
        (
            "What did the council decide about the pool?",
            "When will it open?",
            "When will the pool open?",
        ),
        ("Is there a film about the mill?", "Is it long?", "Is the film about the mill long?"),
        ("Is the mill in Moss open?", "When did it open?", "When did the mill in Moss open?"),
        ("What did Peskov say about the mill?", "Will it open?", "Will the mill open?"),
        (
            "What did Peskov say about the mill?",
            "How old is its roof?",
            "How old is the mill's roof?",
        ),
    ],
)
def test_the_one_thing_that_was_asked_about(question: str, asked: str, expected: str) -> None:
    """It is meant by "it", the whole of it and without the verb."""
    assert understood(asked, question) == expected


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did Sarah Sanders say about Crimea?", "What did he say?"),  # she is a woman
        ("What did Merkel say about Trump?", "What did he reply?"),  # who answers was addressed
        ("Why did Trump fire Comey?", "Who replaced him?"),
        ("Where did Trump and Putin meet?", "What did he say there?"),
        ("What did Trump and Putin say about Syria?", "What else did he say?"),
        (PESKOV, "Did Trump change his mind?"),  # his own
        (PESKOV, "Did Trump say when he would come?"),
        ("What is the difference between NATO and the EU?", "When was it founded?"),
        ("Who owns Marks and Spencer?", "Where is it based?"),
        ("Who are the sponsors?", "Who likes it?"),
        ("Did Trump meet Putin?", "When was it?"),
        ("When did the mayor resign?", "Was it popular?"),
        ("When did Russia annex Crimea?", "How did it do that?"),
        ("Helsinki summit", "When was it?"),
        ("What does the director of the mill say?", "Is it open?"),
        ("Did the goats eat the roses?", "Are they ill?"),
        ("Why did the mill close?", "Are they sad?"),
        ("When did the school at Lom village close?", "Why was it closed?"),
        ("When did the museum in Moss buy the boat?", "Where is it?"),
        ("Will Trump visit London?", "And Merkel?"),
        ("How much will the repair cost?", "How long did it take to begin?"),
        (SPIRE, "Is it true that somebody was hurt?"),
        (SPIRE, "Does it say who paid?"),
        (SPIRE, "When did it happen?"),
        ("Where did Trump and Putin meet?", "Were there any protests?"),
        ("Who spoke at Notre-Dame?", "Will there be a trial?"),
    ],
)
def test_what_is_not_clear_is_left_as_it_was_typed(question: str, asked: str) -> None:
    """A pronoun that could mean two, or nothing that was named."""
    assert understood(asked, question) == asked


@pytest.mark.parametrize(
    "asked",
    [
        "Thanks!",
        "ok",
        "sanctions",
        "Is that true?",
        "Tell me more",
        "What is NATO?",
        "who built the spire of Notre-Dame?",
        "What did the White House say?",
        "Which article is that from?",
        "Is it still the position of Russia?",
        "What did they say?",
        "Who was there?",
    ],
)
def test_what_refers_to_nothing_is_left_as_it_was_typed(asked: str) -> None:
    """To the letter, so that nobody is told how it was understood."""
    assert understood(asked, PESKOV) == asked


@pytest.mark.parametrize(
    "asked",
    ["And then?", "And before that?", "And thanks", "And tell me about Syria", "And it sank?",
     "But Trump disagreed?", "And !", "and so on", "And you?"],
)  # fmt: skip
def test_an_and_before_no_noun_asks_nothing_anew(asked: str) -> None:
    """The question before is not asked about "then" or "thanks"."""
    assert understood(asked, PESKOV) == asked


def test_people_of_the_answer_are_meant_in_their_full_names() -> None:
    """The likeliest first; of those only named, the one whom the pronoun fits."""
    sanders = "What did Sarah Sanders say about Crimea?"

    assert understood("When did he die?", "Who built the spire?", "Eugène Viollet-le-Duc") == (
        "When did Eugène Viollet-le-Duc die?"
    )
    assert understood("Did he deny it?", PESKOV, "Dmitry Peskov", "Peskov") == (
        "Did Dmitry Peskov deny it?"
    )
    assert understood("What did he say?", sanders, named=("Donald Trump",)) == (
        "What did Donald Trump say?"
    )
    both = ("Donald Trump", "Vladimir Putin")
    assert understood("What did he say?", sanders, named=both) == "What did he say?"


def test_a_name_that_is_also_a_month_is_a_person() -> None:
    """Where a first name stands before it."""
    question = "What did Theresa May say about Brexit?"

    assert understood("Why did she resign?", question) == "Why did Theresa May resign?"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Helsinki", "Who spoke in Helsinki?"),
        ("Finnish capital", "Who spoke in the Finnish capital?"),
        ("the corn hall", "Who spoke in the corn hall?"),
        ("at the corn hall", "Who spoke at the corn hall?"),
    ],
)
def test_there_is_where_the_answer_was(place: str, expected: str) -> None:
    """With a preposition, and with one only."""
    assert understood("Who spoke there?", "Where did they meet?", place=place) == expected


def test_there_is_where_the_question_was() -> None:
    """If it names one place."""
    assert understood("Who spoke there?", "Who met in Helsinki?") == "Who spoke in Helsinki?"
    assert understood("Who spoke there?", "Who met in Helsinki or in Paris?") == "Who spoke there?"


@given(
    asked=st.text(max_size=60) | st.from_regex(r"(And |What about )?[A-Za-z' ?]{1,30}"),
    question=st.text(max_size=60) | st.from_regex(r"(What|Who) did [A-Za-z' ?]{1,40}"),
)
def test_no_text_breaks_it(asked: str, question: str) -> None:
    """Whatever is typed after whatever: text comes out, and no blank from what was not blank."""
    out = understood(asked, question)

    assert bool(out.strip()) is bool(asked.strip())


@pytest.mark.parametrize(
    "piece",
    ["A", "A.", "did A ", "he ", "and what is it ", "the dam ", "X and ", "about it ", "? "],
)
def test_a_very_long_question_takes_no_time(piece: str) -> None:
    """As long as a question may be, before or after."""
    long = (piece * LONGEST_QUESTION)[:LONGEST_QUESTION]
    began = process_time()

    understood(long, PESKOV)
    understood("When did he say that to it there?", long)

    assert process_time() - began < 0.2


# --- what an answer leaves behind -----------------------------------------------------------------


@pytest.fixture(scope="module")
def quoting(seeds_index: Path, cache: Path) -> Iterator[Assistant]:
    """The seeds, answered by quoting."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as assistant:
        yield assistant


def test_who_spoke_is_spoken_of_first(quoting: Assistant) -> None:
    """In full, as the articles name him."""
    before = spoken_of(PESKOV, quoting.ask(PESKOV))

    assert before.question == PESKOV
    assert before.people[0] == "Dmitry Peskov"
    assert before.place is None


def test_an_answer_that_is_a_person_or_a_place_is_spoken_of() -> None:
    """Each where it was asked for, and not otherwise."""
    source = Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64)
    citation = Citation(
        n=1, source=source, start=0, end=9, line=1, quote="Julia Lark led it.", speaker=None
    )
    claim = Claim(
        text="Julia Lark led it.", kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED,
        citations=(citation,),
    )  # fmt: skip
    short = ShortAnswer(text="Julia Lark", start=0, end=10, citation=citation, probability=0.9)

    def after(question: str) -> Before:
        return spoken_of(question, Answer(question=question, claims=(claim,), short_answer=short))

    assert after("Who led the march?").people == ("Julia Lark",)
    assert after("Who led the march?").place is None
    assert after("Where was the march?").place == "Julia Lark"
    assert after("Where was the march?").people == ()
    assert after("When was the march?").named == ("Julia Lark",)


def test_of_an_answer_its_name_is_spoken_of() -> None:
    """And not what else it says of who it is."""
    source = Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64)
    quote = "His niece, Tiril Lark, led it."
    citation = Citation(n=1, source=source, start=0, end=9, line=1, quote=quote, speaker=None)
    text = "His niece, Tiril Lark"
    short = ShortAnswer(text=text, start=0, end=21, citation=citation, probability=0.9)
    question = "Who led the march?"
    claim = Claim(
        text=quote, kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=(citation,)
    )

    before = spoken_of(question, Answer(question=question, claims=(claim,), short_answer=short))

    assert before.people == ("Tiril Lark",)
    assert stand_alone("What did she say?", before) == "What did Tiril Lark say?"


def test_what_was_not_answered_can_be_referred_to(quoting: Assistant) -> None:
    """The question alone tells then."""
    question = "What did Macron say about Crimea?"
    answer = quoting.ask(question)

    before = spoken_of(question, answer)

    assert answer.abstained
    assert (before.people, before.named) == (("Macron",), ())
