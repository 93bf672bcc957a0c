"""The tab with the rows of the table: cells are edited, rows are excluded one by one or by a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.counts import counted
from xnet.tables.change_application import cell_at
from xnet.tables.changes import Cell, Change, EditCell, ExcludeRows, ExcludeWhere
from xnet.tables.column_conversion import free_name
from xnet.tables.table import Table
from xnet.ui.session import state, table_changes, table_choice
from xnet.ui.text import escaped, shorten
from xnet.ways import for_app

from .rows import rows_summary

#: Rows shown at a time, and the most columns.
PREVIEW_ROWS, MOST_COLUMNS = 100, 200


def rows_of_table(table: Table) -> None:
    """Draw a window of the rows, the exclusion by a condition, and how the table was read."""
    _editor(table)
    _condition(table)
    if table.report:
        with st.expander("How the table was read and converted", icon=":material/fact_check:",
                         expanded=not table.source):
            lines = [*(escaped(for_app(line)) for line in table.report), rows_summary(state.settings().holdout_percent)]
            st.markdown("\n".join(f"- {line}" for line in lines if line))
    if table.source:
        st.caption(f"Source: {escaped(shorten(str(table.source), 300), links=True)} "
                   f"Licence: {escaped(table.licence or 'not stated')}")


def _size(table: Table) -> str:
    return f"{counted(len(table.frame), 'row')}, {counted(table.frame.shape[1], 'column')}"


def _editor(table: Table) -> None:
    """Draw the editor of cells."""
    use = free_name("Use", table)
    columns = _columns(table)
    shown = _shown(table, _first(table), columns)
    st.data_editor(shown, key=_key(), on_change=_take_edits, args=(table, shown, use), height=260,
                   disabled=[c for c in table.derived if c in shown], alt="Rows of the table",
                   column_config={"_index": st.column_config.Column(disabled=True),
                                  use: st.column_config.CheckboxColumn(width="small", help="Untick: exclude the row")})
    more = len(table.frame) > PREVIEW_ROWS
    parts = [f"{PREVIEW_ROWS} rows"] * more + [counted(len(columns), "column")] * (len(columns) < len(table.kinds))
    part = f", of which {' and '.join(parts)} are shown" if parts else ""
    st.caption(f"{_size(table)}{part}. Double-click a cell to edit it; untick “{escaped(use)}” to exclude a row. The "
               "file itself stays as it is.")
    if len(table.kinds) > MOST_COLUMNS:
        st.text_input("Show the columns whose name contains", key=state.COLUMN_FILTER, width=320,
                      placeholder="Empty: the target and the inputs", help="A part of the name; large and small "
                      "letters are the same. Where no name contains it, the target and the inputs are shown.")
    if more:
        numbers = table.row_names.numbers
        st.number_input(f"Show the rows from {table.row_names.word}", int(numbers[0]), int(numbers[-1]),
                        key=state.FIRST_ROW, step=PREVIEW_ROWS, width=220)


def _columns(table: Table) -> list[str]:
    """The columns that are shown: of a very wide table those that a person asks for by a part of their name."""
    columns = list(map(str, table.frame.columns))
    if len(columns) <= MOST_COLUMNS:
        return columns
    wanted = str(st.session_state.get(state.COLUMN_FILTER) or "").strip().lower()
    roles = table_choice.roles()
    used = {roles.target, *roles.inputs, roles.weight.column, roles.row_name}
    named = [c for c in columns if wanted and wanted in c.lower()]
    return (named or [c for c in columns if c in used])[:MOST_COLUMNS]


def _first(table: Table) -> int:
    """The position of the first row that is shown."""
    wanted = st.session_state.get(state.FIRST_ROW)
    numbers = table.row_names.numbers
    if wanted is None or len(numbers) <= PREVIEW_ROWS:
        return 0
    return int(min(np.searchsorted(numbers, wanted), len(numbers) - 1))


def _window(table: Table, first: int, columns: Sequence[str]) -> pd.DataFrame:
    """The rows that are shown, called by their names; numbers as float64, so that any number can be typed."""
    rows = table.frame.iloc[first:first + PREVIEW_ROWS]
    window = pd.DataFrame({c: rows[c].astype(np.float64) if c in table.numeric_columns else rows[c].astype(str)
                           for c in columns})
    window.insert(0, free_name("Use", table), True)
    window.index = pd.Index(table.row_names.numbers[first:first + PREVIEW_ROWS], name=table.row_names.word.capitalize())
    return window


def _key() -> str:
    return f"rows_{st.session_state.get(state.ROWS_VERSION, 0)}"


def _shown(table: Table, first: int, columns: Sequence[str]) -> pd.DataFrame:
    """The rows that the editor gets: the same ones, as long as they and the edits equal the table (see `roles`)."""
    wanted, held = _window(table, first, columns), st.session_state.get(state.ROWS_SHOWN)
    if held is None or not _edited(held, _edits()).equals(wanted):
        st.session_state[state.ROWS_VERSION] = st.session_state.get(state.ROWS_VERSION, 0) + 1
        st.session_state[state.ROWS_SHOWN] = held = wanted
    shown: pd.DataFrame = held
    return shown


def _edits() -> Mapping[int, Mapping[str, Any]]:
    edits: Mapping[int, Mapping[str, Any]] = (st.session_state.get(_key()) or {}).get("edited_rows", {})
    return edits


def _edited(shown: pd.DataFrame, edits: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    """The shown rows with the edits, as far as they fit."""
    shown = shown.copy()
    for row, cells in edits.items():
        for column, value in cells.items():
            if column in shown and 0 <= int(row) < len(shown):
                empty: Any = np.nan if shown[column].dtype == np.float64 else ""
                shown.iloc[int(row), shown.columns.get_loc(column)] = empty if value is None else value
    return shown


def _take_edits(table: Table, shown: pd.DataFrame, use: str) -> None:
    """Turn the edits into changes (the editor's callback); a refused edit is undone in the editor."""
    made: list[Change] = []
    names = table.row_names
    for row, cells in _edits().items():
        if not 0 <= int(row) < len(shown):
            continue
        places = np.flatnonzero(names.numbers == shown.index[int(row)])
        if not len(places):
            continue
        number, position = int(shown.index[int(row)]), int(places[0])
        for column, value in cells.items():
            new = _cell(value)
            if column == use:
                made += [ExcludeRows(names.word, (number,))] * (value is False)
            elif column in table.frame and cell_at(table, column, position) != new:
                made.append(EditCell(names.word, number, column, cell_at(table, column, position), new))
    if made and not table_changes.make(*made):
        st.session_state[state.ROWS_SHOWN], st.session_state[state.ROWS_ERROR] = None, table_changes.problem()


def _cell(value: object) -> Cell:
    """A value of the editor as a cell."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return str(value) if value not in (None, "") else None


def _condition(table: Table) -> None:
    """Draw the form that excludes rows by a condition."""
    with st.form("exclude_form", border=False):
        st.text_input("Exclude the rows where", key=state.EXCLUDE_WHERE, placeholder=_example(table), max_chars=1000,
                      help="Compare columns with <, <=, >, >=, =, != and join comparisons by and, or, not: mass > 100 "
                           "and group = \"a\". Also: mass is missing; line = 17 is one row of the file.")
        st.form_submit_button("Exclude these rows", icon=":material/filter_alt_off:", on_click=_exclude_where)
    if problem := st.session_state.pop(state.ROWS_ERROR, None):
        st.warning(escaped(problem), icon=":material/info:")


def _example(table: Table) -> str:
    """A condition on this table, which leaves out the largest values of its last column of numbers."""
    column = next(reversed(table.numeric_columns), None)
    if column is None:
        return "mass > 100"
    limit = float(f"{table.frame[column].quantile(0.95):.3g}")
    return f"for example {column} > {limit:.12g}"


def _exclude_where() -> None:
    """Exclude rows by the typed condition (a button's callback)."""
    condition = " ".join(str(st.session_state.get(state.EXCLUDE_WHERE) or "").split())
    if condition and table_changes.make(ExcludeWhere(condition)):
        st.session_state[state.EXCLUDE_WHERE] = ""
    elif condition:
        st.session_state[state.ROWS_ERROR] = table_changes.problem()
