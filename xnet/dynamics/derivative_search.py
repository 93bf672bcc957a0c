"""Searches for the derivative of each state on the smoothed states; their whole fronts are kept.

Errors of a derivative are correlated in time, so rows that are held out at random prefer formulas that are too long.
No row is held out here; integrals and simulated trajectories judge the formulas of the fronts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xnet.arrays import Array
from xnet.engine import Budget, Constraints, Network, Preference, Problem, SearchState, advance, start
from xnet.errors import XNetError
from xnet.polling import StepAbandoned, polled_by
from xnet.stopwatch import Stopwatch

from .checkpoint import RunningSearch
from .decisions import Decisions
from .observations import Observations

#: Rows at both ends of a trajectory whose derivatives are not used, at most this share of the rows.
_END_ROWS, _END_SHARE = 4, 0.1
#: Steps between two looks at the clock and at a request to stop.
_STEPS_A_TURN = 1
#: A step is abandoned when its search has taken so many times its budget.
_LONGEST = 2.0


@dataclass(frozen=True)
class SearchOptions:
    """Options of the searches.

    Attributes:
        seconds: the budget of the search of one state; None for none.
        steps: the same in steps; None for no limit.
        total: seconds for all searches and simulations; None for no limit. A few systems are
            always simulated.
        clock: what `seconds` are counted by.
        activations: the library, as in `XNetRegressor`.
        max_complexity: the largest formula.
        seed: of all random numbers.
        forbidden: state -> columns that its right-hand side may not read.
    """

    seconds: float | None
    steps: int | None
    total: float | None = None
    clock: Callable[[], float] = field(default_factory=lambda: Stopwatch().seconds)
    activations: str | Sequence[str] = "default"
    max_complexity: int = 40
    seed: int = 0
    forbidden: Mapping[str, Sequence[str]] | None = None


def derivative_problem(observed: Observations, state: int, options: SearchOptions) -> Problem:
    """The search problem of the derivative of a state: smoothed states and driving inputs to derivative."""
    names = observed.data.names
    kept = _inner_rows(observed)
    y = np.concatenate(observed.slopes)[kept, state]
    error = np.concatenate([states[state].slope_error for states in observed.curves])[kept]
    weight = None
    if (error > 0).any():
        error = np.maximum(error, 0.2 * np.median(error[error > 0]))
        weight = 1.0 / error**2
        weight *= len(weight) / weight.sum()
    forbidden = (options.forbidden or {}).get(observed.data.states[state])
    return Problem.from_arrays(
        observed.columns.T[kept], y, names=names, target_name=f"d{observed.data.states[state]}/dt",
        activations=options.activations, max_complexity=options.max_complexity, holdout_fraction=0.0,
        sample_weight=weight, seed=options.seed,
        constraints=Constraints.of(names, forbidden_inputs=list(forbidden) if forbidden else None))


def searched(problem: Problem, options: SearchOptions, stop: Callable[[], bool], decisions: Decisions,
             earlier: RunningSearch | None = None) -> Iterator[RunningSearch]:
    """The search after every step, until its budget is spent, it ends itself, or `stop` is true.

    A step that takes much longer than the budget is abandoned: the search is then as it was before that step.

    Args:
        earlier: a search of this problem that is continued.
    """
    state = start(problem) if earlier is None else earlier.state
    begun = options.clock() - (0.0 if earlier is None else earlier.seconds)

    def has_no_time(share: float = 1.0) -> bool:
        return stop() or (options.seconds is not None and options.clock() - begun >= share * options.seconds)

    def look() -> None:
        if decisions.asks and has_no_time(_LONGEST):
            raise StepAbandoned

    while state.stop_reason is None and (options.steps is None or state.step < options.steps):
        if decisions.ends(has_no_time):
            break
        try:
            with polled_by(look):
                state, _ = advance(state, problem, Budget(steps=_STEPS_A_TURN))
        except StepAbandoned:
            decisions.ends_after_all()
            break
        yield RunningSearch(state, options.clock() - begun, decisions.asked)


def candidate_networks(state: SearchState) -> list[Network]:
    """The different networks of a search's front, of its plain models and of its suggestions."""
    picked = [state.picked(preference).network for preference in Preference]
    found = [*picked, *(entry.network for entry in (*state.front, *state.plain))]
    return list({network.structure(): network for network in reversed(found)}.values())[::-1]


def checked_forbidden(given: Mapping[str, Iterable[str]] | Iterable[str] | None, states: Sequence[str],
                      names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For every state the columns that its right-hand side may not read.

    Raises:
        XNetError: a state or column does not exist.
    """
    if given is None:
        return {}
    by_state = {state: _columns(given[state]) for state in given} if isinstance(given, Mapping) else \
        dict.fromkeys(states, _columns(given))
    for state, columns in by_state.items():
        for name, known, what in [(state, states, "state"), *((c, names, "state or driving input") for c in columns)]:
            if name not in known:
                raise XNetError(f"forbidden_inputs names {name!r}, which is no {what}; known: {', '.join(known)}.")
    return by_state


def _columns(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _inner_rows(observed: Observations) -> Array:
    """Positions of the rows that are not at an end of their trajectory."""
    kept, start_row = [], 0
    for item in observed.items:
        n = len(item.t)
        ends = min(_END_ROWS, int(_END_SHARE * n))
        kept.append(start_row + np.arange(ends, n - ends))
        start_row += n
    return np.concatenate(kept)
