"""Matching: weighted least squares of every candidate against many targets at once, as matrix products.

A match asks, for a target y with weights w, a multiplier s and regressors q_1..q_r that are fitted jointly,

    min over a, b_1..b_r of  sum w (y - a s c - sum_j b_j q_j)^2     for every candidate c of the library.

With m = sqrt(w) s, Q an orthonormal basis of the sqrt(w) q_j, and y' what the basis leaves of sqrt(w) y,

    gain = (m y' . c)^2 / ((m m . c c) - sum_j (m Q_j . c)^2),     predicted loss = |y'|^2 - gain,

so K targets against N candidates are r + 2 products of K x m by m x N. The denominator does not depend on the target:
targets with the same weights, regressors and multiplier (as most moves of one neuron have) share it, and each costs one
product more. Candidates are standardised, which spares float32 the cancellation of large means; the bias this needs is
in the basis for plain matches, and for s != 1 the multiplier itself is one of the regressors. float32 only screens:
whoever asked refits the few best in float64. The products themselves are in `products.py` and `device.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

from .library import CandidateLibrary
from .numpy_kernels import PRECISION, Batch, screen, screen_fixed

#: Targets that are screened at once, and the rows of one product that they may need.
_TARGETS, _ROWS = 256, 768


@dataclass(frozen=True)
class Match:
    """One weighted least-squares question to the whole library.

    Args:
        y, w: (m,) target and weights; the weighted residual is a loss in units of the network's output.
        basis: regressors fitted jointly, each (m,); the constant 1 (or the multiplier) has to be among them.
        s: (m,) what the candidate is multiplied by; None for 1.
        logs: whether log abs of the candidates is matched instead of the candidates.
        base: loss that no candidate can take away (rows the target does not speak of).
        unit: whether the candidate's log has the coefficient 1 or -1 (as one factor of a law, not a power of it).
        fixed: whether the candidate stands as it is, with no scale, bias or regressors (activations only).
    """

    y: Array
    w: Array
    basis: tuple[Array, ...]
    s: Array | None = None
    logs: bool = False
    base: float = 0.0
    fixed: bool = False
    unit: bool = False


@dataclass(frozen=True)
class Found:
    """A candidate that matches: `predicted` is the loss after the move, to second order."""

    match: int
    candidate: int
    predicted: float
    complexity: int


def best_matches(library: CandidateLibrary, matches: Sequence[Match], top: int = 4,
                 simplicity: float = 0.03) -> list[Found]:
    """The `top` candidates of every match by predicted loss, a little in favour of simple ones.

    Args:
        simplicity: how much of a relative rise of the loss one neuron is worth.

    Returns:
        Up to `top` for each match, in the order of the matches, best first.
    """
    kinds: dict[tuple[bool, bool, bool], list[int]] = {}
    for i, match in enumerate(matches):
        kinds.setdefault((match.fixed, match.logs, match.unit), []).append(i)
    found: list[Found] = []
    for (fixed, _, _), group in kinds.items():
        if fixed:
            for start in range(0, len(group), _TARGETS):
                part = group[start:start + _TARGETS]
                found += _best_fixed(library, [matches[i] for i in part], part, top, simplicity)
        else:
            for batch in _batches(matches, group):
                found += _best_of_batch(library, matches, batch, top, simplicity)
    found.sort(key=lambda f: f.match)
    return found


def _denominator(match: Match) -> tuple[bytes, ...]:
    """What the denominators of two matches have in common if they are the same."""
    return (b"" if match.s is None else match.s.tobytes(), match.w.tobytes(), *(q.tobytes() for q in match.basis))


def _batches(matches: Sequence[Match], group: list[int]) -> Iterator[list[list[int]]]:
    """Matches that are screened together, those that share a denominator as one list, most regressors first."""
    sharing: dict[tuple[bytes, ...], list[int]] = {}
    for i in group:
        sharing.setdefault(_denominator(matches[i]), []).append(i)
    batch: list[list[int]] = []
    targets = rows = 0
    for one in sorted(sharing.values(), key=lambda one: -len(matches[one[0]].basis)):
        width = len(matches[one[0]].basis)
        for part in (one[start:start + _TARGETS] for start in range(0, len(one), _TARGETS)):
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
    # Not by QR: without pivoting, the direction of a dependent row is rounding, and later rows are written in it.
    _, size, directions = np.linalg.svd(rows, full_matrices=False)
    full = np.zeros_like(rows)
    full[:, :directions.shape[1]] = directions * (size > 1e-10)[:, :, None]
    return full


def orthonormal_basis(rows: Array) -> Array:
    """An orthonormal basis (r, m) of the span of rows (k, m); dependent rows are dropped."""
    basis = _orthonormal_bases(rows[None])[0]
    return basis[basis.any(axis=1)]


def _best_fixed(library: CandidateLibrary, matches: list[Match], names: list[int], top: int,
                simplicity: float) -> list[Found]:
    """The best candidates as they stand: c = mean + deviation z, so three products give sum w (y - s c)^2 as well."""
    if not len(library.Z):
        return []
    cost = library.complexity[library.index]
    y = np.stack([np.sqrt(match.w) * match.y for match in matches])
    m = np.stack([np.sqrt(match.w) * (1.0 if match.s is None else match.s) for match in matches])
    size = np.einsum("ij,ij->i", y, y)
    size[~(size > 0)] = np.inf
    with_y = (y * m / size[:, None]).astype(np.float32)
    squares = (m * m / size[:, None]).astype(np.float32)
    penalty = (1.0 + simplicity * cost).astype(np.float32)
    if library.on_device:
        best = library.on_device.screen_fixed(with_y, squares, penalty, top, PRECISION)
    else:
        mean, deviation = library.mean.astype(np.float32), library.deviation.astype(np.float32)
        best = screen_fixed(library.blocks(), with_y, squares, penalty, top, mean, deviation)
    return _found(best, size, matches, names, library.index, cost, penalty)


def _best_of_batch(library: CandidateLibrary, matches: Sequence[Match], sharing: list[list[int]], top: int,
                   simplicity: float) -> list[Found]:
    """The best candidates of a batch of `_batches`: all in logs or none, all units or none."""
    names = [i for one in sharing for i in one]
    logs = matches[names[0]].logs
    index = library.log_index if logs else library.index
    if not len(index):
        return []
    cost = library.complexity[index]
    batch, size = _prepare([[matches[i] for i in one] for one in sharing])
    penalty, deviation = (1.0 + simplicity * cost).astype(np.float32), library.log_deviation.astype(np.float32)
    best = library.on_device.screen(logs, batch, penalty, top, deviation, PRECISION) if library.on_device \
        else screen(library.blocks(logs), batch, penalty, top, deviation)
    return _found(best, size, [matches[i] for i in names], names, index, cost, penalty)


def _prepare(sharing: list[list[Match]]) -> tuple[Batch, Array]:
    """What is multiplied with the candidates, and (K,) what the regressors leave of every target, |y'|^2."""
    heads, which = [one[0] for one in sharing], np.repeat(np.arange(len(sharing)), [len(one) for one in sharing])
    root = np.sqrt(np.stack([match.w for match in heads]))
    m = root * np.stack([np.ones(len(match.w)) if match.s is None else match.s for match in heads])
    y = root[which] * np.stack([match.y for one in sharing for match in one])
    widths = np.array([len(match.basis) for match in heads])
    projections = [np.zeros((int((widths > j).sum()), m.shape[1]), dtype=np.float32) for j in range(widths.max())]
    scale = np.sqrt(np.einsum("ij,ij->i", m, m))
    scale[scale == 0] = 1.0
    # Dividing everything by the multiplier's size keeps float32 away from its limits for any units of the data.
    m = m / scale[:, None]
    for width in np.unique(widths[widths > 0]):
        these = np.flatnonzero(widths == width)
        bases = _orthonormal_bases(root[these, None] * np.stack([np.stack(heads[u].basis) for u in these]))
        for j in range(width):
            projections[j][these] = bases[:, j] * m[these]
        asking = np.flatnonzero(widths[which] == width)
        Q = bases[which[asking] - these[0]]
        for _ in range(2):
            y[asking] -= ((Q @ y[asking, :, None]).transpose(0, 2, 1) @ Q)[:, 0]
    size = np.einsum("ij,ij->i", y, y)
    size[~(size > 0)] = np.inf
    numerators = (m[which] * (y / np.sqrt(size)[:, None])).astype(np.float32)
    units = (scale[which] / np.sqrt(size)).astype(np.float32) if heads[0].unit else None
    return Batch(numerators, which, (m * m).astype(np.float32), projections, units), size


def _found(best: tuple[Array, Array], size: Array, matches: list[Match], names: list[int], index: Array,
           cost: Array, penalty: Array) -> list[Found]:
    """Scores and positions in the library (K, top) as what was found; `size` (K,) is what scores are shares of."""
    scores, which = best
    k, rank = np.nonzero(np.isfinite(scores) & np.isfinite(size)[:, None])
    which = which[k, rank]
    base = np.array([match.base for match in matches])
    left = np.maximum(scores[k, rank] / penalty[which] - PRECISION, 0.0) * size[k] + base[k]
    columns = np.array(names)[k], index[which], left, cost[which]
    return [Found(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]
