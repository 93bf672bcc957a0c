"""Months, quarters, written dates, time zones and durations."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tables.test_cases import CASES
from tests.tables.test_reading import column
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.column_recipes import parse_dates
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
    ("2020-02", "2020-02-01")])
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


def test_durations_become_seconds() -> None:
    table = read_table("t,y\n0:59.5,1\n1:11.1,2\n1:02:03,3\n,4\n")
    assert table.kinds["t"] == "durations"
    made = with_conversions(table, parse_conversions(table, ["t:seconds"]))
    np.testing.assert_allclose(column(made, "t in seconds"), [59.5, 71.1, 3723, np.nan])
    assert made.units["t in seconds"] == "s"
    assert (is_duration("12:30"), is_duration("30:15")) == (False, True)
    assert np.isnan(seconds("x", minutes_first=True))
