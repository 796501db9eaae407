"""How often a client may ask: the one limiter of HTTP, MCP and Slack, in memory.

Each client has so many places. A request takes one, and where none is free it has to wait. When a
place comes free again makes the two usual ways: "evenly" is the token bucket, otherwise it is the
sliding window.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic

MINUTE = 60.0  # seconds


class Rate:
    """Who asked lately, and who has to wait."""

    def __init__(
        self,
        per_minute: int,
        *,
        evenly: bool = False,
        remembered: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Let each client ask so often.

        Args:
            per_minute: Places of a client, at least one; all can be taken at once.
            evenly: Places come free one after the other, each ``60 / per_minute`` seconds after
                the one before. Otherwise each does 60 seconds after it was taken, so that no 60
                seconds see more requests.
            remembered: Clients at most; who asked longest ago is forgotten.
            clock: Seconds that never go back.
        """
        self._most = per_minute
        self._evenly = evenly
        self._remembered = remembered
        self._clock = clock
        self._free: OrderedDict[str, deque[float]] = OrderedDict()  # when each taken place is again

    def wait(self, client: str) -> int:
        """Take a place.

        Returns:
            0 where one was free; else the whole seconds until one is, and none is taken.
        """
        now = self._clock()
        free = self._free.pop(client, None) or deque()
        self._free[client] = free
        while free and free[0] <= now:
            free.popleft()
        if len(free) >= self._most:
            return math.ceil(free[0] - now)
        if self._evenly:
            free.append(max(now, free[-1] if free else now) + MINUTE / self._most)
        else:
            free.append(now + MINUTE)
        self._forget(now)
        return 0

    def _forget(self, now: float) -> None:
        """Drop clients that are as if they had never asked, and those that are too many."""
        while len(self._free) > self._remembered or next(iter(self._free.values()))[-1] <= now:
            self._free.popitem(last=False)
