"""Matching: weighted least squares of every candidate against many targets at once, as matrix products.

A match asks, for a target y with weights w, a multiplier s and regressors q_1..q_r that are fitted jointly,

    min over a, b_1..b_r of  sum w (y - a s c - sum_j b_j q_j)^2     for every candidate c of the library.

With m = sqrt(w) s, Q an orthonormal basis of the sqrt(w) q_j, and y' what the basis leaves of sqrt(w) y,

    gain = (m y' . c)^2 / ((m m . c c) - sum_j (m Q_j . c)^2),     predicted loss = |y'|^2 - gain,

so K targets against N candidates are r + 2 products of K x m by m x N. Candidates are standardised, which spares
float32 the cancellation of large means; the bias this needs is in the basis for plain matches, and for s != 1 the
multiplier itself is one of the regressors. float32 only screens: whoever asked refits the few best in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .candidates import CandidateLibrary

Array = np.ndarray

_BLOCK = 1024
_CELL = 8
#: Below this share of the target's size, float32 cannot tell two candidates apart: the simpler one comes first.
_PRECISION = 3e-6


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
    found: list[Found] = []
    for kind, best_of in ((0, _best_of_group), (1, _best_of_group), (2, _best_fixed), (3, _best_of_group)):
        group = [i for i, match in enumerate(matches)
                 if (2 if match.fixed else 3 if match.unit else int(match.logs)) == kind]
        for start in range(0, len(group), 64):
            part = group[start:start + 64]
            found += best_of(library, [matches[i] for i in part], part, top, simplicity)
    found.sort(key=lambda f: f.match)
    return found


def _prepare(match: Match, width: int) -> tuple[Array, Array, Array, float]:
    """The row of the numerator, the multiplier m, the rows of the projection (width, m) and |y'|^2."""
    root = np.sqrt(match.w)
    m = root if match.s is None else root * match.s
    basis = orthonormal_basis(np.stack([root * q for q in match.basis]))
    y = root * match.y
    y = y - basis.T @ (basis @ y)
    y = y - basis.T @ (basis @ y)
    projection = np.zeros((width, len(y)))
    projection[: len(basis)] = basis * m
    return m * y, m, projection, float(y @ y)


