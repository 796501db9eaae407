"""What each rule of refusing, ranking and choosing is worth: the figures with it switched off.

    python bench/ablation.py --data ../shared [--only wikinews] [--rule "absent name" …]

Each rule is switched off alone, all questions are asked again (quotations, no language model), and
the change is given with its 95 % interval over questions, paired. A rule whose absence makes no
figure fall is worth nothing on questions like these. ``politics`` is only measured: what to delete
is decided on ``wikinews`` and ``seeds``.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from rag.answer import answerability, assistant, decide, disagreement, select
from rag.answer.encoders import open_encoders
from rag.answer.signs import Signs
from rag.config import Settings
from rag.domain import Reading
from rag.evaluate.aggregate import figures
from rag.evaluate.compare import compare
from rag.evaluate.corpus import corpus_index
from rag.evaluate.given import read_given
from rag.evaluate.gold import GoldItem, read_gold
from rag.evaluate.results import QuestionResult, Report
from rag.evaluate.score import Articles, Measured, score_question
from rag.models.reader import Placed, Reads
from rag.render.as_json import answer_dict
from rag.retrieve import rerank, search

HERE = Path(__file__).parent
SETS = {
    "seeds": ("gold/seeds.jsonl", "seeds"),
    "wikinews": ("gold/wikinews.jsonl", "data/wikinews"),
    "politics": ("gold/politics.jsonl", "data/polnear/news"),
}
SHOWN = ("fact_recall", "citation_precision", "abstention_f1", "words_per_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A name of a module that is given another value."""

    module: ModuleType
    name: str
    value: Any


class Remembered:
    """The reader, asked once for each sentence: a rule changes what is made of its readings."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self._known: dict[tuple[str, ...], Reading] = {}

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""
        return self._reader.knows(text)

    def read(self, question: str, sentences: Sequence[Placed]) -> list[Reading]:
        """A reading for each sentence, in their order."""
        keys = [(question, one.title, one.before, one.text) for one in sentences]
        new = {key: one for key, one in zip(keys, sentences, strict=True) if key not in self._known}
        read = self._reader.read(question, list(new.values()))
        self._known |= zip(new, read, strict=True)
        return [self._known[key] for key in keys]


def nothing_found(*given: object, **more: object) -> list[Any]:
    """In the place of a search for further sentences."""
    return []


def never(*given: object, **more: object) -> bool:
    """In the place of a question that is answered yes or no."""
    return False


def switches() -> dict[str, Change]:
    """Every rule by its name, with what switches it off."""
    found = {
        f"refusal: {name}": Change(
            module=assistant, name="decide", value=partial(decide.decide, off={name})
        )
        for name, _ in decide.RULES[1:]
    }
    found |= {
        f"sign: {field.name}": Change(
            module=answerability,
            name="SIGNS",
            value=dataclasses.replace(answerability.SIGNS, **{field.name: 0.0}),
        )
        for field in dataclasses.fields(Signs)
    }
    found |= {
        f"weight: {field.name}": Change(
            module=search,
            name="WEIGHTS",
            value=dataclasses.replace(search.WEIGHTS, **{field.name: 0.0}),
        )
        for field in dataclasses.fields(search.Weights)
    }
    return found | {
        "ranking: the reader": Change(module=rerank, name="WEIGHT", value=0.0),
        "ranking: who speaks": Change(module=search, name="SPOKEN", value=0.0),
        "ranking: another's words": Change(module=search, name="ANOTHERS", value=0.0),
        "ranking: passages of the speaker": Change(module=search, name="SPOKEN_PASSAGES", value=0),
        "ranking: an office or place stated": Change(module=search, name="STATED", value=0.0),
        "choice: other answers": Change(module=select, name="other_answers", value=nothing_found),
        "choice: told otherwise": Change(module=select, name="other_sides", value=nothing_found),
        "choice: of another": Change(module=select, name="is_of_another", value=never),
        "choice: repetitions left out": Change(module=select, name="_repeats", value=never),
        "choice: a quotation goes on": Change(module=select, name="QUOTED_ON", value=0),
        "choice: other articles must come closer": Change(
            module=select, name="ELSEWHERE", value=1.0
        ),
        "choice: near the best": Change(module=select, name="CLOSE_READ", value=1.0),
        "choice: sides must be apt": Change(module=disagreement, name="APT", value=0.0),
    }


@contextmanager
def switched(change: Change | None) -> Iterator[None]:
    """A rule switched off for a while."""
    if change is None:
        yield
        return
    before = getattr(change.module, change.name)
    setattr(change.module, change.name, change.value)
    try:
        yield
    finally:
        setattr(change.module, change.name, before)


def asked(
    items: Sequence[GoldItem], opened: assistant.Assistant, change: Change | None
) -> tuple[QuestionResult, ...]:
    """The score of every question."""
    articles = Articles(opened.store)
    measured = Measured(abstention=True, rankings=False, answerability=True, short_answers=True)
    found = []
    with switched(change):
        for item in items:
            record = {"id": item.id, **answer_dict(opened.ask(item.question))}
            given = read_given(record, place=item.id)
            found.append(score_question(item, given, None, articles=articles, measured=measured))
    return tuple(found)


def report(name: str, results: tuple[QuestionResult, ...]) -> Report:
    """A run that can be compared."""
    return Report(name=name, about={}, metrics=figures(results), kinds={}, questions=results)


def measure(name: str, data: Path, wanted: Callable[[str], bool]) -> Iterator[str]:
    """The table of a gold set, line by line."""
    gold, corpus = (data / part for part in SETS[name])
    if not gold.is_file():
        yield f"Left out, as its data is not there: {name}."
        return
    settings = Settings(llm="none")
    index = corpus_index(corpus, settings=settings, place=None)
    items = read_gold(gold).items
    settings = dataclasses.replace(settings, index=index)
    encoders = open_encoders(settings)
    if encoders.reader:
        encoders = dataclasses.replace(encoders, reader=Remembered(encoders.reader))
    with assistant.Assistant.open(settings=settings, encoders=encoders) as opened:
        whole = report("all rules", asked(items, opened, None))
        yield f"### {name}: {len(items)} questions"
        yield ""
        yield "All rules: " + ", ".join(
            f"{key} {whole.metrics[key].value:.3f}" for key in SHOWN if key in whole.metrics
        )
        yield ""
        yield f"| switched off | {' | '.join(SHOWN)} | questions that went otherwise |"
        yield f"|---|{'---|' * (len(SHOWN) + 1)}"
        for rule, change in switches().items():
            if not wanted(rule):
                continue
            without = report(rule, asked(items, opened, change))
            told = compare(whole, without, allow_different_corpus=True)
            cells = [
                f"{one.change:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
                if (one := told.metrics.get(key))
                else ""
                for key in SHOWN
            ]
            worse = sum(flip.worse for flip in told.flips)
            flips = f"{worse} worse, {len(told.flips) - worse} better"
            yield f"| {rule} | {' | '.join(cells)} | {flips} |"
    yield ""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--only", choices=sorted(SETS), action="append")
    parser.add_argument("--rule", action="append", help="a rule, or the beginning of its name")
    options = parser.parse_args()
    wanted = tuple(options.rule or [""])
    for name in options.only or SETS:
        for line in measure(name, options.data, lambda rule: rule.startswith(wanted)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
