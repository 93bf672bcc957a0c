"""The report's sentences on the quality of a table: constants, row numbers, repeated rows, copies."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from .columns import note_list

_ROW_NUMBERS = frozenset({"", "id", "index", "idx", "nr", "no", "no.", "row", "rownames", "unnamed: 0", "#"})


def note_quality(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> None:
    """Report constants, row numbers, repeated rows and copied columns, which matter for the choice of columns."""
    note_list([c for c in numeric if frame[c].nunique() <= 1], "Constant, and therefore not usable: {}.", notes)
    counters = [c for c in numeric if is_row_number(frame[c])]
    note_list(counters, "Row numbers, which should not be inputs: {}.", notes)
    repeated = int(frame.duplicated().sum())
    if repeated:
        verb = "repeats an earlier row; it was kept" if repeated == 1 else "repeat an earlier row; they were kept"
        notes.append(f"{repeated:,} of {len(frame):,} rows {verb}.")
    same = [b for i, b in enumerate(numeric) for a in numeric[:i] if frame[a].equals(frame[b])]
    note_list(list(dict.fromkeys(same)), "Copies of another column: {}.", notes)
    rows_with_gap = int(frame[list(numeric)].isna().any(axis=1).sum())
    if rows_with_gap:
        verb = "has" if rows_with_gap == 1 else "have"
        notes.append(f"{rows_with_gap:,} of {len(frame):,} rows {verb} a missing value in a column of numbers.")


def is_row_number(column: pd.Series) -> bool:
    """Whether a column only numbers the rows: an empty or typical name, and the values 0, 1, 2... or 1, 2, 3..."""
    name = str(column.name).lower()
    typical = name in _ROW_NUMBERS or re.fullmatch(r"column_\d+", name) is not None
    return typical and len(column) > 2 and column.iloc[0] in (0, 1) and bool((column.diff().iloc[1:] == 1).all())
