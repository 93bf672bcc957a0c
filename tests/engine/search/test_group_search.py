"""The search of one form for many groups: what it finds, that a step is a function of its state, and its ends."""

from __future__ import annotations

import json

import numpy as np
import pytest

from xnet.engine import (
    Budget,
    Groups,
    Problem,
    SearchState,
    StopReason,
    advance,
    rescored_state,
    resumable_state,
    start,
    state_from_json,
    state_to_json,
)
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.group_fitting import GroupFit, Scope, evaluated
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.front.group_support import group_rows
from xnet.engine.networks.own_inputs import as_inputs
from xnet.engine.search.group_forms import matched_forms, one_group, with_hidden_constants
from xnet.engine.search.sharing import fitted_everywhere, rounded, shared


def _problem(n_groups: int = 3, rows: int = 12, **groups: object) -> Problem:
    rng = np.random.default_rng(1)
    codes = np.repeat(np.arange(n_groups), rows)
    t, u = rng.uniform(0, 4, (2, len(codes)))
    rate = rng.uniform(0.4, 1.2, n_groups)[codes]
    y = rate * t * u + 1.5
    labels = tuple(f"g{k}" for k in range(n_groups))
    return Problem.from_arrays(np.stack([t, u, codes], axis=1), y, names=("t", "u", "g"),
                               activations=["add", "mul"], groups=Groups(2, labels, **groups))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def problem() -> Problem:
    """y = a[g] t u + 1.5."""
    return _problem()


@pytest.fixture(scope="module")
def ended(problem: Problem) -> SearchState:
    """The state after the first join."""
    return advance(start(problem), problem, Budget(steps=8))[0]


def test_the_form_is_found_with_one_own_constant(ended: SearchState, problem: Problem) -> None:
    best = ended.best
    assert best.network.own is not None
    assert len(best.network.own.values) == 1
    assert best.loss < 1e-20
    assert best.n_parameters == 4
    assert to_text(best.network, problem.names) == "a[g]*t*u + 1.5"


def test_equal_steps_give_equal_states_whether_stored_or_not(ended: SearchState, problem: Problem) -> None:
    half = advance(start(problem), problem, Budget(steps=4))[0]
    stored = state_from_json(json.loads(json.dumps(state_to_json(half))))
    again = advance(stored, problem, Budget(steps=4))[0]
    assert [e.network for e in again.front] == [e.network for e in ended.front]
    assert [island.group for island in again.islands] == [-1, *(i.group for i in ended.islands[1:])]
    assert resumable_state(ended).front == ended.front


@pytest.mark.slow
def test_sharing_can_be_forbidden_and_own_constants_limited() -> None:
    nothing = _problem(shares=False)
    own = advance(start(nothing), nothing, Budget(steps=8))[0].front[-1].network
    assert not own.constants
    none = _problem(most_own=0)
    assert all(e.network.own is None for e in advance(start(none), none, Budget(steps=8))[0].front)


@pytest.mark.slow
def test_an_exact_form_ends_the_search(problem: Problem, ended: SearchState) -> None:
    state, events = advance(ended, problem, Budget(steps=40))
    assert state.stop_reason is StopReason.EXACT
    assert state.step < 50
    assert advance(state, problem, Budget(steps=5)) == (state, [])
    assert any(e.kind == "tried" for e in events)


def test_matching_in_all_groups_at_once_finds_what_no_group_could_show() -> None:
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(40), 5)
    x, z = rng.uniform(1, 3, (2, 200))
    y = rng.normal(size=40)[codes] * x * z + 3 * rng.normal(size=40)[codes]
    product = Problem.from_arrays(np.stack([x, z, codes], axis=1), y, groups=Groups(2, tuple(map(str, range(40)))))
    name = shape(to_expression(read_formula("2.5*x0*x1 + 0.5", ["x0", "x1", "g"])))
    with np.errstate(all="ignore"):
        assert matched_forms(product, LibrarySize.SMALL, frozenset())[0].shape == name
        assert name not in {form.shape for form in matched_forms(product, LibrarySize.SMALL, frozenset([name]))}


def test_constants_that_are_simple_in_one_group_are_written_out() -> None:
    expr = with_hidden_constants(to_expression(read_formula("sin(x + 2)*z", ["x", "z"])))
    network = read_formula("1.5*sin(0.7*x + 2)*z", ["x", "z"])
    assert shape(expr) == shape(to_expression(network))


def test_rows_are_held_out_in_every_group(problem: Problem) -> None:
    assert problem.holdout is not None
    assert np.bincount(problem.train.columns[2].astype(int)).tolist() == [10] * 3
    assert np.bincount(problem.holdout.columns[2].astype(int)).tolist() == [2] * 3


