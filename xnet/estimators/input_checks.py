"""Checks of arguments, and of tables before scikit-learn converts them: what is not numeric is refused by name."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xnet.counts import counted
from xnet.engine import Budget, definitions_from
from xnet.engine.problem.validation import check_values
from xnet.errors import DataError
from xnet.evidence.steering_units import steering_units
from xnet.evidence.units import check_columns

from .frames import names_of

#: The words that the conventions of scikit-learn ask for.
_COMPLEX = "Complex data not supported"


def check_choice(option: str, value: Any, known: Sequence[str]) -> None:
    """Check an option that is one of a few words.

    Raises:
        ValueError: the word is unknown.
    """
    if value not in known:
        words = ", ".join(map(repr, known[:-1])) + f" or {known[-1]!r}"
        raise ValueError(f"{option} is {value!r}; expected {words}.")


def with_functions(activations: str | Sequence[str],
                   functions: Mapping[str, str] | Sequence[str] | None) -> str | list[str]:
    """An activation library and own functions.

    Raises:
        FormulaError: a definition cannot be used.
    """
    own = definitions_from(functions)
    names = [activations] if isinstance(activations, str) else list(activations)
    return [*names, *own] if own or not isinstance(activations, str) else activations


def units_that_steer(mode: str, names: Sequence[str], target: str, units: Mapping[str, str] | None,
                     constants: int) -> dict[str, Any] | None:
    """The argument `units` of `Constraints.of`; None where units do not steer the search.

    Args:
        mode: "report" or "enforce".
        names, target: names of the columns.
        units: column -> unit as text.
        constants: the most numbers of a formula that may have a unit.

    Raises:
        ValueError: the mode is unknown.
        UnitsError: a unit belongs to no column; or units shall steer, but cannot be read, or no input has one.
    """
    check_choice("units_mode", mode, ("report", "enforce"))
    if units is not None:
        check_columns(names, target, units)
    return steering_units(names, target, units or {}, constants) if mode == "enforce" else None


def budget_of(steps: int | None, seconds: float | None, callback: object = None) -> Budget:
    """The budget of a search in steps and in seconds; None for no limit.

    Args:
        callback: what may end the search without a budget; None for nothing.

    Raises:
        DataError: there is neither a limit nor a callback.
    """
    if steps is None and seconds is None and callback is None:
        raise DataError("budget_steps and budget_seconds are both None, so nothing ends the search. Give one of them, "
                        "or a callback that ends it.")
    return Budget(steps, seconds)


def check_target(y: Any) -> None:
    """Check that the target (n,) of a regression has finite numbers; other shapes are not checked.

    Raises:
        DataError: a value is complex, text, a date, missing or infinite.
    """
    _check_mask(y, "y")
    values = np.asarray(y)
    if values.dtype.kind == "c":
        raise DataError(f"{_COMPLEX}: y holds complex numbers. Search its real and its imaginary part one by one, or "
                        "both at once with fit(X, np.column_stack([y.real, y.imag])).")
    if values.ndim != 1:
        return
    if values.dtype.kind in "mM":
        raise DataError("y holds dates or times, but X-Net needs numbers; give, for example, days since a start.")
    try:
        values = values.astype(np.float64)
    except (TypeError, ValueError):
        row, value = next(((i, v) for i, v in enumerate(values.tolist()) if _is_label(v)), (0, values[0]))
        raise DataError(f"y is {value!r} in row {row} (counted from 0), but X-Net needs numbers; drop such rows, or "
                        "take XNetClassifier if y has classes.") from None
    if not np.isfinite(values).all():
        check_values(values, "y")


def _check_mask(values: Any, name: str) -> None:
    """Check that a masked array of NumPy masks nothing, because scikit-learn and NumPy would use the values below.

    Raises:
        DataError: values are masked.
    """
    masked = int(np.ma.getmaskarray(values).sum()) if isinstance(values, np.ma.MaskedArray) else 0
    if masked:
        are = "is" if masked == 1 else "are"
        raise DataError(f"{name} is a masked array in which {counted(masked, 'value')} {are} masked, that "
                        "is missing; drop these rows or fill them in first.")


def check_labels(y: Any) -> None:
    """Check that no label (n,) of a class is missing; other shapes are not checked.

    Raises:
        DataError: a label is None, NaN or pandas' NA.
    """
    labels = np.asarray(y, dtype=object)
    if labels.ndim == 1:
        wrong = next((i for i, label in enumerate(labels.tolist()) if _is_missing(label)), None)
        if wrong is not None:
            raise DataError(f"y has no label in row {wrong} (counted from 0); drop such rows, or give them a label.")


def _is_missing(label: Any) -> bool:
    return label is None or type(label).__name__ in ("NAType", "NaTType") or (
        isinstance(label, float | np.floating) and bool(np.isnan(label)))


def check_numeric(X: Any) -> None:
    """Check the columns of a DataFrame of pandas or Polars, or of a table of Arrow; arrays are hardly checked.

    Numbers, booleans and text in which every cell is a number are accepted. A categorical column is refused even if its
    categories are numbers, because they are labels and arithmetic with labels has no meaning.

    Args:
        X: the argument of `fit` or `predict`.

    Raises:
        DataError: X is a text, a dictionary, a structured array, a generator or a query; values are masked; an array
            holds complex numbers; there is no column; two share a name; or a column holds categories, text, dates or
            complex numbers.
    """
    if (isinstance(X, (str, bytes, Mapping)) and not hasattr(X, "shape")) or getattr(
            getattr(X, "dtype", None), "names", None):
        what = "a text" if isinstance(X, (str, bytes)) else "a dictionary" if isinstance(X, Mapping) else (
            "a structured array")
        remedy = "read the file first, with xnet.tables.read_table or pandas" if isinstance(X, (str, bytes)) else (
            "give pandas.DataFrame(X)")
        raise DataError(f"X is {what}, and no table of rows and columns: {remedy}.")
    if not hasattr(X, "shape") and (hasattr(X, "collect") or hasattr(X, "__next__")):
        raise DataError("X is a query that was not run: give X.collect()." if hasattr(X, "collect") else
                        "X is a generator, and no table of rows and columns: give list(X).")
    _check_mask(X, "X")
    if getattr(getattr(X, "columns", None), "nlevels", 1) > 1:
        warnings.warn("The names of the columns of X have several levels and are not used: the inputs are called x0, "
                      "x1 and so on. Join the levels: X.columns = [' '.join(map(str, c)) for c in X.columns].",
                      stacklevel=4)
    if getattr(getattr(X, "dtype", None), "kind", "") == "c":
        raise DataError(f"{_COMPLEX}: X holds complex numbers. Give their real and their imaginary parts as columns: "
                        "np.column_stack([X.real, X.imag]).")
    names = names_of(X)
    if names is None:
        return
    if not names:
        raise DataError("X has no columns; give at least one.")
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise DataError(f"X has two columns called {twice!r}; rename or drop one of them.")
    for i, name in enumerate(names):
        column = X.iloc[:, i] if hasattr(X, "iloc") else np.asarray(X[name])
        kind = _non_numeric_kind(column)
        if kind:
            example = next((f", such as {str(v)!r}" for v in column if _is_label(v)), "")
            raise DataError(f"Column {name!r} of X holds {kind}{example}, but X-Net needs numbers. Encode it as "
                            "numbers (a column of 0 and 1 per category, days since a start for dates), or drop it.")


def _non_numeric_kind(column: Any) -> str:
    """The kind of values in a column (Series or array) that is not numeric; "" for a numeric column."""
    kind = getattr(column.dtype, "kind", "O")
    if column.dtype.name == "category":
        return "categories"
    if kind in "mM":
        return "dates or times"
    if kind == "c":
        return "complex numbers"
    if kind in "biuf":
        return ""
    try:
        column.astype("float64")
    except (TypeError, ValueError):
        return "text" if any(isinstance(v, str) for v in column) else "values that are not numbers"
    return ""


def _is_label(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return value is not None
    return False
