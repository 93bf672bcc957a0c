"""Tables that people brought to other programs, from public reports (named in each test), with the right values."""

import numpy as np
import pytest

from tests.tables.variants import rows
from xnet.tables import TableError, read_table


def test_a_comma_and_a_space_part_cells_with_decimal_commas() -> None:
    """OpenBCI_Processing#49: a locale writes 0,05 into a file whose cells are parted by a comma and a space."""
    text = "sample, ch1, ch2\n0, 0, 0\n" + rows(lambda k: f"{k}, {k},{k}5, {2 * k},{9 - k}0", 10)
    frame = read_table(text).frame
    assert list(frame.columns) == ["sample", "ch1", "ch2"]
    np.testing.assert_allclose(frame["ch1"][1:], [float(f"{k}.{k}5") for k in range(10)])
    np.testing.assert_allclose(frame["ch2"][1:], [float(f"{2 * k}.{9 - k}0") for k in range(10)])


def test_a_comma_that_may_separate_thousands_between_such_cells_is_refused() -> None:
    with pytest.raises(TableError, match=r"'1,234' in line 2 or below is 1\.234 .* or 1234 with a separator"):
        read_table("a, b\n" + rows(lambda k: f"{k}, {k + 1},234"))


def test_commas_behind_names_above_rows_with_spaces_are_no_part_of_the_names() -> None:
    """imod-python#78: `time, head, flow` above columns that spaces align."""
    table = read_table("time, head, flow\n" + rows(lambda k: f"{k}  {3.5 + k / 10:.2f}   {2 * k}"))
    assert list(table.frame.columns) == ["time", "head", "flow"]


def test_names_below_lines_of_a_log_with_dashes_for_gaps_are_names() -> None:
    """t400-firmware#154: a serial log that begins before the header is written."""
    lines = rows(lambda k: f"00:00:{k:02d}, {22 + k / 10:.2f}, -, -, {25 + k / 4:.2f}", 20)
    table = read_table("00:03:07, 22.75, -, -, 25.31\n00:03:08, 22.75, -, -, 25.51\nLogging to:\nLD0029.CSV\n"
                       "time, ambient, sens0, sens1, sens2\n" + lines)
    assert list(table.frame.columns) == ["time", "ambient", "sens0", "sens1", "sens2"]
    assert len(table.frame) == 20


@pytest.mark.parametrize("name", ['air[unit="K"]', "air (unit: K)", "air [units=K]"])
def test_a_word_before_a_unit_in_brackets_is_no_part_of_it(name: str) -> None:
    """MetPy#578: names such as air_temperature[unit="C"]."""
    quoted = '"' + name.replace('"', '""') + '"'
    assert read_table(f"t,{quoted}\n" + rows(lambda k: f"{k},{k * k}")).units == {name: "K"}


@pytest.mark.parametrize("word", ["tr", "T", "Trace"])
def test_a_trace_is_said_to_be_one(word: str) -> None:
    """R-Instat#5732: rain that is too little to measure is no missing value."""
    table = read_table("day,rain\n" + rows(lambda k: f"{k},{[word, '0.0', '2.5', 'nd'][k % 4]}"))
    assert any(f"3 cells say that there was a trace ('{word}')" in line and "too high near 0" in line
               for line in table.report)
    assert any("3 cells say that there is no value ('nd')" in line for line in table.report)


DAYS = rows(lambda k: f"2020-01-{k + 1:02d},{1.5 * k},{k % 4}", 24)


@pytest.mark.parametrize("head", ["latitude,longitude,elevation,zone\n52.5,13.4,38.0,GMT\n\n",
                                  "station,lat,lon,elev,owner\nX12,52.5,13.4,38,me\n"])
def test_settings_of_a_station_above_a_table_with_fewer_columns_are_no_names(head: str) -> None:
    """Open-Meteo's CSV: the temperatures stood in the column `longitude`, and the elevation was their first value."""
    table = read_table(head + "time,temperature (°C),rain\n" + DAYS)
    assert list(table.frame.columns) == ["time", "temperature (°C)", "rain"]
    np.testing.assert_array_equal(table.frame["temperature (°C)"], 1.5 * np.arange(24))


