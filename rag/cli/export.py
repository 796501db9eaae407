"""`rag export`: saved answers as one document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.brief_file import check_brief_file, write_brief
from rag.cli.command import note

HINT = "name another .docx, .md or .html file with --out"


def export(
    answers: Annotated[
        list[Path], typer.Argument(help="Files that `rag ask --json` or `rag ask --batch` wrote.")
    ],
    out: Annotated[Path, typer.Option(help="The document: a new .docx, .md or .html file.")],
) -> None:
    """Put saved answers into one document, with footnotes that are numbered through.

    Example: rag export peskov.json sanders.json --out brief.docx
    """
    check_brief_file(out, hint=HINT)
    from rag.answer.recheck import read_answers
    from rag.language.text import counted
    from rag.render.brief import answers_brief
    from rag.render.read_answer import read_answer

    found = [
        read_answer(saved, place=str(path)) for path in answers for saved in read_answers(path)
    ]
    write_brief(answers_brief(found), out, hint=HINT)
    note(f"Saved {counted(len(found), 'answer')} in {out}.")
