"""Which rows are held out and how rows are weighed: the choices, in a run's folder, and on the command line."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnet.cli.main import main
from xnet.config.run_options import table_options
from xnet.errors import DataError
from xnet.exports.records import predictions_csv
from xnet.prediction.user_formula import rows_of
from xnet.runs import create_run, list_runs, open_run
from xnet.runs.data_file import read_columns, single_line_cells
from xnet.tables.holdout import Split, SplitError
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.weights import Weight, WeightError

NAMES = np.array([f"g{k // 10}" for k in range(100)])


def table(n: int = 100) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.permutation(n).astype(float)
    return pd.DataFrame({"x": x, "z": rng.normal(size=n), "y": x**2, "place": [f'"a, b" {k // 10}\n' for k in range(n)],
                         "sigma": rng.uniform(0.5, 2, n), "k": np.repeat(np.arange(n // 10), 10)})


def test_the_last_rows_are_held_out_by_order():
    held = Split("order").held_out(None, n=50, fraction=0.2, seed=0)
    assert held is not None
    assert np.flatnonzero(held).tolist() == list(range(40, 50))


def test_the_largest_values_are_held_out_by_range_and_equal_ones_stay_together():
    values = np.array([5.0] * 3 + list(np.arange(27.0)))
    held = Split("range", "x").held_out(values, n=30, fraction=0.1, seed=0)
    assert held is not None
    assert sorted(values[held]) == [24, 25, 26]
    ties = Split("range", "x").held_out(np.array([1.0] * 21 + [2.0] * 9), n=30, fraction=0.1, seed=0)
    assert ties is not None
    assert ties.sum() == 9
    below = Split("range", "x").held_out(np.array([0.0] * 20 + [1.0] * 8 + [2.0] * 2), n=30, fraction=0.1, seed=0)
    assert below is not None
    assert below.sum() == 2, "two rows are nearer to three than ten"


@given(st.lists(st.integers(0, 6), min_size=20, max_size=60), st.sampled_from([0.05, 0.2, 0.5]), st.integers(0, 9),
       st.sampled_from(["range", "group"]))
@settings(max_examples=80, deadline=None)
def test_a_split_parts_the_rows_and_never_a_group_or_equal_values(values, fraction, seed, kind):
    column = np.array(values, dtype=float)
    split = Split(kind, "c")
    if len(set(values)) == 1:
        with pytest.raises(SplitError, match="a single value"):
            split.held_out(column, n=len(column), fraction=fraction, seed=seed)
        return
    held = split.held_out(column, n=len(column), fraction=fraction, seed=seed)
    assert held is not None
    assert 0 < held.sum() < len(held)
    assert not set(column[held]) & set(column[~held])
    if kind == "range":
        assert column[held].min() > column[~held].max()


def test_groups_come_near_to_the_share_and_depend_on_the_seed():
    held = [Split("group", "g").held_out(NAMES, n=100, fraction=0.3, seed=seed) for seed in range(6)]
    assert all(h is not None and h.sum() == 30 for h in held)
    assert len({tuple(h.tolist()) for h in held if h is not None}) > 1


@pytest.mark.parametrize(("config", "says"), [
    ({"kind": "date"}, "'date'; expected one of random, order, range, group"), ({"kind": "group"}, "needs a column"),
    ({"kind": "range", "column": ""}, "needs a column"), ("order", "expected a kind")])
def test_a_split_that_cannot_be_is_refused(config, says):
    with pytest.raises(SplitError, match=says):
        Split.from_config(config)


@pytest.mark.parametrize("text", ["", "last", "order:x", "range", "group:", "random:"])
def test_the_command_line_names_what_it_expects(text):
    with pytest.raises(SplitError):
        Split.parse(text)
    assert Split.parse("group:a:b") == Split("group", "a:b")


@pytest.mark.parametrize("n", [19, 30])
def test_without_enough_rows_or_a_share_nothing_is_held_out(n):
    assert (Split("order").held_out(None, n=n, fraction=0.2, seed=0) is None) == (n < 20)
    assert Split("order").held_out(None, n=30, fraction=0.0, seed=0) is None


SPLITS: dict[str, Any] = {"order": {"kind": "order"}, "range": {"kind": "range", "column": "z"},
                          "group of text": {"kind": "group", "column": "place"},
                          "group of numbers": {"kind": "group", "column": "k"},
                          "range of an input": {"kind": "range", "column": "x"}}


@pytest.mark.parametrize("case", SPLITS)
def test_a_run_keeps_its_split_whatever_column_it_goes_by(case, tmp_path: Path):
    data, config = table(), SPLITS[case]
    run = create_run(data, target="y", inputs=["x"], source="t", split=config, holdout_fraction=0.3, root=tmp_path)
    first, again = run.problem(), open_run(run.id, tmp_path).problem()
    held = first.holdout_index
    assert len(held) == 30
    np.testing.assert_array_equal(held, again.holdout_index)
    np.testing.assert_array_equal(first.holdout.columns[0], data["x"].to_numpy()[held])
    np.testing.assert_array_equal(held, rows_of(run).holdout_index)
    assert run.data().columns.tolist() == ["x", "y"]
    by = config.get("column")
    if case.startswith("group"):
        assert not set(data[by].iloc[held]) & set(data[by].drop(index=held))
    elif by:
        assert data[by].iloc[held].min() > data[by].drop(index=held).max()


def test_at_random_is_what_it_always_was(tmp_path: Path):
    run = create_run(table(), target="y", inputs=["x"], source="t", seed=4, root=tmp_path)
    held = np.sort(np.random.default_rng(4).permutation(100)[:20])
    np.testing.assert_array_equal(run.problem().holdout_index, held)


@pytest.mark.parametrize(("options", "says"), [
    ({"split": {"kind": "group", "column": "gone"}}, "no column 'gone'"),
    ({"split": {"kind": "range", "column": "place"}}, "does not hold a number in every row"),
    ({"weight": {"kind": "error", "column": "z"}}, "standard errors must be positive"),
    ({"weight": {"kind": "power", "column": "z"}}, r"weight or error"),
    ({"weight": {"kind": "weight", "column": "gone"}}, "no column 'gone'"),
    ({"weight": {"kind": "weight", "column": "place"}}, "'place' is text"),
])
def test_an_impossible_split_or_weight_creates_no_run(options, says, tmp_path: Path):
    with pytest.raises((TableError, SplitError, WeightError), match=says):
        create_run(table(), target="y", inputs=["x"], source="t", root=tmp_path, **options)
    assert list_runs(tmp_path) == []


def test_weights_reach_the_engine(tmp_path: Path):
    data = table()
    run = create_run(data, target="y", inputs=["x"], source="t", weight={"kind": "error", "column": "sigma"},
                     holdout_fraction=0, root=tmp_path)
    weight = run.problem().train.weight
    assert weight is not None
    np.testing.assert_allclose(weight / weight[0], (data["sigma"][0] / data["sigma"]) ** 2)
    plain = Weight("w").row_weights(np.array([0.0, 1.0, 3.0]))
    assert plain.tolist() == [0, 1, 3]
    tiny = Weight("s", "error").row_weights(np.array([1e-200, 2e-200]))
    assert tiny[0] == pytest.approx(4 * tiny[1])


def test_rows_without_a_weight_are_left_out(tmp_path: Path):
    data = table()
    data.loc[:9, "sigma"] = np.nan
    run = create_run(data, target="y", inputs=["x"], source="t", weight={"kind": "weight", "column": "sigma"},
                     root=tmp_path)
    assert len(run.data()) == 90


def test_gaps_are_filled_where_asked_but_never_in_the_target(tmp_path: Path):
    data = table()
    data.loc[:4, "x"], data.loc[95:, "y"] = np.nan, np.nan
    left_out = create_run(data, target="y", inputs=["x"], source="t", root=tmp_path).data()
    filled = create_run(data, target="y", inputs=["x"], source="t", fill_gaps=True, root=tmp_path).data()
    assert (len(left_out), len(filled)) == (90, 95)
    assert (filled["x"][:5] == data["x"].median()).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)), min_size=1,
                max_size=8))
def test_a_run_reads_its_rows_back_to_the_last_bit(rows):
    frame = pd.DataFrame(rows, columns=['a "b", c', "label"])
    path = Path(tempfile.mkdtemp()) / "data.csv"
    single_line_cells(frame).to_csv(path, index=False, encoding="utf-8")
    found = read_columns(path, [frame.columns[0]], ["label"])
    bits = [f.iloc[:, 0].to_numpy().view(np.int64) for f in (found, frame)]
    np.testing.assert_array_equal(*bits)
    assert len(found) == len(frame)


def test_a_folder_without_the_column_to_split_by_is_explained(tmp_path: Path):
    run = create_run(table(), target="y", inputs=["x"], source="t", split=SPLITS["group of text"], root=tmp_path)
    run.data().to_csv(run.folder / "data.csv", index=False)
    with pytest.raises(DataError, match=r"has no column 'place', which is needed for the held-out rows .* 'x', 'y'"):
        run.problem()


def test_the_command_line_splits_and_weighs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "t.csv"
    single_line_cells(table()).to_csv(path, index=False)
    code = main(["discover", str(path), "--target", "y", "--seconds", "5", "--split", "group:place", "--holdout", "30",
                 "--error", "sigma", "--json", "--out", str(tmp_path / "out")])
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (found["rows_holdout"], found["parameters"]) == (30, 0)
    (run,) = list_runs(tmp_path / "out")
    assert run.config["split"] == {"kind": "group", "column": "place"}
    assert run.config["weight"] == {"kind": "error", "column": "sigma"}
    assert run.config["inputs"] == ["x", "z", "k"]


@pytest.mark.parametrize(("arguments", "says"), [
    (["--split", "sorted"], "--split is 'sorted'"), (["--split", "group:plaec"], "did you mean 'place'"),
    (["--holdout", "80"], "--holdout is 80. Expected the share"),
    (["--convert", "x"], "'x' cannot be converted to numbers"),
    (["--sheet", "a"], "not an Excel workbook"), (["--target", "place", "--split", "order"], "cannot be used with")])
def test_the_command_line_says_what_is_wrong(arguments, says, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "t.csv"
    single_line_cells(table()).to_csv(path, index=False)
    target = [] if "--target" in arguments else ["--target", "y"]
    assert main(["discover", str(path), *target, "--seconds", "1", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_workbook_with_a_date_and_one_number_can_be_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "t.xlsx"
    pd.DataFrame({"day": pd.date_range("2020-01-01", periods=30), "y": np.arange(30) * 3.0}).to_excel(path, index=False)
    assert main(["discover", str(path), "--target", "y", "--convert", "day:days", "--seconds", "5"]) == 0
    assert "R² 1 " in capsys.readouterr().out


@pytest.mark.parametrize(("kind", "sentence"), [
    ("error", "'y' is the target, so it cannot hold its own standard errors"),
    ("weight", "'y' is the target, so it cannot hold the weights of its own rows")])
def test_the_target_is_no_weight(kind, sentence, tmp_path):
    with pytest.raises(WeightError, match=sentence):
        create_run(table(), target="y", inputs=["x"], source="t", root=tmp_path, weight={"kind": kind, "column": "y"})
    assert not list(tmp_path.glob("*"))


def test_a_wrong_weight_is_named_by_its_line_in_the_file(tmp_path):
    rows = "".join(f"{k},{2 * k + k % 3},{-1 if k == 4 else 1}\n" for k in range(2, 14))
    read = read_table(f"x,y,w\n1,,1\n{rows}", "t.csv")
    with pytest.raises(WeightError, match="'w' is -1 in line 5, but weights must not be negative"):
        create_run(read.frame, target="y", inputs=["x"], source="t", root=tmp_path, **table_options(read),
                   weight={"kind": "weight", "column": "w"})


def test_predictions_carry_the_weights_that_their_scores_need(tmp_path):
    run = create_run(table(), target="y", inputs=["x"], source="t", root=tmp_path,
                     weight={"kind": "error", "column": "sigma"}, split={"kind": "group", "column": "place"})
    written = pd.read_csv(io.StringIO(predictions_csv(run, np.zeros(100), np.zeros(0, int))))
    np.testing.assert_array_equal(written["sigma"], table()["sigma"])
    assert list(written.columns)[5:] == ["place", "sigma", "z", "k"]
