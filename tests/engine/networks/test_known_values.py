"""Known constants: which numbers are forms of them, and how formulas with them are printed."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.known_values import KnownValue, form_of, is_common, known_forms, used_values
from xnet.engine.networks.network import Network

G = KnownValue("g", 9.81)
X = np.linspace(0.5, 3.0, 7)[:, None]


def with_constant(value: float) -> Network:
    """c*x with c replaced by a value."""
    return read_formula("2.5*x", ["x"]).with_constants([value]).with_known((G,))


@pytest.mark.parametrize("value", sorted(known_forms((G,))))
@pytest.mark.parametrize("sign", [1, -1])
def test_every_form_is_printed_by_name_and_has_its_value(value: float, sign: int) -> None:
    network = with_constant(sign * value)
    text, expected = to_text(network, ["x"]), network.evaluate(X)

    assert re.search(r"\bg\b", text), text
    expr = read_template(text, ["x"], ["g"]).expression([9.81])
    read = to_network(expr, 1)
    assert read is not None
    np.testing.assert_allclose(read.evaluate(X), expected, rtol=1e-14)
    scope: dict[str, object] = {}
    exec(to_python(network, ["x"]), scope)  # noqa: S102 - the text is X-Net's own
    np.testing.assert_allclose(scope["predict"](X[:, 0]), expected, rtol=1e-14)  # type: ignore[operator]
    assert float(to_sympy(network, ["x"]).subs("x", 2)) == pytest.approx(2 * sign * value, rel=1e-14)
    assert "g" in to_latex(network, ["x"]).replace(r"\right", "")


def test_a_network_keeps_the_names_that_it_uses_and_its_json_too() -> None:
    network = with_constant(9.81 / 2).with_known((KnownValue("c", 299792458.0), G))

    assert network.known == (G,)
    assert Network.from_json(network.to_json()) == network
    assert to_text(Network.from_json(network.to_json()), ["x"]) == "g/2*x"
    assert to_text(network.with_constants([4.9]), ["x"]) == "4.9*x"
    assert "known" not in read_formula("2.5*x", ["x"]).to_json()


def test_common_numbers_get_no_name() -> None:
    two = KnownValue("n", 2.0)

    assert is_common(2.0)
    assert is_common(-0.75)
    assert not is_common(9.81)
    assert not is_common(299792458.0)
    assert form_of(2.0, (two,)) is None
    assert form_of(1 / 2, (two,)) is None
    assert used_values((4.905, 2.0), (two, G)) == (G,)
    assert form_of(math.nan, (G,)) is None


def test_a_python_name_that_a_column_has_is_not_taken() -> None:
    code = to_python(with_constant(9.81), ["g"])

    assert "9.81" in code
    assert "g = 9.81" not in code
