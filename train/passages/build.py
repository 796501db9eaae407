r"""Make the passages and questions that the passage reader is trained on.

    PYTHONPATH=train python -m passages.build --data ../shared/data --out WORK

Writes ``passages.jsonl.gz``, ``questions.jsonl.gz`` and ``counts.json`` to the folder WORK. Seeded:
the same data give the same files.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from passages import gold, pairs, public_sets, wiki1k
from passages.data import DEVELOPMENT, Asked, Seen, kept, write_rows
from passages.negatives import Search, ranked
from passages.raw import Placed, Question, Text, marked, may_answer, of_article, spelled, split
from rag.config import Settings
from rag.models.embedder import Embedder, open_embedder

TEMPLATES = {"qasrl_bank_wikinews": 8_000, "qasrl_bank_wikipedia": 4_000}  # questions drawn
PAIRS = {"squad_reqa_pairs": 7_000}  # the other set of pairs is in lower case throughout
KNOWN_SENTENCE = 8  # words from which a sentence of a kept article gives a text away
RIGHT = 2  # passages that answer, at most
RIGHT_SENTENCES = 5  # at most: a longer answer is a text, most of whose sentences answer nothing
WRONG = 8  # passages that do not
OWN = 3  # of these, of the question's own article


def gather(data: Path, embedder: Embedder) -> tuple[list[Text], list[Question]]:
    """The articles and questions of all sets."""
    rows = list(public_sets.read_rows(data / "train" / "qa.jsonl.gz"))
    texts, questions = public_sets.ordinary(rows)
    found = [wiki1k.read(data / "qamr", public_sets.sampled(rows, TEMPLATES))]
    lines = public_sets.read_rows(data / "train" / "qa_pairs.jsonl.gz")
    found.append(pairs.read(public_sets.sampled(lines, PAIRS), embedder))
    for name in DEVELOPMENT:
        mine = gold.read_texts(data / name)
        found.append((mine, list(gold.read_questions(data / name, mine))))
    for more, asked in found:
        texts += more
        questions += asked
    return texts, questions


def without_kept(
    placed: Sequence[Placed], questions: Sequence[Question]
) -> tuple[list[Placed], list[Question]]:
    """Without what other sets have of the development sets' kept articles and questions."""
    held = [
        one
        for one in placed
        if one.passage.source in DEVELOPMENT and kept(one.passage.source, one.passage.article)
    ]
    secret = {known for one in held for known in _long_sentences(one)}
    mine = {one.path for one in held}
    asked = {spelled(one.question) for one in questions if one.path in mine}
    sharing = {
        one.path
        for one in placed
        if one.passage.source not in DEVELOPMENT and not secret.isdisjoint(_long_sentences(one))
    }
    there = {one.path for one in placed if one.path not in sharing} | {""}
    return [one for one in placed if one.path in there], [
        one
        for one in questions
        if one.path in there and (one.source in DEVELOPMENT or spelled(one.question) not in asked)
    ]


