"""rag.retrieve.whose: whom a question asks for, and what can only be another's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import Settings
from rag.domain import Evidence, Source
from rag.question.read import read_question
from rag.retrieve.whose import asked_for, is_anothers, tells_who, words_of_turn
from rag.store import LocalStore
from rag.sync.update import sync

ARTICLES = {
    "council.txt": (
        "Council meets\n\nEdda Marsh said the ferry would sail in June.\nTilo Marsh said the ferry"
        " was too old.\nMarsh said the harbour fees would double.\n"
    ),
    "names.txt": (
        "Names\n\nMegyn Kello said the show would end.\nMeghan Reed said the tour would begin.\n"
        "Rand Paul said the tax was too high.\nPaul Orlan said the school needs a roof.\n"
        "George W. Brenner said the road was open.\nGeorge H. W. Brenner said the well was dry.\n"
        "Dmitry Volkov said the gas would flow.\nDmitri Volkov said the price was fair.\n"
        "Mr. Dell said the pier was safe.\nMrs. Dell said the pier was not safe.\n"
        "Mayor Falk said the well was dry.\nJudge Falk said the well was full.\n"
        "Nils Quist Jr. said the mill would run.\nNils Quist Sr. said the mill would stop.\n"
        "President Signe Dahl said the bank was sound.\n"
        "Signe Dahl, a clerk of twenty, said the bank was shut.\n"
        "Chad Lowe said the lake was small.\nThe king of Chad said the lake was large.\n"
        "Lena Meier said the debt was old.\nKarl Meyer said the debt was paid.\n"
        "Ilse Brok, the treasury secretary, said the crane cost too much.\n"
        "Emma Fisk came to see the crane.\n"
    ),
    "dam.txt": (
        "Dam\n\nYlva Strand came. Ylva Strand said the dam was old. She said that it would hold.\n"
        "Thorvald Ness came too.\nThe dam, he said, would break.\n"
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """An index of these articles."""
    folder = tmp_path_factory.mktemp("whose")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    sync([folder], settings=Settings(index=folder / "index", cache=cache))
    return folder / "index"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Tilo Marsh", {"Tilo Marsh"}),
        ("Marsh", {"Edda Marsh", "Tilo Marsh", "Marsh"}),
        ("Paul", {"Rand Paul"}),
        ("Paul Orlan", {"Paul Orlan"}),
        ("George W. Brenner", {"George W. Brenner"}),
        ("George Brenner", {"George W. Brenner", "George H. W. Brenner"}),
        ("George Brenner Jr.", set()),
        ("Minister Dimitri Volkov", {"Dmitry Volkov"}),
        ("Cheyne Marsh", set()),
        ("Megan", set()),
    ],
)
def test_whom_a_question_asks_for(asked: str, names: set[str], index: Path) -> None:
    """A whole name is one person's, in any transliteration; a last name may be several's."""
    with LocalStore.open(index, embedder=None) as store:
        found = asked_for(read_question(f"What did {asked} say about it?"), store)

    assert {one.name for one in found.speakers} == names


@pytest.mark.parametrize(("asked", "person"), [("Emma Fisk", True), ("Zorblax Harbour", False)])
def test_a_person_may_say_nothing(asked: str, person: bool, index: Path) -> None:
    """So that what others say is not hers."""
    with LocalStore.open(index, embedder=None) as store:
        found = asked_for(read_question(f"What did {asked} say about it?"), store)

    assert found.speakers == ()
    assert found.person is person


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What did Tilo Marsh say about the harbour fees?", []),
        ("What did Edda Marsh say about the ferry?", ["Edda Marsh"]),
        ("What did Megyn say about the tour?", []),
        ("What did Meghan say about the show?", []),
        ("What did Paul Orlan say about the tax?", []),
        ("What did Ilse Brok say about the crane?", ["Ilse Brok"]),
        ("What did Mrs. Dell say about the pier?", ["Mrs. Dell"]),
        ("What did Judge Falk say about the well?", ["Judge Falk"]),
        ("What did Nils Quist Sr. say about the mill?", ["Nils Quist Sr."]),
        ("What did President Dahl say about the bank?", ["Signe Dahl"]),
        ("What did the king of Chad say about the lake?", [None]),
        ("What did Chad's king say about the lake?", [None]),
        ("What did Chad Lowe say about the lake?", ["Chad Lowe"]),
        ("What did Carl Meier say about the debt?", []),
        ("What did Rudi Marsh say about the ferry?", []),
    ],
)
def test_nobody_is_answered_with_the_words_of_another(
    question: str, answer: list[str], index: Path, cache: Path
) -> None:
    """Neither of a namesake, nor of a bare last name that two have, nor of who sounds alike.

    Where only such a one speaks of the topic, there is no answer.
    """
    settings = Settings(llm="none", reader="none", cache=cache)
    with Assistant.open(index, settings=settings) as assistant:
        found = assistant.ask(question)

    assert [one.speaker for one in found.citations] == answer


def test_a_bare_last_name_is_that_of_whom_the_article_is_about(tmp_path: Path, cache: Path) -> None:
    """Although her husband, who has it too, is named once."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(
        "Hilda Crane tells what she watches\n\nHilda Crane told a magazine that she likes “Night"
        " Boat.” Crane watches it with her husband, Bill Crane. Hilda Crane laughed a lot.\n\n"
        "Crane called another show, “Harbour Lights,” a bore.\n"
    )
    settings = Settings(index=tmp_path / "index", llm="none", reader="none", cache=cache, threads=1)
    sync([tmp_path / "articles"], settings=settings)
    with Assistant.open(settings=settings) as assistant:
        hers = assistant.ask("What did Hilda Crane call a bore?")
        his = assistant.ask("What did Bill Crane call a bore?")

    assert "Harbour Lights" in hers.text
    assert "Harbour Lights" not in his.text


