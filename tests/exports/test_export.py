"""What is taken away: every file stands alone, says the same as the network, and holds no surprises."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.runs.fakes import LADDER, use_fake
from xnet.cli.main import main
from xnet.drawings.charts import loss_svg, parity_svg, ticks
from xnet.drawings.svg import escape, network_svg
from xnet.engine import Network, Neuron
from xnet.exports.export import export_files, export_run, formula_python, front_csv, predictions_csv
from xnet.exports.report import held_out_words
from xnet.runs import RunError, create_run, execute
from xnet.runs.frames_file import read_frames
from xnet.runs.run import Run
from xnet.tables.csv_cells import harmless_cell

SVG = "{http://www.w3.org/2000/svg}"
EVIL = ["__import__('os').system('touch executed')", 'a"""\nimport os #', "</text><script>alert(1)</script>", "lambda",
        "2nd column", "größe\\", "{x}"]


def make_run(root: Path, names: tuple[str, str] = ("a", "b"), target: str = "y") -> Run:
    x = np.linspace(0.1, 3, 30)
    b = np.arange(30) * 0.618 % 1
    frame = pd.DataFrame({names[0]: x, names[1]: b, target: x**2 + b})
    return create_run(frame, target=target, inputs=list(names), source="a table", units={target: "m"}, root=root)


