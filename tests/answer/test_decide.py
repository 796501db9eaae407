"""rag.answer.decide: when the articles cannot answer, and the reason that is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from made import read, sentence, source

from rag.answer.answerability import answerability
from rag.answer.decide import (
    RULES,
    Answerable,
    Refusal,
    decide,
    nothing_left,
    nothing_more,
    refused_as_unclear,
)
from rag.config import Mode
from rag.domain import Article, Evidence, Span
from rag.filters import Filters
from rag.models.embedder_id import EmbedderId
from rag.question.read import Question, read_question
from rag.refusal import RefusalKind
from rag.retrieve.narrow import narrow
from rag.retrieve.read_passages import read_passages
from rag.retrieve.search import Fusion, find_passages
from rag.retrieve.whose import Asked, asked_for
from rag.statements.find import find_statements
from rag.store import LocalStore
from rag.store.build import IndexWriter
from rag.sync.passages import split_article

ARTICLES = {
    "crimea.txt": (
        "Dmitry Peskov said on Monday that Crimea was not on the agenda.\n\n"
        "The talks will be held in Helsinki."
    ),
    "vienna.txt": "Sergey Lavrov met the press in Vienna. He praised the harbour and its boats.",
    "orchids.txt": "Ada Lark grows orchids.",
    "debt.txt": "Karl Meyer said the debt was paid. Anna Meier came too.",
}


@pytest.fixture
def store(tmp_path) -> Iterator[LocalStore]:
    """An index of four small articles with made-up vectors."""
    rows = np.eye(8, dtype=np.float32)
    with IndexWriter(tmp_path / "index") as writer:
        for path, text in ARTICLES.items():
            article = Article(
                path=path, sha256="0" * 64, text=text, paragraphs=(Span(start=0, end=len(text)),)
            )
            passages = split_article(article, words=100)
            writer.add(
                article,
                passages,
                find_statements(article),
                vectors=rows[: len(passages)],
            )
        writer.commit(
            embedder=EmbedderId(name="made up", sha256="0"),
            dimension=8,
            passage_words=100,
            code="c",
            roots=[tmp_path],
        )
    opened = LocalStore.open(tmp_path / "index", embedder=None)
    yield opened
    opened.close()


def found_for(question: Question, store: LocalStore) -> tuple[Evidence, ...]:
    """What a search by words only finds."""
    found = find_passages(question, store=store, embedder=None, fusion=Fusion(mode=Mode.LEXICAL))
    whom = asked_for(question, store)
    return read_passages(question, whom, found, limit=12, reader=None, store=store).evidence


def why_not(
    question: Question, evidence: list[Evidence], store: LocalStore, **more: float
) -> str | None:
    """The reason to refuse; None where the question is answered."""
    decision = decide(question, asked_for(question, store), evidence, store, **more)
    return decision.reason if isinstance(decision, Refusal) else None


def reason(text: str, store: LocalStore) -> str | None:
    """Why the articles cannot answer, searching by words only."""
    question = read_question(text)
    return why_not(question, list(found_for(question, store)), store)


@pytest.mark.parametrize(
    "question",
    [
        "What did Peskov say about Crimea?",
        "What did Lavrov praise?",
        "Where will the talks be held?",
        "Who grows orchids?",
        "who is lark",
    ],
)
def test_a_question_on_the_articles_can_be_answered(question, store) -> None:
    """Its words are there: no reason to abstain."""
    assert reason(question, store) is None


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("zebra quark?", "Nothing was found: no article contains a word of the question."),
        ("What did Macron say about Crimea?", "No article mentions Macron."),
        ("Was Crimea on NATO's agenda?", "No article mentions NATO."),
        ("What did Q.X. say about Crimea?", "No article mentions Q.X."),
        ("What happened on 9 May 2019?", "No article is dated 9 May 2019."),
    ],
)
def test_the_reason_to_abstain(question, why, store) -> None:
    """Nothing found, or an absent name: each is told."""
    assert reason(question, store) == why


@pytest.mark.parametrize(
    "question", ["What did Sergei Lavrov praise?", "What did Dimitri Peskov say about Crimea?"]
)
def test_another_spelling_of_a_name_is_no_reason_to_abstain(question, store) -> None:
    """Dimitri is Dmitry, also where his name always opens a sentence."""
    assert reason(question, store) is None


# --- what the reader tells ------------------------------------------------------------------------


NO_SENTENCE = "Sentences were found, but none of them answers this question."
UNSURE, SURE = 0.02, 0.98  # probabilities of the reader on either side of the line


@pytest.mark.parametrize(
    ("answers", "words", "why"),
    [
        (UNSURE, True, NO_SENTENCE),
        (SURE, True, None),
        (UNSURE, False, None),
    ],
)
def test_the_reader_decides(answers, words, why, store) -> None:
    """What hardly answers is refused; a cross-encoder's scale is its own."""
    question = read_question("Where are the talks in Helsinki?")

    assert why_not(question, [read("Helsinki is wet.", answers, words=words)], store) == why


