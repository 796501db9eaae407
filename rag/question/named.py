"""What a question names: people, things, and what somebody is asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.language.calendar import WEEKDAY
from rag.language.dates import find_period
from rag.language.names import names_in_question
from rag.language.proper_names import NAME, UPPER
from rag.language.text import words
from rag.question.read import SAY, speaker_place
from rag.statements.titles import ROLES, gender, is_calling, person

Speaks = Callable[[str], bool]  # whether somebody of a name says anything in the articles
WH = "why|when|where|who|whom|whose|which|how|what"
BE = "is|are|was|were"
DO = "do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_BEING, _DOING = frozenset(BE.split("|")), frozenset(DO.split("|"))
_BEFORE_SUBJECT = _DOING | frozenset("when if because that while why where whether".split())
PREPOSITION = re.compile(
    r"^(?P<word>about|on|regarding|concerning|over|of|to|in|at|by|for|with|from|under|after|before"
    r"|during|against|near)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
DAY = rf"(?:{WEEKDAY}|\d)"
_TOPICS = tuple(
    re.compile(rf"\b(?P<link>{links})\s+(?!{DAY})(?P<topic>[^?,;]+?)\s*(?=[?,;]|$)", re.IGNORECASE)
    for links in ("about|regarding|concerning", "on|over", "of|to")
)
ASKS_WORDS = re.compile(
    rf"\b(?:{SAY}|view|opinion|stance|position|comment|remark|statement|reaction|attitude)s?\b",
    re.IGNORECASE,
)
_NAMES = re.compile(NAME)
TWO_NAMES = re.compile(rf"{NAME} (?:and|or) (?:the )?{NAME}")
# "the bridge", "the 2016 US election", with the words after it.
_THE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?)\s"
    rf"(?=(?P<run>(?:(?:{UPPER}|\d)[\w’'-]*\s){{0,5}}(?:[a-z][\w-]*)(?:\s[a-z][\w-]*){{0,5}}))"
)
# Where something is, beside "in" and "at".
PLACED = (
    "near|above|below|behind|beside|beyond|across|along|around|opposite|inside|outside|under|over"
    "|between|through|towards?"
)
# What a noun phrase does not go on over.
_STOP = re.compile(
    rf"\s(?:{WH}|{BE}|{DO}|the|an?|his|her|its|their|this|that|in|on|at|by|for|from|to|with|of"
    rf"|{PLACED}|about|after|before|during|since|until|and|or|but|if|as|out|up|down"
    r"|off|away|back|last|next|again|yesterday|today|tomorrow|now|not|first|\w+ly)\b.*"
)
_JOINS = re.compile(rf"\s(?:of|in|at|for|on|to|from|by|about|{PLACED})\s")
_THE_KIND = re.compile(r"\b[Tt]he\s(?P<kind>[a-z][\w-]+)\s$")
_PARTICIPLE = re.compile(r"(?:ed|en|made|held|built|born|shut|won|lost|begun|sent|set|hit|cut)$")


def nobody(name: str) -> bool:
    """What stands for the articles where there are none: nobody speaks."""
    return False


def may_be_somebody(question: str, match: re.Match[str]) -> bool:
    """Whether a name stands where a person's may: not after a preposition or "the"."""
    lead = _word_before(question, match.start())
    return gender(match[0]) is not None or not (lead == "the" or PREPOSITION.match(f"{lead} x"))


def persons(question: str) -> Iterator[str]:
    """Names of a question that are people's: who speaks, or stands where people stand."""
    place = speaker_place(question)
    speaker = question[place.start : place.end] if place else ""
    called = person(speaker) or (speaker if gender(speaker) else None)  # "Theresa May"
    if called and not TWO_NAMES.search(speaker):
        yield called
    for match in name_matches(question):
        name, lead = person(match[0]), _word_before(question, match.start())
        if not name or lead == "the":
            continue
        if (gender(name) is not None and " " in name) or lead in _BEING | _DOING:
            yield name


def topic_of(question: str) -> str | None:
    """What somebody was asked about, with its preposition: "about Crimea"."""
    asks_words = ASKS_WORDS.search(question) and not question.lower().startswith("tell ")
    match = find_topic(question) if asks_words else None
    return f"{match['link']} {question[match.start('topic') : topic_end(match)]}" if match else None


def find_topic(question: str) -> re.Match[str] | None:
    """The topic that stands after whoever speaks, with the word that leads to it."""
    place = speaker_place(question)
    start = place.end if place else 0
    return next((found for one in _TOPICS if (found := one.search(question, start))), None)


def topic_end(topic: re.Match[str]) -> int:
    """Where a topic ends: before the time, "about NATO in 2018"."""
    period = find_period(topic["topic"])
    if period and topic["topic"].endswith(f" {period.written}"):
        return topic.end("topic") - len(period.written) - 1
    return topic.end("topic")


