"""Equations and derivatives in place of a formula: they are refused, because the left side would be lost in silence."""

from __future__ import annotations

import pytest

from xnet.engine.formulas.parser import read_formula
from xnet.errors import FormulaError


@pytest.mark.parametrize("text", ["log(y) = a*b", "y**2 = a*b", "f(a, b) = 0", "2*a*b + 1 = 0", "sqrt(y) = a"])
def test_an_equation_is_no_formula(text: str) -> None:
    with pytest.raises(FormulaError, match="it is an equation; give the side that equals the target alone"):
        read_formula(text, ["a", "b"])


@pytest.mark.parametrize("text", ["dy/dt = a*b", "y' = a*b", "f'(a)"])
def test_a_derivative_leads_to_laws_of_motion(text: str) -> None:
    with pytest.raises(FormulaError, match=r"it has a derivative.*XNetDynamics"):
        read_formula(text, ["a", "b"])


@pytest.mark.parametrize("text", ["y = 2*a*b", "f(a, b) = 2*a*b", "area(a) := 2*a*b"])
def test_the_name_of_the_target_may_stand_before_its_formula(text: str) -> None:
    assert read_formula(text, ["a", "b"]) == read_formula("2*a*b", ["a", "b"])
