"""One set of an evaluation from beginning to end: asked, compared, gated, reported, printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.command import load, note
from rag.errors import EvalError, IndexStale, ModelError
from rag.terminal.screen import say, say_json, show_text

if TYPE_CHECKING:
    from rag.cli.eval_options import RunOptions
    from rag.config import Settings
    from rag.evaluate.compare import Comparison, Condition
    from rag.evaluate.results import Report
    from rag.evaluate.run import Evaluated, Listener, Request
    from rag.evaluate.suite import SuiteSet
    from rag.terminal.progress import EvalBar


WARNINGS = 3  # notes on a run that are printed; the report has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What all sets of one command share."""

    flags: dict[str, Any]  # settings given on the command line
    common: Request  # but for the set and its folder
    conditions: list[Condition]
    baselines: dict[str, Report]  # by set
    allow_different_corpus: bool
    judge: str | None
    as_json: bool
    reports: dict[str, Report] = field(default_factory=dict)  # what was run, by set

    def run(self, entry: SuiteSet) -> bool:
        """Evaluate a set, write its reports and print them; False when the gate fails."""
        from rag.evaluate.compare import check_gate, compare
        from rag.evaluate.report.comparison import verdict_lines
        from rag.evaluate.report.files import write_reports
        from rag.evaluate.results import Outcome

        baseline = self.baselines.get(entry.name)
        evaluated = self._evaluate(entry, baseline)
        report = evaluated.report
        comparison = (
            compare(baseline, report, allow_different_corpus=self.allow_different_corpus)
            if baseline
            else None
        )
        verdicts = check_gate(self.conditions, report, baseline=baseline, comparison=comparison)
        report = replace(report, gate=tuple(verdict.result for verdict in verdicts))
        evaluated = replace(evaluated, report=report)
        folder = self.common.out / entry.name
        write_reports(evaluated, folder, baseline=baseline, comparison=comparison)
        self.reports[entry.name] = report
        self._print(report, comparison, folder)
        for line in verdict_lines(verdicts):
            say(line, err=self.as_json)
        failed = report.outcomes(Outcome.FAILED)
        if failed:
            note(f"{len(failed)} of {len(report.questions)} questions failed: {failed[0].failure}")
        return not failed and not any(verdict.failed for verdict in verdicts)

    def gone(self) -> list[str]:
        """Why a gate fails although no set failed: a set that was not measured has not passed."""
        if not self.conditions:
            return []
        missing = sorted(self.baselines.keys() - self.reports.keys())
        lines = [f"FAILED  the set {name} is in the baseline but was not run" for name in missing]
        return lines if self.reports else [*lines, "FAILED  no set was run"]

    def _evaluate(self, entry: SuiteSet, baseline: Report | None) -> Evaluated:
        from rag.evaluate.run import evaluate

        given = {key: value for key, value in self.flags.items() if value is not None}
        settings = load(**{**entry.settings, **given})
        folder = self.common.out / entry.name
        strict = baseline is not None and not self.allow_different_corpus
        request = replace(
            self.common,
            gold=entry.gold,
            name=entry.name,
            out=folder,
            corpus=entry.corpus,
            limit=entry.limit,
            seed=entry.seed,
            same_corpus_as=baseline.about["index"]["corpus"] if baseline and strict else None,
        )
        try:
            with eval_bar(entry.name or entry.gold.name) as bar:
                evaluated = evaluate(request, settings=settings, listener=listener_of(bar))
        except (KeyboardInterrupt, OSError, ModelError, IndexStale):
            answers = folder / "answers.jsonl"
            if answers.is_file() and answers.stat().st_size:
                whole = self.common.out  # of a suite, the folder of all its sets
                note(f"The answers so far are saved. To continue, add: --resume --out {whole}")
            raise
        return self._judged(evaluated, entry, settings) if self.judge else evaluated

    def _judged(self, evaluated: Evaluated, entry: SuiteSet, settings: Settings) -> Evaluated:
        """With a judge's opinion; one that does not answer costs the opinion, not the run."""
        from rag.evaluate.gold import read_gold
        from rag.evaluate.judge import judge

        items = {item.id: item for item in read_gold(entry.gold).items}
        report = evaluated.report
        try:
            opinion = judge(items, evaluated.answers, url=self.judge or "", settings=settings)
            return replace(evaluated, report=replace(report, judge=opinion))
        except ModelError as error:
            warning = f"the judge gave no opinion: {error.message}"
            see = "see --judge, `judge_model` and RAG_JUDGE_API_KEY"
            warnings = (f"{warning} ({see})", *report.warnings)  # the first of them are printed
            return replace(evaluated, report=replace(report, warnings=warnings))

    def _print(self, report: Report, comparison: Comparison | None, folder: Path) -> None:
        for warning in report.warnings[:WARNINGS]:
            note(f"note: {warning}")
        if len(report.warnings) > WARNINGS:
            note(f"and {len(report.warnings) - WARNINGS} more notes in the report")
        if self.as_json:
            return
        from rag.evaluate.report.comparison import comparison_lines
        from rag.evaluate.report.terminal import report_text
        from rag.evaluate.report.words import judge_line

        show_text(report_text(report))
        if report.judge is not None:
            say(judge_line(report.judge))
        if comparison is not None:
            for line in comparison_lines(comparison):
                say(line)
        say(f"Report: {folder / 'report.html'}")

    def print_all(self) -> None:
        """At the end: all reports as JSON if asked to, else a line for each of several sets."""
        if self.as_json:
            from rag.evaluate.report.as_json import report_dict

            shown = {name: report_dict(report) for name, report in self.reports.items()}
            say_json(shown[""] if list(shown) == [""] else shown)
        elif len(self.reports) > 1:
            from rag.evaluate.report.terminal import overview_lines

            for line in ["", *overview_lines(self.reports)]:
                say(line)


