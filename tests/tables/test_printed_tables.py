"""Tables as programs print them in a terminal: people paste these prints, and no line may become a wrong row."""

from math import nan
from pathlib import Path

import numpy as np
import pytest

from xnet.tables import TableError, read_table

FOLDER = Path(__file__).parent / "prints"
#: A file, the names of its columns, and one column with its values.
PRINTS = [
    ("row_names_with_spaces_r.txt", ["row_name", "mpg", "cyl", "disp"], "disp", [160, 160, 108, 258, 225]),
    ("a_column_of_text_with_spaces_tibble.txt", ["row_name", "name", "height", "mass"],
     "height", [172, 167, 96, 202, 150]),
    ("session_of_r.txt", ["row_name", "x", "y"], "y", [2.5, 3.5, 4.5, 5.6, 6.5]),
    ("vectors_of_r.txt", ["x", "y"], "y", [2.1, 4.0, 6.2, 8.1, 9.9, 12.1]),
    ("blocks_of_columns_r.txt", ["row_name", "alpha", "beta", "gamma"], "gamma", [10, 20, 31, 40]),
    ("blocks_of_columns_pandas.txt", ["row_name", "a", "b", "c"], "c", [10, 20, 30, 41]),
    ("name_of_the_index_pandas.txt", ["date", "temp", "flow"], "flow", [1.2, 1.3, 1.5, 1.6]),
    ("julia.txt", ["Row", "x", "y", "name"], "y", [2.5, 3.5, 4.7, nan]),
    ("matrix_of_julia.txt", ["column_1", "column_2"], "column_1", [1, 2, 3.5, 4]),
    ("polars.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, nan]),
    ("duckdb.txt", ["x", "y"], "y", [2.5, 3.5, 4.6]),
    ("stata.txt", ["x", "y"], "y", [2.5, 3.5, nan]),
    ("factor_of_matlab.txt", ["column_1", "column_2"], "column_2", [2500, 3500, 4600]),
    ("vectors_of_matlab.txt", ["x", "y"], "y", [2.5, 3.5, 4.6]),
    ("blocks_of_columns_matlab.txt", ["column_1", "column_2", "column_3"], "column_3", [1, 2, 5]),
    ("session_of_python.txt", ["x", "y"], "y", [2.5, 3.5, 4.5, 5.5, 6.6]),
    ("tensor.txt", ["column_1", "column_2"], "column_2", [2.5, 3.5, 4.6]),
    ("rules.txt", ["x", "y"], "y", [2.5, 3.5, 4.6, 5.5]),
]


@pytest.mark.parametrize(("file", "names", "column", "values"), PRINTS, ids=[file for file, *_ in PRINTS])
def test_a_print_is_read_as_its_table(file: str, names: list[str], column: str, values: list[float]) -> None:
    table = read_table(FOLDER / file, min_columns=1)
    assert list(table.frame.columns) == names
    np.testing.assert_array_equal(table.frame[column], values)


@pytest.mark.parametrize("program", ["pandas", "numpy", "data_table", "julia"])
def test_rows_that_a_print_leaves_out_are_said_and_their_line_is_no_row(program: str) -> None:
    table = read_table(FOLDER / f"shortened_{program}.txt")
    assert len(table.frame) == 6
    assert table.frame.iloc[:, -2].tolist() == [1, 2, 3, 98, 99, 100]
    assert "rows that the print leaves out" in " ".join(table.report)


def test_blocks_of_a_print_that_do_not_fit_are_refused() -> None:
    with pytest.raises(TableError, match=r"several blocks.*to_csv"):
        read_table("      a     b  \\\n0   1.0   2.0   \n1   2.0   3.0   \n\n      c  \n0  10.0  \n1  20.0 x \n2 3 4\n")


def test_vectors_of_different_lengths_are_refused() -> None:
    with pytest.raises(TableError, match="x has 6, y has 5"):
        read_table("> x\n[1] 1 2 3 4 5 6\n> y\n[1] 1 2 3 4 5\n")


@pytest.mark.parametrize("text", [
    "x y\n1 2.5\n2 3.5\n3 4.5\n", "name,x\nNew York,2\nRome,3\nOslo,4\n", "x,y\n.,1\n.,2\n3,4\n"])
def test_ordinary_tables_stay_as_they_are(text: str) -> None:
    table = read_table(text, min_columns=1)
    assert len(table.frame) == 3
    assert not any("print" in sentence for sentence in table.report)


def test_a_line_of_delimiters_is_no_line_of_dots() -> None:
    table = read_table("a report,,\n,,\nx,y,z\n1,2,3\n2,3,5\n3,5,8\n,,\n4,7,9\n")
    assert len(table.frame) == 4
    assert "leaves out" not in " ".join(table.report)
