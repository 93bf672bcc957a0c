"""The units in the names of columns: speed [m/s], mass (kg), t / s, V(NaOH) / mL."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from .unit_words import is_unit, measures_in, name_and_unit, without_in

_LABELLED = re.compile(r"\s+\((?!units?\b)[^()]{0,20}:[^()]*\)$")
_UNIT = re.compile(r".*\S(?:\s+\(|\s*\[)\s*([^()\[\]]{1,20}?)\s*[)\]]")  # f(x) is a name, "speed (m/s)" has a unit
#: A name, a slash and a unit; and the units that prices and rates are given by.
_SLASH = re.compile(r"([^/]{0,30}[^/\s])(?:\s/\s(\S.{0,20})|\s?/\s?([^/\s]{1,12}))")
_ELEMENT = re.compile(r"[A-Z][a-z]")
_PER = frozenset(("kg", "g", "t", "l", "L", "m", "km", "s", "min", "h", "d", "day", "yr", "a", "ha", "mol"))


def name_before_slash(name: str) -> tuple[str, str] | None:
    """A name and the unit behind its slash, as standards write them; None where no unit stands there.

    >>> name_before_slash("U / V"), name_before_slash("c / mol/L"), name_before_slash("L/D")
    (('U', 'V'), ('c', 'mol/L'), None)
    """
    match = _SLASH.fullmatch(name)
    if match is None or not is_unit(unit := match[2] or match[3]):
        return None
    words = match[1].split()
    other = match[2] is None and ((len(words) > 1 and is_unit(words[-1])) or _ELEMENT.fullmatch(match[1]))
    return None if other else (match[1], unit)  # ODO mg/L is in mg/L, and Ca/Mg is a quotient


def _units_behind_slashes(names: Sequence[str]) -> dict[str, str]:
    """The units of columns called t/s, U / V, V(NaOH) / mL, as standards write them; price/kg, cost/m are quotients.

    One column that may be a quotient or a unit as a whole needs another one beside it.
    """
    found = {name: parts for name in names if (parts := name_before_slash(name))}
    quotients = {name for name, (base, unit) in found.items() if is_unit(name) or (unit in _PER and len(base) > 1)}
    measured = {name for name, parts in found.items() if measures_in(*parts)}
    alone = {name for name, (base, _) in found.items() if base[-1] in ")]" or (
        " / " in name and (name in measured or (len(base) == 1 and name not in quotients)))}
    sure = alone | measured | (found.keys() - quotients)
    if not alone and (len(found) < 2 or not sure):
        return {}
    return {name: unit for name, (base, unit) in found.items() if not is_unit(name) or name in alone or (
        len(base.split()[-1]) == 1 and (len(sure) > 1 or " / " in name))}


def units_of_names(names: Sequence[str], frame: pd.DataFrame) -> dict[str, str]:
    """The units in names such as "speed [m/s]" or "mass (kg)", by name."""
    found = _units_behind_slashes(names)
    for name in (n for n in names if pd.api.types.is_numeric_dtype(frame[n])):
        bare = _LABELLED.sub("", name)  # Temp, °C (LGR S/N: 123, SEN S/N: 456)
        match, behind = _UNIT.fullmatch(bare), name_and_unit(bare)
        letter = match and re.fullmatch(r"[a-z]", match[1].strip()) and not is_unit(match[1].strip())  # Longitude (x)
        if (match and not letter) or behind:
            found[name] = without_in(match.group(1).strip()) if match else behind[1] if behind else ""
    return found
