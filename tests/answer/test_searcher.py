"""rag.answer.searcher: what a search ranks first."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.searcher import Searcher
from rag.config import Settings


@pytest.mark.parametrize("typed", ["bakery", "oak", "Anselm Crake"])
def test_a_word_or_a_name_finds_the_sentences_that_have_it(
    seeds_index: Path, cache: Path, typed: str
) -> None:
    """Nothing is asked, so no sentence answers, and what a reader makes of them tells nothing."""
    with Searcher(Settings(index=seeds_index, cache=cache)) as searcher:
        ranked = [one for one in searcher.search(typed) if one.score >= 0]

    assert typed in ranked[0].text
    held = [one.lexical for one in ranked]
    assert held == sorted(held, reverse=True)


def test_a_question_is_ranked_by_how_likely_a_sentence_answers(
    seeds_index: Path, cache: Path
) -> None:
    """Whatever words it has of the question."""
    with Searcher(Settings(index=seeds_index, cache=cache)) as searcher:
        ranked = searcher.search("Who called the march for the bridge?")

    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