def searched(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that the stand-in for the engine has carried out."""
    use_fake(monkeypatch, steps=5)
    run = make_run(root)
    execute(run, commands=lambda: None)
    return run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return searched(tmp_path, monkeypatch)


def by_program(source: str, table: str, folder: Path, content: bytes | None = None) -> list[float]:
    """The predictions that an exported Python file makes for a CSV table, as a program of its own."""
    (folder / "formula.py").write_text(source, encoding="utf-8")
    (folder / "table.csv").write_bytes(table.encode("utf-8") if content is None else content)
    done = subprocess.run([sys.executable, "formula.py", "table.csv"], cwd=folder, capture_output=True, text=True,
                          check=True, timeout=60)
    return [float(row[0] or "nan") for row in list(csv.reader(io.StringIO(done.stdout)))[1:]]


def as_csv(names: list[str], rows: np.ndarray) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows.tolist()])
    return out.getvalue()


def test_all_files_are_made(run: Run, tmp_path: Path) -> None:
    paths = export_run(run, tmp_path / "deep" / "folder")

    assert [path.name for path in paths] == [
        "formula.txt", "formula.tex", "formula.ipynb", "formula.py", "formula_sympy.py", "formula_jax.py",
        "formula.js", "formula_excel.txt", "formula.json", "network.svg", "network.png", "network.graphml",
        "loss.svg", "loss.png",
        "front.svg", "front.png", "parity.svg", "parity.png", "residuals.svg", "residuals.png", "front.csv",
        "predictions.csv", "plots.html", "report.html"]
    assert paths[0].read_text() == "y = a**2 + b\n"
    assert all(path.stat().st_size for path in paths)
    assert not any(run.id in path.read_text("utf-8", "replace") for path in paths), "an id lets others steer the run"


def test_python_reproduces_the_predictions_as_a_program(run: Run, tmp_path: Path) -> None:
    data = run.data()
    values = by_program(export_files(run)["formula.py"], as_csv(list(data), data.to_numpy()), tmp_path)

    assert values == LADDER[-1].evaluate(data[["a", "b"]].to_numpy()).tolist()


def test_another_row_of_the_front_can_be_taken(run: Run, tmp_path: Path) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    files = export_files(run, snapshot["front"][0])

    assert files["formula.txt"] == "y = 3.5\n"
    data = run.data()
    assert by_program(files["formula.py"], as_csv(list(data), data.to_numpy()), tmp_path) == [3.5] * len(data)


@pytest.mark.parametrize("name", EVIL)
def test_names_are_data_in_python(name: str, tmp_path: Path) -> None:
    network = Network((Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("mul", (0, 1)),
                       Neuron("constant", (), 0), Neuron("sub", (2, 3))), (-0.1,), 2)
    config = {"inputs": [name, "b"], "target": name + "!", "source": name, "id": "i" * 16}
    rows = np.array([[1.5, 2.0], [-3.0, 0.25]])

    values = by_program(formula_python(network, config), as_csv([name, "b"], rows), tmp_path)

    assert values == network.evaluate(rows).tolist()
    assert not (tmp_path / "executed").exists()


def test_the_program_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        by_program(export_files(run)["formula.py"], "a,c\n1,2\n", tmp_path)

    assert "The table lacks the columns ['b']; it has ['a', 'c']." in caught.value.stderr
    assert "Traceback" not in caught.value.stderr


def test_json_brings_the_network_back(run: Run) -> None:
    tree = json.loads(export_files(run)["formula.json"])

    assert Network.from_json(tree["formula"]["network"]) == LADDER[-1]
    assert tree["formula"]["text"] == "y = a**2 + b"
    assert (tree["run"]["target"], tree["run"]["units"], tree["rows_train"]) == ("y", {"y": "m"}, 24)
    data = run.data()
    assert tree["ranges"] == {name: [data[name].min(), data[name].max()] for name in ("a", "b")}


def test_predictions_stand_beside_the_rows(run: Run) -> None:
    table = pd.read_csv(io.StringIO(export_files(run)["predictions.csv"]))

    assert list(table) == ["a", "b", "y", "y by the formula", "rows", "row of the table"]
    np.testing.assert_allclose(table["y by the formula"], table["a"] ** 2 + table["b"], rtol=1e-15)
    assert list(table["rows"]) == ["held out"] * 6 + ["training"] * 24
    assert list(table["row of the table"]) == list(range(1, 31))


def test_the_rows_that_a_search_never_saw_are_marked(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    problem = run.problem()
    text = predictions_csv(run, np.full(30, np.nan), problem.holdout_index)
    table = pd.read_csv(io.StringIO(text))

    assert problem.holdout is not None
    assert sorted(table.loc[table["rows"] == "held out", "y"]) == sorted(problem.holdout.y)
    assert sorted(table.loc[table["rows"] == "training", "y"]) == sorted(problem.train.y)
    assert table["y by the formula"].isna().all()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_names_in_tables_start_no_formula(start: str, tmp_path: Path) -> None:
    run = make_run(tmp_path, (f"{start}a", "b"), f"{start}y")
    head = next(csv.reader(io.StringIO(predictions_csv(run, np.zeros(30), np.zeros(0, int)))))
    keys = ("complexity", "n_parameters", "r2_train", "r2_holdout", "loss", "loss_holdout")
    front = front_csv([dict.fromkeys(keys, 1.0) | {"text": f"{start}y = b"}])

    assert head == [f"'{start}a", "b", f"'{start}y", f"'{start}y by the formula", "rows", "row of the table"]
    assert list(csv.reader(io.StringIO(front)))[1][-1] == f"'{start}y = b"


def test_a_unit_in_the_column_name_is_not_written_twice() -> None:
    assert "predicted speed (m/s)" in texts(parity_svg([1.0], [1.0], target="speed (m/s)", unit="m/s"))
    assert "predicted speed [m/s]" in texts(parity_svg([1.0], [1.0], target="speed", unit="m/s"))


def test_a_cell_is_no_formula_for_a_spreadsheet() -> None:
    assert [harmless_cell(name) for name in ("=1+1", "+a", "-b", "@c", "a=b", "x")] == [
        "'=1+1", "'+a", "'-b", "'@c", "a=b", "x"]


def test_a_run_keeps_every_best_network_for_the_replay(run: Run) -> None:
    frames = read_frames(run)

    assert [Network.from_json(frame["net"]["network"]) for frame in frames] == list(LADDER)
    assert [frame["step"] for frame in frames] == [0, 1, 2, 3]
    assert [frame["reason"] for frame in frames] == ["", "rung 1", "rung 2", "rung 3"]


def test_a_run_is_exported_on_the_command_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XNET_RUNS", str(run.folder.parent))

    assert main(["export", run.id, str(tmp_path / "taken")]) == 0
    assert (tmp_path / "taken" / "formula.txt").read_text() == "y = a**2 + b\n"
    assert str(tmp_path / "taken" / "report.html") in capsys.readouterr().out.splitlines()
    assert main(["export", "x" * 20, str(tmp_path / "none")]) == 2
    assert "There is no run" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_export_before_the_first_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no network yet"):
        export_files(make_run(tmp_path))


def test_export_to_a_folder_without_permission_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="choose a folder that you may write to"):
        export_run(run, tmp_path / "file")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own text


def test_the_network_drawing_shows_every_neuron_and_edge(run: Run) -> None:
    svg = export_files(run)["network.svg"]
    root = ET.fromstring(svg)  # noqa: S314 - our own text

    assert len(root.findall(f"{SVG}rect")) == 1 + len(LADDER[-1].neurons)
    assert len(root.findall(f"{SVG}path")) == sum(len(neuron.children) for neuron in LADDER[-1].neurons)
    assert texts(svg) == ["y", "a", "x²", "b", "+", "y = a² + b"]


@pytest.mark.slow
@pytest.mark.parametrize("name", EVIL)
def test_names_are_data_in_drawings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=5)
    run = make_run(tmp_path, (name, "b"), name + "?")
    execute(run, commands=lambda: None)
    files = export_files(run)

    for file in ("network.svg", "loss.svg", "front.svg", "parity.svg", "residuals.svg"):
        kinds = {element.tag.removeprefix(SVG) for element in ET.fromstring(files[file]).iter()}  # noqa: S314 - ours
        assert kinds <= {"svg", "title", "desc", "rect", "path", "polyline", "circle", "text", "g"}
    assert name + "?" in texts(files["network.svg"])


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert escape("a\x00b\x1b[2J<&\"\ud800é😀") == "ab[2J&lt;&amp;&quot;é😀"


def test_operands_are_numbered_where_they_cannot_trade_places() -> None:
    quotient = Network((Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("div", (0, 1))), (), 2)
    net = {"network": quotient.to_json(), "layout": [[0, 0], [0, 1], [1, 0.5]], "labels": ["a", "b", "÷"]}

    assert texts(network_svg(net, target="y")) == ["1", "2", "y", "a", "b", "÷"]
    assert "<desc>1 neuron, 2 columns, from the inputs" in network_svg(net, target="y"), "as the page counts"


def test_the_loss_curve_survives_what_a_search_gives() -> None:
    svg = loss_svg([[0.1, 1.0, None], [0.2, 0.0, float("inf")], [3.0, 1e-40, 1e-3]])

    assert {"1", "10⁻³²", "training rows", "held-out rows"} <= set(texts(svg))
    points = [element.get("points", "") for element in ET.fromstring(svg).iter(f"{SVG}polyline")]  # noqa: S314 - ours
    assert np.isfinite([float(v) for line in points for v in line.replace(",", " ").split()]).all()
    assert "seconds of searching" in loss_svg([])


def test_parity_leaves_out_what_is_not_finite_and_says_so() -> None:
    svg = parity_svg([1, 2, 3, 4], [1, np.nan, 3, np.inf], target="power", unit="W")

    assert svg.count("<circle") == 2
    assert "2 rows without a finite value are left out." in svg
    assert "predicted power [W]" in texts(svg)
    assert "<circle" in parity_svg([5.0], [5.0], target="one row")


@pytest.mark.parametrize(("low", "high", "expected"), [
    (0, 10, [0, 2, 4, 6, 8, 10]), (0.13, 0.58, [0.2, 0.3, 0.4, 0.5]), (-1e-9, 1e-9, [-1e-9, -5e-10, 0, 5e-10, 1e-9]),
    (99_000, 101_000, [99_000, 99_500, 100_000, 100_500, 101_000]),
])
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected, rel=1e-12, abs=1e-24)


def test_report_and_json_say_how_rows_were_held_out_and_weighed(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=5)
    frame = pd.DataFrame({"a": np.linspace(0.1, 3, 30), "b": np.arange(30) * 0.6 % 1, "w": [1.0, 2.0] * 15,
                          "lab": ["x<", "y", "z"] * 10})
    run = create_run(frame.assign(y=frame["a"] ** 2), target="y", inputs=["a", "b"], source="t", root=tmp_path,
                     split={"kind": "group", "column": "lab"}, weight={"kind": "weight", "column": "w"},
                     fill_gaps=True)
    execute(run, commands=lambda: None)
    files = export_files(run)
    report, described = str(files["report.html"]), json.loads(files["formula.json"])["run"]
    assert "whole groups of lab held out, about 20 % of the rows" in report
    assert report.count("rows weighted by w") == 3, "beside both scores, and in the table of the data"
    assert "filled with the column" in report
    with_constant = str(export_files(run, run.snapshot()["front"][2])["report.html"])
    assert "their variance falls as the weights of the rows rise" in with_constant, "the rows have weights"
    assert "of equal size" not in with_constant
    assert (described["split"], described["weight"], described["fill_gaps"]) == (
        {"kind": "group", "column": "lab"}, {"kind": "weight", "column": "w"}, True)


def test_a_program_has_no_line_without_an_effect(run: Run) -> None:
    assert "rows = rows" not in export_files(run)["formula.py"]


@pytest.mark.parametrize(("kind", "held", "words"), [
    ("random", 6, "20 % of the rows held out"), ("group", 15, "whole groups of lab held out, about 50 % of the rows"),
    ("order", 0, "no rows held out")])
def test_the_rows_held_out_are_those_that_were(kind: str, held: int, words: str) -> None:
    config = {"holdout_fraction": 0.2, "split": {"kind": kind, "column": "lab" if kind == "group" else None}}
    assert held_out_words({"rows_train": 30 - held, "rows_holdout": held}, config) == words
    assert held_out_words({"rows_train": 14, "rows_holdout": 0}, config) == "no rows held out (fewer than 20)"
