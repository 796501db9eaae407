"""Prompt -> text, piece by piece, from a local GGUF or from an OpenAI-compatible endpoint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

from rag.checksum import remembered_sha256
from rag.config import Settings
from rag.cost import Tokens
from rag.errors import ModelError
from rag.models.files import BUNDLED, NO_LLM
from rag.models.prompts import Prompt
from rag.stop import Stop


class Generator(Protocol):
    """A loaded language model.

    Attributes:
        name: What it is called.
        tokens: What the last answer took; None before the first, or when it is not known.
    """

    name: str
    tokens: Tokens | None

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer of ``tokens`` tokens fit into the model's context."""

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer as they come, at temperature 0.

        Args:
            prompt: Plain text; nothing in it is read as control tokens.
            grammar: GBNF that the answer must follow, where the model can be held to it.
            tokens: The answer ends here at the latest.

        Raises:
            ModelError: The model fails or cannot be reached.
            Stopped: The answer was ended from outside.
        """

    def load(self) -> Generator:
        """Load now what would be loaded at the first prompt.

        Raises:
            ModelError: It is damaged, or what runs it is absent.
        """

    def close(self) -> None:
        """Give the model's memory back."""


def open_generator(settings: Settings, *, stop: Stop | None = None) -> Generator | None:
    """Load the language model that the settings name.

    Args:
        settings: Which one, and how it runs.
        stop: Ends an answer while it is written.

    Returns:
        The model, or None when the settings say that there is none.

    Raises:
        ModelError: The model, or the library that runs it, is absent, damaged or unreachable.
    """
    if settings.llm == NO_LLM:
        return None
    if settings.llm.startswith(("http://", "https://")):
        return _open_endpoints(settings, stop)
    from rag.models.files import find_model
    from rag.models.llama import LocalModel

    path = find_model(settings.llm, models=settings.models, cache=settings.cache)

    def load() -> LocalModel:
        return LocalModel(path, context=settings.llm_context, threads=settings.threads, stop=stop)

    if settings.llm == BUNDLED or not settings.llm_kept:
        return load()
    from rag.models.kept_texts import FOLDER, KeptTexts

    sum = remembered_sha256(path, settings.cache / "checksums.json")
    return KeptTexts(
        name=path.stem,
        identity=f"{sum} {settings.llm_context} {settings.threads or os.cpu_count()}",
        folder=settings.cache / FOLDER,
        most=settings.llm_kept,
        load=load,
    )


def _open_endpoints(settings: Settings, stop: Stop | None) -> Generator:
    """The endpoint of the settings, or all of them where they name several."""
    from rag.models.endpoint import Endpoint
    from rag.models.endpoints import Endpoints

    addresses = settings.llm.split()
    if wrong := [one for one in addresses if not one.startswith(("http://", "https://"))]:
        raise ModelError(
            f"{wrong[0]} is no address of a language model",
            hint='put spaces between addresses: --llm "http://one:8080/v1 http://two:8080/v1"',
        )
    opened = [
        Endpoint(
            url=address,
            model=settings.llm_model,
            key=settings.llm_api_key,
            timeout=settings.llm_timeout,
            stop=stop,
        )
        for address in addresses
    ]
    return opened[0] if len(opened) == 1 else Endpoints(opened)
