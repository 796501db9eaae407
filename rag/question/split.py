"""One text -> the questions that it asks: "Who built it, and when did it burn?"."""

from __future__ import annotations

import re

from rag.language.names import names_in_question
from rag.language.text import content_terms, words
from rag.question.antecedents import Before
from rag.question.counting import read_counting
from rag.question.follow_up import stand_alone
from rag.question.lists import Written, each_thing, nowhere
from rag.question.named import Speaks, nobody
from rag.question.read import SAY, speaker_place
from rag.statements.titles import gender

MOST = 4  # questions that are answered at once; a text that asks more is left whole
SHORTEST = 3  # words of a question
LONGEST_OPEN = len("against")  # characters of a word that leaves a clause open
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
_BEGINS = re.compile(rf"(?:{_WH}|{_AUXILIARY}|in (?:what|which)|to whom)\b", re.IGNORECASE)
# "The bridge fell in May. " of "The bridge fell in May. Who built it?"
_TOLD = re.compile(rf"[^?]*[^\W_]{{3}}[.!]\s+(?={_WH}\b[^.!?]*\?)", re.IGNORECASE)
_NEXT = re.compile(r"(?<=\?)\s+(?=[^\W_])")
# "And when did it", "and who built it"; after a comma alone "who" and "which" may be relative, and
# "and why Russia denies it" goes on with "Does anyone know".
_JOINED = re.compile(
    rf"(?:[,;]?\s+(?:and|but)\s+|[,;]\s+(?!who|which))"
    rf"(?=(?:(?:when|where|why)\s+{_AUXILIARY}\b"
    rf"|how\s+(?:{_AUXILIARY}\b|(?!many\s+{_AUXILIARY}\b|much\s+{_AUXILIARY}\b)\w+\s+\w+)"
    rf"|(?:who|whom|whose|what|which)\s+(?!(?:he|she|it|they|we|the|by|of|in|on|for|from|to|with|about)\b)\w+)\s+\w+)",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\b(?:say|said|know|knows|knew|tell|told|ask|asked|explain|explained|wonder|see|show|remember"
    rf"|understand|about|of|on)\s+{_WH}\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"^(?P<one>[A-ZА-Я][^,]*?)(?:,)?\s+and\s+(?P<other>[A-ZА-Я].*)$")
_PRONOUN = re.compile(r"\b(?:he|she|(?<!say )it|its|they|them|their|him|his|her)\b", re.IGNORECASE)
_SAY_NOTHING_MORE = re.compile(rf"\b{SAY}\s*\?*$", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:for|against|by|to|with|in|of|on|about|from|and|or)$", re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:each other|one another|together|both)\b", re.IGNORECASE)
_AND = re.compile(r"^(?:and|but|so|or)\b", re.IGNORECASE)


def split_question(text: str, *, speaks: Speaks = nobody, written: Written = nowhere) -> list[str]:
    """Split a text into questions that stand alone.

    A second question's "he" is who the first one asks about. "What did Peskov and Sanders say"
    asks twice, where one of them says anything in the articles: "Johnson and Johnson" is one firm.

    Args:
        text: What the user typed.
        speaks: Whether somebody of a name says anything in the articles.
        written: Whether an article has some words as they stand, see `each_thing`.

    Returns:
        The questions, in order; a text that cannot be split, as it is. What is told before a
        question stays before it; so does the question before, where one does not stand alone.

    >>> split_question("Who built the spire, and when did it burn?")
    ['Who built the spire?', 'When did the spire burn?']
    >>> split_question("Who broke into the old mill, and what was stolen?")
    ['Who broke into the old mill?', 'Who broke into the old mill? What was stolen?']
    """
    told, first = _told_before(" ".join(text.split()))
    asked: list[str] = []
    for sentence in _NEXT.split(first):
        for question in _each_speaker(_clauses(sentence), speaks):
            before = Before(question=asked[-1]) if asked else None
            led = question if not before or _AND.match(question) else f"And {question}"
            alone = stand_alone(led, before, speaks=speaks)
            if before and (alone == led or _leans(alone, before.question)):
                if not _asks(question):
                    return [text]
                alone = f"{before.question} {question}"
            # "Which articles mention A, B and C": those that mention all.
            counting = read_counting(alone)
            counts = counting is not None and not counting.instead
            things = [alone] if counts else each_thing(alone, speaks=speaks, written=written)
            asked += things
            if len(asked) > MOST:
                return [text]
    whole = all(any(map(str.isalnum, one)) for one in asked)
    return [f"{told}{one}" for one in asked] if len(asked) > 1 and whole else [text]


def _told_before(text: str) -> tuple[str, str]:
    """What a text tells before it asks, with the space after it, and what it asks."""
    match = _TOLD.match(text)
    return (text[: match.end()], text[match.end() :]) if match else ("", text)


def _asks(question: str) -> bool:
    """Whether a question that leans on another asks something: "Why not?" and "Thanks!" do not."""
    return bool(_BEGINS.match(question)) and len(question.split()) >= SHORTEST


def _leans(question: str, before: str) -> bool:
    """Whether a question needs the one before, as "he" does, or "What was the reaction?"."""
    if _PRONOUN.search(question):
        return True
    named = names_in_question(question) or any(word[0].isdigit() for word in words(question))
    shared = set(content_terms(question)) & set(content_terms(before))
    no_topic = _SAY_NOTHING_MORE.search(question) and not _SAY_NOTHING_MORE.search(before)
    return not shared and (not named or bool(no_topic))


def _clauses(sentence: str) -> list[str]:
    """The questions that a sentence joins."""
    pieces: list[str] = []
    start = 0
    indirect = _INDIRECT.search(sentence)
    for match in _JOINED.finditer(sentence):
        end = match.start()
        # Looked for once a piece, not once a match: a long text has hundreds of each.
        told = indirect is not None and indirect.end() <= end
        if told or not _BEGINS.match(sentence, start) or _left_open(sentence, start, match):
            continue
        if len(sentence[start:end].split()) >= SHORTEST:
            pieces.append(sentence[start:end])
            start = match.end()
            indirect = _INDIRECT.search(sentence, start)
    if not pieces:
        return [sentence]
    return [_as_question(piece) for piece in [*pieces, sentence[start:]]]


def _left_open(sentence: str, start: int, joined: re.Match[str]) -> bool:
    """Whether the words before a joint go on behind it: "voted for and who"."""
    end = joined.start()
    tail = max(start, end - LONGEST_OPEN - 1)
    return joined[0][0] not in ",;" and bool(_OPEN.search(sentence, tail, end))


def _as_question(piece: str) -> str:
    return f"{piece[:1].upper()}{piece[1:].rstrip(' ,;?.')}?"


def _each_speaker(clauses: list[str], speaks: Speaks) -> list[str]:
    """The clauses, one that asks for the words of two people as two."""
    found: list[str] = []
    for clause in clauses:
        place = speaker_place(clause)
        people = _PEOPLE.match(clause[place.start : place.end]) if place else None
        apart = not _TOGETHER.search(clause)
        if place and people and apart and _are_two(people["one"], people["other"], speaks):
            head, tail = clause[: place.start], clause[place.end :]
            found += [f"{head}{people['one']}{tail}", f"{head}{people['other']}{tail}"]
        else:
            found.append(clause)
    return found


def _are_two(one: str, other: str, speaks: Speaks) -> bool:
    """Whether "A and B" are two speakers: not a firm, a play, nor "Bill and Hillary Clinton"."""
    first_name = " " not in one and gender(one) is not None and " " in other
    owner = re.search(r"[’']s?\s", other)  # "Procter and Gamble's chief"
    apart = words(one) != words(other) and not first_name and not owner
    return apart and (speaks(one) or speaks(other))