def thing_of(question: str, speaks: Speaks) -> str | None:
    """What "it" stands for: the one thing that a question names, "the spire of Notre-Dame"."""
    spans = [span for span in find_things(question) if _is_one(question[span[0] : span[1]])]
    if len(spans) < len(find_things(question)):
        return None
    for match in name_matches(question):
        lead = _word_before(question, match.start())
        begin = _begin(question, match, lead)
        if any(start <= match.start() < end for start, end in spans):
            continue
        if lead in _DOING and gender(match[0]) is None and not speaker_place(question):
            return None  # "Did Russia annex Crimea?": it may be the one and the other
        if _acts(question, match, lead) or speaks(match[0]):
            continue
        joined = begin < match.start() - len("the ") or any(
            _JOINS.fullmatch(question, end, begin) for _, end in spans
        )
        if lead not in _BEING and not _ends(question, match.end(), before_verb=joined):
            return None  # "Helsinki summit"
        spans.append((begin, match.end()))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and _JOINS.fullmatch(question, merged[-1][1], start):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    if len(merged) != 1:
        return None
    start, end = merged[0]
    return re.sub(r"^(?:the|an?)\s", "the ", question[start:end], flags=re.IGNORECASE)


def _begin(question: str, match: re.Match[str], lead: str) -> int:
    """Where what a name belongs to begins: at "the", or at "the ship" of "the ship Solveig"."""
    kind = _THE_KIND.search(question, 0, match.start())
    if kind and not is_calling(kind["kind"]):
        return kind.start()
    return match.start() - (len("the ") if lead == "the" else 0)


def _ends(question: str, place: int, *, before_verb: bool) -> bool:
    """Whether a name ends at a place, and no noun follows it.

    Args:
        question: The question.
        place: The end of the name.
        before_verb: Whether one small word may follow, a verb: "When did the inn at Moss open?".
    """
    after = question[place:]
    if not re.match(r"\s[a-z]", after) or _STOP.match(after):
        return True
    turned = re.match(rf"(?:\w+\s){{0,2}}(?:{BE}|{DO})\b", question, re.IGNORECASE)
    small = _STOP.sub("", after).split("?")[0].split()
    return bool(before_verb and turned) and not (len(small) > 1 and small[1].islower())


def _is_one(phrase: str) -> bool:
    """Whether "it" can stand for a phrase: not for "the sponsors", nor for "the mayor"."""
    head = words(phrase)[-1]
    return head not in ROLES and not re.search(r"(?<![sui])s$", head)


def _acts(question: str, match: re.Match[str], lead: str) -> bool:
    """Whether a name is likely a person's by where it stands."""
    place = speaker_place(question)
    speaks = place is not None and place.start <= match.start() < place.end
    who_is = lead in _BEING and question.lower().startswith("who")
    return speaks or who_is or lead in _DOING or (gender(match[0]) is not None and " " in match[0])


def find_things(question: str) -> list[tuple[int, int]]:
    """Where a question has its "the spire", from the article to the end of the noun."""
    found: list[tuple[int, int]] = []
    lead = ""
    for match in _THE.finditer(question):
        if not (found and _JOINS.fullmatch(question, found[-1][1], match.start())):
            lead = _word_before(question, match.start())
        nouns = _STOP.sub("", f" {match['run']}").split()
        after = question[match.start("run") + len(" ".join(nouns)) :].split()
        nouns = _without_verb(nouns, lead, after[0] if after else "", question.lower())
        if nouns:
            found.append((match.start(), match.start("run") + len(" ".join(nouns))))
    return found


def _without_verb(nouns: list[str], lead: str, after: str, question: str) -> list[str]:
    """The words of a subject without the verb that may follow it; none where that is not clear.

    Args:
        nouns: What stands after "the".
        lead: The word before "the": "did" and "was" stand before a subject.
        after: The word after.
        question: The whole question, in lower case.
    """
    goes_on = after in {"of", "in", "at", "for"}
    if after[:1].isupper():
        return nouns[:-1] if lead in _BEFORE_SUBJECT else []  # "the mayor Ida Rourke"
    if lead in _BEFORE_SUBJECT:
        if len(nouns) < 2 or after == "of":
            return nouns
        return [] if len(nouns) > 2 and nouns[-1].endswith("s") else nouns[:-1]
    if lead not in _BEING or len(nouns) < 2:
        return nouns
    if _PARTICIPLE.search(nouns[-1]):
        return nouns[:-1]
    if re.match(rf"(?:where|what|who|which|how (?!(?:{BE})\b))", question):
        return nouns  # "How heavy is the black hole?"
    if goes_on:
        return nouns if question.startswith(("when", "why", "how")) else []
    return nouns[:1] if len(nouns) == 2 else []  # "Is the bridge open?"


def _word_before(question: str, place: int) -> str:
    told = question[max(0, place - 24) : place].lower().split()
    return told[-1] if told else ""


def name_matches(question: str) -> list[re.Match[str]]:
    """The names of a question, without the word that it begins with where that is no name."""
    names = set(names_in_question(question))
    first = question.split(" ")[0]
    begin = 0 if names.intersection(words(first)) else len(first)
    found = _NAMES.finditer(question, begin)
    return [match for match in found if names.intersection(words(match[0]))]
