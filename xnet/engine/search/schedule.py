"""The schedule of a search: which task each step runs, and with which candidate library.

Simple things come first. In the opening every task runs once or twice, with the small library before the large one.
Then a cycle repeats seeds, expansions, growing sums and growth in the tangent space.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from xnet.engine.candidates.sizes import LibrarySize

Item = TypeVar("Item")


class TaskKind(StrEnum):
    """What a step does; see the functions of `tasks.TASKS`."""

    POWER_LAWS = "simple"
    POLYNOMIALS = "dense"
    CURVES = "curves"
    CURVES_OF_MONOMIALS = "curves of monomials"
    TWO_CURVES = "two curves"
    ROOT = "root"
    SEEDS = "seeds"
    PAIRS = "pairs"
    EXPAND = "expand"
    TERMS = "within"
    WAVES = "waves"
    LIBRARY = "library"
    SUMS = "sums"
    TANGENT = "tangent"
    SIMILARITY = "similarity"


class ScheduledTask(NamedTuple):
    """What a step does: the kind of task, its library, and how often this kind and library came before.

    Attributes:
        part, parts: which of the islands that divide the task among themselves this is; 0 of 1 where one does it alone.
    """

    kind: TaskKind
    size: LibrarySize
    turn: int
    part: int = 0
    parts: int = 1

    def portion(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items of all islands that do this task which are this one's: every `parts`-th."""
        return items if self.parts == 1 else items[self.part::self.parts]


Tasks = tuple[tuple[TaskKind, LibrarySize], ...]

_T, _L = TaskKind, LibrarySize
#: The first three tasks, `SIMILARITY` and the second `POLYNOMIALS` have no library of that size: it says nothing.
_OPENING: Tasks = (
    (_T.POWER_LAWS, _L.SMALL), (_T.POLYNOMIALS, _L.SMALL), (_T.CURVES, _L.SMALL), (_T.ROOT, _L.SMALL),
    (_T.SIMILARITY, _L.SMALL), (_T.SEEDS, _L.SMALL), (_T.EXPAND, _L.SMALL), (_T.POLYNOMIALS, _L.SMALL),
    (_T.ROOT, _L.MEDIUM), (_T.CURVES_OF_MONOMIALS, _L.CURVES), (_T.TWO_CURVES, _L.CURVES), (_T.EXPAND, _L.SMALL),
    (_T.SEEDS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.SEEDS, _L.MEDIUM),
    (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.CURVES), (_T.WAVES, _L.CURVES), (_T.TERMS, _L.CURVES), (_T.TERMS, _L.MEDIUM),
    (_T.LIBRARY, _L.LARGE), (_T.ROOT, _L.LARGE), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.EXPAND, _L.LARGE),
    (_T.SIMILARITY, _L.SMALL), (_T.WAVES, _L.CURVES), (_T.SUMS, _L.MEDIUM), (_T.TANGENT, _L.MEDIUM),
)
_CYCLE: Tasks = (
    (_T.TANGENT, _L.MEDIUM), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.TANGENT, _L.MEDIUM),
    (_T.SUMS, _L.MEDIUM), (_T.TERMS, _L.CURVES), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.MEDIUM),
    (_T.TANGENT, _L.MEDIUM), (_T.EXPAND, _L.LARGE), (_T.TERMS, _L.MEDIUM), (_T.WAVES, _L.CURVES),
)

#: Steps of the opening, in which everything is tried once.
OPENING_STEPS = len(_OPENING)

#: The steps of the opening in which a table of many rows without a law in sight also grows a network in the tangent
#: space: the two expansions that follow the curves. The first step of `TANGENT` would come too late there.
EARLY_GROWTH_STEPS = tuple(i for i, task in enumerate(_OPENING) if task[0] is TaskKind.EXPAND
                           and i > _OPENING.index((TaskKind.TWO_CURVES, LibrarySize.CURVES)))[:2]

#: The step at which worker islands begin. Its number is that of the large library on island 0.
WORKERS_BEGIN = _OPENING.index((TaskKind.LIBRARY, LibrarySize.LARGE))

