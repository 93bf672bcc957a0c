"""Large tables: one Gauss-Newton step over all rows for a network that was fitted on a subsample.

Trials are scored on a subsample of `SUBSAMPLED_ROWS` rows first; only trials that would enter the front are refitted
and scored on all rows. Their constants were fitted, simplified and rounded on the subsample. One Gauss-Newton step,
with normal equations summed block by block, makes them as exact as the table allows: they are near enough for one step,
and each further pass over a million rows costs as much as a whole step of the search. A simple number stays unless it
lies more than three standard errors from the optimum on all rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .losses import EXACT_LOSS
from .rows import Rows
from .simplification import is_simple

#: A simple number is given up when it lies further than this many standard errors from the optimum on all rows.
_FAR = 3.0


@dataclass(frozen=True)
class NormalEquations:
    """The normal equations of a Gauss-Newton step at some constants.

    Attributes:
        matrix: (p, p) J'WJ summed over all rows.
        right: (p,) J'Wr summed over all rows.
        loss: the normalised loss of all rows.
    """

    matrix: Array
    right: Array
    loss: float


def fitted_to_all_rows(network: Network, rows: Rows) -> Network:
    """The network after one Gauss-Newton step over all rows, or the network itself if the step does not lower the loss.

    Simple numbers stay where they are consistent with all rows; other constants are rounded to significant digits.
    """
    theta = np.array(network.constants)
    if not len(theta):
        return network
    equations = normal_equations(network, rows, theta)
    size = np.sqrt(np.diag(equations.matrix))
    if not np.isfinite(equations.loss) or equations.loss <= EXACT_LOSS or not np.isfinite(size).all() or not size.all():
        return network
    n, dispersion = len(rows.y), rows.loss_function.dispersion
    mean_square = equations.loss * rows.scale if dispersion is None else dispersion
    matrix, right = equations.matrix / np.outer(size, size), equations.right / size
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(matrix, hermitian=True)), 0.0) * mean_square)
    step = np.linalg.lstsq(matrix, right, rcond=1e-12)[0]
    free = [i for i, c in enumerate(theta) if not is_simple(c) or abs(step[i]) > _FAR * errors[i]]
    if not free:
        return network
    step = np.linalg.lstsq(matrix[np.ix_(free, free)], right[free], rcond=1e-12)[0] / size[free]
    # As in `simplification`: a digit is kept where dropping it would cost more than half of one row's share.
    reach = np.sqrt(0.5 * mean_square / len(free)) / size[free]
    refined = theta.copy()
    refined[free] = [_shortest_within(c, r) for c, r in zip(theta[free] + step, reach, strict=True)]
    better = network.with_constants(refined)
    return better if rows.loss(better) < equations.loss * (1.0 + 1.0 / n) else network


def normal_equations(network: Network, rows: Rows, theta: Array) -> NormalEquations:
    """The normal equations of a Gauss-Newton step over all rows, summed block by block.

    Args:
        theta: (p,) the constants.
    """
    p = len(theta)
    matrix, right, total = np.zeros((p, p)), np.zeros(p), 0.0
    for block in rows.blocks():
        f, J = jacobian(network, block.columns, theta)
        root, r = block.loss_function.residuals(f, block.y, block.weight)
        A = J * np.reshape(root, (-1, 1))
        matrix += A.T @ A
        right += A.T @ r
        total += len(f) * block.loss_of(f)
    return NormalEquations(matrix, right, total / len(rows.y))


def _shortest_within(value: float, reach: float) -> float:
    """The number of fewest decimal digits that differs from a value by at most `reach`."""
    short = (float(f"{value:.{digits}g}") for digits in range(1, 17))
    return next((s for s in short if abs(s - value) <= reach), value)
