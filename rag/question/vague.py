"""Questions that only refer: "Where?", "Tell me more", "Are you sure?". Alone they ask nothing.

Nor does a courtesy, "Thanks", anywhere.

In a conversation they mean the question before, and what was answered; as a first question nobody
can know what they mean, and whatever sentence a search finds for them is no answer.
"""

from __future__ import annotations

import re
from enum import StrEnum

from rag.language.proper_names import NAME, UPPER
from rag.language.text import content_terms, words
from rag.question.elliptic import BARE
from rag.question.named import BE, DO, WH


class Refers(StrEnum):
    """What a text that only refers asks of what was said before."""

    MORE = "more"  # further evidence on the question
    GROUNDS = "grounds"  # what its answer rests on
    REST = "rest"  # what is to be filled in: "Where?", "What did he say?", "And Lark?"
    NOTHING = "nothing"  # it is a courtesy: "Thanks", "OK, great"


_POLITE = (
    r"(?:(?:please|and|ok|okay|but|so|well|hm+|no|yes),?\s+)*"
    r"(?:(?:can|could|would) you (?:please )?)?"
)
_THAT = (
    r"(?:(?:that|this|those|these)(?: (?:information|sentences?|statements?|claims?|figures?"
    r"|numbers?|answers?|quotes?|facts?))?|it|them)"
)
_END = r"(?:,?\s+(?:please|then|now|again|here))*\s*[?!.…]*"
_IN_WHICH = (
    r"(?:(?:in|from) )?(?:which|what) (?:of (?:the|these|your) )?"
    r"(?:articles?|sources?|documents?|files?|texts?|reports?|stor(?:y|ies)|pages?|sentences?"
    r"|news ?papers?)"
)
_MORE = re.compile(
    rf"{_POLITE}(?:"
    r"(?:(?:tell|show|give) (?:me|us) |say |i want |is there |do (?:they|the articles) say )?"
    r"(?:(?:a (?:little|bit)|some|any|much|something|anything|what) )?(?:more|else)"
    r"(?: (?:details?|information|evidence|sentences"
    r"|do (?:they|the articles|you) (?:say|know|have)))?"
    rf"(?: (?:on|about|of) {_THAT})?"
    rf"|go on|continue|elaborate(?: on {_THAT})?|expand(?: on {_THAT})?|(?:in )?more detail"
    rf"|details|explain(?: {_THAT})?(?: further)?"
    rf"){_END}",
    re.IGNORECASE,
)
_GROUNDS = re.compile(
    rf"{_POLITE}(?:"
    r"(?:are you |you )?(?:really |quite |absolutely |so )?(?:sure|certain)"
    rf"(?: (?:about|of) {_THAT})?"
    rf"|really|seriously|is {_THAT} (?:really |actually )?(?:true|right|correct|so|certain)"
    r"|says who|according to (?:whom|who|what)|how (?:sure|certain) are you"
    rf"|who (?:said|says|claims|claimed|wrote|reported|told you)(?: (?:{_THAT}|so))?"
    rf"|how do you know(?: {_THAT})?|prove {_THAT}"
    r"|(?:what(?:['’]?s| is| are) )?(?:the |your )?(?:sources?|evidence|proof)"
    rf"(?: (?:for|of) {_THAT})?"
    rf"|(?:where|{_IN_WHICH}) (?:does|do|did) (?:it|they|the articles?) say (?:{_THAT}|so)"
    rf"|(?:where|{_IN_WHICH}) (?:(?:does|do|did) {_THAT} come"
    rf"|(?:did|do|have) you (?:got|get|read|find|found|know|take|taken|have) {_THAT}"
    rf"|(?:is|are|was|were) {_THAT} (?:said|written|stated|told|found|reported|taken)"
    rf"|can (?:I|we|one) (?:read|check|verify) {_THAT})(?: from| in)?"
    rf"|where (?:is|are|was|were) {_THAT} from"
    rf"|{_IN_WHICH} (?:is|are|was|were|does|do|did) {_THAT}(?: stand| appear)?(?: from| in)?"
    rf"|{_IN_WHICH} (?:(?:say|state|tell|report|mention|claim|contain|confirm|write|publish|print)"
    r"(?:s|e?d|es)?|said|told|wrote)"
    rf"(?: (?:{_THAT}|so))?"
    r"|(?:show|give|tell) (?:me|us) (?:the|your) (?:sources?|articles?|evidence|proof)"
    rf"|(?:on )?what (?:is|are) {_THAT} based(?: on)?"
    rf"|why do you (?:say|think) (?:{_THAT}|so)"
    rf"){_END}",
    re.IGNORECASE,
)
_LONGEST = 200  # characters of a question in which "she" is nobody
LONGEST_COURTESY = 80  # characters; "all right all right …" has very many readings
_COURTESY = (
    r"(?:many |very many )?thank(?:s| you| u)(?: (?:so|very) much| a lot| again)?"
    r"(?: for (?:that|this|(?:your|the|all) (?:help|answers?)))?"
    r"|thx|cheers|ok(?:ay)?|all ?right|right|yes|yeah|yep|no|nope|sure|fine|wow|hm+|lol"
    r"|sorry|please"
    r"|(?:(?:that|this)(?:['’]?s| is) )?(?:(?:very|so|really|all) )?(?:great|good|nice|perfect|cool"
    r"|excellent|wonderful|awesome|amazing|brilliant|interesting|helpful|useful|all|it|enough)"
    r"|that helps|got it|i see|understood|makes sense|never ?mind|well done|good job|no problem"
    r"|hello|hi|hey|good (?:morning|afternoon|evening|day|night)|good ?bye|bye|see you"
    r"|have a nice day"
    r"|danke|merci|gracias|grazie|obrigad[oa]|takk|tack|спасибо"
)
_NOTHING = re.compile(
    rf"(?:(?:and|but|so|oh|ah|well)\s+)?(?:{_COURTESY})"
    rf"(?:[\s,;.!…-]+(?:(?:and|but)\s+)?(?:{_COURTESY}))*(?:,?\s+(?:then|there|now|everyone|all))?"
    r"\s*[?!.…]*(?:\s*[:;]-?[)(D])?",
    re.IGNORECASE,
)
_ADDED = re.compile(
    rf"(?:[Aa]nd|[Bb]ut|[Oo]r)\s(?:(?:for|about|on|in|of|with)\s)?"
    rf"(?P<what>(?:the\s)?{NAME}|the\s[\w-]+)[\s?.!]*"
)
# "When will it reopen?", "Who sold them?": two words at most, and neither tells what is meant.
_WHAT_IT_DOES = re.compile(
    rf"(?:(?:and|but|so|then|also)\s+)*"
    rf"(?:(?:(?:{WH})\s(?:(?!{BE}|{DO})[a-z]+\s)?)?(?:{BE}|{DO})\s(?:it|he|she|they)"
    r"(?:\s(?-i:[a-z]+)){0,2}"
    r"|(?:who|what)\s(?:(?-i:[a-z]+)\s){1,3}(?:it|him|her|them))[\s?.!]*",
    re.IGNORECASE,
)
# "What did she say about taxes?": whatever she did, nobody tells who she is.
_WHO_DOES = re.compile(
    rf"(?:(?:and|but|so|then|also)\s+)*(?:(?:{WH})\s(?:(?!{BE}|{DO})[a-z]+\s){{0,2}})?"
    rf"(?:{BE}|{DO})\s(?:he|she)\b[^?]*\?*",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"\bit (?:rain|snow|true|possible|likely|cold|warm|hot|late)\w*", re.IGNORECASE
)
_NAMED = re.compile(rf"(?<=[\w,;]\s)(?!I\b){UPPER}|\b[A-Z]{{2,}}\b")


