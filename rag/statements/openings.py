"""What opens a sentence before its subject and is no part of a name: "Clearly", "On Friday".

A capital letter says nothing there. Adverbs are known by how they are made, as there is no end of
them; words that join clauses are few.
"""

from __future__ import annotations

import re

from rag.language.calendar import CAPITAL_MONTH, CAPITAL_WEEKDAY, WEEKDAY

# By endings that first names do not have: Kelly, Sally, Emily, Vasily, Carly, Beverly, Keely. An
# adjective may begin the name of a paper or a body: "Weekly".
_MADE_ADVERB = (
    r"(?!(?:week|month|friend|supp|rep|app)ly)\w{2}\w*(?:[a-z]al|ful|[^m\W]b|[cdgknpstw]|ear|[lu]ar|[aeiou]re"
    r"|[dgmnrstv]e|ari|[ck]ki|ppi|eadi)ly"
)
# In small letters, for use with `(?i:…)`.
ADVERB = (
    rf"(?:{_MADE_ADVERB}|truly|only|simply|early|earlier|late|later|lately|however|meanwhile"
    r"|formerly|mostly|honestly|firstly|lastly|still|instead|then|also|now|today|tonight|yesterday"
    r"|tomorrow|besides|perhaps|maybe|rather|here|there|even|just|again|often|sometimes|soon|indeed"
    r"|moreover|furthermore|nevertheless|nonetheless|afterwards?|elsewhere|thus|hence|never|nowadays|and|but|so|yet|nor)"
)
JOINING = (
    r"(?:(?:when|where|what|who|which|how|why)ever|once|lest|whereas|albeit|though|although|because"
    r"|whether|if|when|while|until|till|unless)"
)
_OPENER = re.compile(rf"(?i:{ADVERB}|{JOINING})")
_OF_DAY = r"(?:morning|noon|afternoon|evening|night)"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?:(?:early|late|mid-?)\s?|the\s(?:{_OF_DAY}|eve|start|end|first|last)\sof\s)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{CAPITAL_MONTH}"
    rf"(?:\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,?\s{_YEAR})?"
)
_TIME = (
    rf"(?:(?:last|this|next|that|the\ssame)\s(?i:{_OF_DAY}|day|week|weekend|month|year|spring|summer"
    rf"|autumn|fall|winter|{WEEKDAY}|{CAPITAL_MONTH})(?:\s{_OF_DAY})?"
    rf"|(?:the\s)?(?:{_OF_DAY}\sof\s)?{CAPITAL_WEEKDAY}(?:\s{_OF_DAY})?(?:\s{_DATE})?"
    rf"|(?i:yesterday|tomorrow)\s{_OF_DAY}"
    r"|(?i:an?|the|some|\d+|two|three|four|five|six|seven|eight|nine|ten|several|many)"
    r"\s(?:minute|hour|day|week|month|year)s?\s(?:later|earlier|before|after|ago))"
)
# A month alone is a first name too: "June Lark said".
_WHEN = re.compile(
    rf"(?:(?i:back|late|early|earlier|later|just|only)\s)?"
    rf"(?:(?:(?i:on|in|by|since|during|until)\s)(?:{_DATE}|{_YEAR}|{_TIME})|(?i:{_TIME})),?\s(?=\S)"
)
# "Clearly Lark", "Clearly the mayor", and not "Newly elected mayor" nor "Early reports".
_WORD = re.compile(
    rf"(?i:{ADVERB}),?\s(?=[^\W\d_a-z]|(?:the|an?|his|her|its|their|our|he|she|they|we|it)\s)"
)


def opens(word: str) -> bool:
    """Whether a word with a capital opens a sentence, where it stands before a name.

    >>> opens("Clearly"), opens("Whenever"), opens("Kelly")
    (True, True, False)
    """
    return _OPENER.fullmatch(word) is not None


def after_opening(text: str, begin: int = 0) -> int:
    """Where the rest of a clause begins, after its adverbs and its day: "On Friday Ada Lark".

    Args:
        text: The clause.
        begin: From where it is read.
    """
    while opening := _WHEN.match(text, begin) or _WORD.match(text, begin):
        begin = opening.end()
    return begin
