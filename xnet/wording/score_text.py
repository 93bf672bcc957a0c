"""Scores as text, with enough digits to tell good from perfect."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

from .formula_notation import typeset_text
from .number_text import measured

#: Prefixes of the keys of scores in the words of a loss, and their names; see `xnet.evidence.loss_scores`.
LOSS_SCORES = {
    "median_relative_error": "Median relative error", "mean_absolute_error": "Mean absolute error",
    "share_below": "Share of rows below", "explained_deviance": "Explained deviance", "chi2_per_row": "χ² per row"}
#: The keys of all scores that only some losses have.
LOSS_SCORE_KEYS = tuple(f"{name}_{part}" for name in ("robust_r2", *LOSS_SCORES) for part in ("train", "holdout"))

#: Digits that `distinct` adds at most.
_MORE_DIGITS = 6


def distinct(values: Sequence[float | None], write: Callable[[float | None, int], str]) -> list[str]:
    """Scores that are compared, as text: where different ones would look equal, with more digits until they differ.

    Args:
        values: the scores.
        write: the text of a score with so many digits more than usual.

    >>> distinct([0.99031, 0.99034, 0.5, None], r2), distinct([0.99, 0.99], r2)
    (['0.99031', '0.99034', '0.500', '–'], ['0.990', '0.990'])
    """
    texts = [write(value, 0) for value in values]
    for more in range(1, _MORE_DIGITS + 1):
        meanings: dict[str, set[float | None]] = {}
        for text, value in zip(texts, values, strict=True):
            meanings.setdefault(text, set()).add(value)
        if all(len(same) == 1 for same in meanings.values()):
            break
        texts = [write(value, more) if len(meanings[text]) > 1 else text
                 for text, value in zip(texts, values, strict=True)]
    return texts


def percent(share: float | None, more: int = 0) -> str:
    """A share as a percentage with one decimal (or `more`), and with as many as tell it from 0 % and from 100 %.

    >>> percent(0.93512), percent(0.99999), percent(1.0), percent(0.000176), percent(-0.2), percent(None)
    ('93.5 %', '99.999 %', '100 %', '0.02 %', '-20.0 %', '–')
    >>> percent(0.9996), percent(0.999), percent(2.4e-7), percent(1e-30), percent(1.0 - 1e-14)
    ('99.96 %', '99.9 %', '0.00002 %', 'less than 0.00001 %', '100 %')
    """
    if share is None or not math.isfinite(share):
        return "–"
    if share == 0.0 or 0.0 <= 1.0 - share < 1e-12:
        return f"{100 * share:.0f} %"
    if 0.0 < share < 1e-7:
        return "less than 0.00001 %"
    rest = round(100 * min(share, 1.0 - share), 10)
    return f"{100 * share:.{(max(1, -math.floor(math.log10(rest))) if rest > 0 else 1) + more}f} %"


def explained(r2: float | None, more: int = 0) -> str:
    """R² as a percentage with as many digits (or `more`) as tell it from 100 %; it is rounded as R² itself.

    >>> explained(0.9359), explained(0.99999), explained(1.0), explained(-0.2)
    ('93.6 %', '99.999 %', '100 %', '-20.0 %')
    """
    if r2 is None or not math.isfinite(r2):
        return "–"
    rest = 1.0 - r2
    if rest < 1e-12:
        return "100 %"
    decimals = max(1, -math.floor(math.log10(100 * rest)))
    text = rounded_score(100 * r2, decimals + more)
    return f"{text if more or decimals == 1 else text.rstrip('0')} %"


def log_loss_text(value: float | None, more: int = 0) -> str:
    """A log loss with three decimals (or `more`), in scientific notation below 0.001; a dash for None.

    >>> log_loss_text(0.1234), log_loss_text(0.1234, 1), log_loss_text(1.26e-5), log_loss_text(None)
    ('0.123', '0.1234', '1.3·10⁻⁵', '–')
    """
    if value is None:
        return "–"
    return f"{value:.{3 + more}f}" if value >= 0.001 or value == 0 else typeset_text(f"{value:.{1 + more}e}")


def accuracy_text(scores: Mapping[str, Any], rows: str = "train", digits: int | None = None) -> str:
    """The accuracy of a network of a snapshot: R², or for a class the share of rows that are classified correctly.

    Under Huber's scale it is the robust R².

    Args:
        scores: the keys `accuracy_train` and `accuracy_holdout` (of a class only), `robust_r2_train` and
            `robust_r2_holdout` (under Huber's scale only), or `r2_train` and `r2_holdout`; `weighted` (of weighted rows
            only).
        rows: "train" or "holdout".
        digits: decimals of R²; None for as few as tell it from 1 (see `r2`).

    >>> accuracy_text({"r2_train": 0.935}), accuracy_text({"r2_train": 0.935}, digits=6)
    ('R² 0.935', 'R² 0.935000')
    >>> accuracy_text({"accuracy_train": 1.0, "accuracy_holdout": 0.9}, "holdout")
    '90.0 % right'
    >>> accuracy_text({"r2_train": 0.1, "robust_r2_train": 0.935}), accuracy_text({"r2_train": None})
    ('robust R² 0.935', 'no R²')
    >>> accuracy_text({"accuracy_train": 0.9, "weighted": True}), accuracy_text({"r2_train": 0.935, "weighted": True})
    ('90.0 % right (weighted)', 'weighted R² 0.935')
    """
    if f"accuracy_{rows}" in scores:
        return f"{percent(scores[f'accuracy_{rows}'])} right" + (" (weighted)" if scores.get("weighted") else "")
    prefix, name = r2_name(scores)
    value = scores[f"{prefix}_{rows}"]
    if value is None or not math.isfinite(value):
        return f"no {name}"
    return f"{name} {r2(value) if digits is None else r2_text(value, digits)}"


def r2_name(scores: Mapping[str, Any]) -> tuple[str, str]:
    """The prefix of the keys of the R² that measures the accuracy of a formula, and its name.

    A column of weights, and known standard errors, weight the rows as `sample_weight` of `sklearn.metrics.r2_score`
    does; the record of a formula then has the key `weighted`.

    >>> r2_name({"r2_train": 0.1, "robust_r2_train": 0.9}), r2_name({"r2_train": 0.9})
    (('robust_r2', 'robust R²'), ('r2', 'R²'))
    >>> r2_name({"r2_train": 0.9, "chi2_per_row_train": 1.1}), r2_name({"r2_train": 0.9, "weighted": True})
    (('r2', 'weighted R²'), ('r2', 'weighted R²'))
    """
    weighted = "weighted " if scores.get("weighted") or "chi2_per_row_train" in scores else ""
    return ("robust_r2", f"{weighted}robust R²") if "robust_r2_train" in scores else ("r2", f"{weighted}R²")


def unexplained_name(scores: Mapping[str, Any]) -> str:
    """What a chart calls the loss of a formula: 1 − R² under squared errors, else the share that it leaves unexplained.

    >>> unexplained_name({"r2_train": 0.9}), unexplained_name({"r2_train": 0.9, "median_relative_error_train": 0.1})
    ('1 − R²', 'share left unexplained')
    """
    return f"1 − {r2_name(scores)[1]}" if loss_score(scores) is None else "share left unexplained"


def loss_score(scores: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The score in the words of the loss: its name, and its values on training and held-out rows as text.

    None under squared errors and Huber's scale.

    >>> loss_score({"r2_train": 0.9, "median_relative_error_train": 0.0123, "median_relative_error_holdout": None})
    ('Median relative error', '1.2 %', '–')
    >>> loss_score({"chi2_per_row_train": 1.0372, "chi2_per_row_holdout": 0.98}), loss_score({"r2_train": 0.9})
    (('χ² per row', '1.04', '0.98'), None)
    """
    prefix = next((prefix for prefix in LOSS_SCORES if f"{prefix}_train" in scores), None)
    if prefix is None:
        return None
    train, holdout = (_loss_score_text(prefix, scores.get(f"{prefix}_{part}")) for part in ("train", "holdout"))
    return LOSS_SCORES[prefix], train, holdout


