"""rag.store.local: what goes in comes out, ranked like brute force, whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from rag import checksum
from rag.checksum import sha256_of
from rag.domain import Article, Found, Origin, Passage, Skipped, Span
from rag.errors import IndexMissing, IndexStale, RagError
from rag.language.names import same_name
from rag.language.text import fold, terms, words
from rag.models.embedder_id import EmbedderId
from rag.statements.find import find_statements
from rag.store import LocalStore, Manifest
from rag.store import manifest as manifests
from rag.store.build import IndexWriter
from rag.sync.passages import split_article

DIMENSION = 24
MODEL = EmbedderId(name="model-a", sha256="a" * 64)
OTHER_MODEL = EmbedderId(name="model-b", sha256="b" * 64)
TEXTS = (
    "The dam above the town burst. The water reached the harbour, the mayor said.",
    "The mayor said that the harbour was dry. Nobody believed the mayor.",
    "A heron stood on the dam. The heron flew away. The town watched the heron.",
    "Trains to the coast were late again. The station master said nothing.",
)


def article(path: str, text: str, *, title: str | None = None) -> Article:
    """An article of one paragraph."""
    return Article(
        path=path,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        paragraphs=(Span(start=0, end=len(text)),),
        title=Found(value=title, origin=Origin.HEADING) if title else Found(),
    )


def unit_rows(count: int, *, seed: int) -> np.ndarray:
    """(count, DIMENSION) float32, rows of unit length."""
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def add(writer: IndexWriter, new: Article, passages: Sequence[Passage], *, seed: int) -> None:
    """Add an article with random vectors."""
    writer.add(
        new,
        passages,
        find_statements(new),
        vectors=unit_rows(len(passages), seed=seed),
    )


def commit(writer: IndexWriter, *, embedder: EmbedderId = MODEL) -> Manifest:
    """Put what was written in force."""
    return writer.commit(
        embedder=embedder, dimension=DIMENSION, passage_words=120, code="c", roots=[Path()]
    )


def build(index: Path, texts: Sequence[str] = TEXTS, *, embedder: EmbedderId = MODEL) -> Path:
    """An index of one passage a text."""
    with IndexWriter(index) as writer:
        for n, text in enumerate(texts):
            new = article(f"{n}.txt", text)
            add(writer, new, split_article(new, words=1000), seed=n)
        commit(writer, embedder=embedder)
    return index


def opened(index: Path) -> LocalStore:
    """The generation in force."""
    return LocalStore.open(index, embedder=MODEL)


def folders(index: Path) -> list[str]:
    """Names of the generations on disk."""
    return sorted(path.name for path in index.glob("gen-*"))


def as_stored(rows: np.ndarray) -> np.ndarray:
    """Vectors as the index keeps them: rounded to float16."""
    return rows.astype(np.float16).astype(np.float32)


def brute_force(rows: np.ndarray, vector: np.ndarray, *, k: int) -> dict[int, float]:
    """Best rows by dot product: number -> score, best first."""
    scores = as_stored(rows) @ vector  # (n,)
    return {int(i): float(scores[i]) for i in np.argsort(-scores, kind="stable")[:k]}


def test_passages_rank_like_brute_force(tmp_path: Path) -> None:
    """The same passages, order and cosines as a plain product with the float16 vectors."""
    texts = [f"Sentence number {n} stands alone here." for n in range(60)]
    store = opened(build(tmp_path / "index", texts))
    rows = np.concatenate([unit_rows(1, seed=n) for n in range(60)])  # (60, d)
    [vector] = unit_rows(1, seed=99)

    found = store.nearest_passages(vector, k=10)

    expected = brute_force(rows, vector, k=10)
    assert list(found) == list(expected)
    assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-6)


def test_kept_vectors_come_back_in_the_order_that_is_asked(tmp_path: Path) -> None:
    """Those of the passages with these numbers, rounded to float16."""
    store = opened(build(tmp_path / "index"))

    found = store.vectors([3, 0, 2])

    expected = np.concatenate([unit_rows(1, seed=n) for n in (3, 0, 2)])
    np.testing.assert_array_equal(found, as_stored(expected))


def test_a_larger_k_begins_with_the_same_rows(tmp_path: Path) -> None:
    """The first two of four are the two best; there are no more than there are."""
    store = opened(build(tmp_path / "index"))
    [vector] = unit_rows(1, seed=5)

    two = store.nearest_passages(vector, k=2)
    four = store.nearest_passages(vector, k=9)

    assert list(four.items())[:2] == list(two.items())
    assert len(four) == len(TEXTS)


def bm25(texts: Sequence[str], asked: Sequence[str]) -> dict[int, float]:
    """BM25 by hand, k1 = 1.2 and b = 0.75: number of a text -> score, best first."""
    counted = [Counter(terms(text)) for text in texts]
    average = sum(map(Counter.total, counted)) / len(counted)
    scores: dict[int, float] = {}
    for term in set(asked):
        having = sum(term in counts for counts in counted)
        rarity = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        for n, counts in enumerate(counted):
            if term in counts:
                norm = 1.2 * (1 - 0.75 + 0.75 * counts.total() / average)
                gain = rarity * counts[term] * 2.2 / (counts[term] + norm)
                scores[n] = scores.get(n, 0.0) + gain
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def test_words_rank_like_bm25_by_hand(tmp_path: Path) -> None:
    """The same passages, order and scores; the length of a text below 40 terms is kept exactly."""
    store = opened(build(tmp_path / "index"))
    asked = ["heron", "dam", "mayor", "dam"]  # a term counts once

    found = store.match_passages(asked, k=10)

    expected = bm25(TEXTS, asked)
    assert list(found) == list(expected)
    assert list(found.values()) == pytest.approx(list(expected.values()), rel=1e-5)


def test_words_of_long_passages_rank_nearly_like_bm25(tmp_path: Path) -> None:
    """The length of a long text is kept in one byte: the order of clear cases stays."""
    filler = "word " * 50
    texts = [f"heron {filler * 6}", f"{'heron ' * 9}{filler}", f"heron {filler}", filler]
    store = opened(build(tmp_path / "index", texts))

    found = store.match_passages(["heron"], k=10)

    expected = bm25(texts, ["heron"])
    assert list(found) == list(expected) == [1, 2, 0]
    assert list(found.values()) == pytest.approx(list(expected.values()), rel=0.05)


def test_the_title_can_be_found_too(tmp_path: Path) -> None:
    """The title's words count for every passage of its article."""
    new = article("a.txt", "It burst in the night.", title="Dam disaster")
    with IndexWriter(tmp_path / "index") as writer:
        add(writer, new, split_article(new, words=100), seed=1)
        commit(writer)

    store = opened(tmp_path / "index")

    assert list(store.match_passages(["disast"], k=5)) == [0]
    assert store.frequency("disast") == 1


