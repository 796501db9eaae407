"""An index in Milvus: what it finds, how it changes, and what it survives.

The server is `milvus-lite server` on this machine; RAG_TEST_MILVUS_URI names a cluster instead.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import numpy as np
import pytest

from rag.answer.assistant import Assistant
from rag.cli.command import load_index
from rag.config import Settings
from rag.domain import Freshness
from rag.errors import ConfigError, IndexMissing, IndexStale, RagError
from rag.language.text import terms
from rag.models.embedder import Embedder
from rag.store import LocalStore, Within
from rag.store.fetch_shared import brought, fetch_shared
from rag.store.milvus import Milvus, read_address
from rag.store.publish import publish
from rag.store.shared_files import SHARED, all_names, names_in, open_shared, read_published
from rag.sync.freshness import freshness, stale_line
from rag.sync.update import sync
from tests.milvus_server import CLUSTER, MilvusServer
from tests.store.test_parts import MODEL, made

QUESTIONS = (
    "What did Peskov say about Crimea?",
    "Who marched over the bridge?",
    "When did the summit in Helsinki take place?",
    "sanctions on Russian oil",
    "black hole",
)
SCORE = 1e-4  # of a product: summed up in another order, in 32 bits


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A server for all tests here."""
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def milvus(server: MilvusServer) -> Iterator[Milvus]:
    """A shared index that is not there yet; at the end, it is gone."""
    name = f"t{uuid.uuid4().hex[:12]}"
    milvus = Milvus(read_address(f"milvus+{server.uri}/{name}"), token="", patience=30)
    yield milvus
    for collection in (milvus.address.name, milvus.blocks, *milvus.passage_collections()):
        milvus.drop(collection)
    milvus.close()


