"""`XNetClassifier`: a formula for the score of every class, as a scikit-learn estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from xnet.arrays import Array
from xnet.engine import Budget, Network, Problem, StopReason, count_jobs, search_on_islands
from xnet.engine.classification.multiclass import choose
from xnet.engine.classification.softmax import Labelled, log_probabilities, scores
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text

from .input_checks import refuse_labels

if TYPE_CHECKING:
    import pandas as pd



class XNetClassifier(ClassifierMixin, BaseEstimator):
    """Find formulas that tell classes apart: a network of neurons for the score of every class.

    With two classes there is one formula, the log-odds of the second: its probability is 1 / (1 + exp(-formula)).
    With more there is one a class, and the probabilities are the softmax of the formulas. Each class is searched for
    by itself under the logistic loss; which network of a front is worth its complexity is asked of rows that its
    constants had not seen (five folds, one-standard-error rule); the constants of the chosen ones are fitted together,
    and calibrated on such rows. Straight lines of few inputs (lasso) take their place where they do better on rows they
    have not seen. The calibration is part of the formulas: probabilities are made of what is shown.

    >>> import numpy as np
    >>> from xnet import XNetClassifier
    >>> X = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    >>> y = np.where(X[:, 0] ** 2 + X[:, 1] ** 2 < 2, "in", "out")
    >>> model = XNetClassifier(budget_seconds=5, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.97
    True

    Args:
        activations: the activation library: a preset ("default"), or a list of activations, groups and presets.
        parameters: whether constants may be fitted; False is the activations-only mode, with no parameters at all.
        budget_seconds: how long to search at most, all classes together.
        max_complexity: most neurons and constants of a network; 60 leave room for a line of 14 inputs.
        n_jobs: processes to search with, as for `XNetRegressor`.
        random_state: seed of the split and of the searches.
        budget_steps: how many steps to take at most for each class (a run with this limit alone is reproducible to the
            last digit); None for no limit.
        holdout_fraction: share of the rows, the same of every class, that the searches never see.

    Attributes:
        classes_: the labels, sorted.
        networks_: the networks, one a class in the order of `classes_`; with two classes one, for the second.
        formulas_, latexes_, expressions_: their text, LaTeX and SymPy forms.
        n_parameters_, complexity_: fitted constants; neurons and constants, of all networks.
        calibration_: slope and biases of the classes that cross-fitted scores were calibrated with; they are part of
            the formulas already.
        log_loss_, log_loss_held_out_: mean log-loss of the formulas on all rows, and of formulas of the same structure
            on rows that the constants had not seen; `base_log_loss_` is that of the classes' shares.
        accuracy_, accuracy_held_out_: the shares of rows that get their class, likewise.
        front_: a DataFrame with one row a network: class, complexity, parameters, the share of the log-loss explained
            on train and held-out rows (McFadden's pseudo R2), formula of the log-odds of the class.
        history_: one dict an improvement, as for `XNetRegressor`, and the class.
        stop_reason_: why the search for each class ended: "exact" (nothing left to explain), "exhausted" or "budget".
    """

    def __init__(self, activations: str | list[str] = "default", parameters: bool = True, budget_seconds: float = 10,
                 max_complexity: int = 60, n_jobs: int | None = 1, random_state: Any = None, *,
                 budget_steps: int | None = None, holdout_fraction: float = 0.2) -> None:
        self.activations = activations
        self.parameters = parameters
        self.budget_seconds = budget_seconds
        self.max_complexity = max_complexity
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.budget_steps = budget_steps
        self.holdout_fraction = holdout_fraction

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> XNetClassifier:
        """Search for the networks.

        Args:
            X: (n, d) array or DataFrame; a DataFrame's column names become the formulas'.
            y: (n,) labels of any kind that can be sorted.
            sample_weight: (n,) weights of the rows' log-losses; rows of weight 0 are left out.

        Raises:
            ValueError: shapes do not fit, values are missing, there is only one class, or n_jobs is 0.
            DataError, ActivationError: both ValueErrors of X-Net that say what to change.
        """
        n_jobs = count_jobs(self.n_jobs)
        refuse_labels(X)
        # Missing values are refused by the problem, which can name the column.
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=3, ensure_all_finite=False)
        check_classification_targets(y)
        self.names_ = tuple(str(n) for n in getattr(self, "feature_names_in_", [f"x{i}" for i in range(X.shape[1])]))
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y has {len(self.classes_)} class in the rows whose weight is not 0; a classifier needs "
                             "at least 2 classes.")
        weight = weight / weight.mean()
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._search(X, codes, weight if sample_weight is not None else None, seed, n_jobs)
        rows = Labelled(np.ascontiguousarray(X.T), codes, len(self.classes_), weight)
        with np.errstate(all="ignore"):
            chosen = choose(self._fronts, rows, self._library, self.parameters, seed, self.max_complexity)
        self.networks_ = list(chosen.networks)
        self.calibration_ = {"slope": chosen.calibration.slope, "bias": chosen.calibration.bias}
        self.log_loss_, self.log_loss_held_out_ = chosen.log_loss, chosen.log_loss_held_out
        self.accuracy_, self.accuracy_held_out_ = chosen.accuracy, chosen.accuracy_held_out
        self.base_log_loss_ = chosen.base_log_loss
        self.formulas_ = [to_text(network, self.names_) for network in self.networks_]
        self.latexes_ = [to_latex(network, self.names_) for network in self.networks_]
        self.n_parameters_ = sum(network.n_parameters for network in self.networks_)
        self.complexity_ = sum(network.complexity for network in self.networks_)
        return self

    def _search(self, X: Array, codes: Array, weight: Array | None, seed: int, n_jobs: int) -> None:
        """One search a class (two classes: one), the seconds shared evenly."""
        wanted = [1] if len(self.classes_) == 2 else list(range(len(self.classes_)))
        budget = Budget(self.budget_steps, None if self.budget_seconds is None else self.budget_seconds / len(wanted))
        self._fronts, self.stop_reason_, self.history_, self.n_steps_ = [], [], [], 0
        for code in wanted:
            problem = Problem.from_arrays(X, (codes == code).astype(np.float64), names=self.names_, loss="logistic",
                                          target_name=str(self.classes_[code]), activations=self.activations,
                                          parameters=self.parameters, max_complexity=self.max_complexity,
                                          holdout_fraction=self.holdout_fraction, sample_weight=weight, seed=seed)
            with threadpool_limits(limits=1 if n_jobs > 1 else None):
                state, events = search_on_islands(problem, budget, n_jobs)
            self._library = problem.activations
            self._fronts.append(state.front)
            self.stop_reason_.append(state.stop_reason or StopReason.BUDGET)
            self.n_steps_ += state.step
            self.history_ += [{"class": self.classes_[code], "step": e.step, "seconds": e.seconds, "loss": e.loss,
                               "loss_holdout": e.loss_holdout, "complexity": e.complexity,
                               "n_parameters": e.n_parameters, "formula": to_text(e.network, self.names_),
                               "reason": e.reason} for e in events if e.kind == "improved"]

    def _scores(self, X: Any) -> Array:
        check_is_fitted(self)
        refuse_labels(X)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return scores(tuple(self.networks_), np.ascontiguousarray(X.T))

    def decision_function(self, X: Any) -> Array:
        """What the formulas give: X (n, d) -> (n,) for two classes, else (n, K); 0 where one leaves its domain."""
        F = self._scores(X)
        return F[:, 1] if len(self.classes_) == 2 else F

    def predict_proba(self, X: Any) -> Array:
        """The probability of every class: X (n, d) -> (n, K), the softmax of the formulas (of 0 and one, for two)."""
        return np.exp(log_probabilities(self._scores(X)))

    def predict(self, X: Any) -> Array:
        """The most probable class: X (n, d) -> (n,)."""
        best = self._scores(X).argmax(axis=1)
        return self.classes_[best]

    @property
    def network_(self) -> Network:
        """The network of two classes.

        Raises:
            AttributeError: there are more classes, each with a network of its own in `networks_`.
        """
        check_is_fitted(self)
        if len(self.networks_) > 1:
            raise AttributeError("There is one network a class; see networks_.")
        return self.networks_[0]

    @property
    def expressions_(self) -> list[Any]:
        """The formulas as SymPy expressions of symbols named like the columns."""
        check_is_fitted(self)
        return [to_sympy(network, self.names_) for network in self.networks_]

    @property
    def front_(self) -> pd.DataFrame:
        """Accuracy against complexity: the best log-odds found for each class at each complexity."""
        import pandas as pd  # only where a table is asked for

        check_is_fitted(self)
        labels = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        return pd.DataFrame([{"class": label, "complexity": e.complexity, "parameters": e.n_parameters,
                              "explained_train": e.r2_train, "explained_holdout": e.r2_holdout,
                              "formula": to_text(e.network, self.names_)}
                             for label, front in zip(labels, self._fronts, strict=True) for e in front])
