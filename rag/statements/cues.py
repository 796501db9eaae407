"""The words that attribute.

Verbs such as "said" in all their forms, with what some of them need ("insisted on"); "was afraid
that", "expressed the hope that", "according to".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache


def forms(verbs: str) -> frozenset[str]:
    """All forms of some verbs.

    Args:
        verbs: Separated by spaces; "say/said" gives the past where spelling does not.
    """
    found: set[str] = set()
    for entry in verbs.split():
        verb, *past = entry.split("/")
        stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
        y = verb.endswith("y") and verb[-2] not in "aeou"
        sibilant = verb.endswith(("s", "sh", "ch", "x"))
        found |= {verb, stem + "ing", *past}
        found.add(verb + "es" if sibilant else verb[:-1] + "ies" if y else verb + "s")
        if not past:
            found.add(verb[:-1] + "ied" if y else stem + "ed")
    return frozenset(found)


# They report a clause, with "that" or without, after them or before them.
SAYING = forms(
    "say/said tell/told write/wrote/written explain argue claim insist warn caution acknowledge"
    " admit/admitted/admitting announce declare suggest reply respond conclude recall tweet"
    " testify predict estimate believe think/thought hope fear deny maintain contend assert allege"
    " concede stress emphasize emphasise quip/quipped/quipping joke complain reiterate observe"
    " agree promise vow pledge swear/swore/sworn suspect worry confirm indicate reveal doubt"
    " wonder boast lament opine proclaim recount retort signal speculate surmise imply realize"
    " realise exclaim interject interrupt crow bark plead mutter whisper chant muse intone expect"
    " guess assume blog grumble enthuse gripe rant fume murmur theorize theorise hypothesize posit"
    " calculate reckon suppose imagine foresee/foresaw/foreseen anticipate envision"
    " brag/bragged/bragging vouch attest profess hint affirm confess confide presume guarantee"
    " fret moan wail whine groan growl scream roar shriek bellow wager insinuate volunteer"
)
# The same, but only with a quotation or with "that": alone they mean something else.
SAYING_THAT = forms(
    "add note state report know/knew/known find/found show/showed/shown feel/felt learn/learned"
    " understand/understood remark mention continue shout yell counter inform assure remind ask"
    " charge echo read see/saw/seen hear/heard demonstrate forecast counsel comment discover"
    " recognize recognise notice remember forget/forgot/forgotten persuade convince notify advise"
    " infer deduce pray stipulate specify disclose relay decide determine dream"
) | {"ruled"}
# They take an infinitive or a thing: what somebody wants, supports, thinks of or blames.
ATTITUDES = forms(
    "want plan urge demand refuse decline support oppose criticize criticise accuse blame praise"
    " reject condemn endorse seek/sought intend offer threaten describe denounce decry attack"
    " welcome advocate favor favour prefer/preferred/preferring invite encourage propose dismiss"
    " discuss cite blast slam/slammed/slamming mock defend call portray liken question admire"
    " adore applaud appreciate assail berate bemoan belittle caricature castigate celebrate"
    " champion chastise chide commend congratulate demean deplore deride detest disavow disdain"
    " disparage dislike excoriate extol/extolled/extolling fault glorify hail hate idolize idolise"
    " lambast lambaste laud love loathe malign minimize minimise pan/panned/panning pillory rebuke"
    " resent respect ridicule salute scold scorn skewer tout trumpet understate exaggerate"
    " overstate venerate vilify characterize characterise depict label/labelled/labeled deem"
    " dub/dubbed/dubbing consider regard aspire beg/begged/begging beseech desire dread entreat"
    " exhort implore lobby persuade petition pressure prod/prodded/prodding promote request"
    " recommend wish yearn resolve challenge contest debate dispute protest"
    " rebut/rebutted/rebutting refute repudiate resist espouse propound back reaffirm reassert"
    " retract recant address articulate broach clarify contemplate convey debunk detail disclose"
    " document emphasize emphasise enumerate explore express highlight illustrate invoke mention"
    " outline ponder abhor acclaim admonish affirm besmirch cherish denigrate deprecate despise"
    " discredit disregard distrust downplay enjoy envy exalt forgive/forgave/forgiven honor honour"
    " interpret insult jeer judge moot mull nickname parrot peddle perceive propagate reframe"
    " renounce reprimand reproach revere revile rip/ripped/ripping savage shame sidestep skirt"
    " snub/snubbed taunt tease term tolerate treasure trust upbraid value vet/vetted bash boo"
    " heckle float hype pitch plug/plugged/plugging cajole coax goad nag/nagged/nagging disclaim"
    " forswear accept compare decide determine identify ignore paint present repeat sense thank"
    " preview quote reference retweet stress summarize summarise underline underscore unveil voice"
) | {"noted", "noting"}
VERBS = SAYING | SAYING_THAT | ATTITUDES
# These have a hearer before what is said.
TELLING = forms("tell/told inform assure remind notify")
# What is known, found or seen is not said after it: "the dam was gone, he found" is no report.
PERCEIVING = forms(
    "know/knew/known find/found show/showed/shown feel/felt read see/saw/seen hear/heard"
    " understand/understood learn/learned discover notice remember forget/forgot/forgotten"
)
# They come before their subject without a quotation too: "The dam was gone, said Lark".
INVERTED = frozenset(
    "said says wrote writes added adds explained noted notes argued reported warned"
    " announced".split()
)
# So do these before a person: "The dam was gone, claimed Lark". Not "warn", which has no ending.
MAY_BE_INVERTED = frozenset(
    form
    for form in SAYING - TELLING
    if not form.endswith("ing") and SAYING.isdisjoint({f"{form}s", f"{form}es", f"{form[:-1]}ies"})
)
# Forms that are nouns (or something else) as well.
NOUNS = frozenset(
    "state states plan plans support question questions attack attacks report reports show shows"
    " remark remarks claim claims tweet tweets call calls demand demands offer offers favor favour"
    " doubt doubts fear fears hope hopes promise promises charge charges blame praise reply note"
    " notes estimate estimates forecast guess vow vows joke jokes boast boasts mention mentions"
    " echo echoes thought advocate advocates pledge pledges caution counter finds chant chants"
    " counsel lament worry worries address addresses back backs blog blogs caricature caricatures"
    " celebrate challenge challenges champion champions comment comments contest contests debate"
    " debates desire desires detail details dispute disputes document documents dread dream dreams"
    " express fault faults hate highlight highlights hint hints label labels lobby love loves"
    " notice notices outline outlines pan pans petition petitions pressure pressures preview"
    " previews protest protests quote quotes rant rants rebuke rebukes reference paint present"
    " judge judges term terms value values trust trusts shame honor honour honors honours boo boos"
    " float floats pitch plug plugs insult insults savage envy moan moans scream screams roar"
    " groan groans references regard regards request requests resolve respect respects ridicule"
    " salute stress stresses underline voice voices welcome wish wishes".split()
)
# Verbs that say something together with what follows them.
_WITH_PARTICLES = {
    "for": "call push ask argue press campaign lobby hope long root plead appeal clamor clamour"
    " vouch care apologize apologise",
    "on|upon": "call comment insist touch reflect elaborate expand expound dwell harp remark",
    "against": "argue caution warn advise inveigh protest fulminate rail speak/spoke/spoken lobby",
    "about": "talk speak/spoke/spoken complain brag/bragged/bragging boast joke worry wonder warn"
    " care inquire enquire testify gripe grumble rave rant tweet think/thought speculate",
    "of": "talk speak/spoke/spoken think/thought warn approve disapprove",
    "with": "agree disagree side sympathize sympathise",
    "at": "hint scoff sneer bristle balk marvel laugh",
    "to": "point refer/referred/referring allude object",
    "in": "believe delight rejoice",
    "by": "stand/stood",
    "out": "point lay/laid spell single",
    "out (?:about|against)": "speak/spoke/spoken",
    "out at|back at": "hit/hitting lash",
    "down|up": "play",
    "off|aside": "brush shrug/shrugged/shrugging",
    "(?:off|away) from": "back",
    "back (?:on|against)": "push",
    "in on": "weigh",
    "down on": "double",
    "forward to": "look",
    "doubt on": "cast/casting",
    "issue with|aim at": "take/took/taken",
    "clear|it clear": "make/made",
    "it": "put/putting",
}
# "is afraid that", "was critical of": what somebody thinks, as a predicate.
_STATES = (
    "afraid|angry|anxious|certain|concerned|confident|convinced|critical|determined"
    "|disappointed|doubtful|eager|excited|frustrated|furious|glad|hopeful|keen|mindful|opposed"
    "|optimistic|outraged|pessimistic|pleased|proud|puzzled|reluctant|sceptical|skeptical"
    "|supportive|sure|surprised|suspicious|unaware|aware|unconvinced|unhappy|unsure|unwilling"
    "|upset|wary|willing|worried"
)
_PREDICATES = (
    r"(?:(?<![\w-])(?:is|are|am|was|were|been|remains?|remained|feels?|felt)"
    r"|(?<=\w)[’'](?:s|re|m))(?: \w+ly| also| still| so| more| very| quite| deeply){0,2}"
    rf" (?:{_STATES})(?:(?= that\b| to\b)| (?:about|of|with|at|over|by|in)\b)"
)
# "expressed the hope that", "has doubts about": what somebody says or thinks, as a noun.
_SAID = (
    "accusation|acknowledge?ment|admission|admiration|affection|aim|allegation|ambition|anger"
    "|announcement|anxiety|apology|appeal|argument|assertion|assessment|assurance|attack|backing"
    "|belief|call|claim|comment|commitment|complaint|concern|condemnation|confidence|contempt"
    "|contention|conviction|criticism|decision|declaration|demand|denial|denunciation"
    "|description|desire|determination|disagreement|disappointment|disdain|dissatisfaction|doubt"
    "|eagerness|endorsement|enthusiasm|estimate|expectation|fear|frustration|hope|insistence"
    "|intention|interest|misgiving|objection|offer|opinion|opposition|optimism|outrage|plan"
    "|pledge|position|praise|prediction|preference|promise|proposal|question|readiness"
    "|recommendation|refusal|regret|rejection|reluctance|remark|request|reservation|resentment"
    "|sc?k?epticism|stance|statement|suggestion|support|suspicion|sympathy|testimony|theory"
    "|threat|unease|unwillingness|view|vow|warning|willingness|wish|worry|worries"
)
_HOLDING = forms(
    "have/has/had express raise voice make/made give/gave/given issue declare share announce"
    " reiterate repeat offer show/showed/shown"
)


def any_of(words: frozenset[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def is_participle(cue: str) -> bool:
    """Whether a cue is a form such as "saying"."""
    return cue.split()[0].endswith("ing")


_PHRASES = "|".join(
    rf"(?:{any_of(forms(verbs))}) (?:{particles})" for particles, verbs in _WITH_PARTICLES.items()
)
_WOULD_LIKE = r"(?:would|[’']d) (?:also |really )?like(?= to\b)|lik(?:es|ed)(?= to\b)"
_HELD = (
    rf"(?:{any_of(_HOLDING)}) (?:an? |the |his |her |their |its |some )?"
    r"(?:(?!\w+ed |no |not |never |little |few |hardly )[a-z-]+ ){0,2}"
    rf"(?:{_SAID})s?(?:(?= that\b| to\b)| (?:about|of|for|over|on|with|against)\b)"
)
# "Said Ada Lark: …" begins a sentence; "Omar Said" and "Said said" have a name.
_BEFORE_ITS_SUBJECT = (
    r"(?:Said|Says)(?<!\w\s[A-Z][a-z]{3})(?=\s(?:[A-Z]|(?:the|an?|one|his|her|their)\b))"
)
ACCORDING = re.compile(r"\b(?P<cue>[Aa]ccording to|[Ii]n the words of)\s")


def find_cues(sentence: str) -> Iterator[re.Match[str]]:
    """The cues of a sentence, in order; one that is a verb elsewhere may be a noun here."""
    found = _cue().finditer(sentence)
    return (match for match in found if match["verb"] is None or match["verb"] in VERBS)


@cache
def _cue() -> re.Pattern[str]:
    """Compiled when a text is read: a question needs the words, not this."""
    # A verb is looked up: an expression of all their forms would take much longer to compile.
    return re.compile(
        rf"(?=[\w’'])(?:{_PREDICATES}|(?<![\w-])(?:{_WOULD_LIKE}|went on to say|{_PHRASES}|{_HELD}"
        rf"|{_BEFORE_ITS_SUBJECT}|(?P<verb>[a-z]+)))\b"
    )
