"""`constants_` of a classifier: fitted together, with the errors of logistic regression."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from xnet import XNetClassifier
from xnet.cli.main import main
from xnet.engine.classification.softmax import Labelled, log_probabilities, scores
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.class_constants import class_constants

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
    for e in found:
        assert e.error is not None
        assert (e.low, e.high) == pytest.approx((e.fitted - 1.959964 * e.error, e.fitted + 1.959964 * e.error))


def test_a_constant_too_many_is_held_and_the_others_keep_their_errors() -> None:
    (plain,) = class_constants((line(0.7, 0.1),), rows(TWO))
    (more,) = class_constants((line(0.7, 0.1, True),), rows(TWO))
    assert [e.method for e in more] == ["quadratic", "quadratic", "held"]
    assert more[2].value == more[2].fitted == 1.0
    assert [e.fitted for e in more[:2]] == pytest.approx([e.fitted for e in plain], rel=1e-4)
    assert [e.error for e in more[:2]] == pytest.approx([e.error for e in plain], rel=1e-4)


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
