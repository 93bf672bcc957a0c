"""Terms of separable sums: products of curves of single inputs, times a line, a parabola or a wave of another input.

A term is f(x) = prod_j u_j(x_j) times c, (c + d z), (c + d z + e z^2) or (c sin z + d cos z), where each u_j is x^p,
exp(k x), exp(k / x), x, log x, sin x or cos x. The coefficients c, d and e are linear; exponents and rates are fitted
too, and the derivative of f by one of them is f times log x, x or 1 / x.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, call, mul
from xnet.engine.candidates.curve_templates import RATES

#: Exponents of the grid.
_POWERS = (-2.0, -1.5, -1.0, -0.5, 0.33, 0.5, 0.67, 1.5, 2.0, 3.0, 4.0)
#: The largest exponent, and the largest rate in units of one over the range of x or 1 / x.
_LARGEST_POWER, _LARGEST_RATE = 12.0, 40.0


class Kind(StrEnum):
    """A curve of one input."""

    POWER = "power"
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
    WAVE = "sin z, cos z"


#: Functions of a block.
_FUNCTIONS = {Block.ONE: 1, Block.LINE: 2, Block.PARABOLA: 3, Block.WAVE: 2}


class Factor(NamedTuple):
    """A curve of an input: the input's position, and the exponent or rate (0 for curves without one)."""

    input: int
    kind: Kind
    value: float = 0.0


class Term(NamedTuple):
    """A product of factors times a block of functions of one input (-1 for the block 1)."""

    factors: tuple[Factor, ...]
    block: Block = Block.ONE
    input: int = -1

    @property
    def structure(self) -> str:
        """The term without its exponents and rates."""
        return " ".join([*(f"{f.kind}{f.input}" for f in self.factors), f"{self.block}{self.input}"])

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

    def slope(self, factor: Factor) -> Array | None:
        """(n,) the derivative of the factor's logarithm by its exponent or rate; None where that is not fitted."""
        if factor.kind in (Kind.EXP, Kind.INVERSE) or (factor.kind is Kind.POWER and self.positive[factor.input]):
            return self._slopes[factor.kind][factor.input]
        return None

    def values(self, factor: Factor) -> Array:
        """(n,) the curve; powers in units of the input's size, exponentials as a share of that at the mean."""
        j, kind, p = factor
        if kind is Kind.POWER:
            return np.asarray(self._scaled[j] ** p)
        if kind in (Kind.EXP, Kind.INVERSE):
            return np.asarray(np.exp(p * self._slopes[kind][j]))
        if kind is Kind.LINEAR:
            return self._scaled[j]
        return np.asarray({Kind.LOG: np.log, Kind.SIN: np.sin, Kind.COS: np.cos}[kind](self.columns[j]))

    def product(self, term: Term) -> Array:
        """(n,) the factors of a term."""
        made = np.ones(self.columns.shape[1])
        for factor in term.factors:
            made = made * self.values(factor)
        return made

    def block(self, term: Term) -> Array:
        """(b, n) the functions of a term's block."""
        if term.block is Block.ONE:
            return np.ones((1, self.columns.shape[1]))
        if term.block is Block.WAVE:
            z = self.columns[term.input]
            return np.stack([np.sin(z), np.cos(z)])
        z = self._scaled[term.input]
        return np.stack([np.ones_like(z), z, z * z][:term.n_columns])

    def moved(self, factor: Factor, step: float) -> Factor:
        """The factor with its exponent or rate changed, within limits."""
        most = _LARGEST_POWER if factor.kind is Kind.POWER else \
            _LARGEST_RATE / float(np.ptp(self._slopes[factor.kind][factor.input]))
        return factor._replace(value=float(np.clip(factor.value + step, -most, most)))

    def expression(self, term: Term, coefficients: Sequence[float]) -> tuple[float, Expr]:
        """The term with the coefficients of its columns: a number and what it multiplies."""
        number, factors = 1.0, []
        for j, kind, p in term.factors:
            x, size = self.names[j], float(self.size[j])
            if kind in (Kind.POWER, Kind.LINEAR):
                exponent = p if kind is Kind.POWER else 1.0
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
        functions = [call("sin", z), call("cos", z)] if term.block is Block.WAVE else [ONE, z, mul([(z, 2.0)])]
        scale = [1.0, 1.0] if term.block is Block.WAVE else [1.0, size, size * size]
        inner = add([(c / s, f) for c, s, f in zip(coefficients, scale, functions, strict=False)])
        return number, mul([(inner, 1.0), *factors])


def shorter(term: Term) -> list[tuple[Term, ...]]:
    """What may stand in the place of a term: nothing, or the term with fewer or simpler factors or a shorter block."""
    factors, z = term.factors, term.input
    found: list[tuple[Term, ...]] = [()]
    for k, factor in enumerate(factors):
        if factor.kind in (Kind.EXP, Kind.INVERSE, Kind.POWER):
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
        found += [(Term((*factors, Factor(z, kind))),) for kind in (Kind.SIN, Kind.COS)]
    return found


def dictionary(inputs: Inputs, activations: Sequence[str]) -> list[Term]:
    """Single factors, products of two factors of different inputs, and factors times a block of another input."""
    allowed, n = set(activations), len(inputs.names)
    factors = [_factors(inputs, j, allowed) for j in range(n)]
    terms = [Term((f,)) for each in factors for f in each]
    terms += [Term((f, g)) for a, b in itertools.combinations(range(n), 2) for f in factors[a] for g in factors[b]]
    blocks = [Block.LINE, Block.PARABOLA, *([Block.WAVE] if {"sin", "cos"} & allowed else [])]
    if Block.WAVE in blocks:
        terms += [Term((), Block.WAVE, j) for j in range(n)]
    return terms + [Term((f,), block, z) for block in blocks for j in range(n) for f in factors[j]
                    for z in range(n) if z != j]


def _factors(inputs: Inputs, j: int, allowed: set[str]) -> list[Factor]:
    """The curves of input j on a grid of exponents and rates."""
    x, positive = inputs.columns[j] / inputs.size[j], inputs.positive[j]
    found = [Factor(j, Kind.LINEAR)]
    found += [Factor(j, Kind.POWER, p) for p in _POWERS if positive or (p > 0 and p.is_integer())]
    if "exp" in allowed:
        found += [Factor(j, Kind.EXP, sign * rate / float(np.ptp(x))) for rate in RATES for sign in (1.0, -1.0)]
        if positive:
            found += [Factor(j, Kind.INVERSE, sign * rate / float(np.ptp(1.0 / x)))
                      for rate in RATES for sign in (1.0, -1.0)]
    if "log" in allowed and positive:
        found.append(Factor(j, Kind.LOG))
    return found + [Factor(j, kind) for kind in (Kind.SIN, Kind.COS) if kind in allowed]
