"""Second-order targets: what every neuron should have put out, row by row, and how much that matters.

For a loss with gradient g and curvature h by the network's output, a change of a neuron's output o by d changes the
loss of a row by g J d + h J^2 d^2 / 2, with J the neuron's sensitivity. The best output is the target

    t = o - g J / (h J^2 + lambda)       with the weight       w = h J^2,

and "how well would v serve in this neuron's place" is the weighted square sum of w (t - v)^2: no step size. Rows that
the neuron cannot move (J = 0) have weight 0, and the loss they keep is reported beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss, SquaredError
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward, sensitivities
from xnet.engine.networks.network import Network

#: How many nearest rows a row is compared with before any network stands.
_NEIGHBOURS = 8


@dataclass(frozen=True)
class Target:
    """One neuron's target t and weight w, each (n,); `base` is the loss that no output of the neuron takes away."""

    o: Array
    t: Array
    w: Array
    base: float


def neuron_targets(network: Network, columns: Array, y: Array, weight: Array | None = None,
                   loss: Loss = SQUARED_ERROR) -> list[Target]:
    """The target of every neuron, in order.

    Args:
        columns: (d, n) the inputs.
        y: (n,) what the loss compares the output with.
        weight: (n,) the rows' weights; None for 1.
        loss: gives gradient and curvature by the output.
    """
    values = forward(network, columns)
    g, h = loss.working_response(values[-1], y, weight)
    return [make_target(o, J, g, h) for o, J in zip(values, sensitivities(network, values), strict=True)]


def make_target(o: Array, J: Array, g: Array, h: Array) -> Target:
    """The target of a neuron with output o and sensitivity J, for the loss's gradient g and curvature h (all (n,))."""
    w = h * J * J
    largest = np.max(w[np.isfinite(w)], initial=0.0)
    reach = np.isfinite(w) & np.isfinite(o) & (w > 1e-12 * largest)
    safe = np.where(reach, w, 1.0)
    t = np.where(reach, o - g * J / safe, 0.0)
    kept = g[~reach] ** 2 / np.where(h[~reach] > 0, h[~reach], 1.0)
    return Target(o, t, np.where(reach, w, 0.0), float(kept.sum()))


def root_target(rows: Rows, f: Array | None = None) -> Target:
    """The target of a root that does not stand yet: y itself, or the working target at f under another loss.

    Args:
        f: (n,) the output to work from; None for `first_output`.
    """
    if isinstance(rows.loss_function, SquaredError):
        weight = np.ones_like(rows.y) if rows.weight is None else rows.weight
        return Target(np.full_like(rows.y, np.average(rows.y, weights=weight)), rows.y, weight, 0.0)
    f = first_output(rows) if f is None else f
    g, h = rows.loss_function.working_response(f, rows.y, rows.weight)
    return Target(f, f - g / np.where(h > 0, h, 1.0), h, 0.0)


def first_output(rows: Rows) -> Array:
    """(n,) what to work from before any network stands: the best constant.

    Under the robust loss, where wild rows have to be told from others: the median of the nearest rows, by inputs in
    units of their quartiles, if that is closer.
    """
    constant = np.full_like(rows.y, rows.loss_function.best_constant(rows.y, rows.weight))
    if not isinstance(rows.loss_function, Huber) or len(rows.y) <= 2 * _NEIGHBOURS:
        return constant
    low, high = np.quantile(rows.columns, (0.25, 0.75), axis=1)
    width = np.where(high > low, high - low, np.inf)
    distance = np.zeros((len(rows.y), len(rows.y)))
    for column, size in zip(rows.columns, width, strict=True):
        distance += np.minimum(np.abs(column[:, None] - column[None, :]) / size, 1e6)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argpartition(distance, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
    smooth = np.median(rows.y[nearest], axis=1)
    return smooth if rows.loss_of(smooth) < rows.loss_of(constant) else constant