def test_an_unknown_term_matches_nothing(tmp_path: Path) -> None:
    """It has no frequency and finds no passage."""
    store = opened(build(tmp_path / "index"))

    assert store.match_passages(["zebra"], k=5) == {}
    assert store.match_passages([], k=5) == {}
    assert store.frequency("zebra") == 0


@pytest.mark.parametrize(
    "text",
    [
        "The dam\x00 burst. The heron\x00flew away.",
        "The dam burst.\r\nThe heron flew\r\naway.\r\n",
        "The dam 🦆 burst. 🦆🦆 flew away, 👩‍👩‍👧 watched.",
        "Dam İstanbul burst. E\u0301lan flew \u202eaway\u202c.",
    ],
    ids=["nul", "crlf", "emoji", "combining and bidi"],
)
def test_rows_are_slices_of_the_article(tmp_path: Path, text: str) -> None:
    """A row's text stands in the article at its offsets, whatever characters there are."""
    store = opened(build(tmp_path / "index", ["Something before.", text]))

    rows = store.sentences_in([0, 1])

    kept = store.article_text("1.txt")
    assert kept == text
    assert [row.id for row in rows] == list(range(len(rows)))
    assert [row.article for row in rows] == [0] + [1] * (len(rows) - 1)
    assert len(rows) > 1
    assert all(row.text == text[row.start : row.end] for row in rows[1:])


def test_lines_are_counted_by_newlines(tmp_path: Path) -> None:
    """The first line is 1; a carriage return alone begins no line."""
    text = "First line.\r\nSecond\rline.\n\nFourth line."
    store = opened(build(tmp_path / "index", [text]))

    assert store.line_of(0, 0) == 1
    assert store.line_of(0, text.index("Second")) == 2
    assert store.line_of(0, text.index("Fourth")) == 4


