"""`Table`: the columns of a file with their units, and the report of how they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from .column_recipes import ColumnRecipe
from .columns import kind_of

MIN_ROWS = 5


@dataclass(frozen=True)
class Table:
    """A table and what is known about it.

    `frame` has float64 or int64 columns for numbers (NaN where a cell is missing) and text columns for labels; names
    are unique and not empty. `report` says in plain sentences what was understood and changed. The rest is empty
    unless the table is one of the samples, except `units` (also read from headers such as "speed [m/s]") and the
    suggestions (for a file: the last number column, explained by the others) and the sheets of a workbook, of which
    `sheet` is the one that was read. `derived` says of columns that `treatment` added how they were made,
    `unread` which cells of columns of numbers hold text: by column and by row, from 0.
    """

    frame: pd.DataFrame
    name: str
    report: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    suggested_target: str | None = None
    suggested_inputs: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    licence: str = ""
    source: str = ""
    derived: Mapping[str, ColumnRecipe] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    unread: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """Names of the columns that hold numbers, in the order of the table."""
        return tuple(c for c in self.frame.columns if pd.api.types.is_numeric_dtype(self.frame[c]))

    def display_name(self, target: str | None) -> str:
        """What the table is called where a column is explained; a sample's title tells after a colon of its own target.
        """
        title = self.title if target in (None, self.suggested_target) else self.title.partition(":")[0]
        return title or self.name

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What every column holds, in the words of `table_columns.kind_of`."""
        return {str(c): kind_of(self.frame[c]) for c in self.frame.columns}

    @cached_property
    def group_columns(self) -> tuple[str, ...]:
        """The columns that part the rows into groups: two values or more, two rows or more each; labels come first."""
        values = {c: self.frame[c].nunique() for c in self.kinds}
        found = [c for c, n in values.items() if 2 <= n <= len(self.frame) // 2]
        return tuple(sorted(found, key=lambda c: (self.kinds[c] != "labels", c in self.numeric_columns)))
