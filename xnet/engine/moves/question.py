"""The record that every move speaks: one weighted least-squares question to the candidate library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.candidates.matching import Match
from xnet.engine.fitting.least_squares import least_squares_with_errors, weighted_least_squares

#: A coefficient within so many standard errors of zero (or of half a whole number, for an exponent) may be just that.
_CLEAR = 3.0


@dataclass(frozen=True)
class Question:
    """What is matched for one move, on all search rows (n,), and where the answer goes.

    Args:
        y, w, s, base, fixed, unit: as in `Match`.
        basis: the jointly fitted regressors with their values (logs of abs values for a power law).
        wrap: puts the answer in the neuron's place and returns the whole network's expression.
        words: the move in plain words.
        around: about how many neurons stand around the answer.
    """

    y: Array
    w: Array
    basis: tuple[tuple[Expr, Array], ...]
    wrap: Callable[[Expr], Expr]
    words: str
    s: tuple[Expr, Array] | None = None
    logs: bool = False
    base: float = 0.0
    fixed: bool = False
    around: int = 0
    unit: bool = False

    def match(self, rows: Array) -> Match:
        """The question on the match rows."""
        return Match(self.y[rows], self.w[rows], tuple(q[rows] for _, q in self.basis),
                     None if self.s is None else self.s[1][rows], self.logs, self.base * len(rows) / len(self.y),
                     self.fixed, self.unit)

    def answers(self, candidate: Expr, values: Array) -> Iterator[Expr]:
        """The networks' expressions that a candidate makes, its coefficients refitted in float64."""
        if self.fixed:
            yield self.wrap(candidate)
            return
        column = np.log(np.abs(values)) if self.logs else values if self.s is None else values * self.s[1]
        if self.logs and (values < 0).all():  # a root of it would be none
            candidate = add([(-1.0, candidate)])
        if self.unit:
            yield from self._unit_laws(candidate, column)
            return
        head = candidate if self.s is None else mul([(candidate, 1.0), (self.s[0], 1.0)])
        yield from self._combinations([head, *(q for q, _ in self.basis)], [column, *(v for _, v in self.basis)])

    def without_candidate(self) -> Iterator[Expr]:
        """The networks' expressions that the regressors make alone: a straight line, or a pure power law."""
        if len(self.basis) > 1:
            yield from self._combinations([q for q, _ in self.basis], [v for _, v in self.basis])

    def _combinations(self, terms: list[Expr], columns: list[Array]) -> Iterator[Expr]:
        """The fitted combination of the terms, and the same without the terms that may as well be noise."""
        fit = least_squares_with_errors(columns, self.y, self.w)
        if fit is None:
            return
        coefficients, errors = fit
        if self.logs:
            yield from self._power_laws(terms, columns, coefficients, errors)
            return
        yield self.wrap(add(_significant(list(zip(coefficients, terms, strict=True)), columns)))
        clear = [i for i in range(len(terms)) if abs(coefficients[i]) > _CLEAR * errors[i]]
        if clear and len(clear) < len(terms):
            fewer = weighted_least_squares([columns[i] for i in clear], self.y, self.w)
            if fewer is not None:
                yield self.wrap(add([(c, terms[i]) for c, i in zip(fewer, clear, strict=True)]))

    def _unit_laws(self, candidate: Expr, column: Array) -> Iterator[Expr]:
        """K * candidate^+-1 * product of powers, the exponents whole or as fitted."""
        for sign in (1.0, -1.0):
            exponents = weighted_least_squares([q for _, q in self.basis], self.y - sign * column, self.w)
            if exponents is not None:
                for powers in (np.round(exponents), np.round(2 * exponents) / 2, exponents):
                    yield from self._power_laws([candidate, *(e for e, _ in self.basis)],
                                                [column, *(v for _, v in self.basis)],
                                                np.concatenate([[sign], powers]), np.zeros(len(powers) + 1))

    def _power_laws(self, bases: list[Expr], logs: list[Array], exponents: Array, errors: Array) -> Iterator[Expr]:
        """K * product of powers: first with exponents snapped to halves (as near as noise allows), then as fitted."""
        which = [i for i, b in enumerate(bases) if b is not ONE]
        bases, logs, powers = [bases[i] for i in which], [logs[i] for i in which], exponents[which]
        if np.abs(powers).max(initial=0.0) > 12:
            return
        snapped = np.round(2 * powers) / 2
        reach = np.clip(_CLEAR * errors[which], 0.06, 0.24)
        near = np.where(np.abs(snapped - powers) < reach, snapped, np.round(powers, 6))
        whole = np.round(powers)  # beside a candidate whose inner constant has still to be fitted
        for p in _different([near, powers, whole] if np.abs(whole - powers).max() < 0.35 else [near, powers]):
            size = np.exp(sum(e * v for e, v in zip(p, logs, strict=True)))
            good = np.isfinite(size) & (self.w > 0)
            if (size[good] > 0).any() and np.isfinite((np.exp(self.y) * size)[good]).all():
                weight = self.w[good]
                scale = float(np.exp(((self.y - np.log(size))[good] * weight).sum() / weight.sum()))
                product = mul([(b, float(e)) for b, e in zip(bases, p, strict=True) if abs(e) > 1e-9])
                yield self.wrap(add([(scale, product)]))
                yield self.wrap(add([(-scale, product)]))


def _different(rows: Sequence[Array]) -> list[Array]:
    """The rows without those that stand already."""
    return [p for i, p in enumerate(rows) if not any(np.abs(p - q).max(initial=0.0) <= 1e-7 for q in rows[:i])]


def _significant(items: list[tuple[float, Expr]], columns: list[Array]) -> list[tuple[float, Expr]]:
    """Drop terms that rounding made."""
    sizes = [abs(c) * float(np.max(np.abs(v))) for (c, _), v in zip(items, columns, strict=True)]
    largest = max(sizes)
    return [item for item, size in zip(items, sizes, strict=True) if size > 1e-9 * largest]
