"""Article -> statements: who says something, where the sentence itself names the speaker.

A first version that reads explicit attributions only: "…," Peskov said; said Peskov; Peskov told
reporters that …; according to Lavrov. A pronoun or a title alone names nobody: such a sentence has
no speaker here, and is never given one by guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.domain import Article, Passage, Span, Statement, StatementKind
from rag.text import REPORTING

_CUES = "|".join(sorted(REPORTING, key=len, reverse=True))
_WORD = r"(?:[A-Z][\w’'-]*[a-z][\w’'-]*|[A-Z]\.)"
_NAME = rf"{_WORD}(?:[ \u00a0](?:al-|bin |von |van |de )?{_WORD}){{0,3}}"
_MIDDLE = r"(?:,[^,\"“”]{1,80},)?(?:\s(?:also|then|later|further|again|repeatedly|has|had|have))?"
_BEFORE = re.compile(rf"(?P<name>{_NAME}){_MIDDLE}\s(?P<cue>{_CUES})\b")
# Small words between the verb and the name are a title, "said Russian foreign minister Lavrov",
# unless one of them makes the name somebody else's: "said the mayor of Paris".
_TITLE_WORDS = (
    r"(?:(?!(?:of|in|at|for|from|to|with|by|that|and|about|against|\w+ing)\s)[a-z’'-]+\s){0,5}?"
)
_AFTER = re.compile(rf"[,!?.]?[\"”’]\s(?P<cue>{_CUES})\s{_TITLE_WORDS}(?P<name>{_NAME})")
_ACCORDING = re.compile(rf"\b(?P<cue>[Aa]ccording to)\s{_TITLE_WORDS}(?P<name>{_NAME})")
_SOMEBODY_ELSE = re.compile(
    r"(?:\b(?:of|with|from|for|by|at|in|to|about|against|near|under|on|\w+ing)|[’']s)\s$"
)
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]?")
# Capitalised words that open sentences or stand before names and are nobody.
_NOBODY = frozenset(
    "The A An He She It They We I This That These Those But And In On At As For From With After"
    " Before When While If Also However Meanwhile Officials Reuters Interfax TASS AFP AP Monday"
    " Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July"
    " August September October November December His Her Their Its Our My Your One Some Many Most"
    " According There Here What Who Why How Related Photo Mr Mrs Ms Yesterday Today"
    " Tomorrow Then Now Later Earlier Still Yet".split()
)
_TITLES = frozenset(
    "Mr Mr. Mrs Mrs. Ms Ms. Dr Dr. President Prime Minister Foreign Defense Defence Deputy Senator"
    " Sen. Rep. Gov. Governor Secretary Spokesman Spokeswoman Spokesperson Chancellor Chairman"
    " Republican Democratic Kremlin White House Press National Security Adviser Advisor Former"
    " Russian American British Ukrainian French German Chief General Gen. Judge Justice State"
    " Press King Queen Pope Professor Prof. Ambassador Vice Lead Mayor"
    " Commissioner Director Colonel Major Captain".split()
)


def find_statements(article: Article, passages: Sequence[Passage]) -> list[Statement]:
    """Find who says what in an article.

    Args:
        article: The article.
        passages: Its passages.

    Returns:
        One statement for each sentence that names exactly one speaker, in the order of the text.
        The speaker is the longest form in which the article names the person.
    """
    found = [
        statement
        for passage in passages
        for sentence in passage.sentences
        for statement in _in_sentence(article.text, sentence)
    ]
    full = _full_names(article.text)
    return [
        Statement(
            speaker=full.get(entry.written.split()[-1], entry.written),
            written=entry.written,
            cue=entry.cue,
            kind=entry.kind,
            content=entry.content,
            sentence=entry.sentence,
        )
        for entry in found
    ]


def _in_sentence(text: str, sentence: Span) -> Iterator[Statement]:
    shown = text[sentence.start : sentence.end].replace("\n", " ")
    bare = _QUOTED.sub(lambda match: '"' + "_" * (len(match[0]) - 2) + '"', shown)
    matches = [
        match for pattern in (_AFTER, _BEFORE, _ACCORDING) for match in pattern.finditer(bare)
    ]
    speakers = {
        name: match
        for match in matches
        if (name := _person(match["name"])) and not _somebody_else(bare, match)
    }
    if len(speakers) != 1:
        return
    [(name, match)] = speakers.items()
    quoted = _QUOTED.search(shown)
    start, end = (quoted.start(1), quoted.end(1)) if quoted else _reported(shown, match)
    if start < end:
        yield Statement(
            speaker=name,
            written=name,
            cue=match["cue"].lower(),
            kind=StatementKind.DIRECT if quoted else StatementKind.INDIRECT,
            content=Span(start=sentence.start + start, end=sentence.start + end),
            sentence=sentence,
        )


def _somebody_else(sentence: str, match: re.Match[str]) -> bool:
    """Whether the name only belongs to the speaker's description: "A friend of Lark said"."""
    before = sentence[: match.start("name")]
    return match.re is _BEFORE and bool(_SOMEBODY_ELSE.search(before))


def _reported(shown: str, match: re.Match[str]) -> tuple[int, int]:
    """Where reported speech stands: after the attribution, or before it when it ends there."""
    start = match.end() + len(shown[match.end() :]) - len(shown[match.end() :].lstrip(" ,"))
    rest = shown[start:].rstrip(" .,")
    if len(rest.split()) >= 3:
        return start, start + len(rest)
    return 0, len(shown[: match.start()].rstrip(" ,"))


def _person(written: str) -> str | None:
    """The name without titles; None when nothing of a name is left."""
    words = written.removesuffix("’s").removesuffix("'s").split()
    while words and (words[0] in _TITLES or words[0] in _NOBODY):
        words.pop(0)
    if not words or words[-1] in _TITLES or any(word in _NOBODY for word in words):
        return None
    return " ".join(words)


def _full_names(text: str) -> dict[str, str]:
    """Last name -> the longest name of two or three words that ends in it, if there is one."""
    forms: dict[str, set[str]] = {}
    for match in re.finditer(_NAME, text):
        name = _person(match[0])
        if name and 2 <= len(name.split()) <= 3:
            forms.setdefault(name.split()[-1], set()).add(name)
    full: dict[str, str] = {}
    for last, names in forms.items():
        longest = max(names, key=len)
        first_names = {name.split()[0] for name in names}
        if len(first_names) == 1:
            full[last] = longest
    return full
