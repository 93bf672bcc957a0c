"""When islands together have looked long enough for a simpler exact network."""

from __future__ import annotations

from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem
from xnet.engine.search.schedule import WORKERS_BEGIN
from xnet.engine.search.state import Island
from xnet.engine.search.stopping import has_settled, is_exact

#: Steps after a long network became exact that are always waited for: some take it as the network to change.
_LEAST = 2


def have_settled(islands: tuple[Island, ...], best: FrontEntry, problem: Problem) -> bool:
    """Whether the steps of all islands since the default pick became exact are those after which one search ends.

    An island knows of an exact network when it has found it, or has got it in a migration. Island 0 gets none, so it is
    counted with the steps of the island that has known it longest. For a long network the steps count too that worker
    islands did beside the one that found it: a search alone would do them afterwards.

    Args:
        islands: all islands, island 0 first.
        best: the default pick of all of them.
        problem: what is searched.
    """
    known = {island.number: island.step - island.exact_since_step for island in islands if island.exact_since_step >= 0}
    if len(islands) == 1 or not known:
        return False
    finder = min((i for i in islands if i.number in known), key=lambda i: _own_steps(i, i.exact_since_step))
    since = _own_steps(finder, finder.exact_since_step)
    steps = sum(known.values()) + (0 if 0 in known else max(known.values())) - 1
    if steps >= _LEAST:
        steps = max(steps, _steps_beside(islands, finder) - 1)
    return has_settled(steps, best, since) and is_exact(best, problem)


def _steps_beside(islands: tuple[Island, ...], finder: Island) -> int:
    """The steps of all islands beside those that the finder had done when its network became exact.

    Island 0 has done about as many steps beside a worker island as that has.
    """
    steps = sum(_own_steps(island, island.step) for island in islands if island.number)
    if finder.number == 0:
        return steps + finder.step - finder.exact_since_step
    return steps + _own_steps(finder, finder.step) - _own_steps(finder, finder.exact_since_step)


def _own_steps(island: Island, step: int) -> int:
    """Steps of an island before a step, without those that it began with."""
    return step if island.number == 0 else max(0, step - WORKERS_BEGIN)
