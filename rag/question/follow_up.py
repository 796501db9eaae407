"""A follow-up question -> one that stands alone, by rules that a person can foresee.

"And about Syria?" asks the question before of another topic, "And Sanders?" of another person,
"When did he say that?" has its pronouns filled in. Whatever is not clear stays as it was asked: the
user sees how a question was understood, and what was meant by it is not guessed.
"""

from __future__ import annotations

from rag.question.antecedents import Before
from rag.question.elliptic import BARE, completed, completed_bare, left_alone
from rag.question.named import Speaks, nobody
from rag.question.pronouns import filled

LONG = 600  # characters from which a text is left as it is, and nothing refers to it


def stand_alone(asked: str, before: Before | None, *, speaks: Speaks = nobody) -> str:
    """A question with what it leaves out filled in from what was spoken of before.

    Args:
        asked: The question.
        before: None leaves it as it is.
        speaks: Whether somebody of a name says anything in the articles.

    >>> before = Before(question="What did Peskov say about Crimea?")
    >>> stand_alone("And about Syria?", before)
    'What did Peskov say about Syria?'
    >>> stand_alone("When did he say that?", before)
    'When did Peskov say that about Crimea?'
    """
    text = " ".join(asked.split())
    if before is None or max(len(text), len(before.question)) > LONG:
        return text
    if match := BARE.match(text):
        question = completed_bare(match["wh"].lower(), before.question)
    elif what := left_alone(text):
        question = completed(what, before.question, speaks)
    else:
        question = filled(text, before, speaks)
    return text if question is None or question.lower() == text.lower() else _capital(question)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
