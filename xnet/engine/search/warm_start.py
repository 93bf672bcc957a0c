"""Networks that are known already: found by an earlier search, they give a new one its start.

What the new search may not say is said in another way where there is one (a square as a product), and left out where
there is none; constants are fitted again, to the rows at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .admission import offer
from .beam import merged_pool
from .records import Trial
from .state import IslandsState, SearchState, together


def with_known(state: SearchState, networks: Iterable[Network], problem: Problem) -> SearchState:
    """The state with known networks offered to its front, and in the pool of those worth expanding."""
    if isinstance(state, IslandsState):
        first = with_known(state.islands[0], networks, problem)
        return together((first, *state.islands[1:]), state.seconds, state.front)
    front, trials = state.front, []
    with np.errstate(all="ignore"):
        for network in networks:
            trial = _as_trial(network, problem)
            if trial is not None:
                trials.append(trial)
                front = offer(front, trial, problem)
    return replace(state, front=front, pool=merged_pool(state.pool, tuple(trials), state.expanded),
                   seen=state.seen.union(t.shape for t in trials))


def _as_trial(network: Network, problem: Problem) -> Trial | None:
    """The network in this problem's library, fitted to its rows; None where it cannot be said, or is too large."""
    if network.n_inputs != problem.n_inputs:
        return None
    used = {n.activation for n in network.neurons if n.children}
    said: Network | None = network
    if not used <= set(problem.activations) or (network.constants and not problem.parameters):
        said = to_network(to_expression(network), problem.n_inputs, problem.activations, problem.parameters)
    if said is None or said.complexity > problem.max_complexity or not problem.constraints.buildable(said):
        return None
    fitted = fit_parameters(said, problem.search)
    if not np.isfinite(fitted.loss):
        return None
    return Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), "known from an earlier search")
