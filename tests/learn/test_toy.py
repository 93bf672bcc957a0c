"""The Learn page's toy: alternating backpropagation on a dozen points, as values that follow from one another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.learn.toy import (
    CHOICE,
    ENOUGH,
    EXACT,
    FORWARD,
    PARAMETERS,
    STARTS,
    TARGETS,
    Toy,
    begin,
    best_change,
    fitted,
    loss_of,
    proposals,
    put,
    rows_of,
    step,
)
from xnet.learn.toy_moves import (
    CHOICES,
    MOST_NEURONS,
    curve_of,
    n_neurons,
    place_names,
    places,
    proposals_at,
    targets_of,
)
from xnet.learn.toy_points import CHANCE, LAWS, Points, law_points

X = np.linspace(0.5, 7.0, 12)


def made(y: np.ndarray, x: np.ndarray = X) -> Points:
    return Points(tuple(x.tolist()), tuple(y.tolist()))


def phases(toy: Toy, most: int = 60) -> list[Toy]:
    """All phases until the toy ends."""
    trail = [toy]
    while not trail[-1].ended and len(trail) < most:
        trail.append(step(trail[-1]))
    return trail


def network(text: str) -> Network:
    return read_formula(text, ["x"])


def formula(toy: Toy) -> str:
    return to_text(toy.network, ["x"])


@pytest.mark.parametrize(("law", "start", "text"), [
    ("Growing waves", STARTS[0], "x*sin(x)"), ("Parabola", STARTS[0], "x**2 + 1"), ("Pendulum", STARTS[0], "2*sqrt(x)"),
    ("Cooling", STARTS[0], "60*exp(-0.5*x) + 20"), ("Wave on a slope", STARTS[0], "0.5*x + sin(2*x)"),
    ("Medicine", STARTS[1], "5*x*exp(-x)")])
def test_laws_are_found_exactly(law: str, start: str, text: str) -> None:
    last = phases(begin(law_points(law), start))[-1]
    assert last.ended == EXACT
    assert formula(last) == text


@pytest.mark.parametrize("value", [lambda x: 3 - 1 / x, lambda x: x**3, lambda x: np.log(x) / 2, lambda x: 4 - 2 * x])
def test_laws_that_are_not_on_the_list_are_found_as_well(value: Callable[[np.ndarray], np.ndarray]) -> None:
    last = phases(begin(made(value(X))))[-1]
    assert last.ended == EXACT
    np.testing.assert_allclose(last.network.evaluate(X[:, None]), value(X), rtol=1e-9)


@pytest.mark.parametrize("start", STARTS)
def test_growing_waves_are_found_from_every_start(start: str) -> None:
    last = phases(begin(law_points("Growing waves"), start))[-1]
    assert last.ended == EXACT
    assert formula(last) == "x*sin(x)"
    assert last.losses[-1] < 1e-20


@pytest.mark.parametrize("seed", range(6))
def test_on_noise_the_demonstration_stops_with_a_small_network(seed: int) -> None:
    trail = phases(begin(law_points(CHANCE, seed=seed)))
    assert trail[-1].ended == ENOUGH
    assert trail[-1].losses[-1] > 0.15, "a dozen random numbers are not explained"
    assert trail[-1].network.complexity <= 12


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("noise", "start"), [(0, STARTS[2]), (20, STARTS[0])])
def test_every_trail_ends_with_a_small_network_and_its_own_loss(law: str, noise: int, start: str) -> None:
    trail = phases(begin(law_points(law, noise), start))
    assert trail[-1].ended
    for toy in trail:
        assert n_neurons(toy.network) <= MOST_NEURONS
        assert np.isfinite(loss_of(toy.points, toy.network))
    assert trail[-1].losses[-1] == pytest.approx(loss_of(trail[-1].points, trail[-1].network), abs=1e-12)


def test_phases_come_in_order_and_leave_earlier_ones_as_they_were() -> None:
    first = begin(law_points("Growing waves"))
    trail = phases(first)
    assert [t.phase for t in trail[:5]] == [FORWARD, TARGETS, CHOICE, PARAMETERS, FORWARD]
    assert [t.round for t in trail[:5]] == [1, 1, 1, 1, 2]
    assert trail[0] == begin(law_points("Growing waves"))
    assert trail[2].chosen is not None
    assert trail[2].network == trail[2].chosen.network != trail[1].network
    assert trail[3].network == fitted(first.points, trail[2].network)[0]
    assert phases(first) == trail, "the same again"
    assert step(trail[-1]) == trail[-1], "an end is an end"


def test_targets_are_what_the_output_and_the_factors_should_have_been() -> None:
    points = law_points("Growing waves")
    x, y = np.array(points.x), np.array(points.y)
    product = network("x*cos(x)")
    found = {product.neurons[i].activation: t for i, t in targets_of(product, rows_of(points)).items()}
    np.testing.assert_allclose(found["mul"].values, y)
    np.testing.assert_allclose(found["cos"].values, y / x, atol=1e-12)
    np.testing.assert_allclose(found["cos"].weight, x**2)
    np.testing.assert_allclose(found["variable"].values, y / np.cos(x), atol=1e-9)


@pytest.mark.parametrize(("text", "expected"), [
    ("2*sin(3*x) + 1", ["sin"]), ("x*sin(x)", ["variable", "sin", "mul"]), ("4 - 3*x", ["variable"]),
    ("x", ["variable"]), ("1/(x + 2)", ["reciprocal"]), ("sin(x**2)/2", ["square", "sin"]),
    ("tanh(x) - 2*cos(x)", ["tanh", "cos", "add"]), ("2.5", ["constant"])])
def test_neurons_that_only_scale_or_shift_are_not_places(text: str, expected: list[str]) -> None:
    net = network(text)
    found = [net.neurons[i].activation for i in places(net)]
    assert [name.replace("sub", "add") for name in found] == expected
    assert list(place_names(net)) == list(places(net))


def test_proposals_are_least_squares_by_hand() -> None:
    points = law_points("Parabola", 20, seed=3)
    x, y = np.array(points.x), np.array(points.y)
    by_activation = {o.activation: o for o in proposals_at(network("x"), 0, rows_of(points))}
    for name, column in (("square", x**2), ("pass", x), ("cube", x**3)):
        A = np.column_stack([column, np.ones_like(x)])
        rest = y - A @ np.linalg.lstsq(A, y, rcond=None)[0]
        assert by_activation[name].loss == pytest.approx(rest @ rest / len(y) / np.var(y), rel=1e-9)
        np.testing.assert_allclose(curve_of(by_activation[name], x), y - rest, rtol=1e-8)
    assert by_activation["number"].loss == pytest.approx(1.0)
    assert "log" not in by_activation, "no value at negative x"
    assert "sqrt" not in by_activation


def test_proposals_come_best_first_and_each_activation_once() -> None:
    toy = begin(law_points("Medicine", 10))
    for place, some in proposals(toy.points, toy.network).items():
        assert [o.score for o in some] == sorted(o.score for o in some)
        assert len({o.activation for o in some}) == len(some)
        assert {o.activation for o in some} <= set(CHOICES)
        assert all(o.place == place for o in some)
        assert all(o.loss == pytest.approx(loss_of(toy.points, o.network)) for o in some)


@pytest.mark.slow
def test_a_worse_choice_of_the_user_is_corrected_in_the_next_round() -> None:
    end = phases(begin(law_points("Growing waves")))[-1]
    place = places(end.network)[-1]
    worse = next(o for o in proposals(end.points, end.network)[place] if o.activation == "tanh")
    toy = put(end, worse)
    assert (toy.phase, toy.by_hand, toy.ended) == (CHOICE, True, "")
    assert step(toy).losses[-1] > 0.1
    assert phases(toy)[-1].losses[-1] < step(toy).losses[-1]


def test_a_start_without_a_value_at_a_point_is_replaced() -> None:
    zero = Points((0.0, 1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 0.0, 4.0, 2.0))
    assert to_text(begin(zero, "1/x").network, ["x"]) == "x"


def test_rounding_does_not_stand_in_what_is_offered() -> None:
    points = law_points("Growing waves")
    best = best_change(points, network("x*cos(x)"))
    assert best is not None
    assert to_text(best.network, ["x"]) == "x*sin(x)", "no 1.0 times it, no 3e-16 beside it"


def test_extreme_points_end_in_a_defined_way() -> None:
    x = np.linspace(-1e6, 1e6, 12)
    for y in (x**2 / 1e6, np.where(x > 0, 1.0, 0.0), np.r_[np.zeros(11), 1e6]):
        last = phases(begin(made(y, x)))[-1]
        assert last.ended
        assert np.isfinite(last.losses[-1])
