"""The score of a network by its leave-one-out losses on all rows, with a price on its structure.

For every network, all n rows together give (`support`): leave-one-out losses q_i, the number p of constants that the
rows determine, and the price C of the structure in nats. In units of chi-square the score is

    S = n ln(mean q) + 2 w C + s max(ln n - 2, 0) p

Leave-one-out already charges 2 for each constant, as Akaike's criterion does; the last term adds the difference to
Schwarz's criterion. The weights w and s depend on the preference, and are lower for linear models, because no search
selected them. In a table without a law the same holds for log-linear models and power laws. The choice of inputs then
counts in full: leave-one-out errors do not repeat it, so they prefer a few inputs although all of them predict better.
Other networks than linear ones then pay less for their structure the more rows there are, if they are clearly better.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from xnet.engine.fitting.linear_dependence import LINEAR_LEVEL

from .entry import FrontEntry, Support
from .plain_models import LINEAR_KINDS, PlainKind

#: An entry with support, and its mean leave-one-out loss, gross outliers clipped.
Scored = tuple[FrontEntry, float]


class Preference(StrEnum):
    """The preference for short or accurate suggestions: as short as the rows allow, balanced, or as accurate."""

    SIMPLEST = "simplest"
    BALANCED = "balanced"
    ACCURATE = "accurate"


class Weights(NamedTuple):
    """Weights of the price of the structure, and of Schwarz's term.

    Attributes:
        searched, schwarz: of networks that were searched for, and of the other plain models.
        linear, schwarz_linear: of linear models.
    """

    searched: float
    schwarz: float
    linear: float
    schwarz_linear: float


WEIGHTS = {
    Preference.SIMPLEST: Weights(1.5, 1.0, 1.5, 1.0),
    Preference.BALANCED: Weights(1.0, 1.0, 0.25, 0.0),
    Preference.ACCURATE: Weights(0.5, 0.0, 0.1, 0.0),
}
#: The weights under which a formula has to beat the constant before any formula is suggested.
GATE = Weights(2.0, 1.0, 2.0, 1.0)
#: A linear dependence at `LINEAR_LEVEL`, of the target or of its ranks, opens the gate (`gate`), and so does a smooth
#: curve at this level. Two tests have twice the level at most; tests open the gate for at most one table of noise in a
#: hundred.
CURVE_LEVEL = 0.0015
#: Where every network leaves more than this share of the variance, the rows show no law, and a plain model is a summary
#: of a linear dependence, if there is one.
NO_LAW = 0.1
#: The plain models that count as linear ones in a table without a law: log-linear models and power laws are linear in
#: logarithms.
SUMMARY_KINDS = (*LINEAR_KINDS, PlainKind.LOG_LINEAR, PlainKind.POWER_LAW, PlainKind.SURFACE)
#: Those of them that count as linear ones elsewhere: their terms are known beforehand, or nearly.
KNOWN_KINDS = (*LINEAR_KINDS, PlainKind.SURFACE)
#: In a table of n rows without a law, a steady network that leaves less than `LOWER_THAN_LINEAR` of what the best
#: linear model leaves pays sqrt(FULL_PRICE_ROWS / n) of its price, at least the share `LEAST_PRICE`.
FULL_PRICE_ROWS, LEAST_PRICE, LOWER_THAN_LINEAR = 20.0, 1 / 3, 0.9
#: Losses below this are rounding.
SMALLEST_LOSS = 1e-14
#: Losses below this (R² > 0.99999) count as equal, unless some network is exact: no measured table has more digits, and
#: a longer formula would explain their rounding and the habits of an instrument.
PRACTICAL_LOSS = 1e-5
#: A network with at least this many rows for each constant that leaves at most this many times what the last decimal of
#: the target leaves is exact up to rounding. Then only losses below that count as equal.
ROWS_OF_A_CONSTANT, TIMES_ROUNDING = 4, 2.0


def score(entry: FrontEntry, loss: float, weights: Weights, floor: float = SMALLEST_LOSS,
          linear_loss: float | None = None) -> float:
    """S of the module's docstring, of an entry with support.

    Args:
        loss: the mean leave-one-out loss, gross outliers clipped.
        floor: losses below it count as equal.
        linear_loss: the least loss of a linear model, where the rows show a linear dependence but no law (`NO_LAW`).
    """
    support = evidence(entry)
    n, p = len(support.losses), support.n_determined
    if support.dispersion is not None:
        fit = n * _misfit(loss / support.dispersion, support.is_least_dispersion)
    else:
        # Below the floor leave-one-out no longer charges for a constant, so it is charged here.
        fit = n * float(np.log(max(loss, floor))) + (2.0 * p if loss < floor else 0.0)
    fit *= support.evidence if weights == GATE else 1.0
    if entry.plain in (KNOWN_KINDS if linear_loss is None else SUMMARY_KINDS):
        nats = weights.linear * support.price
        nats += 0.0 if linear_loss is None else max(1.0 - weights.linear, 0.0) * support.choice
        return fit + 2.0 * nats + weights.schwarz_linear * _schwarz(n) * p
    price = weights.searched * support.price
    is_cheaper = linear_loss is not None and loss < LOWER_THAN_LINEAR * linear_loss
    if is_cheaper and support.is_steady:
        price *= max(min(1.0, (FULL_PRICE_ROWS / n) ** 0.5), LEAST_PRICE)
    return fit + 2.0 * price + weights.schwarz * _schwarz(n) * p


def _misfit(ratio: float, is_least: bool) -> float:
    """Twice the negative log-likelihood of a row, up to a constant, for its mean loss over the known dispersion.

    Where the noise may be larger than known, it is as large as makes the rows most likely (quasi-likelihood:
    McCullagh & Nelder 1989, section 9.2). A formula would else explain what is only scatter: counts of animals, of
    accidents or of clicks scatter many times as much as those of Poisson's distribution.
    """
    return 1.0 + float(np.log(ratio)) if is_least and ratio > 1.0 else ratio


def _schwarz(n: int) -> float:
    """What Schwarz's criterion charges for a constant beyond Akaike's."""
    return max(float(np.log(n)) - 2.0, 0.0)


def best(scored: Sequence[Scored], weights: Weights, tie: float = 0.0,
         without: Set[int] = frozenset()) -> FrontEntry:
    """The network of the lowest score; of networks searched for the shortest whose score is higher by at most `tie`.

    Args:
        without: the `id` of networks that do not compete; not all of them.
    """
    floor = equal_below(scored)
    linear_loss = loss_of_linear(scored)
    ranked = sorted((score(e, loss, weights, floor, linear_loss), e.complexity, e.rarity, i)
                    for i, (e, loss) in enumerate(scored) if id(e) not in without)
    winner, loss = scored[ranked[0][-1]]
    if winner.plain is not None and loss < floor:
        # The price of a plain model does not count its exponents, which a shorter law of equal loss does not need.
        return next((e for *_, i in ranked for e, left in [scored[i]] if e.plain is None and left < floor
                     and e.complexity < winner.complexity), winner)
    if winner.plain is not None or not tie:
        return winner
    tied = [(*others, i) for value, *others, i in ranked if value <= ranked[0][0] + tie]
    return scored[min(tied)[-1]][0]


def loss_of_linear(scored: Sequence[Scored]) -> float | None:
    """The least loss of a linear model, 0 without one; None where the rows show a law, or no linear dependence."""
    if any(loss <= NO_LAW or evidence(e).linear_p_value > LINEAR_LEVEL for e, loss in scored):
        return None
    return min((loss for e, loss in scored if e.plain in LINEAR_KINDS), default=0.0)


def equal_below(scored: Sequence[Scored]) -> float:
    """The loss below which losses count as equal."""
    if any(loss <= SMALLEST_LOSS for _, loss in scored):
        return SMALLEST_LOSS
    rounding = evidence(scored[0][0]).rounding
    is_lower = SMALLEST_LOSS < rounding < PRACTICAL_LOSS
    return rounding if is_lower and any(_is_rounding(evidence(e), loss) for e, loss in scored) else PRACTICAL_LOSS


def _is_rounding(support: Support, loss: float) -> bool:
    """Whether a network is exact up to the rounding of the target, and not because it has many constants."""
    enough = ROWS_OF_A_CONSTANT * support.n_determined <= len(support.losses)
    return enough and loss <= TIMES_ROUNDING * support.rounding


def cross_validated(loss: float, n: int, n_constants: int) -> float:
    """A mean loss of n rows by generalised cross-validation, which gives every row the mean leverage.

    Craven & Wahba, Smoothing noisy data with spline functions, Numerische Mathematik 31, 1979.
    """
    return loss * (n / max(n - n_constants, 1)) ** 2


def evidence(entry: FrontEntry) -> Support:
    """The support of an entry that has one."""
    assert entry.support is not None  # the callers leave the others out
    return entry.support
