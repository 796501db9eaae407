"""rag doctor, rag index --rollback and --rebuild-caches: what is damaged is found and mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell import check_error, rag

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.errors import IndexStale
from rag.sync.doctor import Check, examine
from rag.sync.update import sync

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back to town."


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """Two generations of an index: the second has one article more."""
    root = tmp_path / "articles"
    root.mkdir()
    settings = Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)
    (root / "a.txt").write_text(DAM)
    sync([root], settings=settings)
    (root / "b.txt").write_text(HERON)
    sync([root], settings=settings)
    return settings


def wrong(settings: Settings, *, full: bool = False) -> dict[str, Check]:
    """The checks that do not hold, by name."""
    return {check.name: check for check in examine(settings, full=full) if not check.holds}


def flip(settings: Settings, name: str, place: int = 100) -> None:
    """One bit of a file of the generation in force."""
    path = settings.index / "gen-2" / name
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1
    path.write_bytes(data)


def cached(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command use the cache of the tests."""
    monkeypatch.setenv("RAG_CACHE", str(settings.cache))
    monkeypatch.setenv("RAG_LLM", "none")


def test_a_sound_index_passes_every_check(settings: Settings) -> None:
    """Also when every row is read."""
    assert wrong(settings, full=True) == {}


def test_the_generation_before_is_read_with_all_else(settings: Settings) -> None:
    """A flipped bit in any file of it is found, with what mends it; the other still answers."""
    before = settings.index / "gen-1"
    files = [path for path in before.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 8

    for path in files:
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])

        assert wrong(settings) == {}
        [check] = wrong(settings, full=True).values()
        assert (check.name, check.grave) == ("previous", True)
        assert f"{path} has changed" in check.found
        assert str(check.mend).startswith("rag index --rebuild-caches")
        with Assistant.open(settings=settings) as assistant:
            assert assistant.search("What burst?")
        path.write_bytes(whole)

    assert wrong(settings, full=True) == {}


