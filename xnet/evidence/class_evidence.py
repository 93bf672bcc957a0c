"""What speaks for the probability of a class: ordinary classifiers beside it, and a verdict.

The measure is the log loss, which the search minimises: it asks whether a row gets its class, and how sure the formula
was. The plain rivals are the share of the class, given to every row, and logistic regression on all inputs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.network import Network
from xnet.wording.score_text import percent

from .baselines import MOST_ROWS, Rows
from .class_scores import ClassScore, binary_log_losses, class_score
from .verdict import FEW_ROWS, ROWS_A_NUMBER, Verdict, clearly_less

#: A smaller difference of log losses is one that nobody would notice in the probabilities.
NOTICEABLE = 0.01
#: A strong formula gives so many rows their class, and makes at most half the mistakes of the most common class.
STRONG = 0.9


@dataclass(frozen=True)
class ClassBaseline:
    """A fitted classifier: its name, how many numbers it fitted, and its scores (None: no held-out rows)."""

    name: str
    parameters: int
    train: ClassScore
    holdout: ClassScore | None


def fit_class_baselines(train: Rows, holdout: Rows | None, seed: int = 0) -> list[ClassBaseline]:
    """Fit the ordinary classifiers, the plainest first.

    Args:
        train, holdout: X (n, d) and y (n,) of 0 and 1; of more than `MOST_ROWS` train rows some are drawn.
    """
    found = []
    for name, make, size in _models(seed):
        model = _fitted(make(_folds(train)), train, seed)
        scores = [None if rows is None else class_score(model.predict_proba(rows[0])[:, 1], rows[1])
                  for rows in (train, holdout)]
        assert scores[0] is not None
        found.append(ClassBaseline(name, size(model), scores[0], scores[1]))
    return found


def logistic_regression(train: Rows, seed: int = 0) -> Any:
    """Logistic regression on all inputs, its penalty chosen by cross-validation where there are rows enough."""
    return _fitted(_logistic(_folds(train)), train, seed)


def _folds(train: Rows) -> int:
    ones = int(train[1].sum())
    return min(5, ones, len(train[1]) - ones)


def _fitted(model: Any, train: Rows, seed: int) -> Any:
    X, y = train
    if len(y) > MOST_ROWS:
        rng = np.random.default_rng(seed)
        # Of each class the same share, at least some of each: a class may be rare.
        parts = [np.flatnonzero(y == value) for value in (0, 1)]
        chosen = np.concatenate([rng.choice(p, min(len(p), max(20, round(MOST_ROWS * len(p) / len(y)))), replace=False)
                                 for p in parts])
        X, y = X[chosen], y[chosen]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit cut off by its limit of steps is meant to be
        return model.fit(X, y)


def _logistic(folds: int) -> Any:
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found = LogisticRegression(max_iter=500) if folds < 2 else LogisticRegressionCV(
        Cs=np.logspace(-2, 4, 7), cv=folds, scoring="neg_log_loss", max_iter=500, l1_ratios=(0.0,),
        use_legacy_attributes=False)
    return make_pipeline(StandardScaler(), found)


def _models(seed: int) -> Sequence[tuple[str, Callable[[int], Any], Callable[[Any], int]]]:
    """(name, maker, number of fitted numbers); scikit-learn is imported only where a baseline is asked for."""
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return [
        ("Most common class", lambda folds: DummyClassifier(strategy="prior"), lambda m: 1),
        ("Logistic regression", _logistic, lambda m: m[-1].coef_.size + 1),
        ("Boosted trees", lambda folds: GradientBoostingClassifier(random_state=seed),
         lambda m: sum(tree.tree_.node_count for tree in m.estimators_.ravel())),
        ("Neural network (32, 32)", lambda folds: make_pipeline(StandardScaler(), MLPClassifier(
            hidden_layer_sizes=(32, 32), solver="lbfgs", alpha=1e-1, max_iter=300, random_state=seed)),
         lambda m: sum(w.size for w in (*m[-1].coefs_, *m[-1].intercepts_)))]


@dataclass(frozen=True)
class ClassRivals:
    """The formula and the two plain models on the rows that decide (held out, or the train rows).

    Attributes:
        formula, line, share: (m,) log losses by row of the formula, of logistic regression and of the class's share;
            NaN where the formula has no value.
        right, line_right: the shares of rows that formula and logistic regression give their class.
        common: the share of the rows that the more common class of the train rows gets right.
        one_class: whether all of these rows are of one class.
        train: (n,) log losses of the formula on the train rows.
        rarer: how many train rows there are of the rarer class.
        held_out: whether the deciding rows are held out.
        n_parameters, line_parameters: numbers fitted by formula and logistic regression.
    """

    formula: Array
    line: Array
    share: Array
    right: float
    line_right: float
    common: float
    one_class: bool
    train: Array
    rarer: int
    held_out: bool
    n_parameters: int
    line_parameters: int


def class_rivals(network: Network, train: Rows, holdout: Rows | None, line: Any) -> ClassRivals:
    """Compare the probability of a class with its share and with logistic regression.

    Args:
        train, holdout: X (n, d) and y (n,) of 0 and 1.
        line: what `logistic_regression` gives for the train rows.
    """
    X, y = holdout or train
    p, other, share = _finite(network.evaluate(X)), line.predict_proba(X)[:, 1], float(train[1].mean())
    there = np.isfinite(p)
    return ClassRivals(
        formula=np.where(there, binary_log_losses(np.where(there, p, 0.5), y), np.nan),
        line=binary_log_losses(other, y), share=binary_log_losses(np.full(len(y), share), y),
        right=class_score(p, y).accuracy or 0.0,
        line_right=class_score(other, y).accuracy or 0.0, common=float(np.mean((y > 0.5) == (share > 0.5))),
        one_class=bool(np.ptp(y) == 0), train=binary_log_losses(_finite(network.evaluate(train[0])), train[1]),
        rarer=int(min(train[1].sum(), len(train[1]) - train[1].sum())), held_out=holdout is not None,
        n_parameters=network.n_parameters, line_parameters=X.shape[1] + 1)


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def class_verdict(found: ClassRivals) -> Verdict:
    """The verdict; without held-out rows the Bayesian information criterion stands in for the check."""
    missing = int(np.isnan(found.formula).sum())
    if missing == len(found.formula):
        return Verdict("share", "The formula has no value for any of the rows that it is checked on.")
    cautions = _cautions(found, missing)
    where = "held-out rows" if found.held_out else "rows it learnt from"
    if not _better(found, found.share, 1):
        return Verdict("share", f"On the {where} it is no better than giving every row the same probability, the share "
                                "of the class.", cautions)
    compared = (f"the formula gives {percent(found.right)} of the {where} their class, logistic regression "
                f"{percent(found.line_right)}, always saying the more common class {percent(found.common)}.")
    if not _better(found, found.line, found.line_parameters):
        return Verdict("logistic", f"Logistic regression on all inputs ({found.line_parameters} fitted numbers; the "
                                   f"formula has {found.n_parameters}) does as well or better: {compared}", cautions)
    strong = found.right >= max(STRONG, 1.0 - 0.5 * (1.0 - found.common), found.line_right)
    level = "strong" if strong and found.held_out and not cautions else "plausible"
    return Verdict(level, f"Its probabilities are better than those of logistic regression on all inputs: {compared}",
                   cautions)


def _better(found: ClassRivals, rival: Array, parameters: int) -> bool:
    """Whether the formula beats a plainer model by more than chance, and by enough to be noticed."""
    there = np.isfinite(found.formula)
    own, other = found.formula[there], rival[there]
    if not found.held_out:
        n = len(own)
        gain = 2.0 * float(other.sum() - own.sum()) - (found.n_parameters - parameters) * float(np.log(n))
        return gain > 2.0
    return bool(other.mean() - own.mean() > NOTICEABLE) and clearly_less(own, other)


def _cautions(found: ClassRivals, missing: int) -> tuple[str, ...]:
    said = []
    if missing:
        said.append(f"It has no value for {missing} of the {len(found.formula)} rows it is checked on.")
    if len(found.train) < FEW_ROWS or found.rarer < ROWS_A_NUMBER * found.n_parameters:
        said.append(f"There are only {found.rarer} rows of the rarer class to learn {found.n_parameters} fitted "
                    "numbers from." if found.n_parameters else f"There are only {len(found.train)} rows to learn from.")
    if not found.held_out:
        said.append("No rows were held out, so nothing was checked on rows it has not seen.")
    elif found.one_class:
        said.append("All held-out rows are of one class, so they hardly check it.")
    inner, outer = float(np.nanmean(found.train)), float(np.nanmean(found.formula))
    if found.held_out and outer > 4.0 * inner and outer - inner > 0.1:
        said.append("It does much worse on held-out rows than on those it learnt from: part of it is learnt noise.")
    return tuple(said)
