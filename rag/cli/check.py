"""`rag check`: a draft against the articles, or claims against evidence that comes with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.brief_file import refuse_to_overwrite, write_new
from rag.cli.command import (
    EXIT_FAILED,
    IndexOption,
    JsonOption,
    SyncOption,
    load,
    load_index,
    loading,
    note,
    sync_now,
    taking,
    tell_stale,
)
from rag.cli.draft_file import read_draft
from rag.error_words import reason
from rag.errors import ConfigError
from rag.terminal.screen import say, say_json, show_text

HTML_HINT = "name another file with --html"
OUT_HINT = "name another file with --out"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What `rag check` is told."""

    draft: Annotated[
        str | None,
        typer.Argument(help="A text, Markdown, Word or other file, or - for standard input."),
    ] = None
    index: IndexOption = None
    as_json: JsonOption = False
    html: Annotated[
        Path | None, typer.Option(help="Also write a page with the draft beside its sources.")
    ] = None
    claims: Annotated[
        Path | None,
        typer.Option(help='Judge a JSONL file of {"id", "claim", "evidence"} lines instead.'),
    ] = None
    out: Annotated[Path | None, typer.Option(help="Where --claims writes its verdicts.")] = None
    sync_first: SyncOption = False


@taking(CheckOptions)
def check(ctx: typer.Context, options: CheckOptions) -> None:
    """Check a draft against the indexed articles, sentence by sentence.

    Each is supported, contradicted or not found. The exit code is 1 if one is not supported.

    Example: rag check draft.md
    """
    if (options.draft is None) == (options.claims is None) or (options.claims is None) != (
        options.out is None
    ):
        raise ConfigError(
            "rag check needs one draft, or --claims IN.jsonl with --out OUT.jsonl",
            hint="for example: rag check draft.md",
        )
    if options.claims is not None and options.out is not None:
        _check_claims(options.claims, options.out)
        return
    if options.html is not None:
        refuse_to_overwrite(options.html, hint=HTML_HINT)
    draft = read_draft(str(options.draft))
    settings = load_index(index=options.index)
    if options.sync_first:
        sync_now(settings)
    encoders = loading(settings)
    from rag.answer.assistant import Assistant
    from rag.answer.check_draft import Standing, draft_sentences
    from rag.render.draft import draft_dict, draft_html, draft_text

    if next(draft_sentences(draft), None) is None:
        raise ConfigError(
            "the draft has no sentence to check: headings, tables and code are left out",
            hint="give a draft with a sentence in it",
        )
    with Assistant.open(settings=settings, encoders=encoders, notify=note) as assistant:
        tell_stale(assistant)
        found = list(assistant.check(draft))
        if options.html is not None:
            write_new(options.html, draft_html(draft, found), hint=HTML_HINT)
            say(f"The page is in {options.html}", err=True)
        if options.as_json:
            say_json(draft_dict(found, generation=assistant.store.manifest.generation))
        else:
            show_text(draft_text(found, locate=assistant.locate))
    if any(one.standing in {Standing.CONTRADICTED, Standing.NOT_FOUND} for one in found):
        raise typer.Exit(EXIT_FAILED)


def _check_claims(claims: Path, out: Path) -> None:
    from rag.answer.check_claims import check_claims, read_claims
    from rag.models.checker import open_later
    from rag.render.as_json import dumps

    refuse_to_overwrite(out, hint=OUT_HINT)
    rows = read_claims(claims)
    supported = 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("x", encoding="utf-8") as file:
            for told in check_claims(rows, open_later(load())):
                supported += told["verdict"] == "supported"
                file.write(dumps(told, indent=None) + "\n")
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {reason(error)}", hint=OUT_HINT) from error
    say(f"{supported} of {len(rows)} claims supported; verdicts are in {out}", err=True)
