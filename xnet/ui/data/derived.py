"""Derived columns on the Data page: the form that adds one, and a line about each of them."""

from __future__ import annotations

import streamlit as st

from xnet.tables.column_recipes import DERIVED_WAYS, MOST_ROWS, ColumnRecipe
from xnet.tables.derivations import derivation, derivation_notes
from xnet.tables.table import Table
from xnet.tables.time_column import proposed_time
from xnet.ui.session import table_changes, table_choice
from xnet.ui.text import escaped

#: The fields of the form.
COLUMN, WAY, COUNT, ORDER, WITHIN = "derive_column", "derive_way", "derive_count", "derive_order", "derive_within"
ERROR = "derive_error"


def derive_form(table: Table) -> None:
    """Draw the fields of a derived column, the button that adds it, and sentences on those that were added."""
    columns = list(table.numeric_columns)
    if not columns:
        return
    with st.container(border=True, key="derive", gap="small"):
        st.markdown("**Derive a column** from earlier rows, or by a logarithm")
        with st.container(horizontal=True):
            column = st.selectbox("Column", columns, key=COLUMN, index=columns.index(_first(table, columns)))
            way = st.selectbox("New column", list(DERIVED_WAYS), format_func=_way, key=WAY)
        recipe = derivation("log", column) if way == "log" else _of_rows(table, column, way)
        st.button("Add the column", icon=":material/add:", key="derive_add", on_click=_add, args=(recipe,))
        if problem := st.session_state.pop(ERROR, None):
            st.warning(escaped(problem), icon=":material/info:")
        for note in derivation_notes(table):
            st.caption(escaped(note))


def _of_rows(table: Table, column: str, way: str) -> ColumnRecipe:
    """Draw the fields that say which rows are the earlier ones, and return the recipe."""
    label, least, usual = ("Over this many rows", 2, 3) if way == "mean" else ("This many rows earlier", 1, 1)
    groups = list(table.group_columns)
    with st.container(horizontal=True):
        count = st.number_input(label, least, MOST_ROWS, usual, key=f"{COUNT}_{way}")
        order = st.selectbox("Order of the rows", ["", *table.numeric_columns], key=ORDER, index=_order(table),
                             format_func=lambda c: c or "as in the file",
                             help="Which row is the earlier one. A column of time takes the rows in its order.")
        within = st.selectbox("Earlier rows are from", ["", *groups], key=WITHIN, index=_group(groups),
                              format_func=lambda c: f"the same {c}" if c else "all rows",
                              help="Rows of another group, such as another trajectory, are no earlier rows.")
    return derivation(way, column, int(count), within, order)


def _add(recipe: ColumnRecipe) -> None:
    """Add a derived column (a button's callback)."""
    table_choice.derive(recipe)
    st.session_state[ERROR] = table_changes.problem()


def only_column(table: Table) -> None:
    """Offer to explain the only column of numbers by its previous value."""
    column = table.numeric_columns[0]
    st.button(f"Explain {escaped(column)} by its previous value", icon=":material/add:", key="derive_previous",
              on_click=_add, args=(derivation("previous", column),))
    if problem := st.session_state.pop(ERROR, None):
        st.warning(escaped(problem), icon=":material/info:")


def _way(way: str) -> str:
    return DERIVED_WAYS[way][0].upper() + DERIVED_WAYS[way][1:]


def _first(table: Table, columns: list[str]) -> str:
    """The column that is proposed: the target if it holds numbers."""
    target = table_choice.roles().target
    return target if target in columns else columns[0]


def _order(table: Table) -> int:
    """The position of the proposed order: a column of time with a number of its own in every row, else the file."""
    time = proposed_time(table.numeric_columns, table.derived)
    unique = time is not None and table.frame[time].is_unique and not table.frame[time].hasnans
    return 1 + list(table.numeric_columns).index(time) if time is not None and unique else 0


def _group(groups: list[str]) -> int:
    group = table_choice.roles().group
    return 1 + groups.index(group) if group in groups else 0
