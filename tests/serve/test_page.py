"""The page of `rag serve` in a real browser, at a real server in a process of its own."""

from __future__ import annotations

import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsers import needs_browser, open_browser
from scripted import endpoint
from serve_process import Served, serving
from shell import rag

from rag import serve
from rag.config import Settings
from rag.domain import Answer, Citation, Claim, ClaimKind, Side, Source, Verdict
from rag.language.invisible import without_unseen
from rag.render.as_json import answer_dict
from rag.render.outline import outline
from rag.sync.update import sync

STATIC = Path(serve.__file__).parent / "static"
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
ENTER, ESCAPE, TAB = "\ue007", "\ue00c", "\ue004"
CRIMEA = "What did Peskov say about Crimea?"
SECONDS = 30


@pytest.fixture(scope="module")
def server(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(seeds_index, tmp_path_factory.mktemp("serve")) as served:
        yield served.url


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("profile"), DESK) as driver:
        yield driver


@pytest.fixture
def browser(one_browser: Any) -> Iterator[Any]:
    """A browser as wide as a desk, with nothing to complain about afterwards."""
    one_browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", DESK)
    one_browser.get("about:blank")
    one_browser.get_log("browser")
    one_browser.get_log("performance")
    yield one_browser
    messages = [entry["message"] for entry in one_browser.get_log("browser")]
    assert not [one for one in messages if "Content Security Policy" in one]
    assert not [one for one in messages if "Uncaught" in one]


def wait(browser: Any, what: Callable[[], Any]) -> Any:
    """What it gives, once it gives something."""
    from selenium.common.exceptions import (
        ElementNotInteractableException,
        NoSuchElementException,
        StaleElementReferenceException,
    )
    from selenium.webdriver.support.ui import WebDriverWait

    passing = (
        NoSuchElementException, StaleElementReferenceException, ElementNotInteractableException
    )  # fmt: skip
    return WebDriverWait(browser, SECONDS, 0.05, passing).until(lambda _: what())


