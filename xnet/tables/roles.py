"""What each column of a table is for: one is explained, others explain it, one may say how much a row counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .class_target import target_columns
from .numbers import is_missing
from .table import Table
from .weights import UNWEIGHTED, Weight

#: Roles, in words.
TARGET, INPUT, IGNORED = "explain this", "by this", "ignore"
WEIGHTS = {"weight": "weight of the row", "error": "standard error of the target"}
ROLES = (TARGET, INPUT, IGNORED, *WEIGHTS.values())
#: What columns hold (`table_columns.kind_of`), in words.
KINDS = {"numbers": "numbers", "labels": "text", "text": "text", "dates": "dates", "times": "times", "empty": "nothing"}
LONGEST_UNIT = 40


class RoleError(ValueError):
    """A column cannot have a role; the message says why and what to do."""


@dataclass(frozen=True)
class Roles:
    """What the columns are for; columns that are not named are ignored."""

    target: str | None
    inputs: tuple[str, ...] = ()
    weight: Weight = UNWEIGHTED

    def role_of(self, column: str) -> str:
        """The role of a column, one of `ROLES`."""
        if column == self.target:
            return TARGET
        if column == self.weight.column:
            return WEIGHTS[self.weight.kind]
        return INPUT if column in self.inputs else IGNORED

    def with_role(self, column: str, role: str, table: Table) -> Roles:
        """The roles when a column is given another one; who had to have it before becomes an input, or is ignored.

        Raises:
            RoleError: the column holds no numbers, or nothing would be left to explain.
        """
        if role not in ROLES or column not in table.kinds:
            raise RoleError(f"{column} cannot be “{role}”: choose one of {', '.join(ROLES)}.")
        if role == self.role_of(column):
            return self
        if role == TARGET and column not in target_columns(table):
            raise RoleError(f"{column} holds {KINDS[table.kinds[column]]}: only numbers can be explained, and text "
                            "of a few values that come back again and again, such as yes and no.")
        if role not in (IGNORED, TARGET) and column not in table.numeric_columns:
            raise RoleError(f"{column} holds {KINDS[table.kinds[column]]}: only numbers can be used. What can be made "
                            "numbers, you find under “Gaps, text and dates”.")
        if column == self.target:
            raise RoleError(f"Something has to be explained: choose “{TARGET}” for another column in place of "
                            f"{column}.")
        if role == INPUT and column in siblings(table, self.target):
            raise RoleError(f"{column} is made of the same column as {self.target}, so it would explain the target by "
                            "itself: choose other columns.")
        inputs = [c for c in self.inputs if c != column]
        weight = UNWEIGHTED if self.weight.column == column else self.weight
        if role == TARGET:
            inputs = [c for c in (*inputs, self.target) if c is not None and c not in siblings(table, column)]
            return Roles(column, in_order(inputs, table), weight)
        if role == INPUT:
            return Roles(self.target, in_order([*inputs, column], table), weight)
        if role != IGNORED:
            weight = Weight(column, next(kind for kind, words in WEIGHTS.items() if words == role))
        return replace(self, inputs=tuple(inputs), weight=weight)


def siblings(table: Table, column: str | None) -> set[str]:
    """The columns that were made of the same column of text or dates as this one, or of this one itself."""
    made = table.derived.get(column or "")
    source = column if made is None else made.column
    return {c for c, other in table.derived.items() if other.column == source}


def in_order(columns: Iterable[str], table: Table) -> tuple[str, ...]:
    """Columns in the order of the table."""
    wanted = set(columns)
    return tuple(c for c in table.numeric_columns if c in wanted)


def clean_unit(text: object) -> str:
    """A unit as somebody typed it, on one line and of some length at most; "" for none."""
    words = "".join(c if c.isprintable() else " " for c in ("" if text is None else str(text)))
    return " ".join(words.split())[:LONGEST_UNIT]


def column_summary(table: Table) -> pd.DataFrame:
    """One row a column of the table: what it holds, its range, its missing cells."""
    frame = table.frame
    rows = []
    for column, kind in table.kinds.items():
        cells = frame[column]
        if kind == "numbers":
            values = cells.to_numpy(dtype=np.float64)
            span = f"{_short(np.nanmin(values))} to {_short(np.nanmax(values))}"
            missing = int(np.isnan(values).sum())
        else:
            present = [str(c) for c in cells if not _gap(c)]
            missing = len(cells) - len(present)
            iso = kind == "dates" and all(c[:4].isdigit() for c in present)  # only these are in order as text
            span = f"{min(present)} to {max(present)}" if iso else _examples(present) if present else ""
        rows.append((column, KINDS[kind], span, missing))
    return pd.DataFrame(rows, columns=["Column", "Holds", "Values", "Missing"])


def _gap(cell: object) -> bool:
    return is_missing(str(cell))


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1e4 or value != int(value) or abs(value) > 1e9 else f"{int(value):,}"


def _examples(present: Sequence[str]) -> str:
    different = list(dict.fromkeys(present))
    shown = ", ".join(d[:20] for d in different[:3])
    return shown + (f" and {len(different) - 3:,} more" if len(different) > 3 else "")
