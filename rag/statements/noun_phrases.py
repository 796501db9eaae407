"""The noun phrase beside a verb, found by the surface of a sentence alone.

It is cut where its head ends: of "Dmitry Peskov, the Kremlin spokesman," it is "Dmitry Peskov", of
"a spokesman for Lavrov" it is "a spokesman".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.domain import Span
from rag.language.calendar import CAPITAL_MONTH, CAPITAL_WEEKDAY, WEEKDAY
from rag.language.proper_names import LOWER, NAME, PART, TITLE, UPPER
from rag.language.text import fold
from rag.statements.cues import INVERTED, MAY_BE_INVERTED, NOUNS, VERBS
from rag.statements.openings import ADVERB, JOINING, after_opening
from rag.statements.titles import is_calling

MARK = "\ue000"  # stands for each character of a quotation, its marks included
LAST = "\ue001"  # for the last one, where the quotation ends as what somebody says does: ," ?" !"
QUOTED = MARK + LAST

PRONOUN = (
    r"(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|[Ii]t|I|[Yy]ou|who|[Oo]thers|[Ss]ome|[Mm]any|[Mm]ost|[Oo]ne"
    r"|[Ss]omeone|[Ee]veryone|[Aa]nyone|[Nn]obody|[Ee]ach)"
)
_DETERMINER = (
    r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur|[Mm]y|[Tt]his|[Tt]hat|[Tt]hese"
    r"|[Tt]hose|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ss]ome|[Mm]any|[Mm]ost|[Ss]everal|[Oo]ther"
    r"|[Aa]nother|[Bb]oth|[Aa]ll)"
)
_NOUN_PHRASE = re.compile(
    rf"(?<!\w)(?:(?:{_DETERMINER}\s)?(?:(?:{LOWER}|{PART}|{TITLE}|\d+)\s){{0,7}}?{NAME}"
    rf"|{_DETERMINER}\s(?:[\w’'.$-]+\s){{0,6}}?[\w’'-]+"
    rf"|(?:{PART}\s)*{UPPER}[\w-]*(?:[’']s|[’'])\s(?:{LOWER}\s){{0,3}}?{LOWER}"
    rf"|(?:(?:{LOWER}|{PART})\s){{0,3}}(?:\w+s|people|police|women|men|media|percent)"
    rf"|{PRONOUN})$"
)
_NAMED = re.compile(rf"{NAME}$")
_APPOSED_NAME = re.compile(rf"(?<![A-Z]),\s(?P<name>{PART}(?:\s{PART}){{1,3}})(?=[,.;]|$)")
# "Ada Lark, 54, the keeper," and "The keeper, Ada Lark,": a subject that has no verb yet.
_TOLD = (
    r"(?:\s(?:and\s)?(?:the|an?|who|whose|which|his|her|their|now|\d+|of|from|in|at|for"
    r"|[a-z-]+\s(?:of|at|for))\b[^,]*,)"
)
_TOLD_MORE = rf"(?:{_TOLD}|\s{NAME}\.?,){{0,5}}"
_DESCRIBED = re.compile(
    rf"(?P<noun>{NAME})(?:\s\([^()]{{1,60}}\))?,(?:(?P<told>{_TOLD})|\s[^,]+,){_TOLD_MORE}"
    rf"|{_DETERMINER}\s(?:{LOWER}\s){{0,4}}{LOWER},\s(?P<name>{NAME}),{_TOLD_MORE}"
)
_AUXILIARY = (
    r"(?:has|have|had|been|being|did|does|do|is|was|are|were|will|would|might|may|could|can|must"
    r"|should|not|never|cannot|\w+n[’']t)"
)
_ADVERB = (
    r"(?:also|then|later|long|already|almost|both|all|each|once|twice|again|further|repeatedly"
    r"|often|always|still|now|just|even|first|only|soon|ever|yet|so|too|in turn|[’']s|[’']d|[’']ve"
    r"|[’']ll|himself|herself|themselves|continue[sd]? to|beg[ai]ns? to|start(?:s|ed)? to"
    r"|(?:went|goes|gone) on to|comes? to|came to|\w+ly)"
)
ADVERB_LAST = re.compile(rf"\s{_ADVERB}\s+$")
# What may stand between a subject and its verb.
BETWEEN = re.compile(rf"(?:(?<=[\s)])|(?=[’']))(?:(?:{_AUXILIARY}|{_ADVERB})\s+)+$")
PASSIVE = re.compile(
    r"(?<!continue )(?<!continues )(?<!continued )(?<!began )(?<!begins )(?<!begin )(?<!started )"
    r"(?<!starts )(?<! on )(?<!came )(?<!comes )"
    rf"\b(?:is|are|was|were|be|been|being|to|[’']s|[’']re)(?:\s+(?:not|{_ADVERB}))*\s+$"
)
# Before one of these a word that may be a verb is a noun: "the report", "their recent plans".
DETERMINED = re.compile(
    r"(?:^|\W)(?:(?i:the|an?|his|her|their|its|our|my|your|this|these|those|no|of|in|for|from|with"
    r"|by|at|on|about|some|any|many|most|several|all|other|such|each|every|two|three|four|five"
    r"|more|few)|\w+[’']s|\w+s[’'])(?:\s[a-z-]+){0,2}\s+$"
)
# Where a clause begins: what stands before it does not belong to the subject.
_CLAUSE = re.compile(
    rf"[;:()\[\]{QUOTED}]|--|\s[–—―-]\s|—|,(?!\s[JS]r\b)"
    r"|[.?!]\s(?=\S)(?<!Mr\.\s)(?<!Mrs\.\s)(?<!Ms\.\s)(?<!Dr\.\s)(?<!Sen\.\s)(?<!Rep\.\s)"
    r"(?<!Gov\.\s)(?<!Gen\.\s)(?<!Lt\.\s)(?<!\b[A-Z]\.\s)(?<!St\.\s)(?<!Jr\.\s)(?<!Sr\.\s)"
    r"|\b(?:and|but|that|as|because|while|when|if|after|before|although|though|since|which|where"
    r"|so|or|than|what|whether|until|unless|whom|yet|[Aa]nd|[Bb]ut|[Ss]o|[Yy]et|[Ww]hile|[Ww]hen"
    r"|[Aa]s|[Ii]f|[Tt]hough|[Aa]lthough|[Bb]ecause|[Ww]hether)\s"
)
_WORD_BEFORE = re.compile(rf"\b(?:{_AUXILIARY}|(?P<verb>[a-z]+))\s")
_VERBS = VERBS - NOUNS
_OBJECT = re.compile(r"\b(?:it|he|she|they|we|you|that|him|them|us|me|reporters|how|what|why)\s")
_PREPOSITION = re.compile(
    r"\s(?:(?P<of>of)|in|at|for|from|with|on|by|to|about|near|under|against|including|inside|outside|among"
    r"|behind|across|over|who|like|during|between|within|around|through|into|morning|evening"
    r"|(?P<doing>[a-z-]+ing))(?=\s)"
)
# "a woman living there", but not "the managing director", "our new managing director Ada Lark".
_DETERMINED = re.compile(rf"(?:^|\s)(?:{_DETERMINER}|\w+[’']s|\w+s[’'])$")
_SOMEBODY = re.compile(r"(?:man|woman|people|person|child|boy|girl|somebody|someone|\w+(?<!’)s)$")
_ADDED = rf"(?:(?!{_DETERMINER}\s){LOWER}\s)"  # "sales" in "the director of sales Ada Lark"
_OFFICE_AND_NAME = re.compile(rf"\s(?P<words>{_ADDED}{{1,3}}){PART}(?:\s{PART})+")
_OFFICE_NEXT = re.compile(rf"\s{_ADDED}{{0,2}}(?P<word>{LOWER})")
_PERSON_WORD = re.compile(r"\w*(?:er|or|ist|ian|ant|(?<!m)ent|man|woman|ed)")
OPENING = re.compile(
    r"(?:[Ii]n|[Oo]n|[Aa]t|[Dd]uring|[Aa]fter|[Bb]efore|[Ss]ince|[Uu]nder|[Ff]or|[Bb]y|[Ww]ith"
    r"|[Tt]o|[Ff]rom|[Oo]f|[Ll]ike|[Uu]nlike|[Dd]espite|[Ll]ast|[Tt]onight|[Tt]oday|[Yy]esterday"
    rf"|{CAPITAL_WEEKDAY}|{WEEKDAY})\s"
)
# "In June, Lark came", "However, …", "Chastened by the flood, …", "ORFORD — …": not the subject.
_OPENING_CLAUSE = re.compile(
    r"(?:In|On|At|During|After|Before|Since|With|For|As|While|When|By|From|To|Over|Under|Despite|If"
    r"|as well as|along with|together with|including)\s[^,]{2,80},\s"
    rf"|[A-Z][a-z]+(?:ed|ing)\s(?=[a-z])[^,]{{2,100}},\s|(?i:{ADVERB}),\s"
    rf"|{UPPER}{{3,}}[^a-z]{{0,30}}(?:\s--|\s?[–—―]|\s-)\s"
)
# A capital letter at the start of a sentence makes no name of these.
_FUNCTION = re.compile(
    rf"(?i:{ADVERB}|in|on|at|for|from|to|by|with|of|as|over|under|after|before|since"
    r"|during|despite|if|when|while|although|though|because|and|but|or|so|yet|not|no|having|being"
    rf"|{WEEKDAY}|asked|given|following|let|how|why|where|what|\w+n[’']t|the|a|let\s.*)"
)
_PERSONAL = re.compile(r"(?<![\w’'])(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|I|[Yy]ou|[Ii]t)$")
_SUBORDINATED = re.compile(rf"(?i:after|before|since|{JOINING})\s")
DAY = rf"{CAPITAL_WEEKDAY}(?: (?:morning|night|evening|afternoon))?"
_TIME = re.compile(
    rf"\s(?:(?:on |late |early |last |this )?{DAY}"
    r"|(?:this|last) (?:week|month|year|summer|fall|spring)|yesterday|today|earlier|recently"
    r"|in an? (?:\w+ )?(?:interview|statement|speech)|at the time"
    rf"|in (?:{CAPITAL_MONTH}|(?:19|20)\d\d)(?: \d{{4}})?)$"
)
_END_NAME = re.compile(rf"(?:{NAME}|{PRONOUN}|the\s{LOWER})$")
_SON = re.compile(r",\s[JS]r\.?,$")
_APPOSITION = re.compile(r",(?P<inside>[^,;:]{2,140}),\s*$")
_LONG_APPOSITION = re.compile(r",(?P<inside>[^,;:]{2,140},[^,;:]{2,60}),\s*$")
# "Johnnie Wilson, 59, of Springfield, Va.," and "Mitch McConnell, R-Ky.,"
_RESIDENCE = re.compile(
    rf",\s(?:(?:\d{{1,3}},\s)?of\s{NAME}(?:,\s{UPPER}[\w.]{{1,12}})?|\d{{1,3}}|[RDI]-{UPPER}[\w.]+),\s*$"
)
# "a poll released by the university"
_ISSUED = (
    r"\s(?:released|published|issued|conducted|posted|obtained)"
    r"(?:\s(?:by|in|on|at|last|this|early|late)\s[^,;:]{2,50})?$"
)
_PARENTHESIS = re.compile(r"\s*\([^()]{1,60}\)$|\s[–—―]\s?[^–—―]{2,240}\s?[–—―]$|" + _ISSUED)
_FIRST = re.compile(
    rf"(?:[Bb]ut|[Aa]nd|[Yy]et|[Ss]o|[Tt]hen)?\s*"
    rf"(?P<noun>{PRONOUN}(?=\s)|(?:{_DETERMINER}\s)?(?:{LOWER}\s){{0,3}}{NAME}(?=[\s,(])"
    rf"|{_DETERMINER}\s{LOWER}(?=\sof\s))"
)


_JOINED = re.compile(r"\sand\s$")
_GOES_ON = re.compile(r"\b(?:and|but|then|or)$")
_RELATIVE = re.compile(r"[\w,)]\s(?P<word>which|that)$")


def subject_before(left: str) -> Span | None:
    """The subject of a verb.

    Args:
        left: The sentence up to the verb.
    """
    shorter = _TIME.sub("", BETWEEN.sub("", left).rstrip())
    if len(shorter) < len(left.rstrip()):  # "just this month", "on Monday also"
        shorter = BETWEEN.sub("", f"{shorter} ").rstrip()
    found = _named_first(shorter) or _subject_before(shorter)
    return found if found and not _FUNCTION.fullmatch(left[found.start : found.end]) else None


def goes_on(left: str) -> bool:
    """Whether a verb that comes next has the subject of the verb before: "came and said"."""
    return bool(_GOES_ON.search(BETWEEN.sub("", left).rstrip()))


def _bare(left: str) -> str:
    """Without the parentheses and the residence that stand between a name and its verb."""
    while gap := _PARENTHESIS.search(left) or _RESIDENCE.search(f"{left},"):
        left = left[: gap.start()]
    return left


def _named_first(left: str) -> Span | None:
    """Who is named before all that is told of them: "Ada Lark, 40, a baker in Oslo, Norway,"."""
    described = _DESCRIBED.fullmatch(left.rstrip(), _after_opening(left))
    if described and (
        place := "name" if described["name"] else "noun" if described["told"] else ""
    ):
        return Span(start=described.start(place), end=described.end(place))
    return None


def _subject_before(left: str) -> Span | None:
    while gap := _PARENTHESIS.search(left) or _RESIDENCE.search(left):
        left = left[: gap.start()]
    if son := _SON.search(left):
        left = left[: son.end() - 1]  # the comma belongs to it
    if aside := _APPOSITION.search(left) or _LONG_APPOSITION.search(left):
        return _described(left, aside)
    if left.endswith(","):
        return _first(left)
    if relative := _RELATIVE.search(left):
        return Span(start=relative.start("word"), end=relative.end("word"))
    return _first(left) if _GOES_ON.search(left) else _head(left)


def subject_after(left: str, verb: str, right: str) -> Span | None:
    """The subject after its verb: "…," said Peskov.

    Args:
        left: The sentence up to the verb.
        verb: The verb.
        right: What stands after it, which the span is of.
    """
    left = left.rstrip()
    if verb.split()[0].endswith("ing") or (left and not left.endswith((*QUOTED, ",", "―", "—"))):
        return None
    quoted = left.rstrip(",").endswith((MARK, LAST))
    if not quoted and verb.lower() not in INVERTED | MAY_BE_INVERTED:
        return None
    ends = "" if quoted else r"(?=[,.:]|$)"
    found = re.match(
        rf"\s(?P<noun>(?:(?:{_DETERMINER}\s)?(?:{LOWER}\s){{0,6}}?{NAME}"
        rf"|{_DETERMINER}\s(?:[\w’'-]+\s?){{1,7}}(?=[,.]|$)){ends}"
        rf"|{NAME}(?=\s(?:of|from|for|at)\s))",
        right,
    )
    if not found or re.search(rf"{DAY}$", found["noun"]):
        return None
    if not quoted and _is_described(left):
        return None  # "Ada Lark, the keeper, said the rope broke."
    if named := _APPOSED_NAME.match(right, found.end("noun")):  # "said the keeper, Ada Lark."
        return Span(start=named.start("name"), end=named.end("name"))
    titles = re.split(UPPER, found["noun"])[0]
    if any(_after_verbs(titles)) or _OBJECT.search(titles):
        return None
    if not quoted and verb.lower() not in INVERTED and not _is_somebody(found["noun"]):
        return None  # "The union, which met on Friday, conceded the point."
    end = _head_ends(f" {found['noun']}")  # "said the mayor of Paris"
    return Span(start=found.start("noun"), end=found.start("noun") + end - 1) if end else None


def _is_somebody(noun: str) -> bool:
    """Whether a noun phrase has a name, or a word for what a person is, as its head."""
    head = noun[: _head_ends(noun)]
    return bool(_NAMED.search(head)) or is_calling(head.split()[-1])


def _is_described(left: str) -> bool:
    """Whether nothing but a noun phrase stands before a verb, with what describes it."""
    described = _DESCRIBED.fullmatch(left, _after_opening(left))
    noun = described["noun"] if described else None
    return described is not None and not (noun and _FUNCTION.fullmatch(noun))


def main_subject(left: str) -> Span | None:
    """The subject of the main clause, of which a participle says more: "He left, saying …"."""
    found = _first(left)
    if found is None or _FUNCTION.fullmatch(left[found.start : found.end]):
        return None
    # With no verb left after it, it has its verb and object in it: "the mayor met Ada Lark".
    return found if left[found.end :].strip(" ,") else None


def _described(left: str, aside: re.Match[str]) -> Span | None:
    """The head of "Dmitry Peskov, the Kremlin spokesman," or "the spokesman, Dmitry Peskov,"."""
    head = _head(_bare(left[: aside.start()]))
    if head is None or not _NAMED.search(left[head.start : head.end]):
        longer = _LONG_APPOSITION.search(left)
        if longer and longer.start() < aside.start():
            other = _head(_bare(left[: longer.start()]))
            if other and _NAMED.search(left[other.start : other.end]):
                return other
    if head is None:
        return _first(left)
    if not _NAMED.search(left[head.start : head.end]):
        named = re.search(rf"(?<=\s){PART}(?:\s{PART})+$", aside["inside"])
        if named and len(aside["inside"].split()) <= 5:
            begin = aside.start("inside")
            return Span(start=begin + named.start(), end=begin + named.end())
    return head


def _head(left: str) -> Span | None:
    """The noun phrase at the end of a text, without what describes its head after it."""
    begin = max((match.end() for match in _CLAUSE.finditer(left)), default=0)
    begin += max(_after_verbs(left[begin:]), default=0)
    chunk = left[begin:]
    begin += len(chunk) - len(chunk.lstrip())
    chunk = chunk.strip()
    if chunk == "who" or chunk.endswith(" who"):
        return _before_who(left, begin + len(chunk) - len("who"))
    if pronoun := _PERSONAL.search(chunk):
        return Span(start=begin + pronoun.start(), end=begin + pronoun.end())
    if subordinated := _SUBORDINATED.match(chunk):
        begin, chunk = begin + subordinated.end(), chunk[subordinated.end() :]
    opened = after_opening(chunk)
    begin, chunk = begin + opened, chunk[opened:]
    if OPENING.match(chunk):
        found = _END_NAME.search(chunk)
        if found is None or found.start() == 0:
            return None
    else:
        chunk = chunk[: _head_ends(chunk)]
        found = _NOUN_PHRASE.search(chunk)
        if found is None:
            joined = _JOINED.search(left[:begin])  # "experts on dams and high water"
            return _head(left[: joined.start()]) if joined else None
    return Span(start=begin + found.start(), end=begin + found.end())


def _head_ends(phrase: str) -> int:
    """Where the head of a noun phrase ends; 0 where it begins with " of"."""
    for cut in _PREPOSITION.finditer(phrase):
        before, after = phrase[: cut.start()], phrase[cut.end() :]
        if not (cut["doing"] and _is_in_office(before, after)) and not (
            cut["of"] and _is_of_office(before, after)
        ):
            return cut.start()
    return len(phrase)


def _is_in_office(before: str, after: str) -> bool:
    """Whether a word such as "managing" belongs to an office: "the new managing director"."""
    if _DETERMINED.search(before):
        return True
    if _SOMEBODY.search(before) or is_calling(fold(before.split()[-1]) if before.split() else ""):
        return False
    office = _OFFICE_NEXT.fullmatch(after)
    named = _OFFICE_AND_NAME.fullmatch(after)
    if before.endswith(" of") or (named and not _has_preposition(named["words"])):
        return True  # "the head of catering Ada Lark"
    return office is not None and is_calling(office["word"])


def _is_of_office(before: str, after: str) -> bool:
    """Whether "of" belongs to the office of who is named: "the director of sales Ada Lark".

    In "the coach of swimmer Ada Lark" it does not.
    """
    named = _OFFICE_AND_NAME.fullmatch(after)
    if named is None or not is_calling(fold(before.split()[-1]) if before.split() else ""):
        return False
    told = named["words"].split()
    if any(_PERSON_WORD.fullmatch(word) or is_calling(word) for word in told):
        return False
    return not _has_preposition(named["words"])


def _has_preposition(words: str) -> bool:
    return any(not found["doing"] for found in _PREPOSITION.finditer(f" {words}"))


def _after_verbs(text: str) -> Iterator[int]:
    """Where the word after each verb begins."""
    for match in _WORD_BEFORE.finditer(text):
        if match["verb"] is None or match["verb"] in _VERBS:
            yield match.end()


def _before_who(left: str, place: int) -> Span:
    """Whom "who" stands for, or "who" itself."""
    before = re.sub(r"\s*\([^()]*\)$", "", left[:place].rstrip(" ,"))
    if named := _NAMED.search(before):
        return Span(start=named.start(), end=named.end())
    return Span(start=place, end=place + len("who"))


def _first(left: str) -> Span | None:
    """The subject of the sentence, for a verb that goes on from it: "He came and said"."""
    found = _FIRST.match(left, _after_opening(left))
    if found is None:
        return None
    end = _head_ends(found["noun"])  # "the bank of Talia": Talia says nothing
    return Span(start=found.start("noun"), end=found.start("noun") + end) if end else None


def _after_opening(left: str) -> int:
    """Where the main clause begins."""
    begin, clause = 0, _OPENING_CLAUSE.match(left)
    while (end := clause.end() if clause else after_opening(left, begin)) > begin:
        begin, clause = end, _OPENING_CLAUSE.match(left, end)
    return begin
