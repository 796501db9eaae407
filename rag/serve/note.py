"""The note of a running `rag serve`, by which commands of the same user find it.

It lies in the state folder: where the server listens on 127.0.0.1, a token, and what it answers
with. Only its owner can read it. The server holds a lock on it, which the kernel releases with the
process: a note without a lock is of a server that is gone, whatever its process or port is now.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import rag
from rag.config import SECRETS, Settings
from rag.error_words import reason
from rag.limits import Limits

FOLDER = "serving"
LONGEST = 64 * 1024  # bytes of a note
HOST = "127.0.0.1"
# Settings that change no answer. What is added later counts until it is named here.
NO_MATTER = frozenset(
    {"index", "k", "state", "models", "passage_words", "judge_model", "judge_api_key", "llm_kept"}
    | {"allowed_hosts", "embed_origins", "public_url"}
    | {entry.name for entry in fields(Settings) if entry.name.startswith("serve_")}
    | {entry.name for entry in fields(Limits)}
)
FILES = ("embedder", "reader", "checker", "llm")  # a word, or where files are


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A server of an index.

    Attributes:
        port: Where it listens on `HOST`.
        process: Its number, for people.
        token: What it and who may read the note know.
        program: Which `rag` it is, see `program`.
        settings: What it answers with, see `marks`.
    """

    port: int
    process: int
    token: str = field(repr=False)
    program: str
    settings: dict[str, str]

    def proof(self, nonce: str) -> str:
        """What only a process that knows the token can answer, from this port."""
        return _keyed(self.token, f"{self.port} {nonce}")

    def others(self, settings: Settings) -> list[str]:
        """The settings that the server has other values of, by name; none: it answers the same."""
        mine = marks(settings, self.token)
        return [name for name in mine if mine[name] != self.settings.get(name)]


def make_note(port: int, settings: Settings) -> Note:
    """The note of this process."""
    token = secrets.token_hex(32)
    return Note(
        port=port,
        process=os.getpid(),
        token=token,
        program=program(),
        settings=marks(settings, token),
    )


def program() -> str:
    """This `rag`: its version, where it is, and when a file of it was changed last."""
    folder = str(Path(rag.__file__).parent)
    return f"{rag.__version__} {folder} {_newest(folder)}"


def _newest(folder: str) -> int:
    newest = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                newest = max(newest, 0 if entry.name == "__pycache__" else _newest(entry.path))
            else:
                newest = max(newest, entry.stat().st_mtime_ns)
    return newest


def marks(settings: Settings, token: str) -> dict[str, str]:
    """A mark for each setting that bears on an answer, the same for the same value.

    Args:
        settings: In force here. Of a file or folder that one names, also how it looks counts.
        token: Keys the marks, so that they give no value away.
    """
    from rag.models.files import BUNDLED, NO_LLM, RECORD  # only where there is a server

    known = {}
    for entry in fields(Settings):
        if entry.name not in NO_MATTER:
            told = _told(entry.name, getattr(settings, entry.name))
            if entry.name == "llm" and settings.llm not in (NO_LLM, BUNDLED):
                told += f" {settings.models.resolve()} {_look(settings.models / RECORD)}"
            known[entry.name] = _keyed(token, f"{entry.name} {told}")
    return known


def _told(name: str, value: object) -> str:
    if name in SECRETS:
        return str(value)
    if name == "prompts" and isinstance(value, Path):
        return f"{value.resolve()} {_look(value)}"
    if isinstance(value, Path):
        return str(value.resolve())
    if name in FILES and (place := Path(str(value)).expanduser()).exists():
        return f"{place.resolve()} {_look(place)}"
    return repr(value)


def _look(place: Path, deep: int = 2) -> str:
    """How a file looks, or each file of a folder, so deep; nothing where there is none."""
    try:
        seen = place.stat()
        if stat.S_ISDIR(seen.st_mode):
            inside = sorted(place.iterdir()) if deep else []
            return " ".join(f"{one.name}:{_look(one, deep - 1)}" for one in inside)
    except OSError:
        return ""
    return f"{seen.st_size}-{seen.st_mtime_ns}-{seen.st_ino}"


def _keyed(token: str, text: str) -> str:
    return hmac.new(token.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


@contextmanager
def noted(note: Note, settings: Settings, *, notify: Callable[[str], None]) -> Iterator[None]:
    """Keep a note for as long as the block runs.

    Args:
        note: Of this process.
        settings: Its index, and the state folder.
        notify: Told where it cannot be kept: then commands answer by themselves.
    """
    folder = settings.state / FOLDER
    path = folder / f"{_name(settings.index)}{secrets.token_hex(4)}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder)
        handle = _written(path, json.dumps(asdict(note)))
    except OSError as error:
        notify(f"`rag ask` will not use this server: {folder}: {reason(error)}")
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _written(path: Path, content: str) -> int:
    """A locked file, whole before anybody can see it; what is returned holds the lock."""
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.pwrite(handle, content.encode(), 0)
        draft.rename(path)
    except BaseException:
        os.close(handle)
        draft.unlink(missing_ok=True)
        raise
    return handle


def _sweep(folder: Path) -> None:
    """Remove the notes of servers that were killed."""
    for path in folder.glob("*.json"):
        with suppress(OSError):
            handle = _opened(path)
            try:
                if not _is_held(handle):
                    path.unlink()
            finally:
                os.close(handle)


def read_notes(settings: Settings) -> Iterator[Note]:
    """The notes of the servers of an index that run now, and are this user's.

    Args:
        settings: The index, and the state folder.
    """
    folder = settings.state / FOLDER
    try:
        paths = [path for path in folder.iterdir() if path.suffix == ".json"]
    except OSError:  # no server was ever started
        return
    if paths:
        begins = _name(settings.index)
        for path in paths:
            if path.name.startswith(begins) and (note := _read(path)):
                yield note


def _name(index: Path) -> str:
    """What the names of the notes of an index begin with."""
    return hashlib.sha256(os.fsencode(index.resolve())).hexdigest()[:32] + "-"


def _read(path: Path) -> Note | None:
    """A note, unless its server is gone, or it may be somebody else's."""
    try:
        handle = _opened(path)
    except OSError:
        return None
    try:
        seen = os.fstat(handle)
        ours = stat.S_ISREG(seen.st_mode) and seen.st_uid == os.geteuid()
        if not ours or seen.st_mode & 0o077 or not _is_held(handle):
            return None
        return _checked(json.loads(os.read(handle, LONGEST)))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def _is_held(handle: int) -> bool:
    """Whether a server holds the lock of its note."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in {errno.EWOULDBLOCK, errno.EACCES}
    return False


def _checked(given: Any) -> Note:
    """What a note says, if it is one.

    Raises:
        TypeError: It is not.
    """
    note = Note(**given)
    numbers = type(note.port) is int is type(note.process) and 0 < note.port < 65536
    texts = isinstance(note.token, str) and isinstance(note.program, str)
    if not (numbers and texts and len(note.token) == 64 and isinstance(note.settings, dict)):
        raise TypeError("no note")
    return note
