"""A run on disk: one folder that holds everything about it.

``run.json`` says what was run, ``answers.jsonl`` and ``retrieval.jsonl`` what came back; both are
written question by question, so that a run that is killed can go on. The reports come last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.checksum import write_atomically
from rag.error_words import reason
from rag.errors import ConfigError, EvalError
from rag.evaluate.read_answers import FAILURE_SCHEMA, SCHEMAS
from rag.evaluate.score import Ranking
from rag.jsonl import RecordFile
from rag.render.as_json import dumps

ANSWERS, RETRIEVAL, RUN, REPORT = "answers.jsonl", "retrieval.jsonl", "run.json", "report.json"
RETRIEVAL_SCHEMA = "rag.retrieval/1"
RUN_SCHEMA = "rag.run/1"
ELSEWHERE = "name another folder with --out"
# What may differ between a run and its continuation.
_FREE = frozenset({"schema", "started", "machine", "workers", "timeout"})
SHOWN = 3  # differences named in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A question that was asked: its answer or failure, and what was retrieved."""

    record: dict[str, Any]
    ranking: Ranking | None


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def begun(self, about: Mapping[str, Any], *, resume: bool) -> Iterator[Records]:
        """Make the folder, or see that it holds a run that can be gone on with.

        Args:
            about: What is going to be run.
            resume: Whether a run that is there is gone on with.

        Yields:
            What was asked so far, to add to it. No other process can write to the run meanwhile.

        Raises:
            EvalError: It holds another run, or something else, or cannot be written.
        """
        self._make()
        with ExitStack() as stack:
            try:
                answers = stack.enter_context(self._file(ANSWERS, "answers", SCHEMAS))
                rankings = stack.enter_context(
                    self._file(RETRIEVAL, "rankings", frozenset({RETRIEVAL_SCHEMA}))
                )
            except ConfigError as error:
                raise EvalError(error.message, hint=error.hint) from error
            there = self._about()
            # A run that ended before its first answer leaves nothing to go on with or to lose.
            if there is not None and self._holds_anything():
                self._check_same(there, about, resume=resume)
            else:
                write_atomically(self.path / RUN, dumps({"schema": RUN_SCHEMA, **about}))
            yield Records(answers, rankings)

    def _make(self) -> None:
        try:
            if self.path.exists() and not self.path.is_dir():
                raise EvalError(f"{self.path} is not a folder", hint=ELSEWHERE)
            strangers = self.path.is_dir() and not (self.path / RUN).is_file()
            if strangers and any(self.path.iterdir()):
                raise EvalError(f"{self.path} exists but is not a run", hint=ELSEWHERE)
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvalError(
                f"{self.path} cannot be written: {error.strerror}", hint=ELSEWHERE
            ) from error

    def _check_same(
        self, there: Mapping[str, Any], about: Mapping[str, Any], *, resume: bool
    ) -> None:
        if not resume:
            raise EvalError(
                f"{self.path} already contains a run",
                hint=f"continue it with --resume, or {ELSEWHERE}",
            )
        changed = differences(there, about)
        if changed:
            raise EvalError(
                f"the run in {self.path} was started differently: {'; '.join(changed[:SHOWN])}",
                hint=f"continue as it was started, or {ELSEWHERE}",
            )

    def _holds_anything(self) -> bool:
        places = (self.path / name for name in (ANSWERS, RETRIEVAL, REPORT))
        return any(place.is_file() and place.stat().st_size for place in places)

    def _about(self) -> dict[str, Any] | None:
        """What was run here; None when there is no run."""
        path = self.path / RUN
        try:
            if not path.is_file():
                return None
            about = json.loads(path.read_text(encoding="utf-8"))
            if about["schema"] == RUN_SCHEMA:
                return dict(about)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise EvalError(f"{path} is damaged: {reason(error)}", hint=ELSEWHERE) from error
        raise EvalError(f"{path} was made by another version of rag", hint=ELSEWHERE)

    def _file(self, name: str, holds: str, schemas: frozenset[str]) -> RecordFile:
        return RecordFile(self.path / name, holds=holds, instead=ELSEWHERE, schemas=schemas)

    def settle(self, done: Sequence[Done]) -> None:
        """Write all records again in this order, each once.

        Questions come back in any order and failures are asked again; the finished run does not
        show it.
        """
        lines = [dumps(entry.record, indent=None) for entry in done]
        _replace(self.path / ANSWERS, lines)
        ranked = [(entry.record["id"], entry.ranking) for entry in done if entry.ranking]
        _replace(self.path / RETRIEVAL, [_ranking_line(id, ranking) for id, ranking in ranked])


class Records:
    """What was asked so far, by id; failures are left out, so that they are asked again."""

    def __init__(self, answers: RecordFile, rankings: RecordFile) -> None:
        self._answers, self._rankings = answers, rankings
        known = {record["id"]: _ranking(record) for record in rankings.records}
        self.done = {
            record["id"]: Done(record=record, ranking=known.get(record["id"]))
            for record in answers.records
            if record["schema"] != FAILURE_SCHEMA
        }

    def add(self, done: Done) -> None:
        """Bring one question to the disk; its ranking first, so that no answer lacks one."""
        id = done.record["id"]
        if done.ranking is not None:
            self._rankings.append(_ranking_line(id, done.ranking))
        self._answers.append(dumps(done.record, indent=None))
        self.done[id] = done


def differences(there: Mapping[str, Any], about: Mapping[str, Any]) -> list[str]:
    """What differs between two descriptions of runs: ``settings.mode: "hybrid", now "dense"``."""
    old, new = (
        {key: value for key, value in _leaves(each) if key.split(".")[0] not in _FREE}
        for each in (there, json.loads(json.dumps(about)))
    )
    return [
        f"{key}: {json.dumps(old.get(key))}, now {json.dumps(new.get(key))}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def _replace(path: Path, lines: Sequence[str]) -> None:
    content = "".join(f"{line}\n" for line in lines)
    if path.read_text(encoding="utf-8") != content:
        write_atomically(path, content)


def _ranking_line(id: str, ranking: Ranking) -> str:
    record = {
        "id": id,
        "schema": RETRIEVAL_SCHEMA,
        "evidence": ranking.evidence,
        "passages": ranking.passages,
    }
    return dumps(record, indent=None)


def _ranking(record: Mapping[str, Any]) -> Ranking:
    try:
        evidence, passages = (
            tuple((str(path), int(start), int(end)) for path, start, end in record[key])
            for key in ("evidence", "passages")
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise EvalError(
            f"the ranking of {record['id']!r} in {RETRIEVAL} is damaged: {reason(error)}",
            hint=ELSEWHERE,
        ) from error
    return Ranking(evidence=evidence, passages=passages)
