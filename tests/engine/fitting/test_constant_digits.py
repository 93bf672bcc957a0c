"""Constants have the digits that rows distinguish, and at most seven where the target was computed with 32 bits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, call, mul, var
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.activations import ACTIVATIONS


def inputs(seed: int, kind: type) -> Array:
    return np.random.default_rng(seed).uniform(1.0, 5.0, (100, 2)).astype(kind)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_of_32_bits_give_the_constants_that_they_were_computed_with(seed: int) -> None:
    X = inputs(seed, np.float32)
    y = 2 * X[:, 0] ** 2 + np.float32(0.3) * X[:, 1] + np.float32(1.7)
    assert y.dtype == np.float32
    rows = rows_of(X.astype(float), y.astype(float))
    start = to_network(add([(2.01, mul([(var(0), 2.0)])), (0.31, var(1))], 1.69), 2)
    assert start is not None
    found = simplify_constants(start, rows, tuple(ACTIVATIONS)).network

    assert rows.has_32_bits
    assert to_text(found, ["a", "b"]) == "0.3*b + 2*a**2 + 1.7"


def test_a_constant_that_needs_more_digits_than_32_bits_keeps_them() -> None:
    """Seven digits of a large exponent would be seen in the target."""
    X = inputs(1, np.float32)
    y = np.exp(40.0 * X[:, 0].astype(float) - 123.456789).astype(np.float32)
    rows = rows_of(X.astype(float), y.astype(float))
    start = to_network(call("exp", add([(40.0, var(0))], -123.456789)), 2)
    assert start is not None
    found = simplify_constants(start, rows, tuple(ACTIVATIONS)).network

    assert rows.loss(found) <= 1e-12


@pytest.mark.parametrize("y", [np.arange(50.0), np.arange(50) / 4, np.linspace(0, 1, 50), np.linspace(1e40, 1e41, 50)])
def test_numbers_of_64_bits_and_whole_numbers_are_not_taken_for_numbers_of_32_bits(y: Array) -> None:
    assert not rows_of(inputs(0, np.float64)[:50], y).has_32_bits
