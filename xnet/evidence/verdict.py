"""The verdict on a formula: whether it is better than the mean and than a straight line, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.r_squared import r_squared, target_variance
from xnet.engine.networks.network import Network
from xnet.wording.score_text import floored, percent

from .evidence import BETTER
from .scores import ROUNDING

#: With fewer training rows than this, or fewer than this for each fitted number, a good fit proves little.
FEW_ROWS, ROWS_A_NUMBER = 20, 5


@dataclass(frozen=True)
class Verdict:
    """The judgement of a formula.

    Attributes:
        level: "exact", "strong", "plausible", "line" (no better than a straight line) or "mean"; for a class "strong",
            "plausible", "logistic" (no better than logistic regression) or "share" (no better than the class's share).
        sentence: the reason.
        cautions: sentences on the limits of the evidence; may be empty.
    """

    level: str
    sentence: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rivals:
    """Squared errors of the formula and of two simple models on the deciding rows (held-out rows, else training rows).

    Attributes:
        formula, line, mean: (m,) squared errors of the deciding rows.
        train: (n,) squared errors of the formula on the training rows.
        held_out: whether the deciding rows are held out.
        variance: of the target in the whole table.
        n_parameters, line_parameters: numbers fitted by formula and line.
    """

    formula: Array
    line: Array
    mean: Array
    train: Array
    held_out: bool
    variance: float
    n_parameters: int
    line_parameters: int


def rivals(network: Network, train: tuple[Array, Array], holdout: tuple[Array, Array] | None) -> Rivals:
    """Compare a network with the mean and with a straight line fitted to the training rows.

    Args:
        train, holdout: X (n, d) and y (n,) of the rows.
    """
    X, y = train
    deciding = holdout or train
    centre, spread = X.mean(axis=0), np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)

    def design(X: Array) -> Array:
        return np.column_stack([np.ones(len(X)), (X - centre) / spread])

    weights = np.linalg.lstsq(design(X), y, rcond=1e-10)[0]
    every = np.concatenate([y, holdout[1]]) if holdout else y
    return Rivals(
        formula=(network.evaluate(deciding[0]) - deciding[1]) ** 2, line=(design(deciding[0]) @ weights
                                                                         - deciding[1]) ** 2,
        mean=(y.mean() - deciding[1]) ** 2, train=(network.evaluate(X) - y) ** 2, held_out=holdout is not None,
        variance=target_variance(every), n_parameters=network.n_parameters, line_parameters=X.shape[1] + 1)


def verdict(found: Rivals) -> Verdict:
    """The verdict; without held-out rows the Bayesian information criterion replaces the check on them."""
    missing = int((~np.isfinite(found.formula)).sum())
    if missing == len(found.formula):
        return Verdict("mean", "The formula has no value for any of the rows it is checked on.")
    cautions = _cautions(found, missing)
    if missing == 0 and _exact(found) and len(found.train) > found.n_parameters + 1:
        return Verdict("exact", f"It fits every {'held-out ' if found.held_out else ''}row up to rounding errors.",
                       cautions)
    where = "held-out rows" if found.held_out else "training rows"
    r2 = r_squared(float(np.nanmean(found.formula)), found.variance)
    if not _better(found, found.mean, 1):
        return Verdict("mean", f"On the {where} it is no better than the average.", cautions)
    if not _better(found, found.line, found.line_parameters):
        line = r_squared(float(np.nanmean(found.line)), found.variance)
        how = "is as good" if line >= r2 else "is not clearly worse"
        return Verdict("line", f"A straight line through the data {how} on the {where} (R² {floored(line, 2)}, this "
                               f"formula {floored(r2, 2)}).", cautions)
    if r2 >= 0.9 and not cautions and found.held_out:
        return Verdict("strong", f"It explains {percent(r2)} of the variation in the held-out rows, clearly more "
                                 "than a straight line.")
    return Verdict("plausible", f"It explains {percent(r2)} of the variation in the {where}, more than a straight "
                                "line.", cautions)


def _exact(found: Rivals) -> bool:
    worst = max(float(np.nanmax(found.formula)), float(np.nanmax(found.train)))
    return bool(np.isfinite(found.train).all()) and worst <= ROUNDING**2 * found.variance


def _better(found: Rivals, rival: Array, parameters: int) -> bool:
    """Whether the formula is better than a simpler model by more than chance."""
    there = np.isfinite(found.formula)
    own, other = found.formula[there], rival[there]
    if not found.held_out:
        n = len(own)
        tiny = ROUNDING**2 * found.variance

        def criterion(error: Array, k: int) -> float:
            return n * float(np.log(max(error.mean(), tiny))) + k * float(np.log(n))

        return criterion(own, found.n_parameters) < criterion(other, parameters) - 2.0
    return clearly_less(own, other)


def clearly_less(own: Array, other: Array) -> bool:
    """Whether a model's losses (n,) are less than those of another model, by more than a few extreme rows can cause."""
    if own.mean() >= BETTER * other.mean():
        return False
    # A few extreme rows can dominate a mean, so a small advantage must exceed its own standard error.
    gain = other - own
    error = gain.std() / np.sqrt(max(len(gain), 1))
    return bool(own.mean() < 0.5 * other.mean() or gain.mean() > error)


def _cautions(found: Rivals, missing: int) -> tuple[str, ...]:
    said = []
    n = len(found.train)
    if missing:
        said.append(f"It has no value for {missing} of the {len(found.formula)} rows it is checked on.")
    if n < FEW_ROWS or n < ROWS_A_NUMBER * found.n_parameters:
        said.append(f"There are only {n} training rows for {found.n_parameters} fitted numbers."
                    if found.n_parameters else f"There are only {n} training rows.")
    if not found.held_out:
        said.append("No rows were held out, so the formula was not checked on unseen rows.")
    inner, outer = float(np.nanmean(found.train)), float(np.nanmean(found.formula))
    if found.held_out and outer > 4.0 * inner and outer - inner > 0.05 * found.variance:
        said.append("It is much worse on held-out rows than on training rows: it fits some of the noise.")
    return tuple(said)
