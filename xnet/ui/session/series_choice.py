"""The session's choice to search for all classes of a column, or for several columns, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from xnet.runs.series import MOST, Kind, series_of
from xnet.tables.class_target import class_labels, with_class_column
from xnet.tables.table import Table
from xnet.ui.text import duration

from . import state, table_choice


class Part(NamedTuple):
    """One search of a series: its label, the table that it uses, and its target."""

    label: str
    table: Table
    target: str


class SeriesChoice(NamedTuple):
    """What is searched together: the kind of the series, the column of the classes ("" for targets), its parts."""

    kind: Kind
    column: str
    parts: list[Part]


def all_classes_key(column: str) -> str:
    """Key of the widget that chooses whether all classes of a column are searched at once."""
    return f"{state.ALL_CLASSES}_{column}"


def offers_all_classes(table: Table) -> bool:
    """Whether the target has so many classes that they can be searched together."""
    target = table_choice.roles().target
    labels = class_labels(table, target) if target else ()
    return table_choice.reads_as_class(table) and 2 < len(labels) <= MOST


def all_classes(table: Table) -> bool:
    """Whether all classes are searched at once: as chosen, by default wherever it is offered (D-146)."""
    key = all_classes_key(str(table_choice.roles().target))
    return offers_all_classes(table) and bool(st.session_state.get(key, True))


def restore_all_classes(config: Mapping[str, Any]) -> None:
    """Choose all classes, or one, as in the config of a run; call it after `table_choice.restore_choice`."""
    if table_choice.class_recipe(config) is not None:
        series = series_of(config)
        chosen = series is not None and series["kind"] == "classes"
        st.session_state[all_classes_key(str(st.session_state.get(state.TARGET)))] = chosen


def more_targets(table: Table) -> list[str]:
    """Further columns that are explained, each by a search of its own."""
    chosen = table_choice.roles()
    if chosen.target not in table.numeric_columns or table_choice.reads_as_class(table):
        return []
    held = st.session_state.get(state.MORE_TARGETS) or []
    return [c for c in held if c in table.numeric_columns and c not in (chosen.target, chosen.weight.column)]


def series_choice(table: Table) -> SeriesChoice | None:
    """What is searched together; None for one search.

    Raises:
        TableError: the target has no such class.
    """
    target = str(table_choice.roles().target)
    if all_classes(table):
        made = [(label, *with_class_column(table, target, label)) for label in class_labels(table, target)]
        return SeriesChoice("classes", target, [Part(*part) for part in made])
    more = more_targets(table)
    return SeriesChoice("targets", "", [Part(c, table, c) for c in (target, *more)]) if more else None


def time_sentence(table: Table, seconds: float) -> str:
    """How long the search, or the searches that are started together, may take."""
    most = duration(seconds)
    if all_classes(table):
        return f"The {len(class_labels(table, str(table_choice.roles().target)))} searches share {most}"
    more = len(more_targets(table))
    return f"Each of the {1 + more} searches takes up to {most}" if more else f"The search takes up to {most}"


def groups_sentence(table: Table) -> str:
    """What the search does with the chosen column of groups; "" without one."""
    group = table_choice.roles().group
    if group is None:
        return ""
    if table_choice.reads_as_class(table) or more_targets(table):
        return f"{group} does not group the rows in this search: classes and several targets have no groups."
    return f"One law, with constants of its own for each {group}."
