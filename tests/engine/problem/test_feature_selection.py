"""Many inputs: those that matter are ranked first, networks keep the table's indices, and none is lost for good."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ExprKind
from xnet.engine.candidates.library import build_library
from xnet.engine.problem.feature_selection import (
    FIRST_INPUTS,
    MANY_INPUTS,
    distinct_inputs,
    forward_selection,
    ranked_inputs,
    selected_inputs_at,
)

FIVE = (3, 17, 40, 99, 150)
LAWS: dict[str, Callable[..., Array]] = {
    "a wave in a product": lambda a, b, c, d, e: a * b / c + np.sin(d) * e,
    "powers": lambda a, b, c, d, e: a**2 * np.sqrt(b) / c * d**1.5 / e**2,
    "squares": lambda a, b, c, d, e: a**2 + b**2 + c**2 + d**2 + e**2,
    "products": lambda a, b, c, d, e: a * b + c * d + e,
}


def wide(law: str, n: int = 300, d: int = 200, noise: float = 0.0, spread: str = "uniform") -> tuple[Array, Array]:
    """X (n, d) and a law of five of its columns."""
    rng = np.random.default_rng(5)
    X = rng.uniform(1, 5, (n, d)) if spread == "uniform" else rng.normal(size=(n, d))
    y = LAWS[law](*X[:, [i % d for i in FIVE]].T)
    return X, y + noise * y.std() * rng.normal(size=n)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("law", LAWS)
def test_five_inputs_of_two_hundred_are_ranked_first(law: str, noise: float) -> None:
    ranked = ranked_inputs(rows_of(*wide(law, noise=noise)), seed=0)

    assert set(ranked[:FIRST_INPUTS]) >= set(FIVE)
    assert sorted(ranked) == list(range(200))


def test_inputs_without_an_effect_of_their_own_are_found_by_their_products() -> None:
    """Around 0 a product correlates with neither of its factors."""
    X, y = wide("products", spread="normal")

    assert set(ranked_inputs(rows_of(X, y), 0)[:5]) == set(FIVE)
    assert set(forward_selection(np.ascontiguousarray(X.T), y)[:5]) == set(FIVE)


def test_the_ranking_repeats_and_does_without_units() -> None:
    X, y = wide("powers", d=30)
    ranked = ranked_inputs(rows_of(X, y), 3)

    assert ranked_inputs(rows_of(X, y), 3) == ranked
    assert ranked_inputs(rows_of(X * 10.0 ** np.linspace(-20, 20, 30), y * 1e30), 3)[:5] == ranked[:5]


def test_constant_and_repeated_inputs_are_no_inputs() -> None:
    X, y = wide("powers", d=20)
    X[:, 4] = 7.0
    X[:, 9] = X[:, 3]
    ranked = ranked_inputs(rows_of(X, y), 0)

    assert sorted(ranked) == [i for i in range(20) if i not in (4, 9)]
    assert distinct_inputs(np.array([[0.0, 1.0], [-0.0, 1.0], [2.0, 2.0], [1.0, 0.0]])) == (0, 3)


@pytest.mark.parametrize("d", [9, 13, 50, 200])
def test_every_input_gets_its_turn(d: int) -> None:
    ranked = tuple(np.random.default_rng(0).permutation(d).tolist())
    steps = [selected_inputs_at(step, ranked) for step in range(20 + 8 * d)]

    assert set().union(*steps) == set(range(d))
    assert all(len(c) <= FIRST_INPUTS and set(ranked[:4]) <= set(c) for c in steps)
    assert steps[0] == steps[19] == tuple(sorted(ranked[:FIRST_INPUTS]))  # the opening, and every other turn
    assert sum(c == steps[0] for c in steps) > len(steps) / 3


def test_a_focused_problem_works_on_few_inputs_of_the_whole_table() -> None:
    X, y = wide("squares", d=60)
    problem = Problem.from_arrays(X, y, seed=0)
    view = problem.with_selected_inputs(0)
    library = view.library(2000)
    memo: dict = {}
    used = [library.expression(int(i)) for i in library.index]
    row = {i: n for n, i in enumerate(library.index.tolist())}

    assert view.search.columns.shape[0] == view.n_inputs == 60
    assert len(view.search.inputs()) == FIRST_INPUTS
    for at in list(range(0, len(used), 37)):  # an expression gives the values that were matched
        values = evaluate(used[at], problem.search.columns[:, problem.match], memo)
        number = row[int(library.index[at])]
        stored = library.standardised[number] * library.deviation[number] + library.mean[number]
        np.testing.assert_allclose(stored, values, rtol=1e-4, atol=1e-4 * np.abs(values).max())


def test_a_library_still_holds_every_input() -> None:
    columns = np.random.default_rng(0).uniform(1, 2, (30, 100))
    others = tuple(i for i in range(30) if i not in (4, 7))
    for size in (300, 3000):
        library = build_library(columns, ("add", "mul", "div", "sin"), size, selected_inputs=(4, 7),
                                other_inputs=others)
        alone = {e.index for e in map(library.expression, range(len(library))) if e.kind is ExprKind.VAR}
        assert alone == set(range(30))
    inner = {e.args[0].index for e in map(library.expression, range(len(library)))
             if e.kind is ExprKind.CALL and e.args[0].kind is ExprKind.VAR}

    assert inner == set(range(30))


def test_few_inputs_are_not_screened() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 2, (60, MANY_INPUTS))
    problem = Problem.from_arrays(X, X[:, 0])

    assert all(problem.with_selected_inputs(step) is problem for step in range(60))


def test_of_equal_inputs_only_the_first_is_used() -> None:
    X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    problem = Problem.from_arrays(np.column_stack([X, X]), 2 * X[:, 0] ** 2 / X[:, 1])
    state, _ = advance(start(problem), problem, Budget(steps=5))

    assert set(state.best.network.variables) == {0, 1}
    assert state.best.complexity <= 8


@pytest.mark.slow
@pytest.mark.parametrize("law", ["powers", "squares", "products"])
def test_a_law_of_five_of_two_hundred_inputs_is_found(law: str) -> None:
    X, y = wide(law)
    problem = Problem.from_arrays(X, y, seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=4))

    assert set(state.best.network.variables) == set(FIVE)
    assert state.best.loss < 1e-20


def test_nearly_repeated_inputs_do_not_prevent_the_fit() -> None:
    X, _ = wide("squares", d=20)
    five = {i % 20 for i in FIVE}
    rng = np.random.default_rng(1)
    for i in (3, 17, 10):
        X[:, i - 1] = X[:, i] + 1e-4 * rng.normal(size=300)
    problem = Problem.from_arrays(X, LAWS["squares"](*X[:, sorted(five)].T), seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=20))  # 2 to 13, as the machine rounds

    assert set(state.best.network.variables) == five
    assert state.best.loss < 1e-20


@pytest.mark.slow
def test_a_wide_search_repeats_and_goes_on_from_a_pickle() -> None:
    X, y = wide("a wave in a product", n=60, d=20, noise=0.1)
    problem = Problem.from_arrays(X, y, seed=0)
    whole, _ = advance(start(problem), problem, Budget(steps=4))
    half, _ = advance(start(problem), problem, Budget(steps=2))
    again = pickle.loads(pickle.dumps((half, problem)))  # noqa: S301 - our own bytes
    state, _ = advance(*again, Budget(steps=2))

    assert state.front == whole.front
    assert state.islands[0].beam == whole.islands[0].beam


def test_only_some_views_of_a_problem_are_kept() -> None:
    X, y = wide("squares", n=40, d=60)
    problem = Problem.from_arrays(X, y, seed=0)
    views = [problem.with_selected_inputs(step) for step in range(20, 60)]

    assert problem.with_selected_inputs(0) is problem.with_selected_inputs(24)
    assert len({v.search.selected_inputs for v in views}) >= 5
    assert len(problem.cached("views", dict)) <= 2