def one(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def every(browser: Any, selector: str) -> list[Any]:
    found: list[Any] = browser.find_elements("css selector", selector)
    return found


def text(browser: Any, selector: str) -> str:
    """What stands in it, shown or not."""
    return str(one(browser, selector).get_property("textContent"))


def press(browser: Any, *keys: str) -> None:
    """Keys, to whatever has the focus."""
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def focused(browser: Any, what: str) -> Any:
    return browser.execute_script(f"return document.activeElement.{what}")


def put(browser: Any, question: str) -> None:
    one(browser, "#question").send_keys(question, ENTER)


def ask(browser: Any, question: str) -> Any:
    """Ask, and wait for the end; gives the turn."""
    before = len(every(browser, ".turn"))
    put(browser, question)
    wait(browser, lambda: len(every(browser, ".turn")) > before)
    wait(browser, lambda: one(browser, "#send").is_displayed())
    return every(browser, ".turn")[-1]


def requests(browser: Any) -> list[str]:
    """Everything that was asked of the network since the last time."""
    entries = [json.loads(entry["message"]) for entry in browser.get_log("performance")]
    messages = [entry["message"] for entry in entries]
    sent = [one for one in messages if one["method"] == "Network.requestWillBeSent"]
    return [one["params"]["request"]["url"] for one in sent]


@needs_browser
def test_an_answer_and_its_citation(browser: Any, server: str) -> None:
    """A question gets claims; a number shows its quote, and opens the article at the sentence."""
    from selenium.webdriver.common.action_chains import ActionChains

    browser.get(server)
    turn = ask(browser, CRIMEA)
    claims = turn.find_elements("css selector", ".claim")
    assert len(claims) > 1
    wait(browser, lambda: claims[0].text.endswith("[1]"))
    [claim] = [one for one in claims if one.text.startswith("Peskov said Putin had made it clear")]

    number = claim.find_element("css selector", ".cite")
    ActionChains(browser).move_to_element(number).perform()
    wait(browser, lambda: one(browser, "#peek").is_displayed())
    assert "was not a subject for talks." in text(browser, "#peek .quote")
    for detail in ("THE HARBOUR COURIER", "2 July 2018", "said by Dmitry Peskov"):
        assert detail in text(browser, "#peek")
    number.click()

    wait(browser, lambda: every(browser, "#article mark"))
    quote = text(browser, "#article mark")
    assert quote == claim.find_element("css selector", "bdi").text
    assert focused(browser, "tagName") == "MARK"
    assert one(browser, "#article mark").is_displayed()
    browser.get(one(browser, "#article-link").get_attribute("href"))
    assert text(browser, "mark#cited") == quote
    assert browser.execute_script(
        "const at = arguments[0].getBoundingClientRect();"
        "return at.top >= 0 && at.bottom <= innerHeight",
        one(browser, "#cited"),
    )
    assert {urlsplit(url).netloc for url in requests(browser)} <= {urlsplit(server).netloc, ""}


@needs_browser
def test_what_an_answer_begins_with(browser: Any, server: str) -> None:
    """Words that answer come first; sides that differ are set apart; a part may have no answer."""
    browser.get(server)

    short = ask(browser, "When was Notre-Dame reopened?")
    differ = ask(browser, "How many people marched for the Saltmarsh Bridge?")
    parts = ask(browser, "What did Peskov and Macron say about Crimea?")

    lead = short.find_element("css selector", ".lead")
    assert lead.text == "Saturday, 7 December 2024 [1]"
    sides = [side.text for side in differ.find_elements("css selector", ".sides strong")]
    assert sides == ["Some 600", "About 350"]
    titles = [title.text for title in parts.find_elements("css selector", ".part-title")]
    assert titles == ["What did Peskov say about Crimea?", "What did Macron say about Crimea?"]
    assert "No article mentions Macron and Crimea together." in parts.text


@needs_browser
def test_sides_that_are_claims_are_shown_once(browser: Any, cache: Path, tmp_path: Path) -> None:
    """Above, with their days; the other claims stay below, and every number opens its source."""
    for name, day, who in (("a", "4", "Molde beat Brann"), ("b", "6", "Brann beat Molde")):
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "articles" / f"{name}.txt").write_text(
            f"Report {name}\n\n{day} May 2021\n\n{who} in the cup final on Sunday at full house.\n",
            encoding="utf-8",
        )
    sync([tmp_path / "articles"], settings=Settings(index=tmp_path / "index", cache=cache))
    with serving(tmp_path / "index", tmp_path) as served:
        browser.get(served.url)
        turn = ask(browser, "Who won the cup final on Sunday?")

        assert turn.find_element("css selector", ".sides").text.splitlines() == [
            "The articles differ, the newest first:",
            "Brann beat Molde in the cup final on Sunday at full house. [1] 6 May 2021 · b.txt",
            "Molde beat Brann in the cup final on Sunday at full house. [2] 4 May 2021 · a.txt",
        ]
        assert turn.find_elements("css selector", ".claim") == []
        assert [one.text for one in turn.find_elements("css selector", ".sources .n")] == [
            "[1]",
            "[2]",
        ]


def cited(n: int, date: str | None) -> Citation:
    """A sentence of an article of this day."""
    source = Source(path=f"{n}.txt", title=None, outlet=None, date=date, sha256="0" * 64)
    return Citation(n=n, source=source, start=0, end=3, line=1, quote="It.", speaker=None)


