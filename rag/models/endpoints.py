"""Several endpoints of one model: each text comes from the one that has least to do.

One that fails is set aside for a while, twice as long after each failure, and is probed before it
is asked again (circuit breaker: Nygard 2007, Release It). A text that no piece of has come yet is
asked of the next one; of one that breaks off later, a half would be left, so that is an error.
What is known of an endpoint is shared by all threads of a process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from rag.cost import Tokens
from rag.errors import ModelError
from rag.models.endpoint import Endpoint
from rag.models.prompts import Prompt

ASIDE, LONGEST = 5.0, 300.0  # seconds for which one is set aside: after a failure, and at most


@dataclass
class State:
    """What is known of an endpoint."""

    busy: int = 0  # texts that it writes now
    failures: int = 0  # since it last wrote one
    until: float = 0.0  # it is set aside; seconds of the clock


_states: dict[str, State] = {}  # by address
_lock = Lock()


class Endpoints:
    """A client of several endpoints; see `rag.models.generator.Generator`.

    Attributes:
        name: The model's name there.
        tokens: What the last answer took, where the endpoint says so.
    """

    def __init__(
        self, endpoints: Sequence[Endpoint], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            endpoints: One at least.
            clock: Seconds.
        """
        self._endpoints, self._clock = tuple(endpoints), clock
        self.name = endpoints[0].name
        self.tokens: Tokens | None = None

    def load(self) -> Endpoints:
        """Other machines have it."""
        return self

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer fit, by a guess from its length."""
        return self._endpoints[0].fits(prompt, tokens=tokens)

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer as they come; see `rag.models.generator.Generator.stream`."""
        self.tokens = None
        failed: ModelError | None = None
        for one in self._in_turn():
            begun = False
            try:
                with self._asked(one):
                    for piece in one.stream(prompt, grammar=grammar, tokens=tokens):
                        begun = True
                        yield piece
                self.tokens = one.tokens
            except ModelError as error:
                if begun:
                    raise
                failed = error
            else:
                return
        assert failed is not None
        raise ModelError(
            f"none of {len(self._endpoints)} language models answers; the last one:"
            f" {failed.message}",
            hint=failed.hint,
        ) from failed

    def _in_turn(self) -> Iterator[Endpoint]:
        """The endpoints in the order in which they are to be asked.

        First those that work, and those whose time is up and that answer a probe, by how much
        each has to do at that moment; then, as nothing else is left, all others.
        """
        left, aside = list(self._endpoints), []
        while left:
            one = min(left, key=lambda each: _state(each).busy)
            left.remove(one)
            state = _state(one)
            if not state.failures or (self._clock() >= state.until and one.answers()):
                yield one
            else:
                aside.append(one)
        yield from sorted(aside, key=lambda each: _state(each).until)

    @contextmanager
    def _asked(self, one: Endpoint) -> Iterator[None]:
        """Count that an endpoint is asked, and what comes of it."""
        state = _state(one)
        with _lock:
            state.busy += 1
        try:
            yield
        except ModelError:
            with _lock:
                state.failures += 1
                longer = ASIDE * 2 ** min(state.failures - 1, 20)
                state.until = self._clock() + min(longer, LONGEST)
            raise
        else:
            with _lock:
                state.failures = 0
        finally:
            with _lock:
                state.busy -= 1

    def close(self) -> None:
        """Close the connections."""
        for one in self._endpoints:
            one.close()


def _state(endpoint: Endpoint) -> State:
    with _lock:
        return _states.setdefault(endpoint.url, State())
