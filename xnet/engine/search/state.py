"""The budget of a search and its state: a value from which the search can continue at any step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xnet.engine.front.entry import Front, FrontEntry
from xnet.engine.front.front import insert
from xnet.engine.front.score import Preference
from xnet.engine.front.selection import pick
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts

from .records import Expansions, Trial
from .stopping import StopReason


@dataclass(frozen=True)
class Budget:
    """How long to advance: until `steps` steps are done or `seconds` have passed, whichever comes first.

    Attributes:
        noise_ends: whether the search may end itself where only noise is left (`noise_ending`). Whoever knows the whole
            budget sets it once half of it is spent, see `half_spent`; before that, noise is only an offer to stop.
        until_exact: whether a single island ends with the step in which its default pick becomes exact.
    """

    steps: int | None = None
    seconds: float | None = None
    noise_ends: bool = False
    until_exact: bool = False

    def half_spent(self, steps: int, seconds: float) -> bool:
        """Whether half of this budget is spent after `steps` steps and `seconds` seconds.

        A budget in steps alone decides where there is one, so that the same seed gives the same run. A search without
        any limit has no half: noise may end it at once, because nothing else would.
        """
        if self.steps is not None:
            return 2 * steps >= self.steps
        return self.seconds is None or 2.0 * seconds >= self.seconds


@dataclass(frozen=True)
class Island:
    """The state of one of several searches side by side, or of a search alone; small and picklable.

    Attributes:
        step: number of steps done.
        current: the trial of the lowest loss of the last step.
        plain: the best plain models of the table, which compete with the front; empty while the pick is exact.
        kept: networks that left the front although all rows support them better (`kept_networks`); they compete too.
        beam: the networks worth expanding.
        expansions: what was expanded already.
        fitted_shapes: shapes that were fitted already.
        exact_since_step: the step at which the default pick became exact; -1 before.
        stop_reason: why the search ended; None while it has not.
        last_change_step: the step at which the default pick last became another structure.
        noise_is_left: whether the residuals of the default pick look like noise after the last step.
        number, n_islands: which of several islands this is; 0 of 1 when it is alone.
        second_look: a search of the same rows under Huber's scale, where there are wild rows (`second_look`).
        second_look_step: the step at which it began; -1 without one.
        robust_pick: its suggestion, with the scores of this problem.
        with_constants: only in the parameter-free mode: a search with constants on the same rows, whose networks are
            constructed from 1 and 2 here.
        group: the group of rows that the island searches alone (`group_search`); -1 where it searches all rows.
        hole: the unknown part of a form that the island searches (`holes`); -1 where it searches whole formulas.
        parts: for a form with unknown parts: the best parts so far, or on the island of a hole those that its target
            comes from.
        visits, visit_step: for a form with unknown parts: the number of visits to its holes, and the step at which
            the present one began.
    """

    step: int
    front: Front
    current: FrontEntry
    plain: Front = ()
    kept: Front = ()
    beam: tuple[Trial, ...] = ()
    expansions: Expansions = frozenset()
    fitted_shapes: frozenset[str] = frozenset()
    exact_since_step: int = -1
    stop_reason: StopReason | None = None
    last_change_step: int = 0
    noise_is_left: bool = False
    number: int = 0
    n_islands: int = 1
    with_constants: Island | None = None
    second_look: Island | None = None
    second_look_step: int = -1
    robust_pick: FrontEntry | None = None
    group: int = -1
    hole: int = -1
    parts: Parts | None = None
    visits: int = 0
    visit_step: int = 0

    @property
    def is_part(self) -> bool:
        """Whether its formulas explain a part of the rows or of the formula alone, so that they are on no front."""
        return self.group >= 0 or self.hole >= 0

    @property
    def best(self) -> FrontEntry:
        """The default pick of the networks that compete."""
        return pick(self.competing)

    @property
    def competing(self) -> list[FrontEntry]:
        """The networks that compete for the pick."""
        return [*self.front, *self.plain, *self.kept, *([] if self.robust_pick is None else [self.robust_pick])]

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
        front: of all islands, with the plain models that a preference picks, and the suggestion of a second look.
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
        """The pick of a preference among the front, the plain models, the kept networks and the second look's pick."""
        return pick([*self.front, *self.plain, *self.kept], preference)

    @property
    def plain(self) -> Front:
        """The best plain models of the table."""
        return self.islands[0].plain

    @property
    def kept(self) -> Front:
        """The networks of all islands that left a front although all rows support them better."""
        return tuple({id(e): e for island in self.islands if not island.is_part for e in island.kept}.values())

    @property
    def robust_pick(self) -> FrontEntry | None:
        """The suggestion of a second look under Huber's scale; None where there were no wild rows."""
        return self.islands[0].robust_pick

    @property
    def step(self) -> int:
        """Number of steps that island 0 has done."""
        return self.islands[0].step

    @property
    def noise_is_left(self) -> bool:
        """Whether what is left looks like noise, so that a person may stop the search."""
        return self.islands[0].noise_is_left

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
    whole = [island for island in islands if not island.is_part]
    exact = any(island.stop_reason is StopReason.EXACT for island in whole)
    found = tuple(e for e in found if not e.is_robust)
    state = SearchState(islands, seconds, (), StopReason.EXACT if exact else islands[0].stop_reason)
    others = (*state.plain, *state.kept)
    front = _with_robust_pick(merged_front([*(island.front for island in whole), found]), others, state.robust_pick)
    return replace(state, front=with_picks(front, others))


def with_picks(front: Front, others: Front) -> Front:
    """The front with those plain models and kept networks that a preference picks, by ascending complexity.

    A searched network that equals a plain model is left out: the front names a network once, and says that it is plain.
    The suggestion of a second look stays, and takes part: beside it, another network may be picked.
    """
    everything = [*front, *others]
    picks = [pick(everything, preference) for preference in Preference] if others else []
    beside = {id(e): e for e in picks if not any(e is f or (f.is_robust and e.network == f.network) for f in front)}
    networks = {e.network for e in beside.values()}
    kept = [e for e in front if e.network not in networks]
    return tuple(sorted([*kept, *beside.values()], key=lambda e: e.complexity)) if beside else front


def _with_robust_pick(front: Front, others: Front, robust: FrontEntry | None) -> Front:
    """The front with the suggestion of the second look, which takes the place of the same network on the front.

    A wild row that is held out bends no fit of the search, so both searches may find the same constants. The fit by
    squared error to all rows is bent all the same, so only the entry of the second look has a support that competes.
    """
    if robust is None:
        return front
    kept = [e for e in front if e.network != robust.network]
    plain = next((e.plain for e in (*front, *others) if e.plain is not None and e.network == robust.network), None)
    robust = robust if plain is None else replace(robust, plain=plain)
    return tuple(sorted([*kept, robust], key=lambda e: e.complexity))


def merged_front(fronts: Iterable[Front]) -> Front:
    """One front of several; of equally good networks the earlier front's stays."""
    front, *others = fronts
    for other in others:
        for entry in other:
            if not any(entry is e for e in front):
                front = insert(front, entry)
    return front
