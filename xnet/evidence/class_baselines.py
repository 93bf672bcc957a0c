"""Ordinary classifiers beside a formula that gives the probability of a class."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .baselines import MOST_ROWS, fit_weighted
from .class_scores import ClassScore, class_score
from .weighted_rows import Rows, WeightedRows, weighted


@dataclass(frozen=True)
class ClassBaseline:
    """A fitted classifier.

    Attributes:
        name: of the model.
        parameters: how many numbers were fitted.
        train, holdout: scores on the training and on the held-out rows (None without held-out rows).
    """

    name: str
    parameters: int
    train: ClassScore
    holdout: ClassScore | None


def fit_class_baselines(train: Rows, holdout: Rows | None, seed: int = 0) -> list[ClassBaseline]:
    """Fit the ordinary classifiers, the simplest first.

    Args:
        train, holdout: rows with y (n,) of 0 and 1; beyond `MOST_ROWS` training rows the models are fitted on a random
            sample. Weights are used for the scores and the fits.
        seed: of the sample and of the models.
    """
    parts = [weighted(train), None if holdout is None else weighted(holdout)]
    found = []
    for name, make, size in _models(seed):
        model = _fitted(make(_folds(train)), train, seed)
        scores = [None if rows is None else class_score(model.predict_proba(rows.X)[:, 1], rows.y, rows.weight)
                  for rows in parts]
        assert scores[0] is not None
        found.append(ClassBaseline(name, size(model), scores[0], scores[1]))
    return found


def logistic_regression(train: Rows, seed: int = 0) -> Any:
    """Logistic regression on all inputs; cross-validation chooses the penalty if each class has two rows or more."""
    return _fitted(_logistic(_folds(train)), train, seed)


def _folds(train: Rows) -> int:
    y = weighted(train).y
    return min(5, int(y.sum()), len(y) - int(y.sum()))


def _fitted(model: Any, train: Rows, seed: int) -> Any:
    X, y, weight = weighted(train)
    if len(y) > MOST_ROWS:
        rng = np.random.default_rng(seed)
        # The same share of each class, but at least 20 rows, because a class may be rare.
        parts = [np.flatnonzero(y == value) for value in (0, 1)]
        chosen = np.concatenate([rng.choice(p, min(len(p), max(20, round(MOST_ROWS * len(p) / len(y)))), replace=False)
                                 for p in parts])
        X, y, weight = X[chosen], y[chosen], None if weight is None else weight[chosen]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fits may stop at their iteration limit
        return fit_weighted(model, WeightedRows(X, y, weight))


def _logistic(folds: int) -> Any:
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found = LogisticRegression(max_iter=500) if folds < 2 else LogisticRegressionCV(
        Cs=np.logspace(-2, 4, 7), cv=folds, scoring="neg_log_loss", max_iter=500, l1_ratios=(0.0,),
        use_legacy_attributes=False)
    return make_pipeline(StandardScaler(), found)


def _models(seed: int) -> Sequence[tuple[str, Callable[[int], Any], Callable[[Any], int]]]:
    """(name, constructor, counter of fitted numbers); scikit-learn is imported here because it is slow to import."""
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return [
        ("Most common class", lambda folds: DummyClassifier(strategy="prior"), lambda m: 1),
        ("Logistic regression (penalised)", _logistic, lambda m: m[-1].coef_.size + 1),
        ("Boosted trees", lambda folds: GradientBoostingClassifier(random_state=seed),
         lambda m: sum(tree.tree_.node_count for tree in m.estimators_.ravel())),
        ("Neural network (32, 32)", lambda folds: make_pipeline(StandardScaler(), MLPClassifier(
            hidden_layer_sizes=(32, 32), solver="lbfgs", alpha=1e-1, max_iter=300, random_state=seed)),
         lambda m: sum(w.size for w in (*m[-1].coefs_, *m[-1].intercepts_)))]
