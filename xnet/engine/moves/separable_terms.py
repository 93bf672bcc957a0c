"""Terms of separable sums: products of curves of single inputs, times a line, a parabola or a wave of another input.

A term is f(x) = prod_j u_j(x_j) times c, (c + d z), (c + d z + e z^2) or (c sin(w z) + d cos(w z)), where each u_j is
x^p, exp(k x), exp(k / x), x, log x, sin x or cos x. The coefficients c, d and e are linear; exponents, rates and the
frequency w are fitted too. The derivative of f by an exponent or a rate is f times log x, x or 1 / x.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, call, mul
from xnet.engine.candidates.curve_templates import PERIODS, RATES

#: Exponents of the grid.
_POWERS = (-2.0, -1.5, -1.0, -0.5, 0.33, 0.5, 0.67, 1.5, 2.0, 3.0, 4.0)
#: The largest exponent, and the largest rate in units of one over the range of x or 1 / x.
_LARGEST_POWER, _LARGEST_RATE = 12.0, 40.0


class Kind(StrEnum):
    """A curve of one input."""

    POWER = "power"
    FIXED = "fixed power"
    EXP = "exp"
    INVERSE = "exp of the inverse"
    LINEAR = "linear"
    LOG = "log"
    SIN = "sin"
    COS = "cos"


class Block(StrEnum):
    """What a term is multiplied by: functions of one input with linear coefficients."""

    ONE = "1"
    LINE = "1, z"
    PARABOLA = "1, z, z^2"
    WAVE = "sin w z, cos w z"


#: What the height of a wave depends on.
_HEIGHTS = (Kind.LINEAR, Kind.POWER, Kind.FIXED, Kind.EXP)
#: Functions of a block.
_FUNCTIONS = {Block.ONE: 1, Block.LINE: 2, Block.PARABOLA: 3, Block.WAVE: 2}


class Factor(NamedTuple):
    """A curve of an input: the input's position, and the exponent or rate (0 for curves without one).

    A fixed power has an exponent that is not fitted: of inputs with both signs, and where the library has no power.
    """

    input: int
    kind: Kind
    value: float = 0.0


class Term(NamedTuple):
    """A product of factors times a block of functions of one input (-1 for the block 1); a wave has a frequency."""

    factors: tuple[Factor, ...]
    block: Block = Block.ONE
    input: int = -1
    frequency: float = 1.0

    @property
    def structure(self) -> str:
        """The term without its exponents and rates."""
        block = f"any {self.block}" if self.has_frequency else str(self.block)
        fixed = (f"{f.value}" if f.kind is Kind.FIXED else "" for f in self.factors)
        return " ".join([*(f"{f.kind}{f.input}{p}" for f, p in zip(self.factors, fixed, strict=True)),
                         f"{block}{self.input}"])

    @property
    def start(self) -> str:
        """The structure with the signs of exponents and rates: a fit rarely changes them."""
        return " ".join([self.structure, *("-" if f.value < 0 else "+" for f in self.factors)])

    @property
    def has_frequency(self) -> bool:
        """Whether the term is a wave whose frequency is fitted: any but 1."""
        return self.block is Block.WAVE and self.frequency != 1.0

    @property
    def n_columns(self) -> int:
        """Linear coefficients of the term."""
        return _FUNCTIONS[self.block]


class Inputs:
    """The inputs on the rows of a fit.

    Attributes:
        names: the inputs as expressions.
        columns: (d, n) their values.
    """

    def __init__(self, names: Sequence[Expr], columns: Array) -> None:
        self.names, self.columns = list(names), columns
        size = np.median(np.abs(columns), axis=1)
        self.size = np.where(size > 0, size, 1.0)
        self.positive = [bool((x > 0).all()) for x in columns]
        x = columns / self.size[:, None]
        self._scaled = x
        with np.errstate(all="ignore"):
            self._slopes = {Kind.POWER: np.log(x), Kind.EXP: x - x.mean(axis=1, keepdims=True),
                            Kind.INVERSE: 1.0 / x - (1.0 / x).mean(axis=1, keepdims=True)}
            self._most = {kind: _LARGEST_RATE / np.ptp(slopes, axis=1) for kind, slopes in self._slopes.items()}
        self._most[Kind.POWER] = np.full(len(x), _LARGEST_POWER)

    def slope(self, factor: Factor) -> Array | None:
        """(n,) the derivative of the factor's logarithm by its exponent or rate; None where that is not fitted."""
        return self._slopes[factor.kind][factor.input] if factor.kind in self._slopes else None

    def values(self, factor: Factor) -> Array:
        """(n,) the curve; powers in units of the input's size, exponentials as a share of that at the mean."""
        j, kind, p = factor
        if kind in (Kind.POWER, Kind.FIXED):
            return np.asarray(self._scaled[j] ** p)
        if kind in (Kind.EXP, Kind.INVERSE):
            return np.asarray(np.exp(p * self._slopes[kind][j]))
        if kind is Kind.LINEAR:
            return self._scaled[j]
        return np.asarray({Kind.LOG: np.log, Kind.SIN: np.sin, Kind.COS: np.cos}[kind](self.columns[j]))

    def product(self, term: Term) -> Array:
        """(n,) the factors of a term."""
        made = [self.values(factor) for factor in term.factors]
        return reduce(np.multiply, made) if made else np.ones(self.columns.shape[1])

    def columns_of(self, term: Term) -> Array:
        """(b, n) the columns of a term."""
        return np.asarray(self.product(term) * self.block(term))

    def block(self, term: Term) -> Array:
        """(b, n) the functions of a term's block."""
        if term.block is Block.ONE:
            return np.ones((1, self.columns.shape[1]))
        if term.block is Block.WAVE:
            z = term.frequency * self.columns[term.input]
            return np.stack([np.sin(z), np.cos(z)])
        z = self._scaled[term.input]
        return np.stack([np.ones_like(z), z, z * z][:term.n_columns])

    def wave_slope(self, term: Term, coefficients: Array) -> Array:
        """(n,) the derivative by its frequency of a term with a wave and coefficients (2,)."""
        sine, cosine = self.block(term)
        found: Array = self.columns[term.input] * (coefficients[0] * cosine - coefficients[1] * sine)
        return self.product(term) * found

    def moved(self, term: Term, k: int, step: float) -> Term:
        """The term with the exponent or rate of its factor k, or its frequency (k = -1), changed, within limits."""
        if k < 0:
            return term._replace(frequency=term.frequency + step)
        factor = term.factors[k]
        most = float(self._most[factor.kind][factor.input])
        factor = Factor(factor.input, factor.kind, max(-most, min(factor.value + step, most)))
        return term._replace(factors=(*term.factors[:k], factor, *term.factors[k + 1:]))

    def expression(self, term: Term, coefficients: Sequence[float]) -> tuple[float, Expr]:
        """The term with the coefficients of its columns: a number and what it multiplies."""
        number, factors = 1.0, []
        for j, kind, p in term.factors:
            x, size = self.names[j], float(self.size[j])
            if kind in (Kind.POWER, Kind.FIXED, Kind.LINEAR):
                exponent = 1.0 if kind is Kind.LINEAR else p
                factors.append((x, exponent))
                number *= size ** -exponent
            elif kind in (Kind.EXP, Kind.INVERSE):
                rate, sign = (p / size, 1.0) if kind is Kind.EXP else (p * size, -1.0)
                mean = float((self.columns[j] ** sign).mean())
                factors.append((call("exp", add([(rate, mul([(x, sign)]))], -rate * mean)), 1.0))
            else:
                factors.append((call(str(kind), x), 1.0))
        if term.block is Block.ONE:
            return number * coefficients[0], mul(factors)
        z, size = self.names[term.input], float(self.size[term.input])
        argument = add([(term.frequency, z)])
        functions = [call("sin", argument), call("cos", argument)] if term.block is Block.WAVE else \
            [ONE, z, mul([(z, 2.0)])]
        scale = [1.0, 1.0] if term.block is Block.WAVE else [1.0, size, size * size]
        inner = add([(c / s, f) for c, s, f in zip(coefficients, scale, functions, strict=False)])
        return number, mul([(inner, 1.0), *factors])


