"""Who said what: statements found by the product against attributions annotated by hand (PolNeAR).

    python bench/statements.py --data ../shared/data/polnear

Articles are loaded as for an index. Of an article that several people annotated, the first file
counts. The bars ask for direct quotations, so quotations are compared one by one: one is right when
most of it lies inside of what is attributed. Whole contents match from half of their characters on
(of both together), each to one other.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.domain import Article, Statement, StatementKind
from rag.language.quotations import find_quotations
from rag.language.text import fold
from rag.load.parse import load_folder
from rag.statements.find import find_statements
from rag.statements.titles import last_name

SAME = 0.5  # share of two contents' characters that both have
_PRONOUNS = frozenset("he she they it we i you who others republicans democrats".split())
_NAME = re.compile(r"(?:[A-Z][\w.’'-]*\s?(?:\([^)]*\))?){1,7}")

Places = frozenset[int]  # of characters


@dataclass(frozen=True, slots=True)
class Annotated:
    """An attribution as a person marked it."""

    source: tuple[tuple[int, int], ...]
    content: Places


@dataclass(frozen=True, slots=True)
class Compared:
    """One article: what is annotated, what is found, and which of them go together."""

    article: Article
    annotated: list[Annotated]
    found: list[Statement]
    pairs: dict[int, int]  # place in annotated -> place in found


def read_annotations(path: Path) -> list[Annotated]:
    """Read a brat file: its events with their sources and contents."""
    spans: dict[str, tuple[tuple[int, int], ...]] = {}
    events: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        id, _, rest = line.partition("\t")
        if id.startswith("T"):
            places = rest.partition("\t")[0].partition(" ")[2]
            spans[id] = tuple(
                (int(start), int(end))
                for start, end in (part.split() for part in places.split(";"))
            )
        elif id.startswith("E"):
            events.append(rest.split())
    found = []
    for event in events:
        roles = [role.partition(":") for role in event]
        source = [span for role, _, id in roles if role.startswith("Source") for span in spans[id]]
        content = [
            span for role, _, id in roles if role.startswith("Content") for span in spans[id]
        ]
        if content:
            found.append(
                Annotated(
                    source=tuple(source),
                    content=frozenset(place for span in content for place in range(*span)),
                )
            )
    return found


def compare(folder: Path) -> Iterator[Compared]:
    """Read every annotated article and pair off the contents, those most alike first."""
    for article in load_folder([folder / "text"]):
        notes = sorted((folder / "attributions").glob(f"{Path(article.path).stem}_*.ann"))
        if not notes or not isinstance(article, Article):
            continue
        annotated, found = read_annotations(notes[0]), find_statements(article)
        yield Compared(article, annotated, found, _paired(annotated, found, article.text))


def _paired(
    annotated: Sequence[Annotated], found: Sequence[Statement], text: str
) -> dict[int, int]:
    ours = [_bare(content_of(one), text) for one in found]
    theirs = [_bare(one.content, text) for one in annotated]
    alike = sorted(
        (
            (len(a & b) / len(a | b), i, j)
            for i, a in enumerate(theirs)
            for j, b in enumerate(ours)
            if a & b
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for share, i, j in alike:
        if share >= SAME and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def content_of(one: Statement) -> Places:
    """The characters of what is said."""
    return frozenset(place for span in one.content for place in range(span.start, span.end))


def _bare(places: Places, text: str) -> Places:
    """Without spaces and marks, about which annotators differ."""
    return frozenset(place for place in places if text[place].isalnum())


def rows(compared: Sequence[Compared]) -> Iterator[tuple[str, str, str]]:
    """Figure, value and bar."""
    gold = ours = both = 0
    for one in compared:
        inside = frozenset[int]().union(*(note.content for note in one.annotated))
        direct = [s for s in one.found if s.kind is StatementKind.DIRECT]
        said = frozenset[int]().union(*map(content_of, direct))
        for quotation in find_quotations(one.article.text, one.article.paragraphs):
            places = range(quotation.inner.start, quotation.inner.end)
            right = 2 * sum(place in inside for place in places) > len(places)
            given = 2 * sum(place in said for place in places) > len(places)
            gold, ours, both = gold + right, ours + given, both + (right and given)
    yield f"direct quotations: recall ({gold})", _share(both, gold), ">= 0.92"
    yield f"direct quotations: precision ({ours})", _share(both, ours), ">= 0.92"
    yield from _speaker_rows(compared)
    for kind in StatementKind:
        yield from _content_rows(compared, kind)


def _speaker_rows(compared: Sequence[Compared]) -> Iterator[tuple[str, str, str]]:
    """Whether the speaker of a direct statement is who the annotated source names."""
    named = right = silent = 0
    for one in compared:
        for i, j in one.pairs.items():
            note, statement = one.annotated[i], one.found[j]
            name = _name(one.article.text, note)
            if name and statement.kind is StatementKind.DIRECT:
                named += 1
                silent += statement.speaker is None
                last = last_name(statement.speaker).split() if statement.speaker else []
                right += bool(last) and last[0] in fold(name)
    yield f"speaker right where the source is a name ({named})", _share(right, named), ">= 0.90"
    yield "of these left unknown", _share(silent, named), ""


def _name(text: str, note: Annotated) -> str | None:
    if not note.source:
        return None
    start, end = note.source[0]
    written = text[start:end].split(",")[0].strip()
    first = fold(written).split()[:1]
    is_name = (
        _NAME.fullmatch(written) and first and first[0] not in {*_PRONOUNS, "the", "his", "her"}
    )
    return written if is_name else None


def _content_rows(
    compared: Sequence[Compared], kind: StatementKind
) -> Iterator[tuple[str, str, str]]:
    """Contents of a kind: a person's mark counts as direct where it holds a quotation."""
    gold = found = content = source = 0
    for one in compared:
        quoted = frozenset(
            place
            for quotation in find_quotations(one.article.text, one.article.paragraphs)
            for place in range(quotation.inner.start, quotation.inner.end)
        )
        mine = [s.kind is kind for s in one.found]
        found += sum(mine)
        for i, note in enumerate(one.annotated):
            if bool(note.content & quoted) != (kind is StatementKind.DIRECT):
                continue
            gold += 1
            if i in one.pairs:
                content += 1
                source += _same_source(note, one.found[one.pairs[i]])
    recall, precision = source / max(1, gold), source / max(1, found)
    f1 = 2 * recall * precision / max(1e-9, recall + precision)
    name = f"{kind.value} contents"
    yield f"{name}: recall ({gold})", _share(content, gold), ""
    yield f"{name}: precision ({found})", _share(content, found), ""
    bar = "aim >= 0.60" if kind is StatementKind.INDIRECT else ""
    yield f"{name} with their source: F1", f"{f1:.3f}", bar


def _same_source(note: Annotated, statement: Statement) -> bool:
    """Whether what we take for the source lies in what the annotator marked."""
    if statement.source is None:
        return False
    return any(
        start < statement.source.end and statement.source.start < end for start, end in note.source
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else ""


def main() -> None:
    """Compare and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    compared = list(compare(options.data))
    print(f"{len(compared)} articles; in brackets: how many.\n")
    print("| figure | value | bar |")
    print("|---|---|---|")
    for name, value, bar in rows(compared):
        print(f"| {name} | {value} | {bar} |")


if __name__ == "__main__":
    main()
