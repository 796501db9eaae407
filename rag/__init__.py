"""Ask a folder of articles; every claim of the answer cites its source to the character."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant
    from rag.answer.async_assistant import AsyncAssistant
    from rag.config import Settings
    from rag.filters import Filters

__all__ = ["Assistant", "AsyncAssistant", "Filters", "Settings", "__version__"]
__version__ = "0.2.0"

_HOMES = {
    "Assistant": "rag.answer.assistant",
    "AsyncAssistant": "rag.answer.async_assistant",
    "Filters": "rag.filters",
    "Settings": "rag.config",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `rag --help` must not pay for the pipeline."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
