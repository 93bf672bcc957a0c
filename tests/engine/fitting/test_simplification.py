"""Fitted constants are simplified as far as the rows allow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.fitting.models import ALL, MODELS, X0, X1, rows_for
from tests.engine.helpers import line_whose_constant_is, net, oracle, rows_of
from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.fitting.levenberg_marquardt import fit_parameters, standard_errors
from xnet.engine.fitting.rows import Rows, allowed_loss_of_unknown_noise
from xnet.engine.fitting.simple_numbers import simple_numbers_near
from xnet.engine.fitting.simplification import _log_odds, round_constants, simplify_constants
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Neuron


def tidied(network: Network, y: Callable[[Array, Array], Array], noise: float = 0.0, n: int = 60,
           library: tuple[str, ...] = ALL) -> tuple[Network, Rows]:
    rng = np.random.default_rng(23)
    X = rng.uniform(0.5, 3.0, (n, 2))
    target = y(*X.T)
    rows = rows_of(X, target + noise * target.std() * rng.normal(size=n))
    return simplify_constants(network, rows, library).network, rows


def scaled(c: float) -> Network:
    """c * x0 + x1"""
    return net(2, ("c", 0), X0, ("mul", 0, 1), X1, ("add", 2, 3), constants=(c,))


@pytest.mark.parametrize("c", [2.0, -3.0, 17.0, 0.5, 0.75, 2 / 3, -1 / 6, np.pi, 2 * np.pi, 1 / np.pi, -np.pi / 2,
                               np.sqrt(2.0), np.e, 0.25, 9.81, 1 / np.sqrt(2 * np.pi), np.sqrt(2.0) / 4,
                               np.sqrt(3.0) / 2, 1 / np.sqrt(3.0), np.pi / 12, np.pi / 180])
def test_simple_numbers_are_found_to_the_last_digit(c: float) -> None:
    network, rows = tidied(scaled(c * 1.01 + 0.001), lambda a, b: c * a + b)

    assert network.n_parameters == 1
    assert abs(abs(network.constants[0]) - abs(c)) <= 4e-16 * abs(c)
    assert rows.loss(network) < 1e-28


@pytest.mark.parametrize("c", [np.sqrt(2.0) / 4, np.sqrt(3.0) / 2, np.pi / 180, np.sqrt(2.0) * 0.35])
def test_roots_and_parts_of_pi_are_not_claimed_where_the_error_is_larger_than_the_agreement(c: float) -> None:
    """Such numbers are dense, so on noisy rows the agreement of an estimate with one of them is chance."""
    near = min(simple_numbers_near(c), key=lambda number: abs(number.value - c))
    estimate = c * (1.0 + 3e-7)
    assert _log_odds(estimate, near, 1e-8 * c, 50.0) > 0.0
    assert _log_odds(estimate, near, 1e-3 * c, 50.0) == -np.inf


def test_a_scale_of_one_and_a_bias_of_nothing_are_dropped() -> None:
    line = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), X1, ("mul", 4, 5), constants=(1.02, 0.03))
    network, rows = tidied(line, lambda a, b: a * b)

    assert network.n_parameters == 0
    assert network.complexity == 3
    assert rows.loss(network) < 1e-28


def test_an_opposite_needs_no_constant() -> None:
    network, _ = tidied(scaled(-0.98), lambda a, b: b - a)

    assert network.n_parameters == 0
    assert network.complexity == 3


def test_a_term_without_effect_is_dropped_from_noisy_rows() -> None:
    plane = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), X1, ("sin", 4), ("mul", 3, 5), ("add", 2, 6),
                constants=(1.0, 1.0))
    network, _ = tidied(plane, lambda a, b: 2 * a, noise=0.1)

    assert network.variables == (0,)
    assert network.constants == (2.0,)


@pytest.mark.parametrize("c", [2.0, -3.0, 0.5])
def test_noisy_rows_snap_to_the_simple_number_within_their_error(c: float) -> None:
    network, _ = tidied(scaled(c + 0.1), lambda a, b: c * a + b, noise=0.02)

    assert network.n_parameters == 1
    assert abs(network.constants[0]) == abs(c)


@pytest.mark.parametrize("c", [2.07, -1.43, 0.57, 1.083])
def test_a_constant_is_not_rounded_against_the_evidence(c: float) -> None:
    network, rows = tidied(scaled(c), lambda a, b: c * a + b, noise=0.002, n=200)
    error = standard_errors(network, rows, rows.loss(network))

    assert network.n_parameters == 1
    assert abs(abs(network.constants[0]) - abs(c)) < 4 * error[0]
    assert network.constants[0] not in (2.0, 1.0, 0.5, -1.5, 1.5)


def test_rows_of_little_weight_have_little_say() -> None:
    """Beside rows that say 2 x + 3.7, rows of hardly any weight say something else."""
    rng = np.random.default_rng(5)
    X = rng.uniform(0.5, 3.0, (60, 1))
    y = 2 * X[:, 0] + 3.71 + 1e-3 * rng.normal(size=60)
    weight = np.where(np.arange(60) < 30, 1.0, 1e-12)
    y[30:] += rng.uniform(3.0, 9.0, 30)
    line = net(1, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(1.0, 0.0))
    network = simplify_constants(line, rows_of(X, y, weight / weight.mean()), ALL).network

    assert 2.0 in network.constants
    assert max(network.constants) == pytest.approx(3.71, abs=2e-3)


def test_an_irrational_constant_stays_itself_without_noise() -> None:
    c = 1.2345678901234
    network, rows = tidied(scaled(1.2), lambda a, b: c * a + b)

    assert network.constants[0] == pytest.approx(c, rel=1e-10)  # as far as a loss of 1e-20 can tell
    assert rows.loss(network) < 1e-20


def test_noisy_constants_show_only_the_digits_that_count() -> None:
    network, rows = tidied(scaled(2.3), lambda a, b: 2.345678 * a + b, noise=0.01)
    error = standard_errors(network, rows, rows.loss(network))[0]
    digits = len(f"{network.constants[0]!r}".replace(".", "").lstrip("0"))

    assert digits <= 2 - np.floor(np.log10(error))
    assert abs(network.constants[0] - 2.345678) < 4 * error


@pytest.mark.parametrize("n_constants", [1, 2])
def test_rounding_moves_constants_by_at_most_the_root_of_a_half_of_a_standard_error(n_constants: int) -> None:
    """All constants together may raise the loss by half of what a useless parameter lowers it by."""
    law, moved = read_formula("1.2345*x0" if n_constants == 1 else "1.2345*x0 + 6.789", ("x0",)), []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        x = rng.uniform(0.5, 3.0, (50, 1))
        rows = rows_of(x, law.evaluate(x) * rng.uniform(0.5, 2.0) + 0.1 * rng.normal(size=50))
        fitted = fit_parameters(law, rows, 60)
        rounded = round_constants(law, rows)
        moved.append((rounded.loss / fitted.loss - 1.0) * 50)  # in losses per parameter

    # Rounding two constants may move them along their correlation, up to four times as far.
    assert max(moved) <= 0.5 * (1.0 if n_constants == 1 else 4.0) + 1e-6
    assert max(moved) > 0.1, "else there are too many digits"


def test_a_factor_whose_square_no_double_holds_is_rounded_like_others() -> None:
    x = np.random.default_rng(3).uniform(800.0, 1000.0, 40)
    law = read_formula("3.3123456789e-190*x0**62.5", ("x0",))
    rows = rows_of(x[:, None], law.evaluate(x[:, None]) * (1 + 0.05 * np.random.default_rng(4).normal(size=40)))
    factor = round_constants(law, rows).network.constants[0]

    assert len(f"{factor!r}".partition("e")[0]) <= 5
    assert factor == pytest.approx(3.31e-190, rel=0.05)


@pytest.mark.parametrize("noise", [0.0, 1e-6, 1e-3, 0.05, 0.5])
@pytest.mark.parametrize("name", list(MODELS))
def test_tidying_raises_the_loss_by_no_more_than_is_allowed(name: str, noise: float) -> None:
    network, _, begin = MODELS[name]
    rows = rows_for(name, noise)
    best = fit_parameters(network.with_constants(begin), rows, 60)
    result = simplify_constants(network.with_constants(begin), rows, ALL)

    assert result.loss == pytest.approx(rows.loss(result.network), rel=1e-9, abs=1e-30)
    assert result.loss <= allowed_loss_of_unknown_noise(best.loss, len(rows.y)) * (1 + 2 / len(rows.y)) + 1e-20
    assert result.network.n_parameters <= network.n_parameters


@pytest.mark.parametrize("n", [3, 10, 100, 10_000])
def test_more_rows_allow_less_and_none_forbid_all(n: int) -> None:
    assert allowed_loss_of_unknown_noise(0.1, n) >= 0.1
    assert allowed_loss_of_unknown_noise(0.1, 10 * n) < allowed_loss_of_unknown_noise(0.1, n)
    assert allowed_loss_of_unknown_noise(0.0, n) < 1e-20


def test_tidying_keeps_to_the_activation_library() -> None:
    library = ("add", "mul", "exp")
    network = net(2, ("c", 0), X0, ("mul", 0, 1), ("exp", 2), X1, ("mul", 3, 4), constants=(-0.9,))
    result, rows = tidied(network, lambda a, b: b * np.exp(-a), library=library)

    assert {n.activation for n in result.neurons if n.children} <= set(library)
    assert rows.loss(result) < 1e-24


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1e12, 1e30])
def test_units_do_not_matter(scale: float) -> None:
    line = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), X1, ("mul", 3, 4), ("add", 2, 5), constants=(scale, scale))
    network, rows = tidied(line, lambda a, b: scale * (2.37 * a + b))

    assert rows.loss(network) < 1e-24


def test_the_network_prints_what_it_computes() -> None:
    """The rounded constants are the network's own: nothing is rounded once more for show."""
    network, rows = tidied(scaled(2.3), lambda a, b: 2.345678 * a + b, noise=0.01)

    np.testing.assert_allclose(forward(network, rows.columns)[-1], oracle(network, rows.columns.T), rtol=1e-12)