def refers(text: str) -> Refers | None:
    """What a text asks of what was said before; None where it asks something by itself.

    >>> refers("Who said that?"), refers("Where?"), refers("Where is Orford?")
    (<Refers.GROUNDS: 'grounds'>, <Refers.REST: 'rest'>, None)
    """
    asked = " ".join(text.split())
    if _MORE.fullmatch(asked):
        return Refers.MORE
    if _GROUNDS.fullmatch(asked):
        return Refers.GROUNDS
    if len(asked) <= LONGEST_COURTESY and _NOTHING.fullmatch(asked):
        return Refers.NOTHING
    if BARE.match(asked) or _ADDED.fullmatch(asked):
        return Refers.REST
    if len(asked) <= _LONGEST and _WHO_DOES.fullmatch(asked) and not _NAMED.search(asked):
        return Refers.REST
    if _WHAT_IT_DOES.fullmatch(asked) and not _WEATHER.search(asked):
        return Refers.REST
    if words(asked) and not {*content_terms(asked)} - {"happen"} and not _NAMED.search(asked):
        return Refers.REST
    return None


def unclear(text: str) -> str:
    """The sentence with which a question that refers to nothing, or is none, is refused."""
    if refers(text) is Refers.NOTHING:
        return f'"{" ".join(text.split())}" asks nothing. Ask a question about the articles.'
    asked = " ".join(text.split())
    reason = f'It is not clear what "{asked}" refers to: whom or what do you mean?'
    added = _ADDED.fullmatch(asked)
    return f"{reason} Ask for example: Tell me about {added['what']}." if added else reason
