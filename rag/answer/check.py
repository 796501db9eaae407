"""Claim + cited text -> what is wrong with it, by rungs that need no model.

Each rung is a veto about content. It lets other words, another order and another form of a number
pass, but no other number, name, address, quotation or speaker. Whether what is left follows is for
the learned checker to tell (`rag.answer.verdict`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.domain import Rung
from rag.language.calendar import DAYS_AND_MONTHS
from rag.language.names import OPENERS, akin, capitalised, initials, same_name, spelled_out
from rag.language.quantities import MONEY, Quantity, quantities
from rag.language.text import REPORTING, STOPWORDS, content_terms, fold, plain, words
from rag.models.checker import Cited
from rag.statements.cues import INVERTED

_QUOTED = re.compile(r'"([^"]+)"')
# A scheme, "www.", a mailbox, or a name with a dot inside and two letters or more after it: what a
# terminal or a chat tool would make a link of. "U.S." and "3.5" are none. Bounded, for long lines.
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,20}://\S*|\b(?:javascript|vbscript|data|file|mailto|sms|tel):\S+"
    r"|\bwww\.\S+|\b[\w.+-]{1,64}@[\w-]\S*"
    r"|\b[\w-]{2,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}\b(?:/\S*)?",
    re.IGNORECASE,
)
_MARK = re.compile(r"[\[\]<>\u3010\u3011\uff3b\uff3d]|://")  # also wide ones, 【1】 and ［1］
_CUE = "|".join(sorted(REPORTING, key=len, reverse=True))
_NAME = r"[A-Z][\w’'-]+"
_SPEAKER = re.compile(
    rf"(?P<before>{_NAME})(?:,? who| also| then| later| has| had)?\s(?:{_CUE})\b"
    rf"|\b(?:{'|'.join(sorted(INVERTED))})\s(?P<after>{_NAME}(?:\s{_NAME})*)"
    rf"|[Aa]ccording to\s(?P<source>{_NAME}(?:\s{_NAME})*)"
)
# What follows an opening word that is no name: "Clashes between", "Nearly 400", "Voters were".
_OPENS_WITH_WORD = re.compile(
    r"\W*[\w’'-]+\s(?:\d|(?:of|in|from|with|between|to|for|by|on|at|than|per|after|before|as|about"
    r"|who|that|which|this|these|those|the|an?|his|her|its|their|our|all|some|any|many|no|one"
    r"|it|he|she|they|we|were|are|have|do|i)\b)"
)

HALF_A_DAY = 12 * 60  # minutes
_HALF = re.compile(r"[ap]\.?m\b")
_OF_TIME = frozenset({"month", "day", "minut"})
_OVER = re.compile(
    r"\b[Oo]ver\s(?!the age)[\w-]+\s(?:years|months|weeks|days|hours|minutes|decades)"
)
FOREIGN = 0.8  # share of its words that a claim may have from elsewhere, at most
FEW = 2  # so many may be counted by the reader: "the two", "one of them"


def check(claim: str, cited: Cited) -> tuple[Rung, ...]:
    """Every rung for a claim.

    Args:
        claim: One sentence, without citation marks.
        cited: What it cites.
    """
    evidence, around = plain(cited.evidence), plain(cited.whole)
    missing, bounds = wrong_quantities(claim, around)
    found = (
        ("marks", "has a citation mark or a link inside", _MARK.findall(claim)),
        ("quotes", "quotes words that are not in the sentence", missing_quotes(claim, evidence)),
        ("addresses", "has an address that is not in the sentence", new_addresses(claim, evidence)),
        ("numbers", "has a number that is not in the sentence", missing),
        ("bounds", "has a number that the sentence bounds or counts otherwise", bounds),
        ("names", "has a name that is not in the sentence", missing_names(claim, around)),
        (
            "words",
            "has hardly a word of the sentence",
            foreign_words(claim, around),
        ),
        (
            "speaker",
            "names another speaker",
            wrong_speakers(claim, evidence, speakers=" ".join(cited.speakers)),
        ),
    )
    return tuple(Rung(name=name, why=why, wrong=tuple(wrong)) for name, why, wrong in found)


def failure(rungs: Iterable[Rung]) -> str | None:
    """What the first rung that does not hold has to say; None when all hold."""
    return next((f"{one.why}: {', '.join(one.wrong)}" for one in rungs if one.wrong), None)


def missing_quotes(claim: str, cited: str) -> list[str]:
    """Quoted words of the claim that are not verbatim in the text (quotes, case, spaces folded)."""
    text = fold(cited)
    return [
        quoted for quoted in _QUOTED.findall(fold(claim)) if quoted.strip(" ,.!?;:") not in text
    ]


def new_addresses(claim: str, cited: str) -> list[str]:
    """Web and mail addresses of the claim that do not stand in the text, character for character.

    "evil.example" and "Evil, example" have the same words, and only one of them leads somewhere.
    """
    there = {address.casefold() for address in _ADDRESS.findall(cited)}
    return [address for address in _ADDRESS.findall(claim) if address.casefold() not in there]


def wrong_quantities(claim: str, cited: str) -> tuple[list[str], list[str]]:
    """Numbers of the claim that the text does not have, and those that it bounds otherwise.

    500% is 500 percent, a dozen is 12. "6 million" is not "more than 6 million", and "48 delegates"
    not "48 votes" where the text counts the delegates itself.

    Returns:
        The ones, among them days and months, and the others.
    """
    there, written = quantities(cited), set(words(cited))
    spans = quantities(cited, spans=True)
    missing = [day for day in words(claim) if day in DAYS_AND_MONTHS and day not in written]
    bounds = []
    for one in quantities(claim):
        same = [other for other in (*there, *spans) if _same_value(one, other)]
        if not same:
            spelled = not any(char.isdigit() for char in one.text)
            few = spelled and one.value <= FEW
            if one.text not in written and not few:
                missing.append(one.text)
        elif not _in_one_unit(one, same):
            missing.append(f"{one.text} {one.unit}")
        elif _bounds_otherwise(one, same, claim) or _counts_otherwise(one, same, there):
            bounds.append(one.text)
    return missing, bounds


def _same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are one, or times of day where one does not say which half of the day."""
    if one.value == other.value:
        return True
    if not one.unit == other.unit == "clock" or (one.value - other.value) % HALF_A_DAY:
        return False
    return any(each.value < 13 * 60 and not _HALF.search(each.text) for each in (one, other))


