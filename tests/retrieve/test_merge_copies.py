"""rag.retrieve.merge_copies: copies of an article fill no ranking, and an answer names them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from wire import REPORT, printed, wire_folder

from rag.answer.assistant import Assistant
from rag.answer.recheck import recheck
from rag.config import Mode, Settings
from rag.language.sameness import same_words
from rag.render.as_json import answer_dict
from rag.sync.update import sync

QUESTION = "When will the ferry to the island stop running?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Settings:
    """An index of twelve printings of a report and one other article."""
    place = tmp_path_factory.mktemp("once")
    settings = Settings(index=place / "index", cache=cache, llm="none", threads=1)
    sync([wire_folder(place / "wire")], settings=settings)
    return settings


@pytest.mark.parametrize("mode", Mode)
def test_twelve_copies_are_one_piece_of_evidence(settings: Settings, mode: Mode) -> None:
    """A search has every sentence once, under the earliest, and the other article too."""
    own = Settings(index=settings.index, cache=settings.cache, threads=1, mode=mode)
    with Assistant.open(settings=own) as assistant:
        found = assistant.search("the ferry to the island")

    assert {one.source.path for one in found} == {"w00.txt", "zz-own.txt"}
    assert len({same_words(one.text) for one in found}) == len(found)
    for one in found:
        copies = [f"w{n:02}.txt" for n in range(1, 12)] if one.source.path == "w00.txt" else []
        assert [copy.source.path for copy in one.copies] == copies


def test_an_answer_cites_one_and_names_the_others(settings: Settings) -> None:
    """With the place of the same words in each, which holds when it is looked up."""
    with Assistant.open(settings=settings) as assistant:
        answer = assistant.ask(QUESTION)
        checked = recheck(answer_dict(answer), assistant.store)
        texts = {f"w{n:02}.txt": assistant.store.article_text(f"w{n:02}.txt") for n in range(12)}

    [citation] = answer.claims[0].citations
    assert citation.source.path == "w00.txt"
    assert [copy.source.path for copy in citation.copies] == list(texts)[1:]
    for copy in citation.copies:
        assert str(texts[copy.source.path])[copy.start : copy.end] == copy.quote
        assert copy.quote.endswith(REPORT[0])
    assert len(checked) >= 12
    assert all(one.wrong is None for one in checked)


def test_the_other_article_is_still_heard(settings: Settings) -> None:
    """Although twelve others are nearer by their words."""
    with Assistant.open(settings=settings) as assistant:
        answer = assistant.ask("What did Finch say about the ferry?")

    assert [one.source.path for one in answer.citations] == ["zz-own.txt"]


def test_copies_that_fill_the_search_do_not_hide_what_comes_after(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where most of what a search found only repeats, it goes on further down."""
    monkeypatch.setattr("rag.retrieve.search.POOL", 4)
    with Assistant.open(settings=settings) as assistant:
        found = assistant.search("the ferry to the island")

    assert {one.source.path for one in found} == {"w00.txt", "zz-own.txt"}


def test_a_copy_with_other_words_is_not_cited_for_them(tmp_path: Path, cache: Path) -> None:
    """It is evidence by itself, and takes no place from another article."""
    root = wire_folder(tmp_path / "wire", copies=3)
    edited = tuple(text.replace("will stop", "is to stop") for text in REPORT)
    for n in range(3, 12):
        own = tuple(f"{text[:-1]}, as {'abcdefghi'[n - 3]} reported." for text in edited[:1])
        (root / f"w{n:02}.txt").write_text(printed(day=n + 2, report=(*own, *edited[1:])))
    settings = Settings(index=tmp_path / "index", cache=cache, llm="none", passages=2, threads=1)
    sync([root], settings=settings)

    with Assistant.open(settings=settings) as assistant:
        found = assistant.search(QUESTION)

    about = [one for one in found if "ferry to the island" in one.text]
    [original] = [one for one in about if "will stop" in one.text]
    other = [one for one in about if "is to stop" in one.text]
    assert [copy.source.path for copy in original.copies] == ["w01.txt", "w02.txt"]
    assert other
    assert all(one.copies == () for one in other)
    assert "zz-own.txt" in {one.source.path for one in about}


def test_a_report_is_of_every_day_that_it_was_printed_on(settings: Settings) -> None:
    """A question about a day finds the words of an article that a copy of that day has."""
    with Assistant.open(settings=settings) as assistant:
        found = assistant.search("What did Lark say on July 9, 2018?")

    assert any(one.source.path == "w00.txt" and one.copies for one in found)
