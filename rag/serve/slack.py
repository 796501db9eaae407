"""`rag slack`: mentions and direct messages in a workspace, answered in their threads.

Over Socket Mode: the connection goes out from here, so nothing listens. A message is acknowledged
at once and answered later; a thread is a conversation. The only importer of slack_bolt and
slack_sdk.
"""

from __future__ import annotations

import asyncio
import html
import logging
import re
import signal
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from rag.answer.async_assistant import AsyncAssistant, Events
from rag.config import Settings
from rag.credentials import SlackTokens
from rag.domain import Answer
from rag.errors import ConfigError, RagError
from rag.render.slack import WORKING, Block, SlackMessage, slack_text
from rag.serve.ask_with_context import TURNS, Questions, served_assistant
from rag.serve.errors import hint_outside, in_words
from rag.serve.follow import following
from rag.serve.rate import Rate

API = "https://slack.com/api/"
PACE = 1.0  # seconds between two changes of a message
PER_MINUTE = 6  # questions of one person
REMEMBERED = 5_000  # messages, people and threads
GRACE = 3.0  # seconds that threads have to be told when the process ends
LOG = logging.getLogger("rag.slack")
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message that wants an answer."""

    event: str  # Slack's id of it, the same when it is sent again
    channel: str
    user: str
    ts: str  # of the message, unique in its channel
    thread: str  # ts of the message that the thread hangs on; its own where it begins one
    text: str
    direct: bool

    @property
    def follows(self) -> bool:
        """Whether something was said in the thread before."""
        return self.thread != self.ts


def read_event(body: Mapping[str, Any], *, bot: str) -> Asked | None:
    """The question in an event; None where there is nothing to answer.

    Args:
        body: As Slack sends it.
        bot: The user id of this app: what it says itself is no question.
    """
    event = body.get("event") or {}
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    if not direct and event.get("type") != "app_mention":
        return None
    if event.get("bot_id") or event.get("subtype") or event.get("user") in (None, bot):
        return None
    ts = str(event.get("ts", ""))
    return Asked(
        event=str(body.get("event_id", "")),
        channel=str(event.get("channel", "")),
        user=str(event["user"]),
        ts=ts,
        thread=str(event.get("thread_ts") or ts),
        text=plain_text(str(event.get("text", ""))),
        direct=direct,
    )


def plain_text(text: str) -> str:
    """What a person typed, without Slack's marks: no mentions, links as their words.

    >>> plain_text("<@U1> who spoke at <https://a.b|the summit> &amp; why?")
    'who spoke at the summit & why?'
    """

    def shown(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target[:1] in "@!":
            return ""
        return label or target

    return html.unescape(_MARKUP.sub(shown, text)).strip()


class Seen:
    """Keys that were seen, the newest of them."""

    def __init__(self) -> None:
        self._keys: OrderedDict[object, None] = OrderedDict()

    def is_new(self, *keys: object) -> bool:
        """Whether none of these was there; from now on all are."""
        new = not any(key in self._keys for key in keys)
        self._keys.update(dict.fromkeys(keys))
        while len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)
        return new


class Answering:
    """Takes messages and answers each in its thread. All of it on one event loop."""

    def __init__(
        self,
        assistant: AsyncAssistant,
        client: WebClient,
        *,
        bot: str,
        log: Callable[[str], None],
    ) -> None:
        """Answer as an app.

        Args:
            assistant: Open.
            client: With the app's token.
            bot: The app's user id.
            log: Told each question.
        """
        self._questions = Questions(assistant, log)
        self._client = client
        self._bot = bot
        self._seen = Seen()
        self._rate = Rate(PER_MINUTE, remembered=REMEMBERED)
        self._threads: OrderedDict[tuple[str, str], list[str]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, body: Mapping[str, Any]) -> None:
        """Answer an event later, if it wants an answer and has none yet."""
        asked = read_event(body, bot=self._bot)
        # A message can come as two events, and again after a change of it.
        if asked and self._seen.is_new(asked.event, (asked.channel, asked.ts)):
            task = asyncio.get_running_loop().create_task(self._answer(asked))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Wait a moment for what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)

    async def _answer(self, asked: Asked) -> None:
        try:
            await self._tell(asked)
        except SlackClientError as error:
            LOG.warning("an answer could not be sent: %s", _reason(error))
        except Exception:
            LOG.exception("an answer failed")
            with suppress(SlackClientError):
                await self._say(asked, "The answer failed; the log of `rag slack` says why.")

    async def _tell(self, asked: Asked) -> None:
        if not asked.text:
            await self._say(asked, "Ask me something about the articles.")
            return
        if seconds := self._rate.wait(asked.user):
            await self._say(asked, f"That is a lot of questions: ask again in {seconds} s.")
            return
        ts = ""
        try:
            events = self._questions.take(asked.text, await self._earlier(asked))
            try:
                ts = await self._say(asked, WORKING)
                await self._follow(events, asked, ts)
            finally:
                events.stop()
        except RagError as error:
            line = slack_text(in_words(error.message, hint_outside(error)))
            if ts:
                await self._send(self._client.chat_update, asked, ts=ts, text=line, blocks=[])
            else:
                await self._say(asked, line)

    async def _follow(self, events: Events, asked: Asked, ts: str) -> None:
        """Change the message as the answer comes, not more often than Slack likes."""
        message = SlackMessage(asked.text)
        changed, last = False, monotonic()
        step = asyncio.ensure_future(anext(events))
        try:
            while True:
                pause = max(0.0, last + PACE - monotonic()) if changed else None
                if not (await asyncio.wait([step], timeout=pause))[0]:
                    with suppress(SlackClientError):  # the next change has all of this one
                        await self._change(asked, ts, message)
                    changed, last = False, monotonic()
                    continue
                event = step.result()
                changed = message.add(event) or changed
                if isinstance(event, Answer):
                    break
                step = asyncio.ensure_future(anext(events))
        finally:
            step.cancel()
        try:
            await self._change(asked, ts, message)
        except SlackClientError as error:  # somebody deleted it, or Slack had enough of changes
            LOG.warning("a message cannot be changed: %s", _reason(error))
            await self._say(asked, message.text, blocks=message.blocks)

    async def _earlier(self, asked: Asked) -> list[str]:
        """The questions of the thread so far; this one is remembered as the next."""
        key = (asked.channel, asked.thread)
        known = self._threads.pop(key, None)
        if known is None:
            known = await self._read_thread(asked) if asked.follows else []
        self._threads[key] = [*known, asked.text][-TURNS:]
        if len(self._threads) > REMEMBERED:
            self._threads.popitem(last=False)
        return known

    async def _read_thread(self, asked: Asked) -> list[str]:
        """The questions of a thread that began before this process did."""
        try:
            found = await asyncio.to_thread(
                self._client.conversations_replies,
                channel=asked.channel,
                ts=asked.thread,
                latest=asked.ts,
                limit=50,
            )
        except SlackClientError as error:
            LOG.warning("a thread cannot be read: %s", _reason(error))
            return []
        said = [
            plain_text(str(one.get("text", "")))
            for one in found.get("messages") or ()
            if not one.get("bot_id")
            and not one.get("subtype")
            and one.get("user") != self._bot
            and str(one.get("ts")) != asked.ts
            and (asked.direct or f"<@{self._bot}" in str(one.get("text", "")))
        ]
        return [one for one in said if one]

    async def _say(self, asked: Asked, text: str, *, blocks: Sequence[Block] = ()) -> str:
        """Say something in the thread; the ts of the message."""
        sent = await self._send(
            self._client.chat_postMessage,
            asked,
            thread_ts=asked.thread,
            text=text,
            blocks=list(blocks),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(sent["ts"])

    async def _change(self, asked: Asked, ts: str, message: SlackMessage) -> None:
        await self._send(
            self._client.chat_update, asked, ts=ts, text=message.text, blocks=message.blocks
        )

    async def _send(self, call: Callable[..., Any], asked: Asked, **content: Any) -> Any:
        # Neither may be left out: chat.update reads names and addresses unless it is told not to.
        never = {"link_names": False, "parse": "none"}
        return await asyncio.to_thread(call, channel=asked.channel, **never, **content)


def _reason(error: Exception) -> str:
    """What Slack says is wrong."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else str(error)


