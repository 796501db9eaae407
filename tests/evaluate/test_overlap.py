"""rag.evaluate.overlap: the measures are those of SQuAD's script and of rouge_score."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from rag.evaluate.overlap import best, exact_match, normalised, rouge_l, token_f1
from rag.language.text import plain
from rag.store import LocalStore

ROUGE = RougeScorer(["rougeL"], use_stemmer=False)
QUOTES = str.maketrans("‘’“”–—", "''\"\"--")
ascii_text = st.text(st.characters(min_codepoint=9, max_codepoint=126), max_size=60)
phrases = st.lists(
    st.sampled_from(["the", "a", "An", "mayor", "Mayor,", "dam", "the.", "burst!", "-", "7,000"]),
    max_size=8,
).map(" ".join)


def squad_tokens(text: str) -> list[str]:
    """The words that SQuAD's script compares, step by step."""
    kept = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def squad_f1(answer: str, reference: str) -> float:
    """F1 as SQuAD's script has it, with multisets counted by hand."""
    left, right = squad_tokens(answer), squad_tokens(reference)
    if not left or not right:
        return float(left == right)
    common = sum(min(left.count(word), right.count(word)) for word in set(left))
    if not common:
        return 0.0
    precision, recall = common / len(left), common / len(right)
    return 2 * precision * recall / (precision + recall)


def test_rouge_l_of_real_sentences_is_that_of_rouge_score(seeds_index: Path):
    """Each sentence of the seeds against the next, quotes and dashes written in ASCII."""
    with LocalStore.open(seeds_index, embedder=None) as store:
        articles = [article for path in store.paths() if (article := store.article(path))]
    sentences = [
        plain(article.text[span.start : span.end]).translate(QUOTES)
        for article in articles
        for span in article.sentences
    ]
    pairs = [(one, other) for one, other in pairwise(sentences) if (one + other).isascii()]

    ours = [rouge_l(answer, reference) for answer, reference in pairs]

    assert len(pairs) > 100
    assert ours == pytest.approx([ROUGE.score(r, a)["rougeL"].fmeasure for a, r in pairs])
    assert len({round(value, 3) for value in ours}) > 20


@settings(deadline=None)
@given(ascii_text, ascii_text)
def test_rouge_l_of_any_ascii_is_that_of_rouge_score(answer, reference):
    """Whatever stands between the words."""
    assert rouge_l(answer, reference) == pytest.approx(
        ROUGE.score(reference, answer)["rougeL"].fmeasure
    )


def test_rouge_l_worked_by_hand():
    """Lin 2004: "police kill the gunman" shares "police the gunman" with the reference."""
    reference = "police killed the gunman"

    assert rouge_l("police kill the gunman", reference) == 0.75
    assert rouge_l("the gunman kill police", reference) == 0.5
    assert rouge_l("", reference) == 0.0


@settings(deadline=None)
@given(st.one_of(ascii_text, phrases), st.one_of(ascii_text, phrases))
def test_token_f1_and_exact_match_are_squads(answer, reference):
    """For any ASCII, and for phrases of words that both have."""
    assert token_f1(answer, reference) == pytest.approx(squad_f1(answer, reference))
    assert exact_match(answer, reference) == (squad_tokens(answer) == squad_tokens(reference))


@pytest.mark.parametrize(
    ("answer", "reference", "f1", "same"),
    [
        ("The mayor.", "mayor", 1.0, 1.0),
        ("the mayor of the town", "a mayor", 0.5, 0.0),  # 1 of 3, 1 of 1
        ("dam dam", "dam", 2 / 3, 0.0),
        ("the", "a", 1.0, 1.0),  # nothing is left of either
        ("the", "dam", 0.0, 0.0),
        ("", "dam", 0.0, 0.0),
        ("Anna", "na", 0.0, 0.0),  # articles are whole words
        ("7,000", "7000", 1.0, 1.0),
        ("“The dam’s gone” — he said", '"dam\'s gone", he said', 1.0, 1.0),
    ],
)
def test_squad_measures_worked_by_hand(answer, reference, f1, same):
    """Articles, punctuation and case are not compared; typographic marks count as punctuation."""
    assert token_f1(answer, reference) == pytest.approx(f1)
    assert exact_match(answer, reference) == same


def test_russian_is_compared_word_by_word():
    """Nothing in the measures is English, but for the articles that go."""
    answer, reference = "Мэр закрыл мост в субботу.", "«Мост закрыл мэр»"

    assert normalised(reference) == "мост закрыл мэр"
    assert token_f1(answer, reference) == pytest.approx(2 * (3 / 5) / (3 / 5 + 1))
    assert rouge_l(answer, reference) == pytest.approx(2 * (1 / 5) * (1 / 3) / (1 / 5 + 1 / 3))
    assert exact_match("мэр!", "Мэр") == 1.0


def test_the_best_reference_counts():
    """As for all sets with several right answers."""
    assert best(token_f1, "the mayor", ["dam", "mayor", "town mayor"]) == 1.0
