"""Evaluate an index on a gold set. The one place where the steps of an evaluation meet.

Read the questions, open the index, ask, score each answer as it comes, sum up.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.answer.assistant import Assistant
from rag.checksum import sha256_of, write_atomically
from rag.config import Settings
from rag.errors import EvalError
from rag.evaluate.aggregate import by_kind, figures
from rag.evaluate.articles import Articles
from rag.evaluate.ask import ask_all
from rag.evaluate.beir import RetrievalSet, is_retrieval_set, read_retrieval_set
from rag.evaluate.check import Problem, check_gold, check_judgements
from rag.evaluate.compare import check_same_corpus
from rag.evaluate.corpus import corpus_index, open_index
from rag.evaluate.draft import draft_questions
from rag.evaluate.gold import GoldItem, GoldSet, read_gold
from rag.evaluate.provenance import (
    describe_code,
    describe_index,
    describe_machine,
    describe_models,
    describe_prompts,
    describe_settings,
)
from rag.evaluate.read_answers import FAILURE_SCHEMA, read_given
from rag.evaluate.results import QuestionResult, Report
from rag.evaluate.run_folder import Done, Records, RunFolder
from rag.evaluate.run_state import Scored, Scoring
from rag.evaluate.score import Measured
from rag.evaluate.score_retrieval import rank_documents, score_query, trec_lines
from rag.jsonl import parse_object, read_lines
from rag.models.checker import open_later
from rag.models.files import NO_LLM
from rag.store import LocalStore
from rag.sync.report import Progress

TREC = "ranking.trec"
NOTES = 20  # of a gold set kept in a report
SHOWN = 5  # problems of a gold set named in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to evaluate, and how."""

    gold: Path  # a file of questions, or the folder of a retrieval set
    name: str = ""  # of the run, for people; that of the gold set when empty
    out: Path  # the folder of the run
    corpus: Path | None = None  # articles to index first; None for the index of the settings
    index: Path | None = None  # where the index of the corpus has to be; None for the cache
    answers: Path | None = None  # score these instead of asking
    limit: int | None = None  # questions drawn at random; None for all
    seed: int = 0
    resume: bool = False
    workers: int = 1
    timeout: float = 120.0  # seconds for one question, models loaded
    same_corpus_as: str | None = None  # fingerprint of the articles that have to be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told how far an evaluation is."""

    indexing: Callable[[Progress], None] = lambda state: None
    scored: Scored = lambda results, total: None
    asked: Callable[[int, int], None] = lambda done, total: None
    notify: Callable[[str], None] = lambda line: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A finished run, with what a person needs to look into it."""

    report: Report
    answers: Mapping[str, dict[str, Any]] = field(default_factory=dict)  # by question
    articles: Mapping[str, str] = field(default_factory=dict)  # texts of what was cited, by path


def evaluate(
    request: Request,
    *,
    settings: Settings,
    listener: Listener = Listener(),  # noqa: B008 - frozen
) -> Evaluated:
    """Run an evaluation; what was asked is in the folder of the run as soon as it is known.

    Raises:
        EvalError: The gold set, the folder or the answers cannot be used.
        IndexMissing: There is no index to ask.
        IndexStale: It is damaged or was built with another embedding model.
        ModelError: No question at all can be answered with the models that the settings name.
    """
    if is_retrieval_set(request.gold):
        return _evaluate_retrieval(request, settings, listener)
    gold = read_gold(request.gold)
    items = _drawn(gold.items, request)
    settings = with_index(request, settings, listener)
    if request.answers is not None:
        settings = replace(settings, llm=NO_LLM)  # whoever worded them, it was not this model
    with open_index(settings.index) as store:
        articles = Articles(store, open_later(settings))
        warnings = checked(gold, items, articles, store)
        given = _given_answers(request.answers, items) if request.answers else None
        about = _about(gold, len(items), request, settings, store)
        _check_corpus(request, about)
        scoring = Scoring(items, articles, listener.scored, measured=_measured(items, given))
        folder = RunFolder(request.out)
        with folder.begun(about, resume=request.resume) as records:
            if given is not None:
                scoring.take(given)
            else:
                _ask(records, scoring, request, settings)
            scoring.add_missing()
            folder.settle(scoring.in_order())
        results = scoring.results()
        return Evaluated(
            report=Report(
                name=request.name or gold.name,
                about=about,
                metrics=figures(results),
                kinds=by_kind(results),
                questions=results,
                warnings=(*warnings, *scoring.warnings(settings)),
            ),
            answers=scoring.records(),
            articles=_cited_articles(scoring.records(), articles),
        )


def check_against_index(
    gold: Path,
    *,
    settings: Settings,
    corpus: Path | None = None,
    index: Path | None = None,
    listener: Listener = Listener(),  # noqa: B008 - frozen
) -> list[Problem]:
    """What is wrong with a gold set, seen from the articles.

    Raises:
        EvalError: It cannot be read at all.
        IndexMissing: There is no index to hold it against.
    """
    if is_retrieval_set(gold):
        return check_judgements(read_retrieval_set(gold))
    read = read_gold(gold)
    request = Request(gold=gold, out=Path(), corpus=corpus, index=index)
    with open_index(with_index(request, settings, listener).index) as store:
        return check_gold(read, Articles(store), paths=store.paths())


def draft_from_index(
    *,
    n: int,
    seed: int,
    settings: Settings,
    corpus: Path | None = None,
    index: Path | None = None,
    listener: Listener = Listener(),  # noqa: B008 - frozen
) -> list[GoldItem]:
    """Propose questions from the articles, for a person to edit; see `rag.evaluate.draft`.

    Raises:
        IndexMissing: There is no index.
    """
    request = Request(gold=Path(), out=Path(), corpus=corpus, index=index)
    with open_index(with_index(request, settings, listener).index) as store:
        return draft_questions(store, n=n, seed=seed)


# --- what is asked --------------------------------------------------------------------------------


def _drawn(items: Sequence[Any], request: Request) -> list[Any]:
    """All questions, or as many as wanted, drawn by the seed, in the order of the file."""
    if request.limit is None or request.limit >= len(items):
        return list(items)
    places = random.Random(request.seed).sample(range(len(items)), request.limit)
    return [items[place] for place in sorted(places)]


def with_index(request: Request, settings: Settings, listener: Listener) -> Settings:
    """The settings with the index of the corpus, which is built first if it does not exist."""
    if request.corpus is None:
        return settings
    index = corpus_index(
        request.corpus,
        settings=settings,
        place=request.index,
        progress=listener.indexing,
        notify=listener.notify,
    )
    return replace(settings, index=index, store="")


def checked(
    gold: GoldSet, items: Sequence[GoldItem], articles: Articles, store: LocalStore
) -> list[str]:
    """Warnings about the gold set; unknown files are an error."""
    problems = check_gold(replace(gold, items=tuple(items)), articles, paths=store.paths())
    errors = [problem for problem in problems if problem.error]
    if errors:
        shown = "; ".join(f"line {e.line}: {e.what}" for e in errors[:SHOWN])
        more = f" (and {len(errors) - SHOWN} more)" if len(errors) > SHOWN else ""
        raise EvalError(
            f"{gold.path} does not match the index: {shown}{more}",
            hint="give the right articles with --corpus; to see all problems: rag eval check",
        )
    notes = [f"{gold.path.name}, line {problem.line}: {problem.what}" for problem in problems]
    left = len(notes) - NOTES
    return notes if left <= 0 else [*notes[:NOTES], f"and {left} more: rag eval check"]


def _about(
    gold: GoldSet | RetrievalSet,
    questions: int,
    request: Request,
    settings: Settings,
    store: LocalStore,
) -> dict[str, Any]:
    scored = request.answers
    return {
        **({"answers": {"name": _shown(scored), "sha256": sha256_of(scored)}} if scored else {}),
        "gold": {
            "name": _shown(gold.path),
            "sha256": gold.sha256,
            "questions": questions,
            "limit": request.limit,
            "seed": request.seed,
        },
        "index": describe_index(store),
        "models": describe_models(settings, store),
        "prompts": describe_prompts(settings),
        "settings": describe_settings(settings),
        "rag": describe_code(),
        "workers": request.workers,
        "timeout": request.timeout,
        "machine": describe_machine(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _shown(path: Path) -> str:
    """A file's name as text, also when its bytes are not valid text."""
    return os.fsencode(path.name).decode("utf-8", errors="backslashreplace")


