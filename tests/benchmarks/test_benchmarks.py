"""The benchmarks: what they call exact, compact and the true structure, and that each command does its work."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import formulas, laws, mlp, parameters, peers, scoring, speed, tables
from benchmarks.mlp import count_parameters, fit_mlp
from benchmarks.output import CsvFile, names_of, shard_of
from benchmarks.peers import PeerError, fit_peer
from benchmarks.problems import Formula, load
from benchmarks.real_tables import folds, load_tables
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network

FORMULAS = """name,family,formula,variables,low,high
Line,Simple,2*a + 1,a,-1,1
Wave,Simple,sin(a)*b,a b,-1 1,1 2
Cube,Harder,x**3 + x,x,-2,2
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three formulas and two small tables."""
    (tmp_path / "formulas.csv").write_text(FORMULAS, encoding="utf-8")
    rng = np.random.default_rng(0)
    a, b = rng.uniform(1, 3, (2, 30))
    write_table(tmp_path, "area", "regression", "y", {"a": a, "b": b, "y": a * b})
    write_table(tmp_path, "side", "classification", "kind",
                {"a": a, "b": b, "kind": np.where(a > 2, "right", "left")})
    monkeypatch.setenv("XNET_BENCHMARKS", str(tmp_path))
    monkeypatch.setenv("XNET_DATA", str(tmp_path))
    return tmp_path


def write_table(folder: Path, name: str, task: str, target: str, columns: dict) -> None:
    about = {"task": task, "suggested_target": target, "suggested_inputs": ["a", "b"]}
    (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def named(name: str) -> Formula:
    return load(name)[0]


def read(text: str, names: str = "a") -> Network:
    return read_formula(text, names.split())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scored(text: str, formula: Formula, names: str = "a") -> formulas.Row:
    network = read(text, names)
    values = network.evaluate(scoring.fresh(formula)[0])
    return formulas.scored(formula, "hand", network, [values], 1.0, text, formulas.Settings())


def test_formulas_are_loaded_by_family_and_by_name():
    assert [f.name for f in load()] == ["Line", "Wave", "Cube"]
    assert [f.name for f in load("Harder", "Line")] == ["Line", "Cube"]
    with pytest.raises(SystemExit, match="No formula or family is named Nguyen"):
        load("Nguyen")


def test_formulas_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine.csv").write_text(FORMULAS.replace("Cube", "Mine"), encoding="utf-8")
    formulas.main(["--file", str(tmp_path / "mine.csv"), "--family", "Mine", "--seconds", "5", "--rows", "60"])

    assert capsys.readouterr().out.startswith("Mine ")


def test_the_unseen_formulas_can_be_sampled():
    unseen = load(file=Path(formulas.__file__).parent / "unseen.csv")
    assert len({f.name for f in unseen}) == len(unseen) > 60
    for formula in unseen:
        X, y = formula.sample(50, 0)
        assert np.isfinite(X).all()
        assert np.isfinite(y).all()
        assert y.std() > 0


def test_laws_composed_at_random_are_the_same_for_the_same_seed(tmp_path: Path):
    rows = list(laws.laws(32, 3))
    assert rows == list(laws.laws(32, 3))
    assert {r["formula"] for r in rows}.isdisjoint(r["formula"] for r in laws.laws(32, 4) if len(r["formula"]) > 20)
    laws.main(["--count", "20", "--seed", "3", "--csv", str(tmp_path / "laws.csv")])
    for formula in load(file=tmp_path / "laws.csv"):
        assert 2 <= len(formula.variables) <= 9
        assert np.isfinite(formula.sample(200, 0)[1]).all()
        assert (formula.low < formula.high).all()


def test_exact_is_a_bound_on_the_largest_error():
    assert scored("2*a + 1", named("Line")).exact
    spread = scoring.fresh(named("Line"))[1].std()
    assert scored(f"2*a + 1 + {float(0.9e-5 * spread)!r}", named("Line")).exact
    assert not scored(f"2*a + 1 + {float(1.1e-5 * spread)!r}", named("Line")).exact
    assert scoring.largest_error(np.array([1.0, np.nan]), np.array([1.0, 2.0])) == np.inf


def test_compact_is_exact_and_at_most_twice_the_truths_size_plus_four():
    line = named("Line")
    assert scored("2*a + 1", line).compact
    # Nothing but more neurons: x + sin(u)**2 + cos(u)**2 - 1 for some u
    ones = "".join(f" + sin({k}*a)**2 + cos({k}*a)**2" for k in (3, 5))
    long = scored(f"2*a - 1{ones}", line)
    assert long.exact
    assert long.complexity > 2 * line.truth.complexity + 4
    assert not long.compact
    assert not long.structure


@pytest.mark.parametrize(("found", "same"), [("3*a - 2", True), ("2*a + 1", True), ("a**2", False), ("sin(3*a)", False),
                                             ("5*a", False), ("exp(0.1*a) - 3", False)])
def test_structure_is_what_becomes_exact_with_other_constants(found: str, same: bool):
    assert scoring.true_structure(read(found), named("Line")) is same


def test_shape_ignores_numbers_alone():
    assert scoring.same_shape(read("3*a - 2"), read("a*2 + 1"))
    assert not scoring.same_shape(read("a**2"), read("a*2 + 1"))


def test_noise_is_judged_against_the_noise_free_target():
    y = scoring.fresh(named("Line"))[1]
    off = np.sqrt(2.9e-5) * y.std()
    assert scoring.r_squared(y + off, y) == pytest.approx(1 - 2.9e-5, abs=1e-9)
    row = scored(f"2*a + 1 + {float(off)!r}", named("Line"))
    assert row.recovered
    assert not row.exact
    assert row.structure
    assert not scored(f"2*a + 1 + {float(1.1 * off)!r}", named("Line")).recovered


def test_a_peers_dust_does_not_count():
    X, y = named("Line").sample(50, 1)
    network = peers.without_dust(read("1.0000000312*(1.99999999*a + 1.0000000012) - 0.0000000021"), X, y)
    assert network.complexity == named("Line").truth.complexity
    rough = read("0.123456789*a + 0.7654321")
    assert peers.without_dust(rough, X, rough.evaluate(X)).constants == pytest.approx(rough.constants, abs=1e-7)


def test_tables_come_with_their_targets_and_folds_cover_every_row_once():
    area, side = load_tables()
    assert (area.name, area.inputs, area.target, area.classes) == ("area", ("a", "b"), "y", ())
    assert area.y == pytest.approx(area.X[:, 0] * area.X[:, 1])
    assert side.classes == ("left", "right")
    assert np.array_equal(side.y, side.X[:, 0] > 2)
    parts = list(folds(13, 5, seed=3))
    assert sorted(i for _, test in parts for i in test) == list(range(13))
    assert all(not set(train) & set(test) and len(train) + len(test) == 13 for train, test in parts)
    with pytest.raises(SystemExit, match="No table is named volume"):
        load_tables("volume")


def test_ranks_share_ties_and_put_failures_last():
    def row(model: str, table: str, score: float) -> tables.Row:
        return tables.Row(table, "regression", model, score, None, 1, 1, 1, 0, "")

    rows = [row("a", "t", 0.9), row("b", "t", 0.9), row("c", "t", float("-inf")),
            row("a", "u", 0.5), row("b", "u", 0.6), row("c", "u", 0.7)]
    assert tables.mean_ranks(rows) == {"a": 2.25, "b": 1.75, "c": 2.0}
    assert tables.mean_ranks(rows, ("a", "c")) == {"a": 1.5, "c": 1.5}


def test_log_loss_and_accuracy():
    side = load_tables("side")[0]
    sure = np.column_stack([1 - side.y, side.y]) * 0.8 + 0.1
    assert tables.scores(sure, side) == (1.0, pytest.approx(-np.log(0.9)))
    filled, missing = tables._filled(np.where(sure > 0.5, sure, np.nan), side, np.arange(5))
    assert missing == len(side.y)
    assert np.all(filled == 0.5)


def test_an_mlp_learns_numbers_and_classes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mlp, "_ADAM_STEPS", 400)  # ends by its steps, not by the clock
    X = np.random.default_rng(0).uniform(-1, 1, (60, 2))
    model = fit_mlp(X, X[:, 0] * X[:, 1] + 3, (8,), seconds=60, starts=1)
    assert model.n_parameters == count_parameters(2, (8,)) == 33
    assert scoring.r_squared(model.predict(X), X[:, 0] * X[:, 1] + 3) > 0.98
    classes = (X[:, 0] > 0).astype(int)
    proba = fit_mlp(X, classes, (4,), seconds=60, starts=2, classes=2).predict(X)
    assert proba.sum(axis=1) == pytest.approx(np.ones(60))
    assert np.mean(proba.argmax(axis=1) == classes) > 0.95


def test_the_smallest_mlp_of_a_ladder_and_the_ratios_to_it():
    steps = parameters.ladder(3, (2, 4))
    assert [count_parameters(3, h) for h in steps] == sorted(count_parameters(3, h) for h in steps)
    scores = dict(zip(steps, (0.1, 0.9991, 0.2, 0.99995, 0.3, 0.4), strict=True))
    row = parameters.compare("n", "f", 3, (1.0, 2, 9, "text"), scores.__getitem__, (2, 4))
    assert row.goal == 0.999
    assert row.mlp_layers == "x".join(map(str, steps[1]))
    assert row.ratio == pytest.approx(2 / count_parameters(3, steps[1]))
    assert row.honest_ratio == pytest.approx(9 / count_parameters(3, steps[1]))
    assert row.strict_ratio == pytest.approx(2 / count_parameters(3, steps[3]))
    never = parameters.compare("n", "f", 3, (0.99, 2, 9, "text"), dict(zip(steps, (0.1, 0.2, 0.604, 0.4, 0.608, 0.3),
                                                                           strict=True)).__getitem__, (2, 4))
    assert not never.reached
    assert (never.mlp_parameters, never.mlp_r2) == (count_parameters(3, steps[2]), 0.604)
    assert "<" in parameters.line(never)
    assert "1 where an MLP reached the goal" in parameters.closing([row, never])


def test_options_and_csv(tmp_path: Path):
    assert names_of(["a, b", "c"]) == ["a", "b", "c"]
    assert shard_of("2/3") == (2, 3)
    with pytest.raises(Exception, match="expected a share"):
        shard_of("3/2")
    out = CsvFile(tmp_path / "out.csv")
    out.write({"a": 1, "b": "x,y"})
    out.write({"a": 2, "b": ""})
    assert rows_of(tmp_path / "out.csv") == [{"a": "1", "b": "x,y"}, {"a": "2", "b": ""}]


def test_a_missing_or_unknown_peer_gives_one_sentence(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SystemExit, match="'eureqa', which is not known here"):
        formulas.main(["--peers", "eureqa"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"gplearn is not installed; run: pip install -r requirements-benchmarks\.txt"):
        tables.main(["--peers", "gplearn"])


def test_a_row_survives_a_peer_that_hangs_or_crashes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(peers, "_GRACE", 0.0)
    X, y = named("Line").sample(20, 1)
    with pytest.raises(PeerError, match="still running"):
        fit_peer("gplearn", X, y, X, seconds=0.01)
    monkeypatch.setattr(peers, "_GRACE", 60.0)
    with pytest.raises(PeerError, match="ended with code 1: KeyError"):
        fit_peer("nobody", X, y, X, seconds=0.01)
    row = formulas.measure(named("Line"), "nobody", formulas.Settings(seconds=0.01))
    assert "KeyError" in row.failure
    assert not row.exact
    assert "1 failed" in formulas.closing([row])


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_finds_a_line(name: str):
    pytest.importorskip(name)
    row = formulas.measure(named("Line"), name, formulas.Settings(seconds=1.0, rows=50))
    assert not row.failure
    assert row.r2 > 0.9
    assert row.counted == "neurons"


def test_the_formulas_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    formulas.main(["--family", "Simple,Cube", "--seconds", "20", "--rows", "60", "--csv", str(tmp_path / "o.csv")])
    rows = rows_of(tmp_path / "o.csv")
    assert [(r["name"], r["compact"]) for r in rows] == [("Line", "True"), ("Wave", "True"), ("Cube", "True")]
    assert "xnet all: 3 of 3 exact, 3 compact" in capsys.readouterr().out
    formulas.main(["--shard", "2/2", "--seconds", "1", "--no-parameters", "--noise", "0.01", "--rows", "60"])
    said = capsys.readouterr().out
    assert said.startswith("Wave ")
    assert "mean parameters 0.0" in said


def test_the_parameters_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    parameters.main(["--family", "Cube", "--seconds", "1", "--mlp-seconds", "0.05", "--largest", "2",
                     "--skip", "tables", "--csv", str(tmp_path / "o.csv")])
    parameters.main(["--skip", "formulas", "--seconds", "0.2", "--mlp-seconds", "0.02", "--largest", "2"])
    assert rows_of(tmp_path / "o.csv")[0]["name"] == "Cube"
    said = capsys.readouterr().out
    assert "generous to the MLP" in said
    assert "area" in said


def test_the_tables_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    tables.main(["--tables", "side", "--folds", "2", "--models", "logistic", "--csv", str(tmp_path / "p.csv")])
    tables.main(["--tables", "area", "--folds", "2", "--models", "xnet,linear,polynomial-2,boosting",
                 "--csv", str(tmp_path / "o.csv")])
    rows = {(r["table"], r["model"]): r for r in rows_of(tmp_path / "o.csv")}
    assert float(rows["area", "xnet"]["score"]) == pytest.approx(1.0)
    assert (float(rows["area", "linear"]["parameters"]), float(rows["area", "linear"]["complexity"])) == (3, 9)
    side, = rows_of(tmp_path / "p.csv")
    assert float(side["score"]) > 0.8
    assert 0 < float(side["log_loss"]) < 1
    assert "mean rank by R2, all models: xnet" in capsys.readouterr().out


def test_the_speed_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speed, "scaling", lambda kind, cases, *rest: [speed.Scaling(kind, *case, 2.0, 2, 100.0, 1.0)
                                                                     for case in cases])
    speed.main(["--quick", "--only", "columns", "--csv", str(tmp_path / "o.csv")])
    assert [row["columns"] for row in rows_of(tmp_path / "o.csv")] == ["2", "10"]
    assert "columns (2 steps)" in capsys.readouterr().out


def test_a_case_of_scaling_fails_alone():
    good, bad = speed.scaling("columns", [(100, 3, 1), (100, 0, 1)], 0, 2, 0)
    assert (good.steps, good.ratio, good.failure) == (2, 1.0, "")
    assert good.seconds > 0
    assert "IndexError" in bad.failure
