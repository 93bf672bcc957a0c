"""Whether the rows of a table say enough to call a formula exact.

Each constant of a formula can be chosen so that one row more is fitted. In a table of zeros with three other values, a
cubic with its zeros at these three rows fits every row to all digits, and says nothing: only the three rows had to be
fitted.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array


def informative_rows(y: Array) -> int:
    """How many rows of a target (n,) carry information; all rows of its most frequent value count as one.

    >>> informative_rows(np.array([0.0, 0.0, 0.0, 5.0, 7.0])), informative_rows(np.array([1.0, 2.0, 3.0]))
    (3, 3)
    """
    return len(y) - _most_frequent(y) + 1 if len(y) else 0


def rows_decide(n_constants: int, y: Array, held_out: Array | None) -> bool:
    """Whether an exact fit is evidence of a law: two more rows carry information than there are constants.

    A further row of the most frequent value never changes the answer.

    Args:
        n_constants: of the formula.
        y: (n,) the target in the training rows.
        held_out: the target in the held-out rows, which has to vary; None without such rows.
    """
    if held_out is not None and not held_out_rows_vary(y, held_out):
        return False
    return informative_rows(y) > n_constants + 1


def held_out_rows_vary(y: Array, held_out: Array) -> bool:
    """Whether held-out rows test a formula: their target varies, or a single one differs from the usual value."""
    if len(held_out) > 1:
        return bool(np.ptp(held_out) > 0)
    values, counts = np.unique(y, return_counts=True)
    return len(held_out) == 1 and not (counts.max() > 1 and held_out[0] == values[counts.argmax()])


def _most_frequent(y: Array) -> int:
    """How many rows have the most frequent value."""
    return int(np.unique(y, return_counts=True)[1].max()) if len(y) else 0
