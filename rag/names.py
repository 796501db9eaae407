"""Names in articles and questions, and the ways in which one name is spelled.

A name is a capitalised word. The same person is Dmitry, Dimitri or Dmitrii, Sergey or Sergei,
Zelensky or Zelenskyy, depending on who transliterates; such spellings share a skeleton.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from rag.text import STOPWORDS, fold, plain, words

SIMILAR = 0.7  # difflib ratio from which two names with one skeleton are one name

_CAPITALISED = re.compile(r"(?<![\w’'])(?:[^\W\d_]\.){2,}|[^\W\d_][\w’'-]*")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…]|\n)[\s\"'“”‘’«»(\[]*$")
_VOWELS = re.compile(r"[aeiouyаеёиоуыэюяйьъ'-]")
_DOUBLED = re.compile(r"(.)\1+")
# Longest first: one sound, many letters.
_SOUNDS = (
    ("shch", "sh"), ("tch", "ch"), ("tsch", "ch"), ("sch", "sh"), ("kh", "h"), ("zh", "z"),
    ("ph", "f"), ("ck", "k"), ("ks", "x"), ("ts", "c"), ("tz", "c"), ("th", "t"), ("gh", "g"),
    ("w", "v"), ("q", "k"), ("j", ""),
)  # fmt: skip
# Capitalised in English wherever they stand, and no names of anybody or anything in a question.
_NOT_NAMES = frozenset(
    "mr mrs ms dr sir lord lady i monday tuesday wednesday thursday friday saturday sunday january"
    " february march april may june july august september october november december".split()
)


def capitalised(text: str) -> Iterator[tuple[str, bool]]:
    """Capitalised words of a text that may be names.

    Yields:
        The folded word as the lexical index knows it before stemming, and whether it opens a
        sentence (where a capital says nothing).
    """
    shown = plain(text)
    for match in _CAPITALISED.finditer(shown):
        if not match[0][0].isupper():
            continue
        opens = bool(_SENTENCE_END.search(shown[max(0, match.start() - 12) : match.start()]))
        for word in words(match[0]):
            if len(word) > 1 and word not in _NOT_NAMES:
                yield word, opens


def names_in_question(question: str) -> list[str]:
    """The names a question asks about, folded, each once, in order.

    The first word counts only if it is no question word or other common word.

    >>> names_in_question("What did Macron say about Crimea in July?")
    ['macron', 'crimea']
    """
    found = [
        word
        for word, opens in capitalised(question)
        if word not in STOPWORDS and not (opens and word in _OPENERS)
    ]
    return list(dict.fromkeys(found))


_OPENERS = frozenset(
    "explain list give show describe name find summarize summarise compare define identify tell"
    " besides despite during since once although according while within along among near aside"
    " approximately besides excluding following including today currently according years people"
    " instead rather every each another other two three four five".split()
)


def same_name(left: str, right: str) -> bool:
    """Whether two folded names are spellings of one name.

    >>> same_name("dimitri", "dmitry"), same_name("patton", "putin")
    (True, False)
    """
    if left == right:
        return True
    key = skeleton(left)
    alike = len(key) > 2 and key == skeleton(right)
    return alike and difflib.SequenceMatcher(None, left, right).ratio() >= SIMILAR


def skeleton(name: str) -> str:
    """What spellings of one name have in common: its consonants, sounds merged, none doubled.

    >>> skeleton("Dimitri") == skeleton("Dmitry"), skeleton("Sergei") == skeleton("Sergey")
    (True, True)
    """
    folded = fold(name)
    for letters, sound in _SOUNDS:
        folded = folded.replace(letters, sound)
    consonants = _VOWELS.sub("", folded[1:])
    return folded[:1] + _DOUBLED.sub(r"\1", consonants)
