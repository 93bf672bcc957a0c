"""The parameter phase of a step: which proposals are worth fitting, and the trials that come of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import Expr, evaluate, shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.moves.proposal import Proposal
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import waves_are_resolved
from xnet.engine.problem.constraints import NONE
from xnet.engine.problem.problem import Problem

from .records import Trial

#: (loss, complexity, shape, network, reason) of a proposal that can be built.
Draft = tuple[float, int, str, Network, str]


def fitted_trials(proposals: Sequence[Proposal], problem: Problem, seen: frozenset[str],
                  most: int = 10) -> tuple[list[Trial], frozenset[str]]:
    """Fit the constants of the best proposals; returns the trials, and `seen` with the shapes that were fitted."""
    rows = problem.search
    memo: dict[Expr, Array] = {}
    best: dict[str, tuple[float, Proposal]] = {}
    for p in proposals:
        name = shape(p.expr)
        if name in seen:
            continue
        loss = rows.loss_of(evaluate(p.expr, rows.columns, memo))
        if np.isfinite(loss) and (name not in best or loss < best[name][0]):
            best[name] = (loss, p)
    drafts = []
    most_built = 120 if problem.constraints == NONE else 400
    for name, (loss, p) in sorted(best.items(), key=lambda item: (item[1][0], item[0]))[:most_built]:
        network = to_network(p.expr, problem.n_inputs, problem.activations, problem.parameters)
        if network is not None and network.complexity > problem.max_complexity:  # perhaps with fewer constants
            network = to_network(p.expr, problem.n_inputs, problem.activations, problem.parameters, grouped=True)
        if network is not None and network.complexity <= problem.max_complexity and \
                problem.constraints.buildable(network) and waves_are_resolved(network, problem.search.columns):
            drafts.append((loss, network.complexity, name, network, p.reason))
    first = _chosen(drafts, 3 * most, problem)
    origins = {draft[2]: draft for draft in first}
    begun = [_fitted(draft, problem, 4) for draft in first]  # a few steps tell which constants have far to go
    chosen = _chosen([d for d in begun if np.isfinite(d[0])], most, problem)
    trials = [_trial(_fitted(draft, problem, 14), origins[draft[2]]) for draft in chosen]
    trials = [t for t in trials if waves_are_resolved(t.network, problem.search.columns)]
    return trials, seen | {draft[2] for draft in chosen}


def _chosen(drafts: list[Draft], most: int, problem: Problem) -> list[Draft]:
    """The drafts worth fitting; under constraints as many again of those that keep them all, or few ever would."""
    chosen = _worth_fitting(drafts, most)
    if problem.constraints == NONE:
        return chosen
    names = {draft[2] for draft in chosen}
    return chosen + _worth_fitting([d for d in drafts if d[2] not in names and problem.admits(d[3])], most)


def _worth_fitting(drafts: list[Draft], most: int) -> list[Draft]:
    """Half from the drafts' own front (so that short networks get their chance), half by loss and complexity."""
    drafts = sorted(drafts, key=lambda d: (d[1], d[0], d[2]))
    front: list[Draft] = []
    for draft in drafts:
        if not front or draft[0] < 0.98 * front[-1][0]:
            front.append(draft)
    half = max(1, most // 2)
    front = front[:: max(1, len(front) // half)][:half]
    names = {draft[2] for draft in front}
    rest = sorted((d for d in drafts if d[2] not in names), key=lambda d: math.log(d[0] + 1e-16) + 0.1 * d[1])
    return front + rest[: most - len(front)]


def _fitted(draft: Draft, problem: Problem, steps: int) -> Draft:
    """The draft with its constants fitted further."""
    _, complexity, name, network, reason = draft
    fitted = fit_parameters(network, problem.search, steps)
    return fitted.loss, complexity, name, fitted.network, reason


def _trial(draft: Draft, origin: Draft) -> Trial:
    loss, _, _, network, reason = draft
    return Trial(network, loss, shape(to_expression(network)), reason, origin[0], origin[3].constants)
