"""The encoders of a question, opened together: one finds by meaning, one reads.

They load on threads of their own: whoever opens them first can import and open the rest meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.config import Mode, Settings
from rag.models.cross_encoders import CrossEncoderReader
from rag.models.embedder import Embedder, embedder_of, identify
from rag.models.reader import Reader, Reads
from rag.models.shipped import shipped_folder
from rag.store.manifest import manifest_for

BUNDLED, NO_READER = "bundled", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoders:
    """What the settings ask for."""

    embedder: Embedder | None
    reader: Reads | None


def open_encoders(
    settings: Settings, *, notify: Callable[[str], None] = lambda line: None
) -> Encoders:
    """Open the encoders for the questions to an index.

    Args:
        settings: Which they are, and which index; one in lexical mode needs no embedder.
        notify: Told in one line when a model has to be prepared.

    Raises:
        IndexMissing: There is no index to ask.
        IndexStale: It was built with another embedding model.
        ModelError: One of them cannot be loaded.
    """
    by_meaning = settings.mode is not Mode.LEXICAL
    id = identify(settings.embedder, cache=settings.cache) if by_meaning else None
    manifest_for(settings.index, id)  # where there is no such index, no model need be loaded
    embedder = embedder_of(settings, notify=notify) if by_meaning else None
    reader = open_reader(settings.reader, cache=settings.cache, threads=settings.threads)
    return Encoders(embedder=embedder, reader=reader)


def open_reader(source: str, *, cache: Path, threads: int = 0) -> Reads | None:
    """Load a reader.

    Args:
        source: ``bundled``, ``none``, or the folder of a cross-encoder.
        cache: Where checksums are remembered.
        threads: Processor threads; 0 for all.

    Returns:
        The reader; None when there is to be none.

    Raises:
        ModelError: It is absent or damaged.
    """
    if source == NO_READER:
        return None
    if source == BUNDLED:
        return Reader(shipped_folder(), cache=cache, threads=threads)
    return CrossEncoderReader(Path(source).expanduser())
