"""Claim + cited text -> verdict, by rungs that need no model.

A claim passes when every rung holds. Each rung is strict on purpose: a claim that fails is not
shown with a caveat but replaced by the sentence that it cites, so a false alarm costs brevity only,
while a miss would put words into somebody's mouth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from rag.names import capitalised, skeleton
from rag.text import REPORTING, content_terms, fold, plain, stem, words

COVERAGE = 0.8  # share of a claim's content words that must stand in the cited text
ORDER = 0.8  # share of them that must stand there in the claim's order

_QUOTED = re.compile(r'"([^"]+)"')
_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot cant dont doesnt didnt isnt arent"
    " wasnt werent wont wouldnt shouldnt couldnt hasnt havent hadnt refuse refused refuses refusing"
    " deny denied denies denying reject rejected rejects rejecting fail failed fails failing"
    " unlikely impossible не нет ни никогда нельзя без отрицал отверг".split()
)
_HEDGES = frozenset(
    "may might could would should can if alleged allegedly reportedly expected likely possible"
    " possibly plan plans planned propose proposed consider considering мог может бы".split()
)
_RELATIONS = frozenset(
    "by which who whose whom because after before since until than from against with despite though"
    " although while unless if during into onto between among through due over under".split()
)
_ATTRIBUTING = REPORTING | {"according", "reported", "reportedly", "сказал", "заявил", "сообщил"}
_UNITS = {"percent": "%", "per cent": "%"}


def unsupported(claim: str, cited: str, *, speakers: Iterable[str] = ()) -> str | None:
    """Check a claim against the text it cites.

    Args:
        claim: One sentence, without citation marks.
        cited: The cited sentence or sentences, verbatim.
        speakers: Names that the index knows to speak in the cited text, though it may call them
            otherwise there ("he", "the spokesman").

    Returns:
        None when every rung holds, else what is wrong, in a few words.
    """
    shown = plain(cited)
    rungs: tuple[tuple[Callable[[str, str], list[str]], str], ...] = (
        (missing_quotes, "quotes words that are not in the sentence"),
        (missing_numbers, "has a number that is not in the sentence"),
        (
            lambda a, b: missing_names(a, f"{b} {' '.join(speakers)}"),
            "has a name that is not in it",
        ),
        (lost_attribution, "drops that somebody says so"),
        (changed_negation, "adds or loses a negation"),
        (added_certainty, "loses a condition or doubt"),
        (lambda a, b: uncovered(a, f"{b} {' '.join(speakers)}"), "says more than the sentence"),
        (new_relations, "relates things otherwise than the sentence"),
        (repeated, "repeats itself"),
        (reordered, "puts the words in another order"),
    )
    for rung, why in rungs:
        wrong = rung(claim, shown)
        if wrong:
            return f"{why}: {', '.join(wrong)}"
    return None


def missing_quotes(claim: str, cited: str) -> list[str]:
    """Quoted words of the claim that are not verbatim in the text (quotes, case, spaces folded)."""
    text = fold(cited)
    return [
        quoted for quoted in _QUOTED.findall(fold(claim)) if quoted.strip(" ,.!?;:") not in text
    ]


def missing_numbers(claim: str, cited: str) -> list[str]:
    """Numbers of the claim that do not stand in the text; 500% is 500 percent."""
    there = set(_numbers(cited))
    return [number for number in _numbers(claim) if number not in there]


def _numbers(text: str) -> list[str]:
    folded = fold(text)
    for written, unit in _UNITS.items():
        folded = re.sub(rf"(?<=\d)\s*{written}\b", unit, folded)
    with_unit = re.findall(r"\d[\d.,]*\s*%", folded)
    return [w for w in words(text) if w[0].isdigit()] + [
        re.sub(r"[\s,]", "", number) for number in with_unit
    ]


def missing_names(claim: str, cited: str) -> list[str]:
    """Names of the claim that the text does not have, in any spelling.

    The first word counts only when it is no word of the text in small letters.
    """
    there = set(words(cited))
    sounds = {skeleton(word) for word in there if len(skeleton(word)) > 2}
    return [
        name
        for name, opens in capitalised(claim)
        if name not in there
        and skeleton(name) not in sounds
        and not (opens and not content_terms(name))
    ]


def lost_attribution(claim: str, cited: str) -> list[str]:
    """The reporting verb of the text when the claim has none: a statement is not a fact."""
    reported = [word for word in words(cited) if word in _ATTRIBUTING]
    return reported[:1] if reported and not _ATTRIBUTING.intersection(words(claim)) else []


def changed_negation(claim: str, cited: str) -> list[str]:
    """Negations that only one of the two has."""
    return sorted(_negations(claim) ^ _negations(cited))


def _negations(text: str) -> set[str]:
    found = {word for word in words(text) if word in _NEGATIONS}
    if not found:
        return set()
    # "does not" and "doesn't" are one negation; "denied" and "refused" are each their own.
    return {stem(w) if stem(w) in _STRONG else "not" for w in found}


_STRONG = frozenset({"deni", "reject", "refus", "fail", "without", "never"})


def added_certainty(claim: str, cited: str) -> list[str]:
    """Words of doubt or condition that stand in the text and are gone from the claim.

    Only a claim that keeps at least half of the text is held to this: a short part of a long
    sentence need not carry a condition that belongs to another part.
    """
    kept = content_terms(claim)
    if len(kept) * 2 < len(content_terms(cited)):
        return []
    return sorted(_HEDGES.intersection(words(cited)) - set(words(claim)))


def uncovered(claim: str, cited: str) -> list[str]:
    """Content words that the text lacks, when they are too many of the claim's."""
    there = set(content_terms(cited))
    terms = content_terms(claim)
    missing = [term for term in terms if term not in there]
    if not terms:
        return ["nothing said"]
    return missing if len(missing) > (1 - COVERAGE) * len(terms) else []


def new_relations(claim: str, cited: str) -> list[str]:
    """Words that say who does what to whom, or when and why, and that the text does not have.

    "The bill, whose sponsors are …" must not become "the bill, which sponsors …".
    """
    return sorted(_RELATIONS.intersection(words(claim)) - set(words(cited)))


def repeated(claim: str, cited: str) -> list[str]:
    """Content words that the claim has more often than the text, when there are two or more."""
    more = Counter(content_terms(claim)) - Counter(content_terms(cited))
    there = set(content_terms(cited))
    again = [term for term in more if term in there]
    return again if len(again) > 1 else []


def reordered(claim: str, cited: str) -> list[str]:
    """Content words out of the order that the text has, when they are too many.

    "Moscow accused Kyiv" and "Kyiv accused Moscow" share every word.
    """
    there = content_terms(cited)
    terms = [term for term in content_terms(claim) if term in set(there)]
    longest = _common_subsequence(terms, there)
    return terms if longest < ORDER * len(terms) else []


def _common_subsequence(left: list[str], right: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for item in left:
        previous = 0
        for j, other in enumerate(right, start=1):
            previous, row[j] = row[j], previous + 1 if item == other else max(row[j], row[j - 1])
    return row[-1]
