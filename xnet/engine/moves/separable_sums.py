"""Sums of products of curves of single inputs, with fitted exponents, rates and frequencies.

Kinetics and creep, a s^n exp(-Q / T) + b s^m, cost functions a q^p + b L q^r, losses of heat, two decays beside an
offset and a season beside growth have this form. A sum of terms of the library does not lead to it, because several
exponents and rates have to be right together. So sets of terms are built by orthogonal least squares over a grid of
curves with a beam (Chen, Billings & Luo 1989), and after every change all exponents and rates of a set are refined
together with its coefficients. A set changes in four ways: it gains a term, another term takes the place of one, a term
gains a factor, and what does not pay is left out.

Products and waves with heights imitate sums of simpler curves. So sets are built three times, of curves of single
inputs, of products of two as well, and of all terms; the best sets of one time go on in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr
from xnet.engine.fitting.least_squares import explained_by_blocks
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .separable_fits import Regression, SeparableFit, expression_of, pruned, refined
from .separable_terms import Inputs, Term, dictionaries, single_factors
from .targets import Target, root_target

#: The most inputs, rows that the terms are chosen on, and rows for each number of a sum.
_INPUTS, _ROWS, _ROWS_EACH = 4, 150, 3
#: Sets kept of every number of terms beside the constant, and sets that are proposed.
_BEAM, _PROPOSED = (8, 6, 4, 4, 4), 2
#: Sets of simpler terms that go on beside those, Gauss-Newton steps that choose among sets, and sets that get more.
_SIMPLER, _FIRST_STEPS, _REFINED = 2, 3, 16
#: Terms of different starts with one, two and three columns that a set tries as a further term, and the best ones among
#: which these are sought.
_FURTHER, _BEST_TERMS = {1: 8, 2: 2, 3: 1}, 400
#: The nats that a further term has to gain beside its price.
_EVIDENCE = 3.0
#: After each number of terms, the share of the variance that a sum may leave, or it does not grow: other steps of the
#: search approach surfaces without such a law with less effort.
_LEFT = (1.0, 0.1, 0.01, 1e-3, 1.0)
#: Columns whose part outside the others is smaller than this share of their squares are combinations of them.
_DEPENDENT = 1e-7


def separable_sums(rows: Rows, activations: Sequence[str]) -> Iterator[Expr]:
    """The best sums of one, two and more terms.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
    """
    if not {"add", "mul"} <= set(activations):
        return
    regression = _regression(rows, root_target(rows), activations)
    if regression is not None:
        for fits in _growing(regression, activations):
            yield from (expression_of(fit, regression.inputs) for fit in fits[:_PROPOSED] if fit.terms)


def _regression(rows: Rows, target: Target, activations: Sequence[str]) -> Regression | None:
    """The target on some of the rows, and the inputs that explain most of it alone; None where nothing varies."""
    chosen = np.flatnonzero(target.weight > 0)
    if len(chosen) > _ROWS:
        chosen = chosen[np.linspace(0, len(chosen) - 1, _ROWS).round().astype(int)]
    y, weight = target.values[chosen], target.weight[chosen]
    items = [(name, column[chosen]) for name, column in rows.inputs() if np.ptp(column[chosen]) > 0]
    if not items:
        return None
    regression = Regression.of(_inputs_of(items), y, weight)
    if not 0 < regression.whole < np.inf:
        return None
    if len(items) > _INPUTS:
        gains = [_Columns.of(regression, single_factors(regression.inputs, j, activations)).least_score(regression)
                 for j in range(len(items))]
        best = sorted(np.argsort(gains, kind="stable")[:_INPUTS].tolist())
        regression = Regression.of(_inputs_of([items[j] for j in best]), y, weight)
    return regression


def _inputs_of(items: Sequence[tuple[Expr, Array]]) -> Inputs:
    return Inputs([name for name, _ in items], np.stack([column for _, column in items]))


def _growing(regression: Regression, activations: Sequence[str]) -> Iterator[list[SeparableFit]]:
    """The best sets of every number of terms that pays, best first, of ever more kinds of terms."""
    factors = [term for j in range(len(regression.inputs.names))
               for term in single_factors(regression.inputs, j, activations)]
    simpler: list[list[SeparableFit]] = []
    for k, terms in enumerate(dictionaries(regression.inputs, activations)):
        grown = []
        for ranked in _grown(regression, _Columns.of(regression, terms), factors if k else (), simpler):
            grown.append(ranked)
            yield ranked
        if grown and regression.is_exact(grown[-1][0]):
            return
        simpler = grown


def _grown(regression: Regression, columns: _Columns, factors: Sequence[Term],
           simpler: Sequence[Sequence[SeparableFit]]) -> Iterator[list[SeparableFit]]:
    """The best sets of every number of terms that pays, best first.

    Args:
        columns: the terms.
        factors: what a term may be multiplied by.
        simpler: sets of simpler terms, by their number.
    """
    empty = regression.fit(())
    beam = [] if empty is None else [empty]
    for k, (most, left) in enumerate(zip(_BEAM, _LEFT, strict=True)):
        ranked = _ranked(_longer(beam, columns, regression), most)
        if ranked and not regression.is_exact(ranked[0]):
            ranked = _ranked([*ranked, *_with_another_term(ranked[0], columns, regression)], most)
        if ranked and not regression.is_exact(ranked[0]):
            ranked = _ranked([*ranked, *_with_a_factor(ranked[0], factors, regression)], most)
        ranked = _ranked([*(pruned(fit, regression) for fit in ranked[:_PROPOSED]), *ranked[_PROPOSED:]], most)
        if not ranked or ranked[0].score > beam[0].score - _EVIDENCE:
            return
        yield ranked
        if regression.is_exact(ranked[0]) or ranked[0].left > left * regression.whole:
            return
        beam = [*ranked, *(fit for fit in (simpler[k][:_SIMPLER] if k < len(simpler) else ())
                           if all(fit.structure != other.structure for other in ranked))]


def _ranked(fits: Iterable[SeparableFit], most: int) -> list[SeparableFit]:
    """The best set of every structure, best first, `most` of them."""
    found: dict[tuple[str, ...], SeparableFit] = {}
    for fit in sorted(fits, key=lambda fit: fit.score):
        found.setdefault(fit.structure, fit)
    return list(found.values())[:most]


def _longer(fits: Iterable[SeparableFit], columns: _Columns, regression: Regression) -> list[SeparableFit]:
    """Sets with one term more, the best of them refined."""
    found: dict[tuple[str, ...], SeparableFit] = {}
    for fit in fits:
        for term in columns.further(fit, regression):
            terms = (*fit.terms, term)
            start = tuple(sorted(t.start for t in terms))
            if start in found or _ROWS_EACH * regression.numbers(terms) >= len(regression.y):
                continue
            poll()
            begun = regression.fit(terms)
            if begun is not None:
                found[start] = refined(begun, regression, _FIRST_STEPS)
    best = sorted(found.values(), key=lambda fit: fit.score)[:_REFINED]
    return [refined(fit, regression) for fit in best]


def _with_another_term(fit: SeparableFit, columns: _Columns, regression: Regression) -> list[SeparableFit]:
    """The set with another term in the place of each of its terms, refined."""
    if len(fit.terms) < 2:  # that is a set of one term
        return []
    without = [regression.fit((*fit.terms[:i], *fit.terms[i + 1:])) for i in range(len(fit.terms))]
    return _longer([less for less in without if less is not None], columns, regression)


def _with_a_factor(fit: SeparableFit, factors: Sequence[Term], regression: Regression) -> list[SeparableFit]:
    """The set with one of its terms multiplied by a further factor, refined."""
    found = []
    for i, term in enumerate(fit.terms):
        without = regression.fit((*fit.terms[:i], *fit.terms[i + 1:]))
        has = {(f.input, f.kind) for f in term.factors}
        longer = [term._replace(factors=(*term.factors, *other.factors)) for other in factors
                  if (other.factors[0].input, other.factors[0].kind) not in has]
        if without is not None and longer:
            found += _longer([without], _Columns.of(regression, longer), regression)
    return found


class _Columns(NamedTuple):
    """Terms in groups of the same number b of columns.

    Attributes:
        groups: terms, their weighted columns of length 1 (K, b, n), and products of these (K, b, b).
    """

    groups: list[tuple[list[Term], Array, Array]]

    @classmethod
    def of(cls, regression: Regression, terms: Sequence[Term]) -> _Columns:
        """The columns of terms; terms with a column that is 0 or not finite are left out."""
        groups = []
        for b in sorted({t.n_columns for t in terms}):
            those = [t for t in terms if t.n_columns == b]
            with np.errstate(all="ignore"):
                Z = np.stack([regression.inputs.columns_of(t) for t in those]) * regression.root
            size = np.linalg.norm(Z, axis=2, keepdims=True)
            good = (np.isfinite(size) & (size > 0)).all(axis=(1, 2))
            Z = Z[good] / size[good]
            groups.append(([t for t, g in zip(those, good, strict=True) if g], Z, Z @ Z.transpose(0, 2, 1)))
        return cls(groups)

    def scores(self, fit: SeparableFit, regression: Regression) -> Iterator[tuple[list[Term], Array]]:
        """The terms of every group, and the scores of the set with one of them more (inf where it is dependent)."""
        Q = np.linalg.qr(fit.columns)[0]
        for terms, Z, products in self.groups:
            inside, right = Z @ Q, Z @ fit.residual
            gram = products - inside @ inside.transpose(0, 2, 1)
            free = np.einsum("kii->ki", gram).min(axis=1) > _DEPENDENT
            gain = explained_by_blocks(gram[free], right[free])
            scores = np.full(len(terms), np.inf)
            scores[free] = regression.score(np.maximum(fit.left - gain, 0.0), Z.shape[1])
            yield terms, scores

    def least_score(self, regression: Regression) -> float:
        """The least score of one term; inf where there is none."""
        empty = regression.fit(())
        return min((float(s.min(initial=np.inf)) for _, s in self.scores(empty, regression)), default=np.inf) \
            if empty is not None else np.inf

    def further(self, fit: SeparableFit, regression: Regression) -> list[Term]:
        """The terms of different starts that promise most beside a set, best first in each group."""
        found: list[Term] = []
        for terms, scores in self.scores(fit, regression):
            those: dict[str, Term] = {}
            for k in np.argsort(scores, kind="stable")[:_BEST_TERMS]:
                if len(those) < _FURTHER[terms[k].n_columns] and scores[k] < np.inf:
                    those.setdefault(terms[k].start, terms[k])
            found += those.values()
        return found
