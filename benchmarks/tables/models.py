"""The models that `benchmarks.tables` compares.

Each is a function of a table, the training rows, the test rows, seconds, jobs and a seed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from benchmarks.mlp import fit_mlp
from benchmarks.peers.processes import fit_peer
from xnet import XNetClassifier, XNetRegressor
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr, add, mul, var

from .real_tables import Table


@dataclass(frozen=True)
class Fit:
    """A fitted model's predictions and size.

    Attributes:
        values: (m,) predictions, or (m, k) probabilities of the classes, for the test rows.
        parameters: how many numbers were fitted to the data.
        complexity: neurons and constants of the formula; None for a model that is not a formula.
        seconds: duration of the fit.
        text: the formula, if the model searches for one.
    """

    values: Array
    parameters: int
    complexity: int | None
    seconds: float
    text: str = ""


Model = Callable[[Table, Array, Array, float, int, int], Fit]


def fit_xnet(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int,
             pick: str = "balanced") -> Fit:
    """X-Net with its defaults.

    Args:
        pick: which network of the front the regressor takes.
    """
    model: Any = (XNetClassifier(budget_seconds=seconds, n_jobs=jobs, random_state=seed) if table.classes else
                  XNetRegressor(budget_seconds=seconds, n_jobs=jobs, random_state=seed, pick=pick))
    begun = time.perf_counter()
    model.fit(table.X[train], table.y[train])
    spent = time.perf_counter() - begun
    values = model.predict_proba(table.X[test]) if table.classes else model.predict(table.X[test])
    return Fit(values, int(model.n_parameters_), int(model.complexity_), spent,
               str(getattr(model, "formula_", "") or getattr(model, "formulas_", "")))


def _peer(name: str) -> Model:
    def fit(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
        found = fit_peer(name, table.X[train], table.y[train], table.X[test], seconds=seconds, jobs=jobs, seed=seed)
        return Fit(found.values, found.parameters, found.complexity, found.seconds, found.text)

    return fit


def _polynomial(degree: int) -> Model:
    """Ridge regression on all monomials of standardised inputs up to a degree; cross-validation chooses the penalty."""
    def fit(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
        from sklearn.linear_model import LinearRegression, RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import PolynomialFeatures, StandardScaler

        last = LinearRegression() if degree == 1 else RidgeCV(np.logspace(-6, 3, 19))
        model = make_pipeline(StandardScaler(), PolynomialFeatures(degree, include_bias=False), StandardScaler(), last)
        begun = time.perf_counter()
        model.fit(table.X[train], table.y[train])
        spent = time.perf_counter() - begun
        return Fit(model.predict(table.X[test]), len(last.coef_) + 1, _monomials(table.X.shape[1], degree), spent)

    return fit


def _monomials(d: int, degree: int) -> int:
    """Neurons and constants of a sum of all monomials of d inputs, each with its own coefficient."""
    terms: list[tuple[float, Expr]] = []
    for k in range(1, degree + 1):
        for which in combinations_with_replacement(range(d), k):
            terms.append((2.5 + len(terms), mul([(var(i), 1.0) for i in which])))
    network = to_network(add(terms, 0.5), d)
    assert network is not None  # sums and products are in every library
    return network.complexity


def fit_boosting(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
    """Gradient boosting with scikit-learn's defaults; its parameters are the values of leaves and the thresholds."""
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    model = (GradientBoostingClassifier if table.classes else GradientBoostingRegressor)(random_state=seed)
    begun = time.perf_counter()
    model.fit(table.X[train], table.y[train])
    spent = time.perf_counter() - begun
    values = model.predict_proba(table.X[test]) if table.classes else model.predict(table.X[test])
    return Fit(values, sum(tree.tree_.node_count for tree in model.estimators_.ravel()), None, spent)


def fit_forest(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
    """A random forest with scikit-learn's defaults; its parameters are the values of leaves and the thresholds."""
    from sklearn.ensemble import RandomForestRegressor

    model = RandomForestRegressor(random_state=seed, n_jobs=1)
    begun = time.perf_counter()
    model.fit(table.X[train], table.y[train])
    spent = time.perf_counter() - begun
    return Fit(model.predict(table.X[test]), sum(tree.tree_.node_count for tree in model.estimators_), None, spent)


def fit_mlp_model(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
    """An MLP with hidden layers (64, 64), the best of 3 starts (see `mlp.py`)."""
    begun = time.perf_counter()
    model = fit_mlp(table.X[train], table.y[train], (64, 64), seconds=seconds, seed=seed, classes=len(table.classes))
    return Fit(model.predict(table.X[test]), model.n_parameters, None, time.perf_counter() - begun)


def fit_sklearn_mlp(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
    """scikit-learn's MLP with hidden layers (64, 64) and rectifiers, trained for long without validation rows.

    Inputs and target are standardised. This model is included because it is better than `fit_mlp_model` on the smallest
    tables, in which a fifth of the rows is too small a validation set.
    """
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kind = MLPClassifier if table.classes else MLPRegressor
    last = kind(hidden_layer_sizes=(64, 64), max_iter=5000, n_iter_no_change=50, tol=1e-5, random_state=seed)
    model = make_pipeline(StandardScaler(), last if table.classes else
                          TransformedTargetRegressor(last, transformer=StandardScaler()))
    begun = time.perf_counter()
    model.fit(table.X[train], table.y[train])
    spent = time.perf_counter() - begun
    values = model.predict_proba(table.X[test]) if table.classes else model.predict(table.X[test])
    fitted = model[-1] if table.classes else model[-1].regressor_
    return Fit(values, sum(w.size for w in (*fitted.coefs_, *fitted.intercepts_)), None, spent)


def fit_logistic(table: Table, train: Array, test: Array, seconds: float, jobs: int, seed: int) -> Fit:
    """Logistic regression on standardised inputs with scikit-learn's defaults."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    last = LogisticRegression(max_iter=5000)
    model = make_pipeline(StandardScaler(), last)
    begun = time.perf_counter()
    model.fit(table.X[train], table.y[train])
    spent = time.perf_counter() - begun
    return Fit(model.predict_proba(table.X[test]), last.coef_.size + last.intercept_.size,
               len(last.coef_) * _monomials(table.X.shape[1], 1), spent)


#: Models that search for a formula. They are also ranked among themselves.
FINDERS = ("xnet", "pyoperon", "gplearn")
REGRESSION: dict[str, Model] = {
    "xnet": fit_xnet, "pyoperon": _peer("pyoperon"), "gplearn": _peer("gplearn"), "linear": _polynomial(1),
    "polynomial-2": _polynomial(2), "polynomial-3": _polynomial(3), "boosting": fit_boosting,
    "forest": fit_forest, "mlp-64-64": fit_mlp_model, "mlp-sklearn": fit_sklearn_mlp,
}
CLASSIFICATION: dict[str, Model] = {
    "xnet": fit_xnet, "logistic": fit_logistic, "boosting": fit_boosting, "mlp-64-64": fit_mlp_model,
    "mlp-sklearn": fit_sklearn_mlp,
}
