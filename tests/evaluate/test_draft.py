"""rag.evaluate.draft: questions that a person can take over, each with a fact that is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.evaluate.articles import Articles
from rag.evaluate.check import check_gold
from rag.evaluate.draft import draft_line, draft_questions
from rag.evaluate.gold import GoldItem, read_gold
from rag.store import LocalStore
from rag.sync.update import sync

ARTICLES = {
    "bridge.txt": (
        "Ada Lark left the town hall of Milford at noon. "
        "“The Milford Bridge is a danger to us all,” said Ada Lark, the baker. "
        "Some 600 people walked through Milford on Saturday. "
        "Jo Marsh, the mayor of Milford, did not come."
    ),
    "reprint.txt": (
        "Lark came to the town hall of Milford too, with a friend. Ada Lark was angry. "
        "“The Milford Bridge is a danger to us all,” said Ada Lark, the baker."
    ),
    "moon.txt": (
        "The engineer Ines Polder looked at Tranquility again. Polder was glad. "
        "“Tranquility was never as flat as they say,” said Ines Polder. "
        "ESA has selected two astronauts. Ines Polder, 44, is none of them."
    ),
    "river.txt": (
        "The chemist Tom Reed came home from the Danube. Reed is worried. "
        "“The Danube has more salt in it than ever,” said Tom Reed. "
        "At least nine people were hurt in Vienna. Tom Reed was in Vienna."
    ),
    "quarrel-a.txt": (
        "Rosa Quill spoke in Lisbon. Quill was calm. “Lisbon is a fine place,” said Rosa Quill. "
        "Lena Dorn has 11 delegates."
    ),
    "quarrel-b.txt": (
        "Rosa Quill spoke in Lisbon again. “Lisbon has become a bad place,” said Rosa Quill. "
        "Lena Dorn has 12 delegates."
    ),
}


@pytest.fixture(scope="module")
def store(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """An index of the articles above."""
    folder = tmp_path_factory.mktemp("draft")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(f"{name}\n\n{text}\n", encoding="utf-8")
    sync([folder / "articles"], settings=Settings(index=folder / "index", cache=cache))
    with LocalStore.open(folder / "index", embedder=None) as opened:
        yield opened


def by_question(items: list[GoldItem]) -> dict[str, GoldItem]:
    """The items by what they ask."""
    return {item.question: item for item in items}


def test_questions_come_with_their_facts_and_files(store):
    """Of all kinds; another article with the same words is a source too."""
    found = by_question(draft_questions(store, n=50, seed=0))

    said = found["What did Ada Lark say about the Milford Bridge?"].facts[0]
    assert said.any_of == ("The Milford Bridge is a danger to us all",)
    assert sorted(said.sources) == ["bridge.txt", "reprint.txt"]
    assert found["How many astronauts has ESA selected?"].facts[0].any_of == (
        "two astronauts",
        "2 astronauts",
    )
    assert found["Who is the mayor of Milford?"].files == {"bridge.txt"}
    assert "How old is Ines Polder?" in found


def test_the_drafts_check_without_a_problem_but_their_marks(store, tmp_path):
    """Every fact stands in one sentence of every file of it."""
    items = draft_questions(store, n=50, seed=0)
    path = tmp_path / "drafts.jsonl"
    path.write_text("\n".join(json.dumps(draft_line(item)) for item in items), encoding="utf-8")

    problems = check_gold(read_gold(path), Articles(store), paths=store.paths())

    assert len(items) > 5
    assert {problem.what for problem in problems} == {
        "is a draft: check it, then remove the draft mark"
    }


def test_drafts_of_the_seeds_check_without_a_problem(seeds_index, tmp_path):
    """The same of real articles, in all formats."""
    path = tmp_path / "drafts.jsonl"
    with LocalStore.open(seeds_index, embedder=None) as seeds:
        items = draft_questions(seeds, n=50, seed=0)
        path.write_text("\n".join(json.dumps(draft_line(item)) for item in items))
        problems = check_gold(read_gold(path), Articles(seeds), paths=seeds.paths())

    assert any(item.answerable for item in items)
    assert len(problems) == len(items)


def test_what_articles_dispute_is_not_asked(store):
    """Nobody could say which of two answers is meant."""
    questions = by_question(draft_questions(store, n=50, seed=0))

    assert "What did Rosa Quill say about Lisbon?" not in questions
    assert "How many delegates does Lena Dorn have?" not in questions


def test_some_questions_have_no_answer(store):
    """At most one in five: a speaker, and a topic that no article has together with them."""
    items = draft_questions(store, n=50, seed=0)
    without = [item for item in items if not item.answerable]

    assert 0 < len(without) <= len(items) / 5
    for item in without:
        assert item.facts == ()
        speaker, topic = item.question.removeprefix("What did ").split(" say about ")
        texts = [text for text in ARTICLES.values() if speaker.split()[-1] in text]
        assert texts
        assert all(topic.removeprefix("the ").rstrip("?") not in text for text in texts)


def test_questions_are_spread_over_the_articles(store):
    """One from each before a second from any."""
    items = [item for item in draft_questions(store, n=4, seed=0) if item.answerable]

    firsts = [item.facts[0].sources[0] for item in items]
    assert len(firsts) == 4
    assert len(set(firsts) - {"reprint.txt"}) >= 3


def test_a_seed_decides_which(store):
    """The same one gives the same questions; another may give others."""
    drawn = [
        [item.question for item in draft_questions(store, n=3, seed=seed)] for seed in range(6)
    ]

    assert drawn == [
        [item.question for item in draft_questions(store, n=3, seed=seed)] for seed in range(6)
    ]
    assert len({tuple(questions) for questions in drawn}) > 1


@pytest.mark.parametrize("n", [0, 1, 5, 50])
def test_there_are_never_more_than_wanted(store, n):
    """Numbered without a gap, all of them marked, none of them twice."""
    items = draft_questions(store, n=n, seed=1)

    assert len(items) <= n
    assert [item.id for item in items] == [f"draft-{k:03}" for k in range(1, len(items) + 1)]
    assert len(by_question(items)) == len(items)
    assert all(item.draft for item in items)


def test_a_line_says_no_more_than_it_must(store):
    """Marks and reference answers stand only where there are any."""
    bare = GoldItem(id="1", question="Who?", answerable=False, facts=())

    assert draft_line(bare) == {"id": "1", "question": "Who?", "answerable": False, "facts": []}
    assert draft_line(draft_questions(store, n=1, seed=0)[0])["draft"] is True
