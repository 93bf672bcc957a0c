"""The small table of the toy's points, to be changed by hand."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from xnet.ui.session import state
from xnet.ui.text import escaped

from . import toy_state as held


def edit_points() -> None:
    """A popover with the points as a table; what is wrong is said there, and the old points stay in use."""
    with st.popover("Edit the points", icon=":material/edit:", type="tertiary"):
        st.caption("Change cells, add or delete rows, or paste two columns from a spreadsheet.")
        table = edited()
        cells = list(zip(table["x"].tolist(), table["y"].tolist(), strict=True))
        st.button("Use these points", icon=":material/check:", type="primary", key="toy_use_points",
                  on_click=held.take_points, args=(cells,))
        if error := st.session_state.get(state.TOY_ERROR):
            st.error(escaped(error), icon=":material/error:")


def edited() -> pd.DataFrame:
    """The table as it was changed; other points begin with a table of their own."""
    return st.data_editor(_table(), num_rows="dynamic", hide_index=True, width=300, height=300,
                          key=f"{state.TOY_TABLE}_{hash(held.toy().points)}", alt="The points, one a row")


def _table() -> pd.DataFrame:
    """The points as text: a decimal comma or a slip of the pen is ours to understand or to explain."""
    points = held.toy().points
    return pd.DataFrame({"x": [f"{v:.6g}" for v in points.x], "y": [f"{v:.6g}" for v in points.y]})