def shorter(term: Term) -> list[tuple[Term, ...]]:
    """What may stand in the place of a term: nothing, or the term with fewer or simpler factors or a shorter block."""
    factors, z = term.factors, term.input
    found: list[tuple[Term, ...]] = [()]
    for k, factor in enumerate(factors):
        if factor.kind in (Kind.EXP, Kind.INVERSE, Kind.POWER, Kind.FIXED):
            line = Factor(factor.input, Kind.LINEAR)
            found.append((term._replace(factors=(*factors[:k], line, *factors[k + 1:])),))
        if len(factors) > 1:
            found.append((term._replace(factors=(*factors[:k], *factors[k + 1:])),))
    if term.block is Block.PARABOLA:
        found.append((Term(factors, Block.LINE, z),))
    elif term.block is Block.LINE:
        found += [(Term(factors),)] if factors else []
        found.append((Term((*factors, Factor(z, Kind.LINEAR))),))
    elif term.block is Block.WAVE:
        found += [(Term(factors),)] if factors else []
        if term.frequency == 1.0:
            found += [(Term((*factors, Factor(z, kind))),) for kind in (Kind.SIN, Kind.COS)]
        else:
            found.append((term._replace(frequency=1.0),))
    return found


def dictionaries(inputs: Inputs, activations: Sequence[str]) -> tuple[list[Term], list[Term], list[Term]]:
    """Curves of single inputs; these and products of two; these and products with a block of another input.

    Two factors of the same input are a power, or the input itself, and an exponential.
    """
    n, allowed = len(inputs.names), set(activations)
    factors = [_factors(inputs, j, allowed) for j in range(n)]
    curves = [Term((f,)) for each in factors for f in each]
    waves = [(z, w) for z in range(n) for w in _frequencies(inputs.columns[z])] if {"sin", "cos"} & allowed else []
    curves += [Term((), Block.WAVE, z, w) for z, w in waves]
    products = [Term((f, g)) for each in factors for f in each if f.kind in (Kind.POWER, Kind.FIXED, Kind.LINEAR)
                for g in each if g.kind in (Kind.EXP, Kind.INVERSE)]
    products += [Term((f, g)) for a, b in itertools.combinations(range(n), 2) for f in factors[a] for g in factors[b]]
    blocks = [Term((f,), block, z) for block in (Block.LINE, Block.PARABOLA) for j in range(n) for f in factors[j]
              for z in range(n) if z != j]
    blocks += [Term((f,), Block.WAVE, z, w) for z, w in waves for each in factors for f in each if f.kind in _HEIGHTS]
    return curves, [*curves, *products], [*curves, *products, *blocks]


