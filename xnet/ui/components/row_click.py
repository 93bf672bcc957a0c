"""The row that was clicked in a chart whose points carry the number of their row as the last of their custom data."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go


def clicked_row(event: Any) -> int | None:
    """The number of the row of the clicked point; None while none is selected.

    Args:
        event: what `st.plotly_chart` returns with `on_select`; anything else counts as no selection.
    """
    try:
        points = event["selection"]["points"]
        data = points[0]["customdata"] if points else ()
        return int(data[-1]) if data else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def clickable(figure: go.Figure) -> go.Figure:
    """The figure with points that stay visible while another one is selected."""
    return figure.update_traces(selected={"marker": {"opacity": 1, "size": 11}},
                                unselected={"marker": {"opacity": 0.45}}, selector={"mode": "markers"})
