"""Warm start: networks of an earlier search give a new search its start.

Networks that use activations outside the new library are rewritten (a square as a product) or dropped if no rewriting
exists. Constants are fitted again, to the rows of the new search.
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

from .admission import admit
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
    started = replace(island, front=front, beam=updated_beam(island.beam, tuple(trials), island.expansions),
                      fitted_shapes=island.fitted_shapes.union(t.shape for t in trials))
    return combined_state((started, *others), state.seconds, state.front if others else ())


def _as_trial(network: Network, problem: Problem) -> Trial | None:
    """The network in the problem's activations, fitted to its rows; None if it cannot be rewritten or is too large."""
    if network.n_inputs != problem.n_inputs:
        return None
    used = {n.activation for n in network.neurons if n.children}
    rewritten: Network | None = network
    if not used <= set(problem.activations) or not mode_of(problem).accepts(network):
        rewritten = problem.network_of(to_expression(network))
    if rewritten is None or rewritten.complexity > problem.max_complexity:
        return None
    if not problem.constraints.buildable(rewritten):
        return None
    fitted = fit_parameters(rewritten, problem.search)
    if not np.isfinite(fitted.loss):
        return None
    return Trial(fitted.network, fitted.loss, shape(to_expression(fitted.network)), "from an earlier search")
