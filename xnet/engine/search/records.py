"""Records of one step: a trial, the context of a step, and the outcome of a task."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.networks.network import Network

from .schedule import ScheduledTask, TaskKind, scheduled_task


@dataclass(frozen=True)
class Trial:
    """A fitted network with the move that made it.

    Attributes:
        loss: on the search rows.
        shape: of its expression, in which all constants are alike.
        matched: the loss before the constants were fitted.
        begun: the constants that the fit started from.
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


class Expansion(NamedTuple):
    """A network that was expanded by a task with a library, which is done once."""

    kind: TaskKind
    size: LibrarySize
    shape: str


Expansions = frozenset[Expansion]


@dataclass(frozen=True)
class StepContext:
    """The part of the state that a task may use.

    Attributes:
        step: number of the step in the schedule.
        beam: the networks that may be expanded.
        expansions: what was expanded before.
        fitted_shapes: shapes that were fitted before.
        lowest: the network of the lowest loss on the front.
        island, n_islands: which of several searches side by side this is; 0 of 1 for a search alone.
    """

    step: int
    beam: tuple[Trial, ...] = ()
    expansions: Expansions = frozenset()
    fitted_shapes: frozenset[str] = frozenset()
    lowest: Network | None = None
    island: int = 0
    n_islands: int = 1

    @property
    def task(self) -> ScheduledTask:
        """The task of the step."""
        return scheduled_task(self.step, self.island, self.n_islands)


@dataclass(frozen=True)
class Outcome:
    """The result of a task: its trials, and the two sets of the context with what the task has added.

    Attributes:
        exhausted: whether nothing was left to try.
    """

    trials: tuple[Trial, ...]
    expansions: Expansions
    fitted_shapes: frozenset[str]
    exhausted: bool = False

    @classmethod
    def empty(cls, context: StepContext, exhausted: bool = False) -> Outcome:
        """No trials, and nothing added to the context."""
        return cls((), context.expansions, context.fitted_shapes, exhausted)
