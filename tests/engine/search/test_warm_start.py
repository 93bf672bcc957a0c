"""Networks of an earlier search give a new one its start, said as the new one may."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.helpers import net
from xnet.engine import (
    Budget,
    Constraints,
    FrontEntry,
    Islands,
    Network,
    Problem,
    SearchState,
    advance,
    combined_state,
    start,
    warm_start,
    with_shown_front,
)

X0, X1 = ("x", 0), ("x", 1)
#: 2 x0^2 + x1
KNOWN = net(2, X0, ("square", 0), ("c", 0), ("mul", 1, 2), X1, ("add", 3, 4), constants=(1.7,))


def problem(**options: object) -> Problem:
    X = np.random.default_rng(0).uniform(0.5, 2.0, (60, 2))
    return Problem.from_arrays(X, 2 * X[:, 0] ** 2 + X[:, 1], **options)  # type: ignore[arg-type]


def test_a_known_network_is_fitted_and_becomes_the_best() -> None:
    p = problem()
    state = warm_start(start(p), [KNOWN], p)

    assert state.best.loss < 1e-20
    assert state.best.network.constants in ((), (2.0,))
    assert [t.reason for t in state.islands[0].beam] == ["from an earlier search"]
    later, _ = advance(state, p, Budget(steps=2))
    assert later.best.loss < 1e-20


def test_known_networks_outside_the_activation_library_are_rewritten_or_left_out() -> None:
    p = problem(activations=["add", "mul"])
    state = warm_start(start(p), [KNOWN, net(2, X0, ("sin", 0))], p)

    assert len(state.islands[0].beam) == 1
    assert {n.activation for n in state.islands[0].beam[0].network.neurons if n.children} <= {"add", "mul"}
    assert state.best.loss < 1e-20


@pytest.mark.parametrize("options", [
    {"max_complexity": 4}, {"constraints": Constraints.of(("x0", "x1"), forbidden_inputs=["x1"])}])
def test_known_networks_that_violate_the_settings_are_left_out(options: dict[str, object]) -> None:
    p = problem(**options)
    assert warm_start(start(p), [KNOWN], p).islands[0].beam == ()


def test_networks_of_another_table_are_left_out() -> None:
    p = problem()
    other = net(3, X0, ("square", 0))
    assert warm_start(start(p), [other], p).front == start(p).front


def test_without_parameters_numbers_are_made_or_the_network_is_left_out() -> None:
    p = problem(parameters=False)
    exact = KNOWN.with_constants([2.0])
    state = warm_start(start(p), [exact, KNOWN], p)
    assert all(not t.network.constants for t in state.islands[0].beam)
    assert state.best.loss < 1e-20


def test_islands_take_them_too() -> None:
    p = problem(holdout_fraction=0.0)
    with Islands(p, 2) as islands:
        state, _ = islands.advance(islands.start(), Budget(steps=1))
    assert warm_start(state, [KNOWN], p).best.loss < 1e-20


def test_carrying_on_is_never_worse_than_what_was_shown() -> None:
    """On a large noisy table, constants fitted to a sample of the rows are worse on all rows than those shown."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0.5, 2.0, (4000, 2))
    p = Problem.from_arrays(X, 2 * X[:, 0] ** 2 + X[:, 1] + rng.standard_t(2, 4000))
    shown, _ = advance(start(p), p, Budget(steps=3))
    again = warm_start(start(p), [entry.network for entry in shown.front], p)
    for entry in shown.front:
        assert min(e.loss for e in again.front if e.complexity <= entry.complexity) <= entry.loss * (1 + 1e-12)


@pytest.fixture(scope="module")
def noisy() -> tuple[Problem, list[SearchState]]:
    """A table whose fronts depend on the order in which networks are offered, and the states of its first steps."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0.5, 3, (40, 2))
    p = Problem.from_arrays(X, X[:, 0] ** 2 * X[:, 1] - X[:, 1] + rng.normal(0, 0.3, 40), holdout_fraction=0.25)
    states = [start(p)]
    for _ in range(3):
        states.append(advance(states[-1], p, Budget(steps=1))[0])
    return p, states


def searched(state: SearchState) -> list[Network]:
    return [e.network for e in state.front if not e.plain and not e.is_robust]


def gone(shown: SearchState, now: SearchState) -> list[FrontEntry]:
    """Shown entries than which no entry is as short and as accurate now."""
    return [e for e in shown.front
            if not any(f.complexity <= e.complexity and f.loss <= e.loss * (1 + 1e-12) for f in now.front)]


@pytest.mark.parametrize(("saved", "shown"), [(0, 1), (0, 3), (1, 2), (2, 3)])
def test_a_killed_search_begins_with_the_front_that_was_shown(
        noisy: tuple[Problem, list[SearchState]], saved: int, shown: int) -> None:
    p, states = noisy
    plain = any(e.plain for e in states[shown].front)
    again = with_shown_front(states[saved], searched(states[shown]), p, plain=plain)

    assert gone(states[shown], again) == []
    if saved == 0:  # networks that are offered one by one get lost
        assert gone(states[shown], warm_start(states[saved], searched(states[shown]), p))
    later, _ = advance(again, p, Budget(steps=1))
    assert later.step == states[saved].step + 1


def test_a_state_that_knows_all_that_was_shown_stays_itself(noisy: tuple[Problem, list[SearchState]]) -> None:
    p, states = noisy
    assert with_shown_front(states[3], searched(states[3]), p, plain=True) is states[3]
    other = net(3, X0, ("square", 0))
    assert with_shown_front(states[3], [other], p, robust=other, plain=True) is states[3]


def test_the_offer_of_a_second_look_comes_back(noisy: tuple[Problem, list[SearchState]]) -> None:
    p, states = noisy
    state = with_shown_front(states[1], searched(states[1]), p, robust=KNOWN)
    assert state.robust_pick is not None
    assert state.robust_pick.network == KNOWN
    assert any(e.is_robust for e in state.front)


def test_islands_keep_what_was_shown(noisy: tuple[Problem, list[SearchState]]) -> None:
    p, states = noisy
    two = combined_state((states[0].islands[0], replace(states[1].islands[0], number=1)), 0.0)
    again = with_shown_front(two, searched(states[3]), p, plain=any(e.plain for e in states[3].front))
    assert gone(states[3], again) == []
    assert len(again.islands) == 2


def test_r_squared_of_a_target_far_from_zero_is_true() -> None:
    X = np.random.default_rng(0).uniform(0, 5, (200, 2))
    y = X[:, 0] * X[:, 1] + 1e13
    p = Problem.from_arrays(X, y, holdout_fraction=0.0)
    state, _ = advance(start(p), p, Budget(steps=3))
    true = 1 - np.mean((state.best.network.evaluate(X) - y) ** 2) / np.var(y)
    assert state.best.explained_train == pytest.approx(true, abs=1e-6)