# Odds

@pytest.mark.parametrize(("text", "generic"), [("1/(1.571 + 0.4717*a*b)", 2), ("3.2*a*exp(-b/2.1)", 1)])
def test_a_printed_constant_is_no_further_from_the_rows_than_the_odds_allow(text: str, generic: int) -> None:
    """On 180 rows with 3 % noise: within three standard errors of the fit, and no generic constant becomes simple."""
    law = read_formula(text, ["a", "b"])
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0.5, 3.0, (180, 2))
        y = law.evaluate(X)
        rows = rows_of(X, y + 0.03 * y.std() * rng.normal(size=180))
        printed = simplify_constants(law, rows, ALL)
        fitted = fit_parameters(printed.network, rows, 60)
        errors = standard_errors(fitted.network, rows, fitted.loss)
        distance = np.abs(np.subtract(printed.network.constants, fitted.network.constants)) / errors

        assert printed.network.n_parameters == 2, "the canonical form has no constant too many"
        assert np.isfinite(errors).all()
        assert (distance < 3.0).all()
        rise = (printed.loss / fitted.loss - 1.0) * (180 - 2)
        assert rise < 6.0 + 1.0, "chi-square, two degrees, 95 %, and rounding"
        assert -0.5 not in printed.network.constants
        assert sum(c not in (2.0, 3.0, 10 / 3) for c in printed.network.constants) >= generic - 1


