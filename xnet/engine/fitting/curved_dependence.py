"""Whether a target is a smooth curve over an input: permutation tests of a quadratic model and of neighbours.

A linear model does not see a hump or a wave. Two tests do (`permutation_tests`):

* of a linear model of the inputs, their squares and their products;
* of the ratio of von Neumann of the ranks of the target, rows in the order of an input: successive differences are
  small where the target is a smooth curve (Bartels, The rank version of von Neumann's ratio test for randomness,
  Journal of the American Statistical Association 77, 1982). Rows with the same input count as one, with the mean of
  their ranks.

An experiment whose factors have two levels each has no curves. In it, products of factors are looked for
(`factorial_dependence`).
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

from .f_test import f_test_p_value
from .factorial_dependence import factorial_p_value, is_two_level
from .permutation_tests import (
    FEWEST_ROWS,
    ROUNDING,
    LinearModel,
    centred,
    has_two_kinds_of_orders,
    least_p_value,
    ranks,
)
from .rows import Rows

#: The most rows and inputs of the tests: in more rows the losses show a dependence, and more inputs need more orders.
_MOST_ROWS, _MOST_INPUTS = 200, 4
#: The fewest rows for each constant of a quadratic model, and the most rows of its test.
_ROWS_A_CONSTANT, _MOST_ROWS_OF_QUADRATIC = 2, 60
#: A ratio this many standard deviations below its mean, in that many rows, needs no orders.
_CERTAIN_DEVIATIONS, _CERTAIN_ROWS = 5.0, 20
#: The fewest different values of an input in whose order the rows are tested.
_FEWEST_PLACES = 8
#: Orders of the target that are drawn at most.
_ORDERS = 10_000


def curve_p_value(rows: Rows) -> float:
    """The smaller p-value of the two tests: it is at most p in at most a share 2 p of the tables of noise.

    Of an experiment of two levels, the p-value of its own test.

    Args:
        rows: n rows of d inputs; inputs that do not vary, and those outside `selected_inputs`, are left out.

    Returns:
        A multiple of 1 / 10,000, below 8 rows the p-value of an F-test, or 0 where neighbours are certainly alike. 1
        where there are more than 200 rows or more than 4 inputs.
    """
    inputs = [column for _, column in rows.inputs()]
    if not 0 < len(inputs) <= _MOST_INPUTS or rows.n > _MOST_ROWS or not np.ptp(rows.y) > 0:
        return 1.0
    if is_two_level(inputs) and rows.weight is None:
        return factorial_p_value(inputs, rows.y, _ORDERS) if rows.n <= _MOST_ROWS_OF_QUADRATIC else 1.0
    neighbours = _neighbours_p_value(rows, inputs)
    return min(neighbours, _quadratic_p_value(rows, inputs)) if neighbours > 0.0 else 0.0


def _quadratic_p_value(rows: Rows, inputs: list[Array]) -> float:
    """Of the model with squares and products, or in fewer rows with squares alone."""
    standard = [(column - column.mean()) / column.std() for column in inputs]
    squares = [*standard, *np.square(standard)]
    products = [a * b for i, a in enumerate(standard) for b in standard[:i]]
    for columns in ([*squares, *products], squares):
        if _ROWS_A_CONSTANT * (1 + len(columns)) <= rows.n <= _MOST_ROWS_OF_QUADRATIC:
            model = LinearModel(rows, np.column_stack(columns))
            # In 200,000 tables of normal, heavy-tailed, skewed or counted noise of 6 and 7 rows the p-value of the
            # F-test is below 0.0005 in 0.0003 to 0.0008.
            if rows.n < FEWEST_ROWS and rows.weight is None:
                return f_test_p_value(1.0, 1.0 - model.explained(rows.y), model.k, rows.n - 1 - model.k)
            return model.p_value([rows.y], _ORDERS)
    return 1.0


def _neighbours_p_value(rows: Rows, inputs: list[Array]) -> float:
    """The least p-value of the inputs times their number (Bonferroni).

    With weights it is the larger one of both kinds of orders, see `permutation_tests`.
    """
    places = [found for column in inputs if len((found := _places(column))[1]) >= _FEWEST_PLACES]
    if not places:
        return 1.0
    alike = [rows.y]
    if rows.weight is not None:
        deviations = centred(rows.y[:, None], np.sqrt(rows.weight))[:, 0]
        alike = [deviations, rows.y] if has_two_kinds_of_orders(rows) else [deviations]
    return max(_p_value_of_ratio(ranks(values), places) for values in alike)


def _p_value_of_ratio(rank: Array, places: list[tuple[Array, Array]]) -> float:
    """The p-value of the ratio of ranks (n,), in the orders of the rows by each input."""
    n = len(rank)
    true = [float(_ratio(rank[None, order], starts)[0]) * (1.0 + ROUNDING) for order, starts in places]
    if n >= _CERTAIN_ROWS and any(len(starts) == n and _deviations(ratio, n) < -_CERTAIN_DEVIATIONS
                                  for (_, starts), ratio in zip(places, true, strict=True)):
        return 0.0

    def as_good(orders: Array) -> Array:
        mixed = rank[orders]
        return np.array([float((_ratio(mixed[:, order], starts) <= ratio).sum())
                         for (order, starts), ratio in zip(places, true, strict=True)])

    return min(1.0, len(places) * least_p_value(as_good, n, _ORDERS))


def _deviations(ratio: float, n: int) -> float:
    """The distance of a ratio of n ranks from its mean, 2, in standard deviations (Bartels 1982)."""
    variance = 4.0 * (n - 2) * (5.0 * n * n - 2.0 * n - 9.0) / (5.0 * n * (n + 1) * (n - 1) ** 2)
    return (ratio - 2.0) / variance ** 0.5


def _places(column: Array) -> tuple[Array, Array]:
    """The order (n,) of the rows by an input, and where in this order each of its different values starts."""
    order = np.argsort(column, kind="stable")
    return order, np.flatnonzero(np.diff(column[order], prepend=-np.inf) > 0)


def _ratio(values: Array, starts: Array) -> Array:
    """The ratio of von Neumann of each row of (k, n) values, which are in the order of an input.

    Args:
        starts: where each different value of the input starts; the values there count as one, with their mean.
    """
    means = np.add.reduceat(values, starts, axis=1) / np.diff(starts, append=values.shape[1])
    spread = np.square(means - means.mean(axis=1, keepdims=True)).sum(axis=1)
    return np.square(np.diff(means, axis=1)).sum(axis=1) / np.maximum(spread, 1e-300)
