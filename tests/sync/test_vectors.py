"""Every passage gets the vector of its text, and none is made twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.config import Settings
from rag.domain import Article
from rag.limits import DEFAULT
from rag.load import RawFile
from rag.load.parse import parse_file
from rag.models.embedder import Embedder
from rag.store import LocalStore
from rag.sync.prepare import Prepared, prepare
from rag.sync.update import sync
from rag.sync.vectors import vectors_of

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

DAM = [
    "The dam above the town burst on Monday and the water reached the harbour.",
    "Nobody was hurt, the mayor said, and the school opened again a day later.",
    "Engineers had warned of its northern wall in three reports since the spring.",
]
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back."


class Recording(Embedder):
    """The bundled model, which writes down what it was asked to embed."""

    def __init__(self, embedder: Embedder) -> None:  # opens nothing: it has what is open
        self._embedder = embedder
        self.id, self.dimension = embedder.id, embedder.dimension
        self.texts: list[str] = []

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] = lambda done: None
    ) -> Matrix:
        """As the model does."""
        self.texts += texts
        return self._embedder.encode(texts, progress=progress)


@pytest.fixture
def recording(embedder: Embedder) -> Recording:
    """One that was asked nothing yet."""
    return Recording(embedder)


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An index of its own."""
    return Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)


def prepared(text: str, title: str | None = None) -> Prepared:
    """An article of this text."""
    head = f"# {title}\n\n" if title else ""
    [article] = parse_file(
        RawFile(path="a.md" if title else "a.txt", data=(head + text).encode(), sha256=""),
        limits=DEFAULT,
    )
    assert isinstance(article, Article)
    found = prepare(article, words=40, limits=DEFAULT)
    assert isinstance(found, Prepared)
    return found


def synced(root: Path, settings: Settings, recording: Recording, **files: str) -> None:
    """A sync of a folder with these Markdown files."""
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        (root / f"{name}.md").write_text(text, encoding="utf-8")
    sync([root], settings=settings, model=lambda: recording)


def test_a_row_is_the_vector_of_its_text_under_the_title(embedder: Embedder) -> None:
    """As the model itself embeds "title. passage", in order."""
    bare, titled = prepared(" ".join([*DAM, HERON])), prepared(DAM[0], title="A dam bursts")

    rows = list(vectors_of([bare, titled], before=None, model=lambda: embedder))

    meant = [" ".join(DAM[:2]), f"{DAM[2]} {HERON}", f"A dam bursts. {DAM[0]}"]
    np.testing.assert_allclose(np.stack(rows), embedder.encode(meant), atol=1e-5)


def test_a_text_that_stands_twice_is_embedded_once(recording: Recording) -> None:
    """Each place gets the vector all the same, and each is counted."""
    told: list[int] = []
    articles = [prepared(" ".join([*DAM, HERON])), prepared(" ".join(DAM[:2]))]

    first, _, again = vectors_of(
        articles, before=None, model=lambda: recording, progress=told.append
    )

    np.testing.assert_array_equal(first, again)
    assert recording.texts == [" ".join(DAM[:2]), f"{DAM[2]} {HERON}"]
    assert sum(told) == 3


def test_of_a_changed_article_only_what_changed_is_embedded(
    tmp_path: Path, settings: Settings, recording: Recording
) -> None:
    """The passage in which a sentence is new; the others keep their vectors."""
    settings = dataclasses.replace(settings, passage_words=40)
    root = tmp_path / "articles"
    text = "# A dam bursts\n\n" + " ".join(DAM)
    synced(root, settings, recording, dam=text, heron=HERON)
    with LocalStore.open(settings.index, embedder=None) as store:
        kept = store.vectors([0])
    recording.texts.clear()

    synced(root, settings, recording, dam=f"{text} {HERON}")

    assert recording.texts == [f"A dam bursts. {DAM[2]} {HERON}"]
    with LocalStore.open(settings.index, embedder=None) as store:
        np.testing.assert_array_equal(store.vectors([0]), kept)
        assert store.inner_damage() is None


def test_under_another_title_all_is_embedded(
    tmp_path: Path, settings: Settings, recording: Recording
) -> None:
    """The vector of a passage is that of the title with it."""
    root = tmp_path / "articles"
    synced(root, settings, recording, dam=f"# A dam bursts\n\n{DAM[0]}")
    recording.texts.clear()

    synced(root, settings, recording, dam=f"# The flood\n\n{DAM[0]}")

    assert recording.texts == [f"The flood. {DAM[0]}"]


def test_a_passage_that_stood_there_before_asks_the_model_for_nothing(
    tmp_path: Path, settings: Settings, recording: Recording
) -> None:
    """Of an article that only lost sentences, or has them in another order."""
    settings = dataclasses.replace(settings, passage_words=15)
    root = tmp_path / "articles"
    synced(root, settings, recording, dam=" ".join([*DAM, HERON]))
    assert len(recording.texts) == 4
    recording.texts.clear()

    synced(root, settings, recording, dam=" ".join([HERON, *DAM[1:]]))

    assert recording.texts == []
