"""`rag models`: the language models that are here, those worth pulling, and which one answers."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from rag.cli.command import JsonOption, load
from rag.terminal.screen import say, say_json

models_app = typer.Typer(no_args_is_help=True, help="List, download and choose language models.")


@models_app.command("list")
def models_list(as_json: JsonOption = False) -> None:
    """List the installed models and some that are worth downloading."""
    from rag.models.catalogue import list_models, model_lines

    listing = list_models(load().models)
    if as_json:
        say_json([dataclasses.asdict(row) for row in listing])
        return
    for line in model_lines(listing):
        say(line)


@models_app.command("pull")
def models_pull(
    model: Annotated[
        str, typer.Argument(help="A name from `rag models list`, or OWNER/REPO/FILE.gguf.")
    ],
    revision: Annotated[
        str | None, typer.Option(help="A branch, tag or commit of the repository.")
    ] = None,
) -> None:
    """Download a model from the Hugging Face hub and remember its SHA-256.

    Example: rag models pull qwen2.5-1.5b
    """
    from rag.models.pull import pull_model

    pulled = pull_model(model, models=load().models, revision=revision)
    say(f"{pulled.name}: {pulled.size / 1e9:.2f} GB, sha256 {pulled.sha256}")
    say(
        f"To use it once: rag ask --llm {pulled.name} …"
        f" To use it always: rag models use {pulled.name}"
    )


@models_app.command("use")
def models_use(
    model: Annotated[
        str,
        typer.Argument(
            help="bundled, none, the name of a downloaded model, a .gguf file or a URL."
        ),
    ],
) -> None:
    """Use a model for all answers from now on (writes rag.toml)."""
    from rag.config import write_setting
    from rag.models.files import check_usable

    settings = load()
    check_usable(model, models=settings.models, cache=settings.cache)
    path = write_setting("llm", model)
    say(f"{path}: llm = {model!r}")