@needs_browser
@pytest.mark.parametrize(
    "dates",
    [
        ("2021-05-05", "2021-05-04"),
        ("2021-05-04", "2021-05-04"),
        ("2021-05-04", None),
        (None, None),
        ("2021-05-04", "2021-05-05"),
        ("2021-05-05",),
        (),
    ],
)
def test_the_page_lays_out_what_differs_as_everything_else(
    browser: Any, server: str, dates: tuple[str | None, ...]
) -> None:
    """The heading, which sides are claims, and what is left of these."""
    known = [cited(n, date) for n, date in enumerate(dates, start=1)]
    claims = [
        Claim(text=text, kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=citations)
        for text, citations in [
            *((f"Claim {one.n}.", (one, cited(9, None))) for one in known),
            ("It rained.", (cited(8, None),)),
        ]
    ]
    texts = ["Claim 1.", "Claim 9."]  # all of a claim; of none
    sides = [Side(text=text, citation=one) for text, one in zip(texts, known, strict=False)]
    answer = Answer(question="Who won?", claims=tuple(claims), sides=tuple(sides))
    browser.get(server)

    found = browser.execute_async_script(
        "const [answer, done] = arguments;"
        "import('/static/outline.js').then(({ differing }) => done(differing(answer)))",
        answer_dict(answer),
    )

    here = outline(answer)
    assert found["heading"] == here.heading
    assert [(side["text"], side["numbers"]) for side in found["sides"]] == [
        (side.text, [citation.n for citation in side.citations]) for side in here.sides
    ]
    assert [claim["text"] for claim in found["claims"]] == [claim.text for claim in here.claims]


@needs_browser
def test_no_answer_and_a_follow_up(browser: Any, server: str) -> None:
    """A follow-up is filled in from before; with no answer there is a reason, and what is near."""
    browser.get(server)
    ask(browser, CRIMEA)

    turn = ask(browser, "And Macron?")

    assert "Understood as: What did Macron say about Crimea?" in turn.text
    assert (
        "No answer in these articles. No article mentions Macron and Crimea together." in turn.text
    )
    assert "Nearest sentences, which are not an answer" in turn.text
    assert turn.find_elements("css selector", ".claim") == []
    assert len(turn.find_elements("css selector", ".quotes li")) == 3
    one(browser, "#anew").click()
    assert every(browser, ".turn") == []
    assert "Understood as" not in ask(browser, "And Sanders?").text


@needs_browser
def test_the_keyboard_is_enough(browser: Any, server: str) -> None:
    """Slash goes to the box, Tab to a number, whose quote shows; Enter opens, Escape goes back."""
    browser.get(server)
    browser.execute_script("document.activeElement.blur()")
    press(browser, "/")
    assert focused(browser, "id") == "question"
    press(browser, CRIMEA, ENTER)
    wait(browser, lambda: every(browser, ".sources"))
    browser.execute_script("document.activeElement.blur()")
    for _ in range(20):
        press(browser, TAB)
        if focused(browser, "className") == "cite":
            break
    assert focused(browser, "textContent") == "[1]"
    assert browser.execute_script(
        "return getComputedStyle(document.activeElement).outlineStyle"
    ) == "solid"  # fmt: skip
    wait(browser, lambda: one(browser, "#peek").is_displayed())
    assert focused(browser, "getAttribute('aria-describedby')") == "peek"
    press(browser, ESCAPE)
    assert not one(browser, "#peek").is_displayed()
    press(browser, ENTER)
    wait(browser, lambda: focused(browser, "tagName") == "MARK")
    press(browser, ESCAPE)
    assert not one(browser, "#article").is_displayed()
    assert focused(browser, "textContent") == "[1]"


@needs_browser
def test_who_said_what(browser: Any, server: str) -> None:
    """A speaker's statements stand in order of time, the words marked, each with its article."""
    browser.get(f"{server}/#said")
    wait(browser, lambda: every(browser, "#timeline .people li"))
    one(browser, "#speaker").send_keys("Dimitri Peskov")
    one(browser, "#about").send_keys("Crimea", ENTER)

    wait(browser, lambda: every(browser, ".timeline li"))

    assert text(browser, "#timeline h2").startswith("Dmitry Peskov, ")
    days = [day.get_attribute("datetime") for day in every(browser, ".timeline time")]
    assert days == sorted(days)
    assert len(days) > 2
    words = text(browser, ".timeline mark")
    assert words in text(browser, ".timeline blockquote")
    every(browser, ".timeline a")[0].click()
    wait(browser, lambda: every(browser, "#article mark"))
    assert text(browser, "#article mark") == words
    browser.get(f"{server}/#said=Zork")
    browser.refresh()
    wait(browser, lambda: "is called Zork" in text(browser, "#timeline"))


