"""rag.store.copies: which article stands for its copies, and what of a copy is its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from wire import OWN, REPORT, printed, wire_folder

from rag.config import Settings
from rag.language.sameness import same_words
from rag.store import LocalStore
from rag.sync.update import sync

UNDATED = "A headline\n\n" + "\n\n".join(REPORT)


def indexed(place: Path, files: Mapping[str, str], cache: Path) -> LocalStore:
    """The index of these files."""
    root = place / "articles"
    root.mkdir()
    for name, text in files.items():
        (root / name).write_text(text)
    settings = Settings(index=place / "index", cache=cache, threads=1)
    sync([root], settings=settings)
    return LocalStore.open(settings.index, embedder=None)


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ({"a.txt": printed(day=9), "b.txt": printed(day=3), "c.txt": UNDATED}, "b.txt"),
        ({"a.txt": printed(day=3, report=REPORT[:4]), "b.txt": printed(day=3)}, "b.txt"),
        ({"b.txt": UNDATED, "a.txt": UNDATED}, "a.txt"),
    ],
    ids=["the earliest", "of one day the most complete", "else the first by path"],
)
def test_one_article_stands_for_its_copies(
    tmp_path: Path, cache: Path, files: Mapping[str, str], first: str
) -> None:
    """Whatever the order of the files."""
    others = sorted(set(files) - {first})

    assert indexed(tmp_path, files, cache).copy_groups() == ((first, *others),)


def test_what_a_copy_alone_says_is_no_copy(tmp_path: Path, cache: Path) -> None:
    """Everything that points at an original says what that says; the rest points at nothing."""
    edited = tuple(text.replace("too soft", "far too soft") for text in REPORT)
    store = indexed(
        tmp_path,
        {
            "a.txt": printed(day=2, report=REPORT[:5]),
            "b.txt": printed(day=3),
            "c.txt": printed(day=4, report=edited),
            "d.txt": "\n\n".join(OWN),
        },
        cache,
    )

    rows = {row.id: row for row in store.sentences_in(range(store.count("passages")))}
    original = store.original_sentences(list(rows))
    paths = {id: store.source(row.article).path for id, row in rows.items()}
    assert all(same_words(rows[a].text) == same_words(rows[b].text) for a, b in original.items())
    own = {(paths[id], row.text) for id, row in rows.items() if id not in original}
    assert {text for path, text in own if path == "b.txt"} == {REPORT[5]}
    assert {text for path, text in own if path == "c.txt"} == {edited[5]}
    assert {path for path, _ in own} == {"a.txt", "b.txt", "c.txt", "d.txt"}


def test_a_reprint_among_the_seeds_is_found(seeds_index: Path) -> None:
    """It is the only one of the articles that come with the repository."""
    store = LocalStore.open(seeds_index, embedder=None)

    [group] = store.copy_groups()
    assert group == ("2025-07-10-ryabkov-sanctions.txt", "ryabkov-sanctions-reprint.md")


def test_an_index_without_copies_marks_nothing(tmp_path: Path, cache: Path) -> None:
    """Two articles on one subject are two."""
    store = indexed(tmp_path, {"a.txt": printed(), "b.txt": "\n\n".join(OWN)}, cache)

    assert store.copy_groups() == ()
    assert store.original_sentences(range(store.count("sentences"))) == {}
    assert store.copied_passages(range(store.count("passages"))) == {}


def test_places_of_copies_lead_to_the_first(tmp_path: Path, cache: Path) -> None:
    """Sentence by sentence, and passage by passage where all of it is copied."""
    root = wire_folder(tmp_path / "wire", copies=2)
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache, threads=1))
    store = LocalStore.open(tmp_path / "index", embedder=None)

    for units, count in (("sentences", len(REPORT)), ("passages", 1)):
        places = store.copied_places("w01.txt", units)  # type: ignore[arg-type]
        assert {(of[0], to[0]) for of, to in places.items()} == {("w01.txt", "w00.txt")}
        assert len(places) == count
        assert store.copied_places("w00.txt", units) == {}  # type: ignore[arg-type]
