"""rag.serve.rate against what it stands for: a token bucket, and a window that slides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.serve.rate import Rate

# Their seconds between two places, and the eighths of a second below, are exact floats.
PER_MINUTE = st.sampled_from([1, 2, 3, 5, 6, 8, 120])
PAUSES = st.lists(st.integers(0, 160).map(lambda eighths: eighths / 8), max_size=40)


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def read(self) -> float:
        """The seconds so far."""
        return self.now


def bucket(most: int) -> Callable[[float], int]:
    """Filled all the time, up to its brim; a request takes one out."""
    level, last = Fraction(most), Fraction(0)

    def wait(now: float) -> int:
        nonlocal level, last
        level = min(Fraction(most), level + (Fraction(now) - last) * most / 60)
        last = Fraction(now)
        if level < 1:
            return ceil((1 - level) * 60 / most)
        level -= 1
        return 0

    return wait


def window(most: int) -> Callable[[float], int]:
    """Counts what was taken in the 60 seconds before."""
    taken: list[float] = []

    def wait(now: float) -> int:
        lately = [at for at in taken if now - at < 60]
        if len(lately) >= most:
            return ceil(lately[0] + 60 - now)
        taken.append(now)
        return 0

    return wait


@pytest.mark.parametrize(("evenly", "oracle"), [(True, bucket), (False, window)])
@given(per_minute=PER_MINUTE, pauses=PAUSES)
@example(per_minute=2, pauses=[0.0, 0.0, 0.0, 30.0, 29.0, 1.0, 0.0])
def test_a_client_waits_as_long_as_the_textbook_says(
    evenly: bool,
    oracle: Callable[[int], Callable[[float], int]],
    per_minute: int,
    pauses: list[float],
) -> None:
    """Whenever it asks, and however often it was refused before."""
    clock = Clock()
    rate, expected = Rate(per_minute, evenly=evenly, clock=clock.read), oracle(per_minute)

    for pause in pauses:
        clock.now += pause
        assert rate.wait("A") == expected(clock.now)


@pytest.mark.parametrize("evenly", [True, False])
@given(per_minute=PER_MINUTE, start=st.floats(0, 1e6))
def test_who_waits_as_told_may_ask(evenly: bool, per_minute: int, start: float) -> None:
    """The seconds are never too few, whatever the clock shows."""
    clock = Clock()
    clock.now = start
    rate = Rate(per_minute, evenly=evenly, clock=clock.read)
    taken = [rate.wait("A") for _ in range(per_minute)]
    told = rate.wait("A")

    assert not any(taken)
    assert 1 <= told <= 61
    clock.now += told
    assert rate.wait("A") == 0


def test_clients_do_not_wait_for_each_other() -> None:
    """What one has used up, another has not."""
    rate = Rate(1)

    assert [rate.wait("A"), rate.wait("B")] == [0, 0]
    assert rate.wait("A") > 0


def test_who_asked_longest_ago_is_forgotten_first() -> None:
    """So that memory is bounded, whoever asks under however many names."""
    clock = Clock()
    rate = Rate(1, remembered=2, clock=clock.read)
    for client in "ABC":
        assert rate.wait(client) == 0

    assert [rate.wait("B"), rate.wait("C")] == [60, 60]
    assert rate.wait("A") == 0  # and B is forgotten for it
    assert rate.wait("C") == 60
    assert rate.wait("B") == 0
