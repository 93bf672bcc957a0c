"""Matching: weighted least squares of every candidate against many targets at once, as matrix products.

For a target y with weights w, a multiplier s and regressors q_1..q_r that are fitted jointly, a match solves

    min over a, b_1..b_r of  sum w (y - a s c - sum_j b_j q_j)^2     for every candidate c of the library.

With m = sqrt(w) s, Q an orthonormal basis of the sqrt(w) q_j, and y' the part of sqrt(w) y orthogonal to that basis,

    gain = (m y' . c)^2 / ((m m . c c) - sum_j (m Q_j . c)^2),     predicted loss = |y'|^2 - gain,

so K targets against N candidates cost r + 2 products of K x m by m x N. The denominator does not depend on the target:
targets with the same weights, regressors and multiplier (as most moves of one neuron have) share it, and each costs one
more product. Candidates are standardised, so that float32 does not lose digits to large means; the bias that this
needs is among the regressors of plain matches, and for s != 1 the multiplier itself is one of the regressors. The
products are done in float32 by a `Screener`, which is only accurate enough to screen: the caller refits the few best
candidates in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.polling import poll

from .library import CandidateLibrary
from .screening import PRECISION, Batch

#: Most targets that are screened at once, and most rows of one product (targets plus regressors).
_TARGETS, _ROWS = 256, 768


@dataclass(frozen=True)
class MatchQuery:
    """One weighted least-squares problem, to be solved for every candidate of a library.

    Attributes:
        target, weight: (m,) y and w; the weighted residual is a loss in units of the network's output.
        regressors: regressors fitted jointly, each (m,); the constant 1 (or the multiplier) has to be among them.
        multiplier: (m,) s, which the candidate is multiplied by; None for 1.
        in_logs: whether log abs of the candidates is matched instead of the candidates.
        floor: loss that no candidate can remove (of rows without weight).
        unscaled: whether the candidate is matched with no scale, bias or regressors (mode without parameters).
        unit_exponent: whether the candidate's log has the coefficient 1 or -1: a factor of a law, not a power of it.
    """

    target: Array
    weight: Array
    regressors: tuple[Array, ...]
    multiplier: Array | None = None
    in_logs: bool = False
    floor: float = 0.0
    unscaled: bool = False
    unit_exponent: bool = False

    def multiplier_values(self) -> Array:
        """(m,) the multiplier, 1 where there is none."""
        return np.ones(len(self.weight)) if self.multiplier is None else self.multiplier

    def is_finite(self) -> bool:
        """Whether all its numbers are finite: neurons inside a network can overflow where its output does not."""
        numbers = (self.target, self.weight, *self.regressors, self.multiplier_values())
        return all(np.isfinite(values).all() for values in numbers)

    def denominator_key(self) -> tuple[bytes, ...]:
        """Equal for queries whose candidates have the same denominators."""
        multiplier = b"" if self.multiplier is None else self.multiplier.tobytes()
        return (multiplier, self.weight.tobytes(), *(q.tobytes() for q in self.regressors))


@dataclass(frozen=True)
class MatchResult:
    """One candidate that matches a query well.

    Attributes:
        query: position of the query in the sequence that was matched.
        candidate: position of the candidate in the library.
        predicted_loss: the loss after the move, to second order.
        complexity: number of neurons and constants of the candidate.
    """

    query: int
    candidate: int
    predicted_loss: float
    complexity: int


def best_matches(library: CandidateLibrary, queries: Sequence[MatchQuery], top: int = 4,
                 simplicity: float = 0.03) -> list[MatchResult]:
    """The `top` candidates of every query, by predicted loss with a small penalty on complexity.

    Args:
        library: the candidates.
        queries: the least-squares problems, on the library's match rows.
        top: how many candidates to return for each query.
        simplicity: the relative rise of the loss that one neuron less is worth.

    Returns:
        Up to `top` results for each query, in the order of the queries, best first; none for a query with numbers that
        are not finite.
    """
    kinds: dict[tuple[bool, bool, bool], list[int]] = {}
    for i, query in enumerate(queries):
        if not query.is_finite():
            continue
        kinds.setdefault((query.unscaled, query.in_logs, query.unit_exponent), []).append(i)
    found: list[MatchResult] = []
    for (unscaled, _, _), group in kinds.items():
        if unscaled:
            for start in range(0, len(group), _TARGETS):
                part = group[start:start + _TARGETS]
                found += _best_unscaled(library, [queries[i] for i in part], part, top, simplicity)
        else:
            for batch in _batches(queries, group):
                poll()
                found += _best_of_batch(library, queries, batch, top, simplicity)
    found.sort(key=lambda f: f.query)
    return found


def _batches(queries: Sequence[MatchQuery], group: list[int]) -> Iterator[list[list[int]]]:
    """Queries that are screened together: lists of those that share a denominator, most regressors first."""
    sharing: dict[tuple[bytes, ...], list[int]] = {}
    for i in group:
        sharing.setdefault(queries[i].denominator_key(), []).append(i)
    batch: list[list[int]] = []
    targets = rows = 0
    for alike in sorted(sharing.values(), key=lambda alike: -len(queries[alike[0]].regressors)):
        width = len(queries[alike[0]].regressors)
        for part in (alike[start:start + _TARGETS] for start in range(0, len(alike), _TARGETS)):
            if batch and (targets + len(part) > _TARGETS or rows + len(part) + width > _ROWS):
                yield batch
                batch, targets, rows = [], 0, 0
            batch.append(part)
            targets, rows = targets + len(part), rows + len(part) + width
    yield batch


def _orthonormal_bases(rows: Array) -> Array:
    """For bases (U, r, m) orthonormal ones (U, r, m) of the same spans; dependent rows leave rows of zeros."""
    norms = np.sqrt(np.einsum("uij,uij->ui", rows, rows))
    rows = rows / np.where(norms > 0, norms, 1.0)[:, :, None]
    if rows.shape[1] == 1:
        return rows
    # Not by QR: without pivoting, the direction of a dependent row is rounding error, and later rows build on it.
    _, size, directions = np.linalg.svd(rows, full_matrices=False)
    full = np.zeros_like(rows)
    full[:, :directions.shape[1]] = directions * (size > 1e-10)[:, :, None]
    return full


def orthonormal_basis(rows: Array) -> Array:
    """An orthonormal basis (r, m) of the span of rows (k, m); dependent rows are dropped."""
    basis = _orthonormal_bases(rows[None])[0]
    return basis[basis.any(axis=1)]


def _best_unscaled(library: CandidateLibrary, queries: list[MatchQuery], positions: list[int], top: int,
                   simplicity: float) -> list[MatchResult]:
    """The best candidates with no scale or bias; `positions` are those of the queries among all.

    With c = mean + deviation z, three products give sum w (y - s c)^2.
    """
    if not len(library.index):
        return []
    cost = library.complexity[library.index]
    y = np.stack([np.sqrt(query.weight) * query.target for query in queries])
    m = np.stack([np.sqrt(query.weight) * query.multiplier_values() for query in queries])
    size = np.einsum("ij,ij->i", y, y)
    size[~(size > 0)] = np.inf
    with_target = (y * m / size[:, None]).astype(np.float32)
    squares = (m * m / size[:, None]).astype(np.float32)
    penalty = (1.0 + simplicity * cost).astype(np.float32)
    best = library.screener.screen_unscaled(with_target, squares, penalty, top)
    return _results(best, size, queries, positions, library.index, cost, penalty)


def _best_of_batch(library: CandidateLibrary, queries: Sequence[MatchQuery], sharing: list[list[int]], top: int,
                   simplicity: float) -> list[MatchResult]:
    """The best candidates of a batch of `_batches`, whose queries agree in `in_logs` and `unit_exponent`."""
    positions = [i for alike in sharing for i in alike]
    in_logs = queries[positions[0]].in_logs
    index = library.log_index if in_logs else library.index
    if not len(index):
        return []
    cost = library.complexity[index]
    batch, size = _prepare([[queries[i] for i in alike] for alike in sharing])
    penalty = (1.0 + simplicity * cost).astype(np.float32)
    best = library.screener.screen(in_logs, batch, penalty, top)
    return _results(best, size, [queries[i] for i in positions], positions, index, cost, penalty)


def _prepare(sharing: list[list[MatchQuery]]) -> tuple[Batch, Array]:
    """The arrays that are multiplied with the candidates, and |y'|^2 (K,) of every target."""
    heads = [alike[0] for alike in sharing]
    which = np.repeat(np.arange(len(sharing)), [len(alike) for alike in sharing])
    root = np.sqrt(np.stack([query.weight for query in heads]))
    m = root * np.stack([query.multiplier_values() for query in heads])
    y = root[which] * np.stack([query.target for alike in sharing for query in alike])
    widths = np.array([len(query.regressors) for query in heads])
    projections = [np.zeros((int((widths > j).sum()), m.shape[1]), dtype=np.float32) for j in range(widths.max())]
    scale = np.sqrt(np.einsum("ij,ij->i", m, m))
    scale[scale == 0] = 1.0
    # Dividing everything by the multiplier's norm keeps float32 away from its limits for any units of the data.
    m = m / scale[:, None]
    for width in np.unique(widths[widths > 0]):
        these = np.flatnonzero(widths == width)
        bases = _orthonormal_bases(root[these, None] * np.stack([np.stack(heads[u].regressors) for u in these]))
        for j in range(width):
            projections[j][these] = bases[:, j] * m[these]
        targets = np.flatnonzero(widths[which] == width)
        Q = bases[which[targets] - these[0]]
        for _ in range(2):
            y[targets] -= ((Q @ y[targets, :, None]).transpose(0, 2, 1) @ Q)[:, 0]
    size = np.einsum("ij,ij->i", y, y)
    size[~(size > 0)] = np.inf
    numerators = (m[which] * (y / np.sqrt(size)[:, None])).astype(np.float32)
    unit_sizes = (scale[which] / np.sqrt(size)).astype(np.float32) if heads[0].unit_exponent else None
    return Batch(numerators, which, (m * m).astype(np.float32), projections, unit_sizes), size


def _results(best: tuple[Array, Array], size: Array, queries: list[MatchQuery], positions: list[int], index: Array,
             cost: Array, penalty: Array) -> list[MatchResult]:
    """Scores and positions of the screened candidates (K, top) as results.

    Args:
        best: scores and positions, as `Screener.screen` returns them.
        size: (K,) |y'|^2, which scores are shares of.
        queries, positions: the K queries, and their positions among all.
        index, cost, penalty: (N,) of the screened candidates: positions in the library, complexity, penalty on the
            loss.
    """
    scores, which = best
    k, rank = np.nonzero(np.isfinite(scores) & np.isfinite(size)[:, None])
    which = which[k, rank]
    floor = np.array([query.floor for query in queries])
    left = np.maximum(scores[k, rank] / penalty[which] - PRECISION, 0.0) * size[k] + floor[k]
    columns = np.array(positions)[k], index[which], left, cost[which]
    return [MatchResult(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]
