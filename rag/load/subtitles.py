"""Subtitles (.srt, .vtt): what is said, without times, numbers and tags.

A sentence goes on from cue to cue. It is one paragraph until its end, and so is the text of one
speaker: "<v Ada Lark>" becomes "Ada Lark:", and ">> ADA LARK:" stays as it is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from rag.language.line_ends import ends_sentence
from rag.load.encoding import decode
from rag.load.extract_result import Extract, Unreadable, laid_out

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_CUE = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*\n")
_NEXT_NUMBER = re.compile(r"\n[ \t]*\d+\s*\Z")  # of a cue with no blank line before it
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]{1,200})>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z\d][^<>]{0,200}>|\{\\[^{}]{0,100}\}|\{[a-z]:[^{}]{0,100}\}")
_MARK = re.compile(r"(?:>>|[-–—]\s*(?=\S))\s*")  # before what somebody else says
_NAME = re.compile(r"([^\W\d_][\w .'’-]{0,40}):\s")
_LONGEST = 600  # characters of a paragraph that no full stop ends: captions may have none


def extract_subtitles(data: bytes) -> Extract:
    """Read subtitles of either format.

    Raises:
        Unreadable: The bytes are not text, or hold no cue.
    """
    text = re.sub(r"\r\n?", "\n", decode(data))
    if not _CUE.search(text):
        raise Unreadable("no subtitles in it")
    said, spans = laid_out([" ".join(lines) for lines in _paragraphs(_lines(text))])
    return Extract(text=said, paragraphs=spans)


def _lines(text: str) -> Iterator[str]:
    """Every line that is shown, in the order of the cues; those on the screen twice, once."""
    cues = list(_CUE.finditer(text))
    ends = [*(cue.start() for cue in cues[1:]), len(text)]
    shown: list[str] = []
    for cue, end in zip(cues, ends, strict=True):
        # What stands behind a blank line is a note, a style, or the name of the next cue.
        body, *behind = _BLANK.split(text[cue.end() : end], maxsplit=1)
        if not behind and end < len(text):
            body = _NEXT_NUMBER.sub("", body)
        before, shown = shown, [line for line in map(_plain, body.split("\n")) if line]
        # Live captions scroll: the next cue repeats the lines of the last one, and adds one.
        overlap = next(
            (n for n in range(min(len(before), len(shown)), 0, -1) if before[-n:] == shown[:n]), 0
        )
        yield from shown[overlap:]


def _plain(line: str) -> str:
    voiced = _VOICE.sub(lambda match: f"{match[1].strip()}: ", line)
    return " ".join(html.unescape(_TAG.sub("", voiced)).split())


def _paragraphs(lines: Iterator[str]) -> Iterator[list[str]]:
    """Lines together until a sentence ends, or somebody else begins to speak."""
    group: list[str] = []
    for line in lines:
        if group and (
            ends_sentence(group[-1])
            or _is_turn(line)
            or sum(map(len, group)) + len(line) > _LONGEST
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_turn(line: str) -> bool:
    """Whether somebody begins to speak there: "- Yes", "ADA:", "Ada Lark:", but not "He said:"."""
    name = _NAME.match(line)
    return bool(_MARK.match(line)) or (
        name is not None and all(word[0].isupper() for word in name[1].split())
    )
