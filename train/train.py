"""Train the reader: first on QAMR, then on questions over articles with mined wrong sentences.

    python train/train.py --data ../shared/data --out train/work

Seeded. A checkpoint is kept every hundred steps, and the same command goes on from it. Needs the
packages of the project alone (torch comes with sentence-transformers); a CPU will do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from batches import batches
from evaluate import evaluate_reader
from gold_sets import mine
from groups import Group, held_out, read_groups, write_groups
from loss import loss_of
from model import Reader
from qamr import read_qamr
from swaps import swapped
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rag.config import Settings
from rag.models.embedder import model_folder, open_embedder
from rag.models.onnx import open_tokenizer
from rag.models.reader import PairEncoder

SEED = 20
RATES = {"encoder": 1e-4, "heads": 8e-4}
WARMUP = 0.05  # of a stage's steps
DECAY = 0.996  # of the running average of the weights, which is what is evaluated and kept
SETS = ("squad2", "xquad_en", "clapnq")
REHEARSED = 4_000  # questions of QAMR in each pass of the second stage, so that it is not unlearnt;
#                    and as many that were made unanswerable
SAVE_EVERY = 100  # steps


@dataclass(frozen=True)
class Stage:
    """Some passes over some groups."""

    name: str
    groups: list[Group]
    passes: int
    rate: float  # of the full learning rate
    sampled: int = 0  # groups of QAMR, answerable and not, beside them in each pass


def load_groups(data: Path, work: Path) -> tuple[list[Group], list[Group], list[Group]]:
    """QAMR; the questions over articles to train on; those of articles never trained on."""
    # Mined by the search alone: a reader would choose its own training sentences.
    settings = Settings(llm="none", reader="none")
    path = work / "qamr.jsonl"
    if not path.exists():
        embedder = open_embedder(settings.embedder, cache=settings.cache)
        print("qamr", write_groups(read_qamr(data / "qamr", embedder=embedder), path), flush=True)
    qamr = read_groups(path)
    mined: list[Group] = []
    for name in SETS:
        path = work / f"{name}.jsonl"
        if not path.exists():
            print(name, write_groups(mine(data / name, settings=settings), path), flush=True)
        mined += read_groups(path)
    seen = [group for group in mined if not held_out(group.article)]
    unseen = [group for group in mined if held_out(group.article)]
    print(f"{len(qamr)} QAMR groups, {len(seen)} mined, {len(unseen)} unseen", flush=True)
    return qamr, seen, unseen


class Training:
    """The state of a training, which goes on from its checkpoint."""

    def __init__(self, work: Path) -> None:
        """Begin from the bundled encoder, or where an earlier run in ``work`` stopped."""
        torch.manual_seed(SEED)
        source = model_folder("bundled")
        self.work = work
        self.encoder = PairEncoder(open_tokenizer(source / "tokenizer.json"))
        self.model = Reader(source)
        decayed = get_ema_multi_avg_fn(DECAY)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(self.model, multi_avg_fn=decayed)
        self.optimiser = torch.optim.AdamW(
            [
                {"params": self.model.trained_encoder(), "lr": 0.0},
                {"params": self.model.heads(), "lr": 0.0},
            ],
            weight_decay=0.01,
            fused=True,
        )
        self.state: dict[str, Any] = {"pass": 0, "batch": 0, "step": 0, "best": -1.0}
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

    def run_pass(self, stage: Stage, nth: int, groups: list[Group], seed: int) -> None:
        """One pass of a stage, from the batch where it stopped."""
        ready = list(batches(groups, self.encoder, random.Random(seed)))
        began = time.perf_counter()
        for place in range(self.state["batch"], len(ready)):
            done = (nth + place / len(ready)) / stage.passes
            rise = done / WARMUP if done < WARMUP else (1.02 - done) / (1.02 - WARMUP)
            for part, rate in zip(self.optimiser.param_groups, RATES.values(), strict=True):
                part["lr"] = rate * stage.rate * rise
            # So that a run that goes on drops the same units as one that was never stopped.
            torch.manual_seed(seed * 100_000 + place)
            self.model.train()
            loss = loss_of(self.model, ready[place])
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step()
            self.optimiser.zero_grad()
            self.averaged.update_parameters(self.model)
            self.state["step"] += 1
            self.state["batch"] = place + 1
            if self.state["step"] % SAVE_EVERY == 0:
                self.save()
                spent = time.perf_counter() - began
                progress = f"{stage.name} {nth} {place + 1}/{len(ready)}"
                print(f"{progress} loss {loss.item():.3f} {spent:.0f} s", flush=True)
        self.state["batch"] = 0

    def measure(self, stage: Stage, nth: int, unseen: list[Group]) -> None:
        """Evaluate the averaged weights; keep them if they are the best so far."""
        figures = evaluate_reader(self.averaged.module, self.encoder, unseen)
        line = json.dumps({"stage": stage.name, "pass": nth, "step": self.state["step"], **figures})
        print(line, flush=True)
        with (self.work / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        if figures["selection"] > self.state["best"]:
            self.state["best"] = figures["selection"]
            torch.save(self.averaged.module.state_dict(), self.work / "best.pt")


def main() -> None:
    """Train, and write the best weights with their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passes", type=int, nargs=2, default=(3, 2), help="of the two stages")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    qamr, seen, unseen = load_groups(options.data, options.out)
    random_ = random.Random(SEED)
    spoilt = list(swapped(qamr, random_))
    seen += swapped(seen, random_)
    stages = [
        Stage("qamr", qamr + spoilt, options.passes[0], 1.0),
        Stage("articles", seen, options.passes[1], 0.6, sampled=REHEARSED),
    ]
    training = Training(options.out)
    plan = [(stage, nth) for stage in stages for nth in range(stage.passes)]
    for place in range(training.state["pass"], len(plan)):
        stage, nth = plan[place]
        seed = SEED + place
        rehearsed = [
            group
            for groups in (qamr, spoilt)
            for group in random.Random(seed).sample(groups, min(stage.sampled, len(groups)))
        ]
        training.run_pass(stage, nth, [*stage.groups, *rehearsed], seed)
        training.measure(stage, nth, unseen)
        training.state["pass"] = place + 1
        training.save()


if __name__ == "__main__":
    main()
