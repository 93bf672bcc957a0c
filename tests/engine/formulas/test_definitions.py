"""Own functions: read from a definition, differentiated, inverted, searched for, printed and exported."""

from __future__ import annotations

import pickle
import re
from typing import Any

import dukpy
import numpy as np
import pytest
import sympy
import torch

from tests.engine.helpers import finite_difference
from tests.exports.test_languages import Cell
from xnet.engine import (
    ACTIVATIONS,
    GROUPS,
    ActivationError,
    Budget,
    FormulaError,
    Network,
    NetworkError,
    Neuron,
    Preference,
    Problem,
    advance,
    definitions_from,
    definitions_in_file,
    definitions_used,
    resolve_activations,
    start,
)
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.formulas.definitions import own_function
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.expansion import expanded
from xnet.engine.networks.poles import keeps_distance_from_poles
from xnet.evidence.units import units_report
from xnet.exports.languages import to_excel, to_javascript, to_sympy_code
from xnet.wording.formula_words import formula_in_words

HILL, BELL, MIXED = "hill(x, y) = x/(x + y)", "bell(u) = exp(-u**2)", "mixed(t) = erf(t)*max(0, t - 1) + 0.5*t"
X = np.random.default_rng(3).uniform(0.2, 3.0, (40, 2))


def test_a_definition_is_read_in_canonical_spelling() -> None:
    assert definitions_from({" hill( x,y )": " x / (x  +  y) "}) == ("hill(x, y) = x / (x + y)",)
    assert definitions_from([HILL, BELL]) == (HILL, BELL)
    assert definitions_from(None) == ()
    assert definitions_in_file(f"# kinetics\n\n{HILL}\n  {BELL}\n") == (HILL, BELL)


@pytest.mark.parametrize(("definition", "message"), [
    ("hill", "cannot be read"), ("hill(x, y, z) = x + y + z", "cannot be read"), ("(x) = x", "cannot be read"),
    ("f() = 1", "cannot be read"), ("f(x) =", "cannot be read"), ("sin(x) = x", "'sin'"), ("pi(x) = x**2", "'pi'"),
    ("f(e) = e**2", "'e'"), ("f(x) = f(x) + 1", "refers to itself"), ("f(x) = x + k", "'k'"),
    ("f(x, y) = x**2", "does not use its argument 'y'"), ("f(x) = sqrt(-1 - x**2)", "no value"),
    ("f(x, x) = x", "two things"), ("f(x) = " + "x + " * 100 + "1", "too long"),
    ("f(x) = __import__('os')", "cannot be used"), ("f(x) = x.real", "cannot be used"),
    ("f(x) = g(x)", "'g'"), (f"{'f' * 30}(x) = x**2", "too long"),
])
def test_a_bad_definition_is_refused_in_one_sentence(definition: str, message: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(message)) as caught:
        own_function(definition)
    assert "\n" not in str(caught.value)


def test_a_library_of_own_functions_has_limits() -> None:
    with pytest.raises(ActivationError, match="at most 12"):
        resolve_activations(["default", *(f"f{k}(x) = x**2 + {k}" for k in range(13))])
    with pytest.raises(ActivationError, match="have the name 'f'"):
        resolve_activations(["default", "f(x) = x**2", "f(x) = x**3"])
    with pytest.raises(ActivationError, match="name of a column"):
        Problem.from_arrays(X, X[:, 0], names=("hill", "b"), activations=["default", HILL])


def test_own_functions_are_first_in_a_library_and_in_no_list_of_functions() -> None:
    assert resolve_activations(["add", BELL, "mul", HILL]) == (BELL, HILL, "add", "mul")
    assert BELL in ACTIVATIONS
    assert BELL not in list(ACTIVATIONS)
    assert all(BELL not in group.names for group in GROUPS.values())


