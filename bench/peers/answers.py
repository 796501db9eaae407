"""What another program said -> the lines that `rag eval --answers` reads.

Each sentence of its answer is a claim. A program that writes marks cites by them: "[2]" is the
second of the passages it was given. One that names its source beside the answer cites it for every
sentence. A cited passage counts as the place where its words stand in the article; where they stand
nowhere, the citation is kept and leads to no place, as `rag eval` counts it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.domain import Span
from rag.evaluate.read_answers import FAILURE_SCHEMA
from rag.language.text import sentence_spans
from rag.render.as_json import ANSWER_SCHEMA

_LIST = r"\d+(?:\s*[,;]\s*(?:source\s*)?\d+)*"
# "[2]", "[1, 3]", "[Source 2]", "(Source 2)"; but "(3)" may count people.
MARK = re.compile(rf"\s*(?:\[(?:sources?\s*)?{_LIST}\]|\(sources?\s*{_LIST}\))", re.IGNORECASE)
BEHIND_STOP = re.compile(rf"([.!?][\"”’)]?)((?:{MARK.pattern})+)", re.IGNORECASE)

_MATERIAL = r"\b(?:sources?|context|documents?|texts?|articles?|passages?|excerpts?|information)\b"
_NOT = r"(?:\bno\b|\bnot\b|n['’]t\b)"
_TELL = (
    r"\b(?:mention|provide|contain|specif|state|include|say|indicate|address|discuss|give|answer"
    r"|reveal|helpful|available|sufficient|enough|clear|relevant)"
)
# An answer whose first sentence says one of these gives none.
REFUSALS = re.compile(
    "|".join(
        [
            r"^\W*(?:empty response|none|n/?a|unknown|unanswerable)?\W*$",
            rf"{_MATERIAL}[^.]{{0,80}}{_NOT}[^.]{{0,30}}{_TELL}",  # the context does not say
            rf"{_NOT} (?:\w+ )?{_TELL}\w* (?:in|by|from|within) [^.]*{_MATERIAL}",  # not in it
            rf"\bnone of the (?:\w+ )?{_MATERIAL}",
            r"\b(?:no|not enough|insufficient|lack of) (?:\w+ )?(?:information|data|mention)\b",
            r"\b(?:I|we) (?:do not|don['’]t) (?:know|have)\b",
            r"\b(?:cannot|can['’]t|could not|couldn['’]t|unable to|not able to|not possible to)"
            r" (?:\w+ )?(?:answer|be answered|determine|be determined|find|tell)\b",
            r"^\W*(?:I['’]m |I am |we are )?(?:sorry|I apologi[sz]e)\b",
        ]
    ),
    re.IGNORECASE,
)


def answer_of(said: Mapping[str, Any], articles: Mapping[str, str]) -> dict[str, Any]:
    """One answer of another program, in our form.

    Args:
        said: A line that `peers.peer` wrote: the question with its id, and either an ``error`` or
            the ``text`` with the ``passages`` it was made from and whether it is ``marked``.
        articles: Text by path, as the index has it.
    """
    known = {"id": said["id"], "question": said["question"]}
    if "error" in said:
        return {"schema": FAILURE_SCHEMA, **known, "error": said["error"]}
    cited = [citation_of(passage, articles) for passage in said["passages"]]
    return {
        "schema": ANSWER_SCHEMA,
        **known,
        "claims": claims_of(said["text"], cited, marked=said["marked"]),
        "timings_ms": {"total": round(said["seconds"] * 1000, 1)},
    }


def claims_of(
    text: str, cited: Sequence[Mapping[str, Any]], *, marked: bool
) -> list[dict[str, Any]]:
    """The sentences of an answer with what each cites; none where it refuses.

    Args:
        text: The answer as it was printed.
        cited: Citations of the passages, in the order of their numbers.
        marked: Whether marks in the text cite them; else every sentence cites them all.
    """
    # A mark behind the stop belongs to the sentence before it.
    text = BEHIND_STOP.sub(r"\2\1", text)
    sentences = [
        text[span.start : span.end]
        for line in re.finditer(r"[^\n]+", text)
        for span in sentence_spans(text, Span(start=line.start(), end=line.end()))
    ]
    if not sentences or refuses(sentences[0]):
        return []
    if not marked:
        return [{"text": sentence, "citations": list(cited)} for sentence in sentences]
    said = [(MARK.sub("", sentence).strip(), _numbers(sentence)) for sentence in sentences]
    return [
        {"text": words, "citations": [cited[n - 1] for n in numbers if n <= len(cited)]}
        for words, numbers in said
        if re.search(r"\w", words)  # a line of marks alone says nothing
    ]


def refuses(sentence: str) -> bool:
    """Whether the first sentence of an answer says that there is none."""
    return bool(REFUSALS.search(MARK.sub("", sentence)))


def citation_of(passage: Mapping[str, str], articles: Mapping[str, str]) -> dict[str, Any]:
    """Where the words of a passage stand in its article, however the spaces between them are.

    Args:
        passage: Its ``path`` and ``text``.
        articles: Text by path.
    """
    words = passage["text"].split()
    article = articles.get(passage["path"], "")
    found = re.search(r"\s+".join(map(re.escape, words)), article) if words else None
    start, end = found.span() if found else (0, 0)
    quote = article[start:end] if found else passage["text"]
    return {"path": passage["path"], "start": start, "end": end, "quote": quote}


def _numbers(sentence: str) -> list[int]:
    """The numbers of all marks in a sentence, each once; counted from 1."""
    numbers = [int(one) for mark in MARK.findall(sentence) for one in re.findall(r"\d+", mark)]
    return [number for number in dict.fromkeys(numbers) if number]
