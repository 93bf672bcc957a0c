"""Numbers in the spellings of laboratories, shops, spreadsheets and Fortran."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.tables.test_reading import column, said
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.unit_words import is_unit, is_units_row
from xnet.tables.written_numbers import is_gap_word, written_number

VALUES = {
    "1.0D+03": 1000, "1.0d3": 1000, "4.5+1": 45, "1.894719-3": 1.894719e-3, "1.1 E3": 1100, "1.3×10^-9": 1.3e-9,
    "1.3 x 10^-9": 1.3e-9, "1.3*10**-9": 1.3e-9, "1.3·10⁻⁹": 1.3e-9, "1.3×10−9": 1.3e-9, "1.3*^-9": 1.3e-9,
    "10^3": 1000,
    "(16.50)": -16.5, "$(1,200.50)": -1200.5, "16.50-": -16.5, "$1,234.50": 1234.5, "€ 5": 5, "1.50 EUR": 1.5,
    "-$5": -5, "CHF 1'250.00": 1250, "₹13,35,457": 1335457, "13,35,457.5": 1335457.5, "5 cm": 5, "5cm": 5, "25 °C": 25,
    "12 kg/m3": 12, "1.5e3 m": 1500, "5°": 5, "48°30'0\"S": -48.5, "48.5° N": 48.5, "1 1/2": 1.5, "2½": 2.5, "~5": 5,
    "ca. 5": 5, "12.3*": 12.3, '="0.5"': 0.5, "'0.5": 0.5, "1.234,50": 1234.5, "1,234.50": 1234.5, "0x1F": 31}


@pytest.mark.parametrize("cell", VALUES)
def test_a_spelling_has_one_value(cell: str) -> None:
    found = written_number(cell, comma=False)
    assert found is not None
    assert found.value == pytest.approx(VALUES[cell], rel=1e-15)


@pytest.mark.parametrize(("cell", "value", "error", "unit"), [
    ("0.6499(6)", 0.6499, 0.0006, ""), ("12(3)", 12, 3, ""), ("0.65(1.2)", 0.65, 1.2, ""),
    ("1.442(12)e-3", 1.442e-3, 1.2e-5, ""),
    ("2.5 ± 0.1", 2.5, 0.1, ""), ("0.020+/-0.005", 0.02, 0.005, ""), ("2.5 +- 0.1 mm", 2.5, 0.1, "mm"),
    ("(2.5 ± 0.1)×10^-3", 2.5e-3, 1e-4, ""), ("(2.5 ± 0.1) mm", 2.5, 0.1, "mm"), ("2.5 cm ± 0.1 cm", 2.5, 0.1, "cm")])
def test_errors_are_read_beside_values(cell: str, value: float, error: float, unit: str) -> None:
    found = written_number(cell, comma=False)
    assert found is not None
    assert (found.value, found.error, found.unit) == (pytest.approx(value), pytest.approx(error), unit)


@pytest.mark.parametrize("cell", ["Module 0", "A1", "12 March", "2020-01-31", "1:11.1", "1.2.3", "10 am", "5 ± x",
                                  "10 ± 5 %", "(1) (2)", "3/4/5", "1 3/2", "abc", "-", "", "()", "1e", "12abc",
                                  "1" * 200])
def test_other_texts_are_no_numbers(cell: str) -> None:
    assert written_number(cell, comma=False) is None


@pytest.mark.parametrize("cell", ["ND", "BDL", "#DIV/0!", "#VALUE!", "#N/A", "****", "n.d.", "<LOD", "1.#QNAN",
                                  "no data"])
def test_words_for_no_value_are_gaps_in_a_column_of_numbers(cell: str) -> None:
    assert is_gap_word(cell) or cell == "#N/A"
    table = read_table("a,b\n1,2\n" + f"{cell},3\n" * 4 + "5,6\n")
    assert [math.isnan(v) for v in column(table, "a")] == [False, True, True, True, True, False]


def test_a_state_called_nd_stays_a_label() -> None:
    table = read_table("state,x,y\n" + "ND,1,2\nSD,3,4\n" * 3)
    assert table.kinds["state"] == "labels"


@pytest.mark.parametrize(("cells", "words"), [
    ("5 cm;7 kg;8 kg;9 kg", "line 2, '5 cm' has the unit 'cm', but others have 'kg'"),
    ("5 mm;7;8 mm;9 mm", "line 3, '7' has no unit, but others have 'mm'"),
    ("$5;7 €;$8;$9", "line 3, '7 €' is in €"),
    ("5;low;7;high", "line 3, 'low' is no number, and 1 more. To read these cells as missing"),
    ("1.0-5;2.0-6;3.0-7", "line 2, '1.0-5' is a number with an exponent or a range"),
    ("1.5;2.25;1,125;0,5", "line 4, '1,125' can be read with a decimal sign or with a separator"),
])
def test_one_cell_in_the_way_is_named_with_its_line_and_never_makes_text_silently(cells: str, words: str) -> None:
    rows = "".join(f"{k};{cell};{k}\n" for k, cell in enumerate(cells.split(";")))
    table = read_table("a;b;c\n" + rows)
    assert table.numeric_columns == ("a", "c")
    assert said(table, "'b' holds numbers but is text", words), table.report
    lonely = "b;c\n" + "".join(f"{cell};word {k}\n" for k, cell in enumerate(cells.split(";")))
    if "low" not in cells:
        with pytest.raises(TableError, match="'b' holds numbers but is text: in line"):
            read_table(lonely)


def test_the_reading_that_is_offered_works() -> None:
    table = read_table("a,b\n1,5\n2,low\n3,7\n4,high\n5,<9\n6,1\n")
    assert said(table, "'b' holds numbers", "convert the column to numbers (in the app ", "--convert b:numbers)")
    made = with_conversions(table, parse_conversions(table, ["b:numbers"]))
    np.testing.assert_array_equal(column(made, "b as number"), [5, math.nan, 7, math.nan, math.nan, 1])
    assert made.derived["b as number"].values(["2.5", "x", "1,5"]).tolist()[::2] == [2.5, 1.5]
    assert ColumnRecipe.from_config(made.derived["b as number"].to_config()) == made.derived["b as number"]


def test_units_are_told_from_names() -> None:
    assert all(map(is_unit, ("m/s", "kg m-2", "[°C]", "1/min", "W/(m²·K)", "%", "µg/L", "m s^-1", "mol L-1")))
    assert all(map(is_unit, ("Deg C", "deg_C", "Degrees Celsius", "Volts", "Meters/Second", "Percent", "milliVolts")))
    assert not any(map(is_unit, ("temp", "x1", "", "12", "sensor A", "flow")))
    assert is_units_row(["s", "m", "m/s"])
    assert is_units_row(["TS", "RN", "meters/second", "Deg C", "Percent", "W/m^2", "Volts"])
    assert not is_units_row(["Hours", "Volts", "Percent"])
    assert is_units_row(["Units", "", "C", "m2", ""])
    assert is_units_row(["TS", "RN", "Deg C", "%"])
    assert is_units_row(["", "", "°C", "MWh", "€/MWh"])
    assert is_units_row(["h", "ct/kWh", "Mio. EUR"])
    assert not is_units_row(["Date", "EUR", "USD"])
    assert not is_units_row(["", "T", "p", "T", "flow"])
    assert not is_units_row(["", "", ""])


def test_units_in_cells_and_limits_reach_the_table() -> None:
    table = read_table("a,b,c\n5 cm,1,<0.5\n7 cm,2,3\n9 cm,4,5\n")
    assert table.units == {"a": "cm"}
    assert table.unread == {"c": {0: "<0.5"}}
    assert table.lines == (2, 3, 4)
    assert said(table, "'c'", "one cell is a limit", "'<0.5' in line 2", "too high near the limit")


@pytest.mark.parametrize("cell", ["{0}.5 [{0}.1, {0}.9]", "{0}.5 (95% CI {0}.1 - {0}.9)", "pH {0}.4", "4{0}/s",
                                  "1{0}/7{0}", "T={0}", "{0}.5x"])
def test_numbers_within_other_text_are_said(cell: str) -> None:
    """The report called such columns labels, and the reader did not learn why they are no numbers."""
    rows = "\n".join(f"{k};{cell.format(k)};{k * k}" for k in range(12))
    table = read_table(f"x;v;y\n{rows}", "t.csv")
    assert any(f"{cell.format(0)!r} holds more than a number, and 11 more. Give each number a column" in sentence
               for sentence in table.report)


@pytest.mark.parametrize("cell", ["S{0}", "Run {0}", "ODE-{0}.0", "{0}A", "A{0}-7", "1.2.{0}", "Q{0}"])
def test_labels_with_numbers_are_labels(cell: str) -> None:
    rows = "\n".join(f"{k},{cell.format(k)},{k * k}" for k in range(12))
    assert not any("holds more than a number" in sentence for sentence in read_table(f"x,v,y\n{rows}", "t.csv").report)


def test_decimal_commas_are_reported_of_every_column_that_has_them() -> None:
    """Also of a column with a word for a gap, with signs of money or with a unit."""
    lines = ["a;b;c;d", *(f"{k},5;{k},90 €;{k},25 kg;{k},125" for k in range(1, 8)), "9,5;9,90 €;9,25 kg;n.a."]
    report = " ".join(read_table("\n".join(lines), "t.csv").report)
    assert "Decimal commas (1,5 for one and a half) were read in 'a', 'b', 'c', 'd'." in report
