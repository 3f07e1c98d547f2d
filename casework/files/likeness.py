"""Whether two pictures show the same, however they were cut, turned, lightened or saved again.

Two looks (docs/decisions/0033): a short hash of the coarse waves of the picture and of its windows, which names
candidates among all pictures; then the points of both at a small size, laid over each other where the hashes met.
Pillow and integers only: no Django, so that the child process knows it, and no library of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import mul
from typing import NamedTuple

from PIL import Image

SIDE, WAVES, SMALL = 32, 8, 128  # points a hash is made from, waves each way, side of what is laid over another
POINTS = 48  # of what is compared when two are laid over each other
WINDOWS = (0.92, 0.84, 0.76, 0.68)  # parts of a picture that somebody may have left when he cut it
NEAR, STARTS = 14, 3  # bits of 63 that may differ in a candidate; so many places are tried
FLAT = 6.0  # a spread of greys below this shows nothing: an empty page, a black photo
# a page of paper: so large a part of it is as bright as its brightest, near enough, and that is bright
PAPER, NEARLY, BRIGHT = 0.6, 0.88, 190
PROMISING = 0.4  # what agrees less where the hashes met will not agree after a small move
_COS = [[math.cos(math.pi * (2 * x + 1) * u / (2 * SIDE)) for x in range(SIDE)] for u in range(WAVES)]
_TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
Box = tuple[float, float, float, float]


class Hashes(NamedTuple):
    """`turned`: of the whole picture in its four positions; `windows`: of the whole and of its parts, as it stands."""

    turned: tuple[int, ...]
    windows: tuple[int, ...]

    def written(self) -> str:
        return " ".join(f"{one:x}" for one in (*self.turned, *self.windows))

    @classmethod
    def read(cls, text: str) -> Hashes:
        found = tuple(int(one, 16) for one in text.split())
        return cls(found[: len(_TURNS)], found[len(_TURNS) :])


def small(picture: Image.Image) -> Image.Image:
    """Return the picture in greys, square, as small as it is compared."""
    grey = picture.convert("L")
    way = Image.Resampling.BOX if min(grey.size) > SMALL else Image.Resampling.BILINEAR
    return grey.resize((SMALL, SMALL), way)


def hashes_of(grey: Image.Image) -> Hashes | None:
    """Return the hashes of a small picture, or None when it shows nothing that could be compared.

    Neither does a scanned page: at this size a form looks like any other copy of the form, however it is filled in.
    """
    points = _points(grey, SIDE)
    mean, most = sum(points) / len(points), max(points)
    is_flat = math.sqrt(sum((p - mean) ** 2 for p in points) / len(points)) < FLAT
    is_paper = most >= BRIGHT and sum(p >= NEARLY * most for p in points) > PAPER * len(points)
    if is_flat or is_paper:
        return None
    windows = tuple(_hash(grey.resize((SIDE, SIDE), Image.Resampling.BOX, box=box)) for box in _windows())
    turned = tuple(_hash(_turned(grey, n).resize((SIDE, SIDE), Image.Resampling.BOX)) for n in range(len(_TURNS)))
    return Hashes(turned, windows)


def distance(one: Hashes, other: Hashes) -> int:
    """Return how many bits differ where the two differ least: either may be a part of the other, turned."""
    ways = ((one.turned, other.windows), (other.turned, one.windows))
    return min((q ^ w).bit_count() for whole, parts in ways for q in whole for w in parts)


def agreement(one: Image.Image, other: Image.Image, of_one: Hashes, of_other: Hashes) -> float:
    """Return how far two small pictures agree, 0 to 1, laid over each other where their hashes are nearest."""
    best = 0.0
    for whole, of_whole, part_of, of_part in ((one, of_one, other, of_other), (other, of_other, one, of_one)):
        places = sorted(
            ((q ^ w).bit_count(), turn, n)
            for turn, q in enumerate(of_whole.turned)
            for n, w in enumerate(of_part.windows)
        )
        for bits, turn, n in places[:STARTS]:
            if bits <= NEAR and best < 0.99:
                best = max(best, _laid_over(_turned(whole, turn), part_of, list(_windows())[n]))
    return best


def _laid_over(whole: Image.Image, part_of: Image.Image, box: Box) -> float:
    """Move, widen and narrow the place in the second picture as long as the first agrees better with it."""
    wanted = _normed(_points(whole, POINTS))

    def agrees(place: Box) -> float:
        left, top, right, bottom = place
        if min(left, top) < 0 or max(right, bottom) > SMALL or min(right - left, bottom - top) < SMALL / 2:
            return 0.0
        there = part_of.resize((POINTS, POINTS), Image.Resampling.BILINEAR, box=place)
        return sum(map(mul, wanted, _normed(there.tobytes())))

    best, step = agrees(box), 6.0
    if best < PROMISING:
        return best
    while step >= 0.7:
        moved = max(((agrees(place), place) for place in _moved(box, step)), key=lambda found: found[0])
        if moved[0] > best:
            best, box = moved
        else:
            step /= 2
    return best


def _moved(box: Box, step: float) -> Iterator[Box]:
    for n in range(4):
        for by in (-step, step):
            yield tuple(value + by * (m == n) for m, value in enumerate(box))  # type: ignore[misc]  # four of them
    left, top, right, bottom = box
    for across, down in ((step, 0), (-step, 0), (0, step), (0, -step)):
        yield left + across, top + down, right + across, bottom + down


def _windows() -> Iterator[Box]:
    yield 0.0, 0.0, float(SMALL), float(SMALL)
    for share in WINDOWS:
        left = SMALL * (1 - share)
        for across in (0.0, 0.5, 1.0):
            for down in (0.0, 0.5, 1.0):
                yield left * across, left * down, left * across + SMALL * share, left * down + SMALL * share


def _turned(grey: Image.Image, turn: int) -> Image.Image:
    how = _TURNS[turn]
    return grey if how is None else grey.transpose(how)


def _points(grey: Image.Image, side: int) -> bytes:
    return grey.resize((side, side), Image.Resampling.BOX).tobytes()


def _normed(points: Sequence[int]) -> list[float]:
    mean = sum(points) / len(points)
    about = [point - mean for point in points]
    length = math.sqrt(sum(map(mul, about, about))) or 1.0
    return [point / length for point in about]


def _hash(grey: Image.Image) -> int:
    """Return 63 bits: which of the coarse waves of a picture (its cosine transform) are above their middle."""
    points = grey.tobytes()
    rows = [points[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]
    across = [[sum(map(mul, wave, row)) for row in rows] for wave in _COS]
    waves = [sum(map(mul, wave, column)) for wave in _COS for column in across][1:]
    middle, found = sorted(waves)[len(waves) // 2], 0
    for wave in waves:
        found = found * 2 + (wave > middle)
    return found
