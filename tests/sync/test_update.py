"""Folders in, a generation in force out; a bad file is listed and stops nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from drawn_pdf import Placed, draw
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from wire import REPORT, printed, wire_folder

from rag.answer.assistant import Assistant
from rag.config import Mode, Settings
from rag.domain import Incomplete
from rag.errors import CorpusError, IndexMissing, IndexStale, ModelError
from rag.load import files as files_module
from rag.store import LocalStore
from rag.store.manifest import FORMAT, indexed_roots, read_manifest, write_manifest
from rag.sync.freshness import stale_line
from rag.sync.plan import Plan
from rag.sync.report import Progress, SyncReport
from rag.sync.update import sync

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
    assert found["h.txt"] == (True, "contains no sentence to cite")
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
        (empty, "there are no files in .*empty"),
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
        sync([bad], settings=settings, confirm=lambda plan, known: True)

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
    """Files and passages only go up; at the end all files are read and all passages embedded."""
    root = folder(tmp_path / "many", {f"{n}.txt": f"{DAM} {HERON} Number {n}." for n in range(30)})
    (root / "bad.pdf").write_bytes(DAMAGED_PDF)
    states: list[Progress] = []

    report = sync([root], settings=settings, progress=states.append)

    steps = [(state.files, state.found, state.passages) for state in states]
    last = states[-1]
    assert all(
        after >= before
        for one, two in zip(steps, steps[1:], strict=False)
        for before, after in zip(one, two, strict=True)
    )
    assert {state.total for state in states} == {31}
    assert (last.files, last.found) == (31, report.passages)
    assert last.passages == last.found
    assert all(state.passages <= state.found for state in states)


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
    assert reports[1].unchanged == reports[1].articles == reports[0].articles

    [first, second] = [
        LocalStore.open(index, embedder=None) for index in (seeds_index, settings.index)
    ]
    assert [report.generation for report in reports] == [1, 1]
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


def half_scanned(text: str) -> bytes:
    """A PDF of a page with this text, and one that is a picture."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    canvas.drawString(60, 700, text)
    canvas.showPage()
    canvas.rect(60, 60, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def test_what_an_article_leaves_out_is_told_by_every_sync(
    tmp_path: Path, settings: Settings
) -> None:
    """Read, kept, renamed or not looked at: until the file is complete."""
    root = folder(tmp_path / "docs", {"a.pdf": half_scanned(DAM), "b.txt": HERON})
    told = ("page 2 without text: they may be pictures",)

    reports = [sync([root], settings=settings), sync([root], settings=settings)]
    folder(root, {"c.txt": f"{HERON} It was seen by many."})
    reports.append(sync([root], settings=settings))
    (root / "a.pdf").rename(root / "d.pdf")
    reports.append(sync([root], settings=settings))
    folder(root, {"d.pdf": draw([[Placed(x=60, y=700, text=DAM)]])})
    reports.append(sync([root], settings=settings))

    names = ["a.pdf", "a.pdf", "a.pdf", "d.pdf"]
    assert [report.incomplete for report in reports] == [
        *((Incomplete(path=name, left_out=told),) for name in names),
        (),
    ]
    assert opened(settings).incomplete() == ()


# --- again ----------------------------------------------------------------------------------------

DUCK = "A duck crossed the harbour on Sunday, and Ada Lark said that nobody had seen it before."
OWL = "An owl was heard above the old town on Friday night, the mayor told the Courier."


def test_what_changed_is_told_and_done(tmp_path: Path, settings: Settings) -> None:
    """Added, edited, deleted and renamed files, each once; the rest is left alone."""
    root = folder(
        tmp_path / "articles",
        {"a.txt": DAM, "b.txt": HERON, "c.txt": DUCK, "d.txt": OWL, "e.txt": f"{DAM} {OWL}"},
    )
    first = sync([root], settings=settings)
    (root / "a.txt").unlink()
    (root / "b.txt").rename(root / "moved.txt")
    folder(root, {"c.txt": f"{DUCK} {OWL}", "new.txt": f"{HERON} {DUCK}"})

    report = sync([root], settings=settings)

    assert first.new == ("a.txt", "b.txt", "c.txt", "d.txt", "e.txt")
    assert report.new == ("new.txt",)
    assert report.changed == ("c.txt",)
    assert report.renamed == (("b.txt", "moved.txt"),)
    assert report.removed == ("a.txt",)
    assert report.unchanged == 2
    store = opened(settings)
    assert store.article_text("a.txt") is None
    assert store.article_text("moved.txt") == HERON
    assert store.article_text("c.txt") == f"{DUCK} {OWL}"


def test_nothing_changed_writes_nothing(tmp_path: Path, settings: Settings) -> None:
    """The generation stays, also when files were touched."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON, "e.xyz": DAM, "f.txt": ""})
    sync([root], settings=settings)
    before = {path: path.read_bytes() for path in settings.index.rglob("*") if path.is_file()}
    os.utime(root / "a.txt", (0, 0))

    report = sync([root], settings=settings)

    assert report.unchanged == 2
    assert [entry.path for entry in report.skipped] == ["e.xyz", "f.txt"]
    assert {p: p.read_bytes() for p in settings.index.rglob("*") if p.is_file()} == before


def test_renamed_files_are_not_embedded(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their vectors are those of before; a date in the new name is read."""
    texts = {f"{n}.txt": f"{DAM} Number {n}." for n in range(9)}
    root = folder(tmp_path / "articles", texts)
    sync([root], settings=settings)
    for name in texts:
        (root / name).rename(root / f"2018-07-02-{name}")
    monkeypatch.setattr("rag.models.embedder.open_embedder", None)  # calling it would be an error

    report = sync([root], settings=settings)

    assert len(report.renamed) == 9
    article = opened(settings).article("2018-07-02-3.txt")
    assert article is not None
    assert article.source.date == "2018-07-02"


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path, settings: Settings) -> None:
    """With an index and without one."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON})

    first = sync([root], settings=settings, dry=True)
    assert not settings.index.exists()
    sync([root], settings=settings)
    (root / "a.txt").unlink()
    second = sync([root], settings=settings, dry=True)

    assert (first.dry, first.new) == (True, ("a.txt", "b.txt"))
    assert (second.dry, second.removed, second.unchanged) == (True, ("a.txt",), 1)
    assert opened(settings).article_text("a.txt") == DAM


def test_most_articles_go_only_when_that_is_meant(tmp_path: Path, settings: Settings) -> None:
    """An unmounted disk must not empty the index."""
    names = {f"{n}.txt": f"{DAM} Number {n}." for n in range(5)}
    root = folder(tmp_path / "articles", names)
    sync([root], settings=settings)
    for name in list(names)[:3]:
        (root / name).unlink()
    asked: list[tuple[int, int]] = []

    def refuse(plan: Plan, known: int) -> bool:
        asked.append((len(plan.removed), known))
        return False

    with pytest.raises(CorpusError, match="3 of 5 indexed articles would be removed") as caught:
        sync([root], settings=settings, confirm=refuse)

    assert "--yes" in str(caught.value.hint)
    assert asked == [(3, 5)]
    assert opened(settings).count("articles") == 5
    assert len(sync([root], settings=settings, confirm=lambda *_: True).removed) == 3


def test_a_file_that_could_not_be_read_is_tried_again_when_it_changes(
    tmp_path: Path, settings: Settings
) -> None:
    """Until then its reason is kept without reading it."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": ""})
    sync([root], settings=settings)
    aside = sync([root], settings=settings)
    folder(root, {"b.txt": HERON})

    mended = sync([root], settings=settings)

    assert reasons(aside) == {"b.txt": (True, "empty")}
    assert mended.new == ("b.txt",)
    assert mended.failed == ()