@pytest.mark.slow
def test_one_wild_cell_does_not_change_the_law() -> None:
    rng = np.random.default_rng(3)
    codes, x = np.repeat(np.arange(4), 15), rng.uniform(0.5, 8.0, 60)
    law = np.array([10.0, 14.0, 8.0, 20.0])[codes] + 1.7 * x
    y = law * (1.0 + 0.03 * rng.standard_normal(60))
    y[21] *= 10.0
    problem = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"),
                                  groups=Groups(1, tuple("abcd")))
    state, events = advance(start(problem), problem, Budget(steps=24))
    assert state.robust_pick is not None
    assert state.best.is_robust
    others = np.arange(60) != 21
    values = state.best.network.evaluate(np.stack([x, codes], axis=1))
    assert 1.0 - np.var((values - law)[others]) / np.var(law[others]) > 0.995
    assert events[-1].kind in ("tried", "improved")
    read = state_from_json(json.loads(json.dumps(state_to_json(state))))
    again, _ = advance(rescored_state(read, problem), problem, Budget(steps=8))
    whole, _ = advance(state, problem, Budget(steps=8))
    assert again.best.network == whole.best.network


def test_the_constant_of_all_groups_has_as_many_digits_as_the_rows_distinguish(problem: Problem) -> None:
    (value,) = start(problem).best.network.constants
    assert len(f"{value!r}") <= 8
    assert value == pytest.approx(problem.train.y.mean(), rel=1e-3)


def test_a_group_may_have_a_constant_target() -> None:
    rng = np.random.default_rng(1)
    codes, x = np.repeat(np.arange(3), 12), rng.uniform(0, 5, 36)
    y = 2 + np.array([1.5, 0.0, 2.5])[codes] * x + np.where(codes == 1, 0.0, 0.3) * rng.standard_normal(36)
    for order in ([0, 1, 2], [1, 0, 2]):  # the first group is special in the search
        numbers = np.argsort(order)[codes].astype(float)
        problem = Problem.from_arrays(np.stack([x, numbers], axis=1), y, names=("x", "g"), activations=["add", "mul"],
                                      groups=Groups(1, tuple("abc")))
        best = advance(start(problem), problem, Budget(steps=16))[0].best.network
        assert shape(to_expression(as_inputs(best))) == shape(to_expression(read_formula("x*a + 1.9", ["x", "g", "a"])))


def test_known_standard_errors_belong_to_their_groups() -> None:
    rng = np.random.default_rng(2)
    codes, x = np.repeat(np.arange(3), 14), rng.uniform(1, 5, 42)
    error = 0.02 * np.array([1.0, 5.0, 2.0])[codes]
    y = np.array([1.5, 4.0, 2.5])[codes] * x**2 + error * rng.standard_normal(42)
    problem = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"), activations=["add", "mul"],
                                  sample_error=error, groups=Groups(1, tuple("abc")))
    best = advance(start(problem), problem, Budget(steps=16))[0].best
    assert to_text(best.network, problem.names) == "a[g]*x*x"
    alone = one_group(problem, 1).train
    assert alone.weight is not None
    assert alone.loss_function.values(alone.y + 0.1, alone.y, alone.weight) == pytest.approx(np.ones(len(alone.y)))


def test_an_own_constant_that_only_rounding_keeps_from_zero_is_zero(problem: Problem) -> None:
    rows = group_rows(problem, train=True)
    form = read_formula("2*t*u + 1.5", ["t", "u", "g"])
    theta = np.array([[1.234567, 0.7, -9e-16], [1.5, 1.5, 1.5]][::1 if form.constants[0] == 2.0 else -1])
    fit = GroupFit(form, theta, rows.losses(evaluated(form, theta, rows)[0]))
    assert 0.0 in rounded(fit, [Scope.OWN, Scope.OWN], rows).theta


def test_constants_shared_against_the_evidence_are_fitted_to_all_groups() -> None:
    rng = np.random.default_rng(3)
    codes, x = np.repeat(np.arange(3), 15), rng.uniform(1, 9, 45)
    y = np.array([1.0, 3.0, 10.0])[codes] * x**1.5 * (1 + 0.03 * rng.standard_normal(45))
    problem = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"), holdout_fraction=0.0,
                                  groups=Groups(1, tuple("abc"), most_own=0))
    rows = group_rows(problem, train=True)
    fit, scopes, _ = shared(fitted_everywhere(read_formula("2*x**1.4", ["x", "g"]), rows), problem)
    assert Scope.OWN not in scopes
    values = evaluated(fit.form, fit.theta, rows)[0]
    powers = rows.rows.columns[0] ** 1.5
    best = powers * (powers @ rows.rows.y) / (powers @ powers)
    assert np.mean((values - rows.rows.y) ** 2) < 1.1 * np.mean((best - rows.rows.y) ** 2)


@pytest.mark.parametrize("loss", ["squared_error", "relative"])
def test_a_power_law_of_groups_of_few_rows_competes_from_the_second_step_on(loss: str) -> None:
    rng = np.random.default_rng(5)
    codes = np.repeat(np.arange(8), [3, 4, 5, 6, 3, 4, 12, 20])
    x = rng.uniform(1, 20, len(codes))
    y = (3.0 + codes) * x**0.6 * (1 + 0.05 * rng.normal(size=len(codes)))
    table = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"), loss=loss, holdout_fraction=0.0,
                                groups=Groups(1, tuple("ABCDEFGH")))
    front = advance(start(table), table, Budget(steps=2))[0].front
    form = next(e for e in front if e.network.own is not None and "x**0.6" in to_text(e.network, ("x", "g")))

    assert form.n_parameters == 9
    assert form is min(front, key=lambda e: e.loss)
