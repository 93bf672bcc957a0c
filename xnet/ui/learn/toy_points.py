"""The table of the points, for editing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from xnet.ui.session import state
from xnet.ui.text import escaped

from . import toy_state


def edit_points() -> None:
    """Draw a popover with the points as a table; an error is shown there, and the old points stay in use."""
    with st.popover("Edit the points", icon=":material/edit:", type="tertiary"):
        st.caption("Change cells, add or delete rows, or paste two columns from a spreadsheet.")
        table = edited()
        cells = list(zip(table["x"].tolist(), table["y"].tolist(), strict=True))
        st.button("Use these points", icon=":material/check:", type="primary", key="toy_use_points",
                  on_click=toy_state.take_points, args=(cells,))
        if error := st.session_state.get(state.TOY_ERROR):
            st.error(escaped(error), icon=":material/error:")


def edited() -> pd.DataFrame:
    """Draw the editor and return the edited table; other points start a new editor."""
    return st.data_editor(_table(), num_rows="dynamic", hide_index=True, width=300, height=300,
                          key=f"{state.TOY_TABLE}_{hash(toy_state.toy().points)}", alt="The points, one a row")


def _table() -> pd.DataFrame:
    """The points as text cells, so that decimal commas can be read and typing errors explained."""
    points = toy_state.toy().points
    return pd.DataFrame({"x": [f"{v:.6g}" for v in points.x], "y": [f"{v:.6g}" for v in points.y]})
