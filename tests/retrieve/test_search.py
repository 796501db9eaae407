"""rag.retrieve.search: the ranking of the seeds' passages in all modes, against plain numpy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.answer.assistant import Assistant
from rag.config import Mode, Settings
from rag.domain import RankedPassage
from rag.language.text import plain
from rag.models.embedder import Embedder
from rag.question.read import read_question
from rag.retrieve.search import Fusion, find_passages, rank_passages, rarity
from rag.store import LocalStore
from rag.sync.update import sync

QUESTIONS = (
    "What did Peskov say about Crimea?",
    "How many people marched for the Saltmarsh Bridge?",
    "When was Notre-Dame reopened?",
    "sanctions on Russian oil",
    "Who took the picture of the black hole?",
)


@pytest.fixture
def store(seeds_index: Path) -> Iterator[LocalStore]:
    """The index of the seeds, opened."""
    opened = LocalStore.open(seeds_index, embedder=None)
    yield opened
    opened.close()


def found(
    text: str, store: LocalStore, embedder: Embedder | None, mode: Mode = Mode.HYBRID
) -> tuple[RankedPassage, ...]:
    """The ranking for a question."""
    fusion = Fusion(mode=mode)
    return find_passages(
        read_question(text), store=store, embedder=embedder, fusion=fusion
    ).passages


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_best_come_first(
    store: LocalStore, embedder: Embedder, question: str, mode: Mode
) -> None:
    """Scores never rise down the list; equal scores stand in the order of the index."""
    ranked = found(question, store, embedder, mode)

    keys = [(-one.score, one.id) for one in ranked]
    assert len(ranked) > 3
    assert keys == sorted(keys)
    assert len({one.id for one in ranked}) == len(ranked)
    for one in ranked:
        assert 0.0 <= one.score <= 1.0
        assert -1.001 <= one.cosine <= 1.001
        if mode is Mode.HYBRID:
            assert one.score == pytest.approx((one.dense + one.lexical) / 2)


@pytest.mark.parametrize("mode", Mode)
def test_the_article_that_answers_is_among_the_first(
    store: LocalStore, embedder: Embedder, mode: Mode
) -> None:
    """Each half of the search alone finds it; both together put it first."""
    place = {
        "2018-07-02-crimea-not-on-agenda.txt": QUESTIONS[0],
        "notre-dame-reopens.html": QUESTIONS[2],
    }
    for path, question in place.items():
        ids = [one.id for one in found(question, store, embedder, mode)[:3]]
        paths = [there for there, _ in store.passage_places(ids)]
        assert path in (paths[:1] if mode is Mode.HYBRID else paths)


def test_questions_do_not_change_each_other(
    store: LocalStore, embedder: Embedder, seeds_index: Path
) -> None:
    """A ranking is the same after others in other modes, and in a store opened anew."""
    first = found(QUESTIONS[0], store, embedder)
    for mode in Mode:
        found(QUESTIONS[1], store, embedder, mode)

    assert found(QUESTIONS[0], store, embedder) == first
    assert found(QUESTIONS[0], LocalStore.open(seeds_index, embedder=None), embedder) == first


def test_equal_passages_stand_in_the_order_of_the_index(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """Articles of the same words score the same; the one first by path stands for them."""
    root = tmp_path / "twins"
    root.mkdir()
    for name in ("b.txt", "a.txt", "c.txt"):
        (root / name).write_text("The dam above the town burst on Monday, the mayor said.")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))
    twins = LocalStore.open(tmp_path / "index", embedder=None)
    question = "When did the dam burst?"

    every = rank_passages(read_question(question), store=twins, embedder=embedder, fusion=Fusion())

    places = twins.passage_places([one.id for one in every])
    assert [path for path, _ in places] == ["a.txt", "b.txt", "c.txt"]
    assert len({one.score for one in every}) == 1
    assert found(question, twins, embedder) == tuple(every[:1])


def test_words_that_no_article_has_find_nothing_by_words(store: LocalStore) -> None:
    """An empty ranking is no error."""
    assert found("xylophone quixotry zebra", store, None, Mode.LEXICAL) == ()


def passage_texts(store: LocalStore) -> list[str]:
    """What of each passage is embedded: its sentences under the title."""
    texts = []
    for number in range(store.count("passages")):
        rows = store.sentences_in([number])
        body = " ".join(plain(row.text) for row in rows)
        title = store.source(rows[0].article).title
        texts.append(f"{title}. {body}" if title else body)
    return texts


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_by_meaning_rank_like_numpy(
    store: LocalStore, embedder: Embedder, question: str
) -> None:
    """The index's order of passages is that of a plain product of fresh vectors."""
    rows = embedder.encode(passage_texts(store)).astype(np.float16).astype(np.float32)  # (n, d)
    [vector] = embedder.encode([question])  # (d,)

    ranked = store.nearest_passages(vector, k=len(rows))

    scores = rows @ vector  # (n,)
    order = np.argsort(-scores, kind="stable")
    for place, number in enumerate(ranked):  # two that are as good as equal may change places
        assert scores[number] == pytest.approx(scores[order[place]], abs=2e-3)
    assert list(ranked.values()) == pytest.approx(scores[list(ranked)].tolist(), abs=2e-3)


