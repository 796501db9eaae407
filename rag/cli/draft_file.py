"""The file that `rag check` is given -> the text of a draft, by the readers that read articles."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.domain import Article
from rag.error_words import reason
from rag.errors import ConfigError

STDIN = "-"
HINT = "give a text, Markdown, Word, PDF or HTML file, or - for standard input"
AS_IT_IS = frozenset({"", ".txt", ".md", ".markdown"})  # its own characters are what is shown


def read_draft(draft: str) -> str:
    """The draft: a text file as it is, of any other format the paragraphs that it holds.

    Args:
        draft: Its file, or ``-`` for standard input.

    Raises:
        ConfigError: It cannot be read, holds several articles or no text, or is empty.
    """
    try:
        if draft == STDIN:
            text, named = sys.stdin.read(), "the draft"
        else:
            text, named = _text(Path(draft)), draft
    except (OSError, ValueError) as error:
        raise ConfigError(f"{draft} cannot be read: {reason(error)}", hint=HINT) from error
    if not text.strip():
        raise ConfigError(f"{named} is empty", hint=HINT)
    return text


def _text(path: Path) -> str:
    from rag.load.encoding import decode
    from rag.load.files import File, is_supported
    from rag.load.parse import load_file

    with path.open("rb") as file:  # what cannot be opened is told in the words of the system
        if path.suffix.lower() in AS_IT_IS:
            return decode(file.read()).removeprefix("\ufeff").replace("\r\n", "\n")
    if not is_supported(path.name):
        raise ConfigError(f"{path} is of a format that rag does not read", hint=HINT)
    whole = path.resolve()
    found = list(load_file(File(path=path.name, on_disk=whole, root=whole.parent)))
    articles = [one for one in found if isinstance(one, Article)]
    if len(articles) == 1:
        [only] = articles
        return "\n\n".join(only.text[one.start : one.end] for one in only.paragraphs)
    if articles:
        raise ConfigError(
            f"{path} holds {len(articles)} articles", hint="save the draft as a file of its own"
        )
    why = next((one.why for one in found if not isinstance(one, Article)), "no text in it")
    raise ConfigError(f"{path} cannot be read: {why}", hint=HINT)
