"""Ask a folder of articles; every claim of the answer cites its source to the character."""

from rag.assistant import Assistant
from rag.config import Settings

__all__ = ["Assistant", "Settings", "__version__"]
__version__ = "0.1.0"