def test_a_sentence_has_the_speaker_it_names(tmp_path: Path) -> None:
    """The article's fullest name of the speaker; no speaker where none is named."""
    text = "The dam burst. Dmitry Peskov watched it. “It was old,” Peskov said."
    store = opened(build(tmp_path / "index", [text]))

    assert store.speaker_of(0, text.index("“"), len(text)) == "Dmitry Peskov"
    assert store.speaker_of(0, 0, 1) is None
    assert store.speakers() == [("Dmitry Peskov", 1)]


def test_who_is_said_to_say_it_is_not_the_speaker_of_a_sentence(tmp_path: Path) -> None:
    """The outer of two attributions counts, and none where two stand side by side."""
    text = (
        "Ada Lark said Tom Reed claimed it was gone. “No,” said Ada Lark, and “Yes,” said Tom Reed."
    )
    store = opened(build(tmp_path / "index", [text]))

    assert store.speaker_of(0, 0, text.index("“")) == "Ada Lark"
    assert store.speaker_of(0, text.index("“"), len(text)) is None


def test_a_name_is_found_in_other_spellings(tmp_path: Path) -> None:
    """Transliterations of one name find each other; of a misspelt name there is only a guess."""
    texts = ["Then Dimitri Peskov left.", "Then Dmitry Peskov and Sergei Ryabkov stayed."]
    store = opened(build(tmp_path / "index", texts))

    assert sorted(store.spellings("dmitry")) == ["dimitri", "dmitry"]
    assert sorted(store.spellings("dmitri")) == ["dimitri", "dmitry"]
    assert store.spellings("sergey") == ["sergei"]
    assert store.spellings("ryabkob") == []
    assert store.misspelt("ryabkob") == ["ryabkov"]
    assert store.misspelt("peskov") == store.misspelt("macron") == store.misspelt("pesk") == []
    assert store.spellings("macron") == []


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Torvalk", ["torvald"]),
        ("Torvlad", ["torvald"]),
        ("Torvaldd", ["torvald"]),
        ("Orvald", ["torvald"]),
        ("Korvald", ["torvald"]),
        ("Otrvald", ["torvald"]),
        ("Torvalt", ["torvald"]),
        ("Torfalt", []),  # two letters
        ("Plume", []),  # "plum" also stands in lower case, and is too short
        ("Ferrya", []),  # a common word, though it begins a title
        ("Salmona", []),  # with a capital at the beginning of a sentence only
        ("Granite", []),  # two letters
    ],
)
def test_a_guess_at_a_name_is_one_letter_off_and_is_a_name(
    tmp_path: Path, asked: str, meant: list[str]
) -> None:
    """What also stands in lower case, or with a capital only where all words have one, is none."""
    texts = [
        "Then Torvald left the Plum House by the Ferry Road.",
        "A plum fell from the ferry. Salmon was dear. Then Grant ate it.",
    ]
    store = opened(build(tmp_path / "index", texts))

    assert store.misspelt(fold(asked)) == meant


def test_articles_are_found_by_their_terms(tmp_path: Path) -> None:
    """Any of the terms will do; where too many passages have one, nothing is said."""
    texts = ["Then Macron left.", "Crimea is warm.", "The dam burst.", "Macron left Crimea."]
    store = opened(build(tmp_path / "index", texts))

    assert store.articles_with(["macron"]) == {0, 3}
    assert store.articles_with(["macron", "crimea"]) == {0, 1, 3}
    assert store.articles_with(["putin"]) == set()
    assert store.articles_with([]) == set()
    assert store.articles_with(["macron", "crimea"], most=3) is None


