"""Models from the Hugging Face hub, on demand only. The only importer of huggingface_hub.

The SHA-256 of a model is written down at its first download; the same revision must give the same
bytes ever after.
"""

from __future__ import annotations

import os
from pathlib import Path

from rag.checksum import sha256_of
from rag.errors import ModelError
from rag.models.catalogue import CATALOGUE
from rag.models.files import BUNDLED, NO_LLM, RECORD, Pulled, pulled_models, record_model


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
    first = pulled_models(models).get(name)
    if first and first.revision == now.revision and first.sha256 != now.sha256:
        raise ModelError(
            f"{file} of {repo} has a different SHA-256 than when you first downloaded it"
            f" ({now.sha256[:12]}…, not {first.sha256[:12]}…)",
            hint=f"do not use it. If you trust it, remove `{name}` from {models / RECORD}",
        )
    record_model(now, models=models)
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
            f"{wanted!r} is not a model that can be downloaded",
            hint=f"use one of {names}, or owner/repository/file.gguf",
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
        ValueError,  # a name that the hub does not allow, or an answer that is not JSON
    ) as error:
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"{file} of {repo} could not be pulled: {first_line}",
            hint="check the name, the network and HF_ENDPOINT; the next try continues the download",
        ) from error
    return Path(path), commit
