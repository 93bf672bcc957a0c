"""The price of exponents: short ones cost little, and large whole numbers cost what they take to write."""

from __future__ import annotations

import pytest

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.structure_price import expression_price


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
