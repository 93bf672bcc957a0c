"""Pasted lists with ranges, records whose values have names, and series that stand in lines."""

from __future__ import annotations

import pytest

from tests.tables.variants import rows
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

PAIRS = [(k * .5, k * k + 1) for k in range(12)]
X, Y = ([pair[k] for pair in PAIRS] for k in range(2))
Y_LIST = ", ".join(map(str, Y))


@pytest.mark.parametrize("text", [
    f"x = np.linspace(0, 5.5, 12)\ny = np.array([{Y_LIST}])\n", f"x <- seq(0, 5.5, 0.5)\ny <- c({Y_LIST})\n",
    f"x <- seq(from = 0, to = 5.5, by = 0.5)\ny <- c({Y_LIST})\n",
    f"x = 0:0.5:5.5;\ny = [{Y_LIST.replace(',', '')}];\n",
    f"x = np.arange(0, 6, 0.5)\ny = [{Y_LIST}]\n", f"x <- seq(0, 5.5, length.out = 12)\ny <- c({Y_LIST})\n",
    "[" + ",\n ".join(f"{{'x': {a}, 'y': {b}}}" for a, b in PAIRS) + "]", "\n".join(f"x={a}, y={b}" for a, b in PAIRS),
    "\n".join(f"x={a} y={b}" for a, b in PAIRS),
    (f'structure(list(x = c({", ".join(map(str, X))}), y = c({", ".join(f"{b}L" for b in Y)})), class = "data.frame", '
     "row.names = c(NA, -12L))")],
    ids=["linspace", "seq", "seq with names", "colons", "arange", "length.out", "dictionaries", "pairs", "words",
         "dput"])
def test_programs_and_records_are_tables(text: str) -> None:
    """x <- seq(0, 9.5, 0.5) was a list of the three numbers 0, 9.5 and 0.5."""
    table = read_table(text, "t.txt")
    assert table.frame.to_dict("list") == {"x": X, "y": Y}


@pytest.mark.parametrize("text", [
    ";".join(f"{a},{b}" for a, b in PAIRS), "fit {" + ",".join(f"{{{a},{b}}}" for a, b in PAIRS) + "}",
    "ListPlot[{" + ",".join(f"{{{a},{b}}}" for a, b in PAIRS) + "}]",
    "\\addplot[red] coordinates {\n" + "\n".join(f"({a},{b})" for a, b in PAIRS) + "\n};",
    ",".join(map(str, X)) + "\n" + Y_LIST], ids=["line", "fit", "ListPlot", "TikZ", "two lines"])
def test_lists_without_names_are_tables(text: str) -> None:
    assert list(read_table(text, "t.txt").frame.itertuples(index=False, name=None)) == PAIRS


def test_a_computed_list_is_refused_by_its_function() -> None:
    """np.sqrt([1, 2, 3]) was read as 1, 2, 3."""
    with pytest.raises(TableError, match=r"'y' is computed by np.sqrt\(...\). Programs are not run"):
        read_table("x = np.array([1, 2, 3, 4, 5, 6])\ny = np.sqrt([1, 2, 3, 4, 5, 6])\n", "t.py")


def test_a_comment_with_a_formula_stays_a_comment() -> None:
    assert read_table("# y = exp(-x)\nx,y\n" + rows(lambda k: f"{k},{k * k}"), "t.csv").frame.shape == (12, 2)


def test_inputs_that_libsvm_leaves_out_are_zero() -> None:
    table = read_table(rows(lambda k: f"{k * k} 1:{k}" + f" 3:{k + .5}" * (k % 2)), "t.svm")
    assert list(table.frame.columns) == ["x1", "x3", "target"]
    assert table.frame["x3"].tolist()[:4] == [0, 1.5, 0, 3.5]
    assert table.suggested_target == "target"


SERIES = "Country,Indicator," + ",".join(str(2000 + k) for k in range(8)) + "\n"


def test_a_few_series_over_years_are_turned() -> None:
    line = ",".join(str(k * k) for k in range(8))
    table = read_table(f"{SERIES}A,GDP,{line}\nA,People,{line.replace('0', '1')}\n", "t.csv")
    assert list(table.frame.columns) == ["year", "GDP", "People"]
    assert table.frame["year"].tolist() == list(range(2000, 2008))
    assert "year" not in read_table(f"{SERIES}A,GDP,{line}\n", "t.csv", min_columns=0).frame, "new rows of a wide table"


def test_many_series_over_years_are_rows_and_said() -> None:
    table = read_table(SERIES + rows(lambda k: f"C{k},GDP," + ",".join(str(k * j + j) for j in range(8))), "t.csv")
    assert table.frame.shape == (12, 10)
    assert any("The names 2000 to 2007 are years" in s for s in table.report)
