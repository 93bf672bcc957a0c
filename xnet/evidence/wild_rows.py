"""Wild rows: rows that lie far from a formula, measured by a spread that they do not change themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.gross_errors import OUTLIER_DEVIATIONS, most_outliers
from xnet.engine.fitting.losses import Huber, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.networks.network import Network
from xnet.tables.row_names import RowNames
from xnet.ways import WHERE_LOSS, ways
from xnet.wording.formula_notation import typeset_text
from xnet.wording.number_text import measured
from xnet.wording.score_text import capitalized

from .file_order import outputs, positions, targets, weights
from .residuals import residuals
from .scores import ROUNDING

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The median absolute error times this is the standard error of normal noise.
MAD_SCALE = 1.4826
#: With more fitted numbers than this for each row, a formula follows the rows, and says nothing about wild ones.
_PER_ROW = 0.25
#: With a larger share of such rows than this, the median error is that of another kind of row.
MOST_WILD = 0.2
#: Errors grow with the values if Spearman's rank correlation of their sizes is above this.
GROWING = 0.3
#: A positive target with larger robust standard deviations, relative to the target, suits the logarithmic loss better
#: than relative errors, whose formulas then come out low (docs/losses.md).
_LARGE_NOISE = 0.1
#: Rows that a sentence names at most.
NAMED = 5
#: Rows that all lie more than this many times as far as every other row are no tail of the errors of the others.
_GAP = 2.0


@dataclass(frozen=True)
class WildRows:
    """The wild rows of a formula.

    Attributes:
        names: their names in the table, the wildest first.
        positions: (k,) their positions among the rows of the search.
        deviations: (k,) absolute errors of these rows in robust standard deviations.
        held_out: (k,) whether these rows are held out.
        robust_deviation: the robust standard deviation: 1.4826 times the median absolute error of all rows. Errors are
            those of the loss (`standardised_errors`).
        n_rows: how many rows the formula was compared with.
        growing: whether the absolute errors grow with the absolute value of the formula (see `_grow`). Under relative
            and logarithmic errors they are not called so, because the loss allows for it.
        advised: the loss that suits errors that grow, "relative", "log" or "poisson"; "" for a target with zeros that
            is no count, because an error has no size relative to 0.
        unit: the median absolute error in words.
        least: the least deviation, where the loss states the noise or the median error is below rounding; else 0.
        largest_other: the largest error of the other rows, in robust standard deviations.
        largest_relative: the largest relative error of these rows, in robust standard deviations of relative errors.
    """

    names: RowNames
    positions: Array
    deviations: Array
    held_out: Array
    robust_deviation: float
    n_rows: int
    growing: bool = False
    unit: str = "the median absolute error"
    least: float = 0.0
    largest_other: float = np.inf
    largest_relative: float = np.inf
    advised: str = "relative"

    @property
    def are_wild(self) -> bool:
        """Whether the rows are called wild, and left out of a comparison: they are few, and not only large."""
        return len(self.names) <= most_outliers(self.n_rows) and not self.are_large

    @property
    def are_large(self) -> bool:
        """Whether errors grow with the value of the formula, and the relative errors of these rows are like others."""
        return self.growing and self.largest_relative <= OUTLIER_DEVIATIONS

    @property
    def are_called_large(self) -> bool:
        """Whether a sentence calls the rows large rather than wild, so that no fit with less influence of them helps.

        Rows that are too many to be wild are called so as well where errors grow with the value of the formula.
        """
        return len(self.names) > 0 and self.growing and not self.are_wild


def wild_rows(network: Network, problem: Problem, names: RowNames | None = None) -> WildRows:
    """The rows whose error is larger than six robust standard deviations; none where they are more than a fifth.

    A quantile other than the median has none: it is a limit, and rows lie far from it as a rule.

    Args:
        network: the formula.
        problem: the problem of n rows.
        names: the names of these rows, (n,); by default row 1, row 2 and so on.
    """
    values, y, loss = outputs(network, problem), targets(problem), problem.train.loss_function
    errors, unit, least = standardised_errors(y, values, weights(problem), loss)
    places = positions(problem)
    held_out = np.isin(places, problem.holdout_index)
    names = RowNames.counted(problem.n_rows) if names is None else names
    there = np.isfinite(errors)
    limit = isinstance(loss, Quantile) and loss.share != 0.5
    if limit or not there.any() or network.n_parameters > _PER_ROW * len(y):
        return WildRows(names.kept(places[:0]), places[:0], errors[:0], held_out[:0], 0.0, 0)
    smallest = ROUNDING * (float(y.std()) if isinstance(loss, SquaredError | Huber | Quantile) else 1.0)
    robust_deviation = MAD_SCALE * float(np.median(errors[there]))
    least = max(least, smallest if robust_deviation < smallest else 0.0)
    robust_deviation = max(robust_deviation, least)
    with np.errstate(all="ignore"):
        deviations = np.where(there, errors / robust_deviation, 0.0)
    wild = np.flatnonzero(deviations > OUTLIER_DEVIATIONS)
    wild = wild[:0] if len(wild) > MOST_WILD * len(y) else wild
    wild = wild[np.argsort(-deviations[wild], kind="stable")]
    others = np.delete(deviations, wild)
    with np.errstate(all="ignore"):
        relative = errors / np.abs(values)
        relative /= MAD_SCALE * np.median(relative[there])
        advised = _advised(y, MAD_SCALE * float(np.median((np.abs(values - y) / np.abs(y))[there])))
    growing = not isinstance(loss, Relative | Logarithmic) and _grow(errors[there], np.abs(values[there]))
    return WildRows(names.kept(places[wild]), places[wild], deviations[wild], held_out[wild],
                    robust_deviation, int(there.sum()), growing, unit, least, float(others.max(initial=0.0)),
                    float(relative[wild].max(initial=0.0)), advised)


def _advised(y: Array, noise: float) -> str:
    """The loss that suits a target y (n,) whose errors grow; `noise` is the relative robust standard deviation."""
    if (y == 0).any():
        return "poisson" if y.min() >= 0 and (y == np.round(y)).all() else ""
    return "log" if noise > _LARGE_NOISE and y.min() > 0 else "relative"


def standardised_errors(y: Array, f: Array, weight: Array | None, loss: Loss) -> tuple[Array, str, float]:
    """Absolute errors that are alike in all rows if the formula is right: a large one is no noise.

    Args:
        y, f: (n,) target and values of the formula.
        weight: (n,) weights of the rows, or None; the variance of a row is taken to be one over its weight. Only their
            ratios count, as they are divided by their mean.
        loss: of the search.

    Returns:
        The errors (n,): in given standard errors, relative, of logarithms, the roots of the deviances of counts
        (McCullagh & Nelder 1989, section 2.4.3), or differences; how their median is called; and their least
        standard deviation, 1 where the loss states the noise.
    """
    if isinstance(loss, KnownError):
        return np.abs(residuals(y, f, weight, loss)), "the median absolute error in given standard errors", 1.0
    weight = None if weight is None else weight / weight.mean()
    root = np.ones_like(y) if weight is None else np.sqrt(weight)
    by_weight = "" if weight is None else " times the root of weight/mean weight"
    if isinstance(loss, Poisson):
        with np.errstate(all="ignore"):
            return np.sqrt(loss.values(f, y, weight)), f"the median absolute deviance residual{by_weight}", 1.0
    words = {Relative: "the median relative error", Logarithmic: "the median absolute error of the logarithm"}
    return (root * np.abs(residuals(y, f, weight, loss)),
            words.get(type(loss), "the median absolute error") + by_weight, 0.0)


def _grow(errors: Array, sizes: Array) -> bool:
    """Whether errors (n,) grow with sizes (n,): Spearman's correlation is above 0.3 and above 4 standard errors."""
    if len(errors) < 3 or np.ptp(errors) == 0 or np.ptp(sizes) == 0:
        return False
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (errors, sizes)]
    correlation = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    return correlation > max(GROWING, 4.0 / np.sqrt(len(errors) - 1))