@pytest.fixture(scope="module")
def seeds_shared(
    server: MilvusServer, seeds_index: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The seeds, published and fetched again."""
    address = f"milvus+{server.uri}/seeds{uuid.uuid4().hex[:8]}"
    publish(seeds_index, Milvus(read_address(address), token=""))
    here = tmp_path_factory.mktemp("reader")
    return brought(Settings(store=address, cache=here))


@pytest.fixture
def both(seeds_index: Path, seeds_shared: Settings) -> Iterator[tuple[LocalStore, LocalStore]]:
    """The local index of the seeds, and the shared one."""
    with (
        LocalStore.open(seeds_index, embedder=None) as local,
        LocalStore.open(seeds_shared.index, embedder=None) as shared,
    ):
        yield local, shared


def part_of(store: LocalStore, share: float) -> Within:
    """Some of the articles."""
    articles = np.random.default_rng(5).random(store.count("articles")) < share
    return store.part(np.flatnonzero(articles).tolist())


def same(one: dict[int, float], other: dict[int, float]) -> bool:
    """Whether two rankings have the same scores, and the same passages but for ties at the end."""
    scores = np.allclose(list(one.values()), list(other.values()), rtol=SCORE, atol=SCORE)
    last = min(one.values(), default=0.0)
    above = {id for id, score in one.items() if score > last + SCORE * (1 + abs(last))}
    return len(one) == len(other) and scores and above <= other.keys()


@pytest.mark.parametrize("share", [None, 0.3, 0.95])
@pytest.mark.parametrize("k", [3, 12, 1000])
def test_both_stores_rank_alike(
    both: tuple[LocalStore, LocalStore], embedder: Embedder, share: float | None, k: int
) -> None:
    """By meaning and by words, all passages and those of a part."""
    local, shared = both
    assert shared.manifest.is_shared and not local.manifest.is_shared
    within = None if share is None else part_of(local, share)

    for question, vector in zip(QUESTIONS, embedder.encode(QUESTIONS), strict=True):
        found = shared.nearest_passages(vector, k=k, within=within)
        assert same(local.nearest_passages(vector, k=k, within=within), found)
        asked = list(terms(question))
        found = shared.match_passages(asked, k=k, within=within)
        assert same(local.match_passages(asked, k=k, within=within), found)
        assert [local.frequency(one) for one in asked] == [shared.frequency(one) for one in asked]
    assert shared.match_passages(["nowhere"], k=k, within=within) == {}


def test_answers_are_the_same(seeds_index: Path, seeds_shared: Settings, cache: Path) -> None:
    """To the character, from either store."""
    local = Settings(index=seeds_index, cache=cache)
    shared = replace(seeds_shared, cache=cache, store="")
    with (
        Assistant.open(settings=local) as one,
        Assistant.open(settings=shared) as other,
    ):
        for question in QUESTIONS:
            told, meant = other.ask(question), one.ask(question)
            assert [claim.text for claim in told.claims] == [claim.text for claim in meant.claims]
            assert told.claims


def test_a_changed_article_is_all_that_is_sent(
    milvus: Milvus, cache: Path, tmp_path: Path, seeds: Path
) -> None:
    """Readers have the generation that they opened, then the next; what is old goes in time."""
    articles, reader = tmp_path / "articles", tmp_path / "reader"
    articles.mkdir()
    for one in sorted(seeds.glob("*.txt")):
        (articles / one.name).write_bytes(one.read_bytes())
    settings = Settings(index=tmp_path / "index", cache=cache)
    counts, stores = [], []
    for text in ("", "A heron stood in the Mill Pond.", "A heron flew from the Mill Pond.", ""):
        (articles / "pond.txt").write_text(text or "Nobody came to the Mill Pond.")
        sync([articles], settings=settings)
        published = publish(settings.index, milvus)
        counts.append(milvus.count(published.passages))
        stores.append(LocalStore.open(fetch_shared(milvus, cache=reader), embedder=None))

    assert [one.manifest.generation for one in stores] == [1, 2, 3, 4]
    assert counts[1:] == [counts[0] + 1] * 3  # of two generations, all but one are the same
    texts = [store.article_text("pond.txt") or "" for store in stores]
    assert "stood" in texts[1] and "flew" in texts[2] and "Nobody" in texts[3]
    found = [list(store.match_passages(list(terms("heron flew")), k=3)) for store in stores[2:]]
    assert len(found[0]) == 1 and found[1] == []
    for store in stores:
        store.close()
    used = read_published(milvus), read_published(milvus, "previous")
    files = [file for one in used if one for file in one.files.values()]
    blocks = {name for file in files for name in all_names(milvus, file)}
    assert milvus.keys(milvus.blocks) == blocks


@pytest.mark.skipif(bool(CLUSTER), reason="a cluster is not killed by a test")
def test_a_load_goes_on_when_the_server_is_killed(tmp_path: Path) -> None:
    """SIGKILL six times: every passage that was acknowledged is there, and none twice."""
    local, rows = made(3, 1_500, tmp_path)
    local.close()
    server = MilvusServer(tmp_path / "milvus")
    server.start()
    milvus = Milvus(read_address(f"milvus+{server.uri}/killed"), token="", patience=60)
    acknowledged = [0]
    ended = [False]

    def kill() -> None:
        for n in range(6):
            meant = acknowledged[0] + 500 if n < 5 else acknowledged[0]
            while acknowledged[0] < meant and not ended[0]:
                sleep(0.01)
            server.kill()
            sleep(0.2)
            server.start()

    killer = Thread(target=kill)
    killer.start()
    try:
        published = publish(
            tmp_path / "index",
            milvus,
            progress=lambda done, of: acknowledged.__setitem__(0, done),
        )
        ended[0] = True
        killer.join()
        folder = fetch_shared(milvus, cache=tmp_path / "reader")
        keys = milvus.keys(published.passages)
    finally:
        ended[0] = True
        killer.join()
        milvus.close()
        server.kill()

    db = open_shared(folder / "gen-1" / SHARED)
    meant = {key for (key,) in db.execute("SELECT key FROM keys")}
    assert keys == meant and published.count == len(rows)


def test_a_load_that_was_stopped_sends_the_rest(milvus: Milvus, tmp_path: Path) -> None:
    """What Milvus has is asked for, and not sent again."""
    local, rows = made(4, 400, tmp_path)
    local.close()

    def stop(done: int, of: int) -> None:
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / "index", milvus, progress=stop)
    with pytest.raises(IndexMissing, match="there is no index at"):
        fetch_shared(milvus, cache=tmp_path / "reader")
    [collection] = milvus.passage_collections()
    before = milvus.keys(collection)
    written: list[int] = []
    write = milvus.write

    def noted(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        written.extend(row["key"] for row in rows if name == collection)
        write(name, rows)

    milvus.write = noted  # type: ignore[method-assign]
    publish(tmp_path / "index", milvus)

    assert 0 < len(before) < len(rows) and not before & set(written)
    assert before | set(written) == milvus.keys(collection)


def test_damage_of_what_was_fetched_is_told(seeds_shared: Settings, tmp_path: Path) -> None:
    """Where the file keeps its size, too."""
    copy = tmp_path / "index"
    shutil.copytree(seeds_shared.index, copy)
    [path] = copy.glob(f"gen-*/{SHARED}")
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * (path.stat().st_size - 100))

    with pytest.raises(IndexStale, match="the index is damaged"):
        LocalStore.open(copy, embedder=None).match_passages(["peskov"], k=3)


def test_damage_is_told(milvus: Milvus, tmp_path: Path) -> None:
    """A block that is not what its name says is never used."""
    made(5, 5, tmp_path)[0].close()
    published = publish(tmp_path / "index", milvus)
    [name, *_] = names_in(milvus, published.files[SHARED])
    milvus.write(milvus.blocks, [{"key": name, "text": "YWJj", "none": [0.0, 0.0]}])

    with pytest.raises(IndexStale, match=f"block {name} is damaged"):
        fetch_shared(milvus, cache=tmp_path / "reader")
    made(6, 5, tmp_path)[0].close()  # another generation, which mends it
    publish(tmp_path / "index", milvus)
    fetch_shared(milvus, cache=tmp_path / "reader")


def test_another_writer_is_noticed(milvus: Milvus, tmp_path: Path) -> None:
    """Who publishes while another does says so, and what is in force stays."""
    made(6, 5, tmp_path)[0].close()
    shutil.copytree(tmp_path / "index", tmp_path / "other")
    other = Milvus(milvus.address, token="")

    def meanwhile(done: int, of: int) -> None:
        publish(tmp_path / "other", other)

    with pytest.raises(RagError, match="another process publishes to"):
        publish(tmp_path / "index", milvus, progress=meanwhile)
    assert read_published(milvus) is None
    publish(tmp_path / "index", other)  # the first has given it back
    published = read_published(milvus)
    assert published and published.generation == 1
    other.close()


@pytest.mark.parametrize(
    "address",
    [
        "milvus://127.0.0.1/a",
        "milvus+http://127.0.0.1",
        "milvus+http://127.0.0.1/a-b",
        "milvus+http://me:secret@127.0.0.1/a",
        "milvus+http://:secret@127.0.0.1/a",
        "milvus+http://127.0.0.1:x/a",
        "http://127.0.0.1/a",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """With an example of one that is."""
    with pytest.raises(ConfigError, match="`store` cannot be") as caught:
        read_address(address)
    assert "milvus+http://HOST:19530/NAME" in caught.value.hint
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"


def test_a_server_that_is_away_is_told() -> None:
    """After the patience of the one who asks, with its address."""
    milvus = Milvus(read_address("milvus+http://127.0.0.1:9/a"), token="", patience=0.1)

    with pytest.raises(RagError, match="the store at http://127.0.0.1:9 failed"):
        milvus.has("a")


def test_the_models_of_the_local_index_are_those_of_the_shared_one(
    milvus: Milvus, tmp_path: Path
) -> None:
    """An index of another embedding model is refused as a local one is."""
    made(7, 3, tmp_path)[0].close()
    publish(tmp_path / "index", milvus)
    folder = fetch_shared(milvus, cache=tmp_path / "reader")

    with pytest.raises(IndexStale, match="was built with the embedding model"):
        LocalStore.open(folder, embedder=replace(MODEL, sha256="b" * 64))


def test_a_question_without_words_that_are_known_finds_nothing(
    both: tuple[LocalStore, LocalStore],
) -> None:
    """As tantivy does."""
    asked: Sequence[str] = []
    assert [store.match_passages(asked, k=5) for store in both] == [{}, {}]


def test_nothing_is_published_twice(milvus: Milvus, tmp_path: Path) -> None:
    """An index that is there already makes no new generation, for nobody to fetch."""
    made(8, 4, tmp_path)[0].close()
    first = publish(tmp_path / "index", milvus)

    assert publish(tmp_path / "index", milvus) == first


def test_a_copy_that_lost_a_file_is_fetched_again(milvus: Milvus, tmp_path: Path) -> None:
    """A cache may be cleaned at any time."""
    made(9, 4, tmp_path)[0].close()
    publish(tmp_path / "index", milvus)
    folder = fetch_shared(milvus, cache=tmp_path / "reader")
    (folder / "gen-1" / SHARED).unlink()
    assert fetch_shared(milvus, cache=tmp_path / "reader") == folder
    LocalStore.open(folder, embedder=None).close()


def test_an_index_of_ones_own_goes_before_the_shared_one(
    seeds_shared: Settings, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--index` and a folder that is given are meant, also where a store is set."""
    monkeypatch.setenv("RAG_STORE", seeds_shared.store)
    monkeypatch.setenv("RAG_CACHE", str(seeds_shared.cache))

    assert load_index().index == seeds_shared.index
    own = load_index(index=seeds_index)
    assert (own.index, own.store) == (seeds_index, "")


def test_a_quotation_of_a_shared_index_is_not_gone(seeds_shared: Settings) -> None:
    """Its file is on another machine, which is no reason to doubt it."""
    with LocalStore.open(seeds_shared.index, embedder=None) as store:
        source = store.source(0)
        assert freshness(source, store) == Freshness.UNCHANGED
        assert stale_line(store) is None
