"""The points of the demonstration: hidden laws with or without noise, and points that the user typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.errors import DataError
from xnet.tables.numbers import is_missing, to_numbers

N_POINTS = 12
FEWEST, MOST = 5, 40
#: Larger numbers are refused, because the values of some neurons would be too large for the drawing.
LARGEST = 1e6


@dataclass(frozen=True)
class Law:
    """A hidden law.

    Attributes:
        description: the situation that it describes.
        text: its formula.
        value: the function of x (n,).
        low, high: the range of x.
    """

    description: str
    text: str
    value: Callable[[Array], Array]
    low: float
    high: float


LAWS: MappingProxyType[str, Law] = MappingProxyType({
    "Growing waves": Law("waves whose height grows", "y = x·sin(x)", lambda x: x * np.sin(x), 0.5, 7.0),
    "Parabola": Law("a bowl", "y = x² + 1", lambda x: x**2 + 1, -3.0, 3.0),
    "Cooling": Law("a drink that cools to room temperature", "y = 20 + 60·exp(−x/2)",
                   lambda x: 20 + 60 * np.exp(-x / 2), 0.0, 8.0),
    "Wave on a slope": Law("a wave on a slope", "y = sin(2·x) + x/2", lambda x: np.sin(2 * x) + x / 2, -3.0, 3.0),
    "Pendulum": Law("the period of a pendulum, by the length of its string", "y = 2·√x",
                    lambda x: 2 * np.sqrt(x), 0.1, 4.0),
    "Medicine": Law("the amount of a medicine in the blood, which rises and then falls", "y = 5·x·exp(−x)",
                    lambda x: 5 * x * np.exp(-x), 0.0, 6.0),
    "Swelling wave": Law("a wave that swells", "y = sin(x)·exp(x/4)", lambda x: np.sin(x) * np.exp(x / 4), 0.5, 7.0),
    "Population": Law("a population that grows until its food is used up (Verhulst)", "y = 5/(1 + exp(4 − x))",
                      lambda x: 5 / (1 + np.exp(4 - x)), 0.5, 7.0),
    "Two atoms": Law("the energy of two atoms, by their distance (Morse)", "y = 40·exp(−2·x) − 12·exp(−x)",
                     lambda x: 40 * np.exp(-2 * x) - 12 * np.exp(-x), 0.5, 7.0),
    "Only chance": Law("random numbers", "There is no law",
                       np.zeros_like, -3.0, 3.0),
})
CHANCE = "Only chance"


@dataclass(frozen=True)
class Points:
    """The points to explain; hashable."""

    x: tuple[float, ...]
    y: tuple[float, ...]


def law_points(law: str, noise_percent: int = 0, seed: int = 0) -> Points:
    """`N_POINTS` evenly spaced points of a law.

    The standard deviation of the noise is `noise_percent` of the law's standard deviation; without a law (`CHANCE`) it
    is 1.
    """
    chosen = LAWS[law]
    x = np.round(np.linspace(chosen.low, chosen.high, N_POINTS), 3)
    y = chosen.value(x)
    spread = 1.0 if law == CHANCE else float(np.std(y)) * noise_percent / 100
    y = y + spread * np.random.default_rng(seed).standard_normal(N_POINTS)
    return Points(tuple(x.tolist()), tuple(y.tolist()))


def typed_points(cells: Iterable[tuple[object, object]]) -> Points:
    """Points from the two columns of a small table; empty rows are skipped.

    Raises:
        DataError: a cell is not a number, there are too few or too many points, a number is too large, or all are
                equal in one column.
    """
    x: list[float] = []
    y: list[float] = []
    for row, (first, second) in enumerate(cells, start=1):
        texts = _text(first), _text(second)
        if not any(texts):
            continue
        for name, cell, column in zip("xy", texts, (x, y), strict=True):
            column.append(_number(cell, f"Row {row}, column {name}"))
    if not FEWEST <= len(x) <= MOST:
        raise DataError(f"The table holds {counted(len(x), 'point')}; the demonstration needs between "
                        f"{FEWEST} and {MOST}. Fill in both columns of more rows." if len(x) < FEWEST else
                        f"The table holds {len(x)} points; the demonstration takes at most {MOST}. Delete some rows, "
                        "or use the Data page to search the whole table.")
    for name, column in (("x", x), ("y", y)):
        if max(column) - min(column) <= 1e-9 * max(1.0, max(map(abs, column))):
            raise DataError(f"Column {name} has the same number in every row. Change at least one of them.")
    return Points(tuple(x), tuple(y))


def _text(cell: object) -> str:
    text = "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell).strip()
    return "" if is_missing(text) else text


def _number(cell: str, where: str) -> float:
    if not cell:
        raise DataError(f"{where} is empty. Type a number, or delete the other cell of the row too.")
    found = to_numbers([cell.replace(",", ".")], comma=False)  # any comma is a decimal comma here
    value = math.nan if found is None else found.values[0]
    if not math.isfinite(value):
        shown = cell if len(cell) <= 20 else cell[:19] + "…"
        raise DataError(f"{where} holds “{shown}”, which is not a number. Type a number such as 2.5.")
    if abs(value) > LARGEST:
        raise DataError(f"{where} holds {value:g}. The demonstration takes numbers up to {LARGEST:,.0f}; choose a "
                        "larger unit.")
    return value
