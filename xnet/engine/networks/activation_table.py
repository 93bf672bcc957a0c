"""The table of activations: one entry each. A new function is added here, in `abbreviations` or in
`kinks_and_curves`, and nowhere else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from xnet.arrays import Array

from . import intervals
from .abbreviations import ABBREVIATIONS
from .activation_record import Activation, ColumnAdvice, Family, Parity
from .kinks_and_curves import CURVES, KINKS
from .notation import (
    LATEX_BRACKETS,
    Pattern,
    Precedence,
    Printed,
    bracketed,
    function_call,
    latex_call,
    phrase_after,
    phrase_before,
)

_SUM, _NEGATION, _PRODUCT, _POWER, _ATOM = Precedence
_CIRCULAR = Family.TRIGONOMETRIC | Family.INVERSE_TRIGONOMETRIC | Family.SATURATING
#: exp of more than this exceeds the largest float64.
_LARGEST_EXPONENT = 709.0


def _text_product(operands: Sequence[Printed]) -> Printed:
    """a*b, with a quotient b in brackets: a*(b/c) is not computed as a*b/c is."""
    least = _POWER if "/" in operands[1][0] else _PRODUCT
    return Pattern("{0}*{1}", (_NEGATION, least), _PRODUCT)(operands)


def _latex_product(operands: Sequence[Printed]) -> Printed:
    """a thin space between symbols, a dot before digits and beside words."""
    (first, _), (second, _) = operands
    dot = r" \cdot " if re.match(r"[\d.]", second) or "mathrm" in first + second else r" \, "
    return Pattern(f"{{0}}{dot}{{1}}", (_NEGATION, _PRODUCT), _PRODUCT, LATEX_BRACKETS)(operands)


def _spoken_sum(plus: str, minus: str) -> Callable[[Sequence[Printed]], Printed]:
    """Terms joined by plus or minus; a second term that starts with "minus" turns the sign round."""
    def phrase(operands: Sequence[Printed]) -> Printed:
        (first, _), (second, precedence) = operands
        rest = second.removeprefix("minus ")
        sign = plus if rest == second else minus
        # "minus (2 plus x)" keeps its brackets; a sum that is subtracted needs them.
        return f"{first} {sign} {bracketed((rest, precedence), _PRODUCT)}", _SUM

    return phrase


def _by_exponent(a: Array, b: Array, o: Array) -> Array:
    """The derivative of a**b by b, a**b log|a|; where a power is 0 it is its limit there, 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(o == 0.0, 0.0, o * np.log(np.abs(a)))


_DIVISION = ColumnAdvice(
    lambda x: x == 0, "Numbers cannot be divided by zero: {}. The search divides by such a column only with a number "
    "added to it.")
_ROOT = ColumnAdvice(
    lambda x: x < 0, "Roots and fractional powers have no value below zero: {}. The search applies them to the column "
    "plus a number, or to squares.")
_LOGARITHM = ColumnAdvice(
    lambda x: x <= 0, "log has no value at zero and below: {}. The search applies it to the column plus a number, "
    "as in log(x + 5).")
_EXPONENTIAL = ColumnAdvice(
    lambda x: np.abs(x) > _LARGEST_EXPONENT,
    "exp of such large numbers has no value: {}. The search applies it to the column divided by a number, "
    "as in exp(x/1000).")
_ARCSINE = ColumnAdvice(
    lambda x: np.abs(x) > 1, "arcsin needs values from −1 to 1, and every column has values outside. The "
    "search applies it to quotients, and to columns divided by a number.", if_no_column_fits=True)

