"""When islands together have looked long enough for a simpler exact network."""

from __future__ import annotations

from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem
from xnet.engine.search.schedule import WORKERS_BEGIN
from xnet.engine.search.state import Island
from xnet.engine.search.stopping import has_settled, is_exact


def have_settled(islands: tuple[Island, ...], best: FrontEntry, problem: Problem) -> bool:
    """Whether the steps of all islands since the default pick became exact are those after which one search ends.

    An island knows of an exact network when it has found it, or has got it in a migration. Island 0 gets none, so it is
    counted with the steps of the island that has known it longest.

    Args:
        islands: all islands, island 0 first.
        best: the default pick of all of them.
        problem: what is searched.
    """
    steps = {island.number: island.step - island.exact_since_step for island in islands if island.exact_since_step >= 0}
    if len(islands) == 1 or not steps:
        return False
    since = min(_own_steps(i.number, i.exact_since_step) for i in islands if i.number in steps)
    total = sum(steps.values()) + (0 if 0 in steps else max(steps.values()))
    return has_settled(total - 1, best, since) and is_exact(best, problem)


def _own_steps(number: int, step: int) -> int:
    """Steps of an island before a step, without those that it began with."""
    return step if number == 0 else max(0, step - WORKERS_BEGIN)
