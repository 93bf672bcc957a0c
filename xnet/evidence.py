"""What speaks for a formula: its scores as printed, its constants' intervals, recommendations and a verdict.

All of it is computed from arrays and a `Network`; the app only shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import stats

from .engine.formula import closed_form
from .engine.network import Network
from .engine.parameters import Rows, standard_errors

Array = np.ndarray

#: Errors below this share of the target's spread are rounding; nobody sees them.
ROUNDING = 1e-9
#: A formula has to lower the squared error to this share of a plainer model's to count as better.
BETTER = 0.9


@dataclass(frozen=True)
class Score:
    """How a formula does on some rows.

    Attributes:
        r2: 1 - mean squared error over the target's variance in the whole table; None without a single value.
        rmse: in units of the target; None likewise.
        rows, missing: how many rows there are, and for how many of them the formula has no value (left out).
    """

    r2: float | None
    rmse: float | None
    rows: int
    missing: int


def score(predicted: Array, y: Array, variance: float, weight: Array | None = None) -> Score:
    """Score predictions (n,) against y (n,).

    Args:
        predicted, y: NaN in `predicted` where there is no value.
        variance: that of the target in the whole table, weighed if rows are.
        weight: (n,) how much each row counts, on average 1 in the whole table; None: all alike.
    """
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    if not there.any():
        return Score(None, None, len(y), missing)
    squares = (predicted[there] - y[there]) ** 2
    weights = np.ones_like(squares) if weight is None else weight[there]
    if not weights.any():
        return Score(None, None, len(y), missing)
    # The search divides by the number of rows, whatever they weigh; a typical error is that of a row as it weighs.
    return Score(1.0 - float(np.mean(weights * squares)) / variance,
                 float(np.sqrt(np.average(squares, weights=weights))), len(y), missing)


def rounded(network: Network, digits: int | None) -> Network:
    """The network with its constants rounded to significant digits (None: as they are).

    Fractions, multiples of pi and whole numbers are exact as they are printed, and stay.
    """
    if digits is None:
        return network
    return network.with_constants(c if closed_form(c) is not None else float(f"{c:.{digits}g}")
                                  for c in network.constants)


def most_digits(network: Network) -> int:
    """How many significant digits the longest of the constants has that rounding would change; 1 if there is none."""
    return max((next(k for k in range(1, 18) if float(f"{c:.{k}g}") == c) for c in network.constants
                if closed_form(c) is None), default=1)


def intervals(network: Network, train: Rows) -> list[tuple[float, float] | None]:
    """95 % intervals of the constants: Gauss-Newton covariance at the fit, with Student's t for few rows.

    Returns:
        One (low, high) a constant; of equal ends where the error is rounding, None where the rows do not
        determine the constant.
    """
    if not network.constants:
        return []
    with np.errstate(all="ignore"):
        loss = train.loss(network)
        errors = standard_errors(network, train, loss) if np.isfinite(loss) else np.full(network.n_parameters, np.inf)
    reach = float(stats.t.ppf(0.975, max(len(train.y) - network.n_parameters, 1))) * errors
    return [None if not np.isfinite(r) else (c, c) if r <= ROUNDING * abs(c) else (c - float(r), c + float(r))
            for c, r in zip(network.constants, reach, strict=True)]


@dataclass(frozen=True)
class Recommendation:
    """A formula of the front worth a look, and why."""

    index: int
    reasons: tuple[str, ...]


def recommendations(front: Sequence[Mapping[str, Any]], suggested: int) -> list[Recommendation]:
    """Two to four formulas of a front with a reason each; one that has several reasons stands once.

    Args:
        front: rows with "complexity", "loss" and "loss_holdout", simplest first; where "supported" is true, it is the
            one of least description length (`engine.pick_supported`). Those of a class are judged by log losses.
        suggested: position of the search's own pick.
    """
    reasons = {suggested: ["About as accurate as these rows can vouch for, and no longer than that needs."]}
    held_out = all(row["loss_holdout"] is not None for row in front)
    as_class = all("log_loss_train" in row for row in front)
    train, outer = ("log_loss_train", "log_loss_holdout") if as_class else ("loss", "loss_holdout")
    key = outer if held_out else train
    best = min(range(len(front)), key=lambda i: (front[i][key], front[i]["complexity"]))
    for i, row in enumerate(front):
        if row.get("supported"):
            reasons.setdefault(i, []).append("What all rows together speak for most, its length counted against it.")
    where = "held-out rows" if held_out else "training rows"
    reasons.setdefault(best, []).append(
        f"The {'least log loss' if as_class else 'most accurate'} on the {where}.")
    falls = [(np.log(max(a[train], 1e-20) / max(b[train], 1e-20)) / max(b["complexity"] - a["complexity"], 1), i + 1)
             for i, (a, b) in enumerate(pairwise(front))]
    if falls and max(falls)[0] > 0:
        steepest = max(falls)[1]
        reasons.setdefault(steepest, []).append("The best trade: the largest fall of the error for one more neuron.")
    return [Recommendation(i, tuple(texts)) for i, texts in sorted(reasons.items())]
