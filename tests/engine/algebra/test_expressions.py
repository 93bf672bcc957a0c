"""The canonical algebra: it never changes a value where the original is defined, and merges what is alike."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.helpers import SCALAR, assert_equal_values, net, oracle
from tests.engine.strategies import inputs, networks
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, Network
from xnet.engine.algebra.conversion import node_expressions, to_expression, with_replaced
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, ZERO, Expr, add, call, mul, num, power, var
from xnet.engine.algebra.powers import raise_to
from xnet.engine.algebra.shapes import shape

x, y, z = var(0), var(1), var(2)


def value(expr: Expr, X: Array) -> Array:
    with np.errstate(all="ignore"):
        return evaluate(expr, np.ascontiguousarray(X.T), {})


@given(networks())
def test_canonical_form_keeps_values_wherever_the_network_is_defined(network: Network) -> None:
    X = inputs(positive=True)

    assert_equal_values(value(to_expression(network), X), network, X)


@given(networks(activations=[n for n in ACTIVATIONS if n != "pow"]))
def test_canonical_form_keeps_values_at_negative_inputs_too(network: Network) -> None:
    X = inputs()

    assert_equal_values(value(to_expression(network), X), network, X)


@pytest.mark.parametrize("columns", [[[-2.0, 3.0], [3.0, 2.0]], [[0.0, 3.0], [2.0, 2.0]]])
def test_a_power_of_two_inputs_keeps_its_values_at_bases_up_to_zero(columns: list[list[float]]) -> None:
    network = net(2, ("x", 0), ("x", 1), ("pow", 0, 1))
    X = np.array(columns).T

    np.testing.assert_allclose(value(to_expression(network), X), oracle(network, X))


@pytest.mark.xfail(reason="raise_to takes the logarithm of a constant base, which a negative one does not have")
def test_a_negative_number_to_a_whole_input_keeps_its_values() -> None:
    network = net(1, ("c", 0), ("x", 0), ("pow", 0, 1), constants=(-1.0,))
    X = np.array([[1.0], [2.0], [3.0]])

    np.testing.assert_allclose(value(to_expression(network), X), [-1, 1, -1])


@given(networks())
def test_the_same_network_gives_the_same_key(network: Network) -> None:
    again = to_expression(Network.from_json(network.to_json()))

    assert again == to_expression(network)
    assert hash(again) == hash(to_expression(network))


def test_replacing_a_neuron_replaces_it_everywhere() -> None:
    shared = net(2, ("x", 0), ("x", 1), ("add", 0, 1), ("sin", 2), ("mul", 3, 2))

    replaced = with_replaced(shared, node_expressions(shared), 2, power(y, 2))
    assert replaced == mul([(call("sin", power(y, 2)), 1.0), (power(y, 2), 1.0)])


#: (what is built, what it has to equal): the rules of the module's docstring and their like.
EQUAL = {
    "nested sums": (add([(2.0, add([(3.0, x)], 1.0)), (4.0, x)]), add([(10.0, x)], 2.0)),
    "like terms": (add([(1.0, x), (2.0, y), (3.0, x)]), add([(4.0, x), (2.0, y)])),
    "terms that cancel": (add([(1.0, x), (-1.0, x)], 3.0), num(3.0)),
    "terms that cancel but for rounding": (add([(0.1, x), (0.2, x), (-0.3, x)]), ZERO),
    "order of a sum": (add([(1.0, y), (2.0, x)]), add([(2.0, x), (1.0, y)])),
    "order of a product": (mul([(y, 1.0), (x, 2.0)]), mul([(x, 2.0), (y, 1.0)])),
    "like bases": (mul([(x, 1.0), (y, 1.0), (x, 2.0)]), mul([(x, 3.0), (y, 1.0)])),
    "bases that cancel": (mul([(x, 2.0), (x, -2.0)]), ONE),
    "roots that make a whole": (mul([(x, 0.5), (x, 0.5)]), x),
    "a product of one": (mul([(x, 1.0)]), x),
    "a scaled product": (mul([(add([(2.0, x)]), 1.0), (add([(3.0, y)]), 1.0)]),
                         add([(6.0, mul([(x, 1.0), (y, 1.0)]))])),
    "a scaled power": (power(add([(2.0, x)]), 3.0), add([(8.0, power(x, 3.0))])),
    "a power of a power": (power(power(x, 2.0), 3.0), power(x, 6.0)),
    "a power of a root": (power(power(x, 0.5), 2.0), x),
    "a fraction's scale": (mul([(num(3.0), 1.0), (add([(6.0, x), (3.0, y)]), -1.0)]),
                           mul([(add([(1.0, x), (0.5, y)]), -1.0)], 0.5)),
    "times nothing": (mul([(x, 1.0)], 0.0), ZERO),
    "a product of exponentials": (mul([(call("exp", x), 1.0), (call("exp", add([(1.0, x)], 1.0)), 1.0)]),
                                  mul([(call("exp", add([(2.0, x)])), 1.0)], math.e)),
    "a power of an exponential": (power(call("exp", x), 3.0), call("exp", add([(3.0, x)]))),
    "an exponential's bias": (call("exp", add([(1.0, x)], 2.0)), add([(math.exp(2.0), call("exp", x))])),
    "an exponential of a logarithm": (call("exp", add([(2.0, call("log", x)), (1.0, y)])),
                                      mul([(x, 2.0), (call("exp", y), 1.0)])),
    "a logarithm of an exponential": (call("log", call("exp", x)), x),
    "a logarithm's scale": (call("log", add([(3.0, x)])), add([(1.0, call("log", x))], math.log(3.0))),
    "a logarithm of a root": (call("log", power(x, 0.5)), add([(0.5, call("log", x))])),
    "a logarithm of a product with an exponential": (call("log", mul([(x, 1.0), (call("exp", y), 1.0)])),
                                                     add([(1.0, y), (1.0, call("log", x))])),
    "an odd function of an opposite": (call("sin", add([(-2.0, x)])), add([(-1.0, call("sin", add([(2.0, x)])))])),
    "an even function of an opposite": (call("cos", add([(-1.0, x)], -1.0)), call("cos", add([(1.0, x)], 1.0))),
    "an opposite": (call("neg", x), add([(-1.0, x)])),
    "a reciprocal": (call("reciprocal", x), power(x, -1.0)),
    "a square": (call("square", x), mul([(x, 1.0), (x, 1.0)])),
    "a root": (call("sqrt", x), power(x, 0.5)),
    "a constant power": (raise_to(x, num(3.0)), power(x, 3.0)),
    "a constant call": (call("cos", num(0.0)), ONE),
    "a constant sum": (add([(2.0, num(3.0))], 1.0), num(7.0)),
    "no negative zero": (add([(1.0, num(-0.0))]), ZERO),
}


@pytest.mark.parametrize("rule", list(EQUAL))
def test_equal_formulas_have_one_form(rule: str) -> None:
    built, expected = EQUAL[rule]

    assert built == expected
    assert hash(built) == hash(expected)


#: Pairs that a careless algebra would call equal, and a row where they differ.
DIFFERENT = {
    "root of a square is no identity": (power(power(x, 2.0), 0.5), x, [-2.0, 1.0, 1.0]),
    "root of a product is not split": (power(mul([(x, 1.0), (y, 1.0)]), 0.5), mul([(x, 0.5), (y, 0.5)]),
                                       [-2.0, -3.0, 1.0]),
    "logarithm of a square is not doubled": (call("log", power(x, 2.0)), add([(2.0, call("log", x))]),
                                             [-2.0, 1.0, 1.0]),
    "root keeps a negative scale inside": (power(add([(-4.0, x)]), 0.5), add([(2.0, power(x, 0.5))]), [-1.0, 1.0, 1.0]),
    "logarithm keeps a negative scale inside": (call("log", add([(-2.0, x)])), call("log", x), [-1.0, 1.0, 1.0]),
    "arcsin of sin is no identity": (call("arcsin", call("sin", x)), x, [3.0, 1.0, 1.0]),
    "a root of a product is not a product with a root": (power(mul([(x, 1.0), (y, 1.0)]), 0.5),
                                                         mul([(x, 1.0), (y, 0.5)]), [2.0, 3.0, 1.0]),
    "powers that differ in the tenth digit": (power(x, 1.234567891), power(x, 1.234567892), [2.0, 1.0, 1.0]),
    "a half power of a cube": (power(power(x, 3.0), 0.5), power(x, 0.5), [2.0, 1.0, 1.0]),
    "the absolute value stays": (call("abs", x), x, [-2.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("rule", list(DIFFERENT))
def test_formulas_that_differ_somewhere_keep_two_forms(rule: str) -> None:
    one, other, row = DIFFERENT[rule]
    at = np.array([row])

    assert one != other
    assert np.isfinite(value(one, at)).all()  # the form is still defined where the formula was
    assert not np.array_equal(value(one, at), value(other, at))


@pytest.mark.parametrize(("name", "argument"), [("sqrt", -4.0), ("log", -1.0), ("log", 0.0), ("reciprocal", 0.0),
                                                ("arcsin", 2.0), ("exp", 1000.0)])
def test_a_constant_outside_a_domain_is_not_finite_and_raises_nothing(name: str, argument: float) -> None:
    result = call(name, num(argument))

    assert result.is_constant
    assert not np.isfinite(value(result, np.ones((1, 3)))).any()


def test_is_constant_distinguishes_numbers_from_formulas() -> None:
    assert num(2.0).is_constant
    assert add([(1.0, x), (-1.0, x)]).is_constant
    assert not x.is_constant
    assert not add([(1.0, x)], 1.0).is_constant


def test_shape_ignores_numbers_but_not_signs_or_half_powers() -> None:
    assert shape(add([(2.5, x)], 1.0)) == shape(add([(-0.3, x)], 7.0))
    assert shape(power(x, 0.37)) == shape(power(x, 1.91))
    assert shape(power(x, 2.0)) != shape(power(x, 3.0))
    assert shape(power(x, 0.5)) != shape(power(x, 1.5))
    assert shape(add([(1.0, x), (1.0, y)])) != shape(add([(1.0, x), (-1.0, y)]))
    assert shape(call("sin", x)) != shape(call("sin", y))
    assert shape(add([(2.0, x)])) != shape(add([(2.0, x)], 1.0))


@given(networks(), st.floats(0.3, 3.0))
def test_shape_is_part_of_the_key(network: Network, factor: float) -> None:
    """Equal keys have equal shapes: a structure is recognised however it was reached."""
    expr = to_expression(network)

    assert shape(expr) == shape(to_expression(Network.from_json(network.to_json())))


def test_shape_knows_what_stands_under_a_root() -> None:
    x_times_root = mul([(x, 1.0), (power(power(y, 2.0), 0.5), 1.0)])

    assert shape(x_times_root) != shape(power(mul([(x, 1.0), (y, 2.0)]), 0.5))


@given(networks(), networks())
def test_formulas_of_one_key_have_one_value(one: Network, other: Network) -> None:
    """Keys stand for values everywhere: in sums of like terms, in memos, in what was tried already."""
    X = inputs(positive=True)
    a, b = to_expression(one), to_expression(other)
    memo: dict[Expr, Array] = {}
    with np.errstate(all="ignore"):
        for e in (a, b):
            np.testing.assert_array_equal(evaluate(e, X.T, memo), evaluate(e, X.T, {}))


@given(networks())
def test_expressions_pickle_and_copy(network: Network) -> None:
    expr = to_expression(network)

    for again in (pickle.loads(pickle.dumps(expr)), copy.deepcopy(expr)):  # noqa: S301 - our own bytes
        assert again == expr
        np.testing.assert_array_equal(value(again, inputs()), value(expr, inputs()))


def test_evaluate_uses_the_values_in_the_memo() -> None:
    inner = call("sin", x)
    memo = {inner: np.array([10.0, 20.0, 30.0])}

    np.testing.assert_array_equal(evaluate(add([(2.0, inner)], 1.0), np.zeros((1, 3)), memo), [21, 41, 61])


#: Arguments u(x) with values in [0, 1] or in [-1, 0]: where every rule about signs and scales has to show its colours.
ARGUMENTS: dict[str, tuple[Expr, Callable[[float], float]]] = {
    "x": (x, lambda v: v), "-x": (add([(-1.0, x)]), lambda v: -v), "x/2": (add([(0.5, x)]), lambda v: v / 2),
    "-x/2": (add([(-0.5, x)]), lambda v: -v / 2), "(1 - x)/2": (add([(-0.5, x)], 0.5), lambda v: (1 - v) / 2),
    "-(x + 1)/2": (add([(-0.5, x)], -0.5), lambda v: -(v + 1) / 2), "x**2": (power(x, 2.0), lambda v: v * v),
    "-x**2": (add([(-1.0, power(x, 2.0))]), lambda v: -v * v),
    "sqrt(x)/3": (add([(1 / 3, power(x, 0.5))]), lambda v: v**0.5 / 3),
    "exp(x)/3": (add([(1 / 3, call("exp", x))]), lambda v: math.exp(v) / 3),
    "log(x + 1)": (call("log", add([(1.0, x)], 1.0)), lambda v: math.log(v + 1)),
    "sin(-x)": (call("sin", add([(-1.0, x)])), lambda v: math.sin(-v)),
}


@pytest.mark.parametrize("argument", list(ARGUMENTS))
@pytest.mark.parametrize("name", [n for n in ACTIVATIONS if ACTIVATIONS[n].arity == 1])
def test_a_call_is_the_activation_of_its_argument(name: str, argument: str) -> None:
    inner, function = ARGUMENTS[argument]
    X = np.linspace(0.05, 0.95, 9)[:, None]
    given_values = value(call(name, inner), X)
    for v, got in zip(X[:, 0], given_values, strict=True):
        try:
            expected = SCALAR[name](function(float(v)))
        except ValueError:
            continue
        assert got == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("c", [3.356377761675707, 49.0, -49.0, 0.1, 1e-30])
@pytest.mark.parametrize("p", [1.0, 2.0, -1.0])
def test_a_coefficient_leaves_a_factor_without_a_trace(c: float, p: float) -> None:
    scaled = mul([(add([(c, var(0))]), p), (var(1), 1.0)])
    plain = mul([(var(0), p), (var(1), 1.0)])
    assert scaled.args[0][0] == plain


def test_a_factor_within_two_units_of_the_last_place_of_one_is_one() -> None:
    x = var(0)

    assert add([(1.0 - 2.2e-16, x)]) == x
    assert add([(0.9999999999999998, x)], 0.5) == add([(1.0, x)], 0.5)
    assert add([(1.0 + 1e-12, x)]) != x


def test_a_minus_goes_into_a_difference() -> None:
    x = var(0)
    below = add([(1.0, x)], 1.0)

    assert mul([(add([(-1.0, x)], 1.0), 1.0), (below, -1.0)], -2.0) == mul([(add([(1.0, x)], -1.0), 1.0),
                                                                           (below, -1.0)], 2.0)
