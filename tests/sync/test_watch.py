"""An index follows its folders, one sync a burst, whatever happens."""

from __future__ import annotations

import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from rag.config import Settings
from rag.domain import Skipped
from rag.errors import CorpusError, RagError
from rag.store import LocalStore
from rag.store.build import IndexWriter
from rag.store.manifest import indexed_roots
from rag.sync.report import SyncReport
from rag.sync.update import sync
from rag.sync.watch import HeldModel, Synced, watch

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back to town."
OWL = "An owl was heard above the old town on Friday night, the mayor told the Courier."
SOON = 20.0  # seconds in which all that is waited for here must have happened


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An index inside of the folder that it is of."""
    return Settings(index=tmp_path / "articles" / "index", cache=cache, threads=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in (("a.txt", DAM), ("b.txt", HERON), ("c.txt", OWL)):
        (folder / name).write_text(text)
    return folder


class Stopped(BaseException):
    """What ends the following of folders here."""


class Followed:
    """Folders that are being followed in a thread of their own."""

    def __init__(self, settings: Settings, paths: Sequence[Path]) -> None:
        self.runs = 0
        self.heard: list[str] = []
        self._over = threading.Event()
        self._events: queue.Queue[Synced | RagError] = queue.Queue()
        self._settings = settings
        self._model = HeldModel(settings, notify=self.heard.append)
        self._thread = threading.Thread(target=self._follow, args=(paths,), daemon=True)
        self._thread.start()

    def _follow(self, paths: Sequence[Path]) -> None:
        try:
            for event in watch(
                paths, index=self._settings.index, run=self._run, notify=self.heard.append
            ):
                self._events.put(event)
        except Stopped:
            return

    def _run(self, paths: Sequence[Path]) -> SyncReport:
        if self._over.is_set():
            raise Stopped
        self.runs += 1
        return sync(paths, settings=self._settings, model=self._model)

    def next(self) -> Synced:
        """The next sync that is told of."""
        event = self._events.get(timeout=SOON)
        assert isinstance(event, Synced), event
        return event

    def error(self) -> RagError:
        """The next error that is told of."""
        event = self._events.get(timeout=SOON)
        assert isinstance(event, RagError), event
        return event

    def end(self, root: Path) -> None:
        """Stop; what was told and not asked for is a mistake."""
        self._over.set()
        root.mkdir(exist_ok=True)
        (root / "last.txt").write_text("last")
        (root / "a.txt").touch()  # where this file alone is followed
        self._thread.join(timeout=SOON)
        assert not self._thread.is_alive()
        assert self._events.empty()


@pytest.fixture
def follow(
    settings: Settings, root: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Followed]]:
    """Follow some paths until the test is over."""
    started: list[Followed] = []

    def start(*paths: Path) -> Followed:
        started.append(Followed(settings, paths or (root,)))
        return started[-1]

    monkeypatch.setattr("rag.sync.folder_events.QUIET", 0.2)
    yield start
    for one in started:
        one.end(root)


def texts(settings: Settings) -> dict[str, str | None]:
    """Path and text of each indexed article, as who opens the index now sees them."""
    with LocalStore.open(settings.index, embedder=None) as store:
        return {path: store.article_text(path) for path in store.paths()}


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    late = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < late
        time.sleep(0.02)


def saved(path: Path, text: str) -> None:
    """Write a file as editors do: another one beside it, which takes its place."""
    draft = path.with_name(f"{path.name}.tmp~")
    draft.write_text(text)
    draft.replace(path)


def test_each_change_is_taken_in(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """New, changed, renamed, removed and failed files, and folders of them, one sync each."""
    followed = follow()
    first = followed.next()

    (root / "new.txt").write_text(f"{HERON} {OWL}")
    new = followed.next()
    saved(root / "a.txt", f"{DAM} {OWL}")
    changed = followed.next()
    (root / "b.txt").rename(root / "moved.txt")
    renamed = followed.next()
    (root / "c.txt").unlink()
    removed = followed.next()
    (root / "bad.txt").write_bytes(b"")
    failed = followed.next()
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "sub" / "deep" / "d.txt").write_text(f"{OWL} {DAM}")
    deep = followed.next()

    assert first.report.new == ("a.txt", "b.txt", "c.txt")
    assert new.report.new == ("new.txt",)
    assert changed.report.changed == ("a.txt",)
    assert renamed.report.renamed == (("b.txt", "moved.txt"),)
    assert removed.report.removed == ("c.txt",)
    assert failed.left_out == (Skipped(path="bad.txt", why="empty"),)
    assert (deep.report.new, deep.left_out) == (("sub/deep/d.txt",), ())
    assert texts(settings)["a.txt"] == f"{DAM} {OWL}"


def test_what_is_left_out_is_told_whenever_it_is_saved(
    root: Path, follow: Callable[..., Followed]
) -> None:
    """A file that fails again, with the same bytes or others; one of another format, once."""
    followed = follow()
    followed.next()

    told = []
    for data in (b"", b"", b"%PDF-1.7 no text"):
        (root / "bad.txt").write_bytes(data)
        told.append(followed.next())
    (root / "more.xyz").write_text("x")
    other = followed.next()
    (root / "more.xyz").write_text("xx")
    (root / "new.txt").write_text(f"{HERON} {OWL}")
    new = followed.next()
    (root / ".ragignore").write_text("more.xyz\nbad.txt\n")
    ignored = followed.next()

    assert [[entry.why for entry in one.left_out] for one in told] == [
        ["empty"],
        ["empty"],
        ["is really a PDF, not .txt"],
    ]
    assert [entry.path for entry in other.left_out] == ["more.xyz"]
    assert (new.report.new, new.left_out) == (("new.txt",), ())
    assert ignored.ignored == ("bad.txt", "more.xyz")


def test_a_burst_is_one_sync(root: Path, follow: Callable[..., Followed]) -> None:
    """Files that are written one after the other, some of them again and again."""
    followed = follow()
    followed.next()

    for n in range(40):
        (root / f"{n % 30}.txt").write_text(f"{DAM} Number {n}.")
        time.sleep(0.03)
    many = followed.next()

    assert len(many.report.new) == 30
    assert followed.runs == 2


def test_what_no_index_takes_wakes_nobody(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """The index itself, hidden files and folders, and what is ignored, in an ignored folder too."""
    (root / ".ragignore").write_text("*.log\nbuild/\n")
    (root / "build").mkdir()
    followed = follow()
    followed.next()

    for name in ("index/x.txt", ".hidden.txt", "x.log", "build/x.txt", ".git/HEAD"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(DAM)
    time.sleep(1.5)
    quiet = followed.runs
    (root / "x.txt").write_text(f"{OWL} {OWL}")

    assert quiet == 1
    assert followed.next().report.new == ("x.txt",)


def test_a_ragignore_that_changes_is_followed(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """What it names goes; one that is wrong is told, and mended by itself when it is."""
    followed = follow()
    followed.next()

    (root / ".ragignore").write_text("b.txt")
    ignored = followed.next()
    (root / ".ragignore").write_bytes(b"caf\xe9")
    wrong = followed.error()
    (root / ".ragignore").unlink()
    back = followed.next()

    assert (ignored.report.removed, ignored.report.ignored) == (("b.txt",), ("b.txt",))
    assert "is not UTF-8" in wrong.message
    assert back.report.new == ("b.txt",)


def test_a_great_loss_is_told_and_not_done(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """Once, however often it is tried; when the files are back, that is told too."""
    followed = follow()
    followed.next()

    for name in ("a.txt", "b.txt"):
        (root / name).rename(root.parent / name)
    loss = followed.error()
    (root / "more.xyz").write_text("x")
    until(lambda: followed.runs >= 3)
    kept = texts(settings)
    for name in ("a.txt", "b.txt"):
        (root.parent / name).rename(root / name)
    back = followed.next()

    assert isinstance(loss, CorpusError)
    assert loss.message == "2 of 3 indexed articles would be removed"
    assert "rag index --yes" in loss.hint
    assert set(kept) == {"a.txt", "b.txt", "c.txt"}
    assert (back.report.new, back.report.removed) == ((), ())


def test_a_root_may_go_and_come_back(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """Also as another folder; the index, which is elsewhere here, stays as it is meanwhile."""
    sync([root], settings=settings)
    shutil.copytree(settings.index, root.parent / "kept")
    elsewhere = Settings(index=root.parent / "kept", cache=settings.cache, threads=1)
    followed = Followed(elsewhere, [root])
    followed.next()

    root.rename(root.parent / "away")
    gone = followed.error()
    kept = texts(elsewhere)
    shutil.copytree(root.parent / "away", root)
    back = followed.next()
    (root / "new.txt").write_text(f"{HERON} {OWL}")
    new = followed.next()

    assert "does not exist" in gone.message
    assert set(kept) == {"a.txt", "b.txt", "c.txt"}
    assert (back.report.new, back.report.removed) == ((), ())
    assert new.report.new == ("new.txt",)
    followed.end(root)


def test_a_file_that_is_named_is_followed(
    root: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """Though each save puts another file in its place."""
    followed = follow(root / "a.txt", root / "b.txt")
    followed.next()

    saved(root / "a.txt", f"{DAM} {OWL}")
    once = followed.next()
    saved(root / "a.txt", f"{DAM} {HERON}")
    twice = followed.next()
    saved(root / "c.txt", f"{DAM} {HERON}")  # is none of them
    saved(root / "b.txt", f"{OWL} {HERON}")

    assert once.report.changed == twice.report.changed == ("a.txt",)
    assert followed.next().report.changed == ("b.txt",)


def test_another_writer_is_waited_for(
    root: Path,
    settings: Settings,
    follow: Callable[..., Followed],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The change is taken in without another one, as soon as the lock is free."""
    monkeypatch.setattr("rag.sync.watch.AGAIN", 0.2)
    followed = follow()
    followed.next()

    with IndexWriter(settings.index):
        (root / "new.txt").write_text(f"{HERON} {OWL}")
        error = followed.error()
        until(lambda: followed.runs >= 4)
    new = followed.next()

    assert "is writing to" in error.message
    assert new.report.new == ("new.txt",)


