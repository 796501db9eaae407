"""A follow-up question -> one that stands alone, by rules that a person can foresee.

"And about Syria?" asks the question before of another topic, "And Sanders?" of another person,
"When did he say that?" has its pronouns filled in. Whatever is not clear stays as it was asked: the
user sees how a question was understood, and what was meant by it is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Answer
from rag.language.dates import find_period
from rag.language.names import names_in_question
from rag.language.proper_names import NAME, UPPER
from rag.language.text import words
from rag.question.read import SAY, Kind, read_question, speaker_place
from rag.statements.people import ROLES, find_people, gender, person

LONG = 600  # characters from which a text is left as it is, and nothing refers to it
Speaks = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was spoken of before a question."""

    question: str  # as it stood alone
    people: tuple[str, ...] = ()  # whom it and its answer are about, the likeliest first
    named: tuple[str, ...] = ()  # who else is named in its answer
    place: str | None = None  # where, if it asked that


_WH = "why|when|where|who|whom|whose|which|how|what"
_BE = "is|are|was|were"
_DO = "do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_BEING, _DOING = frozenset(_BE.split("|")), frozenset(_DO.split("|"))
_BEFORE_SUBJECT = _DOING | frozenset("when if because that while why where whether".split())
# What is no noun phrase, though it follows an "And": "And he denied it?", "And tell me more".
_NO_NOUNS = frozenset(
    f"{_WH}|{_BE}|{_DO}|be|been|not|i|we|you|he|she|it|they|him|them|me|us|tell|show|list|give"
    "|explain|describe|summarize|summarise|compare|find|name|let|thanks|thank|please".split("|")
)
_POINTING = frozenset(
    "that this then now so on later next after before else more yes no ok okay".split()
)
_BARE = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?P<wh>why|since when|until when|when|where|how long|how often|how)"
    r"(?:\s+(?:was|is)\s+that)?\s*\?*$",
    re.IGNORECASE,
)
_TURNED = re.compile(rf"^(?:(?:when|where|why|how)\s+)?(?=(?:{_BE}|{_DO})\b)", re.IGNORECASE)
_LED = re.compile(
    r"^(?:(?:and|but|or)\s+)?(?P<asks>(?:what|how)\s+about\s+)?(?P<what>[^?]{1,80}?)[\s?.!]*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?P<word>about|on|regarding|concerning|over|of|to|in|at|by|for|with|from|under|after|before"
    r"|during|against|near)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)"
_TOPICS = tuple(
    re.compile(rf"\b(?P<link>{links})\s+(?!{_DAY})(?P<topic>[^?,;]+?)\s*(?=[?,;]|$)", re.IGNORECASE)
    for links in ("about|regarding|concerning", "on|over", "of|to")
)
_ASKS_WORDS = re.compile(
    rf"\b(?:{SAY}|view|opinion|stance|position|comment|remark|statement|reaction|attitude)s?\b",
    re.IGNORECASE,
)
_AND = re.compile(
    rf"^(?:(?:and|but|so|then|also)\s+)+(?=(?:(?:to|in|with|from|by|for)\s)?(?:{_WH}|{_BE}|{_DO})\b)",
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
_SAYS_NO_TOPIC = re.compile(r"\b(?:say|said|think|write|written|talk|speak|comment)\s*\??$")
_OF_IT = re.compile(r"\b(?P<link>about|on|of)\s+(?:that|this|it)\b(?=\s*(?:[?,;.]|$|\bin\b))")
_IT = re.compile(r"\b(?P<word>its?)\b(?!['’])", re.IGNORECASE)
# Where "it" stands for no thing, or for all that was said.
_EXPLETIVE = re.compile(
    r"\bit\s+(?:true|possible|likely|rain\w*|snow\w*|that|take|takes|took|cost|say|says|mention\w*"
    r"|happen\w*|occur\w*|matter\w*|mean\w*|work\w*)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"\bthere\b(?=\s*(?:[?,;.]|$|\b(?:in|on|and|with|before|after)\b))")
_STANDS_IN = re.compile(rf"\b(?:in|at|near|inside) (?:the )?{NAME}")
_NAMES = re.compile(NAME)
_TWO_NAMES = re.compile(rf"{NAME} (?:and|or) (?:the )?{NAME}")
# "the bridge", "the 2016 US election", with the words after it.
_THE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?)\s"
    rf"(?=(?P<run>(?:(?:{UPPER}|\d)[\w’'-]*\s){{0,5}}(?:[a-z][\w-]*)(?:\s[a-z][\w-]*){{0,5}}))"
)
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_ASKS_WHAT = re.compile(rf"^what(?:\selse)?\s(?P<asked>(?:{_DO})\s[^?,;]{{1,80}}?\s{SAY})\b", re.I)
# What a noun phrase does not go on over.
_STOP = re.compile(
    rf"\s(?:{_WH}|{_BE}|{_DO}|the|an?|his|her|its|their|this|that|in|on|at|by|for|from|to|with|of"
    r"|about|after|before|during|since|until|under|over|between|near|and|or|but|if|as|out|up|down"
    r"|off|away|back|last|next|again|yesterday|today|tomorrow|now|not|first|\w+ly)\b.*"
)
_JOINS = re.compile(r"\s(?:of|in|at|for|on)\s")
_PARTICIPLE = re.compile(r"(?:ed|en|made|held|built|born|shut|won|lost|begun|sent|set|hit|cut)$")


def spoken_of(question: str, answer: Answer) -> Before:
    """What a question and its answer leave to refer to.

    Args:
        question: As it stood alone.
        answer: Its answer.
    """
    asked = read_question(question)
    short = answer.short_answer
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    people = [
        *([short.text] if short and asked.kind is Kind.PERSON else []),
        *(one for one in speakers if set(asked.speaker) & set(words(one))),
        *_persons(question),
    ]
    told = [name for claim in answer.claims for name in find_people(claim.text).full.values()]
    told = [name for name in told if gender(name)]  # others may be no people: "Event Horizon"
    return Before(
        question=question,
        people=tuple(dict.fromkeys(people)),
        named=tuple(dict.fromkeys([*speakers, *told])),
        place=short.text if short and asked.kind is Kind.PLACE else None,
    )


def nobody(name: str) -> bool:
    """What stands for the articles where there are none: nobody speaks."""
    return False


def stand_alone(asked: str, before: Before | None, *, speaks: Speaks = nobody) -> str:
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
    if before is None or max(len(text), len(before.question)) > LONG:
        return text
    if match := _BARE.match(text):
        question = _bare(match["wh"].lower(), before.question)
    elif what := _left_alone(text):
        question = _elliptic(what, before.question, speaks)
    else:
        question = _filled(text, before, speaks)
    return text if question is None or question.lower() == text.lower() else _capital(question)


# --- questions that leave out what was asked ------------------------------------------------------


def _bare(wh: str, question: str) -> str | None:
    """A bare "When?": of what was asked before."""
    if turned := _TURNED.match(question):  # "Did it burn?", "Where did it burn?"
        rest = question[turned.end() :]
        return f"{wh} {rest[:1].lower()}{rest[1:]}"
    if " " in wh or question.lower().startswith("how "):
        return None
    if match := _ASKS_WHAT.match(question):
        about = f" {topic}" if (topic := _topic(question)) else ""
        return f"{wh} {match['asked']} that{about}?"
    return f"{question.rstrip('? ')}, {wh}?"


def _left_alone(text: str) -> str | None:
    """The noun phrase that "And Sanders?" or "What about Syria?" consists of; None of no other."""
    match = _LED.match(text)
    if match is None:
        return None
    what = match["what"]
    if _is_period(what):
        return what
    if match.start("what") == 0 and not what.lower().startswith("about "):
        return None
    told = words(what)
    verb_last = len(told) > 1 and what.split()[-1].islower() and told[-1].endswith("ed")
    pointing = all(word in _POINTING for word in told)
    return None if pointing or verb_last or _NO_NOUNS.intersection(told) else what


def _is_period(what: str) -> bool:
    period = find_period(what)
    return period is not None and period.written == what


def _elliptic(what: str, question: str, speaks: Speaks) -> str | None:
    """The question before with another time, speaker, topic or name in its place."""
    if _is_period(what):
        when, old = f"{what[:1].lower()}{what[1:]}", find_period(question)
        years, year = _YEAR.findall(question), _YEAR.fullmatch(when.removeprefix("in "))
        if old or not years:
            return question.replace(old.written, when, 1) if old else _longer(question, when)
        return question.replace(years[0], year[0]) if year and len(years) == 1 else None
    topic = _find_topic(question)
    if match := _PREPOSITION.match(what):
        return _with_phrase(match["word"].lower(), match["rest"], question)
    place, asks_words = speaker_place(question), _ASKS_WORDS.search(question)
    name = re.sub(r"[’']s$", "", what)
    # "What do the Democrats want?", "And the Republicans?"
    alike = place and not topic and re.match(f"the {UPPER}", what)
    if place and (speaks(name) or (alike and question.startswith("the ", place.start))):
        return f"{question[: place.start]}{name}{question[place.end :]}"
    if topic and (asks_words or not (what[:1].isupper() or what.startswith("the "))):
        return f"{question[: topic.start('topic')]}{what}{question[_topic_end(topic) :]}"
    if place and _SAYS_NO_TOPIC.search(question):
        return _longer(question, f"about {what}")
    return _with_like(what, question, speaks)


def _longer(question: str, more: str) -> str:
    return f"{question.rstrip('? ')} {more}?"


def _with_phrase(preposition: str, rest: str, question: str) -> str | None:
    """The question with "about Syria" or "in July" in place of its own such phrase, or added."""
    topic = _find_topic(question)
    timed = re.match(_DAY, rest, re.IGNORECASE)
    about = preposition in {"about", "regarding", "concerning"}
    if topic and not timed and (about or preposition in {"on", "over", topic["link"].lower()}):
        start, end = topic.start("link"), _topic_end(topic)
        return f"{question[:start]}{preposition} {rest}{question[end:]}"
    if about:
        return _longer(question, f"about {rest}")
    if names_in_question(f"in {rest}") and not timed:
        same = re.search(rf"\b{preposition} (?:the )?{NAME}", question)
        if same is None:
            return None
        things = [end for start, end in _things(question) if same.start() < start < same.end()]
        end = max([same.end(), *things])
        return f"{question[: same.start()]}{preposition} {rest}{question[end:]}"
    return None if set(words(rest)) <= _POINTING else _longer(question, f"{preposition} {rest}")


def _with_like(what: str, question: str, speaks: Speaks) -> str | None:
    """The question with one name for another, or one "the spire" for another."""
    things = _things(question) if what.startswith("the ") else []
    if things:
        start, end = things[0]
        return f"{question[:start]}{what}{question[end:]}"
    named = _name_matches(question)
    if not named or not (what[:1].isupper() or what.startswith("the ")):
        return None
    last = named[-1][0]
    somebody, known = speaks(what) or gender(what), speaks(last) or gender(last)
    if somebody and not known and len(named) > 1:
        return None  # "Will Trump visit London?", "And Merkel?": not her
    start, end = named[-1].span()
    head = question[:start].removesuffix("the ") if what.startswith("the ") else question[:start]
    return f"{head}{what}{question[end:]}"


# --- pronouns -------------------------------------------------------------------------------------


def _filled(text: str, before: Before, speaks: Speaks) -> str:
    """The question with its pronouns replaced by what they can only mean."""
    question = _AND.sub("", text)
    led, topic = question != text, _topic(before.question)
    question = _with_person(_SUBJECT, question, before, speaks)
    question = _with_person(_OBJECT, question, before, speaks)
    question = _with_person(_POSSESSIVE, question, before, speaks)
    if led and topic and _SAY_NOTHING_MORE.search(question):
        return _longer(question, topic)  # "And what did she say?"
    if topic and _SAID_SO.search(question):
        return _SAID_SO.sub(lambda match: f"{match[0]} {topic}", question, count=1)
    if where := _where(before):
        question = _THERE.sub(lambda _: where, question, count=1)
    if topic:
        noun = topic.partition(" ")[2]
        return _OF_IT.sub(lambda match: f"{match['link']} {noun}", question)
    thing = _thing(before.question, speaks)
    if thing and not _EXPLETIVE.search(question):
        question = _IT.sub(lambda match: _inflected(match["word"], thing), question, count=1)
    return question


def _with_person(pronoun: re.Pattern[str], question: str, before: Before, speaks: Speaks) -> str:
    """The question with its first such pronoun replaced; as it is where that is not clear.

    "He" and "his" after a name of the same question mean its bearer, "him" never does.
    """
    match = pronoun.search(question)
    if match is None:
        return question
    earlier = _name_matches(question[: match.start()])
    if earlier and pronoun is not _OBJECT:
        return question
    here = {word for name in _name_matches(question) for word in words(name[0])}
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
            if last not in here and gender(name) in {wanted, None}
        ]

    asked = before.question
    people = possible([*before.people, *_persons(asked)])
    if alone or _TWO_NAMES.search(asked):
        others = [match[0] for match in _name_matches(asked) if _may_be_somebody(asked, match)]
        spoken = [match[0] for match in _name_matches(asked) if speaks(match[0])]
        people = possible([*people, *others, *spoken])
        return people[0] if len(people) == 1 else None
    if people:
        return people[0]
    named = possible(before.named)
    return named[0] if len(named) == 1 else None


