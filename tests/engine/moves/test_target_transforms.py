"""The start of a search: transformed targets lead back to the target, and their queries find planted laws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from tests.engine.moves.query_helpers import DATA, DEFAULT, fitted_expressions, library_on_data, loss_of
from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, call, var
from xnet.engine.moves.target_transforms import root_queries, seed_queries, target_transforms


@pytest.mark.parametrize("law", ["positive", "both signs", "small", "angle"])
def test_every_transformed_target_leads_back_to_the_target(law: str) -> None:
    """Whatever fits the inner target fits the target: the wrapped inner target is y."""
    y = {"positive": DATA[:, 0] * DATA[:, 1] + 0.5, "both signs": DATA[:, 0] - 1.4,
         "small": 0.3 * np.sin(DATA[:, 0]) + 0.1, "angle": np.arccos(0.3 * DATA[:, 0] - 0.4)}[law]
    rows = rows_of(DATA, y)
    with np.errstate(all="ignore"):
        transforms = target_transforms(rows, DEFAULT)
        for transform in transforms:
            reach = transform.target.weight > 0
            assert reach.mean() > 0.8
            back = evaluate(transform.wrap(var(0)), transform.target.values[None, :], {})
            # sqrt(w) is the slope of the chain: how far rounding errors of the inner target move the output.
            rounding = 1e-10 + 1e-14 * np.sqrt(transform.target.weight) * (1 + np.abs(transform.target.values))
            assert (np.abs(back - y) <= rounding * 10)[reach].all(), transform.description

    assert transforms[0].depth == 0
    assert len(transforms) > 5
    assert any(transform.is_angle and "cosine" in transform.description for transform in transforms) is (law == "angle")


def test_transformed_targets_are_all_different() -> None:
    rows = rows_of(DATA, DATA[:, 0] * DATA[:, 1] + 0.5)
    with np.errstate(all="ignore"):
        transforms = target_transforms(rows, DEFAULT)
    for i, transform in enumerate(transforms):
        for other in transforms[i + 1:]:
            assert not np.allclose(transform.target.values, other.target.values, rtol=1e-9), \
                (transform.description, other.description)


ROOTS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "a candidate": lambda a, b, c: 2 * a * b * c + 1,
    "under a root": lambda a, b, c: np.sqrt(a * a + b * b),
    "under two": lambda a, b, c: 1 / (np.exp(a * b) - 1),
    "a straight line": lambda a, b, c: 2 * a - 3 * b + 0.5 * c + 1,
    "a power law": lambda a, b, c: 0.7 * a**2 * b**-1.5 * c,
    "a power law with a factor": lambda a, b, c: 0.7 * a**2 * (b + c) ** -1.0,
    "a power law and growth": lambda a, b, c: 1.3 * a**3 * np.exp(-b * c),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ROOTS))
def test_the_root_is_matched_before_there_is_a_network(kind: str) -> None:
    rows = rows_of(DATA, ROOTS[kind](*DATA.T))
    with np.errstate(all="ignore"):
        queries = root_queries(target_transforms(rows, DEFAULT), rows, DEFAULT)
        losses = [loss_of(expr, rows) for _, _, expr in fitted_expressions(queries, library_on_data())]

    assert min(losses) < 1e-22


SEEDED: dict[str, Callable[[Array, Array], Array]] = {
    "a product": lambda seed, other: seed * (1.5 * other - 0.4), "a quotient": lambda seed, other: seed / (other + 0.6),
    "a sum": lambda seed, other: 2 * seed - 0.3 * other + 1,
    "beside exp": lambda seed, other: seed * np.exp(-0.7 * other),
    "beside a wave": lambda seed, other: seed * np.sin(0.3 * other + 0.1),
}


@pytest.mark.parametrize("kind", list(SEEDED))
def test_the_other_factor_of_a_seed_is_found(kind: str) -> None:
    seed = build_seed()
    rows = rows_of(DATA, SEEDED[kind](seed[1], DATA[:, 1] * DATA[:, 2]))
    with np.errstate(all="ignore"):
        transform = target_transforms(rows, DEFAULT)[0]
        queries = seed_queries(transform, [seed], rows, DEFAULT)
        losses = [loss_of(expr, rows) for _, _, expr in fitted_expressions(queries, library_on_data())]

    assert min(losses) < 1e-22


def build_seed() -> tuple[Expr, Array]:
    expr = call("tanh", var(0))
    return expr, np.tanh(DATA[:, 0])
