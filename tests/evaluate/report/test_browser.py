"""The page of a report in a real browser: what is seen, and that nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import needs_browser, open_browser

from rag.evaluate.compare import Comparison
from rag.evaluate.report.html import report_html
from rag.evaluate.results import Report

pytestmark = needs_browser
PHONE = {"width": 380, "height": 800, "deviceScaleFactor": 1, "mobile": False}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """A browser that knows nothing from before, as wide as a phone."""
    with open_browser(tmp_path / "profile", PHONE) as driver:
        yield driver


@pytest.fixture
def address(
    report: Report, answers: dict[str, Any], articles: dict[str, str], baseline: Report,
    comparison: Comparison, tmp_path: Path,
) -> str:  # fmt: skip
    """The page, in a file."""
    file = tmp_path / "report.html"
    page = report_html(
        report, answers=answers, articles=articles, baseline=baseline, comparison=comparison
    )
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


def rows(browser: Any) -> list[str]:
    """The outcomes of the questions in the list."""
    return [one.text for one in browser.find_elements("css selector", "#list .tag")]


def choose(browser: Any, selector: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)


def test_the_page_in_a_browser(browser: Any, address: str, quote: str, hostile: str) -> None:
    """Questions are found and opened; hostile text is text; nothing is loaded; a phone will do."""
    browser.get(address)
    assert rows(browser) == ["✓ right", "✗ wrong", "✗ wrong", "! failed"]

    choose(browser, "input[value=wrong]")
    assert rows(browser) == ["✗ wrong", "✗ wrong"]
    choose(browser, "input[name=outcome][value='']")
    choose(browser, "input[name=changed]")
    assert rows(browser) == ["✓ right"]
    choose(browser, "input[name=changed]")
    browser.find_element("css selector", "input[name=text]").send_keys("WHAT OF q3")
    assert rows(browser) == ["✗ wrong"]
    browser.find_element("css selector", "input[name=text]").clear()

    browser.get(f"{address}#q=q1")  # to another place of the page that is open
    [mark] = browser.find_elements("css selector", ".detail mark")
    claims = [one.text for one in browser.find_elements("css selector", ".claim bdi")]
    assert mark.get_property("textContent") == quote
    assert claims[0] == quote
    assert claims[1].startswith("</script><script>window.hit = 1</script><img src=x")
    assert browser.find_elements("css selector", ".not-there, img") == []

    choose(browser, ".open[aria-expanded=true]")
    assert browser.find_elements("css selector", ".detail") == []
    for number in range(4):  # with the keyboard
        browser.find_elements("css selector", ".open")[number].send_keys("\ue007")  # Enter
    assert len(browser.find_elements("css selector", ".detail")) == 4
    assert len(browser.find_elements("css selector", ".nearest mark")) == 1

    assert browser.execute_script("return window.hit") is None
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert (
        browser.execute_script(
            "return document.documentElement.scrollWidth <= window.innerWidth && innerWidth"
        )
        == PHONE["width"]
    )
    assert browser.get_log("browser") == []


def test_a_script_that_got_in_would_not_run(browser: Any, address: str) -> None:
    """The policy of the page allows its own by hash, and no other."""
    browser.get(address)

    browser.execute_script(
        "const one = document.createElement('script'); one.textContent = 'window.hit = 1';"
        "document.body.append(one)"
    )

    assert browser.execute_script("return window.hit") is None
    assert "Content Security Policy" in str(browser.get_log("browser"))
