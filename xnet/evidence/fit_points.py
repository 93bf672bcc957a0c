"""Rows and values of a formula for a plot of its fit: the formula as a curve, or its values against the target.

Of a table with one input, the plot shows the target against the input, and the formula as a curve. Of a table with
several inputs, it shows the value by the formula against the target of every row, as the tab Fit of the results does;
there both are equal on a diagonal. The target of a class is 0 or 1, and its line is level, at the probability from
which a row is assigned to the class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from xnet.arrays import Array

from .class_probability import is_class_problem
from .neuron_inspection import short

if TYPE_CHECKING:
    from xnet.engine import Network, Problem
    from xnet.engine.fitting.rows import Rows

#: The most rows of a plot, of the training and of the held-out rows, and the points of a curve.
TRAINING_ROWS, HELD_OUT_ROWS, CURVE_POINTS = 200, 100, 400
#: Losses that compare ratios of values; under them the target has a logarithmic axis.
_LOSSES_OF_RATIOS = ("log", "relative")
#: From this ratio of its largest to its smallest value on, an input has a logarithmic axis where the target has one.
_WIDE = 100.0
#: Digits of a value; a year of the calendar with its day needs seven.
_DIGITS = 7

#: [value on the horizontal axis, value on the vertical axis]; None where the formula is not defined.
Point = list[float | None]


class FitPoints(TypedDict):
    """The points of one plot.

    Attributes:
        input: the name of the input on the horizontal axis; None where the target is there.
        train, holdout: the rows, at most `TRAINING_ROWS` and `HELD_OUT_ROWS`: [input, target]; without an input
            [target, value by the formula].
        line: the formula as points of a curve; without an input the two ends of the line described above.
        is_class: whether the target is a class.
        low, high: range of the vertical axis: the target's, with a margin. Without an input also of the horizontal one.
        log: whether the horizontal and the vertical axis are logarithmic.
    """

    input: str | None
    train: list[Point]
    holdout: list[Point]
    line: list[Point]
    is_class: bool
    low: float
    high: float
    log: list[bool]


class FitPlot:
    """Makes the plots of formulas on the rows of one problem; every plot has the same rows.

    Args:
        problem: provides training and held-out rows.
        names: names of the inputs.
    """

    def __init__(self, problem: Problem, names: Sequence[str]) -> None:
        self.name = names[0] if len(problem.train.columns) == 1 else None
        self.is_class = is_class_problem(problem)
        self.train = _some(problem.train, TRAINING_ROWS)
        self.holdout = None if problem.holdout is None else _some(problem.holdout, HELD_OUT_ROWS)
        shown = [self.train, *([] if self.holdout is None else [self.holdout])]
        x, y = np.concatenate([x[:, 0] for x, _ in shown]), np.concatenate([y for _, y in shown])
        log_y = problem.train.loss_function.name in _LOSSES_OF_RATIOS and bool(y.min() > 0)
        self.low, self.high = _with_margin(float(y.min()), float(y.max()), log_y)
        log_x = log_y and (self.name is None or bool(x.min() > 0 and x.max() >= _WIDE * x.min()))
        self.log = [log_x, log_y]
        self.across = x[:0] if self.name is None else (np.geomspace if log_x else np.linspace)(x.min(), x.max(),
                                                                                              CURVE_POINTS)

    def points(self, network: Network) -> FitPoints:
        """The plot of a network as it is displayed: of a class, its probability."""
        line: list[Point] = [[end, 0.5 if self.is_class else end] for end in (self.low, self.high)]
        if self.name is not None:
            line = _points(self.across, network.evaluate(self.across[:, None]))
        return {"input": self.name, "train": self._rows(network, self.train),
                "holdout": [] if self.holdout is None else self._rows(network, self.holdout), "line": line,
                "is_class": self.is_class, "low": self.low, "high": self.high, "log": self.log}

    def _rows(self, network: Network, rows: tuple[Array, Array]) -> list[Point]:
        X, y = rows
        return _points(X[:, 0], y) if self.name is not None else _points(y, network.evaluate(X))


def _some(rows: Rows, most: int) -> tuple[Array, Array]:
    """At most `most` rows, evenly over the ranks of the target: inputs (n, d) and target (n,)."""
    order = np.argsort(rows.y, kind="stable")
    order = order[np.linspace(0, len(order) - 1, min(most, len(order))).round().astype(int)]
    return rows.columns[:, order].T, rows.y[order]


def _with_margin(low: float, high: float, log: bool) -> tuple[float, float]:
    """The range, a tenth longer at both ends; a constant target gets a range around it."""
    if log:
        ratio = (high / low) ** 0.1 if high > low else 2.0
        return low / ratio, high * ratio
    room = 0.1 * (high - low) or abs(high) or 1.0
    return low - room, high + room


def _points(x: Array, y: Array) -> list[Point]:
    return [[short(a, _DIGITS), short(b, _DIGITS)] for a, b in zip(x.tolist(), y.tolist(), strict=True)]
