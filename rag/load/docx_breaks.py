"""Line breaks inside a paragraph: one in the middle of a sentence is treated as a space.

A sentence in two pieces may be quoted without its beginning, "It is not true that". Addresses,
verse and lists keep their lines.
"""

from __future__ import annotations

import re

from rag.language.line_ends import ends_sentence, is_bullet
from rag.language.text import STOPWORDS

_OPENING = "\"'“‘«„([¿¡"
_ITEM = re.compile(r"\(?(?:[a-z]|[ivx]{1,4})[.)]\s")  # "a) ", "ii. "
_LABEL = re.compile(r"^[^.!?]*:\s")  # "Address of the port: Harbour Street 4"
_PROSE = 30  # characters, of a script without capitals: shorter lines may be of an address
_UNSPACED = "\u2e80"  # from here on, scripts put no space between words


def unbroken(text: str) -> str:
    """A paragraph with a space for each line end that stands in a sentence."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    filled = [each for each in lines if each.strip()]
    # Three lines that all begin with a capital or number are verse or an address.
    set_in_lines = len(filled) > 2 and all(_begins(each) for each in filled)
    pieces, before, ends = lines[:1], lines[0].strip(), 0
    for line in lines[1:]:
        ends += 1
        words = line.strip()
        if not words:
            continue
        if before and _goes_on(before, words, set_in_lines=set_in_lines):
            hyphened = before.endswith("-") and before[-2:-1].isalpha() and words[0].islower()
            pieces[-1] = pieces[-1].rstrip()
            pieces += ["" if hyphened or words[0] > _UNSPACED else " ", line.lstrip()]
        else:
            pieces += ["\n" * ends, line]
        before, ends = words, 0
    return "".join(pieces)


def _first(line: str) -> str:
    return line.strip().lstrip(_OPENING)[:1]


def _begins(line: str) -> bool:
    first = _first(line)
    return first.isupper() or first.isdigit()


def _goes_on(before: str, after: str, *, set_in_lines: bool) -> bool:
    """Whether a sentence runs over the end of a line."""
    first = _first(after)
    if is_bullet(after) or _ITEM.match(after):
        return False
    if first.islower():
        return True
    if ends_sentence(before) or before.endswith(":"):
        return False
    words = (_LABEL.sub("", before) or before).split()
    last = words[-1].strip(_OPENING)
    if last in STOPWORDS:  # in small letters: "sold it to / Mayor Olsen"
        return True
    if set_in_lines or not first.isalnum():
        return False
    if first.isalpha() and not first.isupper():
        return len(before) >= _PROSE
    small = sum(each[0].islower() for each in words)
    if last[:1].islower() and len(words) >= (3 if first.isdigit() else 4):
        return True
    return len(words) >= 5 and small >= 2  # "The mayor of Vik sued Ola / Nordmann"
