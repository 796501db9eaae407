"""rag.answer.check_draft: a draft against the articles, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from made import sentence

from rag import Assistant, Settings
from rag.answer.check_draft import DraftSentence, Models, Standing, check_draft, draft_sentences
from rag.answer.quote import Numbering
from rag.domain import Evidence
from rag.language.text import content_terms
from rag.models.checker import Cited

DAM = """\
Dam bursts at Orford

The old dam above Orford burst on Monday after a week of rain, the mayor said.
Nine boats sank in the harbour, and 350 people left their houses.

"We will build a new dam," said Ada Lark, the minister. The repair will cost more than 6 million
pounds.
"""
FERRY = """\
Crews of the ferry to Vik stop work

Crews of the ferry to Vik stopped work on Monday. The contract asks for at least 16 crossings a day.
The ferry now makes 12 crossings a day where it made 19. The ferry cost the county 40 million crowns
last year. The county paid the crews 45 million crowns.

The strike ended on 21 March. Olga Brandt runs the ferry since 2015.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """Two articles, and no learned checker: what repeats an article is supported."""
    from rag.sync.update import sync

    folder = tmp_path_factory.mktemp("dam")
    (folder / "articles").mkdir()
    (folder / "articles" / "dam.txt").write_text(DAM, encoding="utf-8")
    (folder / "articles" / "ferry.txt").write_text(FERRY, encoding="utf-8")
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
        "The ferry to Vik made 19 crossings a day.",  # the sentence compares
        "The contract of the ferry asks for 18 crossings a day.",  # "at least 16"
        "The ferry cost the county 45 million crowns.",  # another sentence has these
        "The strike ended on Friday.",  # which may be 21 March
        "The strike ended in March.",
        "The strike at the ferry ended before April.",
        "Olga Brandt runs 2015 ferries.",
    ],
)
def test_what_an_article_does_not_exclude_is_not_contradicted(
    assistant: Assistant, sentence: str
) -> None:
    """Another number or day is none that excludes it, or a sentence about the same has it too."""
    [one] = checked(assistant, sentence)

    assert (one.standing, one.instead) == (Standing.NOT_FOUND, ())


def test_what_is_wrong_is_told_as_the_draft_has_it(assistant: Assistant) -> None:
    """With its capitals, and without the full stop that follows it."""
    [friday] = checked(assistant, "The crews of the ferry to Vik stopped work on Friday.")
    [name] = checked(assistant, "Ewa Brandt runs the ferry.")

    assert [one.claimed for one in friday.instead] == ["Friday"]
    assert name.why is not None
    assert name.why.endswith(": Ewa")


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


def test_a_day_is_no_speaker() -> None:
    """Though "said" follows it."""
    told = sentence("Mayor Karin Holm on Monday said that the bridge will stay.", speaker="K. Holm")
    models = Models(checker=Literal, reader=None)
    claim = "Mayor Karin Holm on Friday said that the bridge will stay."

    [one] = check_draft(claim, lambda _: [told], models, Numbering())

    assert (one.standing, one.instead) == (Standing.NOT_FOUND, ())


class Literal:
    """A checker that lets pass what has its words in the evidence, or in what is read with it."""

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """Sure either way."""
        there = set(content_terms(cited.whole))
        return [30.0 if there.issuperset(content_terms(claim)) else -30.0 for claim in claims]


BRIDGE = (
    "Engineer Olga Brandt had inspected the bridge for the council.",
    "In her report of 64 pages she warned that it could not carry lorries.",
    "Mayor Karin Holm called the closure hard for the town.",
    "Holm has led the council since 2015.",
    "The council closed the bridge on Tuesday.",
)
# What follows a sentence ranks above it.
FOUND = [sentence(text, id=n, start=100 * n, score=n / 10) for n, text in enumerate(BRIDGE)]


def held(claim: str, found: Sequence[Evidence] = FOUND) -> tuple[Standing, list[str]]:
    """How a sentence stands, and what it cites."""
    models = Models(checker=Literal, reader=None)
    [one] = check_draft(claim, lambda _: found, models, Numbering())
    return one.standing, [citation.quote for citation in one.citations]


@pytest.mark.parametrize("n", range(len(BRIDGE)))
def test_what_repeats_a_sentence_cites_it_alone(n: int) -> None:
    """Though the next one, read after it, tells the same."""
    assert held(BRIDGE[n], FOUND[::-1]) == (Standing.SUPPORTED, [BRIDGE[n]])


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Olga Brandt inspected the bridge.", [0]),  # the sentence with most of its words
        ("Brandt warned that it could not carry lorries.", [0, 1]),  # who "she" is
        ("Karin Holm has led the council since 2015.", [2, 3]),  # who "Holm" is
        ("Holm has led the council.", [3]),
    ],
)
def test_what_tells_a_claim_is_cited_and_no_more(claim: str, cited: list[int]) -> None:
    """The sentence before only where the claim does not follow without it."""
    assert held(claim) == (Standing.SUPPORTED, [BRIDGE[n] for n in cited])


def test_who_is_named_in_full_elsewhere_in_an_article_is_known() -> None:
    """That sentence is cited too."""
    found = [FOUND[2], FOUND[4], sentence(BRIDGE[3], id=9, start=900)]

    assert held("Karin Holm has led the council since 2015.", found) == (
        Standing.SUPPORTED, [BRIDGE[2], BRIDGE[3]],
    )  # fmt: skip


def test_the_last_sentence_of_another_article_is_no_neighbour() -> None:
    """It tells nobody's name here."""
    found = [FOUND[0], sentence(BRIDGE[1], id=1, article_id=1)]

    assert held("Brandt warned that it could not carry lorries.", found)[0] is Standing.NOT_FOUND


def test_the_nearest_sentence_has_most_of_the_words_itself() -> None:
    """Not the one after it."""
    found = [*FOUND[:2], sentence("She left.", id=2)]

    assert held("Olga Brandt had inspected the tunnel for the council.", found) == (
        Standing.NOT_FOUND, [BRIDGE[0]],
    )  # fmt: skip


def test_a_probability_is_no_reason_for_people() -> None:
    """What the learned checker does not let through is told in words."""
    models = Models(checker=Literal, reader=None)
    [one] = check_draft("The council closed the old bridge.", lambda _: FOUND, models, Numbering())

    assert one.why == "may not tell all of it"


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
