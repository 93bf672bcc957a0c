"""The second look: where there are wild rows, a search under Huber's scale takes turns with the search itself."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.engine.wild_table import LAW, NOISY, WILD, X
from xnet.engine import (
    Budget,
    Problem,
    SearchState,
    advance,
    combined_state,
    rescored_state,
    resumable_state,
    start,
    state_from_json,
    state_to_json,
    traced_step,
)
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.support import with_support
from xnet.engine.islands.migration import with_worker_islands
from xnet.engine.search.schedule import OPENING_STEPS
from xnet.engine.search.second_look import begins, has_turn, main_step, robust_problem, with_robust_support

ACTIVATIONS = ["add", "mul", "exp"]


def of(y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(X, y, seed=0, activations=ACTIVATIONS, max_complexity=14, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def opened() -> SearchState:
    """A search of rows with two wild ones, just after the opening."""
    problem = of(WILD)
    state = start(problem)
    while state.islands[0].second_look is None and state.step < 60:
        state, _ = advance(state, problem, Budget(steps=1))
    return state


@pytest.fixture(scope="module")
def looked(opened: SearchState) -> SearchState:
    """The same, some steps of the second look later."""
    return advance(opened, of(WILD), Budget(steps=16))[0]


@pytest.mark.slow
def test_a_second_look_begins_after_the_opening(opened: SearchState) -> None:
    island = opened.islands[0]
    assert island.second_look is not None
    assert island.second_look_step == island.step >= OPENING_STEPS
    assert (island.second_look.step, island.robust_pick, has_turn(island)) == (0, None, True)


@pytest.mark.slow
def test_the_two_searches_take_turns(opened: SearchState, looked: SearchState) -> None:
    before, after = opened.islands[0], looked.islands[0]
    assert after.second_look is not None
    assert (after.second_look.step, main_step(after) - main_step(before)) == (8, 8)


@pytest.mark.slow
def test_the_suggestion_of_the_second_look_becomes_the_pick_where_few_rows_are_wild(looked: SearchState) -> None:
    offered = looked.robust_pick
    assert offered is not None
    assert offered.is_robust
    assert [e for e in looked.front if e.network == offered.network] == [offered]
    assert looked.best.network == offered.network
    assert np.mean((offered.network.evaluate(X) - LAW) ** 2) < 1e-3 * np.var(LAW), "the law, in spite of the wild rows"


def test_a_formula_that_both_searches_find_competes_without_the_wild_held_out_row() -> None:
    y = NOISY.copy()
    y[14] += 40.0
    problem = of(y, holdout=np.arange(60) % 5 == 4)
    network = read_formula("3.25*x0*exp(-0.5*x1)", ("x0", "x1"))
    entry = make_entry(network, problem)
    robust = with_robust_support(replace(entry, is_robust=True), problem)
    bent = with_support(entry, problem)
    assert bent.support is not None
    assert robust.support is not None
    assert np.median(bent.support.losses) > 10 * np.median(robust.support.losses), "the fit to all rows is bent"
    island = start(problem).islands[0]
    state = combined_state((replace(island, front=(*island.front, bent), robust_pick=robust),), 0.0)
    assert [e for e in state.front if e.network == network] == [robust]
    assert state.best is robust


def test_the_pick_beside_a_second_look_is_on_the_front() -> None:
    problem = of(NOISY)

    def made(text: str, losses: np.ndarray) -> FrontEntry:
        entry = with_support(make_entry(read_formula(text, ("x0", "x1")), problem), problem)
        assert entry.support is not None
        return replace(entry, support=replace(entry.support, losses=losses, price=2.0))

    wild = np.arange(60) < 3
    bent = made("0.7*exp(x0)", np.full(60, 0.18))
    kept = made("0.7*exp(x1)", np.where(wild, 30.0, 0.04))
    robust = replace(made("0.7*x0*x1", np.where(wild, 30.0, np.where(np.arange(60) < 29, 0.5, 0.03))), is_robust=True)
    island = replace(start(problem).islands[0], front=(bent,), kept=(kept,))
    assert combined_state((island,), 0.0).best is bent
    state = combined_state((replace(island, robust_pick=robust),), 0.0)
    assert state.best is kept, "the second look says which rows are wild"
    assert {id(e) for e in state.front} == {id(e) for e in (bent, kept, robust)}


@pytest.mark.slow
def test_rows_outside_the_robust_fit_are_charged_with_their_own_squared_errors(looked: SearchState) -> None:
    offered, problem = looked.robust_pick, of(WILD)
    assert offered is not None
    assert offered.support is not None
    rows = problem.all_rows
    errors = (offered.network.evaluate(rows.columns.T) - rows.y) ** 2 / rows.scale
    wild = errors > 0.5 * errors.max()
    assert wild.sum() == 2
    assert offered.support.losses[wild] == pytest.approx(errors[wild], rel=0.2)


@pytest.mark.slow
def test_the_formula_of_the_second_look_is_scored_by_squared_error(looked: SearchState) -> None:
    offered, problem = looked.robust_pick, of(WILD)
    assert offered is not None
    assert offered.loss == pytest.approx(problem.train.loss(offered.network))
    assert offered.loss > 5 * robust_problem(problem).train.loss(offered.network)


@pytest.mark.slow
def test_rows_without_wild_ones_get_no_second_look() -> None:
    problem = of(NOISY)
    state, _ = advance(start(problem), problem, Budget(steps=OPENING_STEPS + 3))
    assert state.islands[0].second_look is None
    assert not begins(state.islands[0], problem)


@pytest.mark.parametrize("options", [{"loss": "huber"}, {"parameters": False}])
def test_other_losses_and_parameter_free_searches_get_none(options: dict[str, object], opened: SearchState) -> None:
    problem = of(WILD, **options)
    state, _ = advance(start(problem), problem, Budget(steps=1))
    island = opened.islands[0]
    assert not begins(state.islands[0], problem)
    assert begins(replace(island, second_look=None), of(WILD))
    assert not begins(replace(island, second_look=None), problem)


@pytest.mark.slow
def test_a_search_goes_on_from_its_file_as_if_it_had_never_stopped(opened: SearchState, looked: SearchState) -> None:
    tree = json.loads(json.dumps(state_to_json(opened), allow_nan=False))
    restored = rescored_state(state_from_json(tree), of(WILD))
    resumed, _ = advance(restored, of(WILD), Budget(steps=16))
    assert state_to_json(resumed)["islands"] == state_to_json(looked)["islands"]
    assert state_from_json(state_to_json(looked)) == looked
    assert resumable_state(looked).islands[0].second_look is not None


def test_an_old_file_has_no_second_look(opened: SearchState) -> None:
    tree = state_to_json(opened)
    for key in ("second_look", "second_look_step", "robust_pick", "noise_is_left"):
        del tree["islands"][0][key]
    island = state_from_json(tree).islands[0]
    assert (island.second_look, island.second_look_step, island.robust_pick) == (None, -1, None)


def test_worker_islands_have_none(looked: SearchState) -> None:
    problem, islands = of(WILD), with_worker_islands(looked.islands[0], 3)
    assert [island.second_look is None for island in islands] == [False, True, True]
    assert not begins(islands[1], problem)
    assert combined_state(islands, 1.0, looked.front).front == looked.front


def test_a_turn_of_the_second_look_has_no_trace(opened: SearchState) -> None:
    state, _, trace = traced_step(opened, of(WILD))
    assert trace is None
    assert state.islands[0].second_look is not None
    assert state.islands[0].second_look.step == 1
    assert traced_step(state, of(WILD))[2] is not None
