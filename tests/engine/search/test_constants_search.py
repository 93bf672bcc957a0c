"""Searches with named constants: recognised within their error, fixed and bounded in what is given."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, given_formula, start
from xnet.engine.formulas.text import to_text
from xnet.engine.problem.named_constants import constants_of
from xnet.engine.search.state import SearchState

NAMES = ("h", "v")


def energy(seed: int, noise: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """y = 9.81 h + v^2 / 2 with noise in standard deviations of y."""
    rng = np.random.default_rng(seed)
    X = np.stack([rng.uniform(0.5, 10, 200), rng.uniform(0, 12, 200)], axis=1)
    y = 9.81 * X[:, 0] + 0.5 * X[:, 1] ** 2
    return X, y + rng.normal(0, noise * y.std(), 200)


def searched(problem: Problem, steps: int) -> SearchState:
    return advance(start(problem), problem, Budget(steps=steps))[0]


def test_a_known_constant_is_recognised_within_its_error() -> None:
    X, y = energy(0)
    named = constants_of({"g": 9.81, "G": 6.674e-11}, NAMES)
    problem = Problem.from_arrays(X, y, names=NAMES, constants=named, seed=0)

    best = searched(problem, 1).best.network
    assert to_text(best, NAMES) == "g*h + 0.5*v**2"
    assert best.to_json()["known"] == {"g": 9.81}
    assert 9.81 in best.constants


def test_a_known_constant_outside_the_error_is_not_read_into_the_formula() -> None:
    X, y = energy(0)
    problem = Problem.from_arrays(X, y, names=NAMES, constants=constants_of({"q": 9.2}, NAMES), seed=0)

    assert not any(entry.network.known for entry in searched(problem, 1).front if entry.loss < 0.01)


@pytest.mark.slow
def test_a_given_formula_keeps_fixed_constants_and_bounds() -> None:
    X, y = energy(1)
    problem = Problem.from_arrays(X, y, names=NAMES, initial_formula="g*h + k*v**n",
                                  constants=constants_of(["g=9.81", "k[0:0.4]", "n[1:6] whole"], NAMES))
    given = given_formula(problem)

    assert given is not None
    assert given.constants["g"] == 9.81
    assert given.constants["n"] in (2.0, 3.0)
    assert 0.0 <= given.constants["k"] <= 0.4
    texts = [to_text(entry.network, NAMES) for entry in searched(problem, 3).front]
    assert any(text.startswith("g*h + 0.0") and text.endswith("*v**3") for text in texts)
    assert not any(text.endswith("*h + 0.5*v**2") for text in texts)  # k = 0.5 is outside


@pytest.mark.slow
def test_a_bound_that_is_not_active_lets_the_constants_become_simple() -> None:
    X, y = energy(2)
    problem = Problem.from_arrays(X, y, names=NAMES, initial_formula="g*h + k*v**2",
                                  constants=constants_of(["g=9.81", "k[0:0.6]"], NAMES))

    assert "g*h + 0.5*v**2" in [to_text(e.network, NAMES) for e in searched(problem, 1).front]


@pytest.mark.slow
def test_no_constant_of_the_given_form_leaves_its_bounds_on_any_front() -> None:
    rng, of_the_form = np.random.default_rng(0), 0
    for trial in range(15):
        x = rng.uniform(0.2, 3.0, 60)
        a, b = rng.uniform(0.5, 3.0, 2)
        y = a * np.exp(-b * x) + rng.normal(0, 0.02, 60)
        low, high = np.sort(rng.uniform(0.3, 3.0, 2)).tolist()
        problem = Problem.from_arrays(x[:, None], y, names=("x",), initial_formula="a*exp(-b*x)", seed=trial,
                                      constants=constants_of([f"b[{low!r}:{high + 0.1!r}]"], ("x",)))
        for entry in searched(problem, 2).front:
            y_hat = entry.network.evaluate(x[:, None])
            if not np.all(y_hat > 0):
                continue
            line = np.polyfit(x, np.log(y_hat), 1)  # a*exp(-b*x) is a line in log y, whatever it is written as
            if np.allclose(np.polyval(line, x), np.log(y_hat), atol=1e-9) and abs(line[0]) > 1e-9:
                assert low - 1e-6 <= -line[0] <= high + 0.1 + 1e-6, to_text(entry.network, ("x",))
                of_the_form += 1
    assert of_the_form > 5