def test_skipped_files_are_kept_with_their_reasons(tmp_path: Path) -> None:
    """They come back in the order of their paths."""
    with IndexWriter(tmp_path / "index") as writer:
        new = article("a.txt", TEXTS[0])
        add(writer, new, split_article(new, words=100), seed=1)
        writer.add_skipped(
            [
                Skipped(path="z.pdf", why="damaged"),
                Skipped(path="b.xyz", why="unsupported format .xyz", failed=False),
            ]
        )
        commit(writer)

    assert opened(tmp_path / "index").skipped() == [
        Skipped(path="b.xyz", why="unsupported format .xyz", failed=False),
        Skipped(path="z.pdf", why="damaged", failed=True),
    ]


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    """No article: every search is empty and none fails."""
    store = opened(build(tmp_path / "index", []))
    [vector] = unit_rows(1, seed=1)

    assert store.nearest_passages(vector, k=5) == {}
    assert store.match_passages(["dam"], k=5) == {}
    assert store.sentences_in([]) == []
    assert store.count("articles") == 0
    assert store.dates() == (None, None, 0)


# --- one generation after the other ---------------------------------------------------------------


def test_a_block_without_commit_changes_nothing(tmp_path: Path) -> None:
    """What was written is gone, each time; the generation before is in force."""
    index = build(tmp_path / "index")
    left: list[str] = []

    for _ in range(10):  # threads of the writer that outlive the block would write on, now and then
        with IndexWriter(index) as writer:
            new = article("new.txt", "Something else.")
            add(writer, new, split_article(new, words=100), seed=1)
        left += folders(index)

    assert set(left) == {"gen-1"}
    assert opened(index).manifest.generation == 1
    assert opened(index).article_text("new.txt") is None


def test_an_exception_in_the_block_changes_nothing(tmp_path: Path) -> None:
    """It goes on to the caller; no folder stays behind and the lock is free again."""
    index = build(tmp_path / "index")

    with pytest.raises(ZeroDivisionError), IndexWriter(index) as writer:
        new = article("new.txt", "Something else.")
        add(writer, new, split_article(new, words=100), seed=1)
        _ = 1 / 0

    assert folders(index) == ["gen-1"]
    assert opened(index).count("articles") == 4
    assert opened(build(index, TEXTS[:1])).count("articles") == 1


def test_a_first_build_that_fails_leaves_no_index(tmp_path: Path) -> None:
    """There is still none."""
    with pytest.raises(ZeroDivisionError), IndexWriter(tmp_path / "index"):
        _ = 1 / 0

    with pytest.raises(IndexMissing, match="there is no index in"):
        opened(tmp_path / "index")


def test_generations_rise_and_two_are_kept(tmp_path: Path) -> None:
    """The number goes up by one each time; the last two are on disk."""
    index = tmp_path / "index"
    numbers = [opened(build(index)).manifest.generation for _ in range(4)]

    assert numbers == [1, 2, 3, 4]
    assert folders(index) == ["gen-3", "gen-4"]


def test_a_reader_stays_on_its_generation(tmp_path: Path) -> None:
    """A build in between is not seen by who opened before it, even where files open late."""
    index = build(tmp_path / "index")
    before = opened(index)

    build(index, ["Only trains."])

    assert before.count("articles") == 4
    assert list(before.match_passages(["heron"], k=5)) == [2]
    assert len(before.nearest_passages(unit_rows(1, seed=1)[0], k=100)) == 4


def test_what_a_killed_build_left_is_no_generation(tmp_path: Path) -> None:
    """The next build removes the wreck, and keeps the generation that was in force before."""
    index = build(tmp_path / "index")
    before = opened(index)
    (index / "gen-2").mkdir()
    (index / "gen-2" / "articles.sqlite").write_bytes(b"cut off")

    build(index, ["Only trains."])

    assert folders(index) == ["gen-1", "gen-2"]
    assert list(before.match_passages(["heron"], k=5)) == [2]


