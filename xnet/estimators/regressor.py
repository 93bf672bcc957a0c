"""`XNetRegressor`: the engine as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from xnet.arrays import Array
from xnet.engine import Budget, Constraints, Problem, StopReason, count_jobs, pick_supported, search_on_islands
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.evidence.units import check_columns, units_report

from .input_checks import refuse_labels

if TYPE_CHECKING:
    import pandas as pd



class XNetRegressor(RegressorMixin, BaseEstimator):
    """Find the formula behind a table: a network of neurons that choose their own activations.

    >>> import numpy as np
    >>> from xnet import XNetRegressor
    >>> X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    >>> model = XNetRegressor(budget_seconds=5, random_state=0).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])
    >>> model.formula_
    '2*x0**2/x1'

    Args:
        activations: the activation library: a preset ("default"), or a list of activations, groups and presets.
        parameters: whether constants may be fitted; False is the activations-only mode, with no parameters at all.
        budget_seconds: how long to search at most; an exact formula ends the search sooner.
        budget_steps: how many steps to take at most (a run with this limit alone is reproducible to the last digit);
            None for no limit.
        max_complexity: most neurons and constants of a network. The default leaves room for what measured tables of
            many influences ask for; a law is found, and picked, as short as it is.
        holdout_fraction: share of the rows that the search never sees and the default pick is made on.
        n_jobs: processes to search with, as in scikit-learn: None for 1, -1 for all cores. The first does what one does
            alone, the others look elsewhere and the fronts are merged; budget_steps is then the steps of each. Inside
            a process that joblib started (GridSearchCV with n_jobs) it is always one.
        random_state: seed of the split and of the search.
        loss: "squared_error", or "huber" for tables in which up to a fifth of the rows may be wild: errors beyond
            two robust standard deviations (found along with the fit) count as if they ended there; R2 is then one
            minus the ratio of the squared robust scales of the errors and of y, and the same holds for `front_`.
        forbidden_inputs, required_inputs: inputs (names or positions) that no formula uses, and that every one uses.
        forbidden_nesting: pairs (outer, inner) of activations or groups, e.g. `[("sin", "sin"), ("waves", "exp")]`: no
            `inner` anywhere inside an `outer`.
        max_parameters: most fitted constants of a formula; None for no limit.
        monotonic: input -> "increasing" or "decreasing": the output never falls, or never rises, in that input.
        output_range: (low, high) that the output stays within, both included, None for an open end: (0, None) for an
            output that is never negative. Like `monotonic`, checked on the rows and on points of the box that the
            inputs span, which is no proof: see `engine.constraints.check_points`.
        initial_formula: a formula to start from, e.g. "a*exp(b*x0) + c"; its numbers and free constants (single
            letters) are fitted, it is on the front and expanded first.
        units: column (the target's name among them) -> unit, e.g. {"speed": "m/s"}: every formula of the front is then
            reported as consistent or not, see `units_report_`; none is refused for it. Needs the package pint.
        pick: which network of the front the model is: "simplest" takes the simplest that is within one standard error
            of the best on held-out rows (and not clearly worse row by row); "supported" takes the one that all rows
            together support most by its description length: as a rule longer and more accurate. With fewer than 30
            held-out rows "simplest" takes that one too.
        device: where candidates are matched: "cpu" (NumPy), or a PyTorch device such as "cuda" ("torch:cpu" for
            PyTorch on the processor). float32 only screens, so other formulas may come out where two are as good.

    Attributes:
        network_: the network, `formula_` and `latex_` its text, `expression_` its SymPy form.
        n_parameters_, complexity_: how many constants were fitted; neurons and constants.
        front_: a DataFrame with one row a network: complexity, parameters, train and held-out R2, formula.
        history_: one dict an improvement: step, seconds, loss, loss_holdout, complexity, n_parameters, formula, reason.
        stop_reason_: why the search ended, a `StopReason`: "exact", "noise" (what is left unexplained looks like it),
            "exhausted" or "budget".
        units_report_: one sentence a row of `front_` on its units, also a column `units` there; None without `units`.
        constraints_met_: whether `network_` keeps every constraint; a constant stands for it while none does.
    """

    def __init__(self, activations: str | list[str] = "default", parameters: bool = True, budget_seconds: float = 10,
                 max_complexity: int = 140, n_jobs: int | None = 1, random_state: Any = None, *,
                 budget_steps: int | None = None, holdout_fraction: float = 0.2,
                 loss: str = "squared_error", forbidden_inputs: Sequence[str | int] | None = None,
                 required_inputs: Sequence[str | int] | None = None,
                 forbidden_nesting: Sequence[tuple[str, str]] | None = None, max_parameters: int | None = None,
                 monotonic: Mapping[str | int, str] | None = None,
                 output_range: tuple[float | None, float | None] | None = None,
                 initial_formula: str | None = None, units: Mapping[str, str] | None = None,
                 pick: str = "simplest", device: str = "cpu") -> None:
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
        self.device = device

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> XNetRegressor:
        """Search for a network.

        Args:
            X: (n, d) array or DataFrame; a DataFrame's column names become the formula's.
            y: (n,) target.
            sample_weight: (n,) weights of the rows' squared errors.

        Raises:
            ValueError: shapes do not fit, values are missing, n_jobs is 0, or the loss or the pick is unknown.
            DataError, ActivationError, ConstraintError, FormulaError, UnitsError: ValueErrors of X-Net that say what
                to change.
        """
        n_jobs = count_jobs(self.n_jobs)
        if self.loss not in ("squared_error", "huber"):
            raise ValueError(f"loss is {self.loss!r}; expected 'squared_error' or 'huber'.")
        if self.pick not in ("simplest", "supported"):
            raise ValueError(f"pick is {self.pick!r}; expected 'simplest' or 'supported'.")
        target_name = str(getattr(y, "name", None) or "y")
        refuse_labels(X)
        # Missing values are refused by the problem, which can name the column.
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=3,
                             ensure_all_finite=False)
        names = tuple(str(n) for n in getattr(self, "feature_names_in_", [f"x{i}" for i in range(X.shape[1])]))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        if self.units is not None:
            check_columns(names, target_name, self.units)
        constraints = Constraints.of(
            names, forbidden_inputs=self.forbidden_inputs, required_inputs=self.required_inputs,
            forbidden_nesting=self.forbidden_nesting, max_parameters=self.max_parameters, monotonic=self.monotonic,
            output_range=self.output_range)
        problem = Problem.from_arrays(X, np.asarray(y, dtype=np.float64), names=names, target_name=target_name,
                                      activations=self.activations, parameters=self.parameters,
                                      max_complexity=self.max_complexity, holdout_fraction=self.holdout_fraction,
                                      sample_weight=sample_weight, seed=seed, loss=self.loss,
                                      constraints=constraints, initial_formula=self.initial_formula,
                                      device=self.device)
        # The cores are for the islands; threads inside matrix products this small would only fight over them.
        with threadpool_limits(limits=1 if n_jobs > 1 else None):
            state, events = search_on_islands(problem, Budget(self.budget_steps, self.budget_seconds), n_jobs)
        self.names_, self.target_name_ = names, target_name
        chosen = state.best if self.pick == "simplest" else pick_supported(state.front, state.n_train)
        self.network_, self.n_steps_ = chosen.network, state.step
        self.stop_reason_ = state.stop_reason or StopReason.BUDGET
        self._entries = state.front
        self.units_report_ = None if self.units is None else \
            units_report([e.network for e in state.front], names, target_name, self.units)
        self.constraints_met_ = chosen.admitted
        if not self.constraints_met_:
            warnings.warn("No formula that keeps every constraint was found; the result is a constant. Search longer, "
                          "or ask for less.", ConvergenceWarning, stacklevel=2)
        self.formula_, self.latex_ = to_text(self.network_, names), to_latex(self.network_, names)
        self.n_parameters_, self.complexity_ = self.network_.n_parameters, self.network_.complexity
        self.history_ = [{"step": e.step, "seconds": e.seconds, "loss": e.loss, "loss_holdout": e.loss_holdout,
                          "complexity": e.complexity, "n_parameters": e.n_parameters,
                          "formula": to_text(e.network, names), "reason": e.reason}
                         for e in events if e.kind == "improved"]
        return self

    def predict(self, X: Any) -> Array:
        """What the formula gives: X (n, d) -> (n,); NaN where a row leaves the formula's domain."""
        check_is_fitted(self)
        refuse_labels(X)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return self.network_.evaluate(X)

    @property
    def expression_(self) -> Any:
        """The formula as a SymPy expression of symbols named like the columns."""
        check_is_fitted(self)
        return to_sympy(self.network_, self.names_)

    @property
    def front_(self) -> pd.DataFrame:
        """Accuracy against complexity: the best network found at each complexity."""
        import pandas as pd  # only where a table is asked for

        check_is_fitted(self)
        table = pd.DataFrame([{"complexity": e.complexity, "parameters": e.n_parameters, "r2_train": e.r2_train,
                              "r2_holdout": e.r2_holdout, "formula": to_text(e.network, self.names_)}
                             for e in self._entries])
        return table if self.units_report_ is None else table.assign(units=self.units_report_)

    def to_python(self) -> str:
        """The formula as the source text of a NumPy function."""
        check_is_fitted(self)
        return to_python(self.network_, self.names_, self.target_name_)
