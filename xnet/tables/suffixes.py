"""Letters behind numbers that are no unit: marks of quality, magnitudes, directions of a compass.

One cell cannot tell: the J in 0.5 J is a joule or a mark. The letters of the whole column decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .unit_words import MAGNITUDES
from .written_numbers import WrittenNumber

#: Magnitudes that are no unit, so that a column may use one of them in every cell.
_WORDS = frozenset(name for name in MAGNITUDES if len(name) > 2) | {"bn", "mn"}
_DIRECTIONS = ({"N": 1.0, "S": -1.0}, {"E": 1.0, "W": -1.0}, {"O": 1.0, "W": -1.0})
#: Units whose prefixes differ within a column are converted; of bytes nobody knows whether K is 1000 or 1024.
_BASES = ("s", "m", "g", "V", "A", "Hz", "W", "J", "Pa", "bar", "F", "Ω", "H", "N", "mol", "L", "l", "eV", "T", "Wh")
_PREFIXES = {"": 1.0, "p": 1e-12, "n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "h": 1e2,
             "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_TIMES = {"min": 60.0, "h": 3600.0, "hr": 3600.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "sec": 1.0}
#: Marks of laboratories and agencies: estimated, approved, provisional, in the blank, rejected; and not detected.
_MARKS = frozenset("ABCDEFGHIJLMNPQRSTXYZ") | frozenset("abcdefhijlnpqrstuvwxyz") | {"est", "prov", "e.", "p."}
_NOT_DETECTED = frozenset({"U", "UJ", "ND", "u"})


def settled(read: Mapping[int, WrittenNumber]) -> dict[int, WrittenNumber]:
    """The cells of a column whose letters are no units, with these letters read; other cells are left out.

    Args:
        read: the numbers of a column by row.
    """
    units = Counter(number.unit for number in read.values())
    letters = set(units) - {""}
    if letters and letters <= set(MAGNITUDES) and (len(units) > 1 or letters <= _WORDS or any(
            number.money for number in read.values())):
        return {row: _times(number, MAGNITUDES[number.unit]) for row, number in read.items() if number.unit}
    if len(units) > 1 and "" not in units and (factors := _factors(units)):
        common = units.most_common(1)[0][0]
        scaled = {row: _times(n, factors[n.unit]) for row, n in read.items() if n.unit != common}
        return {row: n._replace(value=float(f"{n.value:.15g}"), unit=common, kinds=read[row].kinds | {"converted"})
                for row, n in scaled.items()}
    for signs in _DIRECTIONS:
        if len(letters) > 1 and set(units) == set(signs):
            return {row: n._replace(value=n.value * signs[n.unit], unit="°", kinds=n.kinds | {"direction"})
                    for row, n in read.items()}
    if len(units) > 1 and letters <= _MARKS | _NOT_DETECTED:
        return {row: n._replace(unit="", kinds=n.kinds - {"unit"} | {
            "limit" if n.unit in _NOT_DETECTED else "flag"}) for row, n in read.items() if n.unit}
    return {}


def _factors(units: Counter[str]) -> dict[str, float]:
    """By what the values of each unit become values of the most frequent one; empty if their dimensions differ.

    >>> _factors(Counter(["ms", "ms", "s"])), _factors(Counter(["kg", "m"]))
    ({'ms': 1.0, 's': 1000.0}, {})
    """
    for base in _BASES:
        sizes = {unit: _PREFIXES.get(unit.removesuffix(base)) for unit in units if unit.endswith(base)}
        if base == "s":
            sizes |= {unit: _TIMES[unit] for unit in units if unit in _TIMES}
        known = {unit: size for unit, size in sizes.items() if size is not None}
        if len(known) == len(units):
            common = known[units.most_common(1)[0][0]]
            return {unit: float(f"{size / common:.12g}") for unit, size in known.items()}
    return {}


def _times(number: WrittenNumber, factor: float) -> WrittenNumber:
    return number._replace(value=number.value * factor, error=number.error * factor, unit="",
                           kinds=number.kinds - {"unit"} | {"magnitude"})
