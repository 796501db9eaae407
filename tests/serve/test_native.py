"""rag.serve.native: questions, evidence and statements over HTTP, as the commands give them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from serve_process import Served, serving
from shell import rag

from rag.store import LocalStore

QUESTION = "How many people marched for the Saltmarsh Bridge?"


@pytest.fixture(scope="module")
def served(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeds, answered with quotations."""
    with serving(seeds_index, tmp_path_factory.mktemp("serve"), serve_per_minute=9999) as server:
        yield server


def post(served: Served, path: str, **body: Any) -> Any:
    """The reply to a POST."""
    reply = httpx2.post(served.url + path, json=body, timeout=60)
    assert reply.status_code == 200, reply.text
    return reply.json()


def command(index: Path, *arguments: str) -> Any:
    """What a command prints with --json."""
    return json.loads(rag(*arguments, "--index", str(index), "--json").stdout)


def test_an_answer_is_that_of_the_command(served: Served, seeds_index: Path) -> None:
    """With the address of its source in each citation."""
    answer = post(served, "/api/ask", question=QUESTION)
    same = command(seeds_index, "ask", QUESTION, "--quote-only")

    urls = [one.pop("url") for claim in answer["claims"] for one in claim["citations"]]
    for one in (answer, same):
        del one["timings_ms"]
    assert answer == same
    assert all(url.startswith(f"{served.url}/source/") for url in urls)


def test_a_stream_gives_evidence_then_claims_then_the_answer(served: Served) -> None:
    """Each an event of its own; the answer holds what came before it."""
    with httpx2.stream(
        "POST", f"{served.url}/api/ask", json={"question": QUESTION, "stream": True}, timeout=60
    ) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        events = list(_events(reply.iter_lines()))

    names = [name for name, _ in events]
    claims = [data for name, data in events if name == "claim"]
    assert names == ["question", "evidence", *["claim"] * len(claims), "answer"]
    assert events[-1][1]["claims"] == claims
    shown = {one["quote"] for one in events[1][1]["evidence"]}
    assert shown == {claim["citations"][0]["quote"] for claim in claims}


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_earlier_questions_are_referred_to(served: Served) -> None:
    """As in `rag chat`."""
    answer = post(
        served,
        "/api/ask",
        question="And about Syria?",
        earlier=["What did Peskov say about Crimea?"],
    )

    assert answer["question"] == "What did Peskov say about Syria?"


def test_a_search_is_that_of_the_command(served: Served, seeds_index: Path) -> None:
    """As many sentences as are asked for."""
    found = post(served, "/api/search", question=QUESTION, k=3)
    same = command(seeds_index, "search", QUESTION, "--k", "3")

    for one in found["results"]:
        one["url"] = one.pop("original")  # where it was published, not our page that shows it
    assert found == same


def test_filters_limit_all_that_is_asked(served: Served, seeds_index: Path) -> None:
    """As the options of the commands do; a wrong one is refused with a reason."""
    limits = {"until": "2018-07-02", "outlet": ["courier"]}
    options = ("--until", "2018-07-02", "--outlet", "courier")

    answer = post(served, "/api/ask", question=QUESTION, filters=limits)
    found = post(served, "/api/search", question=QUESTION, filters=limits)
    said = httpx2.get(f"{served.url}/api/said", params={"speaker": "Peskov", **limits}).json()

    assert answer["filters"]["articles"] == 1
    assert found["filters"] == command(seeds_index, "search", QUESTION, *options)["filters"]
    assert {one["outlet"] for one in found["results"]} == {"THE HARBOUR COURIER"}
    assert {one["outlet"] for one in said["statements"]} == {"THE HARBOUR COURIER"}
    for wrong in ({"since": "July"}, {"outlets": "courier"}):
        body = {"question": QUESTION, "filters": wrong}
        refused = httpx2.post(f"{served.url}/api/ask", json=body)
        assert refused.status_code == 400
        assert next(iter(wrong)) in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("ask", {"filter": {"since": "2018"}}, "body.filter is no field"),
        ("search", {"K": 3}, "body.K is no field"),
        ("ask", {"filters": {"tag": ""}}, "'' is no tag"),
        ("ask", {"filters": {"outlet": [""]}}, "'' is no outlet"),
        ("ask", {"filters": {"since": ""}}, "'' is not a date"),
    ],
)
def test_what_would_limit_nothing_is_refused(
    served: Served, path: str, body: dict[str, Any], told: str
) -> None:
    """A misspelt field or an empty value: as the commands do."""
    reply = httpx2.post(f"{served.url}/api/{path}", json={"question": QUESTION, **body})

    assert reply.status_code == 400
    assert told in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("speakr=Peskov", "query.speakr is no field"),
        ("speaker=", "query.speaker: "),
        ("speaker=Peskov&about=", "query.about: "),
        ("tag=", "'' is no tag"),
    ],
)
def test_what_is_said_is_not_limited_by_nothing(served: Served, query: str, told: str) -> None:
    """Likewise for statements."""
    reply = httpx2.get(f"{served.url}/api/said?{query}")

    assert reply.status_code == 400
    assert told in reply.json()["error"]["message"]


