"""Whether a target depends on the inputs linearly at all: permutation tests of a linear model of all inputs.

The F-test assumes normal errors. With heavy-tailed inputs and a heavy-tailed target it finds a dependence in up to a
tenth of the tables of noise, at a level of half a percent. A permutation test keeps its level for every distribution:
if no input matters, all orders of the target are equally likely (Fisher, The design of experiments, 1935). The test is
done with the target and with its ranks, which have no outliers (Conover & Iman, Rank transformations as a bridge
between parametric and nonparametric statistics, The American Statistician 35, 1981).

Rows with weights have two kinds of orders. If the variance of a row is one over its weight, deviations times the roots
of the weights are alike, and these change places. If a weight says how much a row counts, as in a survey, the values of
the target are alike, and they change places without their weights. A table does not say which is true, so both tests
have to find the dependence, but where weights come from stated errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .error_losses import KnownError
from .f_test import f_test_p_value
from .rows import Rows

#: The test of all inputs needs this many rows for each of them.
ROWS_OF_A_TEST = 3
#: Orders of the target that are drawn at most, and at a time.
_ORDERS, _AT_A_TIME = 2000, 100
#: With this many orders that fit as well as the true one, both p-values are known well enough (Besag & Clifford 1991).
_ENOUGH = 20
#: Ranks are bounded, so a p-value of their F-test below this needs no permutations.
_CERTAIN = 1e-6
#: Fits that agree to this share are equal.
_ROUNDING = 1e-9
_SEED = 1935


def linear_p_value(rows: Rows) -> float:
    """The smaller p-value of two permutation tests of a linear model of all inputs against a constant.

    Two tests are done, so it is at most p in at most a share 2 p of the tables of noise.

    Args:
        rows: n rows; inputs that do not vary, and those outside `selected_inputs`, are left out.

    Returns:
        A multiple of 1 / 2000, or the p-value of the F-test of the ranks if it is below 1e-6. 1 where there are fewer
        than `ROWS_OF_A_TEST` rows for each input: a test of selected inputs would not be valid. With weights it is the
        larger p-value of both kinds of orders.
    """
    inputs = rows.inputs()
    n, d = len(rows.y), len(inputs)
    if not 0 < d <= n / ROWS_OF_A_TEST or n - d - 1 < 3:
        return 1.0
    root = np.ones(n) if rows.weight is None else np.sqrt(rows.weight)
    basis = _basis(np.column_stack([c for _, c in inputs]), root)
    k = basis.shape[1]
    freedom = n - 1 - k
    if k == 0 or freedom < 3:
        return 1.0
    plain = (rows.y, ranks(rows.y))
    targets = [_centred(t[:, None], root)[:, 0] for t in plain]
    true = np.array([float(_explained(t[None], basis, root)[0]) for t in targets])
    if rows.weight is None:
        by_ranks = f_test_p_value(1.0, 1.0 - float(true[1]), k, freedom)
        if by_ranks < _CERTAIN:
            return by_ranks
    found = _permuted(targets, true, basis, root, np.ones(n))
    if rows.weight is None or isinstance(rows.loss_function, KnownError):
        return found
    return max(found, _permuted([t - t.mean() for t in plain], true, basis, root, root))


def _permuted(targets: Sequence[Array], true: Array, basis: Array, root: Array, factor: Array) -> float:
    """The smaller of the p-values by random orders of the rows, in which the true order is counted.

    Args:
        targets: (n,) values that change places.
        true: the shares that are explained in the true order.
        basis, root: as for `_explained`.
        factor: (n,) what the values are multiplied by in the rows where they come to stand.
    """
    rng = np.random.default_rng(_SEED)  # a step of search is a function of its state: the same orders every time
    n = len(root)
    as_good, drawn = np.zeros(len(targets)), 0
    while drawn < _ORDERS - 1 and as_good.min() < _ENOUGH:
        size = min(_AT_A_TIME, _ORDERS - 1 - drawn)
        orders = rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
        as_good += [float((_explained(t[orders] * factor, basis, root) >= share * (1.0 - _ROUNDING)).sum())
                    for t, share in zip(targets, true, strict=True)]
        drawn += size
    return float((1.0 + as_good.min()) / (1.0 + drawn))


def _explained(targets: Array, basis: Array, root: Array) -> Array:
    """The share of the variance of each target, a row, that the basis explains."""
    whole = np.einsum("ij,ij->i", targets, targets) - (targets @ root) ** 2 / (root @ root)
    return np.square(targets @ basis).sum(axis=1) / np.maximum(whole, 1e-300)


def _basis(X: Array, root: Array) -> Array:
    """An orthonormal basis of the centred columns, weighted rows; columns without a share of their own are left out."""
    columns = _centred(X, root)
    size = np.abs(columns).max(axis=0)
    size[size == 0.0] = 1.0
    left, singular, _ = np.linalg.svd(columns / size, full_matrices=False)
    return left[:, singular > 1e-10 * max(float(singular[0]), 1e-300)]


def _centred(X: Array, root: Array) -> Array:
    weight = root * root
    return (X - weight @ X / weight.sum()) * root[:, None]


def ranks(y: Array) -> Array:
    """The ranks of n values, from 1 to n; equal values have the mean of their ranks."""
    _, where, count = np.unique(y, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[where]
