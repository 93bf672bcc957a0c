"""What a fitted model of `XNetDynamics` offers: the chosen system, its simulation, its exports, the joint front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.errors import DataError, XNetError
from xnet.name_lists import quoted_names

from .bands import Bands, bands_of
from .candidates import Candidate
from .code import to_javascript_system, to_julia_system, to_latex_system, to_python_system, to_sympy_system
from .constant_records import constant_records
from .fixed_points import FixedPoint, fixed_points
from .noise import noise_of
from .observations import Observations
from .remarks import remarks
from .system import Simulation, System, simulate
from .trajectories import Trajectory

if TYPE_CHECKING:
    import pandas as pd


class FittedSystem(BaseEstimator):
    """The part of `XNetDynamics` that needs a fit; see there for the attributes."""

    observed_: Observations
    candidates_: tuple[Candidate, ...]
    _seed: int

    def _take(self, candidate: Candidate) -> None:
        """Set the attributes that belong to one system of the joint front."""
        system, observed = candidate.system, self.observed_
        self.system_: System = system
        self.networks_: dict[str, Network] = dict(zip(system.states, system.networks, strict=True))
        self.formulas_ = {name: to_text(network, system.names) for name, network in self.networks_.items()}
        self.bands_: Bands | None = bands_of(candidate.fit, observed) if candidate.whole else None
        self.first_states_ = candidate.fit.first.T if candidate.whole else \
            np.stack([rows[0] for rows in observed.smoothed])
        errors = np.concatenate([[state.slope_error for state in states] for states in observed.curves], axis=1)
        self.derivative_noise_ = dict(zip(system.states, errors.mean(axis=1).tolist(), strict=True))
        noise = noise_of(candidate, observed, self.bands_)
        self.noise_ = dict(zip(system.states, noise.tolist(), strict=True))
        self.r2_ = candidate.r2
        self.remarks_ = remarks(candidate, observed, noise)

    @property
    def parameters_(self) -> list[dict[str, Any]]:
        """The constants with their 95 % intervals, see `XNetDynamics`."""
        check_is_fitted(self)
        return constant_records(self.system_, self.bands_)

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
        driver = Trajectory("", times, np.zeros((len(times), d)), U, self.observed_.items[0].held)
        return simulate(self.system_, first, times, driver, float(self.observed_.bound.max()),
                        self.observed_.data.sizes)

    def score(self, t: Any, X: Any, inputs: Any = None) -> float:
        """The mean R² of the states of one trajectory, simulated from its first row; -inf where that ends early.

        Args:
            t, X, inputs: as for `fit`, but of one trajectory.
        """
        check_is_fitted(self)
        rows = np.asarray(X, dtype=float).reshape(len(t), -1)
        simulated = self.simulate(rows[0], t, inputs)
        if not np.isfinite(simulated).all():
            return -np.inf
        return float(np.mean(1.0 - np.mean((rows - simulated) ** 2, axis=0) / np.var(rows, axis=0)))

    def fixed_points(self, inputs: Any = None) -> list[FixedPoint]:
        """The fixed points in and around the range of the rows.

        Args:
            inputs: (k,) driving inputs, which are held; by default their means over all rows, and of a switch the more
                frequent of its two values.
        """
        check_is_fitted(self)
        data = self.observed_.data
        rows, held = data.stacked, data.held_inputs if inputs is None else np.asarray(inputs, dtype=float)
        return fixed_points(self.system_, rows.min(axis=0), rows.max(axis=0),
                            held, self._seed)

    def to_python(self) -> str:
        """A script that runs: the right-hand sides and a call of `solve_ivp` for each trajectory."""
        check_is_fitted(self)
        return to_python_system(self.system_, self.observed_.items, self.first_states_)

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
        """Problems for Julia's DifferentialEquations.jl."""
        check_is_fitted(self)
        return to_julia_system(self.system_, self.observed_.items, self.first_states_)

    def to_json(self) -> dict[str, Any]:
        """The system with its networks, formulas, constants and scores as a JSON tree."""
        check_is_fitted(self)
        return {"states": list(self.system_.states), "inputs": list(self.system_.inputs), "equations": [
            {"state": name, "formula": self.formulas_[name], "latex": to_latex(network, self.system_.names),
             "network": network.to_json()} for name, network in self.networks_.items()],
            "parameters": self.parameters_, "r2": self.r2_, "first_states": self.first_states_.tolist(),
            "noise": self.noise_, "remarks": self.remarks_}
