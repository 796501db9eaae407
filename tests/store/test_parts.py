"""A search of a part of an index finds what a scan of all rows finds that drops the others."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rag.domain import Article, Span
from rag.language.text import terms
from rag.models.embedder_id import EmbedderId
from rag.store import LocalStore, Within
from rag.store.build import IndexWriter
from rag.sync.passages import split_article

WORDS = ("heron", "dam", "mayor", "town", "harbour", "train", "coast", "water")
MODEL = EmbedderId(name="model-a", sha256="a" * 64)
DIMENSION = 24


def made(seed: int, articles: int, folder: Path) -> tuple[LocalStore, np.ndarray]:
    """An index of some articles with one to four passages each, and the vectors of these."""
    draw = random.Random(seed)
    rows: list[np.ndarray] = []
    with IndexWriter(folder / "index") as writer:
        for n in range(articles):
            said = [" ".join(draw.choices(WORDS, k=6)) for _ in range(draw.randint(1, 4))]
            text = " ".join(f"The {words} stood." for words in said)
            whole = (Span(start=0, end=len(text)),)
            new = Article(path=f"{n:03}.txt", sha256="0" * 64, text=text, paragraphs=whole)
            passages = split_article(new, words=8)
            own = np.random.default_rng([seed, n]).normal(size=(len(passages), DIMENSION))
            own = (own / np.linalg.norm(own, axis=1, keepdims=True)).astype(np.float32)
            rows.append(own.astype(np.float16).astype(np.float32))
            writer.add(new, passages, (), vectors=own)
        writer.commit(
            embedder=MODEL, dimension=DIMENSION, passage_words=8, code="c", roots=[folder]
        )
    return LocalStore.open(folder / "index", embedder=MODEL), np.concatenate(rows)


def scanned(scores: dict[int, float], within: Within, k: int) -> list[float]:
    """The best scores of the rows of a part, from those of all rows."""
    kept = [score for id, score in scores.items() if within.passages[id]]
    return sorted(kept, reverse=True)[:k]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=some.integers(0, 10**6),
    articles=some.integers(1, 30),
    share=some.floats(0, 1),
    k=some.integers(1, 40),
    asked=some.lists(some.sampled_from(WORDS), min_size=1, max_size=4),
)
def test_a_part_is_searched_like_a_scan_that_filters(
    seed: int, articles: int, share: float, k: int, asked: list[str]
) -> None:
    """By meaning and by words; all of its passages can be found, whatever else ranks higher."""
    store, rows = made(seed, articles, Path(mkdtemp(prefix="rag-parts-")))
    draw = random.Random(seed + 1)
    within = store.part({n for n in range(articles) if draw.random() < share})
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    every = store.count("passages")

    near = store.nearest_passages(vector, k=k, within=within)
    worded = store.match_passages([terms(word)[0] for word in asked], k=k, within=within)

    products = {id: float(score) for id, score in enumerate(rows @ vector)}
    by_words = store.match_passages([terms(word)[0] for word in asked], k=every)
    for found, scores in ((near, products), (worded, by_words)):
        expected = scanned(scores, within, k)
        assert all(within.passages[id] for id in found)
        assert np.allclose(list(found.values()), expected, atol=1e-5)
        assert all(abs(scores[id] - score) < 1e-5 for id, score in found.items())
    assert len(store.nearest_passages(vector, k=every, within=within)) == within.count
    store.close()


def test_a_part_of_nothing_finds_nothing(tmp_path: Path) -> None:
    """In either search."""
    store, _ = made(1, 5, tmp_path)
    within = store.part(())

    assert store.nearest_passages(np.ones(DIMENSION, np.float32), k=5, within=within) == {}
    assert store.match_passages(["heron"], k=5, within=within) == {}
