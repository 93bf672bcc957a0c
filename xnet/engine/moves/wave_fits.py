"""Fits of fast waves by scans of frequencies, of one input and of two inputs at once.

A fast wave correlates with no slow one, so a grid of a few frequencies does not lead to it, and a product such as
cos(9.8 x) sin(1.3 w) correlates with no wave of a single input. The scan is dense: of a residual r (what a constant and
given terms leave of the target), the periodogram |sum r exp(i (a x + b w))|^2 is computed on a grid of both
frequencies, and that with a x - b w, both by one product of two matrices of cosines and sines. A product of two waves
has half of its size in either. The grid's step is half a turn over the input's range.

Only peaks above chance are fitted. In noise with m degrees of freedom, the share of the squares that 2 q waves explain
has the distribution Beta(q, m / 2 - q), and the largest of N shares exceeds z with at most N times its probability.
A periodogram divided by its mean is exponentially distributed in many rows only (Scargle 1982): in fewer than fifty, a
wave without noise is not as high as chance makes exponential numbers.
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
#: The largest probability with which chance makes a peak, and the peaks of noise for each frequency of a grid.
_CHANCE, _BETWEEN = 1e-7, 2
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


@dataclass(frozen=True)
class _Scanned:
    """An input with the waves of all frequencies of a scan.

    Attributes:
        expr, column: the input and its values (n,).
        grid: (k,) frequencies in radians per unit, from 0.
        waves: (2 k, n) the cosines of all frequencies, then the sines.
    """

    expr: Expr
    column: Array
    grid: Array
    waves: Array

    @classmethod
    def of(cls, expr: Expr, column: Array) -> _Scanned:
        """The input with the usual grid."""
        return cls(expr, column, (grid := _frequencies(column)), _waves_at(grid, column))

    def near(self, frequency: float, finer: float) -> _Scanned:
        """The input with a few frequencies around one, in steps of `finer` steps of the grid."""
        grid = frequency + finer * (self.grid[1] - self.grid[0]) * np.arange(-3, 4)
        return _Scanned(self.expr, self.column, grid, _waves_at(grid, self.column))


@dataclass(frozen=True)
class _Residual:
    """What given terms leave of a target in the rows of a scan.

    Attributes:
        values: (n,) times the root of the weight.
        root: (n,) the root of the weight.
        beside: (k, n) the given terms, times the root.
    """

    values: Array
    root: Array
    beside: Array

    def is_hopeless(self, squares: float, count: int) -> bool:
        """Whether even twice the squares that a coarse peak explains would not be above chance."""
        share = min(2.0 * squares / float(self.values @ self.values), 1.0 - 1e-15)
        return math.log(count) + 0.5 * len(self.values) * math.log1p(-share) > math.log(_CHANCE)

    def is_above_chance(self, waves: Array, count: int) -> bool:
        """Whether 2 or 4 waves (2 q, n) explain more than chance gives the best of `count` peaks."""
        terms = orthonormal_basis(self.beside)
        left = self.values - terms.T @ (terms @ self.values)
        basis = orthonormal_basis(np.concatenate([terms, self.root * waves]))
        total, half = float(left @ left), (len(left) - len(basis)) / 2.0
        if not total > 0.0 or not half > 0.0:
            return False
        share = min(float(np.square(basis @ left).sum()) / total, 1.0 - 1e-15)
        of_two = math.log1p(half * share) if len(waves) > 2 else 0.0
        return math.log(count) + half * math.log1p(-share) + of_two < math.log(_CHANCE)


def _waves_at(grid: Array, column: Array) -> Array:
    """The waves of `_Scanned`, in single precision from the middle of the column on: no power depends on where they
    begin, and the turns since the zero of a date or of seconds since 1970 have no digits left for the phase."""
    turns = np.outer(grid, column - column.mean()).astype(np.float32)
    return np.concatenate([np.cos(turns), np.sin(turns)])


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
    inputs = [_Scanned.of(e, v[which]) for e, v in rows.inputs()[:_ALONE]]
    left = _Residual((root * residual)[which], root[which], np.stack([(root * v)[which] for _, v in beside]))
    for x in inputs:
        yield from _peaks_of_one(left, x, [z for z in inputs if z is not x])
    for x, w in itertools.combinations(inputs[:_IN_PAIRS], 2):
        yield from _peak_of_two(left, x, w)


def _peaks_of_one(left: _Residual, x: _Scanned, others: list[_Scanned]) -> Iterator[_Peak]:
    """The highest peaks of waves of one input, alone and times every other input, where they are above chance."""
    signal = left.values
    multipliers = [(ONE, np.ones_like(signal)), *((z.expr, z.column) for z in others)]
    signals = signal * np.stack([m for _, m in multipliers])
    powers = _power_of_one(signals, x)
    powers[:_SLOW] = 0.0
    for (expr, m), s, power in zip(multipliers, signals, powers.T, strict=True):
        if left.is_hopeless(2.0 * float(power.max()) / float(m @ m), len(x.grid)):
            continue
        a = float(x.grid[int(np.argmax(power))])
        for finer in _FINER:
            around = x.near(a, finer)
            power = _power_of_one(s[None], around)[:, 0]
            a = float(around.grid[np.argmax(power)])
        if left.is_above_chance(m * _waves_at(np.array([a]), x.column), _BETWEEN * len(x.grid)):
            yield _Peak(2.0 * float(power.max()) / float(m @ m) / float(signal @ signal), ((x.expr, a),), expr)


def _peak_of_two(left: _Residual, x: _Scanned, w: _Scanned) -> Iterator[_Peak]:
    """The highest peak of waves of two inputs, if it is above chance."""
    signal = left.values
    power, _ = _power_of_two(signal, x, w)
    power[:_SLOW, :_SLOW] = 0.0
    power[0], power[:, 0] = 0.0, 0.0  # the waves of one input
    at = np.unravel_index(int(np.argmax(power)), power.shape)
    if left.is_hopeless(2.0 * float(power[at]) / len(signal), power.size):
        return
    a, b = float(x.grid[at[0]]), float(w.grid[at[1]])
    for finer in _FINER:
        near = x.near(a, finer), w.near(b, finer)
        power, turning = _power_of_two(signal, *near)
        at = np.unravel_index(int(np.argmax(power)), power.shape)
        a, b = float(near[0].grid[at[0]]), float(near[1].grid[at[1]])
    of_x, of_w = _waves_at(np.array([a]), x.column), _waves_at(np.array([b]), w.column)
    if not left.is_above_chance((of_x[:, None] * of_w).reshape(4, -1), _BETWEEN**2 * len(x.grid) * len(w.grid)):
        return
    gain = 2.0 * float(power[at]) / len(signal) / float(signal @ signal)
    yield _Peak(gain, ((x.expr, a), (w.expr, b if turning[at] >= 0.0 else -b)), ONE)


def _power_of_one(signals: Array, x: _Scanned) -> Array:
    """|sum s exp(i a x)|^2 of signals s (m, n) for all frequencies a, (k, m)."""
    product = x.waves @ signals.T.astype(np.float32)
    return np.square(product).reshape(2, len(x.grid), -1).sum(axis=0)


def _power_of_two(signal: Array, x: _Scanned, w: _Scanned) -> tuple[Array, Array]:
    """|sum s exp(i (a x + b w))|^2 + |sum s exp(i (a x - b w))|^2 for all frequencies a and b, and their difference.

    A product of two waves is the sum of a wave of a x + b w and one of a x - b w, of the same size.
    """
    product = (x.waves * signal.astype(np.float32)) @ w.waves.T
    (cc, cs), (sc, ss) = product.reshape(2, len(x.grid), 2, len(w.grid)).transpose(0, 2, 1, 3)
    return 2.0 * (cc * cc + cs * cs + sc * sc + ss * ss), 4.0 * (cs * sc - cc * ss)


def _frequencies(column: Array) -> Array:
    """Frequencies in radians per unit: from 0 to one turn over the median distance of neighbouring values.

    On a regular grid of values, waves of more than half a turn over that distance look like slower ones.
    """
    values = np.unique(column)
    width = float(values[-1] - values[0])
    if width == 0.0:
        return np.arange(2.0)
    gaps = np.diff(values)
    half_turns = width / float(np.median(gaps)) * (1.0 if np.quantile(gaps, 0.1) > 0.5 * np.median(gaps) else 2.0)
    return math.pi / width * np.arange(int(min(half_turns, _FREQUENCIES)) + 1)


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
