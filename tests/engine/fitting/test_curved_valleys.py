"""Fits whose loss has a long curved valley, such as that of A*exp(-E/(R*T))."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from xnet.engine.fitting.letters import fit_letters
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.letter import Letter
from xnet.engine.problem.given_form import GivenForm
from xnet.engine.problem.named_constants import constants_of

GAS = 8.314
T = np.arange(300.0, 421.0, 8.0)
NOISE = np.random.default_rng(13).normal(size=len(T))
ARRHENIUS = read_formula("A*exp(-E/(R*T))", ("T", "A", "E", "R"))


def rate(T: np.ndarray, at_400: float, E: float) -> np.ndarray:
    return at_400 * np.exp(-E / GAS * (1.0 / T - 1.0 / 400.0))


@pytest.mark.parametrize("noise", [0.03, 0.2])
def test_the_letters_of_arrhenius_are_at_the_least_squares_optimum(noise: float) -> None:
    y = 2.5e12 * np.exp(-95000 / GAS / T) * (1.0 + noise * NOISE)
    rows = Rows(T[None], y, float(y.var()))
    fitted = fit_letters(ARRHENIUS, [Letter(), Letter()], [GAS], [rows], 0)
    assert fitted is not None
    (at_400, E), _ = curve_fit(rate, T, y, p0=(y[12], 9e4))
    assert fitted.constants[:2] == pytest.approx((at_400 * np.exp(E / GAS / 400.0), E), rel=1e-3)


def test_a_network_of_the_given_structure_is_recognised_in_its_letters() -> None:
    form = GivenForm.of("A*exp(-E/(R*T))", ("T",), constants_of(["R=8.314"], ("T",)))
    network = read_formula("2500000000000*exp(-11425/T)", ("T",))
    found = form.in_letters(network, Rows(T[None], np.ones_like(T), 1.0), 0)
    assert found is not None
    assert found[1]
    assert found[0].constants[1] == pytest.approx(11425 * GAS)
