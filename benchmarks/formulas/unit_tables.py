"""The units of known formulas, from a table beside a list: `srsd_units.csv` for `srsd.csv`.

A row names a formula, the exponents of the target's unit as `[1,-2,1]`, the variables, and their exponents. The units
that the exponents belong to stand in brackets behind the names of these columns, as in `units(m,s,kg)`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .known_formulas import Formula

_COLUMN = re.compile(r"(target_units|units)\((.+)\)")
_EXPONENTS = re.compile(r"\[([^\]]*)\]")
#: Units that the published table of SRSD has upside down: a mobility is a velocity over a force, and a permittivity a
#: charge over a voltage and a length.
_CORRECTED = {("feynman-i.43.16", "mu_drift"): "s*kg^-1", ("feynman-bonus.13", "epsilon"): "m*s^-2*kg*V^-2"}


def with_units(formulas: Sequence[Formula], file: Path) -> list[Formula]:
    """The formulas that have units in a table, with them.

    Raises:
        SystemExit: the table is missing, or a unit has another number of exponents than its column names units.
    """
    if not file.is_file():
        raise SystemExit(f"The units of the formulas are expected in {file}.")
    with file.open(encoding="utf-8", newline="") as lines:
        found = {row["name"]: _units(row) for row in csv.DictReader(lines)}
    return [replace(f, units=tuple(found[f.name][v] for v in (*f.variables, ""))) for f in formulas if f.name in found]


def _units(row: dict[str, str]) -> dict[str, str]:
    """Unit by variable; the target's by ""."""
    texts = {}
    for column, value in row.items():
        named = _COLUMN.fullmatch(column)
        if named:
            names = [""] if named[1] == "target_units" else row["variables"].split()
            units = [_unit(row["name"], exponents, named[2].split(",")) for exponents in _EXPONENTS.findall(value)]
            texts |= dict(zip(names, units, strict=True))
    return texts | {variable: unit for (formula, variable), unit in _CORRECTED.items() if formula == row["name"]}


def _unit(formula: str, exponents: str, units: Sequence[str]) -> str:
    powers = exponents.split(",")
    if len(powers) != len(units):
        raise SystemExit(f"{formula}: a unit has {len(powers)} exponents, but the column names {len(units)} units.")
    return "*".join(f"{unit}^{p}" for unit, p in zip(units, powers, strict=True) if float(p)) or "1"
