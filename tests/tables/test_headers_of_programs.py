"""Files of instruments, agencies and programs whose names, units or settings stand above the numbers in their ways."""

from math import nan
from pathlib import Path

import numpy as np
import pytest

from xnet.tables import TableError, read_table

FOLDER = Path(__file__).parent / "headers"
#: A file, the names of its columns, and one column with its first values.
FILES = [
    ("ta_q.txt", ["Time (min)", "Temperature (°C)", "Weight (mg)"], "Weight (mg)", [5.2, 5.19, 5.18, 5.17]),
    ("fluent.xy", ["column_1", "column_2"], "column_2", [0, 0.3, 1.2, 2.7]),
    ("octave_two.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("scilab.txt", ["column_1", "column_2"], "column_2", [2.5, 3.5, 4.6, 5.5]),
    ("root_scan.txt", ["Row", "x", "y"], "y", [0, 0.3, 1.2, 2.7]),
    ("stan.json", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("bugs.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("jcamp_xydata.dx", ["x", "y"], "y", [100, 101, 102, 103]),
    ("lvm.lvm", ["X_Value", "Voltage (Volts)", "Current (Amps)", "Comment"], "Current (Amps)", [1, 1.25, 1.5, 1.75]),
    ("lvm_x.lvm", ["X_Value", "Voltage (Volts)", "Comment"], "Voltage (Volts)", [0, 0.5, 1, 1.5]),
    ("agilent_chrom.csv", ["column_1", "column_2"], "column_2", [1000, 1001, 1004, 1009]),
    ("rigol.csv", ["X Sequence", "CH1 Volt"], "CH1 Volt", [0, 0.02, 0.04, 0.06]),
    ("gamry.dta", ["column_1", "Pt", "T", "Vf", "Im", "Vu", "Sig", "Ach", "IERange", "Over"], "IERange", [8, 8, 8, 8]),
    ("cds.tsv", ["HIP", "Vmag", "Plx"], "Plx", [3.5, 3.8, 4.1, 4.4]),
    ("nasaames.na", ["Time", "Temperature (K)", "Pressure (hPa)"], "Pressure (hPa)", [100, 99.75, 99.5, 99.25]),
    ("ipac.tbl", ["ra (deg)", "dec (deg)", "flux (mJy)", "name"], "flux (mJy)", [1, 2.7, 4.4, 6.1]),
    ("votable.xml", ["RA (deg)", "V (mag)"], "V (mag)", [10, 10.2, 10.4, 10.6]),
    ("latex_si.tex", ["x / m", "F / N"], "F / N", [0.1, 1.6, 3.1, 4.6]),
    ("icartt.ict", ["Start_UTC (seconds)", "Temp_K (K)", "Pres (hPa)", "O3 (ppbv)"], "O3 (ppbv)", [40, 41.1, 42.2]),
    ("sas_cards.sas", ["x", "y", "g"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("spss_list.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("gnuplot_inline.txt", ["column_1", "column_2"], "column_2", [2.5, 3.5, 4.6, 5.5]),
    ("ncdump.cdl", ["time", "temp (K)"], "temp (K)", [280.1, 281.2, nan, 283.1]),
    ("sas_print.txt", ["Obs", "x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
    ("hdr_pandas_multi.csv", ["idx", "A x", "A y", "B x"], "B x", [0, 1, 4, 9]),
    ("hdr_comment_kv.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("hdr_comment_cols.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("hdr_numbered.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("hdr_numbered2.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("hdr_fits.txt", ["NUMBER", "FLUX_AUTO", "MAG_AUTO"], "MAG_AUTO", [-5, -5.1, -5.2, -5.3]),
    ("semi_hdr_comma.csv", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("sp_hdr_tab.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("spice.txt", ["Index", "time", "v(out)"], "v(out)", [0, 0.5, 1, 1.5]),
    ("mixed_tab_sp.txt", ["time", "velocity", "height"], "height", [3, 2.8, 2.6, 2.4]),
    ("uneven_sp_text.txt", ["x", "y", "name"], "y", [0, 1.5, 3, 4.5]),
    ("prose_tab.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
]


@pytest.mark.parametrize(("file", "names", "column", "values"), FILES, ids=[file for file, *_ in FILES])
def test_the_names_and_the_numbers_are_read(file: str, names: list[str], column: str, values: list[float]) -> None:
    table = read_table(FOLDER / file, min_columns=1)
    assert list(table.frame.columns) == names
    np.testing.assert_allclose(table.frame[column][:len(values)], values, rtol=1e-12)


def test_units_codes_of_gaps_and_factors_of_headers_are_read() -> None:
    assert read_table(FOLDER / "gamry.dta").units == {
        "T": "s", "Vf": "V vs. Ref.", "Im": "A", "Vu": "V", "Sig": "V", "Ach": "V", "Over": "bits"}
    assert read_table(FOLDER / "cds.tsv").units == {"Vmag": "mag", "Plx": "mas"}
    assert read_table(FOLDER / "hdr_comment_cols.txt").units == {"time": "s", "velocity": "m/s", "height": "m"}
    ames = read_table(FOLDER / "nasaames.na")
    assert ames.frame["Pressure (hPa)"].isna().tolist()[4]
    assert "multiplied by the scale factors in line 11: 1.0, 0.1" in " ".join(ames.report)
    assert read_table(FOLDER / "icartt.ict").frame["O3 (ppbv)"].isna().tolist()[5]


def test_a_line_that_does_not_split_at_spaces_is_named() -> None:
    with pytest.raises(TableError, match="most lines have 3 words, but line 4 has 5"):
        read_table("1 a 3\n2 b 4\n3 c 5\n4 d e f 5\n5 g 7 h i j\n6 b 4\n")


def test_lines_of_keys_and_values_above_fewer_rows_do_not_hide_these() -> None:
    head = "".join(f"key {k},word\n" for k in range(12))
    table = read_table(head + "t,v,h\n" + "".join(f"{k},{k * k},{3 * k + 1}\n" for k in range(6)))
    assert list(table.frame.columns) == ["t", "v", "h"]
    assert len(table.frame) == 6


def test_compressed_ordinates_of_jcamp_are_named() -> None:
    with pytest.raises(TableError, match="JCAMP-DX with compressed numbers"):
        read_table("##TITLE=x\n##XYDATA=(X++(Y..Y))\n400A1B2C3\n410D1E2F3\n##END=\n")
