"""A candidate library of curves with an inner constant: exp(k u), 1/(1 + k u), sin(k u) and their like.

Scale and bias are free in a match, an inner constant is not. So for every small monomial u of the inputs the constant
runs over a grid in units of u's range, dense enough that a neighbour of the true one is matched well and
Levenberg-Marquardt goes the rest of the way. Matched in logarithms, beside the inputs, one such candidate finds laws
like A w^3 / (c^2 (exp(k h w / T) - 1)) in one go.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .enumeration import Growth
from .library import CandidateLibrary, finish
from .templates import exponents

#: At most so many monomials, and so many candidates (arguments included).
_MONOMIALS, _ROOM = 190, 48_000
#: Sizes of the argument of an exponential or of 1 + k u over its range; few of the steep ones, which say little.
_RATES = 0.35 * np.append(1.4 ** np.arange(13), 1.4**12 * 1.8 ** np.arange(1, 5))
#: Frequencies of a wave, one radian apart where the argument is largest; the slow ones, which differ most in shape
#: from one another, half a radian.
_WAVES = np.concatenate([np.arange(0.5, 5.0, 0.5), np.arange(5.5, 50.0)])

#: Peaks of so many inputs, at quantiles of the input, with widths in units of its range.
_PEAKED, _CENTRES, _WIDTHS = 4, np.linspace(0.1, 0.9, 9), 0.06 * 1.7 ** np.arange(5)


def build_curve_library(columns: Array, activations: Sequence[str], seed: int = 0,
                        chosen: Sequence[int] | None = None) -> CandidateLibrary:
    """Curves of all small monomials.

    Args:
        columns: (d, m) the inputs on the rows that represent the data.
        activations: names of the allowed activations.
        chosen: the inputs to build on; None for all.
    """
    allowed = set(activations)
    which = np.arange(len(columns)) if chosen is None else np.array(chosen, dtype=np.int64)
    growth = Growth(np.ascontiguousarray(columns[which], dtype=np.float64), _ROOM, np.random.default_rng(seed), True,
                    which)
    growth.recalls = False
    with np.errstate(all="ignore"):
        leaves = growth.leaves(one=True)
        if "mul" in allowed:
            _grow(growth, leaves, allowed)
        return finish(growth)


def _grow(growth: Growth, leaves: Array, allowed: set[str]) -> None:
    inputs, one = leaves[growth.op[leaves] == "var"], leaves[growth.op[leaves] == "one"]
    monomials = np.concatenate([inputs, _monomials(growth, inputs, "div" in allowed or "reciprocal" in allowed)])
    width = np.ptp(growth.values[monomials], axis=1)
    rates = np.concatenate([_RATES, -_RATES])
    growing = _arguments(growth, monomials, rates, width)
    if "exp" in allowed:
        curves = growth.unary("exp", growing)
        for name in ("add", "sub"):
            if name in allowed:
                growth.binary(name, one, curves, material=True)
    if "add" in allowed:
        shifted = growth.binary("add", one, growing, material=True)
        for name in ("reciprocal", "log"):
            if name in allowed:
                growth.unary(name, shifted)
    if "tanh" in allowed:
        growth.unary("tanh", growing[growth.param[growing] > 0])
    _grow_peaks(growth, inputs, one, allowed)
    names = [name for name in ("sin", "cos") if name in allowed]
    if names:
        few = max(len(inputs), (growth.limit - growth.n) // (3 * len(_WAVES)))
        waves = _arguments(growth, monomials[:few], _WAVES, np.abs(growth.values[monomials[:few]]).max(axis=1))
        for name in names:
            growth.unary(name, waves)


def _grow_peaks(growth: Growth, inputs: Array, one: Array, allowed: set[str]) -> None:
    """exp(-((x - c) / w)^2) and 1 / (1 + ((x - c) / w)^2) of single inputs: lines of a spectrum, a best temperature."""
    if not {"add", "square"} <= allowed:
        return
    for i in inputs[:_PEAKED]:
        column = growth.values[i]
        centred = growth.shifted(i, -np.quantile(column, _CENTRES))
        widths = float(np.ptp(column)) * _WIDTHS
        squares = growth.unary("square", _arguments(growth, centred, 1.0 / widths, np.ones(len(centred))))
        if "exp" in allowed:
            growth.unary("exp", growth.scaled(squares, -1.0))
        below = growth.binary("add", one, squares, material=True)
        if "reciprocal" in allowed:
            growth.unary("reciprocal", below)


def _monomials(growth: Growth, inputs: Array, negative: bool) -> Array:
    d = len(inputs)
    every = exponents(d, 5, 2 if d <= 3 else 1, negative)
    # One over a product is rarely what a curve is of; a quotient often is, either way up.
    found = list(itertools.islice((e for e in every if max(e) > 0 or sum(map(abs, e)) == 1), _MONOMIALS + 2 * d))
    full = np.zeros((len(found), len(growth.columns)))
    full[:, growth.left[inputs]] = found
    made = growth.monomials(full)
    return made[~np.isin(made, inputs)][:_MONOMIALS]


def _arguments(growth: Growth, ids: Array, factors: Array, size: Array) -> Array:
    """Every monomial times every factor, in units of the monomial's size."""
    return growth.scaled(np.repeat(ids, len(factors)), (factors[None, :] / size[:, None]).ravel())
