"""Inputs that are a term or a factor of a formula, and constants in front of a product, are taken away at first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.moves.separable_inputs import power_factor, without_linear_terms, without_offset
from xnet.engine.search.state import SearchState

RNG = np.random.default_rng(1)
X = RNG.uniform(1.0, 3.0, (160, 5))
Law = Callable[..., Array]


def test_factors_of_one_input_each_leave_the_function_of_the_others() -> None:
    y = 4.0 * X[:, 1] ** -2 * np.sqrt(X[:, 4]) * ((X[:, 0] - X[:, 2]) ** 2 + X[:, 3])
    form = power_factor(rows_of(X, y))

    assert form is not None
    np.testing.assert_allclose(form.factor[1], X[:, 1] ** -2.0 * np.sqrt(X[:, 4]))
    np.testing.assert_array_equal([expr.index for expr, _ in form.arguments], [0, 2, 3])


def test_an_input_of_both_signs_is_no_factor_but_an_argument() -> None:
    Z = X - [0.0, 0.0, 2.0, 0.0, 0.0]
    form = power_factor(rows_of(Z, Z[:, 0] * Z[:, 1] * (3.0 + Z[:, 2] + np.exp(Z[:, 3]) * Z[:, 4])))

    assert form is not None
    assert {expr.index for expr, _ in form.arguments} == {2, 3, 4}


def test_linear_terms_leave_rows_of_the_other_inputs() -> None:
    rest = np.arccos(np.clip((X[:, 0] - X[:, 1]) / (2.0 * X[:, 4]), -1.0, 1.0))
    rows = rows_of(X, X[:, 2] - 0.7 * X[:, 3] + rest)
    found = without_linear_terms(rows)

    assert found is not None
    np.testing.assert_allclose(evaluate(found[0], rows.columns, {}), X[:, 2] - 0.7 * X[:, 3], rtol=1e-3)
    assert [expr.index for expr, _ in found[1].inputs()] == [0, 1, 4]
    np.testing.assert_allclose(found[1].y, rest, atol=5e-3)


@pytest.mark.parametrize(("law", "offset"), [
    (lambda a, b, c, d: 273.15 - a * np.exp(-0.3 * b * c) / d, 273.15),
    (lambda a, b, c, d: 7.0 + a * np.log(b + c * d), 7.0),
    (lambda a, b, c, d: 5.0 - np.sqrt(a**2 + b * c), 5.0),
    (lambda a, b, c, d: 12.34 + a * np.exp(-b) * c, 12.34),
])
def test_a_constant_in_front_of_a_product_or_of_a_root_is_found(law: Law, offset: float) -> None:
    y = law(*X[:, :4].T)
    found = without_offset(rows_of(X[:, :4], y))

    assert found is not None
    assert found[0] == pytest.approx(offset, rel=1e-6)
    np.testing.assert_allclose(found[1].y, y - offset, atol=1e-4)


def test_nothing_is_taken_away_where_nothing_is_separate() -> None:
    pure, both = X[:, 0] * np.exp(-X[:, 1] / X[:, 2]), np.sin(X[:, 0] * X[:, 1]) + X[:, 2] ** X[:, 3]
    assert without_offset(rows_of(X, pure)) is None
    assert without_linear_terms(rows_of(X[:, :4], both)) is None
    assert power_factor(rows_of(X[:, :4], both)) is None
    polynomial = 3.0 + X[:, 0] * X[:, 1] + X[:, 2] ** 2 * X[:, 3]
    assert without_offset(rows_of(X, polynomial)) is None  # polynomials are fitted before


@pytest.mark.parametrize("seed", range(3))
def test_noise_and_noisy_laws_stay_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = rows_of(X, rng.normal(size=160))
    noisy = rows_of(X, 7.0 + X[:, 4] * np.log(X[:, 1] + X[:, 2]) + rng.normal(0.0, 0.3, 160))
    for rows in noise, noisy:
        assert without_offset(rows) is None
    assert without_linear_terms(noise) is None
    assert power_factor(noise) is None


@pytest.mark.parametrize("columns", [X[:20], X + 1e13, np.ones_like(X), X[:, :1]],
                         ids=["few", "far", "constant", "one"])
def test_few_rows_and_inputs_that_do_not_vary_are_left_alone(columns: Array) -> None:
    rows = rows_of(columns, np.log(np.arange(1.0, 1.0 + len(columns))))
    assert (without_offset(rows), without_linear_terms(rows), power_factor(rows)) == (None, None, None)


@pytest.mark.slow
@pytest.mark.parametrize("law", [
    lambda a, b, c, d: 273.15 - a * np.exp(-0.3 * b * c) / d,
    lambda a, b, c, d: 3.0 - a / (np.exp(b * c / d) - 1.0),
    lambda a, b, c, d: d - a * np.sqrt(5.0 + b * c),
    lambda a, b, c, d: -np.sqrt(a**2 + b * c + d),
])
def test_the_opening_finds_laws_with_an_offset_a_term_or_a_negative_root(law: Law) -> None:
    problem = Problem.from_arrays(X[:, :4], law(*X[:, :4].T), activations=resolve_activations("default"))
    state: SearchState
    state, _ = advance(start(problem), problem, Budget(steps=9))
    fresh = np.random.default_rng(2).uniform(1.0, 3.0, (200, 4))
    np.testing.assert_allclose(state.best.network.evaluate(fresh), law(*fresh.T), rtol=1e-5)
