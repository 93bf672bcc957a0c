"""The units of a table of new rows beside those of the search: numbers in another unit give wrong predictions."""

from __future__ import annotations

from collections.abc import Mapping

from xnet.evidence.unit_text import Unit, UnknownUnit, read_unit

from .inputs import plain_name
from .predictor import Predictor


def unit_remarks(predictor: Predictor, units: Mapping[str, str]) -> list[str]:
    """Sentences on the columns that the formula needs and whose unit in a table is another one than in the search.

    Args:
        predictor: the formula.
        units: the units of the table, by column.
    """
    there = {plain_name(column): unit for column, unit in units.items()}
    found = []
    for column in predictor.needed_columns:
        old = predictor.units.get(column, "")
        new = there.get(plain_name(column)) or there.get(plain_name(predictor.renamed.get(column, column)), "")
        if old and new and not _is_same(old, new):
            found.append(f"{column!r} has the unit {new} in this table, but {old} in the search: convert its values to "
                         f"{old}, because the formula was applied to the numbers as they are.")
    return found


def _is_same(first: str, second: str) -> bool:
    """Whether two texts mean the same unit; texts that are no known units are compared as they are."""
    if first.split() == second.split():
        return True
    try:
        a, b = read_unit(first), read_unit(second)
    except UnknownUnit:
        return first.strip().casefold() == second.strip().casefold()
    return _parts(a) == _parts(b)


def _parts(unit: Unit) -> tuple[dict[str, float], float, float]:
    return dict(unit.exponents), round(unit.scale, 9), unit.zero or 0.0