@needs_browser
def test_a_phone_scrolls_in_one_direction(browser: Any, server: str) -> None:
    """At 390 pixels nothing is wider than the screen, and the article covers the page."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    width = "return [document.documentElement.scrollWidth, innerWidth]"
    browser.get(server)
    ask(browser, CRIMEA + " " + "unbreakable" * 20)
    ask(browser, CRIMEA)
    assert browser.execute_script(width) == [390, 390]

    one(browser, ".cite").click()
    wait(browser, lambda: every(browser, "#article mark"))
    assert one(browser, "#article").size["width"] == 390
    browser.get(one(browser, "#article-link").get_attribute("href"))
    assert browser.execute_script(width) == [390, 390]
    browser.get(f"{server}/#said=Peskov")
    wait(browser, lambda: every(browser, ".timeline li"))
    assert browser.execute_script(width) == [390, 390]


@needs_browser
def test_a_finger_sees_the_quote_first(browser: Any, server: str) -> None:
    """A tap on a number shows its quote; another one opens the article."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    browser.get(server)
    ask(browser, CRIMEA)
    tap(browser, one(browser, ".cite"))
    wait(browser, lambda: one(browser, "#peek").is_displayed())
    assert not one(browser, "#article").is_displayed()

    tap(browser, one(browser, ".cite"))

    wait(browser, lambda: every(browser, "#article mark"))
    assert not one(browser, "#peek").is_displayed()


def tap(browser: Any, element: Any) -> None:
    """Touch the middle of an element."""
    x, y = browser.execute_script(
        "const at = arguments[0].getBoundingClientRect();"
        "return [at.x + at.width / 2, at.y + at.height / 2]",
        element,
    )
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        touch = {"type": kind, "touchPoints": points}
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", touch)


PAYLOADS = [
    "<script>hit()</script>",
    "</title><script>hit()</script>",
    "</textarea><script>hit()</script>",
    '"><script src=//127.0.0.1:{port}/a.js></script>',
    "<img src=x onerror=hit()>",
    "<img src=//127.0.0.1:{port}/b.png>",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<iframe src=javascript:parent.hit()></iframe>",
    "<object data=javascript:hit()></object>",
    "<embed src=//127.0.0.1:{port}/c>",
    "<a href=javascript:hit()>here</a>",
    "[here](javascript:hit())",
    "![seen](http://127.0.0.1:{port}/d.png)",
    "<link rel=stylesheet href=//127.0.0.1:{port}/e.css>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:{port}/f'>",
    "<base href=//127.0.0.1:{port}/>",
    "<form action=//127.0.0.1:{port}/g><button>go</button></form>",
    "<details open ontoggle=hit()>",
    "<body onload=hit()>",
    "<input autofocus onfocus=hit()>",
    "<video><source onerror=hit()></video>",
    "<style>@import '//127.0.0.1:{port}/h.css'</style>",
    "<div style=background:url(//127.0.0.1:{port}/i)>x</div>",
    "'-hit()-'",
    "${hit()} {{hit()}} {% hit %} #{hit()}",
    "&lt;script&gt;hit()&lt;/script&gt; &#60;img src=x onerror=hit()&#62;",
    "\u202e<script>hit()</script>\u2066\u200b\x1b]0;x\x07",
]


