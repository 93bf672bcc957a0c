"""Months, quarters, written dates, time zones and durations."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tables.test_cases import CASES
from tests.tables.test_reading import column
from xnet.tables.column_conversion import Conversion, parse_conversions, possible_conversions, with_conversions
from xnet.tables.column_recipes import ColumnRecipe, parse_dates
from xnet.tables.reading import read_table
from xnet.tables.written_dates import is_duration, iso_date, seconds


def test_feet_and_inches_are_no_minutes_and_seconds():
    rows = "".join(f"\"{5 + k // 12}'{k % 12}\"\"\",{k},1\n" for k in range(20))
    heights = read_table(f"height,x,y\n{rows}", "t.csv")
    assert heights.kinds["height"] == "text"
    times = read_table("lap,y\n" + "".join(f"\"5'{k}\"\"\",{k}\n" for k in range(5, 25)), "t.csv")
    assert times.kinds["lap"] == "durations"


@pytest.mark.parametrize(("cell", "date"), [
    ("Jan-2020", "2020-01-01"), ("January 2020", "2020-01-01"), ("2020-Mar", "2020-03-01"), ("2020Q2", "2020-04-01"),
    ("Q4 2020", "2020-10-01"), ("12 March 2020", "2020-03-12"), ("March 12, 2020", "2020-03-12"),
    ("12-Mar-20", "2020-03-12"), ("3. Mai 2021", "2021-05-03"), ("Fri, 12 Mar 2021 10:30", "2021-03-12 10:30"),
    ("2020-02-03T04:05:06Z", "2020-02-03 04:05:06"), ("2020-02-03T04:05:06+02:00", "2020-02-03 02:05:06"),
    ("2020-02", "2020-02-01"), ("25/Jan/2020:10:00:00 +0100", "2020-01-25 09:00:00"), ("2020年3月5日", "2020-03-05"),
    ("2020년 3월 5일", "2020-03-05"), ("Sat Jan 25 10:00:00 CET 2020", "2020-01-25 09:00:00"),
    ("févr. 2000", "2000-02-01"), ("25-JAN-20 10.30.00.000000 PM", "2020-01-25 22:30:00"), ("2020w5", "2020-01-27"),
    ("15 ago 2020", "2020-08-15")])
def test_written_dates_are_dates(cell: str, date: str) -> None:
    assert str(parse_dates([cell], days_first=False)[0]).startswith(date)


@pytest.mark.parametrize("cell", ["2020", "sample 2020", "Jan", "12 March", "max 2020", "32 March 2020x", "Q5 2020",
                                  "may"])
def test_other_texts_are_none(cell: str) -> None:
    assert iso_date(cell) is None


def test_four_digits_are_a_year_and_months_are_counted() -> None:
    table = read_table("year,y\n2019,1\n2020,2\n2021,4\n")
    assert table.kinds["year"] == "numbers"
    months = read_table(CASES / "156.csv")
    assert months.kinds["month"] == "dates"
    made = with_conversions(months, parse_conversions(months, ["month:years"]))
    np.testing.assert_allclose(column(made, "month in years")[:2], [2020, 2020 + 31 / 366])


def test_moments_become_seconds_since_the_first() -> None:
    """Constants of a motor that is logged every 20 ms are unreadable in days."""
    rows = "".join(f"2026-03-01 10:00:{1 + k // 50:02d}.{20 * k % 1000:03d},{k}\n" for k in range(100))
    table = read_table("time,y\n" + rows)
    assert "elapsed" in [c.way for c in possible_conversions(table)]
    made = with_conversions(table, parse_conversions(table, ["time:elapsed"]))
    np.testing.assert_allclose(column(made, "time in seconds"), 0.02 * np.arange(100), atol=1e-9)
    assert made.units["time in seconds"] == "s"
    assert "seconds since 2026-03-01 10:00:01" in made.report[-1]
    recipe = made.derived["time in seconds"]
    assert str(recipe.to_date(3600.0)) == "2026-03-01 11:00:01"
    assert ColumnRecipe.from_config(recipe.to_config()) == recipe
    dates = read_table("day,y\n" + "".join(f"2026-03-{k + 1:02d},{k}\n" for k in range(20)))
    assert "elapsed" not in [c.way for c in possible_conversions(dates)], "dates without a time of day"


def test_durations_become_seconds() -> None:
    table = read_table("t,y\n0:59.5,1\n1:11.1,2\n1:02:03,3\n,4\n")
    assert table.kinds["t"] == "durations"
    made = with_conversions(table, parse_conversions(table, ["t:seconds"]))
    np.testing.assert_allclose(column(made, "t in seconds"), [59.5, 71.1, 3723, np.nan])
    assert made.units["t in seconds"] == "s"
    assert (is_duration("12:30"), is_duration("30:15")) == (False, True)
    assert np.isnan(seconds("x", minutes_first=True))


@pytest.mark.parametrize(("cells", "first", "last"), [
    ([f"Jan-{y}" for y in range(60, 80)], 1960, 1979), ([f"1/{y % 12 + 1}/{y}" for y in range(45, 69)], 1945, 1968),
    ([f"01-Mar-{y % 100:02d}" for y in range(95, 106)], 1995, 2005), ([f"Jan-{y}" for y in range(21, 61)], 2021, 2060),
    ([f"Jan-{y}" for y in range(2060, 2080)], 2060, 2079)],
    ids=["astride 1969", "before 1969", "astride 2000", "a forecast", "four digits"])
def test_years_of_two_digits_lie_together(cells: list[str], first: int, last: int) -> None:
    """60 to 79 were 2060 to 2068 and 1969 to 1979, a century apart, without a word."""
    text = "t,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells))
    table = with_conversions(read_table(text, "t.csv"), [Conversion("t", "years")])
    years = table.frame["t in years"]
    assert (int(years.iloc[0]), int(years.iloc[-1])) == (first, last)
    said = any(f"years of two digits are those from {first} to {last}" in s for s in table.report)
    assert said == ("-20" not in cells[0])


def test_dates_written_in_two_ways_are_said() -> None:
    """A spreadsheet that expects the month first turns some dates round, and writes them with other signs."""
    text = "t,y\n25/01/2020,1\n31/01/2020,2\n02-01-2020,3\n13/02/2020,4"
    table = with_conversions(read_table(text, "t.csv", min_columns=0), [Conversion("t", "days")])
    assert "'25/01/2020' and '02-01-2020' are written in two ways" in table.report[-1]


@pytest.mark.parametrize(("cells", "first"), [
    (["1990/91", "1999/00", "2000/01", "2001/02"], [1990, 1999, 2000, 2001]),
    (["1990-1991", "1991-1992", "1992-1993"], [1990, 1991, 1992]),
    (["Jan", "Feb", "März", "avr.", "mayo", "giugno"], [1, 2, 3, 4, 5, 6])], ids=["seasons", "spans", "months"])
def test_seasons_and_names_of_months_are_numbers(cells: list[str], first: list[int]) -> None:
    """2000/01 was read as January 2000, and 1999/00 was lost."""
    table = read_table("t,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells)), "t.csv")
    assert table.frame["t"].tolist() == first
    assert any("and the like are" in s for s in table.report)


@pytest.mark.parametrize("cells", [
    ["2001/01", "2001/02", "2001/03", "2001/04"], ["2001/02", "2001/03", "2001/04", "2001/05"],
    ["Jan", "May", "Jan", "May"], ["2001/02"] * 4], ids=["months", "later months", "two names", "one"])
def test_months_are_no_seasons(cells: list[str]) -> None:
    table = read_table("t,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells)), "t.csv", min_columns=0)
    assert "t" not in table.numeric_columns


@pytest.mark.parametrize(("cells", "days"), [
    ([f"{2000 + k // 12}{k % 12 + 1:02d}" for k in range(24)], [0, 31, 60]),
    ([f"20200125{k:02d}" for k in range(12)], [0, 1 / 24, 2 / 24]),
    ([f"202001251000{k:02d}" for k in range(12)], [0, 1 / 86400, 2 / 86400])], ids=["months", "hours", "seconds"])
def test_dates_of_digits_are_dates(cells: list[str], days: list[float]) -> None:
    """From 200012 to 200101 the months jumped by 89."""
    text = "t,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells))
    table = with_conversions(read_table(text, "t.csv"), [Conversion("t", "days")])
    np.testing.assert_allclose(table.frame["t in days"].iloc[:3], days, rtol=1e-9)


@pytest.mark.parametrize("cells", [
    [f"{200100 + k}" for k in range(1, 13)], [f"{1580000000 + 3600 * k}" for k in range(12)],
    [f"{190000 + 137 * k}" for k in range(12)]], ids=["one year", "Unix seconds", "numbers"])
def test_digits_that_count_are_numbers(cells: list[str]) -> None:
    table = read_table("t,y\n" + "\n".join(f"{cell},{k * k}" for k, cell in enumerate(cells)), "t.csv")
    assert table.numeric_columns == ("t", "y")