def job_of(options: RunOptions) -> tuple[list[SuiteSet], Job]:
    """The sets that were asked for, each looked at once, and what they share.

    Raises:
        EvalError: A set, a condition or the baseline cannot be used.
    """
    from rag.evaluate.compare import read_condition
    from rag.evaluate.run import Request
    from rag.evaluate.suite import SuiteSet, read_suite

    conditions = [
        read_condition(text, baseline=options.baseline is not None)
        for text in options.fail_on or []
    ]
    load(**options.flags)  # settings that cannot be used are said before anything is run
    gold = options.gold or Path()
    sets = (
        read_suite(options.suite)
        if options.suite
        else [
            SuiteSet(
                name="",
                gold=gold,
                corpus=options.corpus,
                limit=options.limit,
                seed=options.seed or 0,
            )
        ]
    )
    baselines = baselines_of(sets, options.baseline) if options.baseline else {}
    check_sets(sets, baselines, judge=options.judge)
    return sets, Job(
        flags=options.flags,
        common=Request(
            gold=Path(),
            out=options.out or _default_folder(options.suite or gold),
            index=options.index,
            answers=options.answers,
            resume=options.resume,
            workers=options.workers,
            timeout=options.timeout,
        ),
        conditions=conditions,
        baselines=baselines,
        allow_different_corpus=options.allow_different_corpus,
        judge=options.judge,
        as_json=options.as_json,
    )


def _default_folder(source: Path) -> Path:
    from datetime import datetime

    return Path("runs") / f"{source.stem or 'run'}-{datetime.now():%Y%m%d-%H%M%S}"


def is_there(entry: SuiteSet) -> bool:
    """Whether a set can be run; a missing optional set is skipped with a note."""
    if entry.optional and not entry.present:
        note(f"{entry.name} is left out: {entry.gold} does not exist")
        return False
    return True


def check_sets(sets: list[SuiteSet], baselines: Mapping[str, Report], *, judge: str | None) -> None:
    """Read every gold set once, so that a mistake in the last does not come after an hour.

    Raises:
        EvalError: A set cannot be read, has no question of its baseline, or cannot be judged.
    """
    for entry in sets:
        if entry.optional and not entry.present:
            continue
        asked = _question_ids(entry, judge=judge)
        baseline = baselines.get(entry.name)
        if baseline and asked.isdisjoint(result.id for result in baseline.questions):
            raise EvalError(
                f"the baseline has no question of {entry.gold}",
                hint="give a run of the same gold set",
            )


def _question_ids(entry: SuiteSet, *, judge: str | None) -> set[str]:
    from rag.evaluate.beir import is_retrieval_set, read_retrieval_set
    from rag.evaluate.gold import read_gold

    if not is_retrieval_set(entry.gold):
        return {item.id for item in read_gold(entry.gold).items}
    if judge:
        raise EvalError(
            f"{entry.gold} is a retrieval set, so it has no answers", hint="remove --judge"
        )
    return {query.id for query in read_retrieval_set(entry.gold).queries}


def baselines_of(sets: list[SuiteSet], folder: Path) -> dict[str, Report]:
    """The reports of a baseline by set; all that are there, and one for each set that will run."""
    from rag.evaluate.report.as_json import read_report

    wanted = {entry.name for entry in sets if entry.present or not entry.optional}
    names = wanted if wanted == {""} else wanted | set(sets_in(folder))
    return {name: read_report(folder / name) for name in sorted(names)}


def sets_in(folder: Path) -> list[str]:
    """Names of the sets that a run of a suite holds."""
    return sorted(path.parent.name for path in folder.glob("*/report.json"))


def eval_bar(name: str) -> EvalBar:
    """A progress bar for an evaluation."""
    from rag.terminal.progress import EvalBar

    return EvalBar(name)


def listener_of(bar: EvalBar) -> Listener:
    """What a bar is told."""
    from rag.evaluate.run import Listener

    return Listener(indexing=bar.update, scored=bar.scored, asked=bar.asked, notify=bar.notify)
