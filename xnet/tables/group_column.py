"""A column of groups as numbers, for a search of one form with constants of its own in every group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.counts import counted
from xnet.data_rules import FEWEST_ROWS_OF_A_GROUP
from xnet.name_lists import abbreviated_list, label_order

from .column_conversion import free_name
from .column_recipes import GROUPS, ColumnRecipe, label_text
from .limits import TableError
from .numbers import has_no_label
from .table import Table

#: The column that names the file of a row, in tables of several files.
FILE = "file"


def with_group_numbers(table: Table, column: str) -> tuple[Table, str]:
    """The table with the numbers 0, 1, ... of the groups in a new column, and the name of this column.

    A row without a group has no number, so that a search leaves it out.

    Raises:
        TableError: there is no such column, a group has too few rows, or there is one group only.
    """
    if column not in table.frame.columns:
        raise TableError(f"{table.name} has no column {column!r} with the groups: its columns are "
                         f"{', '.join(map(str, list(table.frame.columns)[:30]))}.")
    texts = [label_text(cell) for cell in table.frame[column]]
    labels = tuple(sorted({text for text in texts if not has_no_label(text)}, key=label_order))
    if len(labels) < 2:
        found = f"belong to one group ({labels[0]!r})" if labels else "have no group"
        raise TableError(f"All rows of {column!r} {found}: choose a column with several values, or search without "
                         "groups.")
    if few := next((label for label in labels if texts.count(label) < FEWEST_ROWS_OF_A_GROUP), None):
        count = texts.count(few)
        raise TableError(f"The group {few!r} of {column!r} has {counted(count, 'row')}; every group needs at "
                         f"least {FEWEST_ROWS_OF_A_GROUP} to fit constants of its own: exclude it, or add rows.")
    recipe = ColumnRecipe(column, GROUPS, labels=labels)
    name = free_name(f"{column}_group", table, {})
    frame = table.frame.assign(**{name: recipe.values(list(table.frame[column]))})
    return replace(table, frame=frame, derived={**table.derived, name: recipe}), name


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns as one, with a column of the files' names.

    Raises:
        TableError: two tables have other columns, other kinds of cells, or the same name.
    """
    first = tables[0]
    names = [Path(table.name).stem for table in tables]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise TableError(f"Two files are called {twice!r}, and a file's name is that of its group: rename one.")
    for table in tables[1:]:
        if list(table.frame.columns) != list(first.frame.columns):
            odd = sorted(set(map(str, table.frame.columns)) ^ set(map(str, first.frame.columns)))
            raise TableError(f"{table.name} has other columns than {first.name}: {', '.join(odd[:5]) or 'their order'} "
                             "differs. Give files of the same columns.")
        if odd := [c for c in first.frame.columns
                   if (c in first.numeric_columns) != (c in table.numeric_columns)]:
            raise TableError(f"Column {odd[0]!r} holds numbers in one of {first.name} and {table.name} and text in the "
                             "other: correct its cells.")
    column = free_name(FILE, first, {})
    frame = pd.concat([t.frame.assign(**{column: name}) for t, name in zip(tables, names, strict=True)],
                      ignore_index=True)
    numbers = tuple(np.arange(1, len(frame) + 1).tolist())
    said = (f"Joined {len(tables)} files of the same columns, {counted(len(frame), 'row')} together. {column!r} names "
            "the file of a row.")
    report = (said, *(f"{table.name}: {sentence}" for table in tables for sentence in table.report))
    name = " and ".join(names) if len(names) < 4 else abbreviated_list(names, 3)
    return replace(first, frame=frame, name=name, lines=(), numbers=numbers, report=report)
