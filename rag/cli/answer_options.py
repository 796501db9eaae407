"""The options of the commands that answer questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.cli.command import (
    IndexOption,
    JsonOption,
    LlmOption,
    ModeOption,
    NoReaderOption,
    PromptsOption,
    QuoteOnlyOption,
    SentencesOption,
    StoreOption,
    load_index,
    reader_flag,
)
from rag.cli.filter_options import FilterOptions

if TYPE_CHECKING:
    from rag.config import Settings


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which index and models answer, as a part of the options of a command."""

    index: IndexOption = None
    store: StoreOption = None
    llm: LlmOption = None
    quote_only: QuoteOnlyOption = False
    mode: ModeOption = None
    sentences: SentencesOption = None
    no_reader: NoReaderOption = False
    prompts: PromptsOption = None

    @property
    def flags(self) -> dict[str, Any]:
        """Settings that were given here, each None where it was not."""
        return {
            "index": self.index,
            "store": self.store,
            "llm": "none" if self.quote_only else self.llm,
            "mode": self.mode,
            "sentences": self.sentences,
            "reader": reader_flag(self.no_reader),
            "prompts": self.prompts,
        }


@dataclass(frozen=True, kw_only=True)
class AnswerOptions(FilterOptions, ModelOptions):
    """What answers, where it searches, and how the answer is shown."""

    as_json: JsonOption = False

    def settings(self) -> Settings:
        """The settings with what was typed.

        Raises:
            ConfigError: A value cannot be used.
        """
        return load_index(**self.flags)
