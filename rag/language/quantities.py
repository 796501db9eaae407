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
_GLUED = re.compile(  # 600km, SEK9,000
    r"(?<=\d)(?=(?!(?:st|nd|rd|th|s|am|pm)\b)[a-z]{1,5}\b)|(?<=\b[a-z]{3})(?=\d)"
)
_HOUR = rf"(?:{'|'.join(list(SPELLED)[:13])}|\d{{1,2}})"
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w.,:])(?P<hours>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?![\w:])"
    r"|(?<![\w.,:])(?P<of_day>(?:[01]\d|2[0-3])[0-5]\d)(?=(?:\s[a-z]+,)?\s(?:utc|gmt|hours)\b)"
    rf"|\b(?P<part>half|quarter)\s(?P<side>past|after|to|before)\s(?P<next>{_HOUR})\b"
    r"(?:\s(?P<its_half>[ap])\.?m\b\.?)?"
)
# Numbers in words that no other number is made of.
_WORDED = (
    (re.compile(r"\b(?:an? )?quarter[ -](?:of an? )?(?=(?:million|billion|century)\b)"), "0.25 "),
    (re.compile(r"\bhalf[ -](?:an? |of an? )?(?=(?:century|decade)\b)"), "0.5 "),
    (re.compile(r"\ban hour and a half\b"), "90 minutes"),
    (re.compile(r"\bhalf[ -](?:an )?hour\b"), "30 minutes"),
    (re.compile(r"(?<=[$€£])(\d[\d.,]*)\s?m\b"), r"\1 million"),
    (re.compile(r"\b(\d[\d.,]*)\s?bn\b"), r"\1 billion"),
)
_HOURS_AND_MINUTES = re.compile(
    rf"\b(?P<hours>{_HOUR})[ -]hours?,? (?:and )?(?P<minutes>[a-z]+(?:-[a-z]+)?|\d+) minutes\b"
)
_ONE_SPAN = re.compile(r"\b(?:an?|another|the (?:last|past)) (?=(?:decade|century|year|week)\b)")
_COUNTRY = re.compile(r"^[a-z]{1,2}(?=[$€£])")  # US$5
_BOUND_AFTER = re.compile(
    r"\s?%?(?:[\s-][a-z]+){0,3}?\sor (?:more|fewer|less|so)\b"
    r"|(?:[\s-][a-z]+)?\sat (?:the )?(?:least|most)\b(?!\s[\w$€£])"
)
_SPANS = {"centuri": (1200, "month"), "decad": (120, "month"), "year": (12, "month")}
_SPANS |= {"week": (7, "day"), "hour": (60, "minut")}
_SHORT = {"mph": "mile", "kph": "kilometr", "km": "kilometr", "kg": "kilogram", "ft": "feet"}
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
                         r"|exceed|surpass|topp|at (?:the )?(?:very )?least|no (?:fewer|less) than"
                         r"|excess|upward|minimum|or more")),
    ("most", re.compile(r"(?:fewer|less|lower|younger) than|under|below|at (?:the )?(?:very )?most"
                        r"|up to|as (?:many|much|high|few|little|low) as|\bnear|almost|approach"
                        r"|just short|maximum|or (?:fewer|less)|no more than|close to")),
    ("about", re.compile(r"about|around|roughly|approx|circa|\bsome\b|estimated|average|or so")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text, with what it is a number of."""

    text: str  # as written
    value: Fraction
    bound: str  # "least", "most", "about", or "" for the number itself
    unit: str  # "percent", "dollar", "clock", …; else the stem of the word that follows, or ""


def quantities(text: str, *, spans: bool = False) -> tuple[Quantity, ...]:
    """The quantities of a text: times of day, as minutes since midnight, and the others in order.

    Hours are told in minutes, weeks in days, years, decades and centuries in months.

    Args:
        text: The text.
        spans: Whether "a week" is seven days: what a number may be said for, and not one itself.

    >>> [(one.bound, int(one.value), one.unit) for one in quantities("Over 6 million people fled.")]
    [('least', 6000000, 'peopl')]
    """
    text = _GLUED.sub(" ", fold(text))
    for pattern, number in _WORDED:
        text = pattern.sub(number, text)
    if spans:
        text = _ONE_SPAN.sub("1 ", text)
    text = _HOURS_AND_MINUTES.sub(_in_minutes, text)
    found = [Quantity(match[0], _minutes(match), "", "clock") for match in _CLOCK.finditer(text)]
    text = _CLOCK.sub(lambda match: " " * len(match[0]), text)
    for match in QUANTITY.finditer(text):
        written = match["number"]
        value = _value(written)
        if value is None or written in {"one", "zero"}:  # mostly a pronoun
            continue
        unit = _unit(text, match)
        times, unit = _SPANS.get(unit, (1, unit))
        after = _BOUND_AFTER.match(text, match.end("number"))
        around = match["before"] + (after[0] if after else "")
        bound = next((name for name, pattern in _BOUNDS if pattern.search(around)), "")
        found.append(Quantity(written, times * value, bound, unit))
    return tuple(found)


def _in_minutes(match: re.Match[str]) -> str:
    """One hour and ten minutes are 70 minutes."""
    hours, minutes = _value(match["hours"]), _value(match["minutes"])
    return match[0] if hours is None or minutes is None else f"{60 * hours + minutes} minutes"


def _minutes(clock: re.Match[str]) -> Fraction:
    """12 a.m. is 0, 7:06 p.m. and 19:06 are 1146, half past seven is 450."""
    if clock["of_day"]:
        return Fraction(60 * int(clock["of_day"][:2]) + int(clock["of_day"][2:]))
    if clock["part"]:
        past = 30 if clock["part"] == "half" else 15
        past = past if clock["side"] in {"past", "after"} else -past
        hour = (_value(clock["next"]) or 0) % 12 + 12 * (clock["its_half"] == "p")
        return Fraction(60 * hour + past)
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
        elif word == "and":  # "two hundred and fifty"
            continue
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
    return _SHORT.get(counted[1], stem(counted[1])) if counted else ""
