"""rag.retrieve.rerank: what is read, how it changes the order, and when the words are given."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from made import sentence, source

from rag.domain import Citation, Evidence, Reading, ShortAnswer, Span
from rag.models.embedder import Embedder
from rag.models.reader import Placed
from rag.question.read import read_question
from rag.retrieve.rerank import (
    READ,
    SURE,
    WEIGHT,
    answering,
    in_place,
    rerank,
    short_answer,
)
from rag.retrieve.search import retrieve
from rag.retrieve.whose import asked_for
from rag.store import LocalStore

MARCH = "How many people marched for the Saltmarsh Bridge?"


@pytest.fixture
def store(seeds_index: Path) -> Iterator[LocalStore]:
    """The index of the seeds, opened."""
    with LocalStore.open(seeds_index, embedder=None) as opened:
        yield opened


class Scripted:
    """A reader that gives each sentence the probability it is told to, and notes what it reads."""

    def __init__(self, answers: dict[str, float]) -> None:
        self.answers = answers
        self.given: list[Placed] = []

    def knows(self, text: str) -> bool:
        """ASCII only."""
        return text.isascii()

    def read(self, question: str, sentences: Sequence[Placed]) -> list[Reading]:
        """Each as it is told to."""
        self.given = list(sentences)
        return [Reading(answers=self.answers.get(one.text, 0.0)) for one in sentences]


def found(store: LocalStore, embedder: Embedder, question: str = MARCH) -> list[Evidence]:
    """What the search alone ranks."""
    return list(
        retrieve(
            read_question(question),
            asked_for(read_question(question), store),
            store=store,
            embedder=embedder,
        ).evidence
    )


# --- the order ------------------------------------------------------------------------------------


def test_the_order_is_by_the_mixture_of_both_scores(store: LocalStore, embedder: Embedder) -> None:
    """Score = (1 - w) of the search + w of the reader; the unread have none of the reader's."""
    ranked = found(store, embedder)
    reader = Scripted({ranked[7].text: 1.0, ranked[0].text: 0.25})

    read = rerank(read_question(MARCH), ranked, reader=reader, store=store)

    answers = {ranked[7].id: 1.0, ranked[0].id: 0.25}
    expected = {
        entry.id: (1 - WEIGHT) * entry.score + WEIGHT * answers.get(entry.id, 0.0)
        for entry in ranked
    }
    assert {entry.id: entry.score for entry in read} == pytest.approx(expected)
    assert [entry.id for entry in read] == sorted(expected, key=lambda id: (-expected[id], id))
    assert len(ranked) > READ
    assert {entry.id for entry in read if entry.reading} == {entry.id for entry in ranked[:READ]}


def test_a_sentence_is_read_in_its_place(store: LocalStore, embedder: Embedder) -> None:
    """With the title of its article and the sentence before it, over the border of passages too."""
    ranked = found(store, embedder)
    reader = Scripted({})
    rerank(read_question(MARCH), ranked, reader=reader, store=store)

    for entry, placed in zip(ranked, reader.given, strict=False):
        article = store.article(entry.source.path)
        assert article is not None
        starts = [span.start for span in article.sentences]
        place = starts.index(entry.start)
        before = article.sentences[place - 1] if place else None
        expected = article.text[before.start : before.end] if before else ""
        assert (placed.title, placed.before, placed.text) == (
            entry.source.title or "",
            expected,
            entry.text,
        )


def test_the_first_sentence_of_an_article_has_none_before_it(store: LocalStore) -> None:
    """The last sentence of the article before it is no context."""
    firsts = [row for row in store.sentences_in(range(store.count("passages"))) if row.id == 0]
    rows = store.sentences_in(range(store.count("passages")))
    for one, other in zip(rows, rows[1:], strict=False):
        same = one.article == other.article
        assert store.sentence_before(other.id) == (one.text if same else None)
    assert store.sentence_before(firsts[0].id) is None


def test_without_a_reader_nothing_changes(store: LocalStore, embedder: Embedder) -> None:
    """No reader, or a language that it does not know: the search's order and scores."""
    ranked = found(store, embedder)
    russian = read_question("Сколько людей вышло на марш?")

    assert rerank(read_question(MARCH), ranked, reader=None, store=store) == ranked
    assert rerank(russian, ranked, reader=Scripted({}), store=store) == ranked
    assert rerank(read_question(MARCH), [], reader=Scripted({}), store=store) == []


