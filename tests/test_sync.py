"""rag.sync: folders in, a generation in force out; a bad file is listed and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.config import Mode, Settings
from rag.errors import CorpusError, IndexMissing, ModelError
from rag.store import LocalStore
from rag.sync import Progress, SyncReport, sync

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back to town."
DAMAGED_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ncut off"


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An index of its own, and the embedding model that the whole test run shares."""
    return Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)


def folder(place: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def reasons(report: SyncReport) -> dict[str, tuple[bool, str]]:
    """Path -> whether it failed, and why it is not in the index."""
    return {entry.path: (entry.failed, entry.why) for entry in report.skipped}


def opened(settings: Settings) -> LocalStore:
    """The generation in force."""
    return LocalStore.open(settings.index, embedder=None)


def test_files_of_one_name_in_two_folders_are_two_articles(
    tmp_path: Path, settings: Settings
) -> None:
    """Each path begins with the name of its folder."""
    one = folder(tmp_path / "one", {"a.txt": DAM})
    two = folder(tmp_path / "two", {"a.txt": HERON})

    report = sync([one, two], settings=settings)

    store = opened(settings)
    assert report.articles == 2
    assert store.article_text("one/a.txt") == DAM
    assert store.article_text("two/a.txt") == HERON
    assert store.locate("two/a.txt") == two / "a.txt"


def test_bad_files_are_listed_and_stop_nothing(tmp_path: Path, settings: Settings) -> None:
    """Good files before, between and after them are indexed; the reasons are kept in the index."""
    root = folder(
        tmp_path / "articles",
        {
            "a.txt": DAM,
            "b.txt": "",
            "c.txt": bytes(range(256)) * 8,
            "d.pdf": DAMAGED_PDF,
            "e.xyz": DAM,
            "f.docx": b"PK\x03\x04 no zip",
            "g.txt": "   \n\n  ",
            "h.txt": "Advertisement\n\nSign up for our newsletter\n",
            "z.txt": HERON,
        },
    )

    report = sync([root], settings=settings)

    found = reasons(report)
    assert report.articles == 2
    assert sorted(found) == ["b.txt", "c.txt", "d.pdf", "e.xyz", "f.docx", "g.txt", "h.txt"]
    assert found["b.txt"] == (True, "empty")
    assert found["e.xyz"] == (False, "unsupported format .xyz")
    assert found["g.txt"] == (True, "no text in it")
    assert found["h.txt"] == (True, "holds no sentence to cite")
    assert all(why for _, why in found.values())
    assert [entry.path for entry in report.failed] == sorted(set(found) - {"e.xyz"})
    assert sorted(opened(settings).skipped(), key=lambda entry: entry.path) == sorted(
        report.skipped, key=lambda entry: entry.path
    )


@pytest.mark.parametrize("field", ["title", "outlet"])
def test_half_a_character_in_front_matter_stops_nothing(
    tmp_path: Path, settings: Settings, field: str
) -> None:
    r"""YAML's "\uD800" is half a UTF-16 pair, which no index and no terminal can hold."""
    root = folder(
        tmp_path / "articles",
        {"a.txt": DAM, "b.md": f'---\n{field}: "Half \\uD800 of one"\n---\n\n{HERON}\n'},
    )

    report = sync([root], settings=settings)

    assert report.articles + len(report.failed) == 2
    assert opened(settings).article_text("a.txt") == DAM


def absent(place: Path) -> Path:
    return place / "absent"


def empty(place: Path) -> Path:
    (place / "empty").mkdir()
    return place / "empty"


def unreadable(place: Path) -> Path:
    return folder(place / "unreadable", {"a.pdf": DAMAGED_PDF, "b.xyz": DAM, "c.txt": ""})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (absent, "absent does not exist"),
        (empty, "there is no file in .*empty"),
        (unreadable, "no file in .*unreadable could be read as an article .for example a.pdf: "),
    ],
)
def test_nothing_to_index_is_an_error_and_the_old_index_stays(
    tmp_path: Path, settings: Settings, make: Callable[[Path], Path], message: str
) -> None:
    """The message names the folder, the hint says what to give; a first build leaves no index."""
    bad = make(tmp_path)

    with pytest.raises(CorpusError, match=message) as caught:
        sync([bad], settings=settings)
    with pytest.raises(IndexMissing, match="there is no index"):
        opened(settings)
    sync([folder(tmp_path / "good", {"a.txt": DAM})], settings=settings)
    with pytest.raises(CorpusError, match=message):
        sync([bad], settings=settings)

    assert "folder" in caught.value.hint
    assert opened(settings).article_text("a.txt") == DAM
    assert [path.name for path in settings.index.glob("gen-*")] == ["gen-1"]


