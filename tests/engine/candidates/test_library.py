"""The candidate library: values agree with expressions, no duplicates, nothing constant, the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import assert_equal_values, oracle
from xnet.arrays import Array
from xnet.engine import PRESETS, resolve_activations
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import add, call, mul, power, var
from xnet.engine.candidates.library import CandidateLibrary, build_library

DEFAULT = resolve_activations("default")
M = 64


def made(d: int, size: int = 900, activations: tuple[str, ...] = DEFAULT, seed: int = 0,
         low: float = 0.6, high: float = 2.4) -> tuple[Array, CandidateLibrary]:
    columns = np.random.default_rng(7).uniform(low, high, (d, M))
    return columns, build_library(columns, activations, size, seed)


def standardised(v: Array) -> Array:
    return (v - v.mean()) / v.std()


def values_of(library: CandidateLibrary, columns: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.stack([evaluate(library.expression(i), columns, {}) for i in range(len(library))])


@pytest.mark.parametrize(("d", "low"), [(1, 0.6), (2, -2.0), (4, 0.6)])
def test_every_candidate_has_the_values_of_its_expression(d: int, low: float) -> None:
    columns, library = made(d, low=low)
    values = values_of(library, columns)

    assert len(library) > 400
    for k, i in enumerate(library.index):
        np.testing.assert_allclose(library.standardised[k], standardised(values[i]), atol=2e-5)
    for k, i in enumerate(library.log_index):
        np.testing.assert_allclose(library.standardised_logs[k], standardised(np.log(np.abs(values[i]))), atol=2e-5)
    for logs, rows in ((False, library.standardised), (True, library.standardised_logs)):
        blocks = library.screener.blocks(logs)
        for at, block in zip(blocks.positions, blocks.values, strict=True):
            np.testing.assert_array_equal(block, rows[at].T)
        assert set(np.concatenate(blocks.positions)) == set(range(len(rows)))


def test_candidates_are_networks_of_the_allowed_activations() -> None:
    """By an independent evaluator: expression -> network -> Python's math module."""
    columns, library = made(3, activations=PRESETS["rational"])
    values = values_of(library, columns)
    for i in range(0, len(library), 7):
        network = to_network(library.expression(i), 3, PRESETS["rational"])
        assert network is not None
        assert_equal_values(values[i], network, columns.T)
        assert np.isfinite(oracle(network, columns.T)).all()


@pytest.mark.parametrize("d", [1, 2, 5])
def test_no_candidate_is_matched_twice(d: int) -> None:
    """With a free scale and bias, no candidate equals another: standardised values differ, up to sign.

    Candidates that are dominated by a single row (1 / log(x)^2 near x = 1) are left out: two of them may agree in all
    the digits that float32 has for the other rows, although they are different functions.
    """
    _, library = made(d)
    for rows in (library.standardised, library.standardised_logs):
        shared = rows[np.abs(rows).max(axis=1) < 0.95 * np.sqrt(M)]
        assert len(shared) > 100
        similar = np.abs(shared.astype(np.float64) @ shared.T) / M
        np.fill_diagonal(similar, 0.0)

        assert similar.max() < 1 - 1e-7


@pytest.mark.parametrize("d", [1, 2, 5])
def test_no_two_candidates_have_the_same_values(d: int) -> None:
    columns, library = made(d)
    values = values_of(library, columns)
    rounded = {tuple(float(f"{x:.9g}") for x in v) for v in values}

    assert len(rounded) == len(values)
    assert len({library.expression(i).key for i in range(len(library))}) == len(library)


