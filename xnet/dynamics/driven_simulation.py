"""Simulation under driving inputs that move: from row to row, because every row is a corner or a jump (D-237).

Between two rows an input is a line, or constant for a switch, so the Runge-Kutta method of Dormand & Prince (1980) goes
from row to row in a step or two. LSODA takes over where it needs many, as it does for stiff systems. A method of many
steps over all rows would begin anew at each of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import LSODA, RK45, OdeSolver

from xnet.arrays import Array

from .right_hand_side import EndedError, RightHandSide
from .trajectories import Trajectory

#: Tolerances, the latter in units of the sizes of the states.
_RELATIVE, _ABSOLUTE = 1e-8, 1e-10
#: The evaluations of the right-hand sides between two rows before LSODA takes over, and the most of a simulation: so
#: many, more for each row, and in all. A wild candidate of a search would use any number.
_CALLS_BETWEEN, _FEW_CALLS, _CALLS_A_ROW, _MOST_CALLS = 300, 20_000, 60, 500_000


def driven_states(slopes: Callable[[Array], Array], first: Array, t: Array, driver: Trajectory,
                  bound: float, sizes: Array) -> tuple[Array, float | None]:
    """The states (n, d) at the times t (n,), nan after the end, and the time of the end; None where it is the last.

    Args:
        slopes: derivatives (d, m) of states and inputs (d + k, m).
        first: (d,) the states at t[0].
        t: ascending times.
        driver: the trajectory whose driving inputs act.
        bound: the simulation ends where a state is larger than this.
        sizes: (d,) typical sizes of the states.
    """
    X = np.full((len(t), len(first)), np.nan)
    X[0] = x = first
    breaks = np.union1d(t, driver.t[(driver.t > t[0]) & (driver.t < t[-1])])
    at = np.searchsorted(t, breaks)
    U = driver.input_at(breaks)
    rates = np.diff(U, axis=0) / np.diff(breaks)[:, None]
    rates[:, np.array(driver.held or (False,) * U.shape[1])] = 0.0
    side, methods = RightHandSide(slopes, bound, float(t[0])), [RK45, LSODA]
    most = min(_FEW_CALLS + _CALLS_A_ROW * len(breaks), _MOST_CALLS)
    for i in range(len(breaks) - 1):
        side.between(float(breaks[i]), U[i], rates[i])
        new = None
        while methods and new is None:
            side.limit = most if methods[0] is LSODA else min(side.calls + _CALLS_BETWEEN, most)
            new = _end_state(methods[0], side, breaks[i:i + 2], x, _ABSOLUTE * sizes)
            if new is None:
                methods = methods[1:]
        if new is None:
            return X, float(breaks[i])
        x = new
        if t[at[i + 1]] == breaks[i + 1]:
            X[at[i + 1]] = x
    return X, None


def _end_state(method: type[OdeSolver], side: RightHandSide, ends: Array, x: Array, absolute: Array) -> Array | None:
    """The states (d,) at the end of a time between two rows; None where the method does not reach it."""
    try:
        whole = {"first_step": float(ends[1] - ends[0])} if method is RK45 else {}  # its error says whether it will do
        solver = method(side, float(ends[0]), x, float(ends[1]), rtol=_RELATIVE, atol=absolute, **whole)
        while solver.status == "running":
            solver.step()
    except (EndedError, ValueError):
        return None
    return solver.y if solver.status == "finished" and np.isfinite(solver.y).all() else None
