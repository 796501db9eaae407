"""rag.models.endpoints: the least busy answers, a dead one is replaced, half an answer is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import pytest

from rag.config import Settings
from rag.errors import ModelError
from rag.models import endpoints as module
from rag.models.endpoint import Endpoint
from rag.models.endpoints import ASIDE, Endpoints
from rag.models.generator import open_generator
from rag.models.prompts import Prompt
from tests.models.test_endpoint import Small, events

PROMPT = Prompt(system="Answer.", user="Who barks?")
DEAD = "http://127.0.0.1:9/v1"  # nobody listens there


@pytest.fixture(autouse=True)
def unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of any endpoint yet."""
    monkeypatch.setattr(module, "_states", {})


@pytest.fixture
def two() -> Iterator[tuple[Small, Small]]:
    """Two running servers, which answer with their names."""
    with ExitStack() as stack:
        servers = [stack.enter_context(Small()) for _ in range(2)]
        for server, name in zip(servers, ("one", "two"), strict=True):
            server.replies = [(200, events(name))]
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield servers[0], servers[1]
        for server in servers:
            server.released.set()
            server.shutdown()


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def client(*urls: str, clock: Clock | None = None) -> Endpoints:
    """A client of these endpoints."""
    opened = [Endpoint(url=url, model="tiny", timeout=5.0) for url in urls]
    return Endpoints(opened, clock=clock or Clock())


def ask(client: Endpoints) -> str:
    """All of an answer."""
    return "".join(client.stream(PROMPT, grammar="root ::= .*", tokens=8))


def test_who_writes_now_is_not_asked_before_who_does_not(two: tuple[Small, Small]) -> None:
    """The first is at work on an answer, so the second gives the next; then the first again."""
    one, other = two
    asked = client(one.url, other.url)

    begun = asked.stream(PROMPT, grammar="root ::= .*", tokens=8)
    assert next(begun) == "one"
    assert ask(client(one.url, other.url)) == "two"
    assert list(begun) == []
    assert ask(asked) == "one"


def test_an_answer_that_is_given_up_keeps_nobody_busy(two: tuple[Small, Small]) -> None:
    """The reader went away."""
    one, other = two
    begun = client(one.url, other.url).stream(PROMPT, grammar="root ::= .*", tokens=8)
    next(begun)
    begun.close()  # type: ignore[attr-defined]

    assert ask(client(one.url, other.url)) == "one"


@pytest.mark.parametrize("status", [500, 503])
def test_who_fails_before_the_first_word_is_replaced(status: int, two: tuple[Small, Small]) -> None:
    """Nobody sees that; a dead one and one that refuses are alike."""
    one, other = two
    one.replies = [(status, "down")]

    assert ask(client(DEAD, one.url, other.url)) == "two"


def test_half_an_answer_is_an_error(two: tuple[Small, Small]) -> None:
    """What was shown cannot be taken back, so nobody else goes on with it."""
    one, other = two
    one.length = 10_000
    asked = client(one.url, other.url)
    pieces = asked.stream(PROMPT, grammar="root ::= .*", tokens=8)

    assert next(pieces) == "one"
    with pytest.raises(ModelError, match="does not answer"):
        next(pieces)

    assert ask(asked) == "two"


def test_who_failed_is_set_aside_and_probed_before_it_is_asked_again(
    two: tuple[Small, Small],
) -> None:
    """It is not asked meanwhile, though it has nothing to do; then it is, where it lives."""
    one, other = two
    clock = Clock()
    asked = client(one.url, other.url, clock=clock)
    one.replies = [(503, "down"), (200, events("one"))]
    assert ask(asked) == "two"

    assert [ask(asked) for _ in range(3)] == ["two"] * 3
    assert len(one.requests) == 1
    clock.now += ASIDE
    assert ask(asked) == "one"


def test_who_does_not_answer_a_probe_is_not_asked(two: tuple[Small, Small]) -> None:
    """A question would wait for it."""
    _, other = two
    clock = Clock()
    asked = client(DEAD, other.url, clock=clock)
    assert ask(asked) == "two"

    clock.now += ASIDE
    assert not Endpoint(url=DEAD, model="tiny").answers()
    assert Endpoint(url=other.url, model="tiny").answers()
    assert ask(asked) == "two"


def test_where_none_answers_the_last_one_tells_why() -> None:
    """How many were asked, and what to do."""
    with pytest.raises(ModelError, match="none of 2 language models answers") as caught:
        ask(client(DEAD, "http://127.0.0.1:7/v1"))

    assert caught.value.hint == "start it, correct --llm, or use --llm none"


def test_all_are_asked_where_all_are_set_aside(two: tuple[Small, Small]) -> None:
    """Nothing else is left, and one may live again."""
    one, other = two
    one.replies = [(503, "down"), (200, events("one"))]
    other.replies = [(503, "down")]
    asked = client(one.url, other.url)
    with pytest.raises(ModelError):
        ask(asked)

    assert ask(asked) == "one"


def test_the_settings_name_them_with_spaces_between(two: tuple[Small, Small]) -> None:
    """One address is one endpoint; what is no address is told."""
    one, other = two

    several = open_generator(Settings(llm=f"{DEAD} {other.url}"))
    assert isinstance(several, Endpoints)
    assert ask(several) == "two"
    assert isinstance(open_generator(Settings(llm=one.url)), Endpoint)
    with pytest.raises(ModelError, match="two is no address") as caught:
        open_generator(Settings(llm=f"{one.url} two"))
    assert "spaces" in (caught.value.hint or "")