#: What worker islands do before their cycle, in shares that are dealt to them in turn: the most useful ones first.
#: Tasks of a share use the same library, or the networks of the tasks before.
_SHARES: tuple[Tasks, ...] = (
    ((_T.LIBRARY, _L.LARGE), (_T.ROOT, _L.LARGE), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.EXPAND, _L.LARGE)),
    ((_T.ROOT, _L.MEDIUM), (_T.SEEDS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM)),
    ((_T.PAIRS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.CURVES)),
    ((_T.TERMS, _L.CURVES), (_T.TERMS, _L.MEDIUM)),
    ((_T.CURVES_OF_MONOMIALS, _L.CURVES), (_T.TWO_CURVES, _L.CURVES), (_T.EXPAND, _L.SMALL)),
    ((_T.SUMS, _L.MEDIUM), (_T.TANGENT, _L.MEDIUM)),
)
#: The shares of seven worker islands and more. Each begins with a task of the target alone: there are no networks yet
#: that would be worth changing. With still more islands, several have the same share: they divide its queries. Two
#: shares build the large library, which takes longer than what is matched with it.
_MANY_SHARES: tuple[Tasks, ...] = (
    ((_T.LIBRARY, _L.LARGE), (_T.ROOT, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.EXPAND, _L.LARGE)),
    ((_T.SEEDS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.SEEDS, _L.MEDIUM),
     (_T.EXPAND, _L.MEDIUM)),
    ((_T.LIBRARY, _L.LARGE), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE)),
    ((_T.PAIRS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.CURVES)),
    ((_T.POLYNOMIALS, _L.SMALL), (_T.TERMS, _L.CURVES), (_T.TERMS, _L.MEDIUM)),
    ((_T.ROOT, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM)),
    ((_T.CURVES_OF_MONOMIALS, _L.CURVES), (_T.TWO_CURVES, _L.CURVES), (_T.SUMS, _L.MEDIUM), (_T.TANGENT, _L.MEDIUM)),
)
#: Islands from which on the worker islands have these shares.
MANY_ISLANDS = 1 + len(_MANY_SHARES)
#: Tasks whose queries can be divided.
_DIVIDED = frozenset({_T.ROOT, _T.SEEDS, _T.PAIRS, _T.POLYNOMIALS, _T.TERMS, _T.CURVES_OF_MONOMIALS, _T.TWO_CURVES})
#: What a single worker island does before its cycle: first what finds most formulas, and nothing that island 0 will do
#: soon itself.
_SHARE_OF_ONE: Tasks = (
    (_T.LIBRARY, _L.LARGE), (_T.ROOT, _L.LARGE), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.PAIRS, _L.MEDIUM),
    (_T.EXPAND, _L.MEDIUM), (_T.TERMS, _L.CURVES), (_T.TERMS, _L.MEDIUM), (_T.PAIRS, _L.CURVES), (_T.EXPAND, _L.LARGE),
)

#: The step before the first of a search with an initial formula: the formula is expanded.
INITIAL_STEP = -1


def opening_step(kind: TaskKind, size: LibrarySize = LibrarySize.SMALL, turn: int = 0) -> int:
    """The number of the step of the opening that runs a task for the first time, or after `turn` times."""
    return [i for i, task in enumerate(_OPENING) if task == (kind, size)][turn]


def scheduled_task(step: int, island: int = 0, n_islands: int = 1) -> ScheduledTask:
    """What step number `step` does.

    Island 0 does what a search alone does. Worker islands divide what it does much later among themselves, and then
    repeat the cycle, each from another place on. The turns say which seeds they take: no two islands the same.
    """
    if step == INITIAL_STEP:
        return ScheduledTask(TaskKind.EXPAND, LibrarySize.SMALL, 0)
    if not island:
        return _task_at(step, _OPENING, _CYCLE)
    if step < WORKERS_BEGIN:  # a search with constants beside a worker island of the parameter-free mode
        task = _task_at(step, _OPENING, _CYCLE)
        return task._replace(turn=_turn_of_island(task, island, n_islands))
    worker, workers = island - 1, n_islands - 1
    if n_islands >= MANY_ISLANDS:
        return _task_of_many(step - WORKERS_BEGIN, worker, workers)
    share = _SHARE_OF_ONE if workers == 1 else sum(_SHARES[worker::workers], ())
    task = _task_at(step - WORKERS_BEGIN, share, _cycle_of(worker, workers))
    return task._replace(turn=_turn_of_island(task, worker, workers))


def _task_of_many(step: int, worker: int, workers: int) -> ScheduledTask:
    """What one of seven worker islands and more does in its step number `step`."""
    mine = worker % len(_MANY_SHARES)
    share = _MANY_SHARES[mine]
    if step >= len(share):
        task = _task_at(step - len(share), (), _cycle_of(worker, workers))
        turn = _turn_of_island(task, worker, workers)  # the first seeds are taken in a share
        return task._replace(turn=turn + (task.kind is TaskKind.SEEDS))
    task = _task_at(step, share, ())
    part = worker // len(_MANY_SHARES)
    first = 1 if task.kind is TaskKind.POLYNOMIALS else 0  # island 0 has done the first polynomials
    turn = task.turn + first + (0 if task.kind in _DIVIDED else part)
    return task._replace(turn=turn, part=part, parts=len(range(mine, workers, len(_MANY_SHARES))))


def _cycle_of(worker: int, workers: int) -> Tasks:
    """The cycle of a worker island, which begins at another task for each."""
    begin = worker * len(_CYCLE) // workers
    return _CYCLE[begin:] + _CYCLE[:begin]


def _task_at(step: int, opening: Tasks, cycle: Tasks) -> ScheduledTask:
    """The task of a step of an opening that is followed by cycles."""
    if step < len(opening):
        task = opening[step]
        return ScheduledTask(*task, opening[:step].count(task))
    cycles, at = divmod(step - len(opening), len(cycle))
    task = cycle[at]
    return ScheduledTask(*task, opening.count(task) + cycles * cycle.count(task) + cycle[:at].count(task))


def _turn_of_island(task: ScheduledTask, island: int, n_islands: int) -> int:
    """The turn of a task on one of several islands: seeds are dealt among them, other tasks begin at another turn."""
    return task.turn * n_islands + island if task.kind is TaskKind.SEEDS else task.turn + island
