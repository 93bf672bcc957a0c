"""Standard errors of constants of groups, beside those of NumPy; constants that the rows do not determine."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from xnet.arrays import Array
from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.fitting.group_fitting import GroupRows
from xnet.engine.fitting.group_noise import noise_levels
from xnet.engine.fitting.loss_names import known_errors
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import from_inputs
from xnet.evidence.constants import constant_estimates
from xnet.evidence.group_constants import group_constants, noise_of_groups

G, N = 3, 14
CODES = np.repeat(np.arange(G), N)
X = np.random.default_rng(0).uniform(1, 4, G * N)
NOISE = np.random.default_rng(1).standard_normal(G * N)


def _network(text: str, *own: tuple[float, ...], labels: str = "klm") -> Network:
    """A formula of x, the group g, and own constants a, b."""
    letters = ["a", "b"][:len(own)]
    return from_inputs(read_formula(text, ["x", "g", *letters]), OwnConstants(1, own, tuple(labels)))


def _rows(y: Array, **options: object) -> Rows:
    return Rows(np.stack([X, CODES.astype(float)]), y, float(np.var(y)), **options)  # type: ignore[arg-type]


def _least_squares(design: Array, y: Array, weight: Array | float = 1.0) -> tuple[Array, Array]:
    """The solution and the inverse of the normal matrix."""
    normal = (design.T * weight) @ design
    return np.linalg.solve(normal, (design.T * weight) @ y), np.linalg.inv(normal)


def _design() -> Array:
    """The columns of 1.5*x + a[g]."""
    return np.column_stack([X, *(g == CODES for g in range(G))]).astype(float)


def test_errors_are_those_of_least_squares() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + 0.3 * NOISE
    found = group_constants(_network("1.4*x + a", (1.0, 5.0, 2.0)), _rows(y))
    theta, inverse = _least_squares(_design(), y)
    variance = np.sum((y - _design() @ theta) ** 2) / (len(y) - 4)
    errors = np.sqrt(np.diag(inverse) * variance)
    assert [r["fitted"] for r in found] == pytest.approx(theta)
    assert [r["error"] for r in found] == pytest.approx(errors)
    assert [r["high"] - r["fitted"] for r in found] == pytest.approx(errors * student.ppf(0.975, len(y) - 4))


def test_errors_that_grow_within_groups_give_the_errors_of_white() -> None:
    f = 1.5 * X + np.array([1.0, 15.0, 30.0])[CODES]
    y = f + 0.002 * f**2 * NOISE
    network, rows = _network("1.4*x + a", (1.0, 15.0, 30.0)), _rows(y)
    found = group_constants(network, rows)
    level = noise_levels(GroupRows.of(rows, 1, G).losses(f), GroupRows.of(rows, 1, G))[CODES]
    A, root = _design() / np.sqrt(level)[:, None], 1.0 / np.sqrt(level)
    best = np.linalg.lstsq(A, y * root, rcond=None)[0]
    inverse = np.linalg.inv(A.T @ A)
    leverage = np.einsum("ij,jk,ik->i", A, inverse, A)
    squares = (y * root - A @ best) ** 2 / (1.0 - leverage) ** np.minimum(4.0, leverage / leverage.mean())
    assert {r["method"] for r in found} == {"robust"}
    assert [r["fitted"] for r in found] == pytest.approx(best, rel=1e-3)
    errors = np.sqrt(np.diag(inverse @ (A.T * squares) @ A @ inverse))
    assert [r["error"] for r in found] == pytest.approx(errors, rel=0.02)
    assert noise_of_groups(network, rows) == "robust"
    assert [e.method for e in constant_estimates(network, rows)] == ["robust"]


def test_intervals_cover_where_errors_grow_within_groups() -> None:
    """Michaelis and Menten with a largest rate of each of five enzymes, and 6 % noise: 84 % with equal errors."""
    x, codes, rates = np.tile(np.geomspace(0.5, 64.0, 12), 5), np.repeat(np.arange(5), 12), (12.0, 8.0, 3.0, 15.0, 6.0)
    f, hits = np.array(rates)[codes] * x / (5.2 + x), []
    for seed in range(60):
        y = f * (1.0 + 0.06 * np.random.default_rng(seed).standard_normal(60))
        rows = Rows(np.stack([x, codes.astype(float)]), y, float(np.var(y)))
        found = group_constants(_network("a*x/(5.2 + x)", rates, labels="klmno"), rows)
        hits += [r["low"] <= truth <= r["high"] for r, truth in zip(found, (5.2, *rates), strict=True)]
    assert np.mean(hits) >= 0.9


def test_known_errors_are_taken_as_they_are() -> None:
    error = 0.1 + 0.2 * CODES
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + error * NOISE
    loss, weight = known_errors(error, len(y))
    found = group_constants(_network("1.4*x + a", (1.0, 5.0, 2.0)), _rows(y, loss_function=loss, weight=weight))
    theta, inverse = _least_squares(_design(), y, error**-2)
    assert [r["fitted"] for r in found] == pytest.approx(theta)
    assert [r["error"] for r in found] == pytest.approx(np.sqrt(np.diag(inverse)))
    assert [r["high"] - r["fitted"] for r in found] == pytest.approx(1.959963985 * np.sqrt(np.diag(inverse)))


def test_errors_of_counts_are_those_of_a_poisson_regression() -> None:
    design, theta = _design(), np.array([0.4, 0.5, 1.5, 1.0])
    y = np.random.default_rng(2).poisson(np.exp(design @ theta)).astype(float)
    for _ in range(30):  # iteratively reweighted least squares
        mean = np.exp(design @ theta)
        theta, inverse = _least_squares(design, design @ theta + (y - mean) / mean, mean)
    found = group_constants(_network("exp(0.4*x + a)", (0.5, 1.5, 1.0)), _rows(y, loss_function=Poisson()))
    mean = np.exp(design @ theta)
    scatter = max(1.0, float(np.sum((y - mean) ** 2 / mean)) / (len(y) - 4))  # more than that of Poisson's distribution
    assert [r["fitted"] for r in found] == pytest.approx(theta, rel=1e-5)
    assert [r["error"] for r in found] == pytest.approx(np.sqrt(np.diag(inverse) * scatter), rel=1e-5)


def test_a_shared_factor_of_own_constants_is_held() -> None:
    y = np.array([1.0, 5.0, 2.0])[CODES] * X**2 + 0.3 * NOISE
    network = _network("5*a*x**2 + 0.1", (0.2, 1.0, 0.4))
    found = group_constants(network, _rows(y))
    factor, level = found[:2] if found[0]["value"] == 5.0 else found[1::-1]
    assert factor["error"] is None
    assert factor["fitted"] == 5.0
    design = np.column_stack([np.ones(len(y)), *((g == CODES) * 5.0 * X**2 for g in range(G))])
    theta, inverse = _least_squares(design, y)
    variance = np.sum((y - design @ theta) ** 2) / (len(y) - 4)
    assert [level["fitted"], *(r["fitted"] for r in found[2:])] == pytest.approx(theta, rel=1e-6)
    assert [level["error"], *(r["error"] for r in found[2:])] == pytest.approx(np.sqrt(np.diag(inverse) * variance))
    assert n_determined(network, _rows(y)) == 4


def test_of_two_own_factors_the_same_one_is_held_in_every_group() -> None:
    y = np.array([1.0, 6.0, 2.0])[CODES] * X + 0.1 * NOISE
    network = _network("a*b*x", (1.0, 2.0, 1.0), (1.01, 2.98, 1.99))
    found = {(r["name"], r["group"]): r["error"] for r in group_constants(network, _rows(y))}
    assert [sum(found[name, g] is None for g in "klm") for name in "ab"] in ([3, 0], [0, 3])
    assert n_determined(network, _rows(y)) == 3


def test_the_noise_of_groups_is_named() -> None:
    network, law = _network("1.4*x + a", (1.0, 5.0, 2.0)), 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES]
    assert noise_of_groups(network, _rows(law + 0.3 * NOISE)) == "same"
    assert noise_of_groups(network, _rows(law + 0.3 * NOISE, loss_function=Poisson())) == "known"
    assert noise_of_groups(read_formula("2*x", ["x", "g"]), _rows(law)) == ""
    rows = Rows(np.tile(_rows(law).columns, 2), np.tile(law, 2) + np.tile(NOISE, 2), 1.0)
    assert noise_of_groups(network, rows) == "own"


def test_groups_of_few_rows_that_differ_in_their_noise_have_variances_of_their_own() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + np.array([0.05, 0.3, 2.0])[CODES] * NOISE
    network = _network("1.4*x + a", (1.0, 5.0, 2.0))
    found = group_constants(network, _rows(y))
    assert noise_of_groups(network, _rows(y)) == "own"

    groups = GroupRows.of(_rows(y), 1, G)
    weight = 1.0 / noise_levels(groups.losses(1.4 * X + np.array([1.0, 5.0, 2.0])[CODES]), groups)[CODES]
    design = _design()
    theta, inverse = _least_squares(design, y, weight)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design) * weight
    squares, by_row = weight * (y - design @ theta) ** 2, (design * weight[:, None] ** 0.5) @ inverse
    degrees = np.array([(1.0 - leverage)[g == CODES].sum() for g in range(G)])
    shares = np.array([(by_row[g == CODES] ** 2).sum(axis=0) * squares[g == CODES].sum() / degrees[g]
                       for g in range(G)])
    errors = np.sqrt(shares.sum(axis=0))
    assert [r["error"] for r in found] == pytest.approx(errors)
    assert found[1]["error"] < found[2]["error"] < 0.5 * found[3]["error"]
    reach = errors * student.ppf(0.975, errors**4 / (shares**2 / degrees[:, None]).sum(axis=0))
    assert [r["high"] - r["fitted"] for r in found] == pytest.approx(reach)


def test_intervals_cover_in_small_groups_of_different_noise() -> None:
    held, rng, a = [], np.random.default_rng(0), np.array([1.0, 5.0, 2.0])[CODES]
    network = _network("1.4*x + a", (1.0, 5.0, 2.0))
    keep = np.arange(G * N) % N < 6
    for _ in range(500):
        y = 1.5 * X + a + np.array([1.0, 0.1, 0.1])[CODES] * rng.standard_normal(G * N)
        noisy = group_constants(network, Rows(_rows(y).columns[:, keep], y[keep], float(np.var(y[keep]))))[1]
        held.append(noisy["low"] <= 1.0 <= noisy["high"])
    assert 0.92 <= np.mean(held) <= 0.98  # one variance for all groups: 0.84


def test_a_group_that_does_not_vary_or_has_no_rows_to_spare_has_the_variance_of_all_rows() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + np.array([0.05, 2.0, 0.3])[CODES] * NOISE
    kept = (CODES < 2) | (np.arange(G * N) == G * N - 1)
    rows = Rows(_rows(y).columns[:, kept], y[kept], float(np.var(y[kept])))
    found = group_constants(_network("1.4*x + a", (1.0, 5.0, 2.0)), rows)
    assert noise_of_groups(_network("1.4*x + a", (1.0, 5.0, 2.0)), rows) == "own"
    assert found[1]["error"] < found[3]["error"] < found[3]["high"] - found[3]["fitted"] < np.inf


def test_a_known_constant_stays_fixed_beside_own_ones() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + 0.3 * NOISE
    network, rows = _network("1.4*x + a", (1.0, 5.0, 2.0)), _rows(y)
    first, *own = group_constants(network, rows, fixed=(0,))
    assert (first["fitted"], first["error"]) == (1.4, None)
    means = [(y - 1.4 * X)[g == CODES].mean() for g in range(G)]
    assert [r["fitted"] for r in own] == pytest.approx(means)
    assert n_determined(network, rows, fixed=(0,)) == 3


def test_an_own_constant_at_its_bound_is_held_there_and_the_others_have_the_errors_of_that_fit() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + 0.05 * NOISE
    limits = Bounds(np.full((2, G), -np.inf), np.array([[np.inf] * G, [4.0] * G]))
    found = group_constants(_network("1.4*x + a", (1.0, 4.0, 2.0)), _rows(y), limits=limits)
    by_group = {r["group"]: r for r in found}
    at_bound = CODES == 1
    design = _design()[:, [0, 1, 3]]  # without the constant of the second group, which is 4
    weight = 1.0 / noise_levels(GroupRows.of(_rows(y), 1, G).losses(np.where(
        at_bound, 1.4 * X + 4.0, 1.4 * X + np.array([1.0, 0.0, 2.0])[CODES])), GroupRows.of(_rows(y), 1, G))[CODES]
    best, inverse = _least_squares(design, y - 4.0 * at_bound, weight)

    assert (by_group["l"]["fitted"], by_group["l"]["error"], by_group["l"]["method"]) == (4.0, None, "bound")
    assert [by_group[g]["fitted"] for g in ("", "k", "m")] == pytest.approx(best)
    r = y - 4.0 * at_bound - design @ best
    errors = np.sqrt(np.diag(inverse) * float(weight @ r**2) / (G * N - 3))
    assert [by_group[g]["error"] for g in ("", "k", "m")] == pytest.approx(errors)


def test_an_interval_of_an_own_constant_ends_at_its_bound() -> None:
    y = 1.5 * X + np.array([1.0, 5.0, 2.0])[CODES] + 0.3 * NOISE
    limits = Bounds(np.full((2, G), -np.inf), np.array([[np.inf] * G, [1.2, 5.2, 2.2]]))
    for record in group_constants(_network("1.5*x + a", (1.0, 5.0, 2.0)), _rows(y), limits=limits)[1:]:
        assert record["error"] is None or record["high"] <= {"k": 1.2, "l": 5.2, "m": 2.2}[record["group"]]
