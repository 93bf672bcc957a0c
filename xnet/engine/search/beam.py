"""The beam: which networks are kept for expansion, and which of them is expanded next."""

from __future__ import annotations

import math

from xnet.engine.candidates.sizes import LARGE, MEDIUM, SMALL

from .records import Agenda, Trial

#: What a neuron or constant costs when a network is chosen to be expanded: on the first island, and on the others.
PRICES = ((0.05, 0.25, 0.6), (0.12, 0.4, 0.9))

#: The most neurons and constants of what is looked for as a law. Longer networks are grown in sums and in the tangent
#: space; to rewire them neuron by neuron takes the time in which the law would have been found.
LAW_SIZE = 40


def choose(agenda: Agenda, size: int) -> Trial | None:
    """The network to expand: lowest loss with a price on complexity that changes from step to step.

    One that was expanded with a smaller library may come again: what it lacks may not have been in there. One that is
    too long for a law comes only where there is no other.
    """
    price = PRICES[agenda.island > 0][(agenda.step + agenda.island) % 3]
    pool = [t for t in agenda.pool if not was_expanded(t.shape, agenda.expanded, size)]
    pool = [t for t in pool if t.complexity <= LAW_SIZE] or pool
    return min(pool, key=lambda t: (math.log(t.loss + 1e-16) + price * t.complexity, t.shape), default=None)


def choose_within(agenda: Agenda, size: int) -> Trial | None:
    """The network whose terms are asked for next: as `choose`, one of more than one term, once a library."""
    price = PRICES[agenda.island > 0][(agenda.step + agenda.island) % 3]
    pool = [t for t in agenda.pool if within(t.shape, size) not in agenda.expanded
            and any(n.activation in ("add", "sub") for n in t.network.neurons)]
    return min(pool, key=lambda t: (math.log(t.loss + 1e-16) + price * t.complexity, t.shape), default=None)


def within(shape: str, size: int) -> str:
    """The mark of a network whose terms were asked for in a library of this size."""
    return f"within {size} {shape}"


def expansion(shape: str, size: int) -> str:
    """The mark of a network expanded with a library of this size; with the large one it is done with."""
    return shape if size >= LARGE else f"{size} {shape}"


def was_expanded(shape: str, expanded: frozenset[str], size: int) -> bool:
    """Whether a network was expanded with this library or a larger one."""
    return any(expansion(shape, s) in expanded for s in (SMALL, MEDIUM, LARGE) if s >= size)


#: Networks of a pool: most of them short, the best ten of every complexity; of longer ones the best ten of every ten.
_POOL, _SHORT, _EACH = 240, 40, 10


def merged_pool(pool: tuple[Trial, ...], trials: tuple[Trial, ...], expanded: frozenset[str]) -> tuple[Trial, ...]:
    """The networks worth expanding: the best few of every complexity, none expanded already.

    Long ones are no longer told apart by every neuron: as lower losses they would take all the places.
    """
    known = {t.shape: t for t in pool if t.shape not in expanded}
    for trial in trials:
        old = known.get(trial.shape)
        if trial.shape not in expanded and (old is None or trial.loss < old.loss):
            known[trial.shape] = trial
    short: list[Trial] = []
    long: list[Trial] = []
    count: dict[tuple[bool, int], int] = {}
    for trial in sorted(known.values(), key=lambda t: (t.loss, t.complexity, t.shape)):
        is_long = trial.complexity > _SHORT
        size = (is_long, trial.complexity // 10 if is_long else trial.complexity)
        if count.get(size, 0) < _EACH:
            count[size] = count.get(size, 0) + 1
            (long if is_long else short).append(trial)
    return (*long, *short[:_POOL])
