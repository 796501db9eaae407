"""What a cue attributes: the clause, thing or quotation beside it, by the surface of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.domain import Span
from rag.language.proper_names import NAME
from rag.statements.cues import (
    ATTITUDES,
    NOUNS,
    PERCEIVING,
    SAYING,
    SAYING_THAT,
    TELLING,
    VERBS,
    forms,
)
from rag.statements.noun_phrases import DAY, LAST, MARK, OPENING, PRONOUN, QUOTED

TITLE = 40  # characters of a quotation that may be the name of a broadcast or book


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A cue where it stands in its sentence."""

    verb: str
    since: int  # from where on a quotation before it may be its own
    first: int  # where cue or source begin, whichever stands first
    right: int  # where what follows them begins
    inverted: bool  # "said Lark"
    hangs: bool  # ", saying …": what stands before it is not what it attributes


# These may have a hearer before "that" or an infinitive: "warned them that".
_HEARD = TELLING | forms("warn ask advise persuade convince promise show counsel caution instruct")
# Not said after a clause: "the dam was gone, he felt"; but "…, a poll shows" and "…, we learned".
_UNSAID = PERCEIVING - forms("show/showed/shown learn/learned")
_FINITE = r"(?:is|are|was|were|has|have|had|will|would|does|did|do|can|could|should|may|might|must)"
_HEARER = (
    rf"(?:\s(?:reporters|journalists|supporters|voters|lawmakers|him|her|them|us|me|you|viewers"
    rf"|(?:the|a|an|his|her|their)\s(?:[\w’'-]+\s){{0,4}}?[\w’'-]+|(?:\w+\s)?{NAME}))"
)
# Any who are told that something is so: "farmers", "party members in Orne". It must be "that" which
# follows, as "told stories" and "told lies" have no hearer.
_HEARERS = (
    r"(?:\s(?:[a-z][\w’'-]*\s){0,2}?(?:[a-z][\w’'-]*s|people|police|men|women|children)"
    rf"(?:\s(?:in|at|from|of|on|near|outside|across|around)\s[^,;:.?!{QUOTED}]{{1,40}}?)?)"
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
# Not the "that" of a relative clause: "the dam that was built".
_THAT_NEXT = r"(?=that[\s,](?!(?:has|have|is|was|are|were|had|would|could|can|will)\b|\w+ed\b))"
_THAT = re.compile(rf"{_SHORT_ADJUNCT}{{0,2}}?(?:,\s[\w ]{{3,60}},)?,?\s{_THAT_NEXT}")
_HEARER_THAT = re.compile(
    rf"(?:{_HEARER}|{_HEARERS})?(?:\s(?:on )?{DAY}|\s(?:{_WHEN_ELSE}))?,?\s{_THAT_NEXT}"
)
_QUOTED_NEXT = re.compile(rf"{_HEARER}?{_ADJUNCT}{{0,3}}?[,:]?\s*(?=[{QUOTED}])")
_QUOTED_TO = re.compile(rf"(?:{_HEARER}|{_HEARERS})?{_ADJUNCT}{{0,3}}?[,:]?\s*(?=[{QUOTED}])")
_QUOTED_OF = re.compile(rf"[,:]?\s*(?=[{QUOTED}])")  # "called the dam “a shame”": of the dam too
_QUOTED_AFTER_MARK = re.compile(rf"[^{QUOTED}]{{0,60}}[,:]\s*(?=[{QUOTED}])")
_QUOTED_LATER = re.compile(rf"\s[^,;:.{QUOTED}]{{1,40}}[{QUOTED}]")
_QUOTES = re.compile(f"[{QUOTED}]")
_TO_DO = re.compile(rf"{_HEARER}(?:\snot)?\sto\s")
_TOLD = re.compile(rf"{_HEARER}{_ADJUNCT}?\s(?=\S)")
_WHEN = re.compile(
    rf"\s(?:on )?(?:late |early )?{DAY}(?=\s)"
    r"|\s(?:in|during) an? (?:\w+ ){0,3}(?:statement|interview|tweet|speech|email|letter)(?=\s)"
    r"|\s(?:on|in|at|during|after|before|earlier|later)\s(?:[\w’'-]+\s){0,5}?[\w’'-]+"
    r"(?=\s(?:he|she|they|it|there|we|I)\s)"
)
_ADJUNCT_ONLY = re.compile(
    rf"{_PLAIN_ADJUNCT}*(?:,?\s(?:as|when|while)\s[^{QUOTED}]*)?"
    r"(?:\s*[.,;]?\s*$|,\s(?:\w+ing|who|which|and|but)\s)"
)
_ADJUNCT_FIRST = re.compile(rf"{_PLAIN_ADJUNCT}{{1,2}},\s")
_ADJUNCT_NEXT = re.compile(r"\s(?:on|in|at|during|as|when|while|by|of|after|before)\s")
_FINITE_NEXT = re.compile(rf"\s{_FINITE}\b")  # "what Lark says is wrong"
_CLAUSE_NEXT = re.compile(
    r"\s(?:how|why|what|whether|if|where|when)\s|\s(?:he|she|they|we)\s\w"
    rf"|\s(?:{PRONOUN}|there|{NAME}|(?:the|an?|his|her|their|its|our|my|your|this|these)"
    rf"\s(?:[\w’'-]+\s){{0,5}}?[\w’'-]+)\s{_FINITE}\b|\s{NAME}\s(?:\w+ly\s)?\w+ed\s"
)
_CLAUSAL = re.compile(r"\s?(?:to|that|how|why|what|whether|if)\s")
_APPOSITION = re.compile(
    r",\s(?:\d{1,3}(?=[,.]|$)|[A-Z]{2,5}(?=\s(?:of|for|at|in)\s|[,.]|$)"
    r"|(?:an?|the|who|whose|which|his|her|their|its|one"
    r"|[a-z]+(?:\s[a-z]+){0,3}\s(?:of|for|at|with))\s)"
)
_FROM_PLACE = re.compile(rf"\s(?:of|from|for|at)\s[^,;:.?!{QUOTED}]{{2,60}}(?=[.,]|$)")
_AS = re.compile(r"(?:(?:But|And|Yet|Just|Or) )?[Aa]s\b[^;:]{0,80}$")  # "As Lark said, …"
_AS_SAID = re.compile(r",\sas$")  # "…, as Lark said"
_COMMA = re.compile(r",\s")
# Where what is attributed ends before its sentence does, if the word in its group is a verb.
_GOES_ON = re.compile(
    r"\s(?:and|but)\s(?:(?:also|then|later|has|have|had|\w+ly)\s){0,3}(?="
    r"(?:plan|hope|promise|claim|demand|offer|vow|pledge)(?:s|ed)?\s(?:to|that)\b"
    r"|(?P<verb>[a-z]+(?:ed|id|ld|te|s))\b)"
    r"|;\s"
    r"|,\s(?:and (?:he|she|they|it)\s|but\s|while\s|although|though|yet|according|implicitly"
    r"|which means|(?:\S+\s){1,3}?(?:said|says|added|announced|wrote)\b)"
    rf"|\s--\s(?![{QUOTED}])"
    r"|,\s(?:\w+ly\s|even\s|also\s|and\s|while\s)?(?P<participle>[a-z]+ing)\b"
)
_VERBS = {"verb": VERBS - NOUNS, "participle": VERBS}
# Of a thing that is wanted or blamed, what is told besides does not belong to it.
_BESIDES = re.compile(
    r",\s(?:which|who|whose|where|as|when|after|before|because|since|despite|aside|even|with"
    r"|another|the (?:latest|first|last|second|largest|biggest)|[a-z]+ing)\s"
    rf"|\s(?:on )?(?:late |early )?{DAY}\b(?![’'])"
    r"|\s(?:because|since|while|amid|during)\s|\s(?:and|but) (?:has|have|had|is|was|are|were)\s"
    r"|\s(?:in|at|on) (?:(?:an?|the|his|her|their|last|this) )?(?:[\w’'-]+ ){0,4}?(?:statement"
    r"|interviews?|remarks|tweets?|speech|speeches|emails?|letter|debate|rally|conference|forum"
    r"|convention|campaign|week|month|year)\b"
)
# "While Lark said so, …" ends with the comma, "Lark, who said so, left" too.
_SUBORDINATE = re.compile(
    r"(?:^|[.;:]\s)(?:But |And |Yet |So )?(?:(?:[Ee]ven|[Jj]ust) )?(?i:while|when|if|as|after"
    r"|although|though|because|since|before|once|until|unless|whereas)\s[^,]*$"
)
_ASIDE = re.compile(r",\s(?:who|which)(?:[’']\w+)?\s+(?:[\w’']+\s+){0,3}$")
_ASIDE_ENDS = re.compile(rf",\s(?=(?:\w+ly\s)?(?:said|told|{_FINITE}|\w+ed)\s)")


def find_content(sentence: str, cue: Cue) -> list[Span]:
    """What is attributed: after the cue, or before the source, or both.

    Args:
        sentence: The sentence, its quotations masked.
        cue: The cue.

    Returns:
        Its parts; none where the cue attributes nothing.
    """
    rest, left, verb = sentence[cue.right :], sentence[: cue.first].rstrip(), cue.verb
    before = None
    if not cue.hangs:
        quoted = left[cue.since :].rstrip(",").endswith((MARK, LAST))
        before = trim(sentence, cue.since if quoted else 0, cue.first)
    after_quotation = before is not None and _ends_quoted(left, verb)
    next_quoted = _QUOTED_OF if verb in ATTITUDES else _QUOTED_NEXT
    if verb in TELLING:
        next_quoted = _QUOTED_TO
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
        return [part for part in (trim(sentence, before.start, so.start()),) if part]
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


def _around(sentence: str, cue: Cue, before: Span) -> list[Span]:
    """What stands before "…, Peskov said" or around it; empty where it is not said so."""
    rest = sentence[cue.right :]
    long = len(sentence[before.start : before.end].split()) > (1 if cue.inverted else 2)
    if cue.inverted and (_APPOSITION.match(rest) or _FROM_PLACE.match(rest)):
        return [before] if long else []
    if re.match(r",\s(?!adding|who|which)", rest):
        after = _clause(sentence, cue, cue.right + 1)
        if after and not _ADJUNCT_ONLY.match(sentence[cue.right + 1 :]):
            return [before, after]
    if told := _ADJUNCT_FIRST.match(rest):  # "Yes, he said in the debate, it was so."
        after = _clause(sentence, cue, cue.right + told.end())
        if after and _CLAUSE_NEXT.match(f" {sentence[after.start :]}"):
            return [before, after]
    hearer = re.match(_HEARER, rest) if cue.verb in TELLING else None
    tail = rest[hearer.end() :] if hearer else rest
    return [before] if long and cue.verb not in _UNSAID and _ADJUNCT_ONLY.match(tail) else []


def _reported(sentence: str, cue: Cue) -> list[Span]:
    """A clause or thing after the cue, without "that"."""
    rest, verb = sentence[cue.right :], cue.verb
    if _FINITE_NEXT.match(rest):
        return []
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
        begins = _WHEN.match(rest) if _says(verb) else None
        if not begins and verb in SAYING and _ADJUNCT_NEXT.match(rest):
            return []
    after = _clause(sentence, cue, cue.right + (begins.end() if begins else 0))
    if after is None:
        return []
    words = sentence[after.start : after.end].split()
    return [after] if len(words) >= 2 or (verb not in SAYING and words[0][0].isupper()) else []


def _clause(sentence: str, cue: Cue, start: int) -> Span | None:
    """From here to where what is attributed ends."""
    ends = [_goes_on(sentence, start)]
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
    return trim(sentence, start, end)


def _goes_on(sentence: str, start: int) -> re.Match[str] | None:
    """Where a verb of the same subject follows, or another clause."""
    while match := _GOES_ON.search(sentence, start):
        kind = match.lastgroup
        if kind is None or match[kind] in _VERBS[kind]:
            return match
        start = match.start() + 1
    return None


def trim(sentence: str, start: int, end: int) -> Span | None:
    """A span without the spaces and punctuation around it; None for an empty one."""
    while start < end and (sentence[start].isspace() or sentence[start] in ",;:-–—―."):
        start += 1
    while end > start and (sentence[end - 1].isspace() or sentence[end - 1] in ",;:-–—―."):
        end -= 1
    return Span(start=start, end=end) if start < end else None
