"""Limits that tables and the engine share."""

from __future__ import annotations

#: Values beyond this (or below one over it) are refused: the search squares and multiplies them.
LARGEST_VALUE = 1e100

#: With fewer rows than this none are held out: too few would be left to find anything.
FEWEST_ROWS_TO_SPLIT = 20
