"""`XNetDynamics`: an estimator that turns trajectories into a system of differential equations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from sklearn.utils import check_random_state

from xnet.arrays import Array
from xnet.engine import resolve_activations
from xnet.errors import DataError, XNetError
from xnet.name_lists import quoted_names
from xnet.option_checks import check_options
from xnet.stopwatch import Stopwatch

from .candidates import Candidate
from .checkpoint import Checkpoint
from .derivative_search import SearchOptions, checked_forbidden
from .discovery import NO_TRAJECTORY, Discoverer, Observer, SoFar
from .fitted_system import FittedSystem
from .integral_matching import IntegralRows
from .interruption import interruptible
from .joint_selection import JointSelection
from .observations import Observations, observe, velocity_name
from .system import System
from .thinning import AllRows, rows_of_search
from .tidying import all_tidied
from .trajectories import Trajectories, from_arrays, from_columns

#: The share of the budget that the searches of derivatives get; the rest is for simulated trajectories.
_SEARCH_SHARE = 0.5


class XNetDynamics(FittedSystem):
    """Find the laws of motion behind trajectories: one formula for the time derivative of each state.

    >>> import numpy as np
    >>> from xnet import XNetDynamics
    >>> t = np.linspace(0, 5, 60)
    >>> model = XNetDynamics(budget_seconds=4, random_state=0).fit(t, 3 * np.exp(-0.5 * t))
    >>> model.formulas_
    {'x0': '-0.5*x0'}

    Args:
        budget_seconds: the budget in seconds of computing, about half of it for the searches of the derivatives.
        second_order: measured states whose acceleration is searched: the velocity of `x` becomes a state of its own,
            called `x_velocity`, with x' = x_velocity.
        activations: the library, as in `XNetRegressor`.
        forbidden_inputs: columns that no right-hand side may read; or state -> such columns.
        max_complexity: the largest number of neurons and constants of a right-hand side.
        budget_steps: the steps of the search of one state; without `budget_seconds` (None) a run is reproducible bit
            for bit.
        random_state: seed of the searches and of the starting points for fixed points.
        callback: called with a `Progress` after every step; true ends the search and keeps what was found.
        timer: what the budget is counted by, in seconds; by default the time that this process computes (`Stopwatch`).

    Attributes:
        system_: the system, a `System`.
        formulas_: state -> right-hand side as text.
        networks_: state -> network.
        parameters_: a list with one dict per constant: state (whose equation holds it), value (as printed), fitted (at
            the optimum of all constants), and its error and 95 % interval (low, high), Student's t; the three are
            missing for a constant that the rows do not determine. A factor of 1, which is not printed, has a dict too,
            with factor_of, its term.
        front_: a DataFrame with one row per system of the joint front: complexity, parameters, score, r2 (the lowest
            of the states), simulated ("whole" trajectories, or "windows" of a few rows), and one formula a state.
        derivative_noise_: state -> the typical standard error of its smoothed derivative.
        noise_: state -> the standard deviation of the noise of its rows: that which smoothing leaves, or the residuals
            of the system where the rows are exact up to the rounding of their cells.
        first_states_: (m, d) the fitted first states of the m trajectories.
        bands_: 95 % bands of constants and curves (`Bands`); None where no system follows the whole trajectories.
        remarks_: sentences on what the trajectories cannot tell.
        decisions_: where the clock or the callback ended a part of the search; see `fit_trajectories`.
    """

    def __init__(self, budget_seconds: float | None = 20, *, second_order: Sequence[str] = (),
                 activations: str | list[str] = "default",
                 forbidden_inputs: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
                 max_complexity: int = 30, budget_steps: int | None = None, random_state: Any = None,
                 callback: Observer | None = None, timer: Callable[[], float] | None = None) -> None:
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

        Ctrl-C ends the search as the callback does: the systems that were found are simulated and kept, and `stopped_`
        is true. A second Ctrl-C raises `KeyboardInterrupt` as usual.

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

    def fit_trajectories(self, data: Trajectories, repeat: Collection[int] | None = None,
                         earlier: Checkpoint | None = None) -> Self:
        """Search for a system in trajectories that were checked already; see `fit`.

        Args:
            repeat: the `decisions_` of an earlier search, which is repeated whatever the clock says.
            earlier: the checkpoint of a search with the same trajectories and arguments, which is continued; `callback`
                gets it from `Progress.so_far`.
        """
        check_options(self.get_params(deep=False))
        library = resolve_activations(self.activations)
        if self.budget_seconds is None and self.budget_steps is None:
            raise XNetError("There is no budget; give budget_seconds or budget_steps.")
        second = self._second_order(data)
        observed = observe(data, second)
        rows = rows_of_search(observed, data)
        searched = observed if rows is data else observe(rows, second)
        names = observed.data.states
        self._seed = self._drawn_seed()
        share = None if self.budget_seconds is None else _SEARCH_SHARE * self.budget_seconds / len(data.states)
        forbidden = checked_forbidden(self.forbidden_inputs, names, observed.data.names)
        options = SearchOptions(share, self.budget_steps, self.budget_seconds, self.timer or Stopwatch().seconds,
                                self.activations, self.max_complexity, self._seed, forbidden)
        with interruptible() as interrupted:
            found = Discoverer(searched, options, self._observer(observed, searched), second, repeat, interrupted,
                               earlier).run()
        selection = JointSelection(searched, IntegralRows(searched))
        selection.prepare(found.candidates[0].system)
        judged = sorted(map(selection.judged, found.candidates), key=Candidate.order)
        candidates = all_tidied(judged, selection, library)
        if searched is not observed:
            candidates = AllRows(observed).followed(candidates)
            if not candidates:
                raise DataError(NO_TRAJECTORY)
        self.observed_, self.candidates_ = observed, tuple(candidates)
        self.stopped_, self.decisions_ = found.stopped, found.decisions
        self._take(self.candidates_[0])
        return self

    def restore(self, data: Trajectories, systems: Sequence[tuple[System, Array, bool]]) -> Self:
        """Take systems that an earlier search found, and compute their scores on the rows again.

        Args:
            data: the trajectories.
            systems: each with its first states (m, d), and whether whole trajectories were simulated; the suggested
                one first.

        Raises:
            DataError: a system has no trajectory over the rows.
        """
        observed = observe(data, self._second_order(data))
        return self.take_front(observed, AllRows(observed).restored(
            [(system, first.T, whole) for system, first, whole in systems]))

    def _observer(self, observed: Observations, searched: Observations) -> Observer | None:
        """The callback; what was found so far is compared with all rows where the search works on thinned ones."""
        callback = self.callback
        if callback is None or searched is observed:
            return callback
        every = AllRows(observed)

        def of_all_rows(so_far: SoFar) -> SoFar:
            return SoFar(observed, tuple(every.best(so_far.candidates)), so_far.checkpoint)

        return lambda progress: callback(replace(progress, so_far=lambda: of_all_rows(progress.so_far())))

    def take_front(self, observed: Observations, candidates: Sequence[Candidate]) -> Self:
        """Take systems of these rows, the suggested one first: those of a search that has not ended, for example."""
        self._seed, self.observed_, self.candidates_ = self._drawn_seed(), observed, tuple(candidates)
        self.stopped_, self.decisions_ = False, ()
        self._take(self.candidates_[0])
        return self

    def _drawn_seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _second_order(self, data: Trajectories) -> tuple[str, ...]:
        for name in self.second_order:
            if name not in data.states:
                raise DataError(f"second_order names {name!r}, which is no state; the states are "
                                f"{quoted_names(data.states)}.")
            if velocity_name(name) in data.names:
                raise DataError(f"The table has a column {velocity_name(name)!r} already, the name of the velocity of "
                                f"{name!r}. Make it a state, or rename it.")
        return tuple(self.second_order)
