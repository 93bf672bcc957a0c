"""Warm start: networks of an earlier search give a new search its start.

The networks are offered as they were, and fitted again to the rows of the new search. Networks that use activations
outside the new library are rewritten (a square as a product) or dropped if no rewriting exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .admission import admit, admit_unchanged
from .beam import updated_beam
from .parameter_modes import mode_of
from .records import Trial
from .state import SearchState, combined_state


def warm_start(state: SearchState, networks: Iterable[Network], problem: Problem) -> SearchState:
    """The state with the networks of an earlier search on its front, if they belong there, and in its beam."""
    island, *others = state.islands
    front, trials = island.front, []
    with np.errstate(all="ignore"):
        for network in networks:
            trial = _as_trial(network, problem)
            if trial is not None:
                trials.append(trial)
                front = admit(front, trial, problem)
            if _is_allowed(network, problem):
                # Refitted to a sample of the rows it may be worse than it was, and what was shown must not get lost.
                front = admit_unchanged(front, network, "from an earlier search", problem)
    started = replace(island, front=front, beam=updated_beam(island.beam, tuple(trials), island.expansions),
                      fitted_shapes=island.fitted_shapes.union(t.shape for t in trials))
    return combined_state((started, *others), state.seconds, state.front if others else ())


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
    return Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), "from an earlier search")


def _has_known_activations(network: Network, problem: Problem) -> bool:
    used = {n.activation for n in network.neurons if n.children}
    return used <= set(problem.activations) and mode_of(problem).accepts(network)


def _is_allowed(network: Network, problem: Problem) -> bool:
    """Whether the network itself may stand on the front of the problem."""
    return (network.n_inputs == problem.n_inputs and network.complexity <= problem.max_complexity
            and _has_known_activations(network, problem) and problem.constraints.buildable(network)
            and problem.admits(network))
