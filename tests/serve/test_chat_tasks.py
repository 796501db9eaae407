"""rag.serve.chat_tasks: what chat tools want to know about a chat is told from questions."""

from __future__ import annotations

import json
from pathlib import Path

import openai
import pytest
from serve_process import serving

from rag.serve.chat_tasks import task_reply

CHAT = (
    "USER: Who mended the sluice gate?\nASSISTANT: Ida Rourke [1]\nUSER: When?\nASSISTANT: In May."
)
HISTORY = f"<chat_history>\n{CHAT}\n</chat_history>"
TITLE = (
    "### Task:\nMake a short title that sums up the chat.\n### Output:\n"
    f'JSON format: {{ "title": "your title here" }}\n### Chat History:\n{HISTORY}'
)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (TITLE, '{"title": "Who mended the sluice gate?"}'),
        (
            f'### Task:\nGive 1-3 broad tags.\nJSON format: {{"tags": ["a", "b"]}}\n{HISTORY}',
            '{"tags": []}',
        ),
        (
            f"{TITLE.split(chr(10))[0]}\nSuggest what to ask next.\n{HISTORY}\n"
            'Answer as { "follow_ups": ["One?", "Two?"] }',
            '{"follow_ups": []}',
        ),
        (
            f'### Task:\nComplete the text.\nJSON: {{ "text": "…" }}\n{HISTORY}',
            '{"text": ""}',
        ),
        (
            "Provide a concise title of five words at most for this conversation.\n\n"
            "User: Who mended the sluice gate?\nAI: Ida Rourke",
            "Who mended the sluice gate?",
        ),
        (
            "Please write a title.\n\n**User:** Who mended the sluice gate?\n**Assistant:** Ida",
            "Who mended the sluice gate?",
        ),
        (  # LibreChat
            "Detect the language of the user and write a very short title in it.\n\n"
            '||>User:\n"Who mended the sluice gate?"\n||>Response:\n"Ida Rourke [1]"\n\n||>Title:',
            "Who mended the sluice gate?",
        ),
        (
            "Summarize the talk by adding new lines to the summary.\n\nCurrent summary:\n\n"
            "New lines:\nHuman: Who mended the sluice gate?\nAI: Ida Rourke\n\nNew summary:",
            "Who mended the sluice gate?",
        ),
        (  # LobeChat
            "<chat_history>\n<user>Who mended the sluice gate?</user>\n<assistant>Ida</assistant>\n"
            "</chat_history>\n\nPlease sum up the above.",
            "Who mended the sluice gate?",
        ),
        (  # a conversation with nothing in it yet
            "### Task:\nGenerate a title of five words.\n<chat_history>\n\n</chat_history>",
            "",
        ),
        (
            'Your task is to find an emoji for a message.\n\nMessage: """I love this!"""',
            "",
        ),
        (
            "You are to write a title for a conversation.\n\nUser Query: Who mended the gate?",
            "Who mended the gate?",
        ),
        ("Make a title for this message:\nWho mended the gate?", "Who mended the gate?"),
        (
            "Given this conversation and a follow-up question, rephrase it.\n\nChat History:\n"
            "Human: Who mended the gate?\nAssistant: Ida\nFollow Up Input: When?\nStandalone:",
            "When?",
        ),
    ],
)
def test_an_order_about_a_chat_is_met_without_the_articles(text: str, reply: str) -> None:
    """With the first question as a title, in the JSON that is asked for; else with nothing."""
    assert task_reply(text) == reply


@pytest.mark.parametrize(
    "conversation",
    [
        '{"role": "user", "content": "Who mended the gate?"}',
        '[{"role":"user","content":"Who mended the gate?"},{"role":"bot","content":"A\\n[1]"}]',
        '{"content": "Who mended\\nthe gate?", "role": "user"}\n{"content": "A", "role": "ai"}',
        "Q: Who mended the gate?\nA: Ida Brok [1]",
        "```\nWho mended the gate?\n---------\nIda Brok [1]\n```",
    ],
)
def test_a_conversation_has_many_forms(conversation: str) -> None:
    """As JSON, as questions and answers, and between marks; its keys are no wanted form."""
    assert task_reply(f"Give this chat a title.\nThe conversation:\n{conversation}") == (
        "Who mended the gate?"
    )
    assert task_reply(f'Title of this chat? JSON: {{"title": ""}}\n{conversation}') is None


