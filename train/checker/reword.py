"""A sentence -> claims that follow from it, by rule: parts left out, turned, counted otherwise."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from checker.data import Pair

LEAST = 6  # words of a claim
_OPENING = re.compile(
    r"^(?:On|In|At|During|Earlier|Later|Meanwhile|However|Also|Yesterday|Today|By|After|Since)\b"
    r"[^,:;\"“”]{0,50}, (?=[A-Za-z])"
)
_INNER = re.compile(
    r", (?:(?:a|an|the) [^,;:\"“”]{5,70}|(?:who|which) [^,;:\"“”]{5,90}|aged [^,]{1,12}),(?= )"
    r"| \([^()]{2,40}\)"
)
_TAIL = re.compile(
    r"(?:, (?:which|who|where|with|while|as|although|though|after|including|including|saying"
    r"|[a-z]{3,}ing) [^;:\"“”]{8,160}|; [^;\"“”]{8,200})(?=\.$)"
)
_TAIL_TIME = re.compile(
    r" (?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today)(?=[,.])"
)
_SECOND = re.compile(r", and [^;:\"“”]{15,200}(?=\.$)")
_SAYS = r"said|says|stated|added|claimed|argued|explained|noted|wrote|tweeted|announced|reported"
_WHO = r"(?P<who>(?:The |the )?[A-Z][\w’'.-]+(?: (?:of |the |for )?[A-Z][\w’'.-]+){0,5})"
_SAID_THAT = re.compile(rf"^{_WHO} (?P<cue>{_SAYS})(?: that)? (?P<what>[a-zA-Z$€£0-9][^\"“”]+)\.$")
_SAID_QUOTE = re.compile(rf"^{_WHO} (?:{_SAYS})[,:]? [\"“](?P<what>[A-Z][^\"“”]+?)[.,]?[\"”]\.?$")
_QUOTE_SAID = re.compile(
    rf"^[\"“](?P<what>[A-Z][^\"“”]+?)[,.]?[\"”],? (?:(?:{_SAYS}) {_WHO}|{_WHO.replace('who', 'of')}"
    rf" (?:{_SAYS}))\.$"
)
_WHAT_SAID = re.compile(
    rf"^(?P<what>[A-Z][^\"“”;:]{{20,}}), {_WHO.replace('The |the ', '')} (?:{_SAYS})\.$"
)
_OWN = re.compile(r"\b(?:I|me|my|we|our|us|you|your|this|that|these|it|they)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:He|She)(?= )")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_SPELLED = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty".split(),
        [*range(2, 21), 30, 40, 50, 60],
        strict=True,
    )
)
_DIGITS = {str(value): word for word, value in _SPELLED.items()}


def shorter(sentence: str, chance: random.Random) -> Iterator[str]:
    """The sentence without one part or more."""
    quoted = [match.span() for match in re.finditer(r"[\"“][^\"“”]*[\"”]", sentence)]

    def without(text: str, pattern: re.Pattern[str]) -> str:
        match = pattern.search(text)
        if match is None or (text == sentence and any(a < match.start() < b for a, b in quoted)):
            return text
        if re.search(r"\b(?:not|never|no|if|unless|false|denied)\b", match[0]):
            return text
        rest = text[: match.start()] + text[match.end() :]
        return rest[:1].upper() + rest[1:]

    patterns = [_OPENING, _INNER, _TAIL, _SECOND, _TAIL_TIME]
    found = {without(sentence, one) for one in patterns}
    text = sentence
    for pattern in patterns:
        text = without(text, pattern)
    found.add(text)
    found.discard(sentence)
    yield from sorted(one for one in found if len(one.split()) >= LEAST)


def turned(sentence: str, chance: random.Random) -> Iterator[str]:
    """Reported speech in another order: "X said …" as "According to X, …" and the like."""
    if match := _SAID_THAT.match(sentence):
        what = match["what"]
        if not re.match(r"(?:to|in|on|at|by|of|he|she|about|for|goodbye)\b", what):
            yield f"According to {_low(match['who'])}, {what}."
            yield f"{what[0].upper()}{what[1:]}, according to {_low(match['who'])}."
            cue = chance.choice(["said", "stated", "said that", "reported", "has said"])
            yield f"{match['who']} {cue} {what}."
    if match := _SAID_QUOTE.match(sentence):
        who, what = match["who"], match["what"]
        if not _OWN.search(what):
            yield f"{who} said {_low(what)}."
            yield f"According to {_low(who)}, {_low(what)}."
        yield f'"{what}", said {_low(who)}.'
        yield f'{who} stated: "{what}."'
    if match := _QUOTE_SAID.match(sentence):
        who, what = match["who"] or match["of"], match["what"]
        if not _OWN.search(what):
            yield f"{who} said that {_low(what)}."
            yield f"According to {_low(who)}, {_low(what)}."
        yield f'{who} said, "{what}."'
    if match := _WHAT_SAID.match(sentence):
        what = match["what"]
        yield f"{match['who']} said {_low(what)}."
        yield f"According to {_low(match['who'])}, {_low(what)}."


def _low(text: str) -> str:
    """A beginning that is no name, in small letters."""
    return re.sub(
        r"^(?:The|A|An|It|There|This|They|In|No|All|Most|Some|More|Many)\b",
        lambda match: match[0].lower(),
        text,
    )


def counted(sentence: str, chance: random.Random) -> Iterator[str]:
    """Numbers and days in another form."""
    forms = (
        re.sub(r"(?<=\d)%", " percent", sentence),
        re.sub(r"(?<=\d) per ?cent\b", "%", sentence),
        re.sub(rf"\b({_MONTH}) (\d\d?)\b(?! \d)", r"\2 \1", sentence),
        re.sub(rf"(?<![\d:] )\b(\d\d?) ({_MONTH})\b", r"\2 \1", sentence),
        re.sub(
            rf"(?<![\w.,$€£-])\d\d?(?![\w.,%:-]| (?:{_MONTH}|million|billion))",
            lambda match: _DIGITS.get(match[0], match[0]),
            sentence,
        ),
        re.sub(
            rf"(?<![\w-])(?:{'|'.join(_SPELLED)})(?![\w-])",
            lambda match: str(_SPELLED[match[0]]),
            sentence,
        ),
        re.sub(r"(?<![\d.,])(\d{1,3}),000,000(?![\d,])", r"\1 million", sentence),
        re.sub(r"(?<![\d.,])(\d{1,3}) million\b", r"\1,000,000", sentence),
        re.sub(r"\b(?:a|one) dozen\b", "12", sentence),
        re.sub(r"\bUS\$(?=\d)", "$", sentence),
    )
    for form in forms:
        if form != sentence and not form[0].isdigit():
            yield form


def resolved(sentence: str, speaker: str) -> Iterator[str]:
    """The sentence with the name of whom its first pronoun means."""
    if _PRONOUN.match(sentence):
        yield _PRONOUN.sub(speaker, sentence)


def reworded(pair: Pair, chance: random.Random) -> Iterator[Pair]:
    """Claims that follow from the evidence of a pair, which is one sentence, its claim.

    Yields:
        Shorter, turned and otherwise counted ones; some of them two of these at once.
    """
    made: dict[str, str] = {}
    for text in [pair.claim, *shorter(pair.claim, chance)]:
        if text != pair.claim:
            made.setdefault(text, "shortened")
        for one in turned(text, chance):
            made.setdefault(one, "turned")
    for text, kind in list(made.items()):
        for one in counted(text, chance):
            made.setdefault(one, f"{kind}, counted")
    for one in counted(pair.claim, chance):
        made.setdefault(one, "counted")
    for text, kind in made.items():
        if LEAST <= len(text.split()) <= 40:
            yield replace(pair, claim=text, kind=kind)
