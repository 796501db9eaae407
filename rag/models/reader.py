"""(question, passages) -> for each sentence, how likely it answers, and with which words.

A small encoder of our own (`train/`, docs/reader.md) reads the question, the title and a whole
passage at once. Linear heads on its tokens say what each adds to the logit of its sentence, and
where the words that answer begin and end (Devlin et al. 2019); heads on the first token say what
the passage adds, and that nothing in it answers. All logits of a question are on one scale: they
were trained under one softmax over all of its passages (Clark and Gardner 2018).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.domain import Span
from rag.models.onnx import knows, like_lengths, open_session, open_tokenizer, padded
from rag.models.shipped import description, shipped_folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Integers = npt.NDArray[np.int64]

WEIGHTS, TOKENIZER, DESCRIPTION = "reader.onnx", "tokenizer.json", "reader.json"
INSTEAD = "use --no-reader"
OUTPUTS = ("begins", "ends", "parts", "whole", "nulls")
QUESTION_TOKENS = 64  # the last of it: background comes first
TITLE_TOKENS = 24
PASSAGE_TOKENS = 256
LONGEST_WORDS = 24  # tokens of a short answer
# Of a sentence that answers, beside one that does not, in training: taken by itself, the odds of a
# logit are so many times too high.
RIGHT_WEIGHT = 4.0
_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")


class Readable(Protocol):
    """A passage under its title."""

    @property
    def title(self) -> str:
        """Title of its article; may be empty."""

    @property
    def text(self) -> str:
        """The passage."""

    @property
    def sentences(self) -> Sequence[tuple[int, int]]:
        """Half-open bounds of its sentences in ``text``, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a reader makes of a sentence."""

    logit: float  # that it answers, beside all else that was read for the question
    words: Span | None = None  # of the sentence, that answer by themselves; None: it does not say
    sure: float = 0.0  # how likely these are the right words, if the sentence answers; 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reader makes of a passage."""

    sentences: tuple[Told | None, ...]  # in their order; None for one that had no room
    null: float  # logit that none of them answers


class Reads(Protocol):
    """Anything that reads passages for a question."""

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""

    def read(self, question: str, passages: Sequence[Readable]) -> list[Read]:
        """What it makes of each passage, in their order."""


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

    @property
    def end(self) -> int:
        """The place after the passage's last token."""
        return self.first + len(self.tokens.ids)


class PassageEncoder:
    """Cuts questions and passages into tokens; the same for training and for reading."""

    def __init__(self, tokenizer: Any) -> None:
        """Wrap a tokenizer of BERT's kind, as `rag.models.onnx.open_tokenizer` opens it."""
        self._tokenizer = tokenizer
        self._begin, self._part = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))

    def entry(self, question: str, title: str, tokens: Tokens) -> Entry:
        """One question with one passage, cut before."""
        import numpy as np

        asked = self._ids(question)[-QUESTION_TOKENS:]
        head = [self._begin, *asked, self._part, *self._ids(title)[:TITLE_TOKENS], self._part]
        ids = np.concatenate([head, tokens.ids, [self._part]]).astype(np.int64)
        return Entry(ids=ids, first=len(head), tokens=tokens)

    def tokens(self, passage: Readable) -> Tokens:
        """A passage, cut after its last whole sentence that has room; a first one may be cut."""
        import numpy as np

        encoded = self._tokenizer.encode(passage.text, add_special_tokens=False)
        places = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
        sentence = _owners(places, passage.sentences)
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


def _owners(places: Integers, sentences: Sequence[tuple[int, int]]) -> Integers:
    """The sentence that each token begins in, -1 for none."""
    import numpy as np

    found = np.full(len(places), -1, dtype=np.int64)
    for number, (start, end) in enumerate(sentences):
        found[(places[:, 0] >= start) & (places[:, 0] < end)] = number
    return found


def as_batch(entries: Sequence[Entry]) -> dict[str, Integers]:
    """Rows as the encoder takes them: ids, mask and segments, each (n, longest).

    Segment 1 marks the passage; question and title are segment 0.
    """
    rows = [entry.ids.tolist() for entry in entries]
    return {
        "ids": padded(rows),
        "mask": padded([[1] * len(row) for row in rows]),
        "segments": padded([[0] * one.first + [1] * (len(one.ids) - one.first) for one in entries]),
    }


