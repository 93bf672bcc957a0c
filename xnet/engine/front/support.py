"""The support of a network by all rows, training and held-out rows together.

The constants are refitted to all rows, and every row is predicted by constants that were fitted to the others (leave-
one-out by leverages). Held-out rows are used as well. The search has fitted the training rows, so losses are too
optimistic there; the price of the structure accounts for that, and for constants in disguise (`two_levels`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.fitting.curved_dependence import curve_p_value
from xnet.engine.fitting.error_losses import Relative
from xnet.engine.fitting.leave_one_out import leave_one_out
from xnet.engine.fitting.linear_dependence import LINEAR_LEVEL, linear_p_value
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rounding import rounding_of_target
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_inputs import as_constants
from xnet.engine.problem.given_form import GivenForm
from xnet.engine.problem.problem import Problem

from .entry import FrontEntry, Support, is_defined_between_rows
from .group_support import group_leave_one_out
from .steadiness import is_steady
from .structure_price import choice_price, price_of_parts, structure_price
from .symmetric_error import symmetric_error
from .two_levels import has_two_levels, hidden_constants

#: Nats of the structure that was given as the initial formula, which no search has selected: those of a kind of neuron.
_GIVEN = float(np.log(6.0))


def with_support(entry: FrontEntry, problem: Problem) -> FrontEntry:
    """The entry with its support; of a form with unknown parts only these parts have a price.

    It is defined also where it is so in the hull of the rows (`row_regions`).
    """
    support = support_of(entry.network, problem)
    if entry.parts is not None:
        support = replace(support, price=price_of_parts(entry.parts, len(problem.activations)))
    is_defined = entry.is_defined or is_defined_between_rows(entry.network, problem)
    return replace(entry, support=support, is_defined=is_defined)


def support_of(network: Network, problem: Problem, fitted: Problem | None = None) -> Support:
    """The support of a network by all rows, or by those of `problem.subsampled` in a large table.

    Args:
        network: of the front.
        problem: its loss is that of the support's losses.
        fitted: the same rows under the loss that the constants are fitted by; by default `problem`.
    """
    rows = problem.all_rows if problem.groups is not None else problem.subsampled.all_rows
    if problem.groups is not None:
        found = group_leave_one_out(network, problem, fitted)
    else:
        found = leave_one_out(network, (fitted or problem).subsampled.all_rows, scored=rows)
    inputs = problem.cached("inputs that vary", lambda: sum(bool(np.ptp(c) > 0) for c in rows.columns))
    symmetric = None
    if found is not None and isinstance(rows.loss_function, Relative) and problem.groups is None:
        values = network.with_constants(found.constants).evaluate(rows.columns.T)
        symmetric = symmetric_error(values, rows.y, rows.weight, found.n_determined)
    linear = problem.cached("linear p-value", lambda: linear_p_value(rows))
    is_checked = problem.groups is None and linear > LINEAR_LEVEL  # else the gate does not need it
    dispersion = rows.loss_function.dispersion
    two_levels = problem.cached("inputs of two values", lambda: [
        i for i, c in enumerate(rows.columns) if has_two_levels(c)])
    hidden = hidden_constants(to_expression(as_constants(network)), two_levels) if two_levels else 0
    return Support(
        losses=np.full(len(rows.y), np.inf) if found is None else found.losses,
        loss=np.inf if found is None else found.loss,
        n_determined=network.n_parameters if found is None else found.n_determined,
        price=_price(network, problem, inputs) + 0.5 * hidden * float(np.log(len(rows.y))),
        reads_inputs=bool(network.variables),
        choice=choice_price(inputs, min(len(network.variables), inputs)),
        linear_p_value=linear,
        curve_p_value=problem.cached("curve p-value", lambda: curve_p_value(rows) if is_checked else 1.0),
        follows_a_row=found is not None and found.follows_a_row,
        is_steady=is_steady(network, rows) if problem.groups is None and dispersion is None else None,
        dispersion=None if dispersion is None else dispersion / rows.scale,
        is_least_dispersion=rows.loss_function.is_least_dispersion,
        evidence=rows.loss_function.evidence if isinstance(rows.loss_function, Quantile) else 1.0,
        symmetric=symmetric,
        rounding=problem.cached("rounding of the target", lambda: rounding_of_target(rows)))


def _price(network: Network, problem: Problem, n_inputs: int) -> float:
    """Nats of the structure; a person who gave it has left little to choose."""
    units, text = problem.constraints.units, problem.initial_formula
    price = structure_price(network, n_inputs, len(problem.activations)) + (
        0.0 if units is None else units.price(network))
    if text is None or problem.groups is not None:
        return price
    given: GivenForm = problem.cached("form of the initial formula", lambda: GivenForm.of(
        text, problem.names, problem.constants, problem.activations))
    return min(price, _GIVEN) if given.is_structure_of(network) else price
