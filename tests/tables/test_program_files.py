"""Files as agencies, instruments and programs write them: types and units below names, comments, gaps, statistics."""

from __future__ import annotations

import math

import pytest

from tests.tables.test_reading import column
from tests.tables.variants import rows
from xnet.tables.column_conversion import Conversion, with_conversions
from xnet.tables.reading import read_table


def test_the_types_of_the_usgs_are_no_row() -> None:
    """readr reads 5s 15s 20d 14n below the names as a row; here 15s became the number 15."""
    text = "# Data provided by USGS\nagency\tsite\tday\tflow\n5s\t15s\t20d\t14n\n" + rows(
        lambda k: f"USGS\t{1646500 + k}\t2020-01-{k + 1:02d}\t{1000 + 37 * k * k}")
    table = read_table(text, "t.rdb")
    assert column(table, "site")[:2] == [1646500, 1646501]
    assert len(table.frame) == 12
    assert not table.unread
    assert any("Left out line 3, which says how the columns are stored: 5s, 15s, 20d, 14n" in s for s in table.report)


def test_durations_of_several_units_are_rows() -> None:
    table = read_table("a,b\n" + rows(lambda k: f"{k}s,{k}d"), "t.csv", min_columns=0)
    assert len(table.frame) == 12


@pytest.mark.parametrize("text", [
    "# A tibble: 12 × 2\n       x     y\n   <dbl> <int>\n" + rows(lambda k: f"{k + 1:2d} {k * .5:5.1f} {k * k:5d}"),
    "      x     y\n" + rows(lambda k: f"{k:<3d} {k * .5:4.1f} {k * k:5d}") + "\n\n[12 rows x 2 columns]\n"],
    ids=["tibble", "pandas"])
def test_a_printed_table_keeps_its_names(text: str) -> None:
    """Row numbers stand without a name in front, and pandas prints the size below."""
    table = read_table(text, "t.txt")
    assert list(table.frame.columns) == ["row_name", "x", "y"]
    assert column(table, "x")[:3] == [0, 0.5, 1]
    assert len(table.frame) == 12
    assert table.suggested_inputs == ("x",)
    assert any("has one name fewer than the lines below have cells" in s for s in table.report)


def test_a_missing_name_in_a_comma_file_is_said() -> None:
    table = read_table("x,y\n" + rows(lambda k: f"{k},{2 * k},{k * k}"), "t.csv")
    assert any("Line 1 has one name fewer" in s for s in table.report)


def test_names_and_units_in_comments_of_a_buoy() -> None:
    text = "#YY  MM DD hh WDIR WSPD GST\n#yr  mo dy hr degT m/s  m/s\n" + rows(
        lambda k: f"2020 01 {k + 1:02d} 00 {200 + 3 * k:3d} {5 + .3 * k:4.1f} {6 + .4 * k * k:4.1f}")
    table = read_table(text, "t.txt")
    assert list(table.frame.columns)[:7] == ["YY", "MM", "DD", "hh", "WDIR", "WSPD", "GST"]
    assert table.units["WSPD"] == "m/s"
    assert table.units["WDIR"] == "degT"


@pytest.mark.parametrize(("names", "units", "unit"), [
    ("lat,lon,sst,wind", "degrees_north,degrees_east,degree_C,m s-1", "degrees_north"),
    ("lat, lon, sst, wind", "'', 'oC', 'oC', 'umol/kg'", "")], ids=["erddap", "quotes"])
def test_units_rows_of_oceanography(names: str, units: str, unit: str) -> None:
    table = read_table(f"{names}\n{units}\n" + rows(lambda k: f"{k},{k * k},{k + 3 * k * k},{k ** 3}"), "t.csv")
    assert table.units.get("lat", "") == unit
    assert len(table.units) == 4 - (not unit)
    assert table.units["sst"] in ("degree_C", "oC")


def test_a_gap_in_a_line_of_aligned_columns_stays_in_its_column() -> None:
    """readr#469: the cell of z slid into y without a word."""
    text = "  id     x       y       z\n" + rows(
        lambda k: f"{k:4d}{k * .5:8.2f}" + (" " * 8 if k % 6 == 2 else f"{k * k:8.2f}") + f"{k * .5 + 3:8.2f}", 20)
    table = read_table(text, "t.txt")
    assert column(table, "z") == [k * .5 + 3 for k in range(20)]
    assert [k for k, v in enumerate(column(table, "y")) if math.isnan(v)] == [2, 8, 14]


