"""`constants_` of a classifier: fitted together, with the errors of logistic regression."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from xnet import XNetClassifier
from xnet.cli.main import main
from xnet.engine import Problem
from xnet.engine.classification.softmax import Labelled, log_probabilities, scores
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.class_constants import class_constants
from xnet.evidence.constants import constant_estimates

RNG = np.random.default_rng(5)
X = RNG.normal(size=(150, 1))
TWO = (X[:, 0] + RNG.logistic(size=150) > 0.3).astype(int)
THREE = np.digitize(X[:, 0] + RNG.logistic(size=150), [-1.0, 1.0])


def line(slope: float, bias: float, twice: bool = False) -> Network:
    """bias + slope x; `twice`: with a further constant that multiplies the slope."""
    neurons = [Neuron("constant", (), 0), Neuron("constant", (), 1), Neuron("variable"), Neuron("mul", (1, 2))]
    neurons += [Neuron("constant", (), 2), Neuron("mul", (3, 4))] if twice else []
    neurons.append(Neuron("add", (0, len(neurons) - 1)))
    return Network(tuple(neurons), (bias, slope, 1.0) if twice else (bias, slope), 1)


def rows(codes: np.ndarray) -> Labelled:
    return Labelled(X.T, codes, int(codes.max()) + 1, np.ones(len(codes)))


def test_two_classes_have_the_constants_and_errors_of_logistic_regression() -> None:
    model = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000).fit(X, TWO)
    A = np.column_stack([np.ones(150), X])
    p = model.predict_proba(X)[:, 1]
    errors = np.sqrt(np.diag(np.linalg.inv(A.T @ (A * (p * (1 - p))[:, None]))))
    (found,) = class_constants((line(0.7, 0.1),), rows(TWO))
    assert [e.name for e in found] == ["c1", "c2"]
    assert [e.value for e in found] == [0.1, 0.7]
    np.testing.assert_allclose([e.fitted for e in found], [model.intercept_[0], model.coef_[0, 0]], rtol=1e-3)
    np.testing.assert_allclose([e.error for e in found], errors, rtol=1e-3)
    for k, e in enumerate(found):
        assert e.method == "profile"
        assert (e.low, e.high) == pytest.approx(likelihood_ratio_ends(A, k, e.fitted, float(errors[k])), abs=2e-4)


def likelihood_ratio_ends(A: np.ndarray, k: int, fitted: float, error: float) -> tuple[float, float]:
    """Where twice the log-loss, the other coefficient refitted, has risen by 3.84 (as `xnet discover --class` says)."""
    def loss(at: float) -> float:
        other = minimize_scalar(lambda b: log_loss_of(A[:, k] * at + A[:, 1 - k] * b), bounds=(-9, 9), method="bounded",
                                options={"xatol": 1e-10})
        return float(other.fun)

    def log_loss_of(z: np.ndarray) -> float:
        return 2.0 * float((np.logaddexp(0, z) - TWO * z).sum())

    least = loss(fitted)
    return tuple(brentq(lambda at: loss(at) - least - 3.841459, fitted, fitted + side * 4 * error)  # type: ignore
                 for side in (-1, 1))


def test_a_constant_too_many_is_held_and_the_others_keep_their_errors() -> None:
    (plain,) = class_constants((line(0.7, 0.1),), rows(TWO))
    (more,) = class_constants((line(0.7, 0.1, True),), rows(TWO))
    assert [e.method for e in more] == ["profile", "profile", "held"]
    assert more[2].value == more[2].fitted == 1.0
    assert [e.fitted for e in more[:2]] == pytest.approx([e.fitted for e in plain], rel=1e-4)
    assert [e.error for e in more[:2]] == pytest.approx([e.error for e in plain], rel=1e-4)


@pytest.mark.parametrize("form", ["-3.9*tanh(1000*x - 3002)", "-3.9*tanh(400*x - 1200)"])
def test_a_step_without_slope_leaves_the_others_determined(form: str) -> None:
    """tanh is a step between two rows, so its two constants are held; the other scores have the errors beside it."""
    rng = np.random.default_rng(3)
    x = np.round(rng.uniform(1, 8, 200), 2)
    kinds = np.where(x < 3, 0, np.where(x + rng.logistic(size=200) > 5, 2, 1))
    networks = tuple(read_formula(text, ["x"]) for text in (form, "-0.3", "0.7*x - 3"))
    step, constant, two = class_constants(networks, Labelled(x[None], kinds, 3, np.ones(200), smoothing=0.1 / 200))
    assert [e.method for e in step] == ["held", "held", "quadratic"]
    slope = two[0]
    beyond = x > 3
    model = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000).fit(x[beyond][:, None], kinds[beyond] == 2)
    p = model.predict_proba(x[beyond][:, None])[:, 1]
    A = np.column_stack([x[beyond], np.ones(beyond.sum())])
    assert slope.fitted == pytest.approx(model.coef_[0, 0], rel=0.01)
    assert slope.error == pytest.approx(np.sqrt(np.linalg.inv(A.T @ (A * (p * (1 - p))[:, None]))[0, 0]), rel=0.01)
    assert constant[0].error is not None


def test_scores_of_three_classes_are_determined_up_to_a_common_summand() -> None:
    networks = (line(-0.5, 0.2), line(0.1, 0.3), line(0.6, 0.1))
    found = class_constants(networks, rows(THREE))
    held = [e for part in found for e in part if e.method == "held"]
    assert len(held) == 2, "an intercept and a slope"
    best = tuple(n.with_constants([e.fitted for e in part]) for n, part in zip(networks, found, strict=True))
    model = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000).fit(X, THREE)
    assert log_loss(THREE, np.exp(log_probabilities(scores(best, X.T)))) == pytest.approx(
        log_loss(THREE, model.predict_proba(X)), abs=1e-6)


@pytest.mark.slow
def test_the_classifier_has_a_table_of_constants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = XNetClassifier(budget_steps=1, budget_seconds=None, random_state=0).fit(X, THREE)
    table = model.constants_
    assert list(table) == ["class", "name", "value", "fitted", "error", "low", "high", "method"]
    assert model.n_parameters_ == int((table["method"] != "held").sum())
    for label, network in zip(model.classes_, model.networks_, strict=True):
        assert list(table[table["class"] == label]["value"]) == list(network.constants)
    path = tmp_path / "made.csv"
    pd.DataFrame({"x": X[:, 0], "kind": np.where(TWO, "yes", "no")}).to_csv(path, index=False)
    assert main(["discover", str(path), "--target", "kind", "--seconds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    constants = found["scores"][0]["constants"]
    assert found["parameters"] == found["scores"][0]["parameters"] == sum(e["method"] != "held" for e in constants)


@pytest.mark.parametrize("kind", ["classes", "rows"])
def test_weights_change_the_errors_as_a_sandwich_and_are_no_numbers_of_rows(kind: str) -> None:
    weight = np.array([0.6, 3.0])[TWO] if kind == "classes" else np.random.default_rng(0).lognormal(0, 1, 150)
    weight = weight / weight.mean()
    (found,) = class_constants((line(0.7, 0.1),), replace(rows(TWO), weight=weight))
    A, f = np.column_stack([np.ones(150), X]), np.array([e.fitted for e in found])
    p = 1 / (1 + np.exp(-A @ f))
    information = weight * p * (1 - p)
    bread = np.linalg.inv(A.T @ (A * information[:, None]))
    leverage = information * np.einsum("ij,jk,ik->i", A, bread, A)
    power = np.minimum(4, leverage / leverage.mean())
    rows_of = A * (weight * (p - TWO) / np.sqrt((1 - leverage) ** power))[:, None]
    expected = np.sqrt(np.diag(bread @ (rows_of.T @ rows_of) @ bread))
    np.testing.assert_allclose([e.error for e in found], expected, rtol=1e-3)
    assert {e.method for e in found} == {"robust"}


def test_intervals_of_weighted_classes_contain_the_truth() -> None:
    """Survey weights: the Fisher information gave 78 % of nominal 95 % intervals."""
    network, one, joint = read_formula("1.01*x + 0.51", ["x"]), 0, 0
    at = network.constants.index(1.01)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x, weight = rng.normal(size=(150, 1)), rng.lognormal(0, 1, 150)
        y = (rng.uniform(size=150) < 1 / (1 + np.exp(-0.5 - x[:, 0]))).astype(float)
        labelled = Labelled(x.T.copy(), y.astype(np.intp), 2, weight / weight.mean(), 0.1 / 150)
        problem = Problem.from_arrays(x, y, names=("x",), loss="logistic", holdout_fraction=0, sample_weight=weight)
        of_both = class_constants((network,), labelled)[0][at], constant_estimates(network, problem.all_rows)[at]
        assert {e.method for e in of_both} == {"robust"}
        inside = [e.low is not None and e.high is not None and e.low <= 1 <= e.high for e in of_both]
        joint, one = joint + inside[0], one + inside[1]
    assert min(joint, one) >= 90


def test_accuracy_counts_rows_and_not_the_weights_of_their_classes(tmp_path: Path,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:
    rare = np.where(X[:, 0] + RNG.normal(0, 0.6, 150) > 1.3, "rare", "usual")
    model = XNetClassifier(budget_steps=2, random_state=0, class_weight="balanced").fit(X, rare)
    assert model.accuracy_ == pytest.approx(np.mean(model.predict(X) == rare))
    assert set(model.constants_["method"]) <= {"robust", "held"}
    path = tmp_path / "t.csv"
    pd.DataFrame({"x": X[:, 0], "c": rare}).to_csv(path, index=False)
    assert main(["discover", str(path), "--target", "c", "--classify", "--class-weight", "balanced",
                 "--seconds", "1"]) == 0
    said = capsys.readouterr().out
    assert "; log losses have the weights of the classes)" in said
    assert "All rows have chosen the form of the formulas, so these scores can be too good for new rows." in said
    assert "(95 % interval by the robust standard error (White); every label counts as wrong with the prob" in said
