"""Groups in the arguments of an estimator: a column of X or labels beside it, as a last input of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Groups, codes_of, label_of
from xnet.errors import DataError


def without_group_column(X: Any, groups: Any) -> tuple[Any, Any, str]:
    """The inputs, the labels of the rows, and the name of the column of groups.

    Args:
        X: (n, d) array or DataFrame.
        groups: (n,) labels, or the name of a column of X, which is then no input.

    Raises:
        DataError: there is no such column, or the number of labels is not that of rows.
    """
    if isinstance(groups, str):
        if not hasattr(X, "columns") or groups not in list(X.columns):
            known = f"; its columns are {', '.join(map(str, X.columns))}" if hasattr(X, "columns") else ""
            raise DataError(f"groups is {groups!r}, but X has no column of this name{known}. Give the name of a column "
                            "of a DataFrame, or one label a row.")
        return X.drop(columns=[groups]), X[groups], groups
    if len(groups) != len(X):
        raise DataError(f"groups has {len(groups)} labels, but X has {len(X)} rows. Give one label a row.")
    return X, groups, str(getattr(groups, "name", None) or "group")


def with_codes(X: Array, labels: Any, own_constants: str | int) -> tuple[Array, Groups]:
    """The inputs with the numbers of the groups as their last column, and the groups.

    Raises:
        DataError: a label is missing, or `own_constants` is neither "auto", "all" nor a number.
    """
    if own_constants not in ("auto", "all") and not (isinstance(own_constants, int) and own_constants >= 0):
        raise DataError(f"own_constants is {own_constants!r}; expected 'auto', 'all' or the most own constants.")
    codes, names = codes_of(labels)
    most = own_constants if isinstance(own_constants, int) else None
    return np.column_stack([X, codes]), Groups(X.shape[1], names, most, shares=own_constants != "all")


def known_codes(labels: Any, known: Sequence[str], column: str) -> Array:
    """The numbers (n,) of the groups of new rows.

    Raises:
        DataError: a group is not known.
    """
    place = {label: float(k) for k, label in enumerate(known)}
    texts = [label_of(value) for value in labels]
    if missing := next((text for text in texts if text not in place), None):
        shown = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
        raise DataError(f"The formula knows no group {missing!r} of {column!r} (it knows {shown}). Fit its own "
                        "constants to a few of its rows with calibrate.")
    return np.array([place[text] for text in texts])
