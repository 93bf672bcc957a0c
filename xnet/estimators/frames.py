"""DataFrames of pandas and Polars, and tables of Arrow, in one way; none of the three packages is imported."""

from __future__ import annotations

from typing import Any


def names_of(X: Any) -> list[Any] | None:
    """The names of the columns of a frame; None for an array.

    >>> names_of([[1, 2]]) is None
    True
    """
    names = getattr(X, "column_names", None) or getattr(X, "columns", None)
    return None if names is None or not hasattr(X, "__getitem__") else list(names)


def without_column(X: Any, name: str) -> Any:
    """The frame without one of its columns."""
    if hasattr(X, "iloc"):
        return X.drop(columns=[name])
    return X.drop_columns([name]) if hasattr(X, "drop_columns") else X.drop(name)


def target_name(y: Any, default: str) -> str:
    """The name of a target: that of a Series, or of the only column of a frame.

    >>> target_name([1, 2], "y")
    'y'
    """
    names = names_of(y)
    return str(getattr(y, "name", None) or (names[0] if names is not None and len(names) == 1 else default))
