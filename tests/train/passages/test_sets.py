"""train/passages: the sets' own forms become questions on articles, to the character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from passages import gold, wiki1k
from passages.public_sets import Row, ordinary, sampled
from passages.raw import Question, Text


def words(question: Question, texts: list[Text]) -> list[str]:
    """The answers of a question as its article has them."""
    [text] = [one.article.text for one in texts if one.article.path == question.path]
    return [text[start:end] for start, end in question.answers]


def row(name: str, passage: str, question: str, answer: str, **more: object) -> Row:
    """A row of the public sets."""
    return {
        "set": name,
        "title": "Lumby",
        "passage": passage,
        "question": question,
        "answers": [{"text": answer, "start": passage.index(answer)}] if answer else [],
        "answerable": bool(answer),
        "kind": "span",
        **more,
    }


def test_passages_of_an_article_are_put_together() -> None:
    """Answers move with them; a question without an answer knows where it was asked."""
    rows = [
        row("fairytaleqa", "Ada had a boat.", "Who had a boat?", "Ada"),
        row("fairytaleqa", "It froze in March.", "When did it freeze?", "March"),
        row("fairytaleqa", "It froze in March.", "Who sang?", ""),
    ]

    texts, questions = ordinary(rows)

    assert [text.article.text for text in texts] == ["Ada had a boat.\n\nIt froze in March."]
    assert [words(one, texts) for one in questions] == [["Ada"], ["March"], []]
    assert questions[2].near == (17, 35)


def test_levels_of_an_article_are_articles_of_one_name() -> None:
    """So that they are on one side of a split."""
    rows = [
        row("onestopqa", f"{level}: Ada had a boat.", "Who?", "Ada", level=level)
        for level in ("Adv", "Ele")
    ]

    texts, _ = ordinary(rows)

    assert len({text.article.path for text in texts}) == 2
    assert {text.name for text in texts} == {"Lumby"}


def test_so_many_rows_of_a_set_are_drawn() -> None:
    """The same ones each time."""
    rows = [row("qasrl", f"Ada saw {n} boats.", "Who saw something?", "Ada") for n in range(50)]

    drawn = sampled(rows, {"qasrl": 7})

    assert len(drawn) == 7
    assert drawn == sampled(rows, {"qasrl": 7})


def test_sentences_of_two_sets_make_one_article(tmp_path: Path) -> None:
    """In the order of their numbers, and each question finds its sentence in it."""
    ids = {"7:0:0": "Ice came .", "7:1:0": "Ada said : `` It is cold '' ."}
    (tmp_path / "wiki-sentences.tsv").write_text(
        "".join(f"Wiki1k:wikinews:{id}\t{text}\n" for id, text in ids.items()), encoding="utf-8"
    )
    line = ["Wiki1k:wikinews:7:1:0", "", "", "", "", "Who said so?", "0", ""]
    for name in ("dev.tsv", "test.tsv"):
        (tmp_path / name).write_text("\t".join(line) + "\n", encoding="utf-8")
    other = row("qasrl_bank_wikinews", "The quay was closed.", "What was closed?", "The quay")
    other |= {"id": "Wiki1k:wikinews:7:0:1:3", "slot": True}

    texts, questions = wiki1k.read(tmp_path, [other])

    whole = 'Ice came. The quay was closed.\n\nAda said: "It is cold".'
    assert [text.article.text for text in texts] == [whole, whole]
    assert [words(one, texts) for one in questions] == [["Ada"], ["The quay"]]
    assert [one.template for one in questions] == [False, True]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gold set on one article, in which an answer stands twice."""
    (tmp_path / "corpus").mkdir()
    text = (
        "Ice\n\nTwelve people came to the hall, where they sat until late in"
        " the night as they had done in the years before.\n\nThey stayed at home for most of"
        " the week because of the cold, and nobody knew when it would end or what it would cost."
        "\n\nThe ice of the harbour held twelve boats for a week.\n"
    )
    (tmp_path / "corpus" / "ice.txt").write_text(text, encoding="utf-8")
    fact = {"any_of": ["twelve"], "sources": ["ice.txt"]}
    items = [
        {"id": "1", "question": "How many boats did the ice hold?", "answerable": True},
        {"id": "2", "question": "Who sang?", "answerable": False, "facts": []},
    ]
    items[0]["facts"] = [fact]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    return tmp_path


def test_of_several_places_the_one_near_the_question_counts(folder: Path) -> None:
    """The words of the question stand around it."""
    texts = gold.read_texts(folder)

    first, second = gold.read_questions(folder, texts)

    assert words(first, texts) == ["twelve"]
    assert texts[0].article.text[: first.answers[0][0]].endswith("harbour held ")
    assert (second.path, second.answers) == ("", ())
