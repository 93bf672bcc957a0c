"""Formulas are parsed as they are written, and any other text is refused with one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.formulas.test_printers import NAMES
from tests.engine.strategies import inputs
from xnet.engine import FormulaError
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network, Neuron


def test_a_formula_is_read_like_it_is_written() -> None:
    """Against Python's own arithmetic, operators beside each other."""
    X = inputs(positive=True)
    a, b, c = X.T
    for text, expected in {
        "a + b*c": a + b * c, "a - b - c": a - b - c, "a/b/c": a / b / c, "-a**2": -(a**2), "2**-a": 2.0**-a,
        "a**b**0.5": a**(b**0.5), "a^2": a**2, "+a": a, "--a": a, "ln(a)": np.log(a), "asin(a/9)": np.arcsin(a / 9),
        "Abs(-a)": a, "2*pi*a": 2 * np.pi * a, "e**a": np.exp(a), "1e3*a": 1000 * a, "  a  ": a, "sqrt(a)*exp(-b)":
        np.sqrt(a) * np.exp(-b), "pow(a, 3)": a**3, "add(a, b)": a + b, "a*(b + c)": a * (b + c),
        "a\n": a, "7": np.full(len(a), 7.0),
    }.items():
        np.testing.assert_allclose(read_formula(text, NAMES).evaluate(X), expected, rtol=1e-12, err_msg=text)


def test_a_column_goes_before_e_and_a_column_pi_stands_in_backticks() -> None:
    assert read_formula("e + `pi`", ("pi", "e")).evaluate(np.array([[10.0, 1.0]])) == pytest.approx(11)


def test_a_column_named_like_the_readers_own_marks_is_still_itself() -> None:
    names = ("odd name", "quoted_0_")

    assert read_formula("`odd name` - quoted_0_", names).evaluate(np.array([[10.0, 1.0]])) == pytest.approx(9)


#: What a person or an attacker may type, and what the answer says.
_NO_PART, _A_NUMBER, _UNREADABLE = "has a part that is not allowed", "where a number is expected", "cannot be read"
REFUSED = {
    "a.real": _NO_PART, "a.__class__": _NO_PART, "().__class__": _NO_PART, "a[0]": _NO_PART, "[a]": _NO_PART,
    "{a: b}": _NO_PART, "lambda: a": _NO_PART, "a if b else c": _NO_PART, "a and b": _NO_PART, "a < b": _NO_PART,
    "a == b": _NO_PART, "not a": _NO_PART, "~a": _NO_PART, "(a := b)": _NO_PART, "f'{a}'": _NO_PART,
    "await a": _NO_PART,
    "sin(*a)": _NO_PART, "__import__('os')": "calls '__import__'", "__import__('os').system('x')": "calls",
    "eval('1')": "calls 'eval'", "exec(a)": "calls 'exec'", "open(a)": "calls 'open'", "(sin)(a)(b)": "no column",
    "sin": "no column", "sin()": "calls 'sin' with 0 values", "sin(a, b)": "calls 'sin' with 2 values",
    "sin(x=a)": "calls 'sin'", "a // b": "operator", "a % b": "operator", "a @ b": "operator", "a << 2": "operator",
    "'text'": _A_NUMBER, "b'x'": _A_NUMBER, "True": _A_NUMBER, "None": _A_NUMBER, "1j": _A_NUMBER, "...": _A_NUMBER,
    "d + a": "'d', which is no column; known columns: a, b, c", "`d`": "'d'; known columns: a, b, c",
    "a**65": "power above 64", "a**-65": "power above 64", "9**9**9**9": "power above 64",
    "a**(10**9)": "power above 64",
    **dict.fromkeys(("1e299*1e299*a", "1e299*(1e299 + a)", "a/1e-310/1e-310", "exp(1000)*a", "(1e200*a)**4", "1/0",
                     "log(-1)", "1e30**10", "sin(1e200**2 + a)", "a**(b + 1e200**2)"), "without a finite value"),
    "1e999": "too large", "1" * 400: "too large", "a" * 2001: "at most 2000", "": _UNREADABLE, "   ": _UNREADABLE,
    "a +": _UNREADABLE, "a b": _UNREADABLE, "(a": _UNREADABLE, "`a": _UNREADABLE, "a = b": _UNREADABLE,
    "import os": _UNREADABLE, "a; b": _UNREADABLE, "a\x00": _UNREADABLE, "yield a": _UNREADABLE,
}


