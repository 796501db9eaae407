"""rag.load.tags: the tags of front matter, however it is written."""

from __future__ import annotations

import pytest

from rag.load.markdown import extract_markdown
from rag.load.tags import LONGEST, MOST


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ("---\ntags: [harbour, 'North Sea', 2020, true]\ncategory: World\n---",
         ("harbour", "North Sea", "2020", "World")),
        ("---\nTags:\n  - harbour\n  - \"#ice\"\n---", ("harbour", "ice")),
        ("---\nkeywords: harbour, North Sea; ice\n---", ("harbour", "North Sea", "ice")),
        ("---\ntitle: Ice: day two\ntags:\n- harbour\n- North Sea\n---", ("harbour", "North Sea")),
        ("---\ntitle: Ice: day two\ntags: [harbour, ice]\n---", ("harbour", "ice")),
        ("+++\ntags = ['harbour', 'ice']\ncategories = 'World'\n+++", ("harbour", "ice", "World")),
        ("---\ntags: [Ice, ice, ICE]\n---", ("Ice",)),
        ("---\ntags: &a [ice, *a]\n---", ("ice",)),
        ("---\ntags: {ice: 1}\n---", ()),
        ("---\ntags:\ntitle: Ice\n---", ()),
        (f"---\ntags: [{'x' * (LONGEST + 1)}, ice]\n---", ("ice",)),
        ("No front matter: tags: ice", ()),
    ],
)  # fmt: skip
def test_tags_are_read(front: str, tags: tuple[str, ...]) -> None:
    """Each once, as it is written first."""
    assert extract_markdown(f"{front}\nThe ice broke.".encode()).tags == tags


def test_there_are_not_too_many() -> None:
    """Of a thousand, the first count."""
    listed = ", ".join(f"t{n}" for n in range(1000))

    assert len(extract_markdown(f"---\ntags: [{listed}]\n---\nIce.".encode()).tags) == MOST
