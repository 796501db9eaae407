"""The line of abstention, chosen on a gold set: all its questions are asked, no model words any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.answer.answerability import answerability, line
from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Answer, Evidence, Retrieved
from rag.errors import EvalError
from rag.evaluate.articles import Articles
from rag.evaluate.beir import is_retrieval_set
from rag.evaluate.corpus import open_index
from rag.evaluate.gold import GoldItem, read_gold
from rag.evaluate.run import Listener, Request, checked, with_index
from rag.evaluate.tune import Asked, Tuned, check_enough, tune
from rag.models.files import NO_LLM
from rag.question.read import Question, read_question


def tune_on_gold(
    gold: Path,
    *,
    settings: Settings,
    corpus: Path | None = None,
    index: Path | None = None,
    listener: Listener = Listener(),  # noqa: B008 - frozen
) -> Tuned:
    """Choose the line of abstention on a gold set; no language model is used.

    Raises:
        EvalError: The gold set cannot be used, or has too few questions of a kind.
        IndexMissing: There is no index to ask.
        IndexStale: It is damaged or was built with another embedding model.
        ModelError: The embedding model or the reader cannot be loaded.
    """
    if is_retrieval_set(gold):
        raise EvalError(
            f"{gold} is a retrieval set, so it has no questions without an answer",
            hint="give --tune a .jsonl, .csv or .tsv file of questions",
        )
    read = read_gold(gold)
    check_enough([item.answerable for item in read.items])
    request = Request(gold=gold, out=Path(), corpus=corpus, index=index)
    settings = with_index(request, settings, listener)
    with open_index(settings.index) as store:
        notes = checked(read, read.items, Articles(store), store)
    if notes:  # a question that is labelled wrong moves the line
        listener.notify(f"note: rag eval check reports problems in {gold.name}")
    asked: list[Asked] = []
    # With a line of 0, whatever is refused is refused by the other rules.
    with Assistant.open(settings=replace(settings, llm=NO_LLM, abstain_below=0.0)) as assistant:
        for item in read.items:
            asked.append(_asked(item, assistant))
            listener.asked(len(asked), len(read.items))
    return tune(asked, now=settings.abstain_below)


def _asked(item: GoldItem, assistant: Assistant) -> Asked:
    question = read_question(item.question)
    evidence: Sequence[Evidence] = ()
    refused = False
    for event in assistant.stream(item.question, item.filters):
        if isinstance(event, Question):
            question = event  # of several that were asked at once, the last
        elif isinstance(event, Retrieved):
            evidence = event.evidence
        elif isinstance(event, Answer):
            refused = event.abstained
    score = answerability(question, evidence)
    return Asked(
        answerable=item.answerable,
        score=score,
        by_rule=refused,
        shipped=refused or score < line(evidence),
    )