def sentence_logits(parts: Floats, sentence: Integers, *, whole: float) -> dict[int, float]:
    """The logit of each sentence of a passage that was read: its number -> logit.

    Args:
        parts: (k,) what each token of the passage adds; over a sentence, the mean counts.
        sentence: (k,) that each token belongs to, -1 for none.
        whole: What the passage adds to each.
    """
    import numpy as np

    inside = sentence >= 0
    sums = np.bincount(sentence[inside], weights=parts[inside])
    counts = np.bincount(sentence[inside])
    return {
        int(number): float(sums[number] / counts[number] + whole)
        for number in np.flatnonzero(counts)
    }


def best_words(begins: Floats, ends: Floats) -> tuple[int, int, float]:
    """The likeliest words of a sentence.

    Args:
        begins: (n,) logits that they begin at a token; n is 1 or more.
        ends: (n,) logits that they end there.

    Returns:
        Their first and their last token, and how likely these, or words that share some with them,
        are among all of the sentence, 0 to 1: "350" and "about 350" are one answer.
    """
    import numpy as np

    n = len(begins)
    scores = begins[:, None] + ends  # (n, n)
    distance = np.arange(n) - np.arange(n)[:, None]
    scores = np.where((distance >= 0) & (distance < LONGEST_WORDS), scores, -np.inf)
    first, last = divmod(int(scores.argmax()), n)
    odds = np.exp(scores - scores[first, last])
    return first, last, float(odds[: last + 1, first:].sum() / odds.sum())


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
        about = description(folder, DESCRIPTION, cache=cache, instead=INSTEAD)
        self.version = str(about["version"])
        self._session = open_session(folder / WEIGHTS, threads=threads)
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._encoder = PassageEncoder(self._tokenizer)

    def knows(self, text: str) -> bool:
        """Whether it can read a text in this language."""
        return knows(self._tokenizer, text)

    def read(self, question: str, passages: Sequence[Readable]) -> list[Read]:
        """Read passages for a question.

        Args:
            question: The question.
            passages: Any number; of one, `PASSAGE_TOKENS` are read.

        Returns:
            What it makes of each, in their order.
        """
        entries = [
            self._encoder.entry(question, one.title, self._encoder.tokens(one)) for one in passages
        ]
        found: dict[int, Read] = {}
        for rows in like_lengths([len(entry.ids) for entry in entries]):
            begins, ends, parts, whole, nulls = self._session().run(
                OUTPUTS, as_batch([entries[row] for row in rows])
            )
            for n, row in enumerate(rows):
                place = slice(entries[row].first, entries[row].end)
                found[row] = Read(
                    sentences=_told(
                        passages[row],
                        entries[row].tokens,
                        begins[n, place],
                        ends[n, place],
                        sentence_logits(
                            parts[n, place], entries[row].tokens.sentence, whole=float(whole[n])
                        ),
                    ),
                    null=float(nulls[n]),
                )
        return [found[row] for row in range(len(entries))]


def _told(
    passage: Readable, tokens: Tokens, begins: Floats, ends: Floats, logits: dict[int, float]
) -> tuple[Told | None, ...]:
    """What is made of each sentence of a passage."""
    import numpy as np

    told: list[Told | None] = []
    for number, (start, end) in enumerate(passage.sentences):
        if number not in logits:
            told.append(None)
            continue
        inside = np.flatnonzero(tokens.sentence == number)
        first, last, sure = best_words(begins[inside], ends[inside])
        words = Span(
            start=int(tokens.places[inside[first], 0]) - start,
            end=int(tokens.places[inside[last], 1]) - start,
        )
        told.append(
            Told(
                logit=logits[number],
                words=whole_words(passage.text[start:end], words),
                sure=sure,
            )
        )
    return tuple(told)


def shipped_sha256(*, cache: Path) -> str:
    """SHA-256 of the shipped weights.

    Raises:
        ModelError: A file of the reader is absent or not what was trained.
    """
    about = description(shipped_folder(), DESCRIPTION, cache=cache, instead=INSTEAD)
    return str(about["sha256"][WEIGHTS])
