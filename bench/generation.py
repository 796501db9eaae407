"""How fast a prompt is read and an answer written, beside llama.cpp by itself.

    python bench/generation.py [--model FILE.gguf] [--runs 9]

The same prompt and as many tokens: once as `rag` lets a model write, under the grammar of its
answers, and once by llama.cpp's `llama_decode` in a bare loop that takes the likeliest token.
llama.cpp has its own default for everything but the tokens at once, the threads (the number that it
is fastest with here), and tiles of AMX, which end the process on many machines. Both take turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.files import bundled_model
from rag.models.llama import BATCH, LocalModel, without_amx
from rag.models.prompts import Prompt, claims_grammar

LENGTHS = (128, 512, 1024)  # tokens of a prompt, about
WRITTEN = 48  # tokens of an answer
CONTEXT = 2048
WORDS = "The minister said on Monday that the bridge would be open to all traffic by the spring. "
LEAST = 8  # tokens of an answer from which a rate is told


class Bare:
    """llama.cpp, without anything of ours."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load a model."""
        import llama_cpp

        self.library: Any = llama_cpp
        llama_cpp.llama_backend_init()
        with without_amx(llama_cpp):
            model = llama_cpp.llama_cpp.llama_model_default_params()
        model.use_mmap = True
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), model)
        context = llama_cpp.llama_context_default_params()
        context.n_ctx, context.n_batch, context.n_ubatch = CONTEXT, BATCH, BATCH
        context.n_threads, context.n_threads_batch = threads, os.cpu_count() or 1
        self.context = llama_cpp.llama_init_from_model(self.model, context)
        vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(vocabulary)

    def _decode(self, tokens: list[int]) -> None:
        held = (self.library.llama_token * len(tokens))(*tokens)
        batch = self.library.llama_batch_get_one(held, len(tokens))
        if failed := self.library.llama_decode(self.context, batch):
            raise SystemExit(f"llama_decode failed: {failed}")

    def _best(self) -> int:
        logits = self.library.llama_get_logits_ith(self.context, -1)
        return int(np.argmax(np.ctypeslib.as_array(logits, shape=(self.size,))))

    def run(self, prompt: list[int], written: int) -> tuple[float, float]:
        """Tokens a second, read and written."""
        memory = self.library.llama_get_memory(self.context)
        self.library.llama_memory_clear(memory, True)
        began = time.perf_counter()
        for start in range(0, len(prompt), BATCH):
            self._decode(prompt[start : start + BATCH])
        token = self._best()
        read = time.perf_counter()
        for _ in range(written):
            self._decode([token])
            token = self._best()
        return len(prompt) / (read - began), written / (time.perf_counter() - read)


def ours(model: LocalModel, prompt: Prompt) -> tuple[float, float, int]:
    """Tokens a second, read and written; and how many were written after the first."""
    began = time.perf_counter()
    pieces = model.stream(prompt, grammar=claims_grammar(6), tokens=WRITTEN + 1)
    next(pieces)
    read = time.perf_counter()
    count = sum(1 for _ in pieces)
    took = time.perf_counter() - read
    if model.tokens is None or count < LEAST:
        raise SystemExit(f"{model.name} wrote {count} tokens: too few for a rate")
    return model.tokens.prompt / (read - began), count / took, count


def measured(path: Path, runs: int) -> Iterator[str]:
    """A table of rates."""
    model = LocalModel(path, context=CONTEXT, threads=0)
    cores = os.cpu_count() or 1
    bare = {threads: Bare(path, threads) for threads in sorted({max(1, cores // 2), cores})}
    yield f"{path.name}, {cores} cores; tokens a second, medians of {runs} runs in turn.\n"
    yield "| prompt, tokens | read: rag | llama.cpp | ratio | written: rag | llama.cpp | ratio |"
    yield "|---|---|---|---|---|---|---|"
    for length in LENGTHS:
        prompt = Prompt(system="You answer.", user=WORDS * (length // 18))
        tokens = model.tokenize(prompt)
        rates: dict[str, list[tuple[float, float]]] = {}
        for _ in range(runs + 1):
            *mine, count = ours(model, prompt)
            rates.setdefault("ours", []).append((mine[0], mine[1]))
            for threads, one in bare.items():
                rates.setdefault(str(threads), []).append(one.run(tokens, count))
        medians = {
            name: [statistics.median(column) for column in zip(*mine[1:], strict=True)]
            for name, mine in rates.items()
        }
        own = medians.pop("ours")
        best = [max(column) for column in zip(*medians.values(), strict=True)]
        cells = [f"{a:.0f} | {b:.0f} | {a / b:.2f}" for a, b in zip(own, best, strict=True)]
        yield f"| {len(tokens)} | {' | '.join(cells)} |"
    model.close()


def main() -> None:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=bundled_model())
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    for line in measured(options.model, options.runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
