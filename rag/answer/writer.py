"""Who words the claims of an answer: a language model where there is one, else the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rag.answer.quote import Numbering, quote_claims
from rag.config import Settings
from rag.cost import Tokens
from rag.domain import Claim, Dropped, Evidence
from rag.errors import ModelError
from rag.models.files import BUNDLED, NO_LLM
from rag.models.prompts import Prompt, load_templates
from rag.question.read import Question
from rag.stop import Stop

if TYPE_CHECKING:  # quoting needs none of it
    from rag.models.checker import Later
    from rag.models.generator import Generator


class Writer:
    """The language model of the settings, and the checker of its words, loaded at the first need.

    Args:
        settings: Which model, its templates, its room.
        notify: Told, in one line, where quotations take the model's place.
        stop: Once it is set, the model stops.

    Raises:
        PromptError: A prompt template cannot be used.
    """

    def __init__(self, settings: Settings, *, notify: Callable[[str], None], stop: Stop) -> None:
        self._settings = settings
        self._templates = load_templates(settings.prompts)
        self._notify = notify
        self._stop = stop
        self._generator: Generator | None = None
        self._quoting = settings.llm == NO_LLM

    @cached_property
    def checker(self) -> Later:
        """Opens the checker."""
        from rag.models.checker import open_later

        return open_later(self._settings, stop=self._stop)

    def claims(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        numbering: Numbering,
        *,
        further: Sequence[Evidence],
        around: Mapping[int, Evidence],
        needed: int,
    ) -> Iterator[Prompt | Claim | Dropped]:
        """Word the claims, see `compose_claims`.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        generator = self.open()
        if generator is None:
            return quote_claims(evidence, numbering=numbering)
        from rag.answer.compose import compose_claims

        generator.tokens = None  # what an earlier question took is not what this one takes
        return compose_claims(
            question,
            evidence,
            further=further,
            around=around,
            generator=generator,
            checker=self.checker,
            templates=self._templates,
            tokens=self._settings.llm_tokens,
            numbering=numbering,
            needed=needed,
        )

    def load(self) -> None:
        """Load the model now rather than at the first question.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        if generator := self.open():
            generator.load()

    def open(self) -> Generator | None:
        """The model; None where answers are quotations.

        Raises:
            ModelError: The language model that the settings name is absent or fails.
        """
        if self._generator is None and not self._quoting:
            from rag.models.generator import open_generator

            try:
                self._generator = open_generator(self._settings, stop=self._stop)
            except ModelError as error:
                if self._settings.llm != BUNDLED:
                    raise
                # What comes with the package may be left out, and quotations answer too.
                self._notify(f"Answering with quotations only: {error.message} ({error.hint})")
                self._quoting = True
        return self._generator

    @property
    def quotes_instead(self) -> bool:
        """Whether the model that comes with the package was to be used and is not there."""
        return self._quoting and self._settings.llm != NO_LLM

    @property
    def name(self) -> str:
        """Of the model; `NO_LLM` until one is loaded."""
        return self._generator.name if self._generator else NO_LLM

    @property
    def tokens(self) -> Tokens | None:
        """What the last question took of a language model."""
        return self._generator.tokens if self._generator else None

    def close(self) -> None:
        """Give the model's memory back."""
        if self._generator is not None:
            self._generator.close()
            self._generator = None
