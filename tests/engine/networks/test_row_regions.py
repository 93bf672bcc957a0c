"""Networks that are defined between the rows, although not everywhere in their box."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Preference, Problem
from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry
from xnet.engine.front.selection import pick
from xnet.engine.front.support import with_support
from xnet.engine.networks.domain import is_defined_inside
from xnet.engine.networks.network import Network
from xnet.engine.networks.row_regions import hull_of

RNG = np.random.default_rng(1)
P = RNG.uniform(2.0, 10.0, 60)
#: A pressure, a smaller one behind an orifice, and an area; then three inputs that do not depend on each other.
BEHIND = np.column_stack([P, P - RNG.uniform(0.2, 1.8, 60), RNG.uniform(1.0, 2.0, 60)])
INDEPENDENT = RNG.uniform(2.0, 10.0, (60, 3))
#: Object distances are at least 1.3 times the focal length.
LENS = np.column_stack([P, P * RNG.uniform(1.3, 5.0, 60), RNG.uniform(1.0, 2.0, 60)])


def net(text: str, names: tuple[str, ...]) -> Network:
    read = read_formula(text, names)
    made = read if isinstance(read, Network) else to_network(read, len(names))
    assert made is not None
    return made


def problem_of(X: np.ndarray) -> Problem:
    return Problem.from_arrays(X, RNG.standard_normal(len(X)), names=("p", "q", "a"))


@pytest.mark.parametrize(("text", "X", "defined"), [
    ("3.2*sqrt(p - q)", BEHIND, True),
    ("3.2*a*sqrt(p - q)", BEHIND, True),
    ("a/(p - q)", BEHIND, True),
    ("1/(a*(p - q))", BEHIND, True),
    ("log(p - q)", BEHIND, True),
    ("sqrt(q - p)", BEHIND, False),
    ("1/(p - q - 1)", BEHIND, False),
    ("3.2*sqrt(p - q)", INDEPENDENT, False),
    ("1/(p - q)", INDEPENDENT, False),
    ("1/(p - 5.1)", BEHIND, False),
    ("1/(1/p - 1/q)", LENS, True),
    ("1/(1/p - 1/q)", INDEPENDENT, False),
])
def test_a_network_of_two_inputs_is_bounded_on_the_hull_of_the_rows(text: str, X: np.ndarray, defined: bool) -> None:
    problem = problem_of(X)
    network = net(text, ("p", "q", "a"))

    assert not is_defined_inside(network, problem.box)
    with np.errstate(invalid="ignore"):  # some have no value in some rows
        assert with_support(make_entry(network, problem), problem).is_defined is defined


def test_the_hull_of_rows_on_a_line_is_this_line() -> None:
    x = np.arange(5.0)
    planes = hull_of(x, 2.0 * x + 1.0)

    inside = [bool((planes[:, :2] @ point <= planes[:, 2] + 1e-9).all()) for point in ([2.0, 5.0], [2.0, 5.1])]
    assert inside == [True, False]


def test_the_law_of_lenses_is_suggested_although_its_box_has_a_pole() -> None:
    """With 3 % noise, formulas without a pole came within ten times of its errors, and were suggested."""
    y = 1.0 / (1.0 / LENS[:, 0] - 1.0 / LENS[:, 1]) * (1.0 + 0.03 * np.random.default_rng(2).standard_normal(60))
    problem = Problem.from_arrays(LENS[:, :2], y, names=("f", "u"))
    names = ("f", "u")
    law, other = (with_support(make_entry(net(text, names), problem), problem) for text in (
        "1/(1/f - 1/u)", "1.223*f*exp(2.096*(f/u)**2) - 0.65"))

    assert pick([other, law], Preference.BALANCED) is law
