"""(question, title, passage) -> tokens, and which sentence of the passage each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passages.data import Bounds, Passage

Integers = npt.NDArray[np.int64]

QUESTION_TOKENS = 64  # the last of it: background comes first
TITLE_TOKENS = 24
PASSAGE_TOKENS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A passage as the encoder takes it: whole sentences, as many as there is room for."""

    ids: Integers  # (k,)
    sentence: Integers  # (k,) that each token belongs to; -1 between two
    places: Integers  # (k, 2) characters of the passage that each token covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question with one passage."""

    ids: Integers  # (t,)
    first: int  # place of the passage's first token
    tokens: Tokens


class PassageEncoder:
    """Cuts questions and passages into tokens; the same for training and for reading."""

    def __init__(self, tokenizer: Any) -> None:
        """Wrap a tokenizer of BERT's kind, as `rag.models.onnx.open_tokenizer` opens it."""
        self._tokenizer = tokenizer
        self._begin, self._part = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))

    def entry(self, question: str, title: str, tokens: Tokens) -> Entry:
        """One question with one passage, cut before."""
        asked = self._ids(question)[-QUESTION_TOKENS:]
        head = [self._begin, *asked, self._part, *self._ids(title)[:TITLE_TOKENS], self._part]
        ids = np.concatenate([head, tokens.ids, [self._part]]).astype(np.int64)
        return Entry(ids=ids, first=len(head), tokens=tokens)

    def tokens(self, passage: Passage) -> Tokens:
        """A passage, cut after its last whole sentence that has room; a first one may be cut."""
        encoded = self._tokenizer.encode(passage.text, add_special_tokens=False)
        places = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
        sentence = owners(places, passage.sentences)
        count = len(encoded.ids)
        if count > PASSAGE_TOKENS:
            cut = sentence[PASSAGE_TOKENS]
            before = np.flatnonzero(sentence[:PASSAGE_TOKENS] < cut)
            whole = cut > sentence[0] and len(before)
            count = int(before[-1]) + 1 if whole else PASSAGE_TOKENS
        ids = np.array(encoded.ids[:count], dtype=np.int64)
        return Tokens(ids=ids, sentence=sentence[:count], places=places[:count])

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else []


def owners(places: Integers, sentences: Sequence[Bounds]) -> Integers:
    """The sentence that each token begins in, -1 for none."""
    found = np.full(len(places), -1, dtype=np.int64)
    for number, (start, end) in enumerate(sentences):
        found[(places[:, 0] >= start) & (places[:, 0] < end)] = number
    return found


def token_span(tokens: Tokens, span: Bounds) -> tuple[int, int] | None:
    """First and last token of some words of a passage; None where they are not read in full."""
    inside = np.flatnonzero((tokens.places[:, 0] < span[1]) & (tokens.places[:, 1] > span[0]))
    if not len(inside) or tokens.places[inside[-1], 1] < span[1]:
        return None
    return int(inside[0]), int(inside[-1])
