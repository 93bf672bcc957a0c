"""Moves at one neuron: every kind of query finds a planted candidate, and predicts the loss after the move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import net, oracle, rows_of
from tests.engine.moves.query_helpers import DATA, DEFAULT, N, fitted_expressions, library_on_data, loss_of
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, PRESETS, Network
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, add, var
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.neuron_moves import inverse_target, network_queries, outer_activations, power_law_queries
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.targets import Target

X0, X1, X2 = ("x", 0), ("x", 1), ("x", 2)


def best_answer(network: Network, y: Array, activations: tuple[str, ...] = DEFAULT) -> tuple[float, Expr, str]:
    rows = rows_of(DATA, y)
    with np.errstate(all="ignore"):
        queries = network_queries(network, rows, activations)
        results = [(loss_of(expr, rows), expr, query.description)
                   for query, _, expr in fitted_expressions(queries, library_on_data())]
    return min(results, key=lambda r: r[0])


C0 = ("c", 0)
#: name -> (network, the law that is one move away).
PLANTED: dict[str, tuple[Network, Callable[[Array, Array, Array], Array]]] = {
    "a missing term": (net(3, C0, X0, ("mul", 0, 1), constants=(2.0,)), lambda a, b, c: 1.7 * a + 3 * np.sin(b) + 0.3),
    "a missing term beside two": (net(3, C0, X0, ("mul", 0, 1), X1, ("exp", 3), ("add", 2, 4), constants=(2.0,)),
                                  lambda a, b, c: -a + 0.5 * np.exp(b) + 2 * c * c),
    "a missing factor": (net(3, C0, X0, ("mul", 0, 1), constants=(2.0,)), lambda a, b, c: 1.5 * a * np.exp(-b)),
    "a missing factor with a bias": (net(3, X0, ("sin", 0)), lambda a, b, c: np.sin(a) * (2.5 * b * c - 1.2)),
    "a missing denominator": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) / (0.7 + 1.3 * b * b)),
    "a wrong inner function": (net(3, C0, X0, ("exp", 1), ("mul", 0, 2), X1, ("mul", 3, 4), constants=(1.5,)),
                               lambda a, b, c: 1.5 * np.cos(a) * b),
    "a wrong term": (net(3, C0, X0, ("mul", 0, 1), X1, ("exp", 3), ("add", 2, 4), constants=(2.0,)),
                     lambda a, b, c: 3 * a + 5 * np.cos(c) - 1),
    "a missing outer root": (net(3, X0, X1, ("add", 0, 1)), lambda a, b, c: np.sqrt(2 * a * a * b + 0.4)),
    "a missing outer exponential": (net(3, X0), lambda a, b, c: np.exp(-1.5 * a / b + 0.2)),
    "a missing outer logarithm": (net(3, X0), lambda a, b, c: np.log(1.5 * a * b + 0.2)),
    "a missing outer square": (net(3, X0), lambda a, b, c: (1.5 * np.sin(a) + 3.2) ** 2),
    "a missing outer tanh": (net(3, X0), lambda a, b, c: np.tanh(0.3 * a * b - 0.5)),
    "one over": (net(3, X0), lambda a, b, c: 1 / (a * b + 0.7)),
    "a power law": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: 3 * a**2 / b**1.5 * c**0.5),
    "a power law of a negative target": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: -0.2 * a**-2.5 * b**1.5 * c),
    "a power law with a sum": (net(3, X0, X1, ("mul", 0, 1)), lambda a, b, c: 3 * a**2 * (b + c) ** -2.0),
    "another factor": (net(3, X0, X1, ("add", 0, 1), X2, ("mul", 2, 3)), lambda a, b, c: 2 * (a + b) / c * np.exp(-a)),
    "below a shared neuron": (net(3, X0, ("sin", 0), X1, ("mul", 1, 2), ("add", 3, 1)),
                              lambda a, b, c: np.exp(-a) * b + np.exp(-a)),
}


@pytest.mark.parametrize("kind", list(PLANTED))
def test_a_law_one_move_away_is_found_exactly(kind: str) -> None:
    network, law = PLANTED[kind]
    y = law(*DATA.T)
    loss, expr, words = best_answer(network, y)
    made = to_network(expr, 3, DEFAULT)

    assert loss < 1e-22, words
    assert made is not None
    np.testing.assert_allclose(oracle(made, DATA), y, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_power_laws_of_either_sign_need_no_exponential(sign: float) -> None:
    a, b, c = DATA.T
    network = net(3, X0, X1, ("mul", 0, 1))
    loss, _, words = best_answer(network, sign * 0.2 * a**-2.5 * b**1.5 * c, (*PRESETS["rational"], "pow"))

    assert loss < 1e-22, words


@pytest.mark.parametrize("kind", list(PLANTED))
def test_queries_leave_network_and_rows_unchanged(kind: str) -> None:
    network, law = PLANTED[kind]
    rows = rows_of(DATA, law(*DATA.T))
    copies = rows.columns.copy(), rows.y.copy()
    same = Network.from_json(network.to_json())
    with np.errstate(all="ignore"):
        for _ in fitted_expressions(network_queries(network, rows, DEFAULT), library_on_data(), top=1):
            pass

    assert network == same
    np.testing.assert_array_equal(rows.columns, copies[0])
    np.testing.assert_array_equal(rows.y, copies[1])


def test_every_fitted_expression_is_a_network_of_the_library() -> None:
    network, law = PLANTED["a wrong term"]
    rows = rows_of(DATA, law(*DATA.T))
    with np.errstate(all="ignore"):
        queries = network_queries(network, rows, DEFAULT)
        made = [to_network(expr, 3, DEFAULT) for _, _, expr in fitted_expressions(queries, library_on_data(), 1)]

    assert len(made) > 20
    assert all(m is not None and {n.activation for n in m.neurons if n.children} <= set(DEFAULT) for m in made)


LINEAR = net(3, C0, X0, ("mul", 0, 1), ("c", 1), X1, ("sin", 4), ("mul", 3, 5), ("add", 2, 6), constants=(2.0, -1.0))


@pytest.mark.parametrize("weighted", [False, True])
def test_in_linear_places_the_predicted_loss_is_the_true_one(weighted: bool) -> None:
    """2 x0 - sin(x1): everything but x1 under the sine is a linear place."""
    rng = np.random.default_rng(4)
    y = 2 * DATA[:, 0] + rng.normal(size=N)
    weight = rng.uniform(0.2, 3.0, N) if weighted else None
    rows = rows_of(DATA, y, weight)
    root = np.ones(N) if weight is None else np.sqrt(weight)
    checked, before = 0, None
    with np.errstate(all="ignore"):
        for query, predicted, expr in fitted_expressions(network_queries(LINEAR, rows, DEFAULT), library_on_data()):
            if (id(query), predicted) == before:
                continue  # the same candidate again, without the terms that may be noise
            before = (id(query), predicted)
            if query.in_logs or any(word in query.description for word in ("under", "over", "growth")):
                continue  # here the loss is not quadratic in the candidate
            if query.weight.max() == 0 or not linear_place(query, rows):
                continue
            r = root * (evaluate(expr, rows.columns, {}) - y)
            checked += 1
            assert predicted == pytest.approx(float(r @ r), rel=2e-3), query.description
    assert checked > 20


def linear_place(query: MoveQuery, rows: Rows) -> bool:
    """Whether the network's output is linear in the expression that the query replaces: f(v) - f(0) doubles with v."""
    at = [evaluate(query.wrap(e), rows.columns, {}) for e in (_times(0.0), _times(1.0), _times(2.0))]
    return bool(np.allclose(at[2] - at[0], 2 * (at[1] - at[0]), rtol=1e-9, atol=1e-9))


