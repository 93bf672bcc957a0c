"""Activations that are short for a few neurons of others: |x| is sqrt(x^2), and cosh(x) is (exp(x) + exp(-x)) / 2.

People write laws with them. The search reaches most of them through the functions that they are short for, and the
algebra writes what it finds in the short form (`Activation.abbreviation`).
"""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array

from . import intervals
from .activation_record import Activation, Family, Parity
from .notation import Pattern, Precedence, function_call, latex_call, phrase_before

_CIRCULAR = Family.TRIGONOMETRIC | Family.INVERSE_TRIGONOMETRIC | Family.SATURATING
_CURVED = Family.EXPONENTIAL | Family.LOGARITHMIC | Family.SATURATING


def _only(condition: Array, values: Array) -> Array:
    return np.where(condition, values, np.nan)


ABBREVIATIONS: tuple[Activation, ...] = (
    Activation(
        name="abs", arity=1, symbol="|x|", description="absolute value", group="absolute", presets=("default",),
        aliases=("Abs",), value=np.abs, derivatives=(lambda a, o: np.sign(a),),
        inverses=(lambda t: _only(t >= 0, t), lambda t: _only(t >= 0, -t)),
        parity=Parity.EVEN, degree=1.0, enumerated=False, abbreviation=True, bounds=intervals.absolute,
        text=function_call("abs"), latex=Pattern(r"\left|{0}\right|", (Precedence.SUM,), Precedence.ATOM),
        phrase=phrase_before("the size without its sign of"),
        python="np.abs({0})", javascript="Math.abs({0})", spreadsheet="ABS({0})", sympy_code="sp.Abs({0})",
        sympy=lambda sp, a: sp.Abs(a), window=(-3, 3, -0.5, 3.5)),
    Activation(
        name="sign", arity=1, symbol="sgn", description="sign: −1, 0 or 1", group="absolute", presets=("default",),
        aliases=("sgn",), value=np.sign, derivatives=(lambda a, o: np.zeros_like(o),),
        inverses=(lambda t: _only(np.abs(t) == 1, t),), parity=Parity.ODD, degree=0.0, bounded=True,
        enumerated=False, abbreviation=True, bounds=intervals.rising(lambda a: math.copysign(1.0, a) if a else 0.0),
        text=function_call("sign"), latex=latex_call(r"\operatorname{sgn}"), phrase=phrase_before("the sign of"),
        python="np.sign({0})", javascript="Math.sign({0})", spreadsheet="SIGN({0})", sympy_code="sp.sign({0})",
        sympy=lambda sp, a: sp.sign(a), window=(-3, 3, -1.6, 1.6)),
    Activation(
        name="cbrt", arity=1, symbol="∛", description="cube root", group="powers", presets=("default",),
        value=np.cbrt, derivatives=(lambda a, o: 1.0 / (3.0 * o * o),), inverses=(lambda t: t * t * t,),
        parity=Parity.ODD, degree=1.0 / 3.0, enumerated=False, abbreviation=True, bounds=intervals.rising(math.cbrt),
        text=function_call("cbrt"), latex=Pattern(r"\sqrt[3]{{{0}}}", (Precedence.SUM,), Precedence.ATOM),
        phrase=phrase_before("the cube root of"),
        python="np.cbrt({0})", javascript="Math.cbrt({0})", spreadsheet="(SIGN({0})*POWER(ABS({0}),1/3))",
        sympy_code="sp.sign({0})*sp.Abs({0})**sp.Rational(1, 3)",
        sympy=lambda sp, a: sp.sign(a) * sp.Abs(a) ** sp.Rational(1, 3)),
    Activation(
        name="cosh", arity=1, symbol="cosh", description="hanging chain (hyperbolic cosine)", group="hyperbolic",
        presets=("default",), value=np.cosh, derivatives=(lambda a, o: np.sinh(a),),
        inverses=(np.arccosh, lambda t: -np.arccosh(t)), parity=Parity.EVEN, enumerated=False, abbreviation=True,
        family=Family.EXPONENTIAL, not_applied_to=_CURVED, bounds=intervals.hyperbolic_cosine,
        text=function_call("cosh"), latex=latex_call(r"\cosh"), phrase=phrase_before("the hyperbolic cosine of"),
        python="np.cosh({0})", javascript="Math.cosh({0})", spreadsheet="COSH({0})", sympy_code="sp.cosh({0})",
        sympy=lambda sp, a: sp.cosh(a), window=(-3, 3, -0.5, 7)),
    Activation(
        name="sinh", arity=1, symbol="sinh", description="growth on both sides (hyperbolic sine)", group="hyperbolic",
        presets=("default",), value=np.sinh, derivatives=(lambda a, o: np.cosh(a),), inverses=(np.arcsinh,),
        parity=Parity.ODD, enumerated=False, abbreviation=True, family=Family.EXPONENTIAL, not_applied_to=_CURVED,
        bounds=intervals.rising(math.sinh),
        text=function_call("sinh"), latex=latex_call(r"\sinh"), phrase=phrase_before("the hyperbolic sine of"),
        python="np.sinh({0})", javascript="Math.sinh({0})", spreadsheet="SINH({0})", sympy_code="sp.sinh({0})",
        sympy=lambda sp, a: sp.sinh(a), window=(-3, 3, -6, 6)),
    Activation(
        name="arccosh", arity=1, symbol="arcosh", description="inverse hyperbolic cosine", group="hyperbolic",
        presets=("default",), aliases=("acosh", "arcosh"), value=np.arccosh,
        derivatives=(lambda a, o: 1.0 / np.sqrt(a * a - 1.0),), inverses=(lambda t: _only(t >= 0, np.cosh(t)),),
        domain=lambda a: a >= 1, domain_ends=(1.0,), enumerated=False, abbreviation=True, family=Family.LOGARITHMIC,
        not_applied_to=_CIRCULAR | Family.EXPONENTIAL | Family.LOGARITHMIC, bounds=intervals.rising(math.acosh, 1.0),
        text=function_call("arccosh"), latex=latex_call(r"\operatorname{arcosh}"),
        phrase=phrase_before("the inverse hyperbolic cosine of"),
        python="np.arccosh({0})", javascript="Math.acosh({0})", spreadsheet="ACOSH({0})", sympy_code="sp.acosh({0})",
        sympy=lambda sp, a: sp.acosh(a), window=(-0.5, 5.5, -0.5, 3)),
    Activation(
        name="arcsinh", arity=1, symbol="arsinh", description="inverse hyperbolic sine", group="hyperbolic",
        presets=("default",), aliases=("asinh", "arsinh"), value=np.arcsinh,
        derivatives=(lambda a, o: 1.0 / np.sqrt(a * a + 1.0),), inverses=(np.sinh,), parity=Parity.ODD,
        enumerated=False, abbreviation=True, family=Family.LOGARITHMIC,
        not_applied_to=_CIRCULAR | Family.EXPONENTIAL | Family.LOGARITHMIC, bounds=intervals.rising(math.asinh),
        text=function_call("arcsinh"), latex=latex_call(r"\operatorname{arsinh}"),
        phrase=phrase_before("the inverse hyperbolic sine of"),
        python="np.arcsinh({0})", javascript="Math.asinh({0})", spreadsheet="ASINH({0})", sympy_code="sp.asinh({0})",
        sympy=lambda sp, a: sp.asinh(a), window=(-5, 5, -3, 3)),
)
