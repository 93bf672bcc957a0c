"""Powers of simple bases in print: where they stand, what every printed form means, and estimates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.formulas.printed_forms import printed_forms_give
from xnet import XNetRegressor
from xnet.engine.formulas.jax_code import to_jax
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.text import neuron_texts, to_text
from xnet.engine.networks.activations import find_activation
from xnet.evidence.constants import ConstantEstimate
from xnet.evidence.printed_estimates import as_printed
from xnet.exports.languages import to_excel, to_javascript
from xnet.wording.formula_words import formula_in_words

NAMES = ("x", "z")
X = np.random.default_rng(0).uniform(1.5, 9, (40, 2))
#: Written so that it prints as it was written.
SHORT = ["2**x", "3*1.05**x", "1500*1.035**x", "10**(0.4*x)", "3*10**(-0.4*x)", "80*(1/2)**(x/5.27)", "2**(x*z)",
         "0.5**x", "5*2**(x/10) + 1", "x*0.9**z", "2**(x**2)", "x**(2**z)", "1 - (1/2)**(z/3)",
         "10**(0.4*(z - x))*x**2",
         "2**(x/z)", "exp(2**x)"]


@pytest.mark.parametrize("text", SHORT)
def test_a_short_power_is_printed_as_it_was_written_and_means_the_same_everywhere(text: str) -> None:
    network = read_formula(text, NAMES)
    X = np.random.default_rng(1).uniform(0.2, 2, (40, 2))
    values = network.evaluate(X)
    assert to_text(network, NAMES) == text
    formula = printed_forms_give(values, network, printed_network(network), NAMES, X)
    by_name = dict(zip(NAMES, X[0], strict=True))
    assert float(formula.subs(by_name)) == pytest.approx(values[0], rel=1e-12)
    assert neuron_texts(network, NAMES)[-1] == text or "exp(" in neuron_texts(network, NAMES)[-1]  # what it computes


@pytest.mark.parametrize("text", ["exp(x)", "exp(0.693*x)", "exp(-1/3*x)", "exp(0.05*x)", "exp(0.123456*x)",
                                  "exp(0.6931471805599453*x + z)", "exp(1e-15*x)"])
def test_other_exponentials_stay_natural(text: str) -> None:
    network = read_formula(text, NAMES)
    assert printed_network(network).neurons == network.neurons


def test_each_language_has_its_word() -> None:
    network = read_formula("80*(1/2)**(x/5.27)", NAMES)
    assert to_latex(network, NAMES) == r"80 \, \left(\frac{1}{2}\right)^{\frac{x}{5.27}}"
    assert "POWER((1/2)," in to_excel(network, NAMES, "y")
    assert "Math.pow(0.5, " in to_javascript(network, NAMES, "y")
    assert "np.power(0.5, " in to_python(network, NAMES)
    assert "one half to the power" in formula_in_words(network, NAMES, "y")
    assert "jnp.exp(" in to_jax(network, NAMES)  # its constants are those of the network


def test_nobody_chooses_a_short_power_as_an_activation() -> None:
    assert find_activation("exp2") is None
    assert find_activation("exphalf") is None


@pytest.mark.parametrize(("truth", "text"), [
    (lambda t: 3 * 2.0**t, "3*2**x0"), (lambda t: 100 * 1.05**t, "100*1.05**x0"),
    (lambda t: np.round(1500 * 1.035**t, 2), "1500*1.035**x0"),
    (lambda t: 80 * 0.5 ** (t / 5.27), "80*(1/2)**(x0/5.27)"),
    (lambda t: 10 ** (t / 5), "10**(0.2*x0)"), (lambda t: 70 * 0.9**t + 20, "70*0.9**x0 + 20")])
def test_a_search_prints_the_power_that_it_finds(truth, text: str) -> None:  # type: ignore[no-untyped-def]
    t = np.arange(0.0, 16.0)
    model = XNetRegressor(budget_steps=4, random_state=0).fit(t[:, None], truth(t))
    assert model.formula_ == text
    np.testing.assert_allclose(model.constants_["fitted"], model.constants_["value"], rtol=1e-5)


def test_a_rate_that_the_rows_do_not_settle_stays_a_rate() -> None:
    t = np.linspace(0, 15, 40)
    y = 50 * np.exp(-0.11 * t) + np.random.default_rng(3).normal(0, 1, 40)
    assert "exp(-0.11*x0)" in XNetRegressor(budget_steps=4, random_state=0).fit(t[:, None], y).formula_


def test_estimates_are_those_of_the_printed_number() -> None:
    rate = math.log(1.05)
    (found,) = as_printed(read_formula("1.05**x", NAMES), [
        ConstantEstimate("c1", rate, rate + 1e-3, 2e-3, rate - 3e-3, rate + 5e-3, "quadratic")])
    assert (found.value, found.fitted) == (1.05, pytest.approx(1.05 * math.exp(1e-3)))
    assert found.error == pytest.approx(2e-3 * found.fitted)
    assert (found.low, found.high) == (pytest.approx(1.05 * math.exp(-3e-3)), pytest.approx(1.05 * math.exp(5e-3)))


def test_a_half_life_that_may_be_infinite_has_no_upper_end() -> None:
    rate = -math.log(2.0) / 5.0
    (found,) = as_printed(read_formula("(1/2)**(x/5)", NAMES), [
        ConstantEstimate("c1", rate, rate, 0.1, -0.3, 0.02, "quadratic")])
    assert (found.value, found.high) == (5.0, math.inf)
    assert found.low == pytest.approx(math.log(2.0) / 0.3)
    assert found.error == pytest.approx(0.1 * 5.0 / -rate)