def wild_rows_sentence(found: WildRows) -> str:
    """The wild rows by their numbers; "" where there are none."""
    k = len(found.names)
    if not k:
        return ""
    rows = [f"{found.names.name(i)} ({_count(found.deviations[i])})" for i in range(min(k, NAMED))]
    named = ", ".join(rows)
    least = f", but at least {measured(found.least, 3)}" if found.least else ""
    here = measured(found.robust_deviation, 3)
    unit = f"A robust standard deviation is {MAD_SCALE} times {found.unit}{least}: here {here}."
    if not least:
        unit = unit.replace(": here", ", here")
    many = not found.are_wild
    if k == 1:
        lies = f"lies {_count(found.deviations[0])} robust standard deviations from the formula"
        return (f"{capitalized(found.names.name(0))} {lies}. {_on_many(found)} {unit}" if many else
                f"{capitalized(found.names.name(0))} is wild: it {lies}. {unit}")
    of_all = f" ({100.0 * k / found.n_rows:.0f} % of all)" if many else ""
    tails = f"{_on_many(found)} " if many else ""
    return (f"{k} rows{of_all} lie more than {OUTLIER_DEVIATIONS:.0f} robust standard deviations from the formula"
            f"{', most of all' if k > NAMED else ':'} {named}. {tails}{unit}")


