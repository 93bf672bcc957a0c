"""Records of one step: a trial, the context of a step, and the outcome of a task."""

from __future__ import annotations

import math
from dataclasses import dataclass

from xnet.engine.networks.network import Network


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
