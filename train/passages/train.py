"""Train the passage reader on what `passages.build` and `passages.said` made.

    PYTHONPATH=train python -m passages.train --data WORK/data --out WORK/run

Seeded. A checkpoint is kept every hundred steps, and the same command goes on from it. With
``--reader rag/models/weights/reader.onnx`` it begins from an exported reader instead of the bare
encoder, so that a training whose checkpoint is gone is not lost; ``--first`` says which pass is
its first then. Needs the packages of the project alone (torch comes with sentence-transformers); a
CPU will do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from passages.batches import Batch, Place, Rows, batches
from passages.data import Asked, kept, read_asked, read_passages
from passages.drawn import Words
from passages.graph import read_graph
from passages.loss import loss_of
from passages.measure import drawn_for, measure
from passages.model import PassageReader
from rag.models.embedder import model_folder
from rag.models.onnx import open_tokenizer
from rag.models.reader import PassageEncoder

SEED = 20
ENCODER_RATE, HEADS_RATE = 1.5e-4, 1e-3
WARMUP = 0.05  # of all steps
DECAY = 0.998  # of the running average of the weights, which is what is measured and kept
SAVE_EVERY = 100  # steps
# Of the sets that are made of single sentences, which are large, each pass takes other questions.
OF_PASS = {"qamr": 6_000, "qasrl": 2_000, "pairs": 2_500, "said": 6_000}
WHOLE = "written"  # the set of which each pass takes all


def of_pass(questions: Sequence[Asked], nth: int, others: float = 1.0) -> list[Asked]:
    """The questions of a pass: so many of each set, one share after another.

    Args:
        questions: All there are.
        nth: The number of the pass.
        others: Share of what a pass takes of all sets but the one written for the project.
    """
    sizes = Counter(one.source for one in questions)
    chosen = [one for one in questions if one.source == WHOLE]
    for source, size in sorted(sizes.items()):
        if source == WHOLE:
            continue
        wanted = round(others * OF_PASS.get(source, size))
        mine = [one for one in questions if one.source == source]
        random.Random(SEED).shuffle(mine)
        first = nth * wanted % max(1, len(mine))
        chosen += [*mine[first:], *mine[:first]][:wanted]
    return chosen


class Training:
    """The state of a training, which goes on from its checkpoint."""

    def __init__(
        self,
        work: Path,
        *,
        passes: float,
        first: int = 0,
        reader: Path | None = None,
        rate: float = 1.0,
        others: float = 1.0,
    ) -> None:
        """Begin from the bundled encoder, or where an earlier run in ``work`` stopped.

        Args:
            work: Where its state is kept.
            passes: How many, and the part of one, over the questions.
            first: The number of the first pass: each draws other questions.
            reader: An exported reader to begin from.
            rate: Share of the full learning rates.
            others: See `of_pass`.
        """
        torch.manual_seed(SEED)
        self.work, self.passes, self.first, self.others = work, passes, first, others
        self.model = PassageReader(model_folder("bundled"))
        if reader:
            weights = {name: torch.from_numpy(one) for name, one in read_graph(reader).items()}
            there = self.model.load_state_dict(weights, strict=False)
            assert there.missing_keys == ["encoder.embeddings.word_embeddings.weight"], there
        decayed = get_ema_multi_avg_fn(DECAY)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(self.model, multi_avg_fn=decayed)
        groups = list(
            self.model.parameter_groups(encoder=rate * ENCODER_RATE, heads=rate * HEADS_RATE)
        )
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self.state: dict[str, Any] = {
            "pass": first,
            "block": 0,
            "batch": 0,
            "done": 0.0,
            "step": 0,
            "best": -1.0,
        }
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.averaged.load_state_dict(saved["averaged"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.state = saved["state"]
            print("going on from", self.state, flush=True)

    @property
    def checkpoint(self) -> Path:
        """Where its state is kept."""
        return self.work / "checkpoint.pt"

    def save(self) -> None:
        """Keep the state, all or nothing."""
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "model": self.model.state_dict(),
                "averaged": self.averaged.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "state": self.state,
            },
            partial,
        )
        partial.replace(self.checkpoint)

    def step(self, batch: Batch) -> float:
        """Learn from a batch; returns its loss."""
        done = self.state["done"]
        rise = done / WARMUP if done < WARMUP else (1.01 - done) / (1.01 - WARMUP)
        for part in self.optimiser.param_groups:
            part["lr"] = part["full"] * max(rise, 0.002)
        # So that a run that goes on drops the same units as one that was never stopped.
        torch.manual_seed(SEED * 1_000_000 + self.state["step"])
        self.model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            read = self.model(batch.ids, batch.mask, batch.segments)
        loss = loss_of(read, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.averaged.update_parameters(self.model)
        self.state["step"] += 1
        return float(loss.item())

    def run(
        self, questions: Sequence[Asked], rows: Rows, unseen: Sequence[Asked], *, every: int
    ) -> None:
        """All passes, from where it stopped; measured every so many steps and at the end."""
        words = Words(one.question for one in questions)
        losses: list[float] = []
        began = time.perf_counter()
        while self.state["done"] < 1:
            nth = self.state["pass"]
            since = Place(self.state["block"], self.state["batch"])
            mine = of_pass(questions, nth, self.others)
            for place, share, batch in batches(mine, rows, words, SEED + nth, since):
                losses.append(self.step(batch))
                done = (nth - self.first + share) / self.passes
                self.state |= asdict(place) | {"done": done}
                step = self.state["step"]
                if step % every == 0:
                    self.measure(rows, unseen)
                if step % SAVE_EVERY == 0:
                    self.save()
                    spent = (time.perf_counter() - began) / len(losses)
                    mean = sum(losses) / len(losses)
                    print(
                        f"pass {nth} step {step} done {self.state['done']:.4f}"
                        f" loss {mean:.3f} {spent:.2f} s/step",
                        flush=True,
                    )
                    losses, began = [], time.perf_counter()
                if done >= 1:
                    break
            self.state |= {"pass": nth + 1, "block": 0, "batch": 0}
            self.measure(rows, unseen)
            self.save()
        torch.save(self.averaged.module.state_dict(), self.work / "last.pt")

    def measure(self, rows: Rows, unseen: Sequence[Asked]) -> None:
        """Measure the averaged weights; keep them if they are the best so far."""
        figures = measure(self.averaged.module, rows, unseen)
        about = {name: self.state[name] for name in ("pass", "step", "done")}
        line = json.dumps({**about, **figures})
        print(line, flush=True)
        with (self.work / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        if figures["selection"] > self.state["best"]:
            self.state["best"] = figures["selection"]
            torch.save(self.averaged.module.state_dict(), self.work / "best.pt")


def main() -> None:
    """Train, and write the best and the last weights with their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where `passages.build` wrote")
    parser.add_argument("--out", type=Path, default=Path("train/work"))
    parser.add_argument("--passes", type=float, default=2, help="over the questions")
    parser.add_argument("--first", type=int, default=0, help="number of the first pass")
    parser.add_argument("--reader", type=Path, help="an exported reader to begin from")
    parser.add_argument("--rate", type=float, default=1, help="share of the full learning rates")
    parser.add_argument("--others", type=float, default=1, help="share of the public sets")
    parser.add_argument("--every", type=int, default=700, help="steps between two measurements")
    parser.add_argument("--sample", type=int, help="questions to train on, for a trial")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    passages = read_passages(options.data / "passages.jsonl.gz")
    passages += read_passages(options.data / "written-passages.jsonl.gz")
    asked = [
        one
        for name in ("questions", "said", "written")
        for one in read_asked(options.data / f"{name}.jsonl.gz")
    ]
    questions = [one for one in asked if one.seen and not kept(one.source, one.article)]
    unseen = drawn_for([one for one in asked if one.seen and kept(one.source, one.article)], SEED)
    if options.sample:
        questions = random.Random(SEED).sample(questions, options.sample)
    print(f"{len(questions)} questions to train on, {len(unseen)} to measure on", flush=True)
    encoder = PassageEncoder(open_tokenizer(model_folder("bundled") / "tokenizer.json"))
    rows = Rows(passages, encoder)
    training = Training(
        options.out,
        passes=options.passes,
        first=options.first,
        reader=options.reader,
        rate=options.rate,
        others=options.others,
    )
    training.run(questions, rows, unseen, every=options.every)


if __name__ == "__main__":
    main()
