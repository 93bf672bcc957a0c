"""Large tables: one Gauss-Newton step over all rows for a network that was fitted on a subsample.

Trials are scored on a subsample of `SUBSAMPLED_ROWS` rows first; only trials that would enter the front are refitted
and scored on all rows. Their constants were fitted, simplified and rounded on the subsample, so they are near the
optimum of all rows. One Gauss-Newton step, with normal equations summed block by block, is then precise enough; each
further pass over a million rows would cost as much as a whole step of the search. A simple number stays if the odds of
`simple_numbers` on all rows favour it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.known_values import KnownValue
from xnet.engine.networks.network import Network

from .determination import determined
from .levenberg_marquardt import reach_of
from .losses import EXACT_LOSS
from .rows import Rows
from .simple_numbers import log_odds, simple_numbers_near
from .streamed_rows import StreamedRows

#: A simple number without a spacing (such as pi) is dropped if it is more standard errors than this from the optimum.
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


def fitted_to_all_rows(network: Network, rows: Rows | StreamedRows) -> Network:
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
    n, dispersion = rows.n, rows.loss_function.dispersion
    mean_square = equations.loss * rows.scale if dispersion is None else dispersion
    matrix, right = equations.matrix / np.outer(size, size), equations.right / size
    kept = determined(equations.matrix, theta)
    errors = reach_of(equations.matrix, kept) * np.sqrt(mean_square)
    step = np.linalg.lstsq(matrix[np.ix_(kept, kept)], right[kept], rcond=1e-12)[0] / size[kept]
    free = [i for i, move, error in zip(kept, step, errors, strict=True)
            if not _stays_simple(float(theta[i]), network.known, abs(float(move)), float(error), n - len(kept))]
    if not free:
        return network
    step = np.linalg.lstsq(matrix[np.ix_(free, free)], right[free], rcond=1e-12)[0] / size[free]
    # As in `simplification`: a digit is kept where dropping it would cost more than half of one row's share.
    reach = np.sqrt(0.5 * mean_square / len(free)) / size[free]
    refined = theta.copy()
    refined[free] = [_shortest_within(c, r) for c, r in zip(theta[free] + step, reach, strict=True)]
    better = network.with_constants(refined)
    return better if rows.loss(better) < equations.loss * (1.0 + 1.0 / n) else network


def _stays_simple(c: float, known: tuple[KnownValue, ...], distance: float, error: float, degrees: int) -> bool:
    """Whether a constant is a simple number, and the odds on all rows are for it."""
    same = [near for near in simple_numbers_near(c, known) if near.value == c]
    return any(log_odds(distance, error, near.spacing, max(degrees, 1)) > 0.0 if near.spacing
               else distance <= _FAR * error for near in same)


def normal_equations(network: Network, rows: Rows | StreamedRows, theta: Array) -> NormalEquations:
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
    return NormalEquations(matrix, right, total / rows.n)


def _shortest_within(value: float, reach: float) -> float:
    """The number of fewest decimal digits that differs from a value by at most `reach`."""
    short = (float(f"{value:.{digits}g}") for digits in range(1, 17))
    return next((s for s in short if abs(s - value) <= reach), value)
