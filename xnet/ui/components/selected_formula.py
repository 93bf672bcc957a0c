"""The selected formula on the pages Results and Predict, with its rows, predictions and scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.arrays import Array
from xnet.config.class_runs import class_event, is_class
from xnet.engine.fitting.losses import SQUARED_ERROR, Loss
from xnet.engine.networks.network import Network
from xnet.evidence.class_scores import ClassScore, class_score
from xnet.evidence.group_columns import GroupColumns, group_columns
from xnet.evidence.residuals import residuals
from xnet.evidence.scores import Score, score
from xnet.evidence.typical_error import TypicalError, typical_error
from xnet.evidence.weighted_rows import WeightedRows
from xnet.name_lists import cut_names
from xnet.tables.row_names import RowNames
from xnet.ui.session import current_run
from xnet.ui.text import escaped, shorten
from xnet.wording.formula_notation import typeset_unit
from xnet.wording.formula_words import says_unit
from xnet.wording.row_words import HELD_OUT, TRAINING

from . import charts

#: Longer units, in characters, do not stand behind a number.
_SHORT_UNIT = 14


@dataclass(frozen=True)
class RowGroup:
    """Training or held-out rows: X (n, d), y (n,), and the names of these rows in the table.

    `weight` (n,) is None if all rows count alike.
    """

    X: Array
    y: Array
    names: RowNames
    weight: Array | None = None

    @property
    def rows(self) -> WeightedRows:
        """Inputs, target and weights."""
        return WeightedRows(self.X, self.y, self.weight)


@dataclass(frozen=True)
class SelectedFormula:
    """A formula of a run as the page shows it.

    Attributes:
        run_id: id of the run.
        target: name of the target.
        names: names of the inputs, in the order of X's columns.
        units: column -> unit, for columns whose unit is known.
        record: its `FormulaRecord` of the front.
        network: its network, possibly with rounded constants.
        groups: `TRAINING` and, if rows were held out, `HELD_OUT` -> rows.
        event: for a class, the event whose probability the formula gives; the target is then 0 or 1. Otherwise "".
        loss: of the search.
        group_title: name of the column of the table that holds the groups; "" without groups.
        group_columns: the input that numbers the groups; None without groups.
        forbidden: positions of the inputs that no formula may use.
    """

    run_id: str
    target: str
    names: Sequence[str]
    units: Mapping[str, str]
    record: Mapping[str, Any]
    network: Network
    groups: Mapping[str, RowGroup]
    event: str = ""
    loss: Loss = SQUARED_ERROR
    group_title: str = ""
    group_columns: GroupColumns | None = None
    forbidden: Sequence[int] = ()

    @cached_property
    def residuals(self) -> dict[str, Array]:
        """Group -> residuals (n,) in the words of the loss, NaN in rows without one."""
        return {name: residuals(group.y, self.predicted[name], group.weight, self.loss)
                for name, group in self.groups.items()}

    @cached_property
    def predicted(self) -> dict[str, Array]:
        """Group -> values of the formula (n,), NaN in rows without a value."""
        return {name: finite(self.network.evaluate(group.X)) for name, group in self.groups.items()}

    @cached_property
    def short_names(self) -> dict[str, str]:
        """The columns and their names of at most 40 characters or so, which differ."""
        columns = [*self.names, self.target]
        return dict(zip(columns, cut_names(columns, 40), strict=True))

    @cached_property
    def X(self) -> Array:
        """All rows (n, d)."""
        return np.concatenate([g.X for g in self.groups.values()])

    @cached_property
    def y(self) -> Array:
        """The target in all rows (n,)."""
        return np.concatenate([g.y for g in self.groups.values()])

    @cached_property
    def weight(self) -> Array | None:
        """The weights of all rows (n,), or None."""
        weights = [g.weight for g in self.groups.values() if g.weight is not None]
        return np.concatenate(weights) if weights else None

    def rows_for_models(self, name: str) -> WeightedRows | None:
        """The rows of a group for other models, with zeros for inputs that no formula may use; None without the group.
        """
        if name not in self.groups:
            return None
        rows = self.groups[name].rows
        return rows._replace(X=np.where(np.isin(np.arange(rows.X.shape[1]), self.forbidden), 0.0, rows.X))

    @property
    def r2_name(self) -> str:
        """The name of R² at the start of a label: weighted rows give a weighted one."""
        return "R²" if self.weight is None else "Weighted R²"

    def scores(self) -> dict[str, Score]:
        """Group -> scores."""
        return {name: score(self.predicted[name], group.y, group.weight) for name, group in self.groups.items()}

    def typical_error(self) -> TypicalError | None:
        """The typical error of the formula's values; None where the loss has none (`typical_error`)."""
        where = HELD_OUT if HELD_OUT in self.groups else TRAINING
        return typical_error(self.predicted[where], self.groups[where].y, self.groups[where].weight, self.loss, where)

    def class_scores(self) -> dict[str, ClassScore]:
        """Group -> scores of the probability of a class."""
        return {name: class_score(self.predicted[name], group.y, group.weight) for name, group in self.groups.items()}

    @property
    def as_class(self) -> bool:
        """Whether the formula is the probability of a class."""
        return bool(self.event)

    @property
    def value_name(self) -> str:
        """The name of the formula's value: the target, or the probability of the event."""
        return f"Probability that {self.event}" if self.as_class else self.target

    def unit(self, column: str) -> str:
        """The unit of a column, with raised powers and a space before it; "" if it has none."""
        unit = self.units.get(column, "")
        return f" {typeset_unit(unit)}" if unit and unit != "1" else ""

    def short_unit(self, column: str) -> str:
        """The unit to stand behind a number, with a space before it: the part before a bracket; "" if that is long."""
        unit = self.unit(column).strip()
        short = unit.partition("(")[0].strip() or unit
        return f" {short}" if 0 < len(short) <= _SHORT_UNIT else ""

    def unit_sentence(self, column: str) -> str:
        """A sentence with the full unit if `short_unit` is not all of it; "" otherwise."""
        unit = self.unit(column)
        return "" if unit == self.short_unit(column) else f" In {escaped(unit.strip())}."

    def unit_caption(self, column: str) -> None:
        """Write the unit below a number that is too short for it; nothing where `short_unit` stands behind it."""
        if self.unit(column) and not self.short_unit(column):
            st.caption(self.unit_sentence(column).strip())

    def axis(self, column: str) -> str:
        """A column's name and unit as the title of an axis (plotly reads tags there)."""
        unit = "" if says_unit(column, self.units.get(column, "")) else self.unit(column).strip()
        own = self.network.own
        grouped = own is not None and column == self.names[own.column]
        known = self.group_title if grouped and self.group_title else column
        title = self.short_names.get(known) or shorten(known, 40)  # the source of a derived column
        return title.replace("<", "‹") + (f" ({unit.replace('<', '‹')})" if unit else "")

    def drawn_positions(self, name: str) -> Array:
        """Positions of the rows of a group that are drawn: all, or `charts.MAX_POINTS` of them, evenly spaced."""
        n = len(self.groups[name].y)
        return np.linspace(0, n - 1, min(n, charts.MAX_POINTS)).round().astype(int)

    @property
    def row_word(self) -> str:
        """What the numbers of rows are called: lines of the file, or rows of the table."""
        return next(group.names.word for group in self.groups.values())

    def hover(self, name: str) -> list[tuple[str, int]]:
        """The tooltip of every drawn row of a group (its name and the inputs that the formula uses), and its number."""
        group, used = self.groups[name], self.network.variables[:6]
        heads = [self.axis(self.names[i]) for i in used]
        drawn = self.drawn_positions(name)
        return [(group.names.name(k).replace("<", "‹") + "".join(
            f"<br>{head}: {self.cell(i, group.X[k, i])}" for head, i in zip(heads, used, strict=True)),
            int(group.names.numbers[k])) for k in drawn]

    def cell(self, i: int, value: float) -> str:
        """The value of input i in a tooltip (plotly reads tags there): five digits, or the name of a group."""
        own = self.network.own
        if own is None or i != own.column or value not in range(own.n_groups):
            return f"{value:.5g}"
        return shorten(own.labels[int(value)], 40).replace("<", "‹")

    def table(self, group: RowGroup) -> pd.DataFrame:
        """The inputs of a group of rows, (n, d), with the names of groups in place of their numbers."""
        table, own = pd.DataFrame(group.X, columns=list(self.names)), self.network.own
        if own is None:
            return table
        number = self.names[own.column]
        named = [own.labels[int(g)] if g in range(own.n_groups) else "" for g in table[number]]
        title = self.group_title if self.group_title not in table else number
        return table.assign(**{number: named}).rename(columns={number: title or number})


