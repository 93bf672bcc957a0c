"""The variances of errors in the groups of a table, and what they say about constants, where they differ.

Groups of a few rows do not give weights for a fit, but they show together whether their noise differs (Bartlett's
test, 1937). Where it does, the variance of a constant is the sum of what the errors of every group contribute, each
with the variance of its own group, and Student's t has the degrees of freedom of that sum (Satterthwaite 1946).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.group_fitting import GroupRows

#: Groups differ where Bartlett's test has at most this p-value. Of tables with equal groups a tenth is treated so too,
#: which makes intervals longer by a few per cent, and no less valid.
_LEVEL = 0.1
#: A group with fewer degrees of freedom has the variance of all rows.
_LEAST_DEGREES = 1.0


class ErrorsByGroup(NamedTuple):
    """The standard errors (q,) of constants, and the degrees of freedom (q,) of each."""

    errors: Array
    degrees: Array


def errors_by_group(A: Array, inverse: Array, pull: Array, groups: GroupRows) -> ErrorsByGroup | None:
    """The standard errors of constants by the variances of the groups; None where the groups do not differ.

    Args:
        A: (n, q) the weighted Jacobian of the constants.
        inverse: (q, q) the inverse of A'A.
        pull: (n,) the weighted residuals.
        groups: the rows, by groups.
    """
    by_row = A @ inverse
    degrees = groups.sums(1.0 - np.einsum("ij,ij->i", by_row, A))
    squares = groups.sums(pull**2)
    known = (degrees >= _LEAST_DEGREES) & groups.varies
    if known.sum() < 2 or not _differ(squares[known], degrees[known]):
        return None
    rest = float(np.maximum(degrees, 0.0).sum())
    variance = np.where(known, squares / np.where(known, degrees, 1.0), squares.sum() / rest)
    degrees = np.where(known, degrees, rest)
    shares = groups.sums(by_row**2) * variance[:, None]
    total = shares.sum(axis=0)
    known_to = total**2 / np.maximum((shares**2 / degrees[:, None]).sum(axis=0), 1e-300)
    return ErrorsByGroup(np.sqrt(total), np.clip(known_to, 1.0, max(rest, 1.0)))


def _differ(squares: Array, degrees: Array) -> bool:
    """Whether the variances of groups differ, by Bartlett's test.

    Args:
        squares: (G,) the sums of squared errors.
        degrees: (G,) their degrees of freedom.
    """
    n, total = float(degrees.sum()), float(squares.sum())
    if not total > 0.0:
        return False
    of_groups = np.log(np.maximum(squares, 1e-30 * total) / degrees)
    size = 1.0 + (float((1.0 / degrees).sum()) - 1.0 / n) / (3.0 * (len(degrees) - 1))
    statistic = (n * np.log(total / n) - float(degrees @ of_groups)) / size
    return bool(chdtrc(len(degrees) - 1, max(statistic, 0.0)) <= _LEVEL)
