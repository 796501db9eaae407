"""rag.models.checker: what of long evidence a claim is held against."""

from __future__ import annotations

from pathlib import Path

from rag.models.checker import READ_SENTENCES, READ_WORDS, Checker, Cited, telling
from rag.models.shipped import shipped_folder

RAIN = tuple(f"It rained in town {n} for all of that long week." for n in range(60))
LONG = f"The rain fell {'on and ' * 60}on."
OPENED, MAYOR = "The bridge was opened in May.", "Ada Lark, the mayor, cut the ribbon."
CLAIM = "Mayor Ada Lark opened the bridge in May."


def test_the_sentences_that_tell_a_claim_are_read() -> None:
    """Wherever they stand, in their order, though the text came in one piece; no other is."""
    long = (LONG, *RAIN[:30], MAYOR, "", *RAIN[30:], OPENED)
    for sentences in (long, (" ".join(long),)):
        cited = Cited(sentences=sentences, title="A bridge", before="Spring came.")

        read = telling(CLAIM, cited)

        assert read == Cited(sentences=(MAYOR, OPENED), title="A bridge")


def test_no_more_is_read_than_fits() -> None:
    """A sentence that is too long alone is passed over; the first keeps the one before it."""
    both = f"Mayor Ada Lark opened the bridge in May {'and the rain fell ' * 40}on."
    assert len(both.split()) > READ_WORDS
    cited = Cited(sentences=(OPENED, both, *RAIN, MAYOR), before="Spring came.")

    read = telling(f"{CLAIM[:-1]} after rain in town 7 and town 8 and town 9.", cited)

    assert (read.sentences[0], read.sentences[-1], read.before) == (OPENED, MAYOR, "Spring came.")
    assert both not in read.sentences
    assert len(read.sentences) == READ_SENTENCES


def test_where_no_sentence_fits_the_beginning_is_read() -> None:
    """One sentence that is too long by itself, or none with a word of the claim."""
    endless = f"Mayor Ada Lark opened the bridge in May {'and the rain fell ' * 40}on."
    for sentences in ((endless,), tuple("Snow fell on the hills." for _ in range(60))):
        cited = Cited(sentences=sentences, before="Spring came.")

        assert len(cited.evidence.split()) > READ_WORDS
        assert telling(CLAIM, cited) is cited


def test_long_evidence_supports_what_short_evidence_supports(cache: Path) -> None:
    """To the same odds, though its beginning tells nothing of the claim."""
    checker = Checker(shipped_folder(), cache=cache)
    claims = ["The bridge was opened in May.", "The mayor, Ada Lark, cut the ribbon."]
    try:
        long = checker.follows(claims, Cited(sentences=(*RAIN, OPENED, MAYOR)))
        short = [
            checker.follows([one], Cited(sentences=(text,)))[0]
            for one, text in zip(claims, (OPENED, MAYOR), strict=True)
        ]
    finally:
        checker.close()

    assert long == short
    assert min(long) > 0
