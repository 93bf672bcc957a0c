"""A search is a value: repeatable, splittable, honest about held-out rows, and at home in tables of any size."""

from __future__ import annotations

import json
import pickle
from itertools import pairwise

import numpy as np
import pytest

from tests.engine.helpers import problem_of
from xnet.engine import Budget, Event, FrontEntry, Network, Problem, SearchState, advance, start
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.query import MoveQuery

STEPS = 6


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


def test_what_was_expanded_is_not_waiting_to_be(run: tuple[Problem, SearchState, list[Event]]) -> None:
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


def test_the_front_only_ever_gets_better() -> None:
    """At every size the best loss never rises, but for the one per cent that a simpler network may cost."""
    problem = noisy(holdout=0.0)
    state = start(problem)
    lowest = np.full(100, np.inf)
    for _ in range(STEPS):
        state, _ = advance(state, problem, Budget(steps=1))
        now = np.array([min((e.loss for e in state.front if e.complexity <= c), default=np.inf) for c in range(100)])

        assert falls(state.front)
        assert (now <= lowest / 0.99 ** len(state.front)).all()
        lowest = np.minimum(now, lowest)
    assert lowest[-1] < 0.2


def test_held_out_rows_have_no_say_in_what_is_tried() -> None:
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


def test_an_exact_law_ends_the_search() -> None:
    problem = problem_of(lambda a, b: 2 * a**2 / b, 2)
    state, _ = advance(start(problem), problem, Budget(steps=30))
    again, events = advance(state, problem, Budget(steps=5))

    assert state.stop_reason == "exact"
    assert state.step < 30
    assert (again, events) == (state, [])


@pytest.mark.parametrize("value", [0.0, 3.0, -1e30, 1e-30])
def test_a_constant_target_is_exact_at_once(value: float) -> None:
    X = np.random.default_rng(0).uniform(size=(30, 2))
    problem = Problem.from_arrays(X, np.full(30, value))
    state, _ = advance(start(problem), problem, Budget(steps=3))

    assert state.stop_reason == "exact"
    assert state.best.complexity == 1
    np.testing.assert_allclose(state.best.network.evaluate(X), value, rtol=1e-12)


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_a_table_of_few_rows_is_no_trouble(n: int) -> None:
    X = np.arange(1.0, n + 1)[:, None]
    problem = Problem.from_arrays(X, 2 * X[:, 0] + 1)
    state, _ = advance(start(problem), problem, Budget(steps=4))

    assert np.isfinite(state.best.loss)
    assert state.best.n_parameters < n


@pytest.mark.parametrize("scale_x", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("scale_y", [1e-30, 1e30])
def test_units_of_any_size_are_no_trouble(scale_x: float, scale_y: float) -> None:
    X = np.random.default_rng(0).uniform(1, 3, (40, 2)) * [scale_x, 1.0]
    y = scale_y * (X[:, 0] / scale_x) ** 2 * X[:, 1]
    problem = Problem.from_arrays(X, y)
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert state.best.loss < 1e-10


@pytest.mark.parametrize("kind", ["constant", "duplicate", "constant first"])
def test_useless_columns_are_no_trouble(kind: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(1, 3, (2, 40))
    extra = a if kind == "duplicate" else np.full(40, 7.0)
    X = np.column_stack([extra, a, b] if kind == "constant first" else [a, b, extra])
    problem = Problem.from_arrays(X, 2 * a / b)
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert state.best.loss < 1e-20
    if kind != "duplicate":
        assert (0 if kind == "constant first" else 2) not in state.best.network.variables


@pytest.mark.parametrize("parameters", [True, False])
def test_only_constant_inputs_leave_the_mean(parameters: bool) -> None:
    y = np.random.default_rng(0).normal(size=30)
    problem = Problem.from_arrays(np.ones((30, 2)), y, parameters=parameters)
    state, _ = advance(start(problem), problem, Budget(steps=4))

    assert np.ptp(state.best.network.evaluate(np.ones((30, 2)))) == 0
    assert state.best.loss == pytest.approx(1.0, abs=0.2) if parameters else np.isfinite(state.best.loss)


def test_rows_of_no_weight_are_not_explained() -> None:
    """Half of the rows are nonsense without weight; the law of the others is found."""
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 3, (60, 2))
    y = 2 * X[:, 0] / X[:, 1]
    weight = (np.arange(60) % 2).astype(float)
    y[weight == 0] = rng.normal(size=30)
    problem = Problem.from_arrays(X, y, sample_weight=weight)
    state, _ = advance(start(problem), problem, Budget(steps=6))

    np.testing.assert_allclose(state.best.network.evaluate(X)[weight > 0], y[weight > 0], rtol=1e-6)


@pytest.mark.parametrize("limit", [1, 3, 6, 12])
def test_no_network_is_larger_than_allowed(limit: int) -> None:
    problem = noisy(max_complexity=limit)
    state, events = advance(start(problem), problem, Budget(steps=4))

    assert all(e.complexity <= limit for e in state.front)
    assert all(t.complexity <= limit for t in state.islands[0].beam)
    assert all(e.complexity <= limit for e in events)


def test_a_small_table_has_no_network_with_more_neurons_than_rows() -> None:
    rng = np.random.default_rng(0)
    problem = Problem.from_arrays(rng.normal(size=(12, 2)), rng.normal(size=12), max_complexity=60)
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert all(e.complexity <= 12 for e in state.front)


@pytest.mark.parametrize("activations", ["polynomial", ["add", "mul"], ["sub", "mul", "sin"], ["add", "exp"], ["mul"],
                                         ["div"], "everything"])
@pytest.mark.parametrize("parameters", [True, False])
def test_only_the_chosen_activations_are_used(activations: str | list[str], parameters: bool) -> None:
    problem = noisy(activations=activations, parameters=parameters)
    state, _ = advance(start(problem), problem, Budget(steps=4))
    networks = [e.network for e in state.front] + [t.network for t in state.islands[0].beam] + [state.current.network]

    for network in networks:
        assert {n.activation for n in network.neurons if n.children} <= set(problem.activations)
        if not parameters:
            assert network.n_parameters == 0
            assert not any(n.activation == "constant" for n in network.neurons)


@pytest.mark.parametrize("error", [OverflowError, ZeroDivisionError, np.linalg.LinAlgError])
def test_an_answer_that_cannot_be_computed_is_passed_over(error: type[Exception],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    expressions = MoveQuery.expressions

    def sometimes(query: MoveQuery, *args: object) -> object:
        asked.append(query)
        if len(asked) % 3 == 0:
            raise error("planted")
        return expressions(query, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(MoveQuery, "expressions", sometimes)
    problem = noisy()
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert state.step == 5
    assert len(asked) > 10
    assert state.best.loss < 0.9


def test_one_bad_candidate_never_ends_a_search() -> None:
    """Columns where most activations leave their domain, overflow or divide by nothing."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=40) * 1e3, np.zeros(40) + (np.arange(40) == 0), rng.integers(-2, 3, 40)])
    problem = Problem.from_arrays(X, rng.normal(size=40) * 100, activations="everything")
    state, _ = advance(start(problem), problem, Budget(steps=8))

    assert state.step == 8 or state.stop_reason
    assert np.isfinite(state.best.loss)
    assert all(np.isfinite(e.network.evaluate(X[:5])).all() for e in state.front if e.complexity < 3)
