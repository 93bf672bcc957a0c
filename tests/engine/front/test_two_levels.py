"""Inputs of two values: functions of them are constants in disguise, and plain power laws take them as factors."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.front.plain_models import PlainKind, plain_models
from xnet.engine.front.selection import pick
from xnet.engine.front.support import support_of
from xnet.engine.front.two_levels import hidden_constants
from xnet.engine.search.plain_entries import plain_entries

NAMES = ("years", "age", "smoker")
RNG = np.random.default_rng(3)
X = np.column_stack([RNG.uniform(100, 3000, 90), RNG.uniform(30, 80, 90), np.arange(90) % 2])


@pytest.mark.parametrize(("text", "hidden"), [
    ("years*age**4/cos(smoker)", 1), ("years*cosh(smoker)**2*exp(smoker)", 1), ("years*log(3*age*cos(smoker) + 2)", 1),
    ("years*exp(0.6*smoker)", 0), ("years*cosh(smoker)**1.07", 0), ("years*(smoker + 1.2)", 0),
    ("years*(age + smoker)**4", 0), ("2*years - 3*cos(smoker)", 0), ("cos(age)*years", 0)])
def test_a_function_without_a_number_of_its_own_hides_a_constant(text: str, hidden: int) -> None:
    assert hidden_constants(to_expression(read_formula(text, NAMES)), [2]) == hidden


def test_a_hidden_constant_has_the_price_of_a_fitted_one() -> None:
    y = X[:, 0] * X[:, 1] * (1 + 0.8 * X[:, 2]) * 1e-4
    problem = Problem.from_arrays(X, y, holdout_fraction=0.0)
    hidden, beside = (support_of(read_formula(f"0.0001*years*age/cos({name})", NAMES), problem).price
                      for name in ("smoker", "age"))
    assert hidden - beside == pytest.approx(0.5 * np.log(90))


@pytest.mark.parametrize("loss", ["poisson", "log"])
def test_a_power_law_has_a_factor_for_each_input_of_two_values(loss: str) -> None:
    mean = 4e-9 * X[:, 0] * X[:, 1] ** 4 * np.exp(0.6 * X[:, 2])
    y = RNG.poisson(mean) if loss == "poisson" else mean * np.exp(0.05 * RNG.normal(size=90))
    problem = Problem.from_arrays(X, y.astype(float), names=NAMES, loss=loss, holdout_fraction=0.0)
    laws = [to_text(network, NAMES) for kind, network in plain_models(problem.train, problem.activations)
            if kind is PlainKind.POWER_LAW]
    assert any("exp(" in law and "years**" in law and "age**" in law for law in laws)


@pytest.mark.parametrize("loss", ["poisson", "log"])
def test_products_of_powers_and_exponentials_are_plain_models(loss: str) -> None:
    mean = 0.002 * X[:, 0] * np.exp(0.05 * X[:, 1] + 0.6 * X[:, 2])
    y = RNG.poisson(mean) * 1.0 if loss == "poisson" else mean * np.exp(0.05 * RNG.normal(size=90))
    problem = Problem.from_arrays(X, y, names=NAMES, loss=loss, holdout_fraction=0.0)
    laws = [to_text(network, NAMES) for kind, network in plain_models(problem.train, problem.activations)
            if kind is PlainKind.POWER_EXPONENTIAL]
    assert any("*smoker" in law and "*age" in law and "years**" in law for law in laws)
    assert all("exp(" in law and "**" in law for law in laws)


def test_arrhenius_s_law_is_a_plain_model() -> None:
    T, c = np.repeat(np.linspace(290.0, 350.0, 7), 4), np.tile([0.1, 0.2, 0.5, 1.0], 7)
    y = 2.2e7 * c**1.5 * np.exp(-6255.0 / T) * np.exp(0.01 * np.random.default_rng(4).normal(size=28))
    problem = Problem.from_arrays(np.column_stack([T, c]), y, names=["T", "c"], holdout_fraction=0.0)
    found = pick(plain_entries(problem))

    assert found.plain is PlainKind.POWER_EXPONENTIAL
    np.testing.assert_allclose(found.network.evaluate(problem.train.columns.T), y, rtol=0.06)
    assert "/T" in to_text(found.network, ["T", "c"])
