"""Numbers of a text with the words that belong to them: "more than 6 million", "20 or fewer"."""

from __future__ import annotations

import re

from rag.domain import Span

SCALES = "hundred|thousand|million|billion|trillion|dozen"
_UNITS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SPELLED = rf"(?:(?:{_TENS})(?:-(?:{_UNITS}))?|{_UNITS})"
_NUMBER = (
    rf"(?:[$€£]\s?)?(?:\d+(?:[.,]\d+)*|{_SPELLED}|(?:a|half a|a few|several)\s(?=(?:{SCALES})\b)"
    rf"|(?=(?:{SCALES})s?\b))(?:[\s-]?(?:{SCALES})s?)*\b"
)
# What a number means with one of these before it, it does not mean without.
_BEFORE = (
    r"(?:(?:no|not|much|many|well|just|a little|slightly|far) )?"
    r"(?:(?:more|fewer|less|greater|larger|higher|lower|older|younger|longer|further) than"
    r"|over|under|above|below)"
    r"|at (?:the )?(?:very )?(?:least|most)|up to|as (?:many|much|few|little|high|low) as"
    r"|nearly|almost|about|around|roughly|approximately|approx\.|circa|some|close to|in excess of"
    r"|upwards? of|just short of|an? (?:minimum|maximum|average|estimated|total)(?: of)?"
    r"|(?:an )?estimated|between \S{1,15}(?: (?:hundred|thousand|million|billion))? and"
).replace(" ", r"\s+")
_AFTER = r"(?:\s(?:or (?:more|fewer|less|so)|at (?:the )?(?:least|most)))?"
_QUANTITY = re.compile(
    rf"(?<!\w)(?P<before>(?:(?:{_BEFORE})\s)*)(?P<number>{_NUMBER}){_AFTER}", re.IGNORECASE
)


def whole_quantity(text: str, span: Span) -> Span:
    """A span of a text, made wider where it holds a number without the words that belong to it.

    >>> text = "It displaced more than 6 million people."
    >>> whole_quantity(text, Span(start=23, end=24))
    Span(start=13, end=32)
    """
    start, end = span.start, span.end
    for match in _QUANTITY.finditer(text):
        if match.start("number") < span.end and span.start < match.end():
            start, end = min(start, match.start()), max(end, match.end())
    return Span(start=start, end=end)
