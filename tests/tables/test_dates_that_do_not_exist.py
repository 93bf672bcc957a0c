"""Dates that no calendar has, and years before 1000."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.tables.column_conversion import Conversion, possible_conversions, with_conversions
from xnet.tables.reading import read_table
from xnet.tables.table import Table


def table_of(*cells: str) -> Table:
    return read_table("d,x\n" + "".join(f"{cell},{k}\n" for k, cell in enumerate(cells)), min_columns=1)


@pytest.mark.parametrize("cell", ["2021-02-30", "0000-01-01", "2021-13-45", "31.02.2021"])
@pytest.mark.parametrize("way", ["days", "years"])
def test_a_column_without_a_real_date_is_not_converted_and_the_report_says_why(cell: str, way: str) -> None:
    table = table_of(*[cell] * 3)
    made = with_conversions(table, [Conversion("d", way)])
    assert list(made.frame) == ["d", "x"]
    if Conversion("d", way) in possible_conversions(table):
        assert made.report[-1] == "'d' was not converted: none of its cells is a date or time that exists."


def test_a_single_impossible_date_is_a_gap() -> None:
    made = with_conversions(table_of("2021-02-30", "2021-03-01", "0000-05-05"), [Conversion("d", "days")])
    np.testing.assert_array_equal(made.frame["d in days"], [np.nan, 0.0, np.nan])


def test_four_digits_are_a_year() -> None:
    made = with_conversions(table_of("0050-01-01", "0050-07-02", "1950-01-01"), [Conversion("d", "years")])
    np.testing.assert_allclose(made.frame["d in years"], [50.0, 50 + 182 / 365, 1950.0])
    made = with_conversions(table_of("0050-01-01", "0050-01-03"), [Conversion("d", "days")])
    assert "days since 0050-01-01" in made.report[-1]
