"""The joint front: which combination of right-hand sides simulates the trajectories best, at the lowest price.

The best formulas of every state by integral matching are combined (`combinations`). The best combinations are fitted
over linked windows of a few rows. Then single formulas of the best system are exchanged, as long as its score falls.
The best by windows and by integrals are fitted over the whole trajectories. The score of a system is
n ln(mse) summed over the states, plus the price of its structures (`integral_matching.structure_cost`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network
from xnet.errors import DataError

from .candidates import Candidate
from .checkpoint import Continued
from .combinations import best_combinations, different, kept_formulas
from .decisions import Decisions
from .integral_matching import IntegralFit, IntegralRows, structure_cost
from .observations import Observations
from .segments import Segments, make_segments
from .system import System
from .trajectory_fit import TrajectoryFit, TrajectoryModel

#: Combinations that are fitted over linked windows.
_LINKED = 10
#: Systems that differ in one formula from the best and are fitted over linked windows.
_EXCHANGES = 60
#: Systems that are fitted over whole trajectories: the best by linked windows, and the best by integrals.
_BY_WINDOWS, _BY_INTEGRALS = 6, 3
#: Systems that are fitted over linked windows and over whole trajectories even where no time is left.
_FEWEST_LINKED, _FEWEST_WHOLE = 4, 2
#: What gaps between linked windows are multiplied by, in the first fit and in the second.
_LINKS = (1.0, 10.0)
#: Steps between rows of a window.
WINDOW = 10
#: Mean squared errors, as shares of a state's variance, below which systems count as equal.
_EXACT = 1e-10
#: The error of the steps of the simulation, in units of the noise.
_STEP_ERROR = 0.1
#: The fewest steps that pass several rows in the longest trajectory.
_FEWEST_LONG = 32

#: Right-hand sides that may improve a system, each with its state, from linked windows and their fit.
Proposer = Callable[[TrajectoryModel, TrajectoryFit], Sequence[tuple[int, Network]]]


class JointSelection:
    """Fits of systems to the rows, over windows and over whole trajectories."""

    def __init__(self, observed: Observations, integrals: IntegralRows, fits: Continued | None = None) -> None:
        self.observed, self.integrals = observed, integrals
        self._continued = Continued(None, Decisions()) if fits is None else fits
        self._best: TrajectoryFit | None = None
        self._found: dict[tuple[object, ...], Candidate] = {}
        self._substeps, self._stride = 2, 1
        self._made: dict[tuple[int | None, int, int], Segments] = {}

    def prepare(self, system: System) -> None:
        """Choose the number of Runge-Kutta steps between rows by the trajectories of one good system."""
        for substeps in (1, 2, 4, 8):
            self._substeps = substeps
            if _agree(*(self._windows(n).evaluated(system, self._windows(n).segments.first)
                        for n in (substeps, 2 * substeps))):
                return

    def lengthen_steps(self, system: System, first: Array) -> None:
        """Let steps of whole trajectories pass as many rows as agrees with half of it, by first states (d, m)."""
        longest, coarse = max(len(item.t) for item in self.observed.items) // _FEWEST_LONG, None
        for power in reversed(range(max(longest, 1).bit_length())):
            self._stride = 2**power
            fine = self.whole.evaluated(system, first)
            if _agree(coarse, fine):
                self._stride *= 2
                return
            coarse = fine

    def _segments(self, window: int | None, substeps: int, stride: int = 1) -> Segments:
        key = (window, substeps, stride)
        if key not in self._made:
            self._made[key] = make_segments(self.observed.items, self.observed.smoothed, window, substeps, stride)
        return self._made[key]

    def _windows(self, substeps: int) -> TrajectoryModel:
        return TrajectoryModel(self.observed, self._segments(WINDOW, substeps), False)

    def model_of_links(self, link: float = _LINKS[-1]) -> TrajectoryModel:
        """The model of linked windows with free first states."""
        return replace(self._windows(self._substeps), free_first=True, link=link)

    @property
    def whole(self) -> TrajectoryModel:
        """The model of whole trajectories with free first states."""
        return TrajectoryModel(self.observed, self._segments(None, self._substeps, self._stride), True)

    def select(self, fits: Sequence[Sequence[IntegralFit]], stop: Callable[[], bool] = lambda: False,
               propose: Proposer = lambda model, fit: [], start: System | None = None) -> list[Candidate]:
        """The joint front, the best system first.

        Args:
            fits: for every state its formulas by integral matching.
            stop: true ends the fits early; a few systems are fitted anyway.
            propose: right-hand sides that may improve a system, see `Proposer`.
            start: a system that is known; it is fitted first.
        """
        data = self.observed.data
        combined = [System(data.states, data.inputs, own) for own in best_combinations(fits, self.integrals.n)]
        systems = different([*([] if start is None else [start]), *combined], lambda own: own.networks_key)
        windows = self._windows(self._substeps)
        self.prepare(next((system for system in systems
                           if windows.evaluated(system, windows.segments.first) is not None), systems[0]))
        by_window: list[TrajectoryFit] = []
        for system in systems:
            if len(by_window) == _LINKED or (len(by_window) >= _FEWEST_LINKED and stop()):
                break
            if (fit := self.linked(system)) is not None:
                by_window.append(fit)
        by_window = self._exchanged(by_window, kept_formulas(fits), stop, propose)
        known = {fit.system.networks_key: fit for fit in by_window}
        chosen = [*by_window[:_BY_WINDOWS], *(known.get(system.networks_key) for system in systems[:_BY_INTEGRALS])]
        found = self._found
        for fit in (fit for fit in chosen if fit is not None):
            if fit.system.networks_key in found or (len(found) >= _FEWEST_WHOLE and stop()):
                continue
            candidate = self.over_whole(fit)
            if candidate is not None:
                found[fit.system.networks_key] = candidate
        if any(candidate.follows for candidate in found.values()):
            return sorted(found.values(), key=lambda candidate: candidate.score)
        return self._over_windows(by_window) or list(found.values())

    def linked(self, system: System, first: Array | None = None) -> TrajectoryFit | None:
        """The system fitted over linked windows; None where it has no trajectory.

        Args:
            first: (d, W) first states of the windows to start from; the smoothed ones by default.
        """
        fit = self._continued.fit(self.model_of_links(), system, lambda: self._linked(system, first))
        if fit is not None:
            self._best = fit if self._best is None else min(self._best, fit, key=self._window_score)
        return fit

    def _linked(self, system: System, first: Array | None) -> TrajectoryFit | None:
        fit = None
        for link in _LINKS:
            fit = self.model_of_links(link).fit(system, first)
            if fit is None:
                return None
            system, first = fit.system, fit.first
        return fit

    def so_far(self) -> list[Candidate]:
        """The joint front as far as it is known during `select`; empty before the first fit."""
        if any(candidate.follows for candidate in self._found.values()):
            return sorted(self._found.values(), key=lambda candidate: candidate.score)
        best = self._best
        return [] if best is None else self.unfitted(best.system, best.first[:, self._starts()])

    def unfitted(self, system: System, first: Array) -> list[Candidate]:
        """A system as it is: over whole trajectories if it follows them, else over windows; empty without a trajectory.

        Args:
            first: (d, m) the first states of the trajectories.
        """
        found = []
        for whole in (True, False):
            with suppress(DataError):
                found.append(self.candidate(system, first, whole))
        return ([candidate for candidate in found if candidate.follows] or found[-1:])[:1]

    def _exchanged(self, fits: Sequence[TrajectoryFit], kept: Sequence[Sequence[Network]], stop: Callable[[], bool],
                   propose: Proposer) -> list[TrajectoryFit]:
        """Fits over linked windows and further ones, in which the best has another formula for one state; best first.

        The scores of integrals hold the errors of smoothed states. Here they only say in which order formulas are
        tried. What is proposed for the best is tried first, and again whenever another system becomes the best.

        Args:
            kept: for every state the formulas that are tried.
            propose: as for `select`.
        """
        found: dict[tuple[object, ...], TrajectoryFit | None] = {fit.system.networks_key: fit for fit in fits}
        if not found:
            return []
        best, turn = min(fits, key=self._window_score), 0
        known = [(i, network) for own in zip_longest(*kept) for i, network in enumerate(own) if network is not None]
        while turn <= len(_LINKS) and not stop():
            tries = known if turn == len(_LINKS) else self._proposed(best, _LINKS[turn], propose)
            better = self._best_of(tries, best, found, len(fits) + _EXCHANGES, stop)
            turn, best = turn + 1 if better is best else 0, better
        return sorted((fit for fit in found.values() if fit is not None), key=self._window_score)

    def _proposed(self, best: TrajectoryFit, link: float, propose: Proposer) -> Sequence[tuple[int, Network]]:
        """What is proposed for a system whose windows are linked by so much; nothing where it is exact.

        Loosely linked windows stay near the rows while the system is still wrong.
        """
        if (self._unexplained(best) < _EXACT).all():
            return []
        model = self.model_of_links(link)
        fit = self._continued.fit(model, best.system, lambda: model.fit(best.system, best.first))
        return [] if fit is None else propose(model, fit)

    def _best_of(self, tries: Sequence[tuple[int, Network]], best: TrajectoryFit,
                 found: dict[tuple[object, ...], TrajectoryFit | None], most: int,
                 stop: Callable[[], bool]) -> TrajectoryFit:
        """The best system after exchanges of single formulas.

        Args:
            tries: formulas with their states.
            found: the fits of all systems that were tried; new ones are added, up to the number `most`.
        """
        for i, network in tries:
            system = best.system.with_network(i, network)
            if system.networks_key in found:
                continue
            if len(found) >= most or stop():
                break
            fit = found[system.networks_key] = self.linked(system, best.first)
            if fit is not None:
                best = min(best, fit, key=self._window_score)
        return best

    def _window_score(self, fit: TrajectoryFit) -> float:
        return self.score(fit, False)

    def _over_windows(self, fits: Sequence[TrajectoryFit]) -> list[Candidate]:
        """Systems on windows that are not linked, where none follows the whole trajectories."""
        windows = self._windows(self._substeps)
        apart = [fit for own in fits if (fit := windows.evaluated(own.system, windows.segments.first)) is not None]
        rest = [Candidate(fit, self.score(fit, False), False, self.r2(fit)) for fit in apart]
        return sorted(rest, key=lambda candidate: candidate.score)

    def over_whole(self, start: TrajectoryFit, max_steps: int = 12) -> Candidate | None:
        """The system of a fit, fitted over the whole trajectories."""
        whole = self.whole
        first = start.first if start.first.shape == whole.segments.first.shape else start.first[:, self._starts()]
        fit = self._continued.fit(whole, start.system, lambda: whole.fit(start.system, first, max_steps=max_steps))
        return None if fit is None else Candidate(fit, self.score(fit, True), True, self.r2(fit))

    def _starts(self) -> Array:
        """The positions of the windows at the beginning of a trajectory."""
        return np.flatnonzero(self._windows(self._substeps).segments.before < 0)

    def judged(self, candidate: Candidate) -> Candidate:
        """A candidate of another round, compared with these rows and their noise."""
        fit = self.whole.evaluated(candidate.system, candidate.fit.first) if candidate.whole else None
        return candidate if fit is None else Candidate(fit, self.score(fit, True), True, self.r2(fit))

    def candidate(self, system: System, first: Array, whole: bool) -> Candidate:
        """A system as it is, compared with these rows.

        Args:
            first: (d, m) the first states of the trajectories; not used for windows.
            whole: whether whole trajectories are simulated, or windows.

        Raises:
            DataError: the system has no trajectory over the rows.
        """
        windows = self._windows(self._substeps)
        fit = self.whole.evaluated(system, first) if whole else windows.evaluated(system, windows.segments.first)
        if fit is None:
            raise DataError("A system of equations has no trajectory over the rows of its table.")
        return Candidate(fit, self.score(fit, whole), whole, self.r2(fit))

    def score(self, fit: TrajectoryFit, whole: bool) -> float:
        """The score of a fit: lower is better."""
        n = self.integrals.n
        first = np.log(n) * fit.first.size if whole else 0.0
        return float(n * np.sum(np.log(np.maximum(self._unexplained(fit), _EXACT)))) + first \
            + structure_cost(fit.system.networks, n)

    def _unexplained(self, fit: TrajectoryFit) -> Array:
        """The mean squared errors of the measured states, as shares of their variances."""
        unit = np.mean(self.observed.noise**2, axis=0) / self.observed.scale**2
        return np.asarray((fit.mse * unit)[self.observed.measured])

    def r2(self, fit: TrajectoryFit) -> float:
        """The lowest R² of the measured states, errors of the rows as they are."""
        lowest = 1.0
        for i in np.flatnonzero(self.observed.measured):
            own = fit.state == i
            errors = fit.residuals[own] * self.observed.noise[fit.row[own], i]
            lowest = min(lowest, 1.0 - float(np.mean(errors**2) / self.observed.scale[i] ** 2))
        return lowest


def _agree(coarse: TrajectoryFit | None, fine: TrajectoryFit | None) -> bool:
    """Whether two fits whose steps differ by a factor of two have the same simulated rows."""
    return coarse is not None and fine is not None and bool(
        np.abs(coarse.residuals - fine.residuals).max() < _STEP_ERROR)
