"""Worker islands and the migration of networks among islands: pure functions of their states.

Island 0 never receives networks from the others, so it behaves exactly like a single-process search: adding processes
can only find more. Worker islands begin with the networks of island 0, but match on other rows, divide the later tasks
and the seeds among themselves (`schedule`) and choose the networks to expand with other complexity penalties (`beam`).
At a migration a worker island takes over what all islands know, without the networks that they have expanded or will
expand next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.sampling import representative
from xnet.engine.search.beam import COMPLEXITY_PENALTIES, next_to_expand, updated_beam
from xnet.engine.search.records import Expansion, Expansions, StepContext, Trial
from xnet.engine.search.schedule import WORKERS_BEGIN, TaskKind
from xnet.engine.search.state import Front, Island, merged_front
from xnet.engine.search.stopping import StopReason


@dataclass(frozen=True)
class Migrants:
    """What islands hand to one another: the networks and the shapes that all of them know together.

    Attributes:
        front, beam, expansions, fitted_shapes: as those of an `Island`.
    """

    front: Front = ()
    beam: tuple[Trial, ...] = ()
    expansions: Expansions = frozenset()
    fitted_shapes: frozenset[str] = frozenset()

    def joined_by(self, island: Island) -> Migrants:
        """The same with what one more island knows."""
        expansions = self.expansions | island.expansions
        return Migrants(merged_front([self.front, island.front]), updated_beam(self.beam, island.beam, expansions),
                        expansions, self.fitted_shapes | island.fitted_shapes)


def with_worker_islands(first: Island, n_islands: int) -> tuple[Island, ...]:
    """Island 0, and the worker islands that begin with its networks."""
    workers = (replace(first, number=k, n_islands=n_islands, step=WORKERS_BEGIN, second_look=None,
                       second_look_step=-1, robust_pick=None) for k in range(1, n_islands))
    return (first, *workers)


def after_migration(island: Island, migrants: Migrants, taken: Expansions) -> Island:
    """A worker island after a migration.

    Args:
        migrants: what all islands know.
        taken: the expansions that other islands will do next (`next_expansions`).
    """
    expansions = island.expansions | migrants.expansions
    beam = updated_beam(island.beam, migrants.beam, expansions | taken)
    goes_on = island.stop_reason is StopReason.EXHAUSTED and beam
    return replace(island, front=merged_front([island.front, migrants.front]), beam=beam, expansions=expansions,
                   fitted_shapes=island.fitted_shapes | migrants.fitted_shapes,
                   stop_reason=None if goes_on else island.stop_reason)


def next_expansions(island: Island) -> Expansions:
    """The expansions that an island will soon do, one for every penalty: its step decides only their order."""
    chosen = (next_to_expand(StepContext(step, island.beam, island.expansions, island=island.number),
                             LibrarySize.LARGE) for step in range(len(COMPLEXITY_PENALTIES[0])))
    return frozenset(Expansion(TaskKind.EXPAND, LibrarySize.LARGE, t.shape) for t in chosen if t is not None)


def problem_of_island(problem: Problem, k: int) -> Problem:
    """The problem for island k: candidates are matched on other rows, if there are enough."""
    rng = np.random.default_rng((problem.seed, k))
    rows = representative(problem.search.y, len(problem.match), rng)
    return replace(problem, match=rows, _cache={})