def _times(c: float) -> Expr:
    return add([(c, var(2))])


def test_a_match_query_holds_the_values_on_the_match_rows(rng: np.random.Generator) -> None:
    rows = rows_of(DATA, rng.normal(size=N))
    which = np.array([2, 3, 5, 7, 11])
    with np.errstate(all="ignore"):
        queries = network_queries(LINEAR, rows, DEFAULT)
    for query in queries:
        match = query.match_query(which)

        np.testing.assert_array_equal(match.target, query.target[which])
        np.testing.assert_array_equal(match.weight, query.weight[which])
        assert len(match.regressors) == len(query.regressors)
        assert match.floor == pytest.approx(query.floor * 5 / N)


@pytest.mark.parametrize("name", [n for n, a in ACTIVATIONS.items()
                                  if a.inverses and n not in ("sign", "step", "floor")])  # these are flat
def test_below_an_activation_the_weighted_distance_stays_the_same_to_second_order(name: str) -> None:
    """sum w (t - u(v + d))^2 = sum w' d^2 for small d, on every branch."""
    inside = {"log": (0.5, 3), "sqrt": (0.5, 3), "arcsin": (-0.8, 0.8), "arccos": (-0.8, 0.8), "tanh": (-1.5, 1.5),
              "tan": (-1.2, 1.2), "reciprocal": (0.5, 3), "abs": (0.5, 3), "arccosh": (1.3, 3),
              "arctanh": (-0.8, 0.8)}.get(name, (0.3, 1.3))
    rng = np.random.default_rng(6)
    u, w = ACTIVATIONS[name].value, rng.uniform(0.5, 2, N)
    t = u(np.linspace(*inside, N))
    for branch in ACTIVATIONS[name].inverses:
        with np.errstate(all="ignore"):
            below = inverse_target(Target(np.zeros(N), t, w, 0.25), name, branch)
        assert below is not None
        d = 1e-6 * rng.normal(size=N)
        expected = w * (t - u(below.values + d)) ** 2

        np.testing.assert_allclose(below.weight * d * d, expected, rtol=1e-3, atol=1e-15)
        assert below.floor == 0.25


