"""Text, Python, LaTeX and SymPy of a network have the network's values, with any column names."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.engine.formulas.latex_oracle import latex_value
from tests.engine.helpers import assert_equal_values, net, oracle, well_conditioned
from tests.engine.strategies import EVIL_NAMES, column_names, inputs, networks
from xnet.arrays import Array
from xnet.engine import FormulaError, Network
from xnet.engine.formulas.latex import latex_name, to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.precedence import closed_form
from xnet.engine.formulas.python_code import python_names, to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import constant_text, quoted_name, to_text

NAMES = ("a", "b", "c")
#: sqrt(name0) + 2.5 * name1: reads two columns, in a domain.
TWO = net(2, ("x", 0), ("sqrt", 0), ("c", 0), ("x", 1), ("mul", 2, 3), ("add", 1, 4), constants=(2.5,))


def run_python(source: str, X: Array, used: Sequence[int]) -> Array:
    """What the exported function gives: the only place where exported code runs, and the networks are our own."""
    space: dict = {}
    exec(compile(source, "exported", "exec"), space)  # noqa: S102
    with np.errstate(all="ignore"):
        return np.broadcast_to(space["predict"](*(X[:, i] for i in used)), len(X))


@given(networks())
def test_text_read_again_has_the_same_values(network: Network) -> None:
    X = inputs()
    try:
        again = read_formula(to_text(network, NAMES), NAMES)
    except FormulaError as error:
        assert "without a finite value" in str(error)  # noqa: PT017 - a part such as 1/0 is refused
        assume(False)

    assert_equal_values(again.evaluate(X), network, X)


@given(networks())
def test_text_means_the_same_to_python(network: Network) -> None:
    """The printed text is an expression of Python as well: precedence is checked by a reader that is not ours."""
    X = inputs()
    space = {name: getattr(np, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "arcsin", "arccos",
                                                   "arctan", "abs", "sign", "cbrt", "cosh", "sinh", "arccosh",
                                                   "arcsinh", "arctanh", "floor", "mod")}
    space |= {"max": np.maximum, "min": np.minimum, "step": lambda a: np.heaviside(a, 1.0), "erf": scipy.special.erf,
              "sigmoid": scipy.special.expit, "gauss": lambda a: np.exp(-a * a)}
    columns = dict(zip(NAMES, X.T, strict=True))
    with np.errstate(all="ignore"):
        # Whole numbers become floats: NumPy has no whole power with a negative exponent.
        text = re.sub(r"(?<![\w.])(?<!\de[-+])(\d+)(?![\w.])", r"np.float64(\1)", to_text(network, NAMES))
        given_values = eval(text, {**space, **columns, "pi": np.pi, "np": np})  # noqa: S307 - our own networks
    assert_equal_values(np.broadcast_to(given_values, len(X)), network, X)


@given(networks())
def test_python_has_the_same_values(network: Network) -> None:
    X = inputs()

    assert_equal_values(run_python(to_python(network, NAMES), X, network.variables), network, X)


@given(networks(most=5))
def test_sympy_has_the_same_values(network: Network) -> None:
    """Evaluated by SymPy with complex numbers allowed, since sqrt(-1)^2 is a number there."""
    X = inputs(n=4)
    good = well_conditioned(network, X)
    assume(good.any())
    expression = to_sympy(network, NAMES)
    for row, expected in zip(X[good], oracle(network, X)[good], strict=True):
        at = {sympy.Symbol(n): sympy.Float(float(v), 30) for n, v in zip(NAMES, row, strict=True)}
        assert complex(sympy.N(expression.subs(at), 20)) == pytest.approx(expected, rel=1e-5, abs=1e-7)


@given(networks())
def test_latex_has_the_same_values(network: Network) -> None:
    """Read by a small LaTeX evaluator of the tests."""
    X = inputs(n=4)
    good = well_conditioned(network, X)
    assume(good.any())
    latex = to_latex(network, NAMES)
    given_values = [latex_value(latex, dict(zip(NAMES, map(float, row), strict=True))) for row in X[good]]

    np.testing.assert_allclose(given_values, oracle(network, X)[good], rtol=1e-6, atol=1e-9)


@given(networks())
def test_latex_is_balanced(network: Network) -> None:
    text = to_latex(network, EVIL_NAMES[:3])

    assert text.count(r"\left") == text.count(r"\right")
    assert unescaped(text, "{") == unescaped(text, "}")


def unescaped(text: str, brace: str) -> int:
    return len(re.findall(r"(?<!\\)(?:\\\\)*" + re.escape(brace), text))


@given(st.lists(column_names, min_size=2, max_size=2, unique=True))
def test_text_with_any_column_names_reads_back(names: list[str]) -> None:
    X = inputs(2, positive=True)

    np.testing.assert_allclose(read_formula(to_text(TWO, names), names).evaluate(X), TWO.evaluate(X))


def test_two_names_that_differ_only_in_a_backtick_stay_apart() -> None:
    X = inputs(2, positive=True)
    names = ("a`b", "a'b")

    np.testing.assert_allclose(read_formula(to_text(TWO, names), names).evaluate(X), TWO.evaluate(X))


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_a_bad_column_name_is_harmless_and_right_in_python(name: str, tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    X = inputs(2, positive=True)
    for names, target in (((name, "other"), "y"), (("other", name), name)):
        source = to_python(TWO, names, target)

        assert well_behaved(source)
        np.testing.assert_allclose(run_python(source, X, (0, 1)), TWO.evaluate(X))
        assert repr(name).replace('"', "'") in documentation(source)
    assert not list(tmp_path.iterdir())


def documentation(source: str) -> str:
    return ast.get_docstring(ast.parse(source).body[1]) or ""  # type: ignore[arg-type]


def well_behaved(source: str) -> bool:
    """The module imports NumPy and defines `predict`, whose body is a docstring and one return of arithmetic."""
    tree = ast.parse(source)
    imported, function = tree.body
    assert isinstance(imported, ast.Import)
    assert isinstance(function, ast.FunctionDef)
    doc, result = function.body
    calls = [node.func for node in ast.walk(result) if isinstance(node, ast.Call)]
    return (isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(result, ast.Return)
            and all(isinstance(c, ast.Attribute) and ast.unparse(c.value) == "np" for c in calls))


@given(st.lists(column_names, min_size=2, max_size=2, unique=True), column_names)
def test_python_with_any_column_names_is_right(names: list[str], target: str) -> None:
    X = inputs(2, positive=True)
    source = to_python(TWO, names, target)

    assert well_behaved(source)
    np.testing.assert_allclose(run_python(source, X, (0, 1)), TWO.evaluate(X))


@given(st.lists(column_names, max_size=8, unique=True))
def test_python_names_are_different_identifiers(names: list[str]) -> None:
    made = python_names(names)

    assert len(set(made)) == len(names)
    assert all(n.isidentifier() and n.isascii() and n != "np" for n in made)
    assert not any(ast.parse(f"{n} = 1").body[0].targets[0].id != n for n in made)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_a_bad_column_name_is_escaped_in_latex(name: str) -> None:
    text = latex_name(name)

    assert unescaped(text, "{") == unescaped(text, "}")
    assert not re.search(r"(?<!\\)[%$#&~]", text)
    assert "\n" not in text
    assert not re.search(r"\\(?!backslash|\{|\}|_|hat|%|\$|#|&|sim|mathrm|text|lambda\Z| )", text)


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_a_bad_column_name_stays_one_symbol_in_sympy(name: str) -> None:
    expression = to_sympy(TWO, (name, "other column"))

    assert {s.name for s in expression.free_symbols} == {name, "other column"}
    assert not expression.atoms(sympy.Function)


def test_names_are_quoted_only_where_they_need_it() -> None:
    assert quoted_name("speed_2") == "speed_2"
    assert quoted_name("wind speed") == "`wind speed`"
    assert to_text(TWO, ("wind speed", "b"), "power, MW") == "`power, MW` = sqrt(`wind speed`) + 2.5*b"


@pytest.mark.parametrize(("name", "latex"), [("x", "x"), ("x0", "x_{0}"), ("x_12", "x_{12}"), ("alpha", r"\alpha"),
                                            ("mass", r"\mathrm{mass}"), ("a b", r"\mathrm{a\ b}"),
                                            ("pre-dose", r"\mathrm{pre\text{-}dose}")])
def test_names_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


#: (network, text, LaTeX): where brackets and signs go wrong first.
X0, X1 = ("x", 0), ("x", 1)
PRINTED: list[tuple[Network, str, str]] = [
    (net(2, X0, X1, ("sub", 0, 1), ("sub", 0, 2)), "a - (a - b)", r"a - \left(a - b\right)"),
    (net(2, X0, X1, ("add", 0, 1), ("mul", 2, 0)), "(a + b)*a", r"\left(a + b\right) \, a"),
    (net(2, X0, X1, ("div", 0, 1), ("div", 0, 2)), "a/(a/b)", r"\frac{a}{\frac{a}{b}}"),
    (net(2, X0, X1, ("mul", 0, 1), ("div", 0, 2)), "a/(a*b)", r"\frac{a}{a \, b}"),
    (net(2, X0, ("neg", 0), ("square", 1)), "(-a)**2", r"\left(-a\right)^2"),
    (net(2, X0, ("square", 0), ("neg", 1)), "-a**2", r"-a^2"),
    (net(2, X0, X1, ("neg", 1), ("add", 0, 2)), "a + (-b)", r"a + \left(-b\right)"),
    (net(2, X0, ("square", 0), ("cube", 1)), "a**6", r"a^{6}"),
    (net(2, X0, ("neg", 0), ("square", 1), ("square", 2), ("neg", 3)), "-(-a)**4", r"-\left(-a\right)^{4}"),
    (net(2, X0, ("sin", 0), ("square", 1), ("exp", 2), ("square", 3)), "exp(sin(a)**2)**2",
     r"\exp\left(\sin\left(a\right)^2\right)^2"),
    (net(2, X0, X1, ("pow", 0, 1), ("pow", 0, 2)), "a**(a**b)", r"a^{a^{b}}"),
    (net(2, X0, ("c", 0), ("mul", 1, 0), constants=(-1.5,)), "-1.5*a", r"-1.5 \, a"),
    (net(2, X0, ("c", 0), ("add", 0, 1), constants=(-1.5,)), "a + (-1.5)", r"a + \left(-1.5\right)"),
    (net(2, X0, ("exp", 0), ("reciprocal", 1)), "1/exp(a)", r"\frac{1}{\exp\left(a\right)}"),
    (net(2, X0, ("n", 4), ("pow", 0, 1)), "a**4", r"a^{4}"),
    (net(2, X0, ("sqrt", 0), ("abs", 1)), "abs(sqrt(a))", r"\left|\sqrt{a}\right|"),
]


@pytest.mark.parametrize(("network", "text", "latex"), PRINTED)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(network: Network, text: str, latex: str) -> None:
    assert to_text(network, NAMES) == text
    assert to_latex(network, NAMES) == latex


@pytest.mark.parametrize(("name", "latex"), [
    ("temperature [°C]", r"\left(\mathrm{temperature\ [\text{°}C]}\right)^2"),
    ("wind speed", r"\left(\mathrm{wind\ speed}\right)^2"),
    ("mass", r"\mathrm{mass}^2"), ("x1", "x_{1}^2"), ("größe", r"\mathrm{gr\text{öß}e}^2")])
def test_a_name_of_more_than_one_word_stands_in_brackets_below_an_exponent(name: str, latex: str) -> None:
    assert to_latex(net(1, X0, ("square", 0)), (name,)) == latex
    assert to_latex(net(1, X0, ("n", 2), ("pow", 0, 1)), (name,)) == latex.removesuffix("2") + "{2}"
    assert r"\left" not in to_latex(net(1, X0, ("n", 2), ("mul", 0, 1)), (name,))


@pytest.mark.parametrize(("c", "text"), [
    (1 / 3, "1/3"), (np.pi, "pi"), (-np.pi / 2, "-pi/2"), (2 * np.pi / 3, "2*pi/3"), (1 / np.pi, "1/pi"),
    (1 / (4 * np.pi), "1/(4*pi)"), (0.5, "0.5"), (2.0, "2"), (-3.0, "-3"), (0.1, "0.1"), (1.25, "1.25"),
    (0.3333, "0.3333"), (3.14159, "3.14159"), (6.02e23, "6.02e+23"), (-1e-9, "-1e-09"),
    (186000.0, "186000"), (-15000.0, "-15000"), (np.sqrt(2), "sqrt(2)"), (-np.sqrt(8), "-sqrt(8)"), (1.4142, "1.4142"),
    (np.sqrt(2) / 4, "sqrt(2)/4"), (-1.5 * np.sqrt(2), "-3*sqrt(2)/2"), (1 / np.sqrt(3), "sqrt(3)/3"),
    (0.35355339, "0.35355339"), (np.pi / 180, "pi/180"), (np.sqrt(11) / 4, repr(float(np.sqrt(11) / 4))),
])
def test_constants_are_printed_as_people_write_them(c: float, text: str) -> None:
    assert constant_text(c)[0] == text


@pytest.mark.parametrize(("c", "latex", "exact"), [
    (np.sqrt(2) / 4, r"\frac{\sqrt{2}}{4}", "sqrt(2)/4"),
    (-1.5 * np.sqrt(2), r"-\frac{3 \sqrt{2}}{2}", "-3*sqrt(2)/2")])
def test_fractions_of_roots_stay_exact(c: float, latex: str, exact: str) -> None:
    network = net(1, ("c", 0), X0, ("mul", 0, 1), constants=(c,))
    assert latex in to_latex(network, ("x",))
    assert str(to_sympy(network, ("x",)).coeff(sympy.Symbol("x"))) == exact
    again = read_formula(to_text(network, ("x",)), ("x",))
    assert again.evaluate(np.ones((1, 1))) == pytest.approx([c], rel=1e-15)


ROOTS = st.builds(lambda top, k, bottom: top * np.sqrt(k) / bottom, st.integers(1, 3),
                  st.sampled_from([2, 3, 5, 6, 7, 10]), st.sampled_from([2, 3, 4, 5, 6, 8, 10]))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(2, 99).map(np.sqrt) | ROOTS)
def test_a_printed_constant_is_the_constant(c: float) -> None:
    value = eval(constant_text(c)[0], {"pi": np.pi, "sqrt": np.sqrt})  # noqa: S307 - a number of our own

    assert value == pytest.approx(c, rel=5e-16, abs=0)


@given(st.integers(-40, 40).filter(bool), st.integers(1, 16), st.sampled_from([1.0, np.pi, 1 / np.pi]))
def test_closed_forms_are_found_and_nothing_near_them(top: int, bottom: int, unit: float) -> None:
    c = top / bottom * unit
    form = closed_form(c)
    if form is not None:
        fraction, name = form
        assert float(fraction) * {"": 1.0, "pi": np.pi, "1/pi": 1 / np.pi}[name] == pytest.approx(c, rel=1e-15)
    moved = closed_form(c * (1 + 1e-9))
    assert moved is None or moved != form
