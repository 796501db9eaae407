"""rag.evaluate.check: what does not match the index is named, what does is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.evaluate.articles import Articles
from rag.evaluate.check import Problem, check_gold
from rag.evaluate.gold import Fact, GoldItem, GoldSet
from rag.filters import Filters
from rag.store import LocalStore

AGENDA, FIRE = "2018-07-02-crimea-not-on-agenda.txt", "notre-dame-fire.txt"


@pytest.fixture
def store(seeds_index: Path) -> Iterator[LocalStore]:
    """The seeds, opened."""
    with LocalStore.open(seeds_index, embedder=None) as opened:
        yield opened


def item(*facts: Fact, **changed: Any) -> GoldItem:
    """A question with these facts."""
    fields = {"id": "1", "question": "Who?", "answerable": bool(facts), "line": 1}
    return GoldItem(facts=facts, **(fields | changed))


def fact(*any_of: str, sources: tuple[str, ...] = (AGENDA,)) -> Fact:
    """A fact in a file of the seeds."""
    return Fact(any_of=any_of, sources=sources)


def problems(store: LocalStore, *items: GoldItem) -> list[Problem]:
    """What is wrong with a set of these questions."""
    gold = GoldSet(name="gold", path=Path("gold.jsonl"), sha256="0" * 64, items=items)
    return check_gold(gold, Articles(store), paths=store.paths())


def test_a_set_that_goes_with_the_index_has_no_problem(store):
    """Case and spaces are folded; a question without an answer has nothing to be checked."""
    good = item(fact("An  INALIENABLE part of Russia"), fact("spire", sources=(FIRE,)))

    assert problems(store, good, item(id="2", question="Why?")) == []


def test_a_string_that_stands_nowhere_is_no_problem_beside_one_that_does(store):
    """Answers may say in other words what articles say."""
    assert problems(store, item(fact("belongs to Russia for ever", "inalienable part"))) == []


def test_one_of_several_files_is_enough(store):
    """A fact is where one of its files has it."""
    assert problems(store, item(fact("inalienable part", sources=(FIRE, AGENDA)))) == []


def test_an_unknown_file_is_an_error_with_the_nearest_path(store):
    """Once for each file, however many facts name it; nothing more is said about such a fact."""
    wrong = fact("nowhere at all", sources=("notre-dame-fires.txt",))

    found = problems(store, item(wrong, wrong, id="a", line=7))

    assert found == [
        Problem(
            line=7,
            id="a",
            what="names 'notre-dame-fires.txt', which is not in the index;"
            " did you mean 'notre-dame-fire.txt'?",
            error=True,
        )
    ]


def test_an_unknown_file_like_no_other_comes_without_a_suggestion(store):
    """A wrong suggestion is worse than none."""
    [found] = problems(store, item(fact("x", sources=("zzz",))))

    assert found.what == "names 'zzz', which is not in the index"


def test_a_fact_in_none_of_its_files_is_looked_at(store):
    """It is in the index, but where nobody says."""
    [found] = problems(store, item(fact("inalienable part"), fact("spire")))

    assert found.what == "has fact 2 ('spire'), which is not in any of its files"
    assert not found.error


def test_a_fact_across_two_sentences_can_never_be_retrieved(store):
    """What is cited are single sentences; the end of one and the start of the next is in none."""
    article = store.article(AGENDA)
    assert article is not None
    first, second = article.sentences[:2]
    across = f"{article.text[first.end - 12 : second.start + 12]}"

    [found] = problems(store, item(fact(across)))

    assert "which is not in any single sentence of its files: it can never be found" in found.what
    assert not found.error


def test_a_question_asked_twice_is_looked_at(store):
    """Under another id, with other capitals and spaces."""
    twice = (item(question="Who left?"), item(id="2", question="who  left?", line=4))

    [found] = problems(store, *twice)

    assert found == Problem(line=4, id="2", what="asks the same as '1' on line 1", error=False)


def test_a_draft_is_to_be_read_by_a_person(store):
    """Until its mark is gone."""
    [found] = problems(store, item(draft=True))

    assert found.what == "is a draft: check it, then remove the draft mark"
    assert not found.error


def test_a_fact_without_a_string_is_looked_at(store):
    """Published sets have some; nothing that is answered can hold it."""
    [problem] = problems(store, item(fact()))

    assert problem.what == "has fact 1 without a string: it counts as missed"
    assert not problem.error


def test_a_fact_in_files_that_the_filters_leave_out_is_told(store):
    """No answer could have it; a name that cannot be used is an error."""
    good = item(fact("inalienable part of Russia"), filters=Filters(until="2018"))
    never = replace(good, id="2", filters=Filters(since="2019"))

    [told] = problems(store, good, never)

    assert told.what == "has fact 1 only in files that its filters leave out"
    assert (told.id, told.error) == ("2", False)