def test_names_that_no_article_has_together_explain_a_refusal(store) -> None:
    """They refuse nothing themselves: the sentence may answer all the same."""
    question = read_question("Did Lavrov speak of Crimea?")
    near = read("Peskov saw boats off Crimea.", UNSURE)

    assert why_not(question, [near], store) == "No article mentions Lavrov and Crimea together."
    assert why_not(question, [read(near.text, SURE)], store) is None

    question = read_question("Did Sergey Lavrov's boat see Crimea in Ada Lark's care?")
    together = "No article mentions Sergey Lavrov and Crimea and Ada Lark together."
    assert why_not(question, [near], store) == together

    question = read_question("When did Zorblax open the bridge?")
    near = dataclasses.replace(near, lexical=0.7)
    assert why_not(question, [near], store) == "No article mentions Zorblax."


def test_a_line_of_the_user_s_own_acts_wherever_it_is_drawn(store) -> None:
    """Without our reader too; 0 refuses nothing, and the other rules stay as they are."""
    question = read_question("Where are the talks in Helsinki?")
    helsinki = read("Helsinki is wet.", UNSURE)
    unread = read("Helsinki is wet.", UNSURE, words=False)
    absent = read_question("What did Macron say about Crimea?")

    assert why_not(question, [helsinki], store, abstain_below=0.0) is None
    assert why_not(question, [unread], store) is None
    for found in (helsinki, unread):
        line = answerability(question, [found])
        assert why_not(question, [found], store, abstain_below=line) is None
        assert why_not(question, [found], store, abstain_below=line + 0.001) == (NO_SENTENCE)
    assert why_not(absent, [unread], store, abstain_below=0.0) == ("No article mentions Macron.")


# --- why, for programs ----------------------------------------------------------------------------

KINDS = {
    "Zebra quark?": (None, RefusalKind.NOTHING_FOUND),
    "Are zebra quarks heavy?": ("Helsinki is wet.", RefusalKind.NOTHING_FOUND),
    "Are the talks wet?": ("Helsinki is wet.", RefusalKind.NOT_ANSWERED),
    "Was Crimea on NATO's agenda?": ("Helsinki is wet.", RefusalKind.UNKNOWN_NAME),
    "What did Karl Mayer say?": ("Lavrov said so.", RefusalKind.UNKNOWN_NAME),
    "Did Lavrov speak of Crimea?": ("Helsinki is wet.", RefusalKind.NOT_TOGETHER),
    "What did Peskov say in July 2018?": ("Peskov said so.", RefusalKind.OTHER_TIME),
    "What did Peskov say?": ("Lavrov said so.", RefusalKind.OTHER_SPEAKER),
}


