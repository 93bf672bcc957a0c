"""Exported programs and the notebook read the tables that people have; the plots are small and right."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.exports.test_export import by_program
from xnet.drawings.axes import HEIGHT, WIDTH
from xnet.drawings.charts import parity_svg
from xnet.engine import Network, Neuron
from xnet.exports.export import formula_python
from xnet.exports.notebook import notebook
from xnet.exports.plots import plots_html
from xnet.exports.table_code import READING
from xnet.tables import read_table

PRODUCT = Network((Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("mul", (0, 1))), (), 2)
CONFIG = {"inputs": ["Dosis a", "Tiefe b"], "target": "y", "source": "messy.csv"}
HEADS = ["Nr", "Dosis a", "Tiefe b", "y"]


@pytest.mark.parametrize(("encoding", "separator", "decimal", "before"), [
    ("utf-8", ",", ".", ""), ("latin-1", ";", ",", ""), ("utf-8-sig", ";", ",", "Messung im März\n\n"),
    ("utf-16", "\t", ",", ""), ("cp1252", ";", ".", "Nr. 7 – Köln\n")])
def test_the_program_reads_the_table_that_the_formula_came_from(
        encoding: str, separator: str, decimal: str, before: str, tmp_path: Path) -> None:
    rows = [[1, "1.625", "2.5", "0"], [2, "1000.125", "-3", "0"], [3, "", "1", "0"]]
    lines = [HEADS, ["", "mg", "cm", "Ω" if "utf" in encoding else "ö"], *rows]
    text = before + "\n".join(separator.join(str(c).replace(".", decimal) for c in line) for line in lines)
    program = formula_python(PRODUCT, CONFIG)

    found = by_program(program, text, tmp_path, text.encode(encoding))
    assert found == pytest.approx([np.nan, 4.0625, -3000.375, np.nan], nan_ok=True)


@pytest.mark.parametrize(("encoding", "name"), [("cp932", "温度"), ("gb18030", "压力"), ("cp1251", "масса")])
def test_the_program_finds_the_encoding_that_gives_the_names(encoding: str, name: str, tmp_path: Path) -> None:
    program = formula_python(PRODUCT, {**CONFIG, "inputs": [name, "b"]})
    text = f"{name},b,y\n2,3,0\n4,5,0\n"
    assert by_program(program, text, tmp_path, text.encode(encoding)) == [6, 20]


@pytest.mark.parametrize(("true", "false"), [("True", "False"), ("VRAI", "FAUX"), ("wahr", "falsch")])
def test_the_program_reads_true_and_false_as_the_table_does(true: str, false: str, tmp_path: Path) -> None:
    """Every row of a table with a column of True and False was without a prediction."""
    text = f"open,b,y\n{true},3,0\n{false},5,0\n"
    assert read_table(text).frame["open"].tolist() == [1.0, 0.0]
    assert by_program(formula_python(PRODUCT, {**CONFIG, "inputs": ["open", "b"]}), text, tmp_path) == [3, 0]


@pytest.mark.parametrize(("cells", "separator", "expected"), [
    (["1,234", "2,500"], ",", [1234, 2500]), (["1,234", "2,500"], ";", [1.234, 2.5]), (["1.234,5"], ";", [1234.5]),
    (["1 234,5", "-0,5"], ";", [1234.5, -0.5]), (["1,234.5"], ",", [1234.5]), (["−3", "4e2"], ",", [-3, 400]),
    (["€ 3.90", "$1,250.00", "5%"], ",", [3.9, 1250, 5]), (["3,90 €", "-1.250,5 EUR", "5 %"], ";", [3.9, -1250.5, 5])])
def test_decimal_signs_are_found_in_the_column(cells: list[str], separator: str, expected: list[float]) -> None:
    space: dict[str, Any] = {"np": np}
    exec(READING, space)  # noqa: S102 - our own text
    comma = space["has_comma"]([{"a": cell} for cell in cells], "a", separator)

    assert [space["number"](cell, comma) for cell in cells] == expected


def test_the_program_names_the_cells_of_the_first_row_without_a_prediction(tmp_path: Path) -> None:
    (tmp_path / "formula.py").write_text(formula_python(PRODUCT, CONFIG), encoding="utf-8")
    (tmp_path / "own.csv").write_text("Dosis a,Tiefe b\n2,3\n<LOD,4\n1,\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "formula.py", "own.csv"], cwd=tmp_path, capture_output=True, text=True)

    assert done.stdout.split() == ["y", "6.0", '""', '""']
    assert done.stderr == "Rows without a prediction: 2 of 3. The first one has 'Dosis a': '<LOD', 'Tiefe b': '4'.\n"


def test_the_notebook_holds_rows_formula_and_plots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pd.DataFrame({"Dosis a": [1.5, 2.0, 3.25], "Tiefe b": [2.0, -1.0, 4.0], "y": [3.0, -2.0, 12.0]})
    tree = json.loads(notebook(PRODUCT, CONFIG, {"latex": "y = a b"}, data))
    cells = ["".join(cell["source"]) for cell in tree["cells"] if cell["cell_type"] == "code"]
    space: dict[str, Any] = {}
    for cell in cells[:-1]:
        exec(cell, space)  # noqa: S102 - our own text

    assert (tree["nbformat"], tree["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in tree["cells"]}) == len(tree["cells"])
    np.testing.assert_allclose(space["predicted"], [3.0, -2.0, 13.0])
    assert space["residuals"].tolist() == [0, 0, -1]
    compile(cells[-1], "plots", "exec")
    (tmp_path / "own.csv").write_text("Tiefe b;y;Dosis a\n2,5;1;2\n1;3;4,5\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for cell in cells[:-1]:
        exec(cell.replace("FILE = None", "FILE = 'own.csv'"), space)  # noqa: S102 - our own text
    assert space["predicted"].tolist() == [5.0, 4.5]


def test_plots_are_small_and_their_words_stand_inside_the_picture() -> None:
    rng = np.random.default_rng(0)
    y = rng.uniform(-1e7, 1e7, 20_000)
    svg = parity_svg(y, y, target="a target with a name that is far too long for the axis of a chart, <b>",
                     held_out=range(50), tips=["row"] * len(y))
    page = plots_html("<y>", "y = a", [svg, svg])

    assert len(page) < 1_000_000
    assert "<script" not in page
    assert "<y>" not in page
    assert "held-out rows" in page
    for x, at, size, anchor, words in re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)" text-anchor="(\w+)"[^>]*>([^<]*)<', svg):
        width = 0.62 * float(size) * len(words)
        left = float(x) - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        turned = "actual" not in words and words.startswith("predicted a")
        assert 0 <= float(at) <= HEIGHT
        assert turned or (left >= 0 and left + width <= WIDTH), words


@pytest.mark.parametrize(("inputs", "text", "expected"), [
    (["x", "x_2"], "x,x,y\n2,5,1\n3,7,1\n", [10, 21]), (["x", "y"], "x,x,y\n2,5,1\n3,7,2\n", [2, 6]),
    (["x", "x_3"], "x,x,x_2\n2,5,1\n", [10]), (["n" * 80, "y"], "n" * 80 + "_and_on,y\n2,5\n", [10]),
    (["a b", "column_2"], "a  b,,y\n2,5,1\n,,3\n", [10, np.nan]),
    (["column_1", "column_2"], "2,5,1\n,7,1\n3,4,1\n", [10, np.nan, 12]),
    (["column_1", "column_2"], "2,5;5\n1,5;3\n", [12.5, 4.5]), (["column_1", "z"], "2,5\n3,4\n", None)])
def test_the_program_names_columns_as_the_data_page(inputs: list[str], text: str, expected: list[float] | None,
                                                    tmp_path: Path) -> None:
    """Repeated, empty and long names, and a file without names; a column that is not there is an error."""
    if expected is not None:
        assert set(inputs) <= set(read_table(text.encode(), "own.csv").frame.columns)
    (tmp_path / "formula.py").write_text(formula_python(PRODUCT, CONFIG | {"inputs": inputs}), encoding="utf-8")
    done = subprocess.run([sys.executable, "formula.py"], cwd=tmp_path, capture_output=True, text=True, input=text)
    if expected is None:
        assert "The table lacks the columns" in done.stderr
    else:
        found = [float(cell or "nan") for (cell,) in list(csv.reader(done.stdout.splitlines()))[1:]]
        assert found == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("content", "words"), [
    (b"PK\x03\x04" + bytes(50), "workbook or an archive. Save its table as a CSV file"),
    (b"\x1f\x8b\x08" + bytes(50), "workbook or an archive"), (b'[{"Dosis a": 1, "Tiefe b": 2}]', "no rows below"),
    (b"Dosis a, Tiefe b\n1,05, 2,5\n2,05, 3,5\n", "more cells than there are names")])
def test_the_program_says_what_it_cannot_read(content: bytes, words: str, tmp_path: Path) -> None:
    """A file of JSON gave a column without values, a workbook a list of its bytes, and 1,05 was 1."""
    (tmp_path / "formula.py").write_text(formula_python(PRODUCT, CONFIG), encoding="utf-8")
    (tmp_path / "own").write_bytes(content)
    done = subprocess.run([sys.executable, "formula.py", "own"], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
