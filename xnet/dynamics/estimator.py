"""`XNetDynamics`: an estimator that turns trajectories into a system of differential equations."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from xnet.arrays import Array
from xnet.engine import Network, resolve_activations
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.errors import DataError, XNetError
from xnet.name_lists import quoted_names

from .bands import Bands, resampled
from .code import to_javascript_system, to_julia_system, to_latex_system, to_python_system, to_sympy_system
from .derivative_search import SearchOptions, checked_forbidden
from .discovery import Discoverer, Observer
from .fixed_points import FixedPoint, fixed_points
from .integral_matching import IntegralRows
from .joint_selection import Candidate, JointSelection
from .observations import Observations, observe, velocity_name
from .remarks import remarks
from .system import Simulation, System, simulate
from .tidying import tidied
from .trajectories import Trajectories, Trajectory, from_arrays, from_columns

if TYPE_CHECKING:
    import pandas as pd

#: The share of the budget that the searches of derivatives get; the rest is for simulated trajectories.
_SEARCH_SHARE = 0.5


class XNetDynamics(BaseEstimator):
    """Find the laws of motion behind trajectories: one formula for the time derivative of each state.

    >>> import numpy as np
    >>> from xnet import XNetDynamics
    >>> t = np.linspace(0, 5, 60)
    >>> model = XNetDynamics(budget_seconds=4, random_state=0).fit(t, 3 * np.exp(-0.5 * t))
    >>> model.formulas_
    {'x0': '-0.5*x0'}

    Args:
        budget_seconds: the budget in seconds, about half of it for the searches of the derivatives.
        second_order: measured states whose acceleration is searched: the velocity of `x` becomes a state of its own,
            called `x_velocity`, with x' = x_velocity.
        activations: the library, as in `XNetRegressor`.
        forbidden_inputs: columns that no right-hand side may read; or state -> such columns.
        max_complexity: the largest number of neurons and constants of a right-hand side.
        budget_steps: the steps of the search of one state; without `budget_seconds` (None) a run is reproducible bit
            for bit.
        random_state: seed of the searches and of the resampled residuals.
        callback: called with a `Progress` after every step; true ends the search and keeps what was found.
        timer: what the budget is counted by, in seconds; the time of day by default.

    Attributes:
        system_: the system, a `System`.
        formulas_: state -> right-hand side as text.
        networks_: state -> network.
        parameters_: a list with one dict per constant: state, value, low and high (95 %), error.
        front_: a DataFrame with one row per system of the joint front: complexity, parameters, score, r2 (the lowest
            of the states), simulated ("whole" trajectories, or "windows" of a few rows), and one formula a state.
        derivative_noise_: state -> the typical standard error of its smoothed derivative.
        noise_: state -> the standard deviation of the noise of its rows.
        first_states_: (m, d) the fitted first states of the m trajectories.
        bands_: 95 % bands of constants and curves (`Bands`); None where no system follows the whole trajectories.
        remarks_: sentences on what the trajectories cannot tell.
    """

    def __init__(self, budget_seconds: float | None = 20, *, second_order: Sequence[str] = (),
                 activations: str | list[str] = "default",
                 forbidden_inputs: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
                 max_complexity: int = 30, budget_steps: int | None = None, random_state: Any = None,
                 callback: Observer | None = None, timer: Callable[[], float] = clock.perf_counter) -> None:
        self.budget_seconds = budget_seconds
        self.second_order = second_order
        self.activations = activations
        self.forbidden_inputs = forbidden_inputs
        self.max_complexity = max_complexity
        self.budget_steps = budget_steps
        self.random_state = random_state
        self.callback = callback
        self.timer = timer

    def fit(self, t: Any, X: Any, inputs: Any = None, *, states: Sequence[str] | None = None,
            input_names: Sequence[str] | None = None) -> Self:
        """Search for a system.

        Args:
            t: (n,) times, not necessarily evenly spaced; or a list of such arrays, one a trajectory.
            X: (n, d) states; or a list of such arrays. The columns of a DataFrame name the states.
            inputs: (n, k) driving inputs u(t) at the same times; or a list of such arrays.
            states, input_names: names of the columns.

        Raises:
            DataError: the data cannot be used; the message names the place and a remedy.
            ActivationError, XNetError: an option cannot be used.
        """
        frames = X if isinstance(X, list | tuple) else [X]
        if states is None and frames and hasattr(frames[0], "columns"):
            states = [str(name) for name in frames[0].columns]
        return self.fit_trajectories(from_arrays(t, X, inputs, states=states, input_names=input_names))

    def fit_table(self, table: Any, time: str, states: Sequence[str], trajectory: str | None = None,
                  inputs: Sequence[str] = ()) -> Self:
        """Search for a system in a table.

        Args:
            table: a DataFrame, or a mapping of columns.
            time, states, trajectory, inputs: the columns and their roles.

        Raises:
            DataError, ActivationError, XNetError: as in `fit`.
        """
        return self.fit_trajectories(from_columns(table, time, states, trajectory, inputs))

    def fit_trajectories(self, data: Trajectories) -> Self:
        """Search for a system in trajectories that were checked already; see `fit`."""
        library = resolve_activations(self.activations)
        if self.budget_seconds is None and self.budget_steps is None:
            raise XNetError("There is no budget; give budget_seconds or budget_steps.")
        second = self._second_order(data)
        observed = observe(data, second)
        names = observed.data.states
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        share = None if self.budget_seconds is None else _SEARCH_SHARE * self.budget_seconds / len(data.states)
        forbidden = checked_forbidden(self.forbidden_inputs, names, observed.data.names)
        options = SearchOptions(share, self.budget_steps, self.budget_seconds, self.timer, self.activations,
                                self.max_complexity, seed, forbidden)
        found = Discoverer(observed, options, self.callback, second).run()
        selection = JointSelection(observed, IntegralRows(observed))
        selection.prepare(found.candidates[0].system)
        judged = sorted(map(selection.judged, found.candidates), key=lambda one: (not one.whole, one.score))
        self.observed_: Observations = observed
        self.candidates_ = (tidied(judged[0], selection, library), *judged[1:])
        self.stopped_ = found.stopped
        self._seed = seed
        self._take(self.candidates_[0])
        return self

    def _second_order(self, data: Trajectories) -> tuple[str, ...]:
        if isinstance(self.second_order, str):
            raise XNetError(f"second_order is {self.second_order!r}; give a list of states, such as "
                            f"[{self.second_order!r}].")
        for name in self.second_order:
            if name not in data.states:
                raise DataError(f"second_order names {name!r}, which is no state; the states are "
                                f"{quoted_names(data.states)}.")
            if velocity_name(name) in data.names:
                raise DataError(f"The table has a column {velocity_name(name)!r} already, the name of the velocity of "
                                f"{name!r}. Make it a state, or rename it.")
        return tuple(self.second_order)

    def _take(self, candidate: Candidate) -> None:
        """Set the attributes that belong to one system of the joint front."""
        system, observed = candidate.system, self.observed_
        self.system_: System = system
        self.networks_: dict[str, Network] = dict(zip(system.states, system.networks, strict=True))
        self.formulas_ = {name: to_text(network, system.names) for name, network in self.networks_.items()}
        self.bands_: Bands | None = resampled(candidate.fit, observed, self._seed) if candidate.whole else None
        self.first_states_ = candidate.fit.first.T if candidate.whole else \
            np.stack([rows[0] for rows in observed.smoothed])
        errors = np.concatenate([[state.slope_error for state in states] for states in observed.curves], axis=1)
        self.derivative_noise_ = dict(zip(system.states, errors.mean(axis=1).tolist(), strict=True))
        self.noise_ = dict(zip(system.states, observed.noise.mean(axis=0).tolist(), strict=True))
        self.r2_ = candidate.r2
        self.remarks_ = remarks(candidate, observed)

    @property
    def parameters_(self) -> list[dict[str, Any]]:
        """The constants with their 95 % intervals."""
        check_is_fitted(self)
        rows, k = [], 0
        for state, network in self.networks_.items():
            for value in network.constants:
                row: dict[str, Any] = {"state": state, "value": value}
                if self.bands_ is not None:
                    row |= {"low": float(self.bands_.constants[0, k]), "high": float(self.bands_.constants[1, k]),
                            "error": float(self.bands_.errors[k])}
                rows.append(row)
                k += 1
        return rows

    @property
    def front_(self) -> pd.DataFrame:
        """One row per system of the joint front."""
        import pandas as pd  # slow to import, and only needed here

        check_is_fitted(self)
        return pd.DataFrame([
            {"complexity": c.system.complexity, "parameters": len(c.system.constants), "score": c.score, "r2": c.r2,
             "simulated": "whole" if c.whole else "windows",
             **{name: to_text(network, c.system.names) for name, network in
                zip(c.system.states, c.system.networks, strict=True)}} for c in self.candidates_])

    def select(self, index: int) -> Self:
        """Take another system of `front_`.

        Raises:
            XNetError: there is no such row.
        """
        check_is_fitted(self)
        if not 0 <= index < len(self.candidates_):
            raise XNetError(f"index is {index}; front_ has the rows 0 to {len(self.candidates_) - 1}.")
        self._take(self.candidates_[index])
        return self

    def simulate(self, x0: Any, t: Any, inputs: Any = None) -> Array:
        """The states (n, d) from a first state x0 (d,) at t[0], at ascending times t (n,).

        Args:
            inputs: (n, k) driving inputs at these times.

        Raises:
            DataError: x0 has another number of states, or driving inputs are missing.
        """
        return self.simulation(x0, t, inputs).X

    def simulation(self, x0: Any, t: Any, inputs: Any = None) -> Simulation:
        """The same, with the time at which the states left the known range, 100 times that of the rows."""
        check_is_fitted(self)
        first, times = np.atleast_1d(np.asarray(x0, dtype=float)), np.asarray(t, dtype=float)
        d, k = len(self.system_.states), len(self.system_.inputs)
        if first.shape != (d,):
            raise DataError(f"x0 has {first.size} values, but the system has {d} states: "
                            f"{quoted_names(self.system_.states)}.")
        U = np.zeros((len(times), 0)) if inputs is None else np.asarray(inputs, dtype=float).reshape(len(times), -1)
        if U.shape[1] != k:
            raise DataError(f"The system has {k} driving inputs ({quoted_names(self.system_.inputs)}), but "
                            f"{U.shape[1]} came; give them at every time.")
        driver = Trajectory("", times, np.zeros((len(times), d)), U)
        return simulate(self.system_, first, times, driver.input_at, float(self.observed_.bound.max()))

    def score(self, t: Any, X: Any, inputs: Any = None) -> float:
        """The mean R² of the states simulated from the first row; minus infinity where the simulation ends early."""
        check_is_fitted(self)
        rows = np.asarray(X, dtype=float).reshape(len(t), -1)
        simulated = self.simulate(rows[0], t, inputs)
        if not np.isfinite(simulated).all():
            return -np.inf
        return float(np.mean(1.0 - np.mean((rows - simulated) ** 2, axis=0) / np.var(rows, axis=0)))

    def fixed_points(self, inputs: Any = None) -> list[FixedPoint]:
        """The fixed points in and around the range of the rows, for held driving inputs (zeros by default)."""
        check_is_fitted(self)
        rows = self.observed_.data.stacked
        return fixed_points(self.system_, rows.min(axis=0), rows.max(axis=0),
                            None if inputs is None else np.asarray(inputs, dtype=float), self._seed)

    def to_python(self) -> str:
        """A script that runs: the right-hand sides and a call of `solve_ivp` for the first trajectory."""
        check_is_fitted(self)
        item = self.observed_.items[0]
        return to_python_system(self.system_, self.first_states_[0], item.t, item.U)

    def to_latex(self) -> str:
        """The equations as LaTeX."""
        check_is_fitted(self)
        return to_latex_system(self.system_)

    def to_sympy(self) -> list[Any]:
        """The equations as SymPy equations."""
        check_is_fitted(self)
        return to_sympy_system(self.system_)

    def to_javascript(self) -> str:
        """JavaScript functions `slopes` and `step`."""
        check_is_fitted(self)
        return to_javascript_system(self.system_)

    def to_julia(self) -> str:
        """A problem for Julia's DifferentialEquations.jl."""
        check_is_fitted(self)
        return to_julia_system(self.system_, self.first_states_[0], self.observed_.items[0].t)

    def to_json(self) -> dict[str, Any]:
        """The system with its networks, formulas, constants and scores as a JSON tree."""
        check_is_fitted(self)
        return {"states": list(self.system_.states), "inputs": list(self.system_.inputs), "equations": [
            {"state": name, "formula": self.formulas_[name], "latex": to_latex(network, self.system_.names),
             "network": network.to_json()} for name, network in self.networks_.items()],
            "parameters": self.parameters_, "r2": self.r2_, "first_states": self.first_states_.tolist(),
            "noise": self.noise_, "remarks": self.remarks_}
