"""Polynomial fits: sums of monomials and their quotients are found by backward elimination."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import resolve_activations
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.polynomial_fits import (
    polynomial_fits,
    polynomial_terms,
    quotients_by_monomials,
    rational_fits,
)
from xnet.engine.moves.target_transforms import target_transforms

DEFAULT = resolve_activations("default")
N = 60
DATA = np.random.default_rng(8).uniform(0.5, 2.5, (N, 3))


def loss_of(expr: Expr, rows: Rows) -> float:
    with np.errstate(all="ignore"):
        return rows.loss_of(evaluate(expr, rows.columns, {}))


@pytest.mark.parametrize(("law", "negative"), [
    (lambda a, b, c: a**3 - 2 * a + 0.5, False), (lambda a, b, c: a * b * c - c**2, False),
    (lambda a, b, c: a / b + 3 / c, True),
])
def test_sums_of_monomials_are_found_by_backward_elimination(law: Callable[..., Array], negative: bool) -> None:
    rows = rows_of(DATA, law(*DATA.T))
    with np.errstate(all="ignore"):
        found = list(polynomial_fits(target_transforms(rows, DEFAULT)[0], rows, negative))
        losses = [loss_of(expr, rows) for expr in found]

    assert min(losses) < 1e-20


def test_backward_elimination_gives_shorter_sums_with_higher_losses(rng: np.random.Generator) -> None:
    rows = rows_of(DATA, DATA[:, 0] ** 2 + rng.normal(size=N))
    losses = [loss_of(expr, rows) for expr in polynomial_fits(target_transforms(rows, ("add", "mul"))[0], rows, False)]

    assert len(losses) >= 5
    assert losses == sorted(losses)


@pytest.mark.parametrize("law", [
    lambda a, b, c: (a**2 - 3) / (a**2 + 2 * b), lambda a, b, c: (a + b * c) / (1 + a),
    lambda a, b, c: 1 / (a**2 + b * c + 2),
])
def test_quotients_of_sums_are_found_by_backward_elimination(law: Callable[..., Array]) -> None:
    rows = rows_of(DATA, law(*DATA.T))
    with np.errstate(all="ignore"):
        losses = [loss_of(expr, rows) for expr in rational_fits(target_transforms(rows, DEFAULT)[0], rows)]

    assert min(losses) < 1e-20


def test_a_quotient_of_sums_of_many_inputs_is_found() -> None:
    """With all products of five inputs there would be more columns than rows."""
    X = np.random.default_rng(4).uniform(1.0, 3.0, (160, 5))
    rows = rows_of(X, 0.8 + (2 * X[:, 1] + 3 * X[:, 2] ** 2) / (4 * X[:, 3] ** 3 + 5 * X[:, 4] ** 4))
    with np.errstate(all="ignore"):
        losses = [loss_of(expr, rows) for expr in rational_fits(target_transforms(rows, DEFAULT)[0], rows)]

    assert min(losses) < 1e-20


def test_coefficients_that_differ_by_rounding_are_one_constant() -> None:
    X = np.random.default_rng(4).uniform(0.0, 6.0, (160, 5))
    rows = rows_of(X, 0.5 + 0.1 * ((X - 3) ** 2).sum(axis=1))
    with np.errstate(all="ignore"):
        fits = list(polynomial_fits(target_transforms(rows, DEFAULT)[0], rows, False))
    found = [expr for expr in fits if loss_of(expr, rows) < 1e-20]
    networks = [to_network(expr, 5, grouped=True) for expr in found]

    assert any(n is not None and n.n_parameters <= 3 and n.complexity <= 36 for n in networks)


@pytest.mark.parametrize(("d", "n"), [(1, 12), (1, 200), (3, 60), (7, 300), (8, 300), (30, 300)])
def test_polynomial_terms_are_different_and_few_enough_for_the_rows(d: int, n: int) -> None:
    terms = polynomial_terms(d, n, False)

    assert len(set(terms)) == len(terms)
    assert len(terms) < max(3, n)
    assert all(len(t) == d and sum(t) >= 1 and min(t) >= 0 for t in terms)
    assert len(terms) >= min(d, n // 2)


def test_the_cosine_of_an_angle_of_a_triangle_is_a_sum_over_a_product() -> None:
    rows = rows_of(DATA, DATA[:, 0] ** 2 + DATA[:, 1] ** 2 - DATA[:, 2] ** 2)
    rows = rows_of(DATA, rows.y / (DATA[:, 0] * DATA[:, 1]))
    with np.errstate(all="ignore"):
        output = target_transforms(rows, DEFAULT)[0]
    found = list(quotients_by_monomials(output, rows))

    assert min(loss_of(expr, rows) for expr in found) < 1e-20
    assert not list(quotients_by_monomials(output, rows_of(DATA[:, :1], rows.y)))
