"""Files whose header describes the columns (Sea-Bird, CDS, ECSV, NIST, JCAMP-DX), and rows between lines of prose."""

import io

import numpy as np
import pytest

from xnet.tables import TableError, read_table

NIST = """NIST/ITL StRD
Dataset Name:  Lamp              (Lamp.dat)

Reference:     Keeping, E. S.,
               "Introduction to Statistical Inference," Van Nostrand
               Company, p. 354.
          Starting values                  Certified Values

        Start 1     Start 2           Parameter     Standard Deviation
  b1 =   1           0.7           7.6886226176E-01  1.8281973860E-02
  b2 =   5           4             3.8604055871E+00  5.1726610913E-02

Residual Sum of Squares:                    4.3173084083E-03
Degrees of Freedom:                                4


Data:  y              x
      2.138E0        1.309E0
      3.421E0        1.471E0
      3.597E0        1.490E0
      4.340E0        1.565E0
      4.882E0        1.611E0
      5.660E0        1.680E0
"""
SEA_BIRD = """* Sea-Bird SBE 9 Data File:
* <Sensor id='volt 1'>, 3
# nquan = 4
# name 0 = depSM: Depth [salt water, m]
# name 1 = t090C: Temperature [ITS-90, deg C]
# name 2 = sal00: Salinity [PSU], lat = 48
# name 3 = flag:  0.000e+00
# bad_flag = -9.990e-29
*END*
      Depth      Tempe      Salinity
      3.973    28.9682    32.0462  0.000e+00
      4.079-218.764914    32.0449  0.000e+00
      4.102    28.9632 -9.990e-29  0.000e+00
      4.179    28.9613    32.0606 -9.990e-29
"""
MRT = """Title: Stars
Table: Five of them
================================================================================
Byte-by-byte Description of file: t1.txt
--------------------------------------------------------------------------------
   Bytes Format Units   Label  Explanations
--------------------------------------------------------------------------------
   1-  4 A4     ---     Name   Name, two "words"
       6 A1     ---   l_Vmag   Limit flag on Vmag
   8- 12 F5.2   mag     Vmag   ?=99.99 Magnitude
  14- 16 I3     km/s    RV     ? Radial velocity
      18 I1     [cm/s2] logg   ? Gravity
                               - continued
--------------------------------------------------------------------------------
Note (1): Nothing.
--------------------------------------------------------------------------------
HD 1   12.50 -12
HD 2 <  9.25  30
HD 3   99.99   4
HD 4   10.75
HD 5   11.00 ---
"""


def test_reference_data_of_nist_are_read_without_the_description_and_the_certified_values() -> None:
    table = read_table(NIST, "Lamp.dat")
    assert list(table.frame.columns) == ["y", "x"]
    assert table.frame["y"].tolist() == [2.138, 3.421, 3.597, 4.34, 4.882, 5.66]
    assert table.lines[0] == 18


def test_names_units_and_missing_values_of_sea_bird_are_read() -> None:
    table = read_table(SEA_BIRD, "a.cnv")
    assert list(table.frame.columns) == ["Depth (m)", "Temperature (deg C)", "Salinity (PSU)", "flag"]
    np.testing.assert_array_equal(table.frame["Temperature (deg C)"], [28.9682, -218.764914, 28.9632, 28.9613])
    assert table.frame["Salinity (PSU)"].isna().tolist() == [False, False, True, False]
    assert dict(table.units)["Depth (m)"] == "m"
    assert table.lines[0] == 11


def test_a_machine_readable_table_is_read_by_its_bytes() -> None:
    table = read_table(MRT, "t1.txt")
    assert list(table.frame.columns) == ["Name", "l_Vmag", "Vmag (mag)", "RV (km/s)", "logg"]
    np.testing.assert_array_equal(table.frame["Vmag (mag)"], [12.5, 9.25, np.nan, 10.75, 11])
    np.testing.assert_array_equal(table.frame["RV (km/s)"], [-12, 30, 4, np.nan, np.nan])


def test_a_description_without_rows_says_where_the_rows_are() -> None:
    with pytest.raises(TableError, match="rows are in another file"):
        read_table(MRT.partition("HD 1")[0] + "(End)   Somebody [CDS]   01-Jan-2020\n", "ReadMe")


def test_units_are_read_from_the_header_of_ecsv() -> None:
    head = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: z, datatype: float64}\n# - name: the flux\n#   unit: Jy\n"
    table = read_table(head + "# meta: !!omap\n# - {name: x, unit: m}\nz \"the flux\"\n" + "".join(
        f"{k} {k * k}\n" for k in range(6)))
    assert list(table.frame.columns) == ["z", "the flux (Jy)"]
    assert dict(table.units) == {"the flux (Jy)": "Jy"}


