"""Which constants of a network the rows determine, also beside inputs that hardly vary against their size.

Seconds since 1970 over an hour are such an input. The columns of the Jacobian are then so nearly parallel that products
of them do not tell them apart (`determination`). The rows may still determine every constant. The slope of a line would
have an error a million times too small with its intercept held, and the line would count as one parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.network import Network

from .all_rows import normal_equations
from .determination import RANK, determined, n_determined_in_groups, weighted_jacobian
from .levenberg_marquardt import noise_variance
from .rows import Rows

#: The smallest singular value of a Jacobian, its columns scaled, that is more than rounding, as a share of the largest.
_ROUNDING = 1e-10


def n_determined(network: Network, rows: Rows, fixed: Collection[int] = ()) -> int:
    """The number of constants that the rows determine, own ones once a group: the parameters of the network.

    The place of a step is none: the loss has no slope there (`jumps`).

    Args:
        network: the formula.
        rows: the rows.
        fixed: positions of constants that nothing fits, which are no parameters.
    """
    if network.own is not None:
        return n_determined_in_groups(network, rows, fixed)
    theta = np.array(network.constants)
    free = [i for i in range(len(theta)) if i not in fixed]
    if not free:
        return 0
    with np.errstate(all="ignore"):
        matrix = normal_equations(network, rows, theta).matrix
        return len(_determined(network, rows, theta, free, matrix)) if np.isfinite(matrix).all() else len(free)


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
    return _determined(network, rows, theta, allowed, normal_equations(network, rows, theta).matrix)


def _determined(network: Network, rows: Rows, theta: Array, allowed: list[int], matrix: Array) -> list[int]:
    """The same for positions that may be fitted, and the matrix (p, p) of the normal equations."""
    free = determined(matrix, theta, allowed)
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
