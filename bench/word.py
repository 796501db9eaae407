"""Readers of Word files: which words they lose, and which come out that Word does not show.

    pip install --target=/tmp/word-readers docx2python==3.7.1 mammoth==1.13.0
    PYTHONPATH=/tmp/word-readers:. python bench/word.py --data ../shared

Held against the oracle (word_oracle.py) over real files (``real/docx`` of the data) and over files
made at random of all that words can stand in (word_files.py). The libraries are for this comparison
alone; one that is not installed is passed over. ``moved`` counts the words that stand in another
order, those of text boxes and notes left out: where these go is a matter of taste.
"""

from __future__ import annotations

import argparse
import io
import re
import time
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

from word_files import word_file
from word_oracle import shown_words

from rag.load.docx import extract_docx

MADE = 300  # files at random
MARKS = re.compile(
    r"----[^-]*----|^\s*(?:footnote|endnote)\d+\)|^\s*(?:--|\w{1,3}\))\t|</?(?:a|span)\b[^>]*>",
    re.MULTILINE,
)


@dataclass(kw_only=True)
class Tally:
    """What became of the words of some files."""

    failed: int = 0
    lost: int = 0
    unshown: int = 0
    moved: int = 0
    damaged: int = 0  # files that lose or gain a word, or fail
    seconds: float = 0.0


def python_docx(data: bytes) -> str:
    """As the program read them until now: what python-docx gives for paragraphs and tables."""
    from docx import Document
    from docx.table import Table

    pieces: list[str] = []
    seen: list[Any] = []
    for item in Document(io.BytesIO(data)).iter_inner_content():
        if not isinstance(item, Table):
            pieces.append(item.text)
            continue
        for row in item.rows:
            cells = [cell._tc for cell in row.cells]
            pieces += [
                cell.text for cell, tc in zip(row.cells, cells, strict=True) if tc not in seen
            ]
            seen += cells
    return "\n".join(pieces)


def docx2python(data: bytes) -> str:
    """What docx2python gives, without its marks of notes and lists as far as they can be told."""
    from docx2python import docx2python as read
    from docx2python.iterators import iter_paragraphs

    with read(io.BytesIO(data)) as content:
        parts = (content.body, content.footnotes, content.endnotes)
        text = "\n".join(line for part in parts for line in iter_paragraphs(part))
    return MARKS.sub("", text)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.pieces += ["\n"] if tag in ("p", "li", "td", "th", "br", "h1", "h2", "h3") else []


def mammoth(data: bytes) -> str:
    """What mammoth gives as HTML, without its marks of notes."""
    import mammoth as library

    page = _Text()
    page.feed(library.convert_to_html(io.BytesIO(data)).value)
    return re.sub(r"\[\d+\]|↑", "", "".join(page.pieces))


def ours(data: bytes) -> str:
    """What the program reads."""
    return extract_docx(data).text


READERS: Mapping[str, Callable[[bytes], str]] = {
    "python-docx": python_docx,
    "docx2python": docx2python,
    "mammoth": mammoth,
    "ours": ours,
}


def words(text: str) -> list[str]:
    """The words of a text; bars between cells are none."""
    text = unicodedata.normalize("NFKC", text).replace("\xad", "").replace("\u2010", "-")
    return [each for each in text.split() if each != "|"]


def compare(name: str, files: Iterator[tuple[str, bytes]], *, tell: bool) -> Tally:
    """Read all files with one reader."""
    tally = Tally()
    for path, data in files:
        expected = words(" ".join(shown_words(data)))
        start = time.perf_counter()
        try:
            found = words(READERS[name](data))
        except ModuleNotFoundError:
            raise  # the library itself is not there
        # Whatever a library raises, it has not read the file.
        except Exception as error:
            tally.failed += 1
            tally.damaged += 1
            tally.lost += len(expected)
            if tell:
                print(f"    {name}: {path}: {type(error).__name__}: {str(error)[:80]}")
            continue
        finally:
            tally.seconds += time.perf_counter() - start
        lost, more = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
        flow = words(" ".join(shown_words(data, beside=False)))
        matches = SequenceMatcher(a=flow, b=found, autojunk=False).get_matching_blocks()
        tally.lost += lost.total()
        tally.unshown += more.total()
        kept = (Counter(flow) & Counter(found)).total()
        tally.moved += kept - sum(match.size for match in matches)
        tally.damaged += bool(lost or more)
        if tell and (lost or more):
            print(f"    {name}: {path}: lost {list(lost)[:4]}, not shown {list(more)[:4]}")
    return tally


def made() -> Iterator[tuple[str, bytes]]:
    """Files made at random, the same each time, every fourth of them in the strict form."""
    for seed in range(MADE):
        yield f"file {seed}", word_file(Random(seed), strict=seed % 4 == 0).data


def real(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The Word files of a folder."""
    for path in sorted(folder.rglob("*.docx")):
        if zipfile.is_zipfile(path):
            yield path.name, path.read_bytes()


def main() -> None:
    """Print a table for each of the two kinds of files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--tell", action="store_true", help="name the words of real files")
    told = parser.parse_args()
    sources: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
        "real": lambda: real(told.data / "real" / "docx"),
        "made": made,
    }
    for kind, files in sources.items():
        every = [shown_words(data) for _, data in files()]
        print(f"\n{len(every)} {kind} files, {sum(map(len, every)):,} words shown\n")
        print("| reader | lost | not shown, but read | moved | files with a fault | failed | s |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for name in READERS:
            try:
                tally = compare(name, files(), tell=told.tell and kind == "real")
            except ModuleNotFoundError as error:
                print(f"| {name} | not installed: {error.name} |")
                continue
            print(
                f"| {name} | {tally.lost:,} | {tally.unshown:,} | {tally.moved:,}"
                f" | {tally.damaged} | {tally.failed} | {tally.seconds:.1f} |"
            )


if __name__ == "__main__":
    main()