_ARITHMETIC = (
    Activation(
        name="add", arity=2, symbol="+", description="sum", group="arithmetic",
        presets=("default", "polynomial", "rational", "periodic", "growth"), commutative=True,
        value=np.add, derivatives=(lambda a, b, o: np.ones_like(o), lambda a, b, o: np.ones_like(o)),
        bounds=intervals.add,
        text=Pattern("{0} + {1}", (_SUM, _PRODUCT), _SUM),
        latex=Pattern("{0} + {1}", (_SUM, _PRODUCT), _SUM, LATEX_BRACKETS), phrase=_spoken_sum("plus", "minus"),
        python="({0} + {1})", javascript="({0} + {1})", spreadsheet="({0}+{1})", sympy_code="({0} + {1})",
        sympy=lambda sp, a, b: a + b, window=(-4, 4, -3, 3)),
    Activation(
        name="sub", arity=2, symbol="−", description="difference", group="arithmetic",
        presets=("default", "polynomial", "rational", "periodic", "growth"),
        value=np.subtract, derivatives=(lambda a, b, o: np.ones_like(o), lambda a, b, o: -np.ones_like(o)),
        bounds=intervals.sub,
        text=Pattern("{0} - {1}", (_SUM, _PRODUCT), _SUM),
        latex=Pattern("{0} - {1}", (_SUM, _PRODUCT), _SUM, LATEX_BRACKETS), phrase=_spoken_sum("minus", "plus"),
        python="({0} - {1})", javascript="({0} - {1})", spreadsheet="({0}-{1})", sympy_code="({0} - {1})",
        sympy=lambda sp, a, b: a - b, window=(-4, 4, -3, 3)),
    Activation(
        name="mul", arity=2, symbol="×", description="product", group="arithmetic",
        presets=("default", "polynomial", "rational", "periodic", "growth"), commutative=True,
        value=np.multiply, derivatives=(lambda a, b, o: b, lambda a, b, o: a),
        bounds=intervals.mul,
        text=_text_product, latex=_latex_product, phrase=Pattern("{0} times {1}", (_PRODUCT, _POWER), _PRODUCT),
        python="({0} * {1})", javascript="({0} * {1})", spreadsheet="({0}*{1})", sympy_code="({0} * {1})",
        sympy=lambda sp, a, b: a * b, window=(-4, 4, -3, 3)),
    Activation(
        name="div", arity=2, symbol="÷", description="quotient", group="arithmetic",
        presets=("default", "rational", "periodic", "growth"),
        value=np.divide, derivatives=(lambda a, b, o: 1.0 / b, lambda a, b, o: -o / b),
        domain=lambda a, b: b != 0, pole_at_zero=True,
        bounds=intervals.div,
        text=Pattern("{0}/{1}", (_NEGATION, _POWER), _PRODUCT),
        latex=Pattern(r"\frac{{{0}}}{{{1}}}", (_SUM, _SUM), _PRODUCT),
        phrase=Pattern("{0} divided by {1}", (_PRODUCT, _POWER), _PRODUCT),
        python="({0} / {1})", javascript="({0} / {1})", spreadsheet="({0}/{1})", sympy_code="({0} / {1})",
        sympy=lambda sp, a, b: a / b, window=(-4, 4, -2.2, 4.4), advice=_DIVISION),
    Activation(
        name="neg", arity=1, symbol="−x", description="opposite sign", group="arithmetic",
        presets=("default", "polynomial", "rational", "periodic", "growth"),
        value=np.negative, derivatives=(lambda a, o: -np.ones_like(o),), inverses=(np.negative,),
        parity=Parity.ODD, degree=1.0, enumerated=False,
        bounds=intervals.falling(lambda a: -a),
        text=Pattern("-{0}", (_PRODUCT,), _NEGATION), latex=Pattern("-{0}", (_PRODUCT,), _NEGATION, LATEX_BRACKETS),
        phrase=phrase_before("minus"),
        python="(-{0})", javascript="(-{0})", spreadsheet="(-{0})", sympy_code="(-{0})", sympy=lambda sp, a: -a),
    Activation(
        name="reciprocal", arity=1, symbol="1/x", description="one over", group="arithmetic",
        presets=("default", "rational", "periodic", "growth"),
        value=np.reciprocal, derivatives=(lambda a, o: -o * o,), inverses=(np.reciprocal,),
        domain=lambda a: a != 0, domain_ends=(0.0,), pole_at_zero=True,
        parity=Parity.ODD, exponent=-1.0, degree=-1.0,
        bounds=intervals.reciprocal,
        text=Pattern("1/{0}", (_POWER,), _PRODUCT), latex=Pattern(r"\frac{{1}}{{{0}}}", (_SUM,), _PRODUCT),
        phrase=phrase_before("one over"),
        python="(1.0 / {0})", javascript="(1 / {0})", spreadsheet="(1/{0})", sympy_code="(1 / {0})",
        sympy=lambda sp, a: 1 / a, advice=_DIVISION),
)

