"""`XNetRegressor`: a scikit-learn estimator that finds the formula of a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from xnet.arrays import Array
from xnet.engine import Constraints, Network, Preference, Problem, count_jobs, search_on_islands
from xnet.engine.fitting.loss_names import check_loss_name
from xnet.engine.problem.named_constants import Constant, constants_of
from xnet.engine.problem.shared_library import with_library_of
from xnet.evidence.steering_units import USUAL_CONSTANTS
from xnet.option_checks import check_options

from . import input_checks as checks
from .frames import target_name
from .grouped_front import GroupedFront
from .grouped_rows import rows_of_groups, without_group_column
from .history import history_of, warn_if_stopped, warn_of_knowledge
from .observers import Callback, end_progress, observer_of
from .parquet_fits import ParquetFits
from .sample_weights import CanonicalTable, canonical_table
from .several_targets import SeveralTargets, targets_of


class XNetRegressor(GroupedFront, ParquetFits, SeveralTargets, RegressorMixin, BaseEstimator):
    """Find the formula behind a table: a network of neurons that choose their own activations.

    >>> import numpy as np
    >>> from xnet import XNetRegressor
    >>> X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    >>> model = XNetRegressor(budget_seconds=5, random_state=0).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])
    >>> model.formula_
    '2*x0**2/x1'

    Args:
        activations: the activation library: a preset ("default"), or a list of activations, groups and presets, such as
            ["default", "kinks"] (max(0, x - c), |x - c|, steps; see `docs/functions.md`).
        parameters: whether constants are fitted; False is the mode without parameters.
        budget_seconds: the seconds to compute, on a busy machine longer by the clock; an exact formula ends it sooner.
        budget_steps: the budget in steps; alone it makes a run reproducible bit for bit. Not both are None (no limit).
        max_complexity: the largest number of neurons and constants of a network. The default suits measured tables with
            many influences; a short law is found and picked as a short formula all the same.
        holdout_fraction: the share of the rows that is held out from the search; `pick` uses all rows.
        n_jobs: the number of processes, as in scikit-learn: None for 1, -1 for all cores, never more than cores. The
            first process does the same as a single process, the others search elsewhere, and their fronts are merged;
            budget_steps is the budget of each. Inside a process of joblib (GridSearchCV with n_jobs) it is 1.
        random_state: seed of the split and of the search.
        loss: what an error costs. "squared_error"; "huber" for tables in which up to a fifth of the rows are outliers
            (Huber's robust scale: rows beyond two of it have no part in the fit); "absolute"; "quantile:0.9"
            for a formula above 90 % of the rows; "relative" (errors over the size of y) or, for noise above 10 % and
            y > 0, "log" (errors of log y) for a y over decades; "poisson" for counts; see `xnet.evidence.loss_scores`.
        forbidden_inputs: inputs (names or positions) that no formula may use.
        required_inputs: inputs (names or positions) that every formula must use. A warning says where an input that is
            required has no effect that the rows show, or where only a plain sum or product of them was found.
        forbidden_nesting: pairs (outer, inner) of activations or groups, e.g. `[("sin", "sin"), ("waves", "exp")]`: no
            `inner` anywhere inside an `outer`.
        max_parameters: the largest number of fitted constants of a formula; None for no limit.
        monotonic: input -> "increasing" or "decreasing": the output never falls, or never rises, in that input.
        output_range: (low, high) bounds of the output, both included; None for an open end: (0, None) for an output
            that is never negative. Like `monotonic`, it is checked on the rows and on points of the box that the inputs
            span, which is no proof; see `check_points` of `xnet.engine.problem.constraints`.
        initial_formula: a formula to start from, e.g. "a*exp(b*x0) + c". Its numbers (but whole powers, and the factors
            1 and -1) and free constants (single letters) are fitted; it enters the front and is expanded first. As it
            was given, with its numbers, it is kept beside the front, see `initial_formula_`.
        constants: the restrictions of constants, by name: a number is fixed (`{"g": 9.81}`: kept to the last digit in
            `initial_formula`, and recognised in every formula within its error and printed by name), a `Constant` is
            fitted within bounds or whole where `initial_formula` or `template` names it (`{"k": Constant(0.3, low=0,
            high=1)}`; this holds for all formulas of that structure, and others have no such constant),
            None stands for the value of the table of physical constants in SI units (`{"k_B": None}`). Or a list of
            texts: `["g=9.81", "k=0.3[0:1]", "n[1:6] whole", "k_B"]`.
        template: a form with unknown parts, e.g. "f(x1, x2) + a*g(x3)": called names that are no functions are searched
            as formulas of the columns that they are called with (up to three, see `holes_`), single letters are fitted,
            numbers stay. See `docs/forms_half_known.md`.
        units: column (also the name of the target) -> unit, e.g. {"speed": "m/s"}: reports for every formula of the
            front whether its units are consistent, see `units_report_`. Needs the package pint.
        units_mode: "report" refuses no formula; under "enforce" units steer the search: formulas whose units cannot be
            made consistent are not tried (the rule is that of `xnet.engine.problem.unit_rule`).
        max_unit_constants: the most numbers of a formula that may have a unit under "enforce".
        pick: the network that becomes the model, by leave-one-out errors of all rows and a price on the structure (see
            `xnet.engine.front.selection`): "balanced"; "simplest", at a higher price; "accurate", at a lower one.
            A plain model (linear, log-linear, power law, second degree) becomes the model where no network is better.
        refit: whether the constants of the chosen formula are fitted to all rows at the end, as those of `GridSearchCV`
            are; False keeps those of the training rows, which `front_` shows and the held-out rows test.
        cluster: instead of n_jobs, one island on each worker of a Dask scheduler: its address, or a `Client` of Dask.
        device: where candidates are matched: "cpu" (NumPy), or a PyTorch device such as "cuda" ("torch:cpu" for
            PyTorch on the CPU). PyTorch ranks candidates in float32, so it may find another formula of equal quality.
        functions: functions of your own, e.g. {"hill(x, y)": "x/(x + y)"}: they join the activations, are printed by
            name (see `definitions_`), and are written out in exports.
        callback: called as `callback(step, seconds, front)` after every step (with several processes after every round
            of steps); `front` is a list of dicts: complexity, parameters, loss, loss_holdout, formula. True ends the
            search, with `stop_reason_` "callback".
        stop_at_loss: the search ends, with `stop_reason_` "reached", once the formula leaves no larger share of the
            loss of the best constant in the training rows: 0.01 is R2 = 0.99 under squared error.
        warm_start: whether `fit` starts from the formulas of the last `fit`, which must have had the same columns; not
            for several targets; a template starts anew.
        verbose: whether to show a progress line: on standard error, in notebooks by tqdm if it is installed.
        own_constants: with groups: "auto" lets the rows decide which constants are own, "all" shares none, and a number
            is the most own constants; 0 searches one formula for the rows of all groups.

    Attributes:
        network_: the network.
        formula_: the formula as text; with groups own constants are letters, e.g. `a[molecule]*x/(x + 3.2)`. See
            `group_constants_` (a table), `r2_by_group_`, and `parameters_` with a column `group`.
        definitions_: the definitions of the own functions in the formula, e.g. ["hill(x, y) = x/(x + y)"].
        latex_: the formula as LaTeX.
        expression_: the formula as a SymPy expression.
        n_parameters_: the number of constants that the rows determine; fixed ones and places of steps are none.
        constants_: a DataFrame with one row per constant: name, value (as printed), fitted (to all rows), error
            (standard error), low and high (95 % interval), and method: "quadratic" (curvature of the loss), "profile"
            (profile), "robust" (White), "sandwich" (quantile), "threshold" (step); "held", "fixed", "bound", "whole".
        parameters_: the constants as a table of letters in the order of the formula: name, value, fitted (to all rows),
            standard_error, low95, high95, kind: "fitted", "simple", "known", "fixed", "at a bound", "not determined"...
        formula_named_: the formula with these letters, e.g. "a*exp(b*x0) + c".
        complexity_: the number of neurons and constants; of all rows, as `n_parameters_`, so `front_` may have others.
        plain_kind_: the kind, such as "linear", "log-linear", "power-law" or "power-exponential", where the formula is
            the best plain model of this kind, as the search found no law; None for a network that was searched for.
        front_: a DataFrame with one row per network: complexity, parameters, R2 on training and held-out rows (of
            `sklearn.metrics.r2_score`, each against the mean of its own rows; NaN where y does not vary there), formula
            with its constants of the training rows. The row of the chosen one is `front_index_`.
        history_: one `HistoryEntry` (a dict) per improvement.
        second_look_index_: where a few rows are wild, the row of `front_` with the formula of a second search, in which
            wild rows have little influence (Huber's scale), for `select`; None without one. It competes for the pick.
        stop_reason_: why the search ended, a `StopReason`: "exact", "noise" (the residuals look like noise by every
            test), "exhausted", "budget", "reached" (`stop_at_loss`), "callback" or "stopped" (by Ctrl-C).
        units_report_: one sentence on the units per row of `front_`, also its column `units`; None without `units`.
        initial_formula_: the initial formula as it was given, a `GivenFormula` with the fitted value of every letter in
            `constants`, and its scores; None without `initial_formula`.
        initial_parameters_: the same table for the letters of the initial formula, whose value is that of the training
            rows, also with the kind "whole number"; None without `initial_formula`.
        holes_: with `template` the formulas of its unknown parts by name, e.g. {"f": "x1*exp(-0.7*x2)"}; else None.
        template_letters_: with `template` the fitted values of its letters by name; else None.
        estimators_: after a fit to several targets the fitted model of each; the attributes above belong to these
            models. `formulas_` has the formulas of all targets, `fronts_` all fronts.
        constraints_met_: whether `network_` satisfies all constraints; if no formula does, it is the simplest one.
    """

    def __init__(self, activations: str | list[str] = "default", parameters: bool = True,
                 budget_seconds: float | None = 10, max_complexity: int = 140, n_jobs: int | None = 1,
                 random_state: Any = None, *,
                 budget_steps: int | None = None, holdout_fraction: float = 0.2,
                 loss: str = "squared_error", forbidden_inputs: Sequence[str | int] | None = None,
                 required_inputs: Sequence[str | int] | None = None,
                 forbidden_nesting: Sequence[tuple[str, str]] | None = None, max_parameters: int | None = None,
                 monotonic: Mapping[str | int, str] | None = None,
                 output_range: tuple[float | None, float | None] | None = None,
                 initial_formula: str | None = None, units: Mapping[str, str] | None = None,
                 pick: str = "balanced", refit: bool = True, device: str = "cpu", callback: Callback | None = None,
                 stop_at_loss: float | None = None, warm_start: bool = False, verbose: bool = False,
                 functions: Mapping[str, str] | Sequence[str] | None = None, cluster: Any = None,
                 constants: Mapping[str, float | Constant | None] | Sequence[str] | None = None,
                 own_constants: str | int = "auto", units_mode: str = "report",
                 max_unit_constants: int = USUAL_CONSTANTS, template: str | None = None) -> None:
        self.activations = activations
        self.parameters = parameters
        self.budget_seconds = budget_seconds
        self.max_complexity = max_complexity
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.budget_steps = budget_steps
        self.holdout_fraction = holdout_fraction
        self.loss = loss
        self.forbidden_inputs = forbidden_inputs
        self.required_inputs = required_inputs
        self.forbidden_nesting = forbidden_nesting
        self.max_parameters = max_parameters
        self.monotonic = monotonic
        self.output_range = output_range
        self.initial_formula = initial_formula
        self.units = units
        self.pick = pick
        self.refit = refit
        self.device = device
        self.callback = callback
        self.stop_at_loss = stop_at_loss
        self.warm_start = warm_start
        self.verbose = verbose
        self.functions = functions
        self.cluster = cluster
        self.constants = constants
        self.own_constants = own_constants
        self.units_mode = units_mode
        self.max_unit_constants = max_unit_constants
        self.template = template

    def fit(self, X: Any, y: Any, sample_weight: Any = None, sample_error: Any = None,
            groups: Any = None) -> XNetRegressor:
        """Search for a network.

        Ctrl-C ends the search and keeps the best network so far, with a `ConvergenceWarning`; before the first network
        it raises `KeyboardInterrupt` as usual. Of several targets, those not searched yet get a constant.

        Args:
            X: (n, d) array or DataFrame; the formula uses the column names of a DataFrame.
            y: (n,) target, or (n, k) several targets: each has a search of its own with the whole budget, see
                `estimators_`.
            sample_weight: (n,) weights of the errors: 2 is a row twice, 0 a row that is not there. Whole numbers count
                as numbers of rows: divide them by their mean if they only say how much a row matters.
            sample_error: (n,) known standard errors of y, (n, k) those of several targets, or one for all: the loss is
                then chi-square, and constants have the errors that follow from them.
            groups: (n,) labels of groups of rows, or the name of a column of X: one form is searched, with constants of
                its own in every group (see `own_constants`). One group is a table without groups.

        Raises:
            ValueError: shapes do not match, values are missing, or an option cannot be used; the message names it.
            DataError, ActivationError, ConstraintError, FormulaError, UnitsError: the same; all are ValueErrors.
        """
        check_options(self.get_params(deep=False))
        n_jobs = count_jobs(self.n_jobs)
        check_loss_name(self.loss)
        checks.check_choice("pick", self.pick, tuple(map(str, Preference)))
        targets = targets_of(y)
        self._forget(several=targets is not None)
        X, labels, self._group_column = without_group_column(X, groups, one_target=targets is None)
        if targets is not None:
            return self._fit_several(X, targets, sample_weight, sample_error)
        name = target_name(y, self._target_name)
        checks.check_numeric(X)
        checks.check_target(y)
        # The problem refuses missing values, because it can name the column.
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=3,
                             ensure_all_finite=False)
        names = tuple(str(n) for n in getattr(self, "feature_names_in_", [f"x{i}" for i in range(X.shape[1])]))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        y = np.asarray(y, dtype=np.float64)
        X, y, labels, sample_weight = rows_of_groups(X, y, labels, sample_weight, sample_error)
        X, names = self._grouped(X, names, labels)
        table = canonical_table(X, y, sample_weight) if sample_error is None else CanonicalTable(X, y, sample_weight)
        problem = self._problem(table, names, name, seed, sample_error)
        if self._library is not None:
            problem = with_library_of(problem, self._library)
        self._library = problem if self._target_name != "y" else None
        # The islands use the cores; threads inside small matrix products would compete for them.
        with threadpool_limits(limits=1 if n_jobs > 1 else None):
            state, events = search_on_islands(
                problem, checks.budget_of(self.budget_steps, self.budget_seconds, self.callback), n_jobs,
                networks=self._known_networks(names), cluster=self.cluster,
                observer=observer_of(names, self.callback, self.stop_at_loss, verbose=self.verbose))
        end_progress(verbose=self.verbose)
        self.names_, self.target_name_ = names, name
        chosen = self._keep(state, problem)
        self.history_ = history_of(events, names)
        warn_if_stopped([self.stop_reason_])
        warn_of_knowledge(chosen, self._entries, problem)
        return self

    def _known_networks(self, names: tuple[str, ...]) -> list[Network]:
        """The networks of the last `fit`, for a warm start.

        Raises:
            ValueError: the last `fit` had other columns.
        """
        if not self.warm_start or self.template is not None or not hasattr(self, "network_"):
            return []
        if self.names_ != names:
            raise ValueError(f"warm_start needs the columns of the last fit ({', '.join(self.names_)}), but this table "
                             f"has {', '.join(names)}. Give the same columns, or set warm_start=False.")
        return [entry.network for entry in self._entries]

    def _problem(self, table: CanonicalTable, names: tuple[str, ...], target_name: str, seed: int,
                 sample_error: Any) -> Problem:
        """The search problem of a table."""
        constraints = Constraints.of(
            names, forbidden_inputs=self.forbidden_inputs, required_inputs=self.required_inputs,
            forbidden_nesting=self.forbidden_nesting, max_parameters=self.max_parameters, monotonic=self.monotonic,
            output_range=self.output_range,
            units=checks.units_that_steer(self.units_mode, names, target_name, self.units, self.max_unit_constants))
        return Problem.from_arrays(table.X, table.y, names=names, target_name=target_name,
                                   activations=checks.with_functions(self.activations, self.functions),
                                   parameters=self.parameters, max_complexity=self.max_complexity,
                                   holdout_fraction=self.holdout_fraction,
                                   holdout=self._held_out(table, seed), sample_weight=table.weight,
                                   sample_error=sample_error, seed=seed, loss=self.loss, constraints=constraints,
                                   initial_formula=self.initial_formula, groups=self._groups, template=self.template,
                                   constants=constants_of(self.constants, names), device=self.device)

    def predict(self, X: Any, groups: Any = None) -> Array:
        """Evaluate the formula.

        Args:
            X: (n, d) array or DataFrame.
            groups: for a model with groups: the label of every row, or the name of the column of X that holds it.

        Returns:
            (n,) values, (n, k) for several targets; NaN or infinite where the formula has no value.
        """
        check_is_fitted(self)
        if hasattr(self, "estimators_"):
            return np.column_stack([one.predict(X) for one in self.estimators_])
        return self.network_.evaluate(self._with_groups(X, groups))
