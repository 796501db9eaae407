"""The words that attribute: verbs such as "said" in all their forms, and "according to"."""

from __future__ import annotations

import re


def _forms(verbs: str) -> frozenset[str]:
    """All forms of some verbs; "say/said" gives the past where spelling does not."""
    forms: set[str] = set()
    for entry in verbs.split():
        verb, *past = entry.split("/")
        stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
        y = verb.endswith("y") and verb[-2] not in "aeou"
        sibilant = verb.endswith(("s", "sh", "ch", "x"))
        forms |= {verb, stem + "ing", *past}
        forms.add(verb + "es" if sibilant else verb[:-1] + "ies" if y else verb + "s")
        if not past:
            forms.add(verb[:-1] + "ied" if y else stem + "ed")
    return frozenset(forms)


# They report a clause, with "that" or without, after them or before them.
SAYING = _forms(
    "say/said tell/told write/wrote/written explain argue claim insist warn caution"
    " acknowledge admit/admitted/admitting announce declare suggest reply respond conclude recall"
    " tweet testify predict estimate believe think/thought hope fear deny maintain contend"
    " assert allege concede stress emphasize emphasise quip/quipped/quipping joke complain"
    " reiterate observe agree promise vow pledge swear/swore/sworn suspect worry confirm"
    " indicate reveal doubt wonder boast lament opine proclaim recount retort signal speculate"
    " surmise imply realize realise exclaim sing/sang/sung interject interrupt crow bark plead"
    " mutter whisper chant muse intone expect guess assume"
)
# The same, but only with a quotation or with "that": alone they mean something else.
SAYING_THAT = _forms(
    "add note state report know/knew/known find/found show/showed/shown feel/felt learn/learned"
    " understand/understood remark mention continue shout yell counter inform assure remind ask"
    " charge echo read see/saw/seen hear/heard demonstrate forecast counsel"
)
# They take an infinitive or a thing: what somebody wants, supports or blames.
ATTITUDES = _forms(
    "want plan urge demand refuse decline support oppose criticize criticise accuse blame praise"
    " reject condemn endorse seek/sought intend offer threaten describe denounce decry attack"
    " welcome advocate favor favour prefer/preferred/preferring invite encourage propose dismiss"
    " discuss cite blast slam/slammed/slamming mock defend call portray liken question"
)
VERBS = SAYING | SAYING_THAT | ATTITUDES
# These have a hearer before what is said.
TELLING = _forms("tell/told inform assure remind")
# What is known, found or seen is not said after it: "the dam was gone, he found" is no report.
PERCEIVING = _forms(
    "know/knew/known find/found show/showed/shown feel/felt read see/saw/seen hear/heard"
    " understand/understood learn/learned"
)
# They come before their subject without a quotation too: "The dam was gone, said Lark".
INVERTED = frozenset("said says wrote writes added adds explained".split())
# Forms that are nouns as well.
NOUNS = frozenset(
    "state states plan plans support question questions attack attacks report reports show shows"
    " remark remarks claim claims tweet tweets call calls demand demands offer offers"
    " favor favour doubt doubts fear fears hope hopes promise promises charge charges blame praise"
    " reply note notes estimate estimates forecast guess vow vows joke jokes boast boasts"
    " mention mentions echo echoes thought advocate advocates pledge pledges caution counter finds"
    " chant chants counsel lament worry worries".split()
)
_PHRASES = (
    r"(?:call|push|ask)(?:s|ed|ing)? (?:for|on|upon)|point(?:s|ed|ing)? (?:out|to)"
    r"|sp(?:eaks?|oke|oken|eaking) of|talk(?:s|ed|ing)? of|m(?:akes?|ade|aking) (?:it )?clear"
    r"|refer(?:s|red|ring)? to|allud(?:es?|ed|ing) to|w(?:ent) on(?: to say)?|put(?:s|ting)? it"
)


def any_of(forms: frozenset[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(sorted(forms, key=len, reverse=True))


CUE = re.compile(rf"(?<![\w-])(?:{_PHRASES}|Said|Says|{any_of(VERBS)})\b")
ACCORDING = re.compile(r"\b(?P<cue>[Aa]ccording to|[Ii]n the words of)\s")
