"""Lines, dots and words of an SVG picture, and the axes that data is put on.

Colours and type come from the style sheet of the page, by class. All words are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 34, 46


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """From data to places in the picture."""

    right: float  # the largest x and y; the smallest are 0
    top: float
    bottom: int = BOTTOM

    def x(self, value: float) -> float:
        """Where a value is, from the left."""
        return LEFT + value / self.right * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Where a value is, from above."""
        return HEIGHT - self.bottom - value / self.top * (HEIGHT - TOP - self.bottom)

    def axes(self, x_ticks: Mapping[float, str], y_ticks: Mapping[float, str], names: str) -> str:
        """Lines across at the y ticks, labels at both, the x axis' name below."""
        base = HEIGHT - self.bottom
        lines = "".join(
            line(LEFT, self.y(y), WIDTH - RIGHT, self.y(y), "axis" if y == 0 else "grid")
            + text(LEFT - 8, self.y(y) + 4, label, "tick end")
            for y, label in y_ticks.items()
        )
        below = "".join(
            text(self.x(x), base + 17, label, "tick mid") for x, label in x_ticks.items()
        )
        return f"{lines}{below}{text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, names, 'name mid')}"

    def path(self, points: Iterable[tuple[float, float]], kind: str) -> str:
        """A line through some data."""
        places = " ".join(f"{_n(self.x(x))},{_n(self.y(y))}" for x, y in points)
        return f'<polyline class="{kind}" points="{places}"/>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line; `kind` is its class."""
    return f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def text(x: float, y: float, words: str, kind: str) -> str:
    """Words on a base line."""
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}">{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, tip: str = "") -> str:
    """A rectangle; the tip is shown under the pointer."""
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}"'
        f' height="{_n(height)}">{title}</rect>'
    )


def dot(x: float, y: float, radius: float, kind: str, tip: str = "") -> str:
    """A dot; the tip is shown under the pointer."""
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}">{title}</circle>'


def picture(
    label: str, body: str, *, height: float = HEIGHT, kind: str = "chart", stretched: bool = False
) -> str:
    """The whole, with what it shows in words.

    Args:
        label: For readers who do not see it.
        body: What is drawn.
        height: Of the picture, whose width is always the same.
        kind: Its class.
        stretched: Whether it fills any box, whatever that does to its proportions.
    """
    fill = ' preserveAspectRatio="none"' if stretched else ""
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {_n(height)}"{fill} role="img"'
        f' aria-label="{escape(label)}">{body}</svg>'
    )


def key(items: Sequence[tuple[str, str]]) -> str:
    """A line of legend: a piece of each curve, and its name."""
    drawn, x = "", float(LEFT)
    for kind, words in items:
        drawn += line(x, 14, x + 22, 14, kind) + text(x + 28, 18, words, "key")
        x += 44 + 6.6 * len(words)
    return drawn
