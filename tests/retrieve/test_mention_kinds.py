"""rag.retrieve.mention_kinds: names that a question calls by what they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import Settings
from rag.retrieve.mention_kinds import mentions_called
from rag.sync.update import sync

ARTICLES = {
    "tram": "Trams\n\nThe old tram of Lom stood still. Only the Grey Line ran.\n",
    "inn": "An inn\n\nThe Grey Line is an inn. Rita Bo, a minister, slept there.\n",
    "ills": "Ills\n\nThe tram goes to the Grey Line Hospital. Rita Bo sings, said Bo.\n",
    "boat": "Boats\n\nThe barge is old. Frida Moe steers Frida. Frida leaks.\n",
    "moe": "Fees\n\nThe barge pays, and so does Frida Moe.\n",
    "frida": "The barge Frida\n\nShe sails to Lom.\n",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """These articles."""
    folder = tmp_path_factory.mktemp("called")
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("tram Grey Line", {"tram"}),  # the inn is no tram, nor is the hospital
        ("barge Frida", {"boat", "frida"}),  # and Frida Moe is no barge
        ("Minister Rita Bo", {"inn", "ills"}),  # she is, whatever an article calls her
        ("Minister Bo", {"inn"}),  # the other may be somebody else
        ("Mr Bo", {"inn", "ills"}),
        ("Grey Line", {"tram", "inn", "ills"}),
        ("old tram", {"tram"}),
        ("Queen Frida", set()),
        ("Captain Nemo", set()),
    ],
)
def test_what_it_is_may_stand_elsewhere_than_its_name(
    phrase: str, expected: set[str], assistant: Assistant
) -> None:
    """A tram or a barge somewhere in the article; of a full name, the office need not."""
    store = assistant.store

    found = mentions_called(phrase, store)

    assert {store.source(id).path.removesuffix(".txt") for id in found} == expected


def test_the_sentence_is_that_of_the_name(assistant: Assistant) -> None:
    """Not the one that has another bearer of it."""
    rows = [row.text for row in mentions_called("barge Frida", assistant.store).values() if row]

    assert rows == ["Frida Moe steers Frida."]
