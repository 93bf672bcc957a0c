"""Wild rows are named, the formula of the second look is offered, and a better held-out score is explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from tests.engine.wild_table import LAW, NOISY, WILD, X
from xnet import XNetRegressor
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.restore import open_bundle
from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.formula_verdict import formula_verdict, recommends_second_look, without_wild_rows
from xnet.evidence.recommendations import recommendations
from xnet.evidence.verdict import Verdict
from xnet.evidence.wild_rows import (
    MAD_SCALE,
    second_look_sentence,
    wild_rows,
    wild_rows_sentence,
)
from xnet.evidence.without_wild_rows import held_out_is_better_sentence, scores_without_wild_rows
from xnet.runs import Run, create_run, execute
from xnet.tables.row_names import RowNames
from xnet.wording.row_words import HELD_OUT as HELD
from xnet.wording.score_text import explained, r2

NETWORK = read_formula("3.25*x0*exp(-0.5*x1)", ("x0", "x1"))
HELD_OUT = np.arange(60) % 5 == 4


def problem(y: np.ndarray, held_out: np.ndarray = HELD_OUT) -> Problem:
    return Problem.from_arrays(X, y, holdout=held_out)


def test_wild_rows_are_named_with_their_distance() -> None:
    found = wild_rows(NETWORK, problem(WILD))
    errors = np.abs(NETWORK.evaluate(X) - WILD)
    spread = MAD_SCALE * np.median(errors)
    assert found.names.numbers.tolist() == [6, 31]
    assert found.robust_deviation == pytest.approx(spread)
    assert found.deviations == pytest.approx(errors[[5, 30]] / spread)
    assert wild_rows_sentence(found) == (
        f"2 rows lie more than 6 robust standard deviations from the formula: row 6 ({errors[5] / spread:.0f}), row 31 "
        f"({errors[30] / spread:.0f}). A robust standard deviation is 1.4826 times the median absolute error, here "
        f"{spread:.3g}.")


def test_one_wild_row_is_a_sentence_and_none_is_silence() -> None:
    one = NOISY.copy()
    one[7] += 20
    assert wild_rows_sentence(wild_rows(NETWORK, problem(one))).startswith("Row 8 is wild: it lies ")
    assert wild_rows_sentence(wild_rows(NETWORK, problem(NOISY))) == ""


def test_many_wild_rows_are_not_left_out_and_most_of_them_are_not_named() -> None:
    many = NOISY.copy()
    many[::8] += 9
    sentence = wild_rows_sentence(wild_rows(NETWORK, problem(many)))
    assert sentence.startswith("8 rows (13 % of all) lie more than 6 robust standard deviations from the formula, ")
    assert sentence.count("row ") == 5
    assert "All other rows lie within " in sentence
    many[::3] += 9
    assert wild_rows_sentence(wild_rows(NETWORK, problem(many))) == "", "a third of the rows is another kind of row"


def test_a_large_row_of_relative_noise_is_not_called_wild() -> None:
    rng = np.random.default_rng(3)
    x = np.exp(rng.normal(0, 0.6, (300, 1)))
    y = 80.0 * x[:, 0] * np.exp(rng.normal(0, 0.05, 300))
    line = read_formula("80*x0", ("x0",))
    large = np.argsort(-x[:, 0])[:2]
    y[large] = 80.0 * x[large, 0] * (1.0 + 0.05 * np.array([2.0, 1.0]))
    found = wild_rows(line, Problem.from_arrays(x, y, holdout=np.arange(300) % 5 == 4))
    assert 0 < len(found.names) <= 3
    assert not found.are_wild
    sentence = wild_rows_sentence(found)
    assert "large rather than wild" in sentence
    assert "is wild" not in sentence

    just = replace(found, deviations=np.full(len(found.names), 6.0029))
    assert "(6.00)" not in wild_rows_sentence(just)
    assert "just over 6" in wild_rows_sentence(just)

    y[large[0]] *= 10.0  # a slip of the decimal point
    slip = wild_rows(line, Problem.from_arrays(x, y, holdout=np.arange(300) % 5 == 4))
    assert slip.are_wild
    assert "large rather than wild" not in wild_rows_sentence(slip)


def test_errors_that_grow_with_the_value_make_no_wild_rows_and_no_heavy_tails() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.01, 1.0, (400, 1))
    y = 9.0 * x[:, 0] ** 3 * (1.0 + 0.02 * rng.normal(size=400))
    cubes = Problem.from_arrays(x, y, holdout=np.arange(400) % 5 == 4)
    found = wild_rows(read_formula("9*x0**3", ("x0",)), cubes)
    assert found.growing
    assert "grow with the value of the formula" in wild_rows_sentence(found)
    assert "heavy tails" not in wild_rows_sentence(found)
    even = wild_rows(NETWORK, problem(NOISY))
    assert not even.growing


def test_a_second_look_is_not_recommended_where_rows_are_large_rather_than_wild() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.01, 1.0, (400, 1))
    noise = rng.normal(size=400)
    y = 9.0 * x[:, 0] ** 3 * (1.0 + 0.02 * noise)
    best, other = ({"network": read_formula(text, ("x0",)).to_json(), "n_parameters": 1, "loss": 0.1, "text": text,
                    "r2_train": 0.9, "r2_holdout": 0.9} for text in ("9*x0**3", "8.9*x0**3"))
    rows = Problem.from_arrays(x, y, holdout=np.arange(400) % 5 == 4)
    snapshot = {"best": best, "front": [best, other | {"is_robust": True}], "second_look": other}
    said = " ".join(formula_verdict(best, snapshot, rows).cautions)
    assert "large rather than wild" in said
    assert "little influence" not in said
    assert not recommends_second_look(snapshot, rows)
    cards = recommendations(snapshot["front"], 0, second_look=False)
    assert [card.index for card in cards] == [0]
    own = " ".join(formula_verdict(best, snapshot | {"second_look": best}, rows).cautions)
    assert "second search, in which rows with large errors have little influence" in own

    even = 9.0 * x[:, 0] ** 3 + 0.02 * noise
    even[7] += 5.0
    wild = Problem.from_arrays(x, even, holdout=np.arange(400) % 5 == 4)
    assert "A second search, in which" not in " ".join(formula_verdict(best, snapshot, wild).cautions), "it is worse"
    assert not recommends_second_look(snapshot, wild)
    many = best | {"n_parameters": 120}
    follows = {"best": other, "front": [other, many | {"is_robust": True}], "second_look": many}
    assert not recommends_second_look(follows, wild), "it fits better for 120 numbers"
    better = {"best": other, "front": [other, best | {"is_robust": True}], "second_look": best}
    assert "A second search, in which wild rows" in " ".join(formula_verdict(other, better, wild).cautions)
    assert recommends_second_look(better, wild)


def test_an_exact_law_with_a_wild_row_has_an_error_beyond_count() -> None:
    y = LAW.copy()
    y[3] *= 50
    said = wild_rows_sentence(wild_rows(NETWORK, problem(y)))
    assert "Row 4 is wild: it lies more than a million robust" in said
    floor = f"{1e-9 * y.std():.3g}"
    assert said.endswith(f"times the median absolute error, but at least {floor}: here {floor}."), "the median is 0"
    assert wild_rows_sentence(wild_rows(NETWORK, problem(LAW))) == ""


def test_a_formula_with_a_number_for_every_few_rows_names_none() -> None:
    few = Problem.from_arrays(X[:8], WILD[:8], holdout_fraction=0.0)
    assert wild_rows(read_formula("3.25*x0*exp(-0.5*x1) + 0.1*x0", ("x0", "x1")), few).names.numbers.size == 0


def test_rows_with_gaps_are_counted() -> None:
    names = RowNames.from_config({"left_out_rows": [1, 20]}, len(WILD))
    assert wild_rows(NETWORK, problem(WILD), names).names.numbers.tolist() == [7, 33]
    lines = RowNames("line", np.arange(len(WILD)) + 2)
    assert "line 7 (" in wild_rows_sentence(wild_rows(NETWORK, problem(WILD), lines))


def better_sentence(rows: Problem, r2_train: float | None, r2_holdout: float | None) -> str:
    found = wild_rows(NETWORK, rows)
    scores = scores_without_wild_rows(NETWORK, rows, found)
    return held_out_is_better_sentence(rows, found, scores, r2_train, r2_holdout)


def test_a_better_held_out_score_is_explained_by_wild_training_rows_or_by_chance() -> None:
    wild = problem(WILD)
    said = better_sentence(wild, 0.7, 0.99)
    assert said.startswith("R² is higher on the held-out rows than on the training rows, because 2 wild rows are "
                           "training rows: without them it would be 0.99")
    plain = problem(NOISY)
    assert better_sentence(plain, 0.7, 0.99) == (
        "R² is higher on the held-out rows than on the training rows; the 12 held-out rows may be easier to predict by "
        "chance.")
    for train, held in ((0.97, 0.96), (0.97, 0.98), (0.9999, 1.0), (None, 0.9), (0.9, None)):
        assert better_sentence(plain, train, held) == ""


def verdict_on(y: np.ndarray, *, second_look: bool) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on the law as the suggestion of a search of these rows, and its record."""
    rows = problem(y)
    assert rows.holdout is not None
    parts = {"train": rows.train, "holdout": rows.holdout}
    scores = {f"r2_{name}": r2_score(part.y, NETWORK.evaluate(part.columns.T)) for name, part in parts.items()}
    record = {"network": NETWORK.to_json(), "n_parameters": 2, "loss": 0.5, "text": "y = law", **scores}
    snapshot = {"best": record, "front": [record], **({"second_look": record} if second_look else {})}
    return formula_verdict(record, snapshot, rows), record


