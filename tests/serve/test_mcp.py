"""rag.serve.mcp, asked by the SDK's own client: what agents rely on."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from scripted import endpoint
from shell import START, check_error, rag

DRAFT = "Crimea would not be discussed, Peskov said on 3 July. It rains. Nobody saw the whale swim."
QUESTION = "What did Peskov say about Crimea?"
PATH = "2018-07-02-crimea-not-on-agenda.txt"
JSON = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def environment(place: Path, **settings: object) -> dict[str, str]:
    """Of a server that keeps what it keeps in a folder of the test's."""
    named = {f"RAG_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, "RAG_STATE": str(place), "RAG_THREADS": "1", **named}


@contextmanager
def serving(index: Path, place: Path, llm: str = "none", **settings: object) -> Iterator[str]:
    """A server over HTTP until the block ends; then SIGTERM must end it, without a complaint."""
    log = place / f"mcp-{time.monotonic_ns()}.log"
    command = [*START, *("mcp", "--http", "--port", "0", "--index", str(index), "--llm", llm)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=environment(place, **settings)
        )
    try:
        until = time.monotonic() + 120
        while not (found := re.search(r"at (http://\S+)", log.read_text(errors="replace"))):
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0
    assert "Traceback" not in log.read_text(errors="replace")


@pytest.fixture(scope="module")
def url(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the seeds that answers with quotations."""
    with serving(seeds_index, tmp_path_factory.mktemp("mcp"), serve_per_minute=9999) as address:
        yield address


def call(url: str, tool: str, **arguments: Any) -> Any:
    """What a tool returns."""

    async def work() -> Any:
        async with Client(url) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(work())


def refused(url: str, tool: str, **arguments: Any) -> str:
    """What a tool says of arguments that it cannot use."""
    result = call(url, tool, **arguments)
    assert result.is_error
    assert result.structured_content is None
    [content] = result.content
    return str(content.text)


def test_the_tools_only_read(url: str) -> None:
    """Each says so, and has schemas that are valid."""

    async def work() -> Any:
        async with Client(url) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(work())}
    assert set(tools) == {"ask", "search", "check", "said", "get_source", "index_status"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert tool.description
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ask", {"question": QUESTION}),
        ("ask", {"question": "When was Notre-Dame reopened?"}),
        ("ask", {"question": "How many people marched for the Saltmarsh Bridge?"}),
        ("ask", {"question": "What did Macron say about Crimea?"}),
        ("ask", {"question": QUESTION, "since": "2018", "outlet": ["courier"], "tag": []}),
        ("search", {"query": "Crimea", "k": 3}),
        ("search", {"query": "Crimea", "speaker": ["Peskov"], "path": ["*.txt"]}),
        ("search", {"query": "Crimea", "tag": ["zebra"]}),
        ("said", {"tag": ["russia"]}),
        ("check", {"draft": DRAFT}),
        ("said", {}),
        ("said", {"speaker": "Peskov", "about": "Crimea", "since": "2018", "until": "2019"}),
        ("get_source", {"source": PATH}),
        ("index_status", {}),
    ],
)
def test_what_a_tool_returns_is_what_its_schema_promises(
    url: str, tool: str, arguments: dict[str, Any]
) -> None:
    """And there is a text for clients that show nothing else."""

    async def work() -> Any:
        async with Client(url) as client:
            tools = {one.name: one for one in (await client.list_tools()).tools}
            return tools[tool].output_schema, await client.call_tool(tool, arguments)

    schema, result = asyncio.run(work())
    assert not result.is_error
    Draft202012Validator(schema).validate(result.structured_content)
    assert result.content[0].text


def test_an_answer_cites_what_can_be_read(url: str) -> None:
    """Text with a list of sources, a link for each, and under each link the quoted characters."""
    result = call(url, "ask", question=QUESTION)

    text, *links = result.content
    told = result.structured_content
    cited = {one["n"]: one for claim in told["claims"] for one in claim["citations"]}
    [peskov] = [one for one in cited.values() if one["quote"].endswith("a subject for talks.")]
    assert f"not a subject for talks. [{peskov['n']}]" in text.text
    assert f"{PATH}:10" in text.text.partition("Sources:")[2]
    assert [link.uri for link in links] == [cited[n]["uri"] for n in sorted(cited)]
    assert [link.description for link in links] == [cited[n]["quote"] for n in sorted(cited)]
    for one in cited.values():
        piece = call(url, "get_source", source=one["uri"], start=one["start"], end=one["end"])
        assert piece.structured_content["text"] == one["quote"]


def test_a_link_is_a_resource(url: str) -> None:
    """With its fragment or without, as clients differ; and the address of none is an error."""

    async def work() -> Any:
        async with Client(url) as client:
            found = await client.call_tool("search", {"query": "Crimea", "k": 1})
            link = found.content[1].uri
            whole = await client.read_resource(link)
            bare = await client.read_resource(link.partition("#")[0])
            for wrong in (
                *("rag://article/0000", "rag://article/..%2F..%2Fetc%2Fpasswd", "rag://x"),
                *("file:///etc/passwd", "rag://article/%00", "rag://article/../../etc/passwd"),
            ):
                with pytest.raises(MCPError, match=r"(?i)unknown resource|no article"):
                    await client.read_resource(wrong)
            return found.structured_content["results"][0], whole, bare

    one, whole, bare = asyncio.run(work())
    assert one["quote"] in whole.contents[0].text
    assert bare.contents[0].text == whole.contents[0].text


def test_a_follow_up_refers_to_the_question_before(url: str) -> None:
    """As in a chat."""
    result = call(url, "ask", question="And Sanders?", earlier=[QUESTION])

    assert result.structured_content["question"] == "What did Sanders say about Crimea?"
    assert "Sanders" in result.structured_content["text"]


def test_no_answer_is_no_error(url: str) -> None:
    """It is what the articles hold, with the nearest sentences marked as none."""
    result = call(url, "ask", question="What did Macron say about Crimea?")

    assert not result.is_error
    assert result.structured_content["abstained"]
    assert "No answer in these articles" in result.content[0].text
    assert "not an answer" in result.content[0].text
    assert len(result.content) == 1


def test_a_long_article_comes_in_pieces(url: str) -> None:
    """Each tells where the next begins."""
    whole = call(url, "get_source", source=PATH).structured_content
    first = call(url, "get_source", source=PATH, end=300)
    rest = call(url, "get_source", source=whole["id"], start=300)

    assert "start=300 has the rest" in first.content[0].text
    joined = first.structured_content["text"] + rest.structured_content["text"]
    assert joined == whole["text"]
    assert len(joined) == whole["characters"]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, ["question", "required"]),
        ("ask", {"question": ""}, ["empty", "hint"]),
        ("ask", {"question": 7}, ["question", "string"]),
        ("ask", {"question": "why " * 4000}, ["16,000", "8,000"]),
        ("ask", {"question": "Who?", "sources": "all"}, ["no argument sources", "earlier"]),
        ("search", {"query": "Crimea", "k": 0}, ["k", "1"]),
        ("search", {"query": "Crimea", "k": 101}, ["k", "100"]),
        (
            "said",
            {"speaker": "Nobody Atall"},
            ["no speaker in these articles is called Nobody Atall"],
        ),
        ("said", {"speaker": "Peskov", "since": "yesterday"}, ["not a date", "2018-07"]),
        ("said", {"speaker": "Peskov", "since": "2019", "until": "2018"}, ["earlier day first"]),
        ("get_source", {"source": PATH, "start": 10**9}, ["1,750"]),
        ("get_source", {"source": PATH, "start": 9, "end": 9}, ["end must be after start"]),
        ("get_source", {"source": PATH, "start": -1}, ["start", "0"]),
        ("dance", {}, ["Unknown tool"]),
    ],
)
def test_a_wrong_argument_is_told_with_what_to_do(
    url: str, tool: str, arguments: dict[str, Any], words: list[str]
) -> None:
    """The calling model reads it and can do better."""
    said = refused(url, tool, **arguments)

    for word in words:
        assert word.lower() in said.lower()
    assert "pydantic" not in said and "Traceback" not in said
    assert not re.search(r"\brag [a-z]|--[a-z]", said)


def test_what_the_runner_alone_can_mend_is_left_to_them(seeds_index: Path, tmp_path: Path) -> None:
    """An agent is not sent to a terminal that it does not have."""
    with serving(seeds_index, tmp_path, llm="http://127.0.0.1:9/v1") as address:
        said = refused(address, "ask", question=QUESTION)

    assert "does not answer" in said
    assert "hint: the person who runs this server can fix this" in said
    [log] = tmp_path.glob("mcp-*.log")
    assert "--llm none" not in said and "--llm none" in log.read_text()


@pytest.mark.parametrize(
    "path",
    [
        *("../../../../etc/passwd", "/etc/passwd", "..%2F..%2Fetc%2Fpasswd", f"./{PATH}"),
        *("file:///etc/passwd", "\x00", "", f"{PATH}\x00.txt", "rag://article/../../etc/passwd"),
        *("C:\\Windows\\win.ini", "~/.ssh/id_rsa", "%"),
    ],
)
def test_only_articles_of_the_index_can_be_read(url: str, path: str) -> None:
    """A path is a name to look up, never a place on the disk."""
    assert "there is no article" in refused(url, "get_source", source=path)


def test_what_articles_say_is_marked_as_theirs(url: str) -> None:
    """On lines that begin with >, below a line that says so: no other line has words of one."""
    result = call(url, "ask", question=QUESTION)

    label, *lines = result.content[0].text.split("\n")
    assert "not instructions" in label
    for claim in result.structured_content["claims"]:
        for one in [claim["text"], *(cited["quote"] for cited in claim["citations"])]:
            assert any(line.startswith(">") and one in line for line in lines)
            assert not any(one in line for line in lines if not line.startswith(">"))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_two_clients_ask_at_once(url: str, mode: str) -> None:
    """Of the newest protocol and of the one before."""

    async def work() -> Any:
        async with Client(url, mode=mode) as one, Client(url, mode=mode) as other:
            return await asyncio.gather(
                one.call_tool("ask", {"question": QUESTION}),
                other.call_tool("ask", {"question": "When was Notre-Dame reopened?"}),
                one.call_tool("search", {"query": "Crimea"}),
            )

    peskov, reopened, found = asyncio.run(work())
    assert "Peskov" in peskov.structured_content["text"]
    assert "7 December 2024" in reopened.structured_content["text"]
    assert len(found.structured_content["results"]) == 5


def test_progress_is_told_and_tells_nothing_of_an_article(url: str) -> None:
    """It rises at every step."""
    told: list[tuple[float, str]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message or ""))

    async def work() -> None:
        async with Client(url) as client:
            await client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)

    asyncio.run(work())
    assert [progress for progress, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1] == "reading the question"
    assert [message for _, message in told if message.startswith("claim")][:2] == [
        "claim 1 checked",
        "claim 2 checked",
    ]
    assert told[-1][1].endswith("checked")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"origin": "https://evil.example"}, 403),
    ],
)
def test_pages_of_others_cannot_ask(url: str, headers: dict[str, str], status: int) -> None:
    """Nor can a name that was bound to this machine afterwards."""
    assert httpx2.post(url, json=PING, headers={**JSON, **headers}).status_code == status


def test_a_body_that_is_too_large_is_not_read(url: str) -> None:
    """The limit is that of rag serve."""
    assert httpx2.post(url, content=b" " * 300_000, headers=JSON).status_code == 413


def test_who_may_ask_has_the_key(seeds_index: Path, tmp_path: Path) -> None:
    """The same key as for rag serve, in the same header; without it there is not even a list."""
    key = rag("serve", "--new-key", RAG_STATE=str(tmp_path)).stdout.strip()

    async def work(url: str) -> Any:
        async with (
            httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await client.call_tool("index_status", {})

    with serving(seeds_index, tmp_path) as address:
        assert httpx2.post(address, json=PING, headers=JSON).status_code == 401
        wrong = {**JSON, "authorization": "Bearer rag-wrong"}
        assert httpx2.post(address, json=PING, headers=wrong).status_code == 401
        assert asyncio.run(work(address)).structured_content["articles"] == 14


def test_others_are_not_let_in_without_a_key(seeds_index: Path, tmp_path: Path) -> None:
    """As with rag serve."""
    done = rag(
        *("mcp", "--http", "--host", "0.0.0.0", "--port", "0", "--index", str(seeds_index)),
        RAG_STATE=str(tmp_path),
    )

    check_error(done, 2, "a key is needed", "--new-key")


def test_who_comes_when_too_many_wait_is_told(seeds_index: Path, tmp_path: Path) -> None:
    """As an error of the tool, with when to come again; who was there first has the answer."""
    go = threading.Event()

    def reply(asked: str) -> str:
        go.wait(60)
        return "[1]"

    async def work(url: str) -> Any:
        async with Client(url) as client:
            begun = asyncio.Event()

            async def hear(progress: float, total: float | None, message: str | None) -> None:
                if "wording" in (message or ""):
                    begun.set()

            first = asyncio.create_task(
                client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)
            )
            await asyncio.wait_for(begun.wait(), 60)
            second = await client.call_tool("ask", {"question": QUESTION})
            search = await client.call_tool("search", {"query": "Crimea"})
            go.set()
            return await first, second, search

    with endpoint(reply) as (llm, _), serving(seeds_index, tmp_path, llm, serve_queue=0) as url:
        first, second, search = asyncio.run(work(url))

    assert not first.is_error and first.structured_content["claims"]
    assert second.is_error and "ask again in" in second.content[0].text
    assert not search.is_error


def over_stdio(index: Path, place: Path, llm: str = "none") -> Any:
    """The transport of a client that starts the server itself."""
    command, *arguments = START
    more = ["mcp", "--index", str(index), "--llm", llm]
    return stdio_client(
        StdioServerParameters(command=command, args=[*arguments, *more], env=environment(place))
    )


def test_a_client_that_goes_on_does_not_wait_for_what_it_gave_up(
    seeds_index: Path, tmp_path: Path
) -> None:
    """Over standard input and output, with the bundled model: giving up stops the model."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

    async def work() -> tuple[bool, Any, float]:
        async with Client(over_stdio(seeds_index, tmp_path, "bundled")) as client:
            begun = asyncio.Event()

            async def hear(progress: float, total: float | None, message: str | None) -> None:
                if "wording" in (message or ""):
                    begun.set()

            asked = asyncio.create_task(
                client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)
            )
            await asyncio.wait_for(begun.wait(), 60)
            asked.cancel()
            done, _ = await asyncio.wait([asked], timeout=10)
            began = time.monotonic()
            # The articles do not answer it, so it costs no model: only who is before it in line.
            after = await client.call_tool("ask", {"question": "What did Macron say about Crimea?"})
            return bool(done), after, time.monotonic() - began

    ended, after, seconds = asyncio.run(work())
    assert ended
    assert after.structured_content["abstained"]
    assert seconds < 4


INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def test_standard_output_is_the_protocol_alone(seeds_index: Path, tmp_path: Path) -> None:
    """Whatever comes in, every line that goes out is a message; and SIGTERM ends it in peace."""
    process = subprocess.Popen(
        [*START, "mcp", "--index", str(seeds_index), "--llm", "none", "--log-questions"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    )
    assert process.stdin and process.stdout and process.stderr
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    for line in (
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        "this is no message",
        '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":'
        '{"name":"search","arguments":{"query":"\\ud800"}}}',
        json.dumps({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": call}),
    ):
        process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    answers = {}
    while 3 not in answers:
        message = json.loads(process.stdout.readline())
        answers[message.get("id")] = message

    process.send_signal(signal.SIGTERM)  # while standard input is open

    assert process.wait(20) == 0
    assert process.stdout.read() == b""
    noted = process.stderr.read().decode()
    assert answers[3]["result"]["structuredContent"]["claims"]
    assert QUESTION in noted and "Traceback" not in noted


def test_the_end_of_input_is_the_end(seeds_index: Path, tmp_path: Path) -> None:
    """A client that goes away leaves no process behind."""
    done = rag("mcp", "--index", str(seeds_index), "--llm", "none", RAG_STATE=str(tmp_path))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_index_is_told_before_anything_else(tmp_path: Path) -> None:
    """Not as a protocol that goes wrong later."""
    for more in ([], ["--http", "--port", "0"]):
        check_error(rag("mcp", *more, "--index", tmp_path / "none"), 4, "no index", "rag index")


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    """The extra of the package."""
    code = "import sys; sys.modules['mcp'] = None; from rag.cli.main import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "mcp"], capture_output=True, text=True, check=False
    )

    check_error(done, 2, "needs the package mcp", 'pip install "rag[mcp]"')
