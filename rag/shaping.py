"""The code that decides what an index of given files holds, as one checksum.

An index that other code made is built anew: what is kept of it would not be what this code makes.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

SHAPING = (
    *("load", "store", "prepare.py", "confined.py", "copies.py", "passages.py", "text.py"),
    *("names.py", "proper_names.py", "embed.py"),
    *("statements.py", "attributions.py", "contents.py", "cues.py", "noun_phrases.py"),
    *("quotations.py", "people.py"),
    *("sync.py", "indexing.py", "vectors.py", "evaluate/beir.py"),
)


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """SHA-256 over the modules that shape an index."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for name in SHAPING:
        path = package / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            total.update(file.read_bytes())
    return total.hexdigest()
