"""What islands are and what they tell one another: pure functions of their states.

Island 0 does exactly what a search alone does, and takes nothing in: whatever one process finds, several find too. The
others, the *helpers*, begin with what it holds by then, but match on other rows, take other turns of the seeds and
choose the networks to expand by other prices (`trials`). At an exchange a helper takes over the other islands' fronts
and pools, leaves out what they have expanded or seen, and what they will expand next.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.candidates.sizes import LARGE
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.sampling import representative
from xnet.engine.search.beam import PRICES, choose, merged_pool
from xnet.engine.search.records import Agenda
from xnet.engine.search.schedule import HELPERS_BEGIN
from xnet.engine.search.state import SearchState, merged
from xnet.engine.search.stopping import StopReason


def joined(first: SearchState, n_islands: int) -> tuple[SearchState, ...]:
    """Island 0 and the helpers that begin with what it holds."""
    helpers = (replace(first, island=k, n_islands=n_islands, step=HELPERS_BEGIN) for k in range(1, n_islands))
    return (first, *helpers)


def exchanged(islands: tuple[SearchState, ...], k: int) -> SearchState:
    """Helper k after it has heard from all others."""
    me = islands[k]
    others = [island for island in islands if island is not me]
    expanded = me.expanded.union(*(island.expanded for island in others))
    taken = frozenset().union(*(_next_to_expand(island) for island in islands[:k]))
    pool = merged_pool(me.pool, tuple(t for island in others for t in island.pool), expanded | taken)
    return replace(me, front=merged([me.front, *(island.front for island in others)]), pool=pool, expanded=expanded,
                   seen=me.seen.union(*(island.seen for island in others)),
                   stop_reason=None if me.stop_reason is StopReason.EXHAUSTED and pool else me.stop_reason)


def _next_to_expand(island: SearchState) -> frozenset[str]:
    """The shapes that an island will choose before long, one for every price: its step says only which comes first."""
    chosen = (choose(Agenda(i, island.pool, island.expanded, island.seen, island=island.island,
                            n_islands=island.n_islands), LARGE) for i in range(len(PRICES[0])))
    return frozenset(trial.shape for trial in chosen if trial is not None)


def variant(problem: Problem, k: int) -> Problem:
    """The problem as island k sees it: candidates are matched on other rows, where there are enough."""
    rng = np.random.default_rng((problem.seed, k))
    rows = representative(problem.search.y, len(problem.match), rng)
    return replace(problem, match=rows, _cache={})
