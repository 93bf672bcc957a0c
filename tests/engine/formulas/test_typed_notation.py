"""Formulas as people type or copy them: with a left side, without signs of products, from NumPy and SymPy."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.errors import FormulaError

NAMES = ["x", "z", "x0", "a-b"]


@pytest.mark.parametrize(("typed", "read"), [
    ("y = 2*x**2 + z", "z + 2*x**2"), ("f(x) = x + 1", "x + 1"), ("2x^2 + z", "z + 2*x**2"), ("2(x + 1)", "2*x + 2"),
    ("(x + 1)(z + 2)", "(x + 1)*(z + 2)"), ("2·x² − √z", "2*x**2 - sqrt(z)"), ("x⁻²", "1/x**2"), ("2π", "2*pi"),
    ("2π√(x/z)", "2*pi*sqrt(x/z)"), ("x √z + (x)√(2)", "sqrt(2)*x + x*sqrt(z)"), ("π(x + 1)", "pi*x + pi"),
    ("np.exp(x)", "exp(x)"), ("math.log(x) + np.pi", "log(x) + pi"), ("2|x - 2|", "2*abs(x - 2)"), ("2x0", "2*x0"),
    ("3.5e-2x", "0.035*x"), ("1e5x", "100000*x"), ("Abs(x)", "abs(x)"), ("EXP(x)", "exp(x)"),
    ("Max(x, 2)", "max(x, 2)"),
    ("log(x, 10)", "log10(x)"), ("power(x, 2)", "x**2"), ("log1p(x)", "log(x + 1)"), ("inv(x)", "1/x"),
    ("2*`a-b`", "2*`a-b`"), ("1e5", "100000"), ("x*1e-3", "0.001*x"),
    (sympy.sin(sympy.Symbol("x")) + sympy.Abs(sympy.Symbol("z")), "abs(z) + sin(x)")])
def test_formulas_are_read_as_they_are_typed(typed: Any, read: str) -> None:
    assert to_text(read_formula(typed, NAMES), NAMES) == read


@pytest.mark.parametrize(("typed", "why"), [
    ("x = 2*z", "cannot be read"), ("x = 2 = 3", "cannot be read"), ("sin²(x)", "names 'sin', which is no column"),
    ("1,5*x", "a comma outside a function; write decimals with a point"), (["x"], "and not a list"),
    (3.5, "and not a float"), ("x z", "cannot be read")])
def test_what_may_mean_something_else_is_refused(typed: Any, why: str) -> None:
    with pytest.raises(FormulaError, match=why):
        read_formula(typed, NAMES)
