"""Many questions -> answers, in processes of their own.

A process that takes too long for a question, or dies over it, is replaced, and the question counts
as failed; the others go on. Whatever comes back is handed on at once, in the order of completion.
"""

from __future__ import annotations

import dataclasses
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures import as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Answer, Retrieved
from rag.errors import RagError
from rag.evaluate.batch import Item
from rag.evaluate.read_answers import FAILURE_SCHEMA
from rag.evaluate.score import Ranking
from rag.render.as_json import answer_dict

if TYPE_CHECKING:
    from concurrent.futures import Future

One = TypeVar("One")
RANKED = 20  # sentences and passages kept of a ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came back for one question.

    Attributes:
        record: The answer JSON with the question's ``id``, or a failure.
        ranking: What was retrieved; None when it failed before that.
        stops: An error that would befall every other question too.
    """

    record: dict[str, Any]
    ranking: Ranking | None = None
    stops: RagError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Returned:
    """What a process gives back: an answer, or an error."""

    answer: dict[str, Any] | None = None
    error: RagError | None = None
    ranking: Ranking | None = None


def ask_all(
    items: Sequence[Item], *, settings: Settings, workers: int, timeout: float
) -> Iterator[Asked]:
    """Ask every question.

    Args:
        items: The questions.
        settings: What each process opens its assistant with.
        workers: How many processes.
        timeout: Seconds that one question may take, models loaded. A question that fails counts as
            having taken all of them: failing must not make anything faster.

    Yields:
        One for each question, as they are done.
    """
    import multiprocessing

    from pebble import ProcessPool

    # Not forked: threads of the libraries that this process has loaded would be copied half.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(
        max_workers=workers, initializer=_begin, initargs=(settings,), context=context
    )
    try:
        waiting: dict[Future[_Returned], Item] = {
            pool.schedule(_ask, args=(item, settings), timeout=timeout): item for item in items
        }
        for done in as_completed(waiting):
            yield _asked(waiting.pop(done), done, timeout=timeout)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _asked(item: Item, done: Future[_Returned], *, timeout: float) -> Asked:
    from pebble import ProcessExpired

    try:
        returned = done.result()
    except OutOfTime:
        return _failed(item, f"no answer within {timeout:g} seconds", timeout)
    except ProcessExpired as error:
        why = f"the process that answered died (exit code {error.exitcode})"
        return _failed(item, why, timeout)
    if returned.answer is not None:
        return Asked(record={"id": item.id, **returned.answer}, ranking=returned.ranking)
    failed = _failed(item, str(returned.error), timeout)
    return Asked(record=failed.record, ranking=returned.ranking, stops=returned.error)


def _failed(item: Item, why: str, seconds: float) -> Asked:
    return Asked(
        record={
            "id": item.id,
            "schema": FAILURE_SCHEMA,
            "question": item.question,
            "error": why,
            "timings_ms": {"total": round(seconds * 1000, 1)},
        }
    )


# --- in a process of its own ----------------------------------------------------------------------


def _begin(settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for us
    with suppress(RagError):  # the first question meets it again, and can say so
        _assistant(settings)


@lru_cache(maxsize=1)
def _assistant(settings: Settings) -> Assistant:
    """The assistant of this process, with its models loaded: opened at its first question."""
    # What a model writes is measured, and how long it takes: nothing kept.
    assistant = Assistant.open(settings=dataclasses.replace(settings, llm_kept=0))
    assistant.warm_up()
    return assistant


def _ask(item: Item, settings: Settings) -> _Returned:
    ranking: Ranking | None = None
    found: list[Retrieved] = []
    try:
        assistant = _assistant(settings)
        for event in assistant.stream(item.question, item.filters):
            if isinstance(event, Retrieved):
                found.append(event)
                ranking = _places(found, assistant)
            elif isinstance(event, Answer):
                return _Returned(answer=answer_dict(event), ranking=ranking)
    except RagError as error:
        return _Returned(error=error, ranking=ranking)
    raise RuntimeError("the stream ended without an answer")  # cannot be: it always ends with one


def _places(found: Sequence[Retrieved], assistant: Assistant) -> Ranking:
    """What was retrieved; for several questions asked at once, the best of each in turn."""
    passages = _in_turn([[entry.id for entry in one.passages] for one in found])
    evidence = _in_turn(
        [[(entry.source.path, entry.start, entry.end) for entry in one.evidence] for one in found]
    )
    places = assistant.store.passage_places(passages[:RANKED])
    return Ranking(
        evidence=tuple(evidence[:RANKED]),
        passages=tuple((path, span.start, span.end) for path, span in places),
    )


def _in_turn(ranked: Sequence[Sequence[One]]) -> list[One]:
    """The first of each ranking, then the second of each; everything once."""
    mixed = (one for row in zip_longest(*ranked) for one in row if one is not None)
    return list(dict.fromkeys(mixed))