@contextmanager
def counting() -> Iterator[tuple[int, list[str]]]:
    """A server that nobody should call: its port, and the paths that were asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


WATCH = """
window.hits = 0; window.hit = () => { window.hits += 1 };
for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = window.hit;
document.addEventListener('securitypolicyviolation', () => { window.hits += 1 });
"""
STRANGE = "script, iframe, object, embed, svg, math, img, video, style, base, [style*=url]"


@needs_browser
def test_articles_stay_text(browser: Any, cache: Path, tmp_path: Path) -> None:
    """Thirty payloads in title, text, file name and question run nothing and load nothing."""
    with counting() as (port, called):
        payloads = [payload.replace("{port}", str(port)) for payload in PAYLOADS]
        assert len(payloads) == 30
        folder = tmp_path / "articles"
        folder.mkdir()
        for number, payload in enumerate(payloads):
            name = f"{number} {payload}".replace("/", "∕").replace("\x1b", "").replace("\x07", "")
            (folder / f"{name[:80]}.txt").write_text(
                f"Harbour {payload}\n\n3 May 2019\n\nMayor Kvist{number} said the harbour is"
                f" {payload} and stays closed.\n",
                encoding="utf-8",
            )
        sync([folder], settings=Settings(index=tmp_path / "index", cache=cache))
        watching = browser.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": WATCH}
        )
        shown = 0
        with serving(tmp_path / "index", tmp_path, serve_per_minute=10_000) as served:
            url = served.url
            for number, payload in enumerate(payloads):
                if number % 10 == 0:
                    browser.get(url)
                turn = ask(browser, f"What did Kvist{number} say about the harbour? {payload}")
                question = turn.find_element("css selector", "h2").get_property("textContent")
                assert question.endswith(without_unseen(payload).strip()[-10:])
                links = turn.find_elements("css selector", ".sources a, .quotes a")
                shown += without_unseen(payload) in turn.get_property("textContent").replace(
                    question, ""
                )
                browser.execute_script("arguments[0].click()", links[0])
                wait(browser, lambda: every(browser, "#article .text"))
                assert every(browser, f"body :is({STRANGE})") == []
                assert len(every(browser, "script")) == 1
                assert browser.execute_script("return window.hits") == 0
                address = one(browser, "#article-link").get_attribute("href")
                assert address.startswith(f"{url}/source/")
                one(browser, "#article-close").click()
                if number % 10 == 9:
                    browser.get(address)
                    assert every(browser, f"{STRANGE}, [onload]") == []
                    assert browser.execute_script("return window.hits") == 0
            browser.get(f"{url}/#said=Kvist3")
            wait(browser, lambda: every(browser, "#timeline > *"))
            assert browser.execute_script("return window.hits") == 0
            assert {urlsplit(one).netloc for one in requests(browser)} <= {urlsplit(url).netloc, ""}
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", watching)
        assert shown > 20
        assert called == []


@needs_browser
def test_the_policy_stops_a_script_that_got_in(browser: Any, server: str) -> None:
    """If markup came in after all, no script and no address of it would count."""
    with counting() as (port, called):
        browser.get(server)

        browser.execute_script(
            "const one = document.createElement('div');"
            f'one.innerHTML = \'<img src="http://127.0.0.1:{port}/x" onerror="window.hit = 1">\';'
            "document.body.append(one);"
            "const two = document.createElement('script'); two.textContent = 'window.hit = 1';"
            "document.body.append(two)"
        )

        refused = " ".join(entry["message"] for entry in browser.get_log("browser"))
        assert "violates the following Content Security Policy" in refused
        assert browser.execute_script("return window.hit") is None
        assert called == []


@pytest.fixture
def slow(seeds_index: Path, tmp_path: Path) -> Iterator[tuple[Served, threading.Event]]:
    """A server whose language model is silent until it is told, and what tells it."""
    go = threading.Event()

    def reply(asked: str) -> str:
        go.wait(SECONDS)
        return ""

    with (
        endpoint(reply) as (llm, _),
        serving(seeds_index, tmp_path, llm=llm, serve_queue=0) as served,
    ):
        yield served, go
        go.set()


@needs_browser
def test_evidence_comes_first_and_an_answer_can_be_stopped(
    browser: Any, slow: tuple[Served, threading.Event]
) -> None:
    """Evidence shows while the model is silent; Stop ends it, and the server takes the next one."""
    served, go = slow
    browser.get(served.url)
    put(browser, CRIMEA)
    wait(browser, lambda: every(browser, ".evidence li"))
    assert len(every(browser, ".evidence li blockquote")) > 1
    assert every(browser, ".claim") == []

    one(browser, "#stop").click()

    wait(browser, lambda: "Stopped." in text(browser, ".turn"))
    assert len(every(browser, ".evidence li blockquote")) > 1
    go.set()

    def again() -> Any:
        """Ask again for as long as the server has not noticed that nobody waits any more."""
        for button in every(browser, ".end .notice button"):
            button.click()
        return every(browser, ".sources")

    wait(browser, again)
    assert len(every(browser, ".turn")) == 1


@needs_browser
@pytest.mark.parametrize("end", ["answer", "stop"])
def test_a_question_that_is_typed_meanwhile_is_asked_next(
    browser: Any, slow: tuple[Served, threading.Event], end: str
) -> None:
    """Enter keeps it in the box and says so; it is asked once the answer ends or is stopped."""
    served, go = slow
    browser.get(served.url)
    put(browser, CRIMEA)
    wait(browser, lambda: every(browser, ".evidence li"))

    put(browser, "And Sanders?")

    assert one(browser, "#question").get_property("value") == "And Sanders?"
    assert text(browser, "#next") == "Your question will be asked after this answer."
    assert len(every(browser, ".turn")) == 1
    if end == "stop":
        one(browser, "#stop").click()
    go.set()
    wait(browser, lambda: len(every(browser, ".turn")) == 2)
    assert text(browser, ".turn:last-child h2") == "And Sanders?"
    assert one(browser, "#question").get_property("value") == ""
    assert text(browser, "#next") == ""


@needs_browser
def test_who_goes_on_typing_is_not_done(browser: Any, slow: tuple[Served, threading.Event]) -> None:
    """What is changed after Enter stays in the box, however the answer ends."""
    served, go = slow
    browser.get(served.url)
    put(browser, CRIMEA)
    wait(browser, lambda: every(browser, ".evidence li"))
    put(browser, "And")
    one(browser, "#question").send_keys(" Sand")

    assert text(browser, "#next") == ""
    go.set()
    wait(browser, lambda: one(browser, "#send").is_displayed())
    assert len(every(browser, ".turn")) == 1
    assert one(browser, "#question").get_property("value") == "And Sand"


@needs_browser
@pytest.mark.parametrize("width", [1280, 900])
def test_beside_an_article_the_page_has_no_bar_of_its_own(
    browser: Any, server: str, width: int
) -> None:
    """At the edge of the window is one bar, that of the article."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**DESK, "width": width})
    browser.get(server)
    ask(browser, CRIMEA)
    ask(browser, CRIMEA)
    one(browser, ".turn:last-child .cite").click()
    wait(browser, lambda: every(browser, "#article mark"))

    widths = "const { clientWidth, scrollHeight } = document.documentElement;"
    bar, longer = browser.execute_script(
        widths + "return [innerWidth - clientWidth, scrollHeight > innerHeight]"
    )
    assert (bar, longer) == (0, True)
    edge = "return innerWidth - document.getElementById('article').getBoundingClientRect().right"
    assert browser.execute_script(edge) == 0


