"""Notes on limits of instruments, large offsets and columns in two units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xnet.tables.value_notes import note_values

RNG = np.random.default_rng(0)
X = RNG.uniform(0, 10, 90)


def notes(**columns: np.ndarray) -> list[str]:
    found: list[str] = []
    frame = pd.DataFrame(columns)
    note_values(frame, list(frame), found)
    return found


def test_a_limit_and_many_zeros_are_named() -> None:
    y = 2 * X + RNG.normal(size=90)
    assert notes(x=X, y=np.minimum(y, 15.0))[0].startswith("'y': ")
    assert "are 15, the largest. If this is a limit of the instrument" in notes(x=X, y=np.minimum(y, 15.0))[0]
    zeros = np.where(RNG.uniform(size=90) < 0.5, 0.0, X)
    assert "are 0, the smallest. If 0 means that nothing happened" in notes(y=zeros)[0]


def test_offsets_and_other_units_are_named() -> None:
    assert notes(t=1.7e9 + 60 * X)[0].startswith("Values that differ by less than 0.01 % of their size: 't'.")
    assert notes(c=X, f=1.8 * X + 32, k=X + 273.15) == [
        "'f' is a linear function of 'c', like the same quantity in another unit.",
        "'k' is a linear function of 'c', like the same quantity in another unit."]


def test_usual_columns_need_no_note() -> None:
    assert not notes(x=X, copy=X, year=np.arange(1920.0, 2010.0), grade=RNG.integers(1, 6, 90).astype(float),
                     gaps=np.where(X > 5, np.nan, X), constant=np.full(90, 3.0), y=X + 0.01 * RNG.normal(size=90))
