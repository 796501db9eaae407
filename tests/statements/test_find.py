"""rag.statements.find: who says what in an article."""

from __future__ import annotations

import re

import pytest

from rag.domain import Article, Span, Statement, StatementKind
from rag.statements.find import find_statements

INTRODUCED = "Dmitry Peskov, the Kremlin spokesman, arrived."


def statements(text: str) -> list[Statement]:
    """The statements of an article with a paragraph a line."""
    paragraphs = tuple(
        Span(start=m.start(), end=m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)
    )
    return find_statements(Article(path="a.txt", sha256="0" * 64, text=text, paragraphs=paragraphs))


def said(text: str) -> list[tuple[str | None, list[str]]]:
    """Speaker and words of each."""
    return [
        (one.speaker, [text[span.start : span.end] for span in one.content])
        for one in statements(text)
    ]


def test_a_statement_knows_its_speaker_cue_kind_and_places() -> None:
    """Offsets count from the start of the article."""
    text = f"{INTRODUCED}\nIt rained. “The dam is gone,” Peskov said on Monday. He left."

    [found] = statements(text)

    assert (found.speaker, found.written, found.cue) == ("Dmitry Peskov", "Peskov", "said")
    assert found.kind is StatementKind.DIRECT
    assert [text[s.start : s.end] for s in found.content] == ["“The dam is gone,”"]
    assert text[found.sentence.start : found.sentence.end] == (
        "“The dam is gone,” Peskov said on Monday."
    )


def test_reported_speech_is_indirect_until_it_holds_a_quotation() -> None:
    """The whole clause is what is said, with the words that are quoted in it."""
    one, two = statements("Ada Lark said the dam was gone. Lark said the dam was “a disgrace.”")

    assert (one.kind, two.kind) == (StatementKind.INDIRECT, StatementKind.DIRECT)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("“The dam,” said Ada Lark, “is gone.”", ["“The dam,”", "“is gone.”"]),
        ("“The dam is gone,” Ada Lark said. “It fell.”", ["“The dam is gone,”", "“It fell.”"]),
        ("“It is gone,” Ada Lark said.\n“It fell on us.”", ["“It is gone,”"]),
        ("Ada Lark said: “It is gone.\n“It fell.”", ["“It is gone.", "“It fell.”"]),
    ],
)
def test_a_quotation_in_parts_is_one_statement(text: str, parts: list[str]) -> None:
    """Split by its attribution, gone on after it, or left open at the end of a paragraph."""
    assert said(text)[0] == ("Ada Lark", parts)


def test_a_paragraph_of_quotation_alone_goes_on_with_its_speaker() -> None:
    """As news copy has it: the speaker is named once."""
    assert said("“It is gone,” Ada Lark said.\n“It fell on us.”")[1] == (
        "Ada Lark",
        ["“It fell on us.”"],
    )


def test_he_and_the_spokesman_are_who_they_can_only_be() -> None:
    """The one man, the one spokesman; a woman is not "he"."""
    text = f"{INTRODUCED}\nThe spokesman said it rained.\nHe added that it was cold."

    assert [speaker for speaker, _ in said(text)] == ["Dmitry Peskov", "Dmitry Peskov"]


@pytest.mark.parametrize(
    "text",
    [
        "“The dam is gone,” he said.",
        "They told reporters that the dam was gone.",
        "“The dam is gone,” the spokesman said.",
        "Officials said the dam was gone.",
        "Tom Reed met Ivan Moss. “The dam is gone,” he said.",
        "“The dam is gone,” said the mayor of Paris.",
        "A friend of Lark said the dam was gone.",
        "“The whole of the dam is gone for ever.”",
    ],
)
def test_who_is_not_clear_is_unknown(text: str) -> None:
    """There is a statement, and nobody is made its speaker by guess."""
    assert [speaker for speaker, _ in said(text)] == [None]


@pytest.mark.parametrize(
    "text",
    ["The dam was gone.", "The so-called “dam” was gone.", "He read “War and Peace” there.", ""],
)
def test_where_nobody_speaks_there_is_no_statement(text: str) -> None:
    """Irony and titles in quotation marks are no statements."""
    assert said(text) == []


def test_a_transcript_names_its_speakers_before_their_words() -> None:
    """In capitals, a paragraph each."""
    found = said("LARK: The dam is gone.\nREED: Since when?")

    assert found == [("LARK", ["The dam is gone."]), ("REED", ["Since when?"])]


def test_a_signed_quotation_is_that_of_its_signature() -> None:
    """As readers' letters are set."""
    assert said("“The dam is gone for good.” — Ada Lark") == [
        ("Ada Lark", ["“The dam is gone for good.”"])
    ]


def test_who_is_quoted_inside_a_quotation_does_not_speak() -> None:
    """Quotations are not read for attributions."""
    assert said("“Reed said it was gone,” Ada Lark told us.")[0][0] == "Ada Lark"


