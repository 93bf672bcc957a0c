"""Ordinary models to compare a formula with: mean, line, polynomial, boosted trees and a small neural network."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.engine.fitting.r_squared import r_squared

from .group_columns import GroupColumns
from .simple_models import line_name, n_varying
from .weighted_rows import Rows, WeightedRows, weighted

#: The name of the model that predicts the mean of the training rows.
MEAN = "Mean"
#: Models are fitted on at most this many rows, so that all of them together take seconds; mean and line on all.
MOST_ROWS = 3000
#: With more inputs than this the polynomial of degree 2 is omitted, because it has too many terms.
MOST_INPUTS = 30


@dataclass(frozen=True)
class Baseline:
    """A fitted model.

    Attributes:
        name: of the model.
        parameters: how many numbers were fitted.
        r2_train, r2_holdout: R² on the training and on the held-out rows; None without such rows, or where the target
            does not vary in them.
    """

    name: str
    parameters: int
    r2_train: float | None
    r2_holdout: float | None


def fit_baselines(train: Rows, holdout: Rows | None, seed: int = 0,
                  groups: GroupColumns | None = None) -> list[Baseline]:
    """Fit all baselines, the simplest first.

    Args:
        train, holdout: the rows; beyond `MOST_ROWS` training rows all models but mean and line are fitted on a random
            sample. Weights are used for the scores and the fits.
        seed: of the sample and of the models.
        groups: in a table with groups the input that numbers them; the models get columns of zeros and ones instead.
    """
    train, holdout = weighted(train), None if holdout is None else weighted(holdout)
    line = linear_model_name(n_varying(train.X))
    if groups is not None:
        line = "Linear formula, a constant per group"  # as long as a cell of the page shows
        train = train._replace(X=groups.separate(train.X))
        holdout = holdout and holdout._replace(X=groups.separate(holdout.X))
    if (varies := np.ptp(train.X, axis=0) > 0).any():  # other inputs say nothing
        train = train._replace(X=train.X[:, varies])
        holdout = holdout and holdout._replace(X=holdout.X[:, varies])
    sample = train
    if len(train.y) > MOST_ROWS:
        chosen = np.random.default_rng(seed).choice(len(train.y), MOST_ROWS, replace=False)
        sample = WeightedRows(train.X[chosen], train.y[chosen], None if train.weight is None else train.weight[chosen])

    def r2(model: Any, rows: WeightedRows) -> float | None:
        return r_squared(model.predict(rows.X), rows.y, rows.weight)

    found = []
    for name, make, size in _models(train.X.shape[1], line, seed):
        model = make()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fits may stop at their iteration limit
            fit_weighted(model, train if name in (MEAN, line) else sample)
        found.append(Baseline(name, size(model), r2(model, train), None if holdout is None else r2(model, holdout)))
    return found


def linear_model_name(d: int) -> str:
    """The name of the linear model of all d inputs, without its article.

    >>> linear_model_name(1), linear_model_name(9)
    ('Straight line', 'Linear formula of all 9 inputs')
    """
    name = line_name(d).removeprefix("a ")
    return name[0].upper() + name[1:]


def fit_weighted(model: Any, rows: WeightedRows) -> Any:
    """Fit a model, or a pipeline whose last step uses the weights, and return it."""
    if rows.weight is None:
        return model.fit(rows.X, rows.y)
    last = f"{model.steps[-1][0]}__" if hasattr(model, "steps") else ""
    return model.fit(rows.X, rows.y, **{f"{last}sample_weight": rows.weight})


def _models(d: int, line: str, seed: int) -> Sequence[tuple[str, Callable[[], Any], Callable[[Any], int]]]:
    """(name, constructor, counter of fitted numbers); scikit-learn is imported here because it is slow to import."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.linear_model import LinearRegression, RidgeCV
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    def polynomial() -> Any:
        return make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), StandardScaler(),
                             RidgeCV(np.logspace(-6, 3, 10)))

    def mlp() -> Any:
        network = MLPRegressor(hidden_layer_sizes=(32, 32), solver="lbfgs", alpha=1e-3, max_iter=300,
                               random_state=seed)
        return make_pipeline(StandardScaler(), TransformedTargetRegressor(network, transformer=StandardScaler()))

    models: list[tuple[str, Callable[[], Any], Callable[[Any], int]]] = [
        (MEAN, DummyRegressor, lambda m: 1),
        (line, lambda: make_pipeline(StandardScaler(), LinearRegression()), lambda m: d + 1)]
    if d <= MOST_INPUTS:
        models.append(("Polynomial of degree 2", polynomial, lambda m: len(m[-1].coef_) + 1))
    return [*models,
            ("Boosted trees", lambda: GradientBoostingRegressor(random_state=seed),
             lambda m: sum(tree.tree_.node_count for tree in m.estimators_.ravel())),
            ("Neural network (32, 32)", mlp,
             lambda m: sum(w.size for w in (*m[-1].regressor_.coefs_, *m[-1].regressor_.intercepts_)))]
