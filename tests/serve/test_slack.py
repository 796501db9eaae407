"""rag.serve.slack, in a process of its own: the real client, and a Slack on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_slack import BOT, FakeSlack, fake_slack
from shell import check_error, rag

from rag.config import Settings
from rag.serve.slack import Rate, Seen, plain_text, read_event
from rag.sync.update import sync

QUESTION = "What did Peskov say about Crimea?"
RUN = """
import sys
from pathlib import Path
from rag.config import Settings
from rag.credentials import slack_tokens
from rag.serve.slack import serve_slack
def note(line): print(line, file=sys.stderr, flush=True)
settings = Settings(index=Path(sys.argv[1]), llm=sys.argv[3], threads=1)
serve_slack(slack_tokens(), settings=settings, log=note, started=note, notify=note, api=sys.argv[2])
"""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test"}


@contextmanager
def answering(
    slack: FakeSlack, index: Path, log: Path, llm: str = "none"
) -> Iterator[subprocess.Popen[bytes]]:
    """The app, until the block ends; then SIGTERM must end it, without a complaint."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(index), f"{slack.url}/api/", llm],
            stdout=output,
            stderr=output,
            env={**os.environ, **TOKENS},
        )
    try:
        slack.await_(lambda: slack.connections or process.poll() is not None)
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()


