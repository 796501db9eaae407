"""rag.answer.async_assistant: many callers, one model; nobody waits for what nobody reads."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from scripted import endpoint

from rag import Assistant, AsyncAssistant, Settings
from rag.domain import Answer
from rag.errors import Busy, Closed, IndexMissing, QuestionError, Stopped

QUESTION = "How many people marched for the Saltmarsh Bridge?"


@pytest.fixture
def settings(seeds_index: Path, cache: Path) -> Settings:
    """The seeds, answered with quotations."""
    return Settings(index=seeds_index, cache=cache, llm="none", threads=1)


def without_times(answer: Answer) -> Any:
    """All of an answer that is the same each time."""
    return answer.text, answer.citations, answer.short_answer, answer.reason


def test_it_answers_as_an_assistant_does(settings: Settings) -> None:
    """Questions at once, and searches beside them."""
    with Assistant.open(settings=settings) as one:
        expected, found = without_times(one.ask(QUESTION)), one.search(QUESTION)

    async def ask() -> None:
        async with AsyncAssistant(settings=settings) as assistant:
            *answers, searched = await asyncio.gather(
                *(assistant.ask(QUESTION) for _ in range(4)), assistant.search(QUESTION)
            )
        assert [without_times(answer) for answer in answers] == [expected] * 4
        assert searched == found

    asyncio.run(ask())


def test_errors_come_out_where_it_was_asked(settings: Settings, tmp_path: Path) -> None:
    """And the next question is answered."""

    async def ask() -> None:
        async with AsyncAssistant(settings=settings) as assistant:
            with pytest.raises(QuestionError):
                await assistant.ask(" ")
            with pytest.raises(QuestionError):
                await assistant.search(" ")
            assert (await assistant.ask(QUESTION)).claims
        with pytest.raises(IndexMissing):
            await AsyncAssistant(tmp_path / "none", settings=settings).start()

    asyncio.run(ask())


def test_a_full_line_is_refused_at_once(settings: Settings) -> None:
    """What waits is answered; who stopped waiting makes room."""
    go = threading.Event()

    def slow(asked: str) -> str:
        go.wait(20)
        return "[1] Some 350 people marched."

    async def ask(llm: str) -> None:
        slowly = Settings(index=settings.index, cache=settings.cache, llm=llm, threads=1)
        async with AsyncAssistant(settings=slowly, waiting=1) as assistant:
            first, second = (asyncio.ensure_future(assistant.ask(QUESTION)) for _ in range(2))
            await asyncio.sleep(0.5)
            with pytest.raises(Busy):
                assistant.stream(QUESTION)
            second.cancel()
            await asyncio.sleep(0)
            third = asyncio.ensure_future(assistant.ask(QUESTION))
            assert (await assistant.search(QUESTION))[0].text  # beside the model
            go.set()
            assert (await first).claims and (await third).claims

    with endpoint(slow) as (llm, _):
        asyncio.run(ask(llm))


def test_who_has_an_answer_may_ask_again_at_once(settings: Settings) -> None:
    """Also where nobody may wait."""

    async def ask() -> None:
        async with AsyncAssistant(settings=settings, waiting=0) as assistant:
            for _ in range(30):
                assert (await assistant.ask(QUESTION)).claims

    asyncio.run(ask())


def test_an_answer_that_takes_too_long_is_given_up(settings: Settings) -> None:
    """So is a question that waited for too long."""

    async def ask(llm: str) -> None:
        slowly = Settings(index=settings.index, cache=settings.cache, llm=llm, threads=1)
        async with AsyncAssistant(settings=slowly, seconds=1.0) as assistant:
            began = time.monotonic()
            found = await asyncio.gather(
                assistant.ask(QUESTION), assistant.ask(QUESTION), return_exceptions=True
            )
            assert [str(one) for one in found] == ["no answer within 1 s"] * 2
            assert [type(one) for one in found] == [Stopped] * 2
            assert time.monotonic() - began < 10

    with endpoint(lambda asked: time.sleep(20) or "") as (llm, _):  # type: ignore[func-returns-value]
        asyncio.run(ask(llm))


@pytest.mark.parametrize("after", ["Prompt", "Claim"])
def test_a_local_model_is_free_within_a_moment(seeds_index: Path, cache: Path, after: str) -> None:
    """Stopped while it reads the question, and while it writes."""

    async def ask() -> tuple[float, float]:
        local = Settings(index=seeds_index, cache=cache, llm="bundled", threads=1)
        async with AsyncAssistant(settings=local, waiting=0) as assistant:
            events = assistant.stream(QUESTION)
            async for event in events:
                if type(event).__name__ == after:
                    break
            await asyncio.sleep(0.05)
            assert assistant.waiting == 1
            events.stop()
            began, computed = time.monotonic(), time.process_time()
            while assistant.waiting:
                await asyncio.sleep(0.01)
            return time.monotonic() - began, time.process_time() - computed

    waited, computed = asyncio.run(ask())
    assert computed < 0.15  # not stopped, it computes for 0.25 s after the claim
    assert waited < 5  # where others use the processor as well


def test_closing_ends_what_is_under_way(settings: Settings) -> None:
    """Who waits is told; nobody is let in any more."""

    async def ask(llm: str) -> None:
        slowly = Settings(index=settings.index, cache=settings.cache, llm=llm, threads=1)
        assistant = AsyncAssistant(settings=slowly)
        await assistant.start()
        waiting = [asyncio.ensure_future(assistant.ask(QUESTION)) for _ in range(3)]
        await asyncio.sleep(0.5)
        began = time.monotonic()
        await assistant.close()

        assert time.monotonic() - began < 10
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(one) for one in found] == [Closed] * 3
        assert not assistant.is_alive
        with pytest.raises(Closed):
            assistant.stream(QUESTION)

    with endpoint(lambda asked: time.sleep(20) or "") as (llm, _):  # type: ignore[func-returns-value]
        asyncio.run(ask(llm))
