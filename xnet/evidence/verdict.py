"""The verdict on a formula: whether it is better than the mean and than a linear formula, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, stdtrit  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import capitalized, distinct, explained, percent, r2

from .comparison import Comparison
from .evidence import BETTER
from .scores import ROUNDING

#: With fewer training rows than this, or fewer than this for each fitted number, a good fit proves little.
FEW_ROWS, ROWS_A_NUMBER = 20, 5
#: What training rows say is said where Schwarz's criterion differs by this much: a search among thousands of formulas
#: finds one that is better by 20 or so by chance.
STRONGLY = 30.0
#: With more training rows for each fitted number than this, noise alone hardly makes held-out rows much worse.
ROWS_TO_TRUST_A_NUMBER = 20
#: A formula is much worse on the held-out rows if their mean squared error is more than this many times that of the
#: training rows, and greater by more than this share of the target's variance.
WORSE, WORSE_SHARE = 4.0, 0.05
WORSE_ON_HELD_OUT = "It is much worse on held-out rows than on training rows: "


@dataclass(frozen=True)
class Verdict:
    """The judgement of a formula.

    Attributes:
        level: "exact", "strong", "plausible", "line" (not clearly better than a linear formula of all inputs) or "mean"
            (not clearly better than the mean); for a class "strong",
            "plausible", "logistic" (not clearly better than logistic regression) or "share" (not clearly better than
            the class's share).
        sentence: the reason.
        cautions: sentences on the limits of the evidence; may be empty.
    """

    level: str
    sentence: str
    cautions: tuple[str, ...] = ()


def verdict(found: Comparison, further: Sequence[str] = ()) -> Verdict:
    """The verdict; without held-out rows the Bayesian information criterion replaces the check on them.

    Args:
        found: the errors of the formula beside those of simple models.
        further: cautions on the rows.
    """
    missing = int((~np.isfinite(found.formula)).sum())
    if missing == len(found.formula):
        return Verdict("mean", "The formula has no value for any of the rows it is checked on.")
    cautions = (*_cautions(found, missing), *further)
    if found.exactness.proved:
        return Verdict("exact", found.exactness.sentence("held-out row" if found.held_out else "row"), cautions)
    if found.rare and not found.is_constant:
        return Verdict("mean", found.rare, cautions)
    where = HELD_OUT if found.held_out else TRAINING
    if found.is_constant or not _better(found, found.mean, 1):
        return Verdict("mean", _not_better_than_the_mean(found, where), cautions)
    if found.is_line:
        if _line_is_better(found):
            return Verdict("line", _not_better_than_a_line(found, where, clearly=True), cautions)
    elif not _better(found, found.line, found.line_parameters):
        return Verdict("line", _not_better_than_a_line(found, where), cautions)
    if found.loss != SQUARED_ERROR.name:
        return _by_deviances(found, cautions, where)
    return _by_r_squared(found, cautions, where)


def _by_r_squared(found: Comparison, cautions: tuple[str, ...], where: str) -> Verdict:
    """The verdict on a formula that is better than a linear one, or the linear one itself."""
    if found.variance is None:
        than = "the average" if found.is_line else found.line_name
        return Verdict("plausible", f"Its errors on the {where} are smaller than those of {than}. The target does not "
                                    "vary in these rows, so there is no R².", cautions)
    own, line = (1.0 - float(np.nanmean(errors)) / found.variance for errors in (found.formula, found.line))
    if own <= 0.0:  # held-out rows that lie beyond the training rows, such as the last ones of a series that grows
        others = "" if found.is_line else f" and of {found.line_name}"
        return Verdict("mean", f"It explains none of the variation in the {where} ({found.r2_name} {r2(own)}). Its "
                               f"errors there are smaller than those of the average of the {TRAINING}{others}, but "
                               "larger than those of the average of these rows themselves.", cautions)
    strong = own >= 0.9 and not cautions and found.held_out
    if found.exactness.by_spread:
        return Verdict("strong" if strong else "plausible", found.exactness.sentence(""), cautions)
    own_text, line_text = distinct([own, line], explained)
    than = f"more than {found.line_name}" + (f" ({line_text})" if line > 0 else "")
    than = f", {'clearly ' if strong else ''}{than}"
    if found.is_line:
        than = f"; {found.line_with_fit} explains {line_text}" if own_text != line_text and line > 0 else ""
    variation = "weighted variation" if found.weighted else "variation"
    return Verdict("strong" if strong else "plausible",
                   f"It explains {own_text} of the {variation} in the {where}{than}.", cautions)


def _by_deviances(found: Comparison, cautions: tuple[str, ...], where: str) -> Verdict:
    """The verdict on a formula that is better than a line by the deviances of a loss, or is the line itself."""
    line, own, mean = (float(np.nanmean(costs)) for costs in (found.line, found.formula, found.mean))
    strong = own <= 0.1 * mean and not cautions and found.held_out
    than, other = (_constant(found), mean) if found.is_line else (found.line_name, line)
    share = "" if not np.isfinite(other) else f" ({percent((own / other)**found.power)} of it)"
    sentence = f"By the loss that was chosen, its cost on the {where} is clearly below that of {than}{share}."
    return Verdict("strong" if strong else "plausible", sentence, cautions)


def _constant(found: Comparison) -> str:
    """The best constant by a loss."""
    return "the best constant" + (f" of the {TRAINING}" if found.held_out else "")


def _not_better_than_the_mean(found: Comparison, where: str) -> str:
    own, mean = float(np.nanmean(found.formula)), float(np.nanmean(found.mean))
    score = "" if found.variance is None else f" ({found.r2_name} {r2(1.0 - own / found.variance)})"
    if found.is_constant and own < mean:
        return f"A constant explains no variation{score}."
    by_loss = found.loss != SQUARED_ERROR.name
    if by_loss and mean > 0 and not found.is_constant:
        score = f" (its cost is {percent((own / mean)**found.power)} of that of the constant)"
    than = f"{_constant(found)}, by the loss that was chosen" if by_loss else "the average"
    return f"On the {where} it is {'no' if mean <= own else 'not clearly'} better than {than}{score}."


def _not_better_than_a_line(found: Comparison, where: str, *, clearly: bool = False) -> str:
    line, own = float(np.nanmean(found.line)), float(np.nanmean(found.formula))
    texts = ["", ""] if found.variance is None else distinct([1.0 - e / found.variance for e in (line, own)], r2)
    how = "is as good or better" if line <= own else "is not clearly worse"
    if clearly:
        how = "is clearly better"
    elif not found.held_out and line > own:
        how += " for its number of fitted numbers"
    scores = f" ({found.r2_name} {texts[0]}, this formula {texts[1]})" if texts[0] else ""
    training = _training_rows_sentence(found) if found.held_out and not found.is_line else ""
    return f"{capitalized(found.line_with_fit)} {how} on the {where}{scores}.{training}"


def _training_rows_sentence(found: Comparison) -> str:
    """What the training rows say beside a few held-out rows that do not tell the formula from the linear one."""
    own, line = (float(np.nanmean(errors)) for errors in (found.train, found.line_train))
    n = len(found.train)
    numbers = (found.n_parameters - found.line_parameters) * float(np.log(n))
    if not own > 0 or not n * float(np.log(line / own)) > numbers + STRONGLY:
        return ""
    costs = "its squared errors are {} times those" if found.loss == SQUARED_ERROR.name else "its cost is {} times that"
    ratio = f"{(line / own)**found.power:.3g}"
    return f" On the {n} training rows, to which both are fitted, {costs.format(ratio)} of this formula."


def _line_is_better(found: Comparison) -> bool:
    """Whether the linear formula of all inputs is clearly better than a formula that is linear itself.

    Without held-out rows, the rows have fitted all numbers of the line, and none of the formula where it has the same
    inputs: its numbers are simple ones near those of the fit, which even a true law loses a little against.
    """
    there = np.isfinite(found.formula)
    fitted = 0 if found.fitted_by and not found.held_out else found.n_parameters
    swapped = replace(found, formula=found.line[there], n_parameters=found.line_parameters)
    return _better(swapped, found.formula[there], fitted, errors=2.0)


def _better(found: Comparison, baseline: Array, parameters: int, errors: float = 1.0) -> bool:
    """Whether the formula is better than a simpler model by more than chance: by so many standard errors."""
    there = np.isfinite(found.formula)
    own, other = found.formula[there], baseline[there]
    if not found.held_out:
        n = len(own)
        tiny = ROUNDING**2 * found.scale

        def criterion(error: Array, k: int) -> float:
            return n * float(np.log(max(error.mean(), tiny))) + k * float(np.log(n))

        return criterion(own, found.n_parameters) < criterion(other, parameters) - 2.0
    return clearly_less(own, other, errors)


def clearly_less(own: Array, other: Array, errors: float = 1.0) -> bool:
    """Whether a model's losses (n,) are less than those of another model, by more than a few extreme rows can cause.

    Args:
        errors: the standard errors that a small gain has to exceed, of few rows as many more as Student's t does. The
            linear formula of more inputs, which would correct the suggestion, needs two: one is exceeded by chance in
            every sixth table.
    """
    if not np.isfinite(other.mean()):  # a model without a likelihood in some row
        return bool(np.isfinite(own.mean()))
    if not own.mean() < BETTER * other.mean():
        return False
    # A few extreme rows can dominate a mean, so a small advantage must exceed its own standard error.
    gain, n = other - own, len(own)
    if own.mean() < 0.5 * other.mean() or n < 2:
        return True
    return bool(gain.mean() > float(stdtrit(n - 1, ndtr(errors))) * gain.std(ddof=1) / np.sqrt(n))


def _cautions(found: Comparison, missing: int) -> tuple[str, ...]:
    said = []
    n = len(found.train)
    if missing:
        said.append(f"It has no value for {missing} of the {len(found.formula)} rows it is checked on.")
    if n < FEW_ROWS or n < ROWS_A_NUMBER * found.n_parameters:
        numbers = counted(found.n_parameters, "fitted number")
        said.append(f"There are only {n} training rows for {numbers}." if found.n_parameters else
                    f"There are only {n} training rows.")
    if caution := found.exactness.caution:
        said.append(caution)
    if not found.held_out:
        said.append("No rows were held out, so the formula was not checked on unseen rows.")
    inner, outer = float(np.nanmean(found.train)), float(np.nanmean(found.formula))
    if found.held_out and outer > WORSE * inner and outer - inner > WORSE_SHARE * found.scale:
        said.append(WORSE_ON_HELD_OUT + (
            "it fits some of the noise." if n < ROWS_TO_TRUST_A_NUMBER * found.n_parameters else
            "a few held-out rows with large errors decide this, or it fits some of the noise."))
    return tuple(said)
