"""The search of unknown parts: what it finds, that a step is a function of its state, and its ends."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from xnet.engine import (
    Budget,
    Constraints,
    DataError,
    FormulaError,
    Groups,
    Problem,
    SearchState,
    StopReason,
    advance,
    combined_state,
    hole_texts,
    rescored_state,
    start,
    state_from_json,
    state_to_json,
    warm_start,
)
from xnet.engine.formulas.text import to_text
from xnet.engine.holes.first_guess import first_guess, through_origin
from xnet.engine.holes.form_fitting import hole_rows
from xnet.engine.networks.forward_pass import forward
from xnet.engine.problem.named_constants import constants_of

RNG = np.random.default_rng(3)
H, V = RNG.uniform(0.5, 3.0, (2, 60))
SMALL = ("add", "mul", "neg", "exp")


def _problem(template: str, y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(np.stack([H, V], axis=1), y, names=("h", "v"), template=template,
                               **({"activations": SMALL} | options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def problem() -> Problem:
    """y = 2.5 h + exp(-v)."""
    return _problem("a*h + f(v)", 2.5 * H + np.exp(-V))


@pytest.fixture(scope="module")
def ended(problem: Problem) -> SearchState:
    """The state at its end."""
    return advance(start(problem), problem, Budget(steps=40))[0]


def test_letters_and_holes_are_found_together(ended: SearchState, problem: Problem) -> None:
    best = ended.best
    assert ended.stop_reason is StopReason.EXACT
    assert best.parts is not None
    assert problem.template is not None
    assert best.parts.letters == (2.5,)
    assert hole_texts(problem.template, best.parts) == {"f": "exp(-v)"}
    assert to_text(best.network, problem.names) == "2.5*h + exp(-v)"
    assert advance(ended, problem, Budget(steps=5)) == (ended, [])


def test_equal_steps_give_equal_states_whether_stored_or_not(ended: SearchState, problem: Problem) -> None:
    half = advance(start(problem), problem, Budget(steps=3))[0]
    stored = state_from_json(json.loads(json.dumps(state_to_json(half))))
    assert stored.islands[0].parts == half.islands[0].parts
    assert [island.hole for island in stored.islands] == [-1, 0]
    again = advance(rescored_state(stored, problem), problem, Budget(steps=37))[0]
    assert [(e.network, e.parts) for e in again.front] == [(e.network, e.parts) for e in ended.front]
    assert again.islands[1].fitted_shapes == ended.islands[1].fitted_shapes


def test_a_form_takes_no_networks_of_an_earlier_search(ended: SearchState, problem: Problem) -> None:
    begun = start(problem)
    assert warm_start(begun, [ended.best.network], problem) is begun


def test_the_target_of_a_hole_is_what_the_form_needs_there() -> None:
    problem = _problem("h*f(v)", H * np.exp(-V))
    form = problem.template
    assert form is not None
    guess = first_guess(form, problem.search, 0)
    assert guess is not None
    assert guess.loss < 1e-6
    rows = hole_rows(form, 0, guess.parts, problem.search)
    assert rows is not None
    assert rows.weight is not None
    np.testing.assert_allclose(rows.y, np.exp(-rows.columns[0]), rtol=1e-9)
    assert np.corrcoef(rows.weight, problem.search.columns[0] ** 2)[0, 1] == pytest.approx(1.0)


def test_two_calls_of_a_hole_share_the_shortest_correction() -> None:
    problem = _problem("f(h) - f(v)", H**2 - V**2)
    form = problem.template
    assert form is not None
    guess = first_guess(form, problem.search, 0, constant=True)
    assert guess is not None
    rows, n = hole_rows(form, 0, guess.parts, problem.search), len(problem.search.y)
    assert rows is not None
    constant = forward(guess.parts.holes[0], rows.columns)[-1]
    change = rows.y - constant
    np.testing.assert_allclose(change[:n] - change[n:], problem.search.y, rtol=1e-9)
    np.testing.assert_allclose(change[:n], -change[n:], rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("template", "y", "holes"), [
    ("f(h) - f(v)", H**2 * np.exp(-H) - V**2 * np.exp(-V), 1), ("exp(f(h))*v + g(h)", np.exp(-0.4 * H**2) * V + H, 2)])
def test_a_hole_called_twice_and_two_holes_are_found(template: str, y: np.ndarray, holes: int) -> None:
    problem = _problem(template, y, activations="default")
    state, _ = advance(start(problem), problem, Budget(steps=60))
    assert state.best.loss < 1e-20
    assert state.best.parts is not None
    assert len(state.best.parts.holes) == holes


@pytest.mark.parametrize(("template", "options", "said"), [
    ("a*h + f(v)", {"initial_formula": "h"}, "together with an initial formula"),
    ("a*h + f(v)", {"parameters": False}, "parameters are switched off"),
    ("a*h + f(v)", {"constants": constants_of(["k=1[0:2]"], ["h", "v"])}, "'k' has bounds, but the template"),
    ("a*h + f(v)", {"constraints": Constraints(forbidden=(1,))}, "depends on 'v', which is forbidden"),
    ("a + f(v)", {"constraints": Constraints(required=(0, 1))}, "does not read 'h', which is required"),
    ("a*h + f(v)", {"groups": Groups(1, ("p",))}, "names 'v', the column of groups"),
    ("a*h + f(v)", {"loss": "logistic"}, "together with a target of classes")])
def test_what_does_not_go_with_a_template_is_refused(template: str, options: dict, said: str) -> None:
    with pytest.raises(FormulaError) as refused:
        _problem(template, (H > 1).astype(float), **options)
    assert said in str(refused.value)


def test_a_hole_of_constant_columns_and_a_form_without_a_value_are_refused() -> None:
    X = np.stack([H, np.full(60, 2.0)], axis=1)
    with pytest.raises(FormulaError, match="'v' is constant in the table"):
        Problem.from_arrays(X, H, names=("h", "v"), template="a*h + f(v)")
    without_value = _problem("log(-h) + f(v)", H)
    with pytest.raises(DataError, match="no finite value"):
        start(without_value)


def test_a_fixed_constant_stands_in_a_form_by_its_name() -> None:
    problem = _problem("g*h + f(v)", 9.81 * H + np.exp(-V), constants=constants_of(["g=9.81"], ["h", "v"]))
    state, _ = advance(start(problem), problem, Budget(steps=30))
    assert to_text(state.best.network, problem.names) == "g*h + exp(-v)"


@pytest.mark.slow
def test_letters_stay_within_their_bounds_and_whole_ones_are_whole() -> None:
    constants = constants_of(["rate=2[1:2.4]", "n[1:4] whole"], ["h", "v"])
    problem = _problem("rate*h**n + f(v)", 2.5 * H**2 + np.exp(-V), constants=constants, activations=[*SMALL, "pow"])
    state, _ = advance(start(problem), problem, Budget(steps=26))
    found = [entry.parts.letters for entry in state.front if entry.parts is not None]
    assert len(found) == len(state.front) > 1
    assert all(1.0 <= rate <= 2.4 and n in (1.0, 2.0, 3.0, 4.0) for rate, n in found)
    assert state.best.parts is not None
    assert state.best.parts.letters == (2.4, 2.0)


def test_the_first_formula_of_two_parts_comes_early() -> None:
    """PySR#811: f(x1, x2)*g(x3) on 500 rows was a constant for all the ten seconds of the default budget."""
    X = np.random.default_rng(3).normal(size=(500, 3))
    problem = Problem.from_arrays(X, (X[:, 0] + X[:, 1]) * np.cos(X[:, 2]), names=("a", "b", "c"),
                                  template="f(a, b)*g(c)")
    state, _ = advance(start(problem), problem, Budget(steps=12))
    assert state.best.parts is not None
    assert to_text(state.best.network, problem.names) == "(a + b)*cos(c)"