def test_an_article_that_cannot_be_read_any_more_is_listed(
    tmp_path: Path, settings: Settings
) -> None:
    """It is not answered from what it was."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON})
    sync([root], settings=settings)
    folder(root, {"b.txt": bytes(range(256)) * 8})

    report = sync([root], settings=settings)

    assert (report.changed, report.removed) == ((), ())
    assert list(reasons(report)) == ["b.txt"]
    assert opened(settings).article_text("b.txt") is None


# --- several roots, and what is ignored -----------------------------------------------------------


def test_the_same_roots_in_another_order_or_twice_change_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However they are written, and from wherever."""
    one = folder(tmp_path / "one", {"a.txt": DAM})
    two = folder(tmp_path / "two", {"a.txt": HERON})
    sync([one, two], settings=settings)
    monkeypatch.chdir(one)

    reports = [
        sync([two, one], settings=settings),
        sync([Path(), Path("../two"), one], settings=settings),
        sync(indexed_roots(settings.index), settings=settings),
    ]

    assert [report.generation for report in reports] == [1, 1, 1]
    assert indexed_roots(settings.index) == [one, two]


def test_a_folder_that_comes_and_goes_again(tmp_path: Path, settings: Settings) -> None:
    """The articles of the other are renamed, not read anew, when paths get a label or lose it."""
    one = folder(tmp_path / "one", {"a.txt": DAM, "b.txt": DUCK})
    two = folder(tmp_path / "two", {"a.txt": HERON})
    sync([one], settings=settings)

    both = sync([one, two], settings=settings)
    without = sync([one], settings=settings)

    assert (both.new, both.removed) == (("two/a.txt",), ())
    assert both.renamed == (("a.txt", "one/a.txt"), ("b.txt", "one/b.txt"))
    assert (without.removed, without.changed, without.new) == (("two/a.txt",), (), ())
    assert opened(settings).paths() == ["a.txt", "b.txt"]