_POWERS = (
    Activation(
        name="square", arity=1, symbol="x²", description="square", group="powers",
        presets=("default", "polynomial", "rational", "periodic", "growth"),
        value=np.square, derivatives=(lambda a, o: 2.0 * a,), inverses=(np.sqrt, lambda t: -np.sqrt(t)),
        parity=Parity.EVEN, exponent=2.0, degree=2.0,
        bounds=lambda a: intervals.whole_power(a, 2),
        text=Pattern("{0}**2", (_ATOM,), _POWER), latex=Pattern("{0}^2", (_ATOM,), _POWER, LATEX_BRACKETS),
        phrase=phrase_after("squared"),
        python="({0})**2", javascript="Math.pow({0}, 2)", spreadsheet="POWER({0},2)", sympy_code="({0})**2",
        sympy=lambda sp, a: a**2, window=(-3, 3, -0.5, 5.5)),
    Activation(
        name="cube", arity=1, symbol="x³", description="cube", group="powers",
        presets=("default", "polynomial", "rational", "periodic", "growth"),
        value=lambda a: a * a * a, derivatives=(lambda a, o: 3.0 * a * a,), inverses=(np.cbrt,),
        parity=Parity.ODD, exponent=3.0, degree=3.0, enumerated=False,
        bounds=lambda a: intervals.whole_power(a, 3),
        text=Pattern("{0}**3", (_ATOM,), _POWER), latex=Pattern("{0}^3", (_ATOM,), _POWER, LATEX_BRACKETS),
        phrase=phrase_after("cubed"),
        python="({0})**3", javascript="Math.pow({0}, 3)", spreadsheet="POWER({0},3)", sympy_code="({0})**3",
        sympy=lambda sp, a: a**3),
    Activation(
        name="sqrt", arity=1, symbol="√", description="square root", group="powers", presets=("default", "growth"),
        value=np.sqrt, derivatives=(lambda a, o: 0.5 / o,), inverses=(lambda t: np.where(t >= 0, t * t, np.nan),),
        domain=lambda a: a >= 0, domain_ends=(0.0,), exponent=0.5, degree=0.5,
        bounds=intervals.rising(math.sqrt, low=0.0),
        text=function_call("sqrt"), latex=Pattern(r"\sqrt{{{0}}}", (_SUM,), _ATOM),
        phrase=phrase_before("the square root of"),
        python="np.sqrt({0})", javascript="Math.sqrt({0})", spreadsheet="SQRT({0})", sympy_code="sp.sqrt({0})",
        sympy=lambda sp, a: sp.sqrt(a), window=(-0.5, 5.5, -0.5, 3), advice=_ROOT),
    Activation(
        name="pow", arity=2, symbol="xʸ", description="power", group="powers", presets=("default", "growth"), cost=2,
        value=np.power, derivatives=(lambda a, b, o: b * np.power(a, b - 1.0), _by_exponent),
        domain=lambda a, b: (a > 0) | ((a < 0) & (b == np.round(b))) | ((a == 0) & (b >= 0)),
        bounds=intervals.power,
        text=Pattern("{0}**{1}", (_ATOM, _ATOM), _POWER),
        latex=Pattern("{0}^{{{1}}}", (_ATOM, _SUM), _POWER, LATEX_BRACKETS),
        phrase=Pattern("{0} to the power {1}", (_ATOM, _ATOM), _POWER),
        python="np.power({0}, {1})", javascript="Math.pow({0}, {1})", spreadsheet="POWER({0},{1})",
        sympy_code="({0})**({1})", sympy=lambda sp, a, b: a**b, window=(-0.3, 3, -0.3, 3), advice=_ROOT),
)

