"""The search of a form with unknown parts for groups: own letters, own constants in the parts, stored states."""

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
    hole_texts,
    letter_values,
    rescored_state,
    start,
    state_from_json,
    state_to_json,
)
from xnet.engine.formulas.letters_of_groups import with_letters_of_groups
from xnet.engine.formulas.partial_form import read_partial_form
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.named_constants import constants_of

RNG = np.random.default_rng(5)
CODES = np.repeat([0.0, 1.0, 2.0], 16)
H, V = RNG.uniform(0.5, 3.0, (2, 48))
OWN = np.array([0.5, 2.0, -1.0])[CODES.astype(int)]
NAMES = ("h", "v", "planet")


def _problem(template: str, y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(np.stack([H, V, CODES], axis=1), y, names=NAMES, template=template,
                               groups=Groups(2, ("p", "q", "r")), activations=("add", "mul", "neg", "exp"), **options)


def _searched(problem: Problem, steps: int) -> SearchState:
    return advance(start(problem), problem, Budget(steps=steps))[0]


@pytest.fixture(scope="module")
def problem() -> Problem:
    """y = a h + exp(-v) with an own a."""
    return _problem("k*h + f(v)", OWN * H + np.exp(-V))


@pytest.mark.slow
def test_a_letter_has_a_value_in_every_group_and_the_part_is_shared(problem: Problem) -> None:
    best = _searched(problem, 24).best
    assert best.parts is not None
    assert problem.template is not None
    assert to_text(best.network, NAMES) == "a[planet]*h + exp(-v)"
    assert hole_texts(problem.template, best.parts, group="planet") == {"f": "exp(-v)"}
    assert letter_values(problem.template, best.parts, "planet", best.network.own) == {"k": "a[planet]"}
    assert best.network.own is not None
    assert best.network.own.values == ((0.5, 2.0, -1.0),)
    assert best.loss < 1e-20


@pytest.mark.slow
def test_a_constant_inside_a_part_may_be_own_and_the_letter_shared() -> None:
    problem = _problem("a*h + f(v)", 2.5 * H + OWN * np.exp(-V))
    best = _searched(problem, 50).best
    assert best.parts is not None
    assert problem.template is not None
    assert letter_values(problem.template, best.parts) == {"a": 2.5}
    assert hole_texts(problem.template, best.parts, group="planet") == {"f": "b[planet]*exp(-v)"}, "a is 2.5"
    assert to_text(best.network, NAMES) == "2.5*h + b[planet]*exp(-v)"


@pytest.mark.slow
def test_a_number_of_the_form_stays_as_it_is_and_constants_may_all_be_shared() -> None:
    problem = _problem("2.25*h + f(v)", 2.25 * H + 1.5 * np.exp(-V))
    best = _searched(problem, 40).best
    assert best.network.own is None
    assert to_text(best.network, NAMES) == "2.25*h + 1.5*exp(-v)"


@pytest.mark.slow
@pytest.mark.parametrize(("known", "y", "values"), [
    ("k=0.3[0:1]", OWN.clip(0, 1) * H + np.exp(-V), (0.5, 1.0, 0.0)),
    ("k[0:2] whole", np.array([1.0, 2.0, 0.0])[CODES.astype(int)] * H + np.exp(-V), (1.0, 2.0, 0.0)),
    ("k[0.75:]", OWN.clip(0.5) * H + np.exp(-V), (0.75, 2.0, 0.75))])
def test_letters_keep_bounds_and_whole_numbers_in_groups(known: str, y: np.ndarray, values: tuple[float, ...]) -> None:
    problem = _problem("k*h + f(v)", y, constants=constants_of([known], NAMES))
    state = _searched(problem, 18)
    letter = problem.template.known[0]
    for entry in state.front:
        own = entry.network.own.values[entry.parts.own_letters[0]] if entry.parts.own_letters else \
            entry.parts.letters
        assert all(letter.low <= value <= letter.high for value in own)
        assert not letter.whole or all(float(value).is_integer() for value in own)
    assert state.best.network.own.values[state.best.parts.own_letters[0]] == values


@pytest.mark.slow
@pytest.mark.parametrize(("template", "y", "holes"), [
    ("f(h) - f(v) + a", H**2 * np.exp(-H) - V**2 * np.exp(-V) + OWN, 1),
    ("f(h) + g(v) + a*h", np.exp(-H) + V**2 + OWN * H, 2),
    ("f(h)*a + exp(g(v)) + k(h)*v", OWN * H**2 + np.exp(0.5 * V) + np.exp(-H) * V, 3)])
def test_a_part_called_twice_and_several_parts_are_found_in_groups(template: str, y: np.ndarray, holes: int) -> None:
    problem = _problem(template, y)
    best = _searched(problem, 60).best
    assert best.loss < 1e-5
    assert len(best.parts.holes) == holes
    assert len(best.network.own.values) == 1


@pytest.mark.slow
def test_equal_steps_give_equal_states_whether_stored_or_not(problem: Problem) -> None:
    half = _searched(problem, 8)
    stored = state_from_json(json.loads(json.dumps(state_to_json(half))))
    assert [(i.group, i.hole) for i in stored.islands] == [(i.group, i.hole) for i in half.islands]
    again = advance(rescored_state(stored, problem), problem, Budget(steps=12))[0]
    once = advance(half, problem, Budget(steps=12))[0]
    assert [(e.network, e.parts) for e in again.front] == [(e.network, e.parts) for e in once.front]
    assert len(once.front) > 1


@pytest.mark.slow
def test_a_search_ends_after_an_exact_form(problem: Problem) -> None:
    assert _searched(problem, 60).stop_reason is StopReason.EXACT


def test_the_form_with_letters_of_groups_has_the_values_of_the_form_in_every_group() -> None:
    form = read_partial_form("a*f(h*b) - b", NAMES)
    wide = with_letters_of_groups(form, 3)
    letters, indicators = RNG.normal(size=(2, 3)), (np.arange(3.0)[:, None] == CODES).astype(float)
    own = letters[:, CODES.astype(int)]
    columns, calls = np.stack([H, V, CODES]), np.sin(H)[None]
    spread = np.repeat(letters.reshape(-1, 1), 48, axis=1)
    np.testing.assert_allclose(forward(wide.network, np.concatenate([columns, indicators, spread, calls]))[-1],
                               forward(form.network, np.concatenate([columns, own, calls]))[-1])
    np.testing.assert_allclose(
        forward(wide.calls[0].arguments[0], np.concatenate([columns, indicators, spread]))[-1], H * own[1])


def test_parts_of_groups_are_stored() -> None:
    parts = Parts((), (0.5, 1.0), (-1, 0))
    assert Parts.from_json(json.loads(json.dumps(parts.to_json()))) == parts
    assert "own_letters" not in Parts((), (0.5,)).to_json()
