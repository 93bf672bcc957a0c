"""Constants fitted to the training and the held-out rows together, once a search has ended.

The scores of a front belong to constants that only the training rows determined, so that the held-out rows can test
them. A formula that is used afterwards predicts better with constants of all rows: a fifth of the rows is much in a
table of thirty. `GridSearchCV` of scikit-learn refits its best model in the same way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.fitting.group_fitting import evaluated, fit_shared, form_of
from xnet.engine.fitting.group_noise import noise_levels
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.thresholds import with_placed_thresholds
from xnet.engine.front.entry import FrontEntry, is_defined_between_rows, make_entry
from xnet.engine.front.group_support import group_rows
from xnet.engine.front.plain_models import PlainKind, linear_model
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .plain_entries import simplified_model
from .second_look import robust_problem
from .sharing import tidied

#: Steps of a fit to the rows of all groups; reweighted fits converge slowly.
_STEPS = 60


def refitted(entry: FrontEntry, problem: Problem) -> Network:
    """The network of an entry with its constants fitted to all rows, simplified and rounded there.

    It is the network itself where no rows were held out, where the fit is exact, where constants belong to the parts of
    a form, and where the constants of all rows violate a constraint, leave the domain inside the box of the rows, or
    are no better there. Steps move to their best place between all rows. All constants of a linear model are fitted
    again: which of them are 0, 1 or another simple number is a matter of all rows, too.

    Args:
        entry: of the front of the problem; a suggestion of the second look is fitted under Huber's scale.
        problem: of the search.
    """
    network = entry.network
    if problem.holdout is None or not problem.parameters or not network.n_parameters or entry.parts is not None:
        return network
    searched = robust_problem(problem) if entry.is_robust else problem
    placed = with_placed_thresholds(network, searched.all_rows)
    if entry.loss <= entry.exact and placed.constants == network.constants:
        return network
    if network.own is not None:
        return _refitted_groups(entry, searched)
    rows = searched.all_rows
    with np.errstate(all="ignore"):  # a step may leave the domain of the formula; it is then not taken
        for start in (*_with_all_constants(entry, rows, problem), placed):
            if problem.subsampled is not problem:
                found = fitted_to_all_rows(start, rows)
            else:
                found = simplified_model(start, entry.plain, replace(searched, train=rows, holdout=None, _cache={}))
            found = with_placed_thresholds(found, rows)
            if not rows.loss(found) < rows.loss(network):
                continue
            after = make_entry(found, problem, entry.reason)
            if after.admitted and _is_as_defined(after, entry, problem):
                return found
    return network


def _is_as_defined(after: FrontEntry, before: FrontEntry, problem: Problem) -> bool:
    return after.is_defined or not before.is_defined or is_defined_between_rows(after.network, problem)


def _with_all_constants(entry: FrontEntry, rows: Rows, problem: Problem) -> list[Network]:
    """The linear model of the inputs of an entry with every constant; none for other entries and large tables."""
    if entry.plain is not PlainKind.LINEAR or problem.subsampled is not problem:
        return []
    model = linear_model(entry.network.variables, rows, problem.activations)
    return [] if model is None else [model]


def _refitted_groups(entry: FrontEntry, problem: Problem) -> Network:
    """The network of an entry with own constants, fitted to the rows of all groups under the loss of a problem."""
    network, rows = entry.network, group_rows(problem)
    form, theta, scopes = form_of(network, rows.n_groups)
    with np.errstate(all="ignore"):
        before = rows.losses(evaluated(form, theta, rows)[0])
        if not np.isfinite(before).all():
            return network
        weighted = rows.weighted(1.0 / noise_levels(before, rows))
        fit = fit_shared(form, theta, scopes, weighted, _STEPS)
        found = tidied(fit, scopes, weighted, problem)
        old, new = (weighted.losses(n.evaluate(weighted.rows.columns.T)) @ rows.sizes for n in (network, found))
        if not new < old or found.own is None:
            return network
        after = make_entry(found, problem, entry.reason)
    return found if after.admitted and _is_as_defined(after, entry, problem) else network
