"""Exports of testing machines, analysers, loggers and weather services: their names, footers, gaps and dates."""

import numpy as np
import pandas as pd
import pytest

from tests.tables.variants import rows
from xnet.tables import Conversion, possible_conversions, read_table, with_conversions
from xnet.tables.units_in_names import name_and_unit


def test_a_table_of_results_above_the_curve_gives_it_no_names() -> None:
    text = ('"Results Table 1"\n"","Maximum Load","Stress"\n"","(N)","(MPa)"\n"1","1234.5","56.7"\n\n"Time","Path",'
            '"Load"\n"(s)","(mm)","(N)"\n' + rows(lambda k: f'"{k / 10}","{k / 100}","{k * 12.5}"', 40))
    table = read_table(text)
    assert list(table.frame.columns) == ["Time", "Path", "Load"]
    assert dict(table.units) == {"Time": "s", "Path": "mm", "Load": "N"}
    assert table.frame.shape == (40, 3)


def test_names_below_settings_with_numbers_are_found() -> None:
    text = ("SetupTitle, Vg-Id\nTestParameter, Port, SMU1, SMU2\nDimension1, 40, 40, 40\nDataName, Vg, Id, Ig\n"
            + rows(lambda k: f"DataValue, {k / 20}, {k * k}, {k + 1}", 40))
    assert list(read_table(text).frame.columns) == ["DataName", "Vg", "Id", "Ig"]


def test_prose_below_the_rows_is_no_row() -> None:
    text = "time,G(i),H_sun,T2m,WS10m\n" + rows(lambda k: f"20200101:{k:02d}11,{k * 3},{k * 2},{5 + k},{k % 5}", 24) + (
        "\n\nG(i): Global irradiance on the inclined plane (W/m2)\nPVGIS (c) European Union, 2001-2022\n")
    table = read_table(text)
    assert len(table.frame) == 24
    assert "Left out lines 27 to 28 below the table, which hold no numbers." in table.report


def test_a_titled_block_below_the_rows_is_no_row() -> None:
    text = "i      t     T    Q\n" + rows(lambda k: f"{k:2d} {k * 1.5:7.2f} {20 + k:7.3f} {k * k:4d}", 20) + (
        "\n\nResults:\nSample:\n  x, 12.3000 mg\n")
    table = read_table(text)
    assert table.frame.shape == (20, 4)
    assert table.frame["t"].notna().all()


def test_the_line_called_summary_is_left_out() -> None:
    table = read_table("Laps,Distance,HR\n" + rows(lambda k: f"{k},1.0{k},{140 + k}") + "\nSummary,12.7,146\n")
    assert len(table.frame) == 12


@pytest.mark.parametrize(("cells", "values"), [
    (["---", "71.5#", "60.0", "55.5#", "---", "40.0"], [np.nan, 71.5, 60, 55.5, np.nan, 40]),
    (["1.5", "MM", "1.7", "1.9", "MM", "2.0"], [1.5, np.nan, 1.7, 1.9, np.nan, 2]),
])
def test_marks_and_gaps_of_weather_services(cells: list[str], values: list[float]) -> None:
    frame = read_table("x,sun\n" + rows(lambda k: f"{k},{cells[k]}", 6)).frame
    np.testing.assert_array_equal(frame["sun"], values)


@pytest.mark.parametrize("form", ["%d:%m:%Y", "%Y%m%d:%H%M", "%Y%m%dT%H%M%SZ", "%Y:%m:%d %H:%M:%S", "%Y%m%d_%H%M%S"])
def test_dates_of_digits_are_dates(form: str) -> None:
    days = pd.date_range("2020-02-13", periods=12, freq="D")
    table = read_table("when,y\n" + rows(lambda k: f"{days[k].strftime(form)},{k * k + 1}"))
    assert Conversion("when", "days") in possible_conversions(table)
    days_since = with_conversions(table, [Conversion("when", "days")]).frame
    np.testing.assert_allclose(np.diff(days_since.iloc[:, -1]), 1.0)


def test_dated_rows_between_settings_are_found() -> None:
    text = 'Data for "Logger\n[Channel 1]\n  Range =1200.0 cmH2O\n[Data]\n12\n' + rows(
        lambda k: f"2019/05/{k + 1:02d} 10:00:00.0     {1035 + k}.5      {11 + k / 10}") + "\nEND OF DATA\n"
    table = read_table(text)
    assert len(table.frame) == 12
    assert [c for c in table.frame if pd.api.types.is_numeric_dtype(table.frame[c])] == ["column_3", "column_4"]


def test_names_of_igor_and_units_called_sec_are_read() -> None:
    table = read_table("IGOR\nWAVES/D\tvolt, curr\nBEGIN\n" + rows(lambda k: f"\t{k}\t{k * k}") + "\nEND\nX SetScale\n")
    assert list(table.frame.columns) == ["volt", "curr"]
    assert len(table.frame) == 12
    table = read_table("Force\tTime\nkN\tSec\n" + rows(lambda k: f"{k}\t{k * k}"))
    assert dict(table.units) == {"Force": "kN", "Time": "Sec"}


def test_one_letter_in_brackets_is_a_unit_where_the_name_says_what_it_measures() -> None:
    assert name_and_unit("Current(A)") == ("Current", "A")
    assert name_and_unit("Time(s)") == ("Time", "s")
    assert name_and_unit("Group(A)") is None
    assert name_and_unit("Name(s)") is None
