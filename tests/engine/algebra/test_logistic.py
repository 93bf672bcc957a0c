"""Logistic curves and hyperbolic functions are written as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import resolve_activations
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.logistic import in_short_forms
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text

DEFAULT = resolve_activations("default")
NAMES = ("x", "z")
X = np.random.default_rng(0).uniform(-2, 2, (60, 2))


def written(text: str, library: tuple[str, ...] = DEFAULT, short: bool = False) -> str:
    """A formula after the canonical form, its values checked, constants to six digits."""
    network = read_formula(text, NAMES)
    expr = to_expression(network)
    found = to_network(in_short_forms(expr) if short else expr, 2, library)
    assert found is not None
    with np.errstate(all="ignore"):
        before, after = network.evaluate(X), found.evaluate(X)
    np.testing.assert_allclose(after[np.isfinite(before)], before[np.isfinite(before)], rtol=1e-10)
    return to_text(found.with_constants([float(f"{c:.6g}") for c in found.constants]), NAMES)


@pytest.mark.parametrize(("text", "expected"), [
    ("12*z/(1 + exp(-0.8*(x - 5)))", "12*z/(1 + exp(-0.8*(x - 5)))"),
    ("0.219787666665*z/(exp(-0.8*x) + 0.0183156388887)", "12*z/(1 + exp(-0.8*(x - 5)))"),
    ("1/(1 + exp(3*x - 6)) - z", "1/(1 + exp(3*(x - 2))) - z"),
    ("2/(1 + exp(x*z - 3))", "2/(1 + exp(x*z - 3))"),
    ("2/(1 + exp(1 - x))", "2/(1 + exp(1 - x))"),
    ("1/(exp(x/z) + 1)", "1/(exp(x/z) + 1)"),  # no shift to show
    ("1/(exp(x) - 1)", "1/(exp(x) - 1)"),  # no logistic curve
    ("1/(exp(x) + 3)", "1/(exp(x) + 3)"),  # L = 1/3 would be one more constant
    ("1 + 3*exp(0.5*x)", "3*exp(0.5*x) + 1"),  # no denominator
])
def test_a_logistic_curve_shows_its_level_rate_and_centre(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("3*exp(x/2) + 3*exp(-x/2)", "6*cosh(0.5*x)"),
    ("exp(x) - exp(-x) + z", "z + 2*sinh(x)"),
    ("2*exp(x) + 3*exp(-x)", "2*exp(x) + 3*exp(-x)"),
    ("6*tanh(0.4*x - 2) + 6", "12/(1 + exp(-0.8*(x - 5)))"),
    ("6 - 6*tanh(0.4*x - 2)", "12/(1 + exp(0.8*(x - 5)))"),
    ("z*(exp(x*z) + exp(-x*z))", "2*z*cosh(x*z)"),
])
def test_exponentials_and_steps_are_joined(text: str, expected: str) -> None:
    assert written(text, short=True) == expected


@pytest.mark.parametrize(("text", "expected", "without"), [
    ("z*sqrt(x**2)", "z*abs(x)", "z*sqrt(x**2)"), ("(x**2)**0.33", "abs(x)**0.66", "(x**2)**0.33"),
    ("x/sqrt(x**2)", "sign(x)", "x/sqrt(x**2)"), ("abs(x)/x", "sign(x)", "x/sqrt(x**2)"),
    ("sign(x)*abs(x)", "x", "x"), ("x*sign(x)", "abs(x)", "sqrt(x**2)"), ("abs(-2*x)", "2*abs(x)", "2*sqrt(x**2)"),
    ("sqrt((x - 1)**2)", "abs(x - 1)", "sqrt((x - 1)**2)"), ("sqrt(x**4)", "x**2", "x**2"),
    ("cbrt(-8*x)**3", "-8*x", "-8*x"), ("abs(x)**2", "x**2", "x**2"),
    ("abs(exp(x)*z)", "abs(z)*exp(x)", "sqrt(z**2)*exp(x)"),
])
def test_a_root_of_a_square_is_a_size(text: str, expected: str, without: str) -> None:
    assert written(text) == expected
    assert written(text, tuple(n for n in DEFAULT if n not in ("abs", "sign", "cbrt"))) == without
