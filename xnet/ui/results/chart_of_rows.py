"""A chart with one point for each row: a click on a point offers to search again without its row."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from xnet.ui.components import charts
from xnet.ui.components.row_click import clickable, clicked_row
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.session import actions, current_run


def chart_of_rows(chosen: SelectedFormula, figure: go.Figure, key: str, alt: str, *, say_how: bool = True) -> None:
    """Draw the chart, and the offer below it; a run that is shared for reading has no offer.

    Args:
        chosen: the formula whose rows are drawn.
        figure: its points carry the number of their row as the last of their custom data.
        key: of the chart.
        alt: the description of the chart for screen readers.
        say_how: whether a sentence says that points can be clicked.
    """
    run = current_run.session_run()
    if run is None or run.id != chosen.run_id or current_run.is_read_only(run):
        st.plotly_chart(figure, key=key, config=charts.CONFIG, alt=alt)
        return
    event = st.plotly_chart(clickable(figure), key=key, config=charts.CONFIG, alt=alt, on_select="rerun",
                            selection_mode="points")
    word, number = chosen.row_word, clicked_row(event)
    if number:
        st.button(f"Search again without {word} {number}", icon=":material/filter_alt_off:", key=f"without_{key}",
                  on_click=actions.search_without, args=(run, number),
                  help="A new search starts from the formulas found so far.")
    elif say_how:
        st.caption("Click a point to search again without its row.")
