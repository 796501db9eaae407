"""A host's name -> the addresses to connect to, none of them on this machine or a private network.

A page, a feed or a redirect can name any host, and any name can lead anywhere: to the router, or to
the metadata of a cloud machine. The name is therefore resolved once, what comes out is checked, and
the connection is made to just that; asked a second time, the name could lead somewhere else.
"""

from __future__ import annotations

import ipaddress
import socket

from rag.fetch.manners import NotFetched

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TRIED = 4  # addresses of one host
# Ends in four bytes of IPv4, to which a gateway hands the connection on.
_GATEWAYS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Resolve a name, once.

    Args:
        host: A name in ASCII, or an address.
        port: To connect to.
        allow_private: Whether any address will do.

    Raises:
        NotFetched: There is no such host; or one of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched(f"there is no host {host}, or no network") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(map(_is_public, addresses)):
        raise NotFetched(
            f"{host} is this machine or in a private network;"
            " use --allow-private if you trust every address in this command"
        )
    return addresses[:_TRIED]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return all(
        one.is_global and not (one.is_multicast or one.is_reserved)
        for one in _embedded(address) or [address]
    )


def _embedded(address: Address) -> list[Address]:
    """The addresses of IPv4 that one of IPv6 stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address] = []
    if address.ipv4_mapped:
        found.append(address.ipv4_mapped)
    if address.sixtofour:
        found.append(address.sixtofour)
    if address.teredo:
        found.extend(address.teredo)
    if any(address in network for network in _GATEWAYS):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found
