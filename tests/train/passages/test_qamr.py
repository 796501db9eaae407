"""train/passages/qamr: tokens as people write them."""

from __future__ import annotations

import pytest
from passages.qamr import joined


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("He said `` no '' , and left .", 'He said "no", and left.'),
        ("The mayor 's car -LRB- a Fiat -RRB- is n't his .", "The mayor's car (a Fiat) isn't his."),
        ("It cost $ 5 , 20 % less .", "It cost $5, 20% less."),
    ],
)
def test_tokens_become_a_sentence_and_know_their_places(tokens: str, text: str) -> None:
    """Brackets and quotation marks are those of a text, and every token is found again."""
    found, places = joined(tokens.split())

    assert found == text
    for token, (start, end) in zip(tokens.split(), places, strict=True):
        written = {"-LRB-": "(", "-RRB-": ")", "``": '"', "''": '"'}.get(token, token)
        assert found[start:end] == written
