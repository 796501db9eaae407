"""A sentence of an article -> "How many …?", "Who is …?", "How old is …?", "When …?".

Only for a few forms of sentence, whose question is sure to be grammatical.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.evaluate.proposal import (
    CALENDAR,
    CAPITALISED,
    NAME,
    POINTERS,
    Proposal,
    is_person,
    lowered,
)
from rag.language.calendar import CAPITAL_MONTH
from rag.language.numbers import SPELLED, TENS
from rag.language.text import REPORTING, STOPWORDS, fold, words

LONGEST = 18  # words after "How many" or "When"

_DIGITS = {word: str(number) for word, number in SPELLED.items() if 2 <= number <= 20}
_NUMBER = (
    rf"(?:\d[\d,.]*|(?:{'|'.join([*_DIGITS, *TENS])})(?:-\w+)?)"
    r"(?: (?:hundred|thousand|million|billion))?"
)
_ROUGHLY = "at least|more than|about|around|nearly|almost|over|some|approximately|up to|as many as"
_THINGS = r"(?:(?:[a-z][a-z-]+ ){0,2}(?:[a-z-]{2,}s|people|men|women|children|police))"
_MANY = rf"(?:(?i:{_ROUGHLY}) )?(?P<fact>(?i:{_NUMBER}) (?P<things>{_THINGS}))"
_ON = r"[^,;:.()\"“”]"  # a character of the same clause
_END = r"(?=[,.;]|$)"
_MONTH = CAPITAL_MONTH
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}})"
_DATED = rf" (?:on|in) (?P<fact>{_DATE}){_END}"
_PERSON = rf"{CAPITALISED} (?:{CAPITALISED} )?{CAPITALISED}"

# Past forms that can stand in a question with "did", and what becomes of them.
_HARMED = {
    "killed": "kill", "injured": "injure", "wounded": "wound", "arrested": "arrest",
    "displaced": "displace", "detained": "detain", "evacuated": "evacuate", "rescued": "rescue",
}  # fmt: skip
_HAPPENED = {
    "died": "die", "resigned": "resign", "opened": "open", "arrived": "arrive", "started": "start",
    "began": "begin", "launched": "launch", "announced": "announce", "ended": "end",
    "returned": "return", "joined": "join", "signed": "sign",
}  # fmt: skip
_NOT_NOW = frozenset("a an former formerly then once later now currently".split())
_AUXILIARY = frozenset("is are was were has have had will would can could may might".split())
_AGES = ("{} years old", "is {}", "{}-year-old", "aged {}", "age of {}")

_MANY_ARE = re.compile(
    rf"^{_MANY} (?P<rest>(?:were|are|have|had|will|would|died|survived|attended|took|lost|gathered"
    r"|marched|remain|remained|joined|signed|fled|voted|live|lived|work|escaped|participated"
    rf"|applied) {_ON}+)"
)
_MANY_HARMED = re.compile(
    rf"^(?P<subject>(?:An?|The|{CAPITALISED}) {_ON}+?) (?P<verb>{'|'.join(_HARMED)}) {_MANY}"
    rf"(?P<rest> in {_ON}+)?(?=[,.;]| and )"
)
_DONE = rf"(?P<done>(?:(?!(?:{_ROUGHLY})\b)[a-z]+(?:ed|en|t|n|ld|de) )?)"
_HAS_MANY = re.compile(
    rf"^(?P<subject>(?:The )?{NAME}) (?P<verb>has|have) {_DONE}{_MANY}(?P<rest>{_ON}*){_END}"
)
_AGED = re.compile(rf"(?:^|[^,] )(?P<name>{_PERSON}), (?P<age>[1-9]\d),")
_IN_OFFICE = re.compile(
    rf"(?:^|[^,] )(?P<fact>{_PERSON}), (?:the )?(?P<office>(?:[\w’'-]+ ){{0,3}}"
    r"(?:spokesman|spokeswoman|spokesperson|president|director|head|leader|chairman|chairwoman"
    r"|secretary|minister|mayor|governor|founder|commander|editor|coach|chief|manager|[sS]peaker)"
    rf" (?:of|for|at) (?:the )?{NAME}),"
)
_WAS_DONE = re.compile(
    rf"^(?P<subject>(?:The )?{NAME}) (?P<verb>was|were|will|is)"
    rf" (?P<rest>(?:(?:be )?[a-z]+(?:ed|en|t|n)\b|meet|open){_ON}*?){_DATED}"
)
_DID = re.compile(
    rf"^(?P<subject>(?:The )?{NAME}) (?P<verb>{'|'.join(_HAPPENED)})\b(?P<rest>{_ON}*?){_DATED}"
)


def from_sentence(sentence: str) -> Iterator[Proposal]:
    """Propose what a sentence answers.

    Args:
        sentence: As `rag.language.text.plain` shows it.
    """
    yield from _how_many(sentence)
    yield from _about_people(sentence)
    if (match := _WAS_DONE.match(sentence)) and _is_full(match["subject"]):
        asked = f"{match['verb']} {lowered(match['subject'])} {match['rest']}"
        yield from _specific("When", asked, match)
    if (match := _DID.match(sentence)) and _is_full(match["subject"]):
        asked = f"did {lowered(match['subject'])} {_HAPPENED[match['verb']]}{match['rest']}"
        yield from _specific("When", asked, match)


def _how_many(sentence: str) -> Iterator[Proposal]:
    if match := _MANY_ARE.match(sentence):
        yield from _specific("How many", f"{match['things']} {match['rest']}", match)
    match = _MANY_HARMED.match(sentence)
    if match and _can_be_subject(match["subject"]):
        does = f"did {lowered(match['subject'])} {_HARMED[match['verb']]}{match['rest'] or ''}"
        yield from _specific("How many", f"{match['things']} {does}", match)
    match = _HAS_MANY.match(sentence)
    if match and " and " not in match["rest"]:
        subject, done = lowered(match["subject"]), match["done"].strip()
        do = "do" if match["verb"] == "have" else "does"
        does = f"{match['verb']} {subject} {done}" if done else f"{do} {subject} have"
        yield from _specific("How many", f"{match['things']} {does}{match['rest']}", match)


def _about_people(sentence: str) -> Iterator[Proposal]:
    for match in _IN_OFFICE.finditer(sentence):
        is_now = match["office"].split()[0] not in _NOT_NOW
        if is_now and is_person(match["fact"], sentence):
            yield from _specific("Who is", f"the {match['office']}", match)
    for match in _AGED.finditer(sentence):
        if is_person(match["name"], sentence):
            yield Proposal(
                question=f"How old is {match['name']}?",
                fact=f"{match['name']}, {match['age']}",
                others=tuple(form.format(match["age"]) for form in _AGES),
                evidence=match[0],
            )


def _specific(opening: str, asked: str, match: re.Match[str]) -> Iterator[Proposal]:
    """The question, if it names something and needs no article to be understood."""
    names = [name for name in re.findall(CAPITALISED, asked) if fold(name) not in CALENDAR]
    if set(words(match.groupdict().get("things") or "")) & STOPWORDS:
        return  # "two of the men"
    if names and len(asked.split()) <= LONGEST and not POINTERS & set(words(asked)):
        first, _, rest = match["fact"].partition(" ")
        digits = _DIGITS.get(first.lower())
        yield Proposal(
            question=f"{opening} {asked}?",
            fact=match["fact"],
            others=(f"{digits} {rest}",) if digits else (),
            evidence=match[0],
        )


def _can_be_subject(phrase: str) -> bool:
    """Whether the words before a verb are a short phrase with no clause in it."""
    own = words(phrase)
    no_subject = POINTERS | CALENDAR | REPORTING | _AUXILIARY
    return len(own) <= 10 and own[-1] not in STOPWORDS and not set(own) & no_subject


def _is_full(name: str) -> bool:
    """Whether a name is more than a first or last name."""
    return " " in name or name.isupper()