def test_an_embedding_model_that_is_absent_leaves_the_old_index(
    tmp_path: Path, settings: Settings
) -> None:
    """The error says so, and the index in force is the one before."""
    good = folder(tmp_path / "good", {"a.txt": DAM})
    sync([good], settings=settings)
    other = Settings(index=settings.index, cache=settings.cache, embedder=str(tmp_path / "model"))

    with pytest.raises(ModelError, match="not the folder of a sentence-transformers model"):
        sync([good], settings=other)

    assert opened(settings).manifest.generation == 1


def test_progress_grows_and_ends_complete(tmp_path: Path, settings: Settings) -> None:
    """Files and sentences only go up; at the end all files are read and all sentences embedded."""
    root = folder(tmp_path / "many", {f"{n}.txt": f"{DAM} {HERON} Number {n}." for n in range(30)})
    (root / "bad.pdf").write_bytes(DAMAGED_PDF)
    states: list[Progress] = []

    report = sync([root], settings=settings, progress=states.append)

    steps = [(state.files, state.found, state.sentences) for state in states]
    last = states[-1]
    assert all(
        after >= before
        for one, two in zip(steps, steps[1:], strict=False)
        for before, after in zip(one, two, strict=True)
    )
    assert {state.total for state in states} == {31}
    assert (last.files, last.found) == (31, report.sentences)
    assert last.sentences == last.found
    assert all(state.sentences <= state.found for state in states)


def everything(store: LocalStore) -> list[object]:
    """All articles and sentences of an index, with their offsets."""
    rows = store.sentences_in(range(store.count("passages")))
    return [
        *(store.count(name) for name in ("articles", "passages", "sentences", "statements")),
        *((row.passage, store.source(row.article), row.start, row.end, row.text) for row in rows),
    ]


def test_the_same_folder_twice_gives_the_same_index(
    seeds: Path, settings: Settings, seeds_index: Path
) -> None:
    """The same rows under the same numbers, and the same results of a search to the last digit."""
    reports = [sync([seeds], settings=settings) for _ in range(2)]

    [first, second] = [
        LocalStore.open(index, embedder=None) for index in (seeds_index, settings.index)
    ]
    assert [report.generation for report in reports] == [1, 2]
    assert reports[0].skipped == reports[1].skipped
    assert everything(first) == everything(second)
    for mode in Mode:
        found = []
        for index in (seeds_index, settings.index):
            own = Settings(index=index, cache=settings.cache, mode=mode)
            with Assistant.open(settings=own) as assistant:
                found.append(assistant.search("Who wants sanctions on Russian oil?"))
        assert found[0] == found[1]
        assert len(found[0]) > 5


def test_a_changed_folder_is_seen_after_the_next_build(tmp_path: Path, settings: Settings) -> None:
    """What was added is there, what was deleted is gone, what was edited has its new text."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": DAM})
    sync([root], settings=settings)
    (root / "a.txt").unlink()
    folder(root, {"b.txt": HERON, "c.txt": DAM})

    sync([root], settings=settings)

    store = opened(settings)
    assert store.article_text("a.txt") is None
    assert store.article_text("b.txt") == HERON
    assert store.article_text("c.txt") == DAM


def test_sentences_are_verbatim_also_with_nul_crlf_and_emoji(
    tmp_path: Path, settings: Settings
) -> None:
    """What is cited stands in the file's text at its offsets, whatever characters there are."""
    duck = "🦆 A duck\u00a0watched 🦆 the harbour all day, the mayor said."
    text = f"{DAM}\r\n\r\n{duck}\r\n\r\n{HERON}\r\n"
    root = folder(tmp_path / "articles", {"a.txt": text})

    sync([root], settings=settings)

    store = opened(settings)
    kept = store.article_text("a.txt")
    rows = store.sentences_in(range(store.count("passages")))
    assert kept is not None
    assert len(rows) == 3
    assert any("🦆 A duck" in row.text for row in rows)
    assert all(kept[row.start : row.end] == row.text for row in rows)
