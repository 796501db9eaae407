"""rag.statements: who says what, where the sentence itself tells."""

from __future__ import annotations

import pytest

from rag.domain import Article, Span, Statement, StatementKind
from rag.passages import split_article
from rag.statements import find_statements


def statements(text: str) -> list[Statement]:
    """The statements of an article of one paragraph."""
    article = Article(
        path="a.txt", sha256="0" * 64, text=text, paragraphs=(Span(start=0, end=len(text)),)
    )
    return find_statements(article, split_article(article, words=100))


def speakers(text: str) -> list[str]:
    """Who speaks in an article."""
    return [statement.speaker for statement in statements(text)]


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "content"),
    [
        ('"The dam is gone," Ada Lark said.', "Ada Lark", "said", "The dam is gone,"),
        ('"The dam is gone," said Ada Lark.', "Ada Lark", "said", "The dam is gone,"),
        ("“The dam is gone!” said Ada Lark.", "Ada Lark", "said", "The dam is gone!"),
        ("“No,” said the tired mayor Ada Lark.", "Ada Lark", "said", "No,"),
        ("“No,” said O’Neill.", "O’Neill", "said", "No,"),
        ("Ada Lark added: “The dam is gone.”", "Ada Lark", "added", "The dam is gone."),
    ],
)
def test_quoted_words_have_their_speaker(text, speaker, cue, content) -> None:
    """The name may stand before or after the quotation, which is the content."""
    [found] = statements(text)

    assert (found.speaker, found.cue, found.kind) == (speaker, cue, StatementKind.DIRECT)
    assert text[found.content.start : found.content.end] == content
    assert (found.sentence.start, found.sentence.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "content"),
    [
        ("Lark said that the dam was gone.", "Lark", "said", "that the dam was gone"),
        ("Lark, who lives there, said it was gone.", "Lark", "said", "it was gone"),
        ("Ada Lark later denied that it was gone.", "Ada Lark", "denied", "that it was gone"),
        ("The dam was gone, Lark said.", "Lark", "said", "The dam was gone"),
        ("It was gone, according to Ada Lark.", "Ada Lark", "according to", "It was gone"),
        ("According to Lark, the dam was gone.", "Lark", "according to", "the dam was gone"),
        ("President Lark said the dam was gone.", "Lark", "said", "the dam was gone"),
    ],
)
def test_reported_words_have_their_speaker(text, speaker, cue, content) -> None:
    """Without quotation marks, what stands beside the attribution is the content."""
    [found] = statements(text)

    assert (found.speaker, found.cue, found.kind) == (speaker, cue, StatementKind.INDIRECT)
    assert text[found.content.start : found.content.end] == content


def test_offsets_count_from_the_start_of_the_article() -> None:
    """A statement further down points to its own place."""
    text = "It rained.\nThe “Dnepr” came.\nAda Lark said: “The dam is gone.”"

    [found] = statements(text)

    assert text[found.content.start : found.content.end] == "The dam is gone."
    assert text[found.sentence.start : found.sentence.end] == "Ada Lark said: “The dam is gone.”"


@pytest.mark.parametrize(
    "text",
    [
        '"The dam is gone," he said.',
        "She said that the dam was gone.",
        "They told reporters that the dam was gone.",
        '"The dam is gone," the spokesman said.',
        '"The dam is gone," said the mayor.',
        "The President said many things about the dam.",
        "The Prime Minister said many things about the dam.",
        "Officials said the dam was gone.",
        "On Monday it said the dam was gone.",
        "Lark’s lawyer said the dam was gone.",
        "He told Peskov that the dam was gone.",
        "The dam was gone, according to him and others.",
        "According to the report, the dam was gone.",
        '"The dam is gone," said the mayor of Paris.',
        "A friend of Lark said the dam was gone.",
        "The dam was gone.",
        "Lark said.",
    ],
)
def test_who_is_not_named_is_nobody(text) -> None:
    """A pronoun, a title, a thing, or the name of somebody else gives no speaker."""
    assert speakers(text) == []


def test_two_speakers_in_one_sentence_are_nobody() -> None:
    """Which words are whose is not guessed."""
    assert speakers("Ada Lark said it was gone and Tom Reed said it was not.") == []


def test_each_sentence_has_its_own_speaker() -> None:
    """Statements come in the order of the text."""
    assert speakers("“No,” said Reed. It rained. “Yes,” said Lark.") == ["Reed", "Lark"]


def test_a_quotation_that_reports_is_not_read_for_speakers() -> None:
    """Who is said to have spoken inside a quotation does not speak in the article."""
    assert speakers('"Reed said it was gone," Ada Lark told us.') == ["Ada Lark"]


def test_the_speaker_is_the_fullest_name_in_the_article() -> None:
    """The last name alone stands for the person whose full name the article gives."""
    [found] = statements("Dmitry Peskov and Dmitry S. Peskov are one. “No,” said Peskov.")

    assert (found.speaker, found.written) == ("Dmitry S. Peskov", "Peskov")


def test_a_last_name_that_two_people_share_stays_as_written() -> None:
    """Which of them spoke is not guessed."""
    assert speakers("Ada Lark came. Bea Lark came. “It is gone,” Lark said.") == ["Lark"]
