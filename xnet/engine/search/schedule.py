"""The schedule of a search: which task each step runs, and with which candidate library.

Simple things come first. In the opening every task runs once or twice, with the small library before the large one.
Then a cycle repeats seeds, expansions, growing sums and growth in the tangent space.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from xnet.engine.candidates.sizes import LibrarySize


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
    DICTIONARY = "dictionary"
    TANGENT = "tangent"


class ScheduledTask(NamedTuple):
    """What a step does: the kind of task, its library, and how often this kind and library came before."""

    kind: TaskKind
    size: LibrarySize
    turn: int


_T, _L = TaskKind, LibrarySize
#: `POLYNOMIALS`, `DICTIONARY` and the first three tasks match no candidates of a library, so their size says nothing.
_OPENING: tuple[tuple[TaskKind, LibrarySize], ...] = (
    (_T.POWER_LAWS, _L.SMALL), (_T.POLYNOMIALS, _L.SMALL), (_T.CURVES, _L.SMALL), (_T.ROOT, _L.SMALL),
    (_T.SEEDS, _L.SMALL), (_T.EXPAND, _L.SMALL), (_T.POLYNOMIALS, _L.SMALL), (_T.ROOT, _L.MEDIUM),
    (_T.CURVES_OF_MONOMIALS, _L.CURVES), (_T.TWO_CURVES, _L.CURVES), (_T.EXPAND, _L.SMALL), (_T.DICTIONARY, _L.SMALL),
    (_T.SEEDS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.MEDIUM), (_T.EXPAND, _L.MEDIUM), (_T.SEEDS, _L.MEDIUM),
    (_T.EXPAND, _L.MEDIUM), (_T.PAIRS, _L.CURVES), (_T.WAVES, _L.CURVES), (_T.TERMS, _L.CURVES),
    (_T.TERMS, _L.MEDIUM), (_T.LIBRARY, _L.LARGE), (_T.ROOT, _L.LARGE), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE),
    (_T.EXPAND, _L.LARGE), (_T.WAVES, _L.CURVES), (_T.SUMS, _L.MEDIUM), (_T.TANGENT, _L.MEDIUM),
)
_CYCLE: tuple[tuple[TaskKind, LibrarySize], ...] = (
    (_T.TANGENT, _L.MEDIUM), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.LARGE), (_T.TANGENT, _L.MEDIUM),
    (_T.SUMS, _L.MEDIUM), (_T.TERMS, _L.CURVES), (_T.SEEDS, _L.LARGE), (_T.EXPAND, _L.MEDIUM),
    (_T.TANGENT, _L.MEDIUM), (_T.EXPAND, _L.LARGE), (_T.TERMS, _L.MEDIUM), (_T.WAVES, _L.CURVES),
)

#: Steps of the opening, in which everything is tried once.
OPENING_STEPS = len(_OPENING)

#: The step at which worker islands begin: at the large library, which island 0 reaches much later.
WORKERS_BEGIN = _OPENING.index((TaskKind.LIBRARY, LibrarySize.LARGE))

#: The step before the first of a search with an initial formula: the formula is expanded.
INITIAL_STEP = -1


def scheduled_task(step: int) -> ScheduledTask:
    """What step number `step` does."""
    if step == INITIAL_STEP:
        return ScheduledTask(TaskKind.EXPAND, LibrarySize.SMALL, 0)
    if step < len(_OPENING):
        task = _OPENING[step]
        return ScheduledTask(*task, _OPENING[:step].count(task))
    cycles, at = divmod(step - len(_OPENING), len(_CYCLE))
    task = _CYCLE[at]
    return ScheduledTask(*task, _OPENING.count(task) + cycles * _CYCLE.count(task) + _CYCLE[:at].count(task))
