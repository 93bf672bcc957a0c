"""Pairs: every two candidates of a library at once, as terms, as factors of a power law or as a product.

A greedy match takes the best candidate first and then a second one beside it; of two that only together explain the
target neither need be near the top alone: the waves of 2 sin(1.3 x) cos(y), or those of sin(n t / 2)^2 / sin(t / 2)^2.
With candidates v standardised after the regressors are projected out, their correlations r = v_i . v_j with one another
and g = v . y with the target, two of them explain

    gain = (g_i^2 + g_j^2 - 2 r g_i g_j) / (1 - r^2)

of it, and the product of two, beside regressors q,

    gain = (sum y c_i c_j)^2 / (sum c_i^2 c_j^2 - sum_q (q . c_i c_j)^2).

Either way all pairs are a few products of the candidates with themselves. float32 only screens, as in `matching.py`,
but what the regressors leave of a candidate is computed in float64: sqrt(x^2 + 1) is told apart from x here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, evaluate, shape
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import Match, orthonormal_basis
from xnet.engine.candidates.numpy_kernels import PRECISION
from xnet.engine.fitting.rows import Rows

from .question import Question

#: Scores (k, N - start) of the pairs of k candidates, from the `start`-th on, with all from there on.
Scores = Callable[[int, int], Array]

#: Candidates that are paired at most (the simple ones), rows of a product, and pairs of a question that are refitted.
_PAIRED, _BLOCK, _REFITTED = 1500, 256, 16
#: Pairs that are looked at by their shapes: of those that differ in inner constants alone only the best is refitted.
_LIKELY = 160
#: Below this 1 - r^2 two candidates count as one; and the share of a candidate's size that regressors have to leave.
_APART, _LEFT = 1e-3, 1e-6
#: How much of a relative rise of the loss one neuron is worth.
_SIMPLICITY = 0.03


def pair_answers(question: Question, library: CandidateLibrary, match: Array,
                 rows: Rows) -> Iterator[tuple[Expr, str]]:
    """The networks' expressions that the best pairs of simple candidates make, with the move's words.

    Args:
        question: a plain match or power law, without a multiplier.
        match: positions of the match rows among `rows`.
    """
    index = (library.log_index if question.logs else library.index)[:_PAIRED]
    values, cost = library.growth.values[library.order[index]], library.complexity[index].astype(np.float32)
    # Beside nothing but a bias, a product says something; beside many regressors too many products fit.
    multiplied = not question.logs and len(question.basis) == 1
    asked = question.match(match)
    pairs = best_products(values, cost, asked) if multiplied else \
        best_pairs(np.log(np.abs(values)) if question.logs else values, cost, asked)
    memo: dict[Expr, Array] = {}
    for first, second in _of_different_shape(pairs, [int(i) for i in index], library):
        yield from _answers(question, first, second, multiplied, rows, memo)


def _of_different_shape(pairs: Sequence[tuple[int, int]], index: Sequence[int],
                        library: CandidateLibrary) -> list[tuple[Expr, Expr]]:
    """The best of the pairs that differ in inner constants alone: these are fitted anyway."""
    best: dict[tuple[str, str], tuple[Expr, Expr]] = {}
    for pair in pairs:
        first, second = sorted((library.expression(index[k]) for k in pair), key=shape)
        best.setdefault((shape(first), shape(second)), (first, second))
    return list(best.values())[:_REFITTED]


def _answers(question: Question, first: Expr, second: Expr, multiplied: bool, rows: Rows,
             memo: dict[Expr, Array]) -> Iterator[tuple[Expr, str]]:
    u, v = evaluate(first, rows.columns, memo), evaluate(second, rows.columns, memo)
    beside = np.log(np.abs(v)) if question.logs else v
    if not (np.isfinite(u).all() and np.isfinite(beside).all()):
        return
    joined = replace(question, s=(second, v)) if multiplied else \
        replace(question, basis=(*question.basis, (second, beside)))
    for expr in joined.answers(first, u):
        yield expr, f"{question.words}, {'a product of two' if multiplied else 'two at once'}"


def best_pairs(columns: Array, cost: Array, match: Match) -> list[tuple[int, int]]:
    """Positions of the two candidates of the best pairs beside the regressors, best first.

    Every candidate stands there with its best partner.

    Args:
        columns, cost: (N, m) values (or logs) of the candidates, and (N,) their complexity.
    """
    root = np.sqrt(match.w)
    basis = orthonormal_basis(np.stack(match.basis) * root)
    V = columns * root
    size = np.sqrt(np.einsum("ij,ij->i", V, V))
    for _ in range(2):
        V = V - (V @ basis.T) @ basis
    left = np.sqrt(np.einsum("ij,ij->i", V, V))
    keep = np.flatnonzero((left > _LEFT * size) & np.isfinite(left))
    y = _standard_target(match, basis)
    if len(keep) < 2 or y is None:
        return []
    V, price = V[keep] / left[keep, None], np.float32(_SIMPLICITY) * cost[keep]
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
        score /= np.maximum(r, np.float32(_APART), out=r)
        np.subtract(np.float32(1.0 + PRECISION), score, out=score)
        score[r <= _APART] = np.inf
        return score

    # Where much is explained already, float32 cannot tell the best pairs apart.
    pairs = _partners(scores, price)
    u, v = V[pairs[:, 0]], V[pairs[:, 1]]
    exact = _left(u, v, y) * (1.0 + price[pairs].sum(axis=1))
    return [(int(i), int(j)) for i, j in keep[pairs[np.argsort(exact, kind="stable")[:_LIKELY]]]]


def best_products(columns: Array, cost: Array, match: Match) -> list[tuple[int, int]]:
    """The same for the product of two candidates."""
    root = np.sqrt(match.w)
    basis = orthonormal_basis(np.stack(match.basis) * root)
    y = _standard_target(match, basis)
    if y is None:
        return []
    C = (columns / np.sqrt(np.mean(columns * columns, axis=1, keepdims=True))).astype(np.float32)
    root = root / np.sqrt(np.mean(match.w))
    squares = C * C
    weighted = [(C * (q * root).astype(np.float32)) for q in basis]
    with_y, with_w = C * (y * root).astype(np.float32), squares * (root * root).astype(np.float32)
    price = np.float32(_SIMPLICITY) * cost

    def scores(start: int, end: int) -> Array:
        below = with_w[start:end] @ squares[start:].T
        floor = np.float32(1e-4) * below  # a product in the regressors' span gains nothing, also after rounding
        for one in weighted:
            part = one[start:end] @ C[start:].T
            part *= part
            below -= part
        gain = with_y[start:end] @ C[start:].T
        gain *= gain
        gain /= np.maximum(below, floor, out=below)
        return np.subtract(np.float32(1.0 + PRECISION), gain, out=gain)

    return [(int(i), int(j)) for i, j in _partners(scores, price)[:_LIKELY]]


def _standard_target(match: Match, basis: Array) -> Array | None:
    """What a basis (r, m) leaves of the target, of size 1; None where that is nothing."""
    y = match.y * np.sqrt(match.w)
    for _ in range(2):
        y = y - (basis @ y) @ basis
    total = float(np.sqrt(y @ y))
    return y / total if total > 0 else None


def _partners(scores: Scores, price: Array) -> Array:
    """Every candidate with its best partner among the later ones: (k, 2), by score and price."""
    n = len(price)
    best, partner = np.empty(n, np.float32), np.empty(n, dtype=np.int64)
    for start in range(0, n, _BLOCK):
        run = slice(start, start + _BLOCK)
        score = scores(start, start + _BLOCK)
        score *= (1.0 + price[run, None]) + price[start:]
        at = np.argmin(np.where(np.isnan(score), np.inf, score), axis=1)
        best[run], partner[run] = score[np.arange(len(at)), at], start + at
    order = np.argsort(best, kind="stable")
    order = order[np.isfinite(best[order])]
    return np.stack([order, partner[order]], axis=1)


def _left(u: Array, v: Array, y: Array) -> Array:
    """The share (k,) of a target y (m,) of size 1 that pairs (k, m) of candidates of size 1 leave."""
    v = v - np.einsum("ij,ij->i", u, v)[:, None] * u
    rest = y - (u @ y)[:, None] * u
    size = np.einsum("ij,ij->i", v, v)
    rest = rest - (np.einsum("ij,ij->i", v, rest) / np.where(size > 0, size, 1.0))[:, None] * v
    return np.einsum("ij,ij->i", rest, rest)
