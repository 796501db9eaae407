"""The articles of an index with passages and sentences, and the files that are not articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.domain import Article, Found, Origin, Skipped, Source, Span
from rag.store.unread_parts import pack_lines, pack_spans, unpack_lines, unpack_spans

SCHEMA = """
CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha256 TEXT, seen TEXT, text TEXT,
    title TEXT, title_origin TEXT, outlet TEXT, outlet_origin TEXT, date TEXT, date_origin TEXT,
    left_out TEXT, part_of TEXT, url TEXT, ocr TEXT);
CREATE INDEX articles_by_file ON articles (part_of);
CREATE TABLE passages (id INTEGER PRIMARY KEY, article INTEGER, start INTEGER, stop INTEGER,
    words TEXT, vector BLOB);
CREATE TABLE sentences (id INTEGER PRIMARY KEY, passage INTEGER, start INTEGER, stop INTEGER);
CREATE INDEX articles_by_facts ON articles (path, part_of, outlet, date);
CREATE TABLE tags (article INTEGER, tag TEXT);
CREATE INDEX tags_by_article ON tags (article, tag);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE TABLE skipped (path TEXT, sha256 TEXT, seen TEXT, why TEXT, failed INTEGER,
    part_of TEXT);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file as an index knows it."""

    path: str
    seen: str  # what it looked like from outside, see `rag.checksum.look`; empty: to be hashed
    sha256: str  # empty for one that could not be read
    id: int | None = None  # of its article, or the first; None for one that is no article
    articles: int = 0  # that it holds; their numbers follow each other
    why: str = ""  # it is none; of an article: why its file could not be looked at since


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence of the index."""

    id: int
    passage: int
    article: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """An article as the index keeps it."""

    id: int
    source: Source
    text: str
    sentences: tuple[Span, ...]  # that may be evidence, in the order of the text
    passages: tuple[Span, ...]

    def before(self, start: int) -> str:
        """The sentence before the one that begins at a place; empty for the first."""
        earlier = [span for span in self.sentences if span.end <= start]
        return self.text[earlier[-1].start : earlier[-1].end] if earlier else ""


# --- writing --------------------------------------------------------------------------------------


def keep_article(db: sqlite3.Connection, id: int, article: Article) -> None:
    """Write down an article under a number of its own."""
    db.execute(
        "INSERT INTO articles VALUES (?,?,?,'',?,?,?,?,?,?,?,?,?,?,?)",
        (
            id,
            article.path,
            article.sha256,
            article.text,
            article.title.value,
            article.title.origin,
            article.outlet.value,
            article.outlet.origin,
            article.date.value,
            article.date.origin,
            pack_lines(article.left_out),
            article.part_of,
            article.url,
            pack_spans(article.ocr),
        ),
    )
    db.executemany("INSERT INTO tags VALUES (?,?)", [(id, tag) for tag in article.tags])


def copy_articles(db: sqlite3.Connection, ids: range, *, shift: int) -> None:
    """Take over articles of the attached generation ``old``.

    Args:
        db: The generation that is written.
        ids: Of the articles, there.
        shift: From the number of an article there to that here.
    """
    db.execute(
        "INSERT INTO articles SELECT id + ?, path, sha256, '', text, title, title_origin,"
        " outlet, outlet_origin, date, date_origin, left_out, part_of, url, ocr FROM old.articles"
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        (shift, ids[0], ids[-1]),
    )
    db.execute(
        "INSERT INTO tags SELECT article + ?, tag FROM old.tags WHERE article BETWEEN ? AND ?"
        " ORDER BY rowid",
        (shift, ids[0], ids[-1]),
    )


def keep_skipped(db: sqlite3.Connection, skipped: Iterable[Skipped]) -> None:
    """Write down the files that were not indexed."""
    db.executemany(
        "INSERT INTO skipped VALUES (?,'','',?,?,?)",
        [(entry.path, entry.why, entry.failed, entry.part_of) for entry in skipped],
    )


def keep_looks(db: sqlite3.Connection, seen: Mapping[str, str], sums: Mapping[str, str]) -> None:
    """Note what the files are known by: how each looks from outside, and its SHA-256, by path."""
    for column in ("path", "part_of"):
        db.executemany(
            f"UPDATE articles SET seen = ? WHERE {column} = ?",
            [(look, path) for path, look in seen.items()],
        )
    db.executemany(
        "UPDATE skipped SET seen = ?, sha256 = ? WHERE path = ?",
        [(look, sums.get(path, ""), path) for path, look in seen.items()],
    )


# --- reading --------------------------------------------------------------------------------------


