"""The options of the commands that answer questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.cli.command import (
    IndexOption,
    JsonOption,
    LlmOption,
    ModeOption,
    NoReaderOption,
    PromptsOption,
    QuoteOnlyOption,
    SentencesOption,
    load,
    reader_flag,
)
from rag.cli.filter_options import FilterOptions

if TYPE_CHECKING:
    from rag.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions(FilterOptions):
    """Where to search, what writes, and how the answer is shown."""

    index: IndexOption = None
    llm: LlmOption = None
    mode: ModeOption = None
    sentences: SentencesOption = None
    prompts: PromptsOption = None
    quote_only: QuoteOnlyOption = False
    no_reader: NoReaderOption = False
    as_json: JsonOption = False

    def settings(self) -> Settings:
        """The settings with what was typed.

        Raises:
            ConfigError: A value cannot be used.
        """
        return load(
            index=self.index,
            llm="none" if self.quote_only else self.llm,
            mode=self.mode,
            sentences=self.sentences,
            prompts=self.prompts,
            reader=reader_flag(self.no_reader),
        )
