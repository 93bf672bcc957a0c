"""The roles of a table's columns: one target, some inputs, and optionally the weights of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .class_target import target_columns
from .column_recipes import DEEPEST
from .id_columns import may_name_rows
from .numbers import has_no_label
from .table import Table
from .weights import UNWEIGHTED, Weight

#: Names of the roles on the Data page.
TARGET, INPUT, IGNORED = "explain this", "by this", "ignore"
WEIGHTS = {"weight": "weight of the row", "error": "standard error of the target"}
ROW_NAME = "name of the row"
GROUP = "group (own constants)"
ROLES = (TARGET, INPUT, IGNORED, GROUP, ROW_NAME, *WEIGHTS.values())
#: Names of the kinds of columns (see `columns.kind_of`).
KINDS = {"numbers": "numbers", "labels": "text", "text": "text", "dates": "dates", "times": "times",
         "durations": "durations", "empty": "nothing"}
LONGEST_UNIT = 40


class RoleError(ValueError):
    """A column cannot have a role; the message says why and what to do."""


@dataclass(frozen=True)
class Roles:
    """The role of every column; columns that are not listed are ignored.

    Attributes:
        target: the column to explain.
        inputs: the columns to explain it with.
        weight: the weights of the rows.
        row_name: the column that names the rows in plots, tables and exports.
        group: the column of the groups that have constants of their own.
    """

    target: str | None
    inputs: tuple[str, ...] = ()
    weight: Weight = UNWEIGHTED
    row_name: str | None = None
    group: str | None = None

    def role_of(self, column: str) -> str:
        """The role of a column, one of `ROLES`."""
        if column == self.target:
            return TARGET
        if column == self.weight.column:
            return WEIGHTS[self.weight.kind]
        if column == self.row_name:
            return ROW_NAME
        if column == self.group:
            return GROUP
        return INPUT if column in self.inputs else IGNORED

    def with_role(self, column: str, role: str, table: Table) -> Roles:
        """The roles after one column gets another role.

        A former target becomes an input; a former column of weights is ignored.

        Raises:
            RoleError: the column cannot have the role, or no target would be left.
        """
        if role not in ROLES or column not in table.kinds:
            raise RoleError(f"{column} cannot be “{role}”: choose one of {', '.join(ROLES)}.")
        if role == self.role_of(column):
            return self
        self._check(column, role, table)
        inputs = [c for c in self.inputs if c != column]
        weight = UNWEIGHTED if self.weight.column == column else self.weight
        row_name = None if self.row_name == column else self.row_name
        group = None if self.group == column else self.group
        if role == ROW_NAME:
            return Roles(self.target, tuple(inputs), weight, column, group)
        if role == GROUP:
            return Roles(self.target, tuple(inputs), weight, row_name, column)
        if role == TARGET:
            inputs = [c for c in (*inputs, self.target) if c is not None and c not in siblings(table, column)]
            return Roles(column, in_order(inputs, table), weight, row_name, group)
        if role == INPUT:
            return Roles(self.target, in_order([*inputs, column], table), weight, row_name, group)
        if role != IGNORED:
            weight = Weight(column, next(kind for kind, words in WEIGHTS.items() if words == role))
        return replace(self, inputs=tuple(inputs), weight=weight, row_name=row_name, group=group)

    def _check(self, column: str, role: str, table: Table) -> None:
        """Check that a column can have a role.

        Raises:
            RoleError: it cannot.
        """
        if role == TARGET and column not in target_columns(table):
            raise RoleError(f"{column} holds {KINDS[table.kinds[column]]}: only numbers can be explained, and text "
                            "with few values that repeat, such as yes and no.")
        if role == ROW_NAME and not may_name_rows(table.frame, column):
            raise RoleError(f"{column} cannot name the rows: its cells must be short, and different in every row.")
        if role == GROUP and column not in table.group_columns:
            raise RoleError(f"{column} cannot group the rows: it needs two or more different values, each in several "
                            "rows.")
        if role not in (IGNORED, TARGET, ROW_NAME, GROUP) and column not in table.numeric_columns:
            raise RoleError(f"{column} holds {KINDS[table.kinds[column]]}: only numbers can be used. Some columns "
                            "can be converted under “Gaps, text and dates”.")
        if column == self.target:
            raise RoleError(f"A search needs a target: choose “{TARGET}” for another column instead of {column}.")
        if role == INPUT and column in siblings(table, self.target):
            raise RoleError(f"{column} is derived from the same column as {self.target}, so it would reveal the "
                            "target: choose other columns.")


def siblings(table: Table, column: str | None) -> set[str]:
    """The columns that hold the same value of a row as this one: derived from the same column, or from this one itself.

    The value of an earlier row is another value, so `previous_x` may explain x.
    """
    origin = _origin(table, column)
    found = {c for c in table.derived if _origin(table, c) == origin}
    own_numbers = column in table.derived and table.derived[str(column)].reads_rows and origin != column
    return found | ({str(origin)} if own_numbers else set())


def _origin(table: Table, column: str | None) -> str | None:
    """The column whose value in the same row a derived column is computed from; itself if there is none."""
    for _ in range(DEEPEST):
        recipe = table.derived.get(column or "")
        if recipe is None or recipe.way == "previous":
            break
        column = recipe.column
    return column


def in_order(columns: Iterable[str], table: Table) -> tuple[str, ...]:
    """Columns in the order of the table."""
    wanted = set(columns)
    return tuple(c for c in table.numeric_columns if c in wanted)


def clean_unit(text: object) -> str:
    """A typed unit on one line, at most `LONGEST_UNIT` characters long; "" for none."""
    words = "".join(c if c.isprintable() else " " for c in ("" if text is None else str(text)))
    return " ".join(words.split())[:LONGEST_UNIT]


def column_summary(table: Table) -> pd.DataFrame:
    """One row for each column of the table: its kind, its range and its number of missing cells."""
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
            iso = kind == "dates" and all(c[:4].isdigit() for c in present)  # only ISO dates sort correctly as text
            span = f"{min(present)} to {max(present)}" if iso else _examples(present) if present else ""
        rows.append((column, KINDS[kind], span, missing))
    return pd.DataFrame(rows, columns=["Column", "Holds", "Values", "Missing"])


def _gap(cell: object) -> bool:
    return has_no_label(str(cell))


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1e4 or value != int(value) or abs(value) > 1e9 else f"{int(value):,}"


def _examples(present: Sequence[str]) -> str:
    different = list(dict.fromkeys(present))
    shown = ", ".join(d[:20] for d in different[:3])
    return shown + (f" and {len(different) - 3:,} more" if len(different) > 3 else "")
