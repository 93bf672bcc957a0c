"""The agenda of a search: what each step does, and which network is expanded next.

Simple things first: every task of the opening is there once or twice, the small library before the large one, and then
a cycle goes on with seeds, networks of the pool, growing sums and growth in the tangent space.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .network import Network

SMALL, MEDIUM, LARGE = 600, 8_000, 40_000
#: In place of a size: the library of curves with an inner constant.
CURVES = 0


@dataclass(frozen=True)
class Trial:
    """A fitted network: its loss on the search rows, the shape of its expression, and the move that made it.

    `matched` and `begun` say what it was before its constants were fitted: its loss as the match gave it, and them.
    """

    network: Network
    loss: float
    shape: str
    reason: str
    matched: float = math.inf
    begun: tuple[float, ...] = ()

    @property
    def complexity(self) -> int:
        """Neurons and constants of the network."""
        return self.network.complexity


@dataclass(frozen=True)
class Agenda:
    """What a task may know of the state: the step, the pool, what was expanded and seen, the network of lowest loss,
    and which island asks.
    """

    step: int
    pool: tuple[Trial, ...]
    expanded: frozenset[str]
    seen: frozenset[str]
    lowest: Network | None = None
    island: int = 0
    n_islands: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a task gives back."""

    trials: tuple[Trial, ...]
    expanded: frozenset[str]
    seen: frozenset[str]
    exhausted: bool = False


_OPENING: tuple[tuple[str, int], ...] = (
    ("simple", 0), ("dense", 0), ("curves", 0), ("root", SMALL), ("seeds", SMALL), ("expand", SMALL), ("dense", 1),
    ("root", MEDIUM), ("curves of monomials", 0), ("two curves", 0), ("expand", SMALL), ("seeds", MEDIUM),
    ("expand", MEDIUM), ("pairs", MEDIUM), ("expand", MEDIUM), ("seeds", MEDIUM), ("expand", MEDIUM), ("pairs", CURVES),
    ("within", CURVES), ("within", MEDIUM), ("library", LARGE), ("root", LARGE), ("seeds", LARGE),
    ("expand", LARGE), ("expand", LARGE), ("sums", MEDIUM), ("tangent", MEDIUM),
)
_CYCLE: tuple[tuple[str, int], ...] = (
    ("tangent", MEDIUM), ("seeds", LARGE), ("expand", LARGE), ("tangent", MEDIUM), ("sums", MEDIUM), ("within", CURVES),
    ("seeds", LARGE), ("expand", MEDIUM), ("tangent", MEDIUM), ("expand", LARGE), ("within", MEDIUM),
)
#: Steps of the opening, in which everything is tried once.
OPENING_STEPS = len(_OPENING)
#: Where in the agenda the helpers of a search on several islands begin (see `exchange`): at the large library, which
#: the first island reaches much later.
HELPERS_BEGIN = _OPENING.index(("library", LARGE))


def task_at(step: int) -> tuple[str, int, int]:
    """What step number `step` does: (kind, library size, how often this kind and size came before)."""
    if step < len(_OPENING):
        task = _OPENING[step]
        return *task, _OPENING[:step].count(task)
    cycles, at = divmod(step - len(_OPENING), len(_CYCLE))
    task = _CYCLE[at]
    return *task, _OPENING.count(task) + cycles * _CYCLE.count(task) + _CYCLE[:at].count(task)


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
