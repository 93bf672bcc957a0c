"""The beam: which networks are kept for expansion, and which of them is expanded next."""

from __future__ import annotations

import math

from xnet.engine.candidates.sizes import LibrarySize

from .records import Expansion, Expansions, StepContext, Trial
from .schedule import TaskKind

#: Penalties of a neuron or constant when a network is chosen for expansion; islands take these rows in turn, from
#: island 0 on. They change from step to step, so that short and accurate networks take turns.
COMPLEXITY_PENALTIES = ((0.05, 0.25, 0.6), (0.12, 0.4, 0.9), (0.02, 0.15, 0.3))

#: The largest complexity of a network that is looked for as a law. Longer networks grow in sums and in the tangent
#: space: to rewire them neuron by neuron would take the time in which the law is found.
LAW_SIZE = 40

#: Sizes of the libraries of enumerated candidates, in ascending order.
_SIZES = (LibrarySize.SMALL, LibrarySize.MEDIUM, LibrarySize.LARGE)


def rank(loss: float, complexity: int, penalty: float) -> float:
    """How promising a network is, lower is better: its log loss plus a penalty for its complexity."""
    return math.log(loss + 1e-16) + penalty * complexity


def most_promising(trials: list[Trial], penalty: float) -> Trial | None:
    """The trial of the lowest rank; of equal ones the first by shape."""
    return min(trials, key=lambda t: (rank(t.loss, t.complexity, penalty), t.shape), default=None)


def next_to_expand(context: StepContext, size: LibrarySize) -> Trial | None:
    """The network to expand with a library; None where there is none.

    A network that was expanded with a smaller library may be expanded again: the missing candidate may be in this one.
    A network longer than `LAW_SIZE` is expanded only where there is no other.
    """
    beam = [t for t in context.beam if not was_expanded(t.shape, context.expansions, size)]
    return most_promising([t for t in beam if t.complexity <= LAW_SIZE] or beam, _penalty(context))


def next_for_terms(context: StepContext, size: LibrarySize) -> Trial | None:
    """The network whose terms are expanded next: a sum, once for each library; None where there is none."""
    beam = [t for t in context.beam if Expansion(TaskKind.TERMS, size, t.shape) not in context.expansions
            and any(n.activation in ("add", "sub") for n in t.network.neurons)]
    return most_promising(beam, _penalty(context))


def _penalty(context: StepContext) -> float:
    return COMPLEXITY_PENALTIES[context.island % 3][(context.step + context.island) % 3]


def was_expanded(shape: str, expansions: Expansions, size: LibrarySize) -> bool:
    """Whether a network was expanded with this library or a larger one."""
    return any(Expansion(TaskKind.EXPAND, s, shape) in expansions for s in _SIZES if s >= size)


#: Networks of a beam: most of them short, the best ten of every complexity; of longer ones the best ten of every ten
#: complexities.
_BEAM, _SHORT, _EACH = 240, 40, 10


def updated_beam(beam: tuple[Trial, ...], trials: tuple[Trial, ...], expansions: Expansions) -> tuple[Trial, ...]:
    """The networks worth expanding: the best few of every complexity, without those the large library has expanded.

    Long networks share a place for every ten complexities: their losses are lower, so they would take all places.
    """
    done = {e.shape for e in expansions if e.kind is TaskKind.EXPAND and e.size is LibrarySize.LARGE}
    known = {t.shape: t for t in beam if t.shape not in done}
    for trial in trials:
        old = known.get(trial.shape)
        if trial.shape not in done and (old is None or trial.loss < old.loss):
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
    return (*long, *short[:_BEAM])