@needs_browser
def test_a_server_that_goes_away(browser: Any, slow: tuple[Served, threading.Event]) -> None:
    """Gone in the middle, the page says so, keeps what it has, and later that nobody is there."""
    served, _ = slow
    browser.get(served.url)
    put(browser, CRIMEA)
    wait(browser, lambda: every(browser, ".evidence li"))

    served.process.kill()

    wait(browser, lambda: "connection was lost during the answer" in text(browser, ".turn .notice"))
    assert len(every(browser, ".evidence li blockquote")) > 1
    one(browser, ".end button").click()
    wait(browser, lambda: "cannot be reached" in text(browser, ".turn .notice"))


@needs_browser
def test_a_busy_server(browser: Any, slow: tuple[Served, threading.Event]) -> None:
    """While another question is answered the page is told to come back, in how many seconds."""
    served, go = slow
    browser.get(served.url)
    body = json.dumps({"question": CRIMEA, "stream": True}).encode()
    headers = {"content-type": "application/json"}
    other = urllib.request.Request(f"{served.url}/api/ask", data=body, headers=headers)
    with urllib.request.urlopen(other) as reply:
        reply.readline()
        put(browser, CRIMEA)
        wait(browser, lambda: every(browser, ".turn .notice"))
    go.set()

    assert re.search(
        r"The server is busy with other questions\. Try again in \d+ seconds",
        text(browser, ".turn .notice"),
    )