def test_a_short_line_of_columns_without_fixed_places_ends_early() -> None:
    table = read_table("x y z\n" + rows(lambda k: f"{10 ** (k % 5)} {k} {3 * k}", 19) + "\n7 8\n", "t.txt")
    assert column(table, "y")[-1] == 8
    assert math.isnan(column(table, "z")[-1])


@pytest.mark.parametrize(("text", "names"), [
    ("! made by a program\n! freq S11 S21\n" + rows(lambda k: f"{k} {2 * k + 1} {k * k}"), ["freq", "S11", "S21"]),
    ("!freq S11 S21\n" + rows(lambda k: f"{k} {2 * k + 1} {k * k}"), ["freq", "S11", "S21"]),
    ("% Model:     a.mph\n% Length unit:  m\n% x         T (K)      p (Pa)\n" +
     rows(lambda k: f"{k * .1:<11.3f}{293 + k * k:<11.3f}{1e5 + k:.1f}"), ["x", "T (K)", "p (Pa)"]),
    ('@relation r\n@attribute x real\n@attribute "the y" real\n@attribute z real\n@data\n' +
     rows(lambda k: f"{k},{2 * k + 1},{k * k}"), ["x", "the y", "z"]),
    ('TITLE = "a"\nVARIABLES = "X", "Y", "P [Pa]"\nZONE I=12, F=POINT\n' + rows(lambda k: f"{k} {2 * k + 1} {k * k}"),
     ["X", "Y", "P [Pa]"]),
    ('# gromacs\n@    title "E"\n@    xaxis  label "Time (ps)"\n@    yaxis  label "(kJ/mol)"\n@TYPE xy\n'
     '@ s0 legend "Potential"\n@ s1 legend "Pressure"\n' + rows(lambda k: f"  {k} {2 * k + 1} {k * k}"),
     ["Time (ps)", "Potential", "Pressure"])],
    ids=["!", "!name", "COMSOL", "ARFF", "Tecplot", "Grace"])
def test_the_names_stand_in_the_lines_of_a_program(text: str, names: list[str]) -> None:
    table = read_table(text, "t.dat")
    assert list(table.frame.columns) == names
    assert len(table.frame) == 12


@pytest.mark.parametrize("text", [
    "#1,2.5,3\n" + rows(lambda k: f"#{k + 2},{k * 1.5},{k * k}", 11),
    "id,a,b\n" + rows(lambda k: f"#{k + 1},{k * 1.5},{k * k}")], ids=["bare", "named"])
def test_rows_that_begin_with_a_hash_are_rows(text: str) -> None:
    table = read_table(text, "t.csv")
    assert table.frame.shape == (12, 3)
    assert any("All rows begin with #" in s for s in table.report)


def test_blocks_with_the_same_comment_are_said() -> None:
    first, second = (rows(lambda k, n=n: f"{k} {n * k}") for n in (2, 3))
    text = f"# run 1\n# x y\n{first}\n\n\n# run 2\n# x y\n{second}"
    assert any("2 blocks were put below each other" in s for s in read_table(text, "t.dat").report)


STATISTICS = "Mean,4.75,29.5\nSD,2.96,17.7\nRSD (%),62.3,60.1\nN,12,12\n"


@pytest.mark.parametrize(("first", "end"), [
    ("s", STATISTICS), ("", STATISTICS), ("", "SD,3,4\nN,12,12\n"),
    ("", "count,12,12\nmean,4,5\nstd,2,3\nmin,0,1\n25%,1,2\n50%,3,4\n75%,5,6\nmax,9,58\n")],
    ids=["names", "numbers", "numbers, no mean", "describe"])
def test_statistics_below_the_rows_are_no_rows(first: str, end: str) -> None:
    table = read_table("run,x,y\n" + rows(lambda k: f"{first}{k + 1},{k * .5},{k * k}") + "\n" + end, "t.csv")
    assert len(table.frame) == 12
    assert any("Left out at the end: " in s for s in table.report)


@pytest.mark.parametrize("text", [
    "element,x,y\nH,1,2\nHe,2,3\nC,6,5\nO,8,4\nF,9,1\nSE,7,8\nN,7,7\n",
    "dose,x,y\n" + rows(lambda k: f"{5 * k + 20}%,{k},{k * k}"),
    "sex,year,y\n" + rows(lambda k: f"{('male', 'female', 'total')[k % 3]},{2000 + k // 3},{k * k}")],
    ids=["elements", "percent", "category"])
