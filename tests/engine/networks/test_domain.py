"""Interval arithmetic: what it clears is defined everywhere in the box, and what has a pole is never cleared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.domain import box_of, is_defined_inside
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
])
def test_known_cases(text: str, box: tuple[tuple[float, float], ...], defined: bool) -> None:
    assert is_defined_inside(network(text), box) is defined


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