def test_what_one_is_said_to_want_by_another_is_what_the_other_says() -> None:
    """The statement is that of the one who speaks; nobody else is made to say a part of it."""
    assert said("Ada Lark said Tom Reed wants a new dam.") == [
        ("Ada Lark", ["Tom Reed wants a new dam"])
    ]


def test_a_quotation_goes_on_after_what_is_added_to_it() -> None:
    """What is added in between ends no speech."""
    found = said("“It is gone,” Ada Lark said, adding that it rained.\n“It fell on us.”")

    assert found[-1] == ("Ada Lark", ["“It fell on us.”"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ORFORD (Reuters) - The bridge is shut, Ada Lark said.", ["Ada Lark"]),
        ("ORFORD, July 2, 2018 (Reuters) - “It is shut,” said Ada Lark.", ["Ada Lark"]),
        ("ORFORD: “It is shut,” said Ada Lark.", ["Ada Lark"]),
        ("UPDATE: Ada Lark said the bridge is shut.", ["Ada Lark"]),
        ("ORFORD: The bridge is shut.", []),
        ("BYLINE: Bo Hill, Reuters", []),
        ("Reuters reported that the bridge is shut.", ["Reuters"]),
        ("The bridge is shut, according to Reuters.", ["Reuters"]),
    ],
)
def test_an_outlet_speaks_where_it_is_named_and_not_by_its_dateline(
    text: str, expected: list[str]
) -> None:
    """What "Reuters reported" is its own, as PolNeAR has it."""
    assert [one.speaker for one in statements(text)] == expected


def test_capitals_before_a_colon_speak_where_they_are_answered() -> None:
    """A transcript has two turns at least."""
    found = statements("WALLACE: Is the bridge shut?\n\nLARK: It is.")

    assert [one.speaker for one in found] == ["WALLACE", "LARK"]


def test_a_link_around_a_cue_or_a_name_is_read_over() -> None:
    """Places are those of the text, the link with it."""
    text = "“It is shut,” he [said](https://x.org). [Ada Lark](#) said it is open."
    found = statements(f"Bo Hill spoke.\n{text}")

    assert [(one.written, one.cue) for one in found] == [("he", "said"), ("Ada Lark", "said")]


def test_who_is_named_in_a_quotation_is_not_the_he_who_speaks() -> None:
    """He speaks of somebody else."""
    text = "Bo Hill said the bridge is shut.\n“Tom Dunn will mend it in the spring,” he said."

    assert [one.speaker for one in statements(text)] == ["Bo Hill", "Bo Hill"]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Mr. Dell said the pier was safe. Mrs. Dell said the pier was not safe."
         " Rosa Dell said the pier was wet.", ["Mr. Dell", "Rosa Dell", "Rosa Dell"]),
        ("Mr. Dell said the pier was safe. Mrs. Dell said the pier was not safe."
         " Ove Dell said the pier was wet.", ["Mr. Dell", "Mrs. Dell", "Ove Dell"]),
        ("Miss Orne said the road was open. Her brother, Simon Orne, said the road was shut.",
         ["Miss Orne", "Simon Orne"]),
        ("Simon Orne said the road was open. Mr. Orne said the road was wide.",
         ["Simon Orne", "Simon Orne"]),
        ("Queen Tove said the harvest was good. King Tove said the harvest was bad.",
         ["Queen Tove", "King Tove"]),
        ("Mayor Falk said the well was dry. Judge Falk said the well was full.",
         ["Mayor Falk", "Judge Falk"]),
        ("Mayor Inga Falk said the well was dry. Judge Falk said the well was full. Mayor Falk"
         " said the well was old.", ["Inga Falk", "Judge Falk", "Inga Falk"]),
        ("Mayor Falk, a former judge, said the well was dry. Judge Falk said the well was full.",
         ["Falk", "Falk"]),
        ("Mayor Inga Falk said the well was dry. Candidate Falk said the well was full.",
         ["Inga Falk", "Inga Falk"]),
        ("Deputy Mayor Falk said the well was dry. Falk said the well was old.", ["Falk", "Falk"]),
        ("Deputy Mayor Falk said the well was dry. Mayor Falk said the well was old.",
         ["Deputy Mayor Falk", "Mayor Falk"]),
        ("Anna Orne met Simon Orne. Mrs. Orne said the road was open. Mr. Orne said the road was"
         " shut.", ["Anna Orne", "Simon Orne"]),
        ("The younger Rask said the band was fine. The elder Rask said the band was loud.",
         ["the younger Rask", "the elder Rask"]),
    ],
)  # fmt: skip
def test_a_title_tells_two_of_one_last_name_apart(text: str, speakers: list[str]) -> None:
    """Man and woman, two offices; not where one person can have both."""
    assert [one.speaker for one in statements(text)] == speakers


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Nils Quist Jr. said the mill would run. Nils Quist Sr. said the mill would stop.",
         ["Nils Quist Jr.", "Nils Quist Sr."]),
        ("Nils Quist, Jr., said the mill would run. “The mill stops,” said Nils Quist, Sr., on"
         " Monday.", ["Nils Quist Jr.", "Nils Quist Sr."]),
        ("Olaf the Younger said the ice would hold. Olaf the Elder said the ice would break.",
         ["Olaf the Younger", "Olaf the Elder"]),
        ("Otto II said the gate was shut. Otto III said the gate was open.",
         ["Otto II", "Otto III"]),
        ("Nils Quist said the mill would run. Nils Quist Jr. said the mill would stop. Quist said"
         " the mill was old.", ["Nils Quist", "Nils Quist Jr.", "Nils Quist"]),
        ("Nils Quist Jr. said the mill would run. Quist said the mill was old.",
         ["Nils Quist Jr.", "Nils Quist Jr."]),
    ],
)  # fmt: skip
def test_father_and_son_are_two(text: str, speakers: list[str]) -> None:
    """What follows a name, "Jr.", "the Elder" or a number, belongs to it."""
    assert [one.speaker for one in statements(text)] == speakers


