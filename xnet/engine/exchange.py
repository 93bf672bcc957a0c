"""What islands are and what they tell one another: pure functions of their states.

Island 0 does exactly what a search alone does, and takes nothing in: whatever one process finds, several find too. The
others, the *helpers*, begin with what it holds by then, but match on other rows, take other turns of the seeds and
choose the networks to expand by other prices (`trials`). At an exchange a helper takes over the other islands' fronts
and pools, leaves out what they have expanded or seen, and what they will expand next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np

from .agenda import HELPERS_BEGIN, LARGE, PRICES, Agenda, choose
from .front import FrontEntry, insert
from .problem import Problem, representative
from .search import SearchState, merged_pool

Front = tuple[FrontEntry, ...]


@dataclass(frozen=True)
class IslandsState(SearchState):
    """The islands' states, and what they found together: `front` is merged; pool, step and the rest are island 0's."""

    islands: tuple[SearchState, ...] = ()


def together(islands: tuple[SearchState, ...], seconds: float, found: Front = ()) -> IslandsState:
    """The islands as one search; `found` are networks that are known beside theirs.

    An exact formula on any island ends the search; an island with nothing left to try only rests, but for the first.
    """
    first = islands[0]
    exact = any(island.finished == "exact" for island in islands)
    given = {f.name: getattr(first, f.name) for f in fields(SearchState)}
    return IslandsState(**given | {"seconds": seconds, "front": merged([*(i.front for i in islands), found]),
                                   "finished": "exact" if exact else first.finished, "islands": islands})


def merged(fronts: Iterable[Front]) -> Front:
    """One front of several; of networks that are as good the earlier front's stays."""
    front, *others = fronts
    for other in others:
        for entry in other:
            if not any(entry is e for e in front):
                front = insert(front, entry)
    return front


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
                   finished="" if me.finished == "exhausted" and pool else me.finished)


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
