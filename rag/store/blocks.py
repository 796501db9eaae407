"""A file <-> blocks of text that a database can keep, each named by what it holds.

A block that two generations share is sent and fetched once.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

SIZE = 32_768  # bytes: two pages of SQLite's; as text never longer than `LONGEST`
LONGEST = 65_535  # characters of a text in Milvus


def blocks_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """The blocks of a file, in order, each with its name."""
    with path.open("rb") as file:
        while block := file.read(SIZE):
            yield name_of(block), block


def name_of(block: bytes) -> str:
    """SHA-256 of a block, cut to 128 bits."""
    return hashlib.sha256(block).hexdigest()[:32]


def packed(block: bytes) -> str:
    """A block as text."""
    return base64.b64encode(zlib.compress(block, 1)).decode()


def unpacked(text: str, name: str) -> bytes:
    """The block of this name.

    Raises:
        ValueError: The text holds another one, or none.
    """
    try:
        block = zlib.decompress(base64.b64decode(text, validate=True))
    except (ValueError, zlib.error) as error:
        raise ValueError(f"block {name} is damaged") from error
    if name_of(block) != name:
        raise ValueError(f"block {name} is damaged")
    return block