def _long_sentences(one: Placed) -> Iterator[str]:
    for start, end in one.passage.sentences:
        known = spelled(one.passage.text[start:end])
        if len(known.split()) >= KNOWN_SENTENCE:
            yield known


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All passages, and where those of each pool and article are."""

    placed: list[Placed]
    pools: dict[str, list[int]]
    articles: dict[str, list[int]]


def corpus_of(placed: list[Placed]) -> Corpus:
    """Passages in their order."""
    pools: dict[str, list[int]] = {}
    for number, one in enumerate(placed):
        pools.setdefault(one.pool, []).append(number)
    return Corpus(placed=placed, pools=pools, articles=of_article(placed))


def searched(one: Placed) -> str:
    """A passage as it is searched, under its title."""
    return f"{one.passage.title}\n{one.passage.text}" if one.passage.title else one.passage.text


def asked_of(pool: str, questions: Sequence[Question], corpus: Corpus) -> Iterator[Asked]:
    """The questions of a pool with their passages, but those whose answer is in no passage."""
    places = corpus.pools[pool]
    search = Search([searched(corpus.placed[n]) for n in places])
    local = {place: row for row, place in enumerate(places)}
    texts = [one.question for one in questions]
    for question, scores in zip(questions, search.scores(texts), strict=True):
        if not question.path:
            nearest = corpus.placed[places[int(scores.argmax())]]
            question = gold.of_passage(nearest, question)
        own = [local[place] for place in corpus.articles[question.path]]
        order = [places[row] for row in ranked(scores, own)]
        if made := asked(question, order, corpus):
            yield made


def asked(question: Question, order: Sequence[int], corpus: Corpus) -> Asked | None:
    """A question with the passages that it meets, given all in the order of the search."""
    own = corpus.articles[question.path]
    mine = [marked(question, corpus.placed[n], n) for n in own]
    name = corpus.placed[own[0]].passage.article
    if question.answers:
        front = [one for one in mine if one.right][:RIGHT]
        if not 0 < sum(len(one.right) for one in front) <= RIGHT_SENTENCES:
            return None
    else:
        front = [Seen(passage=n) for n in own if _meets(question, corpus.placed[n])][:RIGHT]
    doubtful = {one.passage for one in mine if one.right or one.unsure}
    doubtful |= {one.passage for one in front}
    hidden = kept(question.source, name)
    wrong: list[int] = []
    for n in order:
        same = n in own
        if n in doubtful or (same and sum(place in own for place in wrong) == OWN):
            continue
        passage = corpus.placed[n].passage
        if not hidden and kept(passage.source, passage.article):
            continue
        if not may_answer(question, passage.text):
            wrong.append(n)
        if len(wrong) == WRONG:
            break
    seen = [*front, *(Seen(passage=n) for n in wrong)]
    return Asked(source=question.source, article=name, question=question.question, seen=tuple(seen))


def _meets(question: Question, placed: Placed) -> bool:
    if question.near is None:
        return False
    start, end = question.near
    return placed.start < end and start < placed.start + len(placed.passage.text)


def counts_of(rows: Sequence[Asked]) -> dict[str, dict[str, int]]:
    """Questions by set: with and without an answer, and kept for the figures."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        mine = counts.setdefault(row.source, Counter())
        mine["answerable" if row.answerable else "unanswerable"] += 1
        mine["kept"] += kept(row.source, row.article)
        mine["wrong passages"] += sum(not one.right for one in row.seen)
    return {source: dict(mine) for source, mine in counts.items()}


def main() -> None:
    """Gather, split, search, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("train/work"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    settings = Settings(llm="none", reader="none")
    embedder = open_embedder(settings.embedder, cache=settings.cache)
    texts, questions = gather(options.data, embedder)
    print(len(texts), "articles,", len(questions), "questions", flush=True)
    placed = [one for text in texts for one in split(text)]
    print(len(placed), "passages", flush=True)
    placed, questions = without_kept(placed, questions)
    print(len(placed), "passages,", len(questions), "questions that give nothing away", flush=True)
    corpus = corpus_of(placed)
    rows: list[Asked] = []
    for pool in corpus.pools:
        mine = [one for one in questions if _pool(one, corpus) == pool]
        rows += asked_of(pool, mine, corpus)
        print(pool, len(corpus.pools[pool]), "passages;", len(rows), "questions", flush=True)
    write_rows((one.passage for one in placed), options.out / "passages.jsonl.gz")
    write_rows(rows, options.out / "questions.jsonl.gz")
    counts = counts_of(rows)
    (options.out / "counts.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(counts, indent=1))


def _pool(question: Question, corpus: Corpus) -> str:
    if not question.path:
        return question.source
    return corpus.placed[corpus.articles[question.path][0]].pool


if __name__ == "__main__":
    main()
