"""rag.answer.listed: which sentences are a list, and whether all of it is asked for."""

from __future__ import annotations

import pytest
from made import sentence

from rag.answer.listed import is_asked_for, list_of
from rag.domain import Evidence
from rag.question.read import read_question

QUAYS = (
    "Three quays are old.",
    "These quays will be mended:",
    "* North Quay, Lom",
    "* Mill Quay, Alta",
    "* Long Quay, Alta",
    "Work begins in May.",
)


def found(*texts: str, line: float = 0.5, item: float = 0.2) -> dict[int, Evidence]:
    """Sentences that stand in this order, with these scores."""
    scores = [line if text.endswith(":") else item for text in texts]
    return {
        id: sentence(text, id=id, score=score)
        for id, (text, score) in enumerate(zip(texts, scores, strict=True))
    }


def ids(id: int, *texts: str) -> list[int]:
    """The sentences of the list that one belongs to."""
    by_id = found(*texts)
    listed = list_of(by_id[id], by_id)
    return [one.id for one in listed.whole] if listed else []


def asked_for(question: str, *chosen: int, line: float = 0.5) -> bool:
    """Whether a question asks for all quays, where these are chosen."""
    by_id = found(*QUAYS, line=line)
    listed = list_of(by_id[1], by_id)
    assert listed is not None
    return is_asked_for(listed, read_question(question), chosen)


@pytest.mark.parametrize("id", [1, 2, 3, 4])
def test_a_line_and_its_items_are_one_list(id: int) -> None:
    """Whichever of them is found."""
    assert ids(id, *QUAYS) == [1, 2, 3, 4]


@pytest.mark.parametrize("id", [0, 5])
def test_what_stands_beside_a_list_is_none_of_it(id: int) -> None:
    """It is a sentence without a mark."""
    assert ids(id, *QUAYS) == []


def test_items_without_a_mark_are_no_sentences() -> None:
    """As those of a page on the web; a line must announce them."""
    plain = [text.removeprefix("* ") for text in QUAYS]

    assert ids(3, *plain) == [1, 2, 3, 4]
    assert ids(2, "Three quays are old.", *plain[2:]) == []


def test_items_that_no_line_announces_have_marks_and_are_no_sentences() -> None:
    """Sentences with a mark may each stand for themselves."""
    assert ids(1, "1. North Quay", "2. Mill Quay") == [0, 1]
    assert ids(1, "- The north quay is old.", "- The mill quay will be mended.") == []


def test_a_list_has_two_items() -> None:
    """A label before a sentence announces nothing."""
    assert ids(0, "Ada Lark, baker:", "Bread is dear.", "So is flour.") == []
    assert ids(0, "The quay is:", "* North Quay") == []


def test_a_list_ends_with_its_article() -> None:
    """What stands behind it is another's."""
    by_id = found("These will be mended:", "* North Quay")
    by_id[2] = sentence("* Mill Quay", id=2, article_id=1)

    assert list_of(by_id[0], by_id) is None


def test_all_of_a_list_is_asked_for_where_its_line_answers_best() -> None:
    """Or where several items do."""
    question = "Which quays will be mended?"

    assert asked_for(question)
    assert asked_for(question, 2, 4, line=0.1)
    assert not asked_for("Which quays will get a new roof?", 2, line=0.1)


def test_all_of_a_list_is_asked_for_where_no_word_tells_its_items_apart() -> None:
    """What the question says, the line and the sentence before it say of all of them."""
    assert asked_for("Which old quays will be mended?", 2, line=0.1)
    assert not asked_for("Which old quays of fishermen will be mended?", 2, line=0.1)
    assert not asked_for("Which old quays will be mended?", line=0.1)


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("How many quays will be mended?", True),
        ("When will quays be mended?", True),
        ("When will the quay in Lom be mended?", False),
        ("Which quay in Lom will be mended?", False),
        ("Will the quay in Lom be mended?", False),
        ("Will quays be mended?", False),
    ],
)
def test_of_a_list_one_item_may_be_asked_for(question: str, whole: bool) -> None:
    """Its name stands in the question, or yes or no is enough."""
    assert asked_for(question) is whole
