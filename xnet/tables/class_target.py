"""A class as the target: one value of a column against all others, as a column of 0 and 1.

Text with few different values holds classes. A column of numbers may hold classes if it has two values, or few whole
numbers that the user declares to be classes. `with_class_column` adds the column that the search explains: for the
species `setosa` it is `species is setosa`. Its recipe has the same form as those of inputs converted to 0 and 1, so
bundles, reproductions and repeated searches can rebuild the column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from .column_conversion import free_name
from .column_recipes import ColumnRecipe, label_text
from .columns import kind_of
from .limits import TableError
from .numbers import has_no_label
from .table import Table

#: Words for no that stand behind their yes in the alphabet.
_NO = frozenset({"nein", "nee", "nej", "nei", "нет"})
#: Whole numbers with more different values than this are amounts or counts, not classes.
FEW_CLASSES = 10
#: Rows that a class needs in a column that is proposed as the target.
_ROWS_OF_A_CLASS = 3
#: Text that describes how a row was measured is not what people want to explain.
_REMARK = re.compile(r".*(?:remark|comment|note|flag|quality|status|source|unit|bemerkung|kommentar|observer|"
                     r"operator|experimenter|analyst|instrument|device|beobachter|bearbeiter|gerät).*", re.IGNORECASE)


def proposes_classes(column: pd.Series) -> bool:
    """Whether the last column of a file is proposed as the target: text that holds classes, not remarks or flags.

    Every row needs a class, and every class a few rows.
    """
    if pd.api.types.is_numeric_dtype(column) or _REMARK.fullmatch(str(column.name)) or kind_of(column) != "labels":
        return False
    counts = column.astype(str).value_counts()
    return not any(map(has_no_label, counts.index)) and len(counts) <= FEW_CLASSES and (
        bool(counts.min() >= _ROWS_OF_A_CLASS))


def is_setting(frame: pd.DataFrame, column: str, units: Mapping[str, str]) -> bool:
    """Whether a text column says under which setting values with units were measured, such as a sort of wire.

    Then another column takes the same few values for every label, as the settings of an experiment do.

    Args:
        frame: the table.
        column: of text.
        units: by column.
    """
    numbers = [c for c in frame if pd.api.types.is_numeric_dtype(frame[c])]
    for name in numbers if sum(c in units for c in numbers) > 1 else ():
        values = {frozenset(group.dropna()) for _, group in frame.groupby(column)[name]}
        if name in units and len(values) == 1 and 3 <= len(next(iter(values))) <= len(frame) // 2:
            return True
    return False


def class_labels(table: Table, column: str) -> tuple[str, ...]:
    """The sorted values of a column as text if they can be classes; otherwise an empty tuple."""
    if column not in table.kinds or table.kinds[column] not in ("labels", "numbers"):
        return ()
    if table.kinds[column] == "labels":
        return tuple(sorted({str(cell) for cell in table.frame[column] if not has_no_label(str(cell))}))
    values = np.unique(table.frame[column].dropna().to_numpy(dtype=np.float64))
    few = len(values) <= FEW_CLASSES and 3 * len(values) <= len(table.frame) and (values == np.round(values)).all()
    return tuple(label_text(float(value)) for value in values) if len(values) == 2 or (len(values) > 2 and few) else ()


def target_columns(table: Table) -> list[str]:
    """The columns that can be the target, in the order of the table: numbers, and text that holds classes."""
    numeric = set(table.numeric_columns)
    return [column for column, kind in table.kinds.items() if kind == "labels" or column in numeric]


def default_class(labels: tuple[str, ...]) -> str:
    """The class to explain unless the user chooses another: the last of two (1, true, yes), else the first.

    >>> default_class(("no", "yes")), default_class(("ja", "nein")), default_class(("a", "b", "c"))
    ('yes', 'ja', 'a')
    """
    return labels[-1] if len(labels) == 2 and labels[-1].lower() not in _NO else labels[0]


def with_class_column(table: Table, column: str, label: str) -> tuple[Table, str]:
    """Add a column that is 1 where `column` is `label` and 0 elsewhere.

    A column of 0 and 1 is used as it is if the label is 1.

    Returns:
        The table with the column, and the column's name.

    Raises:
        TableError: the column cannot hold classes, or no row has this label.
    """
    labels = class_labels(table, column)
    if not labels:
        raise TableError(_no_classes(table, column))
    if label not in labels:
        raise TableError(f"No row of {column!r} is {label[:60]!r}: choose one of {', '.join(map(repr, labels))}.")
    if labels == ("0", "1") and label == "1":
        return table, column
    recipe = ColumnRecipe(column, "labels", label, labels)
    existing = next((name for name, other in table.derived.items() if other == recipe), None)
    if existing is not None:
        return table, existing
    name = free_name(f"{column} is {label}"[:80], table)
    values = pd.Series(recipe.values(list(table.frame[column])), index=table.frame.index)
    return replace(table, frame=table.frame.assign(**{name: values}), derived={**table.derived, name: recipe}), name


def _no_classes(table: Table, column: str) -> str:
    if column not in table.kinds:
        return f"{table.name} has no column {column!r}."
    values = table.frame[column].nunique()
    if values < 2:
        return f"The column {column!r} holds {values} class, but two are needed: choose a column that varies."
    return (f"The column {column!r} has {values:,} different values in {len(table.frame):,} rows, too many for "
            "classes: choose a column with few values that repeat.")