@pytest.fixture(scope="module")
def slack(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """A workspace with the app in it, over the seeds."""
    log = tmp_path_factory.mktemp("slack") / "log"
    with fake_slack() as workspace, answering(workspace, seeds_index, log):
        yield workspace


def shown(message: dict[str, Any]) -> str:
    """All text of a message's blocks."""
    texts = [one.get("elements") or [one["text"]] for one in message.get("blocks") or []]
    return "\n".join(text["text"] for block in texts for text in block)


def test_a_mention_is_answered_in_its_thread(slack: FakeSlack) -> None:
    """Acknowledged at once; the answer has its sources with their quotations."""
    began = time.monotonic()
    envelope = slack.ask(QUESTION, ts="100.1")

    answer = shown(slack.answer_to("100.1"))

    assert slack.acknowledged[envelope] - began < 3
    [posted] = [one for one in slack.sent("chat.postMessage") if one["thread_ts"] == "100.1"]
    assert posted["channel"] == "C1"
    assert re.search(r"not a subject for talks\. \[\d\]", answer)
    assert re.search(r"\[\d\] Crimea will not be discussed", answer)
    assert "“Peskov said Putin had made it clear" in answer


def test_evidence_comes_before_the_answer_and_not_too_often(slack: FakeSlack) -> None:
    """One message, changed about once a second at most."""
    slack.ask("When was Notre-Dame reopened?", ts="101.1")
    answer = slack.answer_to("101.1")

    times = [
        at for name, sent, at in slack.calls if name == "chat.update" and sent["ts"] == answer["ts"]
    ]
    assert "*Saturday, 7 December 2024* [1]" in shown(answer)
    assert all(later - earlier > 0.8 for earlier, later in zip(times, times[1:-1], strict=False))


def test_nothing_becomes_a_link_or_a_name(slack: FakeSlack) -> None:
    """Every message says so, for its line and for its blocks."""
    slack.ask(QUESTION, ts="102.1")
    slack.answer_to("102.1")

    for one in slack.sent():
        assert one["parse"] == "none"
        assert str(one["link_names"]).lower() in {"false", "0"}
        assert '"verbatim": false' not in json.dumps(one)
    for one in slack.sent("chat.postMessage"):
        assert str(one["unfurl_links"]).lower() in {"false", "0"}
        assert str(one["unfurl_media"]).lower() in {"false", "0"}


def test_a_thread_is_a_conversation(slack: FakeSlack) -> None:
    """A follow-up refers to the question before, and what it was understood as is shown."""
    slack.ask(QUESTION, ts="103.1")
    slack.answer_to("103.1")
    slack.ask("And Sanders?", ts="103.2", thread_ts="103.1")
    understood = "Understood as: What did Sanders say about Crimea?"

    slack.await_(lambda: any(understood in shown(one) for one in slack.sent()))

    posts = [one for one in slack.sent("chat.postMessage") if one["thread_ts"] == "103.1"]
    assert len(posts) == 2


def test_a_thread_of_before_is_read(slack: FakeSlack) -> None:
    """Questions to the app in it, and nothing else."""
    slack.threads["104.1"] = [
        {"user": "U1", "ts": "104.1", "text": f"<@{BOT}> {QUESTION}"},
        {"user": BOT, "bot_id": "B1", "ts": "104.2", "text": "What did Bolton say about Crimea?"},
        {"user": "U2", "ts": "104.3", "text": "What did Navalny say about prison?"},
        {"user": "U1", "ts": "104.4", "text": f"<@{BOT}> And Sanders?"},
    ]
    slack.ask("And Sanders?", ts="104.4", thread_ts="104.1")

    answer = slack.answer_to("104.1")

    assert "Understood as: What did Sanders say about Crimea?" in shown(answer)


def test_a_message_that_comes_twice_is_answered_once(slack: FakeSlack) -> None:
    """Sent again after a lost acknowledgement, or as another event."""
    for id in ("EvA", "EvA", "EvB"):
        slack.ask("When was Notre-Dame reopened?", ts="105.1", id=id, user="U7")
    slack.answer_to("105.1")
    slack.ask("When was Notre-Dame reopened?", ts="105.2", user="U7")
    slack.answer_to("105.2")  # whatever came before it has been taken

    posts = [one for one in slack.sent("chat.postMessage") if one["thread_ts"] == "105.1"]
    assert len(posts) == 1


def test_a_direct_message_is_a_question_and_what_programs_say_is_none(slack: FakeSlack) -> None:
    """Nor is a message in a channel that does not mention the app, or a change of one."""
    direct = {"type": "message", "channel": "D1", "channel_type": "im", "text": QUESTION}
    slack.event(**direct, user="U2", ts="106.1", bot_id="B9")
    slack.event(**direct, user=BOT, ts="106.2")
    slack.event(**direct, user="U2", ts="106.3", subtype="message_changed")
    slack.event(**{**direct, "channel_type": "channel"}, user="U2", ts="106.4")
    slack.event(**direct, user="U2", ts="106.5")

    slack.answer_to("106.5")

    threads = {one["thread_ts"] for one in slack.sent("chat.postMessage")}
    assert not threads & {"106.1", "106.2", "106.3", "106.4"}


def test_who_asks_too_much_is_told_in_one_line(slack: FakeSlack) -> None:
    """And others are not: the limit is of each person."""
    for n in range(8):
        slack.ask("What did Macron say about Crimea?", ts=f"107.{n}", user="U3")
    slack.ask("When was Notre-Dame reopened?", ts="107.9", user="U4")

    slack.answer_to("107.9")

    told = [one for one in slack.sent() if "a lot of questions" in one["text"]]
    assert len(told) == 2  # of eight in a minute; the order is not Slack's promise
    assert all(one["thread_ts"] in {f"107.{n}" for n in range(8)} for one in told)


@pytest.mark.parametrize(
    ("text", "words"), [("", "Ask me something"), ("why " * 2_000 * 2, "at most 8,000")]
)
def test_what_is_no_question_is_told_in_one_line(slack: FakeSlack, text: str, words: str) -> None:
    """In the thread."""
    slack.ask(text, ts=f"108.{len(text)}", user="U5")

    told = slack.await_(lambda: [one for one in slack.sent() if words in one["text"]])

    assert told[0]["thread_ts"] == f"108.{len(text)}"


def test_no_answer_is_said_so(slack: FakeSlack) -> None:
    """With the nearest sentences, marked as none."""
    slack.ask("What did Macron say about Crimea?", ts="109.1", user="U6")

    answer = slack.answer_to("109.1")

    assert answer["text"] == "No answer in these articles."
    assert "No article mentions Macron and Crimea together." in shown(answer)
    assert "not an answer" in shown(answer)


def test_an_answer_whose_message_is_gone_comes_as_another(slack: FakeSlack) -> None:
    """Somebody may have deleted it."""
    slack.refused["chat.update"] = "message_not_found"  # what comes before the answer's end, too
    slack.ask("When was Notre-Dame reopened?", ts="111.1", user="U9")

    def posted() -> list[dict[str, Any]]:
        return [one for one in slack.sent("chat.postMessage") if one["thread_ts"] == "111.1"]

    slack.await_(lambda: len(posted()) == 2)
    del slack.refused["chat.update"]
    assert "7 December 2024" in shown(posted()[1])


def test_a_model_that_fails_is_told_in_one_line(seeds_index: Path, tmp_path: Path) -> None:
    """In place of the message that an answer was to be."""
    with (
        fake_slack() as workspace,
        answering(workspace, seeds_index, tmp_path / "log", llm="http://127.0.0.1:9/v1"),
    ):
        workspace.ask(QUESTION, ts="1.1")
        words = "the language model at"
        told = workspace.await_(lambda: [one for one in workspace.sent() if words in one["text"]])

    assert told[0]["blocks"] == []


def test_a_lost_connection_comes_back(slack: FakeSlack) -> None:
    """And what is asked afterwards is answered."""
    before = slack.connections
    slack.drop()
    slack.await_(lambda: slack.connections > before)

    slack.ask("When was Notre-Dame reopened?", ts="110.1", user="U8")

    assert "7 December 2024" in shown(slack.answer_to("110.1"))


def test_an_article_pings_nobody(cache: Path, tmp_path: Path) -> None:
    """Whatever of Slack's marks it has comes out as text, in title, name and sentence."""
    hostile = "<!channel> <@U1> <#C1|x> <https://evil.example|press here> & @here"
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text(
        f"---\ntitle: Dam {hostile}\n---\n\n"
        f"The dam at Orrin Vale burst on 3 May 2019, said {hostile} the warden.\n"
    )
    index = tmp_path / "index"
    sync([folder], settings=Settings(index=index, cache=cache))
    with fake_slack() as slack, answering(slack, index, tmp_path / "log"):
        slack.ask("When did the dam at Orrin Vale burst?", ts="1.1")
        answer = slack.answer_to("1.1")

    assert "burst on 3 May 2019" in shown(answer)
    assert "&lt;!channel&gt;" in shown(answer)
    for one in slack.sent():
        assert not re.search(r"<[!@#h]", one["text"] + shown(one))


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_token_that_slack_refuses_is_an_error_of_configuration(
    seeds_index: Path, method: str
) -> None:
    """It says which, and what Slack says."""
    with fake_slack() as slack:
        slack.refused[method] = "invalid_auth"
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(seeds_index), f"{slack.url}/api/", "none"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **TOKENS},
        )

    assert done.returncode == 1
    assert "ConfigError: Slack refused the app: invalid_auth" in done.stderr
    assert "xoxb-test" not in done.stderr and "xapp-test" not in done.stderr


