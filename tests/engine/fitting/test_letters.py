"""Letters of a given formula, fitted within their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares

from xnet.engine.fitting.letters import fit_letters
from xnet.engine.fitting.loss_names import make_loss
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network

RNG = np.random.default_rng(3)
T = RNG.uniform(0.2, 4.0, 60)
Y = 3.0 * np.exp(-0.8 * T) + 0.5 + RNG.normal(0, 0.02, 60)
ROWS = Rows(T[None, :], Y, float(Y.var()))


def decay(letters: list[Letter], held: tuple[float, ...] = ()) -> Network:
    """a*exp(-b*t) + c with its letters fitted; the last letters are held."""
    symbolic = read_formula("a*exp(-b*t) + c", ["t", "a", "b", "c"])
    found = fit_letters(symbolic, letters, held, [ROWS, ROWS], 0)
    assert found is not None
    return found


def scipy_fit(low: list[float], high: list[float]) -> np.ndarray:
    """The same fit by scipy's trust-region method with bounds."""
    fit = least_squares(lambda p: p[0] * np.exp(-p[1] * T) + p[2] - Y, np.clip([1.0, 1.0, 0.0], low, high),
                        bounds=(low, high), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return np.asarray(fit.x)


@pytest.mark.parametrize(("low", "high"), [
    ([0.0, 0.0, -5.0], [9.0, 9.0, 5.0]),  # no bound is active
    ([0.0, 0.0, -5.0], [9.0, 0.6, 5.0]),  # one is
    ([0.0, 1.0, 0.6], [9.0, 9.0, 5.0])])  # two are
def test_bounded_letters_are_those_of_scipy(low: list[float], high: list[float]) -> None:
    network = decay([Letter(a, b) for a, b in zip(low, high, strict=True)])

    np.testing.assert_allclose(network.constants, scipy_fit(low, high), rtol=2e-4)
    assert all(a <= c <= b for a, b, c in zip(low, high, network.constants, strict=True))


def test_held_letters_and_numbers_stay_to_the_last_digit() -> None:
    network = decay([Letter(), Letter()], held=(0.123456789,))
    numbers = fit_letters(read_formula("a*exp(-0.8*t) + 0.55", ["t", "a"]), [Letter()], (), [ROWS], 0)

    assert network.constants[2] == 0.123456789
    assert numbers is not None
    assert sorted(numbers.constants[1:]) == [-0.8, 0.55]


def test_a_whole_letter_is_the_better_of_the_two_numbers_beside_it() -> None:
    x = np.linspace(0.5, 3.0, 40)
    rows = Rows(x[None, :], 2.0 * x**3, float((2.0 * x**3).var()))
    symbolic = read_formula("k*x**n", ["x", "k", "n"])

    found = fit_letters(symbolic, [Letter(), Letter(1.0, 6.0, whole=True)], (), [rows], 0)
    assert found is not None
    assert found.constants == pytest.approx((2.0, 3.0), rel=1e-9)
    assert found.constants[1] == 3.0


def test_a_start_leads_to_its_own_minimum() -> None:
    x = np.linspace(0.0, 3.0, 50)
    rows = Rows(x[None, :], np.sin(7.0 * x), 0.5)
    symbolic = read_formula("sin(w*x)", ["x", "w"])

    found = fit_letters(symbolic, [Letter(6.0, 8.0, start=6.9)], (), [rows], 0)
    assert found is not None
    assert found.constants[0] == pytest.approx(7.0)


def test_a_formula_without_a_value_gives_none() -> None:
    symbolic = read_formula("log(0 - t) + a", ["t", "a"])

    assert fit_letters(symbolic, [Letter()], (), [ROWS], 0) is None


def spectrum(x: np.ndarray, peaks: str) -> np.ndarray:
    one = 900 * np.exp(-(x - 584.3)**2 / (2 * 0.8**2))
    if peaks == "two":
        return 40 + one + 400 * np.exp(-(x - 593.0)**2 / (2 * 1.1**2))
    return 40 + (one if peaks == "one" else 900 / (1 + ((x - 593.3) / 0.5)**2))


@pytest.mark.parametrize(("peaks", "formula", "names", "truth"), [
    ("one", "a + b*exp(-(x - c)**2/(2*d**2))", "abcd", (40, 900, 584.3, 0.8)),
    ("Lorentz", "a + b/(1 + ((x - c)/d)**2)", "abcd", (40, 900, 593.3, 0.5)),
    ("two", "a + b*exp(-(x - c)**2/(2*d**2)) + k*exp(-(x - g)**2/(2*h**2))", "abcdkgh",
     (40, 900, 584.3, 0.8, 400, 593.0, 1.1))])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_peaks_far_from_zero_are_found_without_start_values(peaks: str, formula: str, names: str,
                                                            truth: tuple[float, ...], loss: str) -> None:
    """Starts by magnitude alone ended beside the peaks: s = 0.001, not determined."""
    x = np.arange(580, 600, 0.25)
    y = np.random.default_rng(5).poisson(spectrum(x, peaks)).astype(float)
    rows = Rows(x[None, :], y, float(y.var()), loss_function=make_loss(loss, y))
    found = fit_letters(read_formula(formula, ["x", *names]), [Letter()] * len(names), (), [rows], 0)
    assert found is not None
    values = np.array(found.constants[:len(names)])
    if peaks == "two" and values[2] > 590:
        values = values[[0, 4, 5, 6, 1, 2, 3]]
    np.testing.assert_allclose(np.abs(values), truth, rtol=0.12)
