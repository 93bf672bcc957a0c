"""The suggestion: the network of least leave-one-out loss on all rows, with a price on its structure.

For every network, all n rows together give (`support`): leave-one-out losses q_i, the number p of constants that the
rows determine, and the price C of the structure in nats. In units of chi-square the score is

    S = n ln(mean q) + 2 w C + s max(ln n - 2, 0) p

Leave-one-out already charges 2 for each constant, as Akaike's criterion does; the last term adds the difference to
Schwarz's criterion. The weights w and s depend on the preference, and are lower for linear models, because no search
selected them. In a table without a law the same holds for log-linear models and power laws. The choice of inputs then
counts in full: leave-one-out errors do not repeat it, so they prefer a few inputs although all of them predict better.
Other networks than linear ones then pay less for their structure the more rows there are, if they are clearly better.
Two tests precede the score:

* a network with a possible pole or missing value inside the box of the rows (by interval arithmetic) competes only if
  its loss is less than a tenth of the loss of every other network;
* if the best network under a higher price reads no input, and no test finds a linear dependence either, the
  suggestion is the constant: a table of noise gets no formula. The network has to win twice: by the losses, and by
  losses that are bounded at three robust standard deviations of the target, because a formula that only describes the
  few largest values of a heavy-tailed target is no discovery. Where a test finds a linear dependence, linear models
  compete, those of logarithms too, and the networks that are clearly better than every linear model by both losses.

Rows that are gross outliers for every good network are clipped, so that a few of them do not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.gross_errors import MEDIAN_CHI_SQUARE, largest_square, most_outliers

from .entry import FrontEntry, Support
from .plain_models import LINEAR_KINDS, PlainKind


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
#: For the second comparison with the constant, losses are bounded at this many robust standard deviations, squared.
BOUND = 3.0
#: A linear dependence at this level, of the target or of its ranks, opens the gate (`_with_dependence`). Two tests have
#: twice the level at most: this opens the gate for at most one table of noise in a hundred.
LINEAR_LEVEL = 0.005
#: Where every network leaves more than this share of the variance, the rows show no law, and a plain model is a summary
#: of a linear dependence, if there is one.
NO_LAW = 0.1
#: The plain models that count as linear ones in a table without a law: log-linear models and power laws are linear in
#: logarithms.
_SUMMARY_KINDS = (*LINEAR_KINDS, PlainKind.LOG_LINEAR, PlainKind.POWER_LAW)
#: In a table of n rows without a law, a steady network that leaves less than `LOWER_THAN_LINEAR` of what the best
#: linear model leaves pays sqrt(FULL_PRICE_ROWS / n) of its price, at least the share `LEAST_PRICE`.
FULL_PRICE_ROWS, LEAST_PRICE, LOWER_THAN_LINEAR = 20.0, 1 / 3, 0.9
#: Where only a test finds a dependence, networks compete whose score is lower than that of linear models by this much:
#: five nats.
CLEARLY_LOWER = 10.0
#: A network that is not cleared has to lower the loss to this share of what the cleared ones leave.
POLE_GAIN = 0.1
#: A longer formula is suggested only if its score is lower by more than this: half a nat is no evidence to speak of.
TIE = 1.0
#: Losses below this are rounding.
SMALLEST_LOSS = 1e-14
#: Losses below this (R² > 0.99999) count as equal, unless some network is exact: no measured table has more digits, and
#: a longer formula would explain their rounding and the habits of an instrument.
PRACTICAL_LOSS = 1e-5


def pick(entries: Sequence[FrontEntry], preference: Preference = Preference.BALANCED) -> FrontEntry:
    """The suggested network.

    Args:
        entries: of a front, and plain models; at least one. Entries without support compete only where none has it.
        preference: the simplest suggestion is never longer than the balanced one, and the most accurate one never has
            a higher loss.
    """
    if len(entries) == 1:
        return entries[0]
    supported = [e for e in entries if e.support is not None and np.isfinite(e.support.losses).all()]
    if not supported:
        return min(entries, key=lambda e: (e.loss, e.complexity))
    losses = _clipped_means([_of(e) for e in supported])
    scored = _after_gate(_cleared([(e, loss) for e, loss in zip(supported, losses, strict=True)]))
    balanced = _best(scored, WEIGHTS[Preference.BALANCED], TIE)
    if preference is Preference.BALANCED:
        return balanced
    if preference is Preference.SIMPLEST:
        scored = [(e, loss) for e, loss in scored if e.complexity <= balanced.complexity]
    else:
        most = next(loss for e, loss in scored if e is balanced)
        scored = [(e, loss) for e, loss in scored if loss <= most]
    return _best(scored, WEIGHTS[preference], TIE)


def _after_gate(scored: list[tuple[FrontEntry, float]]) -> list[tuple[FrontEntry, float]]:
    """All networks, if the best under the higher price reads an input; else those of a linear dependence, or none."""
    if not any(_of(e).reads_inputs for e, _ in scored):
        return scored
    gate = _best(scored, GATE)
    if _of(gate).reads_inputs:
        gate = _best(_bounded(scored), GATE)
    if _of(gate).reads_inputs:
        gate = _best(_symmetric(scored), GATE)
    if _of(gate).reads_inputs:
        return scored
    shown = _of(gate).linear_p_value <= LINEAR_LEVEL and any(e.plain in LINEAR_KINDS for e, _ in scored)
    return _with_dependence(scored) if shown else [(e, loss) for e, loss in scored if e is gate]


def _with_dependence(scored: list[tuple[FrontEntry, float]]) -> list[tuple[FrontEntry, float]]:
    """The networks that compete where only a test shows a dependence: linear ones, and those that are clearly better.

    A curve through nine rows never pays the higher price, and a line through them may leave ten times its loss.
    """
    lower = _lower_than_linear(scored) & _lower_than_linear(_bounded(scored))
    return [(e, loss) for e, loss in scored if e.plain in _SUMMARY_KINDS or id(e) in lower]


def _lower_than_linear(scored: list[tuple[FrontEntry, float]]) -> set[int]:
    """The `id` of the networks whose score is lower than that of every linear model by `CLEARLY_LOWER`."""
    floor = _floor(scored)
    scores = [score(e, loss, WEIGHTS[Preference.BALANCED], floor) for e, loss in scored]
    linear = min(value for (e, _), value in zip(scored, scores, strict=True) if e.plain in LINEAR_KINDS)
    return {id(e) for (e, _), value in zip(scored, scores, strict=True) if value <= linear - CLEARLY_LOWER}


def _bounded(scored: list[tuple[FrontEntry, float]]) -> list[tuple[FrontEntry, float]]:
    """The networks with means of bounded losses; unchanged under a loss of known dispersion, or without a constant."""
    constants = [_of(e) for e, _ in scored if not _of(e).reads_inputs and _of(e).dispersion is None]
    if not constants:
        return scored
    spread = min(float(np.median(support.losses)) for support in constants) / MEDIAN_CHI_SQUARE
    limit = BOUND**2 * max(spread, SMALLEST_LOSS)
    return [(e, float(np.minimum(_of(e).losses, limit).mean())) for e, _ in scored]


def _symmetric(scored: list[tuple[FrontEntry, float]]) -> list[tuple[FrontEntry, float]]:
    """The networks with their symmetric errors under relative errors; unchanged under another loss."""
    return [(e, loss if (error := _of(e).symmetric) is None else error) for e, loss in scored]


def score(entry: FrontEntry, loss: float, weights: Weights, floor: float = SMALLEST_LOSS,
          linear_loss: float | None = None) -> float:
    """S of the module's docstring, of an entry with support.

    Args:
        loss: the mean leave-one-out loss, gross outliers clipped.
        floor: losses below it count as equal.
        linear_loss: the least loss of a linear model, where the rows show a linear dependence but no law (`NO_LAW`).
    """
    support = _of(entry)
    n, p = len(support.losses), support.n_determined
    if support.dispersion is not None:
        fit = n * _misfit(loss / support.dispersion, support.is_least_dispersion)
    else:
        # Below the floor leave-one-out no longer charges for a constant, so it is charged here.
        fit = n * float(np.log(max(loss, floor))) + (2.0 * p if loss < floor else 0.0)
    fit *= support.evidence if weights == GATE else 1.0
    if entry.plain in (LINEAR_KINDS if linear_loss is None else _SUMMARY_KINDS):
        nats = weights.linear * support.price
        nats += 0.0 if linear_loss is None else max(1.0 - weights.linear, 0.0) * support.choice
        return fit + 2.0 * nats + weights.schwarz_linear * _schwarz(n) * p
    price = weights.searched * support.price
    is_cheaper = linear_loss is not None and loss < LOWER_THAN_LINEAR * linear_loss
    if is_cheaper and support.is_steady and support.dispersion is None:
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


def outlier_rows(supports: Sequence[Support]) -> tuple[Array, float]:
    """The result of `gross_rows`; no rows where more than a few are gross: heavy tails are no outliers."""
    rows, limit = gross_rows(supports)
    return (rows if len(rows) <= most_outliers(len(supports[0].losses)) else rows[:0]), limit


def gross_rows(supports: Sequence[Support]) -> tuple[Array, float]:
    """Positions of the rows that are gross outliers for the network of the least median loss, and the limit.

    Networks that follow single rows, or have many constants, are asked only where there is no other: the rows that they
    follow say nothing about them.
    """
    n = len(supports[0].losses)
    few = [s for s in supports if s.n_determined <= n / 4] or list(supports)
    few = [s for s in few if not s.follows_a_row] or few
    reference = min(few, key=lambda s: float(np.median(s.losses)) * n / max(n - s.n_determined, 1))
    limit = largest_square(reference.losses, SMALLEST_LOSS)
    return np.flatnonzero(reference.losses > limit), limit


def _clipped_means(supports: Sequence[Support]) -> list[float]:
    rows, limit = outlier_rows(supports) if supports[0].dispersion is None else (np.zeros(0, dtype=np.intp), 0.0)
    means = []
    for support in supports:
        losses = support.losses.copy()
        losses[rows] = np.minimum(losses[rows], limit)
        means.append(float(losses.mean()))
    return means


def _cleared(scored: list[tuple[FrontEntry, float]]) -> list[tuple[FrontEntry, float]]:
    """The networks that are defined inside the box of the rows; all, where another explains far more than any of them.

    A law may have a pole inside the box where there is no row, but then nothing else comes near it.
    """
    clear = [(e, loss) for e, loss in scored if e.is_defined]
    if not clear:
        return scored
    least = min(max(loss, SMALLEST_LOSS) for _, loss in scored)
    return clear if least > POLE_GAIN * min(max(loss, SMALLEST_LOSS) for _, loss in clear) else scored


def _best(scored: Sequence[tuple[FrontEntry, float]], weights: Weights, tie: float = 0.0) -> FrontEntry:
    """The network of the lowest score; of networks searched for the shortest whose score is higher by at most `tie`."""
    floor = _floor(scored)
    linear_loss = _linear_loss(scored)
    ranked = sorted((score(e, loss, weights, floor, linear_loss), e.complexity, e.rarity, i)
                    for i, (e, loss) in enumerate(scored))
    best, loss = scored[ranked[0][-1]]
    if best.plain is not None and loss < floor:
        # The price of a plain model does not count its exponents, which a shorter law of equal loss does not need.
        return next((e for *_, i in ranked for e, left in [scored[i]] if e.plain is None and left < floor
                     and e.complexity < best.complexity), best)
    if best.plain is not None or not tie:
        return best
    tied = [(*others, i) for value, *others, i in ranked if value <= ranked[0][0] + tie]
    return scored[min(tied)[-1]][0]


def _linear_loss(scored: Sequence[tuple[FrontEntry, float]]) -> float | None:
    """The least loss of a linear model, 0 without one; None where the rows show a law, or no linear dependence."""
    if any(loss <= NO_LAW or _of(e).linear_p_value > LINEAR_LEVEL for e, loss in scored):
        return None
    return min((loss for e, loss in scored if e.plain in LINEAR_KINDS), default=0.0)


def _floor(scored: Sequence[tuple[FrontEntry, float]]) -> float:
    """The loss below which losses count as equal."""
    return SMALLEST_LOSS if any(loss <= SMALLEST_LOSS for _, loss in scored) else PRACTICAL_LOSS


def _of(entry: FrontEntry) -> Support:
    assert entry.support is not None  # the callers leave the others out
    return entry.support
