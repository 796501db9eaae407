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
from rag.errors import ConfigError, EvalError
from rag.evaluate.given import FAILURE_SCHEMA, SCHEMAS
from rag.evaluate.score import Ranking
from rag.jsonl import RecordFile
from rag.render.as_json import dumps

ANSWERS, RETRIEVAL, RUN, REPORT = "answers.jsonl", "retrieval.jsonl", "run.json", "report.json"
RETRIEVAL_SCHEMA = "rag.retrieval/1"
RUN_SCHEMA = "rag.run/1"
ELSEWHERE = "name another folder with --out"
# What may differ between a run and its continuation.
_FREE = ("started", "machine", "workers", "timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A question that was asked: its answer or failure, and what was retrieved."""

    record: dict[str, Any]
    ranking: Ranking | None


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, about: Mapping[str, Any], *, resume: bool) -> None:
        """Make the folder, or see that it is one that can be gone on with.

        Args:
            about: What is going to be run.
            resume: Whether a run that is there is gone on with.

        Raises:
            EvalError: It holds another run, or something else, or cannot be written.
        """
        there = self._about()
        if there is None and self.path.exists() and not self.path.is_dir():
            raise EvalError(f"{self.path} is no folder", hint=ELSEWHERE)
        if there is None and self.path.is_dir() and any(self.path.iterdir()):
            raise EvalError(f"{self.path} exists and holds no run", hint=ELSEWHERE)
        if there is not None and not self._holds_anything():
            there = None  # it ended before the first answer: there is nothing to go on with or lose
        if there is not None and not resume:
            raise EvalError(
                f"{self.path} holds a run already", hint=f"go on with it: --resume; or {ELSEWHERE}"
            )
        if there is not None:
            changed = _changed(there, about)
            if changed:
                raise EvalError(
                    f"the run in {self.path} was begun with another {', '.join(changed)}",
                    hint=f"go on as it was begun, or {ELSEWHERE}",
                )
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path / RUN, dumps({"schema": RUN_SCHEMA, **about}))
        except (FileExistsError, NotADirectoryError, PermissionError) as error:
            raise EvalError(
                f"{self.path} cannot be written: {error.strerror}", hint=ELSEWHERE
            ) from error

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
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EvalError(f"{path} is damaged: {error}", hint=ELSEWHERE) from error
        raise EvalError(f"{path} is of another version of rag", hint=ELSEWHERE)

    @contextmanager
    def records(self) -> Iterator[Records]:
        """Open what was asked so far, to add to it; for one process alone."""
        with ExitStack() as stack:
            try:
                answers = stack.enter_context(self._file(ANSWERS, "answers", SCHEMAS))
                rankings = stack.enter_context(
                    self._file(RETRIEVAL, "rankings", frozenset({RETRIEVAL_SCHEMA}))
                )
            except ConfigError as error:
                raise EvalError(error.message, hint=error.hint) from error
            yield Records(answers, rankings)

    def _file(self, name: str, holds: str, schemas: frozenset[str]) -> RecordFile:
        return RecordFile(self.path / name, holds=holds, instead=ELSEWHERE, schemas=schemas)

    def settle(self, done: Sequence[Done]) -> None:
        """Write all records anew in this order, each once.

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


def _changed(there: Mapping[str, Any], about: Mapping[str, Any]) -> list[str]:
    plain = json.loads(json.dumps(about))
    return [key for key in plain if key not in _FREE and there.get(key) != plain[key]]


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
    evidence, passages = (
        tuple((str(path), int(start), int(end)) for path, start, end in record[key])
        for key in ("evidence", "passages")
    )
    return Ranking(evidence=evidence, passages=passages)