@needs_browser
def test_too_much_in_a_minute(browser: Any, seeds_index: Path, tmp_path: Path) -> None:
    """Over the rate, the page says how long to wait."""
    with serving(seeds_index, tmp_path, serve_per_minute=3) as served:
        browser.get(served.url)
        wait(browser, lambda: every(browser, "#people li"))
        ask(browser, CRIMEA)

        turn = ask(browser, CRIMEA)

        assert "Too many requests in one minute. Try again in" in turn.text


@needs_browser
def test_a_key_is_asked_for(browser: Any, seeds_index: Path, tmp_path: Path) -> None:
    """A server with keys lets the page in with one, for as long as the tab is open."""
    key = rag("serve", "--new-key", RAG_STATE=str(tmp_path)).stdout.strip()
    with serving(seeds_index, tmp_path) as served:
        browser.get(served.url)
        wait(browser, lambda: one(browser, "#key").is_displayed())
        assert focused(browser, "id") == "key-value"
        press(browser, "rag-wrong", ENTER)
        wait(browser, lambda: "not valid" in text(browser, "#key-title"))
        wait(browser, lambda: one(browser, "#key").is_displayed())
        press(browser, key, ENTER)
        wait(browser, lambda: every(browser, "#people li"))

        browser.refresh()
        wait(browser, lambda: every(browser, "#people li"))
        ask(browser, CRIMEA)
        one(browser, ".cite").click()
        wait(browser, lambda: every(browser, "#article mark"))
        assert key not in one(browser, "#article-link").get_attribute("href")
        browser.get(one(browser, "#article-link").get_attribute("href"))
        assert every(browser, "mark#cited")
        assert browser.execute_script("return Object.keys(localStorage).length") == 0
        browser.execute_script("sessionStorage.clear()")


@needs_browser
@pytest.mark.parametrize("way", ["script", "corner", "frame"])
def test_another_site_shows_it_in_a_frame(
    browser: Any, seeds_index: Path, tmp_path: Path, way: str
) -> None:
    """A site that the server knows embeds the page by one line; there it answers."""
    with (
        site(way) as (origin, page),
        serving(seeds_index, tmp_path, embed_origins=origin) as served,
    ):
        page.append(served.url)
        browser.get(origin)
        if way == "corner":
            one(browser, "button").click()
        browser.switch_to.frame(wait(browser, lambda: one(browser, "iframe")))
        wait(browser, lambda: every(browser, "#people li"))
        ask(browser, CRIMEA)
        assert len(every(browser, ".claim")) > 1
        assert "embed" in one(browser, "html").get_attribute("class")
        browser.switch_to.default_content()


@needs_browser
def test_an_unknown_site_shows_nothing(browser: Any, server: str) -> None:
    """A site that the server does not know gets an empty frame."""
    with site("frame") as (origin, page):
        page.append(server)
        browser.get(origin)
        browser.switch_to.frame(wait(browser, lambda: one(browser, "iframe")))
        assert every(browser, "#question") == []
        browser.switch_to.default_content()
        assert "frame-ancestors" in str(browser.get_log("browser"))


