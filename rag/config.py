"""Settings: defaults < ``rag.toml`` < ``RAG_*`` environment variables < flags.

A setting is a frozen value; it never opens or builds anything. Keys of other services are no
settings: `rag.credentials`.
"""

from __future__ import annotations

import difflib
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from rag.checksum import write_atomically
from rag.error_words import reason
from rag.errors import ConfigError
from rag.limits import DEFAULT, Limits

FILE_NAME = "rag.toml"
ENVIRONMENT_PREFIX = "RAG_"


class Mode(StrEnum):
    """Which half of the retrieval is used."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


def _user_dir(kind: str) -> Path:
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_path")("rag", appauthor=False))


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


def _place(kind: str, help: str) -> Any:
    return field(default_factory=lambda: _user_dir(kind), metadata={"help": help})


# The most that each limit of a file may be set to: beyond, a slip of the keyboard is likelier.
_LIMITS_END: Mapping[str, int] = {
    "file_megabytes": 2_000,
    "text_characters": 1_000_000_000,
    "text_sentences": 10_000_000,
    "pdf_pages": 1_000_000,
    "ocr_pages": 100_000,
    "archive_ratio": 2_000,
    "archive_megabytes": 100_000,
    "archive_members": 1_000_000,
    "parse_seconds": 86_400,
    "parse_megabytes": 1_000_000,
    "serve_seconds": 86_400,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every knob of the product. ``rag config show`` prints each with its value and its source."""

    index: Path = _setting(Path("index"), "folder of the built index")
    store: str = _setting(
        "", "a shared index: milvus+http(s)://HOST:PORT/NAME; unset: the folder alone"
    )
    embedder: str = _setting("bundled", "bundled, or the folder of a sentence-transformers model")
    mode: Mode = _setting(Mode.HYBRID, "hybrid, dense or lexical retrieval")
    dense_weight: float = _setting(0.5, "weight of meaning against words in the search, 0 to 1")
    passages: int = _setting(12, "passages read for a question")
    k: int = _setting(5, "evidence sentences shown by `rag search`")
    sentences: int = _setting(4, "the most evidence sentences that an answer may use")
    abstain_below: float | None = _setting(
        None, "answerability, 0 to 1, below which a question is refused; unset: built in"
    )
    passage_words: int = _setting(120, "the most words of a passage; a change needs a rebuild")
    file_megabytes: int = _setting(DEFAULT.file_megabytes, "the largest file that is read, in MB")
    text_characters: int = _setting(DEFAULT.text_characters, "the most characters of one file")
    text_sentences: int = _setting(DEFAULT.text_sentences, "the most sentences in one file")
    pdf_pages: int = _setting(DEFAULT.pdf_pages, "the most pages of a PDF")
    ocr_pages: int = _setting(DEFAULT.ocr_pages, "the most pages of a PDF that are read by OCR")
    archive_ratio: int = _setting(
        DEFAULT.archive_ratio, "how many times its size a packed file may unpack to"
    )
    archive_megabytes: int = _setting(
        DEFAULT.archive_megabytes, "the largest unpacked size of a packed file, in MB"
    )
    archive_members: int = _setting(DEFAULT.archive_members, "the most parts of a packed file")
    parse_seconds: float = _setting(DEFAULT.parse_seconds, "the most seconds to parse one file")
    parse_megabytes: int = _setting(
        DEFAULT.parse_megabytes, "the most memory to parse one file, in MB"
    )
    reader: str = _setting(
        "bundled", "bundled, none, or the folder of a sentence-transformers cross-encoder"
    )
    checker: str = _setting(
        "bundled", "bundled, none, or the folder of an NLI cross-encoder that checks claims"
    )
    llm: str = _setting(
        "none", "none, bundled, a .gguf file, a downloaded model, or addresses: http(s)://…/v1"
    )
    llm_model: str = _setting("default", "model name sent to an endpoint")
    llm_api_key: str = field(
        default="",
        repr=False,
        metadata={"help": "key for an endpoint; keep it in RAG_LLM_API_KEY"},
    )
    judge_model: str = _setting("default", "model name sent to the judge of `rag eval --judge`")
    judge_api_key: str = field(
        default="",
        repr=False,
        metadata={"help": "key for the judge; keep it in RAG_JUDGE_API_KEY"},
    )
    llm_timeout: float = _setting(60.0, "seconds that an answer of an endpoint may take")
    llm_context: int = _setting(2048, "context size of a local model, in tokens")
    llm_tokens: int = _setting(120, "the most tokens of an answer")
    llm_kept: int = _setting(1000, "texts of a local model that are kept: none is written twice")
    serve_queue: int = _setting(8, "how many questions may wait at a server; more are refused")
    serve_seconds: float = _setting(120.0, "the most seconds for an answer of a server")
    serve_per_minute: int = _setting(120, "the most requests a minute from one client of a server")
    serve_body_kilobytes: int = _setting(256, "the largest request that a server accepts, in kB")
    allowed_hosts: str = _setting("", "other host names of a server, separated by spaces")
    embed_origins: str = _setting(
        "", "sites that may embed the page of a server, separated by spaces"
    )
    public_url: str = _setting("", "the address that browsers use; unset: where the server listens")
    threads: int = _setting(0, "processor threads; 0 means as many as the machine has")
    prompts: Path | None = _setting(None, "folder of your own prompt templates")
    models: Path = _place("data", "folder of downloaded models")
    cache: Path = _place("cache", "folder of exported embedders, checksums, and what models wrote")
    state: Path = _place(
        "state", "folder of the last answer, for `rag show`, and of keys and notes of `rag serve`"
    )

    def __post_init__(self) -> None:
        _require(0.0 <= self.dense_weight <= 1.0, "dense_weight", self.dense_weight, "0 to 1")
        if self.abstain_below is not None:
            _require(
                0.0 <= self.abstain_below <= 1.0, "abstain_below", self.abstain_below, "0 to 1"
            )
        for name in ("passages", "k", "sentences", "passage_words", "llm_context", "llm_tokens"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "1 or more")
        _require(0 <= self.serve_queue <= 10_000, "serve_queue", self.serve_queue, "0 to 10,000")
        for name in ("serve_per_minute", "serve_body_kilobytes"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "1 or more")
        for name, most in _LIMITS_END.items():
            value = getattr(self, name)
            allowed = f"more than 0 and at most {most:,}"
            _require(math.isfinite(value) and 0 < value <= most, name, value, allowed)
        _require(0 <= self.threads <= 1024, "threads", self.threads, "0 to 1024")
        context = self.llm_context
        _require(256 <= context <= 1_000_000, "llm_context", context, "256 to 1,000,000 tokens")
        _require(0 <= self.llm_kept <= 10_000, "llm_kept", self.llm_kept, "0 to 10,000")
        _require(self.llm_tokens <= 100_000, "llm_tokens", self.llm_tokens, "at most 100,000")
        finite = math.isfinite(self.llm_timeout) and self.llm_timeout > 0
        _require(finite, "llm_timeout", self.llm_timeout, "a number of seconds, more than 0")

    @property
    def limits(self) -> Limits:
        """What one file may take and hold."""
        return Limits(**{entry.name: getattr(self, entry.name) for entry in fields(Limits)})


