"""What it takes to run an evaluation again: models, prompts, settings, index, gold set, code."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import rag
from rag.answer.encoders import BUNDLED, NO_READER
from rag.checksum import remembered_sha256
from rag.config import SECRETS, Settings
from rag.errors import ModelError
from rag.models.endpoint import without_password
from rag.models.files import NO_LLM, find_model
from rag.models.prompts import load_templates
from rag.models.reader import shipped_sha256
from rag.store import LocalStore

# Places on this machine and its processors: another machine has others and the same answers.
_LOCAL = frozenset({"index", "models", "cache", "state", "prompts", "threads"})
_LIBRARIES = ("numpy", "onnxruntime", "tokenizers", "faiss-cpu", "tantivy", "llama-cpp-python")


def describe_settings(settings: Settings) -> dict[str, Any]:
    """Every setting that can change an answer, but secrets."""
    names = [entry.name for entry in fields(settings)]
    apart = _LOCAL | SECRETS | {"judge_model", "llm_kept"}
    kept = [name for name in names if name not in apart]
    return {name: getattr(settings, name) for name in kept} | {
        "llm": without_password(settings.llm)
    }


def describe_index(store: LocalStore) -> dict[str, Any]:
    """Which corpus was asked, and how it was indexed."""
    return {
        "corpus": store.fingerprint(),
        "articles": store.count("articles"),
        "generation": store.manifest.generation,
        "passage_words": store.manifest.passage_words,
    }


def describe_models(settings: Settings, store: LocalStore) -> dict[str, Any]:
    """Names and checksums of the models; an endpoint's weights cannot be known."""
    embedder = store.manifest.embedder
    return {
        "embedder": {"name": embedder.name, "sha256": embedder.sha256},
        "reader": _reader(settings),
        "llm": _language_model(settings),
    }


def _reader(settings: Settings) -> dict[str, Any] | None:
    if settings.reader == NO_READER:
        return None
    if settings.reader == BUNDLED:
        return {"name": "bundled", "sha256": shipped_sha256(cache=settings.cache)}
    return {"name": Path(settings.reader).name, "sha256": None}


def _language_model(settings: Settings) -> dict[str, Any] | None:
    if settings.llm == NO_LLM:
        return None
    if settings.llm.startswith(("http://", "https://")):
        return {"name": settings.llm_model, "sha256": None}
    try:
        path = find_model(settings.llm, models=settings.models, cache=settings.cache)
    except ModelError:  # asking says so, or answers by quoting when nobody named the model
        return {"name": settings.llm, "sha256": None}
    sum = remembered_sha256(path, settings.cache / "checksums.json")
    return {"name": path.name, "sha256": sum}


def describe_prompts(settings: Settings) -> str:
    """SHA-256 over the prompt templates in force."""
    templates = load_templates(settings.prompts)
    return hashlib.sha256(f"{templates.system}\0{templates.answer}".encode()).hexdigest()


def describe_code() -> dict[str, Any]:
    """Version, and the commit when the package runs from a checkout of its own."""
    root = Path(rag.__file__).parent.parent
    commit = None
    if (root / ".git").exists() and (root / "pyproject.toml").is_file():
        commit = _git(root, "describe", "--always", "--dirty", "--abbrev=40")
    return {"version": rag.__version__, "commit": commit}


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):  # no git: then the version has to do
        return None
    return done.stdout.strip() or None


def describe_machine() -> dict[str, Any]:
    """What timings depend on."""
    libraries: dict[str, str | None] = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            libraries[name] = None
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "libraries": libraries,
    }