def test_a_checked_draft_is_that_of_the_command(served: Served, seeds_index: Path) -> None:
    """With the address of its source in each citation."""
    draft = "What happened? Nobody in Kestrelby had seen a whale of that size."
    told = post(served, "/api/check", draft=draft)
    done = rag("check", "-", "--index", str(seeds_index), "--json", stdin=draft)

    for one in told["sentences"]:
        for citation in one["citations"]:
            assert citation.pop("url").startswith(f"{served.url}/source/")
    assert told == json.loads(done.stdout)
    assert [one["standing"] for one in told["sentences"]] == ["no_claim", "not_found"]


@pytest.mark.parametrize("draft", ["", "x" * 20_001])
def test_a_draft_of_the_wrong_length_is_told(served: Served, draft: str) -> None:
    """Before anything is searched."""
    reply = httpx2.post(f"{served.url}/api/check", json={"draft": draft})

    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith("body.draft: ")


@pytest.mark.parametrize("k", [0, 101, "many"])
def test_a_number_out_of_range_is_told(served: Served, k: object) -> None:
    """With the field that it is in."""
    reply = httpx2.post(f"{served.url}/api/search", json={"question": QUESTION, "k": k})

    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith("body.k: ")


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/v1/chat/completions"])
@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ('{"question": "Who?"}', "application/x-www-form-urlencoded", "(not application/x-www-"),
        ('{"question": "Who?"}', "text/plain; charset=utf-8", "(not text/plain; charset=utf-8)"),
        ('{"question": "Who?"}', None, "(it was missing)"),
        ("", None, "(it was missing)"),
    ],
)
def test_json_that_does_not_say_so_is_told_what_to_say(
    served: Served, path: str, body: str, kind: str | None, told: str
) -> None:
    """As curl -d sends it."""
    headers = {"content-type": kind} if kind else {}

    reply = httpx2.post(served.url + path, content=body.encode(), headers=headers)

    assert reply.status_code == 400
    message = reply.json()["error"]["message"]
    assert message.startswith("send JSON, with the header 'content-type: application/json' ")
    assert told in message


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"question": Who?}', "the body is not JSON: Expecting value at character 13"),
        ("[1]", "body: "),
        ('{"asked": "Who?"}', "body.question: Field required"),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_what_is_wrong_in_a_body_is_told(served: Served, body: str, told: str, kind: str) -> None:
    """With its place; the content type is not blamed where it is right."""
    reply = httpx2.post(
        f"{served.url}/api/ask", content=body.encode(), headers={"content-type": kind}
    )

    assert reply.status_code == 400
    message = reply.json()["error"]["message"]
    assert message.startswith(told) and "content-type" not in message


COMMAND = re.compile(r"\brag [a-z]|--[a-z]|pip install")


@pytest.mark.parametrize(
    ("path", "given", "status", "told"),
    [
        ("/api/ask", {"question": " "}, 400, "the question is empty. ask for example"),
        ("/api/search", {"question": "?!"}, 400, "the question is empty. ask for example"),
        ("/api/ask", {"question": "why " * 4000}, 400, "a question may have at most 8,000"),
        ("/api/said", {"speaker": "?"}, 400, "no name was given. give one"),
        ("/api/said", {"speaker": "Zork"}, 404, "to list all speakers"),
        ("/api/said", {"speaker": "Peskov", "since": "now"}, 400, "write 2018, 2018-07 or"),
        (
            *("/api/said", {"speaker": "Peskov", "since": "2019", "until": "2018"}, 400),
            "give the earlier day first",
        ),
        ("/source/0123", {}, 404, "ask again for a new address"),
    ],
)
def test_an_error_asks_for_what_a_client_can_do(
    served: Served, path: str, given: dict[str, str], status: int, told: str
) -> None:
    """No hint names a command: nobody types one here."""
    if path in ("/api/ask", "/api/search"):
        reply = httpx2.post(served.url + path, json=given)
    else:
        reply = httpx2.get(served.url + path, params=given)

    message = reply.json()["error"]["message"]
    assert (reply.status_code, told in message) == (status, True), message
    assert not COMMAND.search(message)


def test_what_the_runner_alone_can_mend_is_left_to_them(seeds_index: Path, tmp_path: Path) -> None:
    """The client is sent to whoever runs the server; the server's log has the command."""
    index = tmp_path / "index"
    shutil.copytree(seeds_index, index)
    with serving(index, tmp_path) as server:
        (index / "manifest.json").unlink()
        reply = httpx2.get(f"{server.url}/health/ready")

        assert reply.status_code == 503
        message = reply.json()["error"]["message"]
        assert "there is no index" in message and "the person who runs this server" in message
        assert not COMMAND.search(message)
        assert "rag index FOLDER_OF_ARTICLES" in server.log.read_text()


