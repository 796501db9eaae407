"""PDFs whose text and order are known: columns, headlines, notes, tables, drawn at random.

`bench/pdf.py` measures with them how libraries read, tests hold the reader to them.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0  # points of a page
LEFT, TOP = 56.0, 770.0
LEADING = 1.2  # of the font size
FONT = "Helvetica"
_WORDS = """
harbour council ferry engine crane quarry bridge lantern museum orchard station village factory
committee inspector director captain engineer secretary teacher farmer builder
announced repaired measured inspected delivered examined replaced recommended discovered
new old heavy narrow northern important expensive temporary wooden municipal
after before during without between because although while until under
the a its their every several most this that
report contract agreement timetable information government construction administration
""".split()
_COMPOUNDS = "vice-president well-known so-called two-part half-finished co-operative".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A text with the place where it is painted."""

    x: float
    y: float  # from the foot of the page
    text: str
    size: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A PDF, and what is to be read in it."""

    name: str
    data: bytes
    text: str
    rows: tuple[str, ...] = field(default=())  # of tables


def draw(pages: Iterable[Iterable[Placed]]) -> bytes:
    """A PDF with these texts, painted in this order; pages are larger where these need it."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=True)
    for page in pages:
        texts = list(page)
        below = max([0.0, *(placed.size - placed.y for placed in texts)])
        right = max(
            [WIDTH, *(p.x + stringWidth(p.text, FONT, p.size) + p.size for p in texts)]
        )  # fmt: skip
        canvas.setPageSize((right, HEIGHT + below))
        for placed in texts:
            canvas.setFont(FONT, placed.size)
            canvas.drawString(placed.x, placed.y + below, placed.text)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def sentences(rng: random.Random, count: int, *, compounds: bool = False) -> list[str]:
    """Sentences of everyday words; no two documents have the same."""
    vocabulary = [*_WORDS, *(_COMPOUNDS if compounds else ())]
    told = []
    for _ in range(count):
        words = [rng.choice(vocabulary) for _ in range(rng.randint(6, 16))]
        if rng.random() < 0.3:
            words.insert(rng.randrange(2, 5), f"{rng.randint(2, 99)},{rng.randint(100, 999)}")
        told.append(" ".join([words[0].capitalize(), *words[1:]]) + ".")
    return told


