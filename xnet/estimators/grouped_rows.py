"""Groups in the arguments of an estimator: a column of X or labels beside it, as a last input of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Groups, codes_of, label_of
from xnet.errors import DataError

from .frames import names_of, without_column


def without_group_column(X: Any, groups: Any, *, one_target: bool = True) -> tuple[Any, Any, str]:
    """The inputs, the labels of the rows (or None), and the name of the column of groups.

    Args:
        X: (n, d) array or DataFrame.
        groups: (n,) labels, or the name of a column of X, which is then no input; None for a table without groups.

    Raises:
        DataError: there is no such column, the number of labels is not that of rows, or there are several targets.
    """
    if groups is None:
        return X, None, ""
    if not one_target:
        raise DataError("groups are given for several targets, but only one target can have groups. Fit each target by "
                        "itself.")
    if isinstance(groups, str):
        names = names_of(X)
        if names is None or groups not in names:
            known = f"; its columns are {', '.join(map(str, names))}" if names is not None else ""
            raise DataError(f"groups is {groups!r}, but X has no column of this name{known}. Give the name of a column "
                            "of a DataFrame, or one label a row.")
        labels = X[groups].to_pylist() if hasattr(X[groups], "to_pylist") else X[groups]
        return without_column(X, groups), labels, groups
    if len(groups) != len(X):
        raise DataError(f"groups has {len(groups)} labels, but X has {len(X)} rows. Give one label a row.")
    return X, groups, str(getattr(groups, "name", None) or "group")


def rows_of_groups(X: Array, y: Array, labels: Any, weight: Any, error: Any) -> tuple[Array, Array, Any, Any]:
    """The rows without those of weight 0, where there are labels: a group that has no other rows is not there.

    Args:
        X, y: (n, d) inputs and (n,) target.
        labels: (n,) names of groups, or None.
        weight: (n,) weights as they were given, or None; others than numbers are checked later.
        error: standard errors as they were given, or None; with them all rows stay.
    """
    given = None if labels is None or weight is None or error is not None else np.asarray(weight)
    if given is None or given.shape != (len(X),) or given.dtype.kind not in "biuf" or not (given == 0).any():
        return X, y, labels, weight
    kept = given != 0
    return X[kept], y[kept], [label for label, keep in zip(labels, kept, strict=True) if keep], given[kept]


def groups_of(labels: Any, column: int, own_constants: str | int) -> Groups | None:
    """The groups of the rows; None without labels, and for one group or no own constants: a table like any other.

    Args:
        labels: (n,) names of groups, or None.
        column: the input that will hold their numbers.

    Raises:
        DataError: a label is missing.
    """
    names = () if labels is None else codes_of(labels)[1]
    most = None if isinstance(own_constants, str) else int(own_constants)
    return Groups(column, names, most, shares=own_constants != "all") if len(names) > 1 and most != 0 else None


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
