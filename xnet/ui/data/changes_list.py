"""The list of the changes to the table, with a button to undo each, and the row of units with its undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from xnet.tables.changes import UnitsRowAsData
from xnet.tables.derivations import derived_name, describe_derivation
from xnet.tables.table import Table
from xnet.ui.session import state, table_changes, table_choice
from xnet.ui.text import escaped, shorten

from .missing_codes import read_as_missing, undo_missing

#: Older changes than these stand in an expander.
SHOWN = 8


def changes_list(table: Table) -> None:
    """Draw the changes to the table, newest first; nothing while there are none."""
    read: Table = st.session_state.get(state.TABLE_AS_READ) or table
    made, waiting = table_changes.changes(), table_changes.undone()
    missing = read_as_missing(table)
    derived = table_changes.derivations()
    if not (made or waiting or missing or derived or table.units_row or read.changes):
        return
    with st.container(border=True, key="changes", gap="xsmall"):
        st.markdown("**Changes to this table**")
        order = list(reversed(range(len(made))))
        for position in order[:SHOWN]:
            _line(made[position].describe(), f"undo_{position}", table_changes.undo, position)
        if order[SHOWN:]:
            with st.expander(f"{len(order) - SHOWN:,} earlier changes"):
                for position in order[SHOWN:]:
                    _line(made[position].describe(), f"undo_{position}", table_changes.undo, position)
        for recipe in reversed(derived):
            name = derived_name(recipe)
            _line(describe_derivation(name, recipe), f"undo_derived_{name}", table_choice.undo_derivation, recipe)
        for sentence, wish in missing:
            _line(sentence, f"undo_missing_{wish.column}", undo_missing, wish)
        if table.units_row is not None:
            line = table.units_row.line
            _line(f"Line {line} of the file was read as the units of the columns.", "undo_units",
                  table_changes.make, UnitsRowAsData(line))
        for change in read.changes:
            st.caption(escaped(f"{change.describe()} (before an earlier search)"))
        if problem := table_changes.problem():
            st.warning(escaped(problem), icon=":material/info:")
        if waiting:
            st.button(f"Redo: {escaped(shorten(waiting[-1].describe(), 60))}", icon=":material/redo:", key="redo",
                      type="tertiary", on_click=table_changes.redo)


def _line(sentence: str, key: str, undo: Callable[..., Any], argument: object) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(escaped(sentence), width="stretch")
        st.button("Undo", icon=":material/undo:", key=key, type="tertiary", on_click=undo, args=(argument,),
                  help=escaped(f"Undo: {sentence}"))
