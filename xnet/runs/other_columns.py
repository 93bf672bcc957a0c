"""The file `other_columns.csv` of a run: the person's columns that the search does not use, for the rows that it uses.

Exports carry them along. A bundle and a view link leave them out, except that a view link keeps the names of the rows.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from xnet.arrays import Array

from .data_file import single_line_cells

FILE = "other_columns.csv"
#: Of a table with more other columns than this, only the names of the rows are kept.
MOST_COLUMNS = 50


def write_other_columns(folder: Path, table: pd.DataFrame, kept: Array, used: Collection[str],
                        id_column: str | None) -> None:
    """Write the columns that are not used, the names of the rows first; no file without such columns.

    Args:
        folder: of the run.
        table: the whole table.
        kept: (n,) the positions of the rows of the run.
        used: the columns of `data.csv`.
        id_column: the column that names the rows.
    """
    others = [c for c in table.columns if str(c) not in used and c != id_column]
    first = [id_column] if id_column in table.columns else []
    chosen = [*first, *(others if len(others) <= MOST_COLUMNS else ())]
    if chosen:
        rows = table[chosen].iloc[kept]
        single_line_cells(rows).to_csv(folder / FILE, index=False, encoding="utf-8")


def read_other_columns(folder: Path, n: int) -> pd.DataFrame | None:
    """These columns as text, one row for each of the n rows of the run; None if the file is missing or does not fit."""
    try:
        found = pd.read_csv(folder / FILE, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError):
        return None
    return found if len(found) == n else None
