"""Counts with their nouns inside sentences."""

from __future__ import annotations


def counted(n: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "row"), counted(0, "row"), counted(1200, "row")
    ('1 row', '0 rows', '1,200 rows')
    """
    return f"{n:,} {plural(n, noun)}"


def all_of(n: int, noun: str) -> str:
    """All things of a kind.

    >>> all_of(2, "input"), all_of(9, "input"), all_of(1, "input")
    ('both inputs', 'all 9 inputs', 'the input')
    """
    return f"the {noun}" if n == 1 else f"both {noun}s" if n == 2 else f"all {n:,} {noun}s"


def plural(n: int, noun: str) -> str:
    """The noun alone, in the number that belongs to a count.

    >>> plural(1, "line"), plural(2, "line")
    ('line', 'lines')
    """
    return noun if n == 1 else f"{noun}s"
