"""Limits that tables and the engine share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Values beyond this (or below its reciprocal) are refused, because the search squares and multiplies values.
LARGEST_VALUE = 1e100

#: Tables with fewer rows hold out none, because the training rows would be too few.
FEWEST_ROWS_TO_SPLIT = 20

#: A group of rows with constants of its own has at least as many rows.
FEWEST_ROWS_OF_A_GROUP = 3

#: A column that is switched has at most so many values, and jumps in at most this share of the rows.
_MOST_LEVELS, _MOST_JUMPS = 5, 0.2


def is_switched(columns: Sequence[NDArray[Any]]) -> bool:
    """Whether a column, given in each trajectory, jumps between a few values and rests in between, as a heater does."""
    jumps, values = np.concatenate([np.diff(own) != 0 for own in columns]), np.concatenate(columns)
    levels = len(np.unique(values[~np.isnan(values)]))
    return bool(2 <= levels <= _MOST_LEVELS and jumps.mean() <= _MOST_JUMPS)
