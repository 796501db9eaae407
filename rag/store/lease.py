"""The right to publish to a shared index, which one machine has at a time.

Milvus has no transactions: a row says who publishes and until when. Who takes it reads it again
after a moment; of two that took it at once, the later one has it.
"""

from __future__ import annotations

import json
import time
import uuid
from types import TracebackType
from typing import Self

from rag.errors import RagError
from rag.store.milvus import PATIENCE, Milvus

KEY = "writer"
LENGTH = 2 * PATIENCE  # seconds, by clocks that agree within a minute or two
RENEWED = LENGTH / 4  # seconds between two renewals
MOMENT = 0.2  # seconds


class Lease:
    """The right, held as long as the block runs and `renew` is called."""

    def __init__(self, milvus: Milvus) -> None:
        self._milvus = milvus
        self._name = uuid.uuid4().hex
        self._taken = 0.0

    def __enter__(self) -> Self:
        until = self._others()
        if until > time.time():
            raise RagError(
                f"another process publishes to {self._milvus.address}",
                hint="wait until it has finished; if it was killed, try again in"
                f" {until - time.time():.0f} s",
            )
        self._take()
        time.sleep(MOMENT)
        if self._others():
            raise RagError(
                f"another process publishes to {self._milvus.address}",
                hint="wait until it has finished",
            )
        return self

    def _others(self) -> float:
        """Until when somebody else has it, in seconds of the clock; 0: nobody has."""
        text = self._milvus.texts(self._milvus.address.name, [KEY]).get(KEY)
        try:
            told = json.loads(text) if text else {}
            return 0.0 if told.get("name") == self._name else float(told.get("until", 0.0))
        except (ValueError, TypeError, AttributeError):
            return 0.0

    def _take(self) -> None:
        self._taken = time.monotonic()
        text = json.dumps({"name": self._name, "until": time.time() + LENGTH})
        self._milvus.write(
            self._milvus.address.name, [{"key": KEY, "text": text, "none": [0.0, 0.0]}]
        )

    def renew(self) -> None:
        """Keep it."""
        if time.monotonic() - self._taken > RENEWED:
            self._take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._milvus.delete(self._milvus.address.name, [KEY])
