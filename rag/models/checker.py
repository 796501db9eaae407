"""(claims, the text that they cite) -> for each claim, the logit that all of it follows.

The bundled language model with low-rank adapters of our own (Hu et al. 2021; `train/checker`,
docs/checker.md) reads the evidence, then a claim, and is asked whether it follows. What counts are
the odds of "yes" against "no": the model writes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from rag.config import Settings
from rag.domain import Span
from rag.language.text import content_terms, plain, sentence_spans, words
from rag.models.cross_encoders import CrossEncoderEntailment
from rag.models.files import bundled_model
from rag.models.llama import LocalModel, Piece
from rag.models.shipped import description, shipped_folder
from rag.stop import Stop

ADAPTER, DESCRIPTION = "checker.gguf", "checker.json"
CONTEXT_TOKENS, EVIDENCE_TOKENS, CLAIM_TOKENS = 64, 224, 80  # at most, as in training
FRAME_TOKENS = 8  # more than any of the words between them takes
ROOM = 512  # tokens of all
READ_WORDS = 150  # of evidence: about what its tokens hold
READ_SENTENCES = 4  # of evidence that is longer, at most


BUNDLED, NO_CHECKER = "bundled", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a claim cites, with what tells whom its "he" means."""

    sentences: tuple[str, ...]
    before: str = ""  # the sentence before them
    title: str = ""  # of the article
    speakers: tuple[str, ...] = ()  # who the index knows to speak there, though it may say "he"

    @property
    def evidence(self) -> str:
        """The sentences as one text."""
        return " ".join(self.sentences)

    @property
    def whole(self) -> str:
        """All of it: where the names and numbers of a claim may stand."""
        return " ".join((self.title, self.before, self.evidence, *self.speakers))


class Checks(Protocol):
    """Anything that tells whether claims follow from what they cite."""

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """The logit that each claim follows, in their order."""


Later = Callable[[], Checks | None]  # opens a checker at the first call


def no_checker() -> None:
    """There is none."""


def open_later(settings: Settings, *, stop: Stop | None = None) -> Later:
    """The checker of the settings, loaded when the first claim needs it; see `open_checker`."""
    return cache(lambda: open_checker(settings, stop=stop))


def open_checker(settings: Settings, *, stop: Stop | None = None) -> Checks | None:
    """Load the checker that the settings name.

    Args:
        settings: ``bundled``, ``none``, or the folder of a cross-encoder; and how it runs.
        stop: Ends the reading.

    Raises:
        ModelError: It, or the library that runs it, is absent or damaged.
    """
    if settings.checker == NO_CHECKER:
        return None
    if settings.checker == BUNDLED:
        return Checker(shipped_folder(), cache=settings.cache, threads=settings.threads, stop=stop)
    return _Entailment(CrossEncoderEntailment(Path(settings.checker).expanduser()))


class Checker:
    """The loaded checker."""

    def __init__(
        self, folder: Path, *, cache: Path, threads: int = 0, stop: Stop | None = None
    ) -> None:
        """Load it.

        Args:
            folder: Where its adapters are.
            cache: Where checksums are remembered.
            threads: Processor threads; 0 for all.
            stop: Ends the reading.

        Raises:
            ModelError: llama-cpp-python or the bundled model is absent, or a file is damaged.
        """
        description(folder, DESCRIPTION, cache=cache, instead="use --quote-only")
        self._model = LocalModel(
            bundled_model(), context=ROOM, threads=threads, adapter=folder / ADAPTER, stop=stop
        )

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """The logit that each claim follows from what is cited, in their order.

        Of evidence that is too long to be read, each claim has sentences of its own.
        """
        if len(words(cited.evidence)) <= READ_WORDS:
            return self._odds(claims, cited)
        return [logit for one in claims for logit in self._odds([one], telling(one, cited))]

    def _odds(self, claims: Sequence[str], cited: Cited) -> list[float]:
        context = " ".join(one for one in (cited.title and f"{cited.title}.", cited.before) if one)
        begin = [
            Piece(context, CONTEXT_TOKENS),
            Piece("\n\n", FRAME_TOKENS),
            Piece(cited.evidence, EVIDENCE_TOKENS),
        ]
        endings = [
            [
                Piece("\n\nClaim:", FRAME_TOKENS),
                Piece(f" {claim}", CLAIM_TOKENS),
                Piece("\nDoes it follow?", FRAME_TOKENS),
            ]
            for claim in claims
        ]
        return self._model.odds(begin, endings, of=(" yes", " no"))

    def close(self) -> None:
        """Give its memory back."""
        self._model.close()


def telling(claim: str, cited: Cited) -> Cited:
    """The sentences of long evidence that share most words with a claim, in their order.

    Each chosen one has the most words of the claim that those chosen before it do not have; one
    that has none of these, or is too long for the room that is left, is not read. Where that leaves
    none, the evidence stays as it is, and its beginning is read.
    """
    sentences = [
        plain(text[span.start : span.end])
        for text in cited.sentences
        if text.strip()
        for span in sentence_spans(text, Span(start=0, end=len(text)))
    ]
    has = [set(content_terms(one)) for one in sentences]
    lengths = [len(words(one)) for one in sentences]
    wanted, room, chosen = set(content_terms(claim)), READ_WORDS, list[int]()
    while len(chosen) < READ_SENTENCES:
        gains = [
            0 if n in chosen or length > room else len(wanted & has[n])
            for n, length in enumerate(lengths)
        ]
        gain = max(gains, default=0)
        if not gain:
            break
        chosen.append(gains.index(gain))
        wanted -= has[chosen[-1]]
        room -= lengths[chosen[-1]]
    if not chosen:
        return cited
    read = tuple(sentences[n] for n in sorted(chosen))
    # The sentence before tells whom the first one means, and no other.
    return replace(cited, sentences=read, before=cited.before if 0 in chosen else "")


class _Entailment:
    """A cross-encoder of the user's own in the checker's place."""

    def __init__(self, model: CrossEncoderEntailment) -> None:
        self._model = model

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """The logit that each claim follows from what is cited, in their order."""
        text = f"{cited.before} {cited.evidence}".strip()
        likely = (min(max(self._model.entails(text, one), 1e-6), 1 - 1e-6) for one in claims)
        return [math.log(one / (1 - one)) for one in likely]