def test_a_model_that_fails_is_left_to_who_runs_it(seeds_index: Path, tmp_path: Path) -> None:
    """In a reply and at the end of a stream; which flag mends it, the log has."""
    with serving(seeds_index, tmp_path, llm="http://127.0.0.1:9/v1") as server:
        for stream in (False, True):
            asked = {"question": QUESTION, "stream": stream}
            told = httpx2.post(f"{server.url}/api/ask", json=asked, timeout=60).text

            assert "does not answer" in told and "the person who runs this server" in told
            assert not COMMAND.search(told)
        assert "--llm none" in server.log.read_text()


def test_statements_are_those_of_the_command(served: Served, seeds_index: Path) -> None:
    """All speakers, or what one says about something."""
    everyone = httpx2.get(f"{served.url}/api/said").json()
    asked = {"speaker": "peskov", "about": "Crimea"}
    one = httpx2.get(f"{served.url}/api/said", params=asked).json()

    assert everyone == command(seeds_index, "said")
    for statement in one["statements"]:
        statement["url"] = statement.pop("original")
    assert one == command(seeds_index, "said", "peskov", "--about", "Crimea")


def test_a_source_shows_exactly_the_cited_words(served: Served, seeds_index: Path) -> None:
    """Marked in the article as a page, and as JSON with offsets."""
    [claim, *_] = post(served, "/api/ask", question=QUESTION)["claims"]
    [cited, *_] = claim["citations"]

    page = _Marked()
    page.feed(httpx2.get(cited["url"]).text)
    raw = httpx2.get(cited["url"], headers={"accept": "application/json"}).json()

    with LocalStore.open(seeds_index, embedder=None) as store:
        text = store.article_text(cited["path"])
    assert page.marked == cited["quote"]
    assert page.text == text
    assert raw["text"] == text
    assert raw["text"][raw["start"] : raw["end"]] == cited["quote"]
    assert not raw["changed"]


class _Marked(HTMLParser):
    """What a browser shows of an article, and what of it is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.text = self.marked = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark" or ("class", "text") in attrs:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside[-1:] == [tag]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text += data
        if self._inside[-1:] == ["mark"]:
            self.marked += data


def test_a_citation_of_an_older_file_is_told(served: Served) -> None:
    """What is marked may stand elsewhere now."""
    [found] = post(served, "/api/search", question=QUESTION, k=1)["results"]
    older = found["url"].replace("of=", "of=0")

    assert "has changed since it was cited" in httpx2.get(older).text
    assert "has changed since it was cited" not in httpx2.get(found["url"]).text


@pytest.mark.parametrize(
    "span",
    [
        *("start=0&end=99999999", "start=99999999&end=99999999", "start=99999998&end=99999999"),
        *("start=9&end=3", "start=9&end=9", "start=9"),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_span_that_is_not_in_the_article_is_told(served: Served, span: str, accept: str) -> None:
    """An address that marks nothing is no citation."""
    [found] = post(served, "/api/search", question=QUESTION, k=1)["results"]
    address = found["url"].partition("?")[0]

    reply = httpx2.get(f"{address}?{span}", headers={"accept": accept})

    assert reply.status_code == 400
    error = reply.json()["error"]
    start = span.partition("&")[0].removeprefix("start=")
    assert error["code"] == "invalid_value"
    assert error["message"].startswith(f"there are no characters {start} to ")
    assert found["path"] in error["message"] and "end must be after start" in error["message"]


@pytest.mark.parametrize("span", ["", "start=0&end=0"])
def test_without_a_span_nothing_is_marked(served: Served, span: str) -> None:
    """The article is shown."""
    [found] = post(served, "/api/search", question=QUESTION, k=1)["results"]
    address = found["url"].partition("?")[0]

    page = httpx2.get(f"{address}?{span}")

    assert page.status_code == 200
    assert "<mark" not in page.text


def test_a_span_of_an_older_longer_article_is_cut_off(served: Served) -> None:
    """A kept citation still opens its article, which says that it has changed."""
    [found] = post(served, "/api/search", question=QUESTION, k=1)["results"]
    address = found["url"].partition("?")[0]

    for span in ("start=0&end=99999999", "start=99999998&end=99999999"):
        page = httpx2.get(f"{address}?{span}&of=0123456789abcdef")

        assert page.status_code == 200
        assert "has changed since it was cited" in page.text


def test_figures_are_counted(served: Served) -> None:
    """For Prometheus."""

    def figure(name: str) -> float:
        lines = httpx2.get(f"{served.url}/metrics").text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    before = figure("rag_questions_total"), figure("rag_abstained_total")
    post(served, "/api/ask", question=QUESTION)
    post(served, "/api/ask", question="What did Genghis Khan say about submarines?")

    assert figure("rag_questions_total") == before[0] + 2
    assert figure("rag_abstained_total") == before[1] + 1
    assert figure("rag_answer_seconds_count") >= 2
    assert figure("rag_waiting") == 0
