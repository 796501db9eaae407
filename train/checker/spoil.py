"""A faithful claim -> claims that follow no more, by one small change each.

Each change is a `Change` of words that both the claim and its evidence have, where that can be: the
same change in both leaves the claim faithful. So every changed claim is met with both labels, and
nothing in a claim by itself tells its label (Gururangan et al. 2018 on what happens otherwise).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from checker.data import Pair

_NAME = re.compile(
    r"(?<![\w.])(?!(?:I|The|A|An|In|On|At|He|She|It|They|We|But|And|This|That|As|After|When|For"
    r"|According|Mr|Mrs|Ms|Dr|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)[A-Z][\w’'-]*(?<!['’]s)"
    r"(?:\s(?:of\s|de\s|al-|bin\s)?[A-Z][\w’'-]*(?<!['’]s))*"
)
_NUMBER = re.compile(r"(?<![\w.,$€£-])\d[\d,]*(?:\.\d+)?(?![\w-])|(?<=[$€£])\d[\d,]*(?:\.\d+)?")
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = (
    "January February March April June July August September October November December".split()
)
_CALENDAR = re.compile(rf"\b(?:{'|'.join([*_DAYS, *_MONTHS])})\b")
_SPELLED = re.compile(rf"\b(?:{'|'.join(_SMALL)})\b")

# Words that may not stand for each other, each group in both directions.
_GROUPS = """
before|after; more than|fewer than|less than|nearly|exactly; at least|at most; over|under|around
because|although|after; because of|despite; increase|decrease; increased|decreased; rose|fell
rise|fall; higher|lower; highest|lowest; largest|smallest; bigger|smaller; first|last|second
north|south; northern|southern; east|west; eastern|western; won|lost; win|lose; defeated|lost to
supports|opposes; supported|opposed; support|oppose; accepted|rejected; accept|reject
approved|rejected; approve|reject; agreed|refused; agree|refuse; agreed with|disagreed with
allowed|banned; allow|ban; confirmed|denied; confirm|deny; began|ended; begin|end; started|stopped
start|stop; opened|closed; open|closed; arrived in|left; joined|left; bought|sold; buy|sell
praised|criticised|criticized; praise|criticise; killed|injured|rescued; dead|injured
born|died; arrested|released; guilty|innocent; legal|illegal; possible|impossible; likely|unlikely
safe|dangerous; early|late; earlier|later; best|worst; most|some|few; many|few; all|some|most
some|all; several|all; both|neither of; often|rarely; always|sometimes|never; never|often
million|billion|thousand; percent|points; hours|minutes|days; days|weeks; weeks|months|days
months|years|weeks; years|months; year|month; morning|evening; brother|son|father; sister|daughter
mother|wife|sister; father|brother|son; wife|mother|daughter; husband|son|brother; son|brother
daughter|sister; men|women; boys|girls; children|adults; players|coaches
president|vice president; former|current; government|opposition; governor|mayor; minister|deputy
police|prosecutors|witnesses; officials|witnesses|experts; victims|suspects; suspect|victim
students|teachers; workers|managers; doctors|patients; may|will; might|will; could|will; may|did
would|did; should|will; could|did; plans to|agreed to|refused to; planned to|failed to
expected to|certain to; alleged|proven; allegedly|certainly; reportedly|definitely
probably|certainly; possibly|certainly; suspected|convicted; accused of|convicted of
charged with|convicted of; considering|carrying out; consider|begin; proposed|adopted
tried to|managed to; attempted to|managed to; wants to|is going to; want to|are going to
hopes to|will; hoped to|was going to; asked for|received; asked|ordered; urged|forced
offered|gave; suggested|proved; suggests|proves; thinks|knows; believes|knows; believed|knew
said|denied; says|denies; claimed|proved; since|until; with|without; within|beyond; above|below
inside|outside; public|private; local|national
national|international; federal|state; major|minor; partly|entirely; nearly|more than
almost|exactly; up to|more than
""".strip()
_INSTEAD: dict[str, list[str]] = {}
for _group in re.split(r"[;\n]", _GROUPS):
    _words = [word.strip() for word in _group.split("|")]
    for _word in _words:
        _INSTEAD.setdefault(_word, []).extend(one for one in _words if one != _word)
_WORD = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _INSTEAD), key=len, reverse=True))})\b")
_BE = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|has|have|had|does|did|may|might)"
    r"(?! not\b|n't)(?= [a-z])"
)
_NOT = re.compile(r"\b(is|are|was|were|will|would|can|could|should|has|have|had|did|does|do) not ")
_DOUBT = re.compile(
    r"\b(?:allegedly|reportedly|probably|possibly|presumably|apparently|nearly|almost|about|around"
    r"|at least|more than|up to|as many as|an estimated|some of|most of|partly|only"
    r"|suspected|alleged|would-be|planned|proposed) "
)
_SAYS = re.compile(
    r"^(?P<who>[A-Z][^,;:\"“”]{2,60}?) (?:said|says|told [A-Z][\w ]+?|claimed|stated|argued"
    r"|suggested|believes|thinks|wrote|tweeted|warned)(?: that)? (?P<rest>[A-Za-z].+)$"
)
_ACCORDING = re.compile(r",? according to [^,;]{3,60}(?=[.,;]|$)|^According to [^,]{3,60}, ")
_AND = re.compile(r",? and (?=(?:was|were|is|has|had|did|said|[a-z]+ed) )|, which ")


# Less than was said is not wrong: "some" of "all", "may" for "will".
_WEAKER = frozenset(
    "may might could some few most several also about around over possibly probably likely"
    " suspected alleged allegedly reportedly believes thinks partly sometimes often tried".split()
) | {"tried to", "attempted to", "wants to", "want to", "hopes to", "asked for", "up to"}


@dataclass(frozen=True, slots=True)
class Change:
    """What is put in whose place."""

    kind: str
    swaps: tuple[tuple[str, str], ...]  # old and new, all at once

    def __call__(self, text: str) -> str:
        """A text in which every old has become its new."""
        table = dict(self.swaps)
        found = "|".join(rf"(?<!\w){re.escape(old)}(?!\w)" for old in table)
        return re.sub(found, lambda match: table[match[0]], text)


Made = Iterator[Change]
Changes = Callable[[Pair, Sequence[str], random.Random], Made]


_INSIDE = re.compile(r"[a-z,;] ")  # stands before what is in a sentence


def _inside(text: str) -> set[str]:
    """Names of a text that stand inside of a sentence: a first word may be no name."""
    return {
        match[0]
        for match in _NAME.finditer(text)
        if " " in match[0] or _INSIDE.fullmatch(text, max(0, match.start() - 2), match.start())
    }


def _has(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def other_names(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """A name of the claim for another of the article that the evidence does not have."""
    seen = f"{pair.title} {pair.before} {pair.evidence} {pair.claim}"
    names = sorted(_inside(seen) & set(_NAME.findall(pair.claim)))
    others = [name for name in around if not any(_has(seen, word) for word in name.split())]
    if names and others:
        name = chance.choice(names)
        like = [one for one in others if len(one.split()) == len(name.split())] or others
        yield Change("name", ((name, chance.choice(like)),))


def swapped_names(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """Two names of the claim in each other's place; or one for another of its evidence."""
    seen = f"{pair.title} {pair.before} {pair.evidence}"
    known = _inside(f"{seen} {pair.claim}") & set(_NAME.findall(pair.evidence))
    names = sorted(known & set(_NAME.findall(pair.claim)))
    if len(names) > 1:
        one, other = chance.sample(names, 2)
        if not (set(one.split()) & set(other.split())):
            yield Change("swap", ((one, other), (other, one)))
    rest = sorted(name for name in _inside(seen) if not _has(pair.claim, name))
    if names and rest:
        one, other = chance.choice(names), chance.choice(rest)
        if not (set(one.split()) & set(other.split())):
            yield Change("role", ((one, other), (other, one)))