@pytest.mark.parametrize(
    ("tokens", "name"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set"),
        (
            {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xapp-1"},
            "SLACK_BOT_TOKEN is not the right",
        ),
    ],
)
def test_missing_tokens_are_named(
    tokens: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With where to put them, before anything is loaded."""
    for variable in TOKENS:
        monkeypatch.delenv(variable, raising=False)

    check_error(rag("slack", **tokens), 2, name, "environment")


def test_what_a_person_typed_is_read_without_marks() -> None:
    """Names of people and groups say nothing about articles; labels do."""
    assert plain_text(f"<@{BOT}>  hi <!here> <#C1|news> <http://a.b> &lt;x&gt; &amp;lt;") == (
        "hi  news http://a.b <x> &lt;"
    )


def test_an_event_without_a_person_is_no_question() -> None:
    """Nor is any other kind."""
    for event in (
        {},
        {"type": "app_mention", "text": "x"},
        {"type": "reaction_added", "user": "U"},
    ):
        assert read_event({"event_id": "E", "event": event}, bot=BOT) is None


def test_what_was_seen_is_known_by_any_of_its_keys() -> None:
    """An event by its id, a message by its place."""
    seen = Seen()

    assert seen.is_new("E1", ("C", "1"))
    assert not seen.is_new("E2", ("C", "1"))
    assert not seen.is_new("E2", ("C", "2"))


def test_a_person_may_ask_again_after_the_seconds_told() -> None:
    """Not before; another person may."""
    rate = Rate(per_minute=2)

    assert [rate.wait("U1"), rate.wait("U1")] == [0, 0]
    assert 55 <= rate.wait("U1") <= 61
    assert rate.wait("U2") == 0