HOLD = """
import sys, time
from pathlib import Path
from rag.store.build import IndexWriter
with IndexWriter(Path(sys.argv[1])):
    print("holding", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_refused_at_once(tmp_path: Path) -> None:
    """It names the process that writes; when that is killed, the lock is free."""
    index = build(tmp_path / "index")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index)], stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None
            holder.stdout.readline()
            began = perf_counter()
            with pytest.raises(RagError, match=rf"another process \({holder.pid}\) is writing"):
                build(index)
            waited = perf_counter() - began
        finally:
            holder.kill()

    assert waited < 10  # the other writes for a minute
    assert opened(index).manifest.generation == 1
    assert opened(build(index)).manifest.generation > 1


def test_a_second_writer_of_one_process_is_refused(tmp_path: Path) -> None:
    """The lock is the writer's, not the process's; and refusing it does not free it."""
    index = build(tmp_path / "index")

    with IndexWriter(index):
        for _ in range(2):
            with pytest.raises(RagError, match=rf"another process \({os.getpid()}\)"):
                build(index)

    assert folders(index) == ["gen-1"]


@pytest.mark.parametrize("place", ["a-file", "a-file/index"])
def test_an_index_cannot_be_put_where_a_file_is(tmp_path: Path, place: str) -> None:
    """That is an error with a message, and the file stays."""
    (tmp_path / "a-file").write_text("mine")

    with pytest.raises(RagError, match="a-file"):
        build(tmp_path / place)

    assert (tmp_path / "a-file").read_text() == "mine"


# --- what is refused ------------------------------------------------------------------------------


def test_another_embedding_model_is_refused(tmp_path: Path) -> None:
    """The message names both models, the hint says how to go on; lexical use needs no model."""
    index = build(tmp_path / "index")

    with pytest.raises(IndexStale, match="model-a, not model-b") as caught:
        LocalStore.open(index, embedder=OTHER_MODEL)

    assert "rag index" in caught.value.hint
    assert LocalStore.open(index, embedder=None).count("articles") == 4


def test_an_index_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """Whether the folder is absent, empty or a file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("no index")

    for name in ("absent", "empty", "file"):
        with pytest.raises(IndexMissing, match="there is no index in") as caught:
            opened(tmp_path / name)
        assert "rag index" in caught.value.hint


def edited(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """A damage that changes the parsed manifest."""

    def damage(content: bytes) -> bytes:
        manifest = json.loads(content)
        del manifest["sha256"]
        change(manifest)
        return json.dumps({**manifest, "sha256": manifests._sum(manifest)}).encode()

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"not JSON",
        lambda content: b"\xff\xfe\x00",
        lambda content: b"[]",
        lambda content: b"null",
        edited(lambda manifest: manifest.update(format=99)),
        edited(lambda manifest: manifest.pop("format")),
        edited(lambda manifest: manifest.pop("generation")),
        edited(lambda manifest: manifest.pop("embedder")),
        edited(lambda manifest: manifest.update(surprise=1)),
        edited(lambda manifest: manifest.update(embedder="model-a")),
        edited(lambda manifest: manifest.update(files=["articles.sqlite"])),
        edited(lambda manifest: manifest.update(files={"articles.sqlite": 5})),
        edited(lambda manifest: manifest.update(roots=None)),
        edited(lambda manifest: manifest.update(generation=7)),
        edited(lambda manifest: manifest.update(generation=None)),
    ],
    ids=[
        *("half", "empty", "not json", "not text", "a list", "null"),
        *("other format", "no format", "no generation", "no embedder", "unknown field"),
        *("embedder is text", "files are a list", "file is a number", "roots null"),
        *("other generation", "generation null"),
    ],
)
def test_a_damaged_manifest_is_stale(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Whatever is wrong with it, the error is IndexStale and says how to build again."""
    index = build(tmp_path / "index")
    path = index / "manifest.json"
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(IndexStale, match="manifest|damaged") as caught:
        opened(index)

    assert "rag index" in caught.value.hint


def truncated(path: Path) -> None:
    """Cut off the last byte."""
    os.truncate(path, path.stat().st_size - 1)


def flipped(path: Path) -> None:
    """Flip one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [truncated, flipped, Path.unlink], ids=lambda f: f.__name__)
