"""What each column of the table is for: two selectors as the quick way, and a table with roles and units for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from xnet.tables.class_target import class_labels, target_columns
from xnet.tables.roles import ROLES, RoleError, column_summary, siblings
from xnet.tables.table import Table
from xnet.ui.session import state, table_choice
from xnet.ui.text import escaped, shorten


def role_selectors(table: Table) -> None:
    """The column to explain, and those to explain it by."""
    columns, known = list(table.numeric_columns), table_choice.roles()

    def unit(column: str) -> str:
        name = table.units.get(column) if column in columns else "text"
        return f"{column} ({name})" if name and name not in column else column

    st.session_state[state.TARGET] = known.target  # a column that was made of another one may be gone
    st.selectbox("Explain this column", target_columns(table), format_func=unit, key=state.TARGET,
                 persist_state="session", placeholder="Choose a column", on_change=_target_chosen, args=(table,))
    _class(table)
    known = table_choice.roles()
    not_inputs = {known.target, known.weight.column, *siblings(table, known.target)}
    others = [c for c in columns if c not in not_inputs]
    st.session_state[state.INPUTS] = list(known.inputs)
    st.multiselect("by these columns", others, format_func=unit, key=state.INPUTS, persist_state="session",
                   placeholder="Choose at least one column", wrap=True)
    if not others:
        st.info("There is only one column of numbers. Text and dates can be made numbers under “Gaps, text and dates”.",
                icon=":material/info:")
    elif not known.inputs:
        st.info("Choose at least one column to explain it by.", icon=":material/info:")
    if told := known.weight.describe():
        st.caption(escaped(told[0].upper() + told[1:] + "."))


def _target_chosen(table: Table) -> None:
    """Explain a class by all columns of numbers where the suggestion for an amount still stands (a callback)."""
    target = st.session_state.get(state.TARGET)
    if target not in table.numeric_columns and set(table_choice.roles().inputs) == set(table.suggested_inputs):
        st.session_state[state.INPUTS] = list(table.numeric_columns)


def _class(table: Table) -> None:
    """Whether the column to explain holds classes, and which of them is told from the rest."""
    target = table_choice.roles().target
    labels = class_labels(table, target) if target else ()
    if target is None or not labels:
        return
    if target in table.numeric_columns:
        key = table_choice.as_class_key(target)
        st.session_state[key] = table_choice.reads_as_class(table)
        st.segmented_control("Read its values as", [False, True], format_func=_read_as, key=key, required=True,
                             persist_state="session", help="An amount: 2 lies between 1 and 3. A class: the numbers "
                             "only stand for names, and what is searched is the probability of one of them.")
    if (label := table_choice.selected_class(table)) is None:
        return
    st.session_state[table_choice.class_key(target)] = label
    st.selectbox("Probability of" if len(labels) == 2 else "Tell this class from all the rest", labels,
                 key=table_choice.class_key(target), persist_state="session")
    told = f"What is searched: the probability that {target} is {shorten(label, 40)}."
    st.caption(escaped(told) + (" All classes at once: in Python (`XNetClassifier`) and in the terminal "
                                 "(`discover --classify`)." if len(labels) > 2 else ""))


def _read_as(as_class: bool) -> str:
    return "a class" if as_class else "an amount"


def columns_tab(table: Table) -> None:
    """Role and unit of every column, with what it holds, in one table."""
    st.caption("Choose a role or write a unit, such as km or m/s, in a row. Units are shown with results and never "
               "change a number.")
    st.data_editor(_shown(table), key=_key(), on_change=_take_edits, args=(table,), hide_index=True,
                   disabled=["Column", "Holds", "Values", "Missing"], alt="Role and unit of every column",
                   column_config={
                       "Column": st.column_config.TextColumn(pinned=True),
                       "Role": st.column_config.SelectboxColumn(options=list(ROLES), required=True),
                       "Unit": st.column_config.TextColumn(width="small"),
                       "Missing": st.column_config.NumberColumn(width="small")})
    if problem := st.session_state.pop(state.ROLE_ERROR, None):
        st.warning(escaped(problem), icon=":material/info:")


def _key() -> str:
    return f"roles_{st.session_state.get(state.ROLES_VERSION, 0)}"


def _shown(table: Table) -> pd.DataFrame:
    """The table that the editor stands on.

    An editor keeps its edits beside the table that it was given. So that table stays while the edits give what is
    chosen; where they do not (a selector was used, or an edit had consequences), an editor of its own begins.
    """
    wanted, held = _wanted(table), st.session_state.get(state.ROLES_SHOWN)
    if held is None or held[0] is not table.frame or not _edited(held[1], _edits()).equals(wanted):
        st.session_state[state.ROLES_VERSION] = st.session_state.get(state.ROLES_VERSION, 0) + 1
        st.session_state[state.ROLES_SHOWN] = held = (table.frame, wanted)
    shown: pd.DataFrame = held[1]
    return shown


def _wanted(table: Table) -> pd.DataFrame:
    known, frame = table_choice.roles(), _summary(table)
    frame.insert(1, "Role", [known.role_of(column) for column in frame["Column"]])
    frame.insert(2, "Unit", [table.units.get(column, "") for column in frame["Column"]])
    return frame


def _summary(table: Table) -> pd.DataFrame:
    """`roles.column_summary`, made once for a table: it looks at every cell."""
    held = st.session_state.get(state.COLUMN_SUMMARY)
    if held is None or held[0] is not table.frame:
        held = st.session_state[state.COLUMN_SUMMARY] = (table.frame, column_summary(table))
    found: pd.DataFrame = held[1]
    return found.copy()


def _edits() -> Mapping[int, Mapping[str, Any]]:
    edits: Mapping[int, Mapping[str, Any]] = (st.session_state.get(_key()) or {}).get("edited_rows", {})
    return edits


def _edited(frame: pd.DataFrame, edits: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    frame = frame.copy()
    for row, cells in edits.items():
        for column, value in cells.items():
            frame.loc[int(row), column] = "" if value is None else value
    return frame


def _take_edits(table: Table) -> None:
    """Take over the roles and units that the editor holds (its callback); what cannot be is said and undone."""
    names = list(table.kinds)
    for row, cells in _edits().items():
        if not 0 <= int(row) < len(names):
            continue
        column = names[int(row)]
        if "Unit" in cells:
            table_choice.set_unit(column, cells["Unit"])
        if cells.get("Role"):
            try:
                table_choice.set_roles(table_choice.roles().with_role(column, str(cells["Role"]), table))
            except RoleError as error:
                st.session_state[state.ROLE_ERROR] = str(error)
                st.session_state[state.ROLES_SHOWN] = None