@pytest.mark.parametrize("text", list(REFUSED), ids=[t[:30] for t in REFUSED])
def test_invalid_text_is_refused_by_the_parser_in_one_sentence(text: str) -> None:
    with pytest.raises(FormulaError, match=REFUSED[text]) as caught:
        read_formula(text, NAMES)

    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(("fine", "deep"), [
    ("-" * 50 + "a", "-" * 500 + "a"), ("(" * 50 + "a" + ")" * 50, "sin(" * 70 + "a" + ")" * 70),
    ("+".join(["a"] * 50), "+".join(["a"] * 400)), ("a", "(" * 900 + "a" + ")" * 900),
])
def test_deep_nesting_is_refused_and_shallow_is_not(fine: str, deep: str) -> None:
    assert np.isfinite(read_formula(fine, NAMES).evaluate(np.ones((1, 3)))).all()
    with pytest.raises(FormulaError, match=r"nests deeper|cannot be read"):
        read_formula(deep, NAMES)


@pytest.mark.parametrize("text", ["1/(a - a)", "0**-1 + a", "log(0)*a", "sqrt(-1)*a", "exp(1e9)*a", "(1e200*a)**3",
                                  "a**sqrt(-1)", "exp(a*1e308)*exp(a*1e308)", "0*a", "1/0"])
def test_formulas_without_a_value_raise_nothing_but_a_formula_error(text: str) -> None:
    try:
        values = read_formula(text, NAMES).evaluate(np.ones((2, 3)))
    except FormulaError:
        return
    assert values.shape == (2,)


@given(st.text(alphabet="abc019.+-*/^() `'\"_[]{}:=,xeinsj\\\n", max_size=25))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    try:
        network = read_formula(text, NAMES)
    except FormulaError:
        return
    assert network.evaluate(np.ones((2, 3))).shape == (2,)


def test_reading_never_runs_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("__import__('os').system('touch hacked')", "open('hacked', 'w')", "exec('open(\"hacked\",\"w\")')"):
        with pytest.raises(FormulaError):
            read_formula(text, ["a", text])
        assert read_formula(f"`{text}`", ["a", text]).variables == (1,)
    assert not list(tmp_path.iterdir())


def test_a_column_called_pi_is_not_the_number() -> None:
    network = Network((Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("mul", (0, 1))), (np.pi,), 1)
    text = to_text(network, ["pi"])
    assert text.replace(" ", "") in ("`pi`*pi", "pi*`pi`")
    X = np.array([[2.0], [5.0]])
    np.testing.assert_allclose(read_formula(text, ["pi"]).evaluate(X), X[:, 0] * np.pi)
    np.testing.assert_allclose(read_formula("pi*pi", ["pi"]).evaluate(X), np.pi**2)


@pytest.mark.parametrize("text", ["3*`distance m`**2 + rate [S]*distance", "3*distance m**2 + `rate [S]`*distance"])
def test_names_of_several_words_need_no_backticks(text: str) -> None:
    network = read_formula(text, ["distance", "distance m", "rate [S]"])
    assert network.evaluate(np.array([[2.0, 5.0, 7.0]])) == pytest.approx([89.0])


def test_words_of_python_need_no_backticks() -> None:
    """The formula for a wavelength in a column called lambda could not be read near character 5."""
    names = ["lambda", "in", "lambda max"]
    network = read_formula("240/lambda + sqrt(in)*lambda max", names)
    assert network.evaluate(np.array([[2.0, 9.0, 5.0]])) == pytest.approx([135.0])


def test_other_names_are_named_with_their_backticks() -> None:
    with pytest.raises(FormulaError, match=r"between backticks: `level 50%`"):
        read_formula("2*level 50%", ["level 50%"])


@pytest.mark.parametrize(("text", "says"), [
    ("sin(`my col` + 1", ": the bracket at character 4 is not closed;"), ("x^2)", ": the bracket at character 4 clos"),
    ("3 + * 4", " near character 5;"), ("`my col` +* x", "cannot be read;"), ("x^2 +* x", "cannot be read;")])
def test_a_text_that_cannot_be_read_is_explained_in_its_own_characters(text: str, says: str) -> None:
    """Python's parser reads another text where names are quoted or ^ is a power: its positions would be wrong."""
    with pytest.raises(FormulaError) as error:
        read_formula(text, ["x", "my col"])
    assert says in str(error.value)
