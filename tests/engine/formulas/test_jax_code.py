"""Formulas as JAX code. JAX is not installed: NumPy takes its place, under whose names JAX has the same functions."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest
import scipy.special

from xnet.engine.formulas.jax_code import to_jax
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants

NAMES = ('mass "kg" \\ """', "x")
X = np.random.default_rng(0).uniform(0.2, 0.9, (20, 2))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a source text with NumPy as jax.numpy and SciPy as jax.scipy; returns what it defines."""
    jax, jax_scipy = types.ModuleType("jax"), types.ModuleType("jax.scipy")
    jax.numpy, jax.scipy, jax_scipy.special = np, jax_scipy, scipy.special  # type: ignore[attr-defined]
    for name, module in {"jax": jax, "jax.numpy": np, "jax.scipy": jax_scipy,
                         "jax.scipy.special": scipy.special}.items():
        monkeypatch.setitem(sys.modules, name, module)

    def defined(source: str) -> dict[str, Any]:
        scope: dict[str, Any] = {}
        exec(source, scope)  # noqa: S102 - the text is X-Net's own
        return scope

    return defined


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_values(run: Any, name: str) -> None:
    children = tuple(range(ACTIVATIONS[name].arity))
    network = Network((*(Neuron("variable", (), i) for i in children), Neuron(name, children)), (), 2)

    with np.errstate(invalid="ignore"):  # the inverse hyperbolic cosine begins at 1
        np.testing.assert_allclose(run(to_jax(network, NAMES))["predict"](X), network.evaluate(X), rtol=1e-13)


def test_constants_are_arguments_and_names_cannot_end_the_docstring(run: Any) -> None:
    network = read_formula("2.5*sin(x) - 1.25", ["y", "x"])
    scope = run(to_jax(network, NAMES, 'speed """'))

    np.testing.assert_allclose(scope["predict"](X), network.evaluate(X), rtol=1e-14)
    other = network.with_constants([c + 1.0 for c in network.constants])
    np.testing.assert_allclose(scope["predict"](X, np.array(other.constants)), other.evaluate(X), rtol=1e-14)


def test_a_formula_without_inputs_has_a_value_for_every_row(run: Any) -> None:
    assert run(to_jax(read_formula("3.5", ["x"]), ["x"]))["predict"](X[:, :1]).tolist() == [3.5] * 20


def test_constants_of_groups_are_looked_up_for_every_row(run: Any) -> None:
    """y = 2 a[g]/(x + b[g]): each group has a and b of its own, and a number of no group gives no value."""
    own = OwnConstants(1, ((1.5, -2.0, 7.0), (0.25, 3.0, 0.5)), ("no", 'say "yes"', "\\"))
    network = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("own", (), 1), Neuron("add", (1, 2)),
                       Neuron("div", (0, 3)), Neuron("constant", (), 0), Neuron("mul", (5, 4))), (2.0,), 2, own=own)
    scope = run(to_jax(network, ("x", "group")))
    rows = np.column_stack([X[:8, 0], [0.0, 1.0, 2.0, 0.0, 1.0, 3.0, -1.0, 0.5]])

    np.testing.assert_allclose(scope["predict"](rows), network.evaluate(rows), rtol=1e-14)
    assert np.isnan(scope["predict"](rows)[5:]).all()
    np.testing.assert_allclose(scope["predict"](rows, own=2.0 * scope["OWN"])[:5],
                               Network(network.neurons, (2.0,), 2, own=OwnConstants(
                                   1, tuple(tuple(2.0 * v for v in row) for row in own.values), own.labels)
                                       ).evaluate(rows)[:5], rtol=1e-14)