def test_a_damaged_file_is_noticed_before_it_is_used(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Any file of the generation, any byte: opening it is refused as IndexStale, by its name."""
    whole = build(tmp_path / "whole")
    names = [p.relative_to(whole) for p in (whole / "gen-1").rglob("*") if p.is_file()]
    noticed = []
    for name in names:
        if damage is not Path.unlink and not (whole / name).stat().st_size:
            continue  # tantivy's empty lock files have no byte to lose
        index = tmp_path / "damaged"
        shutil.copytree(whole, index)
        damage(index / name)
        with pytest.raises(IndexStale, match="damaged") as caught:
            opened(index)
        noticed.append(name.name in str(caught.value) and "rag index" in caught.value.hint)
        shutil.rmtree(index)

    assert len(noticed) > 6
    assert all(noticed)


def read(monkeypatch: pytest.MonkeyPatch, index: Path, **options: Any) -> list[str]:
    """Names of the files that are read to their end when an index is opened."""
    names: list[str] = []

    def noted(path: Path) -> str:
        names.append(path.name)
        return sha256_of(path)

    with monkeypatch.context() as patch:
        patch.setattr(manifests, "sha256_of", noted)
        LocalStore.open(index, embedder=MODEL, **options).close()
    return names


def test_files_that_nobody_touched_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening costs the same for every size; a sync has all of them read again."""
    index = build(tmp_path / "index")

    assert read(monkeypatch, index) == []
    assert {"articles.sqlite", "passages.faiss"} < set(read(monkeypatch, index, again=True))


def test_a_copied_index_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are others, so they are checked; that they were is remembered, where it may be."""
    shutil.copytree(build(tmp_path / "index"), tmp_path / "copy")
    monkeypatch.setattr(checksum, "RACY", 0.0)
    copy, cache = tmp_path / "copy", tmp_path / "cache"

    assert len(read(monkeypatch, copy)) > 6
    assert len(read(monkeypatch, copy, cache=cache)) > 6
    assert read(monkeypatch, copy, cache=cache) == []
    (copy / "gen-1" / "passages.faiss").touch()
    assert len(read(monkeypatch, copy, cache=cache)) > 6


def test_a_copy_is_not_taken_for_whole_while_it_may_be_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is as old as a tick of the clock can change without another time."""
    shutil.copytree(build(tmp_path / "index"), tmp_path / "copy")
    monkeypatch.setattr(checksum, "RACY", 3600.0)
    for _ in range(2):
        assert len(read(monkeypatch, tmp_path / "copy", cache=tmp_path / "cache")) > 6


@pytest.mark.parametrize("put", [shutil.copyfile, os.replace], ids=lambda f: f.__name__)
def test_a_file_of_another_generation_is_noticed(
    tmp_path: Path, put: Callable[[Path, Path], object]
) -> None:
    """Also if it has the size and the time of the one that it stands for."""
    index = build(build(tmp_path / "index", ["Only trains."]), ["Only drains."])
    other, own = index / "gen-1" / "articles.sqlite", index / "gen-2" / "articles.sqlite"
    before = own.stat()
    put(other, own)
    os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert own.stat().st_size == before.st_size
    with pytest.raises(IndexStale, match=r"articles\.sqlite has changed"):
        opened(index)


def worn(index: Path, name: str, old: bytes, new: bytes) -> Path:
    """An index in which a disk has changed bytes of a file, of which the file system knows not."""
    path = index / "gen-1" / name
    content = path.read_bytes()
    assert len(old) == len(new)
    assert old in content
    path.write_bytes(content.replace(old, new))
    manifest = manifests.read_manifest(index)
    files = {
        name: dataclasses.replace(one, seen=checksum.look(index / "gen-1" / name))
        for name, one in manifest.files.items()
    }
    manifests.write_manifest(index, dataclasses.replace(manifest, files=files))
    return index


def test_what_a_disk_changed_is_found_before_it_is_shown(tmp_path: Path) -> None:
    """A letter of a text: the other articles can still be read, and the next sync finds it too."""
    index = worn(build(tmp_path / "index"), "articles.sqlite", b"A heron stood", b"A heron stool")
    store = opened(index)

    assert store.article_text("0.txt") == TEXTS[0]
    for shown in (
        lambda: store.source(2),
        lambda: store.article_text("2.txt"),
        lambda: store.article("2.txt"),
        lambda: store.sentences_in([2]),
    ):
        with pytest.raises(IndexStale, match="what it has of article 2 has changed") as caught:
            shown()
        assert "rag doctor" in caught.value.hint
    with pytest.raises(IndexStale, match="articles.sqlite has changed"):
        LocalStore.open(index, embedder=MODEL, again=True)


def test_what_sqlite_cannot_read_is_no_error_of_sqlites(tmp_path: Path) -> None:
    """A page that is no page any more, at whatever query it is met."""
    index = build(tmp_path / "index")
    content = (index / "gen-1" / "articles.sqlite").read_bytes()
    worn(index, "articles.sqlite", content[100:], b"\xff" * len(content[100:]))

    with pytest.raises(IndexStale, match="SQLite: ") as caught:
        opened(index).paths()

    assert "rag doctor" in caught.value.hint


def test_vectors_that_are_none_are_told(tmp_path: Path) -> None:
    """The head of the file: FAISS refuses it, and the hint tells how to make it again."""
    index = worn(build(tmp_path / "index"), "passages.faiss", b"IxSQ", b"IxSq")

    with pytest.raises(IndexStale, match="the vectors in .* cannot be read") as caught:
        opened(index).load(meaning=True)

    assert caught.value.hint == "rebuild it: rag index --rebuild-caches"


def test_an_article_keeps_its_checksum_from_one_generation_to_the_next(tmp_path: Path) -> None:
    """Copied under another number, and renamed: what an answer shows is checked there too."""
    index = build(tmp_path / "index")
    before = opened(index)
    moved = dataclasses.replace(before.as_indexed(2), path="z.txt")
    with IndexWriter(index) as writer:
        writer.copy(range(3, 4), previous=index / "gen-1")
        writer.copy(range(2, 3), renamed=[moved], previous=index / "gen-1")
        commit(writer)
    store = opened(index)

    assert store.article_text("3.txt") == TEXTS[3]
    assert store.article_text("z.txt") == TEXTS[2]


def test_speakers_are_found_by_a_word_of_their_names(tmp_path: Path) -> None:
    """All that a search through every speaker finds, in the same order."""
    texts = [
        "The mill burned, Dmitry Peskov said. The dam held, Dimitri Peskov said.",
        "The rope broke, Ada Lark said. The rope held, Owen Lark said.",
        "The tide is late, Ada Lark said.",
    ]
    store = opened(build(tmp_path / "index", texts))

    for asked in (["peskov"], ["dimitri"], ["lark", "dmitry"], ["nobody"], []):
        found = store.speakers_named(asked)
        assert found == [
            (name, count)
            for name, count in store.speakers()
            if any(same_name(word, one) for word in words(name) for one in asked)
        ]
    assert store.speakers_named(["lark"]) == [("Ada Lark", 2), ("Owen Lark", 1)]
    assert store.texts_with("Ada Lark", most=1) == [texts[1]]
    assert store.texts_with("Ada Lark", most=9) == texts[1:]


def test_building_again_mends_a_damaged_index(tmp_path: Path) -> None:
    """A damaged manifest does not stand in the way of a new generation."""
    index = build(tmp_path / "index")
    (index / "manifest.json").write_text("{")

    build(index)

    assert opened(index).manifest.generation == 2


def test_an_article_comes_with_its_sentences_and_passages(seeds_index: Path) -> None:
    """Spans of its own text, in order; every sentence lies in a passage."""
    with LocalStore.open(seeds_index, embedder=None) as store:
        paths = store.paths()
        articles = [store.article(path) for path in paths]
        places = store.passage_places([3, 0, 3])

        assert store.article("nowhere.txt") is None
    assert paths == sorted(paths)
    assert len(paths) == 14
    for path, article in zip(paths, articles, strict=True):
        assert article is not None
        assert article.source.path == path
        starts = [span.start for span in article.sentences]
        assert starts == sorted(set(starts))
        assert all(article.text[span.start : span.end].strip() for span in article.sentences)
        for span in article.sentences:
            inside = [p for p in article.passages if p.start <= span.start and span.end <= p.end]
            assert len(inside) == 1
    [third, first, again] = places
    assert third == again
    by_path = {article.source.path: article for article in articles if article}
    assert first[1] in by_path[first[0]].passages


def test_a_fingerprint_tells_corpora_apart(tmp_path: Path) -> None:
    """The same paths and contents have the same one, whatever the generation."""
    one = opened(build(tmp_path / "one", ["a heron", "a dam"]))
    same = opened(build(build(tmp_path / "two", ["a wall"]), ["a heron", "a dam"]))
    other = opened(build(tmp_path / "three", ["a heron", "two dams"]))

    assert one.fingerprint() == same.fingerprint() != other.fingerprint()
    assert one.sums() == same.sums()
    assert list(one.sums()) == ["0.txt", "1.txt"]
