"""Derived columns in the command line: the logistic map from a raw series, exported programs, predictions, refusals."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.restore import checked_config
from xnet.cli.main import main
from xnet.engine.networks.network import Network, Neuron
from xnet.exports.column_code import derived_call, derived_python
from xnet.exports.export import formula_python
from xnet.exports.languages import to_excel
from xnet.exports.table_code import READING
from xnet.runs.run import Run
from xnet.tables.column_conversion import Conversion, with_conversions
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.derivations import derivation, parse_derivations, with_derivations
from xnet.tables.reading import read_table


def logistic_map(rows: int) -> list[float]:
    x = [0.4]
    while len(x) < rows:
        x.append(3.7 * x[-1] * (1 - x[-1]))
    return x


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a raw series, and of the exported files of its search."""
    folder = tmp_path_factory.mktemp("map")
    (folder / "map.csv").write_text("x\n" + "".join(f"{x!r}\n" for x in logistic_map(200)))
    assert main(["discover", str(folder / "map.csv"), "--target", "x", "--derive", "previous(x)", "--steps", "1",
                 "--out", str(folder / "out")]) == 0
    return folder


def _predicted(text: str) -> list[float]:
    rows = list(csv.reader(text.splitlines()))
    at = rows[0].index("x by the formula") if "x by the formula" in rows[0] else 0
    return [float(row[at] or "nan") for row in rows[1:]]


def test_one_command_finds_the_logistic_map_and_its_files_read_the_raw_series(found: Path) -> None:
    tree = json.loads((found / "out" / "formula.json").read_text())
    assert tree["formula"]["text"] == "x = 3.7*(previous_x - previous_x**2)"
    series = found / "map.csv"
    assert main(["predict", str(found / "out" / "formula.json"), str(series), "--out", str(found / "p.csv")]) == 0
    program = subprocess.run([sys.executable, str(found / "out" / "formula.py"), str(series)], capture_output=True,
                             text=True, check=True).stdout
    for values in (_predicted((found / "p.csv").read_text()), _predicted(program)):
        np.testing.assert_allclose(values, [np.nan, *logistic_map(200)[1:]], rtol=1e-9)
    for name in ("formula.txt", "formula.tex", "formula.js", "formula_excel.txt"):
        assert "the value of \"x\" one row before, in the order of the file" in (found / "out" / name).read_text()
    assert "In row 3, copied down: =IF(ISNUMBER(A2),A2,NA())" in (found / "out" / "formula_excel.txt").read_text()
    assert "the value of x one row before" in (found / "out" / "report.html").read_text()


def test_the_notebook_derives_the_column_from_a_file(found: Path) -> None:
    cells = json.loads((found / "out" / "formula.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for file in ("None", repr(str(found / "map.csv"))):
        space: dict[str, Any] = {}
        exec("\n".join(code[:-1]).replace("FILE = None", f"FILE = {file}"), space)  # noqa: S102 - our own text
        np.testing.assert_allclose(space["residuals"], 0, atol=1e-9)
        assert len(space["residuals"]) == 199


def test_a_bundle_keeps_the_recipe(found: Path) -> None:
    run = Run(next((found / "out").glob("*/config.json")).parent)
    again = checked_config(read_bundle(make_bundle(run)), "new")
    assert again["derived"] == run.config["derived"] == {"previous_x": derivation("previous", "x").to_config()}


TEXT = "time;ball;height\n" + "".join(f"{t};{ball};{100 - k * t * t:.1f}\n".replace(".", ",") for k, ball in enumerate(
    "ab", start=1) for t in (3, 2, 1, 0, 4, 5))


@pytest.mark.parametrize("text", ["previous(height, 2)", "difference(height)", "mean(height, 3)", "rate(height)",
                                  "log(height)"])
def test_exported_programs_compute_what_the_search_used(text: str) -> None:
    table = read_table(TEXT)
    made = with_derivations(table, parse_derivations(table, [text], within="ball", order="time"))
    (name,) = made.derived
    space: dict[str, Any] = {}
    exec("import numpy as np\n" + READING + derived_python(made.derived), space)  # noqa: S102 - our own text
    _, rows, separator = space["read_rows"](TEXT.encode(), ["height"])
    space |= {"rows": rows, "separator": separator}
    exec(derived_call(made.derived).strip(), space)  # noqa: S102 - our own text
    np.testing.assert_allclose([row[name] for row in space["rows"]], made.frame[name])


def test_derived_columns_of_dates_are_computed_in_two_steps() -> None:
    text = "day,x\n" + "".join(f"2020-{m:02d}-01,{m * m}\n" for m in range(12, 0, -1))
    table = with_conversions(read_table(text), [Conversion("day", "days")])
    made = with_derivations(table, [derivation("rate", "x", order="day in days")])
    network = Network((Neuron("variable", (), 0),), (), 1)
    config = {"inputs": ["rate_of_x"], "target": "y", "source": "t.csv",
              "derived": {name: recipe.to_config() for name, recipe in made.derived.items()}}
    done = subprocess.run([sys.executable, "-c", formula_python(network, config)], input=text, capture_output=True,
                          text=True, check=True).stdout
    np.testing.assert_allclose(_predicted(done), made.frame["rate_of_x"])
    line = to_excel(network, ["rate_of_x"], "y", recipes_from_config(config), ["day", "x"])
    assert ('In row 3, where Y is the column "day in days", with the rows sorted by "day in days", copied down: '
            "=IF(COUNT(B2,B3)=2,(B3-B2)/(Y3-Y2),NA())") in line


@pytest.mark.parametrize(("options", "sentence"), [
    ([], "'x' is the only column of numbers that can be used: derive its previous value (--derive 'previous(x)')"),
    (["--derive", "previous(x, 200)"], "choose a number from 1 to 199"),
    (["--order", "x"], "--order is 'x', but no column is derived"),
    (["--derive", "previous(y)"], "has no column 'y' to derive another from"),
    (["--derive", "previous(x)", "--all-rows"], "--derive cannot be used with --all-rows")])
def test_refusals_are_one_sentence(found: Path, options: list[str], sentence: str,
                                   capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(found / "map.csv"), "--target", "x", "--steps", "1", *options]) == 2
    assert sentence in capsys.readouterr().err
