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
    for signs in _DIRECTIONS:
        if len(letters) > 1 and set(units) == set(signs):
            return {row: n._replace(value=n.value * signs[n.unit], unit="°", kinds=n.kinds | {"direction"})
                    for row, n in read.items()}
    if len(units) > 1 and letters <= _MARKS | _NOT_DETECTED:
        return {row: n._replace(unit="", kinds=n.kinds - {"unit"} | {
            "limit" if n.unit in _NOT_DETECTED else "flag"}) for row, n in read.items() if n.unit}
    return {}


def _times(number: WrittenNumber, factor: float) -> WrittenNumber:
    return number._replace(value=number.value * factor, error=number.error * factor, unit="",
                           kinds=number.kinds - {"unit"} | {"magnitude"})
