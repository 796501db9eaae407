"""A question about a list of things -> one about each: "about the pump, the gate and the mast".

It is taken apart only where each thing can be asked about by itself. "Between A, B and C" asks
about all of them at once, and "Earth, Wind and Fire" is one thing where an article writes it so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.language.calendar import WEEKDAY
from rag.language.dates import find_period
from rag.language.proper_names import UPPER_OR_ACCENTED
from rag.question.named import Speaks, nobody
from rag.question.read import SAY

Written = Callable[[str], bool]

_ITEM_WORDS = 6
_LONGEST = 300  # characters: what is longer is no list but a story
# What is asked of all the things at once, in small letters: "the Common Council" is a name.
_SMALL = r"\b(?:^|(?-i:(?![A-Z])))"
_AT_ONCE = re.compile(
    rf"{_SMALL}(?:together|each other|one another|in common|compar\w*|versus|vs|combined|altogether"
    r"|or)\b",
    re.IGNORECASE,
)
# The same, where no other question stands between it and the things: "the union of Moss, Lom and
# Odda", not "What did the union say about the dam, the mill and the road?".
_OF_ALL = re.compile(
    rf"{_SMALL}(?:between|among|both|(?:differ\w*|same|common)(?: about)?|(?:total|average)(?=\s)"
    r"|(?:sum|merger|union|mixture|alliance|coalition|joint \w+) (?:of|by|with)"
    r"|(?:one|some|all|none|any|which|who|most|each|either|consists?|list|made|composed|out) of)\b"
    rf"(?:(?!\b(?:about|regarding|concerning|{SAY})\b)[^,])*(?:,|\sand\s|$)",
    re.IGNORECASE,
)
# What several do to each other, behind them, and what somebody does to several.
_MUTUAL = r"\b(?:meet|met|agree\w*|unite\w*|merge\w*)"
_DO_MUTUALLY = re.compile(rf"{_MUTUAL}\b", re.IGNORECASE)
_MUTUAL_OBJECTS = re.compile(rf"{_MUTUAL}(?: with| to)?$", re.IGNORECASE)
# "About taxes, rents or schools" asks about each; elsewhere "or" is a choice.
_OR = re.compile(
    r"^(?:what|how|tell)\b.*\b(?:about|regarding|concerning|on\s(?-i:(?=[a-z])))\s?[^,]+"
    r"(?:,\s[^,]+)*?(?P<or>,?\sor\s)(?=[^,]+$)",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?P<head>(?:who|whom|what|when|where|why|how|which|in which|in what)\b[^,]*?)"
    r"\b(?P<verb>are|were|do|did|have|had|can|could|will|would)\s(?P<rest>.+)$",
    re.IGNORECASE,
)
_ONE = {"are": "is", "were": "was", "do": "does", "have": "has"}
_BEFORE = re.compile(
    r"^(?P<head>.*\b(?:about|regarding|concerning))\s(?P<rest>.+)$"
    r"|^(?P<verb_head>[^,]*\b(?:of|on|for|to|in|at|from|by|against|with))\s(?P<after>[^,]+,.+)$",
    re.IGNORECASE,
)
_DETERMINER = r"(?:the|an?|this|that|his|her|its|their|our)"
_CAPITAL = rf"(?:{UPPER_OR_ACCENTED}|\d)[^\s,]*"
_NAME = rf"(?:the\s)?{_CAPITAL}(?:\s(?:of\s(?:the\s)?|de\s|and\s)?{_CAPITAL})*"
_UPPER = re.compile(UPPER_OR_ACCENTED)
_FULL_NAME = re.compile(
    rf"\b(?!The\s){UPPER_OR_ACCENTED}\w+\s{UPPER_OR_ACCENTED}"
)  # of a person, "Ada Lark"
_SAYS = re.compile(rf"\s{SAY}\b", re.IGNORECASE)
_IS_NAME = re.compile(_NAME)
_IS_THING = re.compile(rf"{_DETERMINER}\s[^\s,]+(?:\s[^\s,]+)*", re.IGNORECASE)
_FIRST_WORDS = re.compile(rf"^{_DETERMINER}\s\S+(?=\s\S+\s*$)", re.IGNORECASE)  # "the closed road"
_IS_BARE = re.compile(r"[a-z][\w-]+(?:\s[a-z][\w-]+)?")
_OWNED = rf"{_NAME}(?<=[’']s)(?:\s[a-z][\w-]+){{1,2}}"
_IS_OWNED = re.compile(_OWNED)
# One of three words is many of something, so all three are things: "goats, honey and hens". Behind
# "did" it is no verb.
_BARE_LIST = re.compile(
    r"^(?P<head>.*\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\s\S.*?)"
    r"\s(?P<rest>[a-z][\w-]+(?:,\s[a-z][\w-]+)+,?\sand\s[a-z][\w-]+)$"
)
_MANY = re.compile(r"[^siu]s\b")
# Where the first of some things begins behind a verb: "Who built the pump, the gate and the mast?"
_LAST_THING = re.compile(
    rf"^(?P<head>.*?\S)\s(?P<first>{_DETERMINER}(?:\s(?!{_DETERMINER}\s)\S+)+|{_OWNED}|{_NAME})$"
)
# Behind these there is no list of objects: "when did", "to leave for".
_HALF = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|with|of|on|for|to|in|at|from|by|against|as|than"
    r"|like)$",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\S\s+(?:that|if|whether|because)\b", re.IGNORECASE)
_IS_ONE = re.compile(rf"{_DETERMINER}\s[a-z][\w-]+(?:\s[a-z][\w-]+)?")
# "On Tuesdays and Fridays" is one time.
_CLAUSE = re.compile(
    rf"\b(?:who|whom|which|that|when|where|if|because|not|nor|{WEEKDAY}s?)\b", re.IGNORECASE
)
# What may stand behind the last of some things; behind others the list cannot be told to end.
_VERB = re.compile(
    rf"\s(?P<rest>(?:(?:\w+ed|been|be|built|made|held|born|sold|bought|lost|won|begun|sent|set|shut|paid"
    r"|found|known|taken|given|drawn|written|cost|open|close|start|begin|end|stop|die|fall|rise|burn"
    r"|break|sink|sail|leave|arrive|come|go|get|lose|win|have|make|take|give|build|need|use|move"
    r"|happen|change|hold|carry|weigh|look|work|live|reopen|do|pay|earn|employ|produce|plan|vote"
    rf"|become|grow|sell|buy)\b|{SAY}\b).*)$",
    re.IGNORECASE,
)


def nowhere(phrase: str) -> bool:
    """Whether no article has some words: where there are none to look in."""
    return False


def each_thing(question: str, *, speaks: Speaks = nobody, written: Written = nowhere) -> list[str]:
    """The questions that one about a list of things asks.

    Args:
        question: A single question, or a request such as "Tell me about …".
        speaks: Whether somebody of a name says anything in the articles.
        written: Whether an article has some words as they stand. A list of names that it has is not
            taken apart: it may be one name, and if not, a sentence tells of all of them.

    Returns:
        The questions in the order of the list; the question alone where it is not taken apart.

    >>> each_thing("When were the pump, the gate and the mast built?")
    ['When was the pump built?', 'When was the gate built?', 'When was the mast built?']
    """
    asked = question.rstrip(" ?.!")
    if len(asked) <= _LONGEST and "," in asked and (either := _OR.match(asked)):
        asked = f"{asked[: either.start('or')]} and {asked[either.end('or') :]}"
    if (
        " and " not in asked
        or len(asked) > _LONGEST
        or _AT_ONCE.search(asked)
        or _OF_ALL.search(asked)
        or re.search(r"[\"“”«»:;]", asked)
    ):
        return [question]
    found = _subjects(asked, speaks, written) or _objects(asked, written)
    if not found:
        return [question]
    end = question[len(question.rstrip(" ?.!")) :].strip()
    return [f"{one}{end or '?'}" for one in found]


def _subjects(asked: str, speaks: Speaks, written: Written) -> list[str]:
    """Take "When were A, B and C built" apart; empty where it is not of that form."""
    match = _AUXILIARY.match(asked)
    if match is None or " and " not in match["rest"]:
        return []
    parts = _parts(match["rest"]) or match["rest"].split(" and ", maxsplit=1)
    last = _last_subject(parts)
    rest = parts[-1][len(last) :]
    if not rest and match["verb"].lower() not in ("is", "are", "was", "were"):
        return []
    if _DO_MUTUALLY.search(rest):
        return []
    things = [*parts[:-1], last]
    if _SAYS.match(rest) and any(map(speaks, things)):
        written = nowhere  # somebody who speaks is no part of a firm's name
    if len(things) == 2:
        if not _are_two(things, written):
            return []
    elif not _are_apart(things, written, match["rest"]):
        return []
    verbs = ((match["verb"] if _is_many(one) else _single(match["verb"])) for one in things)
    return [f"{match['head']}{verb} {one}{rest}" for verb, one in zip(verbs, things, strict=True)]


def _last_subject(parts: list[str]) -> str:
    """The last of some subjects, without the verb and all that follows it.

    >>> _last_subject(["the Alta estate", "the Lom growers lose to the frost"])
    'the Lom growers'
    """
    *others, text = parts
    name = re.match(rf"{_NAME}(?=\s[^A-Z]|$)", text)
    verb = _VERB.search(text)
    if name and (len(name[0]) == len(text) or _VERB.match(text, name.end())):
        return name[0]
    if name:  # "The Lom growers", as "the Alta estate", or "the Democrats want"
        told = text.split()
        alike = [len(one.split()) for one in others if _form(one) == _form(text, len(one.split()))]
        if alike:
            return " ".join(told[: max(alike)])
    if verb:
        return text[: verb.start()]
    return name[0] if name else text


def _form(text: str, words: int | None = None) -> list[str]:
    """Of each word whether it is a determiner, or has a capital."""
    return [
        "the" if re.fullmatch(_DETERMINER, word, re.IGNORECASE) else str(word[0].isupper())
        for word in text.split()[:words]
    ]


def _objects(asked: str, written: Written) -> list[str]:
    """Take "… about A, B and C" apart; empty where it is not of that form."""
    period = find_period(asked)
    time = period.written if period and asked.endswith(f" {period.written}") else ""
    body = asked.removesuffix(time).rstrip(" ,") if time else asked
    match = _BEFORE.match(body)
    bare_list = _BARE_LIST.match(body)
    if bare_list and _MANY.search(bare_list["rest"]) and not _HALF.search(bare_list["head"]):
        head, rest, match = bare_list["head"], bare_list["rest"], None
    elif match:
        head, rest = match["head"] or match["verb_head"], match["rest"] or match["after"]
    else:
        before, joint, after = [*re.split(r"(,| and )", body, maxsplit=1), "", ""][:3]
        behind = _LAST_THING.match(before)
        if behind is None or _HALF.search(behind["head"]):
            return []
        head, rest = behind["head"], f"{behind['first']}{joint}{after}"
    bare = bool(match and match["head"]) or bare_list is not None
    things = _parts(rest)
    if not things and not (match and match["verb_head"]):
        things = rest.split(" and ", maxsplit=1)
        # Of different lengths, the last may go on: "the hare and the tortoise about".
        if len({len(one.split()) for one in things}) > 1 or not _are_two(things, written):
            return []
    elif (
        _TOLD.search(head)
        or _MUTUAL_OBJECTS.search(head)
        or not _are_apart(things, written, rest, bare=bare)
    ):
        return []
    return [" ".join(filter(None, (head, one, time))) for one in things]


def _are_two(things: list[str], written: Written) -> bool:
    """Whether these are "the pump" and "the gate", and no article names both in one breath."""
    return (
        len(things) == 2
        and all(map(_IS_ONE.fullmatch, things))
        and not written(" and ".join(things))
    )


def _parts(text: str) -> list[str]:
    """What the commas and the last "and" of a list part; empty where it is no list of three."""
    *parts, tail = re.split(r",\s+", text)
    joined = re.match(r"(?:(?P<one>.+?)\s)?and\s(?P<other>.+)$", tail)
    if not parts or joined is None:
        return []
    found = [*parts, *filter(None, [joined["one"]]), joined["other"]]
    return found if len(found) >= 3 else []


def _are_apart(things: list[str], written: Written, listed: str, *, bare: bool = False) -> bool:
    """Whether each of these can be asked about by itself.

    Args:
        things: As the list has them.
        written: See `each_thing`.
        listed: The text that they are from.
        bare: Whether they may stand without an article: "about taxes, pensions and schools".
    """
    loose = [
        not (_IS_NAME.fullmatch(one) or _IS_THING.fullmatch(one) or _IS_OWNED.fullmatch(one))
        for one in things
    ]
    if not things or max(len(one.split()) for one in things) > _ITEM_WORDS:
        return False
    if any(loose) and not (bare and _are_things(things, loose)):
        return False
    if any(map(_CLAUSE.search, things)) or _VERB.search(_FIRST_WORDS.sub("", things[-1])):
        return False
    # "The causes of the fire, the flood and the storm": it is not clear of what there are causes.
    if " of " in things[0] and not any(" of " in one for one in things[1:]):
        return False
    pairs = zip(things, things[1:], strict=False)
    if any(_tells_who(one, other) for one, other in pairs):
        return False
    phrase = listed[: listed.rindex(things[-1]) + len(things[-1])]
    may_be_one = any(map(_UPPER.search, things)) and not any(map(_FULL_NAME.search, things))
    return not (may_be_one and written(phrase))


def _are_things(things: list[str], loose: list[bool]) -> bool:
    """Whether those without an article are things too, and no adjectives: "long, cold winters".

    >>> _are_things(["noise", "dust", "the road"], [True, True, False])
    True
    >>> _are_things(["the long", "cold night", "the wind"], [False, True, False])
    False
    """
    single = [one for one, is_loose in zip(things, loose, strict=True) if is_loose]
    if not all(map(_IS_BARE.fullmatch, single)):
        return False
    pairs = zip(things, things[1:], loose[1:], strict=False)
    goes_on = any(
        is_loose and _IS_THING.fullmatch(before) and len(before.split()) == 2 and " " in one
        for before, one, is_loose in pairs
    )
    # Of "cold, dark and wet winters", all are; an adjective has no "s" for many.
    last = things[-1] if all(loose[-2:]) else ""
    longer = len(last.split()) > min(len(one.split()) for one in single)
    many = all(_MANY.search(f"{one} ") for one in single[:-1])
    return not goes_on and (many or not longer)


def _tells_who(one: str, other: str) -> bool:
    """Whether a thing only says who another is: "Ada Lark, the mayor", "Lark, Moe's deputy".

    >>> _tells_who("Lark", "the mayor"), _tells_who("the Alta Inn", "the Lom ferry")
    (True, False)
    """
    if not _IS_NAME.fullmatch(one) or _IS_NAME.fullmatch(other):
        return False
    named = one.lower().startswith("the ") and _UPPER.search(other)
    return not named and bool(_IS_THING.fullmatch(other) or _IS_OWNED.fullmatch(other))


def _is_many(thing: str) -> bool:
    """Whether it is more than one by its form: "the pumps"."""
    noun = re.split(r"\s(?:of|in|on|at|for|from)\s", thing)[0]
    return bool(re.search(r"[^siu]s$", noun)) and not noun[0].isupper()


def _single(verb: str) -> str:
    one = _ONE.get(verb.lower(), verb)
    return one.capitalize() if verb[0].isupper() else one
