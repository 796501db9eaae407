"""Keys of other services, from the environment alone: a file of settings is shared too easily."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTokens:
    """What `rag slack` signs in with. Never a setting: a file of settings is shared too easily."""

    bot: str = field(repr=False)
    app: str = field(repr=False)


def slack_tokens(environ: Mapping[str, str] | None = None) -> SlackTokens:
    """The tokens of the app, from the environment alone.

    Args:
        environ: That of this process when None.

    Raises:
        ConfigError: One is missing, or is another kind of token.
    """
    given = os.environ if environ is None else environ
    found = {}
    for name, begins in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
        found[name] = given.get(name, "").strip()
        if not found[name].startswith(begins):
            state = "is not the right token" if found[name] else "is not set"
            raise ConfigError(
                f"{name} {state}: it must begin with {begins}",
                hint="set both tokens of your Slack app in the environment; see docs/slack.md",
            )
    return SlackTokens(bot=found["SLACK_BOT_TOKEN"], app=found["SLACK_APP_TOKEN"])


def store_token(environ: Mapping[str, str] | None = None) -> str:
    """What lets us into a shared index: a token or USER:PASSWORD; empty where none is needed.

    Args:
        environ: That of this process when None.
    """
    return (os.environ if environ is None else environ).get("MILVUS_TOKEN", "").strip()
