"""Codes for missing values and outliers are named, offered as gaps, and never removed unasked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.tables.test_cases import CASES
from tests.tables.test_reading import column, said
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.extremes import find_outliers, find_sentinels
from xnet.tables.reading import read_table


@pytest.mark.parametrize(("values", "codes"), [
    ([0.3, 0.6, -999, 1.2], (-999,)), ([1, 2, 3, 9999, 9999], (9999,)), ([-99.9, 12, 15, 11], (-99.9,)),
    ([1, 2, 3, -999, -9999], (-9999, -999)), ([20, 21, 22, 1e30], (1e30,)), ([3, 4, 5, -9, -9], (-9,)),
    ([997, 998, 999, 996], ()), ([-99, -50, 0, 50, 99], ()), ([1, 2, 4, 8, 16, 99], ()), ([95, 97, 99, 96, 98], ()),
    ([-999, -999, -999], ())])
def test_codes_are_known_numbers_far_from_the_others(values: list[float], codes: tuple[float, ...]) -> None:
    assert find_sentinels(np.array(values, dtype=float)) == codes


@pytest.mark.parametrize(("values", "rows"), [
    ([*range(20), 1000], [20]), ([5, 5.1, 5.2, 5.3, 4.9, 4.8, 5, 5.1, 52, 5.2], [8]),
    ([*np.linspace(-1, 1, 15), -40], [15]),
    ([2.0**k for k in range(20)], []), ([float(math.factorial(k)) for k in range(1, 20)], []), ([*range(30)], []),
    ([1 / k for k in range(1, 30)], []), ([0.0] * 20 + [5.0], []), ([1, 2, 100], [])])
def test_outliers_stand_apart_and_growth_is_none(values: list[float], rows: list[int]) -> None:
    assert find_outliers(np.array(values, dtype=float)) == rows


def test_a_code_is_named_with_its_line_and_offered_as_a_gap() -> None:
    table = read_table(CASES / "25.csv")
    assert said(table, "'rain'", "-999 (the first in line 8)",
                "have it read as missing (in the app Data, ", "--convert rain:gaps)")
    made = with_conversions(table, parse_conversions(table, ["rain:gaps"]))
    kept = made.frame["valid rain"]
    assert kept.isna().sum() == (table.frame["rain"] == -999).sum() > 0
    np.testing.assert_allclose(made.frame["flow"][kept.notna()], 3 * kept[kept.notna()], atol=0.006)
    assert made.suggested_inputs == ("t", "valid rain")
    assert made.not_inputs == {"rain"}
    assert math.isnan(made.derived["valid rain"].values([-999.0, 2.0])[0])


def test_an_outlier_is_named_and_kept() -> None:
    table = read_table("x,y\n" + "".join(f"{k},{3 * k}\n" for k in range(20)) + "20,6000\n")
    assert said(table, "'y': 6000 in line 22 is far from the other values (0 to 57)", "nothing was removed")
    assert column(table, "y")[-1] == 6000
    assert not table.sentinels


@pytest.mark.parametrize("cell", ["-3.4028235E+38", "3.40282e38", "9.96921e+36", "1.79769e+308", "1.0e+31"])
def test_limits_of_number_formats_are_codes_however_many_digits_they_have(cell: str) -> None:
    """-3.4028235E+38 of a raster stood in the column without a word."""
    rows = "\n".join(f"{k},{cell if k % 8 == 5 else 10 + .3 * k},{k * k}" for k in range(30))
    table = read_table(f"x,sst,y\n{rows}", "t.csv")
    assert table.sentinels["sst"] == (float(cell),)
    assert any("4 cells hold" in sentence for sentence in table.report)