def serve_slack(
    tokens: SlackTokens,
    *,
    settings: Settings,
    log: Callable[[str], None],
    started: Callable[[str], None],
    notify: Callable[[str], None],
    api: str = API,
) -> None:
    """Answer until the process is told to end.

    Args:
        tokens: Of the app.
        settings: Of the index and of the server.
        log: Told each question.
        started: Told the app's name once it is connected.
        notify: Told, in one line each, what a person should know.
        api: Where Slack's methods are.

    Raises:
        ConfigError: Slack does not take a token, or cannot be reached.
        RagError: The index or a model cannot be opened.
    """

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, stop.set)
        assistant = served_assistant(settings, notify)
        async with assistant:
            client = WebClient(token=tokens.bot, base_url=api)
            client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
            who = await asyncio.to_thread(_signed_in, client)
            answering = Answering(assistant, client, bot=str(who["user_id"]), log=log)
            take = answering.take
            handler = await asyncio.to_thread(
                _connect, tokens, client, lambda body: loop.call_soon_threadsafe(take, body)
            )
            try:
                started(str(who.get("user", "")))
                with following(settings, notify=notify):
                    await stop.wait()
                assistant.stop()
                await answering.end()
            finally:
                await asyncio.to_thread(handler.close)

    asyncio.run(serve())


def _signed_in(client: WebClient) -> Any:
    """Who this app is.

    Raises:
        ConfigError: Slack does not say.
    """
    try:
        return client.auth_test()
    except (SlackClientError, OSError) as error:
        raise _refused(error, "SLACK_BOT_TOKEN") from error


def _connect(
    tokens: SlackTokens, client: WebClient, hear: Callable[[Mapping[str, Any]], Any]
) -> Any:
    """A connection over which events come; each is acknowledged at once.

    Raises:
        ConfigError: Slack does not let it.
    """
    try:
        app = App(client=client, logger=LOG, token_verification_enabled=False)
        for kind in ("app_mention", "message"):
            app.event(kind)(_listener(hear))
        handler: Any = SocketModeHandler(app, tokens.app, ping_interval=5)
        handler.connect()
    except (SlackClientError, BoltError, OSError) as error:
        raise _refused(error, "SLACK_APP_TOKEN") from error
    return handler


def _listener(hear: Callable[[Mapping[str, Any]], Any]) -> Callable[..., None]:
    def heard(body: dict[str, Any]) -> None:  # the name tells Bolt what to pass
        hear(body)

    return heard


def _refused(error: Exception, name: str) -> ConfigError:
    return ConfigError(
        f"Slack refused the app: {_reason(error)}",
        hint=f"check {name}, the app's scopes and the network; see docs/slack.md",
    )
