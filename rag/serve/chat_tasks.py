"""What chat tools ask a model beside questions: a title for a chat, its tags, what to ask next.

They send the conversation with an order, as Open WebUI does. To search the articles for it would
cost a search and give a title of nonsense: the reply is the first question of the conversation, or
nothing of what is asked for.
"""

from __future__ import annotations

import json
import re

from rag.render.safe import shortened

LONGEST_TITLE = 80  # characters
_ORDER = re.compile(
    r"\W*(?:task\b|your task\b|(?:please |now )?(?:generate|create|provide|write|suggest|give|make"
    r"|come up with|summari[sz]e|analy[sz]e|determine|propose|name|find|choose|read|return)\b"
    r"|(?:based on|given|from|for|here is|the following|below is|you are|in one|in a few|in \d)\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^[ \t>*-]*(?:user|human|me)[ \t*]*:[ \t*]*(?P<text>\S[^\n]*)", re.IGNORECASE | re.MULTILINE
)
_CONVERSATION = re.compile(
    r"<chat_history>|^[ \t>*-]*(?:assistant|ai|bot)[ \t*]*:", re.IGNORECASE | re.MULTILINE
)
_KEY = re.compile(r"\{\s*\"(?P<key>\w{1,40})\"\s*:\s*(?P<kind>[\[\"])")


def task_reply(text: str) -> str | None:
    r"""The reply to what a chat tool asks about a conversation; None for a person's question.

    >>> task_reply("Generate a title.\n\nUser: Who built the mill?\nAssistant: Nobody knows.")
    'Who built the mill?'
    """
    asked = _ASKED.search(text)
    if asked is None or not _ORDER.match(text) or not _CONVERSATION.search(text):
        return None
    title = shortened(asked["text"], LONGEST_TITLE)
    wanted = _KEY.search(text[: asked.start()]) or _KEY.search(text, asked.end())
    if wanted is None:
        return title
    key = wanted["key"]
    value: str | list[str] = [] if wanted["kind"] == "[" else title if "title" in key else ""
    return json.dumps({key: value}, ensure_ascii=False)
