"""rag.evaluate.report.html: one page that needs nothing else and lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from rag.evaluate.compare import Comparison
from rag.evaluate.report import data as report_data
from rag.evaluate.report.html import report_html
from rag.evaluate.results import Report

Answers = dict[str, dict[str, Any]]
Articles = dict[str, str]


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def data_of(text: str) -> dict[str, Any]:
    """The block that the script reads, as a browser hands it over: unparsed."""
    [block] = parsed(text).xpath("//script[@type='application/json']")
    return json.loads(block.text)  # type: ignore[no-any-return]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def page(
    report: Report, answers: Answers, articles: Articles, baseline: Report, comparison: Comparison
) -> str:
    return report_html(
        report, answers=answers, articles=articles, baseline=baseline, comparison=comparison
    )


def test_only_its_own_style_and_script_are_allowed(page: str) -> None:
    """By their hashes; everything else is forbidden, and the page has nothing inline besides."""
    document = parsed(page)

    [policy] = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [style] = document.xpath("//style")
    [script] = document.xpath("//script[not(@type)]")
    sums = [
        base64.b64encode(hashlib.sha256(block.text.encode()).digest()).decode()
        for block in (style, script)
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{sums[0]}'; script-src 'sha256-{sums[1]}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert document.xpath("//@style | //@*[starts-with(name(), 'on')] | //@src | //link") == []
    assert [link for link in document.xpath("//@href") if not link.startswith("#")] == []


def test_the_script_never_makes_markup_of_text(page: str) -> None:
    """None of the ways to do that is used."""
    [script] = parsed(page).xpath("//script[not(@type)]")

    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|Function\("
    assert re.findall(ways, script.text) == []


def test_text_from_outside_is_never_markup(page: str) -> None:
    """Nor a template, nor the end of the block of data; and any encoding can write the page."""
    document = parsed(page)

    assert document.xpath("//img") == []
    assert len(document.xpath("//script")) == 2
    assert "</script><script>window.hit = 1</script>" in words(document.xpath("//h1")[0])
    assert "{{ 7 * 7 }}" in words(document.xpath("//h1")[0])
    [block] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert not set("<>&\u2028\u2029\u202e\x1b") & set(block)
    assert page.encode("utf-8")


def test_the_data_is_what_was_given(page: str, hostile: str, quote: str) -> None:
    """Escaped on the way, and the same after it."""
    data = data_of(page)

    first, second, third, fourth = data["questions"]
    assert second["question"] == hostile
    assert first["answer"]["claims"][1]["text"] == hostile
    assert first["answer"]["claims"][0]["citations"][0]["quote"] == quote
    assert first["answer"]["claims"][0]["citations"][0]["title"] == hostile
    assert [fact["found"] for fact in second["facts"]] == ["missing", "bare"]
    assert second["answer"]["nearest"][0]["quote"] == quote
    assert third["why"] == "answered, although the articles do not have the answer"
    assert fourth["failure"].startswith("out of time")
    assert [question.get("was") for question in data["questions"]] == ["wrong", None, None, None]


def test_offsets_point_at_the_quote(page: str, quote: str) -> None:
    """Counted in code points, into the article as it was given."""
    data = data_of(page)

    cited = data["questions"][0]["answer"]["claims"][0]["citations"][0]
    [[start, text]] = data["articles"][cited["article"]]["parts"]
    assert start == 0
    assert text[cited["start"] : cited["end"]] == quote


def test_an_article_comes_once_however_often_it_is_cited(page: str) -> None:
    """And not at all when nothing cites it."""
    assert len(data_of(page)["articles"]) == 1


def test_an_article_that_nothing_cites_stays_out(report: Report, articles: Articles) -> None:
    """As it would only make the page longer."""
    page = report_html(report, answers={}, articles=articles)

    assert data_of(page)["articles"] == []


def test_of_very_long_articles_only_what_is_cited_comes(
    report: Report, answers: Answers, quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a thousand characters on each side, and the offsets of the whole."""
    monkeypatch.setattr(report_data, "WHOLE", 10_000)
    text = "🙂" * 6000 + quote + "x" * 6000
    for answer in answers.values():
        for place in [c for claim in answer.get("claims", []) for c in claim["citations"]] + list(
            answer.get("nearest", [])
        ):
            place |= {"start": 6000, "end": 6000 + len(quote)}

    data = data_of(report_html(report, answers=answers, articles={"a.txt": text}))

    [article] = data["articles"]
    [[start, kept]] = article["parts"]
    assert (article["length"], start, len(kept)) == (12_000 + len(quote), 5000, 2000 + len(quote))
    assert kept[1000 : 1000 + len(quote)] == quote


