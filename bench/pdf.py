"""How libraries read PDFs: words lost and made up, the order of reading, time and memory.

    pip install pypdf pypdfium2
    python bench/pdf.py --data ../shared

Two kinds of files: PDFs that are drawn here, whose text is known, and the real ones under
``--data``/real/pdf. Of those nobody knows the text: words are counted as lost that half of the
libraries or more find and one does not. `rag` loses running heads, numbers of pages and the halves
of broken words on purpose; the libraries keep them, which counts as made up where the text is
known. Each library runs in a process with the limits of `rag.limits`. What is compared and not part
of `rag` has to be installed for this alone.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from drawn_pdf import Drawn, documents

from rag.limits import DEFAULT, MEGABYTE
from rag.load.garbled import is_garbled, is_signs
from rag.load.pdf_page import Word

_WORD = re.compile(r"\w+(?:[-.,’']\w+)*")


def with_rag(data: bytes) -> str:
    """The reader of `rag`: pdfminer.six for the glyphs, its own order."""
    from rag.load.pdf import extract_pdf

    return extract_pdf(data).text


def with_pdfminer(data: bytes) -> str:
    """pdfminer.six with its own analysis of the layout."""
    import io

    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


def with_pypdf(data: bytes) -> str:
    """Pypdf, in the order of painting."""
    return _pypdf(data)


def with_pypdf_layout(data: bytes) -> str:
    """Pypdf, which lays the text out as the page does."""
    return _pypdf(data, extraction_mode="layout")


def _pypdf(data: bytes, **mode: Any) -> str:
    import io
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    return "\n".join(page.extract_text(**mode) for page in reader.pages)


def with_pdfium(data: bytes) -> str:
    """pypdfium2, in its own order."""
    from pypdfium2 import PdfDocument

    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(data))


def with_pdfium_boxes(data: bytes) -> str:
    """pypdfium2 for the glyphs, the order of `rag`."""
    from pypdfium2 import PdfDocument

    from rag.load.joining import join_pages
    from rag.load.reading_order import read_lines

    return join_pages([read_lines(_pdfium_words(page)) for page in PdfDocument(data)])


def _pdfium_words(page: Any) -> list[Word]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    words: list[Word] = []
    spaced = False
    for at in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text, at))
        if not letter.strip() or raw.FPDFText_IsGenerated(text, at) == 1:
            spaced = True
            continue
        left, bottom, right, _ = text.get_charbox(at, loose=True)
        size = raw.FPDFText_GetFontSize(text, at)
        letter = "-" if raw.FPDFText_IsHyphen(text, at) == 1 else letter
        last = words[-1] if words else None
        level = last is not None and abs(last.y + bottom) < 0.05 * size
        if last and level and not spaced and abs(left - last.x1) < 0.17 * size:
            words[-1] = last._replace(text=last.text + letter, x1=right)
        else:
            words.append(Word(letter, left, right, -bottom, size, spaced))
        spaced = False
    return words


READERS: dict[str, Callable[[bytes], str]] = {
    "rag": with_rag,
    "pdfminer": with_pdfminer,
    "pypdf": with_pypdf,
    "pypdf layout": with_pypdf_layout,
    "pdfium": with_pdfium,
    "pdfium + our order": with_pdfium_boxes,
}


def read_all(name: str, folder: Path) -> None:
    """In a process of its own: read every file of a folder and print what came out as JSON."""
    reader = READERS[name]
    reader(next(iter(documents(1))).data)  # what the library takes itself does not count
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = held * resource.getpagesize() + DEFAULT.parse_megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGALRM, _late)
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        start = time.perf_counter()
        signal.alarm(int(DEFAULT.parse_seconds))
        try:
            found: dict[str, object] = {"text": reader(data)}
        except Exception as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        signal.alarm(0)
        took = time.perf_counter() - start
        print(json.dumps({"file": path.name, "seconds": took, **found}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"megabytes": (peak - began) / 1024}))


def _late(number: int, frame: object) -> None:
    raise TimeoutError


def words_of(text: str) -> list[str]:
    """The words of a text, as they are compared: in small letters, ligatures apart."""
    for ligature, letters in (("\ufb00", "ff"), ("\ufb01", "fi"), ("\ufb02", "fl")):
        text = text.replace(ligature, letters)
    return [word.casefold() for word in _WORD.findall(text)]


def run(name: str, folder: Path) -> list[dict[str, object]]:
    """What a reader makes of the files of a folder, and the memory that it takes."""
    command = [sys.executable, __file__, "--reader", name, "--data", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def on_drawn(drawn: dict[str, Drawn], found: Sequence[dict[str, object]]) -> dict[str, list[float]]:
    """Kind of document -> percent of words lost and made up, and of pairs of words kept."""
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for entry in found:
        if "file" not in entry:
            continue
        one = drawn[str(entry["file"])]
        true, read = words_of(one.text), words_of(str(entry.get("text", "")))
        own, theirs = Counter(true), Counter(read)
        pairs, kept = Counter(pairwise(true)), Counter(pairwise(read))
        figures = (
            (own - theirs).total(), (theirs - own).total(), own.total(),
            (pairs & kept).total(), pairs.total(),
        )  # fmt: skip
        for kind in (one.name, "all"):
            counts[kind] = [a + b for a, b in zip(counts[kind], figures, strict=True)]
    return {
        kind: [100 * lost / words, 100 * made / words, 100 * kept / pairs]
        for kind, (lost, made, words, kept, pairs) in counts.items()
    }


def on_real(found: dict[str, list[dict[str, object]]]) -> Iterator[tuple[str, list[str]]]:
    """Reader -> files read, files garbled, words lost and words of its own, seconds, megabytes."""
    texts = {
        name: {str(one["file"]): str(one.get("text", "")) for one in entries if "file" in one}
        for name, entries in found.items()
    }
    counted = {
        name: {file: Counter(words_of(text)) for file, text in files.items()}
        for name, files in texts.items()
    }
    usual: dict[str, Counter[str]] = {}
    for file in next(iter(counted.values())):
        every = [counts[file] for counts in counted.values()]
        seen = set().union(*every)
        usual[file] = Counter({w: int(median(counts[w] for counts in every)) for w in seen})
    total = sum(counts.total() for counts in usual.values())
    for name, entries in found.items():
        lost = sum((usual[file] - counted[name][file]).total() for file in usual)
        own = sum((counted[name][file] - usual[file]).total() for file in usual)
        garbled = [f for f, text in texts[name].items() if is_garbled(text) or is_signs(text)]
        yield (
            name,
            [
                str(sum(bool(text.strip()) for text in texts[name].values())),
                str(len(garbled)),
                f"{100 * lost / total:.2f}",
                f"{100 * own / total:.2f}",
                f"{sum(float(str(one['seconds'])) for one in entries if 'file' in one):.1f}",
                f"{float(str(entries[-1]['megabytes'])):.0f}",
            ],
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parent.parent.parent / "shared")
    parser.add_argument("--seeds", type=int, default=10, help="documents of each kind")
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader:
        read_all(options.reader, options.data)
        return
    drawn = {f"{n:03d}.pdf": one for n, one in enumerate(documents(options.seeds))}
    with tempfile.TemporaryDirectory() as folder:
        for file, one in drawn.items():
            (Path(folder) / file).write_bytes(one.data)
        figures = {name: on_drawn(drawn, run(name, Path(folder))) for name in READERS}
    print(f"### {len(drawn)} drawn PDFs: words lost %, made up %, pairs of words kept %\n")
    print(f"| drawn | {' | '.join(READERS)} |\n|---|{'---|' * len(READERS)}")
    for kind in sorted(figures["rag"], key="all".__eq__):
        cells = (" ".join(f"{value:.1f}" for value in figures[name][kind]) for name in READERS)
        print(f"| {kind} | {' | '.join(cells)} |")
    real = options.data / "real" / "pdf"
    rows = list(on_real({name: run(name, real) for name in READERS}))
    print(f"\n### {len(list(real.iterdir()))} real PDFs\n")
    print("| reader | with text | garbled | words lost % | of its own % | seconds | MB |")
    print("|---|---|---|---|---|---|---|")
    for name, values in rows:
        print(f"| {name} | {' | '.join(values)} |")


if __name__ == "__main__":
    main()
