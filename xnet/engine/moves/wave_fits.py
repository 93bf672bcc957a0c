"""Fits of fast waves by scans of frequencies, of one input and of two inputs at once.

A fast wave correlates with no slow one, so a grid of a few frequencies does not lead to it, and a product such as
cos(9.8 x) sin(1.3 w) correlates with no wave of a single input. The scan is dense: of a residual r (what a constant and
given terms leave of the target), the periodogram |sum r exp(i (a x + b w))|^2 is computed on a grid of both
frequencies, and again with a x - b w, each by one product of two complex matrices. A product of two waves has half of
its size in either. The grid's step is half a turn over the input's range.

Under noise a periodogram divided by its mean is exponentially distributed (Scargle 1982). The largest of N sums of two
exceeds z with a probability of at most N (1 + z) exp(-z). Only peaks above chance are fitted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, add, call, mul
from xnet.engine.candidates.matching import orthonormal_basis
from xnet.engine.fitting.least_squares import least_squares_with_errors, weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .targets import Target

#: Rows of a scan, frequencies of an input, inputs that are scanned (alone and in pairs), and peaks that are fitted.
_ROWS, _FREQUENCIES, _ALONE, _IN_PAIRS, _PEAKS = 256, 400, 10, 5, 4
#: The largest probability with which chance makes a peak.
_CHANCE = 1e-7
#: Waves of fewer half turns than this are left to the candidate libraries.
_SLOW = 8
#: Finer grids around a peak: their steps in units of the grid's.
_FINER = (0.25, 0.0625)
#: A phase this close to a quarter turn, in radians, is proposed as that quarter turn too.
_NEAR = 0.1
#: A coefficient within this many standard errors of zero may be zero.
_CLEAR = 3.0

Term = tuple[Expr, Array]


@dataclass(frozen=True)
class _Peak:
    """A peak of a periodogram.

    Attributes:
        gain: the share of the residual that its wave explains, to first order.
        waves: the expressions of one or two inputs, each with its frequency in radians per unit.
        multiplier: an input that the wave is multiplied by; `ONE` for none.
    """

    gain: float
    waves: tuple[tuple[Expr, float], ...]
    multiplier: Expr


def wave_fits(target: Target, terms: Sequence[Expr], rows: Rows) -> Iterator[Expr]:
    """Sums of given terms and one wave, for the strongest peaks above chance.

    Args:
        target: (n,) on `rows`.
        terms: the terms beside the wave and a constant; their coefficients are fitted again.
        rows: the rows to explain.
    """
    memo: dict[Expr, Array] = {}
    beside = [(ONE, np.ones_like(rows.y)), *((e, evaluate(e, rows.columns, memo)) for e in terms)]
    if not all(np.isfinite(v).all() for _, v in beside):
        return
    peaks = sorted(_peaks(target, beside, rows), key=lambda p: -p.gain)
    for peak in peaks[:_PEAKS]:
        for wave in _waves(peak, rows, target, beside):
            yield from _combined(wave, target, beside, rows)


def _peaks(target: Target, beside: list[Term], rows: Rows) -> Iterator[_Peak]:
    """The peaks above chance: of inputs alone and times another input, and of pairs of inputs."""
    root = np.sqrt(target.weight)
    basis = orthonormal_basis(np.stack([root * v for _, v in beside]))
    weighted = root * target.values
    residual = weighted - basis.T @ (basis @ weighted)
    if not float(residual @ residual) > 1e-20 * float(weighted @ weighted):
        return
    which = np.random.default_rng(0).permutation(len(rows.y))[:_ROWS]
    inputs = [(e, v[which]) for e, v in rows.inputs()[:_ALONE]]
    signal = (root * residual)[which]
    one = (ONE, np.ones(len(which)))
    for x in inputs:
        for multiplier in [one, *(z for z in inputs if z is not x)]:
            yield from _peak(signal, (x,), multiplier)
    for pair in itertools.combinations(inputs[:_IN_PAIRS], 2):
        yield from _peak(signal, pair, one)


def _peak(residual: Array, inputs: tuple[Term, ...], multiplier: Term) -> Iterator[_Peak]:
    """The highest peak of a periodogram of one or two inputs, if it is above chance."""
    signal, columns = residual * multiplier[1], [v for _, v in inputs]
    grids = [_frequencies(v) for v in columns]
    if len(inputs) == 1:
        grids, columns = [*grids, np.zeros(1)], [*columns, np.zeros_like(signal)]
    power = np.add(*_periodograms(signal, columns, grids))
    power[np.ix_(*(np.arange(len(g)) < _SLOW for g in grids))] = 0.0
    if len(inputs) == 2:
        power[0], power[:, 0] = 0.0, 0.0  # the waves of one input
    mean, at = float(signal @ signal), np.unravel_index(int(np.argmax(power)), power.shape)
    height = float(power[at]) / mean if mean > 0 else 0.0
    if math.log(power.size * (1.0 + height)) - height > math.log(_CHANCE):
        return
    found = [float(g[k]) for g, k in zip(grids, at, strict=True)]
    for finer in _FINER:
        around = [f + finer * (g[1] - g[0]) * np.arange(-3, 4) if len(g) > 1 else g
                  for f, g in zip(found, grids, strict=True)]
        both = _periodograms(signal, columns, around)
        at = np.unravel_index(int(np.argmax(np.add(*both))), both[0].shape)
        found = [float(g[k]) for g, k in zip(around, at, strict=True)]
    gain = 2.0 * float((both[0] + both[1])[at]) / float(multiplier[1] @ multiplier[1]) / float(residual @ residual)
    signs = (1.0, 1.0 if both[0][at] >= both[1][at] else -1.0)
    waves = tuple((e, sign * f) for (e, _), f, sign in zip(inputs, found, signs, strict=False))
    yield _Peak(gain, waves, multiplier[0])


def _frequencies(column: Array) -> Array:
    """Frequencies in radians per unit: from 0 to one turn over the median distance of neighbouring values.

    On a regular grid of values, waves of more than half a turn over that distance look like slower ones.
    """
    values = np.unique(column)
    width = float(values[-1] - values[0])
    if width == 0.0:
        return np.zeros(1)
    gaps = np.diff(values)
    half_turns = width / float(np.median(gaps)) * (1.0 if np.quantile(gaps, 0.1) > 0.5 * np.median(gaps) else 2.0)
    return math.pi / width * np.arange(int(min(half_turns, _FREQUENCIES)) + 1)


def _periodograms(signal: Array, columns: Sequence[Array], grids: Sequence[Array]) -> tuple[Array, Array]:
    """|sum signal exp(i (a x + b w))|^2 and the same with a x - b w, for all a and b of the grids of x and w (n,).

    A product of two waves is the sum of a wave of a x + b w and one of a x - b w, of the same size.
    """
    left, right = (np.exp(1j * np.outer(g, v)).astype(np.complex64) for g, v in zip(grids, columns, strict=True))
    left *= signal.astype(np.float32)
    plus, minus = (np.square(p.real) + np.square(p.imag) for p in (left @ right.T, left @ right.conj().T))
    return plus, minus


def _waves(peak: _Peak, rows: Rows, target: Target, beside: list[Term]) -> Iterator[Expr]:
    """The wave of a peak with the phases that fit best; of two inputs also the product of two waves."""
    arguments = [add([(f, e)]) for e, f in peak.waves]
    for factors in [[add([(1.0, a) for a in arguments])], *([arguments] if len(arguments) > 1 else [])]:
        for phases in _phases(peak.multiplier, factors, rows, target, beside):
            sines = [(_sine(a, phase), 1.0) for a, phase in zip(factors, phases, strict=True)]
            yield mul([(peak.multiplier, 1.0), *sines])


def _phases(multiplier: Expr, factors: list[Expr], rows: Rows, target: Target,
            beside: list[Term]) -> Iterator[list[float]]:
    """The best phases of a product of one or two sines, then the same with those near a quarter turn rounded to it.

    Of two sines, the product is the rank-one part of the best combination of the four products of sines and cosines.
    """
    columns = [evaluate(multiplier, rows.columns, {})]
    for argument in factors:
        turns = evaluate(argument, rows.columns, {})
        columns = [c * f for c in columns for f in (np.sin(turns), np.cos(turns))]
    coefficients = weighted_least_squares([*columns, *(v for _, v in beside)], target.values, target.weight)
    if coefficients is None:
        return
    left, _, right = np.linalg.svd(coefficients[:len(columns)].reshape(2, -1))
    phases = [math.atan2(v[1], v[0]) for v in (left[:, 0], right[0])[:len(factors)]]
    yield phases
    quarters = [math.pi / 2.0 * round(2.0 * phase / math.pi) for phase in phases]
    near = [q if abs(q - phase) < _NEAR else phase for phase, q in zip(phases, quarters, strict=True)]
    if near != phases:
        yield near


def _sine(argument: Expr, phase: float) -> Expr:
    """sin(argument + phase), without the phase where it is a multiple of a quarter turn; the sign may differ."""
    quarters = round(2.0 * phase / math.pi)
    if phase == math.pi / 2.0 * quarters:
        return call("cos" if quarters % 2 else "sin", argument)
    return call("sin", add([(1.0, argument)], phase))


def _combined(wave: Expr, target: Target, beside: list[Term], rows: Rows) -> Iterator[Expr]:
    """The best combination of a wave and the terms beside it, then of those that are clearly not zero."""
    terms = [(wave, evaluate(wave, rows.columns, {})), *beside]
    fit = least_squares_with_errors([v for _, v in terms], target.values, target.weight)
    if fit is None:
        return
    yield add([(float(c), e) for c, (e, _) in zip(fit[0], terms, strict=True)])
    clear = [term for term, c, error in zip(terms, *fit, strict=True) if abs(c) > _CLEAR * error]
    fewer = weighted_least_squares([v for _, v in clear], target.values, target.weight) \
        if 0 < len(clear) < len(terms) else None
    if fewer is not None:
        yield add([(float(c), e) for c, (e, _) in zip(fewer, clear, strict=True)])
