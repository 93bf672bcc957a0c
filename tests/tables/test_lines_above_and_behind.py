"""Lines above the names that look like names or rows, comments behind numbers, errors and units by their place."""

from __future__ import annotations

import pytest

from tests.tables.variants import rows
from xnet.tables import read_table

ROWS = rows(lambda k: f"{k},{k * 1.5},{k * k}", 8)


def _names(text: str) -> list[str]:
    return list(read_table(text).frame.columns)


def _said(text: str) -> str:
    return " ".join(read_table(text).report)


def test_the_first_key_of_a_block_of_settings_is_no_group_of_names() -> None:
    assert _names(f"Operator,Me,\nGain,2.5,dB\nRate,100,Hz\nTime,Signal,Ref\n{ROWS}") == ["Time", "Signal", "Ref"]


def test_a_number_alone_above_the_names_is_no_row() -> None:
    table = read_table(f"2020,,\nx,y,z\n{ROWS}")
    assert list(table.frame.columns) == ["x", "y", "z"]
    assert len(table.frame) == 8


@pytest.mark.parametrize("line", ["8", "8 3"])
def test_a_first_line_that_counts_the_rows_is_no_row(line: str) -> None:
    table = read_table(f"{line}\n" + ROWS.replace(",", " "))
    assert len(table.frame) == 8
    assert f"says how many rows follow: {line}" in " ".join(table.report)
    assert len(read_table(f"{line.replace('8', '5')}\n" + ROWS.replace(",", " ")).frame) == 9


def test_numbers_above_and_on_the_left_of_an_empty_corner_are_names() -> None:
    assert _names(",10,20,30\n" + rows(lambda k: f"{k * 100},{k * 10},{k * 20},{k * 30}", 5))[1:] == ["10", "20", "30"]
    assert len(read_table(",10,20,15\n" + rows(lambda k: f"{k},{k * 10},{k * 20},{k * 30}", 5)).frame) == 6


@pytest.mark.parametrize(("sign", "delimiter"), [("#", ","), ("!", " "), ("//", "\t")])
def test_a_comment_behind_a_number_is_left_out_and_said(sign: str, delimiter: str) -> None:
    text = "x,y\n1,2\n2,3\n3,5\n4,9\n".replace(",", delimiter).replace("3\n", f"3 {sign} pump off\n", 1)
    table = read_table(text)
    assert table.frame["y"].tolist() == [2, 3, 5, 9]
    assert "1 comment behind numbers, the first in line 3" in " ".join(table.report)


def test_a_sign_in_the_text_of_a_cell_is_no_comment() -> None:
    assert read_table('x,y,z\n1,2,"a 1 # b"\n2,3,Apt 4 #5\n3,5,c\n').frame["z"].tolist() == ["a 1 # b", "Apt 4 #5", "c"]


@pytest.mark.parametrize(("names", "column", "error"), [
    ("x,y,dy", "y", "dy"), ("x,y,±", "y", "±"), ("x,y,Std Dev", "y", "Std Dev"), ("x,y mean,y sd", "y mean", "y sd"),
    ("A(X),B(Y),C(yEr±)", "B(Y)", "C(yEr±)")])
def test_a_column_of_errors_is_known_by_its_name_and_place(names: str, column: str, error: str) -> None:
    table = read_table(f"{names}\n" + rows(lambda k: f"{k},{k * 1.5},{0.1 + 0.01 * k:.2f}", 8))
    assert table.errors == {column: error}
    assert table.suggested_target == column


def test_units_behind_slashes_are_read_where_several_columns_have_one() -> None:
    assert read_table(f"t/s,U / V,I/mA\n{ROWS}").units == {"t/s": "s", "U / V": "V", "I/mA": "mA"}
    assert read_table(f"price/kg,cost/m,n\n{ROWS}").units == {}
    assert read_table(f"km/h,x,y\n{ROWS}").units == {}


def test_codes_with_zeros_in_front_are_said() -> None:
    text = "zip,y\n" + rows(lambda k: f"0{1230 + k},{k * k}", 8)
    assert "'01230' and the like were read as numbers, without the zeros in front" in _said(text)
    assert "zeros in front" not in _said("hour,y\n" + rows(lambda k: f"{k:02d},{k * k}", 8))


def test_vertical_bars_around_each_line_make_no_empty_column() -> None:
    assert _names("| x | y |\n" + rows(lambda k: f"| {k} | {k * k} |", 6)) == ["x", "y"]


def test_units_in_capital_letters_are_read() -> None:
    table = read_table(f"TIME,VEL,HEIGHT\nSEC,M/S,M\n{ROWS}")
    assert table.units == {"TIME": "s", "VEL": "m/s", "HEIGHT": "m"}
    assert read_table(f"TIME,VEL,HEIGHT\n(DEG),(KPA),(-)\n{ROWS}").units == {"TIME": "deg", "VEL": "kPa"}
    assert _names(f"A,B,C\n{ROWS}") == ["A", "B", "C"]


@pytest.mark.parametrize("names", ["lower,upper", "y_lower,y_upper", "CI low,CI high", "conf.low,conf.high", "lwr,upr"])
def test_the_limits_of_an_interval_are_no_inputs(names: str) -> None:
    table = read_table(f"x,y,{names}\n" + rows(lambda k: f"{k},{k * k},{k * k - 2},{k * k + 3}", 8))
    assert (table.suggested_target, table.suggested_inputs) == ("y", ("x",))
    assert "enclose 'y' in every row" in " ".join(table.report)


def test_prices_and_limits_that_enclose_nothing_are_inputs() -> None:
    low = read_table("x,close,low,high\n" + rows(lambda k: f"{k + k % 3},{k * k},{k * k - 2},{k * k + 3}", 8))
    assert "low" in low.suggested_inputs
    other = read_table("x,y,lower,upper\n" + rows(lambda k: f"{k + k % 3},{k * k},{k + 70 + k % 4},{k % 5}", 8))
    assert other.suggested_target == "upper"