@pytest.mark.parametrize(
    ("text", "system", "earlier"),
    [
        ("user: Who mended the gate?\nassistant: Ida", "Name this.", ()),
        ("Who mended the gate?", "Generate a title for a chat from the first message.", ()),
        ("Who mended the gate?", "You are to give conversations a title. No quotes.", ()),
        ("Please write a four-word title for our conversation.", "", ("Who mended the gate?",)),
        ("Summarize our discussion in 200 words.", "Be kind.", ("Who mended the gate?", "When?")),
    ],
)
def test_the_order_may_stand_apart_from_the_conversation(
    text: str, system: str, earlier: tuple[str, ...]
) -> None:
    """In the system message, or after the messages themselves."""
    assert task_reply(text, system=system, earlier=earlier) == "Who mended the gate?"


@pytest.mark.parametrize(
    ("text", "system", "earlier"),
    [
        ("Who mended the gate?", "You are a helpful assistant for a chat about books.", ()),
        ("user: Who did?\nassistant: Ida\nuser: When?", "Answer from the articles.", ()),
        ("Summarize the discussion of the gate in the council.", "", ("Who mended the gate?",)),
        ("Summarize the conversation between Ida and Bo.", "", ("Who mended the gate?",)),
        ("What did Ida call this conversation?", "", ("Who mended the gate?",)),
    ],
)
def test_a_question_with_a_system_message_is_a_question(
    text: str, system: str, earlier: tuple[str, ...]
) -> None:
    """And one after others."""
    assert task_reply(text, system=system, earlier=earlier) is None


def test_a_title_is_short_and_clean() -> None:
    """However long the question was, and whatever is in it."""
    told = task_reply(TITLE.replace("sluice", "\x1b[2Jsl\u202euice " * 30))

    assert told is not None
    title = json.loads(told)["title"]
    assert len(title) <= 80
    assert not set(title) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    "text",
    [
        "Who mended the sluice gate?",
        "Summarize what Rourke said about the gate.",
        "### Task:\nWho mended the sluice gate?",
        "Generate a title for the article about the gate",
        "What did the user: Ida say to the assistant?",
        "Based on the articles, who mended the gate?\nUser: me",
        "Why did the assistant: Bo quit?\nUser: Ida asked so.",
        "### Task:\nRespond to the query.\n<context>a</context>\n<user_query>Who?</user_query>",
    ],
)
def test_a_question_is_a_question(text: str) -> None:
    """Also where it has words of an order."""
    assert task_reply(text) is None


def test_a_chat_tool_gets_its_title(seeds_index: Path, tmp_path: Path) -> None:
    """Whole and in pieces, as OpenAI's own client reads it."""
    with serving(seeds_index, tmp_path, serve_per_minute=9999) as served:
        client = openai.OpenAI(base_url=f"{served.url}/v1", api_key="unused", max_retries=0)
        create = client.chat.completions.create
        whole = create(model="rag", messages=[{"role": "user", "content": TITLE}])
        chunks = list(
            create(model="rag", messages=[{"role": "user", "content": TITLE}], stream=True)
        )

    pieces = [chunk.choices[0].delta.content for chunk in chunks]
    assert whole.choices[0].message.content == '{"title": "Who mended the sluice gate?"}'
    assert whole.choices[0].finish_reason == chunks[-1].choices[0].finish_reason == "stop"
    assert "".join(piece or "" for piece in pieces) == whole.choices[0].message.content
    assert whole.usage is not None and whole.usage.total_tokens == 0
