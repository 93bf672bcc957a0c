"""Lists, matrices, Markdown and LaTeX tables, and tables whose variables stand in rows."""

from __future__ import annotations

import pytest

from tests.tables.test_cases import CASES
from tests.tables.test_reading import column, said
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

XY = {
    "python": "x = [1, 2, 3]\ny = [4, 5.5, 6]\n", "one line": "x = [1,2,3]; y = [4,5.5,6]",
    "numpy": "x = np.array([1, 2, 3])\ny = np.array([4, 5.5, 6])", "r": "x <- c(1, 2, 3)\ny <- c(4, 5.5, 6)\n",
    "matlab vectors": "x = [1 2 3];\ny = [4 5.5 6];\n", "dictionary": "data = {'x': [1, 2, 3], 'y': [4, 5.5, 6]}",
    "several lines": "x = [1,\n  2,\n  3]\ny = [4, 5.5,\n 6]", "mathematica": "x = {1, 2, 3};\ny = {4, 5.5, 6};",
    "markdown": "| x | y |\n|---|:---:|\n| 1 | 4 |\n| 2 | 5.5 |\n| 3 | 6 |\n",
    "markdown without outer bars": "x | y\n--- | ---\n1 | 4\n2 | 5.5\n3 | 6\n",
    "psql": " x | y\n---+-----\n 1 | 4\n 2 | 5.5\n 3 | 6\n(3 rows)\n",
    "latex": "\\begin{tabular}{cc}\nx & y \\\\ \\hline\n1 & 4 \\\\\n2 & 5.5 \\\\\n3 & 6 \\\\\n\\end{tabular}\n",
    "json": '{"x": [1, 2, 3], "y": [4, 5.5, 6]}'}
NESTED = {"mathematica": "{{1, 4}, {2, 5.5}, {3, 6}}", "python": "[[1, 4], [2, 5.5], [3, 6]]",
          "pairs": "data = [(1, 4), (2, 5.5), (3, 6)]", "matrix": "A = [1 4; 2 5.5; 3 6]",
          "numpy": "np.array([[1, 4],\n       [2, 5.5],\n       [3, 6]])"}


@pytest.mark.parametrize("case", XY)
def test_a_pasted_list_is_a_table_with_its_names(case: str) -> None:
    table = read_table(XY[case])
    assert list(table.frame.columns) == ["x", "y"]
    assert (column(table, "x"), column(table, "y")) == ([1, 2, 3], [4, 5.5, 6])


@pytest.mark.parametrize("case", NESTED)
def test_a_nested_list_is_a_table_without_names(case: str) -> None:
    table = read_table(NESTED[case])
    assert (column(table, "column_1"), column(table, "column_2")) == ([1, 2, 3], [4, 5.5, 6])


@pytest.mark.parametrize(("text", "message"), [
    ("x = [1, 2, 3]\ny = [4, 5]\n", "different lengths .x has 3, y has 2."), ("{{1, 2}, {3, 4, 5}}", "2 to 3 values"),
    ("[1 2; 3 4 5]", "rows of different lengths")])
def test_lists_that_do_not_fit_are_refused(text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_table(text)


def test_lists_of_users_are_read() -> None:
    table = read_table(CASES / "38.txt")
    assert column(table, "x") == [*range(36, 46)]
    assert column(table, "y") == [4, 4, 4, 6, 6, 13, 22, 22, 26, 28]
    assert said(table, "lists of numbers")


def test_variables_in_rows_are_turned_and_said() -> None:
    table = read_table(CASES / "36.csv")
    assert column(table, "time")[:3] == [1, 2, 3]
    assert column(table, "height")[:3] == [4.9, 19.6, 44.1]
    assert said(table, "turned into 2 columns")


@pytest.mark.parametrize("text", [
    "land,1990,1991\nx,1,2\ny,3,4\n", "a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n2,3,4,5,6,7,9\n",
    "n,a,b,c,d,e\nu,1,2,3,4,5\nv,1,x,3,4,5\n"])
def test_other_short_tables_are_not_turned(text: str) -> None:
    assert not said(read_table(text), "turned")
