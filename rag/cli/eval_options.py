"""The options of `rag eval run` as one value, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.command import (
    EmbedderOption,
    IndexOption,
    JsonOption,
    LlmOption,
    ModeOption,
    NoReaderOption,
    PromptsOption,
    QuoteOnlyOption,
    SentencesOption,
    note,
    reader_flag,
)
from rag.errors import EvalError

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", help="Folder of the articles to ask; its index is kept in the cache."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder of the run.", show_default="runs/GOLD-TIME")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What was typed after `rag eval run`."""

    gold: Annotated[
        Path | None, typer.Argument(help="A .jsonl, .csv or .tsv file, or a folder in BEIR's form.")
    ] = None
    index: IndexOption = None
    corpus: CorpusOption = None
    out: OutOption = None
    suite: Annotated[
        Path | None, typer.Option("--suite", help="Run all sets of a TOML file instead.")
    ] = None
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Score these answers (JSONL); ask nothing.")
    ] = None
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Questions drawn at random.")
    ] = None
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Of that draw.", show_default="0"),
    ] = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")
    ] = 1
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds that a question may take.")
    ] = 120.0
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Folder of a run to compare with.")
    ] = None
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            help='Exit with 1 when this holds: "cited_fact_recall<-0.02" (a change against the'
            ' baseline, with a sign) or "cited_fact_recall<0.9". May be given again.',
        ),
    ] = None
    allow_different_corpus: Annotated[
        bool, typer.Option("--allow-different-corpus", help="Compare with it all the same.")
    ] = False
    judge: Annotated[
        str | None,
        typer.Option("--judge", help="URL of an endpoint whose opinion is shown, no more."),
    ] = None
    tune: Annotated[
        bool,
        typer.Option(
            "--tune", help="Choose the line below which questions are refused; writes rag.toml."
        ),
    ] = False
    llm: LlmOption = None
    quote_only: QuoteOnlyOption = False
    mode: ModeOption = None
    sentences: SentencesOption = None
    embedder: EmbedderOption = None
    no_reader: NoReaderOption = False
    prompts: PromptsOption = None
    as_json: JsonOption = False

    @property
    def flags(self) -> dict[str, Any]:
        """Settings that were given here, each None where it was not."""
        return {
            "index": self.index,
            "llm": "none" if self.quote_only else self.llm,
            "mode": self.mode,
            "sentences": self.sentences,
            "embedder": self.embedder,
            "reader": reader_flag(self.no_reader),
            "prompts": self.prompts,
        }


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
            "a suite names its own sets",
            hint="leave out --corpus, --index, --answers, --limit and --seed",
        )
    if options.resume and out is None:
        raise EvalError("--resume needs the folder of the run", hint="name it with --out")
    if options.resume and out and not _holds_a_run(out):
        # No error: a run that was killed in its first moments has left nothing to go on with.
        note(f"There is no run in {out} to go on with: a new one is begun.")
    judge = options.judge
    if judge and not judge.startswith(("http://", "https://")):
        raise EvalError(
            f"--judge {judge!r} is no address", hint="it begins with http:// or https://"
        )
    if options.answers and options.resume:
        raise EvalError("--answers asks nothing", hint="leave out --resume")


def _holds_a_run(folder: Path) -> bool:
    """Whether something was run there: one set, or several of a suite."""
    return (folder / "run.json").is_file() or any(folder.glob("*/run.json"))