def test_windows_that_touch_become_one() -> None:
    """So that no character comes twice; places that are none are left out."""
    spans = [(5000, 5010), (100, 110), (1500, 1510), (9990, 10_001), (7, 7)]

    assert report_data._windows(spans, 10_000) == [(0, 2510), (4000, 6010)]


def test_headline_figures_stand_beside_those_before(page: str) -> None:
    """With the interval, the change, its direction as a sign and its meaning as a word."""
    figures = [words(one) for one in parsed(page).xpath("//*[@class='figure']")]

    assert figures == [
        "Cited fact recall 0.500 95 % 0.250–0.750 before 0.469 ▲ +0.031 better",
        "Quote fidelity 1.000 95 % 1.000–1.000 before 1.000 = unchanged",
        "Words per answer 38.9 95 % 30.0–41.0 before 30.0 ▲ +8.9",
        "Latency, median 1,240 ms 95 % 900–1,500 ms before 1,800 ms ▼ −560 ms",
    ]


def test_every_figure_is_listed_with_its_definition(page: str) -> None:
    """Under the name of its group."""
    rows = [words(row) for row in parsed(page).xpath("//table[@class='figures']//tr")]

    assert "Abstention" in rows
    assert (
        "Abstention F1harmonic mean of abstention precision and recall 0.400 0.100–0.800 4 – –"
        in rows
    )


def test_every_chart_says_what_it_shows(page: str) -> None:
    """In a label, for readers who do not see it."""
    charts = parsed(page).xpath("//figure//svg[@role='img']/@aria-label")

    assert [label.split(":")[0].split(" of ")[0] for label in charts] == [
        "Time to the whole answer",
        "Risk-coverage curve",
        "Share",
        "Cited fact recall by kind",
    ]


def test_what_was_run_is_told(page: str) -> None:
    """In one line at the top, and in full at the end."""
    document = parsed(page)

    ran = [words(line) for line in document.xpath("//p[@class='ran']")]
    assert ran == [
        "4 questions · rag 0.2.0 · commit 1873f50c2b9a · started 2026-11-24 14:20 UTC",
        "Compared with last week, started 2026-11-17 09:00 UTC",
    ]
    about = [words(line) for line in document.xpath("//details//dl/div")]
    assert about[-4:] == [
        "settings › quote_onlyyes",
        "settings › modelnone",
        "settings › ranks1, 3",
        "started2026-11-24T14:20:05Z",
    ]


def test_alone_a_report_is_compared_with_nothing(report: Report) -> None:
    """No empty columns and no filter for what changed."""
    document = parsed(report_html(report, answers={}, articles={}))

    assert "Before" not in words(document.xpath("//main")[0])
    assert document.xpath("//input[@name='changed']") == []


def test_a_retrieval_set_has_no_empty_sections(retrieval: Report) -> None:
    """No charts, no kinds to choose from, no times, nothing to run again by."""
    document = parsed(report_html(retrieval, answers={}, articles={}))

    assert [words(title) for title in document.xpath("//h2")] == [
        "Headline figures", "Questions", "Every figure",
    ]  # fmt: skip
    assert document.xpath("//figure | //select | //details") == []
    assert [words(one) for one in document.xpath("//table[@id='list']//th")] == [
        "Outcome", "Question", "Kind", "Answerable",
    ]  # fmt: skip


def test_the_opinion_of_a_judge_stands_apart(report: Report) -> None:
    """Nobody takes it for a measurement."""
    judged = replace(report, judge={"model": "smollm2", "agrees": 0.75})

    document = parsed(report_html(judged, answers={}, articles={}))

    titles = [words(title) for title in document.xpath("//details//h2")]
    assert titles[0] == "What a judge model thinks"


def test_answers_of_other_programs_need_no_more_than_claims(report: Report) -> None:
    """Without sources, kinds, numbers or times, and with places that are none."""
    place = {"path": "gone.txt", "start": 5, "end": 2, "quote": "x"}
    bare = {"id": "q1", "schema": "rag.answer/1", "claims": [{"text": "So.", "citations": [place]}]}

    data = data_of(report_html(report, answers={"q1": bare}, articles={"b.txt": "text"}))

    assert data["questions"][0]["answer"]["claims"][0]["citations"] == [
        {"path": "gone.txt", "article": -1, "start": 5, "end": 2, "quote": "x"}
    ]
