"""Which rows are held out from the search, to see whether a formula holds for rows that it was not made from.

Each way asks another question. At random: does it hold for further rows like these? By order: for what comes after, as
in a series in time? By range: beyond the values that it was made from? By group: for a country, device or patient that
it has never seen? Rows of one group resemble each other, so a random split flatters a formula there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.data_rules import FEWEST_ROWS_TO_SPLIT
from xnet.errors import DataError

KINDS = ("random", "order", "range", "group")
#: The ways that need a column to go by.
BY_COLUMN = ("range", "group")


class SplitError(DataError):
    """Rows cannot be held out as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Split:
    """How the held-out rows are chosen: one of `KINDS`, and the column that `range` and `group` go by."""

    kind: str = "random"
    column: str | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> Split:
        """The split that a config tells, `{"kind": ..., "column": ...}`; None is at random.

        Raises:
            SplitError: there is no such way, or its column is missing.
        """
        if not isinstance(config or {}, Mapping):
            raise SplitError(f"The split is {config!r}; expected a kind and, for some kinds, a column.")
        kind, column = (config or {}).get("kind", "random"), (config or {}).get("column")
        if kind not in KINDS:
            raise SplitError(f"The split is {kind!r}; expected one of {', '.join(KINDS)}.")
        if kind in BY_COLUMN and not column:
            raise SplitError(f"A split by {kind} goes by a column, and none is named: choose one.")
        return cls(kind, str(column) if kind in BY_COLUMN else None)

    @classmethod
    def parse(cls, text: str) -> Split:
        """The split that the command line writes as `random`, `order`, `range:COLUMN` or `group:COLUMN`.

        Raises:
            SplitError: it is not written like that.
        """
        kind, colon, column = text.partition(":")
        if kind not in KINDS or bool(colon) != (kind in BY_COLUMN):
            raise SplitError(f"--split is {text!r}; write random, order, range:COLUMN or group:COLUMN.")
        return cls.from_config({"kind": kind, "column": column})

    def to_config(self) -> dict[str, str]:
        """The split as a config tells it."""
        return {"kind": self.kind} | ({"column": self.column} if self.column is not None else {})

    def held_out(self, values: Sequence[Any] | Array | None, *, n: int, fraction: float, seed: int) -> Array | None:
        """Whether each of n rows is held out, (n,); None where the engine draws them itself, or too few are there.

        Args:
            values: (n,) the column's values, for the ways that go by one.
            n: the number of rows.
            fraction: the share to hold out; ties and whole groups may make it a little more or less.
            seed: which groups are drawn.

        Raises:
            SplitError: the column does not part the rows.
        """
        wanted = round(n * fraction)
        if self.kind == "random" or n < FEWEST_ROWS_TO_SPLIT or not wanted:
            return None
        if self.kind == "order":
            return np.arange(n) >= n - wanted
        assert values is not None
        if self.kind == "range":
            return self._largest(np.asarray(values), wanted)
        return self._groups(np.asarray(values), wanted, np.random.default_rng(seed))

    def _largest(self, values: Array, wanted: int) -> Array:
        """The rows with the largest values; equal ones stay together."""
        if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
            raise SplitError(f"Rows cannot be held out by the range of {self.column!r}, which does not hold a number "
                             "in every row: choose another column.")
        edge = np.sort(values)[len(values) - wanted]
        parts = [rows for rows in (values >= edge, values > edge) if 0 < rows.sum() < len(values)]
        if not parts:
            raise SplitError(f"Rows cannot be held out by the range of {self.column!r}, which has one value only: "
                             "choose another column.")
        return min(parts, key=lambda rows: abs(int(rows.sum()) - wanted))

    def _groups(self, values: Array, wanted: int, rng: np.random.Generator) -> Array:
        """Groups in a random order, each taken if that brings their rows nearer to what is wanted."""
        _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
        if len(sizes) < 2:
            raise SplitError(f"Rows cannot be held out by the groups of {self.column!r}, which has one value only: "
                             "choose another column.")
        taken, rows = [], 0
        for k in rng.permutation(len(sizes)):
            if abs(rows + sizes[k] - wanted) < abs(rows - wanted):
                taken.append(k)
                rows += sizes[k]
        return np.isin(group, taken or [int(np.argmin(sizes))])

    def describe(self, percent: int) -> str:
        """What is held out, to be said to people; the column's name stands in it as it is."""
        return {"random": f"{percent} % of the rows held out",
                "order": f"the last {percent} % of the rows held out",
                "range": f"the {percent} % of the rows with the largest {self.column} held out",
                "group": f"whole groups of {self.column} held out, about {percent} % of the rows"}[self.kind]


AT_RANDOM = Split()
