"""From trajectories to a joint front of systems: smooth, search, match integrals, simulate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

import numpy as np

from xnet.engine import Network, SearchState, resolve_activations
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import quoted_name
from xnet.errors import DataError

from .candidates import Candidate, agrees, merged
from .checkpoint import Checkpoint, Continued
from .decisions import Decisions
from .derivative_search import SearchOptions, candidate_networks, derivative_problem, searched
from .integral_matching import IntegralFit, IntegralRows
from .joint_selection import JointSelection
from .observations import Observations
from .polynomials import polynomial_networks
from .renewal import renewed_by
from .sensitivities import Sensitivities
from .shared_structure import formulas_of_others, with_formulas_of_others
from .system import System
from .term_library import sums_by_integrals
from .trajectory_fit import TrajectoryFit, TrajectoryModel

#: Shares of the budget for the searches of the first round and of the second.
_FIRST_SHARE, _SECOND_SHARE = 0.6, 0.4
#: The share of the whole budget after which the first of two rounds ends.
_FIRST_END = 0.65
NO_TRAJECTORY = ("None of the systems that were found could be simulated over the rows. Give the search more time, or "
                 "more rows a period.")


@dataclass(frozen=True)
class Progress:
    """What a search reports.

    Attributes:
        stage: "search" or "simulate".
        state: the state that is searched, or "" in other stages.
        networks: the best right-hand side of every state so far; None before there is one.
        seconds: of searching, by the clock of the options.
        so_far: computes what was found until now; to be called before the observer returns.
    """

    stage: str
    state: str
    networks: tuple[Network | None, ...]
    seconds: float
    so_far: Callable[[], SoFar]


@dataclass(frozen=True)
class SoFar:
    """What a search has found before its end.

    Attributes:
        observed: the rows with the curves of the round that `candidates` belong to.
        candidates: the joint front so far, the best system first; empty before there is a system, and as long as a
            continued search has not come to the point at which the earlier one ended.
        checkpoint: with which the search is continued after its process has ended.
    """

    observed: Observations
    candidates: tuple[Candidate, ...]
    checkpoint: Checkpoint


Observer = Callable[[Progress], bool]


@dataclass(frozen=True)
class Discovery:
    """The result of a search.

    Attributes:
        observed: the rows with the curves of the last round.
        fits: for every state its right-hand sides by integral matching, the best first.
        candidates: the joint front, the best system first.
        stopped: whether the observer ended the search.
        decisions: where the clock or the observer ended a part of the search, see `Decisions`.
    """

    observed: Observations
    fits: tuple[tuple[IntegralFit, ...], ...]
    candidates: tuple[Candidate, ...]
    stopped: bool
    decisions: tuple[int, ...] = ()


class Discoverer:
    """One search: the options, the observer, and what was found so far.

    Args:
        repeat: the decisions of an earlier search, which is repeated.
        interrupted: whether a person has ended the search without the observer.
        earlier: the checkpoint of a search with the same rows and options, which is continued.
    """

    def __init__(self, observed: Observations, options: SearchOptions, observer: Observer | None = None,
                 second_order: Sequence[str] = (), repeat: Collection[int] | None = None,
                 interrupted: Callable[[], bool] = lambda: False, earlier: Checkpoint | None = None) -> None:
        self._decisions = Decisions(repeat) if earlier is None else Decisions(repeat, earlier.yes, earlier.asked)
        self._continued = Continued(earlier, self._decisions, options.clock)
        self._observed, self._observer = observed, observer
        self._options = replace(options, clock=self._continued.seconds)
        self._first: Discovery | None = None
        self._selection: JointSelection | None = None
        self._stopped, self._interrupted = False, interrupted
        self._end = options.total
        self._networks: list[list[Network]] = [[] for _ in observed.data.states]
        n_own = len(observed.data.states) - len(second_order)
        #: Right-hand sides that are known: the velocity of a state of second order.
        self._known = {observed.data.states.index(name): read_formula(quoted_name(velocity), observed.data.names)
                       for name, velocity in zip(second_order, observed.data.states[n_own:], strict=True)}

    def run(self) -> Discovery:
        """Search.

        Raises:
            DataError: no system could be simulated.
        """
        noisy = bool((self._observed.noise > 1e-5 * self._observed.scale).any())
        if noisy and self._options.total is not None:
            self._end = _FIRST_END * self._options.total
        discovery = self._first = self._round(self._observed, _FIRST_SHARE if noisy else 1.0)
        self._end = self._options.total
        best = discovery.candidates[0]
        if noisy and best.follows and not self._decisions.ends(self._is_stopped):
            renewed = renewed_by(discovery.observed, best)
            if renewed is not None:
                second = self._round(renewed, _SECOND_SHARE, best)
                discovery = replace(second, candidates=merged(second.candidates, discovery.candidates))
        return replace(discovery, stopped=self._stopped, decisions=tuple(self._decisions.yes))

    def _round(self, observed: Observations, share: float, start: Candidate | None = None) -> Discovery:
        """Searches of all states, their integrals, and the joint selection."""
        integrals = IntegralRows(observed)
        selection = self._selection = JointSelection(observed, integrals, self._continued)
        for i in range(len(observed.data.states)):
            if i in self._known:
                self._networks[i] = [self._known[i]]
            else:
                self._search(observed, i, share)
        own = [self._integral_fits(integrals, i) for i in range(len(self._networks))]
        fits = with_formulas_of_others(own, integrals, self._may_hold)
        self._report("simulate", "")
        candidates: Sequence[Candidate] = selection.select(
            fits, self._has_no_time, partial(self._proposals, integrals), None if start is None else start.system)
        if start is not None:
            again = selection.over_whole(start.fit)
            candidates = merged(candidates, [] if again is None else [again])
        candidates = [c for c in candidates if self._agrees(c, observed)] or candidates
        if not candidates:
            raise DataError(NO_TRAJECTORY)
        return Discovery(observed, fits, tuple(candidates), self._stopped)

    def _agrees(self, candidate: Candidate, observed: Observations) -> bool:
        return self._continued.check(lambda: agrees(candidate, observed))

    def _search(self, observed: Observations, state: int, share: float) -> None:
        options = self._options
        own = replace(options, seconds=None if options.seconds is None else options.seconds * share,
                      steps=None if options.steps is None else max(1, round(options.steps * share)))
        found = self._networks[state]
        if (finished := self._continued.next_finished()) is not None:
            self._networks[state] = list(finished.networks)
            return
        earlier = self._continued.next_running()
        if earlier is not None:
            self._networks[state] = _with_candidates(found, earlier.state)
        problem = derivative_problem(observed, state, own)
        for running in searched(problem, own, self._is_stopped, self._decisions, earlier):
            self._networks[state] = _with_candidates(found, running.state)
            self._continued.search_runs(running)
            self._report("search", observed.data.states[state], best=(state, running.state.best.network))
        self._continued.search_ended(self._networks[state])

    def _integral_fits(self, integrals: IntegralRows, state: int) -> tuple[IntegralFit, ...]:
        fits = [fit for network in self._networks[state] if (fit := integrals.fit(network, state)) is not None]
        if state not in self._known:
            library, forbidden = resolve_activations(self._options.activations), self._forbidden(state)
            fits += [replace(fit, sparse=True) for network in polynomial_networks(integrals, state, library, forbidden)
                     if (fit := integrals.fit(network, state)) is not None]
            fits += [fit for network in sums_by_integrals(integrals, state, library, forbidden)
                     if (fit := integrals.fit(network, state)) is not None]
        if not fits:
            constant = read_formula("0.0", integrals.observed.data.names)
            fits = [fit for fit in [integrals.fit(constant, state)] if fit is not None]
        return tuple(sorted(fits, key=lambda fit: fit.score))

    def _proposals(self, integrals: IntegralRows, model: TrajectoryModel,
                   fit: TrajectoryFit) -> list[tuple[int, Network]]:
        """Right-hand sides that may improve a fitted system, each with its state: the best of every state first."""
        sensitivities = Sensitivities(model, fit, integrals)
        library, networks = resolve_activations(self._options.activations), fit.system.networks
        proposed: list[list[Network]] = []
        for i in range(len(networks)):
            sums = [] if i in self._known else sensitivities.sums(i, library, tuple(self._forbidden(i)))
            others = formulas_of_others([[network] for network in networks], i)
            proposed.append([*sums, *(network for network in others if self._may_hold(i, network))])
        return [(i, network) for own in zip_longest(*proposed) for i, network in enumerate(own) if network is not None]

    def _may_hold(self, state: int, network: Network) -> bool:
        """Whether a network can be the right-hand side of a state."""
        return state not in self._known and not set(network.variables) & set(self._forbidden(state))

    def _forbidden(self, state: int) -> list[int]:
        """Positions of the columns that a right-hand side may not read."""
        data = self._observed.data
        return [data.names.index(name) for name in (self._options.forbidden or {}).get(data.states[state], ())]

    def _report(self, stage: str, state: str, best: tuple[int, Network] | None = None) -> None:
        if self._observer is None:
            return
        networks: list[Network | None] = [own[0] if own else None for own in self._networks]
        if best is not None:
            networks[best[0]] = best[1]
        if self._observer(Progress(stage, state, tuple(networks), self._options.clock(),
                                   lambda: self._so_far(networks))):
            self._stopped = True

    def _so_far(self, networks: Sequence[Network | None]) -> SoFar:
        """What was found: systems of the first round, else of the joint selection, else the best of all searches."""
        checkpoint = self._continued.checkpoint()
        if self._continued.repeats:
            return SoFar(self._observed, (), checkpoint)
        if self._first is not None:
            return SoFar(self._first.observed, self._first.candidates, checkpoint)
        assert self._selection is not None  # a round makes it before it reports
        candidates, complete = self._selection.so_far(), [network for network in networks if network is not None]
        if not candidates and len(complete) == len(networks):
            data = self._observed.data
            first = np.column_stack([rows[0] for rows in self._observed.smoothed])
            candidates = self._selection.unfitted(System(data.states, data.inputs, tuple(complete)), first)
        return SoFar(self._observed, tuple(candidates), checkpoint)

    def _has_no_time(self) -> bool:
        """Whether no further system is simulated; the observer is asked too."""
        self._report("simulate", "")
        return self._decisions.ends(lambda: self._is_stopped() or (
            self._end is not None and self._options.clock() > self._end))

    def _is_stopped(self) -> bool:
        self._stopped = self._stopped or self._interrupted()
        return self._stopped


def _with_candidates(found: Sequence[Network], state: SearchState) -> list[Network]:
    """Different networks: those that were found before, and those of a search."""
    return list({network.structure(): network for network in [*found, *candidate_networks(state)]}.values())
