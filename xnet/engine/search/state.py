"""The budget of a search and its state: a value from which the search can continue at any step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.front import insert
from xnet.engine.front.selection import pick

from .records import Trial
from .stopping import StopReason


@dataclass(frozen=True)
class Budget:
    """How long to advance: until `steps` steps are done or `seconds` have passed, whichever comes first."""

    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class SearchState:
    """Everything a search knows; small and picklable.

    Attributes:
        stop_reason: why the search ended; None while it has not.
        settled: the step at which the default pick last became another structure.
        island, n_islands: which of several searches side by side this is (see `islands`); 0 of 1 when it is alone.
        fitted: in the activations-only mode alone: a search with constants on the same rows, whose networks are
            realised with numbers made of 1 and 2.
    """

    step: int
    seconds: float
    n_train: int
    front: tuple[FrontEntry, ...]
    current: FrontEntry
    pool: tuple[Trial, ...] = ()
    expanded: frozenset[str] = field(default_factory=frozenset)
    seen: frozenset[str] = field(default_factory=frozenset)
    exact_since: int = -1
    stop_reason: StopReason | None = None
    settled: int = 0
    island: int = 0
    n_islands: int = 1
    fitted: SearchState | None = None

    @property
    def best(self) -> FrontEntry:
        """The default pick of the front."""
        return pick(self.front, self.n_train)


Front = tuple[FrontEntry, ...]


@dataclass(frozen=True)
class IslandsState(SearchState):
    """The islands' states, and what they found together: `front` is merged; pool, step and the rest are island 0's."""

    islands: tuple[SearchState, ...] = ()


def together(islands: tuple[SearchState, ...], seconds: float, found: Front = ()) -> IslandsState:
    """The islands as one search; `found` are networks that are known beside theirs.

    An exact formula on any island ends the search; an island with nothing left to try only rests, but for the first.
    """
    first = islands[0]
    exact = any(island.stop_reason is StopReason.EXACT for island in islands)
    given = {f.name: getattr(first, f.name) for f in fields(SearchState)}
    return IslandsState(**given | {"seconds": seconds, "front": merged([*(i.front for i in islands), found]),
                                   "stop_reason": StopReason.EXACT if exact else first.stop_reason, "islands": islands})


def merged(fronts: Iterable[Front]) -> Front:
    """One front of several; of networks that are as good the earlier front's stays."""
    front, *others = fronts
    for other in others:
        for entry in other:
            if not any(entry is e for e in front):
                front = insert(front, entry)
    return front