def wrap(
    text: str, width: float, *, size: float = 10.0, rng: random.Random | None = None
) -> list[str]:
    """Break a text into lines; with ``rng``, words are broken too where lines end."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if stringWidth(longer, FONT, size) <= width:
            line = longer
            continue
        if rng and (at := _break(word, rng)):
            head = f"{line} {word[:at]}{'' if word[at - 1] == '-' else '-'}".strip()
            if stringWidth(head, FONT, size) <= width:
                line, word = head, word[at:]
        if line:
            lines.append(line)
        line = word
    return [*lines, line] if line else lines


def _break(word: str, rng: random.Random) -> int:
    if "-" in word:
        return word.index("-") + 1
    return rng.randint(4, len(word) - 4) if len(word) > 8 and word.isalpha() else 0


def in_columns(
    rng: random.Random,
    *,
    columns: int,
    by_row: bool,
    bands: int = 1,
    broken: bool = False,
    gutter: float = 18.0,
) -> Drawn:
    """A page of columns; more than one band has a headline across before each.

    Args:
        rng: The document is one of many.
        columns: How many.
        by_row: Whether the first lines of all columns are painted first.
        bands: How often columns end and begin again below.
        broken: Whether words are broken where lines end.
        gutter: Points between two columns.
    """
    size, width = 10.0, (WIDTH - 2 * LEFT - (columns - 1) * gutter) / columns
    y = TOP
    told: list[str] = []
    painted: list[Placed] = []
    for _ in range(bands):
        if bands > 1:
            headline = " ".join(rng.choice(_WORDS) for _ in range(8)).capitalize()
            painted.append(Placed(x=LEFT, y=y, text=headline, size=18.0))
            told.append(headline)
            y -= 30.0
        text = " ".join(sentences(rng, 10 * columns, compounds=broken))
        told.append(text)
        lines = wrap(text, width, size=size, rng=rng if broken else None)
        height = -(-len(lines) // columns)
        grid = [
            [
                Placed(x=LEFT + n * (width + gutter), y=y - row * LEADING * size, text=line)
                for row, line in enumerate(lines[n * height : (n + 1) * height])
            ]
            for n in range(columns)
        ]
        painted += _by_row(grid) if by_row else [line for column in grid for line in column]
        y -= height * LEADING * size + 24.0
    order = "row" if by_row else "column"
    name = f"{columns} columns by {order}{', headlines' if bands > 1 else ''}"
    return Drawn(
        name=f"{name}{', hyphens' if broken else ''}", data=draw([painted]), text=" ".join(told)
    )


def _by_row(grid: Sequence[Sequence[Placed]]) -> Iterator[Placed]:
    for row in range(max(map(len, grid))):
        yield from (column[row] for column in grid if row < len(column))


def with_notes(rng: random.Random) -> Drawn:
    """Two pages with a head; a sentence runs over the break, below which a note stands."""
    text = sentences(rng, 24)
    noted = rng.randrange(3, 8)
    lines = wrap(" ".join(text), WIDTH - 2 * LEFT)
    half = len(lines) // 2 + 1
    note = sentences(rng, 1)[0]
    pages = []
    for number, part in enumerate((lines[:half], lines[half:]), start=1):
        page = [Placed(x=LEFT, y=800.0, text="Harbour Report 2021")]
        for row, line in enumerate(part):
            page += _marked(line, TOP - row * 12.0, text[noted])
        if number == 1:
            page.append(Placed(x=LEFT, y=80.0, text="1", size=6.0))
            page.append(Placed(x=LEFT + 5, y=77.0, text=note, size=8.0))
        page.append(Placed(x=290.0, y=40.0, text=f"Page {number} of 2"))
        pages.append(page)
    return Drawn(name="notes, page break", data=draw(pages), text=f"{' '.join(text)} {note}")


def _marked(line: str, y: float, sentence: str) -> Iterator[Placed]:
    """A line, with a raised 1 after the end of a sentence, where that stands in it."""
    last = " ".join(sentence.split()[-2:])
    at = line.find(last) + len(last) if last in line else 0
    yield Placed(x=LEFT, y=y, text=line[:at] if at else line)
    if at:
        x = LEFT + stringWidth(line[:at], FONT, 10.0)
        yield Placed(x=x, y=y + 3.5, text="1", size=6.0)
        yield Placed(x=x + 4.0, y=y, text=line[at:])


def with_table(rng: random.Random) -> Drawn:
    """Prose, a table, prose."""
    first, last = (" ".join(sentences(rng, 6)) for _ in range(2))
    rows = [
        (rng.choice(_WORDS).capitalize(), f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}",
         f"{rng.randint(1, 99)},{rng.randint(100, 999)}")
        for _ in range(8)
    ]  # fmt: skip
    y = TOP
    painted = []
    for text in (first, None, last):
        if text:
            for line in wrap(text, WIDTH - 2 * LEFT):
                painted.append(Placed(x=LEFT, y=y, text=line))
                y -= 12.0
        else:
            for row in rows:
                y -= 14.0
                painted += [Placed(x=x, y=y, text=cell) for x, cell in zip((60, 200, 400), row)]  # noqa: B905
            y -= 28.0
    told = tuple(" ".join(row) for row in rows)
    return Drawn(name="table", data=draw([painted]), text=" ".join([first, *told, last]), rows=told)


def documents(seeds: int) -> Iterator[Drawn]:
    """All kinds, each so many times."""
    for seed in range(seeds):
        rng = random.Random(seed)
        yield in_columns(rng, columns=1, by_row=False)
        for columns in (2, 3):
            for by_row in (False, True):
                yield in_columns(rng, columns=columns, by_row=by_row)
        yield in_columns(rng, columns=2, by_row=True, bands=2)
        yield in_columns(rng, columns=3, by_row=False, bands=2)
        yield in_columns(rng, columns=2, by_row=True, broken=True)
        yield with_notes(rng)
        yield with_table(rng)
