"""Logarithms and powers of the bases 10 and 2, as people write them: words for natural ones with a number.

No search uses them and no network is stored with them. The reader turns log10(e) into log(e)/ln 10, and 2**e into
exp(ln 2 e). Before a network is printed, `printed_network` turns c log(e) into k log10(e) or k log2(e), and exp(c e)
into 10**(k e), 2**(k e) or (1/2)**(k e), where k is a simple number and c is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from .activation_record import Activation
from .activation_table import TABLE
from .notation import LATEX_BRACKETS, Pattern, Precedence, function_call, latex_call, phrase_before

_LOG, _EXP = (next(record for record in TABLE if record.name == name) for name in ("log", "exp"))


def _power_of(name: str, base: float, text: str, latex: str, words: str) -> Activation:
    """The record of the function base**x, with the base as it is written in text, in LaTeX and in words."""
    ln, power = math.log(base), Precedence.POWER
    return replace(
        _EXP, name=name, aliases=(), presets=(), value=lambda a: np.power(base, a),
        derivatives=(lambda a, o: ln * o,), inverses=(lambda t: np.log(t) / ln,),
        text=Pattern(f"{text}**{{0}}", (Precedence.ATOM,), power),
        latex=Pattern(f"{latex}^{{{{{{0}}}}}}", (Precedence.SUM,), power, LATEX_BRACKETS),
        phrase=Pattern(f"{words} to the power {{0}}", (Precedence.ATOM,), power),
        python=f"np.power({base!r}, {{0}})", javascript=f"Math.pow({base!r}, {{0}})",
        spreadsheet=f"POWER({text},{{0}})", sympy_code=f"sp.Rational({text.strip('()')!r})**({{0}})",
        sympy=lambda sp, a: sp.Rational(text.strip("()"))**a)


#: The records by name; the network's printers find them, and nobody can choose them as activations.
SHORT_FUNCTIONS: Mapping[str, Activation] = MappingProxyType({record.name: record for record in (
    _power_of("exp10", 10.0, "10", "10", "10"), _power_of("exp2", 2.0, "2", "2", "2"),
    _power_of("exphalf", 0.5, "(1/2)", r"\left(\frac{{1}}{{2}}\right)", "one half"),
    replace(_LOG, name="log10", aliases=(), presets=(), value=np.log10, text=function_call("log10"),
            derivatives=(lambda a, o: 1.0 / (math.log(10.0) * a),), inverses=(lambda t: np.power(10.0, t),),
            latex=latex_call(r"\log_{10}"), phrase=phrase_before("the decimal logarithm of"), python="np.log10({0})",
            javascript="(Math.log({0}) / Math.LN10)", spreadsheet="LOG10({0})", sympy_code="sp.log({0}, 10)",
            sympy=lambda sp, a: sp.log(a, 10)),
    replace(_LOG, name="log2", aliases=(), presets=(), value=np.log2, text=function_call("log2"),
            derivatives=(lambda a, o: 1.0 / (math.log(2.0) * a),), inverses=(np.exp2,),
            latex=latex_call(r"\log_{2}"), phrase=phrase_before("the binary logarithm of"), python="np.log2({0})",
            javascript="(Math.log({0}) / Math.LN2)", spreadsheet="LOG({0},2)", sympy_code="sp.log({0}, 2)",
            sympy=lambda sp, a: sp.log(a, 2)))})
