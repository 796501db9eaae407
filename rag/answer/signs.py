"""Claim + cited text -> signs of whether it follows: numbers, each weak by itself.

`rag.answer.verdict` weighs them beside what the learned checker says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.answer.check import check, negated
from rag.language.names import capitalised
from rag.language.text import REPORTING, common_subsequence, content_terms, plain, stem, words
from rag.models.checker import Cited

_PLAIN_WORD = re.compile(r"[^\W\d_]+")
HEDGES = frozenset(
    "may might could would should can if alleged allegedly reportedly expected likely possible"
    " possibly plan plans planned propose proposed consider considering мог может бы".split()
)
_RELATIONS = frozenset(
    "by which who whose whom because after before since until than from against with despite"
    " though although while unless if during into onto between among through due over under".split()
)
_ATTRIBUTING = REPORTING | {"according", "reported", "reportedly", "сказал", "заявил", "сообщил"}


def signs(claim: str, cited: Cited) -> Mapping[str, float]:
    """What speaks for and against a claim, by name.

    Args:
        claim: One sentence.
        cited: What it cites.
    """
    evidence = plain(cited.evidence)
    terms, there = content_terms(claim), content_terms(evidence)
    around = set(content_terms(cited.whole))
    common = [term for term in terms if term in set(there)]
    here, theirs = negated(claim), negated(evidence)
    hedges, their_hedges = _hedges(claim), _hedges(evidence)
    names = {stem(name) for name, _ in capitalised(claim)}
    named = [term for term in common if term in names]
    wrong = {one.name: len(one.wrong) for one in check(claim, cited)}
    return {
        "vetoes": float(sum(map(bool, wrong.values()))),
        "new words": sum(term not in around for term in terms) / max(1, len(terms)),
        "order": 1 - common_subsequence(common, there) / max(1, len(common)),
        "order of names": float(len(named) - common_subsequence(named, there)),
        "negations": float(abs(sum(here.values()) - sum(theirs.values()))),
        "doubt lost": float(len(their_hedges - hedges)),
        "doubt new": float(len(hedges - their_hedges)),
        "new relations": float(len(_RELATIONS.intersection(words(claim)) - set(words(evidence)))),
        "attribution lost": max(0.0, float(_attributed(evidence) - _attributed(claim))),
        "length": min(1.5, len(words(claim)) / max(1, len(words(evidence)))),
    }


def _hedges(text: str) -> set[str]:
    # "May" with a capital is a month.
    return {
        word.lower()
        for word in _PLAIN_WORD.findall(text)
        if word.lower() in HEDGES and word != "May"
    }


def _attributed(text: str) -> int:
    return sum(word in _ATTRIBUTING for word in words(text))