def _may_be_somebody(question: str, match: re.Match[str]) -> bool:
    """Whether a name stands where a person's may: not after a preposition or "the"."""
    lead = _word_before(question, match.start())
    return gender(match[0]) is not None or not (lead == "the" or _PREPOSITION.match(f"{lead} x"))


def _persons(question: str) -> Iterator[str]:
    """Names of a question that are people's: who speaks, or stands where people stand."""
    place = speaker_place(question)
    speaker = question[place.start : place.end] if place else ""
    called = person(speaker) or (speaker if gender(speaker) else None)  # "Theresa May"
    if called and not _TWO_NAMES.search(speaker):
        yield called
    for match in _name_matches(question):
        name, lead = person(match[0]), _word_before(question, match.start())
        if not name or lead == "the":
            continue
        if (gender(name) is not None and " " in name) or lead in _BEING | _DOING:
            yield name


# --- things ---------------------------------------------------------------------------------------


def _topic(question: str) -> str | None:
    """What somebody was asked about, with its preposition: "about Crimea"."""
    asks_words = _ASKS_WORDS.search(question) and not question.lower().startswith("tell ")
    match = _find_topic(question) if asks_words else None
    return (
        f"{match['link']} {question[match.start('topic') : _topic_end(match)]}" if match else None
    )