@pytest.mark.parametrize("damage", ["short", "gone", "manifest"])
def test_a_generation_before_that_is_not_whole_is_seen_at_once(
    settings: Settings, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without reading it; what is typed to mend it makes what is in force the one before."""
    path = settings.index / "gen-1" / "articles.sqlite"
    if damage == "short":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "gone":
        path.unlink()
    else:
        (settings.index / "manifest.previous.json").write_text("{")
    cached(settings, monkeypatch)

    told = rag("doctor", "--index", settings.index)
    mend = str(wrong(settings)["previous"].mend)
    done = rag(*mend.split()[1:])

    assert told.returncode == 1
    assert "WRONG previous" in told.stdout
    assert done.returncode == 0, done.stderr
    assert wrong(settings, full=True) == {}


def test_the_way_back_never_leads_to_a_damaged_generation(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was damaged when the next was made from its articles is not kept."""
    flip(settings, "passages.faiss")
    cached(settings, monkeypatch)

    rag("index", "--rebuild-caches", "--index", settings.index)
    back = rag("index", "--rollback", "--index", settings.index)

    assert back.stdout.startswith("Generation 1 is now in use")


def test_no_index_is_told_with_the_command_that_makes_one(tmp_path: Path, cache: Path) -> None:
    """Nothing else can be looked at then."""
    [check] = examine(Settings(index=tmp_path / "absent", cache=cache), full=False)

    assert "rag index FOLDER" in str(check.mend)


@pytest.mark.parametrize("name", ["passages.faiss", "words/meta.json"])
def test_a_damaged_cache_is_made_again_from_sqlite(
    settings: Settings, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that doctor names does it; the results are those of before, nothing embedded."""
    with Assistant.open(settings=settings) as assistant:
        before = assistant.search("What burst?")
    flip(settings, name)

    found = wrong(settings)
    with pytest.raises(IndexStale):
        Assistant.open(settings=settings)
    cached(settings, monkeypatch)
    arguments = str(found["files"].mend).split()[1:]
    done = rag(*arguments)

    assert list(found) == ["files"]
    assert arguments[:2] == ["index", "--rebuild-caches"]
    assert done.returncode == 0
    assert wrong(settings, full=True) == {}
    with Assistant.open(settings=settings) as assistant:
        assert assistant.search("What burst?") == before


def test_damaged_articles_are_got_back_by_the_generation_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lacks what came since, and a sync brings that back."""
    flip(settings, "articles.sqlite")
    cached(settings, monkeypatch)

    mend = str(wrong(settings)["files"].mend)
    done = rag(*mend.split()[1:])
    stale = wrong(settings)
    again = rag("index", "--index", settings.index)

    assert mend.startswith("rag index --rollback")
    assert done.stdout.startswith("Generation 1 is now in use")
    assert list(stale) == ["articles"]
    assert again.stdout.startswith("1 new, 0 changed, 0 removed, 0 renamed, 1 unchanged")
    assert wrong(settings, full=True) == {}


def test_with_both_generations_damaged_the_index_is_built_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command names the folders that it was made of."""
    flip(settings, "articles.sqlite")
    path = settings.index / "gen-1" / "articles.sqlite"
    path.write_bytes(path.read_bytes()[:-1])
    cached(settings, monkeypatch)

    mend = str(wrong(settings)["files"].mend)
    done = rag(*mend.split()[1:])

    assert mend == f"rag index {settings.index.parent}/articles --index {settings.index}"
    assert done.stdout.startswith("2 new")
    assert wrong(settings, full=True) == {}


def test_rolling_back_twice_is_the_way_forward_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both generations are kept."""
    cached(settings, monkeypatch)

    steps = [rag("index", "--rollback", "--index", settings.index) for _ in range(2)]

    assert [step.stdout.split()[1] for step in steps] == ["1", "2"]
    assert all("rag index --rollback again" in step.stderr for step in steps)
    assert wrong(settings, full=True) == {}


def test_without_a_generation_before_there_is_no_way_back(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index stays as it is; a folder that is none is told."""
    (tmp_path / "a.txt").write_text(DAM)
    settings = Settings(index=tmp_path / "index", cache=cache, llm="none")
    sync([tmp_path / "a.txt"], settings=settings)
    cached(settings, monkeypatch)

    check_error(
        rag("index", "--rollback", "--index", settings.index), 1, "no previous generation in"
    )
    check_error(rag("index", "--rollback", "--index", tmp_path / "absent"), 2, "is not an index")
    check_error(rag("index", tmp_path, "--rollback"), 2, "work on the index as it is")
    check_error(rag("index", "--watch", "--rollback"), 2, "work on the index as it is")
    assert wrong(settings, full=True) == {}


def test_changed_articles_and_failed_files_are_notes(settings: Settings) -> None:
    """Answers are still those of what was indexed, so the exit code is 0."""
    (settings.index.parent / "articles" / "a.txt").write_text(f"{DAM} {HERON}")
    (settings.index.parent / "articles" / "c.pdf").write_bytes(b"no pdf")
    stale = wrong(settings)
    sync([settings.index.parent / "articles"], settings=settings)

    failed = wrong(settings)

    assert "1 new, 1 changed" in stale["articles"].found
    assert "c.pdf" in failed["failed"].found
    assert not any(check.grave for check in [*stale.values(), *failed.values()])


def test_the_command_names_each_check_and_ends_with_its_verdict(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 where something is wrong; as JSON too."""
    cached(settings, monkeypatch)
    sound = rag("doctor", "--full", "--index", settings.index)
    flip(settings, "passages.faiss")

    damaged = rag("doctor", "--index", settings.index)
    told = rag("doctor", "--index", settings.index, "--json")

    assert sound.returncode == 0
    assert all(line.startswith("ok ") for line in sound.stdout.splitlines())
    assert damaged.returncode == told.returncode == 1
    assert "WRONG files" in damaged.stdout
    assert "to fix it: rag index --rebuild-caches" in damaged.stdout
    assert [entry["name"] for entry in json.loads(told.stdout) if not entry["holds"]] == ["files"]


@pytest.mark.parametrize("name", ["manifest.json", "gen-2/passages.faiss", "gen-2/articles.sqlite"])
def test_what_may_not_be_read_is_for_its_owner_to_mend(settings: Settings, name: str) -> None:
    """No command of who only asks the index would help."""
    path = next(settings.index.glob(name))
    path.unlink()
    path.symlink_to(path)  # which nobody can open, the administrator neither

    [check] = (wrong(settings)[one] for one in ("manifest", "files") if one in wrong(settings))

    assert "cannot be read" in check.found
    assert check.mend is not None
    assert check.mend.startswith("ask the owner for permission to read it, or build your own")