def _on_many(found: WildRows) -> str:
    """What rows may be that are too many, or too alike in their relative errors, to be called wild."""
    if found.are_called_large:
        rows = "this row is" if len(found.names) == 1 else "these rows are"
        large = f"The errors grow with the value of the formula, so {rows} large rather than wild"
        kind = {"relative": "relative errors", "log": "logarithmic errors", "poisson": "errors of counts"}
        way = ways(WHERE_LOSS, f"--loss {found.advised}")
        return f"{large}: {kind[found.advised]} {way} suit such a table." if found.advised else f"{large}."
    if found.deviations.min() > _GAP * found.largest_other:
        return (f"All other rows lie within {found.largest_other:.2g}, so these are gross errors or rows of another "
                "kind, and not the tail of the errors of the others.")
    return ("They are too many to be left out as wild rows: the errors may have heavy tails, or be larger in some part "
            "of the table.")


def _count(deviation: float) -> str:
    """A deviation, with a digit that tells it from the limit of wild rows."""
    if deviation > 1e6:
        return "more than a million"
    if deviation >= OUTLIER_DEVIATIONS + 0.5:
        return f"{deviation:.0f}"
    text = f"{deviation:.2f}"
    return text if float(text) > OUTLIER_DEVIATIONS else f"just over {OUTLIER_DEVIATIONS:.0f}"


def second_look_sentence(record: Mapping[str, Any], snapshot: Mapping[str, Any], *, large: bool = False) -> str:
    """What the second look under Huber's scale suggests, beside the suggestion of the search; "" without one.

    Args:
        record: a formula of the snapshot.
        snapshot: the last snapshot of the search; its "second_look" is the formula that the second look suggests.
        large: whether the rows are called large rather than wild (`WildRows.are_called_large`): then a formula that
            they have little influence on is no suggestion.
    """
    offered, best = snapshot.get("second_look"), snapshot["best"]
    if offered is None or record["network"] != best["network"]:
        return ""
    if is_of_second_look(best, snapshot):
        rows = "rows with large errors" if large else "wild rows"
        return f"The formula is that of a second search, in which {rows} have little influence (Huber's scale)."
    if large:
        return ""
    return ("A second search, in which wild rows have little influence (Huber's scale), suggests "
            f"{typeset_text(offered['text'])}, which is among the formulas found.")


def is_of_second_look(record: Mapping[str, Any], snapshot: Mapping[str, Any]) -> bool:
    """Whether a formula is the one that the second look suggests."""
    offered = snapshot.get("second_look")
    return offered is not None and bool(offered["network"] == record["network"])


def left_out_sentence(found: WildRows) -> str:
    """Which rows a comparison leaves out; "" for none."""
    return f"This comparison leaves out {named_wild_rows(found.names)}." if len(found.names) and found.are_wild else ""


def named_wild_rows(names: RowNames) -> str:
    """Wild rows by their names, of many the wildest ones and how many others there are."""
    k = len(names)
    named = ", ".join(names.name(i) for i in range(min(k, NAMED)))
    return named if k <= NAMED else f"{named} and {counted(k - NAMED, 'other wild row')}"
