"""Columns that are called like repeated measurements of one quantity: OD450 rep1, OD450 rep2, OD450 rep3."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xnet.name_lists import quoted_names

#: What counts a measurement in a name, in English, German and French.
_COUNT = re.compile(r"(?:^|[\s_.(#-])(?:rep|repl|replicate|duplicate|triplicate|repeat|wdh|wiederholung|messung|"
                    r"réplicat|mesure)[\s_.#-]*+(?:\d{1,2}|[a-d])(?![^\W_])\)?", re.IGNORECASE)


def replicates_of(column: str, names: Iterable[str]) -> list[str]:
    """The other columns that repeat the measurement of a column.

    >>> replicates_of("OD rep1", ["dose", "OD rep1", "OD rep2", "pH rep1"]), replicates_of("x1", ["x1", "x2"])
    (['OD rep2'], [])
    """
    own = _without_count(column)
    return [] if own is None else [name for name in names if name != column and _without_count(name) == own]


def _without_count(name: str) -> tuple[str, str] | None:
    """What stands before the count of a name, and a unit behind it; None without a count at the end."""
    match = _COUNT.search(name)
    rest = name[match.end():].strip() if match else ""
    return (name[:match.start()].strip(), rest) if match and (not rest or rest[0] in "([") else None


def replicates_sentences(names: Iterable[str]) -> list[str]:
    """What the report says of repeated measurements, at most three times.

    >>> replicates_sentences(["dose", "OD rep1", "OD rep2"])[0][:60]
    "'OD rep1', 'OD rep2' are called like repeated measurements, "
    """
    found, done = [], set[str]()
    for name in (names := list(names)):
        if name not in done and (others := replicates_of(name, names)):
            done.update(others)
            found.append(f"{quoted_names([name, *others], 6)} are called like repeated measurements, so none is an "
                         "input for another unless you choose it. To use them all, write them below each other in one "
                         "column.")
    return found[:3]