@pytest.mark.parametrize("gap", [".", "NA", "null", "---"])
def test_a_gap_in_the_first_row_is_a_gap_and_no_name(gap: str) -> None:
    """FRED marks gaps with dots: the first row became the names of the columns, 2000-01-01 and a dot."""
    frame = read_table("DATE,GDP\n" + rows(lambda k: f"2000-{k + 1:02d}-01,{gap if k < 2 else k}")).frame
    assert list(frame.columns) == ["DATE", "GDP"]
    np.testing.assert_array_equal(frame["GDP"], [np.nan, np.nan, *range(2, 12)])


def test_marks_of_the_weather_service_of_japan_are_removed() -> None:
    """computational-sediment-hyd, 2021-07-27: 30.0 ) is a value of fewer observations, and /// and × are gaps."""
    table = read_table("A,B\n" + rows(lambda k: f"{k}{[' )', ' ]', ''][k % 3]},{['×', '///', '2.5'][k % 3]}"))
    np.testing.assert_array_equal(table.frame["A"], np.arange(12))
    assert table.frame["B"].count() == 4


def test_the_label_of_a_logger_behind_a_unit_is_no_unit() -> None:
    """stglib#174: names of HOBOware, such as Temp, °C (LGR S/N: 10347362, SEN S/N: 10347362)."""
    names = ["Temp, °C (LGR S/N: 10347362, SEN S/N: 103)", "RH, % (LGR S/N: 10347362)"]
    table = read_table(",".join(f'"{name}"' for name in names) + "\n" + rows(lambda k: f"{k},{k * k}"))
    assert table.units == {names[0]: "°C", names[1]: "%"}


LAS = ("~Version Information\n VERS. 2.0 : CWLS LOG ASCII STANDARD\n WRAP. {wrap} : one line per depth step\n"
       "~Well Information\n STRT.M 1670.0 : START\n NULL. {null} : NULL VALUE\n DATE. 25-DEC-1988 : LOG DATE\n"
       "~Curve Information\n DEPT.M : 1 DEPTH\n DT .US/M 60 520 32 00 : 2 TIME\n RHOB.K/M3 : 3 DENSITY\n GR.GAPI : 4\n"
       "~Params\n BHT .DEGC 35.5 : TEMPERATURE\n~A DEPT DT RHOB GR\n")


@pytest.mark.parametrize("null", ["-999.25", "****"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_well_logs_have_their_curves_units_and_gaps(null: str, wrapped: bool) -> None:
    """streamlit#2608, lasio#82: the names were lost, and -999.25 was a value."""
    head = LAS.format(wrap="YES" if wrapped else "NO", null=null)
    sign = "\n" if wrapped else " "
    table = read_table(head + rows(lambda k: f"{1670 - k / 8}{sign}{120 + k} {2550 - k} {null if k % 4 else k}", 20))
    assert dict(table.units) == {"DEPT (m)": "m", "DT (us/m)": "us/m", "RHOB (kg/m3)": "kg/m3"}
    np.testing.assert_array_equal(table.frame["DEPT (m)"], 1670 - np.arange(20) / 8)
    assert table.frame["GR"].count() == 5
    assert f"The code for missing values in this header, NULL {null}, was read as missing." in table.report


def test_a_file_of_prism_is_refused_with_what_to_do() -> None:
    """pzfx#9."""
    with pytest.raises(TableError, match=r"a file of GraphPad Prism, .*File, Export, CSV"):
        read_table(b'<?xml version="1.0"?><GraphPadPrismFile PrismXMLVersion="5.00"><Table/></GraphPadPrismFile>')


def test_prices_of_a_unit_are_numbers() -> None:
    """accounting.js#200, variant: 0,25 €/kWh."""
    table = read_table("x\ty\tz\n" + rows(lambda k: f"{k}\t{k},25 €/kWh\t$/kg".replace("\t$/kg", f"\t{k}.5$/kg")))
    assert table.units == {"y": "€/kWh", "z": "$/kg"}
    np.testing.assert_array_equal(table.frame["y"], np.arange(12) + 0.25)


def test_lines_that_differ_in_their_numbers_alone_are_rows() -> None:
    """math.techqa.club 4522759, variant: a list of levels with the experience that each needs."""
    table = read_table("".join(f"Level {k}: {50 * k * (k + 1)} XP\n" for k in range(1, 8)))
    assert list(table.frame.columns) == ["Level", "XP"]
    np.testing.assert_array_equal(table.frame["XP"], [50 * k * (k + 1) for k in range(1, 8)])
    assert any("All lines are the same but for their numbers" in line for line in table.report)
