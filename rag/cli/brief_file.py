"""Where answers are saved to be taken along: the file is named well, new, and written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.checksum import write_atomically
from rag.error_words import reason
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.render.brief import Brief

SUFFIXES = (".docx", ".md", ".html")


def check_brief_file(path: Path, *, hint: str) -> None:
    """Make sure, before any work, that a brief can be written to a file.

    Args:
        path: The file.
        hint: What to type instead of a name that cannot be used.

    Raises:
        ConfigError: It does not end in one of `SUFFIXES`, or is there already.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(
            f"{path} does not end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}", hint=hint
        )
    refuse_to_overwrite(path, hint=hint)


def write_brief(brief: Brief, path: Path, *, hint: str) -> None:
    """Write a brief as the suffix of a file says; all of it, or nothing.

    Raises:
        ConfigError: As of `check_brief_file`, or it cannot be written.
    """
    check_brief_file(path, hint=hint)
    write_new(path, _content(brief, path.suffix.lower()), hint=hint)


def refuse_to_overwrite(path: Path, *, hint: str) -> None:
    """Let nobody's file be lost.

    Raises:
        ConfigError: There is a file or folder of this name, or there cannot be one.
    """
    try:
        there = path.exists()
    except (OSError, ValueError) as error:  # too long; a NUL
        raise ConfigError(f"{path} cannot be written: {reason(error)}", hint=hint) from error
    if there:
        raise ConfigError(f"{path} already exists", hint=hint)


def write_new(path: Path, content: str | bytes, *, hint: str) -> None:
    """Write a file that is not there yet.

    Raises:
        ConfigError: It is there, or it cannot be written.
    """
    refuse_to_overwrite(path, hint=hint)
    try:
        write_atomically(path, content)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be written: {reason(error)}", hint=hint) from error


def _content(brief: Brief, suffix: str) -> str | bytes:
    if suffix == ".docx":
        from rag.render.brief_docx import brief_docx

        return brief_docx(brief)
    if suffix == ".html":
        from rag.render.brief_html import brief_html

        return brief_html(brief)
    from rag.render.brief_markdown import brief_markdown

    return brief_markdown(brief)
