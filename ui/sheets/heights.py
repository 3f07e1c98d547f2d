"""How high a row must be for its text to show: office programs do not all work it out when they open a file."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

LINE, EDGE, HIGHEST = 14.0, 4.0, 409.0  # points: a line of 11 points, above and below it, the most a row can have
ROOM = 0.92  # of a column's width; the rest is its edge, and a line is not broken inside a word


def height_of(cells: Iterable[tuple[str, float]]) -> float | None:
    """Return the height for texts in columns of these widths; nothing where one line is enough."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return None if lines <= 1 else min(lines * LINE + EDGE, HIGHEST)


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(breadth(line) / (width * ROOM))) for line in text.split("\n"))


def breadth(text: str) -> int:
    """Return how broad a text is: a Chinese character counts two."""
    return len(text.encode("gb18030", errors="replace"))