def test_a_last_name_alone_is_that_of_the_only_one_who_has_it(tmp_path: Path, cache: Path) -> None:
    """Also in an article that never gives the first name; letters that change places are nobody."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(
        "Potholes cost drivers\n\nA fuel duty is the easiest tax to raise, said Rendle.\n"
    )
    (tmp_path / "articles" / "b.txt").write_text(
        "A bridge opens\n\nFormer governor Edda Rendle came to the bridge.\n\nKirsten Holm said the"
        " toll is fair. Kristen Holm said it will stay.\n"
    )
    settings = Settings(index=tmp_path / "index", llm="none", reader="none", cache=cache, threads=1)
    sync([tmp_path / "articles"], settings=settings)
    with Assistant.open(settings=settings) as assistant:
        duty = assistant.ask("What tax did Edda Rendle say is the easiest to raise?")
        [holm] = asked_for(
            read_question("What did Kirsten Holm say about the toll?"), assistant.store
        ).speakers

    assert "fuel duty" in duty.text
    assert holm.statements == 2


def test_a_mistyped_speaker_is_asked_back_for(index: Path, cache: Path) -> None:
    """Where nothing reads, a guess at a name is shown, not answered with."""
    settings = Settings(llm="none", reader="none", cache=cache)
    with Assistant.open(index, settings=settings) as assistant:
        found = assistant.ask("What did Tilo Marrsh say about the ferry?")

    assert found.reason == "No article mentions Tilo Marrsh. Did you mean Tilo Marsh?"


def test_a_speaker_of_another_spelling_is_asked_back_for(index: Path, cache: Path) -> None:
    """Meier and Meyer sound alike and are two names; whoever has one of each is shown."""
    settings = Settings(llm="none", reader="none", cache=cache)
    with Assistant.open(index, settings=settings) as assistant:
        found = assistant.ask("What did Karl Meier say about the debt?")

    assert found.reason == (
        "Nobody called Karl Meier says anything in the articles. Did you mean Karl Meyer?"
    )


def test_how_a_name_was_read_is_told(index: Path, cache: Path) -> None:
    """Another spelling, and a last name that several have, in a line each."""
    told: list[str] = []
    settings = Settings(llm="none", reader="none", cache=cache)
    with Assistant.open(index, settings=settings, notify=told.append) as assistant:
        found = assistant.ask("What did Dimitri Volkov say about the gas?")
        assistant.ask("What did Marsh say about the ferry?")

    assert found.looked_for == ("Dmitri", "Dmitry")
    assert told == [
        "No article mentions Dimitri. Searched for Dmitri or Dmitry instead.",
        "Marsh can mean Edda Marsh or Tilo Marsh.",
    ]


def test_another_spelling_is_told_though_the_index_knows_both_by_one_term(
    tmp_path: Path, cache: Path
) -> None:
    """Zielinsky and Zielinski have one stem."""
    text = "Mill\n\nMarek Zielinski said the mill would close.\n"
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")
    told: list[str] = []
    settings = Settings(index=tmp_path / "index", llm="none", reader="none", cache=cache)
    sync([tmp_path], settings=settings)
    with Assistant.open(settings=settings, notify=told.append) as assistant:
        assistant.ask("What did Zielinsky say about the mill?")
        assistant.ask("What did Zielinski say about the mill?")

    assert told == ["No article mentions Zielinsky. Searched for Zielinski instead."]


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """An index of an interview and of a report, read by words alone."""
    folder = tmp_path_factory.mktemp("talks")
    (folder / "interview.md").write_text(
        "# The old mill\n\n**Jorun Vik:** Welcome to the show about the mill.\n\n"
        "**Ketil Aas:** Thank you. The mill will cost two million crowns.\n\n"
        "**Jorun Vik:** Clever man. Who pays for the mill?\n\n"
        "**Ketil Aas:** The county pays for the mill.\n\nThe mill will turn again in June.\n"
    )
    (folder / "report.txt").write_text(
        "Sawmill shut\n\nRagna Eide, the county clerk, said the sawmill was too loud.\n"
        "Sindre Moe, the member for Voss, said the sawmill was too old.\n"
        "The Northern Union met in May. Sigrid Moe said the sawmill had paid no fees.\n"
        "The Northern Union said the sawmill was safe.\n"
    )
    settings = Settings(index=folder / "index", llm="none", reader="none", cache=cache, threads=1)
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def test_no_sentence_of_another_is_what_somebody_said(talks: Assistant) -> None:
    """Also where the name tells neither man nor woman."""
    answer = talks.ask("What did Ragna Eide say about the sawmill?")

    assert [claim.text for claim in answer.claims] == [
        "Ragna Eide, the county clerk, said the sawmill was too loud."
    ]


def test_a_body_has_others_to_speak_for_it(talks: Assistant) -> None:
    """What is written with "the" is nobody by name."""
    union = asked_for(read_question("What did the Northern Union say of the mill?"), talks.store)
    eide = asked_for(read_question("What did Ragna Eide say of the mill?"), talks.store)

    assert (union.person, eide.person) == (False, True)


def test_a_question_is_not_what_the_other_answers(talks: Assistant) -> None:
    """In an interview the words of one are not the other's, in any paragraph of a turn."""
    answer = talks.ask("What did Ketil Aas say about the mill?")

    assert answer.claims
    assert {cite.speaker for claim in answer.claims for cite in claim.citations} == {"Ketil Aas"}


