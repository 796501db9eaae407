"""rag.answer.check_draft: a draft against the articles, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.answer.check_draft import DraftSentence, Standing, draft_sentences

DAM = """\
Dam bursts at Orford

The old dam above Orford burst on Monday after a week of rain, the mayor said.
Nine boats sank in the harbour, and 350 people left their houses.

"We will build a new dam," said Ada Lark, the minister. The repair will cost more than 6 million
pounds.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """One article, and no learned checker: what repeats an article is supported."""
    from rag.sync.update import sync

    folder = tmp_path_factory.mktemp("dam")
    (folder / "articles").mkdir()
    (folder / "articles" / "dam.txt").write_text(DAM, encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none", checker="none")
    sync([folder / "articles"], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


def checked(assistant: Assistant, draft: str) -> list[DraftSentence]:
    """What becomes of a draft; each sentence stands where it says."""
    found = list(assistant.check(draft))
    for one in found:
        assert " ".join(draft[one.start : one.end].split()) == one.text
    return found


def test_what_repeats_an_article_is_supported(assistant: Assistant) -> None:
    """With a citation of the sentence, to the character."""
    [one] = checked(assistant, "Nine boats sank in the harbour, and 350 people left their houses.")

    assert one.standing is Standing.SUPPORTED
    [citation] = one.citations
    assert DAM[citation.start : citation.end] == citation.quote
    assert citation.quote.startswith("Nine boats sank")


@pytest.mark.parametrize(
    ("sentence", "claimed", "told"),
    [
        ("Twelve boats sank in the harbour at Orford.", "Twelve", "Nine"),
        ("In Orford, 450 people left their houses.", "450", "350"),
        ("The old dam above Orford burst on Friday after a week of rain.", "Friday", "Monday"),
        ("The repair of the dam will cost fewer than 6 million pounds.", "fewer than 6 million",
         "more than 6 million"),
    ],
)  # fmt: skip
def test_what_an_article_tells_otherwise_is_contradicted(
    assistant: Assistant, sentence: str, claimed: str, told: str
) -> None:
    """By the number or the day that the article has in its place."""
    [one] = checked(assistant, sentence)

    assert one.standing is Standing.CONTRADICTED
    [instead] = one.instead
    assert (instead.claimed, instead.told.split(" pounds")[0].split(" boats")[0]) == (claimed, told)
    assert instead.citation in one.citations


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour of Kerch was closed for the winter by its owners.",
        "Nobody in the town had ever seen such a large whale before.",
    ],
)
def test_what_no_article_tells_is_not_found(assistant: Assistant, sentence: str) -> None:
    """It is neither supported nor contradicted."""
    [one] = checked(assistant, sentence)

    assert one.standing is Standing.NOT_FOUND
    assert one.instead == ()


@pytest.mark.parametrize("sentence", ["Why did the old dam at Orford burst?", "It rained."])
def test_what_claims_nothing_is_not_held_against_the_articles(
    assistant: Assistant, sentence: str
) -> None:
    """A question, or next to no words."""
    [one] = checked(assistant, sentence)

    assert (one.standing, one.citations) == (Standing.NO_CLAIM, ())


def test_each_source_has_one_number_in_a_draft(assistant: Assistant) -> None:
    """However often it is cited."""
    sentence = "Nine boats sank in the harbour, and 350 people left their houses.\n\n"

    one, other = checked(assistant, sentence * 2)

    assert one.citations == other.citations


@pytest.mark.parametrize(
    ("draft", "sentences"),
    [
        ("One is here. Two is here.\n", ["One is here.", "Two is here."]),
        ("# Head\n\nOne is\nhere.\n", ["One is\nhere."]),
        ("- One is here.\n- Two is here.\n", ["One is here.", "Two is here."]),
        ("> One is here.\n\n1. Two is here.", ["One is here.", "Two is here."]),
        ("```\ncode here.\n```\nOne is here.", ["One is here."]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_sentences_of_a_draft(draft: str, sentences: list[str]) -> None:
    """Plain text or Markdown, without its headings and marks."""
    found = [draft[span.start : span.end] for span in draft_sentences(draft)]

    assert found == sentences
