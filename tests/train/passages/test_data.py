"""train/passages/data: what is kept for the figures."""

from __future__ import annotations

from made_passages import PASSAGES
from passages.data import held_out, kept, without


def test_an_article_is_on_one_side_whatever_the_set_and_spelling() -> None:
    """The split goes by the title, without folder, ending and case."""
    names = [f"Article_{n}" for n in range(2_000)]

    there = [held_out(f"corpus/{name}.txt") for name in names]

    assert there == [held_out(name.upper()) for name in names]
    assert 0.16 < sum(there) / len(there) < 0.24  # one in five


def test_of_larger_sets_fewer_articles_are_kept() -> None:
    """One in 25, and of the development sets one in five."""
    names = [f"article {n}" for n in range(2_000)]

    assert [kept("squad2", name) for name in names] == [held_out(name) for name in names]
    assert 0.02 < sum(kept("qamr", name) for name in names) / len(names) < 0.06


def test_a_passage_without_some_sentences_keeps_the_others_in_their_places() -> None:
    """Each still begins and ends where it is said to."""
    harbour = PASSAGES[0]
    first, second, third = (harbour.text[start:end].strip() for start, end in harbour.sentences)

    left = without(harbour, {1})

    assert left.text == f"{first} {third}"
    assert [left.text[start:end] for start, end in left.sentences] == [first, third]
    assert second not in left.text
