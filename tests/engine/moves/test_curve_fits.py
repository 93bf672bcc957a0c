"""Curves with an inner constant are fitted directly, and powers of inputs of both signs are powers of their sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import resolve_activations
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.candidates.library import build_library
from xnet.engine.moves.curve_fits import curve_fits
from xnet.engine.moves.neuron_moves import power_law_queries
from xnet.engine.moves.targets import root_target

DEFAULT = resolve_activations("default")


@pytest.mark.parametrize(("name", "law"), [
    ("logistic", lambda x: 12 / (1 + np.exp(-0.8 * (x - 5)))), ("logistic", lambda x: 3 / (1 + np.exp(2 * (x - 9)))),
    ("cosh", lambda x: 2 * np.cosh((x - 5) / 2) - 1), ("tanh", lambda x: np.tanh(3 * x - 0.3)),
])
def test_a_curve_is_close_before_its_constants_are_fitted(name: str, law: Callable[[Array], Array]) -> None:
    x = np.random.default_rng(0).uniform(0, 10, 100)
    rows = rows_of(x[:, None], law(x))
    losses = [loss for _, loss, found in curve_fits(rows, DEFAULT) if found == name]

    assert min(losses) < 0.4 * 100 * np.var(rows.y)


def test_the_losses_of_curves_are_those_of_their_expressions() -> None:
    X = np.random.default_rng(1).uniform(-1, 2, (80, 2))
    rows = rows_of(X, X[:, 0] ** 2 + X[:, 1])

    for expr, loss, _ in curve_fits(rows, DEFAULT):
        values = evaluate(expr, rows.columns, {})
        assert float(np.sum((rows.y - values) ** 2)) == pytest.approx(loss, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("law", [lambda x, z: 1.7 * np.abs(x) ** 0.3 * z,
                                 lambda x, z: 0.4 * np.sign(x) * np.abs(x) ** 1.7 / z], ids=["even", "odd"])
def test_a_fractional_power_of_an_input_of_both_signs(law: Callable[[Array, Array], Array]) -> None:
    rng = np.random.default_rng(2)
    x, z = rng.uniform(-2, 2, 90), rng.uniform(1, 3, 90)
    rows = rows_of(np.stack([x, z], axis=1), law(x, z))
    laws = [e for q in power_law_queries(root_target(rows), lambda v: v, "whole", rows.inputs())
            for e in q.without_candidate()]

    assert min(rows.loss_of(evaluate(e, rows.columns, {})) for e in laws) < 1e-20


def test_sizes_and_signs_are_candidates_where_an_input_takes_both_signs() -> None:
    rng = np.random.default_rng(3)
    columns = np.stack([rng.uniform(-2, 2, 60), rng.uniform(1, 3, 60)])
    library = build_library(columns, DEFAULT, 600)
    keys = {library.expression(i).key for i in range(len(library))}

    assert {"abs(x0)", "sign(x0)", "cbrt(x0)"} <= keys
    assert not {"abs(x1)", "sign(x1)", "cbrt(x1)"} & keys
