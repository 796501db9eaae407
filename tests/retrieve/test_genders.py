"""rag.retrieve.genders: whom the articles call "he", and whom "she"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.answer.conversation import Conversation
from rag.config import Settings
from rag.sync.update import sync

TEXT = (
    "Tove Holt won 900 votes on Sunday, 96 more than her rival Pelle Krag. She is 44."
    " Krag said he had called her at midnight. He had led the town for years.\n\n"
    "The clerk Odd Vang met Siv Moe. They talked.\n"
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """One article, answered by quoting."""
    folder = tmp_path_factory.mktemp("genders")
    (folder / "votes.txt").write_text(f"Votes\n7 May 2019\n\n{TEXT}", encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "gender"),
    [("Pelle Krag", "m"), ("Tove Holt", "f"), ("Odd Vang", None), ("Nobody", None), ("…", None)],
)
def test_the_pronouns_after_a_name_tell(
    name: str, gender: str | None, assistant: Assistant
) -> None:
    """In its sentence, and at the beginning of the next."""
    assert assistant.called(name) == gender


def test_she_is_nobody_whom_an_article_calls_he(assistant: Assistant) -> None:
    """Though he was spoken of last."""
    talk = Conversation(assistant)
    for asked in ("How many votes did Tove Holt win?", "And Krag?"):
        for _ in talk.stream(asked):
            pass

    assert talk.understand("How old is he?") == "How old is Krag?"
    assert talk.understand("How old is she?") == "How old is Tove Holt?"
