"""Interval arithmetic: what it clears is defined everywhere in the box, and what has a pole is never cleared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.domain import box_of, is_defined_inside, output_interval
from xnet.engine.networks.network import Network, Neuron

NAMES = ("a", "b")


def network(text: str) -> Network:
    read = read_formula(text, NAMES)
    made = read if isinstance(read, Network) else to_network(read, 2)
    assert made is not None
    return made


@pytest.mark.parametrize(("text", "box", "defined"), [
    ("1/(a - 2.5)", ((0.0, 2.0), (0.0, 1.0)), True),
    ("1/(a - 2.5)", ((1.0, 4.0), (0.0, 1.0)), False),
    ("sqrt(a - b)", ((2.0, 3.0), (0.0, 1.0)), True),
    ("sqrt(a - b)", ((0.0, 3.0), (0.0, 1.0)), False),
    ("log(a)", ((0.0, 1.0), (0.0, 1.0)), False),
    ("a**b", ((0.5, 2.0), (-1.0, 1.0)), True),
    ("a**0.5", ((-0.5, 2.0), (-1.0, 1.0)), False),
    ("a**-3", ((0.5, 2.0), (-1.0, 1.0)), True),
    ("tan(a)", ((0.0, 1.5), (0.0, 1.0)), True),
    ("tan(a)", ((0.0, 1.6), (0.0, 1.0)), False),
    ("arcsin(a*b)", ((0.0, 1.0), (-1.0, 1.0)), True),
    ("arccos(a*b)", ((0.0, 1.1), (-1.0, 1.0)), False),
    ("exp(a)", ((0.0, 800.0), (0.0, 1.0)), False),
    ("1/(1 + a*a)", ((-3.0, 3.0), (0.0, 1.0)), True),
    ("sqrt(a**2 + b**2 - 2*a*b*cos(a))", ((-1.0, 3.0), (-2.0, 1.0)), True),
    ("sqrt(a*a + b**2 + 2*b*a*sin(b))", ((-1.0, 3.0), (-2.0, 1.0)), True),
    ("sqrt(a**2 + b**2 - 2.01*a*b*cos(a))", ((-1.0, 3.0), (-2.0, 1.0)), False),
    ("sqrt(a**2 - b**2 - 2*a*b*cos(a))", ((0.0, 3.0), (0.0, 1.0)), False),
    ("1/(a**2 + 4*b**2 - 4*a*b*cos(b))", ((0.0, 1.0), (0.1, 1.0)), True),
    ("1/(a**2 + 4*b**2 - 4*a*b*cos(b))", ((0.0, 1.0), (0.0, 1.0)), False),
    ("1/(a**2 + b**2 + a*b*cos(b))", ((-1.0, 1.0), (0.5, 1.0)), True),
])
def test_known_cases(text: str, box: tuple[tuple[float, float], ...], defined: bool) -> None:
    assert is_defined_inside(network(text), box, squares=True) is defined
    if "cos" not in text and "sin(b" not in text:
        assert is_defined_inside(network(text), box) is defined


@pytest.mark.parametrize("factor", [-2.0, -0.7, 0.3, 1.9, 2.0])
def test_the_bound_of_two_squares_and_their_product_holds(factor: float) -> None:
    box = ((-0.5, 2.0), (0.2, 1.5))
    a, b = np.meshgrid(*(np.linspace(*ends, 60) for ends in box))
    found = output_interval(network(f"a**2 + b**2 + {factor}*a*b*cos(b) - 0.5*a"), box, squares=True)
    assert found is not None
    assert found[0] <= (a**2 + b**2 + factor * a * b * np.cos(b) - 0.5 * a).min()
    assert found[0] >= -1.0  # the terms alone: -1 less 3


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@given(ends=st.tuples(*[st.floats(-4, 4)] * 4))
def test_bounds_contain_every_value(name: str, ends: tuple[float, float, float, float]) -> None:
    """On a fine grid of the intervals the values stay inside the bounds, and none is missing where bounds exist."""
    record = ACTIVATIONS[name]
    assert record.bounds is not None
    a, b = (min(ends[:2]), max(ends[:2])), (min(ends[2:]), max(ends[2:]))
    intervals = (a, b)[:record.arity]
    try:
        bounds = record.bounds(*intervals)
    except (OverflowError, ZeroDivisionError):
        return
    if bounds is None or not np.isfinite(bounds).all():
        return
    grids = np.meshgrid(*(np.linspace(*i, 41) for i in intervals))
    with np.errstate(all="ignore"):
        values = record.value(*(g.ravel() for g in grids))
    room = 1e-9 * (1.0 + max(map(abs, bounds)))
    assert np.isfinite(values).all()
    assert values.min() >= bounds[0] - room
    assert values.max() <= bounds[1] + room


def test_an_unknown_function_is_never_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from xnet.engine.networks import domain

    monkeypatch.setattr(domain, "ACTIVATIONS", {"sin": replace(ACTIVATIONS["sin"], bounds=None)})
    wave = Network((Neuron("variable", (), 0), Neuron("sin", (0,))), (), 1)

    assert not is_defined_inside(wave, ((0.0, 1.0),))


def test_the_box_is_that_of_the_rows() -> None:
    assert box_of(np.array([[3.0, 1.0, 2.0], [0.0, 0.0, 0.0]])) == ((1.0, 3.0), (0.0, 0.0))


def test_an_input_times_itself_is_a_square() -> None:
    """As a product of two intervals it could be -4, and its reciprocal would have a pole."""
    product = Network((Neuron("variable", (), 0), Neuron("mul", (0, 0)), Neuron("constant", (), 0),
                       Neuron("add", (1, 2)), Neuron("reciprocal", (3,))), (1.0,), 1)

    assert output_interval(product, ((-2.0, 2.0),)) == pytest.approx((0.2, 1.0))
