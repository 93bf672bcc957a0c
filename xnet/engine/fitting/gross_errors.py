"""Gross errors: squared errors far beyond the median of all, which say nothing about the noise of the other rows."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

#: A row is a gross outlier beyond this many robust standard deviations, if at most this share of the rows are.
OUTLIER_DEVIATIONS, MOST_OUTLIERS = 6.0, 0.05
#: The median of a squared standard normal variable.
MEDIAN_CHI_SQUARE = 0.4549


def largest_square(squares: Array, smallest: float = 0.0) -> float:
    """The square of `OUTLIER_DEVIATIONS` robust standard deviations.

    Args:
        squares: (n,) squared errors, or losses in their place.
        smallest: the least variance; below it errors are rounding.
    """
    return OUTLIER_DEVIATIONS**2 * max(float(np.median(squares)) / MEDIAN_CHI_SQUARE, smallest)


def most_outliers(n: int) -> float:
    """The most of n rows that are outliers; with more of them, the errors may have heavy tails."""
    return max(MOST_OUTLIERS * n, 1)


def is_gross(squares: Array, smallest: float = 0.0) -> Array:
    """Which of the rows (n,) are gross outliers by their squared errors (n,); none where more than a few are.

    Args:
        squares, smallest: see `largest_square`.

    >>> [int(row) for row in np.flatnonzero(is_gross(np.array([1.0, 2.0, 1.0, 0.5, 900.0, 1.5])))]
    [4]
    """
    found = squares > largest_square(squares, smallest)
    return found if found.sum() <= most_outliers(len(squares)) else np.zeros(len(squares), dtype=bool)
