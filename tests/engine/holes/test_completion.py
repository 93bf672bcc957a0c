"""Required inputs that the rows hardly need, in a form with unknown parts."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Constraints, Groups, Problem, advance, start
from xnet.engine.problem.named_constants import constants_of

RNG = np.random.default_rng(11)
X = RNG.uniform(0.5, 4.0, (80, 3))
LAW = 3.0 * X[:, 0] * np.exp(-0.5 * X[:, 1])
NOISE = 0.05 * RNG.normal(size=80)
SMALL = ("add", "mul", "neg", "exp")


def _problem(template: str, y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(X, y, names=("u", "v", "w"), template=template, activations=SMALL,
                               constraints=Constraints(required=(2,)), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("template", "steps"), [
    ("u*f(v, w)", 16), pytest.param("f(u, v) + g(w)", 40, marks=pytest.mark.slow)])
def test_a_required_input_without_an_effect_keeps_the_law(template: str, steps: int) -> None:
    problem = _problem(template, LAW + NOISE)
    state, _ = advance(start(problem), problem, Budget(steps=steps))
    assert all(2 in entry.network.variables for entry in state.front)
    assert state.best.loss < 0.002


@pytest.mark.slow
def test_no_required_input_is_lost_where_the_law_is_exact() -> None:
    problem = _problem("f(u, v) + g(w)", LAW)
    state, _ = advance(start(problem), problem, Budget(steps=60))
    assert 2 in state.best.network.variables
    assert state.best.loss < 1e-12


def test_a_letter_keeps_its_bounds_where_digits_are_left_out() -> None:
    problem = _problem("a*u*exp(-v/2) + f(w)", LAW + NOISE, constants=constants_of(["a[2:2.34567]"], ("u", "v", "w")))
    state, _ = advance(start(problem), problem, Budget(steps=16))
    assert state.best.parts is not None
    assert 2 in state.best.network.variables
    assert 2.0 <= state.best.parts.letters[0] <= 2.34567


@pytest.mark.slow
def test_a_required_input_without_an_effect_keeps_the_law_of_groups() -> None:
    labels = np.repeat(["A", "B", "C", "D"], 20)
    own = np.repeat([0.4, 0.7, 1.1, 1.3], 20)
    table = np.column_stack([X, np.repeat(np.arange(4.0), 20)])
    problem = Problem.from_arrays(
        table, own * LAW + NOISE, names=("u", "v", "w", "group"), template="a*f(u, v, w)", activations=SMALL,
        constraints=Constraints(required=(2,)), groups=Groups(3, tuple(np.unique(labels).tolist())))
    state, _ = advance(start(problem), problem, Budget(steps=40))
    assert 2 in state.best.network.variables
    assert state.best.loss < 0.002
