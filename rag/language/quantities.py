"""The quantities of a text, as values: "a dozen" is 12, "500%" is "500 percent".

A value alone is not a quantity: "more than 6 million" is bounded, and "48 delegates" counts
delegates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from rag.language.numbers import QUANTITY, SCALES, SPELLED
from rag.language.text import fold, stem

_DIGITS = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_GLUED = re.compile(r"(?<=\d)(?=(?!(?:st|nd|rd|th|s|am|pm)\b)[a-z]{1,5}\b)")  # 600km
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w.,:])(?P<hours>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?![\w:])"
)
_COUNTRY = re.compile(r"^[a-z]{1,2}(?=[$€£])")  # US$5
_BOUND_AFTER = re.compile(
    r"(?:[\s-][a-z]+)?\sor (?:more|fewer|less|so)\b|(?:[\s-][a-z]+)?\sat (?:the )?(?:least|most)\b"
)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b|percentage points?\b)")
_MONEY_BEFORE = re.compile(r"[$€£]\s?$")
_MONEY_AFTER = re.compile(r"\s(?P<unit>(?:us )?dollars?|euros?|pounds?)\b")
_COUNTED = re.compile(r"[\s-]([a-z]+)")
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound"}
MONEY = frozenset(
    {"percent", *_SIGNS.values()}
)  # and shares: units that a number is nothing without
_BOUNDS = (
    ("least", re.compile(r"(?:more|greater|larger|higher|older|longer|further) than|\bover\b|above"
                         r"|at (?:the )?(?:very )?least|no (?:fewer|less) than|excess|upward"
                         r"|minimum|or more")),
    ("most", re.compile(r"(?:fewer|less|lower|younger) than|under|below|at (?:the )?(?:very )?most"
                        r"|up to|as (?:many|much|high|few|little|low) as|nearly|almost|just short"
                        r"|maximum|or (?:fewer|less)|no more than|close to")),
    ("about", re.compile(r"about|around|roughly|approx|circa|\bsome\b|estimated|average|or so")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text, with what it is a number of."""

    text: str  # as written
    value: Fraction
    bound: str  # "least", "most", "about", or "" for the number itself
    unit: str  # "percent", "dollar", "clock", …; else the stem of the word that follows, or ""


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text: times of day, as minutes since midnight, and the others in order.

    >>> [(one.bound, int(one.value), one.unit) for one in quantities("Over 6 million people fled.")]
    [('least', 6000000, 'peopl')]
    """
    text = _GLUED.sub(" ", fold(text))
    found = [Quantity(match[0], _minutes(match), "", "clock") for match in _CLOCK.finditer(text)]
    text = _CLOCK.sub(lambda match: " " * len(match[0]), text)
    for match in QUANTITY.finditer(text):
        written = match["number"]
        value = _value(written)
        if value is None or written in {"one", "zero"}:  # mostly a pronoun
            continue
        unit = _unit(text, match)
        if unit == "decad":
            value, unit = 10 * value, "year"
        after = _BOUND_AFTER.match(text, match.end("number"))
        around = match["before"] + (after[0] if after else "")
        bound = next((name for name, pattern in _BOUNDS if pattern.search(around)), "")
        found.append(Quantity(written, value, bound, unit))
    return tuple(found)


def _minutes(clock: re.Match[str]) -> Fraction:
    """12 a.m. is 0, 7:06 p.m. and 19:06 are 1146."""
    if clock["half"] is None:
        return Fraction(60 * int(clock["hours"]) + int(clock["minutes"]))
    hour = int(clock["hour"]) % 12 + 12 * (clock["half"] == "p")
    return Fraction(60 * hour + int(clock["minute"] or 0))


def _value(written: str) -> Fraction | None:
    """The value of digits or words: "1.5 million", "twenty-two", "half a million"."""
    total = Fraction(0)
    current: Fraction | None = None
    for match in re.finditer(rf"{_DIGITS.pattern}|[a-z]+", _COUNTRY.sub("", written)):
        word = match[0]
        if word[0].isdigit():
            current = (current or Fraction(0)) + Fraction(word.replace(",", ""))
        elif word == "half":
            current = Fraction(1, 2)
        elif word == "a":
            current = current or Fraction(1)
        elif word in SPELLED:
            current = (current or Fraction(0)) + SPELLED[word]
        elif word.removesuffix("s") in SCALES:
            if current is None:  # "thousands"
                return None
            current *= SCALES[word.removesuffix("s")]
            if current >= 1_000:
                total, current = total + current, None
        else:
            return None
    return total + (current or Fraction(0)) if total or current is not None else None


def _unit(text: str, match: re.Match[str]) -> str:
    end = match.end("number")
    if _PERCENT.match(text, end):
        return "percent"
    if sign := re.search(r"[$€£]", match["number"]) or _MONEY_BEFORE.search(text[: match.start()]):
        return _SIGNS[sign[0].strip()]
    if money := _MONEY_AFTER.match(text, end):
        return stem(money["unit"].removeprefix("us ").removesuffix("s"))
    counted = _COUNTED.match(text, end)
    return stem(counted[1]) if counted else ""
