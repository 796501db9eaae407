"""Real files whose text, title or date is known: how much of it the readers find.

    python bench/real.py --data ../shared

``real`` of the data has news pages with the text of each, news pages with the day of each, and wire
stories with the headline of each. A wrong day is worse than none, so both are counted. What a page
only shows to people is measured too: on the same pages without their meta tags and scripts, against
the day that these state.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from htmldate import find_date
from trafilatura import extract, extract_metadata, load_html

from rag.domain import Article
from rag.load.files import RawFile
from rag.load.parse import parse_file

Truth = Mapping[str, Mapping[str, Any]]
WIRE_DATE = "%d-%b-%Y 15:02:20.31"  # the line above a story on the wire, which the files lack
UNSTATED = "//meta | //link | //script"


def article(name: str, data: bytes) -> Article | None:
    """A file as the program reads it."""
    read = next(parse_file(RawFile(path=name, data=data, sha256="")))
    return read if isinstance(read, Article) else None


def citable(name: str, data: bytes) -> str:
    """What may be cited of it."""
    read = article(name, data)
    return "\n".join(read.text[span.start : span.end] for span in read.paragraphs) if read else ""


def token_f1(found: str, expected: str) -> float:
    """Agreement of two texts by their words, whatever their order."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def texts(folder: Path, truth: Truth) -> Iterator[str]:
    """Token F1 of the text of each page, and its mean."""
    ways: Mapping[str, Callable[[str, bytes], str]] = {
        "rag, what may be cited": citable,
        "trafilatura": lambda _, data: extract(load_html(data), include_comments=False) or "",
    }
    pages = {path: known["body"] for path, known in truth.items() if path.startswith("seb/")}
    yield f"Token F1 of the text of {len(pages)} news pages, mean over pages."
    yield from ("", "| reader | F1 | pages below 0.9 |", "|---|---:|---:|")
    for name, way in ways.items():
        scores = [
            token_f1(way(path, (folder / path).read_bytes()), body) for path, body in pages.items()
        ]
        below = sum(score < 0.9 for score in scores)
        yield f"| {name} | {statistics.fmean(scores):.4f} | {below} |"


def ours(path: str, data: bytes) -> str | None:
    """The day that the program gives a page."""
    read = article(path, data)
    return read.date.value if read else None


def days(folder: Path, truth: Truth) -> Iterator[str]:
    """Days right, missing and wrong, of the pages as they are and of what they show."""
    ways: Mapping[str, Callable[[str, bytes], str | None]] = {
        "rag": ours,
        "htmldate": lambda _, data: find_date(load_html(data), original_date=True),
        "htmldate, fast": lambda _, data: find_date(
            load_html(data), original_date=True, extensive_search=False
        ),
        "trafilatura": lambda _, data: extract_metadata(load_html(data)).date,
    }
    dated = {path: known["date"] for path, known in truth.items() if path.startswith("htmldate/")}
    yield f"Days of {len(dated)} pages. One of the days is that of an update, not of publication."
    yield from _days(ways, {path: (folder / path).read_bytes() for path in dated}, dated)
    pages = [path for path in truth if path.startswith(("htmldate/", "seb/"))]
    stated, shown = {}, {}
    for path in pages:
        data = (folder / path).read_bytes()
        day = extract_metadata(load_html(data), extensive=False).date
        if day and day == ours(path, data):
            stated[path] = day
            shown[path] = _only_shown(data)
    yield ""
    yield f"{len(stated)} pages without what they state for programs. A page may show an update."
    yield from _days(ways, shown, stated)


def _days(
    ways: Mapping[str, Callable[[str, bytes], str | None]],
    pages: Mapping[str, bytes],
    expected: Mapping[str, str],
) -> Iterator[str]:
    yield from ("", "| reader | right | none | wrong |", "|---|---:|---:|---:|")
    for name, way in ways.items():
        counts: Counter[str] = Counter()
        for path, data in pages.items():
            day = way(path, data)
            counts["right" if day == expected[path] else "wrong" if day else "none"] += 1
        yield f"| {name} | {counts['right']} | {counts['none']} | {counts['wrong']} |"


def _only_shown(data: bytes) -> bytes:
    from lxml.html import tostring

    tree: Any = load_html(data)
    for element in tree.xpath(UNSTATED):
        element.drop_tree()
    shown: bytes = tostring(tree, encoding="utf-8")
    return b'<meta charset="utf-8">' + shown


def wire(folder: Path, truth: Truth) -> Iterator[str]:
    """Headlines and days of wire stories."""
    stories = {path: known for path, known in truth.items() if path.startswith("reuters/")}
    titles = right = made_up = 0
    for path, known in stories.items():
        data = (folder / path).read_bytes()
        read = article(path, data)
        titles += read is not None and read.title.value == html.unescape(known["title"])
        made_up += read is not None and read.date.value is not None
        sent = _on_the_wire(known["date"]) + data
        right += ours(path, sent) == known["date"]
    total = len(stories)
    yield f"Wire stories: {titles} of {total} headlines right. No file says of which year it is:"
    yield f"{made_up} of {total} get a day. With the line that dates a story on the wire above it,"
    yield f"{right} of {total} get the right one."


def _on_the_wire(day: str) -> bytes:
    from datetime import date

    return (date.fromisoformat(day).strftime(WIRE_DATE).upper() + "\n").encode()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "real"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for number, part in enumerate((texts, days, wire)):
        if number:
            print()
        for line in part(folder, truth):
            print(line, flush=True)


if __name__ == "__main__":
    main()
