"""Sizes of the candidate libraries that a search matches against."""

from __future__ import annotations

from enum import IntEnum


class LibrarySize(IntEnum):
    """Which candidate library: about so many candidates, or the library of parametric curves, which has no size."""

    CURVES = 0
    SMALL = 600
    MEDIUM = 8_000
    LARGE = 40_000
