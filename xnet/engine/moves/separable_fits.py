"""Fits of separable sums: coefficients by least squares, exponents, rates and frequencies by Gauss-Newton steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, add

from .separable_terms import Inputs, Term, shorter

#: Gauss-Newton steps of a refinement, shares of a step that are tried, and the largest change of an exponent or rate.
_STEPS, _SHARES, _LARGEST_STEP = 10, (1.0, 0.3, 0.1), 2.0
#: The price of a coefficient, exponent, rate or frequency in nats.
_PRICE = 3.0
#: The share of the variance that an exact sum leaves, and smaller ones, for logarithms and for the end of a refinement.
_EXACT, _FLOOR, _NOTHING = 1e-20, 1e-22, 1e-26
#: A step that leaves a larger share of the squares is the last one.
_SETTLED = 0.999


class SeparableFit(NamedTuple):
    """A set of k terms with the coefficients that fit best.

    Attributes:
        terms: the terms.
        columns: (n, c) 1 and the columns of the terms, times the roots of the weights.
        coefficients: (c,) of the columns.
        residual: (n,) the weighted residual.
        left: its squared length.
        score: minus the log-likelihood in nats of squared errors, with the price of the numbers.
    """

    terms: tuple[Term, ...]
    columns: Array
    coefficients: Array
    residual: Array
    left: float
    score: float

    @property
    def structure(self) -> tuple[str, ...]:
        """The terms without exponents, rates and frequencies."""
        return structure_of(self.terms)


def structure_of(terms: Iterable[Term]) -> tuple[str, ...]:
    """The structures of terms, sorted."""
    return tuple(sorted(t.structure for t in terms))


class Regression(NamedTuple):
    """A target to be fitted.

    Attributes:
        inputs: the inputs on the rows of the fit.
        y: (n,) the target.
        root: (n,) roots of the weights, whose mean is 1.
        whole: the weighted squares of the target about its mean.
    """

    inputs: Inputs
    y: Array
    root: Array
    whole: float

    @classmethod
    def of(cls, inputs: Inputs, y: Array, weight: Array) -> Regression:
        """The regression of a target (n,) with weights (n,), not all of them 0."""
        whole = float(weight @ np.square(y - np.average(y, weights=weight))) / float(weight.mean())
        return cls(inputs, y, np.sqrt(weight / weight.mean()), whole)

    def is_exact(self, fit: SeparableFit) -> bool:
        """Whether a set leaves nothing but rounding errors."""
        return fit.left <= _EXACT * self.whole

    def score(self, left: Array | float, numbers: int) -> Array:
        """The score of sets that leave squares `left` and have so many numbers; less is better."""
        share = np.maximum(np.asarray(left) / self.whole, _FLOOR)
        return np.asarray(0.5 * len(self.y) * np.log(share) + _PRICE * numbers)

    def numbers(self, terms: Iterable[Term]) -> int:
        """Coefficients, exponents, rates and frequencies of a set."""
        return sum(t.n_columns + t.has_frequency + sum(self.inputs.slope(f) is not None for f in t.factors)
                   for t in terms)

    def fit(self, terms: Sequence[Term]) -> SeparableFit | None:
        """The terms as they are with the best coefficients; None where a column is 0 or not finite."""
        with np.errstate(all="ignore"):
            made = [self.inputs.columns_of(t) for t in terms]
        A = np.concatenate([np.ones((1, len(self.y))), *made]).T * self.root[:, None]
        size = np.linalg.norm(A, axis=0)
        if not np.isfinite(size).all() or not (size > 0).all():
            return None
        c = np.linalg.lstsq(A / size, self.root * self.y, rcond=1e-13)[0] / size
        r = self.root * self.y - A @ c
        left = float(r @ r)
        return SeparableFit(tuple(terms), A, c, r, left, float(self.score(left, self.numbers(terms))))


def refined(fit: SeparableFit, regression: Regression, steps: int = _STEPS) -> SeparableFit:
    """The set with its exponents, rates and frequencies fitted together with the coefficients in at most `steps`."""
    for _ in range(steps):
        places, slopes = _slopes(fit, regression)
        if not places:
            return fit
        J = np.concatenate([fit.columns, np.stack(slopes, axis=1)], axis=1)
        size = np.linalg.norm(J, axis=0)
        size[size == 0] = 1.0
        step = (np.linalg.lstsq(J / size, fit.residual, rcond=1e-9)[0] / size)[fit.columns.shape[1]:]
        new = _stepped(fit, places, np.clip(step, -_LARGEST_STEP, _LARGEST_STEP), regression)
        if new is None:
            return fit
        settled = new.left > _SETTLED * fit.left or new.left <= _NOTHING * regression.whole
        fit = new
        if settled:
            break
    return fit


def _slopes(fit: SeparableFit, regression: Regression) -> tuple[list[tuple[int, int]], list[Array]]:
    """The numbers that are not linear, as term and factor (-1 for a frequency), and derivatives (n,) by them."""
    places, slopes, first = [], [], 1
    for i, term in enumerate(fit.terms):
        last = first + term.n_columns
        value = fit.columns[:, first:last] @ fit.coefficients[first:last]
        for k, factor in enumerate(term.factors):
            slope = regression.inputs.slope(factor)
            if slope is not None:
                places.append((i, k))
                slopes.append(value * slope)
        if term.has_frequency:
            places.append((i, -1))
            slopes.append(regression.root * regression.inputs.wave_slope(term, fit.coefficients[first:last]))
        first = last
    return places, slopes


def _stepped(fit: SeparableFit, places: list[tuple[int, int]], step: Array,
             regression: Regression) -> SeparableFit | None:
    """The set after the largest share of a step that improves it; None if none does."""
    for share in _SHARES:
        terms = list(fit.terms)
        for (i, k), d in zip(places, step.tolist(), strict=True):
            terms[i] = regression.inputs.moved(terms[i], k, share * d)
        new = regression.fit(terms)
        if new is not None and new.left < fit.left:
            return new
    return None


def pruned(fit: SeparableFit, regression: Regression) -> SeparableFit:
    """The set without the terms, factors and functions of blocks that do not pay."""
    while fit.terms:
        tried = [refined(begun, regression) for i, term in enumerate(fit.terms) for less in shorter(term)
                 if (begun := regression.fit((*fit.terms[:i], *less, *fit.terms[i + 1:]))) is not None]
        best = min(tried, key=lambda less: less.score, default=None)
        if best is None or best.score >= fit.score:
            break
        fit = best
    return fit


def expression_of(fit: SeparableFit, inputs: Inputs) -> Expr:
    """The set as an expression in the inputs."""
    items, first = [], 1
    for term in fit.terms:
        items.append(inputs.expression(term, fit.coefficients[first:first + term.n_columns].tolist()))
        first += term.n_columns
    return add(items, float(fit.coefficients[0]))
