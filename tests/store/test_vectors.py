"""rag.store.vectors: the nearest rows, of all and of a part, beside a comparison with all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.store import vectors as module
from rag.store.parts import Within
from rag.store.vectors import Vectors, write_vectors

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

ROWS, DIMENSION, TOPICS, K = 4_000, 32, 80, 10


@pytest.fixture(scope="module")
def rows() -> Matrix:
    """Rows around topics, as passages lie, of length 1, as they are kept."""
    chance = np.random.default_rng(3)
    topics = chance.standard_normal((TOPICS, DIMENSION))
    drawn = topics[chance.integers(TOPICS, size=ROWS)]
    drawn += 0.7 * chance.standard_normal(drawn.shape)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn.astype("<f2").astype(np.float32)


@pytest.fixture(params=["compared", "in cells"])
def opened(
    rows: Matrix, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Vectors:
    """The rows as a file, all compared or in cells."""
    in_cells = request.param == "in cells"
    monkeypatch.setattr(module, "CELLS_FROM", ROWS if in_cells else ROWS + 1)
    monkeypatch.setattr(module, "PROBED", 0.25)  # of as few cells as these, more are near
    path = tmp_path / "rows.faiss"
    write_vectors(
        lambda step: (block.astype("<f2").tobytes() for block in np.array_split(rows[::step], 3)),
        count=ROWS,
        dimension=DIMENSION,
        path=path,
    )
    found = Vectors(path)
    assert bool(found.cells) == in_cells
    return found


def best(rows: Matrix, asked: Matrix, k: int, inside: Matrix | None = None) -> dict[int, float]:
    """What a comparison with every row finds."""
    products = rows @ asked
    if inside is not None:
        products[inside == 0] = -2.0
    order = np.argsort(-products, kind="stable")[:k]
    return {int(id): float(products[id]) for id in order if products[id] > -2.0}


def part(inside: Matrix) -> Within:
    """A part with these passages."""
    return Within(articles=frozenset(), passages=inside.astype(np.uint8).tobytes(), sentences=None)


def test_the_nearest_rows_are_found_with_their_products(rows: Matrix, opened: Vectors) -> None:
    """All of them where all are compared, nearly all where they lie in cells."""
    shared = 0
    for asked in rows[:200]:
        found, meant = opened.nearest(asked, k=K), best(rows, asked, K)
        shared += len(found.keys() & meant.keys())
        for id, product in found.items():
            assert product == pytest.approx(float(rows[id] @ asked), abs=1e-3)
        assert list(found.values()) == sorted(found.values(), reverse=True)

    assert shared / (200 * K) >= (0.97 if opened.cells else 0.999)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.9])
def test_of_a_part_the_nearest_are_found(share: float, rows: Matrix, opened: Vectors) -> None:
    """Nothing else is, and none is missing where there are enough."""
    chance = np.random.default_rng(5)
    inside = (chance.random(ROWS) < share).astype(np.int8)
    shared = every = 0
    for asked in rows[:40]:
        found = opened.nearest(asked, k=K, within=part(inside))
        meant = best(rows, asked, K, inside)
        assert all(inside[id] for id in found)
        assert len(found) == len(meant)
        shared, every = shared + len(found.keys() & meant.keys()), every + len(meant)

    assert shared >= (0.97 if opened.cells else 0.999) * every


def test_a_part_that_lies_elsewhere_is_found_too(rows: Matrix, opened: Vectors) -> None:
    """Half of the rows, and none of them near: the cells around the question have nothing of it."""
    asked = rows[0]
    inside = np.zeros(ROWS, dtype=np.int8)
    inside[np.argsort(rows @ asked)[: ROWS // 2]] = 1

    found = opened.nearest(asked, k=K, within=part(inside))

    assert len(found) == K
    assert all(inside[id] for id in found)


def test_rows_are_kept_as_they_were(rows: Matrix, opened: Vectors) -> None:
    """In any order, to be compared with those in SQLite."""
    ids = [ROWS - 1, 0, 17]

    assert len(opened) == ROWS
    assert np.array_equal(opened.rows(ids), rows[ids])
