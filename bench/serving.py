"""What `rag serve` does under load, and what it costs beside an `Assistant` in one's own process.

    python bench/serving.py [--data ../shared/seeds] [--seconds 60] [--clients 64] [--cancels 200]

With the models that come with the product, on loopback. The clients are in a process of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from rag.answer.assistant import Assistant
from rag.config import Settings

RAG = str(Path(sys.executable).with_name("rag"))
QUEUE = 8
QUESTIONS = [
    "What did Peskov say about Crimea?",
    "What did Trump say about NATO?",
    "Who met in Helsinki?",
    "What did Ryabkov say about sanctions?",
]


@contextmanager
def serving(index: Path, place: Path, *, llm: str) -> Iterator[tuple[str, int]]:
    """The address and the process of a server."""
    log = place / "serve.log"
    limits = {"RAG_SERVE_QUEUE": str(QUEUE), "RAG_SERVE_PER_MINUTE": "10000000"}
    command = [RAG, "serve", "--index", str(index), "--llm", llm, "--port", "0"]
    environment = {**os.environ, "RAG_STATE": str(place), **limits}
    with log.open("wb") as output:
        server = subprocess.Popen(command, stderr=output, env=environment)
    try:
        while not (found := re.search(r"at (http://\S+)", log.read_text())):
            if server.poll() is not None:
                raise SystemExit(f"the server did not start: {log.read_text()}")
            time.sleep(0.1)
        yield found[1], server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def resident(process: int) -> float:
    """Megabytes of memory that a process has."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


@dataclass(slots=True)
class Seen:
    """What all clients saw."""

    ends: Counter[str] = field(default_factory=Counter)
    refusals: list[float] = field(default_factory=list)  # milliseconds
    health: list[float] = field(default_factory=list)


async def load(url: str, *, clients: int, seconds: float) -> Seen:
    """So many clients that ask again and again, and one that looks at the server's health."""
    seen = Seen()
    until = time.monotonic() + seconds

    async def ask(n: int, client: httpx2.AsyncClient) -> None:
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                body = {"question": QUESTIONS[n % len(QUESTIONS)]}
                reply = await client.post(f"{url}/api/ask", json=body)
            except httpx2.HTTPError as error:
                seen.ends[type(error).__name__] += 1
                continue
            seen.ends[str(reply.status_code)] += 1
            if reply.status_code == 503:
                seen.refusals.append(1000 * (time.perf_counter() - began))
                await asyncio.sleep(0.5)

    async def watch(client: httpx2.AsyncClient) -> None:
        while time.monotonic() < until:
            began = time.perf_counter()
            reply = await client.get(f"{url}/health/live")
            seen.health.append(1000 * (time.perf_counter() - began))
            seen.ends["unhealthy"] += reply.status_code != 200
            await asyncio.sleep(0.1)

    limits = httpx2.Limits(max_connections=clients + 1)
    async with httpx2.AsyncClient(timeout=120, limits=limits) as client:
        await asyncio.gather(watch(client), *(ask(n, client) for n in range(clients)))
    return seen


async def events(client: httpx2.AsyncClient, url: str, question: str) -> AsyncGenerator[str]:
    """Names of the events of an answer, as they come."""
    body = {"question": question, "stream": True}
    async with client.stream("POST", f"{url}/api/ask", json=body) as reply:
        async for line in reply.aiter_lines():
            if line.startswith("event: "):
                yield line.removeprefix("event: ")


