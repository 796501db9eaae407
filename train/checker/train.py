"""Train the checker on what `checker.build` made.

    PYTHONPATH=train python -m checker.train --data WORK --out WORK/run

Seeded; a checkpoint is kept every fifty steps, and the same command goes on from it. A CPU will do:
about ten claims a second on two cores. With ``--adapter FILE …`` it begins from exported adapters,
or from the mean of several.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from checker.data import Pair, read_pairs
from checker.export import read_adapter
from checker.model import Judge, Row
from rag.evaluate.statistics import auroc
from rag.models.files import bundled_model

SEED = 20
RATE = 6e-4
WARMUP = 0.05  # of all steps
TOKENS = 3_000  # of a step, with padding
TOGETHER = 6  # claims on one evidence in a row
RANKED = 0.5  # weight of the loss on the order of claims on one evidence
SAVE_EVERY = 50  # steps
MEAN = 0.99  # of the mean of the weights on the way, which is kept (Polyak and Juditsky 1992)
BY_HAND = ("claims", "ours")  # written for this; a pass meets all of them
MEASURED = 900  # claims of each of these that are judged on the way
# Claims of other sets in a pass, other ones each time.
OF_PASS = {
    "made": 450,  # of claims written by hand, by one change
    "among": 6_000,  # of these, on longer evidence
    "wikinews": 400,
    "onestop": 350,
    "foolmetwice": 250,
    "fever_dev": 200,
    "falke_pairs": 150,
    "feverous_dev": 75,
    "fever_symmetric": 50,
    "conjnli": 50,
    "mnli_part": 50,
    "desse": 50,
    "med": 25,
    "negation_nli": 25,
    "dnc_function_words": 25,
    "dnc_megaveridicality": 15,
}


def together(pairs: Sequence[Pair], chance: random.Random) -> list[list[Pair]]:
    """Pairs of the same evidence, some in each list."""
    by_evidence: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in pairs:
        by_evidence.setdefault((pair.title, pair.before, pair.evidence), []).append(pair)
    found = []
    for mine in by_evidence.values():
        chance.shuffle(mine)
        found += [mine[n : n + TOGETHER] for n in range(0, len(mine), TOGETHER)]
    return found


def of_pass(pairs: Sequence[Pair], nth: int) -> list[list[Pair]]:
    """What a pass is made of: what was written by hand, and other groups of the rest each time."""
    chance = random.Random(SEED + nth)
    by_set: dict[str, list[Pair]] = {}
    for pair in pairs:
        made = pair.source in BY_HAND and not pair.written
        by_set.setdefault("made" if made else pair.source, []).append(pair)
    chosen: list[list[Pair]] = []
    for name, mine in by_set.items():
        groups = together(mine, chance)
        chance.shuffle(groups)
        left = len(mine) if name in BY_HAND else OF_PASS[name]
        for group in groups:
            if left <= 0:
                break
            chosen.append(group)
            left -= len(group)
    return chosen


def batches(judge: Judge, groups: Sequence[list[Pair]], seed: int) -> Iterator[list[list[Pair]]]:
    """Groups of like length together, at most so many tokens each; in random order."""
    chance = random.Random(seed)
    sized = sorted(
        ((row_of(judge, group).length, chance.random(), group) for group in groups),
        key=lambda one: (one[0] // 8, one[1]),
    )
    made: list[list[list[Pair]]] = [[]]
    longest = 0
    for length, _, group in sized:
        longest = max(longest, length)
        if made[-1] and longest * (len(made[-1]) + 1) > TOKENS:
            made.append([])
            longest = length
        made[-1].append(group)
    chance.shuffle(made)
    yield from made


def row_of(judge: Judge, group: Sequence[Pair]) -> Row:
    """Claims on one evidence in tokens."""
    return Row(judge.evidence(group[0]), [judge.claim(pair) for pair in group])


def loss_of(logits: torch.Tensor, batch: Sequence[Sequence[Pair]]) -> torch.Tensor:
    """Each claim by itself, and each faithful one above each wrong one on the same evidence."""
    labels = torch.tensor([float(pair.follows) for group in batch for pair in group])
    alone = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    ranked, start = [], 0
    for group in batch:
        mine, right = logits[start : start + len(group)], labels[start : start + len(group)] > 0
        start += len(group)
        if right.any() and not right.all():
            apart = mine[right][:, None] - mine[~right][None, :]
            ranked.append(torch.nn.functional.softplus(-apart).mean())
    return alone + RANKED * torch.stack(ranked).mean() if ranked else alone


def judged(judge: Judge, pairs: Sequence[Pair]) -> np.ndarray:
    """(n,) the logit of each pair."""
    groups = together(list(pairs), random.Random(SEED))
    found: dict[Pair, float] = {}
    judge.eval()
    with torch.inference_mode():
        for batch in batches(judge, groups, SEED):
            logits = judge([row_of(judge, group) for group in batch]).tolist()
            found.update(zip((pair for group in batch for pair in group), logits, strict=True))
    judge.train()
    return np.array([found[pair] for pair in pairs])


def kept(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """What was written by hand and is not trained on: at most so many of each set, by evidence."""
    found: list[Pair] = []
    for source in BY_HAND:
        mine = [one for one in pairs if one.source == source and one.kept and one.written]
        groups = together(mine, random.Random(SEED))
        random.Random(SEED).shuffle(groups)
        found += [one for group in groups for one in group][:most]
    return found


def figures(logits: np.ndarray, pairs: Sequence[Pair]) -> dict[str, float]:
    """Area under the ROC curve, and the faithful that pass where so many of the wrong do."""
    right = np.array([pair.follows for pair in pairs])
    shown = {
        "auroc": float(auroc(logits, right.astype(float), np.ones((1, len(right))))[0]),
        "loss": float(np.logaddexp(0, np.where(right, -logits, logits)).mean()),
    }
    for most in (0.04, 0.10):
        line = np.quantile(logits[~right], 1 - most)
        shown[f"passed at {most}"] = float((logits[right] > line).mean())
    return {name: round(value, 3) for name, value in shown.items()}


class Training:
    """The state of a training, which goes on from its checkpoint."""

    def __init__(
        self,
        work: Path,
        *,
        steps: int,
        rate: float = RATE,
        adapter: Sequence[Path] = (),
        layers: int | None = None,
    ) -> None:
        """Begin anew, or where an earlier run in ``work`` stopped."""
        torch.manual_seed(SEED)
        self.work, self.steps, self.rate = work, steps, rate
        self.judge = Judge(bundled_model())
        if adapter:
            read = [read_adapter(path) for path in adapter]
            mean = {name: sum(one[name] for one in read) / len(read) for name in read[0]}
            self.judge.load_state_dict(mean, strict=False)
        if layers:
            self.judge.train_last(layers)
        for layer in self.judge.encoder.layers:
            layer.compile(dynamic=True)  # needs a C++ compiler; a step takes two thirds of the time
        self.optimiser = torch.optim.AdamW(
            [one for _, one in self.judge.adapters() if one.requires_grad],
            lr=RATE,
            weight_decay=0.01,
        )
        self.mean = {name: one.detach().clone() for name, one in self.judge.adapters()}
        self.state = {"pass": 0, "batch": 0, "step": 0}
        self.checkpoint = work / "checkpoint.pt"
        if self.checkpoint.exists():
            saved: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
            self.judge.load_state_dict(saved["adapters"], strict=False)
            self.mean = saved["mean"]
            self.optimiser.load_state_dict(saved["optimiser"])
            self.state = saved["state"]
            print("going on from", self.state, flush=True)

    def save(self) -> None:
        """Keep the state, all or nothing."""
        partial = self.checkpoint.with_suffix(".partial")
        adapters = {name: one.detach() for name, one in self.judge.adapters()}
        saved = {
            "adapters": adapters,
            "mean": self.mean,
            "optimiser": self.optimiser.state_dict(),
            "state": self.state,
        }
        torch.save(saved, partial)
        partial.replace(self.checkpoint)
        torch.save(self.mean, self.work / "adapters.pt")

    def step(self, batch: Sequence[Sequence[Pair]]) -> float:
        """Learn from a batch; returns its loss."""
        done = self.state["step"] / self.steps
        rise = done / WARMUP if done < WARMUP else (1 - done) / (1 - WARMUP)
        for part in self.optimiser.param_groups:
            part["lr"] = self.rate * max(rise, 0.02)
        loss = loss_of(self.judge([row_of(self.judge, group) for group in batch]), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([one for _, one in self.judge.adapters()], 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.state["step"] += 1
        share = min(MEAN, self.state["step"] / (self.state["step"] + 9))
        with torch.no_grad():
            for name, one in self.judge.adapters():
                self.mean[name].lerp_(one, 1 - share)
        return float(loss.item())

    def run(self, pairs: Sequence[Pair], unseen: Sequence[Pair], *, every: int) -> None:
        """All steps, from where it stopped."""
        losses: list[float] = []
        began = time.perf_counter()
        while self.state["step"] < self.steps:
            groups = of_pass(pairs, self.state["pass"])
            all_batches = list(batches(self.judge, groups, SEED + self.state["pass"]))
            print("pass", self.state["pass"], len(all_batches), "batches", flush=True)
            for batch in all_batches[self.state["batch"] :]:
                losses.append(self.step(batch))
                self.state["batch"] += 1
                step = self.state["step"]
                if step % SAVE_EVERY == 0:
                    self.save()
                    spent = (time.perf_counter() - began) / len(losses)
                    print(f"step {step} loss {np.mean(losses):.3f} {spent:.2f} s/step", flush=True)
                    losses, began = [], time.perf_counter()
                if step % every == 0 or step == self.steps:
                    self.measure(unseen)
                    began = time.perf_counter()
                if step >= self.steps:
                    return
            self.state |= {"pass": self.state["pass"] + 1, "batch": 0}

    def measure(self, unseen: Sequence[Pair]) -> None:
        """Print the figures of the mean weights on what is not trained on, of each set."""
        now = {name: one.detach().clone() for name, one in self.judge.adapters()}
        self.judge.load_state_dict(self.mean, strict=False)
        logits = judged(self.judge, unseen)
        self.judge.load_state_dict(now, strict=False)
        found: dict[str, Any] = dict(self.state)
        for source in BY_HAND:
            mine = [n for n, pair in enumerate(unseen) if pair.source == source]
            found[source] = figures(logits[mine], [unseen[n] for n in mine])
        line = json.dumps(found)
        print(line, flush=True)
        with (self.work / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def main() -> None:
    """Train, and keep the adapters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where `checker.build` wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--every", type=int, default=150, help="steps between two measurements")
    parser.add_argument("--adapter", type=Path, nargs="+", help="adapters to begin from")
    parser.add_argument(
        "--layers", type=int, help="train so many last layers alone: a step is shorter"
    )
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = read_pairs(options.data / "pairs.jsonl.gz")
    unseen = kept(pairs, MEASURED)
    print(f"{len(pairs)} pairs, {len(unseen)} to measure on", flush=True)
    training = Training(
        options.out,
        steps=options.steps,
        rate=options.rate,
        adapter=options.adapter or (),
        layers=options.layers,
    )
    training.run([one for one in pairs if not one.kept], unseen, every=options.every)
    training.save()


if __name__ == "__main__":
    main()
