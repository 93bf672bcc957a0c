"""An activation is one record: every record is complete, and a registered one is known everywhere."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import dukpy
import numpy as np
import pytest
import sympy

from tests.engine.helpers import finite_difference
from xnet.config.advice import library_notes
from xnet.config.settings import known_activations
from xnet.drawings.curves import curves_svg, describe_curves
from xnet.engine import ACTIVATIONS, GROUPS, PRESETS, ActivationError, Network, Neuron, resolve_activations
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import add, call, var
from xnet.engine.candidates.library import build_library
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.activation_record import Activation, ColumnAdvice, Family, Parity
from xnet.engine.networks.activations import find_activation, rarity, register, unregister
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.notation import Precedence, function_call, latex_call, phrase_before
from xnet.engine.networks.poles import keeps_distance_from_poles
from xnet.engine.networks.torch_module import torch_value
from xnet.engine.problem.constraints import Constraints
from xnet.evidence.units import units_report
from xnet.exports.languages import to_excel, to_javascript, to_sympy_code
from xnet.wording.formula_words import formula_in_words

X = np.linspace(-1.5, 2.0, 40)

#: log(cosh(x)), a smooth absolute value: even, unbounded, without a simple relation to the functions of the table.
LOG_COSH = Activation(
    name="logcosh", arity=1, symbol="lc", description="smooth size", group="saturation", presets=("periodic",),
    aliases=("lncosh",), value=lambda a: np.log(np.cosh(a)), derivatives=(lambda a, o: np.tanh(a),),
    inverses=(lambda t: np.arccosh(np.exp(t)),), parity=Parity.EVEN, family=Family.SATURATING,
    not_applied_to=Family.SATURATING | Family.TRIGONOMETRIC,
    text=function_call("logcosh"), latex=latex_call(r"\operatorname{logcosh}"),
    phrase=phrase_before("the smooth size of"), python="np.log(np.cosh({0}))",
    javascript="Math.log((Math.exp({0}) + Math.exp(-({0}))) / 2)", spreadsheet="LN(COSH({0}))",
    sympy_code="sp.log(sp.cosh({0}))", sympy=lambda sp, a: sp.log(sp.cosh(a)), window=(-4, 4, -1, 4),
    advice=ColumnAdvice(lambda x: np.abs(x) > 700, "logcosh of such large numbers has no value: {}."))
LC = LOG_COSH.name


@pytest.fixture
def network() -> Iterator[Network]:
    """2 logcosh(x) + 0.5, with the function registered."""
    register(LOG_COSH)
    yield Network((Neuron("variable", (), 0), Neuron(LC, (0,)), Neuron("constant", (), 0), Neuron("mul", (2, 1)),
                   Neuron("constant", (), 1), Neuron("add", (3, 4))), (2.0, 0.5), 1)
    unregister(LC)


@pytest.mark.parametrize("record", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_record_has_every_property(record: Activation) -> None:
    operands = [("a", Precedence.ATOM), ("b", Precedence.ATOM)][:record.arity]
    for field in dataclasses.fields(record):
        optional = field.name in ("domain", "branch", "exponent", "degree", "advice", "body")
        assert optional or getattr(record, field.name) is not None, f"{record.name} lacks {field.name}"
    assert len(record.derivatives) == record.arity
    assert bool(record.inverses) == (record.arity == 1)
    assert record.group in GROUPS
    assert record.name in GROUPS[record.group].names
    for notation in (record.text, record.latex, record.phrase):
        text, precedence = notation(operands)
        assert all(name in text for name, _ in operands)
        assert isinstance(precedence, Precedence)
    for template in (record.python, record.javascript, record.spreadsheet, record.sympy_code):
        assert all(f"{{{i}}}" in template for i in range(record.arity))
    left, right, low, high = record.window
    assert left < right
    assert low < high
    assert (record.domain is not None) or not record.domain_ends


LINE = np.array([-0.93, -0.71, -0.4, -0.13, 0.13, 0.4, 0.71, 0.93])


@pytest.mark.parametrize("record", [a for a in ACTIVATIONS.values() if a.arity == 1], ids=lambda a: a.name)
def test_the_properties_of_a_record_are_those_of_its_values(record: Activation) -> None:
    with np.errstate(all="ignore"):
        at, mirrored = record.value(LINE), record.value(-LINE)
        good = np.isfinite(at) & np.isfinite(mirrored)
        assert (record.parity is Parity.ODD) == (good.any() and np.allclose(at[good], -mirrored[good], rtol=1e-12))
        assert (record.parity is Parity.EVEN) == (good.any() and np.allclose(at[good], mirrored[good], rtol=1e-12))
        positive = LINE[LINE > 0]
        if record.degree is not None:
            np.testing.assert_allclose(record.value(0.7 * positive), 0.7**record.degree * record.value(positive))
        if record.exponent is not None:
            np.testing.assert_allclose(record.value(positive), positive**record.exponent)
        if record.periodic:
            np.testing.assert_allclose(record.value(LINE + 2 * np.pi), at, atol=1e-12)
        far = np.linspace(-50, 50, 4001)
        assert not record.bounded or np.ptp(np.nan_to_num(record.value(far))) < 4 or \
            np.ptp(np.nan_to_num(record.inverses[0](far))) < 4
        if record.pole_at_zero:
            assert abs(record.value(np.array([1e-300]))[0]) > 600
        for end in record.domain_ends:
            assert record.domain is not None
            assert not record.domain(np.array([end - 1e-9, end, end + 1e-9])).all()


@pytest.mark.parametrize("record", [a for a in ACTIVATIONS.values() if a.arity == 2], ids=lambda a: a.name)
def test_operands_commute_exactly_where_the_record_is_commutative(record: Activation) -> None:
    a, b = np.abs(LINE), np.abs(LINE[::-1]) + 0.3
    assert record.commutative == np.allclose(record.value(a, b), record.value(b, a))


def test_a_registered_function_is_computed_and_differentiated(network: Network) -> None:
    columns, theta = X[None, :], np.array(network.constants)

    np.testing.assert_allclose(network.evaluate(X[:, None]), 2 * np.log(np.cosh(X)) + 0.5)
    values, J = jacobian(network, columns, theta)
    np.testing.assert_array_equal(values, forward(network, columns)[-1])
    np.testing.assert_allclose(J, np.stack([np.log(np.cosh(X)), np.ones_like(X)], axis=1))
    own = ACTIVATIONS[LC].value(X)
    for i, given in enumerate(ACTIVATIONS[LC].derivatives[0](X, own)):
        expected = finite_difference(lambda p: ACTIVATIONS[LC].value(*p), X[None, i], 0)
        assert given == pytest.approx(float(expected), rel=1e-6, abs=1e-8)
    assert Network.from_json(network.to_json()) == network
    assert keeps_distance_from_poles(network, columns)


def test_a_registered_function_is_known_to_pytorch(network: Network) -> None:
    import torch

    np.testing.assert_allclose(torch_value(LC, torch.tensor(X)).numpy(), np.log(np.cosh(X)))
    np.testing.assert_allclose(network.to_torch()(torch.tensor(X[:, None])).detach().numpy(),
                               network.evaluate(X[:, None]))


def test_a_registered_function_is_known_to_the_algebra_and_to_the_fit(network: Network) -> None:
    mirrored = call(LC, add([(-1.0, var(0))]))
    assert mirrored == call(LC, var(0)), "an even function has no sign in its argument"
    np.testing.assert_allclose(evaluate(mirrored, X[None, :], {}), np.log(np.cosh(X)))
    assert to_network(to_expression(network), 1) is not None
    assert to_network(to_expression(network), 1, PRESETS["default"]) is None, "it is no part of that library"
    rows = Rows(X[None, :], 3 * np.log(np.cosh(X)) - 1, 1.0)
    np.testing.assert_allclose(fit_parameters(network, rows).network.constants, (3.0, -1.0))


@pytest.mark.usefixtures("network")
def test_a_registered_function_is_enumerated() -> None:
    library = build_library(X[None, :], resolve_activations(["default", LC]), 400)
    keys = [library.expression(i).key for i in range(len(library))]

    assert any(f"{LC}(" in key for key in keys)
    for inner in (LC, "tanh", "sin", "cos"):
        assert not any(f"{LC}({inner}(" in key for key in keys), "it is not applied to what its record names"


def test_a_registered_function_is_printed(network: Network) -> None:
    names: dict[str, Any] = {"np": np}
    exec(to_python(network, ["x"]), names)  # noqa: S102 - our own code

    assert to_text(network, ["x"]) == "2*logcosh(x) + 0.5"
    assert to_latex(network, ["x"]) == r"2 \, \operatorname{logcosh}\left(x\right) + 0.5"
    assert formula_in_words(network, ["x"], "y") == "y is 2 times the smooth size of x plus 0.5"
    np.testing.assert_allclose(names["predict"](X), network.evaluate(X[:, None]))
    symbolic = sympy.lambdify(sympy.Symbol("x"), to_sympy(network, ["x"]), "numpy")
    np.testing.assert_allclose(symbolic(X), network.evaluate(X[:, None]))


def test_a_registered_function_is_exported(network: Network) -> None:
    expected = float(network.evaluate(np.array([[0.5]]))[0])
    symbols: dict[str, Any] = {}
    exec(to_sympy_code(network, ["x"], "y"), symbols)  # noqa: S102 - our own code

    assert dukpy.evaljs([to_javascript(network, ["x"], "y"), "predict(0.5)"]) == pytest.approx(expected, rel=1e-12)
    assert "LN(COSH(A2))" in to_excel(network, ["x"], "y")
    assert float(symbols["formula"].subs({"x": 0.5})) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("text", ["2*logcosh(x) + 0.5", "2*lncosh(-x) + 0.5"])
def test_a_registered_function_is_read_back_by_name_and_alias(network: Network, text: str) -> None:
    read = read_formula(text, ["x"])

    assert LC in {neuron.activation for neuron in read.neurons}
    np.testing.assert_allclose(read.evaluate(X[:, None]), network.evaluate(X[:, None]))


@pytest.mark.usefixtures("network")
def test_a_registered_function_can_be_chosen() -> None:
    assert LC in resolve_activations("everything")
    assert LC in resolve_activations("periodic")
    assert LC in resolve_activations(["saturation", "add"])
    assert LC not in resolve_activations("default")
    assert known_activations([LC, "sinus"]) == (LC,)
    assert rarity(LC) == rarity("tanh")
    assert (LC, "sin") in Constraints.of(["x"], forbidden_nesting=[("saturation", "waves")]).nesting


@pytest.mark.usefixtures("network")
def test_a_registered_function_is_shown_on_the_setup_page() -> None:
    names = GROUPS["saturation"].names
    picture = curves_svg(names, names)

    assert names == ("tanh", LC)
    assert ">lc</text>" in picture
    assert "smooth size" in describe_curves(names, names)
    notes = library_notes({"x": np.array([1.0, 800.0])}, np.array([1.0, 2.0]), ("add", LC))
    assert [(note.group, note.text) for note in notes] == [
        ("saturation", "logcosh of such large numbers has no value: x (1 of 2 rows).")]


def test_units_ask_a_registered_function_for_a_pure_number(network: Network) -> None:
    assert "takes logcosh of m" in units_report([network], ["x"], "y", {"x": "m"})[0]


def test_unregister_removes_an_activation_everywhere() -> None:
    register(LOG_COSH)
    assert find_activation("lncosh") is LOG_COSH
    unregister("logcosh")

    assert find_activation("lncosh") is find_activation("logcosh") is None
    assert "logcosh" not in {*ACTIVATIONS, *PRESETS["everything"], *PRESETS["periodic"], *GROUPS["saturation"].names}


@pytest.mark.parametrize(("change", "message"), [
    ({"name": "sin"}, "'sin'"), ({"aliases": ("ln",)}, "'ln'"), ({"group": "others"}, "'others'"),
    ({"presets": ("all",)}, "'all'")])
def test_a_record_that_does_not_fit_in_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ActivationError, match=message):
        register(dataclasses.replace(LOG_COSH, **change))
    assert "logcosh" not in ACTIVATIONS
    assert math.isclose(float(ACTIVATIONS["sin"].value(np.array(0.5))), math.sin(0.5))
