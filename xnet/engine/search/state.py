"""The budget of a search and its state: a value from which the search can continue at any step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.front import insert
from xnet.engine.front.selection import Preference, pick
from xnet.engine.networks.network import Network

from .records import Expansions, Trial
from .stopping import StopReason

Front = tuple[FrontEntry, ...]


@dataclass(frozen=True)
class Budget:
    """How long to advance: until `steps` steps are done or `seconds` have passed, whichever comes first."""

    steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Island:
    """The state of one of several searches side by side, or of a search alone; small and picklable.

    Attributes:
        step: number of steps done.
        current: the trial of the lowest loss of the last step.
        plain: the best plain models of the table, which compete with the front; made in the first step.
        beam: the networks worth expanding.
        expansions: what was expanded already.
        fitted_shapes: shapes that were fitted already.
        exact_since_step: the step at which the default pick became exact; -1 before.
        stop_reason: why the search ended; None while it has not.
        last_change_step: the step at which the default pick last became another structure.
        number, n_islands: which of several islands this is; 0 of 1 when it is alone.
        with_constants: only in the parameter-free mode: a search with constants on the same rows, whose networks are
            constructed from 1 and 2 here.
    """

    step: int
    front: Front
    current: FrontEntry
    plain: Front = ()
    beam: tuple[Trial, ...] = ()
    expansions: Expansions = frozenset()
    fitted_shapes: frozenset[str] = frozenset()
    exact_since_step: int = -1
    stop_reason: StopReason | None = None
    last_change_step: int = 0
    number: int = 0
    n_islands: int = 1
    with_constants: Island | None = None

    @property
    def best(self) -> FrontEntry:
        """The default pick of the front and the plain models."""
        return pick([*self.front, *self.plain])

    @property
    def lowest(self) -> Network:
        """The network of the lowest loss on the front."""
        return self.front[-1].network


@dataclass(frozen=True)
class SearchState:
    """The state of a search; small and picklable. Build it with `combined_state`.

    Attributes:
        islands: the searches side by side, one when the search is alone.
        seconds: of searching.
        front: of all islands, with the plain models that a preference picks.
        stop_reason: why the search ended; None while it has not.
    """

    islands: tuple[Island, ...]
    seconds: float
    front: Front
    stop_reason: StopReason | None = None

    @property
    def best(self) -> FrontEntry:
        """The default pick among the front and the plain models; it is on the front."""
        return self.picked(Preference.BALANCED)

    def picked(self, preference: Preference) -> FrontEntry:
        """The pick of a preference among the front and the plain models."""
        return pick([*self.front, *self.plain], preference)

    @property
    def plain(self) -> Front:
        """The best plain models of the table."""
        return self.islands[0].plain

    @property
    def step(self) -> int:
        """Number of steps that island 0 has done."""
        return self.islands[0].step

    @property
    def current(self) -> FrontEntry:
        """The trial of the lowest loss of the last step of island 0."""
        return self.islands[0].current


def combined_state(islands: tuple[Island, ...], seconds: float, found: Front = ()) -> SearchState:
    """The islands as one search.

    An exact formula on any island ends the search. When island 0 has nothing left to try the search ends too; any other
    island only pauses.

    Args:
        found: networks that are known beside those of the islands.
    """
    exact = any(island.stop_reason is StopReason.EXACT for island in islands)
    front = with_picks(merged_front([*(island.front for island in islands), found]), islands[0].plain)
    return SearchState(islands, seconds, front, StopReason.EXACT if exact else islands[0].stop_reason)


def with_picks(front: Front, plain: Front) -> Front:
    """The front with those plain models that a preference picks, by ascending complexity."""
    everything = [*front, *plain]
    picks = [pick(everything, preference) for preference in Preference] if plain else []
    beside = {id(e): e for e in picks if not any(e is f for f in front)}
    return tuple(sorted([*front, *beside.values()], key=lambda e: e.complexity)) if beside else front


def merged_front(fronts: Iterable[Front]) -> Front:
    """One front of several; of equally good networks the earlier front's stays."""
    front, *others = fronts
    for other in others:
        for entry in other:
            if not any(entry is e for e in front):
                front = insert(front, entry)
    return front