@pytest.mark.parametrize("second_look", [True, False])
def test_a_wild_held_out_row_stands_beside_the_score_that_it_spoils(second_look: bool) -> None:
    y = NOISY.copy()
    y[14] += 40.0
    found, record = verdict_on(y, second_look=second_look)
    kept = HELD_OUT & (np.arange(60) != 14)
    without = r2_score(y[kept], NETWORK.evaluate(X[kept]))
    assert record["r2_holdout"] < 0.3 < 0.99 < without
    said = f"R² on the held-out rows is {r2(record['r2_holdout'])}, and {r2(without)} without row 15."
    assert said in found.cautions
    assert not [caution for caution in found.cautions if "noise" in caution]
    assert (f"explains {explained(without)} of the variation in the held-out rows" in found.sentence) == second_look
    scores = without_wild_rows(record, {"best": record, "front": [record]}, problem(y), NETWORK)
    assert {rows: score.note for rows, score in scores.items()} == {HELD: f"{r2(without)} without row 15"}
    rmse = np.sqrt(np.mean((NETWORK.evaluate(X[kept]) - y[kept]) ** 2))
    assert scores[HELD].error_note(" cm") == f"{rmse:.4g} cm without row 15"


def test_scores_without_wild_rows_are_said_where_they_differ_or_the_verdict_leaves_rows_out() -> None:
    mild = LAW + 0.1 * (NOISY - LAW)
    mild[14] = LAW[14] + 9.0 * MAD_SCALE * np.median(np.abs(mild - LAW))
    (found, _), (second, _) = verdict_on(mild, second_look=False), verdict_on(mild, second_look=True)
    assert "Row 15 is wild" in " ".join(found.cautions)
    assert "without row 15" not in " ".join(found.cautions)
    assert "without row 15" in " ".join(second.cautions)
    training = " ".join(verdict_on(WILD, second_look=True)[0].cautions)
    assert training.count("R² on the training rows") + training.count("R² is higher on the held-out rows") == 1


