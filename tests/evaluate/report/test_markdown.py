"""rag.evaluate.report.markdown: a short page in which text from outside stays text."""

from __future__ import annotations

from dataclasses import replace

from rag.evaluate.compare import Comparison
from rag.evaluate.report.markdown import report_markdown
from rag.evaluate.results import Report


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def test_headline_figures_stand_beside_those_of_the_other_run(
    report: Report, baseline: Report, comparison: Comparison
) -> None:
    """Value, interval, questions, before, and the change in figures and a word."""
    page = report_markdown(report, baseline=baseline, comparison=comparison)

    assert "| Cited fact recall | 0.500 | 0.250–0.750 | 4 | 0.469 | +0.031 better |" in page
    assert "| Latency, median | 1,240 ms | 900–1,500 ms | 4 | 1,800 ms | −560 ms |" in page
    assert "| Abstention F1 | 0.400 | 0.100–0.800 | 4 | – | – |" in page
    assert "Compared with last week: 4 questions · started 2026-11-17 09:00 UTC." in page
    assert "| time | 0.500 | – | – | – |" not in page  # columns that no kind has are left out


def test_alone_it_has_no_columns_to_compare(report: Report) -> None:
    """Nothing is said of another run."""
    page = report_markdown(report)

    assert "| Cited fact recall | 0.500 | 0.250–0.750 | 4 |" in page.splitlines()
    assert "Before" not in page
    assert "Compared" not in page


def test_text_from_outside_cannot_leave_its_cell(report: Report) -> None:
    """No tag, no bar, no code, no line break, no escape sequence; as many cells as columns."""
    page = report_markdown(report)

    [row] = lines(page, "| ✗ wrong | q2 |")
    assert r"\| \`code\` &amp;" in row
    assert row.replace(r"\|", "").count("|") == 5
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_questions_that_are_not_right_say_why(report: Report) -> None:
    """What is missing, what is not cited, and what was answered without need."""
    page = report_markdown(report)

    assert (
        "| ✗ wrong | q3 | What of q3? | answered, although the articles do not have the answer |"
        in page
    )
    [row] = lines(page, "| ✗ wrong | q2 |")
    assert row.endswith("not cited: “bridge” |") or row.endswith("… |")
    assert lines(page, "| ! failed | q4 | What of q4? | out of time ")
    assert lines(page, "| ✓ right") == []


def test_at_most_fifty_are_named(report: Report) -> None:
    """The rest is counted."""
    wrong = report.questions[2]
    many = replace(report, questions=tuple(replace(wrong, id=f"w{i}") for i in range(53)))

    page = report_markdown(many)

    assert len(lines(page, "| ✗ wrong | w")) == 50
    assert "And 3 more." in page


def test_how_to_run_it_again_is_told(report: Report) -> None:
    """Every setting with the names above it."""
    page = report_markdown(report)

    assert "- settings › quote_only: yes" in page
    assert "- settings › model: none" in page
    assert "- settings › ranks: 1, 3" in page
    assert "- rag › version: 0.2.0" in page


def test_a_retrieval_set_has_no_empty_sections(retrieval: Report) -> None:
    """It has one table of figures and the questions that found nothing."""
    page = report_markdown(retrieval)

    assert lines(page, "#") == ["# scifact", "## Headline figures", "## Not right"]
    assert "the relevant text was not found, or ranked too low" in page
