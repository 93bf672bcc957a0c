"""The tab Groups: a panel for every group, its own constants as a table, and each constant over the groups."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.own_constants import OwnConstants
from xnet.evidence.group_constants import own_table, r2_by_group
from xnet.evidence.group_estimates import GroupEstimates
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.text import shorten
from xnet.wording.constant_text import assumption
from xnet.wording.row_words import HELD_OUT
from xnet.wording.score_text import r2

#: The most groups that get a panel, and panels side by side.
MOST_PANELS, _ACROSS = 24, 4


def groups_tab(chosen: SelectedFormula, estimates: GroupEstimates) -> None:
    """Draw the tab Groups.

    Args:
        chosen: the formula.
        estimates: of its constants, fitted to all rows within the bounds that a person set.
    """
    own = chosen.network.own
    if own is None:
        st.info("All groups share every constant of this formula. Formulas with constants of every group have letters "
                "in brackets, such as a[group].", icon=":material/info:")
        return
    rows = Rows(np.ascontiguousarray(chosen.X.T), chosen.y, float(np.var(chosen.y)) or 1.0, chosen.weight, chosen.loss)
    st.plotly_chart(panels_figure(chosen, own), key="group_panels", config=charts.CONFIG,
                    alt="Value by the formula against actual value, a panel for every group")
    if own.n_groups > MOST_PANELS:
        st.caption(f"The first {MOST_PANELS} of {own.n_groups} groups have a panel. The table has all of them.")
    scores = r2_by_group(chosen.network, rows)
    table = own_table(chosen.network)
    st.dataframe(table.assign(**{chosen.r2_name: [r2(scores[label]) for label in table.index]}), key="group_constants",
                 column_config={name: st.column_config.NumberColumn(format="%.15g") for name in table.columns},
                 alt="Own constants and R² of every group")
    both = ", training and held-out" if HELD_OUT in chosen.groups else ""
    st.caption(f"{chosen.r2_name} of each group: of all its rows{both}.")
    st.plotly_chart(constants_figure(chosen, estimates.constants, own), key="constants_over_groups",
                    config=charts.CONFIG, alt="Every own constant over the groups, with 95 % intervals")
    assumed = assumption(chosen.loss.name, weighted=chosen.weight is not None,
                         noise=estimates.noise)
    st.caption("Points are constants fitted to all rows, training and held-out. Their intervals are valid if the "
               f"formula is right and {assumed}.")


def panels_figure(chosen: SelectedFormula, own: OwnConstants) -> go.Figure:
    """Predicted against actual values, a panel for every group."""
    shown = own.labels[:MOST_PANELS]
    across = min(_ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    figure = make_subplots(rows=down, cols=across, subplot_titles=[shorten(t, 24).replace("<", "‹") for t in shown])
    for (name, group), colour in zip(chosen.groups.items(), charts.colours(len(chosen.groups)), strict=True):
        predicted = chosen.predicted[name]
        for g in range(len(shown)):
            at = group.X[:, own.column] == g
            figure.add_scatter(x=group.y[at], y=predicted[at], mode="markers", name=name, showlegend=g == 0,
                               legendgroup=name, marker={"symbol": charts.SYMBOLS[name], "size": 7, "color": colour},
                               hovertemplate="actual %{x:.5g}<br>formula %{y:.5g}<extra></extra>",
                               row=g // across + 1, col=g % across + 1)
    figure.update_yaxes(title="by the formula", col=1)
    for g in range(max(0, len(shown) - across), len(shown)):  # the lowest panel of every column
        figure.update_xaxes(title="actual", row=g // across + 1, col=g % across + 1)
    # The legend stands below the panels: above them are the names of the groups.
    legend = {"orientation": "h", "yanchor": "top", "y": -0.45 / (1 + down), "x": 0}
    return charts.framed(figure).update_layout(height=120 + 210 * down, legend=legend, margin={"t": 40, "b": 70})


def constants_figure(chosen: SelectedFormula, estimates: Sequence[Mapping[str, Any]],
                     own: OwnConstants) -> go.Figure:
    """Every own constant over the groups, with its interval, one below the other; records of `group_constants`."""
    found = [record for record in estimates if record["group"]]
    letters = [own.letter(j) for j in range(len(own.values))]
    figure = make_subplots(rows=len(letters), cols=1, shared_xaxes=True)
    for j, letter in enumerate(letters):
        records = [record for record in found if record["name"] == letter]
        above, below = ([0.0 if r["high"] is None else abs(r[end] - r["fitted"]) for r in records]
                        for end in ("high", "low"))
        figure.add_scatter(x=charts.distinct([r["group"] for r in records], 24),
                           y=[r["fitted"] for r in records], mode="markers", name=letter, showlegend=False,
                           error_y={"array": above, "arrayminus": below}, marker={"size": 9},
                           hovertemplate=f"{letter} %{{y:.5g}}<br>%{{x}}<extra></extra>", row=j + 1, col=1)
        figure.update_yaxes(title=letter, row=j + 1, col=1)
    figure.update_xaxes(type="category", title=chosen.axis(chosen.names[own.column]), row=len(letters), col=1)
    return charts.framed(figure).update_layout(height=110 + 150 * len(letters))
