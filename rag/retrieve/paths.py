"""Which paths a pattern means, by the rules of gitignore.

Its own matcher of regular expressions can be made to run for hours; this one goes back to the last
``**`` only, and `fnmatch` likewise to the last ``*`` of a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from unicodedata import normalize


def matches(path: str, pattern: str) -> bool:
    """Whether a path, or a folder that it is in, fits a pattern.

    ``*`` and ``?`` stand for characters of one name, ``**`` for any number of folders. A pattern
    without a slash, but for one at its end, fits a name in any folder.

    >>> matches("world/2018/talks.txt", "2018"), matches("world/2018/talks.txt", "/2018")
    (True, False)
    """
    wanted = normalize("NFC", pattern.strip().removeprefix("./"))
    names = [name for name in wanted.split("/") if name not in ("", ".")]
    if not names:
        return False
    anywhere = ["**"] if "/" not in wanted.rstrip("/") else []
    return _fit(normalize("NFC", path).split("/"), [*anywhere, *names, "**"])


def _fit(names: Sequence[str], patterns: Sequence[str]) -> bool:
    at = place = 0  # of the next name and pattern
    back = (0, -1)  # where to go on when something does not fit: behind the last "**"
    while at < len(names):
        if place < len(patterns) and patterns[place] == "**":
            place += 1
            back = (at, place)
        elif place < len(patterns) and fnmatchcase(names[at], patterns[place]):
            at, place = at + 1, place + 1
        elif back[1] >= 0:
            back = (back[0] + 1, back[1])
            at, place = back
        else:
            return False
    return all(pattern == "**" for pattern in patterns[place:])
