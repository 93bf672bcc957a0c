"""The verdict on the formulas of all classes of a column: every place takes it from here.

The formulas are compared with the shares of the classes and with penalised logistic regression on all inputs, by the
cross-validated log losses of the rows: those that `choose` has computed, in the same folds. All rows have chosen the
form of the formulas, and likewise the penalty of the logistic regression.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.classification.softmax import Labelled, raw_scores
from xnet.engine.fitting.losses import SMOOTHING
from xnet.wording.score_text import distinct, log_loss_text, percent

from .baselines import fit_weighted
from .class_constants import class_constants
from .class_evidence import NOTICEABLE, SEPARATED
from .class_scores import SURE
from .joint_classes import JointClasses
from .verdict import FEW_ROWS, ROWS_A_NUMBER, Verdict, clearly_less
from .weighted_rows import WeightedRows

#: Why the cross-validated scores are too good.
FORM_BY_ALL_ROWS = "All rows have chosen the form of the formulas, so these scores can be too good for new rows."
#: Inverse penalties of the logistic regression.
_PENALTIES = np.logspace(-2, 4, 7)


@dataclass(frozen=True)
class JointComparison:
    """The formulas and the two simple models on the rows of the cross-validation.

    Attributes:
        formulas, line, shares: (m,) log losses of the rows, times their weights, by constants of other folds.
        right, line_right, common: shares of the rows that the formulas, logistic regression and the most common class
            classify correctly.
        line_parameters: numbers fitted by logistic regression.
    """

    formulas: Array
    line: Array
    shares: Array
    right: float
    line_right: float
    common: float
    line_parameters: int


def compare_classes(joint: JointClasses) -> JointComparison:
    """Cross-validate the simple models in the folds of the formulas."""
    rows = joint.result.judged
    codes, weight, counts = joint.codes[rows], joint.weight[rows], joint.counted[rows]
    K = len(joint.labels)
    shares = np.bincount(joint.codes, joint.weight, K) / joint.weight.sum()
    p = _logistic_regression(joint.X[rows], codes, weight, joint.result.fold, K)
    common = np.bincount(joint.codes, joint.counted, K).argmax()
    lines = K - 1 if K == 2 else K
    return JointComparison(
        joint.result.losses_held_out, _losses(p, codes) * weight, -np.log(shares[codes]) * weight,
        joint.result.accuracy_held_out, float(np.average(p.argmax(axis=1) == codes, weights=counts)),
        float(np.average(codes == common, weights=counts)), lines * (joint.X.shape[1] + 1))


def _logistic_regression(X: Array, codes: Array, weight: Array, fold: Array, n_classes: int) -> Array:
    """(m, K) probabilities by models of the other folds, with the penalty of the least log loss."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    found = []
    for penalty in _PENALTIES:
        p = np.zeros((len(codes), n_classes))
        for k in np.unique(fold):
            inside, outside = fold != k, fold == k
            present = np.unique(codes[inside])
            if len(present) < 2:
                p[np.ix_(outside, present)] = 1.0
                continue
            model = make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=500))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # fits may stop at their iteration limit
                fit_weighted(model, WeightedRows(X[inside], codes[inside], weight[inside]))
            p[np.ix_(outside, present)] = model.predict_proba(X[outside])
        found.append(p)
    return min(found, key=lambda p: float((_losses(p, codes) * weight).mean()))


def _losses(p: Array, codes: Array) -> Array:
    """(m,) the log losses of probabilities (m, K)."""
    return -np.log(np.clip(p[np.arange(len(codes)), codes], SURE, 1.0))


def joint_verdict(joint: JointClasses) -> Verdict:
    """The verdict on the formulas; it is "plausible" at most, because no rows are held out from the choice of forms."""
    found = compare_classes(joint)
    fitted = determined(joint)
    numbers, cautions = sum(fitted), _cautions(joint, fitted)
    n, m = len(joint.codes), len(joint.result.judged)
    they, are, classify, have = (("the formula", "is", "classifies", "has") if len(joint.result.networks) == 1 else
                                 ("the formulas", "are", "classify", "have"))
    where = "Cross-validated" if m == n else f"Cross-validated on {m:,} of the {n:,} rows"
    if not _better(found.formulas, found.shares):
        losses = distinct([found.formulas.mean(), found.shares.mean()], log_loss_text)
        how = "no better" if found.shares.mean() <= found.formulas.mean() else "not clearly better"
        right, common = distinct([found.right, found.common], percent)
        return Verdict("share", f"{where}, {they} {are} {how} than the shares of the classes for all rows (log loss "
                                f"{losses[0]}, the shares {losses[1]}). {they.capitalize()} {classify} {right} of the "
                                f"rows correctly, the most common class alone {common}.", cautions)
    losses = distinct([found.formulas.mean(), found.line.mean()], log_loss_text)
    right, line_right, common = distinct([found.right, found.line_right, found.common], percent)
    compared = (f"{where}, {they} {classify} {right} of the rows correctly, logistic regression {line_right}, the most "
                f"common class alone {common}.")
    if not _better(found.formulas, found.line):
        how = "is as good or better" if found.line.mean() <= found.formulas.mean() else "is not clearly worse"
        return Verdict("logistic", f"Penalised logistic regression on all inputs ({found.line_parameters} fitted "
                                   f"numbers; {they} {have} {numbers}) {how}: its log loss is {losses[1]}, that of "
                                   f"{they} {losses[0]}. {compared}", cautions)
    return Verdict("plausible", f"The log loss of {they} is {losses[0]}, that of penalised logistic regression on all "
                                f"inputs {losses[1]}. {compared}", cautions)


def _better(own: Array, other: Array) -> bool:
    """Whether the formulas are better than a simpler model by more than chance and by a noticeable amount."""
    return bool(other.mean() - own.mean() > NOTICEABLE) and clearly_less(own, other)


def determined(joint: JointClasses) -> list[int]:
    """The number of constants that the rows determine, of every network."""
    rows = Labelled(joint.X.T, joint.codes, len(joint.labels), joint.weight, SMOOTHING / len(joint.codes))
    return [sum(estimate.method != "held" for estimate in estimates)
            for estimates in class_constants(joint.result.networks, rows)]


def _cautions(joint: JointClasses, fitted: Sequence[int]) -> tuple[str, ...]:
    """Sentences on the limits of the evidence, for so many fitted constants of every network."""
    said = []
    if missing := int((~np.isfinite(raw_scores(joint.result.networks, joint.X.T)).all(axis=1)).sum()):
        said.append(f"A score has no value in {missing} of the {len(joint.X)} rows and counts as 0 there.")
    counts = np.bincount(joint.codes, minlength=len(joint.labels))
    numbers = max(fitted)
    if len(joint.codes) < FEW_ROWS or counts.min() < ROWS_A_NUMBER * numbers:
        said.append(f"The rarest class has only {counted(int(counts.min()), 'row')} for "
                    f"{counted(numbers, 'fitted number')} of a score.")
    if numbers and int(np.trace(joint.confusion())) == len(joint.codes):
        said.append(SEPARATED)
    if (test := joint.tested) is None:
        return (*said, FORM_BY_ALL_ROWS)
    they, are = ("a formula", "is") if len(joint.result.networks) == 1 else ("formulas", "are")
    held = "the held-out rows" if len(joint.labels) == 2 else "the rows that every search held out"
    said.append(f"{FORM_BY_ALL_ROWS} On {held} ({test.rows}), {they} whose form and constants are those of the other "
                f"rows {are} right in {percent(test.accuracy)} (log loss {log_loss_text(test.log_loss)}).")
    return tuple(said)
