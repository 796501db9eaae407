"""A follow-up question -> one that stands alone, by rules that a person can foresee.

"And about Syria?" asks the question before of another topic, "And Sanders?" of another person,
"When did he say that?" has its pronouns filled in. Whatever is not clear stays as it was asked: the
user sees how a question was understood, and what was meant by it is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.domain import Answer
from rag.noun_phrases import NAME
from rag.people import find_people, gender, person
from rag.periods import find_period
from rag.question import SAY, Kind, read_question, speaker_place
from rag.text import STOPWORDS, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was spoken of before a question."""

    question: str  # as it stood alone
    people: tuple[str, ...] = ()  # whom its answer tells of, the likeliest first
    place: str | None = None  # where, if it asked that


_WH = "why|when|where|who|whom|whose|which|how|what"
_AUXILIARY = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_VERBS = frozenset(f"{_WH}|{_AUXILIARY}|be|been|not".split("|"))
_BARE = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?P<wh>why|since when|until when|when|where|who|how many|how much"
    r"|how long|how often|how|when was that|where was that|why is that|why was that)\s*\?*$",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"^(?:(?:and|but|or)\s+)?(?:(?P<open>(?:what|how)\s+about)|(?P<about>about)|(?<=\s))\s*"
    r"(?P<what>[^?]{1,80}?)\s*\?*$",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?P<link>about|on|regarding|concerning|over|of|to)\s+(?P<topic>[^?,;]+?)\s*(?=[?,;]|$)"
)
_AND = re.compile(r"^(?:(?:and|but|so|then|also)\s+)+(?=\w)", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?P<word>he|she)\b", re.IGNORECASE)
_OBJECT = re.compile(r"\b(?P<word>him|her)\b(?=\s*(?:[?,;.]|$|\b(?:in|on|at|about|for|to|and)\b))")
_POSSESSIVE = re.compile(r"\b(?P<word>his|her)\b", re.IGNORECASE)
_SAID_SO = re.compile(
    r"\b(?P<say>say|said|says|saying|claim|claimed|state|stated|announce|announced)\s+"
    r"(?:that|this|it|so)\b(?=\s*(?:[?,;.]|$|\b(?:in|on|at|to|and|before|after)\b))"
)
_SAY_NOTHING_MORE = re.compile(rf"\b{SAY}\s*\??$", re.IGNORECASE)
_OF_IT = re.compile(r"\b(?P<link>about|on|of|to|with|by)\s+(?:that|this|it)\b(?=\s*(?:[?,;.]|$))")
_IT = re.compile(r"\b(?:it|that|this)\b(?=\s*(?:[?,;.]|$|\b[a-z]+))", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\bit\s+(?:true|possible|likely|rain\w*|snow\w*|that|take|takes|took|cost)\b|\b(?:that|this)\s+\w",
    re.IGNORECASE,
)
_THERE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\bthere\b", re.IGNORECASE)
_NAMES = re.compile(NAME)
_THING = re.compile(r"\b(?:the|a|an|this|that)\s(?P<thing>[a-z][\w-]*(?:\s[a-z][\w-]*){0,2})")
_NOT_THINGS = re.compile(
    rf"\b(?:{_AUXILIARY}|in|on|at|by|for|from|to|with|and|or|of|after|before|\w+ed|\w+ing|burn|begin"
    r"|began|open|start|end|come|came|go|went|take|took|say|said|happen|cost|fall|fell|win|won)\b.*"
)


def spoken_of(question: str, answer: Answer) -> Before:
    """What a question and its answer leave to refer to.

    Args:
        question: As it stood alone.
        answer: Its answer.
    """
    people = list(_people(question, answer))
    short = answer.short_answer
    asks_where = read_question(question).kind is Kind.PLACE
    return Before(
        question=question,
        people=tuple(dict.fromkeys(people)),
        place=short.text if short and asks_where else None,
    )


def _people(question: str, answer: Answer) -> Iterator[str]:
    asked = read_question(question)
    if answer.short_answer and asked.kind is Kind.PERSON:
        yield answer.short_answer.text
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    for speaker in speakers:
        if set(asked.speaker) & set(words(speaker)):
            yield speaker
    yield from _persons(question)
    yield from speakers
    for claim in answer.claims:
        yield from find_people(claim.text).full.values()


def stand_alone(
    asked: str, before: Before | None, *, speaks: Callable[[str], bool] = lambda name: False
) -> str:
    """A question with what it leaves out filled in from what was spoken of before.

    Args:
        asked: The question.
        before: None leaves it as it is.
        speaks: Whether somebody of a name says anything in the articles.

    >>> before = Before(question="What did Peskov say about Crimea?")
    >>> stand_alone("And about Syria?", before)
    'What did Peskov say about Syria?'
    >>> stand_alone("When did he say that?", before)
    'When did Peskov say that about Crimea?'
    """
    text = " ".join(asked.split())
    if before is None:
        return text
    if match := _BARE.match(text):
        return _bare(match["wh"].lower(), before)
    short = _ELLIPSIS.match(text)
    if short and not _VERBS.intersection(words(short["what"])):
        return _elliptic(short["what"], before, about=bool(short["about"]), speaks=speaks)
    question = _capital(_AND.sub("", text))
    topic = _topic(before.question)
    if topic and question != _capital(text) and _SAY_NOTHING_MORE.search(question):
        return f"{_filled(question, before).rstrip('? ')} {topic}?"  # "And what did she say?"
    return _filled(question, before)


