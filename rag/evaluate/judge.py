"""A language model's opinion on answers. Advisory: it is shown apart, and no gate reads it.

A judge sees the expected facts and the answer, not the articles. What it says varies with the model
and its wording; that is why nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from rag.config import Settings
from rag.evaluate.gold import GoldItem
from rag.evaluate.read_answers import Given, read_given
from rag.models.endpoint import Endpoint, without_password
from rag.models.prompts import Templates, judge_prompt, load_templates

OPINIONS = ("yes", "partly", "no")
UNCLEAR = "unclear"  # neither of these words came first
TOKENS = 80
GRAMMAR = 'root ::= ("yes" | "partly" | "no") [^\\n]* "\\n"'
NO_ANSWER = "The articles do not hold an answer, and it says so."


def judge(
    items: Mapping[str, GoldItem],
    records: Mapping[str, Mapping[str, Any]],
    *,
    url: str,
    settings: Settings,
) -> dict[str, Any]:
    """Ask a judge about every answer.

    Args:
        items: The questions.
        records: The answers as JSON, by question; failures are not judged.
        url: An OpenAI-compatible endpoint.
        settings: Its model's name, key and timeout; the prompts.

    Returns:
        Shares of each opinion, and the opinion with its reason for every question.

    Raises:
        ModelError: The endpoint fails or cannot be reached.
    """
    templates = load_templates(settings.prompts)
    given = [read_given(dict(record), place=id) for id, record in records.items() if id in items]
    answers = [answer for answer in given if answer.failure is None]
    endpoint = Endpoint(
        url=url,
        model=settings.judge_model,
        key=settings.judge_api_key,  # never that of the model which answered
        timeout=settings.llm_timeout,
    )
    opinions: dict[str, dict[str, str]] = {}
    with closing(endpoint):
        for answer in answers:
            opinions[answer.id] = _opinion(items[answer.id], answer, endpoint, templates)
    counts = [entry["opinion"] for entry in opinions.values()]
    return {
        "url": without_password(url),
        "model": settings.judge_model,
        "answers": len(counts),
        **{
            opinion: counts.count(opinion) / len(counts) if counts else 0.0
            for opinion in (*OPINIONS, UNCLEAR)
        },
        "questions": opinions,
    }


def _opinion(
    item: GoldItem, answer: Given, endpoint: Endpoint, templates: Templates
) -> dict[str, str]:
    expected = "\n".join(f"- {' or '.join(fact.any_of)}" for fact in item.facts)
    prompt = judge_prompt(
        templates,
        question=item.question,
        expected=expected or NO_ANSWER,
        answer=answer.text or "(It says that the articles do not hold an answer.)",
    )
    said = "".join(endpoint.stream(prompt, grammar=GRAMMAR, tokens=TOKENS)).strip()
    first, _, reason = said.partition(" ")
    word = first.lower().strip(".,:;!*\"'")
    known = word in OPINIONS
    return {"opinion": word if known else UNCLEAR, "reason": (reason if known else said).strip()}
