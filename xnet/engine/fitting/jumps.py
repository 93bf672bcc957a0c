"""Constants that only move the place of a jump, such as c in step(x - c): which values of them the rows tell apart.

Between two neighbouring values of x the output on the rows does not depend on c.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.network import Network

from .rows import Rows

#: Activations without a slope: their output jumps where a row crosses a place.
JUMPS = frozenset(["step", "floor"])
#: Deviation from a straight line, as a share, of an argument as a function of a constant.
_STRAIGHT = 1e-6


@dataclass(frozen=True)
class Threshold:
    """The place of a step.

    Attributes:
        at: position of the constant.
        low, high: all values between them give the same outputs on the rows; infinite beyond the last row.
        places: (k,) ascending, the values at which the output of a row changes.
    """

    at: int
    low: float
    high: float
    places: Array

    @property
    def middle(self) -> float:
        """The middle of the values that fit alike, in as few digits as keep it between them."""
        middle = 0.5 * (self.low + self.high)
        short = (float(f"{middle:.{digits}g}") for digits in range(2, 17))
        return next((value for value in short if abs(value - middle) <= 0.25 * (self.high - self.low)), middle)


def has_jumps(network: Network) -> bool:
    """Whether a network has a neuron without a slope."""
    return any(neuron.activation in JUMPS for neuron in network.neurons)


def thresholds(network: Network, rows: Rows, theta: Array, idle: Iterable[int]) -> list[int]:
    """The positions among `idle`, of constants by which the output has no slope, that are places of jumps.

    Args:
        theta: (p,) the constants.
    """
    if not has_jumps(network):
        return []
    with np.errstate(all="ignore"):
        return [i for i in idle if threshold_at(network, rows, theta, i) is not None]


def threshold_at(network: Network, rows: Rows, theta: Array, at: int) -> Threshold | None:
    """The values of a constant that give the same outputs on the rows; None if no argument of a jump depends on it.

    Arguments have to be straight lines of the constant.
    """
    lower, upper, places = [-np.inf], [np.inf], list[Array]()
    for block in rows.blocks():
        move = np.zeros(len(theta))
        move[at] = 2.0 ** round(math.log2(max(abs(float(theta[at])), 1e-3)))  # a power of two is added without rounding
        before, values, after = (forward(network, block.columns, theta + s * move) for s in (-1.0, 0.0, 1.0))
        for neuron in network.neurons:
            if neuron.activation not in JUMPS:
                continue
            u0, u, u1 = (np.broadcast_to(v[neuron.children[0]], block.y.shape) for v in (before, values, after))
            slope = (u1 - u0) / (2.0 * move[at])
            moves = np.isfinite(slope) & (slope != 0.0)
            if not moves.any():
                continue
            if (np.abs(u1 - 2.0 * u + u0)[moves] > _STRAIGHT * np.abs(u1 - u0)[moves]).any():
                return None
            below, above = _ends(neuron.activation, float(theta[at]), u[moves], slope[moves])
            lower.append(float(below.max()))
            upper.append(float(above.min()))
            places += [below, above]
    if not places:
        return None
    found = np.unique(np.concatenate(places))
    return Threshold(at, max(lower), min(upper), found[np.isfinite(found)])


def _ends(name: str, c: float, u: Array, slope: Array) -> tuple[Array, Array]:
    """Values of a constant, below and above c, at which jumps with arguments u (n,) change."""
    if name == "step":
        nearest = c - u / slope
        from_below = (u >= 0.0) == (slope > 0.0)
        return np.where(from_below, nearest, -np.inf), np.where(from_below, np.inf, nearest)
    part = u - np.floor(u)
    ends = c - part / slope, c + (1.0 - part) / slope
    return np.minimum(*ends), np.maximum(*ends)
