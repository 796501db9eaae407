"""The title that a file's name holds, "2023-05-09 Harbour meeting.txt", where it is in words.

Names that a camera, a scanner or a program gave are none, and neither are the titles that programs
write into files: they would be shown, searched and read as what the article is about.
"""

from __future__ import annotations

import re
import unicodedata

from rag.language.text import fold
from rag.load.outlet_names import is_outlet

_SUFFIX = re.compile(r"\.[A-Za-z]{2,8}$")
_COPY = re.compile(
    r"\s*\(\d{1,3}\)\s*$|[\s_-]+copy(?:\s*\(?\d+\)?)?\s*$|^copy of\s+", re.IGNORECASE
)
# A day in digits with its time, where it stands at an end of the name: the date of the article.
_DAY = r"(?:1[6-9]|20)\d\d[-_.]?\d\d[-_.]?\d\d"
_STAMP = rf"{_DAY}(?:[T_ -]+\d\d[-_.:h]?\d\d(?:[-_.:]?\d\d)?Z?)?"
_DATED = re.compile(rf"^{_STAMP}(?=[\W_]|$)[\W_]*|[\W_]*(?<!\d){_STAMP}$")
_DATE_INSIDE = re.compile(rf"(?<=[-_.]){_DAY}(?=[-_.])")  # of "alta-2021-05-04-pier-closed"
# "reuters_" of "reuters_2021-05-04-pier-closed".
_BEFORE_DAY = re.compile(rf"^(?P<outlet>[^\W\d_][\w.-]{{1,30}}?)_(?={_DAY}(?:\D|$))")
_SERIAL = re.compile(  # as programs add them: 0f3a9b7c2d1e4f5a
    r"(?<![^\W_])(?=[^\W_]*[a-f])(?=[^\W_]*\d)[0-9a-f]{8,}(?![^\W_])", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+")
_YEAR_OR_MARK = re.compile(r"(?:1[6-9]|20)\d\d|[^\W\d_]\w{1,3}")  # or "Q3", "G20"
_HEX = re.compile(r"[0-9a-f]{6,}")
_VOWEL = re.compile(r"[aeiouy]|[^\x00-\x7f]")
_ALONE = 4  # letters of a single word that is a title: fewer are mostly an abbreviation
# What programs, scanners and people in a hurry call a file.
_SAYS_NOTHING = frozenset(
    "untitled unnamed unknown document documents doc docx pdf file files text txt page pages note"
    " notes new image images img picture pic photo foto dsc dscn dscf scan scanned scanner"
    " screenshot screen shot article articles story item entry draft final copy version ver rev"
    " backup temp tmp test sample example output export download downloaded attachment message mail"
    " email readme index default main content contents body data html htm unbenannt dokument datei"
    " seite neu neue ohne titel sans titre nouveau sin titulo documento nuevo senza nome naamloos"
    " uten namn navn the of and to a an no number nr part teil".split()
)

# Of titles, which may be made of fewer words than the names of files: "The final story" is one.
_PROGRAM_WORDS = frozenset(
    "untitled unnamed no title new document doc page slide print printing presentation powerpoint"
    " anonymous index home homepage default unbenannt unbenanntes ohne titel dokument seite neu"
    " neues sans titre nouveau sin titulo documento nuevo senza titolo nuovo sem naamloos"
    " uten navn tittel namnlost".split()
) | {""}
_BY_PROGRAM = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|powerpoint[- ]pr.s.ntation.*"
    r"|.+\.(?:docx?|odt|rtf|indd|qxd|tex|pdf|html?|txt|pptx?|xlsx?)",
    re.IGNORECASE,
)


def title_in_name(path: str) -> str | None:
    """The title in a file's name; None where the name is not in words.

    Args:
        path: The article's path in the corpus.

    >>> title_in_name("notes/2023-05-09 Harbour meeting.txt"), title_in_name("IMG_2034.txt")
    ('Harbour meeting', None)
    """
    name = _SUFFIX.sub("", unicodedata.normalize("NFC", path.rsplit("/", 1)[-1]))
    if "\\" in name:  # a byte that is no text stands in it
        return None
    if outlet_in_name(path):
        name = _BEFORE_DAY.sub("", name)
    for furniture in (_COPY, _SERIAL, _DATED):
        name = furniture.sub("", name).strip()
    if " " not in name:
        name = re.sub(r"[_.+-]+|%20", " ", _DATE_INSIDE.sub(" ", name))
    title = " ".join(name.replace("_", " ").split()).strip(" -–—.,;+")
    return title if _is_in_words(title) else None


def outlet_in_name(path: str) -> str | None:
    """The outlet in a file's name: one word before the day, where the title follows.

    Args:
        path: The article's path in the corpus.

    >>> outlet_in_name("herald_2023-05-09_harbour-meeting.txt")
    'herald'
    >>> outlet_in_name("harbour_meeting_2023-05-09.txt")
    """
    name = _SUFFIX.sub("", path.rsplit("/", 1)[-1])
    match = _BEFORE_DAY.match(name)
    if match is None:
        return None
    words = match["outlet"].replace("_", " ")
    if is_outlet(words.title()) or is_outlet(words.upper()):
        return words
    titled = _is_in_words(" ".join(_TOKEN.findall(_DATED.sub("", name[match.end() :]))))
    return words if titled and " " not in words else None


def says_nothing(title: str) -> bool:
    """Whether a title is what a program writes where nobody wrote one.

    >>> says_nothing("Untitled document"), says_nothing("Untitled painting sold")
    (True, False)
    """
    words = [word.strip("0123456789") for word in _TOKEN.findall(fold(title))]
    return bool(_BY_PROGRAM.fullmatch(title)) or all(word in _PROGRAM_WORDS for word in words)


def _is_in_words(title: str) -> bool:
    """Whether two words of it say something, or one that stands alone or beside "2024", "Q3"."""
    tokens = _TOKEN.findall(title)
    said = [token for token in tokens if _says_something(fold(token))]
    if len(said) != 1:
        return len(said) > 1
    long = len(said[0]) >= _ALONE or not said[0].isascii()
    return long and all(token.isalpha() or _YEAR_OR_MARK.fullmatch(token) for token in tokens)


def _says_something(word: str) -> bool:
    return (
        len(word) > 1
        and word.isalpha()
        and word not in _SAYS_NOTHING
        and bool(_VOWEL.search(word))
        and not _HEX.fullmatch(word)
    )
