"""The evidence for a formula: words, scores, recommendations, verdict, responses and baselines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import r2_score

from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.baselines import fit_baselines
from xnet.evidence.class_probability import probability_of
from xnet.evidence.class_scores import class_score
from xnet.evidence.comparison import compare
from xnet.evidence.evidence import most_digits, rounded
from xnet.evidence.recommendations import recommendations
from xnet.evidence.response import curve, failing_intervals, failures_between_rows, importance
from xnet.evidence.scores import score
from xnet.evidence.verdict import verdict
from xnet.wording.formula_words import formula_in_words
from xnet.wording.score_text import distinct, r2


def V(i: int) -> Neuron:
    return Neuron("variable", (), i)


def C(i: int = 0) -> Neuron:
    return Neuron("constant", (), i)


KEPLER = Network((C(), V(0), Neuron("cube", (1,)), V(1), Neuron("div", (2, 3)), Neuron("sqrt", (4,)),
                  Neuron("mul", (0, 5))), (0.00887026,), 2)
LINE = Network((C(), V(0), Neuron("mul", (0, 1)), C(1), Neuron("add", (2, 3))), (2.0, 1.0), 1)
SQUARE = Network((V(0), Neuron("square", (0,))), (), 1)
RECIPROCAL = Network((V(0), Neuron("reciprocal", (0,))), (), 1)
#: Nearly a line: x + 0.001 x², times 2, plus 1.
BENT = read_formula("2*x + 0.002*x**2 + 1", ("x",))
LOG = Network((V(0), Neuron("log", (0,))), (), 1)


@pytest.mark.parametrize(("network", "words"), [
    (KEPLER, "y is 0.00887026 times the square root of (a cubed divided by b)"),
    (LINE, "y is 2 times a plus 1"),
    (LINE.with_constants((-0.5, -3.0)), "y is minus 1/2 times a minus 3"),
    (LINE.with_constants((np.pi / 2, 0.25)), "y is pi/2 times a plus 0.25"),
    (LINE.with_constants((999.1276, -101324.9992)), "y is 999.1276 times a minus 101324.9992"),
    (LINE.with_constants((1e-05, -2.5e7)), "y is (10 to the power minus 5) times a minus 2.5 times 10 to the power 7"),
    (Network((V(0), V(1), Neuron("add", (0, 1)), Neuron("square", (2,)), Neuron("sub", (0, 2)), Neuron("mul", (3, 4))),
             (), 2), "y is (a plus b) squared times (a minus (a plus b))"),
    (Network((V(0), V(1), Neuron("pow", (0, 1)), Neuron("exp", (2,))), (), 2),
     "y is the exponential of (a to the power b)"),
    (Network((V(0), Neuron("neg", (0,)), Neuron("reciprocal", (1,))), (), 1), "y is one over (minus a)"),
])
def test_formulas_in_words(network: Network, words: str) -> None:
    assert formula_in_words(network, ["a", "b"], "y").replace("0.5 times", "1/2 times") == words


def test_rounding_keeps_what_is_exact_and_is_scored_anew() -> None:
    network = LINE.with_constants((1.2345678, np.pi / 3))
    assert rounded(network, 2).constants == (1.2, np.pi / 3)
    assert rounded(network, None) == network
    assert most_digits(network) == 8
    x = np.linspace(1, 2, 30)[:, None]
    y = network.evaluate(x)
    exact, less = (score(n.evaluate(x), y) for n in (network, rounded(network, 2)))
    assert exact.rmse == 0.0
    assert less.rmse == pytest.approx(0.0345678 * np.sqrt(np.mean(x**2)))
    assert less.r2 is not None
    assert less.r2 < 1


def test_a_score_leaves_out_rows_without_a_value() -> None:
    found = score(np.array([1.0, -2.0, np.nan, np.inf]), np.array([2.0, -2.0, 0.0, 0.0]))
    assert (found.rmse, found.r2, found.rows, found.missing) == (pytest.approx(np.sqrt(0.5)), 0.875, 4, 2)
    assert score(np.array([np.nan]), np.zeros(1)).r2 is None
    assert score(np.array([1.0, np.nan]), np.array([2.0, 0.0])).r2 is None, "one row has no variance"


def test_recommendations_have_reasons_and_no_repetition() -> None:
    front: list[dict[str, Any]] = [{"picked_as": picks, "plain": None} for picks in
                                   (["simplest"], ["balanced", "simplest"], [], ["accurate"])]
    found = recommendations(front[1:], 0)
    assert [item.index for item in found] == [0, 2]
    assert len(found[0].reasons) == 2, "one formula, both reasons"
    assert found[1].reasons[0].startswith("Most accurate:")
    assert [item.index for item in recommendations([{}], 0)] == [0], "records of older versions"
    assert recommendations(front, 1, "A linear formula is enough.")[1].reasons[0] == "A linear formula is enough."


def table(law: Network, noise: float, n: int = 100, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 3, n)[:, None]
    y = law.evaluate(x)
    return x, y + noise * y.std() * rng.normal(size=n)


@pytest.mark.parametrize(("law", "formula", "noise", "level"), [
    (SQUARE, SQUARE, 0.0, "exact"), (SQUARE, SQUARE, 0.1, "strong"), (SQUARE, SQUARE, 1.0, "plausible"),
    (LINE, LINE, 0.3, "strong"), (LINE, BENT, 0.3, "line"),
    (SQUARE, LINE, 0.1, "mean"), (LINE, LINE, 30.0, "mean"), (SQUARE, LOG, 0.1, "mean"),
])
def test_the_verdict(law: Network, formula: Network, noise: float, level: str) -> None:
    x, y = table(law, noise, 200)
    found = verdict(compare(formula, (x[:140], y[:140]), (x[140:], y[140:]), formula.n_parameters))
    assert found.level == level, found


def test_a_line_is_reported_with_its_score_beside_that_of_the_formula() -> None:
    x, y = table(LINE, 0.3, 200)
    found = compare(BENT, (x[:140], y[:140]), (x[140:], y[140:]), 3)
    line, own = distinct([1 - float(np.mean(errors)) / found.variance for errors in (found.line, found.formula)], r2)
    assert f"(R² {line}, this formula {own})" in verdict(found).sentence
    worse = replace(found, line=1.02 * found.formula)
    assert "is not clearly worse" in verdict(worse).sentence
    assert "is as good or better" in verdict(replace(found, line=0.9 * found.formula)).sentence
    close = verdict(replace(found, line=1.00002 * found.formula)).sentence
    shown = re.search(r"R² (0\.\d+), this formula (0\.\d+)\)", close)
    assert shown is not None
    assert shown[1] < shown[2], "as many digits as make them differ"


def test_without_held_out_rows_nothing_is_strong() -> None:
    found = verdict(compare(SQUARE, table(SQUARE, 0.1, 60), None, 0))
    assert found.level == "plausible"
    assert any("No rows were held out" in caution for caution in found.cautions)


def test_few_rows_and_learnt_noise_are_said() -> None:
    x, y = table(SQUARE, 0.1, 14)
    few = verdict(compare(SQUARE, (x[:10], y[:10]), (x[10:], y[10:]), 0))
    assert any("only 10 training rows" in c for c in few.cautions)
    x, y = table(SQUARE, 0.01, 80)
    far = verdict(compare(SQUARE, (x[:40], y[:40]), (x[40:], y[40:] + np.linspace(-2, 2, 40)), 0))
    assert any("fits some of the noise" in caution for caution in far.cautions)


def test_poles_and_gaps_along_a_curve_and_between_rows() -> None:
    x, values = curve(RECIPROCAL, np.zeros(1), 0, -1, 1.01)
    pole, = failing_intervals(x, values, 1.0)
    assert pole.kind == "pole"
    assert pole.low < 0 < pole.high
    x, values = curve(LOG, np.zeros(1), 0, -1, 1, points=101)
    gap, = failing_intervals(x, values, 1.0)
    assert (gap.kind, gap.low) == ("gap", -1.0)
    assert gap.high == pytest.approx(0, abs=1e-9)
    rows = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    assert failures_between_rows(RECIPROCAL, rows, RECIPROCAL.evaluate(rows))[1] > 0
    assert failures_between_rows(SQUARE, rows, SQUARE.evaluate(rows)) == (0, 0)


def test_importance_knows_what_is_needed() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 1, (300, 3))
    network = Network((V(0), C(), V(2), Neuron("mul", (1, 2)), Neuron("add", (0, 3))), (5.0,), 3)
    found = importance(network, X, network.evaluate(X))
    assert found[1] == (0.0, 0.0)
    assert found[2][0] > found[0][0] > 0
    assert found == importance(network, X, network.evaluate(X)), "the same seed gives the same"


def test_importance_for_a_class_is_what_the_log_loss_rises_by() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(-3, 3, (300, 2))
    network = probability_of(Network((V(0),), (), 2))
    y = (rng.uniform(size=300) < network.evaluate(X)).astype(float)
    found = importance(network, X, y, as_class=True, repeats=1, seed=3)
    shuffled = X.copy()
    shuffled[:, 0] = np.random.default_rng(3).permutation(X[:, 0])
    before, after = (class_score(network.evaluate(rows), y).log_loss or 0.0 for rows in (X, shuffled))
    assert found == [(pytest.approx(after - before), 0.0), (0.0, 0.0)]
    assert found[0][0] > 0.1


def test_baselines_from_the_mean_to_the_network() -> None:
    x, y = table(SQUARE, 0.05, 120)
    found = {b.name: b for b in fit_baselines((x[:90], y[:90]), (x[90:], y[90:]))}
    assert len(found) == 5
    assert found["Mean"].parameters == 1
    assert found["Mean"].r2_train == pytest.approx(0.0, abs=1e-12)
    assert (found["Mean"].r2_holdout or 0) <= 0
    assert (found["Straight line"].r2_holdout or 0) < 0.6 < (found["Polynomial of degree 2"].r2_holdout or 0)
    assert found["Neural network (32, 32)"].parameters == 1 * 32 + 32 + 32 * 32 + 32 + 32 + 1
    assert all(b.r2_holdout is None for b in fit_baselines((x, y), None)[:2])


def test_importance_is_the_fall_of_r_squared_with_the_weights() -> None:
    rng = np.random.default_rng(1)
    X = rng.uniform(-2, 2, (40, 1))
    y, weight = SQUARE.evaluate(X) + rng.normal(0, 0.1, 40), rng.integers(0, 3, 40).astype(float)
    found = importance(SQUARE, X, y, weight, repeats=1, seed=3)
    shuffled = np.random.default_rng(3).permutation(X[:, 0])[:, None]
    whole, broken = (r2_score(y, SQUARE.evaluate(rows), sample_weight=weight) for rows in (X, shuffled))
    assert found[0] == (pytest.approx(whole - broken), 0.0)


def test_the_verdict_counts_rows_by_their_weights() -> None:
    x, y = table(SQUARE, 0.05)
    counts = np.random.default_rng(2).integers(0, 4, 100)
    weighted = compare(SQUARE, (x[:70], y[:70], counts[:70] * 1.0), (x[70:], y[70:], counts[70:] * 1.0), 0)
    again = np.repeat(np.arange(100), counts)
    inside, outside = again[again < 70], again[again >= 70]
    repeated = compare(SQUARE, (x[inside], y[inside]), (x[outside], y[outside]), 0)
    assert weighted.variance == pytest.approx(repeated.variance)
    for a, b in ((weighted.formula, repeated.formula), (weighted.line, repeated.line), (weighted.mean, repeated.mean)):
        assert a.mean() == pytest.approx(b.mean())
    assert verdict(weighted).sentence == verdict(repeated).sentence.replace("variation", "weighted variation")


def test_held_out_rows_beyond_the_training_rows_are_not_said_to_have_a_negative_share_explained() -> None:
    x = np.linspace(0.0, 10.0, 50)[:, None]
    rng = np.random.default_rng(0)
    y = x[:, 0] ** 2 + rng.normal(size=50)
    held_out = np.linspace(40.0, 40.5, 20)[:, None]
    shifted = (held_out[:, 0] ** 2 * 1.1 + rng.normal(size=20)).round(3)
    found = verdict(compare(SQUARE, (x, y), (held_out, shifted), 0))
    r2 = r2_score(shifted, held_out[:, 0] ** 2)
    assert r2 < -1
    assert found.level == "mean"
    assert found.sentence == (
        f"It explains none of the variation in the held-out rows (R² {r2:.2f}). Its errors there are smaller than "
        "those of the average of the training rows and of a straight line, but larger than those of the average of "
        "these rows themselves.")
