"""Columns that add up to a constant, such as those of the days of the week, are not all in a linear model."""

from __future__ import annotations

import numpy as np

from tests.engine.helpers import rows_of
from xnet.engine.front.plain_models import LINEAR_KINDS, PlainKind, plain_models
from xnet.engine.networks.activations import ACTIVATIONS


def test_the_linear_model_of_all_inputs_leaves_out_a_column_that_the_others_give() -> None:
    rng = np.random.default_rng(0)
    days = np.eye(7)[np.arange(140) % 7]
    X = np.column_stack([days, rng.normal(size=140)])
    y = 5.0 + days @ [0, 1, 2, 3, 4, 9, 7] + 0.5 * X[:, 7] + rng.normal(size=140)
    linear = [network for kind, network in plain_models(rows_of(X, y), tuple(ACTIVATIONS)) if kind in LINEAR_KINDS]
    widest = max(linear, key=lambda network: len(network.variables))
    assert len(widest.variables) == 7
    least = y - np.column_stack([np.ones(140), X]) @ np.linalg.lstsq(np.column_stack([np.ones(140), X]), y)[0]
    assert np.isclose(((y - widest.evaluate(X)) ** 2).sum(), (least**2).sum())


def test_all_inputs_are_in_the_linear_model_where_none_depends_on_the_others() -> None:
    X = np.random.default_rng(1).normal(size=(140, 15))
    y = X @ np.linspace(1, 2, 15) + np.random.default_rng(2).normal(size=140)
    models = plain_models(rows_of(X, y), tuple(ACTIVATIONS))
    assert max(len(network.variables) for kind, network in models if kind is PlainKind.LINEAR) == 15
