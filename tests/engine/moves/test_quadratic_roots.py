"""Roots of quadratic equations: laws of equilibria, and a constant beside a root."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.engine import resolve_activations
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.moves.quadratic_roots import quadratic_roots

DEFAULT = resolve_activations("default")
X = np.random.default_rng(0).uniform(0.5, 5.0, (200, 3))
LAWS = {
    "Morrison": lambda e, i, k: ((e + i + k) - np.sqrt((e + i + k) ** 2 - 4 * e * i)) / 2,
    "a weak acid": lambda k, c, _: (-k + np.sqrt(k**2 + 4 * k * c)) / 2,
    "the surface of a cone": lambda r, h, _: np.pi * r * (r + np.sqrt(r**2 + h**2)),
    "a constant beside a root": lambda a, b, c: 3.0 - np.sqrt(a * b + c),
}


@pytest.mark.parametrize("name", LAWS)
def test_one_of_the_roots_is_exact(name: str) -> None:
    y = LAWS[name](*X.T)
    used = X[:, :2] if name in ("a weak acid", "the surface of a cone") else X
    rows = rows_of(used, y)
    with np.errstate(invalid="ignore"):
        left = [np.abs(evaluate(expr, rows.columns, {}) - y).max() for expr in quadratic_roots(rows, DEFAULT)]

    assert np.nanmin(left) < 1e-6


def test_there_is_none_without_roots_in_the_library_many_inputs_or_few_rows() -> None:
    y = LAWS["Morrison"](*X.T)
    assert not list(quadratic_roots(rows_of(X, y), ("add", "mul")))
    assert not list(quadratic_roots(rows_of(np.hstack([X, X + 1]), y), DEFAULT))
    assert not list(quadratic_roots(rows_of(X[:20], y[:20]), DEFAULT))


def test_there_is_none_in_noise() -> None:
    noise = np.random.default_rng(1).normal(size=200)
    assert not list(quadratic_roots(rows_of(X, noise), DEFAULT))
    assert not list(quadratic_roots(rows_of(X, 10.0 + 0.01 * noise), DEFAULT))
