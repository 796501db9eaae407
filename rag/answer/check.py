"""Claim + cited text -> verdict, by rungs that need no model.

A claim passes when every rung holds. Each rung is strict on purpose: a claim that fails is not
shown with a caveat but replaced by the sentence that it cites, so a false alarm costs brevity only,
while a miss would put words into somebody's mouth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from rag.domain import Rung
from rag.language.calendar import DAYS_AND_MONTHS
from rag.language.names import capitalised, same_name
from rag.language.negation import DENIALS, NEGATIONS, RUSSIAN_NEGATIONS
from rag.language.numbers import MANY_SCALES, PARTS, SCALES, SPELLED
from rag.language.text import (
    REPORTING,
    STOPWORDS,
    common_subsequence,
    content_terms,
    fold,
    plain,
    stem,
    words,
)
from rag.statements.cues import INVERTED

COVERAGE = 0.8  # share of a claim's content words that must stand in the cited text
ORDER = 0.8  # share of them that must stand there in the claim's order

_PRONOUN = re.compile(r"^(?:He|She)\b")
_QUOTED = re.compile(r'"([^"]+)"')
# A scheme, "www.", a mailbox, or a name with a dot inside and two letters or more after it: what a
# terminal or a chat tool would make a link of. "U.S." and "3.5" are none. Bounded, for long lines.
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,20}://\S*|\b(?:javascript|vbscript|data|file|mailto|sms|tel):\S+"
    r"|\bwww\.\S+|\b[\w.+-]{1,64}@[\w-]\S*"
    r"|\b[\w-]{2,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}\b(?:/\S*)?",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_NEGATIONS = NEGATIONS | DENIALS | RUSSIAN_NEGATIONS
HEDGES = frozenset(
    "may might could would should can if alleged allegedly reportedly expected likely possible"
    " possibly plan plans planned propose proposed consider considering мог может бы".split()
)
_SMALL_WORDS = frozenset(
    "a an the to be been being is are was were have has had do does did will would can could may"
    " might should in on of at by for with that it so yet any".split()
)
_RELATIONS = frozenset(
    "by which who whose whom because after before since until than from against with despite"
    " though although while unless if during into onto between among through due over under".split()
)
_ATTRIBUTING = REPORTING | {"according", "reported", "reportedly", "сказал", "заявил", "сообщил"}
_SPELLED_NUMBERS = PARTS.union(
    SPELLED.keys() - {"zero", "one"},  # "one" is a pronoun too
    SCALES,
    MANY_SCALES,
    ("first", "second", "twice"),
)
_UNITS = frozenset({"percent", *SCALES} - {"hundred", "dozen"})
# Where a clause or an aside begins or ends. A comma or point inside a number or name is none.
_CLAUSE_MARK = re.compile(r"[;()\[\]\"“”]|[,:](?!\d)|\s[-–—]+\s|--+|—|(?<=[^\W\d_]{2})[.!?](?=\s)")
_MAY = re.compile(r"\b(?:In|in|of|since|Since|by|until|last|since) May\b")
_CONNECTIVES = frozenset("however meanwhile also moreover furthermore that что".split())
_SCOPE = frozenset(
    "some most many few all only several half former deputy vice acting ex nearly almost no".split()
)
_WHEN = frozenset("on in since".split())
_SIGN = re.compile(r"(?<![\w])-(?=\d)|[$€£]")
_SIGN_WORDS = {"-": "minus", "$": "dollar", "€": "euro", "£": "pound"}
# A clause with one of these says something about the rest of the sentence, and may not go.
_BINDING = (
    _NEGATIONS
    | HEDGES
    | _ATTRIBUTING
    | frozenset("unless whether only until false untrue wrong hardly rarely had provided".split())
    # "by the paper's own count": whose figure it is.
    | frozenset("count counts estimate estimates estimated tally figures".split())
)
# An aside that holds one of these may take back what it stands beside.
_RETRACTING = frozenset(
    "false untrue true wrong lie lies hoax myth denied denies disputed disputes debunked rejected"
    " withdrew withdrawn retracted refuted baseless unproven incorrect mistaken misleading"
    " allegedly supposedly claimed claims".split()
)
_ASIDE = re.compile(
    r",\s(?P<aside>(?P<relative>which|who|whose|where|whom)\s[^,;:\"“”()]{3,160}?(?:,(?=\s)|(?=\.$))"
    r"|(?:the|a|an)\s[^,;:\"“”()]{2,80}?,(?=\s))"
)
_CUE = "|".join(sorted(REPORTING, key=len, reverse=True))
_NAME = r"[A-Z][\w’'-]+"
_SPEAKER = re.compile(
    rf"(?P<before>{_NAME})(?:,? who| also| then| later| has| had)?\s(?:{_CUE})\b"
    rf"|\b(?:{'|'.join(sorted(INVERTED))})\s(?P<after>{_NAME}(?:\s{_NAME})*)"
    rf"|[Aa]ccording to\s(?P<source>{_NAME}(?:\s{_NAME})*)"
)


def unsupported(claim: str, cited: str, *, speakers: Sequence[str] = ()) -> str | None:
    """Check a claim against the text it cites.

    Args:
        claim: One sentence, without citation marks.
        cited: The cited sentence or sentences, verbatim.
        speakers: Names that the index knows to speak in the cited text, though it may call them
            otherwise there ("he", "the spokesman").

    Returns:
        None when every rung holds, else what is wrong, in a few words.
    """
    return failure(check(claim, cited, speakers=speakers))


def failure(rungs: Sequence[Rung]) -> str | None:
    """What the first rung that does not hold has to say; None when all hold."""
    return next((f"{one.why}: {', '.join(one.wrong)}" for one in rungs if one.wrong), None)


def check(claim: str, cited: str, *, speakers: Sequence[str] = ()) -> tuple[Rung, ...]:
    """Every rung for a claim; see `unsupported`."""
    shown, known = _without_asides(plain(cited), claim), " ".join(speakers)
    named = f"{shown} {known}"
    found = (
        ("quotes", "quotes words that are not in the sentence", missing_quotes(claim, shown)),
        ("addresses", "has an address that is not in the sentence", new_addresses(claim, shown)),
        ("numbers", "has a number that is not in the sentence", missing_numbers(claim, shown)),
        ("names", "has a name that is not in the sentence", missing_names(claim, named)),
        (
            "speaker",
            "names another speaker",
            wrong_speakers(claim, shown, speakers=known),
        ),
        ("attribution", "leaves out who says it", lost_attribution(claim, shown)),
        ("negation", "adds or loses a negation", changed_negation(claim, shown)),
        ("modality", "leaves out a condition or doubt", added_certainty(claim, shown)),
        ("coverage", "says more than the sentence", uncovered(claim, named)),
        ("relations", "changes who does what", new_relations(claim, shown)),
        ("repetition", "repeats itself", repeated(claim, shown)),
        ("order", "changes the order of the words", reordered(claim, shown)),
        (
            "wording",
            "is not a shortened form of its sentence",
            rewritten(claim, _spoken(shown, speakers)),
        ),
    )
    return tuple(Rung(name=name, why=why, wrong=tuple(wrong)) for name, why, wrong in found)


def _without_asides(cited: str, claim: str) -> str:
    """The text without the asides that the claim leaves out: they say nothing of its main clause.

    A relative clause between commas or an apposition, "Ada Lark, who lives there, left"; not one
    that takes the rest back, "…, which was a lie", and none inside of a quotation.
    """
    told, place = fold(claim), 0
    while match := _ASIDE.search(cited, place):
        aside = fold(match["aside"]).rstrip(", ")
        said = set(words(aside))
        takes_back = said & _RETRACTING or (not match["relative"] and said & _BINDING)
        if aside in told or takes_back:
            place = match.start() + 1
        else:
            cited, place = cited[: match.start()] + cited[match.end() :], match.start()
    return cited


def _spoken(cited: str, speakers: Sequence[str]) -> str:
    """The text with a first "he" or "she" replaced by who is known to speak."""
    return _PRONOUN.sub(speakers[0], cited, count=1) if len(speakers) == 1 else cited


def missing_quotes(claim: str, cited: str) -> list[str]:
    """Quoted words of the claim that are not verbatim in the text (quotes, case, spaces folded)."""
    text = fold(cited)
    return [
        quoted for quoted in _QUOTED.findall(fold(claim)) if quoted.strip(" ,.!?;:") not in text
    ]


def new_addresses(claim: str, cited: str) -> list[str]:
    """Web and mail addresses of the claim that do not stand in the text, character for character.

    "evil.example" and "Evil, example" have the same words, and only one of them leads somewhere.
    """
    there = {address.casefold() for address in _ADDRESS.findall(cited)}
    return [address for address in _ADDRESS.findall(claim) if address.casefold() not in there]


def missing_numbers(claim: str, cited: str) -> list[str]:
    """Numbers, days and months of the claim that the text does not have; 500% is 500 percent."""
    there = set(_numbers(cited)) | set(words(cited))
    return [number for number in _numbers(claim) if number not in there]


def _numbers(text: str) -> list[str]:
    """Numbers with the unit that follows ("6 million"), spelled numbers, days and months."""
    found: list[str] = []
    in_order = words(text)
    for word, following in zip_longest(in_order, in_order[1:], fillvalue=""):
        if word[0].isdigit():
            found.append(f"{word} {following}" if following in _UNITS else word)
        elif word in _SPELLED_NUMBERS or word in DAYS_AND_MONTHS:
            found.append(word)
    return found


def missing_names(claim: str, cited: str) -> list[str]:
    """Names of the claim that the text does not have, in any spelling.

    The first word counts only when it carries meaning: "The" is nobody.
    """
    there = set(words(cited))
    return [
        name
        for name, opens in capitalised(claim)
        if not any(same_name(name, other) for other in there)
        and not (opens and not content_terms(name))
    ]


def wrong_speakers(claim: str, cited: str, *, speakers: str) -> list[str]:
    """People whom the claim lets say something and the text does not.

    Args:
        claim: The claim.
        cited: The text.
        speakers: Who else is known to speak there, separated by spaces.
    """
    heard = speakers_in(cited) | set(words(speakers))
    if not heard:
        return []
    return sorted(
        name for name in speakers_in(claim) if not any(same_name(name, other) for other in heard)
    )


def speakers_in(text: str) -> set[str]:
    """Folded last names that stand beside a reporting verb of a text, outside of quotations."""
    matches = (match for match in _SPEAKER.finditer(_QUOTED.sub(" ", text)))
    written = (match["before"] or match["after"] or match["source"] for match in matches)
    return {words(name)[-1] for name in written if words(name)} - STOPWORDS


def lost_attribution(claim: str, cited: str) -> list[str]:
    """Reporting verbs of the text when the claim has fewer: a statement is not a fact.

    Words inside a quotation are the speaker's own and do not count.
    """
    outside = _QUOTED.sub(" ", fold(cited))
    reported = [word for word in words(outside) if word in _ATTRIBUTING]
    kept = [word for word in words(claim) if word in _ATTRIBUTING]
    return reported if len(kept) < len(reported) else []


def changed_negation(claim: str, cited: str) -> list[str]:
    """Negations that only one of the two has, each with the word that it negates."""
    here, there = _negated(claim), _negated(cited)
    return sorted((here - there) | (there - here))


def _negated(text: str) -> Counter[str]:
    found = Counter[str]()
    in_order = words(text)
    for place, word in enumerate(in_order):
        if word in _NEGATIONS:
            rest = (w for w in in_order[place + 1 :] if w not in _SMALL_WORDS)
            found[f"{stem(word)} {stem(next(rest, ''))}".strip()] += 1
    return found


def added_certainty(claim: str, cited: str) -> list[str]:
    """Words of doubt or condition that stand in the text and are gone from the claim.

    Only a claim that keeps at least half of the text is held to this: a short part of a long
    sentence need not carry a condition that belongs to another part.
    """
    kept = content_terms(claim)
    if len(kept) * 2 < len(content_terms(cited)):
        return []
    return sorted(_hedges(cited) - _hedges(claim))


def _hedges(text: str) -> set[str]:
    # "May" with a capital is a month.
    return {
        word.lower()
        for word in _PLAIN_WORD.findall(text)
        if word.lower() in HEDGES and word != "May"
    }


def uncovered(claim: str, cited: str) -> list[str]:
    """Content words that the text lacks, when they are too many of the claim's."""
    there = set(content_terms(cited))
    terms = content_terms(claim)
    missing = [
        term
        for term in terms
        if term not in there and not any(same_name(term, other) for other in there)
    ]
    if not terms:
        return ["no content words"]
    covered = len(terms) - len(missing)
    return missing if covered < COVERAGE * len(terms) else []