def rows(
    db: sqlite3.Connection, where: str, values: Sequence[object], text_of: Callable[[int], str]
) -> list[Row]:
    """Sentences ``s`` of passages ``p`` for which a condition holds.

    Args:
        db: The index.
        where: The condition, and the order.
        values: What stands for its question marks.
        text_of: Gives the text of an article.
    """
    found = db.execute(
        "SELECT s.id, s.passage, p.article, s.start, s.stop"
        f" FROM sentences s JOIN passages p ON p.id = s.passage WHERE {where}",
        values,
    )
    return [
        Row(
            id=id,
            passage=passage,
            article=article,
            start=start,
            end=end,
            text=text_of(article)[start:end],
        )
        for id, passage, article, start, end in found
    ]


def source_of(db: sqlite3.Connection, article: int) -> Source:
    """What a reader needs to know of an article."""
    found = db.execute(
        "SELECT path, title, outlet, date, sha256, url, ocr FROM articles WHERE id = ?", (article,)
    ).fetchone()
    path, title, outlet, date, sha256, url, ocr = found
    return Source(
        path=path, title=title, outlet=outlet, date=date, sha256=sha256, url=url,
        ocr=unpack_spans(ocr),
    )  # fmt: skip


def indexed(
    db: sqlite3.Connection, path: str, text_of: Callable[[int], str]
) -> IndexedArticle | None:
    """An article by its path, with its sentences; None when it is not in the index."""
    found = db.execute("SELECT id FROM articles WHERE path = ?", (path,)).fetchone()
    if found is None:
        return None
    [id] = found
    passages = db.execute(
        "SELECT start, stop FROM passages WHERE article = ? ORDER BY start", (id,)
    )
    sentences = db.execute(
        "SELECT s.start, s.stop FROM sentences s JOIN passages p ON p.id = s.passage"
        " WHERE p.article = ? ORDER BY s.start",
        (id,),
    )
    return IndexedArticle(
        id=id,
        source=source_of(db, id),
        text=text_of(id),
        sentences=tuple(Span(start=start, end=end) for start, end in sentences),
        passages=tuple(Span(start=start, end=end) for start, end in passages),
    )


def as_indexed(db: sqlite3.Connection, id: int) -> Article:
    """An article as it was read, without its paragraphs."""
    path, part_of, sha256, text, *headers = db.execute(
        "SELECT path, part_of, sha256, text, title, title_origin, outlet, outlet_origin, date,"
        " date_origin, left_out, url, ocr FROM articles WHERE id = ?",
        (id,),
    ).fetchone()
    ocr, url = unpack_spans(headers.pop()), headers.pop()
    left_out = unpack_lines(headers.pop())
    kept = db.execute("SELECT tag FROM tags WHERE article = ? ORDER BY rowid", (id,))
    tags = tuple(tag for (tag,) in kept)
    title, outlet, date = (
        Found(value=value, origin=Origin(origin))
        for value, origin in zip(headers[::2], headers[1::2], strict=True)
    )
    return Article(
        path=path, sha256=sha256, text=text, paragraphs=(),
        title=title, outlet=outlet, date=date, tags=tags, url=url, left_out=left_out,
        part_of=part_of, ocr=ocr,
    )  # fmt: skip


def passage_places(db: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[str, Span]]:
    """Path and span of each of these passages, in their order."""
    found = db.execute(
        "SELECT p.id, a.path, p.start, p.stop FROM passages p JOIN articles a"
        f" ON a.id = p.article WHERE p.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    places = {id: (path, Span(start=start, end=end)) for id, path, start, end in found}
    return [places[id] for id in ids]


def dates(db: sqlite3.Connection) -> tuple[str | None, str | None, int]:
    """First and last date of an article, and how many articles have none."""
    first, last = db.execute("SELECT min(date), max(date) FROM articles").fetchone()
    [without] = db.execute("SELECT count(*) FROM articles WHERE date IS NULL").fetchone()
    return first, last, int(without)


def files(db: sqlite3.Connection) -> list[KnownFile]:
    """Every file that was found, articles or not."""
    articles = db.execute(
        "SELECT coalesce(part_of, path) AS file, min(seen), sha256, min(id), count(*)"
        " FROM articles GROUP BY file"
    )
    others = db.execute("SELECT path, seen, sha256, why FROM skipped WHERE part_of IS NULL")
    known = {
        path: KnownFile(path=path, seen=seen, sha256=sha256, why=why)
        for path, seen, sha256, why in others
    }
    for path, seen, sha256, id, count in articles:
        why = known[path].why if path in known else ""
        known[path] = KnownFile(path=path, seen=seen, sha256=sha256, id=id, articles=count, why=why)
    return list(known.values())


def skipped(db: sqlite3.Connection) -> list[Skipped]:
    """Files that were found and not indexed, and what could not be looked at."""
    found = db.execute("SELECT path, why, failed, part_of FROM skipped ORDER BY path")
    return [
        Skipped(path=path, why=why, failed=bool(failed), part_of=part_of)
        for path, why, failed, part_of in found
    ]
