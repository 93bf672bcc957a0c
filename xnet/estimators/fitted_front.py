"""What a fitted `XNetRegressor` knows: one formula of a front, the front, and other formulas of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from xnet.engine import (
    FrontEntry,
    GivenFormula,
    Network,
    Preference,
    Problem,
    SearchState,
    StopReason,
    definitions_used,
    given_formula,
    hole_texts,
    letter_values,
    names_in_use,
    refitted,
)
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.jax_code import to_jax
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.engine.problem.restrictions import fixed_constants
from xnet.errors import DataError
from xnet.evidence.constants import constants_table, searched_estimates
from xnet.evidence.letters import letter_parameters, named_formula, parameter_table, parameters
from xnet.evidence.printed_estimates import as_printed
from xnet.evidence.scores import front_scores
from xnet.evidence.units import units_report

from .html import front_html

if TYPE_CHECKING:
    import pandas as pd


class FittedFront:
    """The front of a search, with one of its formulas chosen; a base class of estimators."""

    network_: Network
    names_: tuple[str, ...]
    pick: str
    refit: bool
    units: Mapping[str, str] | None
    target_name_: str
    units_report_: list[str] | None
    _entries: Sequence[FrontEntry]
    _chosen: FrontEntry
    _scores: list[dict[str, float | None]]
    _rows: Rows
    _searched: Problem
    _initial_parameters: dict[str, list[Any]] | None

    @property
    def expression_(self) -> Any:
        """The formula as a SymPy expression, with one symbol per column."""
        self._check_one()
        return to_sympy(self.network_, self.names_)

    @property
    def constants_(self) -> pd.DataFrame:
        """The constants as printed and as fitted, with standard errors and 95 % intervals."""
        import pandas as pd  # slow to import, and only needed here

        self._check_one()
        return pd.DataFrame(self._constants)

    @property
    def parameters_(self) -> pd.DataFrame:
        """The constants with letters in the order of the formula, as printed and as fitted, with errors and kinds."""
        import pandas as pd  # slow to import, and only needed here

        self._check_one()
        return pd.DataFrame(self._parameters)

    @property
    def initial_parameters_(self) -> pd.DataFrame | None:
        """The letters of the initial formula: values of the training rows and of all rows, with errors and kinds."""
        import pandas as pd  # slow to import, and only needed here

        self._check_one()
        return None if self._initial_parameters is None else pd.DataFrame(self._initial_parameters)

    @property
    def formula_named_(self) -> str:
        """The formula with the letters of `parameters_` in place of its constants."""
        self._check_one()
        return named_formula(self.network_, self.names_, names_in_use(self._searched))

    @property
    def front_(self) -> pd.DataFrame:
        """Accuracy against complexity: the best network found at each complexity."""
        import pandas as pd  # slow to import, and only needed here

        self._check_one()
        table = pd.DataFrame([{"complexity": e.complexity, "parameters": e.n_parameters, **scores,
                              "formula": to_text(e.network, self.names_)}
                             for e, scores in zip(self._entries, self._scores, strict=True)])
        for name in (column for column in table if column.endswith(("_train", "_holdout"))):
            table[name] = table[name].astype(np.float64)  # None, where there is no R², becomes NaN
        return table if self.units_report_ is None else table.assign(units=self.units_report_)

    @property
    def front_index_(self) -> int:
        """The row of `front_` with the chosen formula, whose constants there are those of the training rows."""
        self._check_one()
        return next(i for i, entry in enumerate(self._entries) if entry.network == self._chosen.network)

    def select(self, *, complexity: int | None = None, index: int | None = None, refit: bool = False) -> Self:
        """A fitted copy of the model with another formula of the front.

        Args:
            complexity: take the formula of this complexity, or of the largest one below it; of several the chosen one,
                else that of the lowest loss.
            index: take this row of `front_`.
            refit: whether its constants are fitted to all rows; by default they are those that `front_` shows.

        Raises:
            ValueError: not exactly one argument is given, or no formula fits it.
        """
        self._check_one()
        if (complexity is None) == (index is None):
            raise ValueError("select takes either complexity or index; give exactly one of them.")
        if index is not None:
            if not 0 <= index < len(self._entries):
                raise ValueError(f"index is {index}; front_ has the rows 0 to {len(self._entries) - 1}.")
            entry = self._entries[index]
        else:
            small = [e for e in self._entries if complexity is not None and e.complexity <= complexity]
            if not small:
                raise ValueError(f"complexity is {complexity}; the shortest formula of front_ has "
                                 f"{self._entries[0].complexity}.")
            entry = max(small, key=lambda e: (e.complexity, e.network == self._chosen.network, -e.loss))
        other = copy.copy(self)
        other._take(entry, refit=refit)
        return other

    def _check_one(self) -> None:
        """Check that the model is fitted, and to one target.

        Raises:
            NotFittedError: it is not fitted.
            AttributeError: it was fitted to several targets, whose models hold the results.
        """
        check_is_fitted(self)
        if hasattr(self, "estimators_"):
            raise AttributeError("The model was fitted to several targets. Take that of one of them, such as "
                                 "model.estimators_[0].")

    def _keep(self, state: SearchState, problem: Problem) -> FrontEntry:
        """Set the attributes that describe the result of a search; returns the chosen entry."""
        chosen = state.picked(Preference(self.pick))
        self.n_steps_, self.stop_reason_ = state.step, state.stop_reason or StopReason.BUDGET
        self._entries = state.front
        offered = state.robust_pick
        self.second_look_index_ = None if offered is None else next(
            i for i, e in enumerate(state.front) if e.network == offered.network)
        self._scores = [front_scores(entry, problem) for entry in state.front]
        self.units_report_ = None if self.units is None else \
            units_report([e.network for e in state.front], self.names_, self.target_name_, self.units)
        self.initial_formula_: GivenFormula | None = given_formula(problem)
        self._initial_parameters = None if self.initial_formula_ is None else \
            parameter_table(letter_parameters(self.initial_formula_, problem))
        self._rows, self._form, self._searched = problem.subsampled.all_rows, problem.template, problem
        self._has_final_constants = False
        self._take(chosen, refit=self.refit)
        self._searched = replace(problem, _cache={})  # a library takes more memory than the table
        return chosen

    def _take(self, entry: FrontEntry, *, refit: bool) -> None:
        """Set the attributes that belong to one formula of the front; its constants are estimated on all rows."""
        self.network_ = refitted(entry, self._searched) if refit and not self._has_final_constants else entry.network
        self._chosen, self.constraints_met_ = entry, entry.admitted
        self.definitions_ = definitions_used(self.network_)
        self.holes_: dict[str, str] | None = None
        self.template_letters_: dict[str, float | str] | None = None
        if entry.parts is not None and self._form is not None:
            own = entry.network.own
            group = "group" if own is None else self.names_[own.column]
            self.holes_ = hole_texts(self._form, entry.parts, group=group)
            self.template_letters_ = letter_values(self._form, entry.parts, group, entry.network.own)
        self.plain_kind_: str | None = None if entry.plain is None else entry.plain.value
        estimates = searched_estimates(self.network_, self._searched, of_second_look=entry.is_robust,
                                       parts=entry.parts)
        self._constants = constants_table(as_printed(self.network_, estimates))
        self._parameters = parameter_table(
            parameters(self.network_, estimates, self.names_, names_in_use(self._searched)))
        self.formula_, self.latex_ = to_text(self.network_, self.names_), to_latex(self.network_, self.names_)
        fixed = fixed_constants(self.network_, self._searched, entry.parts)
        self.n_parameters_, self.complexity_ = n_determined(self.network_, self._rows, fixed), self.network_.complexity

    def score(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> float:
        """R² of `predict`, that of `sklearn.metrics.r2_score`.

        Args:
            X: (n, d) array or DataFrame.
            y: (n,) target, or (n, k) for several.
            sample_weight: (n,) weights.
            groups: as for `predict`.

        Raises:
            DataError: a formula has no finite value in a row.
        """
        values = np.asarray(self.predict(X, groups=groups))  # type: ignore[attr-defined]
        there = np.isfinite(values.reshape(len(values), -1)).all(axis=1)
        if not there.all():
            raise DataError(f"The formula has no finite value in {int((~there).sum())} of {len(there)} rows, the first "
                            f"of them row {int(there.argmin())} (counted from 0), so there is no R². Leave them out.")
        return float(r2_score(y, values, sample_weight=sample_weight))

    def to_python(self) -> str:
        """The formula as the source text of a NumPy function."""
        self._check_one()
        return to_python(self.network_, self.names_, self.target_name_)

    def to_jax(self) -> str:
        """The formula as the source text of a JAX function of X (n, d) and of its constants."""
        self._check_one()
        return to_jax(self.network_, self.names_, self.target_name_)

    def _repr_html_inner(self) -> str:
        """The typeset formula and the front, for notebooks; scikit-learn's diagram before `fit`."""
        diagram: str = super()._repr_html_inner()  # type: ignore[misc]
        if not hasattr(self, "network_"):
            return diagram
        chosen = to_text(self._chosen.network, self.names_)
        return front_html([("", self.latex_)], self.front_, [chosen]) + diagram
