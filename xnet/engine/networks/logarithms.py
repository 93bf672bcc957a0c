"""Logarithms to the base 10 and 2, as people write them: words for a natural logarithm times a number.

No search uses them and no network is stored with them. The reader turns log10(e) into log(e)/ln 10. Before a network is
printed, `with_short_logarithms` turns c log(e) into k log10(e) or k log2(e) where k is a simple number and c is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from .activation_record import Activation
from .activation_table import TABLE
from .notation import function_call, latex_call, phrase_before

_LOG = next(record for record in TABLE if record.name == "log")
#: The records by name; the network's printers find them, and nobody can choose them as activations.
SHORT_LOGARITHMS: Mapping[str, Activation] = MappingProxyType({record.name: record for record in (
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
