"""Screening in NumPy: the products of a batch of targets with every candidate, in blocks that stay in the cache.

Candidates are stored in memory in the order in which the products read them: blocks of columns, and within a block the
neighbours that make up a cell as far apart as possible. The best scores of all cells are then the maximum of eighths of
the block, instead of runs of eight numbers, which is several times faster. Only the few best cells of a target are
looked into.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xnet.arrays import Array

from .screening import PRECISION, Batch

#: Called with a block (m, B) of candidates, their positions (B,), and an array (K, B) to be filled with the share of
#: every target that every candidate explains.
Shares = Callable[[Array, Array, Array], None]

#: Candidates in a block, blocks after which the best cells are picked, and neighbours in a cell.
_BLOCK, _BLOCKS, _CELL = 512, 32, 8


class NumpyScreener:
    """Screens candidates on the CPU; see `Screener`.

    Args:
        standardised, standardised_logs: (N, m) and (N', m) float32, the standardised values of the candidates and of
            their logarithms.
        mean, deviation: (N,) mean and standard deviation of the candidates' values.
        log_deviation: (N',) standard deviation of their logarithms.
    """

    def __init__(self, standardised: Array, standardised_logs: Array, mean: Array, deviation: Array,
                 log_deviation: Array) -> None:
        self._matrices = (standardised, standardised_logs)
        self._mean, self._deviation = mean.astype(np.float32), deviation.astype(np.float32)
        self._log_deviation = log_deviation.astype(np.float32)
        self._blocks: dict[bool, Blocks] = {}

    def blocks(self, in_logs: bool) -> Blocks:
        """The candidates, or their logarithms, in the layout of the products; built on first use."""
        if in_logs not in self._blocks:
            self._blocks[in_logs] = Blocks(self._matrices[in_logs])
        return self._blocks[in_logs]

    def screen(self, in_logs: bool, batch: Batch, penalty: Array, top: int) -> tuple[Array, Array]:
        """See `Screener.screen`."""
        return screen(self.blocks(in_logs), batch, penalty, top, self._log_deviation)

    def screen_unscaled(self, with_target: Array, squares: Array, penalty: Array,
                        top: int) -> tuple[Array, Array]:
        """See `Screener.screen_unscaled`."""
        return screen_unscaled(self.blocks(False), with_target, squares, penalty, top, self._mean, self._deviation)


class Blocks:
    """Candidates (N, m) as blocks (m, B), all but the last `_BLOCK` wide, and the positions (B,) of their columns.

    Of B columns, cell i has i, i + B / 8, i + 2 B / 8 and so on. Where neighbours do not fill the last cell, the last
    candidate is repeated.

    Attributes:
        n_candidates, n_rows: number of candidates and of match rows.
        values, positions: the blocks, and the candidates that are their columns.
    """

    def __init__(self, candidates: Array) -> None:
        self.n_candidates, self.n_rows = candidates.shape
        filled = np.minimum(np.arange(self.n_candidates + -self.n_candidates % _CELL), self.n_candidates - 1)
        self.positions = [filled[start:start + _BLOCK].reshape(-1, _CELL).T.ravel()
                          for start in range(0, len(filled), _BLOCK)]
        self.values = [np.ascontiguousarray(candidates[at].T) for at in self.positions]


def screen(blocks: Blocks, batch: Batch, penalty: Array, top: int, deviation: Array) -> tuple[Array, Array]:
    """The scores (K, top) and positions (K, top) of every target's best candidates, best first.

    Args:
        blocks: N candidates.
        batch: K targets.
        penalty: (N,) factor on the remaining loss of each candidate.
        top: how many candidates to return for each target.
        deviation: (N,) standard deviations, for batches with `unit_sizes`.
    """
    K, U, unit_sizes = len(batch.numerators), len(batch.squares), batch.unit_sizes
    rows = np.concatenate([batch.numerators, *batch.projections])
    products, squared = np.empty((len(rows), _BLOCK), np.float32), np.empty((blocks.n_rows, _BLOCK), np.float32)
    below_, floor_ = np.empty((U, _BLOCK), np.float32), np.empty((max(U, K), _BLOCK), np.float32)

    def shares(block: Array, at: Array, out: Array) -> None:
        width = block.shape[1]
        product = np.matmul(rows, block, out=products[:, :width])
        square = np.multiply(block, block, out=squared[:, :width])
        below = np.matmul(batch.squares, square, out=below_[:, :width])
        # A candidate in the span of the regressors gains nothing, also after rounding.
        floor = np.multiply(below, np.float32(1e-4), out=floor_[:U, :width])
        above, lines = product[:K], product[K:]
        lines *= lines
        for projection in batch.projections:
            below[:len(projection)] -= lines[:len(projection)]
            lines = lines[len(projection):]
        np.maximum(below, floor, out=below)
        if U < K:
            below = np.take(below, batch.denominator_index, axis=0, out=floor_[:K, :width], mode="clip")
        if unit_sizes is None:
            above *= above
            np.divide(above, below, out=out)
        else:  # a coefficient of 1 or -1 in place of the best one
            size = unit_sizes[:, None] * deviation[at]
            np.subtract(2.0 * np.abs(above) * size, below * (size * size), out=out)

    return _lowest(blocks, shares, penalty, K, top)


def screen_unscaled(blocks: Blocks, with_target: Array, squares: Array, penalty: Array, top: int, mean: Array,
                    deviation: Array) -> tuple[Array, Array]:
    """Like `screen` for candidates with no scale and bias, mean + deviation z; arguments as in `Screener`."""
    all_y, all_squares = with_target.sum(axis=1, keepdims=True), squares.sum(axis=1, keepdims=True)

    def shares(block: Array, at: Array, out: Array) -> None:
        mu, sigma = mean[at], deviation[at]
        out[:] = 2 * ((with_target @ block) * sigma + all_y * mu)
        out -= (squares @ (block * block)) * (sigma * sigma) + (squares @ block) * (2 * mu * sigma)
        out -= all_squares * (mu * mu)
        np.minimum(out, np.float32(1.0), out=out)

    return _lowest(blocks, shares, penalty, len(with_target), top)


def _lowest(blocks: Blocks, shares: Shares, penalty: Array, K: int, top: int) -> tuple[Array, Array]:
    """The best candidates of the `top` cells with the lowest scores; scores that are not finite come last."""
    together, cells_of_block = min(len(blocks.values), _BLOCKS), _BLOCK // _CELL
    # Zeros, not `empty`: with fewer than `top` cells, cells that nothing was written to are looked into as well.
    share, half = np.zeros((together, K, _BLOCK), np.float32), np.empty((K, _BLOCK // 2), np.float32)
    cells, found = np.empty((together, K, cells_of_block), np.float32), []
    for first in range(0, len(blocks.values), _BLOCKS):
        cells.fill(np.inf)
        stride = np.full(together, cells_of_block)
        for k, block in enumerate(blocks.values[first:first + _BLOCKS]):
            at, width, stride[k] = blocks.positions[first + k], block.shape[1], block.shape[1] // _CELL
            shares(block, at, share[k, :, :width])
            _best_of_cells(share[k, :, :width], penalty[at], half, cells[k, :, :stride[k]])
        scores, chosen = _lowest_cells(cells.transpose(1, 0, 2).reshape(K, -1), top)
        inside, block_of = np.arange(_CELL), chosen[:, :, None] // cells_of_block
        where = np.minimum(first * _BLOCK + chosen[:, :, None] * _CELL + inside, blocks.n_candidates - 1)
        column = np.minimum(chosen[:, :, None] % cells_of_block + stride[block_of] * inside, _BLOCK - 1)
        members = _scores(share[block_of, np.arange(K)[:, None, None], column], penalty[where])
        best = np.argmin(np.where(np.isnan(members), np.inf, members), axis=2)
        found.append((scores, np.take_along_axis(where, best[:, :, None], axis=2)[:, :, 0]))
    scores, where = (np.concatenate([f[i] for f in found], axis=1) for i in (0, 1))
    order = np.argsort(scores, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(where, order, axis=1)


def _scores(share: Array, penalty: Array) -> Array:
    """The share of the targets that is left, times the penalty on complexity."""
    return (np.float32(1.0 + PRECISION) - share) * penalty


def _best_of_cells(share: Array, penalty: Array, half: Array, out: Array) -> None:
    """The lowest score of every cell of a block.

    Candidates are in order of complexity, so most blocks have one penalty, which is then applied last.
    """
    width, alike = share.shape[1], bool((penalty == penalty[0]).all())
    fold, values = (np.fmax, share) if alike else (np.fmin, _scores(share, penalty))
    while width > out.shape[1]:
        width //= 2
        values = fold(values[:, :width], values[:, width:2 * width], out=half[:, :width])
    out[:] = _scores(values, penalty[0]) if alike else values


def _lowest_cells(cells: Array, top: int) -> tuple[Array, Array]:
    """The `top` lowest scores of every row (K, C) and their columns, ascending.

    The lowest of C / 8 sets of eight are found first, for speed.
    """
    K, C = cells.shape
    sets = np.fmin.reduce(cells.reshape(K, 8, C // 8), axis=1)
    few = min(top, C // 8)
    chosen = np.argpartition(sets, few - 1, axis=1)[:, :few]
    inside = np.sort((chosen[:, :, None] + np.arange(8) * (C // 8)).reshape(K, -1), axis=1)
    values = np.take_along_axis(cells, inside, axis=1)
    order = np.argsort(values, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(values, order, axis=1), np.take_along_axis(inside, order, axis=1)
