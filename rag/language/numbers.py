"""Number words with their values, and numbers with the words that belong to them.

"More than 6 million", "20 or fewer" mean something else without these.
"""

from __future__ import annotations

import re

from rag.domain import Span

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
TENS = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
SPELLED = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(TENS, start=2)
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9}
SCALES |= {"trillion": 10**12, "dozen": 12}
MANY_SCALES = frozenset(f"{word}s" for word in SCALES)  # "thousands"
PARTS = frozenset("half third quarter".split())

_UNIT, _TEN, _SCALE = ("|".join(some) for some in (_UNITS, TENS, SCALES))
_SPELLED = rf"(?:(?:{_TEN})(?:[\s-](?:{_UNIT}))?|{_UNIT})"
_AND = r"(?:(?<=hundred)|(?<=thousand))\sand\s"  # "two hundred and fifty"
_NUMBER = (
    rf"(?:(?:US|A|C|NZ|HK)?[$€£]\s?)?(?:\d+(?:[.,]\d+)*|{_SPELLED}"
    rf"|(?:a|half a|a few|several)\s(?=(?:{_SCALE})\b)"
    rf"|(?=(?:{_SCALE})s?\b))(?:[\s-]?(?:{_SCALE})s?)*"
    rf"(?:(?:{_AND}|(?<=hundred)\s|(?<=thousand)\s){_SPELLED}(?:[\s-](?:{_SCALE}))*)*\b"
)
_BETWEEN_SCALE = "|".join(word for word in SCALES if word not in {"trillion", "dozen"})
# What a number means with one of these before it, it does not mean without.
_BEFORE = (
    r"(?:(?:no|not|much|many|well|just|a little|slightly|far) )?"
    r"(?:(?:more|fewer|less|greater|larger|higher|lower|older|younger|longer|further) than"
    r"|(?:over|under|above|below)(?: the age of)?)"
    r"|at (?:the )?(?:very )?(?:least|most)|up to|as (?:many|much|few|little|high|low) as"
    r"|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|topp(?:ed|ing)|approach(?:es|ed|ing)?|another"
    r"|near|nearly|almost|about|around|roughly|approximately|approx\.|circa|some|close to"
    r"|in excess of|upwards? of|just short of"
    r"|an? (?:minimum|maximum|average|estimated|total)(?: (?:[a-z]+ )?of)?"
    rf"|(?:an )?estimated|between \S{{1,15}}(?: (?:{_BETWEEN_SCALE}))? and"
).replace(" ", r"\s+")
_AFTER = r"(?:\s(?:or (?:more|fewer|less|so)|at (?:the )?(?:least|most)))?"
QUANTITY = re.compile(
    rf"(?<!\w)(?<!\d[.,])(?P<before>(?:(?:{_BEFORE})\s)*)(?P<number>{_NUMBER}){_AFTER}",
    re.IGNORECASE,
)


def whole_quantity(text: str, span: Span) -> Span:
    """A span of a text, made wider where it holds a number without the words that belong to it.

    >>> text = "It displaced more than 6 million people."
    >>> whole_quantity(text, Span(start=23, end=24))
    Span(start=13, end=32)
    """
    start, end = span.start, span.end
    for match in QUANTITY.finditer(text):
        if match.start("number") < span.end and span.start < match.end():
            start, end = min(start, match.start()), max(end, match.end())
    return Span(start=start, end=end)
