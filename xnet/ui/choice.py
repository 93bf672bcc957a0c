"""What a session has chosen about its table: roles of columns, units, what is made of text and dates, which rows.

The table as it was read stays beside the one that is used (`state.READ`), so that every change can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from ..data import Table, usable
from ..roles import Roles, clean_unit, in_order, siblings
from ..run_config import RunOptions
from ..splits import BY_COLUMN, KINDS, Split
from ..treatment import Wish, offers, treated
from ..weights import Weight
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
    return Roles(target if target in numeric else None, tuple(inputs),
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
        _treat()


def split() -> Split:
    """How rows are held out; by another column where the chosen one is gone, at random where there is none."""
    kind, column = st.session_state.get(state.SPLIT), st.session_state.get(state.SPLIT_COLUMN)
    if kind not in BY_COLUMN:
        return Split(kind) if kind in KINDS else Split()
    columns = split_columns(kind)
    return Split(kind, column if column in columns else columns[0]) if columns else Split()


def forget_split_column() -> None:
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


def wishes(table: Table) -> list[Wish]:
    """What is to be made of the columns of a table as it was read."""
    chosen = st.session_state.get(state.CONVERTED) or []
    return [wish for wish in offers(table) if wish in chosen]


def convert() -> None:
    """Make the columns that are asked for, and take them as inputs; others that were made are gone (a callback)."""
    before = state.table()
    _treat()
    after, known = state.table(), roles()
    if before is None or after is None:
        return
    new = [c for c in after.numeric_columns if c not in before.frame.columns]
    target = known.target or next(iter(after.numeric_columns), None)
    set_roles(replace(known, target=target, inputs=in_order([*known.inputs, *(c for c in new if c != target)], after)))


def _treat() -> None:
    """Set the session's table to the one as it was read with everything that is asked for."""
    read: Table | None = st.session_state.get(state.READ)
    if read is not None:
        made = treated(read, wishes(read))
        units = {**made.units, **(st.session_state.get(state.UNITS) or {})}  # "" where one was taken away
        st.session_state[state.TABLE] = replace(made, units={c: u for c, u in units.items()
                                                             if u and c in made.frame.columns})


def rows(table: Table) -> pd.DataFrame:
    """The rows that a search sees: inputs, then target; `attrs` say what was left out and filled.

    Raises:
        TableError: the choice cannot be searched.
    """
    chosen = roles()
    used = usable(table, str(chosen.target), chosen.inputs, fill_gaps=fill_gaps(), further=further())
    attrs = used.attrs
    used = used[[*chosen.inputs, str(chosen.target)]]
    used.attrs = attrs
    return used


def further() -> list[str]:
    """Columns that a run needs beside inputs and target."""
    chosen = roles()
    asked = (split().column, chosen.weight.column)
    return list(dict.fromkeys(c for c in asked if c is not None and c not in (*chosen.inputs, chosen.target)))


def fill_gaps() -> bool:
    """Whether gaps of inputs are filled; else their rows are left out."""
    return bool(st.session_state.get(state.FILL_GAPS))


def key() -> tuple[Any, ...]:
    """What `rows` depends on beside the table."""
    return (roles(), fill_gaps(), tuple(further()))


def add_to(options: RunOptions) -> None:
    """Write into the options of a run what is chosen about the table."""
    table = state.table()
    options["units"] = {} if table is None else table.units
    options["split"], options["weight"] = split().told(), roles().weight.told()
    options["fill_gaps"] = fill_gaps()
    options["made"] = {} if table is None else {c: recipe.told() for c, recipe in table.made_of.items()}


def take(config: Mapping[str, Any]) -> None:
    """Choose what a run was told about its table; to be called where none of the widgets is shown, or in a callback."""
    told = Split.of(config.get("split"))
    st.session_state.update({
        state.TARGET: config["target"], state.INPUTS: list(config["inputs"]), state.SPLIT: told.kind,
        state.SPLIT_COLUMN: told.column, state.WEIGHT: Weight.of(config.get("weight")),
        state.FILL_GAPS: bool(config.get("fill_gaps"))})
