"""Expressions to networks and back: equal values, the user's library only, and no needless constants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.helpers import assert_equal_values, net, oracle, well_conditioned
from tests.engine.strategies import inputs, networks
from xnet.engine import ACTIVATIONS, PRESETS, Network
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import Expr, ExprKind, add, call, mul, num, power, var
from xnet.engine.algebra.powers import raise_to
from xnet.engine.algebra.rewriting import factored, rewritings, shortest
from xnet.engine.formulas.parser import read_formula

x, y, z = var(0), var(1), var(2)
ALL = tuple(ACTIVATIONS)


def used(network: Network) -> set[str]:
    return {n.activation for n in network.neurons if n.children}


@given(networks())
def test_conversion_to_an_expression_and_back_keeps_values(network: Network) -> None:
    X = inputs()
    again = to_network(to_expression(network), network.n_inputs)

    assert again is not None
    assert_equal_values(again.evaluate(X), network, X)


@given(networks())
def test_a_second_conversion_changes_no_network(network: Network) -> None:
    once = to_network(to_expression(network), network.n_inputs)
    assert once is not None
    assume(np.isfinite(once.constants).all())
    twice = to_network(to_expression(once), network.n_inputs)

    assert twice is not None
    assert twice.neurons == once.neurons
    np.testing.assert_allclose(twice.constants, once.constants, rtol=1e-12)


@given(networks(activations=PRESETS["rational"]), st.sampled_from(["default", "rational", "growth", "everything"]))
def test_only_activations_of_the_library_are_used(network: Network, preset: str) -> None:
    made = to_network(to_expression(network), network.n_inputs, PRESETS[preset])

    assert made is not None  # every one of these libraries can say a rational formula
    assert used(made) <= set(PRESETS[preset])


@given(networks(activations=("add", "sub", "mul", "neg", "square", "cube")),
       st.sampled_from([("add", "mul"), ("sub", "mul"), ("add", "sub", "mul"), ("add", "mul", "neg", "square")]))
def test_conversion_uses_only_the_activations_of_the_library(network: Network, library: tuple[str, ...]) -> None:
    made = to_network(to_expression(network), network.n_inputs, library)
    assume(made is not None)
    X = inputs()

    assert used(made) <= set(library)
    assert_equal_values(made.evaluate(X), network, X)


def test_a_difference_without_sub_is_a_sum_with_an_opposite() -> None:
    made = to_network(add([(1.0, x), (-1.0, y)]), 2, ("add", "neg"))

    assert made is not None
    assert used(made) == {"add", "neg"}
    np.testing.assert_allclose(made.evaluate(np.array([[5.0, 3.0]])), [2])


def test_a_quotient_without_div_is_a_product_with_one_over() -> None:
    made = to_network(mul([(x, 1.0), (y, -1.0)]), 2, ("add", "mul", "reciprocal"))

    assert made is not None
    assert used(made) == {"mul", "reciprocal"}
    np.testing.assert_allclose(made.evaluate(np.array([[6.0, 3.0]])), [2])


@pytest.mark.parametrize(("expr", "library"), [
    (call("sin", x), ("add", "mul")), (power(x, -1.0), ("add", "mul")), (power(x, 0.37), ("add", "mul", "sqrt")),
    (raise_to(x, y), ("add", "mul", "log")), (add([(1.0, x), (1.0, y)]), ("mul",)), (power(x, 40.0), ("add", "mul")),
])
def test_an_expression_outside_the_library_has_no_network(expr: Expr, library: tuple[str, ...]) -> None:
    assert to_network(expr, 2, ALL) is not None
    assert to_network(expr, 2, library) is None


@given(networks())
def test_the_shortest_form_is_never_longer(network: Network) -> None:
    short = shortest(network, ALL)
    X = inputs()

    assert short.complexity <= network.complexity
    assert_equal_values(short.evaluate(X), network, X)


@given(networks())
def test_the_shortest_form_never_has_more_constants(network: Network) -> None:
    assert shortest(network, ALL).n_parameters <= network.n_parameters


@settings(max_examples=40)
@given(networks())
def test_rewritings_are_the_same_formula(network: Network) -> None:
    """Roots are split over inputs that are positive, so the rows are positive here."""
    X = inputs(positive=True)
    rewritten = rewritings(network, ALL, frozenset(range(network.n_inputs)))

    assert rewritten
    for other in rewritten:
        assert_equal_values(other.evaluate(X), network, X)


@pytest.mark.parametrize(("text", "shorter"), [
    ("2*sin(a)*cos(a) + b", "sin(2*a) + b"), ("b*sin(3*a + pi/2)", "b*cos(3*a)"), ("b*cos(a + pi)", "-b*cos(a)"),
    ("-a*(-1 - c*b)", "a*(1 + c*b)"), ("a**2 - 6*a + b**2 - 6*b + 19", "(a - 3)**2 + (b - 3)**2 + 1"),
    ("1.3e-5*c*exp(1.25*a*(6 - a))", "0.99944*c*exp(-1.25*(a - 3)**2)"), ("b*sin(a)/cos(a)", "b*tan(a)"),
])
def test_formulas_are_written_as_people_write_them(text: str, shorter: str) -> None:
    long, goal = read_formula(text, ("a", "b", "c")), read_formula(shorter, ("a", "b", "c"))
    best = min(rewritings(long, set(ALL) - {"gauss"}), key=lambda n: n.complexity)
    X = inputs()[:, :3]

    assert best.complexity == goal.complexity < long.complexity
    np.testing.assert_allclose(best.evaluate(X), long.evaluate(X), rtol=1e-9, atol=1e-9)


def test_terms_of_the_same_coefficient_share_one_constant() -> None:
    expr = add([(1.0, power(x, 2.0)), (-6.0, x), (-6.0, y), (6.0, z)], 2.0)
    network, apart = to_network(expr, 3, grouped=True), to_network(expr, 3)

    assert network is not None
    assert apart is not None
    assert (network.n_parameters, apart.n_parameters) == (2, 4)
    np.testing.assert_allclose(network.evaluate(inputs()), oracle(network, inputs()))
    a, b, c = inputs().T[:3]
    np.testing.assert_allclose(network.evaluate(inputs()), a * a - 6 * a - 6 * b + 6 * c + 2, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("expr", "denominators", "complexity"), [
    (add([(1.0, mul([(x, 1.0), (y, 2.0)])), (1.0, mul([(x, 1.0), (z, 2.0)]))]), False, 7),  # x (y^2 + z^2)
    (add([(-1.0, mul([(x, 1.0), (y, -1.0)]))], 1.0), True, 5),                              # (y - x) / y
])
def test_common_factors_of_terms_are_extracted(expr: Expr, denominators: bool, complexity: int) -> None:
    made = to_network(factored(expr, denominators, frozenset()), 3)

    assert made is not None
    assert made.complexity == complexity
    X = inputs()
    plain = to_network(expr, 3)
    assert plain is not None
    np.testing.assert_allclose(made.evaluate(X), plain.evaluate(X), rtol=1e-10)


#: (network, complexity and parameters of its canonical network): formulas a person would write shorter.
SHORT = {
    "2 (3 x + 1) + 4 x": (net(1, ("c", 0), ("c", 1), ("x", 0), ("mul", 1, 2), ("c", 2), ("add", 3, 4), ("mul", 0, 5),
                              ("c", 3), ("mul", 7, 2), ("add", 6, 8), constants=(2.0, 3.0, 1.0, 4.0)), 5, 2),
    "3 / (6 x + 3 y)": (net(2, ("c", 0), ("c", 1), ("x", 0), ("mul", 1, 2), ("c", 2), ("x", 1), ("mul", 4, 5),
                            ("add", 3, 6), ("div", 0, 7), constants=(3.0, 6.0, 3.0)), 7, 2),
    "x x x x": (net(1, ("x", 0), ("mul", 0, 0), ("mul", 1, 0), ("mul", 2, 0)), 3, 0),
    "x + x": (net(1, ("x", 0), ("add", 0, 0)), 3, 1),
    "x - x": (net(1, ("x", 0), ("sub", 0, 0)), 1, 1),
    "x^2 / y^2": (net(2, ("x", 0), ("square", 0), ("x", 1), ("square", 2), ("div", 1, 3)), 4, 0),
}


@pytest.mark.parametrize("words", list(SHORT))
def test_formulas_come_out_short(words: str) -> None:
    network, complexity, parameters = SHORT[words]
    made = to_network(to_expression(network), network.n_inputs)

    assert made is not None
    assert (made.complexity, made.n_parameters) == (complexity, parameters)
    X = inputs(network.n_inputs)
    np.testing.assert_allclose(made.evaluate(X), oracle(network, X), rtol=1e-9, atol=1e-12)


def test_equal_coefficients_cost_one_constant() -> None:
    """0.5 (x^2 + y^2 + z^2) has one constant, not three."""
    made = to_network(add([(0.5, power(v, 2.0)) for v in (x, y, z)]), 3)

    assert made is not None
    assert made.n_parameters == 1


WITHOUT_PARAMETERS = st.sampled_from([
    PRESETS["everything"], PRESETS["default"], PRESETS["polynomial"], PRESETS["rational"], ("add", "mul"),
    ("sub", "mul"), ("add", "sub", "mul", "sin"), ("add", "mul", "div"), ("mul", "reciprocal", "add"), ("sub",),
    ("div",),
])


@given(networks(), WITHOUT_PARAMETERS)
def test_activations_only_means_no_constants(network: Network, library: tuple[str, ...]) -> None:
    made = to_network(to_expression(network), network.n_inputs, library, parameters=False)
    assume(made is not None)
    X = inputs()

    assert made.n_parameters == 0
    assert not any(n.activation == "constant" for n in made.neurons)
    assert {n.index for n in made.neurons if n.activation == "number"} <= {1, 2}
    assert used(made) <= set(library)
    assert_equal_values(made.evaluate(X), network, X)


def test_the_sign_of_what_is_never_negative_is_written_without_abs_and_sign() -> None:
    square = mul([(var(0), 2.0)])
    made = to_network(call("sign", add([(2.0, square)])), 1, ("add", "sub", "mul", "div", "square"), parameters=False)

    assert made is not None
    assert made.evaluate(np.array([[-3.0], [0.5]])).tolist() == [1.0, 1.0]


@given(networks(with_constants=False, with_numbers=False, activations=("add", "sub", "mul", "square")))
def test_a_formula_without_constants_needs_none(network: Network) -> None:
    """Small whole numbers are made of 1 and 2, so a polynomial of small degree can always be said."""
    X = inputs()
    assume(well_conditioned(network, X).any())
    assume(network.depth <= 4)
    made = to_network(to_expression(network), network.n_inputs, PRESETS["polynomial"], parameters=False)
    if made is not None:
        assert_equal_values(made.evaluate(X), network, X)
    else:
        # A coefficient that is too large, or zero, is not made of 1 and 2.
        assert to_expression(network).kind is ExprKind.SUM


@pytest.mark.parametrize("value", [1.0, 2.0, 3.0, 5.0, 16.0, -1.0, -7.0, 0.5, 0.25, 1.5, 3.5, 1 / 3, 0.3, -30.0,
                                   np.pi, 0.5 * np.pi, np.e])
def test_small_numbers_are_made_of_one_and_two(value: float) -> None:
    made = to_network(num(value), 1, PRESETS["default"], parameters=False)

    assert made is not None
    assert made.n_parameters == 0
    np.testing.assert_allclose(made.evaluate(np.zeros((1, 1))), [value], rtol=1e-15)


@pytest.mark.parametrize("value", [0.7390851332151607, 1e30, 0.0, np.nan, np.inf, -np.inf])
def test_other_numbers_cannot_be_said_without_constants(value: float) -> None:
    assert to_network(num(value), 1, PRESETS["default"]) is not None
    assert to_network(num(value), 1, PRESETS["default"], parameters=False) is None


@pytest.mark.parametrize("library", [("add", "mul"), ("sub", "mul"), ("div",), ("add", "reciprocal", "mul")])
@pytest.mark.parametrize("parameters", [True, False])
def test_an_opposite_ends_in_every_library(library: tuple[str, ...], parameters: bool) -> None:
    made = to_network(add([(-1.0, x)]), 1, library, parameters)

    if made is not None:
        assert used(made) <= set(library)
        np.testing.assert_allclose(made.evaluate(np.array([[3.0]])), [-3])