def test_rows_without_an_inverse_keep_their_loss_and_many_of_them_leave_no_target() -> None:
    t = np.linspace(0.5, 2.0, N)
    t[3] = -1.0
    o = np.full(N, 0.7)
    with np.errstate(all="ignore"):
        below = inverse_target(Target(o, t, np.full(N, 2.0), 1.0), "exp", np.log)
        lost = inverse_target(Target(o, np.where(np.arange(N) % 3, t, -1.0), np.ones(N), 0.0), "exp", np.log)

    assert below is not None
    assert below.floor == pytest.approx(1.0 + 2.0 * (-1.0 - 0.7) ** 2)
    assert below.weight[3] == 0
    assert np.isfinite(below.values).all()
    assert lost is None


def test_a_law_over_decades_is_matched_by_relative_error() -> None:
    a, b, _ = DATA.T
    y = np.exp(-300 * ((a - b) / b) ** 2) / b  # most rows are nothing beside a few
    target = Target(np.zeros(N), np.where(y > 1e-200, y, 0.0), np.ones(N), 0.0)
    zeros = int((target.values == 0).sum())
    inputs = [(var(0), a), (var(1), b)]

    def losses(decades: bool) -> list[float]:
        queries = list(power_law_queries(target, lambda v: v, "whole", inputs, True, decades))
        return [loss_of(e, rows_of(DATA, target.values)) for _, _, e in fitted_expressions(queries, library_on_data())]

    assert 0 < zeros < 0.5 * N
    assert losses(False) == []  # no logarithm of zero
    assert min(losses(True)) < 1e-20


def test_a_target_within_decades_has_no_second_query() -> None:
    a, b, _ = DATA.T
    target = Target(np.zeros(N), a * b, np.ones(N), 0.0)

    def count(values: Array) -> int:
        given = Target(np.zeros(N), values, np.ones(N), 0.0)
        return len(list(power_law_queries(given, lambda v: v, "whole", [(var(0), a)], decades=True)))

    assert count(target.values) == 1
    assert count(np.exp(8 * a) * b) == 2


def test_moves_look_below_no_abbreviation() -> None:
    outer = outer_activations(DEFAULT)

    assert {"sqrt", "square", "cube", "exp", "sin"} <= set(outer)
    assert not {"neg", "add", "abs", "sign", "cbrt", "cosh", "sinh", "arccosh", "arcsinh"} & set(outer)
