"""The rows that a search uses: missing cells, conversions of text and dates, and the choice of held-out rows."""

from __future__ import annotations

import streamlit as st

from xnet.config.advice import holdout_note
from xnet.counts import counted
from xnet.errors import XNetError
from xnet.tables.column_conversion import Conversion
from xnet.tables.column_recipes import WAYS
from xnet.tables.derivations import derivation_notes
from xnet.tables.holdout import BY_COLUMN, KINDS
from xnet.tables.table import Table
from xnet.ui.components.holdout_share import holdout_slider
from xnet.ui.session import actions, state, table_changes, table_choice
from xnet.ui.text import escaped
from xnet.ways import for_app

#: The kinds of split: kind -> (label, the question that it answers).
SPLITS = {
    "random": ("At random", "Does the formula hold for more rows like these?"),
    "order": ("The last rows", "Does it hold for later rows? Choose this if the rows are in order of time."),
    "range": ("The largest values of a column", "Does it hold beyond the range of the training rows?"),
    "group": ("Whole groups", "Does it hold for a country, device or patient that is not among the training rows?")}


def cells_tab(table: Table) -> None:
    """Draw the choices about missing cells and about conversions of text and dates."""
    st.radio("Gaps in the columns used", [False, True], format_func=_gaps, key=state.FILL_GAPS,
             persist_state="session", captions=[
                 "The safe way: the search uses only measured values.",
                 "Keeps the row. Good if few cells are missing; many equal values distort the formula."])
    read: Table = st.session_state.get(state.TABLE_AS_READ) or table
    offered = table_changes.offered_conversions()
    if offered:
        st.session_state[state.CONVERSIONS] = table_changes.chosen_conversions()
        st.multiselect("Convert text, dates, and codes for missing values", offered, format_func=_wish,
                       key=state.CONVERSIONS, on_change=table_choice.apply_conversions, persist_state="session",
                       placeholder="Leave them out",
                       help="The conversion adds new columns, which become inputs; the old columns stay unchanged.")
    else:
        st.caption("The table has no column of dates, or of text with few different values, to convert to numbers.")
    of_rows = set(derivation_notes(table))  # these stand under Columns
    for line in table.report[len(read.report):]:
        if line not in of_rows:
            st.caption(escaped(for_app(line)))


def _gaps(fill: bool) -> str:
    return "Fill gaps of inputs with the column's median" if fill else "Leave the rows out"


def _wish(wish: Conversion) -> str:
    return f"{wish.column}: {WAYS[wish.way]}"


def rows_tab(table: Table) -> None:
    """Draw the choices about held-out rows: which, and how many."""
    st.radio("Held-out rows, which check the formula", KINDS, format_func=lambda kind: SPLITS[kind][0], key=state.SPLIT,
             persist_state="session", on_change=table_choice.reset_split_column,
             captions=[question for _, question in SPLITS.values()])
    kind, split = st.session_state[state.SPLIT], table_choice.split()
    if split.column is not None:
        st.session_state[state.SPLIT_COLUMN] = split.column
        st.selectbox("by the column", table_choice.split_columns(kind), key=state.SPLIT_COLUMN, persist_state="session",
                     help="It need not be one of the inputs.")
    elif kind in BY_COLUMN:
        st.info("This table has no suitable column, so rows are held out at random.", icon=":material/info:")
    holdout_slider()


def rows_summary(percent: int) -> str:
    """A sentence on the rows that a search would use; "" without target or inputs."""
    try:
        rows = actions.prepared_rows()
    except XNetError as error:
        return f":material/warning: {escaped(error)}"
    if rows is None:
        return ""
    dropped, filled = rows.attrs["dropped"], rows.attrs["filled"]
    table = state.table()
    excluded = table_changes.excluded_rows(table.changes) if table is not None else 0
    parts = [f"{counted(len(rows), 'row')} used", f"{excluded:,} excluded" if excluded else "",
             f"{dropped:,} left out for gaps" if dropped else "",
             f"{counted(filled, 'gap')} filled with the median" if filled else "",
             holdout_note(len(rows), percent, table_choice.split())]
    return escaped(", ".join(part for part in parts if part) + ".")