def orthonormal_basis(rows: Array) -> Array:
    """An orthonormal basis (r, m) of the span of rows (k, m); dependent rows are dropped."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows = rows[norms > 0] / norms[norms > 0, None]
    # Not by QR: without pivoting, the direction of a dependent row is rounding, and later rows are written in it.
    _, size, directions = np.linalg.svd(rows, full_matrices=False)
    return directions[size > 1e-10]


def _best_fixed(library: CandidateLibrary, matches: list[Match], names: list[int], top: int,
                simplicity: float) -> list[Found]:
    """The best candidates as they stand: c = mean + deviation z, so three products give sum w (y - s c)^2 as well."""
    if not matches or not len(library.Z):
        return []
    cost = library.complexity[library.index]
    y = np.stack([np.sqrt(match.w) * match.y for match in matches])
    m = np.stack([np.sqrt(match.w) * (1.0 if match.s is None else match.s) for match in matches])
    size = np.einsum("ij,ij->i", y, y)
    size[~(size > 0)] = np.inf
    with_y = (y * m / size[:, None]).astype(np.float32)
    squares = (m * m / size[:, None]).astype(np.float32)
    penalty = (1.0 + simplicity * cost).astype(np.float32)
    best = library.on_device.screen_fixed(with_y, squares, penalty, top, _PRECISION) if library.on_device else \
        _screen_fixed(library, with_y, squares, penalty, top)
    found: list[Found] = []
    for k, (scores, which) in enumerate(best):
        for score, j in zip(scores.tolist(), which.tolist(), strict=True):
            if np.isfinite(score) and np.isfinite(size[k]):
                left_over = max(score / float(penalty[j]) - _PRECISION, 0.0) * size[k] + matches[k].base
                found.append(Found(names[k], int(library.index[j]), left_over, int(cost[j])))
    return found


def _screen_fixed(library: CandidateLibrary, with_y: Array, squares: Array, penalty: Array,
                  top: int) -> list[tuple[Array, Array]]:
    """Per target the scores and positions of its best candidates as they stand."""
    mean, deviation = library.mean.astype(np.float32), library.deviation.astype(np.float32)
    cells = []
    for start in range(0, len(library.Z), _BLOCK):
        part = slice(start, start + _BLOCK)
        block, mu, sigma = library.Z[part].T, mean[part], deviation[part]
        left = (squares @ library.Z2[part].T) * (sigma * sigma) + (squares @ block) * (2 * mu * sigma)
        left += squares.sum(axis=1, keepdims=True) * (mu * mu)
        left -= 2 * ((with_y @ block) * sigma + with_y.sum(axis=1, keepdims=True) * mu)
        left += np.float32(1.0 + _PRECISION)
        np.maximum(left, np.float32(_PRECISION), out=left)
        left[~np.isfinite(left)] = np.inf
        cells.append(_lowest_of_cells(left * penalty[part], start + block.shape[1]))
    scores, where = (np.concatenate([c[k] for c in cells], axis=1) for k in (0, 1))
    order = np.argsort(scores, axis=1, kind="stable")[:, :top]
    return list(zip(np.take_along_axis(scores, order, axis=1), np.take_along_axis(where, order, axis=1), strict=True))


def _best_of_group(library: CandidateLibrary, matches: list[Match], names: list[int], top: int,
                   simplicity: float) -> list[Found]:
    logs = bool(matches) and matches[0].logs
    Z, Z2 = (library.L, library.L2) if logs else (library.Z, library.Z2)
    if not matches or not len(Z):
        return []
    index = library.log_index if logs else library.index
    cost = library.complexity[index]
    width = max(len(match.basis) for match in matches)
    prepared = [_prepare(match, width) for match in matches]
    size = np.array([p[3] for p in prepared])
    size[~(size > 0)] = np.inf
    top_row = np.stack([p[0] for p in prepared]) / np.sqrt(size)[:, None]
    m = np.stack([p[1] for p in prepared])
    scale = np.sqrt(np.einsum("ij,ij->i", m, m))
    scale[scale == 0] = 1.0
    # Dividing everything by the multiplier's size keeps float32 away from its limits for any units of the data.
    top_row, m = (top_row / scale[:, None]).astype(np.float32), m / scale[:, None]
    projection = np.stack([p[2] for p in prepared], axis=1) / scale[None, :, None]
    squares, projection = (m * m).astype(np.float32), projection.astype(np.float32)
    penalty = (1.0 + simplicity * cost).astype(np.float32)
    units = library.log_deviation.astype(np.float32)[None, :] / np.sqrt(size).astype(np.float32)[:, None] \
        * scale.astype(np.float32)[:, None] if matches[0].unit else None
    arguments = (top_row, squares, projection, penalty, top, units)
    best = library.on_device.screen(logs, *arguments, precision=_PRECISION) if library.on_device \
        else _screen(Z, Z2, *arguments)
    found = []
    for k, (scores, which) in enumerate(best):
        for score, j in zip(scores, which, strict=True):
            if np.isfinite(score):
                left = max(float(score / penalty[j]) - _PRECISION, 0.0) * size[k] + matches[k].base
                found.append(Found(names[k], int(index[j]), left, int(cost[j])))
    return found


def _screen(Z: Array, Z2: Array, top_row: Array, squares: Array, projection: Array, penalty: Array,
            top: int, units: Array | None = None) -> list[tuple[Array, Array]]:
    """Per target the scores and positions of its best candidates, block by block so that the work stays in cache."""
    same = len(squares) > 1 and bool((squares == squares[0]).all()) and all(
        bool((rows == rows[0]).all()) for rows in projection)
    if same:  # targets of one kind (every outer space of the root) share one denominator
        squares, projection = squares[:1], projection[:, :1]
    cells, first = [], []
    for start in range(0, len(Z), _BLOCK):
        block = Z[start:start + _BLOCK].T
        below = squares @ Z2[start:start + _BLOCK].T
        floor = below * np.float32(1e-4)  # a candidate in the regressors' span gains nothing, also after rounding
        for rows in projection:
            part = rows @ block
            part *= part
            below -= part
        np.maximum(below, floor, out=below)
        share = top_row @ block
        if units is None:
            share *= share
            share /= below
        else:  # a coefficient of 1 or -1 in place of the best one
            size = units[:, start:start + _BLOCK]
            share = 2.0 * np.abs(share) * size - below * (size * size)
        np.subtract(np.float32(1.0 + _PRECISION), share, out=share)
        share *= penalty[start:start + _BLOCK]
        cells.append(share)
        if len(cells) * _BLOCK >= 8 * _BLOCK or start + _BLOCK >= len(Z):
            first.append(_lowest_of_cells(np.concatenate(cells, axis=1), start + block.shape[1]))
            cells = []
    scores = np.concatenate([f[0] for f in first], axis=1)
    where = np.concatenate([f[1] for f in first], axis=1)
    keep = min(top, scores.shape[1])
    at = np.argpartition(scores, keep - 1, axis=1)[:, :keep]
    scores, where = np.take_along_axis(scores, at, axis=1), np.take_along_axis(where, at, axis=1)
    order = np.argsort(scores, axis=1, kind="stable")
    return list(zip(np.take_along_axis(scores, order, axis=1), np.take_along_axis(where, order, axis=1), strict=True))


def _lowest_of_cells(scores: Array, end: int) -> tuple[Array, Array]:
    """The lowest score of every run of `_CELL` neighbours and its position: sorting all of them would cost more."""
    K, n = scores.shape
    padded = -n % _CELL
    if padded:
        scores = np.concatenate([scores, np.full((K, padded), np.inf, dtype=scores.dtype)], axis=1)
    runs = scores.reshape(K, -1, _CELL)
    at = runs.argmin(axis=2)
    return (np.take_along_axis(runs, at[:, :, None], axis=2)[:, :, 0],
            at + np.arange(runs.shape[1]) * _CELL + (end - n))
