"""Similarity forms: a product of powers times a function of one product of powers, found from the rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.similarity_forms import similarity_forms

RNG = np.random.default_rng(0)
X = RNG.uniform(1.0, 5.0, (160, 5))
#: Laws of five positive inputs a to e, with the exponents of z up to a factor.
LAWS = {
    "two monomials": (lambda a, b, c, d, e: (a**2 * b + c * d**3) / e, (2, 1, -1, -3, 0)),
    "a root of a difference": (lambda a, b, c, d, e: e / np.sqrt(d) * np.sqrt(9 * a * b + c**2), (1, 1, -2, 0, 0)),
    "Planck": (lambda a, b, c, d, e: c * e / (d * np.log(1 + 0.1 * c * e**3 / (a * b**2))), (1, 2, -1, 0, -3)),
    "a saturation": (lambda a, b, c, d, e: a * np.tanh(b * c / (a * d)) * e, (1, -1, -1, 1, 0)),
    "a sign that changes": (lambda a, b, c, d, e: e * (a * b - c * d), (1, 1, -1, -1, 0)),
}


def _exponents(rows: Rows, values: Array) -> Array:
    """The exponents of a product of powers of the inputs."""
    return np.linalg.lstsq(np.log(np.abs(rows.columns.T)), np.log(values), rcond=None)[0]


@pytest.mark.parametrize("name", LAWS)
def test_the_rows_show_the_exponents_and_one_function_is_left(name: str) -> None:
    law, inner = LAWS[name]
    rows = rows_of(X, law(*X.T))
    forms = similarity_forms(rows)

    assert forms
    for form in forms:
        ratio = _exponents(rows, form.arguments[0][1]) @ inner / np.dot(inner, inner)
        np.testing.assert_allclose(_exponents(rows, form.arguments[0][1]), ratio * np.array(inner), atol=1e-9)
        other = np.array([2.0, 3.0, 1.5, 2.5, 4.0])  # another point with the same z has the same y / factor
        moved = other.copy()
        i, j = np.flatnonzero(inner)[:2]
        moved[i] *= 1.1
        moved[j] *= 1.1 ** (-inner[i] / inner[j])
        front = _exponents(rows, form.factor[1])
        values = [law(*p) / np.exp(front @ np.log(p)) for p in (other, moved)]
        assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_inputs_of_both_signs_power_laws_and_few_rows_have_no_form() -> None:
    law, _ = LAWS["two monomials"]
    y = law(*X.T)
    assert not similarity_forms(rows_of(X - 3.0, y))
    assert not similarity_forms(rows_of(X, X[:, 0] ** 2 / X[:, 3]))
    assert not similarity_forms(rows_of(X[:20], y[:20]))
    assert not similarity_forms(rows_of(X[:, :1], X[:, 0] + 1.0))
    assert not similarity_forms(rows_of(X + 1e13, y))


def test_noise_has_no_form_and_a_noisy_law_one() -> None:
    law, _ = LAWS["a root of a difference"]
    y = law(*X.T)
    assert not similarity_forms(rows_of(X, RNG.uniform(1.0, 2.0, 160)))
    assert len(similarity_forms(rows_of(X, y * np.exp(RNG.normal(0.0, 0.05, 160))))) <= 1


def test_negative_inputs_count_by_their_size() -> None:
    law, _ = LAWS["two monomials"]
    forms = similarity_forms(rows_of(X * [1, -1, 1, 1, 1], law(*X.T)))
    assert forms
    assert np.isfinite(forms[0].arguments[0][1]).all()


@pytest.mark.parametrize("name", LAWS)
def test_a_search_finds_the_law_within_its_first_steps(name: str) -> None:
    law, _ = LAWS[name]
    problem = Problem.from_arrays(X, law(*X.T), seed=0, activations=resolve_activations("default"))
    state, _ = advance(start(problem), problem, Budget(steps=5))
    other = RNG.uniform(1.0, 5.0, (100, 5))
    np.testing.assert_allclose(state.best.network.evaluate(other), law(*other.T), rtol=1e-5)


def test_what_is_left_without_a_linear_term_may_be_a_sum_of_curves() -> None:
    pairs = np.random.default_rng(0).uniform(1.0, 5.0, (100, 2))

    def law(a: Array, b: Array) -> Array:
        return np.asarray(2.0 * a**2 + 0.3 * b + 1.7 * np.exp(-0.37 * a))

    problem = Problem.from_arrays(pairs, law(*pairs.T), seed=1)
    state, _ = advance(start(problem), problem, Budget(steps=5))
    np.testing.assert_allclose(state.best.network.evaluate(pairs), law(*pairs.T), rtol=1e-9)


@pytest.mark.slow  # it takes 26 steps, with the large library
def test_a_sum_times_a_function_of_one_product_of_powers_is_found_by_dividing_the_sum_out() -> None:
    X = np.random.default_rng(1).uniform((1, 3, 1, 1), (5, 10, 2, 5), (200, 4))

    def law(x: Array, c: Array, u: Array, t: Array) -> Array:
        return (t - u * x / c**2) / np.sqrt(1 - (u / c) ** 2)

    problem = Problem.from_arrays(X, law(*X.T), seed=1)
    state, _ = advance(start(problem), problem, Budget(steps=28))
    np.testing.assert_allclose(state.best.network.evaluate(X), law(*X.T), rtol=1e-9, atol=1e-9)
