"""Which addresses a host may lead to."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path
from typing import Any

import pytest
from web_site import Says, Site, page

from rag.fetch.add import add_addresses
from rag.fetch.hosts import addresses_of
from rag.fetch.manners import Manners, NotFetched

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "10.1.2.3", "172.16.0.1",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "::7f00:1", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_no_private_address_is_connected_to(host: str) -> None:
    """However it is written, also where one of IPv6 stands for one of IPv4."""
    with pytest.raises(NotFetched, match="private network"):
        addresses_of(host, 80, allow_private=False)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_a_public_address_is_itself(host: str) -> None:
    """It needs no name."""
    assert addresses_of(host, 80, allow_private=False) == [host]


def test_a_private_address_may_be_allowed() -> None:
    """By who asks for it."""
    assert addresses_of("127.0.0.1", 80, allow_private=True) == ["127.0.0.1"]


@pytest.fixture
def leading(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes names lead to addresses, one answer after the other; the last one stays."""

    def lead(**names: list[list[str]]) -> list[str]:
        asked: list[str] = []
        real = socket.getaddrinfo

        def resolve(host: str, port: int, *rest: Any, **named: Any) -> Any:
            asked.append(host)
            name = host.removesuffix(".example")
            if name not in names:
                return real(host, port, *rest, **named)
            found = names[name].pop(0) if len(names[name]) > 1 else names[name][0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        return asked

    return lead


def test_a_name_that_leads_here_is_refused(leading: Any) -> None:
    """Also where it is one address of several."""
    leading(mixed=[["93.184.216.34", "127.0.0.1"]])

    with pytest.raises(NotFetched, match="mixed.example is this machine"):
        addresses_of("mixed.example", 80, allow_private=False)


def test_a_redirect_to_a_private_address_is_refused(
    leading: Any, site: Site, manners: Manners, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public site sends the visitor to this machine, and nothing is asked for there."""
    port = site.url.rpartition(":")[2]
    leading(public=[["93.184.216.34"]])
    real = socket.create_connection

    def connect(address: Any, *rest: Any, **named: Any) -> Any:
        there = ("127.0.0.1", address[1]) if address[0] == "93.184.216.34" else address
        return real(there, *rest, **named)

    monkeypatch.setattr(socket, "create_connection", connect)
    site.paths |= {
        "/to": Says(status=302, headers={"Location": f"{site.url}/secret"}),
        "/secret": Says(body=page()),
    }
    strict = dataclasses.replace(manners, allow_private=False)

    [one] = add_addresses([f"http://public.example:{port}/to"], into=tmp_path, manners=strict)

    assert "127.0.0.1 is this machine or in a private network" in one.why
    assert site.paths_asked() == ["/to"]
    assert {asked.headers["host"] for asked in site.asked} == {f"public.example:{port}"}


def test_a_name_is_resolved_once_for_a_request(
    leading: Any, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """What was checked is connected to: a second answer could be another one."""
    port = site.url.rpartition(":")[2]
    asked = leading(moving=[["127.0.0.1"], ["127.0.0.1"], ["192.0.2.1"]])
    site.paths["/a"] = Says(body=page())

    [one] = add_addresses([f"http://moving.example:{port}/a"], into=tmp_path, manners=manners)

    assert one.file is not None
    assert asked.count("moving.example") == 2  # robots.txt, and the page


def test_another_address_of_a_host_is_tried(
    leading: Any, site: Site, manners: Manners, tmp_path: Path
) -> None:
    """Where nobody listens at the first one."""
    port = site.url.rpartition(":")[2]
    leading(two=[["::1", "127.0.0.1"]])
    site.paths["/a"] = Says(body=page())

    [one] = add_addresses([f"http://two.example:{port}/a"], into=tmp_path, manners=manners)

    assert one.file is not None
