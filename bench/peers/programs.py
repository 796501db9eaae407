"""The programs that answer: `rag`, and each of the others in an environment of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers.process import run
from rag.models.embedder import BUNDLED as BUNDLED_EMBEDDER
from rag.models.embedder import model_folder
from rag.models.files import BUNDLED, NO_LLM, bundled_model

HERE = Path(__file__).parent
RAG = [sys.executable, "-c", "import sys; sys.argv[0] = 'rag'; from rag.cli.main import app; app()"]
OURS = "rag"
PEERS = {  # name of module and list of versions -> title, and the package that has the version
    "llamaindex": ("LlamaIndex", "llama-index-core"),
    "txtai": ("txtai", "txtai"),
    "haystack": ("Haystack", "haystack-ai"),
}
ENVIRONMENT = {
    "PYTHONPATH": str(HERE.parent),
    # No program reaches for a model hub or reports its use.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A set of questions, ready to be asked."""

    name: str
    folder: Path
    items: Sequence[Mapping[str, Any]]  # lines of the gold file
    texts: Mapping[str, str]  # of the articles by path, as our index has them

    @property
    def gold(self) -> Path:
        """The questions that are asked."""
        return self.folder / "gold.jsonl"

    @property
    def index(self) -> Path:
        """Our index."""
        return self.folder / OURS

    @property
    def articles(self) -> Path:
        """The articles as plain text, for the others."""
        return self.folder / "articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What answers, with one language model, on an index that is there."""

    name: str
    title: str
    model: str
    batch: Callable[[Path, Path], list[str]]  # questions, file for the answers -> the command
    alone: Callable[[Mapping[str, Any], Path], list[str]]  # question, scratch folder -> the same
    environment: Mapping[str, str]


def programs_of(
    name: str, prepared: Prepared, models: Sequence[str], work: Path
) -> Iterator[Program]:
    """A program with each language model in turn.

    Args:
        name: `OURS`, or one of `PEERS`; its environment is made and the articles indexed first.
        prepared: What it will be asked.
        models: ``bundled`` or GGUF files.
        work: Where environments are.

    Raises:
        subprocess.CalledProcessError: It cannot be installed, or cannot index the articles.
        ModelError: A bundled model is not installed.
    """
    if name == OURS:
        for model in [NO_LLM, *models]:
            yield _ours(prepared, model, work)
        return
    python = _python_of(name, work)
    options = {
        "articles": prepared.articles,
        "index": prepared.folder / name,
        "embedder": model_folder(BUNDLED_EMBEDDER),
    }
    for number, model in enumerate(models):
        options["model"] = bundled_model() if model == BUNDLED else Path(model).resolve()
        given = [text for key, path in options.items() for text in (f"--{key}", str(path))]
        module = [python, "-m", f"peers.ask_{name}"]
        if number == 0:
            run([*module, "build", *given], cwd=work, environment=ENVIRONMENT)
        yield _peer(name, model, command=[*module, "ask", *given])


def _ours(prepared: Prepared, model: str, work: Path) -> Program:
    file = model if model in {BUNDLED, NO_LLM} else str(Path(model).resolve())
    common = ["--index", str(prepared.index), "--llm", file]
    return Program(
        name=OURS,
        title=OURS,
        model=_label(model),
        batch=lambda questions, out: [
            *[*RAG, "ask", "--batch", str(questions), "--out", str(out)],
            *common,
        ],
        alone=lambda item, scratch: [*RAG, "ask", item["question"], "--json", *common],
        environment={"RAG_STATE": str(work / "state")},
    )


def _peer(name: str, model: str, *, command: Sequence[str]) -> Program:
    title, package = PEERS[name]

    def batch(questions: Path, out: Path) -> list[str]:
        return [*command, "--questions", str(questions), "--out", str(out)]

    def alone(item: Mapping[str, Any], scratch: Path) -> list[str]:
        one = scratch / "one.jsonl"
        one.write_text(json.dumps(item) + "\n", encoding="utf-8")
        return batch(one, scratch / "one-said.jsonl")

    return Program(
        name=name,
        title=f"{title} {_version(name, package)}",
        model=_label(model),
        batch=batch,
        alone=alone,
        environment=ENVIRONMENT,
    )


def _label(model: str) -> str:
    """What a language model is called in the table."""
    return model if model in {BUNDLED, NO_LLM} else Path(model).stem


def _python_of(name: str, work: Path) -> str:
    """The Python of a program; its packages are installed once for each list of versions."""
    folder, wanted = work / "environments" / name, HERE / f"{name}.txt"
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    if not installed.is_file() or installed.read_bytes() != wanted.read_bytes():
        print(f"Installing {name}: minutes, once", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)], cwd=work)
        run([str(python), "-m", "pip", "install", "-q", "-r", str(wanted)], cwd=work)
        shutil.copyfile(wanted, installed)
    return str(python)


def _version(name: str, package: str) -> str:
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{package}=="))