def test_leaving_out_the_folder_of_most_articles_must_be_meant(
    tmp_path: Path, settings: Settings
) -> None:
    """It is as if they had all been removed."""
    one = folder(tmp_path / "one", {"a.txt": DAM})
    two = folder(tmp_path / "two", {"a.txt": HERON, "b.txt": OWL})
    sync([one, two], settings=settings)

    with pytest.raises(CorpusError, match="2 of 3 indexed articles would be removed"):
        sync([one], settings=settings)

    assert opened(settings).count("articles") == 3


def test_a_folder_that_is_gone_or_empty_loses_nothing(tmp_path: Path, settings: Settings) -> None:
    """A disk that is not mounted leaves no folder, or an empty one, however few articles it has."""
    one = folder(tmp_path / "one", {f"{n}.txt": f"{DAM} Number {n}." for n in range(5)})
    two = folder(tmp_path / "two", {"a.txt": HERON})
    sync([one, two], settings=settings)
    two.rename(tmp_path / "elsewhere")

    with pytest.raises(CorpusError, match="two does not exist") as gone:
        sync(indexed_roots(settings.index), settings=settings)
    two.mkdir()
    with pytest.raises(CorpusError, match="1 of 6 indexed articles would be removed") as emptied:
        sync(indexed_roots(settings.index), settings=settings)

    assert "mounted" in gone.value.hint
    assert "mounted" in emptied.value.hint
    assert opened(settings).article_text("two/a.txt") == HERON
    meant = sync([one, two], settings=settings, confirm=lambda *_: True)
    assert meant.removed == ("two/a.txt",)


def test_a_link_is_followed_to_where_it_leads_now(tmp_path: Path, settings: Settings) -> None:
    """Of a folder and of a file alike; both keep the name that they were given by."""
    folder(tmp_path, {"v1/a.txt": DAM, "v1/b.txt": OWL, "v2/a.txt": HERON, "v2/b.txt": OWL})
    (tmp_path / "current").symlink_to(tmp_path / "v1")
    (tmp_path / "named.txt").symlink_to(tmp_path / "v1" / "a.txt")
    alone = dataclasses.replace(settings, index=tmp_path / "alone")
    sync([tmp_path / "current"], settings=settings)
    sync([tmp_path / "named.txt"], settings=alone)
    for name, target in (("current", "v2"), ("named.txt", "v2/a.txt")):
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to(tmp_path / target)

    report = sync(indexed_roots(settings.index), settings=settings)
    single = sync(indexed_roots(alone.index), settings=alone)

    assert (report.changed, report.unchanged) == (("a.txt",), 1)
    assert single.changed == ("named.txt",)
    assert opened(settings).article_text("a.txt") == HERON
    assert opened(alone).locate("named.txt") == tmp_path / "named.txt"


def test_what_is_ignored_now_is_removed(tmp_path: Path, settings: Settings) -> None:
    """It is listed neither as new nor as failed, and the question of before tells that it went."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON, "c.txt": OWL, "d.txt": ""})
    sync([root], settings=settings)
    folder(root, {".ragignore": "b.txt\nd.txt\nmore/\n", "more/e.txt": DUCK})

    line = stale_line(opened(settings))
    dry = sync([root], settings=settings, dry=True)
    report = sync([root], settings=settings)

    assert line is not None
    assert "1 removed" in line
    for told in (dry, report):
        assert (told.new, told.removed) == ((), ("b.txt",))
        assert told.ignored == ("b.txt", "d.txt", "more/")
    assert report.skipped == ()
    assert opened(settings).paths() == ["a.txt", "c.txt"]
    again = sync([root], settings=settings)
    assert (again.generation, again.ignored) == (2, report.ignored)


def test_what_a_sync_would_not_take_is_no_change(tmp_path: Path, settings: Settings) -> None:
    """Links that lead nowhere, out or around, FIFOs, other formats: as in a dry run."""
    root = folder(tmp_path / "articles", {"a.txt": DAM})
    sync([root], settings=settings)
    (root / "dangling.txt").symlink_to(root / "nowhere.txt")
    (root / "around.txt").symlink_to(root / "around.txt")
    (root / "out.txt").symlink_to("/etc/hostname")
    os.mkfifo(root / "pipe.txt")
    folder(root, {"more.xyz": DAM, "README": DAM})

    line = stale_line(opened(settings))
    dry = sync([root], settings=settings, dry=True)
    folder(root, {"b.txt": OWL})

    assert (line, dry.new) == (None, ())
    assert "(1 new)" in str(stale_line(opened(settings)))
    assert sync([root], settings=settings).new == ("b.txt",)


def test_a_ragignore_that_says_nothing_clear_leaves_the_index(
    tmp_path: Path, settings: Settings
) -> None:
    """Who asks is told that nothing is known of changes; answers go on."""
    root = folder(tmp_path / "articles", {"a.txt": DAM})
    sync([root], settings=settings)
    folder(root, {".ragignore": b"caf\xe9"})

    with pytest.raises(CorpusError, match=r"\.ragignore is not UTF-8"):
        sync([root], settings=settings)

    assert "is not UTF-8" in str(stale_line(opened(settings)))


def test_when_all_is_ignored_the_error_says_so(tmp_path: Path, settings: Settings) -> None:
    """Not that the folder were empty."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, ".ragignore": "*"})

    with pytest.raises(
        CorpusError, match=r"there are no files in .*: \.ragignore ignores every file"
    ):
        sync([root], settings=settings)


