"""Sparse sums: sums of a few terms of the dictionary, by a beam search over sets of terms.

Forward selection takes the best term of each round and cannot undo it: three terms that imitate a fourth stay. Here the
best sets of every size are kept, each grows by its best further terms, and all coefficients are refitted together
(orthogonal least squares, Chen, Billings & Luo 1989, with a beam).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, add, call, mul
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .query import Wrap
from .targets import Target

#: Sets that are kept of every size, further terms that each of them tries, and the most terms of a set.
_BEAM, _FURTHER, _MOST = 40, 24, 8
#: Rows for each term: with fewer, some set of terms explains any target.
_ROWS_PER_TERM = 4
#: The price in nats of a neuron or constant of a term, and the nats that a further term has to gain beside its price.
_PRICE, _EVIDENCE = 0.7, 3.0
#: What is left of the target's variance when a sum is exact up to rounding, and a smaller limit for logarithms.
_EXACT, _FLOOR = 1e-16, 1e-18
#: Sets of every size that are tried with fitted exponents.
_PROPOSED = 3
#: A factor that makes the exponent of a root a number to fit.
_NEAR = 1.02
#: Terms whose part outside the others is smaller than this share of their variance are combinations of them.
_DEPENDENT = 1e-7


@dataclass(frozen=True)
class _Regression:
    """The dictionary as a regression problem.

    Attributes:
        Z: (K, n) the terms times the roots of the weights, centred and of length 1.
        price: (K,) of each term in nats.
        position: (K,) of each term in the dictionary.
        y: (n,) the target times the roots of the weights, centred.
        whole: its squared length.
    """

    Z: Array
    price: Array
    position: Array
    y: Array
    whole: float

    @classmethod
    def of(cls, terms: CandidateLibrary, target: Target) -> _Regression:
        """The regression of a target (n,) on the terms; terms that are not finite or constant are left out."""
        root, share = np.sqrt(target.weight), target.weight / target.weight.sum()

        def centred(values: Array) -> Array:
            return np.asarray((values - (values @ share)[..., None]) * root)

        Z, y = centred(terms.values(terms.index)), centred(target.values)
        size = np.sqrt(np.einsum("ij,ij->i", Z, Z))
        good = np.isfinite(size) & (size > 0)
        position = terms.index[good]
        return cls(Z[good] / size[good, None], _PRICE * terms.complexity[position], position, y, float(y @ y))

    def score(self, left: Array) -> Array:
        """Minus the log-likelihood in nats of squared errors: half of n times the log of their share of the whole."""
        return np.asarray(0.5 * len(self.y) * np.log(np.maximum(left / self.whole, _FLOOR)))

    def longer_sets(self, beam: list[tuple[int, ...]]) -> list[tuple[float, tuple[int, ...], float]]:
        """Score, terms and squared error of the best sets with one term more than those of a beam, best first."""
        found: dict[tuple[int, ...], float] = {}
        for chosen in beam:
            poll()
            Q = np.linalg.qr(self.Z[list(chosen)].T)[0]
            r, inside = self.y - Q @ (Q.T @ self.y), self.Z @ Q
            outside = 1.0 - np.einsum("ij,ij->i", inside, inside)
            gain = np.where(outside > _DEPENDENT, (self.Z @ r) ** 2 / np.maximum(outside, _DEPENDENT), 0.0)
            left = float(r @ r) - gain
            scores = self.score(left) + self.price
            for j in np.argsort(scores, kind="stable")[:_FURTHER].tolist():
                if outside[j] > _DEPENDENT:
                    found.setdefault(tuple(sorted((*chosen, j))), float(left[j]))
        ranked = sorted((float(self.score(np.array(left)) + self.price[list(chosen)].sum()), chosen, left)
                        for chosen, left in found.items())
        return ranked[:_BEAM]

    def without_useless(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """The terms of an exact sum without those that it does not need."""
        for j in sorted(chosen, key=lambda j: (-self.price[j], j)):
            rest = tuple(k for k in chosen if k != j)
            Q = np.linalg.qr(self.Z[list(rest)].T)[0]
            r = self.y - Q @ (Q.T @ self.y)
            chosen = rest if float(r @ r) <= _EXACT * self.whole else chosen
        return chosen


def sparse_sums(target: Target, wrap: Wrap, rows: Rows, terms: CandidateLibrary) -> Iterator[Expr]:
    """The sum of as many terms as pay, and the best sums of every size with roots as powers.

    Shorter sums are left out as they are: they imitate the target, and would take the places of other networks in the
    search. With a fitted exponent one of them may be the law.

    Args:
        target: (n,) on `rows`, which are the dictionary's rows too.
        wrap: puts the sum in its place and returns the whole network's expression.
        rows: the rows to explain.
        terms: the dictionary, on all rows.
    """
    regression = _Regression.of(terms, target)
    if not len(regression.Z) or not 0 < regression.whole < np.inf:
        return
    sizes = [[_combination([terms.expression(int(i)) for i in regression.position[list(chosen)]], target, rows)
              for chosen in best] for best in _best_sets(regression)]
    for expr in (best[0] for best in sizes[-1:]):
        if expr is not None:
            yield wrap(expr)
    for expr in (expr for best in sizes for expr in best):
        if expr is not None and (free := with_free_powers(expr)) is not expr:
            yield wrap(free)


def _best_sets(regression: _Regression) -> list[list[tuple[int, ...]]]:
    """The best sets of terms of every size that pays, best first; only one where it is exact."""
    beam: list[tuple[int, ...]] = [()]
    lowest, best = 0.0, list[list[tuple[int, ...]]]()
    for _ in range(min(_MOST, len(regression.y) // _ROWS_PER_TERM)):
        ranked = regression.longer_sets(beam)
        if not ranked or ranked[0][0] > lowest - _EVIDENCE:
            break
        lowest, beam = ranked[0][0], [chosen for _, chosen, _ in ranked]
        if ranked[0][2] <= _EXACT * regression.whole:
            return [[regression.without_useless(beam[0])]]
        best.append(beam[:_PROPOSED])
    return best


def with_free_powers(total: Expr) -> Expr:
    """The sum with powers near the roots in its terms, so that the parameter phase fits their exponents."""
    terms = [(_with_free_powers(term), c) for term, c in total.args]
    if all(free is term for (free, _), (term, _) in zip(terms, total.args, strict=True)):
        return total
    return add([(c, term) for term, c in terms], total.value)


def _with_free_powers(term: Expr) -> Expr:
    factors = term.args if term.kind is ExprKind.PROD else ((term, 1.0),)
    free = [_free_power(base, p) for base, p in factors]
    return term if tuple(free) == tuple(factors) else mul(free)


def _free_power(base: Expr, p: float) -> tuple[Expr, float]:
    """A factor base**p; square roots and cube roots get an exponent that is no simple number."""
    size = base.kind is ExprKind.CALL and base.name == "abs"
    inner = base.args[0] if size else base
    if inner.kind is ExprKind.CALL and inner.name == "cbrt":
        argument = inner.args[0]
        if size or (argument.kind is ExprKind.CALL and argument.name == "abs"):
            return call("abs", argument), p * _NEAR / 3.0
    return base, p * _NEAR if p == 0.5 else p


def _combination(exprs: list[Expr], target: Target, rows: Rows) -> Expr | None:
    """The sum of terms with the best coefficients; None where they are not finite."""
    memo: dict[Expr, Array] = {}
    columns = [np.ones_like(target.values), *(evaluate(e, rows.columns, memo) for e in exprs)]
    coefficients = weighted_least_squares(columns, target.values, target.weight)
    if coefficients is None:
        return None
    return add([(float(c), e) for c, e in zip(coefficients, [ONE, *exprs], strict=True)])