# --- asking and scoring ---------------------------------------------------------------------------


def _ask(records: Records, scoring: Scoring, request: Request, settings: Settings) -> None:
    """Ask what was not asked yet, each answer on disk before it is scored."""
    scoring.take(records.done.values())
    left = scoring.missing()
    answered = len(scoring.items) - len(left)
    for asked in ask_all(left, settings=settings, workers=request.workers, timeout=request.timeout):
        if asked.stops is not None and not answered:
            raise asked.stops  # nothing was answered: every other question would fail too
        answered += asked.record["schema"] != FAILURE_SCHEMA
        done = Done(record=asked.record, ranking=asked.ranking)
        records.add(done)
        scoring.take([done])


def _measured(items: Sequence[GoldItem], given: Sequence[Done] | None) -> Measured:
    """What this run can measure; answers of other programs come without rankings or scores."""
    scored = given is None or any(done.record.get("answerability") is not None for done in given)
    short = given is None or any("short_answer" in done.record for done in given)
    return Measured(
        abstention=not all(item.answerable for item in items),
        rankings=given is None,
        answerability=scored,
        short_answers=short,
    )


def _check_corpus(request: Request, about: Mapping[str, Any]) -> None:
    """Before anything is asked: a baseline of other articles could not be compared with."""
    if request.same_corpus_as is not None:
        check_same_corpus(request.same_corpus_as, about["index"]["corpus"])


