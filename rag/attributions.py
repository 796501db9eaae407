"""A sentence -> its attributions: a source, a cue such as "said", and what is attributed.

Rules over the surface of the sentence, no parser: a cue, the noun phrase before it (or after it:
"said Peskov"), and what stands on its other side. What they do not understand they leave alone.
The terms are those of Pareti (2012) and of PolNeAR (Newell et al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.cues import (
    ACCORDING,
    ATTITUDES,
    CUE,
    NOUNS,
    PERCEIVING,
    SAYING,
    SAYING_THAT,
    TELLING,
    VERBS,
    any_of,
)
from rag.domain import Span
from rag.noun_phrases import (
    BETWEEN,
    DAY,
    DETERMINED,
    LAST,
    MARK,
    NAME,
    OPENING,
    PASSIVE,
    PRONOUN,
    QUOTED,
    main_subject,
    subject_after,
    subject_before,
)

LONGEST = 1_000  # characters of a sentence outside of quotations; reading takes the square of it
TITLE = 40  # characters of a quotation that may be the name of a broadcast or book


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who is said to say what, as spans of the sentence."""

    source: Span | None  # the noun phrase without what describes its head; None: it names none
    cue: Span
    content: tuple[Span, ...]


_HEARER = (
    rf"(?:\s(?:reporters|journalists|supporters|voters|lawmakers|him|her|them|us|me|you|viewers"
    rf"|(?:the|a|an|his|her|their)\s(?:[\w’'-]+\s){{0,4}}?[\w’'-]+|(?:\w+\s)?{NAME}))"
)
_WHEN_ELSE = r"recently|later|today|yesterday|again|last \w+|this \w+"
_ADJUNCT = (
    r"(?:\s(?:on|in|at|during|to|of|after|about|before|from|via|through|into)"
    rf"\s[^,;:.?!{QUOTED}]{{1,60}}?|\s(?:late |early |last )?{DAY}|\s(?:{_WHEN_ELSE}))"
)
_PLAIN_ADJUNCT = (
    rf"(?:\s(?:(?:on|in|at|during|from|via|before|after|to)\s[^,;:.?!{QUOTED}]{{1,60}}?"
    rf"|(?:late |early |last )?{DAY}|{_WHEN_ELSE}))"
)
_THAT = re.compile(
    rf"{_HEARER}?{_ADJUNCT}{{0,2}}?(?:,\s[\w ]{{3,30}},)?,?\s"
    r"(?=that\s(?!has\b|have\b|is\b|was\b|are\b|were\b|had\b|would\b|could\b|can\b|will\b|\w+ed\b))"
)
_QUOTED_NEXT = re.compile(rf"{_HEARER}?{_ADJUNCT}{{0,3}}?[,:]?\s*(?=[{QUOTED}])")
_QUOTED_OF = re.compile(rf"[,:]?\s*(?=[{QUOTED}])")  # "called the dam “a shame”": of the dam too
_QUOTED_AFTER_MARK = re.compile(rf"[^{QUOTED}]{{0,60}}[,:]\s*(?=[{QUOTED}])")
_TOLD = re.compile(rf"{_HEARER}{_ADJUNCT}?\s(?=\S)")
_WHEN = re.compile(
    rf"\s(?:on )?(?:late |early )?{DAY}(?=\s)"
    r"|\s(?:in|during) an? (?:\w+ ){0,3}(?:statement|interview|tweet|speech|email|letter)(?=\s)"
)
_ADJUNCT_ONLY = re.compile(
    rf"{_PLAIN_ADJUNCT}*(?:\s(?:as|when|while)\s[^{QUOTED}]*)?"
    r"(?:\s*[.,;]?\s*$|,\s(?:\w+ing|who|which|and|but)\s)"
)
_ADJUNCT_NEXT = re.compile(r"\s(?:on|in|at|during|as|when|while|by|of|after|before)\s")
_ANOTHER = any_of(
    frozenset(form for form in VERBS - NOUNS if form.endswith(("ed", "id", "ld", "te", "s")))
)
# Where what is attributed ends before its sentence does.
_GOES_ON = re.compile(
    rf"\s(?:and|but)\s(?:also\s|then\s)?(?=(?:{_ANOTHER})\b)|;\s"
    r"|,\s(?:adding|saying|noting|arguing|calling|citing|and (?:he|she|they|it)\s|but\s|while\s"
    r"|according|although|though|yet|despite|aside|implicitly|even\s|which means|[a-z]+ing\s"
    r"|(?:\S+\s){1,3}?(?:said|says|added|announced|wrote)\b)"
    rf"|\s--\s(?![{QUOTED}])"
)
_UNREAL = re.compile(r"not|never|n[’']t|would|could|might|may\b|should|must")
_UTTERED = re.compile(
    rf"{LAST}\s(?P<noun>{NAME}|{PRONOUN})\s(?:\w+ly\s)?(?P<cue>[a-z]+(?:ed|s))(?=[.,]|\s|$)"
)


