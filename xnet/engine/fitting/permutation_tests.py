"""Permutation tests of whether a target depends on the inputs.

If no input matters, all orders of the target are equally likely, so a test keeps its level for every distribution
(Fisher, The design of experiments, 1935). Orders are drawn until the p-values are known well enough (Besag & Clifford,
Sequential Monte Carlo p-values, Biometrika 78, 1991).

Rows with weights have two kinds of orders. If the variance of a row is one over its weight, deviations times the roots
of the weights are alike, and these change places. If a weight says how much a row counts, as in a survey, the values of
the target are alike, and they change places without their weights. A table does not say which is true, so both tests
have to find the dependence, but where weights come from stated errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from xnet.arrays import Array

from .error_losses import KnownError
from .rows import Rows

#: Orders of the target that are drawn at a time.
_AT_A_TIME = 100
#: With this many orders that fit as well as the true one, a p-value is known well enough.
_ENOUGH = 20
#: Fewer rows have too few orders for a small p-value: six have 720.
FEWEST_ROWS = 8
#: Fits that agree to this share are equal.
ROUNDING = 1e-9
_SEED = 1935


def least_p_value(as_good: Callable[[Array], Array], n: int, most_orders: int) -> float:
    """The least p-value of several tests by the same random orders of n rows, in which the true order is counted.

    Args:
        as_good: of (k, n) orders, how many are at least as good as the true one by each test.
        most_orders: orders that are drawn at most, the true one included.
    """
    rng = np.random.default_rng(_SEED)  # a step of search is a function of its state: the same orders every time
    counts, drawn = np.zeros(1), 0
    while drawn < most_orders - 1 and counts.min() < _ENOUGH:
        size = min(_AT_A_TIME, most_orders - 1 - drawn)
        counts = counts + as_good(rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1))
        drawn += size
    return float((1.0 + counts.min()) / (1.0 + drawn))


class LinearModel:
    """A linear model of columns, against a constant.

    Args:
        rows: n rows, which give the weights and the loss.
        X: (n, k) the columns; those that others determine do not count.

    Attributes:
        k: how many columns count.
    """

    def __init__(self, rows: Rows, X: Array) -> None:
        self.rows = rows
        self.root = np.ones(rows.n) if rows.weight is None else np.sqrt(rows.weight)
        self.basis = self._basis(X)
        self.k = self.basis.shape[1]

    def explained(self, values: Array) -> float:
        """The share of the variance of (n,) values that the model explains."""
        return float(self._explained(centred(values[:, None], self.root).T)[0])

    def p_value(self, targets: Sequence[Array], most_orders: int) -> float:
        """The least p-value of tests of the model with each of the targets (n,); with weights the larger of both kinds.

        Args:
            most_orders: see `least_p_value`.
        """
        found = self.p_value_of_deviations([centred(t[:, None], self.root)[:, 0] for t in targets], most_orders)
        if not has_two_kinds_of_orders(self.rows):
            return found
        true = [self.explained(t) for t in targets]
        return max(found, self._by_orders([t - t.mean() for t in targets], true, self.root, most_orders))

    def p_value_of_deviations(self, deviations: Sequence[Array], most_orders: int) -> float:
        """The least p-value of tests of the model with each of the deviations (n,), which are alike in all rows.

        Args:
            deviations: from the weighted mean, times the roots of the weights; or their ranks.
            most_orders: see `least_p_value`.
        """
        true = [float(self._explained(one[None])[0]) for one in deviations]
        return self._by_orders(deviations, true, np.ones(self.rows.n), most_orders)

    def _by_orders(self, targets: Sequence[Array], true: Sequence[float], factor: Array, most_orders: int) -> float:
        """The least p-value where (n,) values change places, each times the factor of the row where it then stands."""
        def as_good(orders: Array) -> Array:
            return np.array([float((self._explained(t[orders] * factor) >= share * (1.0 - ROUNDING)).sum())
                             for t, share in zip(targets, true, strict=True)])

        return least_p_value(as_good, self.rows.n, most_orders)

    def _explained(self, targets: Array) -> Array:
        """The share of the variance of each target, a row, that the model explains."""
        root = self.root
        whole = np.einsum("ij,ij->i", targets, targets) - (targets @ root) ** 2 / (root @ root)
        return np.square(targets @ self.basis).sum(axis=1) / np.maximum(whole, 1e-300)

    def _basis(self, X: Array) -> Array:
        """An orthonormal basis of the centred columns, weighted rows, without columns that add nothing of their own."""
        columns = centred(X, self.root)
        size = np.abs(columns).max(axis=0)
        size[size == 0.0] = 1.0
        left, singular, _ = np.linalg.svd(columns / size, full_matrices=False)
        return left[:, singular > 1e-10 * max(float(singular[0]), 1e-300)]


def has_two_kinds_of_orders(rows: Rows) -> bool:
    """Whether rows have weights, and these may say how much a row counts."""
    return rows.weight is not None and not isinstance(rows.loss_function, KnownError)


def centred(X: Array, root: Array) -> Array:
    """The deviations of columns (n, k) from their weighted means, times the roots (n,) of the weights."""
    weight = root * root
    return np.asarray((X - weight @ X / weight.sum()) * root[:, None])


def ranks(y: Array) -> Array:
    """The ranks of n values, from 1 to n; equal values have the mean of their ranks."""
    _, where, count = np.unique(y, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[where]
