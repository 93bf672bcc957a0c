"""The values of derived columns: those of earlier rows, differences, moving means, rates and logarithms, as arrays.

The rows of a group follow one another in an order. No value crosses from one group to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xnet.arrays import Array

from .column_recipes import ColumnRecipe, label_text
from .numbers import has_no_label


class RowOrder(NamedTuple):
    """The rows of a table in order, group after group.

    Attributes:
        rows: (n,) positions of the rows; within a group in order.
        groups: (n,) the number of the group of each of them; -1 for a row without a group or without a place.
    """

    rows: Array
    groups: Array

    @classmethod
    def of(cls, n: int, labels: Sequence[object] | None = None, order: Array | None = None) -> RowOrder:
        """The order of n rows.

        Args:
            n: the number of rows.
            labels: (n,) the groups of the rows; None if all rows follow one another.
            order: (n,) numbers that put the rows of a group in order; None for the order in which they stand.
        """
        codes = np.zeros(n, dtype=np.int64)
        if labels is not None:
            texts = map(label_text, labels)
            codes = pd.factorize(pd.Series([None if has_no_label(text) else text for text in texts], dtype=object))[0]
        keys = np.arange(n) if order is None else np.asarray(order, dtype=np.float64)
        codes = np.where(np.isfinite(keys), codes, -1)
        rows = np.lexsort((np.arange(n), keys, codes))
        return cls(rows, codes[rows])

    def earlier(self, count: int) -> Array:
        """The position (n,) of the row `count` rows before each row of the table; -1 where there is none."""
        found = np.full(len(self.rows), -1)
        if 0 < count < len(self.rows):
            same = (self.groups[count:] == self.groups[:-count]) & (self.groups[count:] >= 0)
            found[self.rows[count:][same]] = self.rows[:-count][same]
        elif count == 0:
            found = np.arange(len(self.rows))
        return found

    @property
    def longest(self) -> int:
        """The number of rows of the largest group."""
        return int(np.unique(self.groups[self.groups >= 0], return_counts=True)[1].max(initial=0))


def derived_values(recipe: ColumnRecipe, frame: Mapping[str, Sequence[object]] | pd.DataFrame) -> Array:
    """The values (n,) of a derived column; NaN where an earlier row is missing or a number has no logarithm.

    Args:
        recipe: its recipe, of one of `DERIVED_WAYS`.
        frame: the columns that the recipe names.
    """
    x = _numbers(frame[recipe.column])
    if recipe.way == "log":
        return np.log(np.where(x > 0, x, np.nan))
    order = _numbers(frame[recipe.order]) if recipe.order else None
    rows = RowOrder.of(len(x), list(frame[recipe.within]) if recipe.within else None, order)
    if recipe.way == "mean":
        return sum((_at(x, rows.earlier(k)) for k in range(recipe.count)), np.zeros(len(x))) / recipe.count
    before = rows.earlier(recipe.count)
    if recipe.way == "previous":
        return _at(x, before)
    difference = x - _at(x, before)
    if recipe.way == "difference":
        return difference
    assert order is not None
    with np.errstate(all="ignore"):
        rate = difference / (order - _at(order, before))
    return np.where(np.isfinite(rate), rate, np.nan)


def _numbers(column: Any) -> Array:
    return pd.to_numeric(pd.Series(column), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _at(x: Array, rows: Array) -> Array:
    """The values at positions (n,); NaN at -1."""
    return np.where(rows >= 0, x[np.maximum(rows, 0)], np.nan)
