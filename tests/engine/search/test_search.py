"""A search is a value: repeatable, divisible into calls, and independent of the held-out rows."""

from __future__ import annotations

import json
import pickle
from itertools import pairwise

import numpy as np
import pytest

from xnet.engine import Budget, Event, FrontEntry, Network, Problem, SearchState, advance, start
from xnet.engine.candidates.sizes import LibrarySize

STEPS = 7


def noisy(seed: int = 0, holdout: float = 0.2, **options: object) -> Problem:
    """A small problem that no step finishes: waves in two inputs and noise."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.5, 3.0, (50, 2))
    y = np.sin(2 * X[:, 0]) * X[:, 1] + 0.2 * rng.normal(size=50)
    return Problem.from_arrays(X, y, holdout_fraction=holdout, seed=seed, **options)  # type: ignore[arg-type]


def same_run(state: SearchState) -> tuple:
    """All of a state but the clock."""
    return state.islands, state.front, state.stop_reason


@pytest.fixture(scope="module")
def run() -> tuple[Problem, SearchState, list[Event]]:
    """One run of some steps, that several tests look at."""
    problem = noisy()
    state, events = advance(start(problem), problem, Budget(steps=STEPS))
    return problem, state, events


def test_the_first_state_is_the_mean() -> None:
    problem = noisy()
    state = start(problem)

    assert (state.step, state.seconds, state.stop_reason) == (0, 0.0, None)
    assert state.best is state.front[0]
    assert state.best.complexity == 1
    assert state.best.loss == pytest.approx(np.var(problem.train.y) / problem.train.scale, rel=0.05)


def test_the_same_seed_gives_the_same_run(run: tuple[Problem, SearchState, list[Event]]) -> None:
    problem = noisy()
    state, events = advance(start(problem), problem, Budget(steps=STEPS))

    assert same_run(state) == same_run(run[1])
    assert [(e.kind, e.step, e.network, e.reason) for e in events] == \
        [(e.kind, e.step, e.network, e.reason) for e in run[2]]


def test_pausing_and_crashing_between_steps_changes_nothing(run: tuple[Problem, SearchState, list[Event]]) -> None:
    """Step by step, the state and the problem through a pickle each time: as in another process."""
    problem, state = noisy(), start(noisy())
    events: list[Event] = []
    for _ in range(STEPS):
        problem, state = pickle.loads(pickle.dumps((problem, state)))  # noqa: S301 - our own bytes
        state, new = advance(state, problem, Budget(steps=1))
        events += new

    assert same_run(state) == same_run(run[1])
    assert [e.network for e in events] == [e.network for e in run[2]]


def test_advance_leaves_the_old_state_untouched(run: tuple[Problem, SearchState, list[Event]]) -> None:
    problem, state, _ = run
    before = pickle.dumps(state)
    later, _ = advance(state, problem, Budget(steps=1))

    assert pickle.dumps(state) == before
    assert later.step == state.step + 1
    assert later is not state


def test_a_state_is_small(run: tuple[Problem, SearchState, list[Event]]) -> None:
    assert len(pickle.dumps(run[1])) < 400_000


def test_expanded_networks_leave_the_queue(run: tuple[Problem, SearchState, list[Event]]) -> None:
    _, state, _ = run

    assert state.islands[0].expansions
    done = {e.shape for e in state.islands[0].expansions if e.kind == "expand" and e.size == LibrarySize.LARGE}
    assert not {t.shape for t in state.islands[0].beam} & done
    assert len({t.shape for t in state.islands[0].beam}) == len(state.islands[0].beam)


def test_no_budget_is_no_step(run: tuple[Problem, SearchState, list[Event]]) -> None:
    problem, state, _ = run

    assert advance(state, problem, Budget(steps=0)) == (state, [])
    assert advance(state, problem, Budget(seconds=0.0)) == (state, [])


def test_an_interrupt_is_asked_between_steps() -> None:
    problem = noisy()
    asked = []

    def interrupt() -> bool:
        asked.append(True)
        return len(asked) > 2

    state, _ = advance(start(problem), problem, Budget(steps=50), interrupt)

    assert state.step == 2
    assert len(asked) == 3


def test_seconds_end_the_call_and_add_up() -> None:
    problem = noisy()
    state, _ = advance(start(problem), problem, Budget(seconds=0.05))
    again, events = advance(state, problem, Budget(steps=1))

    assert 1 <= state.step < 10
    assert state.seconds >= 0.05
    assert again.seconds > state.seconds
    assert all(state.seconds < e.seconds <= again.seconds for e in events)


def test_events_say_what_happened_in_order(run: tuple[Problem, SearchState, list[Event]]) -> None:
    _, state, events = run

    assert {e.kind for e in events} == {"improved", "tried"}
    assert [e.step for e in events] == sorted(e.step for e in events)
    assert all(0 <= e.step < STEPS and e.reason and e.complexity == e.network.complexity for e in events)
    assert all(0 <= i < len(e.network.neurons) for e in events for i in e.changed)
    assert next(e for e in reversed(events) if e.kind == "improved").network == state.best.network
    assert next(e for e in reversed(events) if e.kind == "tried").network == state.current.network
    for e in events:
        tree = json.loads(json.dumps(e.to_json()))
        assert Network.from_json(tree["network"]) == e.network
        assert tree["loss"] == e.loss


def test_the_changed_neurons_are_the_new_ones(run: tuple[Problem, SearchState, list[Event]]) -> None:
    """The whole first improvement is new to the mean; a repeated network has nothing new."""
    _, _, events = run
    improved = [e for e in events if e.kind == "improved"]
    first = improved[0]
    assert len(first.network.neurons) - 1 in first.changed

    previous = first
    for e in improved[1:]:
        if e.network.neurons == previous.network.neurons:
            assert e.changed == ()
        else:
            assert len(e.network.neurons) - 1 in e.changed
        previous = e


def test_scores_are_those_of_the_networks(run: tuple[Problem, SearchState, list[Event]]) -> None:
    problem, state, _ = run
    for e in state.front:
        f = e.network.evaluate(problem.train.columns.T)
        assert e.loss == pytest.approx(np.mean((f - problem.train.y) ** 2) / problem.train.scale)
        assert e.complexity == e.network.complexity
        assert e.n_parameters == e.network.n_parameters


def falls(front: tuple[FrontEntry, ...]) -> bool:
    return all(a.complexity < b.complexity and a.loss > b.loss for a, b in pairwise(front))


def test_the_front_never_gets_worse() -> None:
    """At every size the best loss never rises, but for the one per cent that a simpler network may cost."""
    problem = noisy(holdout=0.0)
    state = start(problem)
    lowest = np.full(100, np.inf)
    for _ in range(STEPS):
        state, _ = advance(state, problem, Budget(steps=1))
        now = np.array([min((e.loss for e in state.front if e.complexity <= c), default=np.inf) for c in range(100)])

        # Plain models stand beside the front, and networks that are not cleared dominate only one another.
        assert falls(tuple(e for e in state.front if e.plain is None and e.is_defined))
        assert (now <= lowest / 0.99 ** len(state.front)).all()
        lowest = np.minimum(now, lowest)
    assert lowest[-1] < 0.2


@pytest.mark.slow
def test_held_out_rows_do_not_change_the_search() -> None:
    """Other targets on the held-out rows: the same networks are proposed, fitted and kept for expanding."""
    one = noisy()
    rng = np.random.default_rng(0)
    X = rng.uniform(0.5, 3.0, (50, 2))
    y = np.sin(2 * X[:, 0]) * X[:, 1] + 0.2 * rng.normal(size=50)
    held = ~np.isin(y, one.train.y)
    assert held.sum() == 10
    turned = y.copy()
    turned[held] = y[held][::-1]  # the variance stays, the rows' targets do not
    other = Problem.from_arrays(X, turned, seed=0)
    np.testing.assert_array_equal(one.train.y, other.train.y)
    assert one.holdout is not None
    assert other.holdout is not None
    assert (one.holdout.y != other.holdout.y).any()
    a, _ = advance(start(one), one, Budget(steps=STEPS))
    b, _ = advance(start(other), other, Budget(steps=STEPS))

    assert [t.network.neurons for t in a.islands[0].beam] == [t.network.neurons for t in b.islands[0].beam]
    for s, t in zip(a.islands[0].beam, b.islands[0].beam, strict=True):
        np.testing.assert_allclose(s.network.constants, t.network.constants, rtol=1e-9)
    assert a.islands[0].fitted_shapes == b.islands[0].fitted_shapes
    assert [e.loss_holdout for e in a.front] != [e.loss_holdout for e in b.front]
