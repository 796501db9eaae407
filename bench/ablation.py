"""What each rule of refusing, ranking and choosing is worth: the figures with it switched off.

    python bench/ablation.py --data ../shared [--only wikinews] [--rule "refusal: absent" …]

Each rule is switched off alone, all questions are asked again (quotations, no language model), and
the change is given with its 95 % interval over questions, paired. A rule whose absence makes no
figure fall is worth nothing on questions like these. ``politics`` is only measured: what to delete
is decided on ``wikinews``, ``seeds`` and ``kinds``.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from rag.answer import answerability, assistant, beside, decide, searcher, select
from rag.answer.encoders import open_encoders
from rag.config import Settings
from rag.evaluate.aggregate import figures
from rag.evaluate.articles import Articles
from rag.evaluate.compare import compare
from rag.evaluate.corpus import corpus_index
from rag.evaluate.gold import GoldItem, read_gold
from rag.evaluate.read_answers import read_given
from rag.evaluate.results import QuestionResult, Report
from rag.evaluate.score import Measured, score_question
from rag.models.reader import Read, Readable, Reads
from rag.question import split
from rag.render.as_json import answer_dict
from rag.retrieve import read_passages
from rag.store import name_counts

HERE = Path(__file__).parent
SETS = {
    "seeds": ("gold/seeds.jsonl", "seeds"),
    "wikinews": ("gold/wikinews.jsonl", "data/wikinews"),
    "politics": ("gold/politics.jsonl", "data/polnear/news"),
}
KINDS = "kinds"  # small questions that failed once, of many kinds, each on its own few articles
CLUES = ("reader", "cosine", "names", "another year")
SHOWN = ("fact_recall", "citation_precision", "abstention_f1", "words_per_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A name of a module, and what it stands for where a rule is off."""

    module: ModuleType
    name: str
    off: Callable[[Any], Any]  # what it stands for now -> what it is to stand for


