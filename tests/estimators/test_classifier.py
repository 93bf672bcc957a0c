"""XNetClassifier: softmax derivatives and fits against scikit-learn, boundaries found, calibration, conventions."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from tests.estimators.conventions import name_of
from xnet import XNetClassifier
from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, var
from xnet.engine.classification.lasso import _path, best_lines
from xnet.engine.classification.softmax import (
    Labelled,
    calibrate,
    cross_fitted,
    fit_networks,
    folds,
    log_losses,
    log_probabilities,
    scores,
)
from xnet.engine.formulas.parser import read_formula


def linear(d: int) -> Network:
    network = to_network(add([(0.1 * (i + 1), var(i)) for i in range(d)], 0.05), d)
    assert network is not None
    return network


def three_classes(rng: np.random.Generator, n: int = 240) -> tuple[Array, Array]:
    X = rng.normal(0, 1, (n, 2))
    F = np.column_stack([X[:, 0], X[:, 1], -X[:, 0] - X[:, 1]])
    p = np.exp(1.5 * F)
    return X, np.array([rng.choice(3, p=row / row.sum()) for row in p])


def labelled(X: Array, codes: Array, smoothing: float = 0.0) -> Labelled:
    return Labelled(np.ascontiguousarray(X.T), codes, int(codes.max()) + 1, np.ones(len(codes)), smoothing)


def test_the_joint_fit_is_multinomial_logistic_regression(rng: np.random.Generator) -> None:
    X, codes = three_classes(rng)
    rows = labelled(X, codes)
    F = scores(fit_networks((linear(2),) * 3, rows, 60), rows.columns)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, codes)
    assert np.allclose(np.exp(log_probabilities(F)), model.predict_proba(X), atol=1e-5)


def test_two_classes_need_one_network(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (150, 2))
    codes = (rng.random(150) < 1 / (1 + np.exp(-2 * X[:, 0] + 0.5))).astype(int)
    weight = rng.uniform(0.2, 2, 150)
    rows = Labelled(np.ascontiguousarray(X.T), codes, 2, weight)
    F = scores(fit_networks((linear(2),), rows, 60), rows.columns)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, codes, sample_weight=weight)
    assert np.allclose(F[:, 1], model.decision_function(X), atol=1e-4)
    assert (F[:, 0] == 0).all()


def test_log_losses_are_scikit_learns(rng: np.random.Generator) -> None:
    X, codes = three_classes(rng, 60)
    F = rng.normal(0, 3, (60, 3))
    assert np.isclose(log_losses(F, labelled(X, codes)).mean(), log_loss(codes, np.exp(log_probabilities(F))))


def test_folds_spread_every_class_evenly(rng: np.random.Generator) -> None:
    labels = np.repeat([0, 1, 2], [50, 7, 13])
    fold = folds(labels, 5, rng)
    assert set(fold) == set(range(5))
    for label in range(3):
        counts = np.bincount(fold[labels == label], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_cross_fitted_scores_come_from_the_other_folds(rng: np.random.Generator) -> None:
    X, codes = three_classes(rng)
    rows = labelled(X, codes)
    fold = folds(codes, 4, rng)
    F = cross_fitted((linear(2),) * 3, rows, fold)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X[fold != 2], codes[fold != 2])
    assert np.allclose(np.exp(log_probabilities(F[fold == 2])), model.predict_proba(X[fold == 2]), atol=1e-4)


@pytest.mark.parametrize("slope", [0.3, 1.0, 4.0, -1.0])
@pytest.mark.parametrize("K", [2, 3])
def test_calibration_never_raises_the_held_out_log_loss(slope: float, K: int, rng: np.random.Generator) -> None:
    F = rng.normal(0, 1.5, (300, K)) - np.arange(K)
    p = np.exp(log_probabilities(F))
    codes = np.array([rng.choice(K, p=row) for row in p])
    rows = labelled(F, codes)
    wrong = slope * F + 0.7 * np.arange(K)
    calibration = calibrate(wrong, rows)
    before, after = log_losses(wrong, rows).mean(), log_losses(calibration(wrong), rows).mean()
    assert after <= before
    assert calibration.slope > 0
    if slope > 0:  # what was done to the scores is undone
        assert after <= log_losses(F, rows).mean() + 1e-9
        assert np.isclose(calibration.slope, 1 / slope, rtol=0.4)


@pytest.mark.parametrize("K", [2, 3])
def test_lines_meet_the_conditions_of_the_lasso(K: int, rng: np.random.Generator) -> None:
    Z = rng.normal(0, 1, (150, 6))
    Z[:, 1] = 0.9 * Z[:, 0] + 0.4 * Z[:, 1]
    p = np.exp(log_probabilities(np.column_stack([1.5 * Z[:, 0], Z[:, 2] - 1, np.zeros(150)])[:, :K]))
    soft = np.eye(K)[[rng.choice(K, p=row) for row in p]]
    weight = rng.uniform(0.3, 1.7, 150)
    soft = soft[:, 1:] if K == 2 else soft
    for penalty, theta in zip((0.1, 0.03), _path(Z, soft, weight, np.array([0.1, 0.03])), strict=True):
        F = theta[0] + Z @ theta[1:]
        now = np.exp(log_probabilities(F)) if K > 2 else 1 / (1 + np.exp(-F))
        gradient = Z.T @ (weight[:, None] * (now - soft)) / 150
        used = theta[1:] != 0
        assert used.any()
        assert (~used).any()
        assert np.allclose(gradient[used], -penalty * np.sign(theta[1:][used]), atol=1e-4)
        assert (np.abs(gradient[~used]) <= penalty + 1e-4).all()
        assert np.abs((weight[:, None] * (now - soft)).sum(axis=0)).max() < 1e-2


def test_a_line_of_few_inputs_is_what_its_network_says(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (200, 8)) * 10.0 ** rng.uniform(-6, 6, 8) + 3.0
    X[:, 7] = 2.0
    codes = (X[:, 0] - 3 > rng.normal(0, 0.3, 200) * X[:, 0].std()).astype(int)
    rows = labelled(X, codes, 1e-3)
    fold = folds(codes, 5, rng)
    lines = best_lines(rows, fold, 2, ("add", "sub", "mul"))
    assert lines is not None
    assert 0 in lines.networks[0].variables
    assert len(lines.networks[0].variables) <= 2
    assert (scores(lines.networks, rows.columns).argmax(axis=1) == codes).mean() > 0.85
    assert log_losses(lines.held_out, rows).mean() < 0.4
    assert best_lines(rows, fold, 2, ("mul", "sin")) is None


def test_a_network_that_leaves_its_domain_scores_zero() -> None:
    network = read_formula("log(x0)", ["x0"])
    assert (scores((network,), np.array([[-1.0, np.e]])) == [[0, 0], [0, 1]]).all()


@pytest.fixture(scope="module")
def curved() -> tuple[XNetClassifier, Array, Array]:
    rng = np.random.default_rng(1)
    X = rng.uniform(-2, 2, (300, 3))
    y = np.where(X[:, 0] * X[:, 1] > 1, "above", "below")
    return XNetClassifier(budget_steps=6, budget_seconds=None, random_state=0).fit(X, y), X, y


@pytest.mark.slow
def test_a_curved_boundary_is_found(curved: tuple[XNetClassifier, Array, Array]) -> None:
    model, _, _ = curved
    fresh = np.random.default_rng(2).uniform(-2, 2, (2000, 3))
    truth = np.where(fresh[:, 0] * fresh[:, 1] > 1, "above", "below")
    assert model.score(fresh, truth) > 0.985
    assert model.n_parameters_ <= 4
    assert model.network_.variables == (0, 1)


def test_separable_rows_give_finite_formulas(curved: tuple[XNetClassifier, Array, Array]) -> None:
    model, X, _ = curved
    assert np.isfinite(model.decision_function(X)).all()
    assert np.abs(model.network_.constants).max() < 1e5
    assert 0 < model.log_loss_ < 0.1 * model.base_log_loss_


def test_probabilities_are_made_of_what_is_shown(curved: tuple[XNetClassifier, Array, Array]) -> None:
    model, X, y = curved
    shown = read_formula(model.formulas_[0], ["x0", "x1", "x2"]).evaluate(X)
    P = model.predict_proba(X)
    assert np.allclose(P[:, 1], 1 / (1 + np.exp(-shown)), rtol=1e-12)
    assert np.allclose(P.sum(axis=1), 1)
    assert np.allclose(model.predict_log_proba(X), np.log(P))
    assert np.allclose(model.decision_function(X), shown)
    assert list(model.classes_) == ["above", "below"]
    assert (model.predict(X) == model.classes_[(shown > 0).astype(int)]).all()
    assert np.isclose(model.log_loss_, log_loss(y, P))
    assert len(model.expressions_) == len(model.latexes_) == 1


def test_attributes_after_a_fit(curved: tuple[XNetClassifier, Array, Array]) -> None:
    model, X, _ = curved
    assert {"class", "complexity", "parameters", "explained_train", "explained_holdout", "formula"} == set(model.front_)
    assert {h["class"] for h in model.history_} == {"below"}
    assert model.complexity_ == model.network_.complexity
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    assert (again.predict(X) == model.predict(X)).all()
    assert clone(model).get_params() == model.get_params()


@pytest.mark.slow
@pytest.mark.parametrize("labels", [("a", "b", "c"), (3, 7, 1), (0.0, 1.0, 2.0)], ids=str)
def test_several_classes_of_any_kind(labels: tuple[Any, ...], rng: np.random.Generator) -> None:
    X, codes = three_classes(rng)
    y = np.array(labels)[codes]
    frame = pd.DataFrame(X, columns=["width", "height"])
    model = XNetClassifier(budget_steps=2, budget_seconds=None, random_state=0).fit(frame, y)
    P = model.predict_proba(frame)
    best = LogisticRegression(C=np.inf).fit(X, y)
    assert P.shape == (len(X), 3)
    assert np.allclose(P.sum(axis=1), 1)
    assert log_loss(y, P) < log_loss(y, best.predict_proba(X)) + 0.1
    assert len(model.formulas_) == 3
    assert "width" in " ".join(model.formulas_)
    assert set(model.predict(frame)) <= set(labels)
    with pytest.raises(AttributeError, match="networks_"):
        _ = model.network_


def test_booleans_are_labels(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (80, 1))
    model = XNetClassifier(budget_steps=2, random_state=0).fit(X, X[:, 0] > 0.3)
    assert model.predict(X).dtype == bool
    assert model.score(X, X[:, 0] > 0.3) > 0.95


def test_noise_gives_the_shares(rng: np.random.Generator) -> None:
    y = rng.random(200) < 0.3
    model = XNetClassifier(budget_steps=3, random_state=0).fit(rng.normal(0, 1, (200, 3)), y)
    assert model.log_loss_held_out_ <= model.base_log_loss_ * 1.02
    assert np.abs(model.predict_proba(rng.normal(0, 1, (500, 3)))[:, 1] - y.mean()).max() < 0.25


def test_inputs_of_very_different_scale(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (200, 2))
    y = X[:, 0] - X[:, 1] + 0.3 * rng.normal(0, 1, 200) > 0
    model = XNetClassifier(budget_steps=2, random_state=0).fit(X * [1e9, 1e-9] + [1e10, 0], y)
    assert model.score(X * [1e9, 1e-9] + [1e10, 0], y) > 0.88


def test_weights_move_the_boundary(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (200, 1))
    y = (X[:, 0] + rng.normal(0, 1, 200) > 0).astype(int)
    plain = XNetClassifier(budget_steps=1, random_state=0).fit(X, y)
    heavy = XNetClassifier(budget_steps=1, random_state=0).fit(X, y, sample_weight=np.where(y == 1, 9.0, 1.0))
    assert (heavy.predict_proba(X)[:, 1] > plain.predict_proba(X)[:, 1]).mean() > 0.95


def test_activations_only_has_no_parameters(rng: np.random.Generator) -> None:
    X = rng.uniform(-3, 3, (150, 2))
    y = X[:, 0] * X[:, 1] > 0
    model = XNetClassifier(parameters=False, budget_steps=4, random_state=0).fit(X, y)
    assert model.n_parameters_ == 0
    assert model.score(X, y) > 0.95


@pytest.mark.slow
def test_the_classifier_works_in_a_pipeline(rng: np.random.Generator) -> None:
    X, codes = three_classes(rng, 90)
    pipe = make_pipeline(StandardScaler(), XNetClassifier(budget_steps=1, random_state=0))
    assert cross_val_score(pipe, X, codes, cv=2).min() > 0.5


@pytest.mark.parametrize(("y", "weight"), [(np.ones(30), None), (np.arange(30) < 15, (np.arange(30) < 15) * 1.0)],
                         ids=["one label", "one label with weight"])
def test_one_class_is_refused(y: Array, weight: Array | None, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="1 class"):
        XNetClassifier(budget_steps=1).fit(rng.normal(0, 1, (30, 2)), y.astype(int), sample_weight=weight)


CHECKS = list(estimator_checks_generator(XNetClassifier(budget_steps=2, random_state=0, max_complexity=10,
                                                        activations="polynomial")))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=[name_of(c) for _, c in CHECKS])
def test_scikit_learn_conventions(estimator: XNetClassifier, check: Callable[[Any], None]) -> None:
    check(estimator)