def test_a_formula_that_follows_noise_is_not_excused_by_a_wild_row() -> None:
    rng = np.random.default_rng(3)
    y = LAW + np.where(HELD_OUT, 0.25, 0.05) * LAW.std() * rng.normal(size=60)
    y[14] += 40.0
    found, _ = verdict_on(y, second_look=False)
    assert "without row 15" in " ".join(found.cautions)
    assert [caution for caution in found.cautions if "it fits some of the noise" in caution]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the wild rows, in whose table the first row has a gap."""
    table = pd.DataFrame(X, columns=["a", "b"]).assign(y=WILD)
    table = pd.concat([pd.DataFrame({"a": [np.nan], "b": [1.0], "y": [1.0]}), table], ignore_index=True)
    made = create_run(table, target="y", inputs=["a", "b"], source="made", steps=46, seconds=600, max_complexity=14,
                      activations=["add", "mul", "exp"], root=tmp_path_factory.mktemp("runs"))
    execute(made, commands=lambda: None)
    return made


@pytest.mark.slow
def test_verdict_report_and_cards_name_wild_rows_and_offer_the_second_look(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    assert snapshot["row_names"] == {"word": "row", "progressions": [[2, 1, 60]]}
    offered = snapshot["second_look"]
    found = formula_verdict(offered, snapshot, run.problem())
    assert "row 7 (" in " ".join(found.cautions)
    assert "row 32 (" in " ".join(found.cautions)
    assert found.sentence.endswith("This comparison leaves out row 7, row 32.")
    best = formula_verdict(snapshot["best"], snapshot, run.problem())
    assert second_look_sentence(snapshot["best"], snapshot) in best.cautions
    assert offered["network"] in [row["network"] for row in snapshot["front"]]
    robust = [i for i, row in enumerate(snapshot["front"]) if row.get("is_robust")]
    cards = recommendations(snapshot["front"], 0)
    assert robust == [card.index for card in cards if any("second search" in reason for reason in card.reasons)]


@pytest.mark.slow
def test_a_bundle_keeps_the_second_look_and_the_numbers_of_rows(run: Run, tmp_path: Path) -> None:
    was, now = run.snapshot(), open_bundle(read_bundle(make_bundle(run)), tmp_path).snapshot()
    assert was is not None
    assert now is not None
    for key in ("front", "second_look", "row_names"):
        assert now[key] == was[key], key  # type: ignore[literal-required]
    assert now["best"]["network"] == was["best"]["network"]


def test_the_second_look_is_said_of_the_suggestion_only() -> None:
    network, other = {"n": 1}, {"n": 2}
    snapshot = {"best": {"network": network}, "second_look": {"network": other, "text": "y = 2*`a b`**2"}}
    assert second_look_sentence({"network": other}, snapshot) == ""
    assert "suggests y = 2·a b², which is among" in second_look_sentence({"network": network}, snapshot)
    same = snapshot | {"second_look": {"network": network, "text": "y = x"}}
    assert second_look_sentence({"network": network}, same).startswith("The formula is that of a second search")
    assert second_look_sentence({"network": network}, {"best": {"network": network}}) == ""


@pytest.mark.slow
def test_the_estimator_offers_the_formula_of_the_second_look() -> None:
    model = XNetRegressor(["add", "mul", "exp"], budget_steps=46, budget_seconds=None, max_complexity=14,
                          random_state=0).fit(X, WILD)
    assert model.second_look_index_ is not None
    robust = model.select(index=model.second_look_index_)
    assert np.mean((robust.predict(X) - LAW) ** 2) < 1e-3 * np.var(LAW)
    fitted = robust.constants_.dropna(subset=["error"])
    assert len(fitted)
    assert (np.abs(fitted.value - fitted.fitted) < 4 * fitted.error).all(), "wild rows have no part in the estimates"
    calm = XNetRegressor(["add", "mul", "exp"], budget_steps=3, budget_seconds=None, random_state=0).fit(X, NOISY)
    assert calm.second_look_index_ is None
