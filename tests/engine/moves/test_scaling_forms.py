"""Scaling forms: directions along which a formula is a power law, found from the rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine.moves.scaling_forms import scaling_forms

RNG = np.random.default_rng(0)
X = RNG.uniform(1.0, 5.0, (240, 4))
#: Laws of four positive inputs, with all directions along which they scale.
LAWS = {
    "pressure in a thick cylinder": (
        lambda p, a, b, r: p * a**2 / (49 * b**2 - a**2) * (1 + 49 * b**2 / r**2), [(1, 0, 0, 0), (0, 1, 1, 1)]),
    "impedance": (lambda R, w, L, C: np.sqrt(R**2 + (w * L - 1 / (w * C)) ** 2), [(1, 0, 1, -1), (0, 1, -1, -1)]),
    "a weighted mean": (lambda a, b, x, y: (a * x + b * y) / (a + b), [(1, 1, 0, 0), (0, 0, 1, 1)]),
    "a sign that changes": (lambda a, b, c, d: (a - b) / np.sqrt(c**2 + d**2), [(1, 1, 0, 0), (0, 0, 1, 1)]),
}


def _exponents(columns: Array, values: Array) -> Array:
    return np.linalg.lstsq(np.log(columns), np.log(values), rcond=None)[0]


@pytest.mark.parametrize("name", LAWS)
def test_the_arguments_do_not_change_along_the_directions_of_the_law(name: str) -> None:
    law, directions = LAWS[name]
    found = scaling_forms(rows_of(X, law(*X.T)))

    assert found.are_clear
    assert found.forms
    for form in found.forms:
        B = np.array([_exponents(X, values) for _, values in form.arguments])
        assert np.linalg.matrix_rank(B, tol=1e-6) == len(B) == X.shape[1] - len(directions)
        np.testing.assert_allclose(B @ np.array(directions).T, 0.0, atol=1e-9)


def test_the_factor_has_the_power_of_the_law_along_each_direction() -> None:
    law, directions = LAWS["impedance"]
    for form in scaling_forms(rows_of(X, law(*X.T))).forms:
        slopes = np.array(directions) @ _exponents(X, form.factor[1])
        np.testing.assert_allclose(slopes, [1.0, 0.0], atol=1e-9)


def test_inputs_of_both_signs_stay_arguments() -> None:
    angle = RNG.uniform(-1.0, 1.0, 240)
    a, b = X[:, 0], X[:, 1]
    form = scaling_forms(rows_of(np.column_stack([a, angle, b]), np.sqrt(a**2 + b**2 - a * b * np.sin(angle)))).forms[0]

    assert np.array_equal(form.arguments[0][1], angle)
    assert len(form.arguments) == 2


def test_noise_few_rows_and_laws_without_a_scale_have_no_form() -> None:
    law, _ = LAWS["impedance"]
    y = law(*X.T)
    assert not scaling_forms(rows_of(X, RNG.normal(size=240))).forms
    assert not scaling_forms(rows_of(X, y + 0.3 * y.std() * RNG.normal(size=240))).forms
    assert not scaling_forms(rows_of(X[:30], y[:30])).forms
    assert not scaling_forms(rows_of(X - 3.0, y)).forms
    assert not scaling_forms(rows_of(X, np.exp(-X[:, 0]) + np.sin(X[:, 1]) + X[:, 2] / (1 + X[:, 3]))).are_clear


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_the_laws_are_found(name: str) -> None:
    law, _ = LAWS[name]
    model = XNetRegressor(budget_steps=6, budget_seconds=None, random_state=0).fit(X, law(*X.T))
    new = RNG.uniform(1.0, 5.0, (50, 4))

    np.testing.assert_allclose(model.predict(new), law(*new.T), rtol=1e-6)