@pytest.mark.parametrize(("data", "x", "y"), [
    ("##XUNITS=1/CM\n##YUNITS=ABS\n##XYDATA=(XY..XY)\n1.5, 2\n2.5, 3\n", [1.5, 2.5], [2, 3]),
    ("##YFACTOR=0.5\n##PEAK TABLE= (XY..XY)\n15,10 26,12\n29,90 30,1669\n31,30\n", [15, 26, 29, 30, 31],
     [5, 6, 45, 834.5, 15]),
    ("##FIRSTX=1\n##LASTX=2\n##NPOINTS=5\n##XYDATA=(X++(Y..Y))\n1 1 2 3\n2 4 5\n##END=\n##XYDATA=(X++(Y..Y))\n9 9\n",
     [1, 1.25, 1.5, 1.75, 2], [1, 2, 3, 4, 5]),
    ("##XYDATA=(X++(Y..Y)) $$ packed\n4+1-2+3\n7+4-5+6\n", [4, 5, 6, 7, 8, 9], [1, -2, 3, 4, -5, 6]),
])
def test_points_and_ordinates_of_jcamp_become_rows(data: str, x: list[float], y: list[float]) -> None:
    frame = read_table("##TITLE=a\n" + data + "##END=\n", "a.jdx").frame
    np.testing.assert_allclose(frame.to_numpy(), np.column_stack([x, y]))


def test_pages_of_jcamp_are_refused() -> None:
    with pytest.raises(TableError, match="NTUPLES"):
        read_table("##TITLE=a\n##NTUPLES=NMR\n##DATA TABLE=(X++(R..R)), XYDATA\n16 2 5 7\n12 1 5 6\n##END=\n")


def test_rows_between_prose_are_found_where_the_text_is_no_even_table() -> None:
    text = 'Run of "Monday" with a\nGain: 3, offset 2, "low, high, 4, 5\nOK\n# t [s], U [V]\n' + "".join(
        f"{k},{k * k}\n" for k in range(8)) + "end of run, thanks, all\n"
    table = read_table(text)
    assert table.frame.shape == (8, 2)
    assert dict(table.units) == {"t [s]": "s", "U [V]": "V"}
    assert "Only the lines 4 to 12" in table.report[1]


def test_cut_lines_are_still_refused() -> None:
    with pytest.raises(TableError, match="not an even table"):
        read_table("a,b,c\n" + "1,2,3\n1,2\n4,5,6\n" * 10)


def test_numbers_of_the_columns_above_the_names_do_not_hide_these() -> None:
    head = "  1 2 3 4\n  version compiler build date\n  24 1.5 13.1 2025\n\n1 2 3\nage mass radius\n"
    table = read_table(head + "".join(f"{k} {k * k} {k + 0.5}\n" for k in range(1, 30)))
    assert list(table.frame.columns) == ["age", "mass", "radius"]
    assert len(table.frame) == 29


def test_arrays_of_one_length_in_an_archive_are_columns_and_long_rows_are_turned() -> None:
    x = np.arange(20.0)
    file = io.BytesIO()
    np.savez(file, X=np.column_stack([x, x**2]), y=x**3, step=0.5)
    table = read_table(file.getvalue(), "a.npz")
    assert list(table.frame.columns) == ["X_1", "X_2", "y"]
    assert "Left out, because they are no numbers or have other lengths: step." in table.report
    file = io.BytesIO()
    np.save(file, np.vstack([x, x**2]))
    assert read_table(file.getvalue(), "a.npy").frame.shape == (20, 2)
    assert read_table(file.getvalue(), "a.npy", min_columns=1).frame.shape == (2, 20)


def test_rows_with_names_in_comments_are_not_turned() -> None:
    head = "".join(f"# {k} NAME{k}\n" for k in range(1, 8))
    table = read_table(head + "1 2 3 4 5 6 7\n2 3 4 5 6 7 9\n3 5 7 9 1 2 4\n")
    assert table.frame.shape == (3, 7)


@pytest.mark.filterwarnings("error")
def test_a_column_that_varies_only_where_another_has_gaps_gives_no_warning_of_numpy() -> None:
    lines = (f"{k % 7},{3 if k < 30 else k},{k * k if k < 30 else ''}\n" for k in range(40))
    table = read_table("a,b,c\n" + "".join(lines))
    assert table.frame.shape == (40, 3)


def test_a_description_with_a_damaged_heading_is_refused_in_a_sentence() -> None:
    with pytest.raises(TableError):
        read_table(MRT.replace("Byte-by", "x Byte-by").partition("HD 1")[0], "t1.txt")