def _loss_score_text(prefix: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    if prefix in ("median_relative_error", "share_below"):
        return f"{100 * value:.2g} %" if 0 < value < 0.1 else f"{100 * value:.1f} %"
    return r2(value) if prefix == "explained_deviance" else measured(value) if prefix == "mean_absolute_error" else \
        f"{value:.2f}"


def capitalized(name: str) -> str:
    """A name as the start of a label: "Robust R²"."""
    return name[:1].upper() + name[1:]


def r2(value: float | None, more: int = 0) -> str:
    """R² with as many digits (or `more`) as are needed to tell it from 1; rounded as `rounded_score` says.

    >>> r2(0.93512), r2(0.99999726), r2(1.0), r2(None), r2(-4.0)
    ('0.935', '0.9999973', '1', '–', '-4.00')
    >>> r2(1.0 - 1e-7), r2(1.0 - 1e-9), r2(1.0 - 1e-13)
    ('0.9999999', '> 0.99999999', '1')
    """
    if value is None or not math.isfinite(value):
        return "–"
    rest = 1 - value
    if rest < 1e-12:
        return "1"
    if rest < 1e-8 and not more:
        return "> 0.99999999"
    decimals = (2 if value < -1 else max(3, 1 - math.floor(math.log10(rest)))) + more
    text = rounded_score(value, decimals)
    return text.rstrip("0").ljust(5, "0") if decimals > 3 and not more else text


def rounded_score(value: float, decimals: int) -> str:
    """A score with this many decimals: the nearest such number, but never a rounder one that overstates it.

    A score below 0.9 is not shown as 0.900, and one below 1 is not shown as 1.000. A score just below 0, as a constant
    has whose printed value is rounded, is 0.

    >>> rounded_score(0.8767, 3), rounded_score(0.8996, 3), rounded_score(0.99996, 3)
    ('0.877', '0.899', '0.999')
    >>> rounded_score(-0.009169, 3), rounded_score(-0.096004, 3), rounded_score(-1e-6, 3)
    ('-0.009', '-0.096', '0.000')
    """
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    exact, last = Decimal(repr(round(float(value), 14))), Decimal(1).scaleb(-decimals)  # no rounding errors of sums
    nearest = exact.quantize(last, ROUND_HALF_EVEN)
    if nearest > exact > 0 and f"{nearest:f}".endswith("0"):
        nearest = exact.quantize(last, ROUND_FLOOR)
    return f"{nearest:f}" if nearest else f"{Decimal(0).quantize(last):f}"  # without the sign of a negative zero


def r2_text(value: float | None, digits: int = 6) -> str:
    """R² rounded to `digits` decimals, or more if it is closer to 1 than these can show; "none" if undefined."""
    if value is None or not math.isfinite(value):
        return "none"
    gap = 1.0 - value
    if gap <= 1e-14:
        return "1"
    return rounded_score(value, max(digits, min(14, math.ceil(-math.log10(gap)) + 1)) if gap < 1 else digits)
