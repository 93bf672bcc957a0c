"""Poles between rows are found by signs alone; sums near the end of a domain are distinguished from others."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr, add, call, mul, power, var
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import keeps_distance_from_poles

ONE_TO_TEN = np.linspace(1.0, 10.0, 40)[None]
SHIFTED = add([(1.0, var(0))], -4.1)  # changes its sign between two rows


def made(expr: Expr) -> Network:
    network = to_network(expr, 1)
    assert network is not None
    return network


@pytest.mark.parametrize("expr", [mul([(SHIFTED, -1.0)], 3.0), mul([(var(0), 1.0), (SHIFTED, -1.0)]),
                                  power(SHIFTED, -3.0), call("tan", var(0)), power(SHIFTED, -2.0),
                                  power(call("cos", var(0)), -2.0), call("log", power(SHIFTED, 2.0)),
                                  mul([(var(0), -1.5), (call("sin", var(0)), -1.0)])])
def test_a_pole_between_rows_is_seen(expr: Expr) -> None:
    assert not keeps_distance_from_poles(made(expr), ONE_TO_TEN)


@pytest.mark.parametrize("expr", [mul([(var(0), -1.0)], 3.0), power(var(0), -1.5), mul([(SHIFTED, 1.0)], 2.0),
                                  power(SHIFTED, 3.0), call("tan", mul([(var(0), 1.0)], 0.1))])
def test_an_expression_without_poles_passes_the_pole_check(expr: Expr) -> None:
    assert keeps_distance_from_poles(made(expr), ONE_TO_TEN)


def test_a_law_over_many_orders_of_magnitude_is_not_suspected() -> None:
    columns = np.stack([np.geomspace(1e5, 1e12, 9), np.geomspace(1e20, 1e30, 9)[::-1]])
    network = to_network(mul([(mul([(var(0), 3.0), (var(1), -1.0)]), 0.5)], 0.0089), 2)
    assert network is not None
    assert keeps_distance_from_poles(network, columns)


@pytest.mark.parametrize(("bias", "clear"), [(1.0, True), (-0.5, True), (-0.9999, False)])
def test_a_sum_has_to_keep_its_distance_from_the_end_of_a_domain(bias: float, clear: bool) -> None:
    for name in ("log", "sqrt"):
        assert keeps_distance_from_poles(made(call(name, add([(1.0, var(0))], bias))), ONE_TO_TEN) is clear
    assert keeps_distance_from_poles(made(mul([(add([(1.0, var(0))], bias), -1.0)])), ONE_TO_TEN) is clear
    assert keeps_distance_from_poles(made(power(add([(1.0, var(0))], bias), 1.37)), ONE_TO_TEN) is clear


def test_angles_keep_their_distance_from_one() -> None:
    assert keeps_distance_from_poles(made(call("arcsin", mul([(var(0), 1.0)], 0.05))), ONE_TO_TEN)
    assert not keeps_distance_from_poles(made(call("arcsin", mul([(var(0), 1.0)], 0.09999))), ONE_TO_TEN)
