"""Keys that let a client in, and signatures that let one open a single article without a key.

Only hashes of keys are kept. A key is 32 random bytes, so a plain SHA-256 of it is as good as a
slow one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from rag.checksum import write_atomically
from rag.error_words import reason
from rag.errors import ConfigError

PREFIX = "rag-"
FILE_NAME = "serve-keys.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What is known of keys.

    Attributes:
        hashes: SHA-256 of each key; none: no key is needed.
        secret: Signs the addresses of articles.
    """

    hashes: tuple[str, ...] = ()
    secret: str = ""

    @property
    def needed(self) -> bool:
        """Whether a client needs a key."""
        return bool(self.hashes)

    def accepts(self, key: str) -> bool:
        """Whether a key is one of these; takes as long for a wrong one as for a right one."""
        digest = _digest(key)
        return any([hmac.compare_digest(digest, known) for known in self.hashes])

    def sign(self, id: str) -> str:
        """What opens one article without a key."""
        return hmac.new(self.secret.encode(), id.encode(), "sha256").hexdigest()[:32]

    def opens(self, id: str, signature: str) -> bool:
        """Whether a signature is that of an article."""
        return hmac.compare_digest(self.sign(id).encode(), signature.encode())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def read_keys(folder: Path) -> Keys:
    """The keys that were made; none where there is no file.

    Raises:
        ConfigError: The file cannot be read: this must not let anybody in.
    """
    path = folder / FILE_NAME
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        hashes, secret = tuple(map(str, known["hashes"])), str(known["secret"])
    except FileNotFoundError:
        return Keys(secret=secrets.token_hex(32))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {reason(error)}",
            hint="delete the file and make new keys: rag serve --new-key",
        ) from error
    if not hashes or len(secret) < 32:
        raise ConfigError(
            f"{path} contains no key", hint="delete the file and make new keys: rag serve --new-key"
        )
    return Keys(hashes=hashes, secret=secret)


def new_key(folder: Path) -> str:
    """Make a key and remember its hash.

    Args:
        folder: Where the hashes are kept.

    Returns:
        The key. It cannot be shown again.

    Raises:
        ConfigError: The file of hashes cannot be read or written.
    """
    known = read_keys(folder)
    key = PREFIX + secrets.token_urlsafe(32)
    path = folder / FILE_NAME
    content = json.dumps({"hashes": [*known.hashes, _digest(key)], "secret": known.secret})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # the secret in it is for its owner alone, from the first byte on
        write_atomically(path, content)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", hint="set `state` to another folder"
        ) from error
    return key
