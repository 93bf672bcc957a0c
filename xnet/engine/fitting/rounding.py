"""The loss that rounding alone leaves: what an exact formula may leave unexplained.

A polynomial can come as close to a closed form as 1e-10 of the target's standard deviation (a Taylor series, or a
quotient of polynomials on a narrow range), and still miss every digit behind. Rounding is smaller, and can be bounded:
every number that a formula computes on the way is rounded once (Higham 2002, "Accuracy and Stability of Numerical
Algorithms", section 3.1), and a target from a file is rounded to its last decimal.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward, sensitivities
from xnet.engine.networks.network import Network

from .rows import Rows

#: How many times the expected rounding error an exact formula may be off: whoever computed the target may have written
#: the formula in another way, or rounded the inputs as well.
_TIMES = 300.0
_EPSILON = float(np.finfo(np.float64).eps)
#: Decimals that are looked for in a target; one with more is taken to have all digits of a double.
_MOST_DECIMALS = 15


def rounding_loss(network: Network, rows: Rows) -> float:
    """The normalised loss below which the errors of a network are rounding; infinite where an output is not finite."""
    with np.errstate(all="ignore"):
        computed = _computed(network, rows.columns)
        own = max(_EPSILON**2 * float(np.mean(rows.y * rows.y)) / rows.scale, rounding_of_target(rows))
        loss = _TIMES**2 * (float(np.mean(computed)) / rows.scale + own)
    return loss if np.isfinite(loss) else np.inf


def rounding_of_target(rows: Rows) -> float:
    """The normalised loss that the last decimal of the target leaves; 0 where it has all digits of a double."""
    return last_decimal(rows.y) ** 2 / 12.0 / rows.scale


def rounding_errors(network: Network, columns: Array, y: Array) -> Array:
    """The errors (n,) that rounding alone can cause in each row; infinite where an output is not finite.

    Args:
        network: the formula.
        columns: (d, n) the inputs.
        y: (n,) the target; half the unit of its last decimal is rounding.
    """
    with np.errstate(all="ignore"):
        errors = _TIMES * np.sqrt(_computed(network, columns) + (_EPSILON * y) ** 2) + 0.5 * last_decimal(y)
    return np.where(np.isfinite(errors), errors, np.inf)


def _computed(network: Network, columns: Array) -> Array:
    """The expected squared rounding error (n,) of the numbers that a formula computes on the way."""
    values = forward(network, columns)
    return sum(((J * v * _EPSILON) ** 2 for J, v in zip(sensitivities(network, values), values, strict=True)),
               start=np.zeros(columns.shape[1]))


def last_decimal(y: Array) -> float:
    """The unit of the last decimal of a target; 0 where it has all digits of a double."""
    return next((10.0**-d for d in range(_MOST_DECIMALS + 1) if np.array_equal(np.round(y, d), y)), 0.0)
