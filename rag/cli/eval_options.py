"""The options of `rag eval run` as one value, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.answer_options import ModelOptions
from rag.cli.command import EmbedderOption, JsonOption, note
from rag.errors import EvalError

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", help="The folder of articles to ask. Its index is kept in the cache."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="The folder for the results.", show_default="runs/GOLD-TIME"),
]


@dataclass(frozen=True, kw_only=True)
class RunOptions(ModelOptions):
    """What was typed after `rag eval run`."""

    gold: Annotated[
        Path | None,
        typer.Argument(
            help="The questions: a .jsonl, .csv or .tsv file, or a folder in BEIR format."
        ),
    ] = None
    corpus: CorpusOption = None
    out: OutOption = None
    suite: Annotated[
        Path | None,
        typer.Option("--suite", help="Run all the question sets of a TOML file instead."),
    ] = None
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="Score these answers (JSONL) instead of asking."),
    ] = None
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Ask only this many questions, chosen at random."),
    ] = None
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="The seed of the random choice of --limit.", show_default="0"),
    ] = None
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in --out.")] = False
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="The number of processes that answer.")
    ] = 1
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=0.1, help="The most seconds that one question may take."),
    ] = 120.0
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="The folder of a run to compare with.")
    ] = None
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            help='Exit with code 1 when this is true: "cited_fact_recall<0.9" (the figure), or with'
            ' a sign "cited_fact_recall<-0.02" (the change from the baseline). Can be repeated.',
        ),
    ] = None
    allow_different_corpus: Annotated[
        bool, typer.Option("--allow-different-corpus", help="Compare even if the articles differ.")
    ] = False
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            help="URL of a language model whose opinion is shown. It does not change the figures.",
        ),
    ] = None
    tune: Annotated[
        bool,
        typer.Option(
            "--tune",
            help="Find the best abstain_below for your questions and write it to rag.toml.",
        ),
    ] = False
    embedder: EmbedderOption = None
    as_json: JsonOption = False

    @property
    def flags(self) -> dict[str, Any]:
        """Settings that were given here, each None where it was not."""
        return {**super().flags, "embedder": self.embedder}


def check_together(options: RunOptions) -> None:
    """Refuse options of a run that do not go together.

    Raises:
        EvalError: They do not.
    """
    gold, suite, out = options.gold, options.suite, options.out
    one_set_only = options.corpus or options.limit or options.answers or options.index
    if (gold is None) == (suite is None):
        raise EvalError(
            "rag eval needs one gold set, or --suite FILE",
            hint="for example: rag eval questions.jsonl --corpus articles",
        )
    if suite and (one_set_only or options.seed is not None):
        raise EvalError(
            "a suite already says which sets to run",
            hint="remove --corpus, --index, --answers, --limit and --seed",
        )
    if options.resume and out is None:
        raise EvalError("--resume needs the folder of the run", hint="name it with --out")
    if options.resume and out and not _holds_a_run(out):
        # No error: a run that was killed in its first moments has left nothing to go on with.
        note(f"There is no run in {out} to continue, so a new one is started.")
    judge = options.judge
    if judge and not judge.startswith(("http://", "https://")):
        raise EvalError(
            f"--judge {judge!r} is not a URL", hint="it must begin with http:// or https://"
        )
    if options.answers and options.resume:
        raise EvalError("--answers and --resume do not go together", hint="remove --resume")


def _holds_a_run(folder: Path) -> bool:
    """Whether something was run there: one set, or several of a suite."""
    return (folder / "run.json").is_file() or any(folder.glob("*/run.json"))