# --- short answers --------------------------------------------------------------------------------

TEXT = "About **350 people** took part in the march."


def evidence(words: str | None, *, answers: float = 0.9, sure: float = 0.9) -> Evidence:
    """A sentence at character 100 of its article, read so."""
    span = Span(start=TEXT.index(words), end=TEXT.index(words) + len(words)) if words else None
    reading = Reading(answers=answers, words=span, sure=sure)
    return sentence(TEXT, id=1, start=100, end=100 + len(TEXT), line=3, score=0.8, reading=reading)


def short(question: str, best: Evidence) -> ShortAnswer | None:
    """The short answer from a sentence that was read so."""
    asked = read_question(question)
    words = answering(asked, best, best.reading) if best.reading else None
    return short_answer(asked, dataclasses.replace(best, answer=words), citation(best))


def citation(found: Evidence) -> Citation:
    return Citation(
        n=1, source=found.source, start=found.start, end=found.end, line=3, quote=found.text,
        speaker=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "words", "given"),
    [
        ("Who is Navalny?", "Alexei", None),  # tells nothing but the rest of the name
        ("Who is Alexei?", "Navalny", None),
        ("Who arrested Navalny?", "the police chief, Ivan Orlov", "the police chief, Ivan Orlov"),
    ],
)
def test_the_rest_of_an_asked_name_is_no_answer(
    question: str, words: str, given: str | None
) -> None:
    """It is not what was asked."""
    text = "Alexei Navalny was arrested by the police chief, Ivan Orlov, on Sunday."
    start = text.index(words)
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len(words)))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given_words = short(question, best)

    assert (given_words.text if given_words else None) == given


def test_the_words_are_given_with_their_place() -> None:
    """Offsets are those of the article, the text is as a person reads it."""
    best = evidence("**350 people**")

    given = short(MARCH, best)

    assert given is not None
    assert given.text == "350 people"
    assert (given.start, given.end) == (106, 120)
    assert given.probability == pytest.approx(0.81)
    assert given.citation == citation(best)


def test_a_number_comes_with_the_words_that_limit_it() -> None:
    """Of "more than 350" the reader may point at "350": that is another number."""
    text = "On Saturday more than 350 people marched for the bridge."
    start = text.index("350")
    read = Reading(answers=0.9, sure=0.9, words=Span(start=start, end=start + len("350")))
    best = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    given = short(MARCH, best)

    assert given is not None
    assert given.text == "more than 350"
    assert text[given.start - 100 : given.end - 100] == "more than 350"


@pytest.mark.parametrize(
    ("question", "best"),
    [
        (MARCH, evidence("350", answers=SURE - 0.01, sure=1.0)),  # not sure that it answers
        (MARCH, evidence("350", answers=1.0, sure=SURE - 0.01)),  # not sure which words
        (MARCH, evidence(None)),
        (MARCH, evidence("march")),  # no number
        ("What is the march about?", evidence("350")),  # asks for more than a few words
        (MARCH, dataclasses.replace(evidence("350"), reading=None)),
    ],
)
def test_words_that_are_not_sure_or_not_asked_for_are_not_given(
    question: str, best: Evidence
) -> None:
    """Better no short answer than a wrong one."""
    assert short(question, best) is None


def test_context_of_a_sentence(store: LocalStore, embedder: Embedder) -> None:
    """A sentence without a title or without one before it has empty text there."""
    first = next(entry for entry in found(store, embedder) if store.sentence_before(entry.id))

    placed = in_place(dataclasses.replace(first, source=source()), store)

    assert placed.title == ""
    assert placed.before == store.sentence_before(first.id)


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("Ada Lark", True),
        ("the mayor of Kestrelby", True),
        ("Lark, the mayor of Kestrelby", True),
        ("Bell's own count at the corn hall, fewer than the organisers", False),
    ],
)
def test_only_what_can_be_a_name_answers_who(words: str, given: bool) -> None:
    """However sure the reader is of other words."""
    text = f"It was {words} on Monday."
    start = text.index(words)
    read = Reading(answers=1.0, words=Span(start=start, end=start + len(words)), sure=1.0)
    found = dataclasses.replace(evidence(None), text=text, end=100 + len(text), reading=read)

    assert (short("Who organised it?", found) is not None) is given
