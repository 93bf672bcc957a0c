"""Templates around a difference of two inputs, and the laws that they find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import problem_of
from xnet.arrays import Array
from xnet.engine import Budget, advance, resolve_activations, start
from xnet.engine.candidates.library import CandidateLibrary, build_library

DEFAULT = resolve_activations("default")
DATA = np.random.default_rng(5).uniform(1.0, 3.0, (5, 112))

SHAPES: dict[str, Callable[..., Array]] = {
    "occupation": lambda a, b, c, d, e: 1 / (np.exp((b - c) / d) + 1),
    "diode": lambda a, b, c, d, e: np.exp((a - e) / b) - 1,
    "step": lambda a, b, c, d, e: np.tanh((d - e) * a),
    "resonance": lambda a, b, c, d, e: (a**2 - b**2) ** 2 + (a * c) ** 2,
    "line": lambda a, b, c, d, e: (a - b) ** 2 + c**2,
    "wave with a phase": lambda a, b, c, d, e: np.cos(b / c - a),
    "tangent": lambda a, b, c, d, e: np.sin(a / b) / np.cos(a / b),
}


@pytest.fixture(scope="module")
def library() -> CandidateLibrary:
    return build_library(DATA, DEFAULT, 40_000)


@pytest.mark.parametrize("name", SHAPES)
def test_the_template_is_in_the_library(name: str, library: CandidateLibrary) -> None:
    y = SHAPES[name](*DATA)
    z = (y - y.mean()) / y.std() / len(y)

    assert np.abs(library.standardised.astype(np.float64) @ z).max() > 1 - 1e-6


@pytest.mark.parametrize("activations", [("add", "mul"), ("sub", "exp"), ("add", "sub", "mul", "square"),
                                         ("add", "sub", "mul", "exp")])
def test_small_libraries_of_activations_build_too(activations: tuple[str, ...]) -> None:
    small = build_library(DATA, activations, 8_000)

    assert len(small) > 0
    assert np.isfinite(small.standardised).all()


@pytest.mark.slow
@pytest.mark.parametrize(("law", "d"), [
    (lambda a, b, c, d: 4.2 / (d * (np.exp((a - b) / c) + 1)), 4),
    (lambda a, b, c: 0.636 / np.sqrt((a**2 - b**2) ** 2 + (c * a) ** 2), 3),
    (lambda a, b, c: a**2 * (1 - np.exp(-4.2 * b / c)), 3),
])
def test_laws_of_a_difference_and_of_a_resonance_are_found(law: Callable[..., Array], d: int) -> None:
    problem = problem_of(law, d)
    state, _ = advance(start(problem), problem, Budget(steps=12))
    fresh = np.random.default_rng(99).uniform(1.0, 3.0, (300, d))
    truth = law(*fresh.T)

    assert np.abs(state.best.network.evaluate(fresh) - truth).max() < 1e-7 * np.std(truth)
    assert state.best.complexity <= 16
