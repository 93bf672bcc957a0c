"""Limits that tables and the engine share."""

from __future__ import annotations

#: Values beyond this (or below its reciprocal) are refused, because the search squares and multiplies values.
LARGEST_VALUE = 1e100

#: Tables with fewer rows hold out none, because the training rows would be too few.
FEWEST_ROWS_TO_SPLIT = 20

#: A group of rows with constants of its own has at least as many rows.
FEWEST_ROWS_OF_A_GROUP = 3
