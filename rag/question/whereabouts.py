"""Where a place is: "Where is Helsinki?" -> the words of a sentence that state it.

That a sentence names the place, and another, tells nothing: "relations between Moscow and
Washington". It answers where it has the one lie in, near or on the other.
"""

from __future__ import annotations

import re

from rag.domain import Span
from rag.language.calendar import MONTH, WEEKDAY
from rag.language.proper_names import UPPER
from rag.language.text import STOPWORDS, fold, words

_ASKED = re.compile(
    r"^where(?:['’]s|\s(?:is|was|are|were|lies))\s(?:the\s)?(?P<place>[^\W\d][^?]{1,80}?)"
    r"(?:\s(?:located|situated|found|exactly|on the map))?\s*[?.!]*$",
    re.IGNORECASE,
)
_JOINING = frozenset("of the and de la el du di da in on".split())
_AREA = (
    r"(?:city|town|capital|village|port|peninsula|region|island|islands|archipelago|resort|district"
    r"|province|state|country|nation|republic|territory|river|lake|sea|mountain|bay|gulf|suburb|county"
    r"|municipality|commune|borough|quarter|neighbourhood|neighborhood|oblast|canton|strait|base|fortress|castle|settlement|harbour|harbor)"
)
# What stands between a name and where it is: "Notre-Dame cathedral in Paris".
_SITE = (
    r"(?:cathedral|church|abbey|temple|mosque|bridge|castle|palace|fort|fortress|museum|gallery"
    r"|stadium|arena|theatre|theater|airport|station|harbour|harbor|square|park|garden|gardens"
    r"|university|college|school|hospital|tower|dam|plant|factory|mine|prison|camp|base|building"
    r"|hall|house|hotel|market|cemetery|monument|memorial|site|headquarters)"
)
# What a place can be in: a name that is no time, or a part of the map.
_IN = (
    rf"(?:(?i:the|an?)\s)?(?:[\w’'-]+\s){{0,4}}?"
    rf"(?:(?!(?i:{MONTH}|{WEEKDAY})\b){UPPER}[\w’'-]+"
    r"|coast|shores?|banks?|border|north|south|east|west|cent(?:re|er)|middle|outskirts|equator"
    r"|(?:north|south)(?:east|west)|river|mountains?|hills?|valley|delta|estuary)\b"
)
_PREPOSITION = (
    r"(?:in|on|at|near|off|along|between|within|inside|across|around|beside|opposite|outside|beneath|under"
    r"|(?:to\s)?(?:the\s)?(?:(?:north|south)?(?:east|west)|north|south)(?:ern)?\s(?:\w+\s)?of)"
)
_MEASURED = (
    r"(?:(?:about|some|just|only|roughly|\d[\d.,]*|(?:\w+\s)?(?:miles|km|kilomet\w+))\s){0,4}"
)
_SET = (
    r"(?:(?:located|situated|based|set|found|headquartered|perched|built|sited"
    r"|held|hosted|staged|played)\s)"
)
_LIES = r"(?:lies|lie|lay|sits|sat|stands|stood|runs|ran|stretches|extends|rises|took\splace)"


def asked_place(question: str) -> str | None:
    """The place of which a question asks where it is; None where it asks for something else.

    >>> asked_place("Where is Crimea?"), asked_place("Where was Peskov born?")
    ('Crimea', None)
    """
    match = _ASKED.match(" ".join(question.split()))
    if match is None:
        return None
    told = match["place"].split()
    named = all(word[0].isupper() or word in _JOINING for word in told) and told[0][0].isupper()
    alone = len(told) == 1 and told[0].islower() and told[0] not in STOPWORDS
    return match["place"] if named or alone else None


def states_where(place: str, text: str, *, title: str = "") -> list[Span]:
    """The words of a sentence that tell where a place is, the place with them.

    Args:
        place: Its name.
        text: The sentence; the spans are of it.
        title: Of its article: where it is the name alone, "it" may stand for the place.
    """
    name = r"\s+".join(map(re.escape, place.split()))
    spans = [
        Span(start=match.start(), end=match.end())
        for pattern in _patterns(name)
        for match in re.finditer(pattern, text)
    ]
    if set(words(place)) == set(words(title)):
        spans += [
            Span(start=match.start(), end=match.end())
            for match in re.finditer(_being(r"^(?:It|The\s[\w’'-]+)"), text)
        ]
    return [span for span in spans if not _lists(text, span)]


def _patterns(name: str) -> tuple[str, ...]:
    this = rf"(?<!\w)(?i:{name})(?![\w’'-])"
    return (
        _being(this),
        # "Helsinki, Finland," and "Helsinki, the Finnish capital"
        rf"{this},\s+(?:{UPPER}[\w’'-]+(?:\s{UPPER}[\w’'-]+){{0,2}}(?=[,.;:)]|$)"
        rf"|(?:an?|the|one)\s[^,.;]{{0,80}}?\b{_AREA}s?\b[^,.;]{{0,60}})",
        rf"{this}\s?[—–]\s?(?:an?|the|one)\s[^,.;]{{0,80}}?\b{_AREA}s?\b[^,.;]{{0,60}}",
        # "the Finnish capital Helsinki", "the Ukrainian peninsula of Crimea"
        rf"(?!(?i:the|an?)\s){UPPER}[\w’'-]+\s(?:{UPPER}[\w’'-]+\s)?{_AREA}(?:\sof|,)?\s{this}",
        # "Trafalgar Square in London", "Notre-Dame cathedral in Paris"
        rf"{this}(?:\s(?:{_SITE}|{_AREA}))?,?\s+{_PREPOSITION}\s+{_IN}",
    )


def _being(subject: str) -> str:
    aside = r"(?:\s*\([^()]{0,80}\)|,[^,.;]{0,80},)?"
    place = rf"{_MEASURED}{_PREPOSITION}\s+{_IN}"
    return (
        rf"{subject}{aside},?\s+(?:(?:which|that)\s)?(?:(?:is|was|are|were)\s(?:\w+ly\s)?"
        rf"(?:{_SET}?{place}|(?:an?|the|one)\s[^,.;]{{0,80}}?\b{_AREA}\b[^,.;]{{0,40}}?\s"
        rf"(?:{_PREPOSITION}|of)\s+{_IN})|{_LIES}\s[^,.;]{{0,40}}?{place})"
    )


def _lists(text: str, span: Span) -> bool:
    """Whether what looks like "Helsinki, Finland" goes on as a list of places."""
    found = fold(text[span.start : span.end])
    apposed = re.fullmatch(r"[^,]+, [^,]+", found) and " the " not in found and " a " not in found
    return bool(apposed and re.match(rf"\s*,?\s+(?:and|or|&)\s+{UPPER}", text[span.end :]))
