"""Pictures that say in words what they show, and put data where it belongs."""

from __future__ import annotations

import pytest
from lxml import etree

from rag.evaluate.report import charts
from rag.evaluate.statistics import Interval

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> etree._Element:
    """The picture, parsed strictly; the page gives its namespace."""
    return etree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def of_class(picture: etree._Element, tag: str, kind: str) -> list[etree._Element]:
    return [one for one in picture.iter(f"{SVG}{tag}") if kind in one.get("class", "").split()]


def test_without_data_there_is_no_picture() -> None:
    """Nor where a chart could say nothing: one question, or answerable ones alone."""
    assert charts.latency_chart([]) == ""
    assert charts.risk_coverage_chart([]) == charts.risk_coverage_chart([(0.5, 0.0)]) == ""
    assert charts.calibration_chart([]) == charts.calibration_chart([(0.5, 1.0)]) == ""
    assert charts.kinds_chart({}) == charts.share_strip({"right": 0}) == ""


def test_latency_columns_count_every_question_once() -> None:
    """The slowest too, which is counted in the last column instead of stretching the picture."""
    values = [float(100 + i) for i in range(0, 400, 4)] + [90_000.0]

    picture = drawn(charts.latency_chart(values))

    counts = [int(bar[0].text.split(": ")[1]) for bar in of_class(picture, "rect", "bar")]
    assert sum(counts) == 101
    assert of_class(picture, "rect", "bar")[-1][0].text.endswith("or longer: 1")
    assert "median 300 ms, 95th percentile 480 ms, longest 90 s" in picture.get("aria-label")


@pytest.mark.parametrize("values", [[0.0], [5.0] * 3, [0.01, 0.02], [1e6, 2e6]])
def test_latency_of_any_size_can_be_drawn(values: list[float]) -> None:
    """Instant answers, equal ones and very slow ones."""
    picture = drawn(charts.latency_chart(values))

    assert of_class(picture, "rect", "bar")
    assert "nan" not in charts.latency_chart(values)


def test_the_risk_curve_ends_at_the_mean_loss() -> None:
    """And so does that of the best order, which is nowhere above it."""
    pairs = [(0.9, 1.0), (0.8, 0.0), (0.7, 0.0), (0.6, 1.0)]

    picture = drawn(charts.risk_coverage_chart(pairs))

    [curve] = of_class(picture, "polyline", "curve")
    [ideal] = of_class(picture, "polyline", "ideal")
    ours, best = (
        [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for line in (curve, ideal)
    )
    assert ours[-1] == best[-1] == (408.0, 124.0)  # all answered, half of it wrong
    assert [y for _, y in ours] == [34.0, 124.0, 154.0, 124.0]  # risks 1, 1/2, 1/3, 1/2
    assert [y for _, y in best] == [214.0, 214.0, 154.0, 124.0]
    assert "risk 0.50 when the half with the highest scores" in picture.get("aria-label")


def test_a_long_curve_is_thinned() -> None:
    """Three thousand questions make no more points than can be seen."""
    pairs = [(i / 3000, i % 2) for i in range(3000)]

    picture = drawn(charts.risk_coverage_chart(pairs))

    [curve] = of_class(picture, "polyline", "curve")
    assert len(curve.get("points").split()) == 250


def test_each_bin_of_scores_says_how_many_it_has() -> None:
    """Scores of 1 belong to the last; an empty bin has a zero and no dot."""
    picture = drawn(charts.calibration_chart([(0.05, 0.0), (0.95, 1.0), (1.0, 0.0)]))

    counts = [one.text for one in of_class(picture, "text", "count")]
    tips = [dot[0].text for dot in of_class(picture, "circle", "dot")]
    assert counts == ["1", "0", "0", "0", "0", "0", "0", "0", "0", "2", "count"]
    assert tips == ["score 0.05: 0.00 of 1 answerable", "score 0.97: 0.50 of 2 answerable"]


def test_weights_move_the_shares_and_not_the_counts() -> None:
    """A question that stands for three makes three quarters of its bin."""
    picture = drawn(charts.calibration_chart([(0.5, 0.0), (0.58, 1.0)], [1.0, 3.0]))

    [dot] = of_class(picture, "circle", "dot")
    assert dot[0].text == "score 0.56: 0.75 of 2 answerable"
    assert charts.calibration_chart([(0.1, 0.0), (0.9, 1.0)], [2.0, 2.0]) == (
        charts.calibration_chart([(0.1, 0.0), (0.9, 1.0)])
    )


def test_kinds_are_drawn_with_their_intervals() -> None:
    """A kind with a name that would be markup is only a name."""
    kinds = {"<b>&": Interval(value=0.5, low=0.0, high=1.0, n=12)}

    picture = drawn(charts.kinds_chart(kinds))

    [spread] = of_class(picture, "line", "spread")
    [dot] = of_class(picture, "circle", "dot")
    assert float(dot.get("cx")) == (float(spread.get("x1")) + float(spread.get("x2"))) / 2
    assert [one.text for one in of_class(picture, "text", "label")] == ["<b>&"]
    assert picture.get("aria-label") == (
        "Cited fact recall by kind of question: <b>& 0.50, interval 0.00 to 1.00, 12."
    )


def test_the_line_under_a_share_has_a_tick_where_it_was() -> None:
    """And none when there is nothing to compare with."""
    share = Interval(value=0.5, low=0.4, high=0.6, n=9)

    assert of_class(drawn(charts.interval_bar(share)), "line", "mark") == []
    [tick] = of_class(drawn(charts.interval_bar(share, 0.0)), "line", "mark")
    assert tick.get("x1") == "6"


def test_a_strip_is_parted_like_the_questions() -> None:
    """Parts without a question take no room."""
    picture = drawn(charts.share_strip({"right": 3, "wrong": 1, "failed": 0}))

    assert [(one.get("class"), one.get("x")) for one in picture] == [
        ("right", "0"), ("wrong", "315"),
    ]  # fmt: skip
    assert picture.get("aria-label") == "Of 4 questions: 3 right, 1 wrong, 0 failed."
