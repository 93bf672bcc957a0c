"""Screening in blocks agrees with one float64 formula."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.arrays import Array
from xnet.engine.candidates.numpy_kernels import Blocks, screen
from xnet.engine.candidates.screening import PRECISION, Batch

M = 24


def batch_of(K: int, U: int, units: bool) -> Batch:
    """K targets that share U denominators, the first half of these with a second regressor."""
    rng = np.random.default_rng(K)
    which = np.sort(np.concatenate([np.arange(U), rng.integers(U, size=K - U)]))
    rows = [rng.normal(size=(n, M)).astype(np.float32) for n in (K, U, U, U // 2)]
    return Batch(rows[0] / 30, which, rows[1] ** 2 + 3, [rows[2] / 5, rows[3] / 5],
                 np.full(K, 0.02, np.float32) if units else None)


def plain_scores(Z: Array, batch: Batch, penalty: Array, deviation: Array) -> Array:
    """(K, N) scores of all candidates, in float64."""
    Z = Z.astype(np.float64)
    below = batch.squares @ (Z * Z).T
    for rows in batch.projections:
        below[:len(rows)] -= (rows @ Z.T) ** 2
    below, above = below[batch.denominator_index], batch.numerators @ Z.T
    if batch.unit_sizes is None:
        return (1 + PRECISION - above**2 / below) * penalty
    size = batch.unit_sizes[:, None] * deviation
    return (1 + PRECISION - (2 * np.abs(above) * size - below * size**2)) * penalty


@pytest.mark.parametrize("n", [3, 8, 61, 512, 515, 1500, 17_000])
@pytest.mark.parametrize(("K", "U", "units"), [(1, 1, False), (9, 9, False), (12, 4, False), (6, 1, False),
                                               (7, 3, True)])
def test_the_best_candidates_of_all_cells_are_in_order(n: int, K: int, U: int, units: bool) -> None:
    rng = np.random.default_rng(n)
    Z, deviation = rng.normal(size=(n, M)).astype(np.float32), rng.uniform(0.5, 2, n).astype(np.float32)
    penalty = (1 + 0.03 * np.sort(rng.integers(1, 9, n))).astype(np.float32)
    batch = batch_of(K, U, units)
    expected = plain_scores(Z, batch, penalty, deviation)
    of_cells = np.pad(expected, ((0, 0), (0, -n % 8)), constant_values=np.inf).reshape(K, -1, 8)
    order = np.argsort(of_cells.min(axis=2), axis=1)[:, :4]
    scores, where = screen(Blocks(Z), batch, penalty, 4, deviation)
    there = order.shape[1]

    members = np.take_along_axis(of_cells.argmin(axis=2), order, axis=1)
    np.testing.assert_array_equal(where[:, :there], order * 8 + members)
    np.testing.assert_allclose(scores[:, :there], np.take_along_axis(expected, where[:, :there], axis=1), rtol=1e-4)
    assert np.isinf(scores[:, there:]).all()


def test_kernels_read_no_uninitialised_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = Blocks(np.random.default_rng(1).normal(size=(8, M)).astype(np.float32))
    batch, penalty = batch_of(9, 9, False), np.full(8, 1.5, np.float32)
    expected = screen(blocks, batch, penalty, 4, penalty)
    monkeypatch.setattr(np, "empty", lambda shape, dtype: np.full(shape, -3e38, dtype))
    scores, where = screen(blocks, batch, penalty, 4, penalty)

    np.testing.assert_array_equal(where[:, 0], expected[1][:, 0])
    assert np.isinf(scores[:, 1:]).all()


def test_a_candidate_without_a_share_spoils_only_its_cell() -> None:
    Z = np.random.default_rng(0).normal(size=(600, M)).astype(np.float32)
    Z[5] = np.nan
    batch, ones = batch_of(4, 4, False), np.ones(600, np.float32)
    expected = plain_scores(Z, batch, ones, ones)
    scores, where = screen(Blocks(Z), batch, ones, 1, ones)

    np.testing.assert_array_equal(where[:, 0], np.nanargmin(expected, axis=1))
    assert np.isfinite(scores).all()
