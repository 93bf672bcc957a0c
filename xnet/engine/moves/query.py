"""The record that all moves share: one weighted least-squares query to the candidate library.

A query holds a target, weights and jointly fitted regressors on all search rows. Matching (`candidates.matching`) finds
candidates for it in float32 on the match rows; `MoveQuery.expressions` then refits their coefficients in float64 on all
search rows and puts the fitted combination into the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, call, mul
from xnet.engine.candidates.matching import MatchQuery
from xnet.engine.fitting.least_squares import least_squares_with_errors, weighted_least_squares

#: Puts an expression in a neuron's place and returns the expression of the whole network.
Wrap = Callable[[Expr], Expr]

#: A coefficient within this many standard errors of zero may be zero, and an exponent within as many of a multiple
#: of one half may be that multiple.
_CLEAR = 3.0


@dataclass(frozen=True)
class MoveQuery:
    """The least-squares problem of one move, on all search rows (n,), and the place of the answer in the network.

    Attributes:
        target, weight: (n,) as in `MatchQuery`.
        regressors: the jointly fitted regressors with their values (n,) (logs of abs values for a power law).
        wrap: puts the answer in the neuron's place and returns the whole network's expression.
        description: the move in plain words.
        multiplier: the expression that the candidate is multiplied by, and its values (n,); None for 1.
        in_logs, floor, unscaled, unit_exponent: as in `MatchQuery`.
        context_size: approximate number of neurons of the network outside the answer.
        of_both_signs: in logs, the regressors that take both signs: a fractional power is one of their sizes.
    """

    target: Array
    weight: Array
    regressors: tuple[tuple[Expr, Array], ...]
    wrap: Wrap
    description: str
    multiplier: tuple[Expr, Array] | None = None
    in_logs: bool = False
    floor: float = 0.0
    unscaled: bool = False
    context_size: int = 0
    unit_exponent: bool = False
    of_both_signs: frozenset[Expr] = frozenset()

    def match_query(self, rows: Array) -> MatchQuery:
        """The query on the match rows, at positions (m,) among the search rows."""
        multiplier = None if self.multiplier is None else self.multiplier[1][rows]
        return MatchQuery(self.target[rows], self.weight[rows], tuple(values[rows] for _, values in self.regressors),
                          multiplier, self.in_logs, self.floor * len(rows) / len(self.target), self.unscaled,
                          self.unit_exponent)

    def expressions(self, candidate: Expr, values: Array) -> Iterator[Expr]:
        """Expressions of whole networks that hold a candidate, its coefficients refitted in float64.

        Args:
            candidate: an expression of the inputs.
            values: (n,) its values on the search rows.
        """
        if self.unscaled:
            yield self.wrap(candidate)
            return
        if self.in_logs:
            column = np.log(np.abs(values))
        else:
            column = values if self.multiplier is None else values * self.multiplier[1]
        if self.in_logs and (values < 0).all():  # -c in place of c: fractional powers of it are defined
            candidate = add([(-1.0, candidate)])
        if self.unit_exponent:
            yield from self._unit_exponent_laws(candidate, column)
            return
        head = candidate if self.multiplier is None else mul([(candidate, 1.0), (self.multiplier[0], 1.0)])
        yield from self._combinations([head, *self._terms()], [column, *self._columns()])

    def without_candidate(self) -> Iterator[Expr]:
        """Expressions of whole networks made of the regressors alone: a straight line, or a pure power law."""
        if len(self.regressors) > 1:
            yield from self._combinations(self._terms(), self._columns())

    def _terms(self) -> list[Expr]:
        return [expr for expr, _ in self.regressors]

    def _columns(self) -> list[Array]:
        return [values for _, values in self.regressors]

    def _combinations(self, terms: list[Expr], columns: list[Array]) -> Iterator[Expr]:
        """The fitted combination of the terms, then the same without the terms that may be noise."""
        fit = least_squares_with_errors(columns, self.target, self.weight)
        if fit is None:
            return
        coefficients, errors = fit
        if self.in_logs:
            yield from self._power_laws(terms, columns, coefficients, errors)
            return
        yield self.wrap(add(_significant(list(zip(coefficients, terms, strict=True)), columns)))
        clear = [i for i in range(len(terms)) if abs(coefficients[i]) > _CLEAR * errors[i]]
        if clear and len(clear) < len(terms):
            fewer = weighted_least_squares([columns[i] for i in clear], self.target, self.weight)
            if fewer is not None:
                yield self.wrap(add([(c, terms[i]) for c, i in zip(fewer, clear, strict=True)]))

    def _unit_exponent_laws(self, candidate: Expr, column: Array) -> Iterator[Expr]:
        """K * candidate^+-1 * product of powers, with exponents rounded to whole numbers, to halves, and as fitted."""
        bases, logs = [candidate, *self._terms()], [column, *self._columns()]
        for sign in (1.0, -1.0):
            exponents = weighted_least_squares(self._columns(), self.target - sign * column, self.weight)
            if exponents is not None:
                for powers in (np.round(exponents), np.round(2 * exponents) / 2, exponents):
                    yield from self._power_laws(bases, logs, np.concatenate([[sign], powers]),
                                                np.zeros(len(powers) + 1))

    def _power_laws(self, bases: list[Expr], logs: list[Array], exponents: Array, errors: Array) -> Iterator[Expr]:
        """K * product of powers: first with exponents snapped to halves as far as noise allows, then as fitted.

        The target is a logarithm, so both signs of K are proposed.
        """
        which = [i for i, b in enumerate(bases) if b is not ONE]
        bases, logs, powers = [bases[i] for i in which], [logs[i] for i in which], exponents[which]
        if np.abs(powers).max(initial=0.0) > 12:
            return
        snapped = np.round(2 * powers) / 2
        reach = np.clip(_CLEAR * errors[which], 0.06, 0.24)
        near = np.where(np.abs(snapped - powers) < reach, snapped, np.round(powers, 6))
        whole = np.round(powers)  # for a candidate whose inner constant is not fitted yet
        for p in _different([near, powers, whole] if np.abs(whole - powers).max() < 0.35 else [near, powers]):
            size = np.exp(sum(e * v for e, v in zip(p, logs, strict=True)))
            good = np.isfinite(size) & (self.weight > 0)
            if (size[good] > 0).any() and np.isfinite((np.exp(self.target) * size)[good]).all():
                weight = self.weight[good]
                scale = float(np.exp(((self.target - np.log(size))[good] * weight).sum() / weight.sum()))
                for product in self._products([(b, float(e)) for b, e in zip(bases, p, strict=True) if abs(e) > 1e-9]):
                    yield self.wrap(add([(scale, product)]))
                    yield self.wrap(add([(-scale, product)]))

    def _products(self, powers: list[tuple[Expr, float]]) -> Iterator[Expr]:
        """The product of powers; fractional ones of factors of both signs are even, or one of them is odd."""
        signed = [b for b, e in powers if b in self.of_both_signs and not e.is_integer()]
        even = [(call("abs", b) if b in signed else b, e) for b, e in powers]
        yield mul(even)
        for b in signed:
            yield mul([*even, (call("sign", b), 1.0)])


def _different(rows: Sequence[Array]) -> list[Array]:
    """The rows without repetitions of earlier rows."""
    return [p for i, p in enumerate(rows) if not any(np.abs(p - q).max(initial=0.0) <= 1e-7 for q in rows[:i])]


def _significant(items: list[tuple[float, Expr]], columns: list[Array]) -> list[tuple[float, Expr]]:
    """The terms without those that are no larger than rounding errors of the others."""
    sizes = [abs(c) * float(np.max(np.abs(v))) for (c, _), v in zip(items, columns, strict=True)]
    largest = max(sizes)
    return [item for item, size in zip(items, sizes, strict=True) if size > 1e-9 * largest]
