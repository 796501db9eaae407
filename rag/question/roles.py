"""Who holds an office: "Who is the Russian defence minister?" -> the names a sentence says it of.

A sentence may name a minister, and Russia, and defence, and yet nobody who is Russia's minister of
defence. It answers only where the words of the office stand with the name: "Defence Minister Ann
Lee", "the minister of defence, Ann Lee", "Ann Lee, who was the defence minister".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Span
from rag.language.dates import find_period
from rag.language.proper_names import NAME, UPPER
from rag.language.text import STOPWORDS, fold, stem, words
from rag.statements.titles import person

# Offices that a person has by that name; who wrote a book or leads a firm is told in many ways.
_OFFICES = {
    **{f"spokes{who}": r"spokes(?:man|woman|person|people)" for who in ("man", "woman", "person")},
    **{f"chair{who}": r"chair(?:man|woman|person)?" for who in ("man", "woman", "person", "")},
    "premier": r"(?:premier|prime\s+minister)",
    **{
        word: word
        for word in (
            "president minister chancellor governor mayor secretary ambassador treasurer"
            " commissioner prosecutor"
        ).split()
    },
}
_ASKED = re.compile(
    r"^who(?:['’]s|\s(?:is|was|are|were))\s(?:(?:now|currently|today)\s)?"
    r"(?P<role>(?:the\s|an?\s)?[^?]{3,80}?)(?:\s(?:now|today|currently))?\s*[?.!]*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:who|that|which|when|during|while|whose|and|or|made|elected|appointed|named)\b|,",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:of|for|at|to|in)\s", re.IGNORECASE)
# What a minister may be of; written with a capital or without.
_MATTERS = frozenset(
    "foreign defence finance interior justice prime economy energy health education trade labour"
    " environment agriculture culture transport press treasury home general vice deputy former"
    " acting interim state".split()
)
# One of these makes another office of it: a vice president is not the president.
_OTHER = frozenset("vice deputy former ex acting interim assistant elect ousted would-be".split())
# Which of the holders; told in many words, or in the sentence around.
_LOOSE = frozenset(
    "first last final new next old current present previous original second third incumbent then"
    " inaugural latest earliest youngest oldest longest".split()
)
_ALIKE_WORDS = (frozenset({"last", "final"}), frozenset({"first", "inaugural"}))
_ONE_COUNTRY = tuple(
    frozenset(group.split())
    for group in (
        "us usa american america", "uk british britain", "france french", "spain spanish",
        "netherlands dutch", "poland polish", "finland finnish", "denmark danish", "wales welsh",
        "ireland irish", "switzerland swiss", "greece greek", "philippines filipino philippine",
        "thailand thai", "eu european europe", "peru peruvian", "cyprus cypriot", "iraq iraqi",
    )
)  # fmt: skip
_PEOPLE = re.compile(r"(?:[aei]an|ish|ese|can)$")
_ALIKE = 4  # letters that "Russia" and "Russian", "Turkey" and "Turkish" begin with, at least
_ENDING = 5  # letters after them at most
_BEFORE = 140  # characters before an office in which its holder is looked for
_FILL = r"(?:(?:the|an?|his|her|its|their|then|now|also)\s+)*"
_NAMED_BEFORE = re.compile(
    rf"(?P<name>{NAME})(?:,?\s+(?:who\s+)?(?:is|was|became|becomes|remains|has\sbeen|had\sbeen"
    r"|served\sas|serves\sas|as|elected|appointed|named)\s+|,\s+|\s+\()"
    rf"{_FILL}(?P<words>(?:[\w.’'&-]+\s+){{0,5}})$"
)
_WORD = r"\(?[\w’'.&-]++\)?"
_OF_WHAT = (
    rf"\s+(?:of|for|at|to)\s+(?:the\s+)?+{_WORD}(?:\s+(?:affairs|committee|commission|staff))?+"
    rf"(?:\s+(?:(?:of|the|and|for)\s+)*\(?{UPPER}[\w’'.&-]*+\)?)*+"
)
_NAMED_AFTER = (
    re.compile(
        rf"(?P<of>(?:{_OF_WHAT})?)(?:,\s+|,?\s+(?:is|was|is\snow|became|named)\s+)(?P<name>{NAME})"
    ),
    re.compile(rf"(?P<of>)\s+(?P<name>{NAME})"),
    re.compile(rf"(?P<of>\s+(?:of|for)\s+(?:the\s+)?+{_WORD})\s+(?P<name>{UPPER}[\w’'-]*\s{NAME})"),
)
_CUT = re.compile(r"[,;:()“”\"—–]|[.?!]\s(?=\S)(?<!U\.S\.\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An office that a question asks the holder of."""

    written: str  # as the question has it: "the Russian defence minister"
    head: str  # pattern of the office itself: "minister"
    matters: frozenset[str]  # stems without which it is another office: "defenc"
    of: tuple[str, ...]  # folded words that tell whose: "russian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A name that a sentence gives an office to."""

    name: Span
    whole: bool  # all words of the office stand with it; else whose office it is stays open