@pytest.mark.parametrize(("text", "found", "kind"), [(k, *v) for k, v in KINDS.items()])
def test_a_refusal_tells_programs_why(text, found, kind, store) -> None:
    """Nothing found is told from what was found and refused, and each of these from the others."""
    question = read_question(text)
    score = -1.0 if found == "Lavrov said so." else UNSURE
    dated = source(date="2019-05-03")
    near = [dataclasses.replace(read(found, UNSURE), score=score, source=dated)] if found else []

    decision = decide(question, asked_for(question, store), near, store)

    assert isinstance(decision, Refusal)
    assert decision.kind is kind
    assert decision.reason.startswith("Nothing was found") is (kind is RefusalKind.NOTHING_FOUND)


def test_what_is_no_question_or_was_shown_or_left_out_is_refused_as_such(store) -> None:
    """These reasons have no rule; with the rules, all reasons have a case here."""
    unclear = refused_as_unclear(read_question("When did he say that?"))
    assert unclear is not None
    thanks = refused_as_unclear(read_question("OK, thanks!"))
    assert thanks is not None
    assert thanks.kind is unclear.kind
    assert thanks.reason == '"OK, thanks!" asks nothing. Ask a question about the articles.'
    more = nothing_more(unclear)
    left = nothing_left(narrow(Filters(path=("zebra.txt",)), store))
    assert left is not None
    assert left.kind is RefusalKind.NOTHING_LEFT
    assert left.reason.startswith("No article has a path like “zebra.txt”")

    assert nothing_left(narrow(Filters(path=("debt.txt",)), store)) is None
    assert refused_as_unclear(read_question("What did Lavrov praise?")) is None
    assert (unclear.kind, more.kind) == (RefusalKind.UNCLEAR_QUESTION, RefusalKind.NOTHING_MORE)
    assert {unclear.kind, more.kind, left.kind, *(kind for _, kind in KINDS.values())} == set(
        RefusalKind
    )


# --- the rules, one by one ------------------------------------------------------------------------

CASES = {
    "absent name": ("Was Crimea on NATO's agenda?",),
    "other time": (
        "What did Peskov say in July 2018?",
        sentence("Peskov said so.", source=source(date="2019-05-03")),
    ),
    "others' words": ("What did Peskov say?", sentence("Lavrov said so.", score=-1.0)),
    "others' topic": (
        "What did Peskov say about the boats?",
        sentence("Dmitry Peskov said the road was long.", speaker="Dmitry Peskov"),
        sentence("Sergey Lavrov praised the boats.", speaker="Sergey Lavrov", score=-1.0),
    ),
    "says nothing": (
        "What did Anna Meier say about the ferry?",
        sentence("The ferry left with Anna Meier.", score=0.9),
        sentence("Lavrov said the ferry was late.", score=0.9),
    ),
    "unlikely": (
        "Where are the talks in Helsinki?",
        read("Helsinki is wet.", UNSURE),
    ),
    "no number": ("How many boats came to Vienna?", read("Boats came to Vienna on Monday.", 0.9)),
}


def test_each_rule_has_a_case_here() -> None:
    """The first needs none: it is that nothing was found."""
    assert [name for name, _ in RULES] == ["nothing found", *CASES]


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_that_is_off_refuses_nothing(rule, store) -> None:
    """By its name; what the others say of the question stands."""
    text, *given = CASES[rule]
    question = read_question(text)
    evidence = given or found_for(question, store)

    refused = decide(question, asked_for(question, store), evidence, store)
    alone = decide(
        question,
        asked_for(question, store),
        evidence,
        store,
        off={name for name, _ in RULES} - {rule},
    )
    without = decide(question, asked_for(question, store), evidence, store, off={rule})
    nothing = decide(
        question, asked_for(question, store), evidence, store, off={name for name, _ in RULES}
    )

    assert isinstance(refused, Refusal)
    assert refused.rule == rule
    assert refused == alone
    assert isinstance(without, Answerable) or without.rule != rule
    assert nothing == Answerable(likely=answerability(question, evidence))


