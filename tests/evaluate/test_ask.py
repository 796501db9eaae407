"""rag.evaluate.ask: questions in processes of their own; one that hangs or dies harms no other."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from time import sleep

import pytest
from scripted import endpoint

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.errors import IndexMissing, ModelError
from rag.evaluate.ask import RANKED, Asked, ask_all
from rag.evaluate.batch import Item
from rag.evaluate.read_answers import FAILURE_SCHEMA
from rag.render.as_json import answer_dict

ITEMS = [
    Item(id="a", question="What did Peskov say about Crimea?"),
    Item(id="b", question="What did Macron say about Crimea?"),
    Item(id="c", question="When was Notre-Dame reopened?"),
]
SLOW = "What did Lavrov praise?"  # the endpoint below does not answer it


@pytest.fixture
def settings(seeds_index: Path, cache: Path) -> Settings:
    """The seeds, answered by quoting."""
    return Settings(index=seeds_index, cache=cache, llm="none", threads=1)


def ask(items: list[Item], settings: Settings, **options: float) -> dict[str, Asked]:
    """What came back, by question."""
    found = ask_all(
        items,
        settings=settings,
        workers=int(options.get("workers", 1)),
        timeout=options.get("timeout", 60.0),
    )
    return {asked.record["id"]: asked for asked in found}


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_are_those_of_asking_here(settings: Settings, workers: int) -> None:
    """Whatever the number of processes, equal to one assistant's but for the timings."""
    found = ask(ITEMS, settings, workers=workers)

    with Assistant.open(settings=settings) as assistant:
        for item in ITEMS:
            record = dict(found[item.id].record)
            alone = {"id": item.id, **answer_dict(assistant.ask(item.question))}
            record.pop("timings_ms")
            alone.pop("timings_ms")
            assert record == alone
            best = assistant.search(item.question)[0]
            ranking = found[item.id].ranking
            assert ranking is not None
            assert ranking.evidence[0] == (best.source.path, best.start, best.end)
            assert len(ranking.evidence) <= RANKED
            assert len(set(ranking.passages)) == len(ranking.passages)


def reply(asked: str) -> str:
    """One line at once, and nothing for a long while to one question."""
    if SLOW in asked:
        sleep(20)
    return "[1] Somebody said something.\n"


def test_a_question_that_takes_too_long_is_ended(seeds_index: Path, cache: Path) -> None:
    """It counts as failed after the time that it had; the others are answered."""
    items = [Item(id="slow", question=SLOW), *ITEMS]
    with endpoint(reply) as (address, _):
        settings = Settings(index=seeds_index, cache=cache, llm=address, threads=1)
        found = ask(items, settings, timeout=6.0)

    slow = found["slow"].record
    assert slow["schema"] == FAILURE_SCHEMA
    assert slow["error"] == "no answer within 6 seconds"
    assert slow["timings_ms"]["total"] == 6000.0
    assert [found[item.id].record["schema"] for item in ITEMS] == ["rag.answer/1"] * 3


def test_an_error_comes_back_whole(seeds_index: Path, cache: Path) -> None:
    """As the class it was, with its hint: it may stop the run with the right exit code."""
    settings = Settings(index=seeds_index, cache=cache, llm="http://127.0.0.1:9/v1", threads=1)

    [asked] = ask(ITEMS[:1], settings).values()

    assert isinstance(asked.stops, ModelError)
    assert asked.stops.hint == "start it, correct --llm, or use --llm none"
    assert asked.record["error"] == asked.stops.message
    assert asked.ranking is not None  # the search had been done


def test_an_index_that_is_not_there_is_an_error_too(tmp_path: Path, cache: Path) -> None:
    """Opening fails in the process, and says so here."""
    settings = Settings(index=tmp_path / "none", cache=cache, llm="none")

    [asked] = ask(ITEMS[:1], settings).values()

    assert isinstance(asked.stops, IndexMissing)


def test_leaving_early_ends_the_processes(settings: Settings) -> None:
    """Nobody goes on asking when nobody listens."""
    asking = ask_all(ITEMS, settings=settings, workers=1, timeout=60.0)
    next(asking)
    assert multiprocessing.active_children()

    asking.close()

    assert multiprocessing.active_children() == []
