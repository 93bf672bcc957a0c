"""Constants of their own in every group of rows: one form, a table of numbers beside it.

A neuron `own` is a leaf like `constant`, but its value depends on the group of the row. `Network.own` holds the table,
and names the input whose cells are the groups' numbers 0, 1, ... (`OwnConstants.column`). So a network with own
constants is a function of its inputs like any other, and the group is one of them.

For algebra, an own constant is a variable that happens to have one value a group, see `own_inputs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np

from xnet.arrays import Array

#: The letters of own constants in printed formulas; e, i, l and o could be read as numbers or as 1 and 0.
LETTERS = "abcdfghjkmnpqrstuvwxyz"
_LETTER = re.compile(rf"[{LETTERS}]\d*")


@dataclass(frozen=True)
class OwnConstants:
    """The values of k own constants in G groups.

    Attributes:
        column: the input that holds the number of a row's group.
        values: k tuples of G numbers.
        labels: the names of the G groups, in the order of their numbers.
        taken: letters with another meaning, which no own constant gets.
    """

    column: int
    values: tuple[tuple[float, ...], ...]
    labels: tuple[str, ...]
    taken: tuple[str, ...] = ()

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return len(self.labels)

    def letter(self, j: int) -> str:
        """The letter of own constant j: a, b, ..., then a2, b2, ..., without those that are taken."""
        free = (letter for k in count() if (letter := own_letter(k)) not in self.taken)
        return next(islice(free, j, None))

    def rows(self, columns: Array) -> Array:
        """The own constants of every row.

        Args:
            columns: (d, n) the inputs.

        Returns:
            (k, n); NaN where the group's cell is no group's number.
        """
        cells = columns[self.column]
        known = (cells >= 0) & (cells < self.n_groups) & (cells == np.floor(cells))
        found = np.array(self.values)[:, np.where(known, cells, 0.0).astype(np.intp)]
        return np.where(known, found, np.nan)

    def to_json(self) -> dict[str, Any]:
        """A JSON tree from which `from_json` builds an equal record."""
        taken = {"taken": list(self.taken)} if self.taken else {}
        return {"column": self.column, "values": [list(row) for row in self.values], "labels": list(self.labels),
                **taken}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> OwnConstants:
        """The record of a JSON tree; raises KeyError, TypeError or ValueError for any other tree."""
        values = tuple(tuple(float(v) for v in row) for row in tree["values"])
        labels = tuple(map(str, tree["labels"]))
        if not values or not labels or {len(row) for row in values} != {len(labels)}:
            raise ValueError("own constants need one value a group")
        return cls(int(tree["column"]), values, labels, tuple(map(str, tree.get("taken", ()))))


def taken_letters(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that could be letters of own constants, sorted.

    >>> taken_letters(["mass", "b2", "a", "b", "a"])
    ('a', 'b', 'b2')
    """
    return tuple(sorted({name for name in names if _LETTER.fullmatch(name)}))


def own_letter(j: int) -> str:
    """The letter of own constant j where none is taken: a, b, ..., then a2, b2, ...

    >>> own_letter(0), own_letter(23)
    ('a', 'b2')
    """
    turn, place = divmod(j, len(LETTERS))
    return LETTERS[place] + (str(turn + 1) if turn else "")
