"""Evidence for a formula that gives the probability of a class: ordinary classifiers for comparison, and a verdict.

The measure is the log loss, which the search minimises. It rewards correct classes and penalises confident mistakes.
The simple models are the share of the class as a constant probability, and logistic regression on all inputs with a
penalty: of several, the one of least log loss in cross-validation, so that many inputs or separable classes do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.counts import all_of, counted
from xnet.engine.networks.network import Network
from xnet.errors import DataError
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import distinct, log_loss_text, percent

from .class_probability import log_odds_of
from .class_scores import binary_log_losses, class_score
from .simple_models import is_linear, n_varying
from .verdict import FEW_ROWS, ROWS_A_NUMBER, Verdict, clearly_less
from .weighted_rows import Rows, mean_one_weights, weighted

#: A smaller difference of log losses is not visible in the probabilities.
NOTICEABLE = 0.01
#: Where classes are separated (Albert & Anderson 1984, Biometrika 71).
SEPARATED = ("The formula classifies every row correctly, so the rows set no upper limit to the size of its numbers: "
             "it comes from the assumption on wrong labels, and so do the standard errors. An interval by the standard "
             "error may hold 0 although the input matters.")
#: A strong formula classifies this share correctly, with at most half the mistakes of the most common class.
STRONG = 0.9


@dataclass(frozen=True)
class ClassComparison:
    """The formula and the two simple models on the deciding rows (held-out rows, else training rows).

    Attributes:
        formula, line, share: (m,) log loss of each row by the formula, by logistic regression and by the share of
            the class, times the row's weight; NaN where the formula has no value.
        right, line_right: accuracies of the formula and of logistic regression.
        common: accuracy of the class that is more common in the training rows.
        one_class: whether all deciding rows belong to one class.
        train: (n,) log losses of the formula on the training rows, weighted in the same way.
        rarer: number of training rows of the rarer class.
        held_out: whether the deciding rows are held out.
        n_parameters, line_parameters: numbers fitted by formula and logistic regression.
        own_inputs: where the formula is a logistic regression itself, how many inputs it reads; else None.
        line_train: mean log loss of logistic regression on the training rows, weighted in the same way.
        is_separated: whether the formula classifies every training and held-out row correctly.
    """

    formula: Array
    line: Array
    share: Array
    right: float
    line_right: float
    common: float
    one_class: bool
    train: Array
    rarer: int
    held_out: bool
    n_parameters: int
    line_parameters: int
    own_inputs: int | None = None
    line_train: float = np.inf
    is_separated: bool = False


def compare_class(network: Network, train: Rows, holdout: Rows | None, line: Any,
                  n_parameters: int) -> ClassComparison:
    """Compare a formula with the share of the class and with logistic regression.

    Args:
        network: gives the probability of the class.
        train, holdout: rows with y (n,) of 0 and 1, and their weights where they have some.
        line: the model that `logistic_regression` fitted to the training rows.
        n_parameters: how many constants of the network the rows determine (`FrontEntry.n_parameters`).
    """
    train = weighted(train)
    deciding = train if holdout is None else weighted(holdout)
    X, y, weight = deciding
    p, other = _finite(network.evaluate(X)), line.predict_proba(X)[:, 1]
    share = float(np.average(train.y, weights=train.weight))
    there, ones = np.isfinite(p), int(train.y.sum())
    each = mean_one_weights(deciding, there)
    own_train = _finite(network.evaluate(train.X))
    return ClassComparison(
        formula=np.where(there, each * binary_log_losses(np.where(there, p, 0.5), y), np.nan),
        line=each * binary_log_losses(other, y), share=each * binary_log_losses(np.full(len(y), share), y),
        right=class_score(p, y, weight).accuracy or 0.0,
        line_right=class_score(other, y, weight).accuracy or 0.0,
        common=float(np.average((y > 0.5) == (share > 0.5), weights=weight)), one_class=bool(np.ptp(y) == 0),
        train=mean_one_weights(train, np.isfinite(own_train)) * binary_log_losses(own_train, train.y),
        rarer=min(ones, len(train.y) - ones), held_out=holdout is not None,
        n_parameters=n_parameters, line_parameters=n_varying(X) + 1,
        own_inputs=len(network.variables) if _is_logistic_regression(network, train.X) else None,
        line_train=class_score(line.predict_proba(train.X)[:, 1], train.y, train.weight).log_loss or np.inf,
        is_separated=all(bool(((values > 0.5) == (of > 0.5)).all()) for values, of in ((own_train, train.y), (p, y))))


def _is_logistic_regression(network: Network, X: Array) -> bool:
    """Whether the log-odds of a probability are linear in the inputs in the rows X (n, d)."""
    try:
        return bool(network.variables) and is_linear(log_odds_of(network), X)
    except DataError:  # a formula of another form
        return False


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def class_verdict(found: ClassComparison) -> Verdict:
    """The verdict; without held-out rows the Bayesian information criterion replaces the check on them."""
    missing = int(np.isnan(found.formula).sum())
    if missing == len(found.formula):
        return Verdict("share", "The formula has no value for any of the rows it is checked on.")
    cautions = _cautions(found, missing)
    where = HELD_OUT if found.held_out else TRAINING
    if not is_better(found, found.share, 1):
        own, share = _losses(found, found.share)
        how = "no better" if _mean(found, found.share) <= _mean(found, found.formula) else "not clearly better"
        right, common = distinct([found.right, found.common], percent)
        return Verdict("share", f"On the {where} it is {how} than one probability for all rows, the share of the class "
                                f"(log loss {own}, the share {share}). It classifies {right} of them correctly, the "
                                f"more common class alone {common}.", cautions)
    if found.own_inputs is not None:
        return _on_logistic_regression(found, found.own_inputs, cautions, where)
    own, line = _losses(found, found.line)
    shares = distinct([found.right, found.line_right, found.common], percent)
    compared = (f"On the {where} the formula classifies {shares[0]} correctly, logistic regression {shares[1]}, the "
                f"more common class alone {shares[2]}.")
    if not is_better(found, found.line, found.line_parameters):
        as_good = _mean(found, found.line) <= _mean(found, found.formula)
        how = "is as good or better" if as_good else "is not clearly worse"
        return Verdict("logistic", f"Penalised logistic regression on all inputs ({found.line_parameters} "
                                   f"fitted numbers; the formula has {found.n_parameters}) {how}: its log loss is "
                                   f"{line}, that of the formula {own}. {compared}", cautions)
    inner, chance = float(np.nanmean(found.train)), (found.line_parameters - found.n_parameters) / len(found.train)
    if found.held_out and inner - found.line_train > NOTICEABLE + max(chance, 0.0):  # as Akaike's criterion has it
        its, lines = distinct([inner, found.line_train], log_loss_text)
        cautions += (f"Logistic regression has the lower log loss on the training rows ({lines}; the formula {its}).",)
    strong = found.right >= max(STRONG, 1.0 - 0.5 * (1.0 - found.common), found.line_right)
    level = "strong" if strong and found.held_out and not cautions else "plausible"
    return Verdict(level, f"Its probabilities are better than those of penalised logistic regression on all "
                          f"inputs: its log loss is {own}, that of logistic regression {line}. {compared}", cautions)


def _on_logistic_regression(found: ClassComparison, n_read: int, cautions: tuple[str, ...], where: str) -> Verdict:
    """The verdict on a logistic regression that is better than the share of the class.

    It is not compared with itself: only a penalised one of all inputs that is better by two standard errors is said.
    """
    n = found.line_parameters - 1
    inputs = all_of(n, "input") if n_read == n else f"{n_read} of the {n} inputs"
    own, share, line = distinct([_mean(found, losses) for losses in (found.formula, found.share, found.line)],
                                log_loss_text)
    swapped = replace(found, formula=found.line + 0.0 * found.formula, n_parameters=found.line_parameters)
    if is_better(swapped, found.formula, found.n_parameters, errors=2.0):
        return Verdict("logistic", f"Penalised logistic regression of {all_of(n, 'input')} is clearly better on the "
                                   f"{where}: its log loss is {line}, that of this logistic regression of {inputs} "
                                   f"{own}.", cautions)
    strong = found.right >= max(STRONG, 1.0 - 0.5 * (1.0 - found.common)) and found.held_out and not cautions
    right, common = distinct([found.right, found.common], percent)
    return Verdict("strong" if strong else "plausible",
                   f"This logistic regression of {inputs} has the log loss {own} on the {where}; the share of the "
                   f"class, as one probability for all rows, has {share}. It classifies {right} of them correctly, the "
                   f"more common class alone {common}.", cautions)


def _losses(found: ClassComparison, other: Array) -> list[str]:
    """The mean log losses of the formula and of a simpler model, as text."""
    return distinct([_mean(found, found.formula), _mean(found, other)], log_loss_text)


def _mean(found: ClassComparison, losses: Array) -> float:
    """The mean in the rows where the formula has a value."""
    return float(losses[np.isfinite(found.formula)].mean())


def is_better(found: ClassComparison, baseline: Array, parameters: int, errors: float = 1.0) -> bool:
    """Whether the formula is better than another model by more than chance and by a noticeable amount.

    The other model has the losses `baseline` (m,); a small gain has to exceed `errors` standard errors.
    """
    there = np.isfinite(found.formula)
    own, other = found.formula[there], baseline[there]
    if not found.held_out:
        n = len(own)
        gain = 2.0 * float(other.sum() - own.sum()) - (found.n_parameters - parameters) * float(np.log(n))
        return gain > 2.0
    return bool(other.mean() - own.mean() > NOTICEABLE) and clearly_less(own, other)


def _cautions(found: ClassComparison, missing: int) -> tuple[str, ...]:
    said = []
    if missing:
        said.append(f"It has no value for {missing} of the {len(found.formula)} rows it is checked on.")
    if len(found.train) < FEW_ROWS or found.rarer < ROWS_A_NUMBER * found.n_parameters:
        numbers = counted(found.n_parameters, "fitted number")
        said.append(f"The rarer class has only {found.rarer} training rows for {numbers}." if found.n_parameters else
                    f"There are only {len(found.train)} training rows.")
    if found.is_separated and found.n_parameters:
        said.append(SEPARATED)
    if not found.held_out:
        said.append("No rows were held out, so the formula was not checked on unseen rows.")
    elif found.one_class:
        said.append("All held-out rows belong to one class, so they are a weak check.")
    inner, outer = float(np.nanmean(found.train)), float(np.nanmean(found.formula))
    if found.held_out and outer > 4.0 * inner and outer - inner > 0.1:
        said.append("It is much worse on held-out rows than on training rows: it fits some of the noise.")
    return tuple(said)