def asked_role(question: str) -> Role | None:
    """The office whose holder a question asks for; None where it asks for something else.

    >>> asked_role("Who is the Russian defence minister?").of
    ('russian',)
    """
    match = _ASKED.match(" ".join(question.split()))
    if match is None:
        return None
    role = match["role"]
    if (period := find_period(role)) and role.endswith(f" {period.written}"):
        role = role.removesuffix(f" {period.written}")
    bare = re.sub(r"^(?:the|an?)\s", "", role, flags=re.IGNORECASE)
    phrase = _OF.split(bare, maxsplit=1)[0]
    told = _words(phrase)
    if not told or told[-1] not in _OFFICES or _CLAUSE.search(bare):
        return None
    capitals = any(word[:1].isupper() for word in bare.split())
    lower = {fold(word) for word in bare.split() if capitals and word.islower()}
    others = [
        word
        for word in _words(bare)
        if word not in STOPWORDS and word != told[-1] and word not in {"current", "present"}
    ]
    matters = {
        word for word in others if word in _MATTERS or (word in lower and word not in _LOOSE)
    }
    return Role(
        written=role,
        head=_OFFICES[told[-1]],
        matters=frozenset(stem(word) for word in matters),
        of=tuple(word for word in others if word not in matters),
    )


def holders(role: Role, text: str) -> list[Holder]:
    """The names to which a sentence gives an office, or one that may be it.

    Args:
        role: The office.
        text: The sentence; the spans are of it.
    """
    found: list[Holder] = []
    for match in re.finditer(rf"(?<![\w-])(?:\w+-)?{role.head}(?![\w’'-])", text, re.IGNORECASE):
        for name, beside in _named(text, match, role):
            told = _words(beside)
            if _OTHER & set(told) - {word for word in _OTHER if stem(word) in role.matters}:
                continue
            if role.matters <= {stem(word) for word in told}:
                whole = all(any(_same(word, other) for other in told) for word in role.of)
                if whole or not _of_a_nation(beside):  # the Ukrainian minister is not the Russian
                    found.append(Holder(name=name, whole=whole))
    return found


def _named(text: str, office: re.Match[str], role: Role) -> Iterator[tuple[Span, str]]:
    """Names beside an office, with the words that stand with it."""
    before = text[max(0, office.start() - _BEFORE) : office.start()]
    with_it = _last_phrase(before, role)
    found = (pattern.match(text, office.end()) for pattern in _NAMED_AFTER)
    after = next((one for one in found if one), None)
    if after and person(after["name"]) and _is_closed(text, after):
        name = Span(start=after.start("name"), end=after.end("name"))
        yield name, f"{with_it} {office[0]} {after['of'] or ''}"
        return
    named = _NAMED_BEFORE.search(before)
    if named and person(named["name"]) and not STOPWORDS & set(_words(named["words"])):
        begin = office.start() - len(before)
        of = re.match(_OF_WHAT, text[office.end() :])
        name = Span(start=begin + named.start("name"), end=begin + named.end("name"))
        yield name, f"{named['words']} {office[0]} {of[0] if of else ''}"


def _last_phrase(before: str, role: Role) -> str:
    """The words right before an office that belong to it: "US" of "praise of US President"."""
    known = _MATTERS | _LOOSE | _OTHER | {*role.of, "us"}
    told: list[str] = []
    for word in reversed(_CUT.split(before)[-1].split()):
        folded = _words(word)
        lower = word[:1].islower() and not any(one in known for one in folded)
        if (lower and not role.matters & set(map(stem, folded))) or (
            set(folded) & (STOPWORDS - {"us"})
        ):
            break
        told.insert(0, word)
    return " ".join(told)


def _is_closed(text: str, after: re.Match[str]) -> bool:
    """Whether a name after a comma ends there, as an apposition does, or is a whole name."""
    apart = text[after.end("of") if after["of"] else after.start() : after.start("name")]
    ends = re.match(r"\s*(?:[,.;:)]|$)", text[after.end() :])
    return "," not in apart or bool(ends) or " " in after["name"]


def _of_a_nation(beside: str) -> bool:
    """Whether the words of an office name a people."""
    told = [fold(word) for word in re.findall(r"[\w.]+", beside) if word[:1].isupper()]
    nations = frozenset().union(*_ONE_COUNTRY)
    return any(_PEOPLE.search(word) or word.replace(".", "") in nations for word in told)


def _words(text: str) -> list[str]:
    text = re.sub(r"\bUnited States(?: of America)?\b", "US", text)
    text = re.sub(r"\bUnited Kingdom\b", "UK", text)
    return ["defence" if word == "defense" else word for word in words(text)]


def _same(one: str, other: str) -> bool:
    """Whether two words name one thing: "Russia" and "Russian", "France" and "French"."""
    if stem(one) == stem(other):
        return True
    if any({one, other} <= group for group in (*_ONE_COUNTRY, *_ALIKE_WORDS)):
        return True
    common = _common(one, other)
    return common >= _ALIKE and max(len(one), len(other)) - common <= _ENDING


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many letters two words begin with."""
    for n, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return n
    return min(len(one), len(other))
