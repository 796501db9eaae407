"""(question, sentences in their place) -> for each, whether it answers, and with which words.

A small encoder of our own (`train/`, docs/reader.md) reads each sentence under its title and after
the sentence before it. One head says whether the sentence answers, one where the answer begins and
ends (Devlin et al. 2019). It runs on onnxruntime, sentences of like length in one batch.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.checksum import remembered_sha256
from rag.domain import Reading, Span
from rag.error_words import reason
from rag.errors import ModelError
from rag.models.onnx import knows, like_lengths, open_session, open_tokenizer, padded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Integers = npt.NDArray[np.int64]

WEIGHTS, TOKENIZER, DESCRIPTION = "reader.onnx", "tokenizer.json", "reader.json"
QUESTION_TOKENS = 48
CONTEXT_TOKENS = 40  # title and sentence before; the end of it is kept
SENTENCE_TOKENS = 100
LONGEST_SPAN = 24  # tokens of a short answer
_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")


class Placed(Protocol):
    """A sentence with what stands before it."""

    @property
    def title(self) -> str:
        """Title of its article; may be empty."""

    @property
    def before(self) -> str:
        """The sentence before it; may be empty."""

    @property
    def text(self) -> str:
        """The sentence."""


class Reads(Protocol):
    """Anything that reads sentences for a question."""

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""

    def read(self, question: str, sentences: Sequence[Placed]) -> list[Reading]:
        """A reading for each sentence, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question and a sentence as the encoder takes them.

    Segment 1 marks the sentence that is asked about; the question and what stands before the
    sentence are segment 0.
    """

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    first: int  # place of the sentence's first token
    places: tuple[tuple[int, int], ...]  # characters of the sentence that each of its tokens covers


class PairEncoder:
    """Cuts questions and sentences into tokens; the same for training and for reading."""

    def __init__(self, tokenizer: Any) -> None:
        """Wrap a tokenizer of BERT's kind, as `rag.models.onnx.open_tokenizer` opens it."""
        self._tokenizer = tokenizer
        self._begin, self._part = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
        self._known: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def encode(self, question: str, sentence: Placed) -> Pair:
        """One question with one sentence."""
        asked = self._tokens(question)[0][:QUESTION_TOKENS]
        context = self._tokens(sentence.title)[0][-CONTEXT_TOKENS // 2 :]
        room = CONTEXT_TOKENS - len(context)
        before = self._tokens(sentence.before)[0][-room:] if sentence.before else []
        ids, places = self._tokens(sentence.text)
        ids, places = ids[:SENTENCE_TOKENS], places[:SENTENCE_TOKENS]
        head = [self._begin, *asked, self._part, *context, *before]
        return Pair(
            ids=(*head, *ids, self._part),
            segments=(*([0] * len(head)), *([1] * (len(ids) + 1))),
            first=len(head),
            places=tuple(places),
        )

    def _tokens(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        if text not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            encoded = self._tokenizer.encode(text, add_special_tokens=False)
            self._known[text] = (encoded.ids, encoded.offsets)
        return self._known[text]


def as_batch(pairs: Sequence[Pair]) -> dict[str, Integers]:
    """Pairs as the encoder takes them: ids, mask and segments, each (n, longest)."""
    return {
        "ids": padded([pair.ids for pair in pairs]),
        "mask": padded([[1] * len(pair.ids) for pair in pairs]),
        "segments": padded([pair.segments for pair in pairs]),
    }


def best_span(starts: Floats, ends: Floats, pair: Pair) -> tuple[Span | None, float]:
    """The likeliest span of a sentence.

    Args:
        starts: (longest,) logits that the answer begins at a token.
        ends: (longest,) logits that it ends there.
        pair: What they are of.

    Returns:
        The span in characters of the sentence, and how likely it is among all spans of it, 0 to 1;
        None and 0 for a sentence without a token.
    """
    import numpy as np

    n = len(pair.places)
    if n == 0:
        return None, 0.0
    scores = starts[pair.first : pair.first + n, None] + ends[pair.first : pair.first + n]  # (n, n)
    distance = np.arange(n) - np.arange(n)[:, None]
    scores = np.where((distance >= 0) & (distance < LONGEST_SPAN), scores, -np.inf)
    first, last = divmod(int(scores.argmax()), n)
    sure = 1 / float(np.exp(scores - scores[first, last]).sum())
    start, end = pair.places[first][0], pair.places[last][1]
    return (Span(start=start, end=end), sure) if start < end else (None, 0.0)


def whole_words(text: str, span: Span) -> Span:
    """A span of a text, made wider where it cuts a word.

    >>> whole_words("in 1,308 cases", Span(start=3, end=6))
    Span(start=3, end=8)
    """
    pieces = [match.span() for match in _WORD.finditer(text)]
    start = min([span.start, *(first for first, last in pieces if first < span.start < last)])
    end = max([span.end, *(last for first, last in pieces if first < span.end < last)])
    return Span(start=start, end=end)


class Reader:
    """The loaded reader.

    Attributes:
        version: Of its weights.
    """

    def __init__(self, folder: Path, *, cache: Path, threads: int = 0) -> None:
        """Load the reader.

        Args:
            folder: Where ``reader.onnx``, ``tokenizer.json`` and ``reader.json`` are.
            cache: Where checksums are remembered.
            threads: Processor threads; 0 for all.

        Raises:
            ModelError: A file is absent or not what was trained.
        """
        about = _about(folder, memory=cache / "checksums.json")
        self.version = str(about["version"])
        self._session = open_session(folder / WEIGHTS, threads=threads)
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._pairs = PairEncoder(self._tokenizer)

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""
        return knows(self._tokenizer, text)

    def read(self, question: str, sentences: Sequence[Placed]) -> list[Reading]:
        """Read sentences for a question.

        Args:
            question: The question.
            sentences: Any number, each with what stands before it.

        Returns:
            A reading for each, in their order.
        """
        pairs = [self._pairs.encode(question, sentence) for sentence in sentences]
        readings: dict[int, Reading] = {}
        for rows in like_lengths([len(pair.ids) for pair in pairs]):
            begins, ends, answers = self._session().run(
                None, as_batch([pairs[row] for row in rows])
            )
            for row, begin, end, answer in zip(rows, begins, ends, answers, strict=True):
                span, sure = best_span(begin, end, pairs[row])
                words = whole_words(sentences[row].text, span) if span else None
                likely = 1 / (1 + math.exp(-float(answer)))
                readings[row] = Reading(answers=likely, words=words, sure=sure)
        return [readings[row] for row in range(len(pairs))]


def shipped_folder() -> Path:
    """Where the weights are that come with the package."""
    return Path(__file__).parent / "weights"


def shipped_sha256(*, cache: Path) -> str:
    """SHA-256 of the shipped weights.

    Raises:
        ModelError: A file of the reader is absent or not what was trained.
    """
    about = _about(shipped_folder(), memory=cache / "checksums.json")
    return str(about["sha256"][WEIGHTS])


def _about(folder: Path, *, memory: Path) -> dict[str, Any]:
    """The description of the weights, which they are held against."""
    again = "install rag again, or use --no-reader"
    try:
        about = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        for name in (WEIGHTS, TOKENIZER):
            if remembered_sha256(folder / name, memory) != about["sha256"][name]:
                raise ModelError(f"{folder / name} is not the file that was trained", hint=again)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the reader in {folder} is damaged: {reason(error)}", hint=again
        ) from error
    return dict(about)
