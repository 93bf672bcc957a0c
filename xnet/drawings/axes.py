"""Axes of the charts: scales, round numbers, grid, names and legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from .svg import GRID, INK, shorten, text
from .svg import line as stroke

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 92, 24, 48, 62
Scale = Callable[[float], float]
#: Longer names of an axis are cut, in characters: along the width and along the height.
LONGEST_BELOW, LONGEST_BESIDE = 80, 42
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """The linear map of low..high to start..end."""
    return lambda value: start + (value - low) / (high - low) * (end - start)


def room(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis with a small margin around the values."""
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round numbers between low and high, about `about` of them."""
    step = 10.0 ** math.floor(math.log10((high - low) / about))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12 - math.floor(math.log10(step))) for k in range(first, last + 1)]


def decades(low: int, high: int) -> list[int]:
    """The exponents of ten between low and high that get a number, at most nine."""
    return list(range(low, high + 1, max(1, -(-(high - low) // 8))))


def power(exponent: int) -> str:
    """A power of ten as text.

    >>> power(-12), power(0), power(1)
    ('10⁻¹²', '1', '10')
    """
    return {0: "1", 1: "10"}.get(exponent, "10" + str(exponent).translate(_SUPERSCRIPT))


def axes(title: str, below: str, beside: str, across: Sequence[tuple[float, str]],
         up: Sequence[tuple[float, str]]) -> list[str]:
    """Heading, grid, numbers and names of the axes; names that do not fit into the picture are cut."""
    shapes = [text(LEFT, TOP / 2, title, size=16, anchor="start", weight="bold")]
    for x, label in across:
        shapes += [stroke([(x, TOP), (x, HEIGHT - BOTTOM)], colour=GRID), text(x, HEIGHT - BOTTOM + 16, label, size=12)]
    for y, label in up:
        shapes += [stroke([(LEFT, y), (WIDTH - RIGHT, y)], colour=GRID),
                   text(LEFT - 8, y, label, size=12, anchor="end")]
    shapes.append(stroke([(LEFT, TOP), (LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], colour=INK))
    shapes += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, shorten(below, LONGEST_BELOW)),
               text(16, (TOP + HEIGHT - BOTTOM) / 2, shorten(beside, LONGEST_BESIDE), turn=-90)]
    return shapes


def legend(entries: Sequence[tuple[str, list[str]]]) -> list[str]:
    """Marks with their names in the upper right corner; a mark is drawn around (13, 0)."""
    shapes = []
    for place, (name, mark) in enumerate(entries):
        x = WIDTH - RIGHT - 130 * (len(entries) - place)
        shapes += [f'<g transform="translate({x} {TOP / 2:g})">{"".join(mark)}</g>',
                   text(x + 32, TOP / 2, name, size=12, anchor="start")]
    return shapes
