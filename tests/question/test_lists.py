"""rag.question.lists: which questions about several things ask about each of them."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.lists import each_thing
from rag.question.read import LONGEST_QUESTION

ONE_NAME = {"Salt, Pine and Daughters", "the crow and the fox", "The Tall, the Small and the Old"}


def written(phrase: str) -> bool:
    """Whether an article has a phrase."""
    return phrase in ONE_NAME


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What did the vet say about {}?", ["the goat", "the old mare", "the hens"]),
        ("What did the vet say about {} in June 2020?", ["the goat", "the mare", "the hens"]),
        ("Tell me about {}.", ["the goat of Moss", "the mare of Lom", "the hens"]),
        ("What does the law say about {}?", ["hunting", "fishing", "mining"]),
        ("What did the vet say about {}?", ["Moss", "hunting", "Ada"]),
        ("How many people live in {}?", ["Moss", "Lom", "Odda", "Bergen"]),
        ("What is the height of {}?", ["the dam", "the spire", "the crane"]),
        ("Who sold {}?", ["the goat", "the mare", "the hens"]),
        ("When did the county close {}?", ["the school", "the mill", "the road"]),
        ("How many boats were built in {}?", ["1950", "1951", "1952"]),
        ("What did the vet say about {}?", ["the goat", "the mare"]),
        ("Who painted {}?", ["the school", "the mill"]),
        ("How did the flood hit {}?", ["goats", "hens", "honey"]),
        ("Who runs {}?", ["Moss's mill", "the Lom dairy", "Odda"]),
        ("What is wrong with {}?", ["the goat shed", "the old mill", "the hens"]),
        ("What did the vets' union ask on {}?", ["goats", "hens", "honey"]),
        ("What did the alliance say about {}?", ["the goat", "the mare", "the hens"]),
        ("What did the United Vets say about {}?", ["the goat", "the mare", "the hens"]),
        ("What did some of the vets say about {}?", ["the goat", "the mare", "the hens"]),
        ("What did the vets agree about {}?", ["hunting", "fishing", "mining"]),
        ("What did Ada Lark say on {}?", ["the total", "the sum", "the merger"]),
        ("What did the vet say about {}?", ["hay fever", "dust", "the closed yard"]),
        ("What did the vet say about {}?", ["goats", "hens", "dairy cows"]),
        ("What did the vet say about {}?", ["the old mill", "hay fever", "dust"]),
        ("What did the vet say about {}?", ["the mill", "noise", "the closed yard"]),
        ("What did the vet say about {}?", ["noise", "the old mill", "hay fever"]),
    ],
)
@pytest.mark.parametrize("comma", ["", ","])
def test_each_of_the_things_asked_about(question: str, things: list[str], comma: str) -> None:
    """A list at the end of a question is several questions, with and without the last comma."""
    last = f"{comma if len(things) > 2 else ''} and {things[-1]}"
    asked = question.format(", ".join(things[:-1]) + last)

    assert each_thing(asked, written=written) == [question.format(one) for one in things]


@pytest.mark.parametrize("comma", ["", ","])
def test_about_the_one_or_the_other_is_about_each(comma: str) -> None:
    """Elsewhere "or" is a choice."""
    about = "What did the vet say about {}?"

    assert each_thing(about.format(f"goats, hens{comma} or the mare")) == [
        about.format(one) for one in ("goats", "hens", "the mare")
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("When were the dam, the mill and the road built?", "When was the dam built?"),
        ("How old are Ada Lark, Bo Moe and Tove Berg?", "How old is Ada Lark?"),
        ("What did Lark, Moe and Berg say about the dam?", "What did Lark say about the dam?"),
        ("How many cows did Moss, Lom and Odda sell?", "How many cows did Moss sell?"),
        ("Where do the goats, the mare and the hens live?", "Where do the goats live?"),
        ("When was built the dam?", "When was built the dam?"),
        ("Why were the mill and the road closed?", "Why was the mill closed?"),
        ("When were the old mill and the road built?", "When was the old mill built?"),
        (
            "How much did the Moss dairy, the Lom mill and the Odda growers lose in the flood?",
            "How much did the Moss dairy lose in the flood?",
        ),
        (
            "Where do the Greens, the Lom growers and the Moss dairy stand on the dam?",
            "Where do the Greens stand on the dam?",
        ),
        ("Where do Lark, Moe and Berg stand on the dam?", "Where does Lark stand on the dam?"),
    ],
)
def test_each_of_the_things_that_do_something(question: str, first: str) -> None:
    """The verb follows its subject: one dam was, more were."""
    assert each_thing(question, written=written)[0] == first


def test_the_last_of_several_goes_on_to_the_verb() -> None:
    """A name may be only its beginning."""
    asked = "How much did the Moss dairy and the Lom growers lose in the flood?"
    several = "How much did the Moss dairy, the Odda mill and the Lom growers lose in the flood?"

    assert each_thing(several)[-1] == "How much did the Lom growers lose in the flood?"
    assert each_thing(asked) == [asked]  # two names may be one


def test_people_are_no_firm() -> None:
    """Those who speak, and full names, though an article names them in a row."""
    speaks = {"Lark", "Moe"}.__contains__

    for asked in ("What did Lark, Moe and Sons say?", "When did Ada Lark, Bo Moe and Ed resign?"):
        assert len(each_thing(asked, speaks=speaks, written=lambda phrase: True)) == 3
    assert len(each_thing("When did Lark, Moe and Sons close?", written=lambda phrase: True)) == 1


@pytest.mark.parametrize(
    "question",
    [
        "What happened between Moss, Lom and Odda?",
        "What is the difference between the goat, the mare and the hens?",
        "What do the goat, the mare and the hens have in common?",
        "When did Lark, Moe and Berg meet?",
        "Which of the goat, the mare and the hens is oldest?",
        "Which did the vet prefer, the goat, the mare or the hens?",
        "What is the union of Moss, Lom and Odda called?",
        "What is the same about the goat, the mare and the hens?",
        "Who merged the dairy, the mill and the shop?",
        "What did the vet say about the long, cold night and the wind?",
        "What is the total weight of the goat, the mare and the hens?",
        "Who owns Salt, Pine and Daughters?",
        "Who directed The Tall, the Small and the Old?",
        "What is the fable about the crow and the fox?",
        "What did Ada Lark, the vet, and Bo Moe say?",
        "What did Lark, Moe's deputy, and Berg say?",
        "What was said about Lark, the mayor, and Moe?",
        "What was said about the long, cold and dark night?",
        "What did he say about the rise and fall of Moss?",
        "What did the vet say about goats and hens?",
        "How did the flood hit goats and hens?",
        "Was the winter long, cold and dark?",
        "Who sings, dances and paints?",
        "Who owns Ada Lark, Moss's mare, and the goat?",
        "Who said that the goat, the mare and the hens are ill?",
        "What is known about the causes of the fire, the flood and the storm?",
        "What did the vet say about the goat, which was ill, and the hens?",
        "Who closed the gate and opened the door?",
        "Who wrote “Goats, Mares and Hens”?",
        "Who talked to the king and the queen?",
        "Who sings on Tuesdays, Wednesdays and Fridays?",
        "What did the vet say about the goat?",
        "",
    ],
)
def test_what_belongs_together_is_asked_at_once(question: str) -> None:
    """Names of one thing, a comparison, who somebody is, and what cannot be told for certain."""
    assert each_thing(question, written=written) == [question]


PIECES = st.sampled_from(
    ["What", "did", "were", "about", "the", "goat", "Moss", ",", "and", "of", "say", "?", "in 2020"]
)


@given(st.lists(PIECES, max_size=20).map(" ".join) | st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """There is always at least one question, and one alone is as it was."""
    found = each_thing(text, written=written)

    assert found == [text] or len(found) > 1


@pytest.mark.parametrize(
    "piece",
    [
        "the ",
        "the a ",
        "A and ",
        ", and ",
        "Moss ",
        "Moss of the ",
        "did x, ",
        "about the ",
        "and say ",
        "made ",
    ],
)
@pytest.mark.parametrize("characters", [280, LONGEST_QUESTION])
def test_a_long_text_takes_no_time(piece: str, characters: int) -> None:
    """Whatever it repeats."""
    began = process_time()

    each_thing(("What did the x, y and " + piece * LONGEST_QUESTION)[:characters])

    assert process_time() - began < 0.2
