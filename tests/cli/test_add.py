"""`rag add`, from the shell to an answer that leads back to the web."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import START, rag
from web_site import Says, Site, page, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on this machine."""
    with serving() as served:
        yield served


def test_a_page_is_fetched_indexed_and_cited(site: Site, cache: Path, tmp_path: Path) -> None:
    """The second time nothing changes; where it is and what it is called is told."""
    site.paths["/wall.html"] = Says(body=page())
    address = f"{site.url}/wall.html"

    first = rag("add", address, "--allow-private", RAG_CACHE=str(cache))
    second = rag("add", address, "--allow-private", RAG_CACHE=str(cache))
    told = rag("search", "Who said that boats were lost?", "--no-reader", "--json",
               RAG_CACHE=str(cache))  # fmt: skip
    shown = rag("search", "boats lost", "--no-reader", RAG_CACHE=str(cache)).stdout

    host = site.url.removeprefix("http://").replace(":", "_")
    file = Path("web", host, "wall.html")
    assert first.returncode == second.returncode == 0, first.stderr
    assert f"fetched    {address} -> {file}" in first.stdout
    assert "1 fetched, 0 unchanged, 0 skipped, 0 failed in web." in first.stdout
    assert "1 new, " in first.stdout
    assert f"unchanged  {address} -> {tmp_path / file}" in second.stdout
    assert json.loads(told.stdout)["results"][0]["url"] == address
    assert " · 127.0.0.1  score" in shown


def test_pages_join_what_was_indexed_before(site: Site, cache: Path, tmp_path: Path) -> None:
    """In the first folder of the index, unless another one is named."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("The mast\n\nThe mast of the ship broke on Sunday evening.\n")
    rag("index", articles, RAG_CACHE=str(cache))
    site.paths |= {"/a": Says(body=page("A")), "/b": Says(body=page("B"))}

    first = rag("add", f"{site.url}/a", "--allow-private", "--json", RAG_CACHE=str(cache))
    other = rag("add", f"{site.url}/b", "--allow-private", "--json", "--into", "other",
                RAG_CACHE=str(cache))  # fmt: skip

    told = json.loads(first.stdout)
    assert told["folder"] == str(articles / "web")
    assert [one["state"] for one in told["pages"]] == ["fetched"]
    assert told["index"]["articles"] == 2
    assert json.loads(other.stdout)["index"]["articles"] == 3
    assert "is outside" not in first.stderr
    assert f"other is outside {articles}, the folder that is indexed" in other.stderr
    assert "begins with the name of its folder, articles/…" in other.stderr
    found = rag("search", "the mast of the ship", "--no-reader", "--json", RAG_CACHE=str(cache))
    assert json.loads(found.stdout)["results"][0]["path"] == "articles/a.txt"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["paper.example/a"], 2, "'paper.example/a' is not an address that begins with http"),
        (["http://me:pw@paper.example/"], 2, "one of the addresses has a user name or a password"),
        (["http://127.0.0.1:9/"], 1, "private network; use --allow-private"),
        (["http://127.0.0.1:9/", "--allow-private"], 1, "cannot be connected to"),
        ([], 2, "Missing argument"),
        (["http://a.example/", "--limit", "0"], 2, "--limit"),
    ],
)
def test_what_cannot_be_fetched_has_its_exit_code(
    arguments: list[str], code: int, told: str, tmp_path: Path
) -> None:
    """And a line that says why; nothing is made."""
    done = rag("add", *arguments)

    assert done.returncode == code
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*/web*")) + list(tmp_path.glob("web*"))


def test_ctrl_c_keeps_what_was_fetched(site: Site, tmp_path: Path) -> None:
    """And says how to go on."""

    def slow(request: object) -> None:
        time.sleep(3)

    site.paths |= {"/a": Says(body=page()), "/slow": slow}
    command = [*START, "add", f"{site.url}/a", f"{site.url}/slow", "--allow-private"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while "/slow" not in site.paths_asked() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 130, err
    assert "fetched" in out
    assert "What was fetched is in web." in err
    assert len(list((tmp_path / "web").rglob("*.html"))) == 1
