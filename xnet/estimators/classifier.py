"""`XNetClassifier`: a scikit-learn estimator that finds a formula for the score of every class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from xnet.arrays import Array
from xnet.engine import Network, count_jobs, definitions_used
from xnet.engine.classification.multiclass import choose
from xnet.engine.classification.softmax import log_probabilities, scores
from xnet.engine.fitting.losses import SMOOTHING
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.evidence.class_constants import class_constants
from xnet.option_checks import check_options

from .class_rows import class_rows
from .class_search import ClassSearches, class_constraints, search_classes
from .fitted_classes import FittedClasses
from .history import warn_if_stopped
from .input_checks import budget_of, check_labels, check_numeric, with_functions
from .observers import Callback, end_progress, observer_of
from .sample_weights import CanonicalTable


class XNetClassifier(FittedClasses, ClassifierMixin, BaseEstimator):
    """Find formulas that separate classes: a network of neurons for the score of every class.

    With two classes there is one formula, the log-odds of the second class: its probability is
    1 / (1 + exp(-formula)). With more classes there is one formula per class, and the probabilities are the softmax of
    the formulas. A separate search with the logistic loss gives a front for each class. Cross-validation (five folds,
    one-standard-error rule) selects a network from each front. The constants of the selected networks are fitted
    together and calibrated on rows of other folds. Linear formulas of few inputs (lasso) replace them where they have
    the lower cross-validated log loss. The calibration is part of the formulas, so the probabilities follow from the
    formulas alone.

    >>> import numpy as np
    >>> from xnet import XNetClassifier
    >>> X = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    >>> y = np.where(X[:, 0] ** 2 + X[:, 1] ** 2 < 2, "in", "out")
    >>> model = XNetClassifier(budget_seconds=5, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.97
    True

    Args:
        activations: the activation library: a preset ("default"), or a list of activations, groups and presets.
        parameters: whether constants are fitted; False is the mode without parameters.
        budget_seconds: the budget in seconds of computing for all classes together, as for `XNetRegressor`.
        max_complexity: the largest number of neurons and constants of a network; 60 allows a linear formula of 14
            inputs.
        n_jobs: the number of processes, as for `XNetRegressor`.
        random_state: seed of the split and of the searches.
        budget_steps: the budget in steps for each class; a run with this budget alone is reproducible bit for bit.
            None for no limit, and without a callback not for both budgets.
        holdout_fraction: the share of the rows that is held out from the searches, equal for every class.
        class_weight: weights of the classes: a dict of labels, or "balanced" for weights that make all classes count
            alike (sum of the weights / (classes * sum of the class)); they multiply `sample_weight`. None for none.
        forbidden_inputs, required_inputs, forbidden_nesting, max_parameters: prior knowledge about the score of every
            class, as for `XNetRegressor`, but required inputs without an effect get no warning.
        monotonic: for two classes: input -> "increasing" or "decreasing", the direction of the log-odds.
        callback, stop_at_loss, verbose: as for `XNetRegressor`, for the search of one class after another. Once the
            callback returns True, the classes that were not searched yet begin from a constant.
        warm_start: whether `fit` starts from the formulas of the last `fit`, which must have had the same columns and
            classes.
        functions: functions of your own, as for `XNetRegressor`.

    Attributes:
        classes_: the labels, sorted.
        networks_: the networks, one per class in the order of `classes_`; with two classes only one, for the second.
        formulas_: the formulas as text.
        definitions_: the definitions of the own functions in the formulas, e.g. ["hill(x, y) = x/(x + y)"].
        latexes_: the formulas as LaTeX.
        expressions_: the formulas as SymPy expressions.
        n_parameters_: the number of constants of all networks that the rows determine.
        constants_: a DataFrame with one row per constant: class (of the score), name, value (as printed: calibrated and
            rounded), fitted (to all rows, the constants of all scores together, without calibration), error (standard
            error), low and high (95 % interval), and method: "profile" (of the likelihood, for two classes),
            "quadratic" (curvature of the loss), "robust" (with class weights, or weights that are no numbers of rows:
            the sandwich of White 1982), or "held" for a constant that the rows do not determine. In this fit every
            label counts as wrong with the probability 0.1 / n, so that fitted stays finite. The calibration makes
            value smaller in size than fitted where the constants fit some of the noise.
        complexity_: the number of neurons and constants of all networks.
        calibration_: slope and biases of the calibration, fitted to cross-fitted scores; the formulas contain them.
        log_loss_: mean log loss of the formulas on all rows, weighted as in the fit, also by `class_weight`.
        log_loss_held_out_: mean cross-fitted log loss: every row is scored with constants that were fitted to other
            rows. The structure of the formulas was chosen from all rows, so new rows have a larger loss.
        base_log_loss_: mean log loss of the shares of the classes, weighted in the same way.
        accuracy_: share of all rows that are classified correctly, weighted by `sample_weight` only.
        accuracy_held_out_: the cross-fitted share.
        front_: a DataFrame with one row per network: class, complexity, parameters, the share of the log loss explained
            on training and held-out rows (McFadden's pseudo R2), and the formula of the log-odds of the class.
        history_: one dict per improvement: a `HistoryEntry`, and the class.
        stop_reason_: why the search for each class ended, `StopReason`s: "exact" (nothing left to explain),
            "exhausted", "budget", "reached" (`stop_at_loss`), "callback" or "stopped" (by Ctrl-C); the last two also
            for classes that were not searched yet.
    """

    def __init__(self, activations: str | list[str] = "default", parameters: bool = True,
                 budget_seconds: float | None = 10, max_complexity: int = 60, n_jobs: int | None = 1,
                 random_state: Any = None, *,
                 budget_steps: int | None = None, holdout_fraction: float = 0.2,
                 class_weight: Mapping[Any, float] | str | None = None,
                 forbidden_inputs: Sequence[str | int] | None = None,
                 required_inputs: Sequence[str | int] | None = None,
                 forbidden_nesting: Sequence[tuple[str, str]] | None = None, max_parameters: int | None = None,
                 monotonic: Mapping[str | int, str] | None = None, callback: Callback | None = None,
                 stop_at_loss: float | None = None, warm_start: bool = False, verbose: bool = False,
                 functions: Mapping[str, str] | Sequence[str] | None = None) -> None:
        self.activations = activations
        self.parameters = parameters
        self.budget_seconds = budget_seconds
        self.max_complexity = max_complexity
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.budget_steps = budget_steps
        self.holdout_fraction = holdout_fraction
        self.class_weight = class_weight
        self.forbidden_inputs = forbidden_inputs
        self.required_inputs = required_inputs
        self.forbidden_nesting = forbidden_nesting
        self.max_parameters = max_parameters
        self.monotonic = monotonic
        self.callback = callback
        self.stop_at_loss = stop_at_loss
        self.warm_start = warm_start
        self.verbose = verbose
        self.functions = functions

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> XNetClassifier:
        """Search for the networks.

        Ctrl-C ends the search and keeps the best networks so far, with a `ConvergenceWarning`; classes that were not
        searched yet begin from a constant. Before the first network it raises `KeyboardInterrupt` as usual.

        Args:
            X: (n, d) array or DataFrame; the formulas use the column names of a DataFrame.
            y: (n,) labels of any type that can be sorted.
            sample_weight: (n,) weights of the log losses of the rows: a weight of 2 is a row twice, a weight of 0 a row
                that is not there. If all are whole numbers, they also count as numbers of rows: divide them by their
                mean if they only say how much a row matters.

        Raises:
            ValueError: shapes do not match, values are missing, there is only one class, or n_jobs is 0.
            DataError, ActivationError, ConstraintError, FormulaError: the data or an option cannot be used; all are
                ValueErrors.
        """
        check_options(self.get_params(deep=False))
        n_jobs = count_jobs(self.n_jobs)
        check_numeric(X)
        check_labels(y)
        # The problem refuses missing values, because it can name the column.
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=3, ensure_all_finite=False)
        check_classification_targets(y)
        self.names_ = tuple(str(n) for n in getattr(self, "feature_names_in_", [f"x{i}" for i in range(X.shape[1])]))
        weight = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64,
                                                                         ensure_non_negative=True)
        self.classes_, table, rows, counts = class_rows(X, y, weight, self.class_weight)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        found = self._search(table, seed, n_jobs)
        end_progress(verbose=self.verbose)
        self._fronts, self.stop_reason_, self.n_steps_ = found.fronts, found.stop_reasons, found.n_steps
        self.history_ = [{"class": self.classes_[code], **entry} for code, entry in found.history]
        warn_if_stopped(self.stop_reason_)
        self._forbidden = list(found.problems[0].constraints.forbidden)
        rows = self._without_forbidden(rows)
        with np.errstate(all="ignore"):
            chosen = choose(self._fronts, rows, found.problems[0].activations, self.parameters, seed,
                            self.max_complexity, table.groups, found.admits, counts)
        self._chosen = chosen
        self._searched_with = found.settings(seed)
        self.networks_ = list(chosen.networks)
        self.calibration_ = {"slope": chosen.calibration.slope, "bias": chosen.calibration.bias}
        self.log_loss_, self.log_loss_held_out_ = chosen.log_loss, chosen.log_loss_held_out
        self.accuracy_, self.accuracy_held_out_ = chosen.accuracy, chosen.accuracy_held_out
        self.base_log_loss_ = chosen.base_log_loss
        self.formulas_ = [to_text(network, self.names_) for network in self.networks_]
        self.definitions_ = list(dict.fromkeys(d for network in self.networks_ for d in definitions_used(network)))
        self.latexes_ = [to_latex(network, self.names_) for network in self.networks_]
        smoothed = replace(rows, smoothing=SMOOTHING / len(table.y))
        self._constants = class_constants(chosen.networks, smoothed)
        self.n_parameters_ = sum(e.method != "held" for estimates in self._constants for e in estimates)
        self.complexity_ = sum(network.complexity for network in self.networks_)
        return self

    def _search(self, table: CanonicalTable, seed: int, n_jobs: int) -> ClassSearches:
        constraints = class_constraints(
            self.names_, len(self.classes_), self.monotonic, forbidden_inputs=self.forbidden_inputs,
            required_inputs=self.required_inputs, forbidden_nesting=self.forbidden_nesting,
            max_parameters=self.max_parameters)
        known = self._known_networks()
        self._searched = {"names": self.names_, "classes": self.classes_.tolist()}
        return search_classes(
            table, self.classes_, self.names_, budget_of(self.budget_steps, self.budget_seconds, self.callback), n_jobs,
            observer_of(self.names_, self.callback, self.stop_at_loss, verbose=self.verbose), known,
            activations=with_functions(self.activations, self.functions), parameters=self.parameters,
            max_complexity=self.max_complexity, holdout_fraction=self.holdout_fraction, seed=seed,
            constraints=constraints)

    def _known_networks(self) -> dict[int, list[Network]]:
        """The networks of the last `fit` by the position of their class, for a warm start.

        Raises:
            ValueError: the last `fit` had other columns or classes.
        """
        if not self.warm_start or not hasattr(self, "_fronts"):
            return {}
        if self._searched != {"names": self.names_, "classes": self.classes_.tolist()}:
            raise ValueError("warm_start needs the columns and the classes of the last fit. Give the same, or set "
                             "warm_start=False.")
        codes = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        return {code: [entry.network for entry in front] for code, front in zip(codes, self._fronts, strict=True)}

    def _scores(self, X: Any) -> Array:
        check_is_fitted(self)
        check_numeric(X)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return scores(tuple(self.networks_), np.ascontiguousarray(X.T))

    def decision_function(self, X: Any) -> Array:
        """The scores of the rows.

        Args:
            X: (n, d) array or DataFrame.

        Returns:
            (n,) log-odds of the second class for two classes, else (n, K) scores; 0 where a formula has no value.
        """
        F = self._scores(X)
        return F[:, 1] if len(self.classes_) == 2 else F

    def predict_proba(self, X: Any) -> Array:
        """The probabilities of the classes, the softmax of the scores.

        Args:
            X: (n, d) array or DataFrame.

        Returns:
            (n, K) probabilities; with two classes the score of the first is 0.
        """
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba` (n, K), finite where a probability is below the smallest number."""
        return log_probabilities(self._scores(X))

    def predict(self, X: Any) -> Array:
        """The most probable class of every row.

        Args:
            X: (n, d) array or DataFrame.

        Returns:
            (n,) labels.
        """
        best = self._scores(X).argmax(axis=1)
        return self.classes_[best]
