"""The charts of an evaluation, as SVG that needs no script.

Colours and type come from the style sheet of the page, by class. Each chart says in its label what
it shows, in words. A chart without data is the empty string.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.evaluate.report.svg import (
    BOTTOM,
    LEFT,
    TOP,
    WIDTH,
    Plot,
    dot,
    key,
    line,
    picture,
    rect,
    text,
)
from rag.evaluate.statistics import Interval, evened_losses, quantile

BINS = 10  # of the calibration chart
COLUMNS = 24  # of the latency chart, at most
POINTS = 250  # of a curve, at most: more cannot be seen
ROW = 34  # height of a kind of question
NAMES = 96  # width of their names
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)

Pairs = Sequence[tuple[float, float]]
Weighed = tuple[float, float, float]  # score, label and weight of a question


# --- latency --------------------------------------------------------------------------------------


def latency_chart(values: Sequence[float]) -> str:
    """How long the questions took: a histogram with median and 95th percentile.

    Args:
        values: Milliseconds, one a question. What is far beyond the rest is counted in the last
            column, so that a single slow question does not flatten all others.
    """
    if not values:
        return ""
    median, late = _quantile(values, 0.5), _quantile(values, 0.95)
    step = _step(max(_quantile(values, 0.98), 1.0) / COLUMNS)
    columns = max(math.ceil(_quantile(values, 0.98) / step), 4) + 1
    counts = [0] * columns
    for value in values:
        counts[min(int(value // step), columns - 1)] += 1
    beyond = max(values) >= columns * step
    plot = Plot(right=columns * step, top=_ceiling(max(counts)))
    every = math.ceil(columns / 5)
    ticks = {place * step: _duration(place * step) for place in range(0, columns, every)}
    heights = {height: f"{height:,.0f}" for height in (0.0, plot.top / 2, plot.top)}
    label = (
        f"Time to the whole answer of {len(values):,} questions: median {_duration(median)}, 95th"
        f" percentile {_duration(late)}, longest {_duration(max(values))}."
    )
    name = (
        "time to the whole answer (last column: or longer)"
        if beyond
        else ("time to the whole answer")
    )
    body = plot.axes(ticks, heights, name) + _columns(plot, counts, step, beyond=beyond)
    body += _marks(plot, {"median": median, "95th percentile": late})
    return picture(label, body)


def _columns(plot: Plot, counts: Sequence[int], step: float, *, beyond: bool) -> str:
    drawn = ""
    for place, count in enumerate(counts):
        start, end = plot.x(place * step), plot.x((place + 1) * step)
        to = f" to {_duration((place + 1) * step)}"
        tip = f"{_duration(place * step)}{to}: {count:,}"
        if beyond and place == len(counts) - 1:
            tip = tip.replace(to, " or longer")
        height = plot.y(0) - plot.y(count)
        if count:
            drawn += rect(start + 0.5, plot.y(count), end - start - 1, height, "bar", tip)
    return drawn


def _marks(plot: Plot, places: Mapping[str, float]) -> str:
    drawn, last = "", -math.inf
    for words, value in places.items():
        x = plot.x(min(value, plot.right))
        # Two that stand close are named one above the other.
        y = 26 if x - last > 110 else 12
        side = "end" if x > WIDTH - 90 else "mid"
        drawn += line(x, y + 4, x, plot.y(0), "mark")
        drawn += text(
            x + (8 if side == "end" else 0), y, f"{words} {_duration(value)}", f"key {side}"
        )
        last = x
    return drawn


def _quantile(values: Sequence[float], share: float) -> float:
    import numpy as np

    array = np.asarray(values, dtype=float)
    return float(quantile(share)(array, array, np.ones((1, len(array))))[0])


def _step(least: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _ceiling(count: int) -> float:
    """An even number that the highest column does not pass."""
    step = _step(max(count, 2) / 5)
    return float(max(2, 2 * math.ceil(count / step / 2) * step))


def _duration(ms: float) -> str:
    if ms < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.{0 if ms >= 100_000 else 1}f} s".replace(".0 s", " s")


# --- abstention -----------------------------------------------------------------------------------


def risk_coverage_chart(pairs: Pairs) -> str:
    """Mean loss of the questions answered so far, taken by score, and by the best order.

    Args:
        pairs: Score and loss of each question, as the risk-coverage area takes them.
    """
    if len(pairs) < 2:
        return ""
    import numpy as np

    scores, losses = np.asarray(pairs, dtype=float).T  # (n,) each
    count = len(losses)
    taken = np.arange(1, count + 1)
    risk = np.cumsum(evened_losses(scores, losses)[1]) / taken
    best = np.cumsum(np.sort(losses)) / taken
    half = (count - 1) // 2
    shown = np.unique(np.linspace(0, count - 1, min(count, POINTS)).astype(int))
    top = next(edge for edge in QUARTERS[1:] if edge >= min(float(risk.max()), 1.0) - 1e-9)
    plot = Plot(right=1.0, top=top)
    label = (
        f"Risk-coverage curve of {count:,} questions: risk {risk[half]:.2f} when the half"
        f" with the highest scores is answered, {risk[-1]:.2f} when all are; in the best possible"
        f" order {best[half]:.2f} for the half."
    )
    heights = {top * share: f"{top * share:.2f}" for share in (0.0, 0.5, 1.0)}
    body = plot.axes(_shares(), heights, "share of the questions answered")
    for curve, kind in ((best, "ideal"), (risk, "curve")):
        body += plot.path(((float(taken[i]) / count, float(curve[i])) for i in shown), kind)
    body += key([("curve", "risk, by score"), ("ideal", "in the best possible order")])
    return picture(label, body)


def calibration_chart(pairs: Pairs, weights: Sequence[float] | None = None) -> str:
    """The share of answerable questions among those of like score.

    Args:
        pairs: Score of each question, 0 to 1, and 1.0 when it is answerable or 0.0.
        weights: How much each counts in the shares, above 0; None for all alike. The counts that
            are shown are of questions.
    """
    if len({label for _, label in pairs}) < 2:
        return ""
    bins: list[list[Weighed]] = [[] for _ in range(BINS)]
    for (score, label), weight in zip(pairs, weights or [1.0] * len(pairs), strict=True):
        bins[min(max(int(score * BINS), 0), BINS - 1)].append((score, label, weight))
    plot = Plot(right=1.0, top=1.0, bottom=BOTTOM + 20)
    body = plot.axes(_shares(), dict(list(_shares().items())[::2]), "answerability score")
    body += plot.path(((0, 0), (1, 1)), "ideal")
    means = [_means(members) for members in bins]
    body += plot.path([mean for mean in means if mean], "curve thin")
    body += "".join(
        _bin(plot, place, members, share=len(members) / len(pairs))
        for place, members in enumerate(bins)
    )
    body += text(LEFT - 8, plot.y(0) + 34, "count", "count end")
    body += key([("curve thin", "share answerable"), ("ideal", "score = share")])
    spoken = "; ".join(
        f"{mean[1]:.2f} of {len(members):,} at {mean[0]:.2f}"
        for members, mean in zip(bins, means, strict=True)
        if mean
    )
    return picture(f"Share of answerable questions by answerability score: {spoken}.", body)


def _bin(plot: Plot, place: int, members: Sequence[Weighed], *, share: float) -> str:
    """How many are in a bin, and the dot of their means if there are any."""
    middle = plot.x((place + 0.5) / BINS)
    drawn = text(middle, plot.y(0) + 34, f"{len(members):,}", "count mid")
    if mean := _means(members):
        tip = f"score {mean[0]:.2f}: {mean[1]:.2f} of {len(members):,} answerable"
        drawn += dot(plot.x(mean[0]), plot.y(mean[1]), 3 + 6 * math.sqrt(share), "dot", tip)
    return drawn


def _means(members: Sequence[Weighed]) -> tuple[float, float] | None:
    """Mean score and mean label, by weight."""
    if not members:
        return None
    total = sum(weight for *_, weight in members)
    score = sum(score * weight for score, _, weight in members) / total
    return min(max(score, 0.0), 1.0), sum(label * weight for _, label, weight in members) / total


def _shares() -> dict[float, str]:
    return {share: f"{share:g}" for share in QUARTERS}


# --- figures with intervals -----------------------------------------------------------------------


def kinds_chart(kinds: Mapping[str, Interval]) -> str:
    """A share by kind of question, each with its 95 % interval.

    Args:
        kinds: Kind -> the share.
    """
    if not kinds:
        return ""
    base = TOP + ROW * len(kinds)
    body = "".join(
        line(_across(share), TOP - 12, _across(share), base, "grid")
        + text(_across(share), base + 17, f"{share:g}", "tick mid")
        for share in QUARTERS
    )
    for place, (kind, found) in enumerate(kinds.items()):
        body += _kind(kind, found, y=TOP + ROW * place + 8)
    body += text(_across(0.5), base + 38, "cited fact recall, 95 % interval", "name mid")
    spoken = "; ".join(
        f"{kind} {found.value:.2f}, interval {found.low:.2f} to {found.high:.2f}, {found.n:,}"
        for kind, found in kinds.items()
    )
    return picture(f"Cited fact recall by kind of question: {spoken}.", body, height=base + 44)


def _kind(kind: str, found: Interval, *, y: float) -> str:
    tip = f"{kind}: {found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
    return (
        text(NAMES - 12, y + 4, kind, "label end")
        + line(_across(found.low), y, _across(found.high), y, "spread")
        + dot(_across(found.value), y, 5.5, "dot", tip)
        + text(WIDTH - 2, y + 4, f"n {found.n:,}", "count end")
    )


def _across(share: float) -> float:
    return NAMES + share * (WIDTH - NAMES - 64)


def interval_bar(found: Interval, before: float | None = None) -> str:
    """A share on a line from 0 to 1 with its interval, and a tick where it was before."""

    def across(value: float) -> float:
        return 6 + value * (WIDTH - 12)

    body = line(6, 12, WIDTH - 6, 12, "grid")
    body += line(across(found.low), 12, across(found.high), 12, "spread")
    if before is not None:
        body += line(across(before), 3, across(before), 21, "mark")
    body += dot(across(found.value), 12, 8, "dot")
    was = "" if before is None else f"; before, {before:.3f}"
    label = f"{found.value:.3f} between {found.low:.3f} and {found.high:.3f}{was}"
    return picture(label, body, height=24, kind="line")


def share_strip(counts: Mapping[str, int]) -> str:
    """Parts of a whole in one bar; the classes are the names of the parts."""
    total = sum(counts.values())
    if not total:
        return ""
    body, x = "", 0.0
    for kind, count in counts.items():
        width = WIDTH * count / total
        if count:
            body += rect(x, 0, width - 1 if width > 3 else width, 10, kind, f"{kind}: {count:,}")
        x += width
    spoken = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    label = f"Of {total:,} questions: {spoken}."
    return picture(label, body, height=10, kind="strip", stretched=True)
