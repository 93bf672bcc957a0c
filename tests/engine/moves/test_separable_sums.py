"""Sums of products of curves of single inputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, resolve_activations, start
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import add, var
from xnet.engine.moves.separable_fits import Regression, expression_of, pruned, refined
from xnet.engine.moves.separable_sums import separable_sums
from xnet.engine.moves.separable_terms import Block, Factor, Inputs, Kind, Term, dictionaries, shorter

DEFAULT = resolve_activations("default")
Law = Callable[..., Array]


def table(d: int, seed: int = 0, n: int = 100) -> Array:
    return np.random.default_rng(seed).uniform(0.4, 5.0, (n, d))


def least_share(X: Array, y: Array) -> float:
    """What the best sum leaves of the variance."""
    rows = rows_of(X, y)
    return min((float(np.mean((y - evaluate(expr, rows.columns, {})) ** 2) / np.var(y))
                for expr in separable_sums(rows, DEFAULT)), default=np.inf)


def regression_of(X: Array, y: Array) -> Regression:
    return Regression.of(Inputs([var(j) for j in range(X.shape[1])], np.ascontiguousarray(X.T)), y, np.ones(len(y)))


@pytest.mark.parametrize("law", [
    lambda a, b: 2.1 * a**1.37 + 0.7 * a / b**0.62 + 3.0,
    lambda a, b: 3.0 * np.exp(-0.7 * a) + 2.0 * np.exp(-1.9 * b) + 1.2,
    lambda a, b: 4.0 * a**3.4 * np.exp(-6.2 / b) + 0.8 * a**1.2,
    lambda a, b: 5.0 * (a - 0.3) * b**0.45 - 0.2 * b**3,
    lambda a, b: 3.0 * np.log(a) * b**0.7 + 2.0 * b,
    lambda a, b: 3.0 * b**0.7 * np.exp(-0.3 * a) * np.sin(2.2 * a + 0.4) + 0.5 * b,
    lambda a, b, c: 1.5 * a * c / b**2 + 1.75 * a**2 / b,
    lambda a, b, c: 3.4 * a**0.72 * b**0.31 + 0.55 * c**0.9,
    lambda a, b: 1.6 * np.exp(-0.6 * a) + 0.5 * a**1.5 + 2.34 * np.sin(2.77 * b) + 0.3 * b * a])
def test_the_law_is_found_exactly(law: Law) -> None:
    X = table(law.__code__.co_argcount)
    assert least_share(X, law(*X.T)) < 1e-18


@pytest.mark.parametrize("law", [
    lambda a: 2.3 * a**1.37 - 5.0 * a**0.4 + 3.0,
    lambda a: 1.28 * np.sin(2.025 * a) + 0.05 * a**3 + 1.91 * np.sin(1.063 * a),
    lambda a: 3.0 * a**0.7 * np.exp(-0.4 * a) + 0.1 * a,
    lambda a: 20.0 + 0.3 * a**1.4 + 4.0 * np.sin(2.9 * a + 0.3)])
def test_tables_of_one_input_have_such_sums_too(law: Law) -> None:
    X = table(1)
    assert least_share(X, law(*X.T)) < 1e-18


def test_a_wave_may_lose_its_frequency_and_keep_its_height() -> None:
    wave = Term((Factor(0, Kind.EXP, -0.4),), Block.WAVE, 0, 0.003)
    assert (Term(wave.factors),) in shorter(wave)


def test_of_many_inputs_those_that_explain_most_are_taken() -> None:
    X = table(9)
    assert least_share(X, 2.0 * X[:, 6]**1.7 + 3.0 * np.exp(-0.8 * X[:, 8])) < 1e-18


def test_noise_has_no_sum_and_noise_beside_a_law_is_not_fitted() -> None:
    rng = np.random.default_rng(5)
    X = table(2)
    assert not any(list(separable_sums(rows_of(X, rng.normal(size=len(X))), DEFAULT)) for _ in range(5))
    law = 2.1 * X[:, 0]**1.37 + 3.0 * np.exp(-0.8 * X[:, 1])
    rows = rows_of(X, law + rng.normal(0.0, 0.1 * np.std(law), len(law)))
    sums = [evaluate(expr, rows.columns, {}) for expr in separable_sums(rows, DEFAULT)]
    assert min(float(np.mean((law - values) ** 2) / np.var(law)) for values in sums) < 3e-3
    assert min(float(np.mean((rows.y - values) ** 2)) for values in sums) > 0.8 * np.mean((rows.y - law) ** 2)


def test_what_does_not_vary_and_libraries_without_sums_or_products_have_none() -> None:
    X = table(2)
    y = X[:, 0]**1.3 + X[:, 1]
    assert not list(separable_sums(rows_of(X, np.full(len(X), 3.0)), DEFAULT))
    assert not list(separable_sums(rows_of(np.ones_like(X), y), DEFAULT))
    assert not list(separable_sums(rows_of(X, y), ("add", "exp")))


def test_rows_of_weight_zero_have_no_influence() -> None:
    X = table(2)
    y = 2.1 * X[:, 0]**1.37 + 3.0 * np.exp(-0.8 * X[:, 1])
    weight = np.ones(len(X))
    wrong = y.copy()
    wrong[::9], weight[::9] = 1e6, 0.0
    rows = rows_of(X, wrong, weight=weight)
    best = min(float(np.max(np.abs(y - evaluate(expr, rows.columns, {})))) for expr in separable_sums(rows, DEFAULT))
    assert best < 1e-6


TERMS = [Term((Factor(0, Kind.POWER, 1.3), Factor(1, Kind.EXP, -0.4))), Term((Factor(0, Kind.INVERSE, -0.7),)),
         Term((Factor(0, Kind.FIXED, 2.0), Factor(1, Kind.LINEAR))),
         Term((Factor(0, Kind.LINEAR),), Block.LINE, 1), Term((Factor(1, Kind.POWER, -0.5),), Block.PARABOLA, 0),
         Term((Factor(1, Kind.LOG), Factor(0, Kind.SIN))), Term((), Block.WAVE, 1),
         Term((Factor(0, Kind.EXP, 0.6),), Block.WAVE, 1, 2.4)]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_as_an_expression_has_the_values_of_its_columns(term: Term) -> None:
    X = table(2)
    inputs = Inputs([var(0), var(1)], np.ascontiguousarray(X.T))
    coefficients = [1.7, -0.6, 0.2][:term.n_columns]
    columns = inputs.columns_of(term)
    assert len(columns) == term.n_columns
    values = evaluate(add([inputs.expression(term, coefficients)]), X.T, {})
    assert values == pytest.approx(np.array(coefficients) @ columns, rel=1e-9)


def central_difference(inputs: Inputs, term: Term, k: int, coefficients: Array) -> Array:
    ends = [coefficients @ inputs.columns_of(inputs.moved(term, k, step)) for step in (-1e-6, 1e-6)]
    return np.asarray((ends[1] - ends[0]) / 2e-6)


@pytest.mark.parametrize("term", TERMS)
def test_slopes_are_derivatives(term: Term) -> None:
    X = table(2)
    inputs = Inputs([var(0), var(1)], np.ascontiguousarray(X.T))
    coefficients = np.array([1.7, -0.6, 0.2])[:term.n_columns]
    values = coefficients @ inputs.columns_of(term)
    slopes = [(k, slope) for k, factor in enumerate(term.factors) if (slope := inputs.slope(factor)) is not None]
    for k, slope in slopes:
        assert slope * values == pytest.approx(central_difference(inputs, term, k, coefficients), abs=1e-6)
    if term.has_frequency:
        numeric = central_difference(inputs, term, -1, coefficients)
        assert inputs.wave_slope(term, coefficients) == pytest.approx(numeric, abs=1e-6)


def test_exponents_and_rates_stay_within_limits() -> None:
    inputs = Inputs([var(0)], table(1).T)
    for kind in (Kind.POWER, Kind.EXP, Kind.INVERSE):
        moved = inputs.moved(Term((Factor(0, kind, 1.0),)), 0, 1e9)
        assert np.isfinite(inputs.columns_of(moved)).all()


def test_a_refined_set_fits_better_and_a_pruned_one_has_no_needless_terms() -> None:
    X = table(2)
    y = 2.0 * X[:, 0]**1.3 + 0.5
    regression = regression_of(X, y)
    begun = regression.fit([Term((Factor(0, Kind.POWER, 1.5),)), Term((Factor(1, Kind.EXP, 0.2),), Block.PARABOLA, 0)])
    assert begun is not None
    fit = refined(begun, regression)
    assert fit.left < begun.left
    short = pruned(fit, regression)
    assert [t.structure for t in short.terms] == [Term((Factor(0, Kind.POWER, 1.3),)).structure]
    assert regression.is_exact(short)
    values = evaluate(expression_of(short, regression.inputs), X.T, {})
    assert values == pytest.approx(y, rel=1e-9)


def test_shorter_terms_have_fewer_numbers() -> None:
    regression = regression_of(table(2), np.arange(100.0))
    for term in dictionaries(regression.inputs, DEFAULT)[-1][::7]:
        numbers = regression.numbers([term])
        assert all(regression.numbers(less) <= numbers for less in shorter(term))
        assert () in shorter(term)


def test_inputs_of_both_signs_have_whole_powers_only() -> None:
    X = table(2) - 2.5
    terms = dictionaries(Inputs([var(0), var(1)], np.ascontiguousarray(X.T)), DEFAULT)[-1]
    assert {f.kind for t in terms for f in t.factors}.isdisjoint([Kind.POWER, Kind.INVERSE, Kind.LOG])
    assert {f.value for t in terms for f in t.factors if f.kind is Kind.FIXED} == {2.0, 3.0, 4.0}
    assert least_share(X, 3.0 * np.sin(X[:, 0]) * np.exp(-0.4 * X[:, 1]) + 0.5 * X[:, 1]) < 1e-18


@pytest.mark.parametrize(("library", "powers"), [
    (("add", "mul"), {2.0, 3.0, 4.0}), (("add", "mul", "div", "exp"), {-2.0, -1.0, 2.0, 3.0, 4.0}),
    (("add", "mul", "div", "sqrt"), {-2.0, -1.5, -1.0, -0.5, 0.5, 1.5, 2.0, 3.0, 4.0})])
def test_libraries_without_powers_have_those_that_products_and_roots_make(library: tuple[str, ...],
                                                                          powers: set[float]) -> None:
    X = table(2)
    terms = dictionaries(Inputs([var(0), var(1)], np.ascontiguousarray(X.T)), library)[-1]
    assert {f.value for t in terms for f in t.factors if f.kind is Kind.FIXED} == powers
    kinds = {f.kind for t in terms for f in t.factors}
    assert Kind.POWER not in kinds
    assert (Kind.EXP in kinds) is ("exp" in library)
    rows = rows_of(X, 1.3 * X[:, 0]**2 * X[:, 1] - 0.7 * X[:, 1]**3 + 2.0)
    found = [to_network(expr, 2, library) for expr in separable_sums(rows, library)]
    assert min(rows.loss(network) for network in found if network is not None) < 1e-20


@pytest.mark.slow
@pytest.mark.parametrize("law", [
    lambda s, T: 2.1 * s**4.2 * np.exp(-9.0 / T) + 3.5 * s**1.1,
    lambda v, T: 6.3 * (T - 0.3) * v**0.6 + 0.1 * T**4])
def test_a_search_finds_the_law_and_under_noise_something_near_it(law: Law) -> None:
    X = table(2, n=200)
    y = law(*X.T)
    for noise, most in ((0.0, 1e-18), (0.05, 1e-3)):
        measured = y + np.random.default_rng(3).normal(0.0, noise * np.std(y), len(y)) if noise else y
        problem = Problem.from_arrays(X, measured)
        state, _ = advance(start(problem), problem, Budget(steps=12))
        assert float(np.mean((y - state.best.network.evaluate(X)) ** 2) / np.var(y)) < most
