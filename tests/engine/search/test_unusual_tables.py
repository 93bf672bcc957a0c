"""Searches of exact, constant, small and damaged tables, and the limits on a network."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import problem_of
from tests.engine.search.test_search import noisy
from xnet.engine import Budget, Problem, advance, start
from xnet.engine.moves.query import MoveQuery


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
def test_tables_of_few_rows_are_searched(n: int) -> None:
    X = np.arange(1.0, n + 1)[:, None]
    problem = Problem.from_arrays(X, 2 * X[:, 0] + 1)
    state, _ = advance(start(problem), problem, Budget(steps=4))

    assert np.isfinite(state.best.loss)
    assert state.best.n_parameters < n


@pytest.mark.parametrize("scale_x", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("scale_y", [1e-30, 1e30])
def test_units_of_any_size_do_not_prevent_the_fit(scale_x: float, scale_y: float) -> None:
    X = np.random.default_rng(0).uniform(1, 3, (40, 2)) * [scale_x, 1.0]
    y = scale_y * (X[:, 0] / scale_x) ** 2 * X[:, 1]
    problem = Problem.from_arrays(X, y)
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert state.best.loss < 1e-10


@pytest.mark.parametrize("kind", ["constant", "duplicate", "constant first"])
def test_useless_columns_do_not_prevent_the_fit(kind: str) -> None:
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


@pytest.mark.slow
@pytest.mark.parametrize("error", [OverflowError, ZeroDivisionError, np.linalg.LinAlgError])
def test_a_proposal_that_cannot_be_computed_is_skipped(error: type[Exception],
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
