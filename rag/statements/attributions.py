"""A sentence -> its attributions: a source, a cue such as "said", and what is attributed.

Rules over the surface of the sentence, no parser: a cue, the noun phrase before it (or after it:
"said Peskov"), and what stands on its other side. What they do not understand they leave alone.
The terms are those of Pareti (2012) and of PolNeAR (Newell et al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.domain import Span
from rag.language.calendar import WEEKDAYS
from rag.language.proper_names import NAME, UPPER
from rag.statements.contents import Cue, find_content, trim
from rag.statements.cues import (
    ACCORDING,
    NOUNS,
    SAYING,
    VERBS,
    find_cues,
    is_participle,
)
from rag.statements.noun_phrases import (
    ADVERB_LAST,
    BETWEEN,
    DETERMINED,
    LAST,
    PASSIVE,
    PRONOUN,
    QUOTED,
    goes_on,
    main_subject,
    subject_after,
    subject_before,
)

JOINT = 20  # characters of ", and" at most
LONGEST = 1_000  # characters of a sentence outside of quotations; reading takes the square of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who is said to say what, as spans of the sentence."""

    source: Span | None  # the noun phrase without what describes its head; None: it names none
    cue: Span
    content: tuple[Span, ...]


_RELATIVE = ("who", "which", "that")
# After one of these a pronoun begins a clause of its own; after another noun, what is told of it.
_NO_ANTECEDENT = (VERBS - NOUNS).union(
    "and but that as because while when if after before although though since which where so or"
    " than what whether until unless whom yet how why once like day night morning week month year"
    " time".split(),
    WEEKDAYS,
)
# After a form that may be a noun, these show that it is a verb.
_OBJECT_NEXT = re.compile(
    r"\s(?:that|to|the|an?|his|her|their|its|our|my|your|this|those|these|no|any|all|some|more|him"
    rf"|he|she|they|we|there|them|it|us|me|you|what|how|why|whether|if|{UPPER}[\w.]*)\b"
)
_DOES = re.compile(r"\s(?:the|an?|his|her|their|its|he|she|they|it|there|how|why|what|whether)\s")
_NEW_CLAUSE = re.compile(r"(?:,|;)\s(?:and|but|while)\s(?=\w)")
# A participle of the passive without its "was": "promoted by the town", "seen as a shame".
_DONE_TO = re.compile(
    rf"\s(?:by\s(?!\w+ing\b)|as\s(?:an?|the|his|her|their|its|[A-Z])(?![{QUOTED}]))"
)
_HAVING = re.compile(r"\b(?:has|have|had|having)\s(?:\w+\s)?$")
_OPENING_PARTICIPLE = re.compile(
    rf"(?P<cue>[A-Z][a-z]*ing) (?P<content>[^,;:.{QUOTED}]{{8,200}}),\s(?!and\b|or\b|who\b|which\b)"
)
_COORDINATED = re.compile(r"(?:,|;|\s[–—―-]+)\s(?:and|but|while|though|although|yet|whereas)\s$")
_ASKED = re.compile(r"\b(?:[Dd]id|[Dd]oes|[Dd]o)\s(?:the\s)?$")  # "What did Lark say?"
_DENIED = re.compile(  # "Nor did Lark say", "At no time has Lark said"
    r"\b(?:[Nn]or|[Nn]either|[Nn]ever|[Rr]arely|[Ss]eldom|[Hh]ardly|(?:[Nn]ot|[Nn]o)(?:\s[a-z]+){1,3})\s"
    r"(?:did|does|do|has|have|had|will|would|can|could|is|was)\s(?:the\s)?$|\bnor\s(?:the\s)?$"
)
_NOBODY = re.compile(r"(?:[Nn]either|[Nn]one|[Nn]obody|[Nn]o)\s")
_UNREAL = re.compile(r"not|never|n[’']t|would|could|might|may\b|should|must")
# Before "state" or "call", which have no ending, more than one does it: "states say", "you call".
_SEVERAL = re.compile(
    r"(?:\b(?:I|we|you|they|who|that|which|people|police|men|women|media|data|some|many|most|others)"
    r"|[^\W\d]s)$",
    re.IGNORECASE,
)
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
        source = trim(sentence, match.end(), end)
        before = trim(sentence, 0, match.start())
        if before and len(sentence[before.start : before.end].split()) > 2:
            content: Span | None = before
        else:
            content = trim(sentence, end, len(sentence))
        if source and content:
            cue = Span(start=match.start("cue"), end=match.end("cue"))
            yield Attribution(source=source, cue=cue, content=(content,))


