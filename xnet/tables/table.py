"""`Table`: the columns of a file with their units, and the report of how they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from .changes import Change
from .column_recipes import ColumnRecipe
from .columns import kind_of
from .row_names import LINE, ROW, RowNames

#: The fewest rows that a search accepts.
MIN_ROWS = 5


class UnitsRow(NamedTuple):
    """A row of the file that was read as the units of the columns.

    Attributes:
        line: of the file.
        cells: the text of the row, by column.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table with everything known about it.

    Attributes:
        frame: float64 or int64 columns for numbers (NaN where a cell is missing), text columns for labels. Names are
            unique and not empty.
        name: of the file or sample.
        report: sentences on how the file was understood and what was changed.
        units: by column; from a sample's sidecar, or from names such as "speed [m/s]".
        suggested_target, suggested_inputs: for a file, the last column if it holds classes, else the last column of
            numbers; and the other columns of numbers.
        title, description, licence, source: of a sample; empty for files.
        derived: the recipes of converted columns, by column.
        sheets, sheet: the names of a workbook's sheets, and the one that was read.
        unread: the text cells in columns of numbers, by column and row (from 0).
        errors: by column, the column of its standard errors, where a file writes 2.5 ± 0.1.
        mixed: text columns that hold numbers too, and can be converted to numbers.
        sentinels: by column, numbers such as -999 that look like codes for missing values.
        outliers: by column, numbers that are far from all others of the column.
        joined: by column of dates, the columns that it joins (`joined_dates`).
        lines: the line of the file of each row, from 1; empty for formats without lines.
        numbers: for formats without lines, the number of each row in the table as it was read, from 1; empty while no
            row is left out.
        units_row: the row that was read as the units of the columns; None without one.
        changes: the changes that were made to the table after it was read.
        excluded: the rows that changes left out, with their names as index: derived columns need their places.
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
    lines: tuple[int, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    mixed: tuple[str, ...] = ()
    sentinels: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    outliers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    units_row: UnitsRow | None = None
    changes: tuple[Change, ...] = ()
    excluded: pd.DataFrame | None = None

    @cached_property
    def numeric_columns(self) -> tuple[str, ...]:
        """Names of the columns that hold numbers, in the order of the table."""
        return tuple(c for c, kind in self.frame.dtypes.items() if pd.api.types.is_numeric_dtype(kind))

    @cached_property
    def row_names(self) -> RowNames:
        """How the rows are called: by the line of the file if it has lines."""
        if self.lines or self.numbers:
            return RowNames(LINE if self.lines else ROW, np.asarray(self.lines or self.numbers, dtype=np.int64))
        return RowNames.counted(len(self.frame))

    @property
    def lines_left_out(self) -> tuple[str, ...]:
        """The sentences of the report on lines of the file that are no rows: above, between and below the rows."""
        return tuple(sentence for sentence in self.report if sentence.startswith(("Left out ", "Skipped ")))

    @property
    def not_inputs(self) -> frozenset[str]:
        """Columns that are no inputs by default: standard errors, and columns whose codes became gaps in a new one."""
        replaced = (recipe.column for recipe in self.derived.values() if recipe.way == "gaps")
        return frozenset({*self.errors.values(), *replaced})

    def display_name(self, target: str | None) -> str:
        """The title or the name of the table.

        Args:
            target: the column to explain. If it is not the suggested target of a sample, the part of the title after
                the colon, which names that target, is omitted.
        """
        title = self.title if target in (None, self.suggested_target) else self.title.partition(":")[0]
        return title or self.name

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of every column (see `columns.kind_of`)."""
        return {str(c): kind_of(self.frame[c]) for c in self.frame.columns}

    @cached_property
    def group_columns(self) -> tuple[str, ...]:
        """The columns that can group the rows: two or more values, on average in two or more rows; labels first."""
        values = {c: self.frame[c].nunique() for c in self.kinds}
        found = [c for c, n in values.items() if 2 <= n <= len(self.frame) // 2]
        return tuple(sorted(found, key=lambda c: (self.kinds[c] != "labels", c in self.numeric_columns)))
