"""What Markdown, HTML and templates write around words, and a reader does not see.

It is left in the text of an article, as citations count its characters, and is in nothing that is
shown, compared or put into a prompt.
"""

from __future__ import annotations

import re
from html import unescape

from rag.domain import Span

# Bounded, and without a nested "[": a text of nothing but brackets must not take quadratic time.
MARKDOWN_LINK = re.compile(
    r"!?\[((?:[^\[\]\n]|\n(?!\s*\n)){0,300})\]"
    r"\((?:[^()\s]|\([^()\s]{0,300}\)){0,2000}(?:\s{1,9}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\)"
)
_EMPHASIS = re.compile(r"(?<![\w*_])(\*\*|__|\*|_)(?=[^\s*_])([^*_\n]{1,300})(?<=\S)\1(?![\w*_])")
_TEMPLATE = re.compile(r"\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{[:#.][^{}\n]{0,100}\}", re.DOTALL)
_BREAK_TAG = re.compile(r"<(?:br|BR)\s{0,9}/?>")
# Small letters only: "<I>" of a wire story is the sign of a share.
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|i|img|ins"
    r"|kbd|li|mark|p|q|s|small|span|strike|strong|sub|sup|td|th|tr|u|ul)(?:\s[^<>]{0,1000})?/?>"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,40}\]")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]\n|]{1,300}\|)?([^\[\]\n|]{1,300})\]\]")
_EMBEDDED = re.compile(r"!\[\[[^\[\]\n]{1,300}\]\]")
_TASK = re.compile(r"^(\s{0,99}(?:[-*+]|\d{1,3}[.)])\s{1,9})\[([ xX])\](?=\s)", re.MULTILINE)
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,300})(?<=\S)==(?![=\w])")
_CLOSING_MARK = re.compile(r"[*_]{1,3}(?:\s+|$)")
_OPENING_MARK = re.compile(r"[*_]{1,3}(?=[^\s*_])")
_ENDING_MARK = re.compile(r"(?<=[.!?…\"'”’)])[*_]{1,3}$")


def without_marks(text: str) -> str:
    r"""The words of a text: no templates, tags and emphasis; links and entities as they are shown.

    >>> without_marks("**Ada&#8217;s** [pier]({{ '/x' | url }})<br/>is [[Alta|old]].")
    'Ada’s pier is old.'
    """
    if "{" in text:
        text = _TEMPLATE.sub("", text)
    if "<" in text:
        text = _TAG.sub("", _BREAK_TAG.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    text = MARKDOWN_LINK.sub(r"\1", text)
    if "](" in text:  # a picture that is a link
        text = MARKDOWN_LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", text)
    if "[" in text:
        text = _WIKI_LINK.sub(r"\1", _EMBEDDED.sub("", text))
        text = _TASK.sub(_box, _FOOTNOTE.sub("", text))
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    return text


def _box(task: re.Match[str]) -> str:
    return f"{task[1]}{'☐' if task[2] == ' ' else '☑'}"


def without_ends(paragraph: str) -> str:
    """A paragraph of the same length, in which no sentence ends within a link or a template."""
    if "{" in paragraph:
        paragraph = _TEMPLATE.sub(lambda match: "x" * len(match[0]), paragraph)
    if "](" in paragraph:
        paragraph = MARKDOWN_LINK.sub(lambda match: match[0].replace("\n", " "), paragraph)
    return paragraph


def within_emphasis(text: str, span: Span, *, first: bool) -> Span:
    """A sentence without the marks of an emphasis that begins or ends in another one.

    "**The dam burst. Nobody was hurt.** The mayor …" has one before its first sentence, and one
    before its third.
    """
    sentence = text[span.start : span.end]
    start, end = 0, len(sentence)
    closing = None if first or text[span.start - 1] == "\n" else _CLOSING_MARK.match(sentence)
    if closing:
        start = closing.end()
    elif (opening := _OPENING_MARK.match(sentence)) and not re.search(
        rf"(?<=[^\s*_]){re.escape(opening[0])}(?!\w)", sentence
    ):
        start = opening.end()
    ending = _ENDING_MARK.search(sentence, start)
    if ending and not re.search(rf"(?<!\w){re.escape(ending[0])}(?=[^\s*_])", sentence[start:]):
        end = ending.start()
    return Span(start=span.start + start, end=span.start + end) if start < end else span