# --- what an index was made by --------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["manifest.json", "articles.sqlite"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, settings: Settings, damage: str) -> None:
    """Nothing is copied from it, and a line says so."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON})
    sync([root], settings=settings)
    [path] = settings.index.rglob(damage)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    heard: list[str] = []

    report = sync([root], settings=settings, notify=heard.append)

    assert report.new == ("a.txt", "b.txt")
    assert "Rebuilding the index" in heard[0]
    assert opened(settings).article_text("a.txt") == DAM


def test_an_index_of_another_format_is_built_anew_from_its_folders(
    tmp_path: Path, settings: Settings
) -> None:
    """They need not be named again, and a line says so."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON})
    sync([root], settings=settings)
    before = read_manifest(settings.index)
    write_manifest(settings.index, dataclasses.replace(before, format=FORMAT - 1))
    heard: list[str] = []

    with pytest.raises(IndexStale, match=f"does not have format {FORMAT}") as caught:
        opened(settings)
    report = sync(indexed_roots(settings.index), settings=settings, notify=heard.append)

    assert caught.value.hint == "rebuild it: rag index"
    assert report.new == ("a.txt", "b.txt")
    assert "Rebuilding the index" in heard[0]
    assert opened(settings).article_text("a.txt") == DAM


def test_other_passages_are_cut_anew(tmp_path: Path, settings: Settings) -> None:
    """A setting that shapes the index makes all of it anew."""
    root = folder(tmp_path / "articles", {"a.txt": f"{DAM} {HERON} {DUCK} {OWL}"})
    long = sync([root], settings=settings)

    short = sync([root], settings=dataclasses.replace(settings, passage_words=20))

    assert (long.passages, short.passages) == (1, 4)


def test_who_has_the_index_open_turns_to_a_new_generation(
    tmp_path: Path, settings: Settings
) -> None:
    """At the next question, without being opened again; a damaged one is not turned to."""
    root = folder(tmp_path / "articles", {"a.txt": DAM})
    sync([root], settings=settings)
    heard: list[str] = []
    with Assistant.open(settings=settings, notify=heard.append) as assistant:
        first = assistant.ask("What did a heron do?")
        folder(root, {"b.txt": HERON})
        sync([root], settings=settings)
        second = assistant.ask("What did a heron do?")
        third = assistant.search("duck")
        folder(root, {"c.txt": DUCK})
        sync([root], settings=settings)
        damaged = settings.index / "gen-3" / "passages.faiss"
        damaged.write_bytes(damaged.read_bytes()[:-1])
        last = assistant.ask("What did a heron do?")

    assert (first.abstained, first.generation) == (True, 1)
    assert (second.generation, "heron" in second.text) == (2, True)
    assert {found.source.path for found in third} <= {"a.txt", "b.txt"}
    assert last.generation == 2
    assert "as it was opened" in heard[-1]


