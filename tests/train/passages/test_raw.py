"""train/passages/raw: which sentences of a passage answer, and which only may."""

from __future__ import annotations

import pytest
from made_passages import HARBOUR, placed
from passages.raw import Question, joined, marked, may_answer


def question(*answers: str, text: str = HARBOUR, **more: bool) -> Question:
    """A question whose answers stand in a text."""
    bounds = tuple((text.index(one), text.index(one) + len(one)) for one in answers)
    return Question(
        source="made", path="a", question="Who closed it?", answers=bounds, strings=answers, **more
    )


def test_the_sentence_with_the_words_is_right() -> None:
    """Its words are a span of the passage."""
    [one] = placed(HARBOUR)

    found = marked(question("Friday"), one, 7)

    assert (found.passage, found.right, found.unsure) == (7, (1,), ())
    assert [one.passage.text[start:end] for start, end in found.spans] == ["Friday"]


def test_of_several_passages_only_the_one_with_the_words_is_right() -> None:
    """Places in an article become places in its passage."""
    text = "\n\n".join(
        [f"Row {n} has nothing but words of no matter at all." * 9 for n in range(3)]
    )
    text += "\n\n" + HARBOUR
    found = [marked(question("Ada Moss", text=text), one, n) for n, one in enumerate(placed(text))]

    assert [bool(one.right) for one in found] == [*([False] * (len(found) - 1)), True]
    [(start, end)] = found[-1].spans
    assert placed(text)[-1].passage.text[start:end] == "Ada Moss"


def test_another_sentence_with_the_same_words_is_neither_right_nor_wrong() -> None:
    """It may answer by chance."""
    text = "Bo Ek won. The crowd cheered for Bo Ek."
    [one] = placed(text)

    assert marked(question("Bo Ek", text=text), one, 0).unsure == (1,)


def test_a_whole_sentence_that_answers_has_no_words() -> None:
    """All sentences of the answer are right."""
    [one] = placed(HARBOUR)
    answer = HARBOUR[: HARBOUR.index(" Captain")]

    found = marked(question(answer, whole=True), one, 0)

    assert (found.right, found.spans) == ((0, 1), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("They blamed the ice.", True), ("They praised the ice.", False)],
)
def test_a_template_is_answered_wherever_its_words_stand(text: str, expected: bool) -> None:
    """Any sentence in which somebody blames somebody answers "Who blamed someone?"."""
    one = Question(
        source="", path="", question="Who blamed someone?", answers=(), strings=(), template=True
    )

    assert may_answer(one, text) is expected


def test_words_are_whole_words() -> None:
    """The word "harbour" is not in "harbours"."""
    assert not may_answer(question("harbour"), "Two harbours froze.")
    assert may_answer(question("harbour"), "The harbour froze.")


def test_joined_paragraphs_keep_their_places() -> None:
    """Each begins where it is said to."""
    text, starts = joined(["One.", "Two and more.", "Three."])

    assert [text[start:].split("\n")[0] for start in starts] == ["One.", "Two and more.", "Three."]
