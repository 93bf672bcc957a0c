"""Whether one model's errors are clearly less than another's."""

from __future__ import annotations

import numpy as np

from xnet.evidence.verdict import clearly_less

LAW, LINE = np.array([1.1, 2.6, 1.0, 2.1]), np.ones(4)


def test_two_standard_errors_of_four_rows_are_little() -> None:
    """The gain is 2.06 standard errors, and Student's t of four rows asks for 2.87."""
    assert not clearly_less(LINE, LAW, 2.0)
    assert clearly_less(np.tile(LINE, 5), np.tile(LAW, 5), 2.0)


def test_a_true_law_is_seldom_called_clearly_worse_than_a_fitted_line() -> None:
    rng = np.random.default_rng(0)
    called = 0
    for _ in range(1000):
        x, noise = rng.uniform(0.0, 10.0, 30), rng.normal(0.0, 1.5, 30)
        a, b = np.polynomial.polynomial.polyfit(x[6:], noise[6:], 1)
        called += clearly_less((noise - a - b * x)[:6] ** 2, noise[:6] ** 2, 2.0)

    assert called < 23