def _find_topic(question: str) -> re.Match[str] | None:
    place = speaker_place(question)
    start = place.end if place else 0
    return next((found for one in _TOPICS if (found := one.search(question, start))), None)


def _topic_end(topic: re.Match[str]) -> int:
    """Where a topic ends: before the time, "about NATO in 2018"."""
    period = find_period(topic["topic"])
    if period and topic["topic"].endswith(f" {period.written}"):
        return topic.end("topic") - len(period.written) - 1
    return topic.end("topic")


def _where(before: Before) -> str | None:
    """Where "there" is, with a preposition."""
    if before.place:
        if _PREPOSITION.match(before.place) or before.place.lower().startswith("inside "):
            return before.place
        named = before.place.split()[-1][:1].isupper() or before.place.startswith(("the ", "a "))
        return f"in {'' if named else 'the '}{before.place}"
    found = list(_STANDS_IN.finditer(before.question))
    return found[-1][0] if len(found) == 1 else None


def _thing(question: str, speaks: Speaks) -> str | None:
    """What "it" stands for: the one thing that a question names, "the spire of Notre-Dame"."""
    spans = [span for span in _things(question) if _is_one(question[span[0] : span[1]])]
    if len(spans) < len(_things(question)):
        return None
    for match in _name_matches(question):
        lead = _word_before(question, match.start())
        begin = match.start() - (len("the ") if lead == "the" else 0)
        if any(start <= match.start() < end for start, end in spans):
            continue
        if lead in _DOING and gender(match[0]) is None and not speaker_place(question):
            return None  # "Did Russia annex Crimea?": it may be the one and the other
        if _acts(question, match, lead) or speaks(match[0]):
            continue
        after = question[match.end() :]
        if lead not in _BEING and re.match(r"\s[a-z]", after) and not _STOP.match(after):
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


def _things(question: str) -> list[tuple[int, int]]:
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
    if re.match(rf"(?:where|what|who|which|how (?!(?:{_BE})\b))", question):
        return nouns  # "How heavy is the black hole?"
    if goes_on:
        return nouns if question.startswith(("when", "why", "how")) else []
    return nouns[:1] if len(nouns) == 2 else []  # "Is the bridge open?"


def _word_before(question: str, place: int) -> str:
    told = question[max(0, place - 24) : place].lower().split()
    return told[-1] if told else ""


def _name_matches(question: str) -> list[re.Match[str]]:
    """The names of a question, without the word that it begins with where that is no name."""
    names = set(names_in_question(question))
    first = question.split(" ")[0]
    begin = 0 if names.intersection(words(first)) else len(first)
    found = _NAMES.finditer(question, begin)
    return [match for match in found if names.intersection(words(match[0]))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
