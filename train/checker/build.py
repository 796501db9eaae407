"""Public sets and articles -> pairs of evidence and claim, faithful and spoilt.

    PYTHONPATH=train python -m checker.build --data ../shared --out WORK

Seeded. Articles that the test claims are about (``claims/claims.jsonl``) give nothing.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from checker import data
from checker.among import among_others
from checker.data import Pair
from checker.reword import resolved, reworded
from checker.spoil import added, names_of, phrases_of, related, spoilt, unattributed
from checker.written import read_written
from rag.domain import Article
from rag.language.text import plain, sentence_spans
from rag.load.parse import load_folder
from rag.statements.find import find_statements

SEED = 20
SHORTEST, LONGEST = 8, 60  # words of a sentence that claims are made of
OF_SENTENCE = 3  # claims made of a sentence
OF_CLAIM = 8  # spoilt claims made of one, and their changed evidence
# Of `support.jsonl.gz`: so many of each, and none of sets that pictures were described for.
WANTED = {
    "fever_dev": 6_000,
    "conjnli": 3_000,
    "med": 800,
    "foolmetwice": 2_500,
    "feverous_dev": 1_500,
    "mnli_part": 3_000,
    "negation_nli": 500,
    "falke_pairs": 577,
    "fever_symmetric": 1_416,
    "dnc_megaveridicality": 600,
    "dnc_function_words": 600,
}
SPOIL_ALSO = {"fever_dev", "foolmetwice", "falke_pairs", "fever_symmetric"}
MOST_CHARACTERS = 900  # of evidence


def of_articles(folder: Path, without: set[str], chance: random.Random) -> Iterator[Pair]:
    """Claims made of the sentences of news articles."""
    for article in load_folder([folder]):
        if not isinstance(article, Article) or Path(article.path).name in without:
            continue
        speakers = {
            one.sentence.start: one.speaker for one in find_statements(article) if one.speaker
        }
        around = names_of(article.text)
        phrases = phrases_of(article.text)
        before = ""
        for paragraph in article.paragraphs:
            for span in sentence_spans(article.text, paragraph):
                text = plain(article.text[span.start : span.end])
                pair = Pair(
                    source="wikinews",
                    group=Path(article.path).name,
                    kind="verbatim",
                    title=article.title.value or "",
                    before=before,
                    evidence=text,
                    claim=text,
                    follows=True,
                )
                before = text
                if SHORTEST <= len(text.split()) <= LONGEST and text[-1] in '."”':
                    speaker = speakers.get(span.start)
                    yield from made_of(pair, speaker, around, phrases, chance)


def made_of(
    pair: Pair,
    speaker: str | None,
    around: Sequence[str],
    phrases: Sequence[str],
    chance: random.Random,
) -> Iterator[Pair]:
    """What a sentence becomes: faithful claims, each with what spoils it."""
    claims = list(reworded(pair, chance))
    if speaker and speaker in f"{pair.title} {pair.before}":
        claims += [
            replace(pair, claim=one, kind="resolved") for one in resolved(pair.claim, speaker)
        ]
    chance.shuffle(claims)
    for one in claims[:OF_SENTENCE]:
        yield one
        yield from spoilt_of(one, around, phrases, chance)


def spoilt_of(
    pair: Pair, around: Sequence[str], phrases: Sequence[str], chance: random.Random
) -> Iterator[Pair]:
    """What spoils a faithful claim, some of it."""
    made = [*unattributed(pair), *related(pair), *added(pair, phrases, chance)]
    made += spoilt(pair, around, chance)
    chance.shuffle(made)
    for one in made[:OF_CLAIM]:
        yield replace(one, written=False)


def of_rows(rows: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    """Rows as they are, and what spoils the faithful ones."""
    by_group: dict[str, list[str]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(f"{row.title}. {row.before} {row.evidence}")
    texts = {group: " ".join(dict.fromkeys(mine)) for group, mine in by_group.items()}
    around = {group: (names_of(text), phrases_of(text)) for group, text in texts.items()}
    for row in rows:
        yield row
        if row.follows:
            yield from spoilt_of(row, *around[row.group], chance)


def build(shared: Path, *, newest: int | None = None) -> Iterator[Pair]:
    """All pairs; see `read_written`."""
    chance = random.Random(SEED)
    train = shared / "data" / "train"
    tests = (shared / "claims" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    by_hand = [*data.read_claims(train / "claims.jsonl"), *read_written(shared, newest=newest)]
    yield from of_rows(by_hand, chance)
    yield from among_others(by_hand, random.Random(SEED))
    without = {json.loads(line)["file"] for line in tests}
    yield from of_articles(shared / "data" / "wikinews", without, chance)
    rows = list(data.read_simplified(train / "writer" / "onestopenglish"))
    yield from of_rows(rows, chance)
    rows = list(data.read_split(train / "writer" / "desse_minwiki"))
    yield from of_rows(chance.sample(rows, 600), chance)
    support = list(data.read_support(train / "support.jsonl.gz"))
    chance.shuffle(support)
    left = Counter(WANTED)
    chosen: dict[str, list[Pair]] = {}
    for row in support:
        if left[row.source] > 0 and len(row.evidence) <= MOST_CHARACTERS:
            left[row.source] -= 1
            chosen.setdefault(row.source, []).append(row)
    for source, mine in chosen.items():
        yield from of_rows(mine, chance) if source in SPOIL_ALSO else mine


def main() -> None:
    """Build and write ``pairs.jsonl.gz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--newest", type=int, help="items of written.jsonl that are new")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = list(dict.fromkeys(build(options.data, newest=options.newest)))
    data.write_pairs(pairs, options.out / "pairs.jsonl.gz")
    counts = Counter((pair.source, pair.follows) for pair in pairs)
    for (source, follows), count in sorted(counts.items()):
        print(source, "follows" if follows else "not", count)


if __name__ == "__main__":
    main()
