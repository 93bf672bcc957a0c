"""Block Levenberg-Marquardt: own constants group by group, shared ones by the Schur complement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.fitting.group_fitting import (
    GroupRows,
    Scope,
    fit_own,
    fit_shared,
    form_of,
    network_of_fit,
)
from xnet.engine.fitting.group_noise import noise_levels
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.own_constants import OwnConstants

G, N = 4, 15
RATES, LEVELS = np.array([0.3, 0.5, 0.9, 1.4]), np.array([1.0, -2.0, 0.5, 3.0])


def _rows(noise: float = 0.0) -> GroupRows:
    rng = np.random.default_rng(0)
    codes = rng.permutation(np.repeat(np.arange(G), N))
    t = rng.uniform(0, 3, G * N)
    y = 2.5 * np.exp(-RATES[codes] * t) + LEVELS[codes] + noise * rng.normal(size=G * N)
    return GroupRows.of(Rows(np.stack([t, codes.astype(float)]), y, float(y.var())), 1, G)


FORM = read_formula("2*exp(-0.6*t) + 0.4", ["t", "g"])


def _place(value: float) -> int:
    return FORM.constants.index(value)


def test_all_constants_own_are_found_in_every_group() -> None:
    fit = fit_own(FORM, np.repeat(np.array(FORM.constants)[:, None], G, axis=1), _rows(), 60)
    assert fit.theta[_place(-0.6)] == pytest.approx(-RATES, rel=1e-6)
    assert fit.theta[_place(0.4)] == pytest.approx(LEVELS, rel=1e-6)


def test_the_block_step_ends_where_a_dense_fit_ends() -> None:
    rows = _rows(0.1)
    scopes = [Scope.SHARED if c == 2.0 else Scope.OWN for c in FORM.constants]
    fit = fit_shared(FORM, np.repeat(np.array(FORM.constants)[:, None], G, axis=1), scopes, rows, 100)
    t, codes, y = rows.rows.columns[0], rows.codes, rows.rows.y
    shared = fit.theta[_place(2.0)]
    assert np.ptp(shared) == 0
    rate, level = fit.theta[_place(-0.6)], fit.theta[_place(0.4)]
    residual = y - shared[0] * np.exp(rate[codes] * t) - level[codes]
    dense = np.zeros((len(y), 1 + 2 * G))  # the gradient of the sum of squares vanishes in every direction
    dense[:, 0] = np.exp(rate[codes] * t)
    dense[np.arange(len(y)), 1 + codes] = shared[0] * t * np.exp(rate[codes] * t)
    dense[np.arange(len(y)), 1 + G + codes] = 1.0
    assert np.abs(dense.T @ residual).max() < 1e-4


def test_fixed_constants_stay_and_networks_and_forms_are_the_same() -> None:
    rows = _rows()
    scopes = [Scope.FIXED if c == 2.0 else Scope.OWN for c in FORM.constants]
    fit = fit_shared(FORM, np.repeat(np.array(FORM.constants)[:, None], G, axis=1), scopes, rows)
    assert (fit.theta[_place(2.0)] == 2.0).all()
    network = network_of_fit(fit, scopes, OwnConstants(1, (), tuple("abcd")))
    assert rows.losses(network.evaluate(rows.rows.columns.T)) == pytest.approx(fit.losses)
    form, theta, back = form_of(network, G)
    assert back == [Scope.SHARED, Scope.OWN, Scope.OWN]
    assert fit_shared(form, theta, back, rows, 0).losses == pytest.approx(fit.losses)


def test_noise_is_equal_or_in_proportion_whichever_is_likelier() -> None:
    rows = _rows()
    relative = rows.spread * 0.01
    assert noise_levels(relative, rows) == pytest.approx(relative)
    assert noise_levels(np.full(G, 0.2), rows) == pytest.approx(np.full(G, 0.2))


def test_a_wild_cell_does_not_change_the_spread_of_its_group() -> None:
    rows = _rows(0.1)
    y = rows.rows.y.copy()
    y[3] = 900.0
    wild = GroupRows(replace(rows.rows, y=y), rows.codes, rows.starts, rows.sizes, rows.column)
    without = np.delete(np.arange(N), 3)
    assert wild.spread[1:] == pytest.approx(rows.spread[1:])
    assert wild.spread[0] == pytest.approx(rows.rows.y[without].var())


def test_a_group_whose_target_does_not_vary_has_the_noise_of_the_others() -> None:
    rows = _rows()
    flat = replace(rows, rows=replace(rows.rows, y=np.where(rows.codes == 1, 7.0, rows.rows.y)))
    losses = np.array([0.2, 0.0, 0.2, 0.2])
    assert noise_levels(losses, flat) == pytest.approx(np.full(G, 0.2))
    assert noise_levels(losses + [0, 3, 0, 0], flat)[1] == 3.0


def test_counts_and_known_errors_need_no_noise_level() -> None:
    rows = _rows()
    counts = replace(rows, rows=replace(rows.rows, loss_function=Poisson()))
    assert noise_levels(np.array([9.0, 1.0, 2.0, 3.0]), counts) == pytest.approx(np.ones(G))


def test_a_step_without_finite_numbers_is_no_step() -> None:
    rows = _rows()
    weight = np.where(rows.codes == 1, 1e307, 1.0)
    scopes = [Scope.SHARED if c == 2.0 else Scope.OWN for c in FORM.constants]
    theta = np.repeat(np.array(FORM.constants)[:, None], G, axis=1)
    with np.errstate(all="ignore"):
        fit = fit_shared(FORM, theta, scopes, replace(rows, rows=replace(rows.rows, weight=weight)))
    assert np.isfinite(fit.theta).all()
