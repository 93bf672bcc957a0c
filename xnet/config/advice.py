"""Advice before a search: activations that have no value on some columns, and the time a search usually takes.

The engine uses no protected functions. A logarithm of a negative number has no value, and a formula without a value in
any row, held out or not, is rejected. An activation is still useful if a column leaves its domain, because it can be
applied to another expression, such as `log(x + 5)`. The sentences here explain this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.data_rules import FEWEST_ROWS_TO_SPLIT
from xnet.engine.networks.activation_record import ColumnAdvice
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.problem.problem import SEARCH_ROWS
from xnet.engine.problem.validation import complexity_for
from xnet.name_lists import abbreviated_list
from xnet.tables.class_target import FEW_CLASSES
from xnet.tables.holdout import AT_RANDOM, Split

#: A wave can pass through any column with at most this many distinct values.
_FEW_VALUES = 5
#: Rank correlation above which a target counts as monotone in a column.
_MONOTONE = 0.995
#: A positive target over this many powers of ten may need relative errors.
_MANY_DECADES = 3.0
#: Counts begin at this value or below, and reach more than twice of it.
_SMALL_COUNT = 5
#: Most rows used for rank correlations.
_RANKED_ROWS = 2000


@dataclass(frozen=True)
class Note:
    """One sentence about a group of activations (a key of `xnet.engine.networks.activations.GROUPS`)."""

    group: str
    text: str


def library_notes(columns: Mapping[str, Array], y: Array, activations: Collection[str]) -> list[Note]:
    """Where the chosen activations have no value on these columns, and what the search does instead.

    Args:
        columns: the inputs (n,) by name, finite.
        y: (n,) the target.
        activations: the names of the chosen ones.
    """
    chosen = [activation for name, activation in ACTIVATIONS.items() if name in activations]
    notes = [Note(activation.group, text) for activation in chosen
             if (text := _domain_advice(columns, activation.advice))]
    if any(activation.group == "waves" for activation in chosen):
        notes += _wave_notes(columns, y)
    return list(dict.fromkeys(notes))


def _domain_advice(columns: Mapping[str, Array], advice: ColumnAdvice | None) -> str:
    """The sentence about columns on which a function has no value; "" when there is nothing to say."""
    if advice is None:
        return ""
    if advice.if_no_column_fits:
        return advice.sentence if all(advice.without_value(x).any() for x in columns.values()) else ""
    where = _where(columns, advice.without_value)
    return advice.sentence.format(where) if where else ""


def _where(columns: Mapping[str, Array], wrong: Callable[[Array], Array]) -> str:
    """The columns with rows that are wrong, and how many rows; "" when there are none."""
    counts = {name: int(np.count_nonzero(wrong(x))) for name, x in columns.items()}
    return abbreviated_list(
        [f"{name} ({'every row' if k == len(columns[name]) else f'{k:,} of {len(columns[name]):,} rows'})"
         for name, k in counts.items() if k], at_most=3)


def _wave_notes(columns: Mapping[str, Array], y: Array) -> list[Note]:
    few = abbreviated_list([name for name, x in columns.items() if 2 < _count_values(x) <= _FEW_VALUES], at_most=3)
    one_way = abbreviated_list([name for name, x in columns.items() if _only_one_way(x, y)], at_most=3)
    notes = []
    if few:
        notes.append(Note("waves", f"With at most {_FEW_VALUES} different values a wave fits anything: {few}. A "
                                   "formula found there says nothing about points between the values."))
    if one_way:
        notes.append(Note("waves", f"The target only rises or falls along {one_way}: less than one period of a wave. "
                                   "A wave that fits the rows turns back outside of them."))
    return notes


def _count_values(x: Array) -> int:
    """The number of distinct values; exact only up to `_FEW_VALUES`."""
    first = len(np.unique(x[:1000]))
    return first if first > _FEW_VALUES else len(np.unique(x))


def _only_one_way(x: Array, y: Array) -> bool:
    """Whether the ranks of x and y agree, or are opposite, almost everywhere."""
    some = np.linspace(0, len(x) - 1, min(len(x), _RANKED_ROWS)).astype(int)
    x, y = x[some], y[some]
    if len(np.unique(x)) <= _FEW_VALUES:
        return False
    first, second = (np.argsort(np.argsort(v, kind="stable"), kind="stable").astype(float) for v in (x, y))
    return abs(float(np.corrcoef(first, second)[0, 1])) > _MONOTONE


def decades_note(y: Array) -> str:
    """The sentence on a positive target (n,) that spans at least three decades; "" for any other."""
    y = np.asarray(y, dtype=np.float64)  # whole numbers have no infinity to begin with
    low, high = float(np.min(y, initial=np.inf)), float(np.max(y, initial=-np.inf))
    if not (0 < low < high < np.inf) or high < 10**_MANY_DECADES * low:
        return ""
    return (f"The target spans {np.log10(high / low):.1f} powers of ten. By squared errors its largest values decide "
            "almost alone; relative errors give all rows the same weight (Setup, More settings, What an error costs).")


def counts_note(y: Array) -> str:
    """The sentence on a target (n,) of whole numbers that begin at 0 or near it, as counts do; "" for any other."""
    y = np.asarray(y, dtype=np.float64)
    if not len(y) or not np.isfinite(y).all() or (y != np.round(y)).any():
        return ""
    if not (0 <= y.min() <= _SMALL_COUNT and y.max() > 2 * _SMALL_COUNT) or len(np.unique(y)) <= FEW_CLASSES:
        return ""
    return ("The target holds whole numbers. If they count something, such as cases or visits, choose “Counts "
            "(Poisson)” (Setup, More settings, What an error costs): large counts scatter more than small ones.")


def estimate(rows: int, n_inputs: int, seconds: float) -> str:
    """What a time budget usually achieves on a table of this size."""
    size = f"{rows:,} rows × {counted(n_inputs, 'column')}"
    sampled = f"; formulas are fitted on {SEARCH_ROWS:,} rows and scored on all" if rows > SEARCH_ROWS else ""
    if n_inputs <= 4:
        expected = "typical laws of up to four columns are found within seconds"
        least = 10
    elif n_inputs <= 12:
        expected = "laws of this many columns often take a minute"
        least = 60
    else:
        expected = "with this many columns the search first has to select the relevant ones; expect minutes"
        least = 180
    short = " The time chosen is short for that." if seconds < least else ""
    return (f"{size}{sampled}: {expected}, measured tables keep improving for longer.{short} The search ends by itself "
            "when a formula is exact, or after half of the time where strict tests find that only noise is left (they "
            "need at least 40 training rows and at most 12 inputs); you can stop it at any time.")


def holdout_note(rows: int | None, percent: int, split: Split = AT_RANDOM) -> str:
    """How many of the rows (None: not known yet) are held out, in words."""
    if percent and rows is not None and rows < FEWEST_ROWS_TO_SPLIT:
        return f"no rows held out (fewer than {FEWEST_ROWS_TO_SPLIT})"
    return split.describe(percent) if percent else "no rows held out"


def complexity_note(rows: int | None, percent: int, largest: int, split: Split = AT_RANDOM) -> str:
    """The largest complexity of a formula, in words, which few rows lower.

    >>> complexity_note(200, 20, 30), complexity_note(30, 20, 30), complexity_note(12, 20, 30)
    ('complexity up to 30', 'complexity up to 22 (few rows)', 'complexity up to 10 (few rows)')
    """
    held_out = 0 if rows is None or rows < FEWEST_ROWS_TO_SPLIT else round(rows * percent / 100)
    allowed = largest if rows is None else complexity_for(largest, rows - held_out)
    if allowed == largest:
        return f"complexity up to {largest}"
    return f"complexity up to {'about ' if held_out and split != AT_RANDOM else ''}{allowed} (few rows)"


def class_note(target: str, y: Array) -> str:
    """A note on a target that looks like classes rather than amounts; "" for any other target."""
    values = np.unique(y)
    if len(values) > FEW_CLASSES or len(values) * 3 > len(y) or (values != np.round(values)).any():
        return ""
    return (f"{target} has only {len(values)} different values and is treated as an amount: 2 lies between 1 and 3. "
            "If the values stand for classes, choose that on the Data page (“Read its values as”).")