def other_numbers(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """A number for another, for another of the evidence, or for one of its words."""
    numbers = sorted(set(_NUMBER.findall(pair.claim)))
    others = [one for one in _NUMBER.findall(pair.evidence) if one not in numbers]
    if numbers:
        old = chance.choice(numbers)
        if others:
            new = chance.choice(others)
            yield Change("number swap", ((old, new), (new, old)))
        places = [place for place, char in enumerate(old) if char.isdigit()]
        place = chance.choice(places)
        new = chance.choice([one for one in "123456789" if one != old[place]])
        yield Change("number", ((old, old[:place] + new + old[place + 1 :]),))
    spelled = sorted(set(_SPELLED.findall(pair.claim)))
    if spelled:
        old = chance.choice(spelled)
        yield Change("number", ((old, chance.choice([one for one in _SMALL if one != old])),))
    dates = sorted(set(_CALENDAR.findall(pair.claim)))
    if dates:
        old = chance.choice(dates)
        kind = _DAYS if old in _DAYS else _MONTHS
        yield Change("date", ((old, chance.choice([one for one in kind if one != old])),))


def other_words(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """A word for one that may not stand in its place."""
    found = sorted(set(_WORD.findall(pair.claim)))
    chance.shuffle(found)
    for old in found[:2]:
        yield Change("word", ((old, chance.choice(_INSTEAD[old])),))


def negated(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """A "not" more or less."""
    if match := _NOT.search(pair.claim):
        yield Change("negation", ((match[0].rstrip(), match[1]),))
    found = list(_BE.finditer(pair.claim))
    if found:
        match = chance.choice(found)
        after = re.match(r" \w+", pair.claim[match.end() :])
        words = match[0] + (after[0] if after else "")
        yield Change("negation", ((words, words.replace(match[0], f"{match[0]} not", 1)),))


def less_doubt(pair: Pair, around: Sequence[str], chance: random.Random) -> Made:
    """Without a word of doubt or measure."""
    found = list(_DOUBT.finditer(pair.claim))
    if found:
        match = chance.choice(found)
        after = re.match(r"[\w,.$€£-]+", pair.claim[match.end() :])
        if after:
            yield Change("doubt", ((match[0] + after[0], after[0]),))


CHANGES: tuple[Changes, ...] = (
    other_names, swapped_names, other_numbers, other_words, negated, less_doubt,
)  # fmt: skip


def spoilt(pair: Pair, around: Sequence[str], chance: random.Random) -> Iterator[Pair]:
    """What one change each makes of a faithful claim.

    Args:
        pair: It follows.
        around: Names of the article.
        chance: Draws.

    Yields:
        For each change the claim that follows no more; then, where the evidence has the changed
        words too, the changed claim with the evidence so changed, which follows, and the claim as
        it was with the changed evidence, which does not.
    """
    for changes in CHANGES:
        for change in changes(pair, around, chance):
            claim = change(pair.claim)
            if claim == pair.claim or _WEAKER & {new for _, new in change.swaps}:
                continue
            yield replace(pair, claim=claim, follows=False, kind=change.kind)
            evidence = change(pair.evidence)
            if evidence == pair.evidence:
                continue
            there = replace(
                pair,
                title=change(pair.title),
                before=change(pair.before),
                evidence=evidence,
                kind=change.kind,
            )
            yield replace(there, claim=claim)
            # Where the evidence has lost its doubt, the doubtful claim is careful, not wrong.
            if change.kind != "doubt":
                yield replace(there, follows=False)


def unattributed(pair: Pair) -> Iterator[Pair]:
    """Opinions stated as facts: who says it is left out."""
    if match := _SAYS.match(pair.claim):
        rest = match["rest"]
        if not re.match(r"(?:he|she|they|it|to|in|on|at|by|with|about|of|for|as)\b", rest, re.I):
            claim = rest[0].upper() + rest[1:]
            if '"' not in claim and "“" not in claim:
                yield replace(pair, claim=claim, follows=False, kind="attribution")
    bare = _ACCORDING.sub("", pair.claim)
    if bare != pair.claim and "said" not in bare and '"' not in bare:
        yield replace(pair, claim=bare[0].upper() + bare[1:], follows=False, kind="attribution")


def related(pair: Pair) -> Iterator[Pair]:
    """A cause made of what merely stands together."""
    if match := _AND.search(pair.claim):
        made = " because it " if match[0] == ", which " else " in order that it "
        claim = pair.claim[: match.start()] + made + pair.claim[match.end() :]
        yield replace(pair, claim=claim, follows=False, kind="relation")


def added(pair: Pair, phrases: Sequence[str], chance: random.Random) -> Iterator[Pair]:
    """A detail from elsewhere in the article at the claim's end; and the same with evidence of it.

    Args:
        pair: It follows.
        phrases: "in London", "on Tuesday": of other sentences of the article.
        chance: Draws.
    """
    new = [one for one in phrases if not any(_has(pair.evidence, w) for w in one.split()[1:])]
    if not new or pair.claim[-1:] != ".":
        return
    phrase = chance.choice(new)
    body = pair.claim[:-1]
    last = re.search(r"\w+$", body)
    claim = f"{body} {phrase}."
    yield replace(pair, claim=claim, follows=False, kind="addition")
    if last and len(re.findall(rf"\b{last[0]}\b", pair.evidence)) == 1:
        evidence = re.sub(rf"\b{last[0]}\b", f"{last[0]} {phrase}", pair.evidence, count=1)
        yield replace(pair, claim=claim, evidence=evidence, kind="addition")
        yield replace(pair, evidence=evidence, kind="addition")


_PHRASE = re.compile(
    r"\b(?:in|on|at|from|near|during|with|for|by) (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*"
    r"|\b(?:for|after|within) (?:\w+ )?\d+ \w+|\bin \d{4}\b"
)


def phrases_of(text: str) -> list[str]:
    """Details of an article that could stand at the end of a claim."""
    return sorted(set(_PHRASE.findall(text)))


def names_of(text: str) -> list[str]:
    """Names of a text."""
    return sorted(name for name in _inside(text) if len(name) > 2)