def test_a_simple_number_is_not_claimed_where_the_rows_are_uninformative() -> None:
    """With a standard error of a third of the spacing some simple number is always near: none is taken."""
    claimed = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0.5, 3.0, (40, 2))
        y = 2.37 * X[:, 0] + X[:, 1] + rng.normal(0, 1.5, 40)
        network = simplify_constants(scaled(2.3), rows_of(X, y), ALL).network
        claimed += bool(network.constants) and any(4 * c == round(4 * c) for c in network.constants)

    assert claimed <= 6


@pytest.mark.parametrize(("t", "by_schwarz", "by_adjusted"),
                         [(0.5, True, True), (1.5, True, False), (2.5, False, False)])
def test_a_summary_of_a_table_drops_a_constant_only_where_that_raises_the_adjusted_r_squared(
        t: float, by_schwarz: bool, by_adjusted: bool) -> None:
    x, y = line_whose_constant_is(t)
    rows = rows_of(x[:, None], y)
    line = read_formula("0.1 + 0.6*a", ["a"])

    for adjusted, dropped in ((False, by_schwarz), (True, by_adjusted)):
        found = simplify_constants(line, rows, ALL, adjusted=adjusted).network
        assert bool(found.evaluate(np.zeros((1, 1)))[0] == 0.0) == dropped


def test_a_lone_constant_that_is_rounding_is_0_and_a_small_one_is_kept() -> None:
    lone = Network((Neuron("constant", (), 0),), (0.0,), 1)
    y = np.array([0.1, 0.2, -0.3, 0.7, -0.7, 1e-17] * 5)
    for target, expected in ((y, 0.0), (1.6e-19 * (1.0 + y), 1.6e-19)):
        found = simplify_constants(lone.with_constants([target.mean() or -1.9e-16]), rows_of(y[:, None], target), ALL)
        assert found.network.constants[0] == pytest.approx(expected, rel=1e-3, abs=0)


@pytest.mark.parametrize("longer", ["1500*exp(0.0344*x - 7e-7*cos(x))", "1500*exp(0.0344*x + 4.8e-7*sin(x))"])
def test_a_formula_has_the_same_numbers_whichever_longer_one_it_comes_from(longer: str) -> None:
    x = np.arange(16.0)
    rows = rows_of(x[:, None], np.round(1500 * 1.035**x, 2))
    short, found = (simplify_constants(read_formula(text, ("x",)), rows, ALL).network
                    for text in ("1500*exp(0.0344*x)", longer))
    assert short.constants == (np.log1p(0.035), 1500.0)
    assert found == short
