"""The suggestion: the network of least leave-one-out loss on all rows, with a price on its structure.

`score` defines the score of a network. Five tests stand beside it:

* a network with a possible pole or missing value between the rows (by interval arithmetic) competes only if
  its loss is less than a tenth of the loss of every other network;
* where the rows do not show that the target depends on the inputs, the suggestion is the constant (`gate`);
* in a table without a law, a formula that grows without limit outside the rows has to be far better than a line;
* a line of few inputs gives way to that of most inputs if its generalised cross-validation is lower, without a law;
* a network that describes the few largest rows of a heavy-tailed table alone is not suggested (`few_large_rows`).

Rows that are gross outliers for every good network are clipped, so that a few of them do not decide; but only if the
networks explain the other rows.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.gross_errors import largest_square, most_outliers

from .entry import FrontEntry, Support
from .few_large_rows import of_few_large_rows
from .gate import after_gate
from .plain_models import LINEAR_KINDS, PlainKind
from .score import (
    SMALLEST_LOSS,
    WEIGHTS,
    Preference,
    Scored,
    Weights,
    best,
    cross_validated,
    equal_below,
    evidence,
    loss_of_linear,
    score,
)

#: A network that is not cleared has to lower the loss to this share of what the cleared ones leave.
POLE_GAIN = 0.1
#: In a table without a law a network that is not steady has to lower the loss to this share of a linear model's.
UNSTEADY_GAIN = 0.6
#: Gross outliers are clipped only if the clipped losses of some network are lower than this share of the constant's.
OF_THE_OTHER_ROWS = 0.9
#: A longer formula is suggested only if its score is lower by more than this (half a nat), which is hardly evidence.
TIE = 1.0


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
    losses = clipped_means([evidence(e) for e in supported])
    scored = _near_the_target(after_gate(_cleared([(e, loss) for e, loss in zip(supported, losses, strict=True)])))
    few = of_few_large_rows(scored)
    balanced = _best(scored, Preference.BALANCED, few)
    if preference is Preference.BALANCED:
        return balanced
    if preference is Preference.SIMPLEST:
        scored = [(e, loss) for e, loss in scored if e.complexity <= balanced.complexity]
    else:
        most = next(loss for e, loss in scored if e is balanced)
        scored = [(e, loss) for e, loss in scored if loss <= most]
    return _best(scored, preference, few)


def _best(scored: Sequence[Scored], preference: Preference, few: Set[int]) -> FrontEntry:
    """The best network under a preference, and where it describes a few large rows alone, the best of the others."""
    found = best(scored, WEIGHTS[preference], TIE)
    if id(found) in few and any(id(e) not in few for e, _ in scored):  # a law in place of a surface may be one of few
        found = best(scored, WEIGHTS[preference], TIE, few)
    if found.plain is PlainKind.LINEAR and preference is not Preference.SIMPLEST:
        return _all_inputs_in_place_of(found, scored)
    return _law_in_place_of(found, scored, WEIGHTS[preference]) if found.plain is PlainKind.SURFACE else found


def _all_inputs_in_place_of(line: FrontEntry, scored: Sequence[Scored]) -> FrontEntry:
    """In a table without a law, the linear model of most inputs if its generalised cross-validation is lower.

    A few rows of high leverage decide leave-one-out losses of a line with many inputs.
    """
    if loss_of_linear(scored) is None:
        return line
    lines = [e for e, _ in scored if e.plain is PlainKind.LINEAR]
    most = max(lines, key=lambda e: (len(e.network.variables), -evidence(e).loss))
    is_lower = _cross_validated(most) < _cross_validated(line)
    return most if is_lower and len(most.network.variables) > len(line.network.variables) else line


def _cross_validated(entry: FrontEntry) -> float:
    support = evidence(entry)
    return cross_validated(support.loss, len(support.losses), support.n_determined)


def _law_in_place_of(surface: FrontEntry, scored: Sequence[Scored], weights: Weights) -> FrontEntry:
    """The best law that is shorter than a response surface, has fewer constants and a lower loss; else the surface.

    A surface pays little for its terms, because an experiment is designed for them. The levels of an experiment with a
    known kind of law, such as lengths and angles of a pendulum, look alike; so at equal prices the law must win.
    """
    if loss_of_linear(scored) is not None:
        return surface
    floor, left = equal_below(scored), next(loss for e, loss in scored if e is surface)
    limit = score(replace(surface, plain=None), left, weights, floor)
    laws = [(e, loss) for e, loss in scored if e.plain is None and e.complexity < surface.complexity and loss < left
            and evidence(e).n_determined < evidence(surface).n_determined
            and score(e, loss, weights, floor) < limit]
    return best(laws, weights, TIE) if laws else surface


def outlier_rows(supports: Sequence[Support]) -> tuple[Array, float]:
    """The result of `gross_rows`; no rows where more than a few are gross: heavy tails are no outliers."""
    rows, limit = gross_rows(supports)
    return (rows if len(rows) <= most_outliers(len(supports[0].losses)) else rows[:0]), limit


def gross_rows(supports: Sequence[Support]) -> tuple[Array, float]:
    """Positions of the rows that are gross outliers for the network of the least median loss, and the limit.

    Networks that follow single rows, or have many constants, are taken only where there is no other: their losses in
    the rows that they follow are small whether or not these rows are outliers.
    """
    n = len(supports[0].losses)
    few = [s for s in supports if s.n_determined <= n / 4] or list(supports)
    few = [s for s in few if not s.follows_a_row] or few
    reference = min(few, key=lambda s: float(np.median(s.losses)) * n / max(n - s.n_determined, 1))
    limit = largest_square(reference.losses, SMALLEST_LOSS)
    return np.flatnonzero(reference.losses > limit), limit


def clipped_means(supports: Sequence[Support]) -> list[float]:
    """The mean losses, those of gross outliers clipped if the networks explain the other rows.

    Many counts, costs and durations are zero or small, and a few are large. No network explains the small ones, so the
    rows beyond are no errors: without them, the median of the target would be predicted, not its mean.
    """
    raw = [float(support.losses.mean()) for support in supports]
    rows, limit = outlier_rows(supports) if supports[0].dispersion is None else (np.zeros(0, dtype=np.intp), 0.0)
    if not len(rows):
        return raw
    means = []
    for support in supports:
        losses = support.losses.copy()
        losses[rows] = np.minimum(losses[rows], limit)
        means.append(float(losses.mean()))
    of_constant = min((mean for mean, s in zip(means, supports, strict=True) if not s.reads_inputs), default=np.inf)
    return means if min(means) < OF_THE_OTHER_ROWS * of_constant else raw


def _cleared(scored: list[Scored]) -> list[Scored]:
    """The networks that are defined between the rows; all, where another explains far more than any of them.

    A law may have a pole between rows, but then nothing else comes near it.
    """
    clear = [(e, loss) for e, loss in scored if e.is_defined]
    if not clear:
        return scored
    least = min(max(loss, SMALLEST_LOSS) for _, loss in scored)
    return clear if least > POLE_GAIN * min(max(loss, SMALLEST_LOSS) for _, loss in clear) else scored


def _near_the_target(scored: list[Scored]) -> list[Scored]:
    """In a table without a law, linear models and networks that are steady, not checked or far better; else all.

    Leave-one-out losses do not see the next row that lies farther out. There `42000*exp(-x) + 2.2` or a product of
    powers with large exponents is wrong by many times the target's range, and a line by little.
    """
    linear = loss_of_linear(scored)
    if not linear:
        return scored
    return [(e, loss) for e, loss in scored
            if e.plain in LINEAR_KINDS or evidence(e).is_steady is not False or loss < UNSTEADY_GAIN * linear]
