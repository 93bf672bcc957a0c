"""A small evaluator of the LaTeX that formulas are printed in, so that the printed form can be checked by value.

Grammar: sums of products of powers; fractions, roots, brackets, bars, functions, numbers, single letters.
It reads LaTeX the way a person does: a product binds stronger than a sum, a sign in front of a product covers it all.
"""

from __future__ import annotations

import math
import re

_TOKEN = re.compile(r"\\operatorname{[a-z]+}|\\sqrt\[3\]|"
                    r"\\left\\lfloor|\\right\\rfloor|\\left\||\\right\||\\left\(|\\right\)|\\[a-zA-Z]+|\\,|\d+(?:\.\d+)?|[a-z]|[-+^{},]")
_CALLS = {r"\exp": math.exp, r"\log": math.log, r"\sin": math.sin, r"\cos": math.cos, r"\tan": math.tan,
          r"\tanh": math.tanh, r"\arcsin": math.asin, r"\arccos": math.acos, r"\arctan": math.atan,
          r"\cosh": math.cosh, r"\sinh": math.sinh, r"\operatorname{arcosh}": math.acosh,
          r"\operatorname{arsinh}": math.asinh, r"\operatorname{sgn}": lambda a: float((a > 0) - (a < 0)),
          r"\max": max, r"\min": min, r"\operatorname{mod}": lambda a, b: a - b * math.floor(a / b),
          r"\operatorname{step}": lambda a: float(a >= 0), r"\sigma": lambda a: 1 / (1 + math.exp(-a)),
          r"\operatorname{artanh}": math.atanh, r"\operatorname{erf}": math.erf,
          r"\operatorname{gauss}": lambda a: math.exp(-a * a)}


def latex_value(latex: str, columns: dict[str, float]) -> float:
    """The value of a formula at one row."""
    tokens = [t for t in _TOKEN.findall(latex) if t not in (r"\,", r"\cdot")]
    assert "".join(_TOKEN.findall(latex)) == latex.replace(" ", ""), f"unknown LaTeX in {latex}"
    value, at = _sum(tokens, 0, columns)
    assert at == len(tokens), f"LaTeX ends early: {latex}"
    return value


def _sum(tokens: list[str], at: int, columns: dict[str, float]) -> tuple[float, int]:
    total, at = _term(tokens, at, columns)
    while at < len(tokens) and tokens[at] in "+-":
        sign = 1 if tokens[at] == "+" else -1
        assert tokens[at + 1] not in "+-", "two signs beside each other"
        value, at = _term(tokens, at + 1, columns)
        total += sign * value
    return total, at


def _term(tokens: list[str], at: int, columns: dict[str, float]) -> tuple[float, int]:
    sign = 1
    if tokens[at] == "-":
        sign, at = -1, at + 1
    product, at = _power(tokens, at, columns)
    while at < len(tokens) and tokens[at] not in ("+", "-", "}", ",", r"\right)", r"\right|", r"\right\rfloor"):
        value, at = _power(tokens, at, columns)
        product *= value
    return sign * product, at


def _power(tokens: list[str], at: int, columns: dict[str, float]) -> tuple[float, int]:
    base, at = _atom(tokens, at, columns)
    if at < len(tokens) and tokens[at] == "^":
        braces = tokens[at + 1] == "{"
        assert braces or len(tokens[at + 1]) == 1, "only one sign is a superscript without braces"
        exponent, at = (_braces if braces else _atom)(tokens, at + 1, columns)
        assert at >= len(tokens) or tokens[at] != "^", "a double superscript does not compile"
        base = math.pow(base, exponent)
    return base, at


def _braces(tokens: list[str], at: int, columns: dict[str, float]) -> tuple[float, int]:
    assert tokens[at] == "{"
    value, at = _sum(tokens, at + 1, columns)
    assert tokens[at] == "}"
    return value, at + 1


def _atom(tokens: list[str], at: int, columns: dict[str, float]) -> tuple[float, int]:
    token = tokens[at]
    if token == r"\frac":
        top, at = _braces(tokens, at + 1, columns)
        bottom, at = _braces(tokens, at, columns)
        return top / bottom, at
    if token in (r"\sqrt", r"\sqrt[3]"):
        value, at = _braces(tokens, at + 1, columns)
        return (math.sqrt(value) if token == r"\sqrt" else math.cbrt(value)), at
    if token in (r"\left(", r"\left|"):
        value, at = _sum(tokens, at + 1, columns)
        assert tokens[at] == token.replace("left", "right").replace("(", ")")
        return (abs(value) if token == r"\left|" else value), at + 1
    if token == r"\left\lfloor":
        value, at = _sum(tokens, at + 1, columns)
        assert tokens[at] == r"\right\rfloor"
        return float(math.floor(value)), at + 1
    if token in _CALLS:
        assert tokens[at + 1] == r"\left("
        values, at = [], at + 1
        while tokens[at] in (r"\left(", ","):
            value, at = _sum(tokens, at + 1, columns)
            values.append(value)
        assert tokens[at] == r"\right)"
        return _CALLS[token](*values), at + 1
    if token == r"\pi":
        return math.pi, at + 1
    return (columns[token] if token in columns else float(token)), at + 1
