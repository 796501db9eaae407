"""The question inside of what a chat tool makes of it, with instructions and passages around it.

Open WebUI, LobeChat and programs made with LangChain send such messages where a folder of documents
is attached to a chat. The passages are not ours and are not read: the articles answer.
"""

from __future__ import annotations

import re

from rag.question.read import LONGEST_QUESTION

_PASSAGES = (
    r"(?:\w+_)?(?:contexts?|documents?|sources?|passages?|chunks?|results?|knowledge|excerpts?"
    r"|references?|articles?|files?)"
)
_HISTORY = re.compile(r"<(?P<tag>chat_history|history)>.*?</(?P=tag)>", re.DOTALL)
_TAGGED = re.compile(r"<(?P<tag>(?:\w+_)?(?:query|question))>(?P<text>[^<>]+)</(?P=tag)>")
_CLOSED = re.compile(rf"</{_PASSAGES}>", re.IGNORECASE)
_ATTACHED = re.compile(
    rf"<{_PASSAGES}>|^\W*(?:relevant |the |retrieved )?{_PASSAGES}\b[^\n]{{0,80}}:\W*$"
    rf"|^\W*{_PASSAGES}\W*:",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = (
    r"[#* ]*(?:(?:the |my )?(?:user|human|current|new|original)[’'s]* )?(?:query|question)[* ]*:"
)
_LABELLED = re.compile(rf"^{_LABEL}[* ]*\n?(?P<text>[^\n]*\S[^\n]*)", re.IGNORECASE | re.MULTILINE)
_ANSWER = re.compile(
    r"\s*[#* ]*(?:(?:helpful|final|your) )?(?:answer|response|output)[* ]*:", re.IGNORECASE
)


def wrapped_question(text: str) -> str | None:
    r"""The question in a message with instructions and passages; None where it has no such form.

    >>> wrapped_question("Use this.\n<context>Ida did.</context>\n<user_query>Who?</user_query>")
    'Who?'
    """
    text = _HISTORY.sub("", text)
    for match in reversed(list(_TAGGED.finditer(text))):
        if match["text"].strip():
            return match["text"].strip()
    if not _ATTACHED.search(text):
        return None
    labelled = [match["text"].strip(" *\"'“”") for match in _LABELLED.finditer(text)]
    if labelled:
        return labelled[-1]
    closed = list(_CLOSED.finditer(text))
    rest = text[closed[-1].end() :].strip() if closed else ""
    return rest if rest and len(rest) <= LONGEST_QUESTION and not _ANSWER.match(rest) else None
