"""rag.question.whereabouts: the place that is asked for, and where a sentence says that it is."""

from __future__ import annotations

import pytest

from rag.question.whereabouts import asked_place, states_where


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where is Orford?", "Orford"),
        ("where is orford", "orford"),
        ("Where's the Gate of King Hugo?", "Gate of King Hugo"),
        ("Where is the Saltmarsh Bridge located?", "Saltmarsh Bridge"),
        ("Where was Ada Lark born?", None),
        ("Where was the treaty signed?", None),
        ("Where is it?", None),
        ("Where?", None),
        ("Who is in Orford?", None),
    ],
)
def test_a_place_is_asked_for(question: str, expected: str | None) -> None:
    """By its name, and for nothing that happened."""
    assert asked_place(question) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Orford is a port on the Alde.",
        "Orford, which lies about 20 miles north of Ipswich, has a castle.",
        "They meet on Friday in Orford, Suffolk, to talk.",
        "They meet in Orford, the county's old capital.",
        "They meet in the Suffolk town of Orford.",
        "They took Orford—one of the great naval bases of Suffolk—in a day.",
        "They met at Orford in Suffolk.",
        "They met in Orford castle near Ipswich.",
        "Orford was held near the coast.",
    ],
)
def test_a_sentence_states_where_it_is(text: str) -> None:
    """In, on or near what."""
    assert states_where("Orford", text)


@pytest.mark.parametrize(
    "text",
    [
        "The talks between Orford and Ipswich ended.",
        "Orford is not on the agenda, and will never be.",
        "Orford was sold in March.",
        "Orford was talked about on Friday.",
        "Ships from Orford, Ipswich, and Harwich came.",
        "Orford's mayor lives in Ipswich.",
    ],
)
def test_a_sentence_only_mentions_it(text: str) -> None:
    """Beside other places and times."""
    assert states_where("Orford", text) == []


@pytest.mark.parametrize("title", ["Ipswich", "Orford talks end"])
def test_it_is_what_the_title_names(title: str) -> None:
    """A sentence that begins with "it" tells of the article's matter, where that is the place."""
    text = "It lies on the coast of Suffolk."

    assert states_where("Orford", text, title="Orford")
    assert states_where("Orford", text, title=title) == []
    assert states_where("Orford", "The talks were held in Suffolk.", title=title) == []