def test_names_like_statistics_are_rows(text: str) -> None:
    assert len(read_table(text, "t.csv").frame) == len(text.splitlines()) - 1


def test_totals_between_the_rows_are_named() -> None:
    north, south = (rows(lambda k, name=name: f"{name},{k},{k * k}", 6) for name in ("North", "South"))
    table = read_table(f"region,x,y\n{north}\nNorth Total,15,55\n{south}\nSouth Total,15,55\nGrand Total,30,110\n",
                       "t.csv")
    said = next(s for s in table.report if "may be the sum of other rows" in s)
    assert "'North Total' in line 8, 'South Total' in line 15" in said
    assert "--exclude 'line = 8'" in said


def test_a_single_column_has_a_unit_below_its_name_too() -> None:
    table = read_table("speed\nkm/h\n" + rows(lambda k: f"{k * k}"), "t.csv")
    assert dict(table.units) == {"speed": "km/h"}
    assert column(table, "speed")[:3] == [0, 1, 4]


TITLE = "Contiguous U.S., Average Temperature, July\nUnits: Degrees Fahrenheit\nMissing: -99\n"
LABVIEW = ("LabVIEW Measurement\t\nWriter_Version\t2\nSeparator\tTab\nMulti_Headings\tNo\n***End_of_Header***\t\n\t\n"
           "Channels\t2\t\t\nSamples\t12\t12\t\nX0\t0.0\t0.0\t\n***End_of_Header***\t\t\t\n"
           "X_Value\tVoltage\tCurrent\tComment\n")


@pytest.mark.parametrize(("text", "names"), [
    (TITLE + "Date,Value,Anomaly\n" + rows(lambda k: f"{1990 + k},{70 + k},{k * k}"), ["Date", "Value", "Anomaly"]),
    ('"Plot Title: lake"\n"#","Date, GMT","Temp, °C","Light, Lux"\n' +
     rows(lambda k: f"{k + 1},01/{k + 1:02d}/20,{10 + k},{k * k}"), ["#", "Date, GMT", "Temp, °C", "Light, Lux"]),
    (LABVIEW + rows(lambda k: f"{k * .1:.1f}\t{k}\t{k * k}"), ["X_Value", "Voltage", "Current", "Comment"]),
    ("'Id: \"sample\" Comment: \"none\"\n" + rows(lambda k: f"{10 + .02 * k:.2f} {100 + k * k}"),
     ["column_1", "column_2"]),
    (",1,2,3\nA,0.1,0.2,0.3\nB,0.2,0.3,0.4\nC,0.3,0.4,0.5\nD,0.4,0.5,0.6\nE,0.5,0.6,0.8\n",
     ["column_1", "1", "2", "3"]),
    ("NIST/ITL StRD\nDataset Name:  Norris\n\nCertified  values of 2 numbers\n\nData:       y          x\n" +
     rows(lambda k: f"     {k + .5:6.1f} {k * k:8.1f}"), ["y", "x"]),
    ("#,Station,Halley\nt,T,p\n" + rows(lambda k: f"{k},{k * k},{k + 7}"), ["t", "T", "p"]),
    ("id,sex,age\nCase number,Sex of respondent,Age in years\n" + rows(lambda k: f"{k},{k % 2},{20 + k * k}"),
     ["id", "sex", "age"])],
    ids=["agency", "logger", "LabVIEW", "diffractometer", "plate", "NIST", "comment", "labels"])
def test_titles_are_not_taken_for_names(text: str, names: list[str]) -> None:
    """Three words of a title above other lines were taken for the names, and the names for a line of text."""
    assert list(read_table(text, "t.txt").frame.columns)[:4] == names


def test_numbers_beside_settings_in_the_first_line_are_a_row() -> None:
    text = "Record Length,2500,,0.0,7\nInterval,4e-7,,0.1,8\nTrigger,1000,,0.2,9\n" + rows(
        lambda k: f",,,{.3 + .1 * k:.1f},{k * k}")
    assert column(read_table(text, "t.csv"), "column_4")[:3] == [0, 0.1, 0.2]


def test_a_and_p_behind_times_are_morning_and_afternoon() -> None:
    table = read_table("t,y\n" + rows(lambda k: f"{k % 12 or 12}:00 p,{k}"), "t.csv", min_columns=0)
    hours = with_conversions(table, [Conversion("t", "hours")]).frame["t in hours"]
    assert hours.tolist() == [12.0, *range(13, 24)]
