"""A sentence -> its attributions: a source, a cue such as "said", and what is attributed.

Rules over the surface of the sentence, no parser: a cue, the noun phrase before it (or after it:
"said Peskov"), and what stands on its other side. What they do not understand they leave alone.
The terms are those of Pareti (2012) and of PolNeAR (Newell et al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    forms,
    is_participle,
)
from rag.domain import Span
from rag.noun_phrases import (
    ADVERB_LAST,
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
    UPPER,
    goes_on,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """A cue where it stands."""

    verb: str
    since: int  # from where on a quotation before it may be its own
    first: int  # where cue or source begin, whichever stands first
    right: int  # where what follows them begins
    inverted: bool  # "said Lark"
    hangs: bool  # ", saying …": what stands before it is not what it attributes


_RELATIVES = ("who", "which", "that")
_HEARD = TELLING | forms("warn ask advise persuade convince promise show counsel caution instruct")
_UNSAID = PERCEIVING - forms("show/showed/shown learn/learned")
_CONJUNCTIONS = frozenset(
    "and but that as because while when if after before although though since which where so or than"
    " what whether until unless whom yet how why once like day night morning week month year time"
    " monday tuesday wednesday thursday friday saturday sunday".split()
)
_OBJECT_NEXT = re.compile(
    r"\s(?:that|to|the|an?|his|her|their|its|our|my|your|this|those|these|no|any|all|some|more|him|he|she"
    r"|they|we|there"
    rf"|them|it|us|me|you|what|how|why|whether|if|{UPPER}[\w.]*)\b"
)
_DOES = re.compile(r"\s(?:the|an?|his|her|their|its|he|she|they|it|there|how|why|what|whether)\s")
_HAVING = re.compile(r"\b(?:has|have|had|having)\s(?:\w+\s)?$")
_CLAUSE_NEXT = re.compile(
    r"\s(?:how|why|what|whether|if|where|when)\s"
    rf"|\s(?:{PRONOUN}|(?:the|an?|his|her|their|its|our|my|your|this|these)\s(?:[\w’'-]+\s){{0,5}}?[\w’'-]+"
    rf"|there|{NAME})\s(?:is|was|are|were|has|had|have|will|would|could|can|should|may|might|must|did)\b"
    rf"|\s(?:he|she|they|we)\s\w|\s{NAME}\s(?:\w+ly\s)?\w+ed\s"
)
_QUOTED_LATER = re.compile(rf"\s[^,;:.{QUOTED}]{{1,40}}[{QUOTED}]")
_WHEN_HE = re.compile(
    r"\s(?:on|in|at|during|after|before|earlier|later)\s(?:[\w’'-]+\s){0,5}?[\w’'-]+"
    r"(?=\s(?:he|she|they|it|there|we|I)\s)"
)
_APPOSITION = re.compile(
    r",\s(?:an?|the|who|whose|which|his|her|their|its|one|[a-z]+(?:\s[a-z]+){0,3}\s(?:of|for|at|with))\s"
)
_CLAUSAL = re.compile(r"\s?(?:to|that|how|why|what|whether|if)\s")
_OPENS = any_of(frozenset(form.capitalize() for form in VERBS if form.endswith("ing")))
_OPENING_PARTICIPLE = re.compile(
    rf"(?P<cue>{_OPENS}) (?P<content>[^,;:.{QUOTED}]{{8,200}}),\s(?!and\b|or\b|who\b|which\b)"
)
_QUOTES = re.compile(f"[{QUOTED}]")
_AS = re.compile(r"(?:(?:But|And|Yet|Just|Or) )?[Aa]s\b[^;:]{0,80}$")
_FINITE = re.compile(r"\s(?:is|are|was|were|has|have|had|will|would|does|did|do)\b")
_AS_SAID = re.compile(r",\sas$")
_COMMA = re.compile(r",\s")
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
_SHORT_ADJUNCT = (
    r"(?:\s(?:on|in|at|during|to|after|before|from|via|through|about|by)"
    rf"\s(?:[\w’'.-]+\s){{0,6}}?[\w’'-]+|\s(?:late |early |last )?{DAY}|\s(?:{_WHEN_ELSE}))"
)
_RELATIVE = r"has\b|have\b|is\b|was\b|are\b|were\b|had\b|would\b|could\b|can\b|will\b|\w+ed\b"
_THAT = re.compile(
    rf"{_SHORT_ADJUNCT}{{0,2}}?(?:,\s[\w ]{{3,60}},)?,?\s(?=that[\s,](?!{_RELATIVE}))"
)
_HEARER_THAT = re.compile(
    rf"{_HEARER}?(?:\s(?:on )?{DAY}|\s(?:{_WHEN_ELSE}))?,?\s(?=that[\s,](?!{_RELATIVE}))"
)
_QUOTED_NEXT = re.compile(rf"{_HEARER}?{_ADJUNCT}{{0,3}}?[,:]?\s*(?=[{QUOTED}])")
_QUOTED_OF = re.compile(rf"[,:]?\s*(?=[{QUOTED}])")  # "called the dam “a shame”": of the dam too
_QUOTED_AFTER_MARK = re.compile(rf"[^{QUOTED}]{{0,60}}[,:]\s*(?=[{QUOTED}])")
_TO_DO = re.compile(rf"{_HEARER}(?:\snot)?\sto\s")
_TOLD = re.compile(rf"{_HEARER}{_ADJUNCT}?\s(?=\S)")
_WHEN = re.compile(
    rf"\s(?:on )?(?:late |early )?{DAY}(?=\s)"
    r"|\s(?:in|during) an? (?:\w+ ){0,3}(?:statement|interview|tweet|speech|email|letter)(?=\s)"
)
_ADJUNCT_ONLY = re.compile(
    rf"{_PLAIN_ADJUNCT}*(?:,?\s(?:as|when|while)\s[^{QUOTED}]*)?"
    r"(?:\s*[.,;]?\s*$|,\s(?:\w+ing|who|which|and|but)\s)"
)
_ADJUNCT_NEXT = re.compile(r"\s(?:on|in|at|during|as|when|while|by|of|after|before)\s")
_ANOTHER = any_of(
    frozenset(form for form in VERBS - NOUNS if form.endswith(("ed", "id", "ld", "te", "s")))
)
_PARTICIPLE = any_of(frozenset(form for form in VERBS if form.endswith("ing")))
# Where what is attributed ends before its sentence does.
_GOES_ON = re.compile(
    r"\s(?:and|but)\s(?:(?:also|then|later|has|have|had|\w+ly)\s){0,3}"
    rf"(?=(?:{_ANOTHER})\b|(?:plan|hope|promise|claim|demand|offer|vow|pledge)(?:s|ed)?\s(?:to|that)\b)"
    rf"|;\s|,\s(?:\w+ly\s|even\s|also\s|and\s|while\s)?(?:{_PARTICIPLE})\b"
    r"|,\s(?:and (?:he|she|they|it)\s|but\s|while\s|although|though|yet|according|implicitly"
    r"|which means|(?:\S+\s){1,3}?(?:said|says|added|announced|wrote)\b)"
    rf"|\s--\s(?![{QUOTED}])"
)
# Of a thing that is wanted or blamed, what is told besides does not belong to it.
_BESIDES = re.compile(
    r",\s(?:which|who|whose|where|as|when|after|before|because|since|despite|aside|even|with|another"
    rf"|the (?:latest|first|last|second|largest|biggest)|[a-z]+ing)\s|\s(?:on )?(?:late |early )?{DAY}\b(?![’'])"
    r"|\s(?:because|since|while|amid|during)\s|\s(?:and|but) (?:has|have|had|is|was|are|were)\s"
    r"|\s(?:in|at|on) (?:(?:an?|the|his|her|their|last|this) )?(?:[\w’'-]+ ){0,4}?(?:statement"
    r"|interview|interviews|remarks|tweets?|speech|speeches|emails?|letter|debate|rally|conference|forum|convention|campaign"
    r"|week|month|year)\b"
)
# "While Lark said so, …" ends with the comma, "Lark, who said so, left" too.
_SUBORDINATE = re.compile(
    r"(?:^|[.;:]\s)(?:But |And |Yet |So )?(?:Even )?(?:[Ww]hile|[Ww]hen|[Ii]f|[Aa]s|[Aa]fter|[Aa]lthough"
    r"|[Tt]hough|[Bb]ecause|[Ss]ince|[Bb]efore|[Oo]nce|[Uu]ntil|[Uu]nless|[Ww]hereas|[Jj]ust as)\s[^,]*$"
)
_ASIDE = re.compile(r",\s(?:who|which)(?:[’']\w+)?\s+(?:[\w’']+\s+){0,3}$")
_ASIDE_ENDS = re.compile(
    r",\s(?=(?:\w+ly\s)?(?:said|told|has|had|have|is|was|were|are|will|would|did|does|can|could|\w+ed)\s)"
)
_COORDINATED = re.compile(r"(?:,|;|\s[–—―-]+)\s(?:and|but|while|though|although|yet|whereas)\s$")
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
    found = [*_according(sentence), *_spoken(sentence), *_opening(sentence)]
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
    found: list[Attribution] = []
    subject: Span | None = None  # of the last attribution, which ", saying …" goes on with
    since = 0  # where the last attribution of a quotation ends: what is quoted after it is new
    for match in CUE.finditer(sentence):
        left, right = sentence[: match.start()], sentence[match.end() :]
        verb = match[0].lower()
        if not _is_verb(left, verb, right):
            continue
        after = subject_after(left, match[0], right)
        inverted = after.moved(match.end()) if after else None
        participle = is_participle(verb) and not PASSIVE.search(left)
        hangs = participle and left.rstrip().endswith((",", LAST, "ly"))
        if hangs:
            told = subject and sentence[subject.start : subject.end] in _RELATIVES
            source = main_subject(left.rstrip()) if told or not subject else subject
        elif goes_on(left) and subject:
            source = subject
        else:
            source = inverted or subject_before(left)
        if source is None or (verb not in SAYING and _of_antecedent(sentence, source)):
            continue
        subject = source
        cue = _Cue(
            verb=verb,
            since=since,
            first=match.start() if hangs else min(source.start, match.start()),
            right=inverted.end if inverted else match.end(),
            inverted=inverted is not None,
            hangs=hangs,
        )
        content = _content(sentence, cue)
        if content:
            quoted = any(char in QUOTED for char in sentence[content[0].start : content[0].end])
            since = cue.right if quoted and content[0].end <= cue.right else since
            place = Span(start=match.start(), end=match.end())
            found.append(Attribution(source=source, cue=place, content=tuple(content)))
    for place, one in enumerate(found):
        yield _until_next(sentence, one, found[place + 1 :])


def _of_antecedent(sentence: str, source: Span) -> bool:
    """Whether a pronoun begins what is told of the noun before it: "the rate he proposed"."""
    if not re.fullmatch(PRONOUN, sentence[source.start : source.end]):
        return False
    before = re.search(r"([a-z]+)\s$", sentence[: source.start])
    return before is not None and before[1] not in VERBS and before[1] not in _CONJUNCTIONS


def _until_next(sentence: str, one: Attribution, later: Sequence[Attribution]) -> Attribution:
    """Without the clause of somebody else that follows: "…, and Lark warned"."""
    content = []
    for span in one.content:
        end = span.end
        for other in later:
            start = other.source.start if other.source else other.cue.start
            joined = _COORDINATED.search(sentence, span.start, start)
            if joined and span.start < joined.start() < end and start < end:
                end = joined.start()
        kept = _trim(sentence, span.start, end)
        content += [kept] if kept else []
    return replace(one, content=tuple(content)) if content else one


def _opening(sentence: str) -> Iterator[Attribution]:
    """What a participle tells before its subject: "Citing the flood, Lark left"."""
    match = _OPENING_PARTICIPLE.match(sentence)
    source = main_subject(sentence[match.end() :]) if match else None
    if match and source:
        cue = Span(start=match.start("cue"), end=match.end("cue"))
        content = Span(start=match.start("content"), end=match.end("content"))
        yield Attribution(source=source.moved(match.end()), cue=cue, content=(content,))


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
    if form in NOUNS and not _is_no_noun(left, right):
        return False
    if (between := BETWEEN.search(left)) and _UNREAL.search(between[0]):
        return False
    passive = bool(PASSIVE.search(left)) and not _has(left, right)
    if not is_participle(form) and re.match(r"\sby\s(?!\w+ing\b)", right):
        return False
    if is_participle(form):
        left = left if passive else BETWEEN.sub("", left)
        quotes = " " not in form and bool(re.match(rf",?\s[{QUOTED}]", right))
        return passive or quotes or bool(re.search(rf"[,{QUOTED}]\s*(?:while |and )?$", left))
    return not passive


def _has(left: str, right: str) -> bool:
    """Whether "'s" stands for "has" and not for "is": "he's called for", not "he's accused of"."""
    short = re.search(r"\b(?:he|she|it|who)[’']s\s(?:\w+ly\s|also\s|long\s)?$", left, re.IGNORECASE)
    return short is not None and not re.match(r"\s(?:by|of|as|in|to be|that)\b", right)


def _is_no_noun(left: str, right: str) -> bool:
    """Whether a form that may be a noun is a verb where it stands."""
    clause = re.match(rf",?\s(?:that\s|[{QUOTED}])", right)
    if (determined := DETERMINED.search(left)) and not ADVERB_LAST.search(left):
        noun = len(determined[0].split()) > 1  # which stands between the determiner and the form
        return noun and (clause is not None or _DOES.match(right) is not None)
    if "," in left and re.fullmatch(r"[.\s]*", right):
        return True
    return clause is not None or (
        _OBJECT_NEXT.match(right) is not None and not _HAVING.search(left)
    )


def _content(sentence: str, cue: _Cue) -> list[Span]:
    """What is attributed: after the cue, or before the source, or both."""
    rest, left, verb = sentence[cue.right :], sentence[: cue.first].rstrip(), cue.verb
    before = None
    if not cue.hangs:
        quoted = left[cue.since :].rstrip(",").endswith((MARK, LAST))
        before = _trim(sentence, cue.since if quoted else 0, cue.first)
    after_quotation = before is not None and _ends_quoted(left, verb)
    next_quoted = _QUOTED_OF if verb in ATTITUDES else _QUOTED_NEXT
    if verb in PERCEIVING:  # "he read “War and Peace”"
        next_quoted = _QUOTED_AFTER_MARK
    if quotes := next_quoted.match(rest):
        after = _clause(sentence, cue, cue.right + quotes.end())
        return [part for part in (before if after_quotation else None, after) if part]
    if after_quotation and before:
        return [before]
    if that := (_HEARER_THAT if verb in _HEARD else _THAT).match(rest):
        return [part for part in (_clause(sentence, cue, cue.right + that.end()),) if part]
    if _says(verb) and _AS.match(left) and (comma := _COMMA.match(rest)):
        return [part for part in (_clause(sentence, cue, cue.right + comma.end()),) if part]
    if before and _says(verb) and (so := _AS_SAID.search(left)) and _ADJUNCT_ONLY.match(rest):
        return [part for part in (_trim(sentence, before.start, so.start()),) if part]
    attached = left.endswith(",") and _says(verb)
    around = _around(sentence, cue, before) if attached and before else []
    return around or _reported(sentence, cue)


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


def _around(sentence: str, cue: _Cue, before: Span) -> list[Span]:
    """What stands before "…, Peskov said" or around it; empty where it is not said so."""
    rest = sentence[cue.right :]
    long = len(sentence[before.start : before.end].split()) > 2
    if cue.inverted and _APPOSITION.match(rest):
        return [before] if long else []
    if re.match(r",\s(?!adding|who|which)", rest):
        after = _clause(sentence, cue, cue.right + 1)
        if after and not _ADJUNCT_ONLY.match(sentence[cue.right + 1 :]):
            return [before, after]
    hearer = re.match(_HEARER, rest) if cue.verb in TELLING else None
    tail = rest[hearer.end() :] if hearer else rest
    return [before] if long and cue.verb not in _UNSAID and _ADJUNCT_ONLY.match(tail) else []


def _reported(sentence: str, cue: _Cue) -> list[Span]:
    """A clause or thing after the cue, without "that"."""
    rest, verb = sentence[cue.right :], cue.verb
    begins: re.Match[str] | None = None
    if verb in TELLING:
        begins = _TOLD.match(rest)
        if not begins:
            return []
    elif verb in SAYING_THAT and verb not in ATTITUDES:
        quoted = verb not in PERCEIVING and _QUOTED_LATER.match(rest)
        asked = verb in _HEARD and _TO_DO.match(rest)
        if not quoted and not asked and not _CLAUSE_NEXT.match(rest):
            return []
    else:
        begins = _WHEN.match(rest) or _WHEN_HE.match(rest) if _says(verb) else None
        if not begins and verb in SAYING and _ADJUNCT_NEXT.match(rest):
            return []
    if _FINITE.match(rest):  # "what Lark says is wrong"
        return []
    after = _clause(sentence, cue, cue.right + (begins.end() if begins else 0))
    if after is None:
        return []
    words = sentence[after.start : after.end].split()
    return [after] if len(words) >= 2 or (verb not in SAYING and words[0][0].isupper()) else []


def _clause(sentence: str, cue: _Cue, start: int) -> Span | None:
    """From here to where what is attributed ends."""
    ends = [_GOES_ON.search(sentence, start)]
    thing = cue.verb not in SAYING and cue.verb not in SAYING_THAT
    if thing and not _CLAUSAL.match(sentence, start):
        besides = _BESIDES.search(sentence, start)
        ends.append(besides if besides and not _QUOTES.search(sentence, besides.end()) else None)
    left = sentence[: cue.first]
    if _SUBORDINATE.search(left):
        ends.append(_COMMA.search(sentence, start))
    elif _ASIDE.search(sentence[: cue.right - len(cue.verb)]):
        ends.append(_ASIDE_ENDS.search(sentence, start))
    end = min((match.start() for match in ends if match), default=len(sentence))
    return _trim(sentence, start, end)


def _trim(sentence: str, start: int, end: int) -> Span | None:
    """A span without the spaces and punctuation around it; None for an empty one."""
    while start < end and (sentence[start].isspace() or sentence[start] in ",;:-–—―."):
        start += 1
    while end > start and (sentence[end - 1].isspace() or sentence[end - 1] in ",;:-–—―."):
        end -= 1
    return Span(start=start, end=end) if start < end else None
