"""Public sets of evidence and claims, in one form.

Licences and counts: docs/checker.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.language.text import plain

KEPT = 4  # one article in so many is not trained on, to measure and to calibrate on
_SPACED = re.compile(r" (?=[.,;:!?%)\]}]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)|(?<=[(\[{$]) ")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A claim, what it cites, and whether it follows."""

    source: str  # the set
    group: str  # rows of one group share their text; an article, or the evidence
    kind: str  # of claim, or of fault
    title: str  # of the article; may be empty
    before: str  # the sentence before the evidence; may be empty
    evidence: str
    claim: str
    follows: bool
    written: bool = True  # by people, or by their program; False: made from such a one by rule

    @property
    def kept(self) -> bool:
        """Whether it is kept from training, to measure on."""
        return int(hashlib.sha256(self.group.encode()).hexdigest(), 16) % KEPT == 0


def write_pairs(pairs: Iterable[Pair], path: Path) -> None:
    """Write pairs, a line each."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for pair in pairs:
            file.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")


def read_pairs(path: Path) -> list[Pair]:
    """Read what `write_pairs` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [Pair(**json.loads(line)) for line in file]


def read_claims(path: Path) -> Iterator[Pair]:
    """Claims written by hand about news articles: ``claims.jsonl``."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Pair(
            source="claims",
            group=row["file"],
            kind=row["kind"],
            title=row["title"],
            before=plain(row["before"]),
            evidence=" ".join(plain(one) for one in row["evidence"]),
            claim=plain(row["claim"]),
            follows=row["label"] == "supported",
        )


def read_support(path: Path) -> Iterator[Pair]:
    """Public sets of inference and fact checking: ``support.jsonl.gz``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            evidence = untokenised(row["evidence"])
            yield Pair(
                source=row["src"],
                group=evidence,
                kind=row.get("orig", ""),
                title="",
                before="",
                evidence=evidence,
                claim=untokenised(row["claim"]),
                follows=bool(row["label"]),
            )


def read_simplified(folder: Path) -> Iterator[Pair]:
    """News sentences and their plainer wording: OneStopEnglish, the harder one as evidence."""
    for name in ("ADV-ELE", "ADV-INT", "ELE-INT"):
        with gzip.open(
            folder / f"Sentence-Aligned__{name}.txt.gz", "rt", encoding="utf-8-sig"
        ) as f:
            for block in f.read().split("*******"):
                lines = [plain(line) for line in block.strip().splitlines() if line.strip()]
                if len(lines) != 2:
                    continue
                harder, simpler = lines if name != "ELE-INT" else reversed(lines)
                if 8 <= len(simpler.split()) <= 40 and len(harder.split()) <= 70:
                    yield _faithful("onestop", "plainer", harder, simpler)


def read_split(folder: Path) -> Iterator[Pair]:
    """Long sentences and the short ones that they were split into by people: DeSSE."""
    for part in ("train",):
        long = _lines(folder / f"ACL2021__{part}.complex.gz")
        short = _lines(folder / f"ACL2021__{part}.simple.gz")
        for evidence, split in zip(long, short, strict=True):
            for claim in re.split(r"(?<=[.!?]) +(?=[A-Z])", plain(split)):
                if 6 <= len(claim.split()) <= 35 and claim[-1] in ".!?":
                    yield _faithful("desse", "part", plain(evidence), claim)


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def _faithful(source: str, kind: str, evidence: str, claim: str) -> Pair:
    return Pair(
        source=source,
        group=evidence,
        kind=kind,
        title="",
        before="",
        evidence=evidence,
        claim=claim,
        follows=True,
    )


def untokenised(text: str) -> str:
    """A text that was cut into tokens, as people write it.

    >>> untokenised("The house -LRB- built in 1900 -RRB- did n't burn , he said .")
    "The house (built in 1900) didn't burn, he said."
    """
    for token, sign in _BRACKETS.items():
        text = text.replace(token, sign)
    return plain(_SPACED.sub("", _LINK.sub(r"\1", text)))
