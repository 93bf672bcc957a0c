"""How a formula responds to its inputs: curves along one input, gaps and poles, importance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.network import Network

from .class_scores import class_score
from .scores import score

#: A jump with a change of sign is a pole if it exceeds this many ranges of the target.
POLE = 20.0
MOST_ROWS = 5000
#: A curve is cut off this many ranges of the rows beyond them.
FAR = 2.0


@dataclass(frozen=True)
class FailingInterval:
    """An interval of an input where the formula fails.

    Attributes:
        low, high: ends of the interval.
        kind: "gap" (no value) or "pole" (the value tends to infinity).
    """

    low: float
    high: float
    kind: str


def curve(network: Network, base: Array, column: int, low: float, high: float,
          points: int = 400) -> tuple[Array, Array]:
    """Evaluate a formula along one input while the others stay as in `base` (d,).

    Returns:
        (points,) positions of the input, and (points,) values, NaN where the formula has none.
    """
    x = np.linspace(low, high, points)
    X = np.tile(np.asarray(base, dtype=np.float64), (points, 1))
    X[:, column] = x
    values = network.evaluate(X)
    return x, np.where(np.isfinite(values), values, np.nan)


def reach(values: Array, beyond: float) -> tuple[float, float]:
    """The interval of an input to plot: its range, extended by `beyond` ranges on both sides, but not across zero.

    An input without negative values, such as a distance or a count, usually has no meaning below zero.

    >>> reach(np.array([1.0, 3.0]), 1.0), reach(np.array([-1.0, 3.0]), 1.0)
    ((0.0, 5.0), (-5.0, 7.0))
    """
    low, high = float(values.min()), float(values.max())
    margin = beyond * (high - low)
    start, end = low - margin, high + margin
    return (max(start, 0.0) if low >= 0 else start), (min(end, 0.0) if high <= 0 else end)


def shown_range(y: Array, x: Array, values: Array, low: float, high: float) -> tuple[float, float] | None:
    """The vertical range of a chart in which the rows stay visible where the curve is far away, as near a pole.

    The range of the rows and of the curve within the data, `FAR` times as far on both sides.

    Args:
        y: (n,) the target in the rows.
        x, values: (points,) positions and values of the curve (see `curve`).
        low, high: the range of the input in the data.

    Returns:
        None where the whole curve fits.

    >>> x = np.linspace(0.01, 4, 400)
    >>> [round(end, 2) for end in shown_range(np.array([0.5, 1.0]), x, 1 / x, 1.0, 2.0)]
    [0.16, 2.09]
    >>> shown_range(np.array([0.5, 1.0]), x, np.sqrt(x), 1.0, 2.0) is None
    True
    """
    there = np.isfinite(values)
    within = values[there & (x >= low) & (x <= high)]
    known = np.concatenate([y, np.percentile(within, [2, 98]) if len(within) else y])
    bottom, top = float(known.min()), float(known.max())
    room = FAR * (top - bottom)
    inside = there & (values >= bottom - room) & (values <= top + room)
    if inside.sum() == there.sum() or room == 0.0:
        return None
    drawn = np.concatenate([known, values[inside]])
    margin = 0.05 * float(np.ptp(drawn))
    return float(drawn.min()) - margin, float(drawn.max()) + margin


def failing_intervals(x: Array, values: Array, spread: float) -> list[FailingInterval]:
    """The gaps and poles of a curve.

    Args:
        x, values: (points,) positions and values of the curve (see `curve`).
        spread: the range of the target.
    """
    found, there = [], np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], there, [True]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        found.append(FailingInterval(float(x[start]), float(x[end - 1]), "gap"))
    with np.errstate(invalid="ignore"):
        jump = (np.abs(np.diff(values)) > POLE * spread) & (values[1:] * values[:-1] < 0)
    found += [FailingInterval(float(x[i]), float(x[i + 1]), "pole") for i in np.flatnonzero(jump)]
    return sorted(found, key=lambda t: t.low)


def failures_between_rows(network: Network, X: Array, y: Array, seed: int = 0, points: int = 4000) -> tuple[int, int]:
    """Evaluate a formula at random points between rows, where it should hold.

    Args:
        network: the formula.
        X, y: (n, d) inputs and (n,) target.
        seed: of the random points.
        points: their number; each lies on the line between two random rows.

    Returns:
        The number of points without a value, and the number of values far outside the range of the target.
    """
    rng = np.random.default_rng(seed)
    a, b = rng.integers(len(X), size=(2, points))
    share = rng.uniform(size=(points, 1))
    between = share * X[a] + (1 - share) * X[b]
    if network.own is not None:  # the number of a group names it: there is nothing between two groups
        between[:, network.own.column] = X[a, network.own.column]
    values = network.evaluate(between)
    middle, spread = 0.5 * (y.max() + y.min()), float(np.ptp(y)) or 1.0
    far = np.abs(values[np.isfinite(values)] - middle) > POLE * spread
    return int((~np.isfinite(values)).sum()), int(far.sum())


def importance(network: Network, X: Array, y: Array, weight: Array | None = None, *, as_class: bool = False,
               repeats: int = 5, seed: int = 0) -> list[tuple[float, float]]:
    """Permutation importance (Breiman 2001): the fall of R² when an input is shuffled among the rows.

    Args:
        network: the formula.
        X, y: (n, d) inputs and (n,) target; beyond `MOST_ROWS` rows a random sample is used.
        weight: (n,) weights of the rows, or None.
        as_class: whether to measure the rise of the log loss of a probability instead.
        repeats: number of shuffles of each input.
        seed: of the shuffles and of the sample.

    Returns:
        (mean, standard deviation over the repeats) for every input; (0, 0) for inputs that the formula does not use,
        NaN where there is no R².
    """
    rng = np.random.default_rng(seed)
    if len(y) > MOST_ROWS:
        chosen = rng.choice(len(y), MOST_ROWS, replace=False)
        X, y, weight = X[chosen], y[chosen], None if weight is None else weight[chosen]

    def error(X: Array) -> float:
        values = network.evaluate(X)
        if as_class:
            return np.nan if (found := class_score(values, y, weight).log_loss) is None else found
        r2 = score(values, y, weight).r2
        return np.nan if r2 is None else -r2

    whole, found = error(X), [(0.0, 0.0)] * X.shape[1]
    for column in network.variables:
        falls = []
        for _ in range(repeats):
            shuffled = X.copy()
            shuffled[:, column] = rng.permutation(X[:, column])
            falls.append(error(shuffled) - whole)
        found[column] = float(np.mean(falls)), float(np.std(falls))
    return found