def _given_answers(path: Path, items: Sequence[GoldItem]) -> list[Done]:
    """Answers that another run, or another program, has written."""
    wanted = {item.id for item in items}
    found: dict[str, Done] = {}
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        record = parse_object(line, place=place, needs='{"id": "1", … an answer as JSON}')
        given = read_given(record, place=place)
        if given.id in found:
            raise EvalError(
                f"{place} has a second answer to {given.id!r}", hint="remove one of the two"
            )
        if given.id in wanted:
            found[given.id] = Done(record=record, ranking=None)
    return list(found.values())


def _cited_articles(records: Mapping[str, Mapping[str, Any]], articles: Articles) -> dict[str, str]:
    paths = {
        citation["path"]
        for record in records.values()
        for claim in record.get("claims", [])
        for citation in claim["citations"]
    }
    known = {path: articles[path] for path in sorted(paths)}
    return {path: article.text for path, article in known.items() if article}


# --- retrieval sets -------------------------------------------------------------------------------


def _evaluate_retrieval(request: Request, settings: Settings, listener: Listener) -> Evaluated:
    """Rank the documents of a retrieval set for each of its queries."""
    if request.answers is not None:
        raise EvalError(
            f"{request.gold} is a retrieval set, so it has no answers", hint="remove --answers"
        )
    judged = read_retrieval_set(request.gold)
    queries = _drawn(judged.queries, request)
    request = replace(request, corpus=request.corpus or request.gold)
    settings = replace(with_index(request, settings, listener), llm=NO_LLM)
    folder = RunFolder(request.out)
    results: list[QuestionResult] = []
    lines: list[str] = []
    with Assistant.open(settings=settings) as assistant:
        about = _about(judged, len(queries), request, settings, assistant.store)
        _check_corpus(request, about)
        with folder.begun(about, resume=request.resume):
            for query in queries:
                ranked, milliseconds = rank_documents(query, assistant)
                results.append(score_query(query, ranked, milliseconds))
                lines += trec_lines(query, ranked)
                listener.scored(results, len(queries))
            write_atomically(folder.path / TREC, "".join(lines))
    return Evaluated(
        report=Report(
            name=request.name or judged.name,
            about=about,
            metrics=figures(results),
            kinds={},
            questions=tuple(results),
        )
    )