@pytest.mark.parametrize("definition", [HILL, BELL, MIXED, "root(a) = sqrt(a) + log(a)/2"])
def test_values_and_derivatives_are_those_of_the_body(definition: str) -> None:
    record = own_function(definition)
    args = tuple(X.T)[:record.arity]
    arguments = definition[definition.index("(") + 1:definition.index(")")].split(", ")
    body = read_formula(definition.partition("=")[2], arguments)

    own = record.value(*args)
    np.testing.assert_allclose(own, body.evaluate(np.stack(args, axis=1)), rtol=1e-14)
    np.testing.assert_allclose(record.value(*(a.reshape(8, 5) for a in args)), own.reshape(8, 5))
    for j, derivative in enumerate(record.derivatives):
        expected = [finite_difference(lambda p: record.value(*p), np.array(row)[:, None], j)[0]
                    for row in zip(*args, strict=True)]
        np.testing.assert_allclose(derivative(*args, own), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("definition", [BELL, "wave(a) = sin(a) + a/2", "cubic(a) = a**3 - 3*a", MIXED])
def test_every_branch_of_an_inverse_leads_back_to_the_target(definition: str) -> None:
    record = own_function(definition)
    at = np.linspace(-2.5, 2.5, 41)
    t = record.value(at)
    found = np.stack([branch(t) for branch in record.inverses])

    assert 1 <= len(record.inverses) <= 4
    for x in found:
        inside = np.isfinite(x)
        np.testing.assert_allclose(record.value(x[inside]), t[inside], rtol=1e-8, atol=1e-8)
    assert np.isfinite(found).any(axis=0).mean() > 0.8
    assert not np.isfinite(own_function(BELL).inverses[0](np.array([-0.1, 1.5]))).any()


def network() -> Network:
    """2 hill(x, y) + bell(x - 1) + mixed(y)."""
    return read_formula("2*hill(x, y) + bell(x - 1) + mixed(y)", ("x", "y"), (HILL, BELL, MIXED))


def test_a_formula_is_printed_by_the_names_and_read_back() -> None:
    text = to_text(network(), ("x", "y"))

    assert {"hill(x, y)", "bell(x - 1)", "mixed(y)"} <= set(text.replace("2*", "").split(" + "))
    assert r"\operatorname{hill}\left(x, y\right)" in to_latex(network(), ("x", "y"))
    assert set(definitions_used(network())) == {HILL, BELL, MIXED}
    assert "hill of x and y" in formula_in_words(network(), ("x", "y"), "z")
    np.testing.assert_allclose(read_formula(text, ("x", "y"), (HILL, BELL, MIXED)).evaluate(X), network().evaluate(X))
    with pytest.raises(FormulaError, match="'hill'"):
        read_formula(text, ("x", "y"))


def test_exports_hold_the_bodies() -> None:
    expected = network().evaluate(X)
    code: dict[str, Any] = {}
    exec(to_python(network(), ("x", "y")), code)  # noqa: S102 - our own code
    np.testing.assert_allclose(code["predict"](*X.T), expected, rtol=1e-12)
    symbols = sympy.symbols("x y")
    symbolic = sympy.lambdify(symbols, to_sympy(network(), ("x", "y")), ["scipy", "numpy"])
    np.testing.assert_allclose([symbolic(*row) for row in X], expected, rtol=1e-12)
    built: dict[str, Any] = {}
    exec(to_sympy_code(network(), ("x", "y"), "z"), built)  # noqa: S102 - our own code
    cell = to_excel(network(), ("x", "y"), "z").splitlines()[-1]
    for row, value in list(zip(X, expected, strict=True))[:5]:
        script = f"predict({row[0]}, {row[1]})"
        assert dukpy.evaljs([to_javascript(network(), ("x", "y"), "z"), script]) == pytest.approx(value, rel=1e-12)
        assert float(built["formula"].subs(dict(zip(symbols, row, strict=True)))) == pytest.approx(value, rel=1e-12)
        assert Cell(cell, {"A2": row[0], "B2": row[1]}).value() == pytest.approx(value, rel=1e-12)
    with torch.no_grad():
        np.testing.assert_allclose(network().to_torch()(torch.tensor(X)).numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(expanded(network()).evaluate(X), expected, rtol=1e-14)


def test_a_network_carries_its_functions_with_it() -> None:
    given = network()

    assert Network.from_json(given.to_json()) == given
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(given)).evaluate(X), given.evaluate(X))  # noqa: S301 - ours
    np.testing.assert_allclose(to_network(to_expression(given), 2).evaluate(X), given.evaluate(X))
    tree = Network((Neuron("variable"), Neuron(BELL, (0,))), (), 1).to_json()
    tree["neurons"][1]["activation"] = "bell(u) = u.real"
    with pytest.raises(NetworkError, match="own function"):
        Network.from_json(tree)


def test_a_pole_inside_a_body_is_seen_and_units_are_those_of_the_body() -> None:
    over = Network((Neuron("variable"), Neuron("inv(a) = 1/a", (0,))), (), 1)
    hill = read_formula("hill(a, b)", ("a", "b"), (HILL,))

    assert not keeps_distance_from_poles(over, np.array([[-1.0, -0.5, 0.5, 1.0]]))
    assert keeps_distance_from_poles(over, np.array([[0.5, 0.8, 1.0, 2.0]]))
    assert units_report([hill], ("a", "b"), "y", {"a": "m", "b": "m", "y": "1"}) == ["consistent"]
    assert "not consistent" in units_report([hill], ("a", "b"), "y", {"a": "m", "b": "s"})[0]


@pytest.mark.slow
@pytest.mark.parametrize(("functions", "law", "text"), [
    ([BELL], lambda x, z: 3 * np.exp(-(2 * x - 1) ** 2) + z, "z + 3*bell(2*x - 1)"),
    ([HILL], lambda x, z: 2.5 * x / (x + 1.7), "2.5*hill(x, 1.7)"),
    ([HILL], lambda x, z: 2.5 * x / (x + z) + z, "z + 2.5*hill(x, z)"),
], ids=["one argument", "a number as an argument", "two arguments"])
def test_a_search_finds_own_functions_and_prints_their_names(functions: list[str], law, text: str) -> None:
    rows = np.random.default_rng(0).uniform(0.1, 3, (120, 2))
    problem = Problem.from_arrays(rows, law(*rows.T), names=("x", "z"), activations=["default", *functions])
    state, _ = advance(start(problem), problem, Budget(steps=6))

    assert to_text(state.picked(Preference.BALANCED).network, ("x", "z")) == text
