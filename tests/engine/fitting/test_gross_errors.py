"""Gross errors: a few rows far from all others are found, heavy tails and rounding are not."""

from __future__ import annotations

import numpy as np

from xnet.engine.fitting.gross_errors import is_gross, largest_square


def test_one_row_of_sixty_is_gross() -> None:
    squares = np.random.default_rng(0).standard_normal(60) ** 2
    squares[7] = 400.0
    assert np.flatnonzero(is_gross(squares)).tolist() == [7]
    assert 20.0 < largest_square(squares) < 60.0  # 36 for normal errors of variance 1


def test_heavy_tails_are_not_gross() -> None:
    squares = np.random.default_rng(0).standard_cauchy(200) ** 2
    assert (squares > largest_square(squares)).sum() > 10
    assert not is_gross(squares).any()


def test_rounding_is_not_gross() -> None:
    squares = np.full(60, 1e-31)
    squares[7] = 1e-28
    assert is_gross(squares)[7]
    assert not is_gross(squares, 1e-14).any()
