"""The pronouns of a question, replaced by what they can only mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.proper_names import NAME
from rag.language.text import words
from rag.question.antecedents import Before
from rag.question.elliptic import longer
from rag.question.named import (
    BE,
    DO,
    PREPOSITION,
    TWO_NAMES,
    WH,
    Speaks,
    find_things,
    find_topic,
    may_be_somebody,
    name_matches,
    persons,
    thing_of,
    topic_end,
    topic_of,
)
from rag.question.read import SAY

_AND = re.compile(
    rf"^(?:(?:and|but|so|then|also)\s+)+(?=(?:(?:to|in|with|from|by|for)\s)?(?:{WH}|{BE}|{DO})\b)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?P<word>he|she)\b", re.IGNORECASE)
_OBJECT = re.compile(r"\b(?P<word>him|her)\b(?=\s*(?:[?,;.]|$|\b(?:in|on|at|about|for|to|and)\b))")
_POSSESSIVE = re.compile(r"\b(?P<word>his|her)\b", re.IGNORECASE)
_ANSWERS = re.compile(r"\b(?:repl\w+|respon\w+|react\w*|answer\w*|retort\w*)\b", re.IGNORECASE)
_SAID_SO = re.compile(
    r"\b(?P<say>say|said|says|saying|claim|claimed|state|stated|announce|announced)\s+"
    r"(?:that|this|it|so)\b(?=\s*(?:[?,;.]|$|\b(?:in|on|at|to|and|before|after)\b))"
)
_SAY_NOTHING_MORE = re.compile(rf"\b{SAY}\s*\??$", re.IGNORECASE)
_OF_IT = re.compile(r"\b(?P<link>about|on|of)\s+(?:that|this|it)\b(?=\s*(?:[?,;.]|$|\bin\b))")
_IT = re.compile(r"(?P<lead>\b)(?P<word>its?)\b(?!['’])", re.IGNORECASE)
_IT_DOES = re.compile(
    rf"(?P<lead>\b(?:{BE}|{DO})\s(?=it\b)|\b(?=its\b))(?P<word>its?)\b(?!['’])", re.IGNORECASE
)
# Where "it" stands for no thing, or for all that was said.
_EXPLETIVE = re.compile(
    r"\bit\s+(?:(?:true|possible|likely|rain\w*|snow\w*|that|say|says|mention\w*|happen\w*|occur\w*"
    r"|matter\w*|mean\w*)\b|(?:take|takes|took|cost|costs|work\w*)\s)",
    re.IGNORECASE,
)
# "Bronzes" of "How many bronzes did the museum give back?".
_MANY_ASKED = re.compile(
    rf"^(?:[Hh]ow many|[Ww]hich|[Ww]hat)\s(?P<what>(?:[a-z][\w-]*\s)?[a-z][\w-]*[^\Wsiu]s)"
    rf"\s(?:{BE}|{DO}|[a-z]+ed)\b"
)
_THEM = re.compile(r"\b(?:they|them)\b", re.IGNORECASE)
_THERE = re.compile(r"\bthere\b(?=\s*(?:[?,;.]|$|\b(?:in|on|and|with|before|after)\b))")
_STANDS_IN = re.compile(rf"\b(?:in|at|near|inside) (?:the )?{NAME}")


def filled(text: str, before: Before, speaks: Speaks) -> str:
    """The question with its pronouns replaced by what they can only mean."""
    question = _AND.sub("", text)
    led, topic = question != text, topic_of(before.question)
    question = _with_person(_SUBJECT, question, before, speaks)
    question = _with_person(_OBJECT, question, before, speaks)
    question = _with_person(_POSSESSIVE, question, before, speaks)
    if led and topic and _SAY_NOTHING_MORE.search(question):
        return longer(question, topic)  # "And what did she say?"
    if topic and _SAID_SO.search(question):
        return _SAID_SO.sub(lambda match: f"{match[0]} {topic}", question, count=1)
    if many := _many(before.question):
        question = _THEM.sub(lambda _: many, question, count=1)
    if where := _where(before):
        question = _THERE.sub(lambda _: where, question, count=1)
    if topic:
        noun = topic.partition(" ")[2]
        question = _OF_IT.sub(lambda match: f"{match['link']} {noun}", question)
    thing = thing_of(_about(before.question) or before.question, speaks)
    # What somebody denied is not the mill they spoke of, but what reopens is.
    pronoun = _IT_DOES if topic else _IT
    if thing and (thing.startswith("the ") or not topic) and not _EXPLETIVE.search(question):
        question = pronoun.sub(
            lambda match: f"{match['lead']}{_inflected(match['word'], thing)}", question, count=1
        )
    return question


def _many(question: str) -> str | None:
    """Whom or what "they" stands for: the only things of which a question names several."""
    if asked := _MANY_ASKED.match(question):
        return f"the {asked['what']}"
    said = _about(question) or question
    found = [said[start:end] for start, end in find_things(said)]
    several = [one for one in found if re.match(r"(?i:the)\s.*[^\Wsiu]s$", one)]
    return f"the {several[0].partition(' ')[2]}" if len(several) == 1 else None


def _about(question: str) -> str | None:
    """What a question is about, whoever is asked, "about the pool"; None where it does not say."""
    found = find_topic(question)
    if found is None or found["link"].lower() in {"of", "to"}:
        return None
    before = question[: found.start("link")].rstrip()
    if any(end == len(before) for _, end in find_things(question)):
        return None  # "a film about the war"
    asks_words = found["link"].lower() not in {"on", "over"} or topic_of(question)
    return f"about {question[found.start('topic') : topic_end(found)]}" if asks_words else None


def _with_person(pronoun: re.Pattern[str], question: str, before: Before, speaks: Speaks) -> str:
    """The question with its first such pronoun replaced; as it is where that is not clear.

    "He" and "his" after a name of the same question mean its bearer, "him" never does.
    """
    match = pronoun.search(question)
    if match is None:
        return question
    earlier = name_matches(question[: match.start()])
    if earlier and pronoun is not _OBJECT:
        return question
    here = {word for name in name_matches(question) for word in words(name[0])}
    answers = bool(_ANSWERS.search(question))
    whom = _whom(match["word"], before, here, speaks, alone=pronoun is _OBJECT or answers)
    if whom is None:
        return question
    word = match["word"] if pronoun is _POSSESSIVE else ""
    return f"{question[: match.start()]}{_inflected(word, whom)}{question[match.end() :]}"


def _inflected(pronoun: str, noun: str) -> str:
    return f"{noun}'s" if pronoun.lower() in {"its", "his", "her"} else noun


def _whom(
    pronoun: str, before: Before, here: set[str], speaks: Speaks, *, alone: bool
) -> str | None:
    """Whom "he" or "her" stands for.

    Args:
        pronoun: The pronoun.
        before: What was spoken of.
        here: Words of the names in the pronoun's own question: it means none of these.
        speaks: Whether somebody says anything in the articles.
        alone: Whether it stands for nobody as soon as there are two whom it can mean.
    """
    wanted = "f" if pronoun.lower() in {"she", "her"} else "m"

    def possible(names: Sequence[str]) -> list[str]:
        by_last = {words(name)[-1]: name for name in reversed(names) if words(name)}
        return [
            name
            for last, name in reversed(by_last.items())
            if last not in here and before.gender(name) in {wanted, None}
        ]

    asked = before.question
    people = possible([*before.people, *persons(asked)])
    if alone or TWO_NAMES.search(asked):
        others = [match[0] for match in name_matches(asked) if may_be_somebody(asked, match)]
        spoken = [match[0] for match in name_matches(asked) if speaks(match[0])]
        people = possible([*people, *others, *spoken])
        return people[0] if len(people) == 1 else None
    if people:
        return people[0]
    named = possible(before.named)
    return named[0] if len(named) == 1 else None


def _where(before: Before) -> str | None:
    """Where "there" is, with a preposition."""
    if before.place:
        if PREPOSITION.match(before.place) or before.place.lower().startswith("inside "):
            return before.place
        named = before.place.split()[-1][:1].isupper() or before.place.startswith(("the ", "a "))
        return f"in {'' if named else 'the '}{before.place}"
    found = list(_STANDS_IN.finditer(before.question))
    return found[-1][0] if len(found) == 1 else None
