"""Known laws are found within few steps, with constants and without."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import problem_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, start

#: family -> (law, inputs, steps that are enough): counted in steps, so that a slow machine does not fail it.
LAWS: dict[str, tuple[Callable[..., Array], int, int]] = {
    "polynomial": (lambda a: a**3 + a**2 + a, 1, 4),
    "product": (lambda a, b: a * b, 2, 4),
    "power law": (lambda a, b: 2 * a**2 / b, 2, 5),
    "kepler": (lambda a: 1.5 * a**1.5, 1, 5),
    "exponential": (lambda a, b: np.exp(-a * b), 2, 6),
    "decay": (lambda a, b: 3.2 * b * np.exp(-0.7 * a), 2, 6),
    "root": (lambda a, b: np.sqrt(a**2 + b**2), 2, 6),
    "rational": (lambda a, b: a / (1 + b), 2, 8),
    "logarithm": (lambda a, b: np.log(a) + 2 * b, 2, 8),
    "wave": (lambda a, b: np.sin(a) + b, 2, 10),
    "growth above a floor": (lambda a: 3.2 * np.exp(0.7 * a) + 1.1, 1, 12),
    "wave with a phase": (lambda a: 2.3 * np.sin(1.7 * a + 0.4) + 0.5, 1, 12),
    "saturation": (lambda a: np.tanh(a), 1, 6),
    "angle": (lambda a: np.arcsin(a / 4), 1, 10),
}


#: Laws of one inner constant and an offset, which textbooks are full of.
LAWS |= {
    "growth above a floor": (lambda a: 3.2 * np.exp(0.7 * a) + 1.1, 1, 12),
    "cooling to a room": (lambda a: 3.2 * np.exp(-0.7 * a) + 1.1, 1, 12),
    "wave with a phase": (lambda a: 2.3 * np.sin(1.7 * a + 0.4) + 0.5, 1, 12),
    "peak above a floor": (lambda a: 2 * np.exp(-((a - 1.8) ** 2) / 0.1) + 0.5, 1, 12),
    "line of a spectrum": (lambda a: 0.3 + 1.2 / (1 + (a - 2.2) ** 2 / 0.05), 1, 12),
    "logistic growth": (lambda a: 7 / (1 + np.exp(-1.3 * (a - 2))), 1, 12),
}


@pytest.mark.parametrize("family", LAWS)
def test_a_known_law_is_found_within_few_steps(family: str) -> None:
    law, d, steps = LAWS[family]
    problem = problem_of(law, d)
    state, _ = advance(start(problem), problem, Budget(steps=steps))
    fresh = np.random.default_rng(99).uniform(1.0, 3.0, (300, d))
    error = np.abs(state.best.network.evaluate(fresh) - law(*fresh.T)).max() / np.std(law(*fresh.T))

    assert error < 1e-7
    assert state.best.complexity <= 12
    assert state.best.n_parameters <= 4


@pytest.mark.slow
@pytest.mark.parametrize("law", ["a*b", "sin(a)/b", "exp(-a) + b", "a**2 + 2*b", "sqrt(a + b)"])
def test_activations_only_finds_laws_without_constants(law: str) -> None:
    laws: dict[str, Callable[[Array, Array], Array]] = {
        "a*b": lambda a, b: a * b, "sin(a)/b": lambda a, b: np.sin(a) / b, "exp(-a) + b": lambda a, b: np.exp(-a) + b,
        "a**2 + 2*b": lambda a, b: a**2 + 2 * b, "sqrt(a + b)": lambda a, b: np.sqrt(a + b)}
    problem = problem_of(laws[law], 2, parameters=False)
    state, _ = advance(start(problem), problem, Budget(steps=10))

    assert state.best.n_parameters == 0
    assert state.best.loss < 1e-20


def test_kepler_s_law_is_picked_on_few_rows_that_span_many_orders_of_magnitude() -> None:
    rng = np.random.default_rng(3)
    X = np.column_stack([10 ** rng.uniform(1, 4.5, 30), 10 ** rng.uniform(-0.2, 3.3, 30)])
    y = 0.008896 * np.sqrt(X[:, 0] ** 3 / X[:, 1]) * (1 + 1e-3 * rng.normal(size=30))
    problem = Problem.from_arrays(X, y)
    state, _ = advance(start(problem), problem, Budget(steps=4))
    assert state.best.n_parameters == 1
    assert state.best.explained_holdout is not None
    assert state.best.explained_holdout > 0.9999
