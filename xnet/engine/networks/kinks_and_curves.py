"""Functions that a search uses only where they are chosen: kinks and steps, and further curves.

A kink is a corner of a formula: max(0, x - c) is 0 up to c and rises from there. Kinks and steps are found by a scan of
all places (`xnet.engine.moves.kink_fits`), not by candidates: many hinges imitate any smooth curve.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from xnet.arrays import Array

from . import intervals
from .activation_record import Activation, Family, Parity
from .notation import Pattern, Precedence, function_call, latex_call, phrase_before

_SUM, _NEGATION, _PRODUCT, _POWER, _ATOM = Precedence
_CIRCULAR = Family.TRIGONOMETRIC | Family.INVERSE_TRIGONOMETRIC | Family.SATURATING
_CURVED = _CIRCULAR | Family.EXPONENTIAL | Family.LOGARITHMIC


def _only(condition: Array, values: Array) -> Array:
    return np.where(condition, values, np.nan)


def _special(name: str) -> Callable[[Any], Any]:
    """A function of `scipy.special`, imported at the first call: few searches need it, and every process would wait."""

    def value(a: Any) -> Any:
        return getattr(importlib.import_module("scipy.special"), name)(a)

    return value


_expit, _erfinv = _special("expit"), _special("erfinv")


def _of_two(template: str) -> Pattern:
    """A call of two operands, such as max(x, y)."""
    return Pattern(template, (_SUM, _SUM), _ATOM)


def _phrase_of_two(words: str) -> Pattern:
    return Pattern(f"{words} {{0}} and {{1}}", (_ATOM, _ATOM), _POWER)


KINKS: tuple[Activation, ...] = (
    Activation(
        name="hinge", arity=1, symbol="max0", description="0 up to a kink, a straight line from there: max(0, x)",
        group="kinks", aliases=("relu",), value=lambda a: np.maximum(a, 0.0),
        derivatives=(lambda a, o: np.where(a > 0, np.ones_like(o), np.zeros_like(o)),),
        inverses=(lambda t: _only(t > 0, t),), degree=1.0, enumerated=False, abbreviation=True,
        bounds=intervals.rising(lambda a: max(a, 0.0)),
        text=Pattern("max(0, {0})", (_SUM,), _ATOM), latex=Pattern(r"\max\left(0, {0}\right)", (_SUM,), _ATOM),
        phrase=phrase_before("the larger of 0 and"),
        python="np.maximum(0.0, {0})", javascript="Math.max(0, {0})", spreadsheet="MAX(0,{0})",
        sympy_code="sp.Max(0, {0})", sympy=lambda sp, a: sp.Max(0, a), window=(-3, 3, -0.8, 3.2)),
    Activation(
        name="max", arity=2, symbol="max", description="the larger of two", group="kinks",
        aliases=("Max", "maximum"), value=np.maximum, commutative=True, degree=1.0,
        derivatives=(lambda a, b, o: np.where(a >= b, np.ones_like(o), np.zeros_like(o)),
                     lambda a, b, o: np.where(b > a, np.ones_like(o), np.zeros_like(o))),
        enumerated=False, abbreviation=True, bounds=intervals.maximum,
        text=_of_two("max({0}, {1})"), latex=_of_two(r"\max\left({0}, {1}\right)"),
        phrase=_phrase_of_two("the larger of"),
        python="np.maximum({0}, {1})", javascript="Math.max({0}, {1})", spreadsheet="MAX({0},{1})",
        sympy_code="sp.Max({0}, {1})", sympy=lambda sp, a, b: sp.Max(a, b), window=(-3, 3, -3, 3)),
    Activation(
        name="min", arity=2, symbol="min", description="the smaller of two", group="kinks",
        aliases=("Min", "minimum"), value=np.minimum, commutative=True, degree=1.0,
        derivatives=(lambda a, b, o: np.where(a <= b, np.ones_like(o), np.zeros_like(o)),
                     lambda a, b, o: np.where(b < a, np.ones_like(o), np.zeros_like(o))),
        enumerated=False, abbreviation=True, bounds=intervals.minimum,
        text=_of_two("min({0}, {1})"), latex=_of_two(r"\min\left({0}, {1}\right)"),
        phrase=_phrase_of_two("the smaller of"),
        python="np.minimum({0}, {1})", javascript="Math.min({0}, {1})", spreadsheet="MIN({0},{1})",
        sympy_code="sp.Min({0}, {1})", sympy=lambda sp, a, b: sp.Min(a, b), window=(-3, 3, -3, 3)),
    Activation(
        name="step", arity=1, symbol="step", description="0 below zero, 1 from zero on", group="kinks",
        aliases=("heaviside", "Heaviside"), value=lambda a: np.heaviside(a, np.ones_like(a)),
        derivatives=(lambda a, o: np.zeros_like(o),), inverses=(lambda t: _only((t == 0) | (t == 1), t - 0.5),),
        degree=0.0, bounded=True, enumerated=False, abbreviation=True,
        bounds=intervals.rising(lambda a: float(a >= 0)),
        text=function_call("step"), latex=latex_call(r"\operatorname{step}"),
        phrase=phrase_before("1 from zero on, else 0, of"),
        python="np.heaviside({0}, 1.0)", javascript="Math.floor((Math.sign({0}) + 2) / 2)", spreadsheet="IF({0}<0,0,1)",
        sympy_code="sp.Heaviside({0}, 1)", sympy=lambda sp, a: sp.Heaviside(a, 1), window=(-3, 3, -0.6, 1.6)),
    Activation(
        name="floor", arity=1, symbol="⌊x⌋", description="rounded down to a whole number", group="kinks",
        value=np.floor, derivatives=(lambda a, o: np.zeros_like(o),),
        inverses=(lambda t: _only(t == np.floor(t), t),), enumerated=False, abbreviation=True,
        bounds=intervals.rising(lambda a: float(math.floor(a))),
        text=function_call("floor"), latex=Pattern(r"\left\lfloor {0}\right\rfloor ", (_SUM,), _ATOM),
        phrase=phrase_before("the whole number below"),
        python="np.floor({0})", javascript="Math.floor({0})", spreadsheet="INT({0})", sympy_code="sp.floor({0})",
        sympy=lambda sp, a: sp.floor(a), window=(-3, 3, -3.5, 3)),
    Activation(
        name="mod", arity=2, symbol="mod", description="the remainder of a division, as of hours by 24",
        group="kinks", aliases=("Mod",), value=np.mod,
        derivatives=(lambda a, b, o: np.ones_like(o), lambda a, b, o: -np.floor(a / b)),
        domain=lambda a, b: b != 0, degree=1.0, enumerated=False, abbreviation=True, bounds=intervals.modulo,
        text=_of_two("mod({0}, {1})"),
        latex=_of_two(r"\operatorname{{mod}}\left({0}, {1}\right)"),
        phrase=Pattern("the remainder of {0} by {1}", (_ATOM, _ATOM), _POWER),
        python="np.mod({0}, {1})", javascript="((({0}) % ({1}) + ({1})) % ({1}))", spreadsheet="MOD({0},{1})",
        sympy_code="sp.Mod({0}, {1})", sympy=lambda sp, a, b: sp.Mod(a, b), window=(-4, 4, -3, 3)),
)

CURVES: tuple[Activation, ...] = (
    Activation(
        name="arctanh", arity=1, symbol="artanh", description="inverse hyperbolic tangent", group="hyperbolic",
        aliases=("atanh", "artanh"), value=np.arctanh, derivatives=(lambda a, o: 1.0 / (1.0 - a * a),),
        inverses=(np.tanh,), domain=lambda a: np.abs(a) < 1, domain_ends=(-1.0, 1.0), parity=Parity.ODD, bounded=True,
        family=Family.LOGARITHMIC, not_applied_to=_CURVED, bounds=intervals.rising(math.atanh, -1.0, 1.0),
        text=function_call("arctanh"), latex=latex_call(r"\operatorname{artanh}"),
        phrase=phrase_before("the inverse hyperbolic tangent of"),
        python="np.arctanh({0})", javascript="Math.atanh({0})", spreadsheet="ATANH({0})", sympy_code="sp.atanh({0})",
        sympy=lambda sp, a: sp.atanh(a), window=(-1.5, 1.5, -3, 3)),
    Activation(
        name="sigmoid", arity=1, symbol="σ", description="S-curve from 0 to 1: 1/(1 + exp(-x))", group="curves",
        aliases=("logistic",), value=_expit, derivatives=(lambda a, o: o * (1.0 - o),),
        inverses=(_special("logit"),), bounded=True, family=Family.SATURATING,
        not_applied_to=_CIRCULAR | Family.EXPONENTIAL,
        bounds=intervals.rising(lambda a: float(_expit(a))),
        text=function_call("sigmoid"), latex=latex_call(r"\sigma"), phrase=phrase_before("the S-curve (sigmoid) of"),
        python="(1.0 / (1.0 + np.exp(-({0}))))", javascript="(1 / (1 + Math.exp(-({0}))))",
        spreadsheet="(1/(1+EXP(0-{0})))", sympy_code="(1 / (1 + sp.exp(-({0}))))",
        sympy=lambda sp, a: 1 / (1 + sp.exp(-a)), window=(-6, 6, -0.5, 1.5)),
    Activation(
        name="erf", arity=1, symbol="erf", description="error function: the area under a bell curve",
        group="curves", value=_special("erf"),
        derivatives=(lambda a, o: np.exp(-a * a) * (2.0 / math.sqrt(math.pi)),),
        inverses=(lambda t: _only(np.abs(t) < 1, _erfinv(t)),), parity=Parity.ODD, bounded=True,
        family=Family.SATURATING, not_applied_to=_CIRCULAR | Family.EXPONENTIAL, bounds=intervals.rising(math.erf),
        text=function_call("erf"), latex=latex_call(r"\operatorname{erf}"),
        phrase=phrase_before("the error function of"),
        python="erf({0})", javascript="erf({0})", spreadsheet="ERF({0})", sympy_code="sp.erf({0})",
        sympy=lambda sp, a: sp.erf(a), window=(-3, 3, -1.6, 1.6)),
    Activation(
        name="gauss", arity=1, symbol="gauss", description="bell curve: exp(-x²)", group="curves",
        value=lambda a: np.exp(-a * a), derivatives=(lambda a, o: -2.0 * a * o,),
        inverses=(lambda t: np.sqrt(-np.log(t)), lambda t: -np.sqrt(-np.log(t))), parity=Parity.EVEN, bounded=True,
        family=Family.EXPONENTIAL, not_applied_to=_CURVED, bounds=intervals.bell,
        text=function_call("gauss"), latex=latex_call(r"\operatorname{gauss}"),
        phrase=phrase_before("the bell curve of"),
        python="np.exp(-({0})**2)", javascript="Math.exp(-(({0}) * ({0})))", spreadsheet="EXP(0-POWER({0},2))",
        sympy_code="sp.exp(-({0})**2)", sympy=lambda sp, a: sp.exp(-(a**2)), window=(-3, 3, -0.4, 1.4)),
)
