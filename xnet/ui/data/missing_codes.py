"""Codes for missing values, such as -999: a notice in front of the search, and one click to read them as missing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from xnet.counts import counted
from xnet.name_lists import abbreviated_list
from xnet.tables.column_conversion import Conversion
from xnet.tables.table import Table
from xnet.ui.session import series_choice, state, table_changes, table_choice
from xnet.ui.text import escaped, shorten

_WAY = "gaps"


def missing_codes_notice(table: Table) -> None:
    """Say which chosen columns hold numbers that look like codes for missing values, and offer to read them so."""
    roles = table_choice.roles()
    chosen = (roles.target, *series_choice.more_targets(table), *roles.inputs, roles.weight.column)
    used = [c for c in chosen if c is not None and c in table.sentinels]
    if not used:
        return
    columns = [f"{shorten(column, 40)} ({_codes(table, column)} in {counted(_count(table, column), 'row')})"
               for column in used]
    codes = sorted({code for column in used for code in table.sentinels[column]})
    st.warning(escaped(f"Numbers far from all others, perhaps codes for missing values: "
                       f"{abbreviated_list(columns, 4)}."), icon=":material/warning:")
    st.button(f"Read {_joined(codes)} as missing", icon=":material/block:", key="codes_missing",
              on_click=_set, args=([*table_changes.chosen_conversions(), *(Conversion(c, _WAY) for c in used)],))


def read_as_missing(table: Table) -> list[tuple[str, Conversion]]:
    """The columns whose codes are read as missing: a sentence for each, and its conversion."""
    return [(f"{_codes(table, wish.column)} in {wish.column} is read as missing.", wish)
            for wish in table_changes.chosen_conversions() if wish.way == _WAY]


def undo_missing(wish: Conversion) -> None:
    """Read the codes of a column as numbers again (a button's callback)."""
    _set([chosen for chosen in table_changes.chosen_conversions() if chosen != wish])


def _set(wishes: list[Conversion]) -> None:
    st.session_state[state.CONVERSIONS] = wishes
    table_choice.apply_conversions()


def _codes(table: Table, column: str) -> str:
    return _joined(table.sentinels[column])


def _joined(codes: Sequence[float]) -> str:
    return " and ".join(f"{code:.12g}" for code in codes)


def _count(table: Table, column: str) -> int:
    return int(table.frame[column].isin(list(table.sentinels[column])).sum())
