"""Sizes of the candidate libraries that a search matches against."""

from __future__ import annotations

SMALL, MEDIUM, LARGE = 600, 8_000, 40_000

#: In place of a size: the library of curves with an inner constant.
CURVES = 0
