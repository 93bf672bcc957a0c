"""The library of parametric candidates: exp(k u), 1/(1 + k u), sin(k u) and the like, over a grid of inner constants.

Scale and bias are free in a match, an inner constant is not. So for every small monomial u of the inputs the constant
runs over a grid in units of u's range. The grid is dense enough that a neighbour of the true constant matches well, and
Levenberg-Marquardt fits it from there. Matched in logarithms, beside the inputs, one such candidate is enough for laws
like A w^3 / (c^2 (exp(k h w / T) - 1)).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .enumeration import CandidateEnumerator
from .library import CandidateLibrary, finish
from .monomials import exponents, of_all_inputs
from .rules import WITH_PARAMETERS
from .unit_vectors import InputUnits

#: The most monomials, and the most candidates (arguments included).
_MONOMIALS, _ROOM = 190, 48_000
#: Sizes of the argument of an exponential or of 1 + k u over its range; only a few of the steep ones, which are alike.
_RATES = 0.35 * np.append(1.4 ** np.arange(13), 1.4**12 * 1.8 ** np.arange(1, 5))
#: Frequencies of a wave, in radians where the argument is largest: one radian apart, and half a radian for the slow
#: ones, whose shapes differ most.
_FREQUENCIES = np.concatenate([np.arange(0.5, 5.0, 0.5), np.arange(5.5, 50.0)])

#: Inputs with peaks, quantiles of the input where they lie, and their widths in units of the input's range.
_PEAKED, _CENTRES, _WIDTHS = 4, np.linspace(0.1, 0.9, 9), 0.06 * 1.7 ** np.arange(5)


def build_parametric_library(columns: Array, activations: Sequence[str], seed: int = 0,
                             selected_inputs: Sequence[int] | None = None,
                             units: InputUnits | None = None) -> CandidateLibrary:
    """Parametric candidates of all small monomials.

    Args:
        columns: (d, m) the inputs on the match rows.
        activations: names of the allowed activations.
        seed: of the random numbers of the hash.
        selected_inputs: positions of the inputs to build on; None for all.
        units: the units that all candidates keep to; None if units do not steer the search.
    """
    allowed = set(activations)
    selected = np.arange(len(columns)) if selected_inputs is None else np.array(selected_inputs, dtype=np.int64)
    enumerator = CandidateEnumerator(np.ascontiguousarray(columns[selected], dtype=np.float64), _ROOM,
                                     np.random.default_rng(seed), WITH_PARAMETERS, selected, units)
    enumerator.return_known = False
    with np.errstate(all="ignore"):
        leaves = enumerator.add_leaves(one=True)
        if "mul" in allowed:
            _add_curves(enumerator, leaves, allowed)
        return finish(enumerator)


def _add_curves(enumerator: CandidateEnumerator, leaves: Array, allowed: set[str]) -> None:
    """All curves of all monomials, with the inner constant on the grid."""
    inputs, one = (leaves[enumerator.operation[leaves] == kind] for kind in ("var", "one"))
    divide = bool({"div", "reciprocal"} & allowed)
    monomials = np.concatenate([inputs, _add_monomials(enumerator, inputs, divide)])
    width = np.ptp(enumerator.values[monomials], axis=1)
    rates = np.concatenate([_RATES, -_RATES])
    growing = _add_arguments(enumerator, monomials, rates, width)
    if "exp" in allowed:
        curves = enumerator.unary("exp", growing)
        for name in ("add", "sub"):
            if name in allowed:
                enumerator.binary(name, one, curves, keep_affine_images=True)
    if "add" in allowed:
        shifted = enumerator.binary("add", one, growing, keep_affine_images=True)
        for name in ("reciprocal", "log"):
            if name in allowed:
                enumerator.unary(name, shifted)
    if "tanh" in allowed:
        enumerator.unary("tanh", growing[enumerator.parameter[growing] > 0])
    _add_peaks(enumerator, inputs, one, allowed)
    names = [name for name in ("sin", "cos") if name in allowed]
    if names:
        few = monomials[:max(len(inputs), (enumerator.limit - enumerator.count) // (3 * len(_FREQUENCIES)))]
        waves = _add_arguments(enumerator, few, _FREQUENCIES, np.abs(enumerator.values[few]).max(axis=1))
        for name in names:
            enumerator.unary(name, waves)


def _add_peaks(enumerator: CandidateEnumerator, inputs: Array, one: Array, allowed: set[str]) -> None:
    """exp(-((x - c) / w)^2) and 1 / (1 + ((x - c) / w)^2) of single inputs: lines of a spectrum, a best temperature."""
    if not {"add", "square"} <= allowed:
        return
    for i in inputs[:_PEAKED]:
        column = enumerator.values[i]
        centred = enumerator.shifted(i, -np.quantile(column, _CENTRES))
        widths = float(np.ptp(column)) * _WIDTHS
        scaled = _add_arguments(enumerator, centred, 1.0 / widths, np.ones(len(centred)))
        squares = enumerator.unary("square", scaled)
        if "exp" in allowed:
            enumerator.unary("exp", enumerator.scaled(squares, -1.0))
        below = enumerator.binary("add", one, squares, keep_affine_images=True)
        if "reciprocal" in allowed:
            enumerator.unary("reciprocal", below)


def _add_monomials(enumerator: CandidateEnumerator, inputs: Array, negative: bool) -> Array:
    """Small monomials of the inputs, the inputs themselves left out."""
    d = len(inputs)
    every = exponents(d, 5, 2 if d <= 3 else 1, negative)
    # One over a product is rarely the argument of a curve; a quotient often is, either way up.
    found = list(itertools.islice((e for e in every if max(e) > 0 or sum(map(abs, e)) == 1), _MONOMIALS + 2 * d))
    made = enumerator.monomials(of_all_inputs(enumerator, inputs, found))
    return made[~np.isin(made, inputs)][:_MONOMIALS]


def _add_arguments(enumerator: CandidateEnumerator, ids: Array, factors: Array, size: Array) -> Array:
    """Every candidate (k,) times every factor, in units of one over the candidate's size (k,)."""
    return enumerator.scaled(np.repeat(ids, len(factors)), (factors[None, :] / size[:, None]).ravel())
