"""Units of columns as exponents of base dimensions, for a search that units steer (`engine.problem.unit_rule`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .unit_text import LONGEST, UnknownUnit, read_unit
from .units import UnitsError, check_columns

#: Numbers of a formula that may have a unit, by default: Planck's law has two.
USUAL_CONSTANTS = 2


def steering_units(names: Sequence[str], target: str, units: Mapping[str, str],
                   constants: int = USUAL_CONSTANTS) -> dict[str, Any]:
    """The argument `units` of `Constraints.of`: the units of inputs and target as exponents.

    Args:
        names, target: names of the columns; a column without a unit may have any unit.
        units: column -> unit as text, e.g. "m/s^2"; "1" for a pure number.
        constants: the most numbers of a formula that may have a unit.

    Raises:
        UnitsError: no column has a unit, a unit belongs to no column or cannot be read, or `pint` is missing.
    """
    check_columns(names, target, units)
    exponents = {column: _exponents(column, text) for column, text in units.items()
                 if text is not None and str(text).strip()}
    of_inputs = {column: unit for column, unit in exponents.items() if column != target}
    if not of_inputs:
        raise UnitsError("Units can steer the search only where inputs have a unit, but none has. Give the units of "
                         "the columns, or search without this rule.")
    return {"inputs": of_inputs, "target": exponents.get(target), "constants": constants}


def _exponents(column: str, text: str) -> dict[str, float]:
    try:
        return dict(read_unit(text).exponents)
    except UnknownUnit as why:
        raise UnitsError(f"Units cannot steer the search: {why}" if str(why) else
                         f"The unit {str(text).strip()[:LONGEST]!r} of {column!r} is unknown, so units cannot steer "
                         "the search. Write it like kg*m/s^2.") from None
