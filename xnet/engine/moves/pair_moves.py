"""Pairs: every two candidates of a library at once, as two terms, as factors of a power law, or as a product.

A greedy match takes the best candidate first and then a second one beside it. Of two candidates that explain the target
only together, neither has to rank high alone: the waves of 2 sin(1.3 x) cos(y), or of sin(n t / 2)^2 / sin(t / 2)^2.
Let v be the candidates, standardised after the regressors are projected out, r = v_i . v_j their correlations with one
another, and g = v . y their correlations with the target. Two of them explain

    gain = (g_i^2 + g_j^2 - 2 r g_i g_j) / (1 - r^2)

of it, and the product of two, beside regressors q,

    gain = (sum y c_i c_j)^2 / (sum c_i^2 c_j^2 - sum_q (q . c_i c_j)^2).

Either way all pairs cost a few products of the candidates with themselves. Pairs are screened in float32, as in
`candidates.matching`, but the regressors are projected out in float64, so that sqrt(x^2 + 1) is distinguished from x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import MatchQuery, orthonormal_basis
from xnet.engine.candidates.screening import PRECISION
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .query import MoveQuery

#: Called with (start, end): the scores (end - start, N - start) of the pairs of candidates start to end with all
#: candidates from `start` on.
Scores = Callable[[int, int], Array]

#: Most candidates that are paired (the simplest), rows of one matrix product, and pairs of a query that are refitted.
_PAIRED, _BLOCK, _REFITTED = 1500, 256, 16
#: Pairs whose shapes are compared: of pairs that differ in inner constants alone, only the best is refitted.
_LIKELY = 160
#: Two candidates count as equal below this 1 - r^2; a candidate is left out if the regressors leave less than this
#: share of its norm.
_DISTINCT, _REMAINING = 1e-3, 1e-6
#: The relative rise of the loss that one neuron less is worth.
_SIMPLICITY = 0.03


def pair_fits(query: MoveQuery, library: CandidateLibrary, match_rows: Array, rows: Rows,
              products: bool = True) -> Iterator[tuple[Expr, str]]:
    """Expressions of whole networks that hold one of the best pairs of simple candidates, with the move's description.

    Args:
        query: a plain match or power law, without a multiplier.
        library: the candidates.
        match_rows: (m,) positions of the match rows among `rows`.
        rows: the search rows.
        products: whether a plain match with a bias looks for products; otherwise for two terms.
    """
    index = (library.log_index if query.in_logs else library.index)[:_PAIRED]
    values, cost = library.values(index), library.complexity[index].astype(np.float32)
    # Products are tried only where a bias is the sole regressor: beside many regressors, too many products fit.
    is_product = products and not query.in_logs and len(query.regressors) == 1
    on_match_rows = query.match_query(match_rows)
    if not on_match_rows.is_finite():
        return
    pairs = best_products(values, cost, on_match_rows) if is_product else \
        best_pairs(np.log(np.abs(values)) if query.in_logs else values, cost, on_match_rows)
    memo: dict[Expr, Array] = {}
    for first, second in _of_different_shape(pairs, [int(i) for i in index], library):
        yield from _fits_of_pair(query, first, second, is_product, rows, memo)


def _of_different_shape(pairs: Sequence[tuple[int, int]], index: Sequence[int],
                        library: CandidateLibrary) -> list[tuple[Expr, Expr]]:
    """The best of the pairs that differ in inner constants alone: these constants are fitted later."""
    best: dict[tuple[str, str], tuple[Expr, Expr]] = {}
    for pair in pairs:
        first, second = sorted((library.expression(index[k]) for k in pair), key=shape)
        best.setdefault((shape(first), shape(second)), (first, second))
    return list(best.values())[:_REFITTED]


def _fits_of_pair(query: MoveQuery, first: Expr, second: Expr, is_product: bool, rows: Rows,
                  memo: dict[Expr, Array]) -> Iterator[tuple[Expr, str]]:
    """The query's expressions with `first` as the candidate and `second` as multiplier or further regressor."""
    u, v = evaluate(first, rows.columns, memo), evaluate(second, rows.columns, memo)
    regressor = np.log(np.abs(v)) if query.in_logs else v
    if not (np.isfinite(u).all() and np.isfinite(regressor).all()):
        return
    joint = replace(query, multiplier=(second, v)) if is_product else \
        replace(query, regressors=(*query.regressors, (second, regressor)))
    for expr in joint.expressions(first, u):
        yield expr, f"{query.description}, {'a product of two networks' if is_product else 'two networks at once'}"


