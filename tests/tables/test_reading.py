"""Reading tables: irregular files are understood, and the changes are reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.tables.column_conversion import possible_conversions
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.table import Table

NAN = math.nan


def column(table: Table, name: str) -> list[float]:
    return [float(value) for value in table.frame[name]]


def said(table: Table, *words: str) -> bool:
    """Tell whether one sentence of the report contains all the words."""
    return any(all(word in sentence for word in words) for sentence in table.report)


# Each case: the text, the names expected, the numbers of the columns that matter, words that one sentence must contain.
FORGIVEN = {
    "plain": ("a,b\n1,2.5\n3,4.5\n", ["a", "b"], {"a": [1, 3], "b": [2.5, 4.5]}, ("2 rows and 2 columns",)),
    "byte order mark": ("\ufeffa,b\n1,2\n3,4\n", ["a", "b"], {"a": [1, 3]}, ()),
    "windows line ends": ("a,b\r\n1,2\r\n3,4\r\n", ["a", "b"], {"b": [2, 4]}, ()),
    "old mac line ends": ("a,b\r1,2\r3,4\r", ["a", "b"], {"b": [2, 4]}, ()),
    "semicolons, decimal commas": ("a;b\n1,5;2\n3,25;4\n", ["a", "b"], {"a": [1.5, 3.25]}, ("Decimal commas", "'a'")),
    "semicolons, decimal points": ("a;b\n1.5;2\n3.25;4\n", ["a", "b"], {"a": [1.5, 3.25]}, ("semicolons",)),
    "decimal commas between spaces": ("t in s   s in m\n0   0\n0,1   0,05\n0,2   0,20\n", ["t in s", "s in m"],
                                      {"s in m": [0, 0.05, 0.2]}, ("Decimal commas",)),
    "quoted decimal commas": ('a,b\n"1,5",2\n"3,25",4\n', ["a", "b"], {"a": [1.5, 3.25]}, ("Decimal commas",)),
    "german thousands": ("a;b\n1.234,5;1\n12.000,25;2\n", ["a", "b"], {"a": [1234.5, 12000.25]}, ("Thousands", "'a'")),
    "commas of three digits beside points": (
        "a;b\n1,234;0.5\n2,345;0.7\n",
        ["a", "b"],
        {"a": [1234, 2345]},
        ("Thousands",),
    ),
    "commas of three digits alone": ("a;b\n1,234;5\n2,345;7\n", ["a", "b"], {"a": [1.234, 2.345]}, ("Decimal commas",)),
    "points of three digits alone": ("a;b\n1.234;5\n2.345;7\n", ["a", "b"], {"a": [1.234, 2.345]}, ()),
    "quoted english thousands": ('a,b\n"1,234,567",1\n"2,000",2\n', ["a", "b"], {"a": [1234567, 2000]}, ("Thousands",)),
    "thousands with spaces": ("a;b\n1 234,5;1\n12 000,25;2\n", ["a", "b"], {"a": [1234.5, 12000.25]}, ("Thousands",)),
    "thousands with apostrophes": ("a,b\n1'234.5,1\n2'000,2\n", ["a", "b"], {"a": [1234.5, 2000]}, ("Thousands",)),
    "typographic minus": ("a,b\n\u22121.5,1\n2,2\n", ["a", "b"], {"a": [-1.5, 2]}, ()),
    "scientific": ("a,b\n1e-3,1\n-2.5E+4,2\n", ["a", "b"], {"a": [0.001, -25000]}, ()),
    "percent": ("a,b\n5%,1\n7.5 %,2\n", ["a", "b"], {"a": [5, 7.5]}, ("percent", "'a'")),
    "one row with a gap": ("a,b\n1,2\n,4\n3,5\n", ["a", "b"], {"a": [1, NAN, 3]}, ("1 of 3 rows has a missing value",)),
    "true and false": ("a,b\nTrue,1\nFalse,2\nTRUE,3\n", ["a", "b"], {"a": [1, 0, 1]}, ("became 1 and 0", "'a'")),
    "true, false and gaps": ("a,b\nwahr,1\nfalsch,2\n,3\nNA,4\n", ["a", "b"], {"a": [1, 0, NAN, NAN]},
                             ("'a'", "2 cells are missing")),
    "tabs": ("a\tb\n1\t2\n3\t4\n", ["a", "b"], {"b": [2, 4]}, ("tabs",)),
    "vertical bars": ("a|b\n1|2\n3|4\n", ["a", "b"], {"b": [2, 4]}, ("vertical bars",)),
    "aligned with spaces": ("   a    b\n 1.0  2.0\n10.0  4.0\n", ["a", "b"], {"a": [1, 10]}, ("spaces",)),
    "excel's sep line": ("sep=;\na;b\n1;2\n3;4\n", ["a", "b"], {"b": [2, 4]}, ("semicolons",)),
    "blank lines": ("\n\na,b\n\n1,2\n , \n3,4\n\n", ["a", "b"], {"a": [1, 3]}, ()),
    "comment lines": ("# made by x\na,b\n1,2\n3,4\n", ["a", "b"], {"a": [1, 3]}, ()),
    "trailing delimiter": ("a,b,\n1,2,\n3,4,\n", ["a", "b"], {"b": [2, 4]}, ("empty last column",)),
    "trailing delimiter below": ("a,b\n1,2,\n3,4,\n", ["a", "b"], {"b": [2, 4]}, ("empty last column",)),
    "title above": (
        "Results of May\na,b,c\n1,2,3\n4,5,6\n7,8,9\n",
        ["a", "b", "c"],
        {"c": [3, 6, 9]},
        ("Skipped 1 line",),
    ),
    "title above two columns": ("Results\na,b\n1,2\n3,4\n5,6\n", ["a", "b"], {"b": [2, 4, 6]}, ("Skipped 1 line",)),
    "row names without a header": ("a,b\nx,1,2\ny,3,4\n", ["row_name", "a", "b"], {"b": [2, 4]}, ("Text", "row_name")),
    "quoted fields": ('"a, first",b\n"1","2"\n3,4\n', ["a, first", "b"], {"a, first": [1, 3]}, ()),
    "line break in quotes": ('n,a,b\n"x\ny",1,2\nz,3,4\n', ["n", "a", "b"], {"a": [1, 3]}, ()),
    "no header": ("1,2\n3,4\n5,6\n", ["column_1", "column_2"], {"column_1": [1, 3, 5]}, ("first line holds data",)),
    "no header, labels": (
        "x,2,5\ny,4,6\n",
        ["column_1", "column_2", "column_3"],
        {"column_2": [2, 4]},
        ("first line",),
    ),
    "years as names": ("land,1990,1991\nx,1,2\ny,3,4\n", ["land", "1990", "1991"], {"1990": [1, 3]}, ()),
    "names twice": ("a,a,b\n1,2,3\n4,5,6\n", ["a", "a_2", "b"], {"a_2": [2, 5]}, ("a_2",)),
    "names twice, suffix taken": (
        "a,a_2,a\n1,2,3\n4,5,6\n",
        ["a", "a_2", "a_3"],
        {"a_2": [2, 5], "a_3": [3, 6]},
        ("a_3",),
    ),
    "name missing": ("a,,b\n1,2,3\n4,5,6\n", ["a", "column_2", "b"], {"column_2": [2, 5]}, ("column_2",)),
    "hostile name": ("__import__('os'),b\n1,2\n3,4\n", ["__import__('os')", "b"], {"b": [2, 4]}, ()),
    "gaps": (
        "a,b\n1,2\nNA,3\n-,4\n?,5\nn/a,6\n,7\nnan,8\n",
        ["a", "b"],
        {"a": [1, *[NAN] * 6]},
        ("6 cells are missing",),
    ),
    "short line": ("a,b,c\n1,2,3\n4,5\n7,8,9\n", ["a", "b", "c"], {"c": [3, NAN, 9]}, ("too few cells",)),
    "infinity": ("a,b\ninf,1\n2,2\n1e999,3\n", ["a", "b"], {"a": [NAN, 2, NAN]}, ("one cell is infinite",)),
    "too large": ("a,b\n1,1\n2,2\n-1e400,3\n", ["a", "b"], {"a": [1, 2, NAN]}, ("'-1e400' in line 4 is too large",)),
    "underscores": ("a,b,c\n1_000,1,2\n2_000,2,3\n", ["a", "b", "c"], {"a": [1000, 2000]}, ("underscores", "'a'")),
    "more names than cells": ("a,b,c\n1,2\n3,4\n", ["a", "b", "c"], {"a": [1, 3]}, ("under 3 names", "c")),
    "text column": ("a,b,c\nx,1,2\ny,3,4\n", ["a", "b", "c"], {"b": [1, 3]}, ("Text", "'a'", "labels")),
    "iso dates": ("d,b,c\n2020-01-31,1,2\n2020-02-29,3,4\n", ["d", "b", "c"], {"b": [1, 3]}, ("Dates", "'d'")),
    "german dates": ("d;b;c\n31.01.2020;1;2\n29.02.2020;3;4\n", ["d", "b", "c"], {"b": [1, 3]}, ("Dates", "'d'")),
    "empty column": ("a,e,b\n1,,2\n3,,4\n", ["a", "e", "b"], {"b": [2, 4]}, ("Empty", "'e'")),
    "constant": ("a,b\n1,2\n1,4\n", ["a", "b"], {"a": [1, 1]}, ("Constant, and therefore not usable", "'a'")),
    "row numbers": (
        ",a,b\n1,2,5\n2,4,6\n3,9,7\n",
        ["column_1", "a", "b"],
        {"a": [2, 4, 9]},
        ("Row numbers", "column_1"),
    ),
    "copy": ("a,b,c\n1,2,1\n3,4,3\n", ["a", "b", "c"], {"c": [1, 3]}, ("Copies", "'c'")),
    "repeated rows": ("a,b\n1,2\n1,2\n3,4\n", ["a", "b"], {"a": [1, 1, 3]}, ("1 of 3 rows repeat",)),
}


@pytest.mark.parametrize("case", FORGIVEN)
def test_a_table_as_people_have_it_is_understood_and_reported(case):
    text, names, numbers, words = FORGIVEN[case]
    table = read_table(text.encode(), "t.csv")
    assert list(table.frame.columns) == names
    for name, expected in numbers.items():
        np.testing.assert_array_equal(column(table, name), expected)
        assert name in table.numeric_columns
    assert not words or said(table, *words), table.report


def test_the_report_of_a_plain_table_is_one_sentence():
    assert read_table(b"a,b\n1,2.5\n3,4.5\n").report == ("Read 2 rows and 2 columns, 2 of them numbers.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_letters_with_accents_survive_every_encoding(encoding):
    table = read_table("höhe;größe\n1,5;2\n3,5;4\n".encode(encoding))
    assert list(table.frame.columns) == ["höhe", "größe"]
    assert said(table, "Latin-1") == (encoding == "latin-1")


def test_a_few_unreadable_cells_become_gaps_and_many_make_a_text_column():
    rows = [f"{i},{i + 0.5}" for i in range(20)]
    few = read_table("a,b\n" + "\n".join([*rows, "oops,3"]))
    assert few.numeric_columns == ("a", "b")
    assert math.isnan(column(few, "a")[-1])
    assert said(few, "'a'", "one cell is not numeric", "'oops'")
    many = read_table("c,a,b\n" + "\n".join(f"1,{r}" for r in [*rows, *["oops,3"] * 5]))
    assert many.numeric_columns == ("c", "b")


def test_lines_with_too_many_cells_are_left_out_only_while_they_are_rare():
    rows = "\n".join(f"{i},{i}" for i in range(60))
    table = read_table(f"a,b\n{rows}\n1,2,3\n")
    assert len(table.frame) == 60
    assert said(table, "Left out 1 line", "line 62")


def test_whole_numbers_stay_whole_and_floats_keep_every_digit():
    value = 0.1234567890123456789
    table = read_table(f"year,x\n1990,{value!r}\n1991,2\n")
    assert table.frame["year"].dtype == np.int64
    assert table.frame["x"].iloc[0] == value


def test_units_come_from_the_header_but_functions_are_names():
    table = read_table("speed [m/s],mass (kg),f(x)\n1,2,3\n4,5,7\n")
    assert table.units == {"speed [m/s]": "m/s", "mass (kg)": "kg"}


def test_the_last_number_is_suggested_as_target_without_constants_and_row_numbers():
    table = read_table("id,a,label,b,c\n1,3,x,7,7\n2,4,y,8,7\n3,6,z,9,7\n")
    assert (table.suggested_target, table.suggested_inputs) == ("b", ("a",))


def test_a_path_is_read_and_a_string_never_is(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    assert read_table(path).name == "t.csv"
    with pytest.raises(TableError, match="one column"):
        read_table(str(path))


def test_every_reading_gives_the_same_numbers_back():
    """A table written in five spellings is the same table."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=50) * 1e4, "y": rng.uniform(size=50)})
    spellings = [
        frame.to_csv(index=False),
        frame.to_csv(index=False, sep=";", decimal=","),
        frame.to_csv(index=False, sep="\t"),
        frame.to_csv(index=False, quoting=1),
        frame.to_csv(index=False, sep="\t", decimal=","),
    ]
    for text in spellings:
        pd.testing.assert_frame_equal(read_table(text).frame, frame)


