"""A source, a cue, and what is attributed, by the surface of a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.statements.attributions import find_attributions
from rag.statements.cues import VERBS
from rag.statements.noun_phrases import LAST, MARK


def masked(text: str) -> str:
    """The sentence as it is read."""

    def hide(match: re.Match[str]) -> str:
        ends = LAST if match[0][-2] in ",?!" else MARK
        return MARK * (len(match[0]) - 1) + ends

    return re.sub(r"“[^”]*”", hide, text)


def read(text: str) -> list[tuple[str | None, str, list[str]]]:
    """Source, cue and content of each attribution."""
    return [
        (
            text[one.source.start : one.source.end] if one.source else None,
            text[one.cue.start : one.cue.end],
            [text[span.start : span.end] for span in one.content],
        )
        for one in find_attributions(masked(text))
    ]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("“It is gone,” Ada Lark said.", "Ada Lark", "said", ["“It is gone,”"]),
        ("“It is gone,” said Ada Lark.", "Ada Lark", "said", ["“It is gone,”"]),
        ("“No,” said the tired mayor Ada Lark.", "the tired mayor Ada Lark", "said", ["“No,”"]),
        ("“Is it gone?” Lark demanded.", "Lark", "demanded", ["“Is it gone?”"]),
        ("Lark told reporters on Monday: “No.”", "Lark", "told", ["“No.”"]),
        ("Lark, who lives there, said it was gone.", "Lark", "said", ["it was gone"]),
        ("Lark, the mayor of Orford, said it was gone.", "Lark", "said", ["it was gone"]),
        ("The mayor, Ada Lark, said it was gone.", "Ada Lark", "said", ["it was gone"]),
        ("Rep. Ada Lark (D-Va.) said it was gone.", "Rep. Ada Lark", "said", ["it was gone"]),
        ("On Monday, Lark said that it was gone.", "Lark", "said", ["that it was gone"]),
        ("The dam was gone, Lark said Monday.", "Lark", "said", ["The dam was gone"]),
        ("The dam, Lark said, was gone.", "Lark", "said", ["The dam", "was gone"]),
        (
            "The dam is gone, according to Ada Lark.",
            "Ada Lark",
            "according to",
            ["The dam is gone"],
        ),
        ("According to Lark, the dam is gone.", "Lark", "According to", ["the dam is gone"]),
        ("A friend of Lark said the dam was gone.", "A friend", "said", ["the dam was gone"]),
        ("Lark’s lawyer said the dam was gone.", "Lark’s lawyer", "said", ["the dam was gone"]),
        ("Lark called the dam “a disgrace.”", "Lark", "called", ["the dam “a disgrace.”"]),
        ("He has called for a new dam.", "He", "called for", ["a new dam"]),
        ("Experts say the dam will go.", "Experts", "say", ["the dam will go"]),
        (
            "Lark said the dam was gone, adding that it rained.",
            "Lark",
            "said",
            ["the dam was gone"],
        ),
        ("As Lark has said, the dam was gone.", "Lark", "said", ["the dam was gone"]),
        ("The dam was gone, as Lark has said.", "Lark", "said", ["The dam was gone"]),
        ("ORFORD — The dam is gone, Lark said Friday night.", "Lark", "said", None),
        ("Lark just this week announced it was gone.", "Lark", "announced", ["it was gone"]),
        ("Citing the flood of May, Lark left.", "Lark", "Citing", ["the flood of May"]),
        ("Lark was afraid that the dam was gone.", "Lark", "was afraid", ["that the dam was gone"]),
        ("Lark has expressed doubts about the dam.", "Lark", "expressed doubts about", ["the dam"]),
        ("Lark would like to mend the dam.", "Lark", "would like", ["to mend the dam"]),
        ("Lark admires Reed.", "Lark", "admires", ["Reed"]),
        ("Lark went on to condemn the dam.", "Lark", "condemn", ["the dam"]),
        ("She’s called for a new dam.", "She", "called for", ["a new dam"]),
        ("The tide, which shows how the dam failed, rose.", "which", "shows", None),
        ("The dam was gone, said a friend in the town.", "a friend", "said", ["The dam was gone"]),
    ],
)
def test_who_says_what(text: str, source: str, cue: str, content: list[str] | None) -> None:
    """The first attribution of each sentence; of some only who says it."""
    found = read(text)[0]

    assert found == (source, cue, found[2] if content is None else content)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Lark said it rained, and Reed warned that it was cold.", "it rained"),
        ("While Lark said it rained, the dam stood.", "it rained"),
        ("Lark, who said it rained, was cold.", "it rained"),
        ("It rained all day, said Lark, a farmer in the valley.", "It rained all day"),
        ("Lark attacked the dam, which fell in May.", "the dam"),
        ("Lark condemned the old dam in a speech on Monday.", "the old dam"),
        ("Lark said it rained, making it hard to see.", "it rained, making it hard to see"),
        ("Lark praised the dam and has called for another.", "the dam"),
    ],
)
def test_what_is_said_ends_where_somebody_else_or_something_else_begins(
    text: str, content: str
) -> None:
    """The clause of another speaker, the main clause, an apposition, an aside, when and where."""
    assert read(text)[0][2] == [content]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The plan he proposed for the valley was old.", None),
        ("Lark said it rained, and Reed came and promised to help.", None),
        ("However, Lark came and promised to help.", "Lark"),
        ("In his letter, Lark thanked us and praised the dam.", "Lark"),
        ("Ann Lark, 59, of Orford, Va., who lives there, said it rained.", "Ann Lark"),
        ("A poll published last week found that it rained.", "A poll"),
        ("Kelly said it rained.", "Kelly"),
    ],
)
def test_who_speaks_is_the_subject_and_no_other_word(text: str, source: str | None) -> None:
    """The source of the last attribution; none where it would have to be guessed."""
    found = read(text)

    if source is None:
        assert not any(cue in {"proposed", "promised"} for _, cue, _ in found)
    else:
        assert found[-1][0] == source


@pytest.mark.parametrize(
    "text",
    [
        "The report was long.",
        "Their plans for the dam were old.",
        "The dam was said to be gone.",
        "She left without saying a word.",
        "Many states have dams.",
        "The so-called dam was gone.",
        "The town has plans.",
        "The dam was praised by nobody.",
        "The plan was promoted by the town.",
        "The stone venerated as the Eye of Orford was gone.",
        "Lark did not say that it rained.",
        "Lark may say that it rained.",
        "Lark has never expressed doubts about the dam.",
        "Lark has no plans to mend the dam.",
        "Lark is not afraid that it rains.",
        "He’s expected to mend the dam.",
        "Everything Lark says is wrong.",
    ],
)
def test_nouns_passives_and_idle_participles_attribute_nothing(text: str) -> None:
    """A form that looks like a cue and is none."""
    assert read(text) == []


def test_a_participle_goes_on_with_the_subject() -> None:
    """It has none of its own: who said is who adds."""
    found = read("The dam was gone, Lark said, adding that it rained.")

    assert found[1] == ("Lark", "adding", ["that it rained"])


def test_a_participle_does_not_take_the_quotation_before_it() -> None:
    """It is said once; what follows is said too."""
    found = read("“It is gone,” Lark said, adding that it rained.")

    assert [content for _, _, content in found] == [["“It is gone,”"], ["that it rained"]]


def test_a_broadcast_in_quotation_marks_is_not_what_is_said() -> None:
    """Its name stands before the speaker like a quotation."""
    [found] = read("In an interview on “Face the Nation,” Ada Lark said the dam was gone.")

    assert found == ("Ada Lark", "said", ["the dam was gone"])


@pytest.mark.parametrize("form", ["denied", "denies", "denying", "said", "says", "told", "wrote"])
def test_verbs_have_all_their_forms(form: str) -> None:
    """Regular by rule, irregular by list."""
    assert form in VERBS


@given(st.text(alphabet="Lark said that, “it” was.\ue000\ue001 ", max_size=80))
def test_attributions_lie_in_their_sentence(text: str) -> None:
    """For any text: no span leaves it, and none is empty."""
    for one in find_attributions(text):
        for span in (one.source, one.cue, *one.content):
            assert span is None or 0 <= span.start < span.end <= len(text)


def test_what_is_too_long_for_a_sentence_is_not_read() -> None:
    """A hostile file without a full stop would take minutes; a long quotation is still read."""
    assert find_attributions("said " * 20_000) == []
    assert read("“" + "word " * 2_000 + "end,” Ada Lark said.")[0][0] == "Ada Lark"


def test_a_participle_hangs_on_a_subject_that_has_its_verb() -> None:
    """Of what cannot be parted into subject and verb, nobody is the source."""
    assert read("Ada Lark left, saying it was gone.")[0][0] == "Ada Lark"
    assert read("The mayor met Ada Lark, saying it was gone.") == []


@pytest.mark.parametrize(
    "described",
    [
        "Ada Lark, the mill keeper,",
        "Ada Lark, 54,",
        "Ada Lark, 54, who keeps the mill,",
        "Ada Lark, of Orford,",
        "Ada Lark, now a keeper,",
        "Ada Lark, keeper of ropes,",
        "Ada Lark, whose aunt Edda Moss owns the mill,",
        "Ada Lark, the keeper of the mill, which is old,",
        "Ada Lark, a keeper, mother of two and member of the council,",
        "In May, Ada Lark, the keeper,",
    ],
)
@pytest.mark.parametrize("told", ["the rope broke at noon", "the mill cost too much"])
def test_who_is_described_before_the_verb_is_its_subject(described: str, told: str) -> None:
    """What follows is told, also where its verb has no ending: "said the rope broke"."""
    assert read(f"{described} said {told}.") == [("Ada Lark", "said", [told])]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The mill, once the pride of Orford, is gone, said the mayor.", "the mayor"),
        ("Yesterday, the rope broke, said the keeper.", "the keeper"),
        ("The rope broke in May, said Ada Lark, the keeper.", "Ada Lark"),
        ("“It broke,” said Ada Lark, the keeper of the mill, on Monday.", "Ada Lark"),
    ],
)
def test_who_comes_after_the_verb_is_its_subject_where_a_clause_is_before(
    text: str, source: str
) -> None:
    """The clause has its own subject and verb."""
    assert [who for who, _, _ in read(text)] == [source]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Beach state Orford is where they are sold.", []),
        ("The league plan the mayor had is gone.", []),
        ("Keepers state that it is gone.", ["Keepers"]),
        ("Ada Lark and Tom Reed state that it is gone.", ["Tom Reed"]),
        ("They state that it is gone.", ["They"]),
        ("Ada Lark did state that it is gone.", ["Ada Lark"]),
        ("Notes: What did Lark say about the dam?", []),
        ("Omar Said said that it is gone.", ["Omar Said"]),
        ("Said Ada Lark: “It is gone.”", ["Ada Lark"]),
        ("When does the mayor think that it will open?", []),
    ],
)
def test_a_form_without_an_ending_needs_more_than_one(text: str, found: list[str]) -> None:
    """Who alone says something "states" it; "the beach state" is a noun."""
    assert [who for who, _, _ in read(text)] == found


def test_a_subject_of_two_nouns_is_found_by_the_first() -> None:
    """Where the second alone could not be one."""
    [(source, _, _)] = read("Experts on dams and high water said the mill would break.")

    assert source == "Experts"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Our managing editor Ada Lark said it rained.", "Our managing editor Ada Lark"),
        ("The former acting judge Ada Lark said it rained.", "The former acting judge Ada Lark"),
        ("The mill’s planning aide Ada Lark said it rained.", "The mill’s planning aide Ada Lark"),
        ("The director of sales Ada Lark said it rained.", "The director of sales Ada Lark"),
        ("The head of catering Ada Lark said it rained.", "The head of catering Ada Lark"),
        ("The head of tours Ada Lark said it rained.", "The head of tours Ada Lark"),
        ("“No,” said the new managing director Ada Lark.", "the new managing director Ada Lark"),
        ("The Orford Dam Building Trust said it rained.", "The Orford Dam Building Trust"),
        ("A man living near Ada Lark said it rained.", "A man"),
        ("The lawyer representing singer Ada Lark said it rained.", "The lawyer"),
        ("The coach of swimmer Ada Lark said it rained.", "The coach"),
        ("The office of Ada Lark said it rained.", "The office"),
    ],
)
def test_what_is_told_of_somebody_before_the_name_is_part_of_the_source(
    text: str, source: str
) -> None:
    """Whom "living", "representing" or "of" brings in says nothing."""
    assert read(text)[0][0] == source


@pytest.mark.parametrize(
    "opening",
    [
        "Yesterday",
        "On Friday",
        "On Friday evening",
        "Late on Monday",
        "Earlier this week",
        "In May",
        "Back in May 2019",
        "On 3 May",
        "Last Tuesday",
        "In early March",
        "On the morning of 4 June",
        "Two days later",
        "Whenever",
        "Clearly",
        "Perhaps",
        "However",
        "Even",
    ],
)
@pytest.mark.parametrize("who", ["Ada Lark", "the mayor", "Lark"])
def test_what_opens_a_sentence_is_no_part_of_its_subject(opening: str, who: str) -> None:
    """With a comma after it or without."""
    assert read(f"{opening} {who} said it rained.")[0][0] == who


@pytest.mark.parametrize("who", ["Kelly Lark", "June Lark", "Early reports", "Newly elected Reed"])
def test_what_only_looks_like_an_opening_stays(who: str) -> None:
    """A first name, and what belongs to the noun."""
    assert read(f"{who} said it rained.")[0][0] == who


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Ada Lark, a baker from Mill Town, Ohio, said the water rose a foot.", "Ada Lark"),
        ("Ada Lark, who bakes in Orford, Ohio, said the bread was gone.", "Ada Lark"),
        ("Ada Lark (no party), the warden for the valley, said the dam was gone.", "Ada Lark"),
        ("Ada Lark, 43, a baker in Orford, and a mother, said the bread was gone.", "Ada Lark"),
        ("But Ada Lark, from Orford, Ohio, on Monday said it rained.", "Ada Lark"),
        ("The keeper, Ada Lark, from Mill Town, Ohio, said the water rose.", "Ada Lark"),
        ("In Orford, Ohio, the keeper said the water rose.", "the keeper"),
        ("The dam is gone, the worst of news, said Lark.", "Lark"),
    ],
)
def test_whatever_is_told_of_somebody_after_the_name_the_verb_is_theirs(
    text: str, source: str
) -> None:
    """What follows the verb is what they say, and no subject after its verb."""
    assert read(text)[0][0] == source


@pytest.mark.parametrize("verb", ["claimed", "insisted", "admits", "complained", "recalled"])
@pytest.mark.parametrize(
    ("who", "source"),
    [
        ("Ada Lark", "Ada Lark"),
        ("Ada Lark, 57, a fitter who lives near", "Ada Lark"),
        ("the town’s warden, Ada Lark", "Ada Lark"),
        ("Ada Lark, MP for Orford", "Ada Lark"),
        ("a spokesman for the line", "a spokesman"),
    ],
)
def test_any_verb_of_saying_may_come_before_a_person(verb: str, who: str, source: str) -> None:
    """Where a clause stands before it."""
    assert read(f"The dam did not hold, {verb} {who}.") == [
        (source, verb, ["The dam did not hold"])
    ]


def test_what_a_verb_after_an_aside_is_about_is_not_its_subject() -> None:
    """Unless it is a person."""
    assert read("The union, which met on Friday, conceded the point.")[-1][0] == "The union"


@pytest.mark.parametrize("opening", ["Nor did", "Neither has", "Never did", "At no time did"])
def test_who_did_not_say_it_is_no_speaker(opening: str) -> None:
    """The verb stands before its subject there."""
    assert read(f"{opening} Lark say who would pay for it.") == []
    assert read("Neither Lark nor Reed said who would pay for it.") == []
    assert read("Only then did Lark say who would pay for it.")[0][0] == "Lark"
