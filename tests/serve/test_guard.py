"""rag.serve.guard, from outside: who is let in, to what, and what they are told."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from serve_process import START, Served, serving

LOCKED = [
    ("GET", "/v1/models", None),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "Who marched?"}]}),
    ("POST", "/api/ask", {"question": "Who marched for the Saltmarsh Bridge?"}),
    ("POST", "/api/search", {"question": "Who marched?"}),
    ("GET", "/api/said", None),
    ("GET", "/api/status", None),
    ("GET", "/metrics", None),
    ("GET", "/openapi.json", None),
]
OPEN = ["/", "/health/live", "/health/ready", "/widget.js"]


@pytest.fixture(scope="module")
def locked(
    seeds_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """A server that wants a key, and the key."""
    place = tmp_path_factory.mktemp("locked")
    made = subprocess.run(
        [*START, "serve", "--new-key"],
        capture_output=True,
        text=True,
        check=True,
        env={
            "RAG_STATE": str(place),
            "PATH": "",
            "HOME": str(place),
            "PYTHONPATH": ":".join(sys.path),
        },
    )
    with serving(seeds_index, place, serve_per_minute=100_000) as server:
        yield server, made.stdout.strip()


def send(
    served: Served, method: str, path: str, body: Any = None, **headers: str
) -> httpx2.Response:
    """One request, with these headers; an underscore in a name stands for a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.request(method, served.url + path, json=body, headers=named, timeout=60)


@pytest.mark.parametrize(("method", "path", "body"), LOCKED)
def test_a_route_wants_the_key_in_either_header(
    locked: tuple[Served, str], method: str, path: str, body: Any
) -> None:
    """None or a wrong one is 401; the right one is let in as bearer token and as X-Api-Key."""
    server, key = locked

    assert send(server, method, path, body).status_code == 401
    refused = send(server, method, path, body, authorization="Bearer wrong")
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "authentication_error"
    assert send(server, method, path, body, x_api_key=f"{key}x").status_code == 401
    assert send(server, method, path, body, authorization=f"Basic {key}").status_code == 401
    assert send(server, method, path, body, authorization=f"Bearer {key}").status_code == 200
    assert send(server, method, path, body, x_api_key=key).status_code == 200


@pytest.mark.parametrize("path", OPEN)
def test_the_page_and_the_health_of_the_server_want_none(
    locked: tuple[Served, str], path: str
) -> None:
    """They tell nothing of the articles."""
    assert send(locked[0], "GET", path).status_code == 200


def test_a_cited_source_opens_by_its_signed_address_only(locked: tuple[Served, str]) -> None:
    """A chat tool's user clicks it without a key; no other article opens by it."""
    server, key = locked
    found = send(server, "POST", "/api/search", {"question": "bridge", "k": 100}, x_api_key=key)
    one, other, *_ = {
        urlsplit(each["url"]).path: each["url"] for each in found.json()["results"]
    }.items()
    signature = urlsplit(one[1]).query

    assert httpx2.get(one[1]).status_code == 200
    assert send(server, "GET", one[0]).status_code == 401
    assert send(server, "GET", f"{other[0]}?{signature}").status_code == 401
    assert send(server, "GET", f"{one[0]}?sig=").status_code == 401


@pytest.mark.parametrize("path", [path for _, path, _ in LOCKED] + OPEN)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:80"])
def test_a_foreign_name_is_refused(locked: tuple[Served, str], path: str, host: str) -> None:
    """A page whose name was bound anew to this machine gets nothing, with a key or without."""
    server, key = locked

    assert send(server, "GET", path, host=host, x_api_key=key).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize(("method", "path", "body"), LOCKED)
def test_a_page_of_another_origin_is_refused(
    locked: tuple[Served, str], method: str, path: str, body: Any, origin: str
) -> None:
    """And no header invites it."""
    server, key = locked
    found = send(server, method, path, body, origin=origin, x_api_key=key)

    assert found.status_code == 403
    assert "access-control-allow-origin" not in found.headers


def test_its_own_pages_may_ask(locked: tuple[Served, str]) -> None:
    """Browsers send an Origin with a POST of the page itself."""
    server, key = locked
    found = send(
        server, "POST", "/api/search", {"question": "bridge"}, origin=server.url, x_api_key=key
    )

    assert found.status_code == 200


def test_every_answer_carries_the_headers_of_a_safe_page(locked: tuple[Served, str]) -> None:
    """Errors too."""
    server, key = locked

    for path in ("/", "/nothing", "/api/status", "/health/live"):
        headers = send(server, "GET", path, x_api_key=key).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_a_gigabyte_in_pieces_is_cut_off(locked: tuple[Served, str]) -> None:
    """Long before it is there: 413, and the connection is closed."""
    server, key = locked
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.putrequest("POST", "/api/ask")
    for name, value in (("Transfer-Encoding", "chunked"), ("X-Api-Key", key)):
        connection.putheader(name, value)
    connection.putheader("Content-Type", "application/json")
    connection.endheaders()
    sent, piece = 0, b"10000\r\n" + b"[" * 65536 + b"\r\n"
    try:
        while sent < 2**30:
            connection.send(piece)
            sent += 65536
    except (BrokenPipeError, ConnectionResetError):
        pass

    assert sent < 2**26
    try:
        assert connection.getresponse().status == 413
    except ConnectionResetError:  # the answer can be lost when what was sent is not read
        assert send(server, "GET", "/health/live").status_code == 200


def test_a_length_that_is_too_great_is_refused_unread(locked: tuple[Served, str]) -> None:
    """By what the client says itself."""
    server, key = locked
    found = httpx2.post(f"{server.url}/api/ask", content=b"x" * 300_000, headers={"x-api-key": key})

    assert found.status_code == 413


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 30_000, b"{", b"", b"\xff\xfe", b"1"])
@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/v1/chat/completions"])
def test_what_is_no_request_is_the_clients_error(
    locked: tuple[Served, str], path: str, body: bytes
) -> None:
    """However deep it is."""
    server, key = locked
    headers = {"x-api-key": key, "content-type": "application/json"}
    found = httpx2.post(server.url + path, content=body, headers=headers)

    assert found.status_code == 400
    assert found.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/source/..%2f..%2f..%2fetc%2fpasswd",
        "/source/../../etc/passwd",
        "/source/%2e%2e/%2e%2e/etc/passwd",
        "/source/%00",
        "/source/saltmarsh-bridge-protest.md",
        "/source//etc/passwd",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/.",
    ],
)
def test_no_path_leads_to_a_file(locked: tuple[Served, str], path: str) -> None:
    """Addresses hold ids, and our own files have a list of names."""
    server, key = locked
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.request("GET", path, headers={"X-Api-Key": key})  # as it is, not made shorter
    found = connection.getresponse()

    assert found.status == 404
    assert json.loads(found.read())["error"]["message"]


def test_one_client_cannot_ask_without_end(seeds_index: Path, tmp_path: Path) -> None:
    """429, with the seconds to wait; health is told all the same."""
    with serving(seeds_index, tmp_path, serve_per_minute=5) as server:
        codes = [send(server, "GET", "/v1/models").status_code for _ in range(8)]
        refused = send(server, "GET", "/v1/models")

        assert codes[:5] == [200] * 5
        assert set(codes[6:]) == {429}
        assert 1 <= int(refused.headers["retry-after"]) <= 12
        assert refused.json()["error"]["type"] == "rate_limit_exceeded"
        assert send(server, "GET", "/health/live").status_code == 200
