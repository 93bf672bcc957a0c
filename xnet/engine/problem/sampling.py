"""The rows of a table: training and held-out ones, their scale, and the representative ones to match on."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.data_rules import FEWEST_ROWS_TO_SPLIT
from xnet.engine.fitting.losses import Loss
from xnet.engine.fitting.r_squared import loss_scale
from xnet.engine.fitting.rows import Rows
from xnet.errors import DataError


def split_table(y: Array, used: Array, counted: Array | None, holdout: Array | None, fraction: float,
                rng: np.random.Generator, stratified: bool) -> tuple[Array, Array]:
    """Positions of the train rows and of the held-out rows, ascending.

    Args:
        y: (n,) target.
        used: (n,) whether the weight of a row is above 0.
        counted: (n,) whether a row is no copy of another (`is_counted`); None for all.
        holdout: (n,) the split that the caller chose; None draws `fraction` of the rows at random.
    """
    used = used if counted is None else used & counted
    parts = (split_rows(y, fraction, rng, stratified, counted) if holdout is None else given_split(holdout, len(y)))
    return parts[0][used[parts[0]]], parts[1][used[parts[1]]]


def split_rows(y: Array, fraction: float, rng: np.random.Generator, stratified: bool,
               counted: Array | None = None) -> tuple[Array, Array]:
    """Positions of the train rows and of the held-out rows; stratified: the same share of every value of y.

    Args:
        y: (n,) target.
        fraction: the share to hold out.
        counted: (n,) whether a row is in one of both parts; None for all.
    """
    rows = np.arange(len(y)) if counted is None else np.flatnonzero(counted)
    y, n = y[rows], len(rows)
    if not 0 <= fraction < 1:
        raise DataError(f"holdout_fraction is {fraction}; expected a share from 0 up to, but not including, 1.")
    n_holdout = round(n * fraction) if n >= FEWEST_ROWS_TO_SPLIT else 0
    order = rng.permutation(n)
    if stratified and n_holdout:
        rank = np.empty(n)
        for value in np.unique(y):
            of_class = order[y[order] == value]
            rank[of_class] = (np.arange(len(of_class)) + 0.5) / len(of_class)
        order = order[np.argsort(rank[order], kind="stable")]
    return rows[np.sort(order[n_holdout:])], rows[np.sort(order[:n_holdout])]


def given_split(holdout: Array, n: int) -> tuple[Array, Array]:
    """Positions of the train rows and of the held-out rows, where the caller chose them."""
    holdout = np.asarray(holdout)
    if holdout.shape != (n,) or holdout.dtype != np.bool_:
        raise DataError(f"holdout has shape {holdout.shape} and type {holdout.dtype}; expected ({n},) truth values, "
                        "one a row.")
    return np.flatnonzero(~holdout), np.flatnonzero(holdout)


def check_train_rows(n: int) -> None:
    """Refuse fewer than 3 training rows."""
    if n < 3:
        raise DataError(f"Only {n} training rows are left besides the held-out rows; at least 3 are needed, so hold "
                        "out fewer rows.")


def representative(y: Array, k: int, rng: np.random.Generator) -> Array:
    """k positions: half of them evenly over the ordered target, so that its extremes are there, half at random."""
    if k >= len(y):
        return np.arange(len(y))
    order = np.argsort(y, kind="stable")
    even = order[np.linspace(0, len(y) - 1, k // 2).round().astype(int)]
    rest = rng.permutation(np.delete(np.arange(len(y)), even))
    return np.sort(np.concatenate([even, rest[: k - len(even)]]))


def rows_at(X: Array, y: Array, scale: float, weight: Array | None, index: Array, kind: Loss) -> Rows:
    """Some rows of a table X (n, d), column by column: no second copy of a large table ever stands."""
    columns = np.empty((X.shape[1], len(index)))
    for j, column in enumerate(columns):
        np.take(X[:, j], index, out=column)
    return Rows(columns, y[index], scale, None if weight is None else weight[index], kind)


def scale_of(y: Array, weight: Array | None, kind: Loss) -> float:
    """The loss of the best constant, which losses are divided by."""
    if kind.name == "squared_error":
        return loss_scale(y, weight)
    loss = kind.mean(np.full_like(y, kind.best_constant(y, weight)), y, weight)
    if not kind.in_target_units:
        return loss if loss > 0 else 1.0
    # More than 77 % of the rows alike: they are no measure of the others.
    return loss if loss > 1e-24 * float(np.median(np.abs(y))) ** 2 else loss_scale(y)


def halton(n: int, d: int) -> Array:
    """The first n points of the Halton sequence in the unit cube, (d, n) (Halton 1960; one prime per input)."""
    result = np.empty((d, n))
    prime = 1
    for j in range(d):
        prime += 1
        while any(prime % k == 0 for k in range(2, int(prime**0.5) + 1)):
            prime += 1
        rest, share = np.arange(1, n + 1), 1.0
        result[j] = 0.0
        while rest.any():
            share /= prime
            result[j] += share * (rest % prime)
            rest = rest // prime
    return result
