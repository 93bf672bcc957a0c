"""What a search has computed so far, so that it can be continued after its process has ended.

A search is a function of its trajectories, its options and its decisions. It is continued by running it again: the
decisions are repeated, and the long parts are taken over instead of being computed again. These are the networks of
finished searches of derivatives, the state of the search that runs, and the fits and checks of systems in the order in
which they were made. A continued search therefore finds what it would have found without the interruption.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network, SearchState, state_from_json, state_to_json
from xnet.errors import StateError, XNetError

from .decisions import Decisions
from .system import System
from .trajectory_fit import TrajectoryFit, TrajectoryModel

VERSION = 1


@dataclass(frozen=True)
class FinishedSearch:
    """A search of a derivative that has ended.

    Attributes:
        networks: the right-hand sides of its state that were found until then.
        asked: the number of questions that were asked until then, see `Decisions`.
    """

    networks: tuple[Network, ...]
    asked: int


@dataclass(frozen=True)
class RunningSearch:
    """A search of a derivative that has not ended.

    Attributes:
        state: after its last step.
        seconds: that it has taken.
        asked: as in `FinishedSearch`.
    """

    state: SearchState
    seconds: float
    asked: int


@dataclass(frozen=True)
class KeptFit:
    """The result of a fit of a system.

    Attributes:
        networks: with the fitted constants.
        first: (d, W) the fitted first states.
    """

    networks: tuple[Network, ...]
    first: Array


@dataclass(frozen=True)
class Checkpoint:
    """A stored search.

    Attributes:
        seconds: of searching so far.
        asked, yes: the number of questions that were asked, and the numbers of those that were answered yes.
        finished: the searches of derivatives that have ended.
        running: the one that runs; None between two and after the last.
        fits: the results of all fits of systems, in their order; None for a system without a trajectory.
        checks: whether fitted systems passed the integrator with error control, in their order.
    """

    seconds: float
    asked: int
    yes: tuple[int, ...]
    finished: tuple[FinishedSearch, ...]
    running: RunningSearch | None
    fits: tuple[KeptFit | None, ...]
    checks: tuple[bool, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON tree from which `from_json` builds an equal checkpoint."""
        running = self.running
        return {
            "version": VERSION, "seconds": self.seconds, "asked": self.asked, "yes": list(self.yes),
            "finished": [{"networks": _trees(one.networks), "asked": one.asked} for one in self.finished],
            "running": None if running is None else {"state": state_to_json(running.state), "seconds": running.seconds,
                                                     "asked": running.asked},
            "fits": [None if fit is None else {"networks": _trees(fit.networks), "first": fit.first.tolist()}
                     for fit in self.fits], "checks": list(self.checks)}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Checkpoint:
        """The checkpoint of a JSON tree.

        Raises:
            StateError: the tree does not describe a checkpoint, or one of another release.
        """
        try:
            if tree["version"] != VERSION:
                raise ValueError(f"its version is {tree['version']!r}; expected {VERSION}")
            running = tree["running"]
            return cls(
                float(tree["seconds"]), int(tree["asked"]), tuple(map(int, tree["yes"])),
                tuple(FinishedSearch(_networks(one["networks"]), int(one["asked"])) for one in tree["finished"]),
                None if running is None else RunningSearch(state_from_json(running["state"]),
                                                           float(running["seconds"]), int(running["asked"])),
                tuple(None if fit is None else KeptFit(_networks(fit["networks"]), np.array(fit["first"], dtype=float))
                      for fit in tree["fits"]), tuple(map(bool, tree["checks"])))
        except (XNetError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise StateError(f"The stored search for laws of motion cannot be read ({error}); start again.") from error


class Continued:
    """The long parts of a search: those of an earlier one first, then those that are computed now.

    Args:
        earlier: the checkpoint of the search that is continued; None for a new search.
        decisions: of the search, made with the answers of the checkpoint.
        clock: seconds since any moment.
    """

    def __init__(self, earlier: Checkpoint | None, decisions: Decisions,
                 clock: Callable[[], float] = time.perf_counter) -> None:
        self._decisions, self._clock = decisions, clock
        self._begun, self._seconds_before = clock(), 0.0 if earlier is None else earlier.seconds
        self._finished = [] if earlier is None else list(earlier.finished)
        self._fits = [] if earlier is None else list(earlier.fits)
        self._running = None if earlier is None else earlier.running
        self._checks = [] if earlier is None else list(earlier.checks)
        self._searches_taken, self._fits_taken, self._checks_taken = 0, 0, 0

    @property
    def repeats(self) -> bool:
        """Whether the search has not yet come to the point at which the earlier one ended."""
        return self._decisions.repeats or self._fits_taken < len(self._fits) or self._checks_taken < len(self._checks)

    def seconds(self) -> float:
        """Seconds of searching until now, without those that repeat the earlier search."""
        if self.repeats:
            self._begun = self._clock()
        return self._seconds_before + self._clock() - self._begun

    def next_finished(self) -> FinishedSearch | None:
        """The next search of a derivative, if it has ended before; the questions that it asked are passed over."""
        if self._searches_taken == len(self._finished):
            return None
        finished = self._finished[self._searches_taken]
        self._searches_taken += 1
        self._decisions.pass_over(finished.asked)
        return finished

    def next_running(self) -> RunningSearch | None:
        """The search of a derivative that ran at the checkpoint, if the next one is this; as `next_finished`."""
        if self._running is not None:
            self._decisions.pass_over(self._running.asked)
        return self._running

    def search_runs(self, running: RunningSearch) -> None:
        """Keep the search that runs, after a step."""
        self._running = running

    def search_ended(self, networks: Sequence[Network]) -> None:
        """Keep the networks of the search that ran."""
        self._finished.append(FinishedSearch(tuple(networks), self._decisions.asked))
        self._running, self._searches_taken = None, len(self._finished)

    def fit(self, model: TrajectoryModel, system: System,
            compute: Callable[[], TrajectoryFit | None]) -> TrajectoryFit | None:
        """The result of `compute`, a fit of the model to a system, or the stored one."""
        if self._fits_taken < len(self._fits):
            kept = self._fits[self._fits_taken]
            known = None if kept is None else _evaluated(kept, model, system)
            if kept is None or known is not None:
                self._fits_taken += 1
                return known
            self._forget_later()
        fit = compute()
        self._fits.append(None if fit is None else KeptFit(fit.system.networks, fit.first))
        self._fits_taken += 1
        return fit

    def check(self, compute: Callable[[], bool]) -> bool:
        """The result of `compute`, a check of a system, or the stored one."""
        if self._checks_taken == len(self._checks):
            self._checks.append(compute())
        self._checks_taken += 1
        return self._checks[self._checks_taken - 1]

    def _forget_later(self) -> None:
        """Leave out what the earlier search computed after this point: another release of X-Net goes another way."""
        del self._fits[self._fits_taken:], self._checks[self._checks_taken:], self._finished[self._searches_taken:]
        self._running = None
        self._decisions.forget_later()

    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the search."""
        asked, yes = self._decisions.taken()
        return Checkpoint(self.seconds(), asked, yes, tuple(self._finished), self._running, tuple(self._fits),
                          tuple(self._checks))


def _evaluated(kept: KeptFit, model: TrajectoryModel, system: System) -> TrajectoryFit | None:
    """The fit at its kept result, which needs one simulation; None if it is that of another system or model."""
    fitted = System(system.states, system.inputs, kept.networks)
    if fitted.networks_key != system.networks_key or kept.first.shape != model.segments.first.shape:
        return None
    return model.evaluated(fitted, kept.first)


def _trees(networks: Sequence[Network]) -> list[dict[str, Any]]:
    return [network.to_json() for network in networks]


def _networks(trees: Sequence[dict[str, Any]]) -> tuple[Network, ...]:
    return tuple(map(Network.from_json, trees))
