"""Sums of products of curves of single inputs, with fitted exponents and rates.

Kinetics and creep, a s^n exp(-Q / T) + b s^m, cost functions a q^p + b L q^r, losses of heat and two decays beside an
offset have this form. A sum of terms of the library does not lead to it, because several exponents and rates have to
be right together. So sets of terms are built by orthogonal least squares over a grid of curves (Chen, Billings & Luo
1989) with a beam, and after each further term all exponents and rates are refined together with the coefficients by
Gauss-Newton steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, add
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .separable_terms import Block, Inputs, Term, dictionary, shorter
from .targets import root_target

#: Inputs, rows that the terms are chosen on, and rows for each number of a sum.
_INPUTS, _ROWS, _ROWS_EACH = 4, 250, 3
#: The most terms beside the constant, sets kept of every size, structures that each of them tries as a further term,
#: and sets of a size that are proposed.
_MOST_TERMS, _PROPOSED = 5, 2
_BEAM = (8, 6, 4, 4, 4)
_FURTHER = {1: 8, 2: 2, 3: 1}
#: Gauss-Newton steps of a refinement, shares of a step that are tried, and the largest change of an exponent or rate.
_STEPS, _SHARES, _LARGEST_STEP = 8, (1.0, 0.3, 0.1), 2.0
#: Price of a coefficient and of a fitted exponent or rate in nats, and the nats that a further term has to gain beside.
_PRICE, _EVIDENCE = 3.0, 3.0
#: The share of the variance that an exact sum leaves, and a smaller limit for logarithms.
_EXACT, _FLOOR = 1e-14, 1e-18
#: Columns whose part outside the others is smaller than this share of their squares are combinations of them.
_DEPENDENT = 1e-7


class _Fit(NamedTuple):
    """A set of terms, coefficients of the constant and of their columns, and the squares that they leave."""

    terms: tuple[Term, ...]
    columns: Array
    coefficients: Array
    residual: Array
    left: float


class _Regression(NamedTuple):
    """The target on the rows of the fit: values (n,), roots of the weights (n,), and squares about the mean."""

    inputs: Inputs
    y: Array
    root: Array
    whole: float

    def score(self, left: Array | float, numbers: int) -> Array:
        """Minus the log-likelihood in nats of squared errors, with the price of the numbers."""
        return np.asarray(0.5 * len(self.y) * np.log(np.maximum(np.asarray(left) / self.whole, _FLOOR))
                          + _PRICE * numbers)

    def numbers(self, terms: Sequence[Term]) -> int:
        """Coefficients, exponents and rates of a set."""
        return sum(t.n_columns + sum(self.inputs.slope(f) is not None for f in t.factors) for t in terms)

    def score_of(self, fit: _Fit) -> float:
        """The score of a set."""
        return float(self.score(fit.left, self.numbers(fit.terms)))

    def fit(self, terms: tuple[Term, ...]) -> _Fit | None:
        """The best coefficients of the terms as they are; None where a column is not finite or 0."""
        with np.errstate(all="ignore"):
            made = [self.inputs.product(t) * self.inputs.block(t) for t in terms]
        A = np.concatenate([np.ones((1, len(self.y))), *made]).T * self.root[:, None]
        size = np.linalg.norm(A, axis=0)
        if not np.isfinite(size).all() or not (size > 0).all():
            return None
        c = np.linalg.lstsq(A / size, self.root * self.y, rcond=1e-13)[0] / size
        r = self.root * self.y - A @ c
        return _Fit(terms, A, c, r, float(r @ r))


def separable_sums(rows: Rows, activations: Sequence[str]) -> Iterator[Expr]:
    """The best sums of one, two and more terms.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
    """
    items = rows.inputs()[:_INPUTS]
    if len(items) < 2 or not {"add", "mul"} <= set(activations):
        return
    target = root_target(rows)
    n = len(target.values)
    chosen = np.arange(n) if n <= _ROWS else np.linspace(0, n - 1, _ROWS).round().astype(int)
    y, w = target.values[chosen], target.weight[chosen]
    if not w.sum() > 0:
        return
    inputs = Inputs([e for e, _ in items], np.stack([column[chosen] for _, column in items]))
    root = np.sqrt(w / w.mean())
    whole = float(np.square(root * (y - np.average(y, weights=w))).sum())
    if whole > 0 and all(np.ptp(x) > 0 for x in inputs.columns):
        for fits in _growing(_Regression(inputs, y, root, whole), dictionary(inputs, activations)):
            yield from (_expression(fit, inputs) for fit in fits[:_PROPOSED])


def _growing(regression: _Regression, terms: list[Term]) -> Iterator[list[_Fit]]:
    """The best sets of every number of terms that pays, best first."""
    blocks = _Columns.of(regression, terms)
    empty = regression.fit(())
    beam = [] if empty is None else [empty]
    for size in range(_MOST_TERMS):
        longer: dict[tuple[str, ...], _Fit] = {}
        for fit in beam:
            for term in blocks.further(fit, regression):
                structure = tuple(sorted(t.structure for t in (*fit.terms, term)))
                if structure not in longer and _ROWS_EACH * regression.numbers((*fit.terms, term)) < len(regression.y):
                    poll()
                    begun = regression.fit((*fit.terms, term))
                    if begun is not None:
                        longer[structure] = _refined(begun, regression)
        ranked = sorted(longer.values(), key=regression.score_of)[:_BEAM[size]]
        unique = {tuple(sorted(t.structure for t in fit.terms)): fit
                  for fit in [*(_pruned(fit, regression) for fit in ranked[:_PROPOSED]), *ranked[_PROPOSED:]]}
        ranked = sorted(unique.values(), key=regression.score_of)
        if not ranked or regression.score_of(ranked[0]) > regression.score_of(beam[0]) - _EVIDENCE:
            return
        yield ranked
        if ranked[0].left <= _EXACT * regression.whole:
            return
        beam = ranked


class _Columns(NamedTuple):
    """The terms of the dictionary by their number of columns, with these weighted columns (K, b, n)."""

    groups: list[tuple[list[Term], Array]]

    @classmethod
    def of(cls, regression: _Regression, terms: list[Term]) -> _Columns:
        groups = []
        for b in sorted({t.n_columns for t in terms}):
            those = [t for t in terms if t.n_columns == b]
            with np.errstate(all="ignore"):
                Z = np.stack([regression.inputs.product(t) * regression.inputs.block(t) for t in those])
            Z = Z * regression.root
            size = np.linalg.norm(Z, axis=2, keepdims=True)
            good = (np.isfinite(size) & (size > 0)).all(axis=(1, 2))
            groups.append(([t for t, g in zip(those, good, strict=True) if g], Z[good] / size[good]))
        return cls(groups)

    def further(self, fit: _Fit, regression: _Regression) -> list[Term]:
        """The terms of different structures that promise most beside a set, best first."""
        Q = np.linalg.qr(fit.columns)[0]
        found = []
        for terms, Z in self.groups:
            outside = Z - (Z @ Q) @ Q.T
            gram = outside @ outside.transpose(0, 2, 1)
            free = np.einsum("kii->ki", gram).min(axis=1) > _DEPENDENT
            right = outside @ fit.residual
            gram = gram[free] + 1e-9 * np.eye(Z.shape[1])
            gain = np.einsum("ij,ij->i", right[free], np.linalg.solve(gram, right[free][:, :, None])[:, :, 0])
            scores = regression.score(np.maximum(fit.left - gain, 0.0), Z.shape[1])
            places = np.flatnonzero(free)
            those: dict[str, Term] = {}
            for k in places[np.argsort(scores, kind="stable")[:400]]:
                those.setdefault(terms[k].structure, terms[k])
                if len(those) == _FURTHER[Z.shape[1]]:
                    break
            found += those.values()
        return found


def _refined(fit: _Fit, regression: _Regression) -> _Fit:
    """The set with its exponents and rates fitted together with the coefficients, by Gauss-Newton steps."""
    inputs, n = regression.inputs, 1 + sum(t.n_columns for t in fit.terms)
    for _ in range(_STEPS):
        slopes, places, first = [], [], 1
        for i, term in enumerate(fit.terms):
            last = first + term.n_columns
            value = fit.columns[:, first:last] @ fit.coefficients[first:last]
            for k, factor in enumerate(term.factors):
                slope = inputs.slope(factor)
                if slope is not None:
                    slopes.append(value * slope)
                    places.append((i, k))
            first = last
        if not slopes:
            return fit
        J = np.concatenate([fit.columns, np.stack(slopes, axis=1)], axis=1)
        size = np.linalg.norm(J, axis=0)
        size[size == 0] = 1.0
        step = (np.linalg.lstsq(J / size, fit.residual, rcond=1e-9)[0] / size)[n:]
        new = _stepped(fit, places, np.clip(step, -_LARGEST_STEP, _LARGEST_STEP), regression)
        if new is None:
            return fit
        settled = new.left > 0.999 * fit.left or new.left <= 1e-26 * regression.whole
        fit = new
        if settled:
            break
    return fit


def _pruned(fit: _Fit, regression: _Regression) -> _Fit:
    """The set without terms and parts of blocks that do not pay."""
    while len(fit.terms) > 1 or fit.terms[0].block is not Block.ONE:
        tried = [_refined(begun, regression) for i, term in enumerate(fit.terms) for less in shorter(term)
                 if (begun := regression.fit((*fit.terms[:i], *less, *fit.terms[i + 1:]))) is not None]
        best = min(tried, key=regression.score_of, default=None)
        if best is None or regression.score_of(best) >= regression.score_of(fit):
            break
        fit = best
    return fit


def _stepped(fit: _Fit, places: list[tuple[int, int]], step: Array, regression: _Regression) -> _Fit | None:
    """The set after the largest share of a step that improves it; None if none does."""
    for share in _SHARES:
        terms = [list(t.factors) for t in fit.terms]
        for (i, k), d in zip(places, step.tolist(), strict=True):
            terms[i][k] = regression.inputs.moved(terms[i][k], share * d)
        new = regression.fit(tuple(t._replace(factors=tuple(f)) for t, f in zip(fit.terms, terms, strict=True)))
        if new is not None and new.left < fit.left:
            return new
    return None


def _expression(fit: _Fit, inputs: Inputs) -> Expr:
    """The set as an expression."""
    items, first = [], 1
    for term in fit.terms:
        items.append(inputs.expression(term, fit.coefficients[first:first + term.n_columns].tolist()))
        first += term.n_columns
    return add(items, float(fit.coefficients[0]))
