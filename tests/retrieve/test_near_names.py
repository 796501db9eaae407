"""rag.retrieve.near_names: a full name with a mistyped word is read as the one that is near."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import Settings
from rag.retrieve.near_names import near_names, put_right
from rag.sync.update import sync

ARTICLES = {
    "ferry.txt": (
        "The ferry\n\nThe captain Tobias Merrick said on Monday that the ferry needs new engines."
        " The harbour master Ida Lindqvist agreed. In Elmport, Lindqvist is liked.\n"
    ),
    "dam.txt": "The dam\n\nOn Tuesday Ada Merrill said that the dam is safe. Few believed her.\n",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """An index of these articles, answered by quoting."""
    folder = tmp_path_factory.mktemp("names")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What did Tobias Merick say?", "What did Tobias Merrick say?"),
        ("What are Tobias Merick's engines?", "What are Tobias Merrick's engines?"),
        ("What did Tobyas Merrick say?", "What did Tobias Merrick say?"),
        ("Who is Ida Lindquist?", "Who is Ida Lindqvist?"),
        ("What did Tobias Merrick say?", None),
        ("What did Merick say?", None),
        ("What did Ada Merick say?", None),
        ("What did Ida Merick say?", None),
        ("Who is Tobias Wren?", None),
    ],
)
def test_the_other_word_of_a_name_tells_who_is_meant(
    question: str, read: str | None, assistant: Assistant
) -> None:
    """Alone a name tells it of nobody, nor beside one that has it in no article."""
    names = near_names(question, assistant.store)

    assert put_right(question, names) == (read or question)
    assert bool(names) is (read is not None)


def test_how_it_was_read_is_told(assistant: Assistant) -> None:
    """With the answer; where there is none, it is only a guess who was meant."""
    answer = assistant.ask("What did Tobias Merick say about the engines?")
    refused = assistant.ask("Which songs does Tobias Merick sing in his bath?")

    assert not answer.abstained
    assert "Tobias Merrick" in answer.looked_for
    assert refused.reason == "No article mentions Tobias Merick. Did you mean Tobias Merrick?"
