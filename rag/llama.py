"""A GGUF file run in this process by llama.cpp. The only importer of llama_cpp.

The chat markup is tokenised with control tokens, everything that a person or an article wrote
without: text that spells ``<|im_end|>`` stays text and ends nobody's turn.
"""

from __future__ import annotations

import codecs
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.prompts import Prompt

BATCH = 512  # prompt tokens evaluated at once


class LocalModel:
    """A loaded GGUF.

    Attributes:
        name: File name without its ending.
    """

    def __init__(self, path: Path, *, context: int, threads: int) -> None:
        """Load a model.

        Args:
            path: A GGUF file.
            context: Tokens that prompt and answer may have together.
            threads: Processor threads; 0 for all.

        Raises:
            ModelError: llama-cpp-python is not installed, or the file is no GGUF it can load.
        """
        try:
            import llama_cpp
        except ImportError as error:
            raise ModelError(
                "llama-cpp-python is not installed",
                hint="pip install llama-cpp-python (or ask with --llm none)",
            ) from error
        self.name = path.stem
        self._library = llama_cpp
        count = threads or os.cpu_count() or 1
        try:
            self._model = llama_cpp.Llama(
                str(path),
                n_ctx=context,
                n_batch=BATCH,
                n_threads=count,
                n_threads_batch=count,
                seed=0,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelError(
                f"{path} is damaged or no GGUF model that llama.cpp can load",
                hint="get it again with `rag models pull`, or choose another with --llm",
            ) from error

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer of ``tokens`` tokens fit into the context."""
        return len(self.tokenize(prompt)) + tokens <= int(self._model.n_ctx())

    def tokenize(self, prompt: Prompt) -> list[int]:
        """The prompt as tokens: control tokens only where the chat markup puts them."""
        tokens: list[int] = []
        for text, markup in self._pieces(prompt):
            tokens += self._model.tokenize(text.encode(), add_bos=False, special=markup)
        bos = int(self._model.token_bos())
        wants_bos = self._model.metadata.get("tokenizer.ggml.add_bos_token") == "true"
        if wants_bos and bos >= 0 and tokens[:1] != [bos]:
            return [bos, *tokens]
        return tokens

    def _pieces(self, prompt: Prompt) -> list[tuple[str, bool]]:
        """The rendered chat as (text, is markup), by rendering place-holders and cutting there."""
        system, user = secrets.token_hex(16), secrets.token_hex(16)
        rendered = self._render(system, user)
        before, found_system, rest = rendered.partition(system)
        if not found_system:  # the template of this model has no place for a system message
            before, rest = "", rendered
        between, found_user, after = rest.partition(user)
        if not found_user:
            raise ModelError(
                f"the chat template of {self.name} drops the question", hint="choose another model"
            )
        words = prompt.user if found_system else f"{prompt.system}\n\n{prompt.user}"
        head = [(before, True), (prompt.system, False)] if found_system else []
        return [*head, (between, True), (words, False), (after, True)]

    def _render(self, system: str, user: str) -> str:
        template = self._model.metadata.get("tokenizer.chat_template")
        if template is None:
            return f"{system}\n\n{user}\n\n"
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        formatter = Jinja2ChatFormatter(  # renders in a sandbox: a model's template is not trusted
            template=template,
            eos_token=self._piece(self._model.token_eos()),
            bos_token=self._piece(self._model.token_bos()),
        )
        messages: list[Any] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        try:
            return str(formatter(messages=messages).prompt)
        except TemplateError:
            return str(formatter(messages=messages[1:]).prompt)

    def _piece(self, token: int) -> str:
        if token < 0:
            return ""
        return bytes(self._model.detokenize([token], special=True)).decode(errors="replace")

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer as they come; see `rag.generate.Generator.stream`."""
        rules = self._library.LlamaGrammar.from_string(grammar, verbose=False)
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        produced = self._model.generate(
            self.tokenize(prompt), temp=0.0, repeat_penalty=1.0, grammar=rules
        )
        for count, token in enumerate(produced):
            if count >= tokens or self._ends(token):
                break
            yield decoder.decode(self._model.detokenize([token]))

    def _ends(self, token: int) -> bool:
        vocabulary = self._library.llama_model_get_vocab(self._model.model)
        return bool(self._library.llama_vocab_is_eog(vocabulary, token))

    def close(self) -> None:
        """Give the model's memory back."""
        self._model.close()