@pytest.mark.parametrize(
    ("question", "sentence", "speaker", "tells"),
    [
        ("Who is Jorun Vik?", "**Jorun Vik:** Clever man.", "Jorun Vik", False),
        ("Who is Jorun Vik?", "((Jorun Vik)) Clever man.", "Jorun Vik", False),
        ("Who is Jorun Vik?", "Jorun Vik: I own the mill.", "Jorun Vik", True),
        ("Who is Jorun Vik?", "I own the mill.", "Ketil Aas", False),
        ("Who is Jorun Vik?", "My guest is the miller, Jorun Vik.", "Ketil Aas", True),
        ("Who is Jorun Vik?", "She owns the mill.", None, True),
        ("Who is Jorun Vik?", "Ketil Aas: She owns the mill.", "Ketil Aas", False),
        ("Who is Jorun Vik?", "Jorun Vik: She owns the mill.", "Jorun Vik", False),
        ("Who is Jorun Vik?", "She owns the mill.", "Ketil Aas", True),
        ("Who is Jorun Vik?", "Jorun Vik owns the mill.", None, True),
        ("Who pays for the mill?", "The county pays.", "Ketil Aas", True),
        ("Where does Jorun Vik live?", "Jorun Vik: In Voss.", "Jorun Vik", True),
    ],
)
def test_who_speaks_is_not_who_is_spoken_of(
    question: str, sentence: str, speaker: str | None, tells: bool
) -> None:
    """Of "Jorun Vik: Clever man." nobody learns who Jorun Vik is."""
    assert tells_who(read_question(question), told(sentence, speaker)) is tells


@pytest.mark.parametrize(
    ("sentence", "speaker", "words"),
    [
        ("MR. LARK: We pay.", "Lark", "We pay."),
        ("**THE WITNESS (Mr. Ben Lark, clerk):** We pay.", "Ben Lark", "We pay."),
        ("((Ada Lark)) We pay.", "Ada Lark", "We pay."),
        ("THE WITNESS: We pay.", None, "We pay."),
        ("Q    Who pays?", None, "Who pays?"),
        ("Winner: Ada Lark", None, "Winner: Ada Lark"),
    ],
)
def test_the_words_of_a_turn_come_after_its_label(
    sentence: str, speaker: str | None, words: str
) -> None:
    """In every layout; what stands before a colon may be something else."""
    assert words_of_turn(told(sentence, speaker)) == words


def told(sentence: str, speaker: str | None) -> Evidence:
    """A sentence of somebody, or of the article itself."""
    return Evidence(
        id=1,
        article_id=1,
        source=Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64),
        start=0,
        end=len(sentence),
        line=1,
        text=sentence,
        terms=frozenset(),
        speaker=speaker,
        score=0.0,
        dense=0.0,
        lexical=0.0,
    )


@pytest.mark.parametrize(
    ("asked", "sentence", "speaker", "anothers"),
    [
        ("Mrs Dell", "He said that the pier was old.", None, True),
        ("Mrs Dell", "The pier, said he, was old.", None, True),
        ("Mrs Dell", "She said that the pier was old.", None, False),
        ("Mrs Dell", "He spoke to forty people in the hall.", None, True),
        ("Mrs Dell", "She spoke to forty people in the hall.", None, False),
        ("Mrs Dell", "Mrs. Dell heard that he said so.", None, False),
        ("Ylva Strand", "The dam, he said, would break.", None, True),
        ("Ylva Strand", "She said that it would hold.", "Ylva Strand", False),
        ("Edda Marsh", "He said that the ferry was old.", None, False),
    ],
)
def test_a_pronoun_of_a_man_is_no_womans(
    index: Path, asked: str, sentence: str, speaker: str | None, anothers: bool
) -> None:
    """Where a title, a first name or another sentence tells that a woman is asked for."""
    with LocalStore.open(index, embedder=None) as store:
        whom = asked_for(read_question(f"What did {asked} say about the pier?"), store)

        assert is_anothers(whom, told(sentence, speaker), store) is anothers
