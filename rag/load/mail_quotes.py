"""The header of a mail, and which of its parts are not its writer's own.

These are quoted and forwarded mails, and signatures. They stay in the text, so that a reader sees
what was answered, and are no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.domain import Span
from rag.language.proper_names import UPPER
from rag.language.text import words
from rag.load.parse_dates import find_dates

# As programs name them in English, German, French, Spanish, Portuguese, Italian, Dutch, the
# languages of Scandinavia, and Russian.
_NAMES = {
    "from": "from von de da van fra från от",
    "to": "to cc an à pour para a aan til till кому",
    "subject": "subject re betreff objet sujet asunto assunto oggetto onderwerp emne ämne тема",
    "date": "date sent datum gesendet envoyé fecha enviado enviada data inviato verzonden dato"
    " sendt skickat дата отправлено",
}
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names.split()}
_FIELD = re.compile(
    r"[ \t]*\*?(?P<name>[^\W\d_][\w-]{0,40})(?: [^\W\d_]{1,2})?\*?[ \t]?:\*?"
    r"(?:[ \t]+(?P<value>\S.*))?"
)  # also "Enviado el: lunes", "*From:* Ada Lark"
_MOST_FIELDS = 200  # lines
_QUOTED = re.compile(r"[ \t]*(?:>|\|[ \t]*>)")
_RULED = re.compile(r"[ \t]*[-_*]{2,}[ \t]*[^\W\d_].{0,200}?[-_*]{2,}")  # "--- Forwarded by … ---"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_SENT_FROM = re.compile(r"(?:sent (?:from|via|with)|get outlook for) .{1,60}", re.IGNORECASE)
_SALUTATION = re.compile(rf"\s*(?:{UPPER}[\w.'’-]*[ ]?){{1,4}}[,:]")
_CLOSING = 5  # words of "With best regards from Orford,"
_MOST_LINES = 12  # of a signature
_LONGEST_LINE = 80  # characters of a line of one
_ATTRIBUTION = 4  # lines that "On Monday, … wrote:" may be wrapped to


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    start: int
    text: str  # without the blanks at its end

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def find_header(text: str, *, begins: int) -> tuple[Mapping[str, str], int] | None:
    """The header of a mail; None if there is none.

    A line above it may introduce it, as programs do when they send a mail on.

    Args:
        text: What may be a mail.
        begins: Where its header would, or what introduces it.

    Returns:
        The fields, by "from", "to", "subject" and "date" in any language, and others by their names
        in small letters; and where the last of them ends.
    """
    lines = list(_lines(text, begins))
    first = _introduced(lines)
    fields, count = _fields(lines, first)
    return (fields, lines[first + count - 1].end) if _is_header(fields) else None


def not_own(
    text: str, *, begins: int, writer: Collection[str] = (), older: bool = True
) -> tuple[Span, ...]:
    """Where a mail repeats others, or signs.

    Args:
        text: The mail.
        begins: Where its body begins, behind the header.
        writer: The words of the writer's name, in small letters.
        older: Whether the words of the mails that stand below are among it where no mark is before
            their lines, and not only the headers of these mails.
    """
    lines = list(_lines(text, begins))
    marked = [bool(_QUOTED.match(line.text)) for line in lines]
    _mark_salutation(lines, marked, 0)
    n = 0
    while n < len(lines):
        count = _parting(lines, marked, n)
        if count and older:
            count = len(lines) - n
        marked[n : n + count] = [True] * count
        n += count or 1
        if count:
            _mark_salutation(lines, marked, n)
    for n in range(len(lines)):
        if marked[n] and (n == 0 or not marked[n - 1]):
            _mark_attribution(lines, marked, n)
    for first in range(len(lines)):
        if not marked[first] and _begins_signature(lines, marked, first, writer):
            while first < len(lines) and not marked[first]:
                marked[first] = True
                first += 1
    return tuple(
        Span(start=line.start, end=line.end)
        for line, mark in zip(lines, marked, strict=True)
        if mark and line.text
    )


def holds_older(text: str, *, begins: int) -> bool:
    """Whether the mails of others stand below a mail with no mark before their lines."""
    lines = list(_lines(text, begins))
    marked = [bool(_QUOTED.match(line.text)) for line in lines]
    return any(_parting(lines, marked, n) for n in range(len(lines)))


def _lines(text: str, begins: int) -> Iterator[_Line]:
    position = begins
    for line in text[begins:].split("\n"):
        yield _Line(start=position, text=line.rstrip())
        position += len(line) + 1


def _fields(lines: Sequence[_Line], n: int) -> tuple[Mapping[str, str], int]:
    """The fields from a line on, by what they mean, and how many lines they take."""
    fields: dict[str, str] = {}
    last = ""
    count = 0
    for line in lines[n : n + _MOST_FIELDS]:
        match = _FIELD.fullmatch(line.text)
        name = match["name"].lower() if match else ""
        indented = line.text[:1] in (" ", "\t")
        if match and (name in _MEANING or not (last and indented)):
            last = _MEANING.get(name, name)
            fields.setdefault(last, (match["value"] or "").strip())
        elif last and indented:
            fields[last] = f"{fields[last]} {line.text.strip()}"
        else:
            break
        count += 1
    return fields, count


def _introduced(lines: Sequence[_Line]) -> int:
    """The line below "Begin forwarded message:" or the like at the top; else the first one."""
    top = next((n for n, line in enumerate(lines) if line.text), 0)
    text = lines[top].text
    if _FIELD.fullmatch(text) or not (_RULED.fullmatch(text) or _introduces(text)):
        return 0
    return next((n for n in range(top + 1, len(lines)) if lines[n].text), 0)


def _is_header(fields: Mapping[str, str]) -> bool:
    """Whether it tells who wrote to whom: "Date: …" and "Source: …" are above articles too."""
    return len(_NAMES.keys() & fields.keys()) > 2 or {"from", "message-id"} <= fields.keys()


def _parting(lines: Sequence[_Line], marked: Sequence[bool], n: int) -> int:
    """How many lines from there begin another mail, whose lines are not marked; mostly none."""
    if marked[n] or not lines[n].text:
        return 0
    if _FIELD.fullmatch(lines[n].text):
        if n and _FIELD.fullmatch(lines[n - 1].text):
            return 0  # else each line of a long interview would be read as often as it has lines
        fields, count = _fields(lines, n)
        above = _above(lines, n)
        ruled = above >= 0 and _RULED.fullmatch(lines[above].text)
        return count if ruled or _is_header(fields) else 0
    count = _attribution(lines, n)
    follow = range(n + count, len(lines))
    # Below lines that are marked as quoted, the writer may go on.
    quoted = next((marked[each] for each in follow if lines[each].text), False)
    return 0 if quoted else count


def _mark_salutation(lines: Sequence[_Line], marked: list[bool], n: int) -> None:
    """Mark the first line of a mail if it is a name and a comma, "Ada,"."""
    first = next((each for each in range(n, len(lines)) if lines[each].text), -1)
    if first >= 0 and not marked[first] and _SALUTATION.fullmatch(lines[first].text):
        marked[first] = first + 1 < len(lines)


def _above(lines: Sequence[_Line], n: int) -> int:
    """The last line above that is not blank, at most one blank line away; else -1."""
    return next((each for each in range(n - 1, max(-1, n - 3), -1) if lines[each].text), -1)


def _attribution(lines: Sequence[_Line], n: int) -> int:
    """How many lines from there say who wrote what follows, "On Monday, Ada Lark wrote:"."""
    if not _told(lines[n].text):
        return 0
    for count in range(1, _ATTRIBUTION + 1):
        parts = [line.text for line in lines[n : n + count]]
        if not all(parts) or n + count > len(lines):
            return 0
        whole = " ".join(parts)
        if whole.endswith(":") or _RULED.fullmatch(whole):
            return count if len(whole) <= 400 and _told(whole) > 1 else 0
    return 0


def _told(text: str) -> int:
    """How many of these a text has: an address, a day, a time."""
    return sum(map(bool, (_ADDRESS.search(text), find_dates(text), _TIME.search(text))))


def _mark_attribution(lines: Sequence[_Line], marked: list[bool], n: int) -> None:
    """Mark the lines right above quoted ones that say whose they are."""
    last = _above(lines, n)
    if last < 0 or marked[last]:
        return
    for first in range(max(0, last - _ATTRIBUTION + 1), last + 1):
        if not any(marked[first : last + 1]) and _attribution(lines, first) == last - first + 1:
            marked[first : last + 1] = [True] * (last - first + 1)
            return
    if _introduces(lines[last].text):
        marked[last] = True


def _introduces(text: str) -> bool:
    """Whether a line is "Ada Lark wrote:", without a day, or "--- Original message ---"."""
    found = text.split()
    verb = text.endswith(":") and len(found) <= 8 and found[0][0].isupper()
    return verb or _RULED.fullmatch(text) is not None


def _begins_signature(
    lines: Sequence[_Line], marked: Sequence[bool], n: int, writer: Collection[str]
) -> bool:
    text = lines[n].text
    if text == "--":
        return True
    if not (_SENT_FROM.fullmatch(text.strip().rstrip(",.!")) or _closes(lines, n, writer)):
        return False
    count = 0
    for below in range(n + 1, len(lines)):
        rest = lines[below].text.strip()
        if marked[below] or rest == "--":
            break
        count += bool(rest)
        if count > _MOST_LINES or len(rest) > _LONGEST_LINE:
            return False
    return True


def _closes(lines: Sequence[_Line], n: int, writer: Collection[str]) -> bool:
    """Whether a line is "Best regards,", in any language, with the writer's name under it."""
    closing = lines[n].text.split()
    if not 0 < len(closing) <= _CLOSING or closing[-1][-1] in ".!?:":
        return False
    comma = closing[-1].endswith(",")
    below = [line.text for line in lines[n + 1 : n + 3] if comma or line is lines[n + 1]]
    name = words(next(filter(None, below), ""))
    # Without a comma, "Bo Hansen" above could be another name of a list.
    return bool(name) and set(name) <= {*writer} and (comma or any(map(str.islower, closing)))
