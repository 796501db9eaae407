"""What chat tools ask a model beside questions: a title for a chat, its tags, what to ask next.

They send the conversation, or a message of it, with an order, as Open WebUI does; some put the
order into the system message, and some send the conversation as such and the order last. To search
the articles for it would cost a search and give a title of nonsense: the reply is the first
question of the conversation, or nothing of what is asked for. They are told by their form: an
order, and a conversation that it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from rag.render.safe import shortened

LONGEST_TITLE = 80  # characters
HEAD = 500  # characters of an order that say what it wants
_ORDER = re.compile(
    r"\W*(?:task\b|your task\b|(?:please |now )?(?:generate|create|provide|write|suggest|give|make"
    r"|come up with|summari[sz]e|analy[sz]e|determine|propose|name|find|choose|read|return|detect"
    r"|condense|compress|extract|reflect|rephrase|rewrite|classify|describe|output|respond|reply"
    r"|progressively|use|using)\b"
    r"|(?:based on|given|from|for|here is|the following|below is|you are|you[’']re|in one|in a few"
    r"|in \d)\b)",
    re.IGNORECASE,
)
_LEAD = r"^[ \t>|*#-]*"
_USER, _MODEL = r"(?:user|human|me)", r"(?:assistant|ai|bot|response|model|chatgpt)"
_ASKED = re.compile(
    rf"{_LEAD}{_USER}[ \t*]*:[ \t*]*\n?[ \t]*[\"“]*(?P<text>[^\s\"“][^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWERED = re.compile(rf"{_LEAD}{_MODEL}[ \t*]*:", re.IGNORECASE | re.MULTILINE)
_TAGGED = re.compile(rf"<{_USER}>\s*(?P<text>[^<\s][^<\n]*)", re.IGNORECASE)
_HISTORY = re.compile(r"<(?:chat_history|history|conversation|messages|chat)>", re.IGNORECASE)
_MESSAGE = re.compile(r"\w+[* ]*:\s*(?:\"\"\"|```|''')")  # Message: """…"""
_LABELLED = re.compile(
    rf"{_LEAD}(?:user[’'s]* |first )*(?:message|query|question|input|prompt)[ \t*]*:\s*"
    r"(?P<text>\S[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_FOR = re.compile(
    r"\btitle\b[^:?]{0,200}\b(?:messages?|chat|conversation|query|prompt)\b[^:?]{0,200}:\s*"
    r"[\"“]*(?P<text>\S[^\n]*)",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"^[ \t*]*follow[- ]?up (?:input|question)[ \t*]*:\s*(?P<text>\S[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_CHAT = r"\b(?:conversations?|chats?|dialog(?:ue)?s?)\b"
_CHAT_WORD = re.compile(_CHAT, re.IGNORECASE)
_TITLE_OF_A_CHAT = re.compile(rf"\btitles?\b.*{_CHAT}|{_CHAT}.*\btitles?\b", re.I | re.DOTALL)
_OUR_CHAT = re.compile(
    r"\b(?:our|this|the above|the (?:previous|preceding))"
    r" (?:conversation|chat|dialog(?:ue)?|discussion)\b"
    r"|\bprompt for future context\b",
    re.IGNORECASE,
)
_FENCED = re.compile(
    rf"{_CHAT}[ \t*]*:\s*(?:\"{{3}}|`{{3}}|'{{3}})\s*(?P<text>\S[^\n]*)", re.IGNORECASE
)
_STRING = r"\"(?:[^\"\\]|\\.)*\""
_ROLE, _CONTENT = r"\"role\"\s*:\s*\"(\w+)\"", rf"\"content\"\s*:\s*({_STRING})"
_JSON_MESSAGE = re.compile(rf"\{{\s*(?:{_ROLE}\s*,\s*{_CONTENT}|{_CONTENT}\s*,\s*{_ROLE})\s*\}}")
_QUESTION, _ANSWER = (re.compile(rf"{_LEAD}{letter}:", re.I | re.MULTILINE) for letter in "QA")
_KEY = re.compile(r"\{\s*\"(?P<key>\w{1,40})\"\s*:\s*(?P<kind>[\[\"])")


def task_reply(text: str, *, system: str = "", earlier: Sequence[str] = ()) -> str | None:
    r"""The reply to what a chat tool asks about a conversation; None for a person's question.

    Args:
        text: The last message of the user.
        system: What the tool tells the model.
        earlier: The user's messages before it.

    >>> task_reply("Generate a title.\n\nUser: Who built the mill?\nAssistant: Nobody knows.")
    'Who built the mill?'
    """
    text = _labelled(text)
    if (subject := _subject(text, system, earlier)) is None:
        return None
    title = shortened(subject, LONGEST_TITLE) if subject else ""
    asked = _ASKED.search(text)
    order, rest = (text[: asked.start()], asked.end()) if asked else (text, len(text))
    wanted = _KEY.search(order) or _KEY.search(text, rest) or _KEY.search(system)
    if wanted is None:
        return title
    key = wanted["key"]
    value: str | list[str] = [] if wanted["kind"] == "[" else title if "title" in key else ""
    return json.dumps({key: value}, ensure_ascii=False)


def _subject(text: str, system: str, earlier: Sequence[str]) -> str | None:
    """The question that a conversation is about, empty if none is told; None: it is a question."""
    asked = _ASKED.search(text) or _TAGGED.search(text)
    has_chat = bool(_HISTORY.search(text) or (asked and _ANSWERED.search(text)))
    if system and asked and _is_transcript(text):
        return asked["text"]
    if not earlier and _wants_title(system):
        return asked["text"] if asked else text
    if not _ORDER.match(text) and not (has_chat and _HISTORY.match(text.lstrip())):
        return None
    if follow_up := _FOLLOW_UP.search(text):
        return follow_up["text"]
    if has_chat or (asked and _wants_title(text)):
        return asked["text"].rstrip('"” ') if asked else ""
    if fenced := _FENCED.search(text):
        return fenced["text"]
    if _wants_title(text) and (labelled := _LABELLED.search(text)):
        return labelled["text"]
    if titled := _TITLE_FOR.search(text[: HEAD + LONGEST_TITLE]):
        return titled["text"]
    if earlier and _OUR_CHAT.search(text[:HEAD]) and "?" not in text:
        return earlier[0]
    return "" if _MESSAGE.search(text) else None


def _labelled(text: str) -> str:
    """A text with the messages in it as "user: …" lines, where they are JSON or "Q: …"."""
    text = _JSON_MESSAGE.sub(_as_line, text)
    if _CHAT_WORD.search(text[:HEAD]) and _ANSWER.search(text):
        text = _ANSWER.sub("assistant:", _QUESTION.sub("user:", text))
    return text


def _as_line(message: re.Match[str]) -> str:
    role, content = message[1] or message[4], message[2] or message[3]
    try:
        said = " ".join(json.loads(content, strict=False).split())
    except ValueError:  # a broken escape
        return message[0]
    return f"\n{role}: {said}\n"


def _is_transcript(text: str) -> bool:
    """Whether a text is a conversation from its first word to its last, which the model said."""
    begins = _ASKED.match(text.lstrip())
    said = [match.start() for match in _ANSWERED.finditer(text)]
    return bool(begins and said) and said[-1] > [one.start() for one in _ASKED.finditer(text)][-1]


def _wants_title(order: str) -> bool:
    return bool(_ORDER.match(order) and _TITLE_OF_A_CHAT.search(order[:HEAD]))
