"""Outliers of the chosen columns: a notice in front of the search, and one click to exclude their rows."""

from __future__ import annotations

import numpy as np
import streamlit as st

from xnet.counts import counted
from xnet.name_lists import abbreviated_list
from xnet.tables.changes import ExcludeRows
from xnet.tables.table import Table
from xnet.ui.session import series_choice, table_changes, table_choice
from xnet.ui.text import escaped, shorten

#: Rows that the notice names at most.
_NAMED = 4


def outliers_notice(table: Table) -> None:
    """Name the values of the chosen columns that are far from all others, and offer to exclude their rows."""
    roles = table_choice.roles()
    parts, rows = [], set[int]()
    for column in (roles.target, *series_choice.more_targets(table), *roles.inputs):
        for place in _places(table, column):
            parts.append(f"{shorten(str(column), 40)} is {table.frame[column].iloc[place]:.6g} in "
                         f"{table.row_names.name(place)}")
            rows.add(place)
    if not rows:
        return
    st.warning(escaped(f"Far from all other values of the column: {abbreviated_list(parts, _NAMED)}. One such value "
                       "can decide which formula is found."), icon=":material/warning:")
    names = table.row_names
    numbers = tuple(sorted(int(names.numbers[place]) for place in rows))
    label = f"Exclude {names.word} {numbers[0]}" if len(rows) == 1 else f"Exclude these {counted(len(rows), 'row')}"
    st.button(label, icon=":material/filter_alt_off:", key="exclude_outliers", on_click=_exclude,
              args=(names.word, numbers), help="You can undo this in the list of changes.")


def _places(table: Table, column: str | None) -> list[int]:
    """The positions of the rows whose value was reported as an outlier."""
    if column is None or column not in table.outliers or column not in table.numeric_columns:
        return []
    return [int(place) for place in np.flatnonzero(table.frame[column].isin(list(table.outliers[column])))]


def _exclude(word: str, numbers: tuple[int, ...]) -> None:
    table_changes.make(ExcludeRows(word, numbers))