async def cancel(url: str, process: int, *, times: int) -> list[str]:
    """Markdown rows of answers that a client leaves: while the question is read, and later."""
    freed: dict[str, list[float]] = {"evidence": [], "claim": []}
    async with httpx2.AsyncClient(timeout=120) as client:
        before = None
        for n in range(times):
            if n == times // 10:  # what is loaded late is loaded by now
                before = resident(process)
            leave = "claim" if n % 4 == 0 else "evidence"
            stream = events(client, url, QUESTIONS[n % len(QUESTIONS)])
            async for name in stream:
                if name == leave:
                    # Evidence comes just before the model begins to read: this is well inside.
                    await asyncio.sleep(0.1)
                    break
            began = time.perf_counter()
            await stream.aclose()
            while (await client.get(f"{url}/health/ready")).json()["waiting"]:
                await asyncio.sleep(0.01)
            freed[leave].append(1000 * (time.perf_counter() - began))
    after = resident(process)
    assert before is not None
    rows = []
    for name, what in (("evidence", "reads the question"), ("claim", "writes")):
        took = freed[name]
        rows.append(
            f"| {len(took)} left while the model {what}: it is free after, median and longest |"
            f" {statistics.median(took):.0f} and {max(took):.0f} ms | <= 500 ms |"
        )
    change = 100 * (after - before) / before
    rows.append(
        f"| memory, after the first tenth of them and at the end | {before:.0f} and {after:.0f} MB"
        f" ({change:+.1f} %) | flat |"
    )
    return rows


async def first_evidence(url: str, *, times: int = 40) -> float:
    """Median of milliseconds from a question to the event with its evidence."""
    took = []
    async with httpx2.AsyncClient(timeout=120) as client:
        for n in range(times):
            began = time.perf_counter()
            stream = events(client, url, QUESTIONS[n % len(QUESTIONS)])
            async for name in stream:
                if name == "evidence":
                    took.append(1000 * (time.perf_counter() - began))
                    break
            await stream.aclose()
            while (await client.get(f"{url}/health/ready")).json()["waiting"]:
                await asyncio.sleep(0.02)
    return statistics.median(took)


def overhead(url: str, index: Path, *, times: int = 40) -> tuple[float, float]:
    """Medians of milliseconds: an answer over HTTP, and by an assistant in this process."""
    served, direct = [], []
    with (
        Assistant.open(settings=Settings(index=index, llm="none")) as assistant,
        httpx2.Client(timeout=120) as client,
    ):
        for n in range(times):
            question = QUESTIONS[n % len(QUESTIONS)]
            began = time.perf_counter()
            client.post(f"{url}/api/ask", json={"question": question}).raise_for_status()
            middle = time.perf_counter()
            assistant.ask(question)
            served.append(1000 * (middle - began))
            direct.append(1000 * (time.perf_counter() - middle))
    return statistics.median(served), statistics.median(direct)


def main() -> None:
    """Serve, ask, leave, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[1] / "seeds")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--cancels", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        index = place / "index"
        command = [RAG, "index", str(options.data), "--index", str(index)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving(index, place, llm="none") as (url, _):
            served, direct = overhead(url, index)
        with serving(index, place, llm="bundled") as (url, process):
            evidence = asyncio.run(first_evidence(url))
            seen = asyncio.run(load(url, clients=options.clients, seconds=options.seconds))
            left = asyncio.run(cancel(url, process, times=options.cancels))
    _print(options, seen, evidence, served, direct, left)


def _print(
    options: argparse.Namespace,
    seen: Seen,
    evidence: float,
    served: float,
    direct: float,
    left: list[str],
) -> None:
    health = sorted(seen.health)
    refusals = sorted(seen.refusals) or [0.0]
    ends = ", ".join(f"{end}: {count}" for end, count in sorted(seen.ends.items()) if count)
    print("| what | found | bar |")
    print("|---|---|---|")
    print(f"| first evidence of a warm server, median | {evidence:.0f} ms | <= 150 ms |")
    print(
        f"| an answer in quotations, over HTTP and by `Assistant.ask`, medians |"
        f" {served:.1f} and {direct:.1f} ms ({served - direct:+.1f}) | <= +10 ms |"
    )
    print(
        f"| {options.clients} clients for {options.seconds:.0f} s, {QUEUE} may wait | {ends} |"
        " 200 and 503 only |"
    )
    print(
        f"| refusals, median and longest | {statistics.median(refusals):.0f} and"
        f" {refusals[-1]:.0f} ms | <= 250 ms |"
    )
    print(
        f"| `/health/live` meanwhile, p95 of {len(health)} |"
        f" {health[int(0.95 * (len(health) - 1))]:.0f} ms | < 100 ms |"
    )
    print("\n".join(left))
    if set(end for end, count in seen.ends.items() if count) - {"200", "503"}:
        raise SystemExit("a client met something else than an answer or a refusal")


if __name__ == "__main__":
    main()
