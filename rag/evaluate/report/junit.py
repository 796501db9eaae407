"""A report of an evaluation as JUnit XML, which servers of continuous integration read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from rag.evaluate.report.figures import rows
from rag.evaluate.report.words import why
from rag.evaluate.results import GateResult, Outcome, QuestionResult, Report
from rag.render.safe import safe_line

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def report_junit(report: Report) -> str:
    """The report as test results: each question is a test, and so is each condition of the gate.

    Args:
        report: What came of it.
    """
    root = ElementTree.Element("testsuites", name="rag")
    _suite(root, report.name, [_case(result, report.name) for result in report.questions])
    _properties(root[0], report)
    if report.gate:
        _suite(root, "gate", [_gate(entry) for entry in report.gate])
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suite(root: ElementTree.Element, name: str, cases: Sequence[ElementTree.Element]) -> None:
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    seconds = sum(float(case.get("time", 0)) for case in cases)
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=_line(name),
        tests=str(len(cases)),
        failures=str(failures),
        errors=str(errors),
        skipped="0",
        time=f"{seconds:.3f}",
    )
    suite.extend(cases)


def _properties(suite: ElementTree.Element, report: Report) -> None:
    """The figures, as numbers."""
    properties = ElementTree.Element("properties")
    for row in rows(report):
        ElementTree.SubElement(
            properties, "property", name=row.metric.key, value=f"{row.interval.value:.6g}"
        )
    if len(properties):
        suite.insert(0, properties)


def _case(result: QuestionResult, suite: str) -> ElementTree.Element:
    name = _line(f"{result.id}: {result.question}")
    case = ElementTree.Element("testcase", classname=_line(suite), name=name)
    if "latency_p50" in result.pairs:
        case.set("time", f"{result.pairs['latency_p50'][0] / 1000:.3f}")
    if result.outcome is not Outcome.RIGHT:
        kind = "error" if result.outcome is Outcome.FAILED else "failure"
        ElementTree.SubElement(case, kind, message=_line(why(result)), type=result.outcome.value)
    return case


def _gate(entry: GateResult) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="gate", name=_line(entry.condition))
    if entry.why is not None:
        message = ": ".join(filter(None, [entry.why, ", ".join(entry.questions)]))
        ElementTree.SubElement(case, "failure", message=_line(message), type="gate")
    return case


def _line(text: str) -> str:
    return _FORBIDDEN.sub("", safe_line(text))
