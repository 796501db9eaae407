"""Score answers against a gold set: facts found, facts cited, where the claims cite, how long.

    rag ask --batch GOLD.jsonl --out ANSWERS.jsonl
    python bench/score.py GOLD.jsonl ANSWERS.jsonl [--corpus FOLDER] [--failures]

A fact is recalled when one of its strings stands in the answer, and cited when it does so in a
claim that cites one of its files (case, quotes, dashes and spaces folded). Citation precision is
the share of claims that cite a file holding a fact of the question, over answerable questions. A
question that has no answer in the file counts as missed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rag.text import fold

Json = dict[str, Any]


def read_jsonl(path: Path) -> list[Json]:
    """All objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def stands_in(fact: Json, text: str) -> bool:
    """Whether one of the strings of a fact stands in a text."""
    return any(fold(one) in fold(text) for one in fact["any_of"])


def cited_files(claim: Json) -> set[str]:
    """Files that a claim cites."""
    return {citation["path"] for citation in claim["citations"]}


def score(gold: list[Json], answers: dict[str, Json]) -> dict[str, float]:
    """All figures, from 0 to 1 but for the words.

    Args:
        gold: Questions as in a gold set.
        answers: Answer JSON by question id.
    """
    recalled: list[bool] = []
    cited: list[bool] = []
    precise: list[bool] = []
    lengths: list[int] = []
    refused = {True: 0, False: 0}  # by whether the question is answerable
    for item in gold:
        answer = answers.get(item["id"], {"abstained": True, "claims": [], "text": ""})
        refused[item["answerable"]] += answer["abstained"]
        if not item["answerable"]:
            continue
        files = {source for fact in item["facts"] for source in fact["sources"]}
        for fact in item["facts"]:
            holding = [claim for claim in answer["claims"] if stands_in(fact, claim["text"])]
            recalled.append(bool(holding))
            cited.append(any(cited_files(claim) & set(fact["sources"]) for claim in holding))
        precise += [bool(cited_files(claim) & files) for claim in answer["claims"]]
        if not answer["abstained"]:
            lengths.append(sum(len(claim["text"].split()) for claim in answer["claims"]))
    unanswerable = sum(not item["answerable"] for item in gold)
    refusals = refused[True] + refused[False]
    return {
        "questions": len(gold),
        "fact_recall": _share(sum(recalled), len(recalled)),
        "cited_fact_recall": _share(sum(cited), len(cited)),
        "citation_precision": _share(sum(precise), len(precise)),
        "mean_words": _share(sum(lengths), len(lengths)),
        "refusal_precision": _share(refused[False], refusals),
        "refusal_recall": _share(refused[False], unanswerable),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def broken_citations(answers: list[Json], corpus: Path) -> list[str]:
    """Citations whose quote is not what stands at its place in the file as it is now."""
    from rag.domain import Article
    from rag.load import find_files, load_file

    articles = [load_file(file) for file in find_files([corpus])]
    texts = {entry.path: entry.text for entry in articles if isinstance(entry, Article)}
    return [
        f"{answer['id']} [{citation['n']}] {citation['path']}"
        for answer in answers
        for claim in answer["claims"]
        for citation in claim["citations"]
        if texts.get(citation["path"], "")[citation["start"] : citation["end"]] != citation["quote"]
    ]


def main() -> None:
    """Score two files and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--corpus", type=Path, help="check every citation against these files")
    parser.add_argument("--failures", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    gold, answers = read_jsonl(options.gold), read_jsonl(options.answers)
    for name, value in score(gold, {answer["id"]: answer for answer in answers}).items():
        print(f"{name:<20} {value:.3f}")
    if options.corpus:
        citations = sum(len(claim["citations"]) for a in answers for claim in a["claims"])
        broken = broken_citations(answers, options.corpus)
        print(f"{'exact_citations':<20} {citations - len(broken)} of {citations}")
        print("\n".join(broken))
    if options.failures:
        by_id = {answer["id"]: answer for answer in answers}
        for item in gold:
            _print_failure(item, by_id.get(item["id"]))


def _print_failure(item: Json, answer: Json | None) -> None:
    if answer is None:
        print(f"\n{item['id']} {item['question']}\n  not answered")
        return
    files = {source for fact in item["facts"] for source in fact["sources"]}
    missed = [fact["any_of"] for fact in item["facts"] if not stands_in(fact, answer["text"])]
    stray = [c["text"] for c in answer["claims"] if not cited_files(c) & files]
    if missed or (stray and item["answerable"]) or answer["abstained"] == item["answerable"]:
        print(f"\n{item['id']} {item['question']}")
        print(f"  missed {missed}" if missed else "  nothing missed")
        for claim in answer["claims"]:
            mark = "-" if claim["text"] in stray else "+"
            print(f"  {mark} [{claim['kind']}] {claim['text']}  <{', '.join(cited_files(claim))}>")
        print(f"  {answer['reason'] or ''}")


if __name__ == "__main__":
    main()
