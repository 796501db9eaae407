"""A question proposed for a gold set, and which phrases of an article can stand in one.

A question is read without its article: what it names must be named in full, and nothing in it may
point back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.calendar import MONTHS, SHORT_MONTHS, WEEKDAYS
from rag.language.text import STOPWORDS, content_terms, fold, words

CAPITALISED = r"[A-ZÀ-ÞА-Я][\w’'-]*"
NAME = rf"{CAPITALISED}(?: (?:(?:of|al|von|van|de) )?{CAPITALISED}){{0,3}}"
QUOTE = r"[\"“”]"
VERB = (  # how a clause goes on after its subject
    r"(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|does|did)"
)

POINTERS = frozenset(
    "i we you he she it they me us him her them my our your his its their this that these those"
    " who which what whom whose there here former latter same other another such"
    " today yesterday tomorrow".split()
)
CALENDAR = frozenset(
    {*WEEKDAYS, *MONTHS, *SHORT_MONTHS, *"sept mon tue tues wed thu thur thurs fri sat sun".split()}
)
# Only an article tells the thing, the first day, the president from others.
_VAGUE = frozenset(
    "thing things fact problem problems question questions answer reason point way idea issue truth"
    " only first last best worst rest one ones time day case situation result key president senator"
    " minister governor man woman guy people god lord tv ok sir congressman secretary judge mayor"
    " justice justices general more most less next usual current senates".split()
)
_NO_PERSON = frozenset(
    "court union house party department ministry council committee news times journal university"
    " institute group association agency street county city police church office service services"
    " carolina hampshire york jersey mexico dakota virginia america states nations board team bank"
    " company center centre college school society foundation commission network post daily"
    " secretary minister president executive director congress sen rep gov strategist spokesman"
    " spokeswoman chairman candidate attorney professor scientist activist campaign guard"
    " federation republic kingdom front army force forces ambassador pope bishop herald"
    " mail".split()
)
_POSSESSIVE = re.compile(r"[’']s? ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question with its fact."""

    question: str
    fact: str  # stands in a sentence of the article
    evidence: str  # the words that show it: another article that has them is a source too
    others: tuple[str, ...] = ()  # other ways to say it, which need not stand anywhere
    speaker: str = ""  # who is asked about; empty when nobody is
    topic: str = ""  # what the speaker is asked about


def is_person(name: str, text: str) -> bool:
    """Whether a name in an article is that of a person, in full.

    >>> is_person("Ada Lark", "Ada Lark left."), is_person("South Carolina", "It is there.")
    (True, False)
    """
    parts = name.split()
    folded = {fold(part).strip(".") for part in parts}
    if not 2 <= len(parts) <= 3 or folded & (_NO_PERSON | STOPWORDS | CALENDAR):
        return False
    spelled_out = [part for part in parts if len(part.strip(".")) > 1]
    if "--" in name or len(spelled_out) < 2 or parts[-1] not in spelled_out:
        return False
    if _POSSESSIVE.search(name) or len(parts) == 3 and _may_be_title(parts, text):
        return False
    # After a comma, "Columbia, South Carolina says", it is where somebody is from.
    return not re.search(rf"[A-Z]\w+, {re.escape(name)}\b", text)


def _may_be_title(parts: list[str], text: str) -> bool:
    """Whether the first of three words may be none of the name: "Scientist Ada Lark"."""
    return len(parts[1].rstrip(".")) > 1 and text.count(" ".join(parts)) < 2


def is_name(phrase: str, text: str) -> bool:
    """Whether a phrase of an article is a name.

    It is capitalised inside a sentence too, never in small letters, and a single word is not part
    of a longer name: "Ada" where the article has "Ada Lark".
    """
    bare = phrase.removeprefix("the ").removeprefix("The ")
    own = set(words(bare))
    if own & (CALENDAR | POINTERS | STOPWORDS - {"of"}) or own <= _VAGUE or len(bare) < 3:
        return False
    first, *more = bare.split()
    if _POSSESSIVE.search(f"{bare} ") or not more and re.search(rf"\b{first} {CAPITALISED}", text):
        return False
    small = re.search(rf"\b{re.escape(first.lower())}\b", text)
    return bool(re.search(rf"[a-z] {re.escape(first)}\b", text)) and not small


def stands_alone(phrase: str) -> bool:
    """Whether a phrase can be asked about without its article."""
    own = words(phrase)
    return (
        0 < len(own) < 8
        and not set(own) & (POINTERS | CALENDAR)
        and bool(content_terms(phrase))
        and own[-1] not in STOPWORDS
        # A small word that ends so may be a verb, and the phrase a clause.
        and not any(word.endswith("ed") for word in phrase.split() if word.islower())
    )


def is_vague(phrase: str) -> bool:
    """Whether only the article tells which thing is meant: "the first problem", "the big plan".

    >>> is_vague("the big plan"), is_vague("the search and rescue operation")
    (True, False)
    """
    own = set(words(phrase)) - STOPWORDS
    return bool(own & _VAGUE) or (len(own) < 3 and not re.search(r" [A-Z]", phrase))


def lowered(phrase: str) -> str:
    """The phrase as it stands inside a sentence: "The dam" is "the dam"."""
    first, _, rest = phrase.partition(" ")
    return f"{first.lower()} {rest}" if first in {"The", "A", "An"} else phrase
