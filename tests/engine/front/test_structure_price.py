"""The price of exponents, scales and functions: short ones cost little, large, nested and rare ones more."""

from __future__ import annotations

from math import log

import pytest

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.structure_price import expression_price, structure_price


def price(text: str) -> float:
    return expression_price(to_expression(read_formula(text, ["x", "m"])), 2)


def test_a_large_whole_exponent_costs_more_than_the_exponential_that_it_approximates() -> None:
    assert price("6e-54*m*(91.2 - x)**27") > price("0.5*m*exp(-0.3*x)")
    assert price("m*x**2") == price("m*x**3")
    prices = [price(f"m*x**{k}") for k in (3, 4, 5, 8, 27)]
    assert prices == sorted(prices)
    assert prices[-1] - prices[0] == pytest.approx(2 * 2.1972245773362196)  # 2 ln(27 / 3)


def test_an_exponent_between_whole_numbers_is_paid_for_as_a_constant() -> None:
    assert price("m*x**2.7") < price("m*x**2")


def test_a_large_fitted_exponent_costs_more_than_the_law_of_arrhenius_that_it_approximates() -> None:
    assert price("5.6e-50*m**1.5*x**19.2") > price("m**1.5*x**2.5") + 2 * 1.85  # ln(19.2 / 3)
    assert price("m*x**2.7") == price("m*x**-0.3")


def test_a_scale_inside_a_formula_costs_a_bit_and_a_shift_as_much_as_a_sum() -> None:
    bit = 0.6931471805599453
    assert price("0.5*m*sin(-3*x**2.5)") == pytest.approx(price("0.5*m*sin(x**2.5)") + bit)
    assert price("0.5*m*sin(2 - 3*x**2.5)") > price("0.5*m*sin(-3*x**2.5)") + 3 * bit


def test_functions_inside_functions_and_rare_ones_cost_more() -> None:
    def whole(text: str) -> float:
        return structure_price(read_formula(text, ["x", "m"]), 2, 20)

    assert whole("exp(m*sin(x))") == pytest.approx(
        min(5 * log(22), price("exp(m*sin(x))")) + 1.5)  # five neurons; one function around the wave
    assert whole("m*tanh(x)") == pytest.approx(whole("m*sin(x)") + 0.75)
    assert whole("exp(1.476*cos(arccosh(x)) - 0.031*m)") > whole("(x - 21.3)*exp(-0.031*m) + 21.3") + 3.0
