"""How a formula answers to its inputs: curves of one input with the others held, gaps and poles, importance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.r_squared import target_variance
from xnet.engine.networks.network import Network

from .class_scores import class_score

#: Jumps larger than this many spreads of the target, with a change of sign, are poles.
POLE = 20.0
MOST_ROWS = 5000


@dataclass(frozen=True)
class Trouble:
    """A stretch of an input where the formula breaks: `kind` is "gap" (no value) or "pole" (it runs to infinity)."""

    low: float
    high: float
    kind: str


def curve(network: Network, base: Array, column: int, low: float, high: float,
          points: int = 400) -> tuple[Array, Array]:
    """The formula along one input, the others as in `base` (d,): positions (points,) and values, NaN where none."""
    x = np.linspace(low, high, points)
    X = np.tile(np.asarray(base, dtype=np.float64), (points, 1))
    X[:, column] = x
    values = network.evaluate(X)
    return x, np.where(np.isfinite(values), values, np.nan)


def reach(values: Array, beyond: float) -> tuple[float, float]:
    """How far to look along an input: `beyond` widths of its values on either side, but not across zero.

    A distance or a count that is never below zero in the data means nothing there.

    >>> reach(np.array([1.0, 3.0]), 1.0), reach(np.array([-1.0, 3.0]), 1.0)
    ((0.0, 5.0), (-5.0, 7.0))
    """
    low, high = float(values.min()), float(values.max())
    margin = beyond * (high - low)
    start, end = low - margin, high + margin
    return (max(start, 0.0) if low >= 0 else start), (min(end, 0.0) if high <= 0 else end)


def troubles(x: Array, values: Array, spread: float) -> list[Trouble]:
    """Where a curve has no value, and where it jumps through infinity; `spread` is the range of the target."""
    found, there = [], np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], there, [True]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        found.append(Trouble(float(x[start]), float(x[end - 1]), "gap"))
    with np.errstate(invalid="ignore"):
        jump = (np.abs(np.diff(values)) > POLE * spread) & (values[1:] * values[:-1] < 0)
    found += [Trouble(float(x[i]), float(x[i + 1]), "pole") for i in np.flatnonzero(jump)]
    return sorted(found, key=lambda t: t.low)


def trouble_between_rows(network: Network, X: Array, y: Array, seed: int = 0, points: int = 4000) -> tuple[int, int]:
    """How many of `points` points between rows X (n, d) have no value, and how many lie far outside the target's range.

    Each point lies between two rows at random: inside the data, where a formula should hold.
    """
    rng = np.random.default_rng(seed)
    a, b = rng.integers(len(X), size=(2, points))
    share = rng.uniform(size=(points, 1))
    values = network.evaluate(share * X[a] + (1 - share) * X[b])
    middle, spread = 0.5 * (y.max() + y.min()), float(np.ptp(y)) or 1.0
    far = np.abs(values[np.isfinite(values)] - middle) > POLE * spread
    return int((~np.isfinite(values)).sum()), int(far.sum())


def importance(network: Network, X: Array, y: Array, *, as_class: bool = False, repeats: int = 5,
               seed: int = 0) -> list[tuple[float, float]]:
    """Permutation importance: how much R² falls when an input's values are dealt out at random among the rows.

    Of a class: how much the log loss of its probability rises.

    Args:
        X, y: (n, d) inputs and (n,) target; of more than `MOST_ROWS` rows some are drawn.

    Returns:
        (mean, standard deviation over the repeats) of every input; (0, 0) for those that the formula does not read.
    """
    rng = np.random.default_rng(seed)
    if len(y) > MOST_ROWS:
        chosen = rng.choice(len(y), MOST_ROWS, replace=False)
        X, y = X[chosen], y[chosen]
    variance = target_variance(y)

    def error(X: Array) -> float:
        values = network.evaluate(X)
        if as_class:
            return np.nan if (found := class_score(values, y).log_loss) is None else found
        squares = (values - y) ** 2
        there = np.isfinite(squares)
        return float(squares[there].mean()) / variance if there.any() else np.nan

    whole, found = error(X), [(0.0, 0.0)] * X.shape[1]
    for column in network.variables:
        falls = []
        for _ in range(repeats):
            shuffled = X.copy()
            shuffled[:, column] = rng.permutation(X[:, column])
            falls.append(error(shuffled) - whole)
        found[column] = float(np.mean(falls)), float(np.std(falls))
    return found
