"""How much each row of a table counts: by a column of weights, or by one of standard errors of the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

#: "weight": a row of 2 counts like two rows of 1. "error": the standard error of the target in that row.
KINDS = ("weight", "error")


class WeightError(DataError):
    """Rows cannot be weighed as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Weight:
    """The column that says how much a row counts, and what it holds; no column: all rows count alike."""

    column: str | None = None
    kind: str = "weight"

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> Weight:
        """The weight that a config tells, `{"kind": ..., "column": ...}`; None or nothing: all rows count alike.

        Raises:
            WeightError: it is not config like that.
        """
        if not config:
            return cls()
        if not isinstance(config, Mapping) or config.get("kind") not in KINDS or not config.get("column"):
            raise WeightError(f"The weight is {config!r}; expected a kind ({' or '.join(KINDS)}) and a column.")
        return cls(str(config["column"]), str(config["kind"]))

    def to_config(self) -> dict[str, str] | None:
        """The weight as a config tells it."""
        return None if self.column is None else {"kind": self.kind, "column": self.column}

    def row_weights(self, values: Array) -> Array:
        """(n,) weights of the rows' squared errors; those of standard errors are one over their squares.

        Raises:
            WeightError: a value is not what it has to be.
        """
        values = np.asarray(values)
        if values.dtype.kind not in "fiu":
            raise WeightError(f"{self.column!r} is text: choose a column of numbers, or let all rows count alike.")
        values = values.astype(np.float64)
        error = self.kind == "error"
        wrong = ~np.isfinite(values) | ((values <= 0) if error else (values < 0))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise WeightError(f"{self.column!r} is {values[row]:g} in row {row + 1}; "
                              f"{'a standard error is above zero' if error else 'a weight is zero or above'}. Correct "
                              "it, or let all rows count alike.")
        if not error:
            return values
        return (np.median(values) / values) ** 2  # relative to the median: squares of tiny errors would overflow

    def describe(self) -> str:
        """How rows are weighed, to be said to people; "" when they count alike."""
        if self.column is None:
            return ""
        return f"rows weighed by {self.column}" + (" (its standard errors)" if self.kind == "error" else "")


UNWEIGHTED = Weight()
