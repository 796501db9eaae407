"""rag.retrieve.about_others: what is about somebody else than whom a question names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made import sentence, source

from rag.config import Settings
from rag.question.read import read_question
from rag.retrieve.about_others import is_about_another
from rag.store import LocalStore
from rag.sync.update import sync

LARK = (
    "Gallery loses its head\n\n"
    "Nora Lark left the gallery on Friday after a quarrel about a loan. "
    "Lark, 61, had run it since 2009. "
    "Her cousin Stefan Lark still teaches at the music school. "
    "Stefan Lark grew up in Ostby. "
    "He moved to the coast in 1988.\n\n"
    "The gallery opens again in May. She will not be there.\n"
)
TOWNS = (
    "Towns vote\n\nThe mayor of Harle, Ivo Brandt, opened the pool. Wendmoor's mayor came too. "
    "The president of the United States sent a card. But Brandt stayed at home on Sunday.\n"
)
PARTY = (
    "A count\n\nThe Blue Party won 12 seats. Robert Vane was born in Lumby. The party was glad.\n"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[LocalStore]:
    """An index of these articles."""
    folder = tmp_path_factory.mktemp("others")
    for name, text in {"lark.txt": LARK, "towns.txt": TOWNS, "party.txt": PARTY}.items():
        (folder / name).write_text(text, encoding="utf-8")
    sync([folder], settings=Settings(index=folder / "index", cache=cache))
    with LocalStore.open(folder / "index", embedder=None) as opened:
        yield opened


def of_another(store: LocalStore, question: str, begins: str) -> bool:
    """Whether the sentence that begins so is about another."""
    path, text = next(
        (name, text)
        for name, text in (("lark.txt", LARK), ("towns.txt", TOWNS), ("party.txt", PARTY))
        if begins in text
    )
    start = text.index(begins)
    end = start + text[start:].index(".") + 1
    found = sentence(text[start:end], start=start, end=end, source=source(path))
    return is_about_another(read_question(question), found, store)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("When did Stefan Lark leave the gallery?", "Nora Lark left"),
        ("How old is Stefan Lark?", "Lark, 61"),
        ("Where did Nora Lark grow up?", "Stefan Lark grew up"),
        ("When did Nora Lark move to the coast?", "He moved"),
        ("When did Nils Lark leave the gallery?", "Nora Lark left"),
        ("Who is the mayor of Grenby?", "The mayor of Harle"),
        ("Who is the mayor of Grenby?", "Wendmoor's mayor"),
        ("Who was elected president of Chile?", "The president of the United"),
    ],
)
def test_what_is_about_another(store: LocalStore, question: str, begins: str) -> None:
    """A namesake, also by the last name or "he" alone, or who has the same office elsewhere."""
    assert of_another(store, question, begins)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("When did Nora Lark leave the gallery?", "Nora Lark left"),
        ("How old is Nora Lark?", "Lark, 61"),
        ("Who is the cousin of Nora Lark?", "Her cousin"),
        ("When did Stefan Lark move to the coast?", "He moved"),
        ("Did Nora Lark come back?", "She will"),
        ("When did Lark leave the gallery?", "Nora Lark left"),
        ("When did Nora Lark meet Stefan Lark?", "Stefan Lark grew up"),
        ("Who is the mayor of Harle?", "The mayor of Harle"),
        ("Who is the mayor of Wendmoor?", "Wendmoor's mayor"),
        ("Who is the president of the US?", "The president of the United"),
        ("Who is president of America?", "The president of the United"),
        ("When did Ivo Brandt stay at home?", "But Brandt"),
        ("How many seats did Green Party win?", "The Blue Party"),
        ("Where was Bob Vane born?", "Robert Vane"),
    ],
)
def test_what_may_be_about_whom_is_asked_for(store: LocalStore, question: str, begins: str) -> None:
    """Themselves, their family, a thing that is called alike, another form of a name."""
    assert not of_another(store, question, begins)
