"""New groups of a formula: their own constants, rows that are not used, the file, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.cli.main import main
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.errors import XNetError
from xnet.evidence.typical_error import TypicalError
from xnet.prediction.calibration import calibrate
from xnet.prediction.new_rows import predict
from xnet.prediction.predictor import TYPICAL_ERROR, Predictor, read_predictor
from xnet.tables.column_recipes import GROUPS, ColumnRecipe

#: y = a[tree] x + 2
NETWORK = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)), Neuron("number", (), 2),
                   Neuron("add", (2, 3))), (), 2, own=OwnConstants(1, ((2.0, 5.0),), ("fir", "oak")))
RECIPE = ColumnRecipe("tree", GROUPS, labels=("fir", "oak"))
PREDICTOR = Predictor(NETWORK, ("x", "tree_group"), "y", np.array([1.0, 0.0]), np.array([3.0, 1.0]),
                      {"tree_group": RECIPE}, {"x": "width"})
ROWS = pd.DataFrame({"width": [1.0, 2.0, 3.0, 1.0, None, 2.0], "tree": ["elm", "elm", "elm", "oak", "elm", "ash"],
                     "y": [9.0, 16.0, 23.0, 7.0, 1.0, 4.0]})


def test_every_new_group_gets_constants_and_known_ones_keep_theirs() -> None:
    done = calibrate(PREDICTOR, ROWS)
    assert [group.describe() for group in done.groups] == [
        "elm: a = 7, fitted to 3 rows, R² 1.", "ash: a = 1, fitted to 1 row."]
    assert done.report == ("1 of 6 rows have gaps and were left out.",
                           "1 of 6 rows belong to groups that are known and were left out.")
    rows = pd.DataFrame({"x": [2.0] * 4, "tree": ["fir", "oak", "elm", "ash"]})
    result = predict(done.predictor, rows)
    assert result.values == pytest.approx([6, 12, 16, 4])
    assert result.remarks == ("", "", "", ""), "the new groups are no values out of range"
    before = predict(PREDICTOR, rows)
    assert before.remarks[2] == "tree 'elm' was not in the search (it had 'fir', 'oak')"
    assert ("2 rows have no prediction, as 'tree' is a name that was not in the search: row 3, 'tree' ('elm'), row 4, "
            "'tree' ('ash'). Known are 'fir', 'oak'. To add a group, fit its own constants to a few of its rows (the "
            "command calibrate, or the page Predict)." in before.report)
    assert not any("missing" in sentence for sentence in before.report)


@pytest.mark.parametrize(("rows", "label", "sentence"), [
    (ROWS.assign(tree="oak"), "", "has no row of a new group with all values: the formula knows 'fir', 'oak'."),
    (ROWS, "oak", "has no row of a new group"), (ROWS.drop(columns="tree"), "", "lacks the column 'tree'"),
    (ROWS.drop(columns="y"), "", "lacks the column 'y'"), (ROWS.assign(y="tall"), "", "'y' of The table is text")])
def test_what_cannot_be_calibrated_is_one_sentence(rows: pd.DataFrame, label: str, sentence: str) -> None:
    with pytest.raises(XNetError, match=sentence):
        calibrate(PREDICTOR, rows, label=label)
    with pytest.raises(XNetError, match="no constants of groups, so there is nothing to calibrate"):
        calibrate(Predictor(Network((Neuron("variable", (), 0),), (), 1), ("x",), "y"), rows)


def test_the_command_writes_a_formula_that_predict_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = {"formula": {"text": "y = a[tree_group]*x + 2", "network": NETWORK.to_json()},
            "run": {"target": "y", "inputs": ["x", "tree_group"], "derived": {"tree_group": RECIPE.to_config()}},
            "ranges": {"x": [1.0, 3.0], "tree_group": [0.0, 1.0]}}
    formula, table, out = tmp_path / "formula.json", tmp_path / "elm.csv", tmp_path / "more.json"
    formula.write_text(json.dumps(tree))
    table.write_text("x,y\n1,9\n2,16\n")
    assert main(["calibrate", str(formula), str(table), "--group", "elm", "--out", str(out)]) == 0
    assert "elm: a = 7, fitted to 2 rows" in capsys.readouterr().err
    known = read_predictor(out)
    assert known.network.own == OwnConstants(1, ((2.0, 5.0, 7.0),), ("fir", "oak", "elm"))
    assert known.range_of("tree_group") == (0.0, 2.0)
    assert main(["calibrate", str(formula), str(table)]) == 2
    assert "lacks the column 'tree'" in capsys.readouterr().err


def test_the_typical_error_of_the_search_is_not_that_of_a_new_group() -> None:
    known = replace(PREDICTOR, typical_error=TypicalError(0.5, 8, "held-out rows"))
    done = calibrate(known, ROWS)
    found = predict(done.predictor, pd.DataFrame({"x": [2.0] * 4, "tree": ["fir", "oak", "elm", "ash"]}))
    assert found.frame[TYPICAL_ERROR].tolist() == pytest.approx([0.5, 0.5, np.nan, np.nan], nan_ok=True)
    tree = done.formula_json({"formula": {}, "run": {"derived": {}}})["typical_error"]
    assert tree == {"rmse": 0.5, "rows": 8, "where": "held-out rows", "groups": 2}
    assert done.predictor.typical_error is not None
    assert "; unknown for groups that were added" in done.predictor.typical_error.describe()
