"""Lines that are split in unusual ways, signs apart from their numbers, and points that may separate thousands."""

from __future__ import annotations

import pytest

from tests.tables.test_reading import column
from tests.tables.variants import rows
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


@pytest.mark.parametrize("sign", ["~", "^", ":", "\x01", "*", ",\t", ";\t", "!", "，"])
def test_other_signs_between_cells_are_found(sign: str) -> None:
    """A table of x~y was one column of text, and of a comma and a tab the comma stayed in the cells."""
    table = read_table(f"x{sign}z{sign}y\n" + rows(lambda k: f"{k}{sign}{k * 1.5}{sign}{k * k}"), "t.txt")
    assert list(table.frame.columns) == ["x", "z", "y"]
    assert column(table, "z")[:3] == [0, 1.5, 3]


def test_a_column_of_times_is_not_split() -> None:
    assert read_table("time\n" + rows(lambda k: f"10:{k:02d}"), "t.txt", min_columns=0).frame.shape == (12, 1)


@pytest.mark.parametrize("names", ['"x,z,y"', '"""x"",""z"",y"'], ids=["plain", "doubled"])
def test_lines_in_quotes_are_lines(names: str) -> None:
    table = read_table(f"{names}\n" + rows(lambda k: f'"{k},{k * 1.5},{k * k}"'), "t.csv")
    assert list(table.frame.columns) == ["x", "z", "y"]
    assert any("Each line stood in quotes" in sentence for sentence in table.report)


def test_a_quoted_column_of_sentences_stays() -> None:
    table = read_table('"note, or none"\n' + rows(lambda k: f'"well, {k}"'), "t.csv", min_columns=0)
    assert table.frame.shape[1] <= 2


def test_single_quotes_around_all_names_are_removed() -> None:
    table = read_table("'x','y'\n" + rows(lambda k: f"'{k}','{k * k}'"), "t.csv")
    assert list(table.frame.columns) == ["x", "y"]


def test_a_sign_apart_from_its_number_is_its_sign() -> None:
    table = read_table("x,v\n" + rows(lambda k: f"{k},- {k}.5"), "t.csv")
    assert column(table, "v")[:2] == [-0.5, -1.5]


def test_points_that_may_separate_thousands_are_said() -> None:
    said = "'people': '1.234' and the like were read with a decimal point"
    line = "{0};{1};{2}"
    grouped = [f"{1234 + 137 * k:,}".replace(",", ".") for k in range(12)]
    unclear = read_table("x;people;y\n" + rows(lambda k: line.format(k, grouped[k], k * k)))
    clear = read_table("x;people;y\n" + rows(lambda k: line.format(k, f"{1.234 + k:.3f}", f"{k}.5")))
    assert any(sentence.startswith(said) for sentence in unclear.report)
    assert not any(sentence.startswith(said) for sentence in clear.report)


def test_an_open_quote_is_said_with_its_line() -> None:
    text = "name,y\n" + rows(lambda k: f'{chr(34) * (k == 5)}pipe {k},{k}')
    with pytest.raises(TableError, match="check the double quotes in line 7"):
        read_table(text, "t.csv")