SECRETS = frozenset({"llm_api_key", "judge_api_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings, and where each of their values came from."""

    settings: Settings
    origins: Mapping[str, str]  # setting -> "default", "rag.toml", "RAG_INDEX", "--index"


NAMED_TWICE = {"--sentences": "--sentences or --k"}


def load_settings(
    *,
    environ: Mapping[str, str],
    folder: Path,
    flags: Mapping[str, Any] | None = None,
) -> Configuration:
    """Merge all sources of settings.

    Args:
        environ: The process environment (or a plain dict in tests).
        folder: Where a ``rag.toml`` is looked for, unless ``RAG_CONFIG`` names another file.
        flags: Values given on the command line; ``None`` values count as not given.

    Returns:
        The settings and the origin of each.

    Raises:
        ConfigError: An unknown key, a value of the wrong type or out of range, or a broken file.
    """
    layers = [
        _from_file(environ, folder),
        _from_environment(environ),
        {
            key: (value, f"--{key.replace('_', '-')}")
            for key, value in (flags or {}).items()
            if value is not None
        },
    ]
    types = get_type_hints(Settings)
    values: dict[str, Any] = {}
    origins = {entry.name: "default" for entry in fields(Settings)}
    for layer in layers:
        for key, (raw, origin) in layer.items():
            values[key] = _convert(key, raw, types[key], origin)
            origins[key] = origin
    try:
        return Configuration(settings=Settings(**values), origins=origins)
    except ConfigError as error:
        said = re.match(r"`(\w+)` ", error.message)
        if said is None or origins.get(said[1], "default") == "default":
            raise
        origin = origins[said[1]]
        told = f"{error.message} (from {NAMED_TWICE.get(origin, origin)})"
        raise ConfigError(told, hint=error.hint) from error


def settings_file(environ: Mapping[str, str], folder: Path) -> Path:
    """The settings file in force, whether it exists or not."""
    named = environ.get(f"{ENVIRONMENT_PREFIX}CONFIG")
    return Path(named) if named else folder / FILE_NAME


def _from_file(environ: Mapping[str, str], folder: Path) -> dict[str, tuple[Any, str]]:
    path = settings_file(environ, folder)
    if not path.is_file():
        if environ.get(f"{ENVIRONMENT_PREFIX}CONFIG"):
            raise ConfigError(
                f"RAG_CONFIG names {path}, which is not a file", hint="correct RAG_CONFIG"
            )
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} is not valid TOML: {reason(error)}", hint="correct that line"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {reason(error)}", hint="change its permissions"
        ) from error
    origin = str(path)
    return {known_setting(key, origin=origin): (value, origin) for key, value in table.items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    for name, value in environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or name == f"{ENVIRONMENT_PREFIX}CONFIG":
            continue
        key = known_setting(name.removeprefix(ENVIRONMENT_PREFIX).lower(), origin="the environment")
        found[key] = (value, name)
    return found


def known_setting(key: str, *, origin: str) -> str:
    """The name of a setting, as it is.

    Args:
        key: What somebody wrote.
        origin: Where, for the message.

    Raises:
        ConfigError: There is no such setting; the hint names one that is near.
    """
    names = [entry.name for entry in fields(Settings)]
    if key in names:
        return key
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "see `rag config show` for all settings"
    raise ConfigError(f"unknown setting `{key}` in {origin}", hint=hint)


def _convert(key: str, raw: Any, kind: Any, origin: str) -> Any:
    """One value in its setting's type; text is parsed, other types must fit already."""
    if kind == float | None:
        kind = float  # who gives a value does not give none
    try:
        if kind in (int, float):
            if isinstance(raw, bool):
                raise ValueError("true and false are not numbers")
            if kind is int and isinstance(raw, float):
                raise ValueError("a whole number is needed")
            return kind(raw)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return kind(raw)
        if kind is str:
            if not isinstance(raw, str):
                raise ValueError("text is needed")
            return raw.strip() if key in SECRETS else raw  # a key of a file brings its newline
        if raw == "":
            raise ValueError("the path is empty")
        return Path(raw).expanduser()  # Path, and Path | None
    except (ValueError, TypeError, RuntimeError) as error:  # RuntimeError: ~nobody has no home
        raise ConfigError(
            f"`{key}` cannot be {'that' if key in SECRETS else repr(raw)} (from {origin})",
            hint=f"it must be {_expected(kind)}",
        ) from error


def _expected(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "one of " + ", ".join(kind)
    return {int: "a whole number", float: "a number", str: "text"}.get(kind, "a path")


def _require(holds: bool, key: str, value: object, allowed: str) -> None:
    if not holds:
        raise ConfigError(f"`{key}` is {value}", hint=f"it must be {allowed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """A setting as `rag config show` prints it."""

    key: str
    value: str
    origin: str
    help: str


def setting_rows(configuration: Configuration) -> list[SettingRow]:
    """All settings with their values and origins; secrets are masked."""
    rows: list[SettingRow] = []
    for entry in fields(Settings):
        value = getattr(configuration.settings, entry.name)
        hidden = entry.name in SECRETS and value
        rows.append(
            SettingRow(
                key=entry.name,
                value="(set)" if hidden else "" if value is None else str(value),
                origin=configuration.origins[entry.name],
                help=str(entry.metadata["help"]),
            )
        )
    return rows


def current_configuration(**flags: Any) -> Configuration:
    """The configuration of this process: its environment, its working folder, and some flags."""
    return load_settings(environ=os.environ, folder=Path.cwd(), flags=flags)


def write_setting(key: str, value: str | float | None) -> Path:
    """Set one key in the settings file in force, keeping everything else in it as it is.

    Args:
        key: A setting.
        value: What it is to be; None takes the key out of the file.

    Returns:
        The file.

    Raises:
        ConfigError: The file there is not valid TOML, or cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = settings_file(os.environ, Path.cwd()).resolve()  # a link stays a link
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
        write_atomically(path, tomlkit.dumps(document))
    except (TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be changed: {reason(error)}", hint="correct the file by hand"
        ) from error
    return path