_GROWTH = (
    Activation(
        name="exp", arity=1, symbol="exp", description="exponential growth", group="growth",
        presets=("default", "growth"), value=np.exp, derivatives=(lambda a, o: o,), inverses=(np.log,),
        family=Family.EXPONENTIAL, not_applied_to=Family.EXPONENTIAL | Family.LOGARITHMIC | Family.SATURATING,
        bounds=intervals.rising(math.exp),
        text=function_call("exp"), latex=latex_call(r"\exp"), phrase=phrase_before("the exponential of"),
        python="np.exp({0})", javascript="Math.exp({0})", spreadsheet="EXP({0})", sympy_code="sp.exp({0})",
        sympy=lambda sp, a: sp.exp(a), window=(-3, 3, -0.5, 5.5), advice=_EXPONENTIAL),
    Activation(
        name="log", arity=1, symbol="log", description="natural logarithm", group="growth",
        presets=("default", "growth"), aliases=("ln",),
        value=np.log, derivatives=(lambda a, o: 1.0 / a,), inverses=(np.exp,),
        domain=lambda a: a > 0, domain_ends=(0.0,), pole_at_zero=True,
        family=Family.LOGARITHMIC, not_applied_to=Family.EXPONENTIAL | Family.LOGARITHMIC,
        bounds=intervals.rising(math.log, low=0.0, open_low=True),
        text=function_call("log"), latex=latex_call(r"\log"), phrase=phrase_before("the natural logarithm of"),
        python="np.log({0})", javascript="Math.log({0})", spreadsheet="LN({0})", sympy_code="sp.log({0})",
        sympy=lambda sp, a: sp.log(a), window=(-0.5, 5.5, -3, 3), advice=_LOGARITHM),
)

_WAVES = (
    Activation(
        name="sin", arity=1, symbol="sin", description="sine wave", group="waves", presets=("default", "periodic"),
        value=np.sin, derivatives=(lambda a, o: np.cos(a),), inverses=(np.arcsin, lambda t: np.pi - np.arcsin(t)),
        parity=Parity.ODD, periodic=True, bounded=True, family=Family.TRIGONOMETRIC, not_applied_to=_CIRCULAR,
        bounds=intervals.sine,
        text=function_call("sin"), latex=latex_call(r"\sin"), phrase=phrase_before("the sine of"),
        python="np.sin({0})", javascript="Math.sin({0})", spreadsheet="SIN({0})", sympy_code="sp.sin({0})",
        sympy=lambda sp, a: sp.sin(a), window=(-7, 7, -2, 2)),
    Activation(
        name="cos", arity=1, symbol="cos", description="cosine wave", group="waves", presets=("default", "periodic"),
        value=np.cos, derivatives=(lambda a, o: -np.sin(a),), inverses=(np.arccos, lambda t: -np.arccos(t)),
        parity=Parity.EVEN, periodic=True, bounded=True, family=Family.TRIGONOMETRIC, not_applied_to=_CIRCULAR,
        bounds=intervals.cosine,
        text=function_call("cos"), latex=latex_call(r"\cos"), phrase=phrase_before("the cosine of"),
        python="np.cos({0})", javascript="Math.cos({0})", spreadsheet="COS({0})", sympy_code="sp.cos({0})",
        sympy=lambda sp, a: sp.cos(a), window=(-7, 7, -2, 2)),
    Activation(
        name="tan", arity=1, symbol="tan", description="tangent", group="rare",
        value=np.tan, derivatives=(lambda a, o: 1.0 + o * o,), inverses=(np.arctan,),
        branch=lambda a: np.floor(a / np.pi + 0.5),
        parity=Parity.ODD, periodic=True, bounded=True, family=Family.TRIGONOMETRIC, not_applied_to=_CIRCULAR,
        bounds=intervals.tangent,
        text=function_call("tan"), latex=latex_call(r"\tan"), phrase=phrase_before("the tangent of"),
        python="np.tan({0})", javascript="Math.tan({0})", spreadsheet="TAN({0})", sympy_code="sp.tan({0})",
        sympy=lambda sp, a: sp.tan(a), window=(-4.5, 4.5, -4.5, 4.5)),
)

