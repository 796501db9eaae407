"""`rag check`: a draft against the articles, or claims against evidence that comes with them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

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
from rag.error_words import reason
from rag.errors import ConfigError
from rag.terminal.screen import say, say_json, show_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What `rag check` is told."""

    draft: Annotated[
        str | None, typer.Argument(help="A text or Markdown file, or - for standard input.")
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
    draft = _read(str(options.draft))
    settings = load_index(index=options.index)
    if options.sync_first:
        sync_now(settings)
    encoders = loading(settings)
    from rag.answer.assistant import Assistant
    from rag.answer.check_draft import Standing
    from rag.render.draft import draft_dict, draft_html, draft_text

    with Assistant.open(settings=settings, encoders=encoders, notify=note) as assistant:
        tell_stale(assistant)
        found = list(assistant.check(draft))
        if options.html is not None:
            _write(options.html, draft_html(draft, found))
        if options.as_json:
            say_json(draft_dict(found, generation=assistant.store.manifest.generation))
        else:
            show_text(draft_text(found, locate=assistant.locate))
    if any(one.standing in {Standing.CONTRADICTED, Standing.NOT_FOUND} for one in found):
        raise typer.Exit(EXIT_FAILED)


def _read(draft: str) -> str:
    """The draft.

    Raises:
        ConfigError: It cannot be read, is no text, or is empty.
    """
    hint = "give a text or Markdown file, or - for standard input"
    try:
        text = sys.stdin.read() if draft == "-" else Path(draft).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{draft} cannot be read: {reason(error)}", hint=hint) from error
    if not text.strip():
        raise ConfigError(f"{'the draft' if draft == '-' else draft} is empty", hint=hint)
    return text


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {reason(error)}", hint="name another file with --html"
        ) from error
    say(f"The page is in {path}", err=True)


def _check_claims(claims: Path, out: Path) -> None:
    from rag.answer.check_claims import check_claims, read_claims
    from rag.models.checker import open_later
    from rag.render.as_json import dumps

    rows = read_claims(claims)
    supported = 0
    try:
        with out.open("w", encoding="utf-8") as file:
            for told in check_claims(rows, open_later(load())):
                supported += told["verdict"] == "supported"
                file.write(dumps(told, indent=None) + "\n")
    except OSError as error:
        raise ConfigError(
            f"{out} cannot be written: {reason(error)}", hint="name another file with --out"
        ) from error
    say(f"{supported} of {len(rows)} claims supported; verdicts are in {out}", err=True)
