"""Tables of very many rows: an offer is judged on some of them, and only what passes meets all.

The constants of what passes come from `ROUGH_ROWS` rows, snapped and rounded by what these can tell. One Gauss-Newton
step on all rows, its normal equations summed up block by block, makes them as exact as the table allows: they are
near enough for one step, and each further pass over a million rows costs as much as a whole step of the search. A
simple number stays unless all rows speak against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .losses import EXACT_LOSS
from .rows import Rows
from .simplification import is_nice

#: Standard errors that all rows have to be away from a simple number to take it back.
_FAR = 3.0


@dataclass(frozen=True)
class NormalEquations:
    """A J'WJ (p, p) and J'Wr (p,) over all rows, and the loss, at the constants they were made with."""

    matrix: Array
    right: Array
    loss: float


def fitted_to_all_rows(network: Network, rows: Rows) -> Network:
    """One Gauss-Newton step over all rows for the constants that need it, each rounded to what the rows can tell."""
    theta = np.array(network.constants)
    if not len(theta):
        return network
    equations = normal_equations(network, rows, theta)
    size = np.sqrt(np.diag(equations.matrix))
    if not np.isfinite(equations.loss) or equations.loss <= EXACT_LOSS or not np.isfinite(size).all() or not size.all():
        return network
    n, known = len(rows.y), rows.kind.dispersion
    mean_square = equations.loss * rows.scale if known is None else known
    matrix, right = equations.matrix / np.outer(size, size), equations.right / size
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(matrix, hermitian=True)), 0.0) * mean_square)
    step = np.linalg.lstsq(matrix, right, rcond=1e-12)[0]
    free = [i for i, c in enumerate(theta) if not is_nice(c) or abs(step[i]) > _FAR * errors[i]]
    if not free:
        return network
    step = np.linalg.lstsq(matrix[np.ix_(free, free)], right[free], rcond=1e-12)[0] / size[free]
    # As in `parameters`: a digit stays where leaving it out would cost more than half of a row's worth of loss.
    reach = np.sqrt(0.5 * mean_square / len(free)) / size[free]
    refined = theta.copy()
    refined[free] = [_shortest_within(c, r) for c, r in zip(theta[free] + step, reach, strict=True)]
    better = network.with_constants(refined)
    return better if rows.loss(better) < equations.loss * (1.0 + 1.0 / n) else network


def normal_equations(network: Network, rows: Rows, theta: Array) -> NormalEquations:
    """The normal equations of the constants over all rows, block by block."""
    p = len(theta)
    matrix, right, total = np.zeros((p, p)), np.zeros(p), 0.0
    for block in rows.blocks():
        f, J = jacobian(network, block.columns, theta)
        root, r = block.kind.residuals(f, block.y, block.weight)
        A = J * np.reshape(root, (-1, 1))
        matrix += A.T @ A
        right += A.T @ r
        total += len(f) * block.loss_of(f)
    return NormalEquations(matrix, right, total / len(rows.y))


def _shortest_within(value: float, reach: float) -> float:
    """The number of the fewest digits within reach of a value."""
    short = (float(f"{value:.{digits}g}") for digits in range(1, 17))
    return next((s for s in short if abs(s - value) <= reach), value)