@pytest.mark.parametrize(
    ("question", "text", "refused"),
    [
        ("What did Anna Meier say about the ferry?", "Anna Meier came by ferry.", True),
        ("What did Anna Meier say about the ferry?", "Lavrov called the ferry old.", True),
        ("What did Anna Meier say about the ferry?", "Anna Meier called the ferry old.", False),
        ("What did Anna Meier say about the ferry?", "“Old ferry,” as Meier has it.", False),
        ("Did Anna Meier answer for the ferry?", "Anna Meier came by ferry.", False),
    ],
)
def test_who_is_never_quoted_has_said_nothing(question, text, refused, store) -> None:
    """Where that is asked, and no sentence has the name beside a verb of saying or a quotation."""
    asked = read_question(question)

    decision = decide(asked, asked_for(asked, store), [read(text, 0.9)], store)

    assert (isinstance(decision, Refusal) and decision.rule == "says nothing") is refused


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("Dmitry Peskov said no boats would come.", "Sergey Lavrov praised the boats."),
        ("They are too old, Dmitry Peskov said.", "Sergey Lavrov praised the boats."),
        ("Dmitry Peskov said the road was long.", "Sergey Lavrov praised the harbour."),
        ("Dmitry Peskov said the road was long.", "Sergey Lavrov asked: What of the boats?"),
    ],
)
def test_somebody_may_speak_of_what_another_names(own: str, other: str, store) -> None:
    """They name it too, or mean it by "they"; or the other does not, or only asks."""
    evidence = [
        sentence(own, speaker="Dmitry Peskov"),
        sentence(other, speaker="Sergey Lavrov", score=-1.0),
    ]

    assert why_not(read_question("What did Peskov say about the boats?"), evidence, store) is None


def test_nobody_speaks_of_what_only_the_articles_say(store) -> None:
    """A sentence of nobody has the topic, and another speaks of it; her own words are far off."""
    evidence = [
        sentence("Dmitry Peskov said the road was long.", speaker="Dmitry Peskov", id=1),
        sentence("She pays for the road.", id=2),
        sentence("In Vienna, boats are dear.", id=7),
        sentence("Sergey Lavrov praised the boats.", speaker="Sergey Lavrov", score=-1.0, id=9),
    ]
    asked = read_question("What did Peskov say about the boats?")

    assert why_not(asked, evidence, store) is not None
    near = [*evidence, sentence("The boats are dear.", id=0)]
    assert why_not(asked, near, store) is None


@pytest.mark.parametrize(
    "text", ["Nine boats came to Vienna.", "Some 40 came.", "Dozens of boats came."]
)
def test_how_many_is_answered_by_a_number(text: str, store) -> None:
    """In digits or in words."""
    question = read_question("How many boats came to Vienna?")

    assert why_not(question, [read(text, 0.9)], store) is None


def test_how_many_is_answered_by_a_list(store) -> None:
    """Whoever reads it can count."""
    question = read_question("How many boats came to Vienna?")
    line = read("These boats came to Vienna:", 0.9)
    boats = [sentence(f"* Boat {name}", id=n, score=0.1) for n, name in enumerate("ABC", start=1)]

    assert why_not(question, [line, *boats], store) is None


def test_without_evidence_there_is_nothing_to_answer_with(store) -> None:
    """Whatever is off: nothing can be chosen from nothing."""
    question = read_question("zebra quark?")

    decision = decide(
        question, asked_for(question, store), [], store, off={name for name, _ in RULES}
    )

    assert isinstance(decision, Refusal)
    assert (decision.rule, decision.likely) == ("nothing found", 0.0)


def test_a_rule_that_there_is_not_cannot_be_off(store) -> None:
    """A slip of the pen would measure nothing."""
    with pytest.raises(ValueError, match="no such rule: absent nam$"):
        decide(read_question("Who grows orchids?"), Asked(name=None), [], store, off={"absent nam"})
