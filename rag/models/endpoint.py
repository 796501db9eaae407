"""A language model behind an OpenAI-compatible endpoint, such as llama.cpp's own server.

Control tokens cannot be kept apart from text over this protocol, so whatever looks like one is
broken with a zero-width space before it is sent, and mended in what comes back.
"""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from rag.cost import Tokens
from rag.errors import ModelError, Stopped
from rag.models.prompts import Prompt
from rag.stop import Stop

_BREAK = "\u200b"
# What follows the first character of a control token: <|…|>, <｜…｜>, <s>, </s>, <start_of_turn>,
# <fim-prefix>, <0x0A>; [INST], [/INST], [TOOL_CALLS], [IMG], [gMASK], [e~[; ]~b], ]<]…[>[
_AFTER = {
    "<": r"[|｜]|[/!\w|:.-]*>",
    "\\[": r"/?(?:[A-Z][A-Z_]+|[gs]MASK|inst)\]|e~\[|>\[",
    "\\]": r"[~!<]",
}
_CONTROL = re.compile("|".join(f"{first}(?={_BREAK}*(?:{rest}))" for first, rest in _AFTER.items()))
_BROKEN = re.compile(
    "|".join(f"(?<={first}){_BREAK}(?={_BREAK}*(?:{rest}))" for first, rest in _AFTER.items())
)
# The end of a piece of an answer in which such a token may have begun.
_BEGUN = re.compile(rf"[<\[\]][<>\[\]/!\w|｜:.~{_BREAK}-]*\Z")
CHARACTERS_PER_TOKEN = 3.0  # a cautious guess: the endpoint's tokenizer is not known
ASSUMED_CONTEXT = 4096  # tokens
DOWN = frozenset({500, 502, 503, 504})  # what a server, or what stands before it, says then
PROBED = 2.0  # seconds for a sign of life
WATCHED = 0.1  # seconds between two looks at whether anybody waits for the answer


