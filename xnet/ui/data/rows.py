"""Which rows a search sees: gaps, columns of text and dates, and how the rows are chosen that are held out."""

from __future__ import annotations

import streamlit as st

from xnet.config.advice import holdout_note
from xnet.errors import XNetError
from xnet.tables.column_conversion import Conversion, possible_conversions
from xnet.tables.column_recipes import WAYS
from xnet.tables.holdout import BY_COLUMN, KINDS
from xnet.tables.table import Table
from xnet.ui.components.holdout_share import holdout_slider
from xnet.ui.session import actions, state, table_choice
from xnet.ui.text import counted, escaped

#: The ways to hold rows out: kind -> (in words, what it asks).
SPLITS = {
    "random": ("At random", "Does the formula hold for further rows like these?"),
    "order": ("The last rows", "Does it hold for what comes after? The right question for rows in the order of time."),
    "range": ("The largest values of a column", "Does it hold beyond the values that it was found on?"),
    "group": ("Whole groups", "Does it hold for a country, device or patient that it has never seen?")}


def cells_tab(table: Table) -> None:
    """What is done with missing cells, and with columns that hold no numbers."""
    st.radio("Gaps in the columns used", [False, True], format_func=_gaps, key=state.FILL_GAPS,
             persist_state="session", captions=[
                 "The safe way: only what was measured counts.",
                 "Keeps the row. Fine where few cells are missing; many equal values bend a formula."])
    read: Table = st.session_state.get(state.TABLE_AS_READ) or table
    offered = possible_conversions(read)
    if offered:
        st.session_state[state.CONVERSIONS] = table_choice.chosen_conversions(read)
        st.multiselect("Make numbers of text and dates", offered, format_func=_wish, key=state.CONVERSIONS,
                       on_change=table_choice.apply_conversions, persist_state="session", placeholder="Leave them out",
                       help="New columns stand beside the old ones and become inputs; the table itself stays as it is.")
    else:
        st.caption("No column holds dates, or text of only a few different values, that numbers could be made of.")
    for line in table.report[len(read.report):]:
        st.caption(escaped(line))


def _gaps(fill: bool) -> str:
    return "Fill gaps of inputs with the column's median" if fill else "Leave the rows out"


def _wish(wish: Conversion) -> str:
    return f"{wish.column}: {WAYS[wish.way]}"


def rows_tab(table: Table) -> None:
    """How the rows are chosen that the search never sees, and how many."""
    st.radio("Rows held out to check the formula", KINDS, format_func=lambda kind: SPLITS[kind][0], key=state.SPLIT,
             persist_state="session", on_change=table_choice.reset_split_column,
             captions=[asks for _, asks in SPLITS.values()])
    kind, split = st.session_state[state.SPLIT], table_choice.split()
    if split.column is not None:
        st.session_state[state.SPLIT_COLUMN] = split.column
        st.selectbox("by the column", table_choice.split_columns(kind), key=state.SPLIT_COLUMN, persist_state="session",
                     help="It need not be one of the inputs.")
    elif kind in BY_COLUMN:
        st.info("No column of this table suits, so rows are held out at random.", icon=":material/info:")
    holdout_slider()


def rows_summary(percent: int) -> str:
    """The rows that a search would see, in a sentence; "" while there is nothing to search."""
    try:
        rows = actions.prepared_rows()
    except XNetError as error:
        return f":material/warning: {escaped(error)}"
    if rows is None:
        return ""
    dropped, filled = rows.attrs["dropped"], rows.attrs["filled"]
    parts = [f"{counted(len(rows), 'row')} used",
             f"{dropped:,} left out for gaps" if dropped else "",
             f"{counted(filled, 'gap')} filled with the median" if filled else "",
             holdout_note(len(rows), percent, table_choice.split())]
    return escaped(", ".join(part for part in parts if part) + ".")