def find_attributions(sentence: str) -> list[Attribution]:
    """Find who is said to say what in a sentence.

    Args:
        sentence: One sentence; each character of a quotation in it stands as `MARK` or `LAST`.

    Returns:
        Attributions in the order of their cues; none where the sentence is longer than anybody
        writes (`LONGEST`).
    """
    if sum(char not in QUOTED for char in sentence) > LONGEST:
        return []
    found = [*_according(sentence), *_spoken(sentence)]
    found += _uttered(sentence, found)
    return sorted(found, key=lambda one: one.cue.start)


def _according(sentence: str) -> Iterator[Attribution]:
    """According to Lavrov, … and …, according to Lavrov."""
    for match in ACCORDING.finditer(sentence):
        ends = re.search(
            rf",\s|[.;:?!](?:\s|$)|$|\s(?:and|but|who)\s|[{QUOTED}]", sentence[match.end() :]
        )
        end = match.end() + (ends.start() if ends else 0)
        source = _trim(sentence, match.end(), end)
        before = _trim(sentence, 0, match.start())
        if before and len(sentence[before.start : before.end].split()) > 2:
            content: Span | None = before
        else:
            content = _trim(sentence, end, len(sentence))
        if source and content:
            cue = Span(start=match.start("cue"), end=match.end("cue"))
            yield Attribution(source=source, cue=cue, content=(content,))


def _spoken(sentence: str) -> Iterator[Attribution]:
    """What a verb attributes to its subject."""
    subject: Span | None = None  # of the last attribution, which ", saying …" goes on with
    since = 0  # where the last attribution of a quotation ends: what is quoted after it is new
    for match in CUE.finditer(sentence):
        left, right = sentence[: match.start()], sentence[match.end() :]
        if not _is_verb(left, match[0].lower(), right):
            continue
        after = subject_after(left, match[0], right)
        inverted = after.moved(match.end()) if after else None
        if match[0].split()[0].endswith("ing") and not PASSIVE.search(left):
            hangs = left.rstrip().endswith((",", LAST, "ly"))
            source = (subject or main_subject(left.rstrip())) if hangs else subject_before(left)
        else:
            source = inverted or subject_before(left)
        if source is None:
            continue
        subject = source
        begin = inverted.end if inverted else match.end()
        first = min(source.start, match.start())
        content = _content(sentence, match[0].lower(), since, first, begin)
        if content:
            quoted = any(char in QUOTED for char in sentence[content[0].start : content[0].end])
            since = begin if quoted and content[0].end <= begin else since
            cue = Span(start=match.start(), end=match.end())
            yield Attribution(source=source, cue=cue, content=tuple(content))


def _uttered(sentence: str, found: Sequence[Attribution]) -> Iterator[Attribution]:
    """After a quotation that ends as speech does, any verb of a name: "…?" Vitter demanded."""
    for match in _UTTERED.finditer(sentence):
        content = _trim(sentence, 0, match.start("noun"))
        if content and not any(match.start() <= one.cue.start < match.end() for one in found):
            source = Span(start=match.start("noun"), end=match.end("noun"))
            cue = Span(start=match.start("cue"), end=match.end("cue"))
            yield Attribution(source=source, cue=cue, content=(content,))


