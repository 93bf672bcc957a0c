"""Dates, times and durations as tables write them, converted to numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.tables.test_reading import said
from tests.tables.variants import rows
from xnet.tables.column_conversion import Conversion, with_conversions
from xnet.tables.reading import read_table

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
#: Name, column, way of the conversion, the first numbers, text.
DATES: Sequence[tuple[str, str, str, Sequence[float], str]] = [
    ("iso Z", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"2020-01-01T{k:02d}:00:00Z,{k}")),
    ("iso offset", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"2020-01-01 {k:02d}:00:00+02:00,{k}")),
    ("iso offset no colon", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"2020-01-01T{k:02d}:00:00+0200,{k}")),
    ("tz name", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"2020-01-01 {k:02d}:00 UTC,{k}")),
    ("tz CET", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"2020-01-01 {k:02d}:00 CET,{k}")),
    ("am pm", "t", "days", [0,1/24],
     "t,y\n"+rows(lambda k: f"01/15/2020 {k or 12}:00 {'AM'},{k}")),
    ("us date", "t", "days", [0,1],
     "t,y\n"+rows(lambda k: f"1/{k+10}/2020,{k}")),
    ("german date", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+10:02d}.01.2020;{k}")),
    ("german short", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+10:02d}.01.20;{k}")),
    ("compact date", "t", "days", [0,1],
     "t,y\n"+rows(lambda k: f"202001{k+10:02d},{k}")),
    ("quarter Q1 2020", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"Q{k%4+1} {2020+k//4},{k}")),
    ("quarter 2020-Q1", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"{2020+k//4}-Q{k%4+1},{k}")),
    ("quarter 1Q20", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"{k%4+1}Q{20+k//4},{k}")),
    ("quarter 2020:1", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"{2020+k//4} Q{k%4+1},{k}")),
    ("month Jan-20", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"{MONTHS[k]}-20,{k}")),
    ("month 2020M01", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"2020M{k+1:02d},{k}")),
    ("month 01/2020", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"{k+1:02d}/2020,{k}")),
    ("month 2020-01", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"2020-{k+1:02d},{k}")),
    ("month 2020/1", "t", "years", [2020],
     "t,y\n"+rows(lambda k: f"2020/{k+1},{k}")),
    ("week 2020-W01", "t", "days", [0,7],
     "t,y\n"+rows(lambda k: f"2020-W{k+1:02d},{k}")),
    ("written", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+1}. März 2020;{k}")),
    ("written en", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"March {k+1}, 2020;{k}")),
    ("written weekday", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"Sun, {k+1} Mar 2020 10:00:00 GMT;{k}")),
    ("unix ls", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+1:02d}-Mar-2020;{k}")),
    ("french", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+1} mars 2020;{k}")),
    ("spanish", "t", "days", [0,1],
     "t;y\n"+rows(lambda k: f"{k+1} de marzo de 2020;{k}")),
    ("year-doy", "t", "days", [0,1],
     "t,y\n"+rows(lambda k: f"2020-{k+101},{k}")),
    ("duration m:s.d", "t", "seconds", [60.5,61.5],
     "t,y\n"+rows(lambda k: f"1:{k:02d}.5,{k}")),
    ("duration h", "t", "seconds", [108000,108001],
     "t,y\n"+rows(lambda k: f"30:00:{k:02d},{k}")),
    ("duration d", "t", "seconds", [86400*2+3600,86400*2+3661],
     "t,y\n"+rows(lambda k: f"2 days 01:{k:02d}:{k:02d},{k}")),
    ("duration hms", "t", "seconds", [3600,3661],
     "t,y\n"+rows(lambda k: f"1h {k}m {k}s,{k}")),
    ("duration hms2", "t", "seconds", [3630,3690],
     "t,y\n"+rows(lambda k: f"1h{k:02d}m30s,{k}")),
    ("duration min s", "t", "seconds", [30,90],
     "t,y\n"+rows(lambda k: f"{k} min 30 s,{k}")),
    ("duration iso", "t", "seconds", [3600,3660],
     "t,y\n"+rows(lambda k: f"PT1H{k}M,{k}")),
    ("duration prime", "t", "seconds", [300.5,301.5],
     "t,y\n"+rows(lambda k: f"5'{k:02d}.5\",{k}")),
    ("time of day", "t", "hours", [10,10+1/60],
     "t,y\n"+rows(lambda k: f"10:{k:02d},{k}")),
    ("time of day s", "t", "hours", [10,10+1/60],
     "t,y\n"+rows(lambda k: f"10:{k:02d}:00,{k}")),
    ("time ampm", "t", "hours", [22,22+1/60],
     "t,y\n"+rows(lambda k: f"10:{k:02d} PM,{k}")),
    ("date+time two cols", "Date Time", "days", [0,1/24],
     "Date,Time,y\n"+rows(lambda k: f"2020-01-01,{k:02d}:00:00,{k}")),
    ("date+time two cols german", "Datum Uhrzeit", "days", [0,1/24],
     "Datum;Uhrzeit;y\n"+rows(lambda k: f"01.02.2020;{k:02d}:00;{k}")),
    ("ymd cols", "year month day", "days", [0,1],
     "year,month,day,y\n"+rows(lambda k: f"2020,2,{k+1},{k}")),
]


@pytest.mark.parametrize(("column", "way", "numbers", "text"), [pytest.param(*d[1:], id=d[0]) for d in DATES])
def test_dates_of_every_spelling_become_numbers(column: str, way: str, numbers: Sequence[float], text: str) -> None:
    table = read_table(text, "t")
    made = with_conversions(table, [Conversion(column, way)])
    (new,) = [c for c in made.frame if c not in table.frame]
    np.testing.assert_allclose(made.frame[new][:len(numbers)], numbers, atol=1e-9)
    assert made.frame[new].notna().all()


def test_joined_dates_are_said_and_left_out_where_a_date_has_its_time() -> None:
    both = "Date,Time,y\n" + rows(lambda k: f"2020-01-01,{k:02d}:00,{k}")
    assert said(read_table(both), "'Date' and 'Time' were joined to the dates 'Date Time'")
    with_time = "Date,Time,y\n" + rows(lambda k: f"2020-01-01 0{k % 9}:00,{k:02d}:00,{k}")
    assert list(read_table(with_time).frame.columns) == ["Date", "Time", "y"]
    gap = "Date,Time,y\n" + rows(lambda k: f"2020-01-01,{'' if k == 3 else f'{k:02d}:00'},{k}")
    assert read_table(gap).frame["Date Time"][3] == ""


def test_eight_digits_that_are_no_dates_stay_numbers() -> None:
    table = read_table("id,y\n" + rows(lambda k: f"2020{k + 10}99,{k}"))
    assert table.frame["id"][0] == 20201099


def test_a_column_of_dates_that_cannot_be_read_does_not_break_the_conversion() -> None:
    table = read_table("t,y\n" + rows(lambda k: f"2020-13-{k + 10} 10:00,{k}"))
    made = with_conversions(table, [Conversion("t", "days")])
    assert list(made.frame.columns) == ["t", "y"]
