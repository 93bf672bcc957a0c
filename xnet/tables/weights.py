"""Weights of the rows, from a column of weights or from a column of standard errors of the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

from .row_names import RowNames

#: "weight": a row of weight 2 counts like two rows of weight 1. "error": the target's standard error in the row.
KINDS = ("weight", "error")


class WeightError(DataError):
    """The column cannot be used for weights; the message says why and what to do."""


@dataclass(frozen=True)
class Weight:
    """The column that weights come from.

    Attributes:
        column: its name; None if all rows have the same weight.
        kind: what the column holds, one of `KINDS`.
    """

    column: str | None = None
    kind: str = "weight"

    @classmethod
    def from_config(cls, config: Mapping[str, Any] | None) -> Weight:
        """Read `{"kind": ..., "column": ...}`; None or an empty mapping means equal weights.

        Raises:
            WeightError: the kind is unknown, or the column is missing.
        """
        if not config:
            return cls()
        if not isinstance(config, Mapping) or config.get("kind") not in KINDS or not config.get("column"):
            raise WeightError(f"The weight is {config!r}; expected a kind ({' or '.join(KINDS)}) and a column.")
        return cls(str(config["column"]), str(config["kind"]))

    def to_config(self) -> dict[str, str] | None:
        """The weight as plain data for a config."""
        return None if self.column is None else {"kind": self.kind, "column": self.column}

    def check_target(self, target: str) -> None:
        """Check that the column is not the target itself.

        Raises:
            WeightError: it is.
        """
        if self.column == target:
            what = "its own standard errors" if self.kind == "error" else "the weights of its own rows"
            raise WeightError(f"{target!r} is the target, so it cannot hold {what}. Choose another column, or give all "
                              "rows the same weight.")

    def row_weights(self, values: Array, names: RowNames | None = None) -> Array:
        """The weights of the squared errors.

        Args:
            values: (n,) values of the column.
            names: of the rows, for messages; by default row 1, row 2 and so on.

        Returns:
            (n,) weights; for standard errors s, median(s)² / s².

        Raises:
            WeightError: a value is text, not finite, or negative (or zero, for a standard error).
        """
        values = self.checked(values, names)
        if self.kind != "error":
            return values
        return (np.median(values) / values) ** 2  # relative to the median: squares of tiny errors would overflow

    def checked(self, values: Array, names: RowNames | None = None) -> Array:
        """The values (n,) of the column as numbers; `names` are those of the rows, by default row 1, row 2 and so on.

        Raises:
            WeightError: a value is text, not finite, or negative (or zero, for a standard error).
        """
        values = np.asarray(values)
        if values.dtype.kind not in "fiu":
            raise WeightError(f"{self.column!r} is text: choose a column of numbers, or give all rows the same weight.")
        values = values.astype(np.float64)
        error = self.kind == "error"
        wrong = ~np.isfinite(values) | ((values <= 0) if error else (values < 0))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            name = (names or RowNames.counted(len(values))).name(row)
            raise WeightError(f"{self.column!r} is {values[row]:g} in {name}, but "
                              f"{'standard errors must be positive' if error else 'weights must not be negative'}. "
                              "Correct it, or give all rows the same weight.")
        return values

    def describe(self) -> str:
        """The source of the weights in words; "" for equal weights."""
        if self.column is None:
            return ""
        return f"rows weighted by {self.column}" + (" (standard errors)" if self.kind == "error" else "")


UNWEIGHTED = Weight()
