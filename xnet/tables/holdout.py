"""Which rows are held out from the search, to check a formula on rows that it was not fitted to.

Each kind of split tests a different claim. At random: the formula holds for more rows of the same kind. By order: it
holds for later rows of a time series. By range: it extrapolates beyond the training values. By group: it holds for a
new country, device or patient. Rows of one group resemble each other, so a random split would overrate a formula.
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
#: The kinds that need a column.
BY_COLUMN = ("range", "group")


class SplitError(DataError):
    """The split is not possible; the message says why and what to do."""


@dataclass(frozen=True)
class Split:
    """How the held-out rows are chosen.

    Attributes:
        kind: one of `KINDS`.
        column: the column for the kinds "range" and "group"; None for the others.
    """

    kind: str = "random"
    column: str | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> Split:
        """Read `{"kind": ..., "column": ...}`; None means at random.

        Raises:
            SplitError: the kind is unknown, or its column is missing.
        """
        if not isinstance(config or {}, Mapping):
            raise SplitError(f"The split is {config!r}; expected a kind and, for some kinds, a column.")
        kind, column = (config or {}).get("kind", "random"), (config or {}).get("column")
        if kind not in KINDS:
            raise SplitError(f"The split is {kind!r}; expected one of {', '.join(KINDS)}.")
        if kind in BY_COLUMN and not column:
            raise SplitError(f"A split by {kind} needs a column: choose one.")
        return cls(kind, str(column) if kind in BY_COLUMN else None)

    @classmethod
    def parse(cls, text: str) -> Split:
        """Read the command line's form: `random`, `order`, `range:COLUMN` or `group:COLUMN`.

        Raises:
            SplitError: the text has another form.
        """
        kind, colon, column = text.partition(":")
        if kind not in KINDS or bool(colon) != (kind in BY_COLUMN):
            raise SplitError(f"--split is {text!r}; write random, order, range:COLUMN or group:COLUMN.")
        return cls.from_config({"kind": kind, "column": column})

    def to_config(self) -> dict[str, str]:
        """The split as plain data for a config."""
        return {"kind": self.kind} | ({"column": self.column} if self.column is not None else {})

    def held_out(self, values: Sequence[Any] | Array | None, *, n: int, fraction: float, seed: int) -> Array | None:
        """Choose the held-out rows.

        Args:
            values: (n,) values of the column, for the kinds that need one.
            n: the number of rows.
            fraction: the share to hold out; ties and whole groups may change it a little.
            seed: of the random choice of groups.

        Returns:
            (n,) whether each row is held out. None if the engine draws the rows at random, or if there are too few
            rows to hold any out.

        Raises:
            SplitError: the column does not separate the rows.
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
        """The rows with the largest values; rows with equal values stay together."""
        if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
            raise SplitError(f"{self.column!r} does not hold a number in every row, so its range cannot define the "
                             "held-out rows: choose another column.")
        edge = np.sort(values)[len(values) - wanted]
        parts = [rows for rows in (values >= edge, values > edge) if 0 < rows.sum() < len(values)]
        if not parts:
            raise SplitError(f"{self.column!r} has a single value, so its range cannot define the held-out rows: "
                             "choose another column.")
        return min(parts, key=lambda rows: abs(int(rows.sum()) - wanted))

    def _groups(self, values: Array, wanted: int, rng: np.random.Generator) -> Array:
        """Groups in random order; each is held out if that brings the number of rows nearer to `wanted`."""
        _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
        if len(sizes) < 2:
            raise SplitError(f"{self.column!r} has a single value, so its groups cannot define the held-out rows: "
                             "choose another column.")
        taken, rows = [], 0
        for k in rng.permutation(len(sizes)):
            if abs(rows + sizes[k] - wanted) < abs(rows - wanted):
                taken.append(k)
                rows += sizes[k]
        return np.isin(group, taken or [int(np.argmin(sizes))])

    def describe(self, percent: int) -> str:
        """The held-out rows in words; the column's name is inserted unescaped."""
        return {"random": f"{percent} % of the rows held out",
                "order": f"the last {percent} % of the rows held out",
                "range": f"the {percent} % of the rows with the largest {self.column} held out",
                "group": f"whole groups of {self.column} held out, about {percent} % of the rows"}[self.kind]


AT_RANDOM = Split()
