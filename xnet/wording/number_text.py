"""Measured numbers in sentences and beside scores."""

from __future__ import annotations


def measured(value: float, digits: int = 4) -> str:
    """A number in some significant digits; up to a billion it is written out, as in the cells of a table.

    >>> [measured(x) for x in (0.0012345, 131.24, 45060.0, -1234567.0, 3e12)]
    ['0.001234', '131.2', '45,060', '-1,235,000', '3e+12']
    """
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text and 1.0 <= abs(value) < 1e9 else text
