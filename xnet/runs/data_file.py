"""A run's `data.csv`: written by pandas, read back to the last bit, a large one without a string for every cell."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.errors import DataError


def one_line(data: pd.DataFrame) -> pd.DataFrame:
    """The table with every cell of text on one line, so that lines of the file are rows."""
    text = [c for c in data.columns if not pd.api.types.is_numeric_dtype(data[c])]
    return data.assign(**{c: [" ".join(str(cell).split()) for cell in data[c]] for c in text}) if text else data


def read_columns(path: Path, numbers: Sequence[str], further: Sequence[str] = ()) -> pd.DataFrame:
    """The first columns of a file as float64, and then others: numbers where every cell is one, else text.

    Args:
        path: a file with a header, whose first columns are `numbers`.
        numbers, further: names of the columns.

    Raises:
        DataError: the file is not there, or a further column is not in it.
    """
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            header = next(csv.reader(lines), [])
    except OSError as error:
        raise DataError(f"The rows of this search cannot be read: {path.name} of its folder is gone or locked "
                        f"({error.strerror}). Put it back, open the run's bundle, or start a new search.") from error
    if missing := [name for name in further if name not in header]:
        raise DataError(f"{path.name} has no column {missing[0]!r}, which rows are held out or weighed by; it has "
                        f"{', '.join(map(repr, header[:8]))}.")
    first = range(len(numbers))
    frame = pd.DataFrame(_floats(path, first), columns=list(numbers))
    for name in further:
        k = header.index(name)
        try:
            frame[name] = _floats(path, range(k, k + 1))
        except ValueError:
            frame[name] = _texts(path, k)
    return frame


def _floats(path: Path, columns: range) -> np.ndarray:
    """Some columns of numbers, (n, k); NumPy reads a float exactly as Python does, and in blocks of rows."""
    with path.open(newline="", encoding="utf-8") as lines:
        next(csv.reader(lines))  # a name may hold a line's end
        return np.loadtxt(lines, delimiter=",", usecols=columns, quotechar='"', comments=None, ndmin=2)


def _texts(path: Path, column: int) -> list[str]:
    with path.open(newline="", encoding="utf-8") as lines:
        _, *cells = (row[column] for row in csv.reader(lines))
    return cells
