"""The session's choices about its table: roles of columns, units, conversions of text and dates, rows.

The session keeps the table as it was read (`state.TABLE_AS_READ`) beside the converted one, so every conversion can
be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.config.run_options import RunOptions
from xnet.evidence.class_probability import LOGISTIC
from xnet.tables.class_target import class_labels, default_class, target_columns, with_class_column
from xnet.tables.column_conversion import Conversion, possible_conversions, with_conversions
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.holdout import BY_COLUMN, KINDS, Split
from xnet.tables.roles import Roles, clean_unit, in_order, siblings
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable
from xnet.tables.weights import Weight

from . import state


def roles() -> Roles:
    """The roles of the columns; what the table does not hold (any more) has none."""
    table, held = state.table(), st.session_state
    if table is None:
        return Roles(None)
    numeric, target = table.numeric_columns, held.get(state.TARGET)
    weight: Weight = held.get(state.WEIGHT) or Weight()
    not_inputs = {target, weight.column, *siblings(table, target)}
    inputs = [c for c in held.get(state.INPUTS) or [] if c in numeric and c not in not_inputs]
    return Roles(target if target in target_columns(table) else None, tuple(inputs),
                 weight if weight.column in numeric and weight.column != target else Weight())


def set_roles(chosen: Roles) -> None:
    """Give the columns these roles (to be called from a callback: widgets of the page hold two of them)."""
    st.session_state[state.TARGET], st.session_state[state.INPUTS] = chosen.target, list(chosen.inputs)
    st.session_state[state.WEIGHT] = chosen.weight


def set_unit(column: str, unit: object) -> None:
    """Give a column of the table another unit; "" for none."""
    table = state.table()
    if table is not None:
        st.session_state[state.UNITS] = {**(st.session_state.get(state.UNITS) or table.units), column: clean_unit(unit)}
        _convert_table()


def split() -> Split:
    """How rows are held out; by another column where the chosen one is gone, at random where there is none."""
    kind, column = st.session_state.get(state.SPLIT), st.session_state.get(state.SPLIT_COLUMN)
    if kind not in BY_COLUMN:
        return Split(kind) if kind in KINDS else Split()
    columns = split_columns(kind)
    return Split(kind, column if column in columns else columns[0]) if columns else Split()


def reset_split_column() -> None:
    """Begin with the first column that suits another way to hold rows out (a widget's callback)."""
    st.session_state[state.SPLIT_COLUMN] = None


def split_columns(kind: str) -> list[str]:
    """The columns that rows can be held out by: by range all numbers but the target, by group all of few values."""
    table = state.table()
    if table is None:
        return []
    if kind == "range":
        return [c for c in table.numeric_columns if c != st.session_state.get(state.TARGET)]
    return list(table.group_columns)


def chosen_conversions(table: Table) -> list[Conversion]:
    """What is to be made of the columns of a table as it was read."""
    chosen = st.session_state.get(state.CONVERSIONS) or []
    return [wish for wish in possible_conversions(table) if wish in chosen]


def apply_conversions() -> None:
    """Make the columns that are asked for, and take them as inputs; others that were made are gone (a callback)."""
    before = state.table()
    _convert_table()
    after, known = state.table(), roles()
    if before is None or after is None:
        return
    new = [c for c in after.numeric_columns if c not in before.frame.columns]
    target = known.target or next(iter(after.numeric_columns), None)
    set_roles(replace(known, target=target, inputs=in_order([*known.inputs, *(c for c in new if c != target)], after)))


def _convert_table() -> None:
    """Set the session's table to the one as it was read with everything that is asked for."""
    read: Table | None = st.session_state.get(state.TABLE_AS_READ)
    if read is not None:
        made = with_conversions(read, chosen_conversions(read))
        units = {**made.units, **(st.session_state.get(state.UNITS) or {})}  # "" where one was taken away
        st.session_state[state.TABLE] = replace(made, units={c: u for c, u in units.items()
                                                             if u and c in made.frame.columns})


def reads_as_class(table: Table) -> bool:
    """Whether the column to explain is read as classes: text is, numbers of two values unless somebody says no."""
    target = roles().target
    labels = class_labels(table, target) if target else ()
    if target is None or not labels:
        return False
    return target not in table.numeric_columns or bool(st.session_state.get(as_class_key(target), len(labels) == 2))


def as_class_key(column: str) -> str:
    """Key of whether a column of numbers is read as classes."""
    return f"{state.AS_CLASS}_{column}"


def class_key(column: str) -> str:
    """Key of the class of a column that is asked about."""
    return f"{state.CLASS}_{column}"


def selected_class(table: Table) -> str | None:
    """The class that is to be told from the rest; None where the column to explain holds amounts."""
    if not reads_as_class(table):
        return None
    target = str(roles().target)
    labels, held = class_labels(table, target), st.session_state.get(class_key(target))
    return held if held in labels else default_class(labels)


def search_table(table: Table) -> tuple[Table, str]:
    """The table that a search gets, and the column that it explains: of a class one of 0 and 1.

    Raises:
        TableError: there is no such class.
    """
    target, label = str(roles().target), selected_class(table)
    return (table, target) if label is None else with_class_column(table, target, label)


def rows(table: Table) -> pd.DataFrame:
    """The rows that a search sees: inputs, then target; `attrs` say what was left out and filled.

    Raises:
        TableError: the choice cannot be searched.
    """
    chosen = roles()
    table, target = search_table(table)
    used = usable(table, target, chosen.inputs, fill_gaps=fill_gaps(), extra_columns=extra_columns())
    attrs = used.attrs
    used = used[[*chosen.inputs, target]]
    used.attrs = attrs
    return used


def extra_columns() -> list[str]:
    """Columns that a run needs beside inputs and target."""
    chosen = roles()
    asked = (split().column, chosen.weight.column)
    return list(dict.fromkeys(c for c in asked if c is not None and c not in (*chosen.inputs, chosen.target)))


def fill_gaps() -> bool:
    """Whether gaps of inputs are filled; else their rows are left out."""
    return bool(st.session_state.get(state.FILL_GAPS))


def cache_key() -> tuple[Any, ...]:
    """What `rows` depends on beside the table."""
    table = state.table()
    return (roles(), None if table is None else selected_class(table), fill_gaps(), tuple(extra_columns()))


def add_table_options(options: RunOptions, table: Table) -> None:
    """Write into the options of a run what is chosen about the table, as it is `searched`."""
    options["units"] = table.units
    if reads_as_class(table):
        options["loss"] = LOGISTIC
    options["split"], options["weight"] = split().to_config(), roles().weight.to_config()
    options["fill_gaps"] = fill_gaps()
    options["derived"] = {c: recipe.to_config() for c, recipe in table.derived.items()}


def restore_choice(config: Mapping[str, Any]) -> None:
    """Choose what a run was told about its table; to be called where none of the widgets is shown, or in a callback."""
    told, target, table = Split.from_config(config.get("split")), config["target"], state.table()
    made = recipes_from_config(config).get(target) if is_class(config) else None
    if made is not None and table is not None and made.column in table.frame.columns:
        target = made.column
        st.session_state[class_key(target)] = made.label
    st.session_state[as_class_key(target)] = is_class(config)
    st.session_state.update({
        state.TARGET: target, state.INPUTS: list(config["inputs"]), state.SPLIT: told.kind,
        state.SPLIT_COLUMN: told.column, state.WEIGHT: Weight.from_config(config.get("weight")),
        state.FILL_GAPS: bool(config.get("fill_gaps"))})
