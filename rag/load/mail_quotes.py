"""Which parts of a message are not its writer's own: quoted and forwarded messages, signatures.

They stay in the text, so that a reader sees what was answered, and are no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.domain import Span
from rag.load.parse_dates import find_dates

_QUOTED = re.compile(r"[ \t]*(?:>|\|[ \t]*>)")
_RULED = re.compile(
    r"[ \t>]*(?:-{2,}|_{2,}|\*{2,})?[ \t]*(?:begin )?(?:original (?:message|appointment)"
    r"|forwarded (?:message|by)"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|message (?:d'origine|transféré)"
    r"|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht"
    r"|doorgestuurd bericht|opprinnelig melding|videresendt melding|ursprungligt meddelande)"
    r".{0,80}?[ \t]*(?:-{2,}|_{2,}|\*{2,}|:)[ \t]*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[ \t]*\*?(?:from|von|de|da|van|fra|från|sent|gesendet|envoyé|enviado|inviato|verzonden|sendt"
    r"|skickat|date|datum|fecha|data|dato|to|an|à|para|a|aan|til|till|cc|kopie|subject|betreff"
    r"|objet|asunto|oggetto|onderwerp|emne|ämne)\*?[ \t]*:\*?[ \t]+\S.*",
    re.IGNORECASE,
)
_FROM = re.compile(r"[ \t]*\*?(?:from|von|de|da|van|fra|från)\*?[ \t]*:", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_SIGNATURE = re.compile(r"--[ \t]*")
_SENT_FROM = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden|sendt|skickat) (?:from|von|de|depuis|desde"
    r"|da|dal|van|fra|från|via|mit) .{1,60}"
    r"|get outlook for .{1,40}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:best|kind|warm|many|with (?:best|kind)) )*(?:regards|wishes|thanks)|best|cheers"
    r"|(?:yours|sincerely|respectfully|faithfully|truly)(?: (?:yours|sincerely|faithfully|truly))?"
    r"|all the best|thank you|many thanks|(?:mit )?(?:freundliche[nm]?|beste[nm]?|viele|liebe"
    r"|herzliche[nm]?) gr[üu](?:ß|ss)en?|cordialement|bien à vous|saludos(?: cordiales)?"
    r"|un saludo|cordiali saluti|met vriendelijke groet(?:en)?|(?:med )?vennlig hilsen|mvh"
    r"|med vänliga hälsningar",
    re.IGNORECASE,
)
_MOST_LINES = 12  # of a signature under a closing
_LONGEST_LINE = 80  # characters of a line of one
_ATTRIBUTION = 4  # lines that "On Monday, … wrote:" may be wrapped to
_OPENINGS = re.compile(r"[ \t]*(?:on|am|le|el|il|op|den|på)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def not_own(text: str, *, begins: int = 0) -> tuple[Span, ...]:
    """Where a message repeats others, or signs.

    Args:
        text: The message.
        begins: Where its body begins, behind the header.
    """
    lines = list(_lines(text, begins))
    marked = [bool(_QUOTED.match(line.text)) for line in lines]
    end = next((n for n in range(len(lines)) if _begins_other(lines, marked, n)), len(lines))
    marked[end:] = [True] * (len(lines) - end)
    for n in range(len(lines)):
        if marked[n] and (n == 0 or not marked[n - 1]):
            _mark_attribution(lines, marked, n)
    for first in range(len(lines)):
        if not marked[first] and _begins_signature(lines, marked, first):
            while first < len(lines) and not marked[first]:
                marked[first] = True
                first += 1
    return tuple(
        Span(start=line.start, end=line.end)
        for line, mark in zip(lines, marked, strict=True)
        if mark and line.text
    )


def _lines(text: str, begins: int) -> Iterator[_Line]:
    position = begins
    for line in text[begins:].split("\n"):
        yield _Line(start=position, text=line)
        position += len(line) + 1


def _begins_other(lines: Sequence[_Line], marked: Sequence[bool], n: int) -> bool:
    """Whether another message stands from there to the end, without marks before its lines."""
    text = lines[n].text
    if marked[n] or not text.strip():
        return False
    if _RULED.fullmatch(text):
        return True
    if _FROM.match(text):  # the header that Outlook puts before what it repeats
        fields = [line.text for line in lines[n : n + 6] if line.text.strip()]
        return sum(bool(_FIELD.fullmatch(field)) for field in fields) >= 3
    return _attribution(lines, n) > 0 and not _goes_on_quoted(lines, marked, n)


def _attribution(lines: Sequence[_Line], n: int) -> int:
    """How many lines from there say who wrote what follows, "On Monday, Ada Lark wrote:"."""
    if not _OPENINGS.match(lines[n].text) and not find_dates(lines[n].text):
        return 0
    for count in range(1, _ATTRIBUTION + 1):
        parts = [line.text for line in lines[n : n + count]]
        if not all(part.strip() for part in parts) or n + count > len(lines):
            return 0
        whole = " ".join(parts).rstrip()
        if whole.endswith(":"):
            told = (_ADDRESS.search(whole), find_dates(whole), _TIME.search(whole))
            return count if len(whole) <= 400 and sum(map(bool, told)) > 1 else 0
    return 0


def _goes_on_quoted(lines: Sequence[_Line], marked: Sequence[bool], n: int) -> bool:
    """Whether the next lines are marked as quoted: then the writer may go on below them."""
    follow = range(n + _attribution(lines, n), len(lines))
    return next((marked[each] for each in follow if lines[each].text.strip()), False)


def _mark_attribution(lines: Sequence[_Line], marked: list[bool], n: int) -> None:
    """Mark the lines right above quoted ones that say whose they are."""
    last = next((each for each in range(n - 1, -1, -1) if lines[each].text.strip()), -1)
    if last < 0 or marked[last] or n - last > 2:
        return
    for first in range(max(0, last - _ATTRIBUTION + 1), last + 1):
        if not any(marked[first : last + 1]) and _attribution(lines, first) == last - first + 1:
            marked[first : last + 1] = [True] * (last - first + 1)
            return
    if _ends_in_verb(lines[last].text):
        marked[last] = True


def _ends_in_verb(text: str) -> bool:
    """Whether a line is "Ada Lark wrote:", without a day."""
    words = text.split()
    return text.rstrip().endswith(":") and len(words) <= 8 and words[0][0].isupper()


def _begins_signature(lines: Sequence[_Line], marked: Sequence[bool], n: int) -> bool:
    text = lines[n].text
    if _SIGNATURE.fullmatch(text):
        return True
    bare = text.strip().rstrip(",.!")
    if not (_CLOSING.fullmatch(bare) or _SENT_FROM.fullmatch(bare)):
        return False
    rest = []
    for line, mark in zip(lines[n + 1 :], marked[n + 1 :], strict=True):
        if mark or _SIGNATURE.fullmatch(line.text):
            break
        rest.append(line.text.strip())
    told = [line for line in rest if line]
    return len(told) <= _MOST_LINES and all(len(line) <= _LONGEST_LINE for line in told)
