"""train/diagram: a chart that needs no page."""

from __future__ import annotations

import re

from diagram import standalone
from lxml import etree

from rag.evaluate.report.charts import calibration_chart

SVG = "{http://www.w3.org/2000/svg}"


def test_a_chart_of_its_own_has_every_colour_that_it_uses() -> None:
    """Parsed strictly, it is the chart on a ground; each of its classes has a rule."""
    chart = calibration_chart([(0.1, 0.0), (0.2, 1.0), (0.9, 1.0)])

    picture = etree.fromstring(standalone(chart))

    [style] = picture.iter(f"{SVG}style")
    used = {kind for one in picture.iter() for kind in one.get("class", "").split()}
    styled = set(re.findall(r"\.([a-z]+)", style.text))
    assert used - {"chart", "tick", "name"} <= styled  # these two are plain text
    assert "var(" not in style.text
    assert "prefers-color-scheme: dark" in style.text
    assert picture.get("aria-label").startswith("Share of answerable questions")
    assert picture.find(f"{SVG}rect").get("class") == "paper"


def test_words_of_the_chart_cannot_be_markup() -> None:
    """Its label may hold any character."""
    chart = '<svg class="chart" viewBox="0 0 420 260" role="img" aria-label="a &gt; b"><g/></svg>'

    assert etree.fromstring(standalone(chart)).get("aria-label") == "a > b"
