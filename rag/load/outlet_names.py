"""Names of newspapers, stations and agencies, told by the words that such names are made of."""

from __future__ import annotations

import re

AGENCY = (
    r"(?:Thomson )?Reuters|AP|AFP|UPI|TASS|EFE|dpa|DPA|ANSA|Xinhua|Kyodo|Interfax|Bloomberg|CNN"
    r"|BBC|IANS|PTI|RFE/RL|Sputnik"
    r"|RIA Novosti|(?:The )?Associated Press|Agence France-Presse|Anadolu Agency"
)
_AGENCY_LINE = re.compile(AGENCY)
_OUTLET_LINE = re.compile(
    r"(?:the\s)?(?:\S+\s){0,5}(?:news(?:paper|wire)?|times|post|media(?: group)?|herald|tribune"
    r"|journal|gazette|agency|press"
    r"|broadcasting(?: corporation)?|network|magazine|chronicle|observer|telegraph|guardian"
    r"|independent|standard|review"
    r"|courier|mail|echo|argus|examiner|dispatch|register|globe|star|mirror|express|sentinel"
    r"|bulletin|weekly|reporter|bell|advertiser|mercury|ledger|inquirer"
    r"|radio|tv|television|wire|reuters|wikinews|upi|afp|tass)",
    re.IGNORECASE,
)
_NO_OUTLET = re.compile(
    r"(?:latest|breaking|top|more|world|local|related|politics|political|sports?|business|daily|in"
    r"|good|bad|fake|big)\b",
    re.IGNORECASE,
)


def is_outlet(words: str) -> bool:
    """Whether a line is the name of an outlet and nothing else.

    >>> is_outlet("The Alta Post"), is_outlet("Latest news"), is_outlet("Ada Lark")
    (True, False, False)
    """
    return (
        bool(_OUTLET_LINE.fullmatch(words))
        and not _NO_OUTLET.match(words)
        and all(word[0].isupper() or word in ("of", "the", "and") for word in words.split())
        and (len(words.split()) > 1 or words.isupper() or bool(_AGENCY_LINE.fullmatch(words)))
    )
