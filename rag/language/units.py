"""What a number is a measure of, by its unit: "£4.5m" is money, "58 million litres" a volume."""

from __future__ import annotations

import re
from enum import StrEnum

from rag.domain import Span
from rag.language.numbers import QUANTITY


class Measure(StrEnum):
    """What a unit measures."""

    MONEY = "money"
    TIME = "time"
    LENGTH = "length"  # and area
    WEIGHT = "weight"
    VOLUME = "volume"
    SPEED = "speed"
    SHARE = "share"


_UNITS = {
    Measure.MONEY: (
        "dollar euro pound penny pence cent crown krona kronor krone kroner franc shilling rupee"
        " rupiah yen yuan renminbi won peso real reais rand ruble rouble lira dinar dirham riyal"
        " rial ringgit baht dong zloty forint koruna leu lei lev leva hryvnia naira cedi birr taka"
        " kyat tenge lari dram manat shekel guilder usd eur gbp sek nok dkk chf jpy cny inr kr"
    ),
    Measure.TIME: (
        "second minute hour day night week fortnight month season year decade century centuries"
    ),
    Measure.LENGTH: (
        "millimetre millimeter centimetre centimeter metre meter kilometre kilometer km cm mm mile"
        " inch inches foot feet ft yard hectare acre"
    ),
    Measure.WEIGHT: "gram kilogram kilo kg tonne ton ounce",
    Measure.VOLUME: "litre liter millilitre milliliter hectolitre hectoliter gallon barrel",
    Measure.SPEED: "mph kph knot",
    Measure.SHARE: "percent percentage",
}
_MEASURES = {word: measure for measure, units in _UNITS.items() for word in units.split()}
_MEASURES |= {f"{word}s": measure for word, measure in _MEASURES.items()}
_BEFORE = re.compile(
    r"(?:[$€£¥₽₹]|\b(?:usd|eur|gbp|sek|nok|dkk|chf|jpy|cny|inr|rs\.?|kr))\s?$", re.IGNORECASE
)
_SIGN = re.compile(r"[$€£¥₽₹]")
_AFTER = re.compile(r"\s?(?:(?P<share>%|per\scent\b)|(?:m|bn|k)?(?P<money>[€£¥₽₹]))", re.IGNORECASE)
# "Square kilometres", "US dollars", "more hours": what stands between a number and its unit.
_WORDS = re.compile(r"(?:[\s-]?(?P<first>[a-z]+)\b)?(?:[\s-](?P<second>[a-z]+)\b)?", re.IGNORECASE)
_NO_ADJECTIVE = frozenset("of in for a an the per to at on and or by from with".split())


def measure_of(text: str, start: int, end: int) -> Measure | None:
    """What a number of a text measures; None where it has no unit, or counts things.

    >>> measure_of("It sold 58 million litres.", 8, 18), measure_of("It fell to 612 pence.", 11, 14)
    (<Measure.VOLUME: 'volume'>, <Measure.MONEY: 'money'>)
    >>> measure_of("Another 43 were hurt.", 8, 10)
    """
    if _BEFORE.search(text[:start]) or _SIGN.search(text[start:end]):
        return Measure.MONEY
    if sign := _AFTER.match(text, end):
        return Measure.SHARE if sign["share"] else Measure.MONEY
    beside = _WORDS.match(text, end)
    first, second = (
        ((beside[name] or "").lower() for name in ("first", "second")) if beside else ("", "")
    )
    return _MEASURES.get(first) or (None if first in _NO_ADJECTIVE else _MEASURES.get(second))


def with_unit(text: str, span: Span) -> Span:
    """A span of a text that ends with a number, made wider where its unit follows.

    >>> text = "It paid 5 million Swedish crowns for it."
    >>> with_unit(text, Span(start=8, end=17))
    Span(start=8, end=32)
    """
    number = next(
        (one for one in QUANTITY.finditer(text, span.start) if one.end() >= span.end), None
    )
    if number is None or number.start("number") >= span.end:
        return span
    end = number.end("number")
    sign, beside = _AFTER.match(text, end), _WORDS.match(text, end)
    if sign:
        return Span(start=span.start, end=max(span.end, sign.end()))
    for name in ("first", "second"):
        word = (beside[name] or "").lower() if beside else ""
        if beside and word in _MEASURES:
            return Span(start=span.start, end=max(span.end, beside.end(name)))
        if word in _NO_ADJECTIVE:
            break
    return span


def measure_in(words: str) -> Measure | None:
    """What the first unit among some words measures: of "million euros" it is money."""
    return next((_MEASURES[word] for word in words.lower().split() if word in _MEASURES), None)