def test_the_roots_that_another_process_gives_are_followed(
    root: Path, tmp_path: Path, settings: Settings, follow: Callable[..., Followed]
) -> None:
    """What it indexed is not undone."""
    followed = follow()
    followed.next()
    other = tmp_path / "other"
    other.mkdir()
    (other / "d.txt").write_text(f"{OWL} {DAM}")
    sync([root, other], settings=settings)

    (root / "a.txt").write_text(f"{DAM} {OWL}")
    changed = followed.next()
    (other / "e.txt").write_text(f"{HERON} {DAM}")
    new = followed.next()

    assert changed.report.changed == ("articles/a.txt",)
    assert changed.report.removed == ()
    assert new.report.new == ("other/e.txt",)
    assert indexed_roots(settings.index) == [root, other]
    assert "The index is now of" in followed.heard[-1]


@pytest.mark.parametrize("how", ["wanted", "needed"])
def test_without_word_from_the_kernel_folders_are_looked_through(
    root: Path,
    settings: Settings,
    follow: Callable[..., Followed],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    """Where that is asked for, and where the kernel has no more watches to give."""
    kernel = watchfiles.watch
    monkeypatch.setattr("rag.sync.folder_events.POLL", 0.2)
    if how == "wanted":
        monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    else:

        def full(*paths: Path, force_polling: bool | None, **options: Any) -> Any:
            if not force_polling:
                raise OSError("OS file watch limit reached")
            return kernel(*paths, force_polling=True, **options)

        monkeypatch.setattr("watchfiles.watch", full)
    followed = follow()
    followed.next()

    (root / "new.txt").write_text(f"{HERON} {OWL}")

    assert followed.next().report.new == ("new.txt",)
    told = [
        "The system does not report changes (OS file watch limit reached): checking every 0.2 s"
    ]
    assert [line.removesuffix(" instead.") for line in followed.heard] == (
        told if how == "needed" else []
    )


def test_what_nobody_tells_of_is_found_in_time(
    root: Path,
    settings: Settings,
    follow: Callable[..., Followed],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a network drive, say, where others write."""
    monkeypatch.setattr("rag.sync.watch.SELDOM", 1.0)
    monkeypatch.setattr("rag.sync.folder_events._matter", lambda *_: False)
    followed = follow()
    followed.next()

    (root / "new.txt").write_text(f"{HERON} {OWL}")

    assert followed.next().report.new == ("new.txt",)


def test_the_model_stays_open(settings: Settings) -> None:
    """It is opened at the first need only."""
    held = HeldModel(settings, notify=lambda line: None)

    assert held() is held()


def test_a_first_sync_that_fails_is_an_error(root: Path, settings: Settings) -> None:
    """As without following: there may be a slip in what was typed."""
    events = watch(
        [root / "absent"],
        index=settings.index,
        run=lambda paths: sync(paths, settings=settings),
    )

    with pytest.raises(CorpusError, match="absent does not exist"):
        next(events)


def test_a_place_that_cannot_be_looked_at_is_told_once(
    root: Path, follow: Callable[..., Followed]
) -> None:
    """Here one whose path is too long; the rest of the folder is followed as before."""
    followed = follow()
    followed.next()
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)

    told = followed.next()
    (root / "new.txt").write_text(HERON)
    new = followed.next()

    assert [one.why for one in told.left_out] == ["cannot be read: its name is too long"]
    assert not told.report.removed
    assert (new.report.new, new.left_out) == (("new.txt",), ())