def single_factors(inputs: Inputs, j: int, activations: Sequence[str]) -> list[Term]:
    """The curves of input j."""
    return [Term((factor,)) for factor in _factors(inputs, j, set(activations))]


def _frequencies(column: Array) -> list[float]:
    """1, and those with some numbers of periods in the range of the input."""
    return [1.0, *(2.0 * np.pi * p / float(np.ptp(column)) for p in PERIODS)]


def _factors(inputs: Inputs, j: int, allowed: set[str]) -> list[Factor]:
    """The curves of input j on a grid of exponents and rates."""
    x, positive = inputs.columns[j] / inputs.size[j], inputs.positive[j]
    found = [Factor(j, Kind.LINEAR)]
    if positive and "pow" in allowed:
        found += [Factor(j, Kind.POWER, p) for p in _POWERS]
    else:
        found += [Factor(j, Kind.FIXED, p) for p in _POWERS if (p.is_integer() or (
            positive and (2.0 * p).is_integer() and "sqrt" in allowed)) and (p > 0 or (positive and "div" in allowed))]
    if "exp" in allowed:
        found += [Factor(j, Kind.EXP, sign * rate / float(np.ptp(x))) for rate in RATES for sign in (1.0, -1.0)]
        if positive and "div" in allowed:
            found += [Factor(j, Kind.INVERSE, sign * rate / float(np.ptp(1.0 / x)))
                      for rate in RATES for sign in (1.0, -1.0)]
    if "log" in allowed and positive:
        found.append(Factor(j, Kind.LOG))
    return found + [Factor(j, kind) for kind in (Kind.SIN, Kind.COS) if kind in allowed]