class Remembered:
    """The reader, asked once for each question: a rule changes what is made of what it read."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self._known: dict[tuple[str, ...], list[Read]] = {}

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""
        return self._reader.knows(text)

    def read(self, question: str, passages: Sequence[Readable]) -> list[Read]:
        """What it makes of each passage, in their order."""
        key = (question, *(f"{one.title}\n{one.text}" for one in passages))
        if key not in self._known:
            self._known[key] = self._reader.read(question, passages)
        return self._known[key]


def nothing_found(*given: object, **more: object) -> list[Any]:
    """In the place of a search for further sentences."""
    return []


def never(*given: object, **more: object) -> bool:
    """In the place of a question that is answered yes or no."""
    return False


def always(*given: object, **more: object) -> bool:
    """The same, answered yes."""
    return True


def alone(question: str, **more: object) -> list[str]:
    """In the place of what takes a question apart."""
    return [question]


def none(*given: object, **more: object) -> None:
    """In the place of what reads a question in its own way."""


def first(one: Any, *more: object) -> Any:
    """In the place of what changes its first argument."""
    return one


def second(one: object, other: Any, *more: object) -> Any:
    """In the place of what changes its second argument."""
    return other


def as_ranked(ranked: Sequence[Any], *more: object) -> list[Any]:
    """In the place of what orders sentences anew."""
    return list(ranked)


def unheard(place: int) -> Change:
    """One of the clues of the answerability left out."""
    return Change(
        module=answerability,
        name="READ",
        off=lambda now: tuple(0.0 if n == place else one for n, one in enumerate(now)),
    )


def value(module: ModuleType, name: str, other: Any) -> Change:
    """Another value."""
    return Change(module=module, name=name, off=lambda now: other)


def not_refusing(rule: str) -> Change:
    """One more rule of refusing left out."""
    return Change(
        module=assistant,
        name="decide",
        off=lambda now: partial(
            decide.decide, off={rule, *getattr(now, "keywords", {}).get("off", ())}
        ),
    )


def switches() -> dict[str, Change]:
    """Every rule by its name, with what switches it off."""
    found = {f"refusal: {name}": not_refusing(name) for name, _ in decide.RULES[1:]}
    found |= {f"clue: {name}": unheard(place) for place, name in enumerate(CLUES, start=1)}
    return found | {
        "ranking: whom a passage names": value(read_passages, "can_tell_of", always),
        "ranking: another's words": value(read_passages, "is_anothers", never),
        "ranking: another's number": value(read_passages, "is_of_another", never),
        "ranking: another of the name": value(read_passages, "is_about_another", never),
        "ranking: other kinds of numbers": value(read_passages, "has_only_other_numbers", never),
        "ranking: greetings": value(read_passages, "_is_greeting", never),
        "ranking: another time": value(read_passages, "_is_untimely", never),
        "ranking: what everything of a time tells": value(read_passages, "read_news", none),
        "ranking: headings": value(read_passages, "SHORTEST", 0),
        "ranking: passages of the asked time first": value(read_passages, "_timely_first", second),
        "ranking: sentences of the asked time alone": value(read_passages, "_in_time", always),
        "ranking: the question itself": value(read_passages, "_asks_the_same", never),
        "ranking: score of the search": value(read_passages, "SEARCHED", 0.0),
        "search: other spellings of names": value(name_counts, "spellings", nothing_found),
        "search: misspelt names": value(name_counts, "misspelt", nothing_found),
        "question: names are those of the articles": value(searcher, "is_name", always),
        "question: several at once": value(assistant, "split_question", alone),
        "question: lists of things": value(split, "each_thing", alone),
        "question: counting": value(assistant, "read_counting", none),
        "question: what only refers": value(decide, "refers", none),
        "refusal: unless told outright": value(decide, "is_told_outright", never),
        "choice: labels alone left out": value(select, "_telling", first),
        "choice: what contradicts first": value(select, "_opposed_first", as_ranked),
        "choice: only who is asked for": value(beside, "asks_for_any_words", never),
        "choice: on the topic": value(beside, "topic_of", none),
        "choice: with the number or time": value(beside, "_VALUES", frozenset()),
        "choice: newest where asked for": value(select, "older", nothing_found),
        "choice: a line costs": value(select, "LINE", 0),
        "choice: two digits": value(select, "DIGITS", 17),
        "choice: repetitions left out": value(select, "_repeats", never),
        "choice: a quotation goes on": value(select, "QUOTED_ON", 0),
        "choice: what names whom it means": value(select, "leading", none),
        "choice: worth its words": value(select, "WORTH", 0.0),
        "choice: of another article worth more": value(select, "ELSEWHERE", 1.0),
        "choice: leading up worth more": value(select, "BEFORE", 1.0),
        "choice: a share of the best": value(select, "LEAST", 0.0),
    }


@contextmanager
def switched(changes: Sequence[Change]) -> Iterator[None]:
    """Rules switched off for a while."""
    before = [(one.module, one.name, getattr(one.module, one.name)) for one in changes]
    for one in changes:
        setattr(one.module, one.name, one.off(getattr(one.module, one.name)))
    try:
        yield
    finally:
        for module, name, stood in before[::-1]:
            setattr(module, name, stood)


Opened = Sequence[tuple[Sequence[GoldItem], assistant.Assistant]]  # questions, and who answers


def asked(opened: Opened, changes: Sequence[Change]) -> tuple[QuestionResult, ...]:
    """The score of every question, each asked of the index that it is on."""
    measured = Measured(abstention=True, rankings=False, answerability=True, short_answers=True)
    found = []
    with switched(changes):
        for items, one in opened:
            articles = Articles(one.store)
            for item in items:
                record = {"id": item.id, **answer_dict(one.ask(item.question))}
                given = read_given(record, place=item.id)
                found.append(
                    score_question(item, given, None, articles=articles, measured=measured)
                )
    return tuple(found)


def report(name: str, results: tuple[QuestionResult, ...]) -> Report:
    """A run that can be compared."""
    return Report(name=name, about={}, metrics=figures(results), kinds={}, questions=results)


def places(name: str, data: Path) -> list[tuple[Path, Path]]:
    """The gold sets of a name, each with the folder of its articles."""
    if name != KINDS:
        gold, corpus = (data / part for part in SETS[name])
        return [(gold, corpus)] if gold.is_file() else []
    found = [
        (gold, data / gold.stem.replace(".", "/"))
        for gold in sorted((HERE / KINDS).glob("*.jsonl"))
    ]
    return [(gold, corpus) for gold, corpus in found if corpus.is_dir()]


@contextmanager
def opened_on(found: Sequence[tuple[Path, Path]]) -> Iterator[Opened]:
    """The questions of gold sets, each with an assistant on its articles; one reader for all."""
    settings = Settings(llm="none")
    encoders = None
    with ExitStack() as stack:
        opened = []
        for gold, corpus in found:
            index = corpus_index(corpus, settings=settings, place=None)
            mine = dataclasses.replace(settings, index=index)
            if encoders is None:
                encoders = open_encoders(mine)
                if encoders.reader:
                    encoders = dataclasses.replace(encoders, reader=Remembered(encoders.reader))
            one = assistant.Assistant.open(settings=mine, encoders=encoders)
            opened.append((tuple(read_gold(gold).items), stack.enter_context(one)))
        yield opened


def measure(name: str, data: Path, rows: Mapping[str, Sequence[Change]]) -> Iterator[str]:
    """The table of a gold set, line by line: a row for what is switched off."""
    found = places(name, data)
    if not found:
        yield f"Left out, as its data is not there: {name}."
        return
    with opened_on(found) as opened:
        whole = report("all rules", asked(opened, ()))
        yield f"### {name}: {len(whole.questions)} questions"
        yield ""
        yield "All rules: " + ", ".join(
            f"{key} {whole.metrics[key].value:.3f}" for key in SHOWN if key in whole.metrics
        )
        yield ""
        yield f"| switched off | {' | '.join(SHOWN)} | questions that went otherwise |"
        yield f"|---|{'---|' * (len(SHOWN) + 1)}"
        for rule, changes in rows.items():
            without = report(rule, asked(opened, changes))
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
    parser.add_argument("--only", choices=sorted([*SETS, KINDS]), action="append")
    parser.add_argument("--rule", action="append", help="a rule, or the beginning of its name")
    parser.add_argument("--together", action="store_true", help="switch all of these off at once")
    options = parser.parse_args()
    chosen = {
        rule: [change]
        for rule, change in switches().items()
        if rule.startswith(tuple(options.rule or [""]))
    }
    if options.together:
        chosen = {"; ".join(chosen): [change for [change] in chosen.values()]}
    for name in options.only or [*SETS, KINDS]:
        for line in measure(name, options.data, chosen):
            print(line, flush=True)


if __name__ == "__main__":
    main()
