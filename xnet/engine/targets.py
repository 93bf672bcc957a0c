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

from .forward import forward, sensitivities
from .network import Network

Array = np.ndarray


@dataclass(frozen=True)
class Target:
    """One neuron's target t and weight w, each (n,); `base` is the loss that no output of the neuron takes away."""

    o: Array
    t: Array
    w: Array
    base: float


def squared_error(f: Array, y: Array) -> tuple[Array, Array]:
    """Gradient and curvature of (f - y)^2 / 2 by f, each (n,)."""
    return f - y, np.ones_like(f)


def neuron_targets(network: Network, columns: Array, y: Array, weight: Array | None = None) -> list[Target]:
    """The target of every neuron, in order.

    Args:
        columns: (d, n) the inputs.
        y: (n,) what the network should put out; a row's loss is weight * (f - y)^2.
        weight: (n,) the rows' weights; None for 1.
    """
    values = forward(network, columns)
    g, h = squared_error(values[-1], y)
    if weight is not None:
        g, h = g * weight, h * weight
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
