"""rag.retrieve.known_names: whether the articles have a word as a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import Settings
from rag.domain import Answer
from rag.retrieve.known_names import is_name
from rag.sync.update import sync

ARTICLES = {
    "hafen.txt": (
        "Streit um den Hafen\n\nWie teuer der Hafen wird, weiß niemand. Das sagte Direktor Wiebe am"
        " Montag.\nEr weiß nur, wie es anfing. Der Kran kostet neun Millionen Euro.\n"
    ),
    "pont.txt": (
        "Le pont de Valmy\n\nQuand le pont sera ouvert, le maire Benoît Roux le dira.\n"
        "Le pont de Valmy coûte deux millions, a dit Roux quand la pluie tombait.\n"
    ),
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
    ("word", "expected"),
    [("wiebe", True), ("roux", True), ("wie", False), ("quand", False), ("combien", False)],
)
def test_a_name_has_its_capital_inside_of_sentences(
    word: str, expected: bool, assistant: Assistant
) -> None:
    """At the beginning of a sentence every word has one."""
    assert is_name(word, assistant.store) is expected


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Wie viel kostet der Kran im Hafen?", "neun Millionen"),
        ("Combien coûte le pont de Valmy ?", "deux millions"),
        ("Wiebe sagte was am Montag?", "Direktor Wiebe"),
    ],
)
def test_the_first_word_of_a_question_is_no_absent_name(
    question: str, told: str, assistant: Assistant
) -> None:
    """A question word of a language of which no list is kept does not refuse the question."""
    answer = assistant.ask(question)

    assert told in answer.text


def test_an_unknown_name_that_opens_an_english_question_is_absent(assistant: Assistant) -> None:
    """English question words are known, so the first word of such a question can be a name."""
    answer: Answer = assistant.ask("Orlando said what about the crane?")

    assert answer.reason == "No article mentions Orlando."
