"""Second-order targets: the output that every neuron should have had, row by row, and how much each row matters.

For a loss with gradient g and curvature h by the network's output, a change d of a neuron's output o changes the loss
of a row by g J d + h J^2 d^2 / 2, where J is the neuron's sensitivity (the derivative of the network's output by o).
This is smallest at the target

    t = o - g J / (h J^2)       with the weight       w = h J^2,

the Gauss-Newton step of that neuron alone. The weighted squared error sum w (t - v)^2 then measures how well any values
v would do in the neuron's place, without a step size. Rows on which the neuron has no influence (J = 0) have weight 0;
the loss that they keep is reported separately, as `Target.floor`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.losses import SQUARED_ERROR, Huber, Loss
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward, sensitivities
from xnet.engine.networks.network import Network

#: Number of nearest rows that `first_output` takes the median of.
_NEIGHBOURS = 8


@dataclass(frozen=True)
class Target:
    """The target of one neuron.

    Attributes:
        output: (n,) the neuron's output o, in units of that output.
        values: (n,) the target t, in the same units; 0 where the weight is 0.
        weight: (n,) the weight w of each row, at least 0.
        floor: the loss that remains whatever the neuron puts out.
    """

    output: Array
    values: Array
    weight: Array
    floor: float


def neuron_targets(network: Network, columns: Array, y: Array, weight: Array | None = None,
                   loss: Loss = SQUARED_ERROR) -> list[Target]:
    """The target of every neuron, in the order of the neurons.

    Args:
        network: a network with fitted constants.
        columns: (d, n) the inputs.
        y: (n,) the values that the loss compares the output with.
        weight: (n,) the rows' weights; None for 1.
        loss: gives gradient and curvature by the output.
    """
    values = forward(network, columns)
    g, h = loss.working_response(values[-1], y, weight)
    return [make_target(o, J, g, h) for o, J in zip(values, sensitivities(network, values), strict=True)]


def make_target(o: Array, J: Array, g: Array, h: Array) -> Target:
    """The target of one neuron.

    Args:
        o, J: (n,) the neuron's output and sensitivity.
        g, h: (n,) gradient and curvature of the loss by the network's output.
    """
    w = h * J * J
    largest = np.max(w[np.isfinite(w)], initial=0.0)
    reach = np.isfinite(w) & np.isfinite(o) & (w > 1e-12 * largest)
    safe = np.where(reach, w, 1.0)
    t = np.where(reach, o - g * J / safe, 0.0)
    kept = g[~reach] ** 2 / np.where(h[~reach] > 0, h[~reach], 1.0)
    return Target(o, t, np.where(reach, w, 0.0), float(kept.sum()))


def root_target(rows: Rows, f: Array | None = None) -> Target:
    """The target of the root before there is a network: y itself, or a working response where the loss needs one.

    Args:
        rows: the rows to explain.
        f: (n,) the output to start from; None for `first_output`.
    """
    weight = rows.loss_function.root_weights(rows.y, rows.weight)
    if weight is not None:
        return Target(np.full_like(rows.y, np.average(rows.y, weights=weight)), rows.y, weight, 0.0)
    f = first_output(rows) if f is None else f
    g, h = rows.loss_function.working_response(f, rows.y, rows.weight)
    return Target(f, f - g / np.where(h > 0, h, 1.0), h, 0.0)


def first_output(rows: Rows) -> Array:
    """(n,) the output to start from before there is a network: the best constant.

    Under the Huber loss, outliers have to be distinguished from the other rows. Then the output is the median over the
    nearest rows (inputs in units of their interquartile range) if that has a lower loss than the constant.
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