LINES = {
    "script": '<script src="{url}/widget.js" data-height="500"></script>',
    "corner": '<script src="{url}/widget.js" data-button="Ask us"></script>',
    "frame": '<iframe src="{url}/?embed=1" width="600" height="500" title="Ask"></iframe>',
}


@contextmanager
def site(way: str) -> Iterator[tuple[str, list[str]]]:
    """Another site: its origin, and a list to put the address of the server into."""
    addresses: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = LINES[way].replace("{url}", addresses[0])
            body = f"<!doctype html><title>A site</title><p>News</p>{page}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}", addresses
    finally:
        server.shutdown()
        server.server_close()


def status(url: str, **headers: str) -> int:
    """Of an answer to a question asked with these headers."""
    body = json.dumps({"question": CRIMEA}).encode()
    given = {"content-type": "application/json", **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, given)) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_page_works_behind_a_proxy(seeds_index: Path, tmp_path: Path) -> None:
    """With `public_url`, its origin and its host are the server's own, and no other is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    public = "https://news.example/rag"
    with serving(seeds_index, tmp_path, "--port", port, public_url=public) as served:
        url, ours = f"http://127.0.0.1:{port}/api/ask", "https://news.example"

        assert served.url.startswith(public)
        assert status(url, origin=ours) == 200  # the proxy names its upstream
        assert status(url, origin=ours, host="news.example") == 200
        assert status(url, origin="https://evil.example") == 403
        assert status(url, origin="http://news.example") == 403
        assert status(url, host="evil.example") == 421


@needs_browser
def test_unseen_characters_are_those_of_the_program(browser: Any, server: str) -> None:
    """The page takes the same characters out of a text as everything else does."""
    texts = [f"a{chr(code)}b ä{chr(code)}ö" for code in [*range(0xD800), *range(0xE000, 0x10000)]]
    texts += [f"a{chr(code)}b" for code in range(0xE0000, 0xE1002)]
    texts += ["a\ufe0f\ufe0fb", "\u200d", "ab\u200d", "ن\u200cن", "x\u202ey\u2066"]
    browser.get(server)

    cleaned = browser.execute_async_script(
        "const [texts, done] = arguments;"
        "import('/static/dom.js').then((dom) => done(texts.map(dom.withoutUnseen)))",
        texts,
    )

    assert cleaned == [without_unseen(one) for one in texts]


@needs_browser
def test_the_days_of_the_articles_are_told(browser: Any, server: str) -> None:
    """From the first to the last; one day once."""
    browser.get(server)
    several, once = browser.execute_async_script(
        "const done = arguments[0];"
        "import('/static/dom.js').then(({ days, make }) => done("
        "  [['2018-07-02', '2018-07-17'], ['2018-07-02', '2018-07-02']]"
        "    .map((ends) => make('p', {}, ...days(...ends)).textContent)))"
    )

    assert (several, once) == ("2 July 2018 to 17 July 2018", "2 July 2018")


FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|parseFromString|createContextualFragment"
    r"|document\.write|\beval\b|new Function|\bsrcdoc\b|https?://(?!127\.0\.0\.1:8321)"
)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_markup_of_text(path: Path) -> None:
    """Nothing is parsed as HTML or as a script, and no other server is named."""
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_the_page_has_nothing_in_line() -> None:
    """The policy allows neither scripts nor styles in the page itself."""
    pages = [STATIC / "index.html", STATIC.parent / "source.html.j2"]
    for page in pages:
        written = page.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", written)
        assert set(re.findall(r"""(?:src|href)=["']([^"'{#]+)""", written)) <= {
            *(f"{way}static/{name}" for way in ("", "../") for name in ("icon.svg", "page.css")),
            "static/app.js",
        }
