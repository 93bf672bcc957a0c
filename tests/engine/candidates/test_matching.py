"""Matching in matrix products against a plain float64 least-squares fit of every candidate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import SCALAR
from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.candidates.library import CandidateLibrary, build_library
from xnet.engine.candidates.matching import MatchQuery, best_matches

M = 48
#: What float32 may lose, in shares of what the regressors leave of the target.
SCREENED = 1e-4
ACTIVATIONS = ("add", "sub", "mul", "div", "square", "sqrt", "exp", "log", "sin", "cos")


@pytest.fixture(scope="module")
def columns() -> Array:
    return np.random.default_rng(3).uniform(0.5, 2.5, (3, M))


@pytest.fixture(scope="module")
def library(columns: Array) -> CandidateLibrary:
    return build_library(columns, ACTIVATIONS, 700)


@pytest.fixture(scope="module")
def values(library: CandidateLibrary, columns: Array) -> Array:
    """Values of all candidates (N, m), from their expressions."""
    with np.errstate(all="ignore"):
        return np.stack([evaluate(library.expression(i), columns, {}) for i in range(len(library))])


def brute_force(query: MatchQuery, values: Array) -> Array:
    """The predicted loss of every candidate (N,), each by its own least squares in float64."""
    root = np.sqrt(query.weight)
    fixed = [q * root for q in query.regressors]
    losses = np.full(len(values), np.inf)
    for i, v in enumerate(values):
        with np.errstate(all="ignore"):
            factor = root if query.multiplier is None else query.multiplier * root
            column = (np.log(np.abs(v)) if query.in_logs else v) * factor
        if np.isfinite(column).all():
            A = np.stack([column, *fixed], axis=1)
            A = A / np.maximum(np.linalg.norm(A, axis=0), 1e-300)
            b = np.linalg.lstsq(A, query.target * root, rcond=1e-12)[0]
            r = query.target * root - A @ b
            losses[i] = r @ r + query.floor
    return losses


def own_loss(query: MatchQuery) -> float:
    """The loss of the regressors alone, which float32 errors are measured in."""
    root = np.sqrt(query.weight)
    A = np.stack([q * root for q in query.regressors], axis=1)
    r = query.target * root - A @ np.linalg.lstsq(A, query.target * root, rcond=1e-12)[0]
    return float(r @ r)


def queries(columns: Array) -> dict[str, MatchQuery]:
    """One query of every kind; targets that nothing explains, with a part that something does."""
    rng = np.random.default_rng(11)
    one, a, b, c = np.ones(M), *columns
    noise = rng.normal(size=M)
    w = rng.uniform(0.1, 3.0, M)
    y = np.sin(a) * b + 0.3 * noise
    return {
        "plain": MatchQuery(y, one, (one,)),
        "weighted": MatchQuery(y, w, (one,)),
        "rows of weight zero": MatchQuery(y, np.where(np.arange(M) % 5 == 0, 0.0, w), (one,)),
        "beside other terms": MatchQuery(y, w, (one, a, b * c)),
        "dependent regressors": MatchQuery(y, w, (one, a, 2 * a - 3 * one, b)),
        "with a multiplier": MatchQuery(y, w, (b, one), multiplier=b),
        "with a multiplier of both signs": MatchQuery(y, w, (a - 1.5, one), multiplier=a - 1.5),
        "power law": MatchQuery(np.log(np.abs(y) + 0.1), w, (one, np.log(a), np.log(b), np.log(c)), in_logs=True),
        "with a floor": MatchQuery(y, w, (one,), floor=7.5),
        "tiny units": MatchQuery(1e-30 * y, w, (one,)),
        "huge units": MatchQuery(1e30 * y, 1e-40 * w, (one,)),
        "far from zero": MatchQuery(y + 1e4, w, (one,)),
    }


KINDS = list(queries(np.ones((3, M))))


@pytest.mark.parametrize("kind", KINDS)
def test_predicted_losses_are_those_of_brute_force(kind: str, library: CandidateLibrary, values: Array,
                                                   columns: Array) -> None:
    query = queries(columns)[kind]
    expected, tolerance = brute_force(query, values), SCREENED * own_loss(query)
    found = best_matches(library, [query], top=8)

    assert len(found) == 8
    for f in found:
        assert f.query == 0
        assert f.predicted_loss == pytest.approx(expected[f.candidate], abs=tolerance)
        assert f.complexity == library.complexity[f.candidate]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_is_the_best_of_all_candidates(kind: str, library: CandidateLibrary, values: Array,
                                                 columns: Array) -> None:
    query = queries(columns)[kind]
    index = library.log_index if query.in_logs else library.index
    expected = brute_force(query, values)[index]
    found = best_matches(library, [query], top=1, simplicity=0.0)

    assert found[0].predicted_loss == pytest.approx(expected.min(), abs=SCREENED * own_loss(query))


@pytest.mark.parametrize("simplicity", [0.0, 0.03, 0.3])
def test_order_is_by_loss_with_a_price_on_complexity(simplicity: float, library: CandidateLibrary, values: Array,
                                                     columns: Array) -> None:
    query = queries(columns)["weighted"]
    score = brute_force(query, values)[library.index] * (1 + simplicity * library.complexity[library.index])
    found = best_matches(library, [query], top=5, simplicity=simplicity)
    given = [f.predicted_loss * (1 + simplicity * f.complexity) for f in found]

    assert given == sorted(given)
    assert given[0] == pytest.approx(score.min(), rel=1e-3)


def test_many_targets_at_once_give_the_same_results_as_one_by_one(library: CandidateLibrary, columns: Array) -> None:
    batch = list(queries(columns).values()) * 8  # more than a group holds, plain and logs mixed
    together = best_matches(library, batch, top=3)

    assert [f.query for f in together] == sorted(f.query for f in together)
    for i, query in enumerate(batch[:len(KINDS)]):
        alone = best_matches(library, [query], top=3)
        mine = [f for f in together if f.query == i]
        assert [f.candidate for f in mine] == [f.candidate for f in alone]
        np.testing.assert_allclose([f.predicted_loss for f in mine], [f.predicted_loss for f in alone],
                                   atol=1e-5 * own_loss(query) + 1e-300, rtol=1e-5)


def _planted(columns: Array, i: int, kind: str, values: Array) -> MatchQuery:
    """A query whose exact solution is candidate i."""
    rng = np.random.default_rng(i)
    one, a, b, _ = np.ones(M), *columns
    w, v = rng.uniform(0.5, 2.0, M), values[i]
    v = v / np.abs(v).max()
    if kind == "multiplier":
        return MatchQuery(a * (2.5 * v - 0.3) + 1.1, w, (a, one), multiplier=a)
    if kind == "terms":
        return MatchQuery(1.7 * v + 0.4 - 2.0 * b, w, (one, b))
    if kind == "logs":
        return MatchQuery(-2.0 * np.log(np.abs(v)) + 0.5 * np.log(b) + 1.0, w, (one, np.log(b)), in_logs=True)
    return MatchQuery(-3.0 * v + 0.2, w, (one,))


@pytest.mark.parametrize("kind", ["plain", "terms", "multiplier", "logs"])
def test_a_planted_candidate_is_found_first(kind: str, library: CandidateLibrary, values: Array,
                                            columns: Array) -> None:
    index = library.log_index if kind == "logs" else library.index
    chosen = [int(i) for i in index[5::37]]
    batch = [_planted(columns, i, kind, values) for i in chosen]
    found = best_matches(library, batch, top=1)

    for i, query, f in zip(chosen, batch, found, strict=True):
        fixed = own_loss(query)
        assert f.predicted_loss <= SCREENED * fixed
        # Another candidate may fit as well beside these regressors, but then it is hardly more complex: float32
        # cannot tell the two apart, and the penalty on one or two neurons is below its rounding error.
        if f.candidate != i:
            assert brute_force(query, values[[f.candidate]])[0] <= SCREENED * fixed
            assert f.complexity <= library.complexity[i] + 2


def test_a_target_that_the_regressors_explain_leaves_nothing_to_gain(library: CandidateLibrary, columns: Array) -> None:
    one, a = np.ones(M), columns[0]
    found = best_matches(library, [MatchQuery(3 * a - 2, one, (one, a))], top=2)

    assert all(f.predicted_loss <= 1e-8 for f in found)


# Without parameters: no scale and no bias

UNSCALED: dict[str, Callable[[Array, Array, Array], MatchQuery]] = {
    "plain": lambda y, w, s: MatchQuery(y, np.ones(M), (), unscaled=True),
    "weighted": lambda y, w, s: MatchQuery(y, w, (), unscaled=True),
    "with a multiplier": lambda y, w, s: MatchQuery(y, w, (), multiplier=s, unscaled=True),
    "with a floor": lambda y, w, s: MatchQuery(y, w, (), floor=2.5, unscaled=True),
    "tiny units": lambda y, w, s: MatchQuery(y, 1e-40 * w, (), unscaled=True),
    "far from zero": lambda y, w, s: MatchQuery(y + 50, w, (), unscaled=True),
}


@pytest.mark.parametrize("kind", list(UNSCALED))
def test_without_parameters_a_candidate_is_matched_unscaled(kind: str, library: CandidateLibrary, values: Array,
                                                            columns: Array) -> None:
    rng = np.random.default_rng(1)
    y = np.sin(columns[0]) * columns[1] + 0.3 * rng.normal(size=M)
    query = UNSCALED[kind](y, rng.uniform(0.1, 3, M), columns[2])
    s = np.ones(M) if query.multiplier is None else query.multiplier
    expected = np.sum(query.weight * (query.target - s * values) ** 2, axis=1) + query.floor
    tolerance = SCREENED * float(np.sum(query.weight * query.target**2))
    found = best_matches(library, [query], top=6, simplicity=0.0)

    assert len(found) == 6
    assert found[0].predicted_loss == pytest.approx(expected[library.index].min(), abs=tolerance)
    for f in found:
        assert f.predicted_loss == pytest.approx(expected[f.candidate], abs=tolerance)


def test_without_parameters_a_planted_candidate_is_found_first(library: CandidateLibrary, values: Array) -> None:
    chosen = [int(i) for i in library.index[3::29] if np.abs(values[i]).max() < 1e6]
    found = best_matches(library, [MatchQuery(values[i], np.ones(M), (), unscaled=True) for i in chosen], top=1)
    for i, f in zip(chosen, found, strict=True):
        away = np.abs(values[f.candidate] - values[i]).max()

        assert away <= 1e-3 * np.abs(values[i]).max()
        assert f.complexity <= library.complexity[i]


@pytest.mark.parametrize("unscaled", [False, True])
def test_an_empty_library_has_no_match(unscaled: bool) -> None:
    empty = build_library(np.ones((2, M)), ACTIVATIONS, 100)
    y = np.arange(float(M))

    assert best_matches(empty, [MatchQuery(y, np.ones(M), () if unscaled else (np.ones(M),), unscaled=unscaled)]) == []


def test_no_queries_give_no_results(library: CandidateLibrary) -> None:
    assert best_matches(library, []) == []


def test_matching_changes_neither_library_nor_query(library: CandidateLibrary, columns: Array) -> None:
    query = queries(columns)["with a multiplier"]
    arrays = [library.standardised, query.target, query.weight, query.multiplier, *query.regressors]
    before = [array.copy() for array in arrays]
    best_matches(library, [query])

    for old, new in zip(before, arrays, strict=True):
        np.testing.assert_array_equal(old, new)


def test_results_do_not_depend_on_the_number_of_cores(library: CandidateLibrary, columns: Array) -> None:
    """The same query twice gives the same result to the last digit."""
    first, second = (best_matches(library, list(queries(columns).values()), top=4) for _ in range(2))

    assert first == second


def test_the_oracle_is_a_fit() -> None:
    """The brute force itself, on a line whose residual is known by hand."""
    x = np.array([[0.0, 1.0, 2.0, 3.0]])
    query = MatchQuery(np.array([0.0, 1.0, 2.0, 7.0]), np.ones(4), (np.ones(4),))

    assert SCALAR["square"](3.0) == 9
    assert brute_force(query, x)[0] == pytest.approx(4.8)


def test_a_query_that_is_not_finite_has_no_results_and_leaves_the_others_alone(
        library: CandidateLibrary, columns: Array) -> None:
    one, weight = np.ones(M), np.ones(M)
    good = MatchQuery(columns[0] ** 2, weight, (one, columns[1]))
    overflown = np.where(np.arange(M) == 0, np.inf, columns[2])
    bad = [MatchQuery(columns[0] ** 2, weight, (one, overflown)), MatchQuery(overflown, weight, (one, columns[1])),
           MatchQuery(columns[0] ** 2, weight, (one, columns[1]), multiplier=overflown)]

    alone = best_matches(library, [good])
    together = best_matches(library, [bad[0], good, *bad[1:]])

    assert {found.query for found in together} == {1}
    assert [found.candidate for found in together] == [found.candidate for found in alone]
