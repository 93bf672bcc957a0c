"""The points of the Learn page's toy: a few hidden laws with or without noise, and points that a person typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError
from xnet.tables.numbers import is_missing, to_numbers

N_POINTS = 12
FEWEST, MOST = 5, 40
#: Larger numbers are refused: a neuron that cubes them would leave the drawing.
LARGEST = 1e6


@dataclass(frozen=True)
class Law:
    """A law to be found again: what it looks like (`words`), what it is (`text`), and where its points lie."""

    words: str
    text: str
    value: Callable[[Array], Array]
    low: float
    high: float


LAWS: MappingProxyType[str, Law] = MappingProxyType({
    "Growing waves": Law("waves that grow as they go on", "y = x·sin(x)", lambda x: x * np.sin(x), 0.5, 7.0),
    "Parabola": Law("a bowl", "y = x² + 1", lambda x: x**2 + 1, -3.0, 3.0),
    "Cooling": Law("a drink that cools down to room temperature", "y = 20 + 60·exp(−x/2)",
                   lambda x: 20 + 60 * np.exp(-x / 2), 0.0, 8.0),
    "Wave on a slope": Law("a wave on a slope", "y = sin(2·x) + x/2", lambda x: np.sin(2 * x) + x / 2, -3.0, 3.0),
    "Pendulum": Law("the time of a swing, by the length of the string", "y = 2·√x", lambda x: 2 * np.sqrt(x), 0.1, 4.0),
    "Medicine": Law("medicine in the blood, which rises and then fades", "y = 5·x·exp(−x)",
                    lambda x: 5 * x * np.exp(-x), 0.0, 6.0),
    "Only chance": Law("numbers drawn from a hat", "there is none: the points were drawn at random",
                       np.zeros_like, -3.0, 3.0),
})
CHANCE = "Only chance"


@dataclass(frozen=True)
class Points:
    """The points to explain; equal points compare equal."""

    x: tuple[float, ...]
    y: tuple[float, ...]


def law_points(law: str, noise_percent: int = 0, seed: int = 0) -> Points:
    """A dozen points of a law, evenly spread, with noise as a share of the law's own ups and downs (standard
    deviations); of mere chance, a dozen draws.
    """
    chosen = LAWS[law]
    x = np.round(np.linspace(chosen.low, chosen.high, N_POINTS), 3)
    y = chosen.value(x)
    spread = 1.0 if law == CHANCE else float(np.std(y)) * noise_percent / 100
    y = y + spread * np.random.default_rng(seed).standard_normal(N_POINTS)
    return Points(tuple(x.tolist()), tuple(y.tolist()))


def typed_points(cells: Iterable[tuple[object, object]]) -> Points:
    """Points from the two columns of a small table; rows that are wholly empty are passed over.

    Raises:
        DataError: a cell holds no number, or the points are too few, too many, too large or all alike.
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
        raise DataError(f"The table holds {len(x)} point{'' if len(x) == 1 else 's'}; the toy needs between {FEWEST} "
                        f"and {MOST}. Fill in both columns of more rows." if len(x) < FEWEST else
                        f"The table holds {len(x)} points; the toy takes at most {MOST}. Delete some rows, or search "
                        "the whole table on the page Data.")
    for name, column in (("x", x), ("y", y)):
        if max(column) - min(column) <= 1e-9 * max(1.0, max(map(abs, column))):
            raise DataError(f"Column {name} holds the same number in every row, so there is nothing to explain; change "
                            "at least one of them.")
    return Points(tuple(x), tuple(y))


def _text(cell: object) -> str:
    text = "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell).strip()
    return "" if is_missing(text) else text


def _number(cell: str, where: str) -> float:
    if not cell:
        raise DataError(f"{where} is empty; type a number, or empty the row's other cell too.")
    found = to_numbers([cell.replace(",", ".")], comma=False)  # a comma can only be decimal: no thousands in a toy
    value = math.nan if found is None else found.values[0]
    if not math.isfinite(value):
        shown = cell if len(cell) <= 20 else cell[:19] + "…"
        raise DataError(f"{where} holds “{shown}”, which is not a number; type one such as 2.5.")
    if abs(value) > LARGEST:
        raise DataError(f"{where} holds {value:g}; the toy takes numbers up to {LARGEST:,.0f}. Choose a smaller unit.")
    return value