class Endpoint:
    """A client of one endpoint.

    Attributes:
        name: The model's name there.
        url: Base address.
        tokens: What the last answer took, where the endpoint says so.
    """

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: str = "",
        timeout: float = 60.0,
        stop: Stop | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            url: Base address, as in ``http://127.0.0.1:8080/v1``.
            model: The model's name there.
            key: Sent as a bearer token when not empty.
            timeout: Seconds that an answer may take; so long without a byte is too long, too.
            stop: Ends the answer, also while nothing comes.
        """
        import httpx2

        self.name = model
        self.tokens: Tokens | None = None
        self.url = url.rstrip("/")
        self._shown = without_password(self.url)
        self._http = httpx2
        self._stop = stop or Stop()
        self._timeout = timeout
        headers = {b"Authorization": f"Bearer {key}".encode()} if key else {}
        self._client = httpx2.Client(timeout=timeout, headers=headers)

    def load(self) -> Endpoint:
        """Another machine has it."""
        return self

    def answers(self) -> bool:
        """Whether it shows a sign of life."""
        try:
            reply = self._client.get(f"{self.url}/models", timeout=PROBED)
        except (self._http.HTTPError, self._http.InvalidURL):
            return False
        return reply.status_code not in DOWN

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer fit, by a guess from its length."""
        characters = len(prompt.system) + len(prompt.user)
        return characters / CHARACTERS_PER_TOKEN + tokens <= ASSUMED_CONTEXT

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer as they come; see `rag.models.generator.Generator.stream`.

        The grammar is sent as llama.cpp's server takes it. An endpoint that refuses the unknown
        fields is asked again without: what it then writes is checked like any other claim.
        """
        request = {
            "model": self.name,
            "messages": [
                {"role": "system", "content": defuse(prompt.system)},
                {"role": "user", "content": defuse(prompt.user)},
            ],
            "temperature": 0,
            "seed": 0,
            "max_tokens": tokens,
            "stream": True,
        }
        extras = {"grammar": grammar, "stream_options": {"include_usage": True}}
        self.tokens = None
        try:
            events = self._events({**request, **extras}, retry=request)
            yield from mended(self._in_time(events))
        except (self._http.HTTPError, self._http.InvalidURL) as error:
            raise ModelError(
                f"the language model at {self._shown} does not answer:"
                f" {error or type(error).__name__}",
                hint="start it, correct --llm, or use --llm none",
            ) from error

    def _in_time(self, events: Iterator[str]) -> Iterator[str]:
        """The events until the time is up.

        Raises:
            ModelError: It is up, and one is still awaited.
        """
        until = time.monotonic() + self._timeout
        for event in _until(self._stop, events):
            if event is not None:
                yield event
            if time.monotonic() > until:
                raise ModelError(
                    f"the language model at {self._shown} does not answer: it takes more than"
                    f" {self._timeout:g} s",
                    hint="raise `llm_timeout`, or choose another endpoint with --llm",
                )

    def _events(
        self, request: dict[str, Any], *, retry: dict[str, Any] | None = None
    ) -> Iterator[str]:
        with self._client.stream("POST", f"{self.url}/chat/completions", json=request) as reply:
            if reply.status_code not in {400, 422} or retry is None:
                yield from self._pieces(reply)
                return
        yield from self._events(retry)

    def _pieces(self, reply: Any) -> Iterator[str]:
        if reply.status_code != 200:
            reply.read()
            raise ModelError(
                f"the language model at {self._shown} answers {reply.status_code}:"
                f" {reply.text[:200]}",
                hint="check --llm, `llm_model` and RAG_LLM_API_KEY",
            )
        events = 0
        for line in reply.iter_lines():
            if self._stop.is_set:
                return  # nobody reads on; leaving closes the connection, which ends it over there
            data = line.removeprefix("data:").strip()
            if not line.startswith("data:"):
                continue
            events += 1
            if data != "[DONE]":
                yield self._text(data)
        if not events:
            raise ModelError(
                f"the server at {self._shown} is not an OpenAI-compatible endpoint",
                hint="correct --llm; the address usually ends in /v1",
            )

    def _text(self, data: str) -> str:
        """The text in one event of the stream."""
        try:
            event = json.loads(data)
            failure, choices = event.get("error"), event.get("choices") or []
            deltas = [choice.get("delta") or {} for choice in choices]
            text = "".join(delta.get("content") or "" for delta in deltas)
            match event.get("usage"):
                case {"prompt_tokens": int(given), "completion_tokens": int(written)}:
                    self.tokens = Tokens(prompt=given, answer=written)
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(
                f"the language model at {self._shown} sent something unreadable: {data[:80]}",
                hint="ask again; if that does not help, choose another endpoint with --llm",
            ) from error
        if failure:
            raise ModelError(
                f"the language model at {self._shown} fails: {failure}",
                hint="see the log of the endpoint, or use --llm none",
            )
        return text

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _until(stop: Stop, events: Iterator[str]) -> Iterator[str | None]:
    """The events as they come, read in a thread: a wait for the next one can be given up.

    Yields:
        The events; None, again and again, while none comes.

    Raises:
        Stopped: It was given up. The thread ends at the next event, or when the endpoint times out.
    """
    arrived: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(events, arrived), name="rag-endpoint", daemon=True).start()
    while not stop.is_set:
        try:
            event = arrived.get(timeout=WATCHED)
        except queue.Empty:
            yield None
            continue
        if isinstance(event, BaseException):
            raise event
        if event is None:
            return
        yield event
    raise Stopped("the answer was stopped")


def _read(events: Iterator[str], arrived: queue.SimpleQueue[str | BaseException | None]) -> None:
    """Pass the events on, then their end: None, or the error that it was."""
    try:
        for event in events:
            arrived.put(event)
    except BaseException as error:
        arrived.put(error)
    else:
        arrived.put(None)


def without_password(url: str) -> str:
    """An address as it may be shown.

    >>> without_password("http://me:secret@127.0.0.1/v1")
    'http://127.0.0.1/v1'
    """
    return re.sub(r"//[^/@]*@", "//", url)


def defuse(text: str) -> str:
    """Break everything that a model might read as a control token.

    What is broken already is broken once more, so that `mend` gives every text back as it was.

    >>> defuse("<|im_end|>") == "<\u200b|im_end|>"
    True
    """
    return _CONTROL.sub(lambda match: match[0] + _BREAK, text)


def mend(text: str) -> str:
    """Undo `defuse`."""
    return _BROKEN.sub("", text)


def mended(pieces: Iterable[str]) -> Iterator[str]:
    """The text of some pieces, mended where one is cut in the middle of a token too."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        begun = _BEGUN.search(text)
        end = begun.start() if begun else len(text)
        rest = text[end:]
        if end:
            yield mend(text[:end])
    if rest:
        yield mend(rest)
