"""The gate: where the rows do not show that the target depends on the inputs, the constant is suggested.

The best network under a higher price opens the gate if it reads an input. It has to win twice: by the losses, and by
losses that are bounded at three robust standard deviations of the target, because a formula that only describes the few
largest values of a heavy-tailed target is no discovery. A linear network does not open the gate where the test of a
linear dependence has a p-value above `CONTRADICTED`. Elsewhere a test of dependence opens it. Where a test finds a
linear dependence, linear models compete, those of logarithms too, and the networks that are clearly better than every
linear model by both losses. Where a test finds that the target is a smooth curve over an input, all networks but such
lines compete: fourteen rows of a hump never pay the higher price.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import ExprKind
from xnet.engine.fitting.gross_errors import MEDIAN_CHI_SQUARE
from xnet.engine.fitting.linear_dependence import LINEAR_LEVEL
from xnet.engine.fitting.permutation_tests import FEWEST_ROWS
from xnet.engine.networks.network import Network

from .entry import FrontEntry
from .plain_models import LINEAR_KINDS
from .score import (
    CURVE_LEVEL,
    GATE,
    SMALLEST_LOSS,
    SUMMARY_KINDS,
    WEIGHTS,
    Preference,
    Scored,
    best,
    equal_below,
    evidence,
    score,
)

#: For the second comparison with the constant, losses are bounded at this many robust standard deviations, squared.
BOUND = 3.0
#: Where only a test finds a linear dependence, networks compete whose score is lower than that of linear models by this
#: much: five nats.
CLEARLY_LOWER = 10.0
#: A linear network does not open the gate where the test of a linear dependence has a p-value above this.
CONTRADICTED = 0.01


def after_gate(scored: list[Scored]) -> list[Scored]:
    """The networks that compete: all, those of a linear dependence, or the constant alone."""
    if not any(evidence(e).reads_inputs for e, _ in scored):
        return scored
    able = [(e, loss) for e, loss in scored if not _is_contradicted(e)] or scored
    gate = best(able, GATE)
    if evidence(gate).reads_inputs:
        gate = best(_bounded(able), GATE)
    if evidence(gate).reads_inputs:
        gate = best(_symmetric(able), GATE)
    support = evidence(gate)
    if support.reads_inputs:
        return scored
    if support.linear_p_value <= LINEAR_LEVEL and any(e.plain in LINEAR_KINDS for e, _ in scored):
        return _with_linear_dependence(scored)
    return able if support.curve_p_value <= CURVE_LEVEL else [(e, loss) for e, loss in scored if e is gate]


def _is_contradicted(entry: FrontEntry) -> bool:
    """Whether the network is linear, and the test of a linear dependence has a p-value above `CONTRADICTED`.

    An input alone has no constant, so it needs little evidence to beat one: 15 rows of noise of the same size as the
    input sometimes look like the input.
    """
    support = evidence(entry)
    return CONTRADICTED < support.linear_p_value < 1.0 and support.reads_inputs \
        and len(support.losses) >= FEWEST_ROWS and _is_linear(entry.network)


@lru_cache(maxsize=512)
def _is_linear(network: Network) -> bool:
    expr = to_expression(network)
    return expr.kind is ExprKind.VAR or (
        expr.kind is ExprKind.SUM and all(term.kind is ExprKind.VAR for term, _ in expr.args))


def _with_linear_dependence(scored: list[Scored]) -> list[Scored]:
    """The networks that compete where only a test shows a dependence: linear ones, and those that are clearly better.

    A curve through nine rows never pays the higher price, and a line through them may leave ten times its loss.
    """
    lower = _lower_than_linear(scored) & _lower_than_linear(_bounded(scored))
    return [(e, loss) for e, loss in scored if e.plain in SUMMARY_KINDS or id(e) in lower]


def _lower_than_linear(scored: list[Scored]) -> set[int]:
    """The `id` of the networks whose score is lower than that of every linear model by `CLEARLY_LOWER`."""
    floor = equal_below(scored)
    scores = [score(e, loss, WEIGHTS[Preference.BALANCED], floor) for e, loss in scored]
    linear = min(value for (e, _), value in zip(scored, scores, strict=True) if e.plain in LINEAR_KINDS)
    return {id(e) for (e, _), value in zip(scored, scores, strict=True) if value <= linear - CLEARLY_LOWER}


def _bounded(scored: list[Scored]) -> list[Scored]:
    """The networks with means of bounded losses; unchanged under a loss of known dispersion, or without a constant."""
    constants = [evidence(e) for e, _ in scored if not evidence(e).reads_inputs and evidence(e).dispersion is None]
    if not constants:
        return scored
    spread = min(float(np.median(support.losses)) for support in constants) / MEDIAN_CHI_SQUARE
    limit = BOUND**2 * max(spread, SMALLEST_LOSS)
    return [(e, float(np.minimum(evidence(e).losses, limit).mean())) for e, _ in scored]


def _symmetric(scored: list[Scored]) -> list[Scored]:
    """The networks with their symmetric errors under relative errors; unchanged under another loss."""
    return [(e, loss if (error := evidence(e).symmetric) is None else error) for e, loss in scored]