def test_random_text_gives_a_table_or_a_table_error():
    rng = np.random.default_rng(0)
    alphabet = np.array(list("0123456789,;.\t\"'-+e%|# \n\nabNA\r"))
    outcomes = {"table": 0, "refused": 0}
    for _ in range(3000):
        text = "".join(rng.choice(alphabet, rng.integers(0, 40)))
        data = text.encode() if rng.random() < 0.9 else rng.bytes(int(rng.integers(1, 60)))
        try:
            table = read_table(data)
        except TableError:
            outcomes["refused"] += 1
        else:
            assert len(table.numeric_columns) >= (1 if possible_conversions(table) else 2)
            assert table.frame.columns.is_unique
            outcomes["table"] += 1
    assert min(outcomes.values()) > 5, outcomes


@pytest.mark.parametrize("cells", ["yes no yes", "True False maybe", "true 1 0"])
def test_cells_that_are_not_true_or_false_stay_text(cells: str) -> None:
    table = read_table("flag,x,y\n" + "".join(f"{cell},{k},{k}\n" for k, cell in enumerate(cells.split())))
    assert table.numeric_columns == ("x", "y")
    assert not said(table, "became 1 and 0")


@pytest.mark.parametrize(("name", "numbers", "is_name"), [
    ("Sample ID", range(100, 140), True), ("patient_id", [7 * k % 41 + 900 for k in range(40)], True),
    ("subjectID", range(40), True), ("Sample No.", range(12, 52), True), ("RECORD", range(5000, 5040), True),
    ("id", [7 * k % 41 for k in range(40)], True), ("Versuch", range(1, 41), True), ("Run", range(1, 41), True),
    ("Vers.-Nr.", range(1, 41), True), ("essai n°", range(40), True), ("lfd. Nr.", range(1, 41), True),
    ("Versuch", range(20, 60), False), ("trial", [2 * k for k in range(40)], False),
    ("Sample ID", [k // 2 for k in range(40)], False), ("wave number", [3 * k for k in range(40)], False),
    ("grid", range(40), False), ("Sample ID", [k + 0.5 for k in range(40)], False)])
def test_numbers_that_name_the_rows_are_not_proposed_as_inputs(name: str, numbers: Sequence[float],
                                                               is_name: bool) -> None:
    table = read_table(f"{name},a,y\n" + "".join(f"{n},{k % 7},{k * k % 11}\n" for k, n in enumerate(numbers)), "t.csv")
    assert table.suggested_inputs == (("a",) if is_name else (name, "a"))
    assert is_name == said(table, "Row numbers", name)


def test_comment_lines_are_named() -> None:
    table = read_table("# logger 7\nx,y\n1,2\n# restarted\n2,4\n3,6\n", "t.csv")
    assert "Left out 2 comments: lines 1 and 4." in table.report
    assert table.frame.y.tolist() == [2, 4, 6]
    assert not any("comment" in line for line in read_table("x,y\n1,2\n2,4\n3,6\n", "t.csv").report)


@pytest.mark.parametrize("above", ["sep=;\n", "sep=;\r\n", "\n\nsep=;\n"])
def test_the_line_that_names_the_delimiter_is_a_line_of_the_file(above: str) -> None:
    end = "\r\n" if "\r" in above else "\n"
    table = read_table(above + end.join(["x;y", "1;2", "2;99", "3;4", "4;5", ""]), "t.csv")
    first = above.count("\n") + 2
    assert table.lines == (first, first + 1, first + 2, first + 3)


def test_amounts_of_money_whose_points_may_separate_thousands_are_named() -> None:
    rows = "\n".join(f"{k};€ {300 + 7 * k}.{100 + k}" for k in range(9))
    table = read_table("area;price\n" + rows + "\n", "t.csv")
    assert any("'300.100' and the like were read with a decimal point" in said for said in table.report)
