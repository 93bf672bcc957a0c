"""Predictions for new rows: columns by name, gaps, ranges, undefined values, and the file that is taken away."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.ui.fake_run import play
from xnet import runs
from xnet.cli.main import main
from xnet.cli.predict import _row_of_run
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network, Neuron
from xnet.prediction.new_rows import predict, predict_table, predicted_csv, read_rows, wanted_columns
from xnet.prediction.predictor import REMARKS, TYPICAL_ERROR, Predictor, predictor_from_run, read_predictor
from xnet.runs import Run, RunError
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.limits import TableError

#: sqrt(distance): reads the first of two inputs.
ROOT = Network((Neuron("variable", (), 0), Neuron("sqrt", (0,))), (), 2)
PREDICTOR = Predictor(ROOT, ("distance", "mass"), "period", np.array([1.0, 0.0]), np.array([100.0, 1.0]))


def test_only_the_inputs_that_the_formula_reads_are_needed() -> None:
    result = predict(PREDICTOR, pd.DataFrame({"name": ["a", "b"], "distance": [4, 9]}))
    assert result.values.tolist() == [2.0, 3.0]
    assert list(result.frame.columns) == ["name", "distance", "period by the formula", REMARKS]
    assert result.remarks == ("", "")
    assert result.report == ()


def test_gaps_ranges_and_undefined_values_are_reported_row_by_row() -> None:
    result = predict(PREDICTOR, pd.DataFrame({"distance": [np.nan, -4.0, 400.0, 25.0, 100.0]}))
    np.testing.assert_array_equal(result.values, [np.nan, np.nan, 20.0, 5.0, 10.0])
    assert result.remarks == (
        "distance is missing",
        "distance is below the rows of the search (1 to 100); the formula has no value here",
        "distance is above the rows of the search (1 to 100)", "", "")
    assert [sentence.partition(" ha")[0] for sentence in result.report] == ["2 rows", "One row", "One row"]


def test_the_sheet_of_a_workbook_that_has_the_columns_is_read() -> None:
    """The first sheet holds notes, the second another table; a column has the name of the file or of the search."""
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"Notes": ["Prepared by finance"]}).to_excel(writer, sheet_name="Read me", index=False)
        pd.DataFrame({"mass": [1.0, 2.0], "depth": [4, 9]}).to_excel(writer, sheet_name="Depths", index=False)
        pd.DataFrame({"Way": [16, 25]}).to_excel(writer, sheet_name="Ways", index=False)
    predictor = replace(PREDICTOR, renamed={"distance": "way"})
    table = read_rows(book.getvalue(), "new.xlsx", wanted_columns(predictor))
    assert table.sheet == "Ways"
    result = predict_table(replace(PREDICTOR, renamed={"distance": "Way"}), table, "new.xlsx")
    assert result.values.tolist() == [4.0, 5.0]
    assert result.report[0] == "Read the sheet 'Ways'; the workbook has 3."
    assert read_rows(book.getvalue(), "new.xlsx", [("nowhere",)]).sheet == "Read me"


@pytest.mark.parametrize("others", [["4"], ["4"] * 19], ids=["a short column", "a long one"])
def test_text_is_not_called_missing(others: list[str]) -> None:
    """In a short column the reader keeps text as it is, in a long one a single word becomes a gap."""
    cells = ["9", "abc", "", *others]
    table = read_rows("mass,Distance\n" + "".join(f"1,{cell}\n" for cell in cells))
    result = predict(PREDICTOR, table.frame, "new.csv", unread=table.unread)
    assert result.remarks[:3] == ("", "distance is text ('abc')", "distance is missing")
    assert result.report[-2:] == (
        "One row has no prediction, as there is text where a number is needed: row 2, 'distance' ('abc').",
        "One row has no prediction, as a value is missing there.")


def test_an_infinite_value_is_not_called_missing() -> None:
    result = predict(PREDICTOR, pd.DataFrame({"distance": [np.inf, 25.0, np.nan]}), "new.csv")
    assert result.remarks == ("distance is larger than any number that can be computed with", "", "distance is missing")
    assert result.report == ("2 rows have no prediction, as a value is missing or too large there.",)


@pytest.mark.parametrize("word", ["", "abc"], ids=["numbers", "with text, so that the column stays text"])
def test_a_number_too_large_for_a_computer_is_not_called_missing(word: str) -> None:
    table = read_rows(f"mass,Distance\n1,25\n1,-1e400\n1,\n1,{word}\n")
    result = predict_table(PREDICTOR, table, "new.csv")
    assert result.remarks[:3] == ("", "distance is too large a number ('-1e400')", "distance is missing")
    assert ("One row has no prediction, as a number is too large for a computer, whose numbers end at 1.8e308: line 3, "
            "'distance' ('-1e400').") in result.report
    assert not any("missing or" in sentence for sentence in result.report)


def test_the_report_names_lines_that_are_no_rows() -> None:
    table = read_rows("Messung 7;;\nmass;distance\n1;9\n2;25\nSumme;34\n")
    found = predict_table(PREDICTOR, table, "new.csv")
    np.testing.assert_array_equal(found.values, [3.0, 5.0])
    assert found.report[0] == "Skipped 1 line above the numbers: line 1."
    assert found.report[1] == "Left out at the end: 'Summe' in line 5, which summarises the rows above."


def test_a_value_that_was_rounded_for_the_screen_is_no_extrapolation() -> None:
    predictor = Predictor(ROOT, ("distance", "mass"), "period", np.array([1.23456, 0.0]), np.array([100.0, 1.0]))
    assert predict(predictor, pd.DataFrame({"distance": [1.2346 - 1e-4, 1.0]})).remarks[0] == ""
    assert "below" in predict(predictor, pd.DataFrame({"distance": [1.0]})).remarks[0]


def test_names_are_found_however_they_are_spelt() -> None:
    result = predict(PREDICTOR, pd.DataFrame({" Distance": [4.0]}))
    assert result.values.tolist() == [2.0]
    assert "' Distance' was taken for 'distance'" in result.report[0]
    with pytest.raises(TableError, match="lacks the column 'distance'"):  # two are alike: which one is not ours to say
        predict(PREDICTOR, pd.DataFrame({"Distance": [4.0], "DISTANCE": [5.0]}))


@pytest.mark.parametrize(("frame", "says"), [
    (pd.DataFrame({"distanze": [1.0]}), "Is it 'distanze'"),
    (pd.DataFrame({"speed": [1.0]}), "Its other columns are 'speed'"),
    (pd.DataFrame(index=[0]), "Add it"),
    (pd.DataFrame({"distance": ["far", "near"]}), "text \\(for example 'far'\\)"),
    (pd.DataFrame({"distance": ["", ""]}), "is empty"),
])
def test_a_missing_column_is_named_in_a_sentence(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(TableError, match=says):
        predict(PREDICTOR, frame, "new.csv")


def test_a_formula_without_inputs_says_the_same_of_every_row() -> None:
    constant = Predictor(Network((Neuron("constant", (), 0),), (2.5,), 1), ("x",), "y")
    assert predict(constant, pd.DataFrame({"z": [1, 2]})).values.tolist() == [2.5, 2.5]


def test_the_file_holds_every_digit_and_nothing_that_a_spreadsheet_computes() -> None:
    frame = pd.DataFrame({"=cmd": ["=1+1", "@x", "plain"], "distance": [0.1 + 0.2, 1e-300, np.nan], "n": [1, 2, 3],
                          REMARKS: ["+a", "b,c", 'd"e']})
    result = predict(PREDICTOR, frame)
    header, *rows = csv.reader(io.StringIO(predicted_csv(result)))
    assert header == ["'=cmd", "distance", "n", REMARKS, "period by the formula", f"{REMARKS} 2"]
    assert [row[0] for row in rows] == ["'=1+1", "'@x", "plain"]
    assert [row[3] for row in rows] == ["'+a", "b,c", 'd"e']
    assert float(rows[0][1]) == 0.1 + 0.2
    assert float(rows[0][4]) == np.sqrt(0.1 + 0.2)
    assert rows[2][1] == rows[2][4] == ""
    assert rows[0][2] == "1"


def test_one_column_is_enough_to_predict_from() -> None:
    assert read_rows("distance\n4\n9\n").frame["distance"].tolist() == [4, 9]
    words = read_rows("name;kind\na;b\nc;d\n", "words.csv")
    with pytest.raises(TableError, match=r"words\.csv lacks the column 'distance' that the formula reads"):
        predict(PREDICTOR, words.frame, words.name)


def test_one_cell_that_is_no_number_costs_one_prediction() -> None:
    table = read_rows("distance\n4\n9\nabc\n16\n", "new.csv")
    result = predict(PREDICTOR, table.frame, table.name, unread=table.unread, rows=table.row_names)
    assert np.isfinite(result.values).tolist() == [True, True, False, True]
    assert result.remarks[2] == "distance is text ('abc')"
    assert ("One row has no prediction, as there is text where a number is needed: line 4, 'distance' ('abc')."
            in result.report)
    negative = read_rows("distance\n-4\n=9\n")
    written = predicted_csv(predict(PREDICTOR, negative.frame)).splitlines()
    assert [row.split(",")[0] for row in written[1:]] == ["-4", "'=9"], "a number is no formula of a spreadsheet"


def test_decimal_commas_of_a_column_with_text_are_read_alike() -> None:
    table = read_rows("distance;mass\n66,2417;1\n121,846;1\n1.234,5;1\nbroken;1\n", "new.csv")
    result = predict(PREDICTOR, table.frame, table.name, unread=table.unread, rows=table.row_names)
    np.testing.assert_allclose(result.values[:3] ** 2, [66.2417, 121.846, 1234.5])


def test_a_pole_between_the_rows_of_the_search_and_a_new_row_is_said() -> None:
    pole = read_formula("1/(distance - 3)", ("distance",))
    predictor = Predictor(pole, ("distance",), "y", np.array([4.0]), np.array([9.0]))
    result = predict(predictor, pd.DataFrame({"distance": [5.0, 3.5, 2.0, 10.0]}))
    said = ["may have a pole" in remark for remark in result.remarks]
    assert said == [False, False, True, False]
    assert any(sentence.startswith("One row has a prediction although the formula may have a pole")
               for sentence in result.report)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "runs"))
    x = np.linspace(1, 30, 40)
    table = pd.DataFrame({"distance": x, "mass": x[::-1] ** 2, "period": x**1.5})
    made = runs.create_run(table, target="period", inputs=["distance", "mass"], source="a table")
    play(made, state="finished", stop_reason="budget")
    return made


def test_the_range_is_that_of_all_rows_held_out_ones_too(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    problem = run.problem()
    assert problem.holdout is not None
    held = problem.holdout.columns.copy()
    held[0] = 99.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "problem", lambda _: replace(problem, holdout=replace(problem.holdout, columns=held)))
        assert predictor_from_run(run, snapshot["best"]).range_of("distance") == (problem.train.columns[0].min(), 99.0)


def test_the_command_line_predicts(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.csv").write_text("distance,name\n4,a\n900,b\n")
    assert main(["predict", run.id, str(tmp_path / "new.csv")]) == 0
    captured = capsys.readouterr()
    rows = list(csv.reader(io.StringIO(captured.out)))
    assert rows[0] == ["distance", "name", "line of the file", "period by the formula", TYPICAL_ERROR, REMARKS]
    assert [row[2] for row in rows[1:]] == ["2", "3"]
    assert float(rows[1][3]) == pytest.approx(8, rel=1e-3)
    assert "above" in rows[2][5]
    assert "outside the rows of the search" in captured.err
    problem, snapshot = run.problem(), run.snapshot()
    assert problem.holdout is not None
    assert snapshot is not None
    errors = Network.from_json(snapshot["best"]["network"]).evaluate(problem.holdout.columns.T) - problem.holdout.y
    rmse = float(np.sqrt((errors**2).mean()))
    assert [float(row[4]) for row in rows[1:]] == pytest.approx([rmse, rmse])
    assert f"Typical error: {rmse:.3g} (root mean square error in {len(errors)} held-out rows)." in captured.err

    assert main(["export", run.id, str(tmp_path / "files")]) == 0
    formula, out = tmp_path / "files" / "formula.json", tmp_path / "out.csv"
    assert main(["predict", str(formula), str(tmp_path / "new.csv"), "--out", str(out)]) == 0
    found = list(csv.reader(io.StringIO(out.read_text())))
    assert found == rows, "the file has the ranges and the typical error"

    tree = json.loads(formula.read_text())
    for ranges in (None, [], {"distance": ["a", 3]}, {"distance": [5, 1]}, {"distance": [None, 1e999]}):
        formula.write_text(json.dumps(tree | {"ranges": ranges}))  # as older files, or edited
        capsys.readouterr()
        assert main(["predict", str(formula), str(tmp_path / "new.csv"), "--out", str(out)]) == 0
        assert "The range of 'distance' in the rows of the search is unknown" in capsys.readouterr().err
        assert [row[2] for row in csv.reader(io.StringIO(out.read_text()))] == [row[2] for row in rows]
    for error in (None, [], {"rmse": 1}, {"rmse": float("inf"), "rows": 3, "where": "held-out rows"}):
        formula.write_text(json.dumps(tree | {"typical_error": error}))  # as older files, or edited
        assert main(["predict", str(formula), str(tmp_path / "new.csv"), "--out", str(out)]) == 0
        assert TYPICAL_ERROR not in out.read_text()


def test_of_several_formulas_of_a_complexity_the_best_one_predicts(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    best = snapshot["best"]
    worse = [{**best, "text": "worse", "loss": 1.0}, {**best, "complexity": 99, "loss": 0.9},
             {**best, "complexity": 99, "text": "better", "loss": 0.1}]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "snapshot", lambda _: snapshot | {"front": [*worse, *snapshot["front"]]})
        assert _row_of_run(run.id, best["complexity"])[1] == best
        assert _row_of_run(run.id, 99)[1]["text"] == "better"


@pytest.mark.parametrize(("arguments", "says"), [
    (["{run}", "missing.csv"], "no file"), (["{run}", "{table}", "--complexity", "77"], "no formula of complexity 77"),
    (["not a run", "{table}"], "'not a run' is no file, and no run id"),
    (["/", "{table}"], "'/' is a folder, and no run id"), (["{table}", "{table}"], "contains no formula"),
    (["{run}", "{table}", "--out", "/nowhere/at/all.csv"], "cannot be written"),
])
def test_the_command_line_says_what_is_wrong(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                             arguments: list[str], says: str) -> None:
    (tmp_path / "new.csv").write_text("distance,name\n4,a\n")
    assert main(["predict", *(a.format(run=run.id, table=tmp_path / "new.csv") for a in arguments)]) == 2
    message = capsys.readouterr().err.strip()
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"formula": {"network": {}}, "run": {"inputs": ["x"]}}'])
def test_a_file_that_holds_no_formula_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formula.json"
    path.write_text(text)
    with pytest.raises(RunError, match="contains no formula"):
        read_predictor(path)


def test_a_formula_that_reads_more_than_the_file_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "formula.json"
    path.write_text(json.dumps({"formula": {"network": ROOT.to_json()}, "run": {"inputs": ["x"], "target": "y"}}))
    with pytest.raises(RunError, match="contains no formula"):
        read_predictor(path)


@pytest.mark.parametrize("key", ["derived", "made"])
def test_recipes_are_read_under_their_present_and_their_earlier_name(tmp_path: Path, key: str) -> None:
    path = tmp_path / "formula.json"
    recipe = ColumnRecipe("colour", "labels", "red", ("blue", "red"))
    path.write_text(json.dumps({"formula": {"network": ROOT.to_json()}, "run": {
        "inputs": [f"x{i}" for i in range(ROOT.n_inputs)], "target": "y", key: {"x0": recipe.to_config()}}}))

    assert read_predictor(path).derived == {"x0": recipe}


def test_a_name_that_was_not_in_the_search_is_reported_once_for_all_columns_made_of_its_text() -> None:
    kinds = ("blue", "green", "red")
    names = ("colour is blue", "colour is red")
    recipes = {name: ColumnRecipe("colour", "labels", name.split()[-1], kinds) for name in names}
    predictor = Predictor(read_formula("`colour is blue` + 2*`colour is red`", names), names, "y", derived=recipes)
    result = predict_table(predictor, read_rows(b"colour,n\nred,1\npink,2\nblue,3\n", "new.csv", names), "new.csv")
    assert result.values.tolist()[::2] == [2.0, 1.0]
    assert sum("a name that was not in the search" in sentence for sentence in result.report) == 1
