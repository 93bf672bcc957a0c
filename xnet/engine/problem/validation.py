"""Checks of the arrays of a problem, and the messages of what is refused: shapes, gaps, extreme values, weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.data_rules import LARGEST_VALUE
from xnet.engine.fitting.error_losses import KnownError
from xnet.engine.fitting.loss_names import known_errors
from xnet.engine.networks.activations import resolve_activations
from xnet.engine.networks.own_functions import check_own_names
from xnet.errors import DataError


def checked_arrays(X: Array, y: Array) -> tuple[Array, Array]:
    """X (n, d) and y (n,) as float64; refuses other shapes and fewer than 3 rows."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise DataError(f"X has shape {X.shape} and y {y.shape}; expected X (n, d) and y (n,) with the same n.")
    if X.shape[1] == 0 or len(y) < 3:
        raise DataError(f"X has {X.shape[1]} columns and {len(y)} rows; at least 1 column and 3 rows are needed.")
    return X, y


def checked_library(activations: str | Iterable[str], names: Sequence[str]) -> tuple[str, ...]:
    """The names of an activation library; refuses own functions that have the name of a column."""
    library = resolve_activations(activations)
    check_own_names(library, names)
    return library


def check_values(values: Array, what: str) -> None:
    """Refuse a column (n,) that is not finite, or so large or small that squares and products of it would not be."""
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        kind = "a missing (NaN)" if np.isnan(values[row]) else "an infinite (inf)"
        raise DataError(f"{what} has {kind} value in row {row} (counted from 0); drop such rows or fill them in "
                        "first.")
    largest = max(abs(low), abs(high))
    if largest > LARGEST_VALUE or 0 < largest < 1.0 / LARGEST_VALUE:
        raise DataError(f"{what} has {largest:.3g} as its largest absolute value; expected 0 or a number between "
                        f"{1.0 / LARGEST_VALUE:g} and {LARGEST_VALUE:g}, so change its unit.")


def checked_weight(weight: Array, n: int) -> Array:
    """Weights (n,) divided by the mean of those above 0.

    Refuses negative weights, weights that are not finite, and fewer than 3 rows with a weight above 0.
    """
    try:
        weight = np.asarray(weight, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"sample_weight holds values that are no numbers; expected ({n},) finite weights.") from None
    if weight.shape != (n,):
        raise DataError(f"sample_weight has shape {weight.shape}; expected ({n},), one weight for each row.")
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(wrong):
        raise DataError(f"sample_weight is {weight[wrong[0]]:g} in row {wrong[0]} (counted from 0); a weight is a "
                        "finite number that is not negative, so correct it, or write 0 to leave the row out.")
    used = int((weight > 0).sum())
    if used < 3:
        raise DataError(f"sample_weight is above zero in {used} of {n} rows; at least 3 such rows are needed, because "
                        "a row of weight 0 is left out.")
    return weight / weight[weight > 0].mean()


def complexity_for(largest: float, n_train: int) -> int:
    """The largest complexity of a formula, as it was chosen or as few training rows allow.

    Raises:
        DataError: it is below 1, or no whole number.
    """
    if isinstance(largest, bool) or not isinstance(largest, int | float | np.number) or not (
            largest >= 1 and largest == int(largest)):
        raise DataError(f"max_complexity is {largest!r}; expected a whole number of at least 1.")
    return min(int(largest), max(8, n_train - 2))


def checked_errors(error: Array, n: int, weight: Array | None, loss: str) -> tuple[KnownError, Array]:
    """The loss and the weights (n,) of known standard errors.

    Raises:
        DataError: an error is not above zero, or there are weights or another loss as well.
    """
    if weight is not None:
        raise DataError("sample_weight and sample_error cannot be given together; divide each standard error by the "
                        "square root of its row's weight, and give sample_error alone.")
    if loss != "squared_error":
        raise DataError(f"sample_error belongs to squared errors, but the loss is {loss!r}; leave one of them out.")
    return known_errors(error, n)


def check_columns(X: Array, names: Sequence[str]) -> None:
    """Check that every column of X (n, d) has a name, and that its values can be used.

    Raises:
        DataError: the number of names is not that of columns, or a value is missing or too large.
    """
    if len(names) != X.shape[1]:
        raise DataError(f"X has {X.shape[1]} columns but {len(names)} names came; give one name a column.")
    for name, column in zip(names, X.T, strict=True):
        check_values(column, f"Column {name!r} of X")
