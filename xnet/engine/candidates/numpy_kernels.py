"""The products of `matching.py` in NumPy: a batch of targets against every candidate, in blocks that stay in cache.

What is matched lies in memory as the products read it: blocks of columns, and in a block the neighbours that make up a
cell as far apart as possible. The best of every cell is then the maximum of eighths of the block, not of runs of eight
numbers, which is several times faster. Only the few best cells of a target are looked into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

#: Fills the last argument (K, B) with the share of every target that every candidate of a block (m, B) explains; the
#: second argument is the positions (B,) of these candidates.
Shares = Callable[[Array, Array, Array], None]

#: Candidates in a block, blocks after which the best cells are picked, and neighbours in a cell.
_BLOCK, _BLOCKS, _CELL = 512, 32, 8
#: Below this share of the target's size, float32 cannot tell two candidates apart: the simpler one comes first.
PRECISION = 3e-6


@dataclass(frozen=True)
class Batch:
    """K targets, and the U different denominators that they share; everything float32.

    Attributes:
        numerators: (K, m) m y' over the target's size; its product with a candidate, squared, over the candidate's
            denominator is the share of the target that the candidate explains.
        which: (K,) every target's denominator.
        squares: (U, m) m m.
        projections: the j-th, (U_j, m), holds m Q_j of the first U_j denominators, those with more than j regressors.
        units: (K,) one over the target's size, where a candidate's log has the coefficient 1 or -1; else None.
    """

    numerators: Array
    which: Array
    squares: Array
    projections: list[Array]
    units: Array | None = None


class Blocks:
    """Candidates (N, m) as blocks (m, B), `_BLOCK` wide but for the last, and the positions (B,) of their columns.

    Of B columns, cell i has i, i + B / 8, i + 2 B / 8 and so on. Where neighbours do not fill the last cell, the last
    candidate is repeated.
    """

    def __init__(self, candidates: Array) -> None:
        self.n, self.m = candidates.shape
        filled = np.minimum(np.arange(self.n + -self.n % _CELL), self.n - 1)
        self.positions = [filled[start:start + _BLOCK].reshape(-1, _CELL).T.ravel()
                          for start in range(0, len(filled), _BLOCK)]
        self.values = [np.ascontiguousarray(candidates[at].T) for at in self.positions]


def screen(blocks: Blocks, batch: Batch, penalty: Array, top: int, deviation: Array) -> tuple[Array, Array]:
    """The scores (K, top) and positions (K, top) of every target's best candidates, best first.

    Args:
        penalty: (N,) what the loss of a candidate is multiplied by.
        deviation: (N,) standard deviations, for batches with units.
    """
    K, U, units = len(batch.numerators), len(batch.squares), batch.units
    rows = np.concatenate([batch.numerators, *batch.projections])
    products, squared = np.empty((len(rows), _BLOCK), np.float32), np.empty((blocks.m, _BLOCK), np.float32)
    below_, floor_ = np.empty((U, _BLOCK), np.float32), np.empty((max(U, K), _BLOCK), np.float32)

    def shares(block: Array, at: Array, out: Array) -> None:
        width = block.shape[1]
        product = np.matmul(rows, block, out=products[:, :width])
        square = np.multiply(block, block, out=squared[:, :width])
        below = np.matmul(batch.squares, square, out=below_[:, :width])
        # A candidate in the regressors' span gains nothing, also after rounding.
        floor = np.multiply(below, np.float32(1e-4), out=floor_[:U, :width])
        above, lines = product[:K], product[K:]
        lines *= lines
        for projection in batch.projections:
            below[:len(projection)] -= lines[:len(projection)]
            lines = lines[len(projection):]
        np.maximum(below, floor, out=below)
        if U < K:
            below = np.take(below, batch.which, axis=0, out=floor_[:K, :width], mode="clip")
        if units is None:
            above *= above
            np.divide(above, below, out=out)
        else:  # a coefficient of 1 or -1 in place of the best one
            size = units[:, None] * deviation[at]
            np.subtract(2.0 * np.abs(above) * size, below * (size * size), out=out)

    return _lowest(blocks, shares, penalty, K, top)


def screen_fixed(blocks: Blocks, with_y: Array, squares: Array, penalty: Array, top: int, mean: Array,
                 deviation: Array) -> tuple[Array, Array]:
    """The same for candidates as they stand, mean + deviation z: with_y (K, m) is m y, squares (K, m) is m m."""
    all_y, all_squares = with_y.sum(axis=1, keepdims=True), squares.sum(axis=1, keepdims=True)

    def shares(block: Array, at: Array, out: Array) -> None:
        mu, sigma = mean[at], deviation[at]
        out[:] = 2 * ((with_y @ block) * sigma + all_y * mu)
        out -= (squares @ (block * block)) * (sigma * sigma) + (squares @ block) * (2 * mu * sigma)
        out -= all_squares * (mu * mu)
        np.minimum(out, np.float32(1.0), out=out)

    return _lowest(blocks, shares, penalty, len(with_y), top)


def _lowest(blocks: Blocks, shares: Shares, penalty: Array, K: int, top: int) -> tuple[Array, Array]:
    """The best of the `top` cells with the lowest scores; not finite ones come last."""
    together, a_block = min(len(blocks.values), _BLOCKS), _BLOCK // _CELL
    # Zeros: where there are fewer candidates than `top` cells, cells that nothing was written to are looked into.
    share, half = np.zeros((together, K, _BLOCK), np.float32), np.empty((K, _BLOCK // 2), np.float32)
    cells, found = np.empty((together, K, a_block), np.float32), []
    for first in range(0, len(blocks.values), _BLOCKS):
        cells.fill(np.inf)
        stride = np.full(together, a_block)
        for k, block in enumerate(blocks.values[first:first + _BLOCKS]):
            at, width, stride[k] = blocks.positions[first + k], block.shape[1], block.shape[1] // _CELL
            shares(block, at, share[k, :, :width])
            _best_of_cells(share[k, :, :width], penalty[at], half, cells[k, :, :stride[k]])
        scores, chosen = _lowest_cells(cells.transpose(1, 0, 2).reshape(K, -1), top)
        inside, block_of = np.arange(_CELL), chosen[:, :, None] // a_block
        where = np.minimum(first * _BLOCK + chosen[:, :, None] * _CELL + inside, blocks.n - 1)
        column = np.minimum(chosen[:, :, None] % a_block + stride[block_of] * inside, _BLOCK - 1)
        members = _scores(share[block_of, np.arange(K)[:, None, None], column], penalty[where])
        best = np.argmin(np.where(np.isnan(members), np.inf, members), axis=2)
        found.append((scores, np.take_along_axis(where, best[:, :, None], axis=2)[:, :, 0]))
    scores, where = (np.concatenate([f[i] for f in found], axis=1) for i in (0, 1))
    order = np.argsort(scores, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(where, order, axis=1)


def _scores(share: Array, penalty: Array) -> Array:
    """What is left of the targets, times the price on complexity."""
    return (np.float32(1.0 + PRECISION) - share) * penalty


def _best_of_cells(share: Array, penalty: Array, half: Array, out: Array) -> None:
    """The lowest score of every cell of a block; candidates come by complexity, so most blocks have one penalty."""
    width, alike = share.shape[1], bool((penalty == penalty[0]).all())
    fold, values = (np.fmax, share) if alike else (np.fmin, _scores(share, penalty))
    while width > out.shape[1]:
        width //= 2
        values = fold(values[:, :width], values[:, width:2 * width], out=half[:, :width])
    out[:] = _scores(values, penalty[0]) if alike else values


def _lowest_cells(cells: Array, top: int) -> tuple[Array, Array]:
    """The `top` lowest of every row (K, C) and where they are, ascending; of C / 8 sets of eight first, for speed."""
    K, C = cells.shape
    sets = np.fmin.reduce(cells.reshape(K, 8, C // 8), axis=1)
    few = min(top, C // 8)
    chosen = np.argpartition(sets, few - 1, axis=1)[:, :few]
    inside = np.sort((chosen[:, :, None] + np.arange(8) * (C // 8)).reshape(K, -1), axis=1)
    values = np.take_along_axis(cells, inside, axis=1)
    order = np.argsort(values, axis=1, kind="stable")[:, :top]
    return np.take_along_axis(values, order, axis=1), np.take_along_axis(inside, order, axis=1)
