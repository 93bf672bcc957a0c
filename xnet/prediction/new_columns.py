"""New columns of a table, which keep the names that the table has already."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from xnet.arrays import Array


def with_new_columns(frame: pd.DataFrame, columns: Sequence[tuple[str, Array | list[str]]]) -> tuple[
        pd.DataFrame, tuple[str, ...]]:
    """A table with new columns, whose names get a number where the table has them already; also their names.

    >>> with_new_columns(pd.DataFrame({"x": [1.0]}), [("x", ["a"]), ("y", ["b"])])[1]
    ('x 2', 'y')
    """
    taken, found, new = {str(c) for c in frame.columns}, frame.reset_index(drop=True).copy(), []
    for wanted, column in columns:
        name, k = wanted, 2
        while name in taken:
            name, k = f"{wanted} {k}", k + 1
        taken.add(name)
        new.append(name)
        found[name] = column
    return found, tuple(new)
