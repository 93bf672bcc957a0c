"""What the tests of variants share: tables of a dozen rows, and the comparison with the numbers that they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tests.tables.test_reading import column
from xnet.tables.reading import read_table

NAN = float("nan")


def rows(line: Callable[[int], str], count: int = 12) -> str:
    """The lines of a table by their number, from 0."""
    return "\n".join(line(k) for k in range(count))


def check_variant(text: str | bytes, numbers: Mapping[str, Sequence[float]], shape: tuple[int, int] | None,
                  units: Mapping[str, str] | None) -> None:
    """Read a table and compare the first numbers of columns, the shape and the units; None is not compared."""
    table = read_table(text, "t")
    for name, expected in numbers.items():
        np.testing.assert_allclose(column(table, name)[:len(expected)], expected, rtol=1e-12)
    assert shape is None or table.frame.shape == shape
    assert units is None or dict(table.units) == units