@pytest.mark.parametrize(
    "dateline", ["PORT VEY, Sept 14 (Wire) - ", "Orne (AP) -- ", "PORT VEY, May 3 — "]
)
def test_a_dateline_says_nothing(dateline: str) -> None:
    """Neither is it a speaker's name, nor is it what somebody says."""
    [told] = said(f"{dateline}The bank of Talia kept its rates, saying that prices were rising.")
    [reported] = said(f"{dateline}The dam is gone, Ada Lark said on Monday.")

    assert told == (None, ["that prices were rising"])
    assert reported == ("Ada Lark", ["The dam is gone"])


def test_whom_a_body_belongs_to_does_not_speak_for_it() -> None:
    """The bank of a country is not the country."""
    assert said("The bank of Talia kept its rates, saying that prices were rising.") == [
        (None, ["that prices were rising"])
    ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Ada Lark told farmers that the dam was gone.", ["that the dam was gone"]),
        ("Ada Lark told angry nurses in Orne that the dam was gone.", ["that the dam was gone"]),
        ("Ada Lark warned people near the dam that it was gone.", ["that it was gone"]),
        ("Ada Lark told farmers: “The dam is gone.”", ["“The dam is gone.”"]),
        ("Yes, Ada Lark said in the debate, she saw the dam.", ["Yes", "she saw the dam"]),
        ("The dam is gone, said the town’s keeper, Ada Lark.", ["The dam is gone"]),
        ("“The dam is gone”, said the managing director, Ada Lark.", ["“The dam is gone”"]),
        ("“It is gone,” said the keeper of the dam, Ada Lark, and left.", ["“It is gone,”"]),
    ],
)
def test_whoever_hears_it_and_however_the_speaker_is_set(text: str, content: list[str]) -> None:
    """Any who are more than one hear, and a name may come after what somebody is."""
    assert said(text) == [("Ada Lark", content)]


@pytest.mark.parametrize("title", ["managing director", "acting governor", "founding editor"])
def test_what_somebody_is_may_end_as_a_participle_does(title: str) -> None:
    """The managing director is not "the", as a man living there is a man."""
    [found] = statements(f"The {title} said the dam was gone.")

    assert found.written == f"The {title}"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Anyone can tell that the dam is gone.", None),
        ("Reviewers call it a shame.", None),
        ("Settings call this mode “night owl”.", None),
        ("Growers said that the dam was gone.", None),
        ("Keepers at the dam praised the mayor. The Keepers Union met.", None),
        ("Banks says that the dam is gone.", "Banks"),
        ("Ada Banks came. Banks said that the dam was gone.", "Ada Banks"),
        ("They asked at Siemens. Siemens said that the dam was gone.", "Siemens"),
        ("Lark said that the dam was gone.", "Lark"),
        ("Ada Lark came. Back in May Lark said the dam would go.", "Ada Lark"),
        ("May Lark said that the dam was gone.", "May Lark"),
        ("Per Banks said that the dam was gone.", "Per Banks"),
    ],
)
def test_a_word_for_several_is_nobodys_name(text: str, speaker: str | None) -> None:
    """Where only the start of a sentence gives it a capital, and its verb may be of several."""
    assert said(text)[-1][0] == speaker


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Seismologist Mireille Toh said that it was over.", "Mireille Toh"),
        ("Assemblywoman Mireille Toh said that it was over.", "Mireille Toh"),
        ("Foreman Ann Toh came. Ann Toh left. Toh said it was over.", "Ann Toh"),
    ],
)
def test_what_somebody_does_is_no_part_of_the_name(text: str, speaker: str) -> None:
    """By how such words end, or as the article has the name without it."""
    assert said(text)[-1][0] == speaker


def test_a_name_goes_on_after_its_verb() -> None:
    """With where it is from: "writes Ada Lark of plot 19"."""
    assert said("The paths are muddy, writes Ada Lark of plot 19.") == [
        ("Ada Lark", ["The paths are muddy"])
    ]
