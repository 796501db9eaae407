"""One index in both stores, and indexing on workers, beside one process.

    python bench/scale.py --data ../shared --part stores [--passages 100000]
    python bench/scale.py --data ../shared --part answers [--questions 200]
    python bench/scale.py --data ../shared --part workers

Stores: passages made as `bench/million.py` makes them, in a local index and in a `milvus-lite
server` on this machine; real questions are searched in both, with all passages compared in both.
Milvus Lite shows that the calls are right, not how fast a cluster is. Answers: the questions of the
five articles and of XQuAD are asked of both stores. Workers: the PolNeAR articles
are indexed by one process and on one, two and three Dask workers; in a last run, one of these is
killed after every hundred articles.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # of the tests, the server

from million import Real  # noqa: E402

from rag.answer.assistant import Assistant  # noqa: E402
from rag.config import Settings  # noqa: E402
from rag.domain import Answer, Article, EvidenceFound, Span  # noqa: E402
from rag.models.embedder import identify  # noqa: E402
from rag.store import LocalStore  # noqa: E402
from rag.store.build import IndexWriter  # noqa: E402
from rag.store.fetch_shared import fetch_shared  # noqa: E402
from rag.store.manifest import read_manifest  # noqa: E402
from rag.store.milvus import Milvus, read_address  # noqa: E402
from rag.store.publish import publish  # noqa: E402
from rag.store.reading import open_database  # noqa: E402
from rag.sync.passages import split_article  # noqa: E402
from rag.sync.update import sync  # noqa: E402
from tests.milvus_server import MilvusServer  # noqa: E402

ASKED = 20  # questions: Milvus Lite takes half a second for each
K, TOP = 300, 10  # passages of a search, and those that have to be the same
KILLED_EVERY = 100  # articles


def stores(data: Path, count: int, work: Path) -> Iterator[str]:
    """What a search finds and takes in both stores."""
    real = Real(data)
    began = time.perf_counter()
    _made(real, count, work / "index")
    written = time.perf_counter() - began
    server = MilvusServer(work / "milvus")
    server.start()
    milvus = Milvus(read_address(f"milvus+{server.uri}/bench"), token="")
    try:
        began = time.perf_counter()
        publish(work / "index", milvus)
        published = time.perf_counter() - began
        began = time.perf_counter()
        folder = fetch_shared(milvus, cache=work / "reader")
        fetched = time.perf_counter() - began
        found = {}
        for name, index in (("local", work / "index"), ("Milvus Lite", folder)):
            with LocalStore.open(index, embedder=None) as store:
                found[name] = (
                    _asked(lambda n, s=store: s.nearest_passages(real.asked[n], k=K)),  # type: ignore[misc]
                    _asked(lambda n, s=store: s.match_passages(real.lists[n], k=K)),  # type: ignore[misc]
                )
    finally:
        milvus.close()
        server.kill()
    yield (
        f"{count:,} passages, {ASKED} questions. Local index written in {written:.0f} s, published"
        f" in {published:.0f} s, fetched in {fetched:.0f} s.\n"
    )
    yield "| store | by meaning: p50, ms | p95 | by words: p50, ms | p95 | same first ten |"
    yield "|---|---|---|---|---|---|"
    for name, both in found.items():
        cells = [f"{1000 * _share(took, q):.1f}" for took, _ in both for q in (0.5, 0.95)]
        same = [
            len(set(one) & set(other))
            for (_, mine), (_, theirs) in zip(both, found["local"], strict=True)
            for one, other in zip(mine, theirs, strict=True)
        ]
        of = sum(len(one) for _, theirs in found["local"] for one in theirs)
        yield f"| {name} | {' | '.join(cells)} | {sum(same) / of:.4f} |"


def _made(real: Real, count: int, index: Path) -> None:
    draw = random.Random(7)
    rows = (row for block in real.rows(count) for row in block)
    made = number = 0
    settings = Settings()
    with IndexWriter(index) as writer:
        while made < count:
            text = " ".join(f"{' '.join(draw.choices(real.sentences, k=4))}." for _ in range(4))
            whole = (Span(start=0, end=len(text)),)
            article = Article(path=f"{number:07}.txt", sha256="0" * 64, text=text, paragraphs=whole)
            passages = split_article(article, words=120)[: count - made]
            writer.add(article, passages, (), vectors=[next(rows) for _ in passages])
            made += len(passages)
            number += 1
        writer.commit(
            embedder=identify(settings.embedder, cache=settings.cache),
            dimension=real.vectors.shape[1],
            passage_words=120,
            code="bench",
            roots=[index],
        )


def _asked(search: Callable[[int], dict[int, float]]) -> tuple[list[float], list[list[int]]]:
    """Seconds and the first passages of each question."""
    for number in range(10):
        search(number)
    took, found = [], []
    for number in range(ASKED):
        began = time.perf_counter()
        ids = list(search(number))
        took.append(time.perf_counter() - began)
        found.append(ids[:TOP])
    return took, found


def _share(took: list[float], q: float) -> float:
    return sorted(took)[min(int(q * len(took)), len(took) - 1)]


def answers(data: Path, most: int, work: Path) -> Iterator[str]:
    """Whether both stores give the same evidence and the same answers."""
    yield "| questions | asked | same evidence | same answer | local: p50, ms | Milvus Lite |"
    yield "|---|---|---|---|---|---|"
    for gold, corpus in (("gold/seeds", "seeds"), ("data/xquad_en/gold", "data/xquad_en/corpus")):
        lines = (data / f"{gold}.jsonl").read_text(encoding="utf-8").splitlines()[:most]
        questions = [json.loads(line)["question"] for line in lines]
        index = work / corpus.replace("/", "-")
        sync([data / corpus], settings=Settings(index=index))
        server = MilvusServer(work / f"milvus-{index.name}")
        server.start()
        milvus = Milvus(read_address(f"milvus+{server.uri}/bench"), token="")
        try:
            publish(index, milvus)
            shared = fetch_shared(milvus, cache=work / f"reader-{index.name}")
            (local, took), (other, longer) = (_answers(one, questions) for one in (index, shared))
        finally:
            milvus.close()
            server.kill()
        same = [
            sum(mine[part] == theirs[part] for mine, theirs in zip(local, other, strict=True))
            for part in (0, 1)
        ]
        times = [f"{1000 * _share(one, 0.5):.0f}" for one in (took, longer)]
        cells = [gold, *(str(n) for n in (len(questions), *same)), *times]
        yield f"| {' | '.join(cells)} |"


def _answers(
    index: Path, questions: list[str]
) -> tuple[list[tuple[list[Any], list[str]]], list[float]]:
    """The places that may answer and the claims, of each question; and how long they took."""
    found, took = [], []
    with Assistant.open(settings=Settings(index=index, llm="none")) as assistant:
        for question in questions:
            began = time.perf_counter()
            steps = list(assistant.stream(question))
            took.append(time.perf_counter() - began)
            evidence = [
                (one.source.path, one.start, one.end, round(one.score, 4))
                for step in steps
                if isinstance(step, EvidenceFound)
                for one in step.evidence
            ]
            claims = [
                claim.text for step in steps if isinstance(step, Answer) for claim in step.claims
            ]
            found.append((evidence, claims))
    return found, took


def workers(data: Path, work: Path) -> Iterator[str]:
    """How fast articles are indexed on workers, and whether the index is the same."""
    import distributed

    library: Any = distributed  # not typed
    articles = data / "data" / "polnear" / "news"
    meant = work / "one"
    alone = _timed(articles, meant, "")
    count = len(list(articles.iterdir()))
    yield f"{count} articles of PolNeAR on {len(os.sched_getaffinity(0))} cores; one run each.\n"
    yield (
        "| how | seconds | articles a second | to one process | same rows"
        " | vectors that differ | by at most |"
    )
    yield "|---|---|---|---|---|---|---|"
    yield f"| one process | {alone:.0f} | {count / alone:.1f} | 1 | | | |"
    rows, vectors = _rows(meant)
    for number, kill in ((1, False), (2, False), (3, False), (3, True)):
        with library.LocalCluster(
            n_workers=number, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster:
            index = work / f"{number}{kill}"
            killed: list[int] = []
            took = _timed(
                articles, index, cluster.scheduler_address, cluster if kill else None, killed
            )
        told, found = _rows(index)
        apart = np.abs(found - vectors).max(axis=1) if told == rows else np.zeros(0)
        name = f"{number} workers" + (f", {len(killed)} killed" if kill else "")
        cells = [
            *(name, f"{took:.0f}", f"{count / took:.1f}", f"{alone / took:.2f}"),
            *(
                "yes" if told == rows else "no",
                str((apart > 0).sum()),
                f"{apart.max(initial=0):.5f}",
            ),
        ]
        yield f"| {' | '.join(cells)} |"


def _timed(
    articles: Path, index: Path, address: str, cluster: Any = None, killed: list[int] | None = None
) -> float:
    """Seconds of a first sync, in which a worker of a cluster is killed again and again."""
    done, ended = [0], Event()

    def kill() -> None:
        while not ended.wait(0.02):
            if killed is not None and done[0] >= KILLED_EVERY * (1 + len(killed)):
                worker = list(cluster.workers.values())[len(killed) % len(cluster.workers)]
                killed.append(worker.process.pid)
                os.kill(worker.process.pid, signal.SIGKILL)

    killer = Thread(target=kill)
    if cluster is not None:
        killer.start()
    began = time.perf_counter()
    sync(
        [articles],
        settings=Settings(index=index),
        workers=address,
        progress=lambda state: done.__setitem__(0, state.files),
    )
    took = time.perf_counter() - began
    ended.set()
    if cluster is not None:
        killer.join()
    return took


def _rows(index: Path) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    """What an index holds of texts, passages, sentences and statements; and (n, d) the vectors."""
    db = open_database(read_manifest(index).folder(index) / "articles.sqlite")
    rows = [
        row
        for query in (
            "SELECT path, sha256, text FROM articles ORDER BY id",
            "SELECT * FROM sentences ORDER BY id",
            "SELECT * FROM statements ORDER BY id",
        )
        for row in db.execute(query)
    ]
    passages = list(db.execute("SELECT * FROM passages ORDER BY id"))
    rows += [tuple(one for one in row if not isinstance(one, bytes)) for row in passages]
    return rows, np.array(
        [np.frombuffer(one, "f2") for row in passages for one in row if isinstance(one, bytes)],
        dtype=np.float32,
    )


def main() -> None:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=("stores", "answers", "workers"), required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200, help="of each set, at most")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        data, work = options.data, Path(folder)
        parts = {
            "stores": lambda: stores(data, options.passages, work),
            "answers": lambda: answers(data, options.questions, work),
            "workers": lambda: workers(data, work),
        }
        for line in parts[options.part]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
