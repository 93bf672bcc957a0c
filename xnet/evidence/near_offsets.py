"""Constants beside inputs that hardly vary against their size, such as seconds since 1970 over an hour.

The columns of the Jacobian are then so nearly parallel that products of them do not tell them apart
(`xnet.engine.fitting.determination`). The rows may still determine every constant. The slope of a line would have an
error a million times too small with its intercept held.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.all_rows import normal_equations
from xnet.engine.fitting.determination import RANK, determined, weighted_jacobian
from xnet.engine.fitting.levenberg_marquardt import noise_variance
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

#: The smallest singular value of a Jacobian, its columns scaled, that is more than rounding, as a share of the largest.
_ROUNDING = 1e-10


def determined_constants(network: Network, rows: Rows, theta: Array, held: Collection[int]) -> list[int]:
    """The constants that the rows determine, with those that only nearly parallel columns hide.

    The latter are counted if the standard error of every one of them is below its size.

    Args:
        network: the formula.
        rows: the rows.
        theta: (p,) its constants.
        held: positions of the constants that nothing fits.

    Returns:
        Positions, ascending.
    """
    allowed = [i for i in range(len(theta)) if i not in held]
    free = determined(normal_equations(network, rows, theta).matrix, theta, allowed)
    added = [i for i in allowed if i not in free]
    found = _scaled_inverse(network, rows, theta, allowed) if added else None
    if found is None or found[1] >= RANK:
        return free
    variance = noise_variance(rows, rows.loss(network, theta), len(allowed))
    errors = dict(zip(allowed, np.sqrt(np.diag(found[0]) * variance), strict=True))
    return allowed if all(errors[i] < abs(theta[i]) for i in added) else free


def covariance_by_rows(network: Network, rows: Rows, theta: Array, free: Sequence[int]) -> Array | None:
    """The covariance of constants for noise of variance 1, without products of columns; None where it is needless."""
    found = _scaled_inverse(network, rows, theta, free)
    return None if found is None or found[1] >= RANK else found[0]


def _scaled_inverse(network: Network, rows: Rows, theta: Array, free: Sequence[int]) -> tuple[Array, float] | None:
    """The inverse of the products of the columns of some constants, and their smallest singular value as a share."""
    if not free:
        return None
    with np.errstate(all="ignore"):
        A = weighted_jacobian(network, rows, theta)[:, list(free)]
    size = np.linalg.norm(A, axis=0)
    if not np.isfinite(A).all() or not size.all() or len(A) < len(size):
        return None
    _, values, directions = np.linalg.svd(A / size, full_matrices=False)
    if values[-1] <= _ROUNDING * values[0]:
        return None
    return (directions.T / values**2) @ directions / np.outer(size, size), float(values[-1] / values[0])
