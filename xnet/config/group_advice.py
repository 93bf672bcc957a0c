"""Advice on the Data page: a column of names whose groups probably follow one law with constants of their own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.f_test import f_test_p_value
from xnet.tables.roles import Roles
from xnet.tables.table import Table

#: The most groups that are proposed, the fewest rows of each, and the most rows and inputs that are looked at.
_MOST_GROUPS, _FEWEST_ROWS, _MOST_ROWS, _MOST_INPUTS = 30, 5, 2000, 6
#: Lines of the groups have to leave less than this share of the squares that one line leaves, less probably by chance
#: than this.
_SHARE, _CHANCE = 0.5, 1e-6


class GroupAdvice(NamedTuple):
    """A column that may group the rows, and the sentence that proposes it."""

    column: str
    text: str


def group_advice(table: Table, roles: Roles) -> GroupAdvice | None:
    """The column of names whose groups differ most; None where none differs clearly, or groups are chosen.

    The target is fitted by squares of all inputs. A straight line in the fitted values is then fitted to all rows, and
    one to every group; F compares the squares that they leave.
    """
    if roles.group is not None or roles.target not in table.numeric_columns or not roles.inputs:
        return None
    columns = [*roles.inputs[:_MOST_INPUTS], roles.target]
    rows = table.frame[table.frame[columns].notna().all(axis=1)]
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).astype(int))] if len(rows) \
        else rows
    found = []
    for column in table.group_columns:
        if table.kinds[column] != "labels" or column == roles.row_name:
            continue
        codes = rows[column].astype("category").cat.codes.to_numpy()
        counts = np.bincount(codes[codes >= 0])
        if 2 <= len(counts) <= _MOST_GROUPS and counts.min() >= _FEWEST_ROWS and (codes >= 0).all():
            values = rows[columns].to_numpy(dtype=float)
            share = _share_left(values[:, :-1], values[:, -1], codes)
            found += [(share, column, counts)] if share < _SHARE else []
    if not found:
        return None
    _, column, counts = min(found, key=lambda item: item[0])
    each = f"{counts.min()} rows each" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()} rows"
    return GroupAdvice(column, f"{column} has {len(counts)} values with {each}, and {roles.target} differs between "
                               f"them. One law with constants of its own for each {column}?")


def _share_left(X: Array, y: Array, codes: Array) -> float:
    """The share of squares that lines of groups leave; 1 where it may be chance."""
    scale = X.std(axis=0)
    X = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    A = np.column_stack([np.ones(len(y)), X, X**2])
    line = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    n_groups = int(codes.max()) + 1
    whole, groups = _squares(line, y), sum(_squares(line[codes == g], y[codes == g]) for g in range(n_groups))
    more, left = 2 * (n_groups - 1), len(y) - A.shape[1] - 2 * n_groups
    if left < 1 or whole <= 0.0:
        return 1.0
    return groups / whole if f_test_p_value(whole, groups, more, left) < _CHANCE else 1.0


def _squares(x: Array, y: Array) -> float:
    """The sum of squares that a straight line leaves."""
    A = np.column_stack([np.ones(len(y)), x])
    return float(np.sum((y - A @ np.linalg.lstsq(A, y, rcond=None)[0]) ** 2))
