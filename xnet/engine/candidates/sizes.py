"""Sizes of the candidate libraries that a search matches against."""

from __future__ import annotations

from enum import IntEnum


class LibrarySize(IntEnum):
    """A candidate library of a search, by its approximate number of candidates.

    `CURVES` is the library of parametric candidates, whose size is not chosen. `UNITS` is the library of candidates of
    the target's unit, where units steer the search. `TERMS` is the dictionary of terms, with at most so many.
    """

    CURVES = 0
    SMALL = 600
    TERMS = 3_000
    MEDIUM = 8_000
    UNITS = 12_000
    LARGE = 40_000