def _spoken(sentence: str) -> Iterator[Attribution]:
    """What a verb attributes to its subject."""
    found: list[Attribution] = []
    subject: Span | None = None  # of the last attribution, which ", saying …" goes on with
    last = 0  # where its cue ends
    since = 0  # where the last attribution of a quotation ends: what is quoted after it is new
    for match in find_cues(sentence):
        left, right = sentence[: match.start()], sentence[match.end() :]
        verb = match[0].lower()
        if not _is_verb(left, verb, right):
            continue
        after = subject_after(left, match[0], right)
        inverted = after.moved(match.end()) if after else None
        participle = is_participle(verb) and not PASSIVE.search(left)
        hangs = participle and left.rstrip().endswith((",", LAST, "ly"))
        if hangs:
            told = subject and sentence[subject.start : subject.end] in _RELATIVE
            source = main_subject(left.rstrip()) if told or not subject else subject
        elif goes_on(left) and subject:
            source = None if _NEW_CLAUSE.search(left, last) else subject
        else:
            source = inverted or subject_before(left)
        if source is None or (verb not in SAYING and _of_antecedent(sentence, source)):
            continue
        asked = sentence.rstrip().endswith("?") and _ASKED.search(sentence[: source.start])
        denied = _DENIED.search(sentence[: source.start]) or _NOBODY.match(sentence, source.start)
        if asked or denied:
            continue
        if not _agrees(sentence, source, match):
            continue
        subject, last = source, match.end()
        cue = Cue(
            verb=verb,
            since=since,
            first=match.start() if hangs else min(source.start, match.start()),
            right=inverted.end if inverted else match.end(),
            inverted=inverted is not None,
            hangs=hangs,
        )
        content = find_content(sentence, cue)
        if content:
            quoted = any(char in QUOTED for char in sentence[content[0].start : content[0].end])
            since = cue.right if quoted and content[0].end <= cue.right else since
            place = Span(start=match.start(), end=match.end())
            found.append(Attribution(source=source, cue=place, content=tuple(content)))
    for number, one in enumerate(found, start=1):
        yield _until_next(sentence, one, found[number:])


def _of_antecedent(sentence: str, source: Span) -> bool:
    """Whether a pronoun begins what is told of the noun before it: "the rate he proposed"."""
    if not re.fullmatch(PRONOUN, sentence[source.start : source.end]):
        return False
    before = re.search(r"([a-z]+)\s$", sentence[: source.start])
    return before is not None and before[1] not in _NO_ANTECEDENT


def _until_next(sentence: str, one: Attribution, later: Sequence[Attribution]) -> Attribution:
    """Without the clause of somebody else that follows: "…, and Lark warned"."""
    starts = [other.source.start if other.source else other.cue.start for other in later]
    content = []
    for span in one.content:
        ends = [_joined(sentence, span.start, start) for start in starts if start < span.end]
        end = min((end for end in ends if end is not None), default=span.end)
        kept = trim(sentence, span.start, end)
        content += [kept] if kept else []
    return replace(one, content=tuple(content)) if content else one


def _joined(sentence: str, begin: int, start: int) -> int | None:
    """Where the ", and" stands that joins a clause to what stands before it, if one does."""
    found = _COORDINATED.search(sentence, max(begin, start - JOINT), start)
    return found.start() if found and found.start() > begin else None


def _opening(sentence: str) -> Iterator[Attribution]:
    """What a participle tells before its subject: "Citing the flood, Lark left"."""
    match = _OPENING_PARTICIPLE.match(sentence)
    if match is None or match["cue"].lower() not in VERBS:
        return
    source = main_subject(sentence[match.end() :])
    if source:
        cue = Span(start=match.start("cue"), end=match.end("cue"))
        content = Span(start=match.start("content"), end=match.end("content"))
        yield Attribution(source=source.moved(match.end()), cue=cue, content=(content,))


def _uttered(sentence: str, found: Sequence[Attribution]) -> Iterator[Attribution]:
    """After a quotation that ends as speech does, any verb of a name: "…?" Vitter demanded."""
    for match in _UTTERED.finditer(sentence):
        content = trim(sentence, 0, match.start("noun"))
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
    if not is_participle(form) and _DONE_TO.match(right):
        return False
    if is_participle(form):
        left = left if passive else BETWEEN.sub("", left)
        quotes = " " not in form and bool(re.match(rf",?\s[{QUOTED}]", right))
        return passive or quotes or bool(re.search(rf"[,{QUOTED}]\s*(?:while |and )?$", left))
    return not passive


def _has(left: str, right: str) -> bool:
    """Whether "'s" stands for "has" and not for "is": "he's called for", not "he's accused of"."""
    short = re.search(r"\b(?:he|she|it|who)[’']s\s(?:\w+ly\s|also\s|long\s)?$", left, re.IGNORECASE)
    return short is not None and not re.match(r"\s(?:by|of|as|in|at|for|to|that)\b", right)


def _agrees(sentence: str, source: Span, cue: re.Match[str]) -> bool:
    """Whether a form without an ending has a subject in the plural, unlike "this beach state"."""
    form = cue[0].lower()
    left, subject = sentence[: cue.start()], sentence[source.start : source.end]
    if form not in NOUNS or f"{form}s" not in VERBS or BETWEEN.search(left):
        return True
    return bool(_SEVERAL.search(subject)) or left[: source.start].endswith(" and ")


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
