"""Which constants of a form the groups share, decided by evidence.

A form is fitted with every constant own. Then constants are shared one at a time, the one whose sharing shortens the
description most, until none does: sharing a constant of G groups saves (G - 1) ln(n_g) / 2 nats and costs half the rise
of chi-square, in units of the noise that the form leaves with all constants own. Shared constants that are close to
simple numbers take these values where the rows allow it, and the network is rewritten as short as possible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.group_fitting import (
    GroupFit,
    GroupRows,
    Scope,
    evaluated,
    fit_own,
    fit_shared,
    form_of,
    network_of_fit,
)
from xnet.engine.fitting.group_noise import noise_levels
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.simple_numbers import simple_numbers_near
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.formulas.partial_form import variables
from xnet.engine.front.group_support import group_rows
from xnet.engine.networks.absorbed import absorbed
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_constants import OwnConstants, taken_letters
from xnet.engine.networks.own_inputs import as_inputs, from_inputs
from xnet.engine.problem.groups import Groups
from xnet.engine.problem.names_in_use import names_in_use
from xnet.engine.problem.problem import Problem

#: Another start replaces the first only if it lowers a group's loss to this share: a phase keeps its branch.
_CLEARLY_LESS = 0.98
#: The most other groups whose constants a group tries as starts.
_OTHER_STARTS = 6
#: Steps of a fit that only shows whether a start, or sharing a constant, is promising.
_FEW_STEPS = 12


def fitted_everywhere(form: Network, rows: GroupRows, bounds: Bounds | None = None) -> GroupFit:
    """The form with all constants own, fitted from its own constants and from those of the groups that fit best.

    Args:
        bounds: the bounds of the constants.
    """
    start = np.repeat(np.array(form.constants)[:, None], rows.n_groups, axis=1)
    fit = fit_own(form, start, rows, 2 * _FEW_STEPS, bounds)
    spread = np.maximum(rows.spread, 1e-300)
    best = np.argsort(fit.losses / spread)[:_OTHER_STARTS]
    for g in best if len(form.constants) else ():
        # Groups that are as good as the best ones do not gain from another start.
        if not (fit.losses > 4.0 * np.median(fit.losses[best] / spread[best]) * spread).any():
            break
        other = fit_own(form, np.repeat(fit.theta[:, [g]], rows.n_groups, axis=1), rows, _FEW_STEPS, bounds)
        fit = _better_of(fit, other)
    return fit_own(form, fit.theta, rows, bounds=bounds)


def _better_of(fit: GroupFit, other: GroupFit) -> GroupFit:
    better = other.losses < _CLEARLY_LESS * fit.losses
    return replace(fit, theta=np.where(better, other.theta, fit.theta),
                   losses=np.where(better, other.losses, fit.losses))


def description_length(losses: Array, n_own: int, n_shared: int, rows: GroupRows) -> float:
    """Nats of the residuals and of the constants of a form.

    Args:
        losses: (G,) the mean losses of the groups.
    """
    dispersion = rows.rows.loss_function.dispersion
    fit = 0.5 * float(np.log(noise_levels(losses, rows)) @ rows.sizes if dispersion is None else
                      losses @ rows.sizes / dispersion)
    return fit + 0.5 * (n_own * float(np.log(rows.sizes).sum()) + n_shared * float(np.log(rows.sizes.sum())))


def shared(fit: GroupFit, problem: Problem, rows: GroupRows | None = None,
           begun: Sequence[Scope] | None = None) -> tuple[GroupFit, list[Scope], GroupRows]:
    """The fit after constants were shared, who every constant belongs to, and the rows with the weights of the fit.

    Args:
        rows: of the fit; None for the training rows.
        begun: who every constant belongs to before; None where all are own.
    """
    groups = problem.groups
    assert groups is not None
    rows = group_rows(problem, train=True) if rows is None else rows
    scopes = [Scope.OWN] * len(fit.theta) if begun is None else list(begun)
    own = scopes.count(Scope.OWN)
    weights = 1.0 / noise_levels(fit.losses * rows.sizes / np.maximum(rows.sizes - own, 1), rows)
    plain, rows = rows, rows.weighted(weights)
    fit = replace(fit, losses=fit.losses * weights)
    while groups.shares and Scope.OWN in scopes:
        best, j = _next_shared(fit, scopes, rows)
        rise = 0.5 * rows.sizes.sum() * (best.total(rows) - fit.total(rows))
        saved = 0.5 * float(np.log(rows.sizes).sum() - np.log(rows.sizes.sum()))
        if not rise < saved:
            break
        fit, scopes = best, [Scope.SHARED if i == j else s for i, s in enumerate(scopes)]
    if groups.shares and scopes.count(Scope.OWN) > _most_own(groups, rows):
        return _shared_by_rule(fit, scopes, plain, _most_own(groups, rows))
    return fit_shared(fit.form, fit.theta, scopes, rows, bounds=fit.bounds), scopes, rows


def _shared_by_rule(fit: GroupFit, scopes: list[Scope], rows: GroupRows,
                    most: int) -> tuple[GroupFit, list[Scope], GroupRows]:
    """The result of `shared` where constants are shared against the evidence, until at most so many are own.

    What the groups differ by becomes noise, so the noise of a fit with more own constants says nothing here.
    """
    fit = replace(fit, losses=rows.losses(evaluated(fit.form, fit.theta, rows)[0]))
    while scopes.count(Scope.OWN) > most:
        fit, j = _next_shared(fit, scopes, rows)
        scopes = [Scope.SHARED if i == j else s for i, s in enumerate(scopes)]
    fit = fit_shared(fit.form, fit.theta, scopes, rows, bounds=fit.bounds)
    rows = rows.weighted(1.0 / noise_levels(fit.losses, rows))
    return fit_shared(fit.form, fit.theta, scopes, rows, bounds=fit.bounds), scopes, rows


def _next_shared(fit: GroupFit, scopes: Sequence[Scope], rows: GroupRows) -> tuple[GroupFit, int]:
    """The fit with one more constant shared, the one whose sharing costs least, and the constant."""
    trials = [_with_shared(fit, scopes, j, rows) for j, s in enumerate(scopes) if s is Scope.OWN]
    return min(trials, key=lambda t: t[0].total(rows))


def _most_own(groups: Groups, rows: GroupRows) -> int:
    """The most own constants: what the user allows, and 2 less than the rows of the smallest group."""
    most = max(int(rows.sizes.min()) - 2, 1)
    return most if groups.most_own is None else min(most, groups.most_own)


def _with_shared(fit: GroupFit, scopes: Sequence[Scope], j: int, rows: GroupRows) -> tuple[GroupFit, int]:
    """The fit with constant j shared as well; its start is the median of the groups, or the value of the best one."""
    scopes = [Scope.SHARED if i == j else s for i, s in enumerate(scopes)]
    found = []
    for value in dict.fromkeys((float(np.median(fit.theta[j])), float(fit.theta[j, np.argmax(np.abs(fit.theta[j]))]))):
        theta = fit.theta.copy()
        theta[j] = value
        found.append(fit_shared(fit.form, theta, scopes, rows, _FEW_STEPS, fit.bounds))
    return min(found, key=lambda f: f.total(rows)), j


def tidied(fit: GroupFit, scopes: Sequence[Scope], rows: GroupRows, problem: Problem) -> Network:
    """The network of a fit, its shared constants simplified, its own ones rounded."""
    groups = problem.groups
    assert groups is not None
    fit, scopes = with_simple_numbers(fit, list(scopes), rows)
    blank = OwnConstants(groups.column, (), groups.labels, taken_letters(names_in_use(problem)))
    network = network_of_fit(fit, scopes, blank)
    network = absorbed(_simplified(network, rows, problem))
    form, theta, scopes = form_of(network, rows.n_groups)
    fixed = [Scope.FIXED if s is Scope.SHARED else s for s in scopes]
    fit = fit_shared(form, theta, fixed, rows)
    return network_of_fit(rounded(fit, scopes, rows), scopes, blank)


def with_simple_numbers(fit: GroupFit, scopes: list[Scope], rows: GroupRows,
                        required: Collection[int] = ()) -> tuple[GroupFit, list[Scope]]:
    """Shared constants at simple numbers, all others refitted, where the description gets no longer.

    Args:
        required: inputs that a form which reads them has to go on reading.
    """
    kept = set(required) & set(fit.form.variables)
    room = 0.5 * float(np.log(rows.sizes.sum()))
    for j in [i for i, s in enumerate(scopes) if s is Scope.SHARED]:
        value = float(fit.theta[j, 0])
        near = sorted(simple_numbers_near(value))[:3]
        fixed = [Scope.FIXED if i == j else s for i, s in enumerate(scopes)]
        for number in dict.fromkeys([0.0, float(np.copysign(1.0, value)), *(n.value for n in near)]):
            if fit.bounds is not None and not fit.bounds.allow(j, number):
                continue
            theta = fit.theta.copy()
            theta[j] = number
            if kept and not kept <= set(_read(fit.form, theta)):
                continue
            trial = fit_shared(fit.form, theta, fixed, rows, _FEW_STEPS, fit.bounds)
            rise = 0.5 * rows.sizes.sum() * (trial.total(rows) - fit.total(rows))
            if rise < (room if abs(number) in (0.0, 1.0) else 0.2 * room):
                fit, scopes = trial, fixed
                break
    return fit, scopes


def _read(form: Network, theta: Array) -> Iterable[int]:
    """The inputs that a form reads with these constants: one of c*w is lost where c is 0."""
    return variables(to_expression(form.with_constants(theta[:, 0].tolist())))


def _simplified(network: Network, rows: GroupRows, problem: Problem) -> Network:
    """The network rewritten as short as possible, with its own constants as further inputs."""
    own = network.own
    if own is None:
        return simplify_constants(network, rows.rows, problem.activations).network
    columns = np.vstack([rows.rows.columns[:network.n_inputs], own.rows(rows.rows.columns)])
    beside: Rows = replace(rows.rows, columns=columns)
    return from_inputs(simplify_constants(as_inputs(network), beside, problem.activations).network, own)


def rounded(fit: GroupFit, scopes: Sequence[Scope], rows: GroupRows) -> GroupFit:
    """The fit with own constants rounded to the digits that the rows can distinguish."""
    limit = fit.total(rows) * (1.0 + 0.5 / rows.sizes.sum()) + 1e-22
    for digits in range(3, 13):
        theta = np.array([_digits(row, digits) if s is Scope.OWN else row
                          for row, s in zip(fit.theta, scopes, strict=True)]).reshape(fit.theta.shape)
        theta = theta if fit.bounds is None else fit.bounds.clipped(theta)
        losses = rows.losses(evaluated(fit.form, theta, rows)[0])
        if float(losses @ rows.sizes / rows.sizes.sum()) <= limit:
            return replace(fit, theta=theta, losses=losses)
    return fit


def _digits(row: Array, digits: int) -> list[float]:
    """The constants (G,) of the groups in so many digits; one that only rounding keeps from 0 is 0."""
    least = 1e-14 * float(np.abs(row).max())
    return [float(f"{value:.{digits}g}") if abs(value) > least else 0.0 for value in row.tolist()]