_STEPS_AND_ANGLES = (
    Activation(
        name="tanh", arity=1, symbol="tanh", description="smooth step (saturation)", group="saturation",
        presets=("default",), value=np.tanh, derivatives=(lambda a, o: 1.0 - o * o,), inverses=(np.arctanh,),
        parity=Parity.ODD, bounded=True, family=Family.SATURATING, not_applied_to=_CIRCULAR | Family.EXPONENTIAL,
        bounds=intervals.rising(math.tanh),
        text=function_call("tanh"), latex=latex_call(r"\tanh"), phrase=phrase_before("the smooth step (tanh) of"),
        python="np.tanh({0})", javascript="Math.tanh({0})", spreadsheet="TANH({0})", sympy_code="sp.tanh({0})",
        sympy=lambda sp, a: sp.tanh(a), window=(-3, 3, -1.6, 1.6)),
    Activation(
        name="arcsin", arity=1, symbol="arcsin", description="inverse sine", group="inverse_trigonometric",
        presets=("default",), aliases=("asin",),
        value=np.arcsin, derivatives=(lambda a, o: 1.0 / np.sqrt(1.0 - a * a),),
        inverses=(lambda t: np.where(np.abs(t) <= np.pi / 2, np.sin(t), np.nan),),
        domain=lambda a: np.abs(a) <= 1, domain_ends=(-1.0, 1.0), parity=Parity.ODD, bounded=True,
        family=Family.INVERSE_TRIGONOMETRIC, not_applied_to=_CIRCULAR | Family.EXPONENTIAL,
        bounds=intervals.rising(math.asin, -1.0, 1.0),
        text=function_call("arcsin"), latex=latex_call(r"\arcsin"), phrase=phrase_before("the inverse sine of"),
        python="np.arcsin({0})", javascript="Math.asin({0})", spreadsheet="ASIN({0})", sympy_code="sp.asin({0})",
        sympy=lambda sp, a: sp.asin(a), window=(-1.5, 1.5, -2, 2), advice=_ARCSINE),
    Activation(
        name="arccos", arity=1, symbol="arccos", description="inverse cosine", group="rare", aliases=("acos",),
        value=np.arccos, derivatives=(lambda a, o: -1.0 / np.sqrt(1.0 - a * a),),
        inverses=(lambda t: np.where((t >= 0) & (t <= np.pi), np.cos(t), np.nan),),
        domain=lambda a: np.abs(a) <= 1, domain_ends=(-1.0, 1.0), bounded=True,
        family=Family.INVERSE_TRIGONOMETRIC, not_applied_to=_CIRCULAR | Family.EXPONENTIAL,
        bounds=intervals.falling(math.acos, -1.0, 1.0),
        text=function_call("arccos"), latex=latex_call(r"\arccos"), phrase=phrase_before("the inverse cosine of"),
        python="np.arccos({0})", javascript="Math.acos({0})", spreadsheet="ACOS({0})", sympy_code="sp.acos({0})",
        sympy=lambda sp, a: sp.acos(a), window=(-1.5, 1.5, -0.6, 3.6)),
    Activation(
        name="arctan", arity=1, symbol="arctan", description="inverse tangent", group="inverse_trigonometric",
        aliases=("atan",), value=np.arctan, derivatives=(lambda a, o: 1.0 / (1.0 + a * a),),
        inverses=(lambda t: np.where(np.abs(t) < np.pi / 2, np.tan(t), np.nan),), parity=Parity.ODD, bounded=True,
        family=Family.INVERSE_TRIGONOMETRIC, not_applied_to=_CIRCULAR,
        bounds=intervals.rising(math.atan),
        text=function_call("arctan"), latex=latex_call(r"\arctan"), phrase=phrase_before("the inverse tangent of"),
        python="np.arctan({0})", javascript="Math.atan({0})", spreadsheet="ATAN({0})", sympy_code="sp.atan({0})",
        sympy=lambda sp, a: sp.atan(a), window=(-5, 5, -2, 2)),
)

#: All activations. Their order is the order in which the search tries them.
TABLE: tuple[Activation, ...] = (*_ARITHMETIC, *_POWERS, *_GROWTH, *_WAVES, *_STEPS_AND_ANGLES, *ABBREVIATIONS,
                                *KINKS, *CURVES)