def test_copies_are_told_of_and_follow_the_files(tmp_path: Path, settings: Settings) -> None:
    """Also by a sync that writes nothing; the next printing stands in for one that is removed."""
    root = wire_folder(tmp_path / "wire", copies=3)
    first, again = (sync([root], settings=settings) for _ in range(2))
    (root / "w00.txt").unlink()

    removed = sync([root], settings=settings)

    assert first.copies == again.copies == (("w00.txt", "w01.txt", "w02.txt"),)
    assert again.generation == first.generation
    assert removed.copies == (("w01.txt", "w02.txt"),)


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of an index, without what its files looked like and without its vectors."""
    path = opened(settings).manifest.folder(settings.index) / "articles.sqlite"
    with sqlite3.connect(path) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        found = {}
        for table in tables:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            names = [name for name in columns if name not in {"seen", "vector"}]
            found[table] = db.execute(
                f"SELECT {', '.join(names)} FROM {table} ORDER BY 1"
            ).fetchall()
    return found


def vectors(settings: Settings) -> np.ndarray:
    """(n, d): those of all passages."""
    path = opened(settings).manifest.folder(settings.index) / "articles.sqlite"
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT vector FROM passages ORDER BY id").fetchall()
    return np.stack([np.frombuffer(vector, dtype="<f2") for (vector,) in found])


NAMES = ["a.txt", "b.txt", "c.md", "sub/a.txt", "2018-07-02-d.txt"]
WIRE = printed()
CONTENTS = [
    *(DAM, HERON, f"{DUCK} {DAM}", OWL, ""),
    *(WIRE, WIRE.replace("too soft", "far too soft"), printed(day=9, report=REPORT[:4])),
]
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(CONTENTS)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
)


@hypothesis.settings(max_examples=15, deadline=None)
@given(rounds=st.lists(st.lists(STEPS, min_size=1, max_size=4), min_size=1, max_size=3))
def test_a_sync_after_any_changes_equals_a_fresh_build(
    cache: Path, rounds: list[list[tuple[str, str, str]]]
) -> None:
    """Row by row; vectors but for rounding, which depends on what is embedded beside a text."""
    with tempfile.TemporaryDirectory() as place:
        root = folder(Path(place) / "articles", {"always.txt": f"{OWL} {HERON}"})
        grown = Settings(index=Path(place) / "grown", cache=cache, threads=1)
        for steps in rounds:
            for what, name, other in steps:
                path = root / name
                if what == "write":
                    folder(root, {name: other})
                elif path.is_file() and what == "delete":
                    path.unlink()
                elif path.is_file() and what == "move":
                    (root / other).parent.mkdir(exist_ok=True)
                    path.replace(root / other)
            sync([root], settings=grown, confirm=lambda *_: True)
        fresh = dataclasses.replace(grown, index=Path(place) / "fresh")
        report = sync([root], settings=fresh)

        assert rows(grown) == rows(fresh)
        np.testing.assert_allclose(vectors(grown), vectors(fresh), atol=5e-4)
        assert opened(grown).copy_groups() == report.copies


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


def test_a_first_sync_reads_each_file_once(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash comes from the same bytes as its article; the next sync knows it by that."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.html": f"<p>{HERON}</p>", "c.txt": ""})
    opened_files: list[str] = []
    real = files_module._open_under

    def counted(root: Path, relative: Path) -> int:
        opened_files.append(str(relative))
        return real(root, relative)

    monkeypatch.setattr(files_module, "_open_under", counted)

    sync([root], settings=settings)

    assert opened_files == ["a.txt", "b.html", "c.txt"]
    sums = {one.path: one.sha256 for one in opened(settings).files()}
    assert sums["a.txt"] == hashlib.sha256(DAM.encode()).hexdigest()
    assert sums["c.txt"] == ""


def test_a_file_that_changed_while_it_was_read_is_taken_next_time(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed until then."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON})
    real = files_module._read_all

    def growing(stream: io.FileIO, size: int) -> bytes:
        if size == len(HERON):
            folder(root, {"b.txt": f"{HERON} {DAM}"})
        return real(stream, size)

    with monkeypatch.context() as patched:
        patched.setattr(files_module, "_read_all", growing)
        first = sync([root], settings=settings)
    second = sync([root], settings=settings)

    assert reasons(first) == {"b.txt": (True, "changed while it was read")}
    assert second.new == ("b.txt",)
    assert second.skipped == ()


def test_a_raised_limit_is_tried_on_what_it_kept_out(tmp_path: Path, settings: Settings) -> None:
    """Only then, and with nothing else read anew."""
    root = folder(tmp_path / "articles", {"a.txt": DAM, "b.txt": HERON * 3})
    short = dataclasses.replace(settings, text_characters=len(DAM))

    first, again = sync([root], settings=short), sync([root], settings=short)
    raised = sync([root], settings=settings)

    assert [entry.why for entry in first.failed] == [
        f"has more than {len(DAM)} characters: raise text_characters"
    ]
    assert again.generation == first.generation
    assert (raised.new, raised.unchanged, raised.failed) == (("b.txt",), 1, ())
