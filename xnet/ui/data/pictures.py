"""Charts of a table: the distribution of the target, the target against each input, correlations of columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from xnet.counts import counted
from xnet.name_lists import cut_names
from xnet.tables.table import Table
from xnet.ui.components import charts
from xnet.ui.components.row_click import clickable, clicked_row
from xnet.ui.session import state, table_changes, table_choice

#: Most points in one chart; a phone is slow with more.
MOST_POINTS = 1500
#: Scatter plots in one row, and in total.
ACROSS, MOST_PICTURES = 2, 6
MOST_CORRELATED = 20
#: Longest title of an axis of the scatter plots, which are side by side even on a phone.
SMALL = 20


def pictures_tab(table: Table) -> None:
    """Draw the charts of the chosen columns."""
    roles = table_choice.roles()
    if roles.target is None or not roles.inputs:
        st.info("Choose a column to explain and at least one input column to see charts of them.",
                icon=":material/info:")
        return
    table, target = table_choice.search_table(table)
    frame = drawn_rows(table.frame[[target, *roles.inputs]].astype(np.float64))
    frame.index = table.row_names.numbers[frame.index]
    if len(frame) < len(table.frame):
        st.caption(f"{len(frame):,} of {counted(len(table.frame), 'row')} are drawn, evenly over the table.")
    st.plotly_chart(distribution(table.frame[target], _axes(table, list(table.frame))[target]), key="distribution",
                    config=charts.CONFIG,
                    alt=f"Histogram of {target}")
    _against(table, frame, target, roles.inputs)
    if len(roles.inputs) > 1:
        names = [target, *roles.inputs[:MOST_CORRELATED]]
        st.plotly_chart(correlation(frame[names]), key="correlation", config=charts.CONFIG,
                        alt="Correlation of all pairs of columns")
        st.caption("Rank correlation (Spearman): 1 where two columns rise together, −1 where one falls as the other "
                   "rises, 0 where neither predicts the other.")


def _against(table: Table, frame: pd.DataFrame, target: str, inputs: tuple[str, ...]) -> None:
    shown = list(inputs)
    if len(inputs) > MOST_PICTURES:
        held = [c for c in st.session_state.get(state.PICTURE_COLUMNS) or [] if c in inputs]
        st.session_state[state.PICTURE_COLUMNS] = held or list(inputs[:MOST_PICTURES])
        shown = st.multiselect("Columns to draw the target against", inputs, key=state.PICTURE_COLUMNS,
                               max_selections=MOST_PICTURES, persist_state="session", wrap=True)
    if shown:
        word, key = table.row_names.word, f"against_{len(table.frame)}"
        figure = against(frame, target, shown, _axes(table, list(frame)), word)
        event = st.plotly_chart(clickable(figure), key=key, config=charts.CONFIG, on_select="rerun",
                                selection_mode="points", alt=f"{target} against {', '.join(shown)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if number := clicked_row(event):
                st.button(f"Exclude {word} {number}", icon=":material/filter_alt_off:", key="exclude_point",
                          on_click=table_changes.exclude, args=(word, number))
            else:
                st.caption("Click a point to exclude its row.")


def _axes(table: Table, columns: Sequence[str]) -> dict[str, str]:
    """Names and units of columns as titles of axes, without `<`, which plotly would read as a tag."""
    names = dict(zip(columns, cut_names(columns, 40), strict=True))
    units = {c: unit for c in columns if (unit := table.units.get(c, "")) and unit not in c}
    return {c: (names[c] + (f" ({units[c]})" if c in units else "")).replace("<", "‹") for c in columns}


def drawn_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are drawn: all, or `MOST_POINTS` of them, evenly spaced."""
    return frame.iloc[np.linspace(0, len(frame) - 1, min(len(frame), MOST_POINTS)).round().astype(int)]


def distribution(values: pd.Series, title: str) -> go.Figure:
    """A histogram of the target."""
    numbers = values.to_numpy(dtype=np.float64)
    counts, edges = np.histogram(numbers[np.isfinite(numbers)], bins=min(40, 5 + int(np.sqrt(len(numbers)))))
    figure = go.Figure(go.Bar(x=(edges[1:] + edges[:-1]) / 2, y=counts, width=np.diff(edges), marker={"color": _BLUE},
                              hovertemplate="around %{x:.4g}: %{y} rows<extra></extra>"))
    figure.update_xaxes(title=title)
    figure.update_yaxes(title="rows")
    return _framed(figure, 240)


def against(frame: pd.DataFrame, target: str, inputs: list[str], titles: dict[str, str], word: str) -> go.Figure:
    """The target against each input, side by side.

    Args:
        frame: the rows that are drawn; the index holds their numbers.
        target: the target's column.
        inputs: the columns to draw it against.
        titles: of the axes, by column.
        word: what the numbers of rows are called (see `RowNames`).
    """
    across = min(ACROSS, len(inputs))
    figure = make_subplots(rows=-(-len(inputs) // across), cols=across, shared_yaxes=True, horizontal_spacing=0.06,
                           vertical_spacing=0.22 / max(1, -(-len(inputs) // across) - 1) if len(inputs) > across else 0)
    short = dict(zip(titles, cut_names(titles.values(), SMALL), strict=True))
    for k, column in enumerate(inputs):
        row, col = k // across + 1, k % across + 1
        figure.add_scatter(x=frame[column], y=frame[target], mode="markers", row=row, col=col, showlegend=False,
                           marker={"size": 5, "opacity": 0.6, "color": _BLUE},
                           customdata=[[int(number)] for number in frame.index],
                           hovertemplate=f"{word} %{{customdata[0]}}<br>%{{x:.5g}}, %{{y:.5g}}<extra></extra>")
        figure.update_xaxes(title=short[column], title_standoff=4, row=row, col=col)
        if col == 1:
            figure.update_yaxes(title=short[target], row=row, col=col)
    return _framed(figure, 230 * -(-len(inputs) // across) + 40)


def correlation(frame: pd.DataFrame) -> go.Figure:
    """The rank correlation of all pairs of columns."""
    table = frame.corr(method="spearman").to_numpy()
    names = charts.distinct([str(c) for c in frame.columns], 24)
    text = [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in table]
    figure = go.Figure(go.Heatmap(z=table, zmin=-1, zmax=1, colorscale="RdBu", text=text, texttemplate="%{text}",
                                  showscale=False, hovertemplate="%{y}, %{x}: %{z:.3f}<extra></extra>"))
    places = list(range(len(names)))
    figure.update_xaxes(tickmode="array", tickvals=places, ticktext=names, tickangle=-40)
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=names, autorange="reversed")
    return _framed(figure, 140 + 34 * len(names))


#: One colour for all charts, readable on light and dark backgrounds.
_BLUE = "#3b82f6"


def _framed(figure: go.Figure, height: int) -> go.Figure:
    charts.framed(figure)
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 16, "b": 10})
    return figure
