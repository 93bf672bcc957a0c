"""Rows of a table with their weights, on which formulas and other models are scored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xnet.arrays import Array

#: X (n, d) and y (n,), with or without weights (n,).
Rows = tuple[Array, Array] | tuple[Array, Array, Array | None]


class WeightedRows(NamedTuple):
    """Rows of a table.

    Attributes:
        X: (n, d) inputs.
        y: (n,) target.
        weight: (n,) weights; None if all rows count alike.
    """

    X: Array
    y: Array
    weight: Array | None = None


def weighted(rows: Rows) -> WeightedRows:
    """Rows as `WeightedRows`; without those of weight 0, which are rows that are not there."""
    found = WeightedRows(*rows)
    if found.weight is None or found.weight.all():
        return found
    there = found.weight > 0
    return WeightedRows(found.X[there], found.y[there], found.weight[there])


def mean_one_weights(rows: WeightedRows, there: Array) -> Array:
    """The weights (n,), 1 on average in the rows `there`."""
    if rows.weight is None or not there.any():
        return np.ones(len(rows.y))
    return rows.weight / rows.weight[there].mean()