def _is_verb(left: str, form: str, right: str) -> bool:
    """Whether a form is the verb of somebody who does it.

    No noun, no passive, no "by saying"; and it is done: who "would not say" has said nothing.
    """
    if form in NOUNS and (determined := DETERMINED.search(left)):
        clause = re.match(rf",?\s(?:that\s|[{QUOTED}])", right)
        if not clause or len(determined[0].split()) == 1:
            return False
    if (between := BETWEEN.search(left)) and _UNREAL.search(between[0]):
        return False
    passive = bool(PASSIVE.search(left))
    if form.split()[0].endswith("ing"):
        left = left if passive else BETWEEN.sub("", left)
        quotes = bool(re.match(rf",?\s[{QUOTED}]", right))
        return passive or quotes or bool(re.search(rf"[,{QUOTED}]\s*(?:while |and )?$", left))
    return not passive


def _content(sentence: str, verb: str, since: int, first: int, right: int) -> list[Span]:
    """What is attributed: after the cue, or before the source, or both.

    Args:
        sentence: The sentence.
        verb: The cue.
        since: From where on a quotation before them may be theirs.
        first: Where cue or source begin, whichever stands first.
        right: Where what follows them begins.
    """
    rest, left = sentence[right:], sentence[:first].rstrip()
    before = _trim(sentence, since if left[since:].rstrip(",").endswith((MARK, LAST)) else 0, first)
    after_quotation = before is not None and _ends_quoted(left, verb)
    next_quoted = _QUOTED_OF if verb in ATTITUDES else _QUOTED_NEXT
    if verb in PERCEIVING:  # "he read “War and Peace”"
        next_quoted = _QUOTED_AFTER_MARK
    if quoted := next_quoted.match(rest):
        after = _clause(sentence, right + quoted.end())
        return [part for part in (before if after_quotation else None, after) if part]
    if after_quotation and before:
        return [before]
    if that := _THAT.match(rest):
        return [part for part in (_clause(sentence, right + that.end()),) if part]
    attached = left.endswith(",") and _says(verb)
    around = _around(sentence, verb, before, right) if attached and before else []
    return around or _reported(sentence, verb, right)


def _says(verb: str) -> bool:
    return verb in SAYING or verb in SAYING_THAT or " " in verb


def _ends_quoted(left: str, verb: str) -> bool:
    """Whether what stands before is a quotation that somebody utters.

    "In an interview on “Face the Nation,” Ryan said …" has the name of a broadcast there.
    """
    if not left.endswith(LAST) and not (left.rstrip(",").endswith(MARK) and _says(verb)):
        return False
    titled = OPENING.match(left) and "," not in left
    return not (titled and len(re.findall(rf"[{QUOTED}]", left)) < TITLE)


def _around(sentence: str, verb: str, before: Span, right: int) -> list[Span]:
    """What stands before "…, Peskov said" or around it; empty where it is not said so."""
    rest = sentence[right:]
    if re.match(r",\s(?!adding|who|which)", rest):
        after = _clause(sentence, right + 1)
        if after and not _ADJUNCT_ONLY.match(sentence[right + 1 :]):
            return [before, after]
    hearer = re.match(_HEARER, rest) if verb in TELLING else None
    tail = rest[hearer.end() :] if hearer else rest
    long = len(sentence[before.start : before.end].split()) > 2
    return [before] if long and verb not in PERCEIVING and _ADJUNCT_ONLY.match(tail) else []


def _reported(sentence: str, verb: str, right: int) -> list[Span]:
    """A clause or thing after the cue, without "that"."""
    rest = sentence[right:]
    if verb in TELLING:
        begins = _TOLD.match(rest)
        if not begins:
            return []
    elif verb in SAYING_THAT:
        return []
    else:
        begins = _WHEN.match(rest) if _says(verb) else None
        if not begins and verb in SAYING and _ADJUNCT_NEXT.match(rest):
            return []
    after = _clause(sentence, right + (begins.end() if begins else 0))
    return [after] if after and len(sentence[after.start : after.end].split()) >= 2 else []


def _clause(sentence: str, start: int) -> Span | None:
    """From here to where what is attributed ends."""
    ends = _GOES_ON.search(sentence, start)
    return _trim(sentence, start, ends.start() if ends else len(sentence))


def _trim(sentence: str, start: int, end: int) -> Span | None:
    """A span without the spaces and punctuation around it; None for an empty one."""
    while start < end and (sentence[start].isspace() or sentence[start] in ",;:-–—―."):
        start += 1
    while end > start and (sentence[end - 1].isspace() or sentence[end - 1] in ",;:-–—―."):
        end -= 1
    return Span(start=start, end=end) if start < end else None