def new_relations(claim: str, cited: str) -> list[str]:
    """Words that say who does what to whom, or when and why, and that the text does not have.

    "The bill, whose sponsors are …" must not become "the bill, which sponsors …".
    """
    return sorted(_RELATIONS.intersection(words(claim)) - set(words(cited)))


def repeated(claim: str, cited: str) -> list[str]:
    """Content words that the claim has more often than the text, when there are two or more."""
    more = Counter(content_terms(claim)) - Counter(content_terms(cited))
    there = set(content_terms(cited))
    again = [term for term in more if term in there]
    return again if len(again) > 1 else []


def reordered(claim: str, cited: str) -> list[str]:
    """Content words out of the order that the text has, when they are too many; names, when any.

    "Moscow accused Kyiv" and "Kyiv accused Moscow" share every word.
    """
    there = content_terms(cited)
    terms = [term for term in content_terms(claim) if term in set(there)]
    names = {stem(name) for name, _ in capitalised(claim)}
    named = [term for term in terms if term in names]
    if common_subsequence(named, there) < len(named):
        return named
    return terms if common_subsequence(terms, there) < ORDER * len(terms) else []


def rewritten(claim: str, cited: str) -> list[str]:
    """The claim's words, unless it is the text with nothing that matters left out.

    Words in the right order still say something else when what stood between them is gone: "said
    the report that Putin ordered the strike was false" holds "said Putin ordered the strike". So
    only a whole clause or aside between marks of punctuation may go, when it neither denies,
    doubts, limits nor attributes anything; and single words that tell when, link, or stand before
    a name as "Dmitry" does before "Peskov".
    """
    wanted = _exact_words(claim)
    reached = {0}  # how many words of the claim the clauses so far can account for
    for clause in _CLAUSE_MARK.split(plain(cited)):
        held = _walked(wanted, reached, _exact_words(clause), _spare(clause))
        binding = _BINDING.intersection(words(_MAY.sub("", clause)))  # the month is no doubt
        reached = held if binding else held | reached
    return [] if len(wanted) in reached else wanted[:8]


def _walked(wanted: list[str], reached: set[int], clause: list[str], spare: set[str]) -> set[int]:
    """Places in the claim that can be reached by going through a clause word by word."""
    for word in clause:
        matched = {n + 1 for n in reached if n < len(wanted) and wanted[n] == word}
        reached = matched | (reached if word in spare else set())
    return reached


def _spare(clause: str) -> set[str]:
    """Words of a clause that may go by themselves."""
    written = clause.split()
    before_names = {
        word
        for here, following in pairwise(written)
        if here[:1].isupper() and following[:1].isupper() and here.isalpha()
        for word in words(here)
        if word not in STOPWORDS and word not in _SCOPE
    }
    timed = {word for word in words(clause) if word in DAYS_AND_MONTHS}
    prepositions = {
        first for first, second in pairwise(words(clause)) if second in timed and first in _WHEN
    }
    return before_names | timed | prepositions | _CONNECTIVES


def _exact_words(text: str) -> list[str]:
    """Folded words with their signs: "-40" and "$6" are not "40" and "6"."""
    return words(_SIGN.sub(lambda match: f" {_SIGN_WORDS[match[0]]} ", fold(text)))