def _bounds_otherwise(one: Quantity, same: Sequence[Quantity], claim: str) -> bool:
    """Whether a number of the claim is more, or less, exact than where the text has it."""
    there = {other.bound for other in same}
    if one.bound in {"about", *there}:
        return False
    # "Over three days" can be during them; "by estimates" is "about", at any place.
    during = one.bound == "least" and one.unit in _OF_TIME and _OVER.search(claim)
    estimated = not one.bound and "about" in there and "estimate" in claim
    return not (during or estimated)


def _in_one_unit(one: Quantity, same: Sequence[Quantity]) -> bool:
    """Whether a number is a share or money where the text has it so, and only there."""

    def unit(quantity: Quantity) -> str:
        return quantity.unit if quantity.unit in MONEY else ""

    return unit(one) in {unit(other) for other in same}


def _counts_otherwise(one: Quantity, same: Sequence[Quantity], all_: Sequence[Quantity]) -> bool:
    """Whether the text has another number of the same things, and this number of others alone."""
    known = {other.unit for other in same}
    if one.unit in {"", *known} or known & {"", *STOPWORDS}:  # "serving eight before": eight what?
        return False
    return any(other.unit == one.unit and other.value != one.value for other in all_)


def missing_names(claim: str, cited: str) -> list[str]:
    """Names of the claim that the text does not have, in any spelling.

    "Samoa" stands in "Samoan", "US" in "United States". The first word of a sentence does not
    count where it is a common opener, or where what follows shows that it is no name: "Voters in".
    """
    there = set(words(cited))
    known = initials(cited) | set(spelled_out(claim, {word.replace(".", "") for word in there}))
    return [
        name
        for name, opens in capitalised(claim)
        if name.replace(".", "") not in known
        and not any(akin(name, other) for other in there)
        and not (opens and _is_common(name, claim))
    ]


def _is_common(opener: str, claim: str) -> bool:
    if opener in OPENERS or not content_terms(opener) or opener.endswith(("ing", "ly")):
        return True
    return bool(_OPENS_WITH_WORD.match(claim))


def foreign_words(claim: str, cited: str) -> list[str]:
    """The claim's content words that the text does not have, when they are most of them.

    Other words may tell the same. Hardly any word in common is another matter, or another language.
    """
    terms, there = content_terms(claim), set(content_terms(cited))
    missing = [term for term in terms if term not in there]
    return missing if len(missing) > FOREIGN * len(terms) else []


def wrong_speakers(claim: str, cited: str, *, speakers: str) -> list[str]:
    """People whom the claim lets say something where somebody else says it.

    Who stands in the text outside of a quotation may be who speaks, in whatever words it is told.

    Args:
        claim: The claim.
        cited: The text.
        speakers: Who else is known to speak there, separated by spaces.
    """
    heard = speakers_in(cited) | set(words(speakers))
    if not heard:
        return []
    heard |= set(words(_QUOTED.sub(" ", fold(cited))))
    return sorted(
        name for name in speakers_in(claim) if not any(same_name(name, other) for other in heard)
    )


def speakers_in(text: str) -> set[str]:
    """Folded last names that stand beside a reporting verb of a text, outside of quotations."""
    matches = (match for match in _SPEAKER.finditer(_QUOTED.sub(" ", text)))
    written = (match["before"] or match["after"] or match["source"] for match in matches)
    return {words(name)[-1] for name in written if words(name)} - STOPWORDS
