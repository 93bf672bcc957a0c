"""Tests of a smooth curve: they see humps and waves in few rows, and keep their level on noise."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.engine.fitting.curved_dependence import curve_p_value

Curve = Callable[[np.ndarray], np.ndarray]


@pytest.mark.parametrize(("n", "curve"), [
    (6, lambda x: 4 * x * (1 - x)), (8, lambda x: 4 * x * (1 - x)),  # a throw: found as a quadratic model
    (12, lambda x: np.exp(-((x - 0.4) / 0.15) ** 2)), (12, lambda x: np.sin(2 * np.pi * x)),
    (20, lambda x: np.sin(12 * x)), (200, lambda x: np.cos(9 * x))])
def test_a_smooth_curve_is_seen_in_few_rows(n: int, curve: Curve) -> None:
    x = np.linspace(0, 1, n)
    y = curve(x) + 0.05 * np.random.default_rng(1).normal(size=n)
    assert curve_p_value(rows_of(x[:, None], y)) <= 0.001
    order = np.random.default_rng(2).permutation(n)
    assert curve_p_value(rows_of(x[order, None], y[order])) <= 0.001, "the order of the rows does not matter"
    assert curve_p_value(rows_of(x[:, None], y[order])) > 0.001


def test_the_p_value_of_neighbours_is_that_of_all_orders() -> None:
    y = np.array([1.0, 3.0, 6.0, 8.0, 7.0, 5.0, 4.0, 2.0])

    def differences(values: np.ndarray) -> np.ndarray:
        return np.square(np.diff(values, axis=-1)).sum(axis=-1)

    every = differences(np.array(list(permutations(y))))
    expected = float((every <= differences(y)).mean())
    x = np.array([0.0, 1e-6, 1.0, 1.1, 1.2, 2.0, 2.1, 9.0])  # no quadratic model fits over these inputs
    assert curve_p_value(rows_of(x[:, None], y)) == pytest.approx(expected, abs=4 * np.sqrt(expected / 10_000))


def test_repeated_rows_are_no_neighbours_of_each_other() -> None:
    rng = np.random.default_rng(3)
    x, y = np.arange(15.0), rng.normal(size=15)
    assert curve_p_value(rows_of(np.repeat(x, 2)[:, None], np.repeat(y, 2))) > 0.01


@pytest.mark.parametrize("kind", ["normal", "heavy", "counts"])
def test_noise_rarely_looks_like_a_curve(kind: str) -> None:
    rng = np.random.default_rng(4)
    draw = {"normal": rng.normal, "heavy": lambda size: rng.standard_t(1.5, size),
            "counts": lambda size: rng.poisson(2.0, size).astype(float)}[kind]
    found = [curve_p_value(rows_of(rng.normal(size=(n, d)), draw(size=n))) <= 0.01
             for n, d in ((10, 1), (30, 2)) for _ in range(150)]
    assert np.mean(found) <= 0.035, "0.02 is expected at most"


def test_many_rows_and_many_inputs_are_left_to_the_other_tests() -> None:
    x = np.linspace(0, 1, 80)[:, None]
    wave = np.sin(20 * x[:, 0])
    assert curve_p_value(rows_of(x, wave)) == 0.0
    assert curve_p_value(rows_of(np.tile(x, (4, 1)), np.tile(wave, 4))) == 1.0
    assert curve_p_value(rows_of(np.random.default_rng(5).normal(size=(80, 5)), wave)) == 1.0
    assert curve_p_value(rows_of(x, np.ones(80))) == 1.0


def test_rows_of_different_weights_are_compared_by_both_kinds_of_orders() -> None:
    rng, x = np.random.default_rng(6), np.linspace(0, 1, 20)
    weight = rng.uniform(0.5, 2, 20)
    peak = np.exp(-(((x - 0.4) / 0.15) ** 2)) + 0.02 * rng.normal(size=20)
    assert curve_p_value(rows_of(x[:, None], peak, weight)) <= 0.001
    assert curve_p_value(rows_of(x[:, None], peak, np.full(20, 2.0))) == curve_p_value(rows_of(x[:, None], peak))
    rows = [(rows_of(x[:, None], rng.normal(size=20) / np.sqrt(weight), weight),
             rows_of(x[:, None], rng.normal(size=20), weight)) for _ in range(150)]
    assert np.mean([curve_p_value(part) <= 0.02 for pair in rows for part in pair]) <= 0.05, "0.04 at most is expected"
