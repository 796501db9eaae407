"""What of a PDF page is seen: rectangles on the page, and what is white or not painted at all.

Rectangles are as PDF has them: left, lower, right and upper edge in points, upwards.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from pdfminer.utils import apply_matrix_pt

Rect = tuple[float, float, float, float]
_PLAIN = frozenset({"DeviceGray", "DeviceRGB", "DeviceCMYK", "CalGray", "CalRGB", "ICCBased"})


class Hidden(IntEnum):
    """Why text may not be seen."""

    NO = 0
    WHITE = 1
    INVISIBLE = 2  # as the text that a program read in a scan and laid over it


def turned(ctm: Any, box: Any) -> Rect:
    """A rectangle as it lies on the page: left, lower, right and upper edge."""
    (a, b), (c, d) = apply_matrix_pt(ctm, box[:2]), apply_matrix_pt(ctm, box[2:])
    return min(a, c), min(b, d), max(a, c), max(b, d)


def common(one: Rect, other: Rect) -> Rect:
    """What two rectangles share; without height or width where that is nothing."""
    left, low = max(one[0], other[0]), max(one[1], other[1])
    return left, low, max(left, min(one[2], other[2])), max(low, min(one[3], other[3]))


def area(box: Rect) -> float:
    """In square points."""
    return (box[2] - box[0]) * (box[3] - box[1])


def holds(box: Rect, place: tuple[float, float], margin: float) -> bool:
    """Whether a place is in a rectangle, or no further outside than a margin."""
    across = box[0] - margin <= place[0] <= box[2] + margin
    return across and box[1] - margin <= place[1] <= box[3] + margin


def is_white(color: Any, space: Any) -> bool:
    """Whether a colour is white; False for a colour space that does not tell."""
    parts = color if isinstance(color, tuple | list) else (color,)
    if getattr(space, "name", None) not in _PLAIN or not all(
        isinstance(part, int | float) for part in parts
    ):
        return False
    inked = len(parts) == 4  # of ink, none is white
    return all(part <= 0.01 if inked else part >= 0.99 for part in parts)