def best_pairs(columns: Array, cost: Array, query: MatchQuery) -> list[tuple[int, int]]:
    """Positions of the two candidates of the best pairs, fitted jointly with the regressors; best first.

    Only the best pair of every candidate with a later candidate is returned.

    Args:
        columns: (N, m) values (or logs) of the candidates.
        cost: (N,) their complexity.
        query: target, weights and regressors.
    """
    root = np.sqrt(query.weight)
    basis = orthonormal_basis(np.stack(query.regressors) * root)
    V = columns * root
    size = np.sqrt(np.einsum("ij,ij->i", V, V))
    for _ in range(2):
        V = V - (V @ basis.T) @ basis
    left = np.sqrt(np.einsum("ij,ij->i", V, V))
    keep = np.flatnonzero((left > _REMAINING * size) & np.isfinite(left))
    y = _unit_target(query, basis)
    if len(keep) < 2 or y is None:
        return []
    V, price = V[keep] / left[keep, None], np.float32(_SIMPLICITY) * cost[keep]
    # Where a pair explains nearly everything, float32 cannot rank the best pairs.
    pairs = _best_partners(_pair_scores(V, y), price)
    u, v = V[pairs[:, 0]], V[pairs[:, 1]]
    exact = _unexplained(u, v, y) * (1.0 + price[pairs].sum(axis=1))
    return [(int(i), int(j)) for i, j in keep[pairs[np.argsort(exact, kind="stable")[:_LIKELY]]]]


def _pair_scores(V: Array, y: Array) -> Scores:
    """Scores of two terms, for standardised candidates V (N, m) and a target y (m,) of norm 1."""
    Z, g = V.astype(np.float32), (V @ y).astype(np.float32)
    squares = g * g

    def scores(start: int, end: int) -> Array:
        r = Z[start:end] @ Z[start:].T
        score = r * g[start:]
        score *= -2.0 * g[start:end, None]
        score += squares[start:]
        score += squares[start:end, None]
        np.multiply(r, r, out=r)
        np.subtract(1.0, r, out=r)
        score /= np.maximum(r, np.float32(_DISTINCT), out=r)
        np.subtract(np.float32(1.0 + PRECISION), score, out=score)
        score[r <= _DISTINCT] = np.inf
        return score

    return scores


def best_products(columns: Array, cost: Array, query: MatchQuery) -> list[tuple[int, int]]:
    """Positions of the two factors of the best products, fitted jointly with the regressors; see `best_pairs`."""
    root = np.sqrt(query.weight)
    basis = orthonormal_basis(np.stack(query.regressors) * root)
    y = _unit_target(query, basis)
    if y is None:
        return []
    C = (columns / np.sqrt(np.mean(columns * columns, axis=1, keepdims=True))).astype(np.float32)
    root = root / np.sqrt(np.mean(query.weight))
    squares = C * C
    with_basis = [(C * (q * root).astype(np.float32)) for q in basis]
    with_y, with_w = C * (y * root).astype(np.float32), squares * (root * root).astype(np.float32)
    price = np.float32(_SIMPLICITY) * cost

    def scores(start: int, end: int) -> Array:
        below = with_w[start:end] @ squares[start:].T
        floor = np.float32(1e-4) * below  # a product in the regressors' span gains nothing, also after rounding
        for weighted in with_basis:
            part = weighted[start:end] @ C[start:].T
            part *= part
            below -= part
        gain = with_y[start:end] @ C[start:].T
        gain *= gain
        gain /= np.maximum(below, floor, out=below)
        return np.subtract(np.float32(1.0 + PRECISION), gain, out=gain)

    return [(int(i), int(j)) for i, j in _best_partners(scores, price)[:_LIKELY]]


def _unit_target(query: MatchQuery, basis: Array) -> Array | None:
    """The target (m,) with a basis (r, m) projected out, scaled to norm 1; None where nothing is left."""
    y = query.target * np.sqrt(query.weight)
    for _ in range(2):
        y = y - (basis @ y) @ basis
    total = float(np.sqrt(y @ y))
    return y / total if total > 0 else None


def _best_partners(scores: Scores, price: Array) -> Array:
    """Every candidate with its best partner among the later ones: (k, 2), ordered by score times price."""
    n = len(price)
    best, partner = np.empty(n, np.float32), np.empty(n, dtype=np.int64)
    for start in range(0, n, _BLOCK):
        poll()
        run = slice(start, start + _BLOCK)
        score = scores(start, start + _BLOCK)
        score *= (1.0 + price[run, None]) + price[start:]
        at = np.argmin(np.where(np.isnan(score), np.inf, score), axis=1)
        best[run], partner[run] = score[np.arange(len(at)), at], start + at
    order = np.argsort(best, kind="stable")
    order = order[np.isfinite(best[order])]
    return np.stack([order, partner[order]], axis=1)


def _unexplained(u: Array, v: Array, y: Array) -> Array:
    """The share (k,) of a target y (m,) of norm 1 that pairs u, v (k, m) of candidates of norm 1 leave unexplained."""
    v = v - np.einsum("ij,ij->i", u, v)[:, None] * u
    rest = y - (u @ y)[:, None] * u
    size = np.einsum("ij,ij->i", v, v)
    rest = rest - (np.einsum("ij,ij->i", v, rest) / np.where(size > 0, size, 1.0))[:, None] * v
    return np.einsum("ij,ij->i", rest, rest)
