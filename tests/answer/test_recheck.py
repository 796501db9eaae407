"""rag.answer.recheck and rag.sync.freshness: a saved answer against what the files hold now."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from shell import check_error, rag

from rag.answer.assistant import Assistant
from rag.answer.recheck import recheck
from rag.config import Settings
from rag.domain import Freshness
from rag.render.as_json import answer_dict
from rag.store import LocalStore
from rag.sync.update import sync

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back to town."


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An index of two articles."""
    root = tmp_path / "articles"
    root.mkdir()
    (root / "a.txt").write_text(DAM)
    (root / "b.txt").write_text(HERON)
    settings = Settings(index=tmp_path / "index", cache=cache, llm="none", threads=1)
    sync([root], settings=settings)
    return settings


def ask(settings: Settings, question: str = "When did the dam burst?") -> dict[str, Any]:
    """An answer as it is saved."""
    with Assistant.open(settings=settings) as assistant:
        return answer_dict(assistant.ask(question))


def wrong(answer: dict[str, Any], settings: Settings) -> list[str | None]:
    """What does not hold."""
    with LocalStore.open(settings.index, embedder=None) as store:
        return [entry.wrong for entry in recheck(answer, store)]


def article(settings: Settings) -> Path:
    """The file of the answer."""
    return settings.index.parent / "articles" / "a.txt"


def test_an_answer_of_just_now_holds(settings: Settings) -> None:
    """Quote, place and file."""
    answer = ask(settings)

    assert wrong(answer, settings) == [None]
    assert answer["claims"][0]["citations"][0]["file"] == "unchanged"


def test_a_touched_file_is_unchanged(settings: Settings) -> None:
    """Its content is what counts."""
    os.utime(article(settings), (0, 0))

    assert ask(settings)["claims"][0]["citations"][0]["file"] == "unchanged"


@pytest.mark.parametrize("what", [Freshness.CHANGED, Freshness.GONE])
def test_a_file_that_is_not_what_was_indexed_is_told(settings: Settings, what: Freshness) -> None:
    """With each citation, in the terminal and in a saved answer."""
    saved = ask(settings)
    if what is Freshness.GONE:
        article(settings).unlink()
    else:
        article(settings).write_text(f"{HERON}")

    answer = ask(settings)

    assert answer["claims"][0]["citations"][0]["file"] == what
    became = "disappeared" if what is Freshness.GONE else "changed"
    assert wrong(saved, settings) == [f"is from a file that has {became} since it was indexed"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HERON} {DAM}", "the quotation is now at"),
        (HERON * 2, "the quotation was not found"),
        (f"{DAM} {HERON}", "its file has changed and was indexed again"),
    ],
)
def test_an_article_that_was_indexed_again_is_told(
    settings: Settings, text: str, told: str
) -> None:
    """Where the quote stands now, if it does."""
    saved = ask(settings)
    article(settings).write_text(text)
    sync([article(settings).parent], settings=settings)

    [found] = wrong(saved, settings)

    assert told in str(found)


def test_an_article_that_is_no_longer_indexed_is_told(settings: Settings) -> None:
    """There is nothing to hold the quote against."""
    saved = ask(settings)
    article(settings).unlink()
    sync([article(settings).parent], settings=settings)

    assert wrong(saved, settings) == ["is not in the index any more"]


@pytest.mark.parametrize(
    ("key", "value"), [("start", 1), ("end", 20), ("quote", "The dam held."), ("path", "c.txt")]
)
def test_a_citation_that_was_tampered_with_is_found(
    settings: Settings, key: str, value: object
) -> None:
    """Any of what makes it exact."""
    answer = ask(settings)
    answer["claims"][0]["citations"][0][key] = value

    assert any(wrong(answer, settings))


def test_a_claim_that_was_tampered_with_is_found(settings: Settings) -> None:
    """It says what none of its quotes says."""
    answer = ask(settings)
    answer["claims"][0]["text"] = DAM.replace("Monday", "Friday")

    [citation, claim] = wrong(answer, settings)

    assert citation is None
    assert "friday" in str(claim)


def test_the_command_ends_with_its_verdict(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 where all holds, 1 where something does not; several answers at once, and JSON."""
    monkeypatch.setenv("RAG_INDEX", str(settings.index))
    answer = ask(settings)
    one, many = tmp_path / "answer.json", tmp_path / "answers.jsonl"
    one.write_text(json.dumps(answer))
    many.write_text(f"{json.dumps(answer)}\n{json.dumps(ask(settings, 'Who is Macron?'))}\n")

    holds, both = rag("verify", one), rag("verify", many)
    article(settings).write_text(HERON)
    changed = rag("verify", one)
    told = json.loads(rag("verify", one, "--json").stdout)

    assert (holds.returncode, both.returncode, changed.returncode) == (0, 0, 1)
    assert "[1] a.txt:1: correct" in holds.stdout
    assert "no citations" in both.stdout
    assert "changed since it was indexed" in changed.stdout
    assert told[0][0]["file"] == "changed"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "no json", '{"schema": "rag.answer/1"}'])
def test_what_is_no_answer_is_refused(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    """With the command that saves one."""
    monkeypatch.setenv("RAG_INDEX", str(settings.index))
    (tmp_path / "answer.json").write_text(content)

    check_error(rag("verify", tmp_path / "answer.json"), 2)
    check_error(rag("verify", tmp_path / "absent.json"), 2, "absent.json")
