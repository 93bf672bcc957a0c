"""Squares of waves beside a constant as waves of twice the angle."""

import numpy as np
import pytest

from xnet.engine.algebra.rewriting import rewritings
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.activations import ACTIVATIONS

X = np.random.default_rng(0).uniform(-3, 3, (40, 2))


@pytest.mark.parametrize(("text", "shortest"), [
    ("23 - 70*sin(0.1325*x + 3.2)**2", "35*cos(0.265*x + 6.4) - 12"), ("5 + 2*cos(3*x)**2", "cos(6*x) + 6"),
    ("log(4.5 + 3*sin(0.7*x)**2)", "log(6 - 1.5*cos(1.4*x))"), ("7*sin(x)**2", "7*sin(x)**2")])
def test_a_square_of_a_wave_beside_a_constant_is_written_with_twice_the_angle(text: str, shortest: str) -> None:
    network = read_formula(text, ("x", "z"))
    found = min(rewritings(network, tuple(ACTIVATIONS)), key=lambda n: (n.complexity, n.n_parameters))
    assert to_text(found, ("x", "z")) == shortest
    np.testing.assert_allclose(found.evaluate(X), network.evaluate(X), rtol=1e-12, atol=1e-12)