def test_a_candidate_to_match_is_finite_and_not_constant() -> None:
    columns, library = made(2, low=-2.0)
    values = values_of(library, columns)

    assert np.isfinite(values).all()
    assert np.isfinite(library.standardised).all()
    assert np.isfinite(library.standardised_logs).all()
    np.testing.assert_allclose(library.standardised.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(library.standardised.std(axis=1), 1, atol=1e-4)
    assert (np.abs(values[library.log_index]) > 0).all()


def test_candidates_are_in_order_of_complexity_and_include_the_inputs() -> None:
    _, library = made(3)
    keys = [library.expression(i).key for i in range(12)]

    assert (np.diff(library.complexity) >= 0).all()
    assert {"x0", "x1", "x2"} <= set(keys)


def test_the_same_seed_gives_the_same_library() -> None:
    (_, one), (_, other) = made(3, seed=4), made(3, seed=4)

    assert [one.expression(i).key for i in range(len(one))] == [other.expression(i).key for i in range(len(other))]
    np.testing.assert_array_equal(one.standardised, other.standardised)
    np.testing.assert_array_equal(one.index, other.index)


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_the_library_keeps_to_its_size(size: int) -> None:
    _, library = made(2, size)

    assert len(library) <= size
    assert len(library) > 0.6 * size
    assert len(library.index) <= len(library)


def test_a_constant_column_is_no_candidate() -> None:
    columns = np.random.default_rng(0).uniform(1, 2, (3, M))
    columns[1] = 4.2
    library = build_library(columns, DEFAULT, 500)

    assert not any("x1" in library.expression(i).key for i in range(len(library)))
    assert len(library.index) > 100


def test_a_duplicate_column_is_one_candidate() -> None:
    columns = np.random.default_rng(0).uniform(1, 2, (3, M))
    columns[2] = columns[0]
    library = build_library(columns, DEFAULT, 500)
    keys = " ".join(library.expression(i).key for i in range(len(library)))

    assert "x0" in keys
    assert "x1" in keys
    assert "x2" not in keys


def test_an_affine_image_of_a_column_is_matched_once() -> None:
    """A match with free scale and bias does not tell 3 - 2 x from x, but both may be operands."""
    columns = np.random.default_rng(0).uniform(1, 2, (2, M))
    columns[1] = 3 - 2 * columns[0]
    library = build_library(columns, DEFAULT, 300)
    matched = {library.expression(int(i)).key for i in library.index}

    assert len({"x0", "x1"} & matched) == 1


def test_only_constant_columns_leave_nothing_to_match() -> None:
    library = build_library(np.ones((2, M)), DEFAULT, 300)

    assert len(library.index) == 0


@pytest.mark.parametrize("scale", [1e-30, 1e-8, 1e10, 1e30])
def test_the_units_of_a_column_do_not_break_the_library(scale: float) -> None:
    columns = np.random.default_rng(0).uniform(1, 2, (2, M))
    columns[0] *= scale
    library = build_library(columns, DEFAULT, 400)

    assert np.isfinite(library.standardised).all()
    assert np.isfinite(library.standardised_logs).all()
    matched = {library.expression(int(i)).key for i in library.index}
    assert {"x0", "x1"} <= matched


@pytest.mark.parametrize("activations", [("add",), ("sub",), ("mul",), ("div",), ("add", "mul"), ("sub", "div", "sin"),
                                         PRESETS["polynomial"], PRESETS["everything"]])
def test_every_library_of_activations_builds(activations: tuple[str, ...]) -> None:
    columns, library = made(2, 200, activations)

    assert len(library.index) >= 3
    assert np.isfinite(values_of(library, columns)).all()


@pytest.mark.parametrize("activations", [("add", "mul"), PRESETS["polynomial"], PRESETS["rational"], DEFAULT])
def test_candidates_can_be_written_with_the_activations_of_their_library(activations: tuple[str, ...]) -> None:
    _, library = made(2, 400, activations)
    for i in range(0, len(library), 3):
        expr = library.expression(i)
        if any(float(p) > 16 for p in re.findall(r"\^(\d+)", expr.key)):
            continue  # higher powers are not composed of squares and cubes
        network = to_network(expr, 2, activations)

        assert network is not None, expr.key
        assert {n.activation for n in network.neurons if n.children} <= set(activations)


@pytest.fixture(scope="module")
def of_six() -> tuple[Array, CandidateLibrary]:
    return made(6, 40_000)


def contains(library: CandidateLibrary, columns: Array, values: Array) -> bool:
    """Whether some candidate is an affine image of the values."""
    return bool((np.abs(library.standardised.astype(np.float64) @ standardised(values)) / M).max() > 1 - 1e-6)


#: Enumeration by size would need millions of candidates for most of these.
TEMPLATES: dict[str, Callable[..., Array]] = {
    "abc/de": lambda a, b, c, d, e, f: a * b * c / (d * e),
    "abcdef": lambda a, b, c, d, e, f: a * b * c * d * e * f,
    "1/abcdef": lambda a, b, c, d, e, f: 1 / (a * b * c * d * e * f),
    "exp(-ab/cd)": lambda a, b, c, d, e, f: np.exp(-a * b / (c * d)),
    "cos(ab/cd)": lambda a, b, c, d, e, f: np.cos(a * b / (c * d)),
    "a^2+b^2-2ab cos(c-d)": lambda a, b, c, d, e, f: a * a + b * b - 2 * a * b * np.cos(c - d),
    "e^2+f^2-2ef cos(a)": lambda a, b, c, d, e, f: e * e + f * f - 2 * e * f * np.cos(a),
    "tanh(ef/c)": lambda a, b, c, d, e, f: np.tanh(e * f / c),
    "(a-b)^2+(c-d)^2+(e-f)^2": lambda a, b, c, d, e, f: (a - b) ** 2 + (c - d) ** 2 + (e - f) ** 2,
    "1-(a/b)^2": lambda a, b, c, d, e, f: 1 - (a / b) ** 2,
    "1/(a^2-b^2)": lambda a, b, c, d, e, f: 1 / (a**2 - b**2),
    "exp(d)-exp(-d)": lambda a, b, c, d, e, f: np.exp(d) - np.exp(-d),
}


@pytest.mark.parametrize("law", list(TEMPLATES))
def test_templates_of_six_variables_are_in_the_library(law: str, of_six: tuple[Array, CandidateLibrary]) -> None:
    columns, library = of_six

    assert contains(library, columns, TEMPLATES[law](*columns))


def test_noise_and_other_functions_are_not_in_the_library(of_six: tuple[Array, CandidateLibrary]) -> None:
    columns, library = of_six

    assert not contains(library, columns, np.random.default_rng(1).normal(size=M))
    assert not contains(library, columns, np.sin(7.3 * columns[0] + 0.2))


def test_expressions_are_canonical() -> None:
    _, library = made(2)
    keys = {library.expression(i).key for i in range(len(library))}
    x, y = var(0), var(1)

    for expr in (mul([(x, 1.0), (y, 1.0)]), add([(1.0, x), (1.0, y)]), power(x, 2.0), call("exp", x)):
        assert expr.key in keys


def test_a_library_with_kinks_offers_sizes_and_signs_of_inputs_of_both_signs() -> None:
    columns = np.stack([np.linspace(-2.0, 3.0, 40), np.linspace(1.5, 0.2, 40) ** 2])

    def texts(*activations: str) -> set[str]:
        library = build_library(columns, resolve_activations(list(activations)), 600)
        return {library.expression(i).key for i in range(len(library))}

    offered = texts("default", "kinks")
    assert {"abs(x0)", "sign(x0)", "cbrt(x0)", "max(x0,x1)", "min(x0,x1)"} <= offered
    assert not offered & {"abs(x1)", "sign(x1)", "cbrt(x1)"}
    assert not texts("default") & {"max(x0,x1)", "min(x0,x1)"}
