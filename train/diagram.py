"""A chart of the product as a picture of its own, with its own colours, light and dark."""

from __future__ import annotations

from rag.evaluate.report.svg import HEIGHT, WIDTH

# Those of rag/evaluate/report/report.css, which a picture outside of its page does not have.
LIGHT = {"paper": "#fcfbf8", "ink": "#1c1b19", "soft": "#5a5750", "grid": "#e6e2d9"}
DARK = {"paper": "#171614", "ink": "#ece8df", "soft": "#aea99d", "grid": "#322f2a"}
ACCENTS = ("#1d5878", "#8fc4e2")  # light, dark
TYPE = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif'


def standalone(chart: str) -> str:
    """A file that shows a chart wherever it is opened.

    Args:
        chart: An SVG element of `rag.evaluate.report.charts`, in the usual size.
    """
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{2 * HEIGHT}"'
        f" {chart.removeprefix('<svg ')}"
    )
    ground = f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
    # The first tag is the picture itself; what it says of itself is escaped and has no ">".
    return head.replace(">", f">{_style()}{ground}", 1) + "\n"


def _style() -> str:
    dark = _colours(DARK, ACCENTS[1])
    return (
        f"<style>text {{ font: 12px {TYPE}; }} .count {{ font-size: 11px; }}"
        " .end { text-anchor: end; } .mid { text-anchor: middle; }"
        " .curve { stroke-width: 2.5; fill: none; } .thin { stroke-width: 1.2; }"
        " .ideal { stroke-width: 2; stroke-dasharray: 2 4; fill: none; }"
        f" {_colours(LIGHT, ACCENTS[0])}"
        f" @media (prefers-color-scheme: dark) {{ {dark} }}</style>"
    )


def _colours(named: dict[str, str], accent: str) -> str:
    paper, ink, soft, grid = (named[name] for name in ("paper", "ink", "soft", "grid"))
    return (
        f".paper {{ fill: {paper}; }} text {{ fill: {soft}; }} .key {{ fill: {ink}; }}"
        f" .axis, .ideal {{ stroke: {soft}; }} .grid {{ stroke: {grid}; }}"
        f" .curve {{ stroke: {accent}; }} .dot {{ fill: {accent}; stroke: {paper}; }}"
    )
