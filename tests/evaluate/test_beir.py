"""rag.evaluate.beir: a folder in the form of BEIR is read whole, or refused with the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.domain import Article, Origin, Skipped, Span
from rag.errors import EvalError
from rag.evaluate.beir import is_retrieval_set, read_corpus, read_retrieval_set

DOCUMENTS = [
    {"_id": "d1", "title": "Dams", "text": "The dam burst."},
    {"_id": "d2", "text": "Dry."},
]
QUERIES = [{"_id": "q1", "text": "Which dam burst?"}, {"_id": "q2", "text": "Who left?"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"


def folder(path: Path, *, documents=DOCUMENTS, queries=QUERIES, qrels: str = QRELS) -> Path:
    """A retrieval set of these lines; strings are written as they are."""
    for name, lines in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        (path / name).write_text("\n".join(texts), encoding="utf-8")
    (path / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return path


def test_a_folder_with_the_three_files_is_a_retrieval_set(tmp_path):
    """Without one of them it is a folder of articles like any other."""
    assert not is_retrieval_set(tmp_path)
    assert is_retrieval_set(folder(tmp_path))

    (tmp_path / "qrels.tsv").unlink()

    assert not is_retrieval_set(tmp_path)


def test_queries_come_with_their_relevant_documents(tmp_path):
    """What was judged irrelevant is left out, and so are queries with nothing relevant."""
    found = read_retrieval_set(folder(tmp_path))

    [query] = found.queries
    assert (query.id, query.text, query.relevant) == ("q1", "Which dam burst?", {"d1": 2})
    assert (found.name, len(found.sha256)) == (tmp_path.name, 64)


def test_judgements_need_no_line_of_column_names(tmp_path):
    """Negative gains are as good as none; spaces around a cell are not part of it."""
    found = read_retrieval_set(folder(tmp_path, qrels="q1\td1\t-1\nq2\td2 \t 1\n"))

    assert [(query.id, query.relevant) for query in found.queries] == [("q2", {"d2": 1})]


@pytest.mark.parametrize(
    "qrels",
    [
        QRELS + "q1\td2\n",
        QRELS + "q1 0 d2 1\n",
        QRELS + "q1\td2\tmuch\n",
        QRELS + "q1\td2\t²\n",
        QRELS + "q1\td2\t--1\n",
    ],
)
def test_a_bad_judgement_is_refused(tmp_path, qrels):
    """With its line; only the first may be anything else."""
    with pytest.raises(EvalError, match=r"qrels.tsv, line 4 is not a judgement") as caught:
        read_retrieval_set(folder(tmp_path, qrels=qrels))

    assert "separated by tabs" in caught.value.hint


def test_a_first_line_of_another_form_is_no_heading(tmp_path):
    """A file of TREC's form, parted by spaces, is not read as an empty one."""
    with pytest.raises(EvalError, match="line 1 is not a judgement"):
        read_retrieval_set(folder(tmp_path, qrels="q1 0 d1 1\n"))


@pytest.mark.parametrize(
    ("queries", "what"),
    [
        (["{"], "queries.jsonl, line 1 is not JSON"),
        ([QUERIES[0], {"_id": "q2"}], "queries.jsonl, line 2 has no '_id' or no 'text'"),
        ([{"_id": 1, "text": "Who?"}], "queries.jsonl, line 1 has no '_id' or no 'text'"),
        ([*QUERIES, "", QUERIES[0]], "queries.jsonl, line 4 has the id 'q1' again"),
        ([{"_id": "q1", "text": " "}], "queries.jsonl, line 1: the question is empty"),
        ([QUERIES[1]], "no query in .* has a relevant document"),
    ],
)
def test_a_bad_query_is_refused(tmp_path, queries, what):
    """With its line."""
    with pytest.raises(EvalError, match=what):
        read_retrieval_set(folder(tmp_path, queries=queries))


def test_an_absent_file_is_refused(tmp_path):
    """Of queries as of documents."""
    with pytest.raises(EvalError, match=r"qrels\.tsv cannot be read"):
        read_retrieval_set(tmp_path)
    with pytest.raises(EvalError, match=r"corpus\.jsonl cannot be read"):
        list(read_corpus(tmp_path))


def test_a_document_is_an_article_whose_whole_text_can_be_found(tmp_path):
    """Its id is its path, and offsets are those of its text."""
    first, second = read_corpus(folder(tmp_path))

    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.path, first.text) == ("d1", "The dam burst.")
    assert first.paragraphs == (Span(start=0, end=14),)
    assert (first.title.value, first.title.origin) == ("Dams", Origin.META)
    assert second.title.value is None


def test_a_document_may_be_a_title_alone(tmp_path):
    """Then the title is what can be found; one of nothing at all is skipped, without alarm."""
    documents = [
        {"_id": "d1", "title": "Dams", "text": " "},
        {"_id": "d2", "title": None, "text": "\n"},
    ]

    first, second = read_corpus(folder(tmp_path, documents=documents))

    assert isinstance(first, Article)
    assert (first.text, first.paragraphs) == ("Dams", (Span(start=0, end=4),))
    assert second == Skipped(path="d2", why="is empty", failed=False)


def test_half_a_character_is_no_text(tmp_path):
    """A document that no file can hold is left out, and said so."""
    documents = [{"_id": "d1", "text": "x \ud800"}, DOCUMENTS[1]]

    first, second = read_corpus(folder(tmp_path, documents=documents))

    assert isinstance(first, Skipped)
    assert first.failed
    assert isinstance(second, Article)


def test_documents_that_differ_have_different_sums(tmp_path):
    """Also when only the title does, or where it ends."""
    documents = [
        {"_id": "d1", "title": "A", "text": "B C"},
        {"_id": "d2", "title": "A B", "text": "C"},
        {"_id": "d3", "title": "A", "text": "B C"},
    ]

    sums = [document.sha256 for document in read_corpus(folder(tmp_path, documents=documents))]

    assert sums[0] == sums[2] != sums[1]


@pytest.mark.parametrize(
    ("documents", "what"),
    [
        (["[]"], "corpus.jsonl, line 1 is not a JSON object"),
        ([{"text": "x"}], "corpus.jsonl, line 1 has no '_id' or no 'text'"),
        ([*DOCUMENTS, {"_id": "d3", "title": 3, "text": "x"}], "line 3 has no '_id' or no 'text'"),
        ([*DOCUMENTS, DOCUMENTS[0]], "corpus.jsonl, line 3 has the id 'd1' again"),
    ],
)
def test_a_bad_document_is_refused(tmp_path, documents, what):
    """With its line."""
    with pytest.raises(EvalError, match=what):
        list(read_corpus(folder(tmp_path, documents=documents)))
