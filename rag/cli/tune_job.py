"""`rag eval GOLD --tune` from beginning to end: asked, chosen, printed, written to rag.toml."""

from __future__ import annotations

from pathlib import Path

import typer

from rag.cli.command import load, note
from rag.cli.eval_job import eval_bar, listener_of
from rag.config import current_configuration, write_setting
from rag.errors import EvalError
from rag.terminal.screen import say, say_json

SETTING = "abstain_below"
# Parameters of `rag eval run`; the last makes no difference.
GOES_WITH = frozenset({"tune", "gold", "corpus", "index", "as_json", "quote_only"})


def check_alone(ctx: typer.Context) -> None:
    """Refuse options that do not go with --tune.

    Raises:
        EvalError: One was given.
    """
    given = [
        option.opts[0]
        for option in ctx.command.params
        if option.name not in GOES_WITH and _was_given(ctx, str(option.name))
    ]
    if not given:
        return
    asking = {"--mode", "--embedder", "--no-reader"} & set(given)
    raise EvalError(
        f"--tune does not go with {', '.join(given)}",
        hint="set these in rag.toml instead; the new value is made for the settings in that file"
        if asking
        else "--tune asks every question of one gold set without a language model; remove the rest",
    )


def _was_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def tune_line(gold: Path, *, corpus: Path | None, index: Path | None, as_json: bool) -> None:
    """Choose the line of abstention on a gold set, print what it does, and put it in force.

    Raises:
        EvalError: The gold set cannot be used.
        ConfigError: rag.toml cannot be changed.
    """
    from rag.evaluate.report.tuning import line_words, tuned_dict, tuned_lines
    from rag.evaluate.run_tuning import tune_on_gold

    with eval_bar(gold.name) as bar:
        tuned = tune_on_gold(
            gold, settings=load(index=index), corpus=corpus, index=index, listener=listener_of(bar)
        )
    if as_json:
        say_json(tuned_dict(tuned))
    else:
        for line in ["", *tuned_lines(tuned), ""]:
            say(line)
    before, after = tuned.now.line, tuned.chosen.line
    if before == after:
        say(f"Nothing changed: {SETTING} stays {line_words(after)}.", err=as_json)
        return
    path = write_setting(SETTING, after)
    written = (
        f"{SETTING} = {after}"
        if after is not None
        else f"{SETTING} is removed, so the built-in value is used"
    )
    back = f"set {SETTING} = {before}" if before is not None else f"remove {SETTING} from it"
    say(f"{path}: {written}. To undo this, {back}.", err=as_json)
    found = current_configuration()
    if found.settings.abstain_below != after:
        note(f"{found.origins[SETTING]} still sets {found.settings.abstain_below}: remove it.")
