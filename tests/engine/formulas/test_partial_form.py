"""Forms with unknown parts: how they are read, what is refused, and how they are filled."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import FormulaError
from xnet.engine.formulas.arrangement import arranged
from xnet.engine.formulas.composition import composed, hole_texts, movable
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.partial_form import read_partial_form
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts

NAMES = ("x1", "x2", "x3")
X = np.random.default_rng(0).uniform(0.5, 2.0, (20, 3))
A, B, C = X.T


@pytest.mark.parametrize(("text", "words"), [
    ("f(x1, x2) + a*g(x3)", "f of x1 and x2, g of x3; a is fitted"),
    ("f(x1)*b - c*f(x2)", "f of u (x1; x2); b and c are fitted"),
    ("f(x1 + x2/a)", "f of u (x1 + x2/a); a is fitted"),
    ("9.81*x1 + mystery(x2, x3, x1)", "mystery of x2, x3 and x1")])
def test_a_form_is_described_in_words(text: str, words: str) -> None:
    assert read_partial_form(text, NAMES).describe() == words


@pytest.mark.parametrize(("text", "said"), [
    ("x1 + 2", "has no unknown part"), ("f(x1, x1)", "names a column twice in the unknown part 'f'"),
    ("f(3)", "a value that depends on no column"), ("f(a)", "with 'a', which is no column. Give it"),
    ("f()", "without columns"), ("x1(x2)", "'x1', which is the name of a column or a number"),
    ("f(x1) + g(x1) + h(x1) + k(x2)", "has 4 unknown parts (f, g, h, k)"), ("f(g(x1))", "inside the unknown part 'f'"),
    ("f(x1) + f(x1, x2)", "with 2 values, and elsewhere with 1"), ("f + f(x1)", "as a constant and as an unknown part"),
    ("f(x=x1)", "without columns"), ("x5 + f(x1)", "names 'x5'"), ("f(x1", "cannot be read"),
    ("sin(x1, x2) + f(x1)", "calls 'sin' with 2 values"), ("f(x1).real", "not allowed"), ("q + f(z)", "names 'zz'")])
def test_a_form_that_cannot_be_used_is_refused_in_words(text: str, said: str) -> None:
    text = text.replace("(z)", "(zz)")
    with pytest.raises(FormulaError) as refused:
        read_partial_form(text, NAMES)
    assert said in str(refused.value)


def test_a_filled_form_has_the_values_of_its_parts() -> None:
    form = read_partial_form("f(x1) - f(x2)/a + 9.81*g(x3*x1)", NAMES)
    parts = Parts((read_formula("1.5*u**2", ["u"]), read_formula("exp(-u)", ["u"])), (4.0,))

    network = composed(form, parts)
    assert network.constants[:2] == (4.0, 1.5)  # the constant of f stands once, though f is called twice
    expected = 1.5 * A**2 - 1.5 * B**2 / 4 + 9.81 * np.exp(-A * C)
    np.testing.assert_allclose(network.evaluate(X), expected, rtol=1e-13)
    np.testing.assert_allclose(arranged(network).evaluate(X), expected, rtol=1e-13)
    assert hole_texts(form, parts) == {"f": "1.5*u**2", "g": "exp(-u)"}
    free, held = movable(network, [1])
    assert free.constants == (1.5,)
    np.testing.assert_allclose(free.evaluate(np.column_stack([X, np.tile(held, (len(X), 1))])), expected, rtol=1e-13)


def test_whole_numbers_of_a_form_are_exact_and_others_stand_behind_what_is_fitted() -> None:
    form = read_partial_form("2*x1 + 0.7*f(x2)", NAMES)
    network = composed(form, Parts((read_formula("3.5*x2", ["x2"]),), ()))
    assert network.constants == (3.5, 0.7)


@pytest.mark.parametrize(("text", "shown"), [
    ("f(x1) + (x2 + x3*a)", "1.5*x1**2 + x2 - 0.25*x3"), ("x2*a + f(x1)", "1.5*x1**2 - 0.25*x2"),
    ("x2 - a*x3 - f(x1)", "x2 - 1.5*x1**2 + 0.25*x3")])
def test_a_filled_form_is_printed_as_people_write(text: str, shown: str) -> None:
    form = read_partial_form(text, NAMES)
    network = arranged(composed(form, Parts((read_formula("1.5*x1**2", ["x1"]),), (-0.25,))))
    shown_values = read_formula(shown, NAMES).evaluate(X)
    np.testing.assert_allclose(network.evaluate(X), shown_values, rtol=1e-12)
    assert "(-" not in to_text(network, NAMES)


def test_a_hole_may_leave_an_argument_out() -> None:
    form = read_partial_form("tanh(f(x1, x2 + x3))", NAMES)
    network = composed(form, Parts((read_formula("u", ["u", "v"]),), ()))
    assert network.variables == (0,)
    assert isinstance(network, Network)