def test_rare_words_tell_more(store: LocalStore) -> None:
    """A word of one passage weighs more than a word of many; an unknown word weighs most."""
    weights = rarity(read_question("Did Trump see the heron at the corn hall?"), store)

    assert weights["trump"] < weights["corn"] < weights["heron"]


def test_other_spellings_of_a_name_are_searched_too(store: LocalStore) -> None:
    """Dimitri finds Dmitry."""
    weights = rarity(read_question("What did Dimitri Peskov say?"), store)

    assert {"dimitri", "dmitri", "peskov"} <= set(weights)


def test_dense_weight_decides_between_the_halves(seeds_index: Path, cache: Path) -> None:
    """0 gives the passages of a search by words, 1 those of a search by meaning."""
    base = Settings(index=seeds_index, cache=cache, passages=3)

    def articles(**changes: object) -> set[int]:
        settings = dataclasses.replace(base, **changes)
        with Assistant.open(settings=settings) as assistant:
            return {entry.id for entry in assistant.search("Who wants to meet in Helsinki?")}

    assert articles(dense_weight=0.0) == articles(mode=Mode.LEXICAL)
    assert articles(dense_weight=1.0) == articles(mode=Mode.DENSE)


RUSSIAN = "Что сказал Песков о Крыме?"
RUSSIAN_TEXTS = {
    "krym.txt": "Дмитрий Песков сказал в понедельник, что Крым не является темой переговоров.",
    "most.txt": "Мост через реку закрыт с июня, сообщил городской совет в понедельник утром.",
    "chlieb.txt": "Пекарь потерял треть своих покупателей после закрытия моста через реку.",
}


@pytest.fixture(scope="module")
def russian_index(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles in Russian."""
    folder = tmp_path_factory.mktemp("russian")
    for name, text in RUSSIAN_TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    sync([folder], settings=Settings(index=folder / "index", cache=cache))
    return folder / "index"


def test_a_language_that_the_embedder_does_not_know_is_searched_by_words(
    russian_index: Path, embedder: Embedder
) -> None:
    """Hybrid is then what lexical is, to the score: vectors of such a text are noise."""
    with LocalStore.open(russian_index, embedder=None) as store:
        by_words = found(RUSSIAN, store, embedder, Mode.LEXICAL)
        hybrid = found(RUSSIAN, store, embedder, Mode.HYBRID)
        dense = found(RUSSIAN, store, embedder, Mode.DENSE)
        [(path, _)] = store.passage_places([hybrid[0].id])

    assert hybrid == by_words
    assert path == "krym.txt"
    assert dense != by_words  # who asks for meaning gets it