def _bare(wh: str, before: Before) -> str:
    """A bare "When?": of what was asked before."""
    place = speaker_place(before.question)
    if place and wh != "who":
        speaker = before.question[place.start : place.end]
        topic = _topic(before.question)
        return f"{_capital(wh.split()[0])} did {speaker} say that{f' {topic}' if topic else ''}?"
    return f"{before.question.rstrip('? ')}, {wh}?"


def _elliptic(what: str, before: Before, *, about: bool, speaks: Callable[[str], bool]) -> str:
    """The question before with another time, speaker, topic or name in its place."""
    question = before.question
    if period := find_period(what):
        old = find_period(question)
        if old:
            return question.replace(old.written, period.written, 1)
        return f"{question.rstrip('? ')} {period.written}?"
    place, topic = speaker_place(question), _TOPIC.search(question, _after_speaker(question))
    if place and not about and speaks(what):
        return f"{question[: place.start]}{what}{question[place.end :]}"
    if topic:
        return f"{question[: topic.start('topic')]}{what}{question[topic.end('topic') :]}"
    if place:
        return f"{question.rstrip('? ')} about {what}?"
    named = [match for match in _name_matches(question)]
    if named and what[:1].isupper():
        last = named[-1]
        return f"{question[: last.start()]}{what}{question[last.end() :]}"
    return f"{question.rstrip('? ')}, {what}?"


def _after_speaker(question: str) -> int:
    place = speaker_place(question)
    return place.end if place else 0


def _filled(question: str, before: Before) -> str:
    """The question with its pronouns replaced by what they can only mean."""
    question = _SUBJECT.sub(lambda match: _whom(match["word"], before) or match[0], question)
    question = _OBJECT.sub(lambda match: _whom(match["word"], before) or match[0], question)
    question = _POSSESSIVE.sub(
        lambda match: f"{name}'s" if (name := _whom(match["word"], before)) else match[0], question
    )
    topic, thing = _topic(before.question), _thing(before)
    if topic and _SAID_SO.search(question):
        return _SAID_SO.sub(lambda match: f"{match[0]} {topic}", question, count=1)
    if topic and speaker_place(before.question):
        noun = topic.partition(" ")[2]
        question = _OF_IT.sub(lambda match: f"{match['link']} {noun}", question)
    if before.place or thing:
        where = before.place or thing
        question = _THERE.sub(lambda match: f"in {where}", question, count=1)
    if thing and not _EXPLETIVE.search(question):
        question = _IT.sub(lambda match: thing, question, count=1)
    return _capital(question)


def _whom(pronoun: str, before: Before) -> str | None:
    """Whom "he" or "her" stands for: the first person spoken of whom it can mean."""
    wanted = "f" if pronoun.lower() in {"she", "her"} else "m"
    for name in (*before.people, *_persons(before.question)):
        if gender(name) in {wanted, None}:
            return name
    return None


def _topic(question: str) -> str | None:
    """What somebody was asked about, with its preposition: "about Crimea"."""
    match = _TOPIC.search(question, _after_speaker(question))
    return f"{match['link']} {match['topic']}" if match else None


def _thing(before: Before) -> str | None:
    """What "it" stands for: a name of the question that is nobody's, or the thing it asks about."""
    persons = {word for name in _persons(before.question) for word in words(name)}
    for match in reversed(_name_matches(before.question)):
        if not persons.intersection(words(match[0])):
            lead = before.question[: match.start()].split()[-1:]
            return f"{'the ' if lead == ['the'] else ''}{match[0]}"
    for match in _THING.finditer(before.question):
        if thing := _NOT_THINGS.sub("", match["thing"]).strip():
            return f"the {thing}"
    return None


def _persons(question: str) -> Iterator[str]:
    """Names of a question that are people's: who speaks, or stands where people stand."""
    place = speaker_place(question)
    if place:
        yield question[place.start : place.end]
    for match in _name_matches(question):
        before = question[: match.start()].lower().split()[-1:]
        name = person(match[0])
        if not name or before == ["the"]:
            continue
        first = gender(name) is not None and " " in name
        if first or (before and before[0] in _AUXILIARY.split("|")):
            yield name


def _name_matches(question: str) -> list[re.Match[str]]:
    """The names of a question, without the word that it begins with where that is no name."""
    first = question.split(" ")[0]
    begin = len(first) if words(first) and words(first)[0] in STOPWORDS else 0
    return [match for match in _NAMES.finditer(question, begin)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
