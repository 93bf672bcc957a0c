"""Rows that are copies of earlier ones: they are no further observations, and count once.

A file that was joined or exported twice holds every observation several times. A copy of a training row among the
held-out rows tests nothing, a row that is left out is predicted by its copy, and errors of constants shrink with every
copy. Repeated measurements are something else: their targets differ where their inputs agree, or have few values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xnet.arrays import Array

if TYPE_CHECKING:
    from .problem import Problem

#: Copies are left out if they are more than this share of the rows.
_SHARE = 0.1
#: Rows of equal inputs are copies, not repeated measurements, if at least this share of them agrees in the target.
_AGREE = 0.95
#: A target with fewer different values than this share of the different rows agrees by chance.
_VALUES = 0.5
#: With fewer different rows than this, all rows are kept.
_FEWEST = 5
#: Multiplying by an odd number mixes the bits of a hash (2^64 over the golden ratio; Knuth, Volume 3, 6.4).
_ODD = np.uint64(0x9E3779B97F4A7C15)


def is_counted(X: Array, y: Array) -> Array | None:
    """Which rows of a table count: all but the copies of earlier rows.

    Args:
        X, y: (n, d) inputs and (n,) target, finite.

    Returns:
        (n,) whether the row counts; None where all do: copies are few, or they may be repeated measurements.

    >>> is_counted(np.arange(6.0)[:, None].repeat(2, axis=0), np.sqrt(np.arange(6.0)).repeat(2))[:4].tolist()
    [True, False, True, False]
    """
    n, n_targets = len(y), _n_different(y)
    if n - n_targets <= _SHARE * n:  # rows differ where their targets do
        return None
    inputs = _keys(np.zeros(n, dtype=np.uint64), X.T)
    rows = _keys(inputs, y[None])
    different = _n_different(rows)
    if n - different <= _SHARE * n or different < _FEWEST:
        return None
    if n - different < _AGREE * (n - _n_different(inputs)) or n_targets < _VALUES * different:
        return None
    first = np.zeros(n, dtype=bool)
    first[np.unique(rows, return_index=True)[1]] = True
    return first


def n_repeated(problem: Problem) -> int:
    """How many rows of a problem are left out because they repeat an earlier row; 0 where rows have weights."""
    return 0 if problem.train.weight is not None else (
        problem.n_rows - len(problem.train_index) - len(problem.holdout_index))


def _keys(keys: Array, columns: Array) -> Array:
    """Hashes of 64 bits (n,) of rows, from the hashes (n,) of their first columns and more columns (k, n).

    Millions of rows as keys of a set took some hundred megabytes; equal hashes of different rows are as rare as 1 in
    10 million tables of a million rows.
    """
    for column in columns:
        bits = (np.ascontiguousarray(column, dtype=np.float64) + 0.0).view(np.uint64)  # + 0.0: -0.0 equals 0.0
        keys = (keys ^ bits) * _ODD
        keys ^= keys >> np.uint64(32)
    return keys


def _n_different(values: Array) -> int:
    """How many of n values differ. A sort takes a fraction of the time of `np.unique`."""
    ordered = np.sort(values)
    return int((ordered[1:] != ordered[:-1]).sum()) + min(len(values), 1)


def repeated_rows_sentence(problem: Problem) -> str:
    """The sentence that copies of rows are left out; "" where none are."""
    n = n_repeated(problem)
    return "" if not n else (
        f"{n:,} of {problem.n_rows:,} rows repeat an earlier one in the target and all inputs. They are left out of "
        "the search, because a copy is no further observation.")
