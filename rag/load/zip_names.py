"""The names of the files in an archive, in the charset of the program that packed them.

Without the flag for UTF-8, a ZIP does not say in which charset its names are, and the standard
library takes cp437, as the first program did. Programs of Russian Windows write cp866, others
UTF-8. A guess that is not sure would give a wrong name, so cp437 stays then.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence

_FLAG_UTF8 = 0x800
_GUESSES = ("utf-8", "cp866", "cp1251")  # the first is sure where it fits at all
_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORD = 3  # letters of a word that tells a script


def name_reader(members: Sequence[zipfile.ZipInfo]) -> Callable[[zipfile.ZipInfo], str]:
    """What tells the name of a file in an archive.

    Args:
        members: All files of the archive: one program named them.
    """
    named = [_bytes(member) for member in members]
    charset = _charset([name for name in named if name and not name.isascii()])

    def name(member: zipfile.ZipInfo) -> str:
        stated = _bytes(member)
        return member.filename if stated is None else stated.decode(charset)

    return name


def _bytes(member: zipfile.ZipInfo) -> bytes | None:
    """A name as it stands in the archive; None where the archive says how to read it."""
    return None if member.flag_bits & _FLAG_UTF8 else member.filename.encode("cp437", "replace")


def _charset(names: Sequence[bytes]) -> str:
    for charset in _GUESSES:
        try:
            read = [name.decode(charset) for name in names]
        except UnicodeDecodeError:
            continue
        if charset == "utf-8" or _is_cyrillic(read):
            return charset
    return "cp437"


def _is_cyrillic(names: Sequence[str]) -> bool:
    """Whether names read as Cyrillic: no sign that is none of a name, no word of two scripts."""
    text = " ".join(names)
    words = _WORD.findall(text)
    cyrillic = [word for word in words if all(map(_is_cyrillic_letter, word))]
    mixed = any(any(map(_is_cyrillic_letter, word)) for word in words if word not in cyrillic)
    drawn = any(unicodedata.category(char) in ("So", "Sm") for char in text if not char.isascii())
    told = any(len(word) >= _MIN_WORD for word in cyrillic)
    swapped = any(word[1:].isupper() and word[0].islower() for word in cyrillic if len(word) > 1)
    return told and not (mixed or drawn or swapped)


def _is_cyrillic_letter(char: str) -> bool:
    return "\u0400" <= char <= "\u04ff"
