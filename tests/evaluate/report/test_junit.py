"""rag.evaluate.report.junit: XML that a server of continuous integration can read."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from rag.evaluate.report.junit import report_junit
from rag.evaluate.results import GateResult, Report


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())


def test_every_question_is_a_test(report: Report) -> None:
    """Wrong ones fail, failed ones are errors, and the sums say so."""
    [suite] = parsed(report_junit(report))

    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "2", "errors": "1", "skipped": "0"}
    cases = suite.findall("testcase")
    assert [case.get("time") for case in cases] == ["0.082", "0.082", "1.200", None]
    assert [[child.tag for child in case] for case in cases] == [
        [], ["failure"], ["failure"], ["error"],
    ]  # fmt: skip
    assert cases[2][0].get("message") == "answered, although the articles do not have the answer"
    assert "not cited: “bridge”" in str(cases[1][0].get("message"))


def test_a_refusal_names_what_the_articles_have(report: Report) -> None:
    """Not only that it refused."""
    refused = replace(report.questions[1], pairs={"answered": (0.0, 1.0)})

    [suite] = parsed(report_junit(replace(report, questions=(refused,))))

    failure = suite.find("testcase/failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("refused, although the articles have “")


def test_the_figures_are_properties(report: Report) -> None:
    """As plain numbers."""
    [suite] = parsed(report_junit(report))

    figures = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert figures["cited_fact_recall"] == "0.5"
    assert figures["latency_p50"] == "1240.4"


def test_gates_are_a_suite_of_their_own(report: Report) -> None:
    """What was reached passes, what was not fails with the reason and the questions that did it."""
    gate = (
        GateResult(condition="cited_fact_recall<0.4", why=None),
        GateResult(condition="failed>0", why="failed 0.2500", questions=("q4", "q2")),
    )

    _, suite = parsed(report_junit(replace(report, gate=gate)))

    assert suite.get("name") == "gate"
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = suite.find("testcase[@name='failed>0']/failure")
    assert failure is not None
    assert failure.get("message") == "failed 0.2500: q4, q2"


def test_what_xml_forbids_is_removed(report: Report, hostile: str) -> None:
    """Control characters, halves of surrogate pairs and noncharacters; markup is only text."""
    [suite] = parsed(report_junit(report))

    name = str(suite.findall("testcase")[1].get("name"))
    assert "</script><script>window.hit = 1</script>" in name
    assert not set("\x00\x1b\ud800\ufffe\u202e") & set(name)


def test_a_retrieval_set_is_a_suite_too(retrieval: Report) -> None:
    """Without times, where none were taken."""
    [suite] = parsed(report_junit(retrieval))

    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("2", "1", "0.000")
