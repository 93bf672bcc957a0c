"""log10 and log2 in print: where they stand, and that every printed form has the network's values."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from tests.engine.formulas.printed_forms import printed_forms_give
from xnet import XNetRegressor
from xnet.engine.formulas.jax_code import to_jax
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.logarithms import with_short_logarithms
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import neuron_texts, to_text
from xnet.engine.networks.activations import ACTIVATIONS, find_activation, resolve_activations
from xnet.engine.networks.network import Network, Neuron
from xnet.errors import ActivationError
from xnet.exports.languages import to_excel, to_javascript
from xnet.wording.formula_words import formula_in_words

NAMES = ("x", "z")
X = np.random.default_rng(0).uniform(1.5, 9, (40, 2))
#: Written so that it prints as it was written.
SHORT = ["log10(x)", "2.5*log10(x) + 1", "-log10(x)", "z*log2(x)", "3*log10(x/z)", "log2(z) - 2.5*log10(x)",
         "2/3*log10(x)*z**2", "log10(x)/z", "log10(x)**2", "z/log10(x)", "10*log10(x)*log10(z)",
         "2*(log10(x) + log10(z))", "-21.1 - 2.5*log10(x/z)"]


@pytest.mark.parametrize("text", SHORT)
def test_a_short_logarithm_is_printed_as_it_was_written_and_means_the_same_everywhere(text: str) -> None:
    network = read_formula(text, NAMES)
    values = network.evaluate(X)
    assert to_text(network, NAMES) == text
    assert not {"log10", "log2"} & {n.activation for n in network.neurons}  # printed, not stored
    formula = printed_forms_give(values, network, with_short_logarithms(network), NAMES, X)
    assert sp.simplify(formula - to_sympy(network, NAMES)) == 0
    assert len(neuron_texts(network, NAMES)) == len(network.neurons)


@pytest.mark.parametrize("text", ["log(x)", "1.09*log(x)", "x*log(x)", "log(2) + x", "0.9123456*log(x)", "log(x)/x"])
def test_other_logarithms_stay_natural(text: str) -> None:
    network = read_formula(text, NAMES)
    assert with_short_logarithms(network).neurons == network.neurons


def test_each_language_has_its_word() -> None:
    network = read_formula("2.5*log10(x)*log10(z)", NAMES)
    assert to_latex(network, NAMES).count(r"\log_{10}") == 2
    assert to_excel(network, NAMES, "y").count("LOG10(") == 4  # with decimal commas and points
    assert to_javascript(network, NAMES, "y").count("Math.LN10") == 2
    assert "np.log10(" in to_python(network, NAMES)
    assert "decimal logarithm" in formula_in_words(network, NAMES, "y")
    assert "jnp.log(" in to_jax(network, NAMES)  # its constants are those of the network


def test_nobody_chooses_a_short_logarithm_as_an_activation() -> None:
    assert find_activation("log10") is None
    assert "log10" not in tuple(ACTIVATIONS)
    with pytest.raises(ActivationError, match="'log10', which is not known"):
        resolve_activations(["default", "log10"])


def test_a_search_prints_the_decimal_logarithm_that_it_finds() -> None:
    model = XNetRegressor(budget_steps=4, random_state=0).fit(X, 2.5 * np.log10(X[:, 0]) + 1)
    assert model.formula_ == "2.5*log10(x0) + 1"
    assert model.constants_["value"].tolist() == [2.5, 1.0]
    np.testing.assert_allclose(model.constants_["fitted"], [2.5, 1.0], rtol=1e-9)


def test_beside_a_fitted_number_1_over_ln_10_makes_log10() -> None:
    """A template a*log10(f(x)) printed 0.43429448190325176*(-9.98)*log(f(x))."""
    neurons = (Neuron("constant", (), 0), Neuron("constant", (), 1), Neuron("mul", (0, 1)), Neuron("variable", (), 0),
               Neuron("log", (3,)), Neuron("mul", (2, 4)))
    network = Network(neurons, (1 / math.log(10), -9.98), 1)
    assert to_text(network, ("x",)) == "-9.98*log10(x)"
    assert to_text(Network(neurons, (0.4343, -9.98), 1), ("x",)) == "0.4343*(-9.98)*log(x)"