def test_a_hole_without_a_target_waits_for_better_parts() -> None:
    problem = _problem("a*h + f(v)", 2.5 * H + V, activations=["add", "mul"])
    begun = start(problem)
    whole, hole = begun.islands
    ended = replace(hole, front=begun.front, current=begun.best, stop_reason=StopReason.EXHAUSTED)
    state, _ = advance(combined_state((whole, ended), 0.0), problem, Budget(steps=2))
    assert state.islands[0].visits > 0
    assert state.best.parts is not None


@pytest.mark.parametrize(("template", "moves"), [
    ("f(h) + a", True), ("f(h) + g(v)", True), ("tanh(f(h)) + g(v)", False)])
def test_a_free_constant_of_the_first_guess_makes_the_hole_zero_at_the_origin(template: str, moves: bool) -> None:
    problem = _problem(template, np.tanh(0.3 + 0.2 * H) + (V if "g" in template else 0.0))
    guess = first_guess(problem.template, problem.search, 0)
    moved = through_origin(problem.template, guess, problem.search)
    assert moved.loss == pytest.approx(guess.loss, rel=2e-3, abs=1e-18)
    at_origin = [float(fit.parts.holes[0].evaluate(np.zeros((1, 1)))[0]) for fit in (guess, moved)]
    assert abs(at_origin[1]) < 0.02 if moves else at_origin[0] == at_origin[1]


def test_a_constant_in_the_place_of_an_unknown_part_is_no_second_factor_of_a_letter() -> None:
    """The constant of the front was written 1.6*1.6346."""
    X = np.random.default_rng(5).uniform(1.0, 2.0, (40, 1))
    problem = Problem.from_arrays(X, X[:, 0] ** 2 + 1.3, names=("x",), template="a*f(x)")
    entry = start(problem).front[0]
    assert len(entry.network.neurons) == 1
    assert entry.n_parameters == 1