def finite(values: Array) -> Array:
    """The values, with infinities replaced by NaN."""
    return np.where(np.isfinite(values), values, np.nan)


def select(run: current_run.Run, record: Mapping[str, Any], network: Network) -> SelectedFormula:
    """The formula of a record of the front, evaluated with `network`."""
    config, problem = run.config, current_run.problem_of(run)
    return SelectedFormula(run.id, config["target"], tuple(config["inputs"]), config["units"], record, network,
                  _groups(str(run.folder), run), class_event(config) if is_class(config) else "",
                  problem.train.loss_function, _group_title(config), group_columns(problem),
                  problem.constraints.forbidden)


def _group_title(config: Mapping[str, Any]) -> str:
    """The column of the table whose values name the groups; "" for a search without groups."""
    number = (config.get("group") or {}).get("column", "")
    return str(config.get("derived", {}).get(number, {}).get("column", number))


@st.cache_resource(show_spinner=False, max_entries=8)
def _groups(folder: str, _run: current_run.Run) -> dict[str, RowGroup]:
    problem = current_run.problem_of(_run)
    names = RowNames.from_config(_run.config, problem.n_rows)
    names = names.labelled(_run.row_labels())
    parts = {TRAINING: (problem.train, problem.train_index),
             HELD_OUT: (problem.holdout, problem.holdout_index)}
    X = _run.data()[_run.config["inputs"]].to_numpy(dtype=np.float64)  # a forbidden input is 0 in the problem
    return {name: RowGroup(X[index], rows.y, names.kept(index), rows.weight)
            for name, (rows, index) in parts.items() if rows is not None}
