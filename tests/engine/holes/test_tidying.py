"""Parts of a form without constants that others can stand for, and with the digits that the rows distinguish."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import curve_fit

from xnet.engine import Problem, start
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.holes.form_fitting import FormFit, fit_form
from xnet.engine.holes.tidying import tidied, without_gauges
from xnet.engine.networks.parts import Parts

RNG = np.random.default_rng(3)
STAGE = RNG.uniform(0.5, 4.0, 45)
FLOW = 18.0 * (STAGE - 0.32) ** 1.67 * np.exp(0.05 * RNG.normal(size=45))


def _problem(template: str) -> Problem:
    return Problem.from_arrays(STAGE[:, None], FLOW, names=("h",), template=template, loss="log", holdout_fraction=0.0)


def test_a_constant_inside_an_unknown_part_is_given_to_the_letter_beside_it() -> None:
    problem = _problem("f(h - c)")
    assert problem.template is not None
    parts = Parts((read_formula("18*(u + 2.227)**1.67", ("u",)),), (2.547,))
    with np.errstate(all="ignore"):  # as in a step of the search
        fit = without_gauges(fit_form(problem.template, parts, problem.search, 40), problem)

    assert len(fit.parts.holes[0].constants) == 2
    assert fit.parts.letters[0] == pytest.approx(0.32, abs=0.03)
    assert fit.loss <= problem.search.loss(read_formula("18*(h - 0.32)**1.67", ("h",)))


def test_letters_outside_an_unknown_part_are_not_moved_by_each_of_its_constants(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """PySR#1037: a*cos(f(x)) + b with a polynomial for f took 1,600 fits, 40 s in one step."""
    counted: list[int] = []

    def fitted(*given: Any, **options: Any) -> FormFit:
        counted.append(1)
        return fit_form(*given, **options)

    monkeypatch.setattr("xnet.engine.holes.tidying.fit_form", fitted)
    x = np.random.default_rng(1).uniform(-4, 4, (60, 2))
    problem = Problem.from_arrays(x, 2.5 * np.cos(x[:, 0]) + x[:, 1] ** 2, template="a*cos(f(x0)) + g(x1)**2 + b")
    guess = start(problem).islands[0].parts
    assert guess is not None
    with np.errstate(all="ignore"):
        without_gauges(FormFit(guess, 1e-6), problem)
    assert len(counted) < 120


def test_an_unknown_part_that_is_a_constant_has_few_digits() -> None:
    problem = _problem("a*h**f(h)")
    assert problem.template is not None
    parts = Parts((read_formula("1.9", ("h",)),), (10.0,))
    fit = tidied(fit_form(problem.template, parts, problem.search, 40), problem)

    assert len(to_text(fit.parts.holes[0], ("h",))) <= 5


def test_a_factor_beside_a_rate_is_fitted_along_the_valley() -> None:
    """A*exp(-E/T) ended at a third of E, because a step of E leaves the valley of A; its best R² is 0.9994."""
    rng = np.random.default_rng(0)
    celsius = np.linspace(10, 80, 30)
    rate = 2e9 * np.exp(-62000 / (8.314 * (celsius + 273.15))) * np.exp(0.03 * rng.normal(size=30))
    for template in ("f(T)*exp(-E/(8.314*(T + 273.15)))", "A*exp(-E/(8.314*(T + 273.15)))*f(T)"):
        problem = Problem.from_arrays(celsius[:, None], rate, names=("T",), template=template)
        first = start(problem).best
        best = curve_fit(lambda t, c, b: np.exp(c - b / t), celsius + 273.15, rate, p0=(21.0, 7400.0))[0]
        assert first.parts is not None
        assert first.parts.letters[-1] == pytest.approx(8.314 * best[1], rel=0.02)
        assert first.loss < 6e-4
