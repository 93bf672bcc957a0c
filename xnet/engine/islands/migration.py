"""Worker islands and the migration of networks among islands: pure functions of their states.

Island 0 never receives networks from the others, so it behaves exactly like a single-process search: adding processes
can only find more. Worker islands begin with the networks of island 0, but match on other rows, divide the later tasks
and the seeds among themselves (`schedule`) and choose the networks to expand with other complexity penalties (`beam`).
At a migration a worker island takes over the fronts and beams of the other islands, without the networks that they have
expanded or will expand next.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.sampling import representative
from xnet.engine.search.beam import COMPLEXITY_PENALTIES, next_to_expand, updated_beam
from xnet.engine.search.records import Expansion, Expansions, StepContext
from xnet.engine.search.schedule import WORKERS_BEGIN, TaskKind
from xnet.engine.search.state import Island, merged_front
from xnet.engine.search.stopping import StopReason


def with_worker_islands(first: Island, n_islands: int) -> tuple[Island, ...]:
    """Island 0, and the worker islands that begin with its networks."""
    workers = (replace(first, number=k, n_islands=n_islands, step=WORKERS_BEGIN, second_look=None,
                       second_look_step=-1, robust_pick=None) for k in range(1, n_islands))
    return (first, *workers)


def after_migration(islands: tuple[Island, ...], k: int) -> Island:
    """Worker island k after the migration from all others."""
    island = islands[k]
    others = [other for other in islands if other is not island]
    expansions = island.expansions.union(*(other.expansions for other in others))
    taken = frozenset().union(*(_next_expansions(other) for other in islands[:k]))
    beam = updated_beam(island.beam, tuple(t for other in others for t in other.beam), expansions | taken)
    goes_on = island.stop_reason is StopReason.EXHAUSTED and beam
    return replace(island, front=merged_front([island.front, *(other.front for other in others)]), beam=beam,
                   expansions=expansions, fitted_shapes=island.fitted_shapes.union(*(o.fitted_shapes for o in others)),
                   stop_reason=None if goes_on else island.stop_reason)


def _next_expansions(island: Island) -> Expansions:
    """The expansions that an island will soon do, one for every penalty: its step decides only their order."""
    chosen = (next_to_expand(StepContext(step, island.beam, island.expansions, island=island.number),
                             LibrarySize.LARGE) for step in range(len(COMPLEXITY_PENALTIES[0])))
    return frozenset(Expansion(TaskKind.EXPAND, LibrarySize.LARGE, t.shape) for t in chosen if t is not None)


def problem_of_island(problem: Problem, k: int) -> Problem:
    """The problem for island k: candidates are matched on other rows, if there are enough."""
    rng = np.random.default_rng((problem.seed, k))
    rows = representative(problem.search.y, len(problem.match), rng)
    return replace(problem, match=rows, _cache={})
