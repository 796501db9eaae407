"""rag.serve.wrapped_question: the question in a message that a chat tool made of it."""

from __future__ import annotations

from pathlib import Path

import openai
import pytest
from serve_process import serving

from rag.serve.wrapped_question import wrapped_question

ASKED = "Who mended the sluice gate?"
RULES = "### Task:\nRespond to the query with the help of the context, and cite it.\n"
CONTEXT = '<context>\n<source id="1">Question: what did Bo say?</source>\n</context>\n'


@pytest.mark.parametrize(
    "text",
    [
        f"{RULES}{CONTEXT}<user_query>\n{ASKED}\n</user_query>",
        f"{RULES}<user_query>{ASKED}</user_query>\n{CONTEXT}### Output:\nCite it.",
        f"<user_query>\n<raw_query>{ASKED}</raw_query>\n</user_query>\n{CONTEXT}",
        f"{RULES}<context>\nThe gate was mended.\n</context>\n\n{ASKED}",
        f"{RULES}<context>\nThe gate was mended.\n</context>\n\nQuery: {ASKED}",
        f"Use these pieces of context.\n\nContext:\nIt was mended.\n\nQuestion: {ASKED}\nAnswer:",
        f"You are kind.\n\n## Documents:\nIt was mended.\n\n**User question:** {ASKED}\n",
        f"Answer this.\n<chat_history>\nUSER: Hi\n</chat_history>\n<query>{ASKED}</query>",
    ],
)
def test_the_question_is_told_from_what_is_around_it(text: str) -> None:
    """By its tag, its label, or as what follows the passages."""
    assert wrapped_question(text) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        "Question: who mended the gate?",
        "What is the context of the quarrel?\nThe question: is it over?",
        "Give a title.\n<chat_history>\nUSER: <user_query>Hi</user_query>\n</chat_history>",
        "### Task:\nGo on.\n<type>search</type>\n<text>Who mended</text>\n#### Output:",
        f"{RULES}<context>\nThe gate.\n</context>\n\nAnswer:",
    ],
)
def test_other_messages_are_taken_as_they_are(text: str) -> None:
    """Questions, and orders about a conversation."""
    assert wrapped_question(text) is None


def test_the_question_inside_is_answered(seeds_index: Path, tmp_path: Path) -> None:
    """As if it was asked without the rest."""
    asked = "What did Peskov say about Crimea?"
    texts = (asked, f"{RULES}{CONTEXT}<user_query>{asked}</user_query>")
    with serving(seeds_index, tmp_path, serve_per_minute=9999) as served:
        client = openai.OpenAI(base_url=f"{served.url}/v1", api_key="unused", max_retries=0)
        plain, wrapped = (
            client.chat.completions.create(
                model="rag", messages=[{"role": "user", "content": text}]
            )
            .choices[0]
            .message.content
            for text in texts
        )

    assert plain == wrapped
