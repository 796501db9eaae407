"""rag.answer.verdict: what of long evidence a claim is held against."""

from __future__ import annotations

from rag.answer.verdict import READ_SENTENCES, READ_WORDS, judge, telling
from rag.models.checker import Cited

RAIN = tuple(f"It rained in town {n} for all of that long week." for n in range(60))
OPENED, MAYOR = "The bridge was opened in May.", "Ada Lark, the mayor, cut the ribbon."


class Listening:
    """A checker that keeps what it is given to read."""

    def __init__(self) -> None:
        """It has read nothing."""
        self.read: list[tuple[list[str], Cited]] = []

    def follows(self, claims: list[str], cited: Cited) -> list[float]:
        """Very likely."""
        self.read.append((claims, cited))
        return [50.0] * len(claims)


def test_short_evidence_is_read_whole() -> None:
    """Whatever the claim."""
    cited = Cited(sentences=(*RAIN[:3], OPENED), before="Spring came.", title="A bridge")

    assert telling("The bridge was opened.", cited) is cited


def test_of_long_evidence_the_sentences_that_tell_a_claim_are_read() -> None:
    """Wherever they stand, in their order, though the text came in one piece."""
    long = (*RAIN[:30], MAYOR, *RAIN[30:], OPENED)
    claim = "Mayor Ada Lark opened the bridge in May."
    for sentences in (long, (" ".join(long),)):
        cited = Cited(sentences=sentences, title="A bridge")
        assert len(cited.evidence.split()) > READ_WORDS

        read = telling(claim, cited)

        assert len(read.sentences) == READ_SENTENCES
        assert [one for one in read.sentences if one in {OPENED, MAYOR}] == [MAYOR, OPENED]
        assert read.title == "A bridge"


def test_each_claim_is_held_against_its_own_sentences() -> None:
    """Claims on the same long evidence; names and numbers may stand in any of it."""
    checker = Listening()
    cited = Cited(sentences=(OPENED, *RAIN, MAYOR))
    claims = ["The bridge was open in May.", "The mayor, Ada Lark, cut a ribbon."]

    judged = judge(claims, cited, lambda: checker)

    assert [one.why for one in judged] == [None, None]
    assert [mine for mine, _ in checker.read] == [[claims[0]], [claims[1]]]
    assert OPENED in checker.read[0][1].sentences
    assert MAYOR in checker.read[1][1].sentences
