"""Warm start: networks of an earlier search give a new search its start.

The networks enter as they were, and fitted again to the rows of the new search. Networks that use activations
outside the new library are rewritten (a square as a product) or dropped if no rewriting exists.

A search that was killed is continued from an earlier state of its own. Its front was shown, so it comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.support import with_support
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .admission import admit
from .beam import updated_beam
from .kept_networks import kept_beside, left_front
from .parameter_modes import mode_of
from .plain_entries import plain_entries
from .records import Trial
from .second_look import REASON, with_robust_support
from .state import Front, SearchState, combined_state

_REASON = "from an earlier search"


def warm_start(state: SearchState, networks: Iterable[Network], problem: Problem) -> SearchState:
    """The state with the networks of an earlier search on its front, if they belong there, and in its beam.

    A form with unknown parts takes none: a network does not say which formulas fill the unknown parts.
    """
    if problem.template is not None:
        return state
    island, *others = state.islands
    front, kept, trials = island.front, island.kept, []
    with np.errstate(all="ignore"):
        for network in networks:
            trial = _as_trial(network, problem)
            if trial is not None:
                trials.append(trial)
                front = admit(front, trial, problem)
            if _is_allowed(network, problem):
                # Refitted to a sample of the rows it may be worse than it was, and what was shown must not get lost.
                entry = with_support(make_entry(network, problem, _REASON), problem)
                after = insert(front, entry)
                left = [entry] if after is front else left_front(front, after)
                front, kept = after, kept_beside(after, kept, left)
    started = replace(island, front=front, kept=kept, beam=updated_beam(island.beam, tuple(trials), island.expansions),
                      fitted_shapes=island.fitted_shapes.union(t.shape for t in trials))
    return combined_state((started, *others), state.seconds, state.front if others else ())


def with_shown_front(state: SearchState, shown: Sequence[Network], problem: Problem, *,
                     robust: Network | None = None, plain: bool = False) -> SearchState:
    """The state with the front that a later state of the same search had, when it was killed.

    Whether a network dominates another one is not transitive. The shown networks, inserted one by one into an older
    front, could therefore be left out; they form the new front instead, and networks of the older one enter where
    nothing becomes worse.

    Args:
        state: the last state that was saved.
        shown: the networks of the later front that the search had found.
        robust: the suggestion of the second look on the later front, if there was one.
        plain: whether plain models were on the later front.

    Returns:
        The state itself for a form with unknown parts, see `warm_start`.
    """
    if problem.template is not None:
        return state
    island, *others = state.islands
    known = {entry.network for entry in state.front}
    lost = [network for network in shown if network not in known and _is_usable(network, problem)]
    suggested = island.robust_pick.network if island.robust_pick is not None else None
    if robust is not None and robust != suggested and robust.n_inputs == problem.n_inputs:
        entry = replace(make_entry(robust, problem, REASON), is_robust=True)
        island = replace(island, robust_pick=with_robust_support(entry, problem))
    if plain and not island.plain:
        island = replace(island, plain=problem.cached("plain entries", lambda: plain_entries(problem)))
    if not lost:
        return state if island is state.islands[0] else combined_state((island, *others), state.seconds, state.front)
    with np.errstate(all="ignore"):
        front = _shown_entries(state, shown, problem)
        trials = tuple(trial for network in lost if (trial := _as_trial(network, problem)) is not None)
    island = replace(island, front=front, beam=updated_beam(island.beam, trials, island.expansions),
                     fitted_shapes=island.fitted_shapes.union(t.shape for t in trials))
    alone = combined_state((island,), state.seconds)
    return replace(alone, islands=(island, *others), stop_reason=state.stop_reason)


def _shown_entries(state: SearchState, shown: Sequence[Network], problem: Problem) -> Front:
    """The shown networks as a front, with those entries of the state that make nothing worse."""
    saved = {entry.network: entry for entry in state.front}
    front = tuple(sorted((saved.get(network) or with_support(make_entry(network, problem, _REASON), problem)
                          for network in shown if _is_usable(network, problem)), key=lambda e: e.complexity))
    for entry in (e for island in state.islands for e in island.front):
        after = insert(front, entry)
        if all(entry.loss <= old.loss for old in front if not _is_in(old, after)):
            front = after
    return front


def _is_in(entry: FrontEntry, front: Front) -> bool:
    return any(entry is e for e in front)


def _is_usable(network: Network, problem: Problem) -> bool:
    """Whether the network may have been on the front of the problem."""
    return (network.n_inputs == problem.n_inputs and _has_known_activations(network, problem)
            and problem.admits(network))


def _as_trial(network: Network, problem: Problem) -> Trial | None:
    """The network in the problem's activations, fitted to its rows; None if it cannot be rewritten or is too large."""
    if network.n_inputs != problem.n_inputs or network.own is not None:
        return None
    rewritten: Network | None = network
    if not _has_known_activations(network, problem):
        rewritten = problem.network_of(to_expression(network))
    if rewritten is None or rewritten.complexity > problem.max_complexity:
        return None
    if not problem.constraints.buildable(rewritten):
        return None
    fitted = fit_parameters(rewritten, problem.search)
    if not np.isfinite(fitted.loss):
        return None
    return Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), _REASON)


def _has_known_activations(network: Network, problem: Problem) -> bool:
    used = {n.activation for n in network.neurons if n.children}
    return used <= set(problem.activations) and mode_of(problem).accepts(network)


def _is_allowed(network: Network, problem: Problem) -> bool:
    """Whether the network itself may stand on the front of the problem."""
    return (network.n_inputs == problem.n_inputs and network.complexity <= problem.max_complexity
            and _has_known_activations(network, problem) and problem.constraints.buildable(network)
            and problem.admits(network))
