"""The file `data.csv` of a run: pandas writes it, and reading gives back every float bit for bit.

Numbers are parsed block by block, so that a large file needs no string for every cell in memory.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.errors import DataError


def single_line_cells(data: pd.DataFrame) -> pd.DataFrame:
    """The table with line breaks in text cells replaced by spaces, so that each line of the file is a row."""
    text = [c for c in data.columns if not pd.api.types.is_numeric_dtype(data[c])]
    return data.assign(**{c: [" ".join(str(cell).split()) for cell in data[c]] for c in text}) if text else data


def read_columns(path: Path, numbers: Sequence[str], further: Sequence[str] = ()) -> pd.DataFrame:
    """Read columns of a file.

    Args:
        path: a CSV file with a header, whose first columns are `numbers`.
        numbers: names of the columns that are read as float64.
        further: names of other columns; they are read as float64 if every cell is a number, else as text.

    Returns:
        A table of `numbers` and `further`, in this order.

    Raises:
        DataError: the file cannot be read, or a further column is missing.
    """
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            header = next(csv.reader(lines), [])
    except OSError as error:
        raise DataError(f"The rows of this search cannot be read: the file {path.name} of its folder is missing or "
                        f"locked ({error.strerror}). Restore it, open the run's bundle, or start a new search."
                        ) from error
    if missing := [name for name in further if name not in header]:
        raise DataError(f"{path.name} has no column {missing[0]!r}, which is needed for the held-out rows or for the "
                        f"weights. Its columns are {', '.join(map(repr, header[:8]))}.")
    first = range(len(numbers))
    frame = pd.DataFrame(_floats(path, first), columns=list(numbers))
    for name in further:
        k = header.index(name)
        try:
            frame[name] = _floats(path, range(k, k + 1))
        except ValueError:
            frame[name] = read_texts(path, k)
    return frame


def _floats(path: Path, columns: range) -> np.ndarray:
    """Columns of numbers, (n, k); NumPy parses a float exactly as Python does, and in blocks of rows."""
    with path.open(newline="", encoding="utf-8") as lines:
        next(csv.reader(lines))  # a column name may contain a line break
        return np.loadtxt(lines, delimiter=",", usecols=columns, quotechar='"', comments=None, ndmin=2)


def read_texts(path: Path, column: int) -> list[str]:
    """The cells of a column, by its position, as text."""
    with path.open(newline="", encoding="utf-8") as lines:
        _, *cells = (row[column] for row in csv.reader(lines))
    return cells
