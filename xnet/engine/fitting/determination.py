"""Which constants of a network the rows determine.

In a / (c + b x) one direction is free: doubling all three constants changes nothing. A pseudo-inverse would drop that
direction and report small errors that mean nothing. So a constant of it is held at its value, the simplest first, until
the rows determine all others. Held constants have no standard error, and they are no parameters.
`determined_constants` counts them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .group_fitting import GroupRows, Scope, evaluated, form_on_rows
from .rows import Rows

#: The Jacobian has full rank while its smallest singular value, columns scaled, is above this share of the largest.
RANK = 1e-6

#: A constant belongs to a free direction if its part of it is above this share of the largest part.
_SHARE = 0.05


def weighted_jacobian(network: Network, rows: Rows, theta: Array) -> Array:
    """The Jacobian (n, p) of a network times the roots of the curvature of the loss."""
    f, J = jacobian(network, rows.columns, theta)
    return J * np.reshape(rows.loss_function.residuals(f, rows.y, rows.weight)[0], (-1, 1))


def determined(gram: Array, theta: Sequence[float] | Array, free: Sequence[int] | None = None) -> list[int]:
    """Positions, ascending, of the constants that the rows determine while the others are held.

    Args:
        gram: (p, p) the products of the columns of the weighted Jacobian.
        theta: (p,) the constants.
        free: positions of the constants that may be fitted; None for all.
    """
    size = np.sqrt(np.diag(gram))
    kept = [i for i in (range(len(theta)) if free is None else free) if 0 < size[i] < np.inf]
    if not np.isfinite(gram).all():
        return kept
    while len(kept) > 1:
        part = gram[np.ix_(kept, kept)] / np.outer(size[kept], size[kept])
        values, directions = np.linalg.eigh(part)
        if values[0] > RANK * RANK * values[-1]:
            break
        reach = np.abs(directions[:, 0])
        kept.remove(min((i for i, r in zip(kept, reach, strict=True) if r > _SHARE * reach.max()),
                        key=lambda i: _length(float(theta[i]))))
    return kept


def n_determined_in_groups(network: Network, rows: Rows, fixed: Collection[int]) -> int:
    """The number of constants of a network with own ones that the rows determine; arguments of `n_determined`."""
    form, theta, scopes, groups = form_on_rows(network, rows, fixed)
    with np.errstate(all="ignore"):
        found = determined_in_groups(form, theta, scopes, groups)
    found[len(network.constants):, groups.sizes == 0] = True  # a sample may lack a group
    return int(found[:len(network.constants), 0].sum() + found[len(network.constants):].sum())


def determined_in_groups(form: Network, theta: Array, scopes: Sequence[Scope], rows: GroupRows) -> Array:
    """Which constants (p, G) of a form of groups the rows determine while the others are held.

    In c*a[group] one constant is free. A shared constant is held before the own ones beside it.

    Args:
        theta: (p, G) the constants.
        scopes: (p,) who every constant belongs to; fixed ones are held.
    """
    own = [i for i, s in enumerate(scopes) if s is Scope.OWN]
    shared = [i for i, s in enumerate(scopes) if s is Scope.SHARED]
    found = np.zeros(theta.shape, dtype=bool)
    f, J = evaluated(form, theta, rows)
    A = J * np.reshape(rows.rows.loss_function.residuals(f, rows.rows.y, rows.rows.weight)[0], (-1, 1))
    if not np.isfinite(A).all():
        found[own + shared] = True
        return found
    beside, length = A[:, shared], np.linalg.norm(A[:, shared], axis=0)
    usual = np.median(theta[own], axis=1) if own else np.zeros(0)  # the same constants are held in all groups
    for g, (start, size) in enumerate(zip(rows.starts, rows.sizes, strict=True)):
        part = A[start:start + size, own]
        kept = determined(part.T @ part, usual)
        found[[own[j] for j in kept], g] = True
        basis = np.linalg.qr(part[:, kept] / np.linalg.norm(part[:, kept], axis=0))[0]
        beside[start:start + size] -= basis @ (basis.T @ beside[start:start + size])
    left = [j for j in range(len(shared)) if np.linalg.norm(beside[:, j]) > RANK * length[j]]
    kept = determined(beside.T @ beside, theta[shared, 0], left)
    found[[shared[j] for j in kept]] = True
    return found


def _length(c: float) -> tuple[bool, int, float]:
    """Order of constants by simplicity: 1 first, then numbers of few digits, then those near 1."""
    return abs(abs(c) - 1.0) > 1e-9, len(f"{abs(c):.12g}"), abs(np.log(abs(c))) if c else 0.0
