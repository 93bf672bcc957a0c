"""The tabs Fit and Residuals: predicted values and errors of the formula in every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.arrays import Array
from xnet.evidence.residuals import PLAIN, residual_title
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import RowGroup, SelectedFormula
from xnet.ui.session import state

from .chart_of_rows import chart_of_rows

BY_FORMULA = "value by the formula"
LARGEST = 8


def fit_figure(chosen: SelectedFormula) -> go.Figure:
    """Predicted against actual values, with the row in the tooltip."""
    points = {name: (group.y[chosen.drawn_positions(name)], chosen.predicted[name][chosen.drawn_positions(name)])
              for name, group in chosen.groups.items()}
    return charts.parity_figure(points, target=chosen.axis(chosen.target),
                                hover={name: chosen.hover(name) for name in chosen.groups})


def residual_figure(chosen: SelectedFormula, column: int | None) -> go.Figure:
    """The residuals in the words of the loss, against the predicted values (None) or against an input."""
    figure, what = go.Figure(), residual_title(chosen.loss)
    for name, group in chosen.groups.items():
        some = chosen.drawn_positions(name)
        x = chosen.predicted[name] if column is None else group.X[:, column]
        figure.add_scatter(x=x[some], y=chosen.residuals[name][some], mode="markers", name=name,
                           marker={"symbol": charts.SYMBOLS[name], "size": 8, "opacity": 0.85},
                           customdata=chosen.hover(name),
                           hovertemplate=f"{what} %{{y:.4g}}<br>%{{customdata[0]}}<extra></extra>")
    figure.add_hline(y=0, line={"dash": "dash", "width": 1.5, "color": "gray"})
    unit = chosen.unit(chosen.target).strip().replace("<", "‹")
    bracketed = f" ({unit})" if unit else ""
    figure.update_xaxes(title=BY_FORMULA + bracketed if column is None else chosen.axis(chosen.names[column]))
    figure.update_yaxes(title=what + (bracketed if what == PLAIN else ""))
    return charts.framed(figure)


def largest_residuals(chosen: SelectedFormula) -> pd.DataFrame:
    """The rows with the largest residuals in the words of the loss, the largest first."""
    table = rows_beside(chosen, lambda name, group: {
        "Actual": group.y, "By the formula": chosen.predicted[name], "Difference": group.y - chosen.predicted[name],
        **({} if residual_title(chosen.loss) == PLAIN else {"In the cost of an error": chosen.residuals[name]})})
    size = np.abs(np.nan_to_num(np.concatenate([chosen.residuals[name] for name in chosen.groups])))
    return worst_first(table, size, LARGEST)


def rows_beside(chosen: SelectedFormula, columns: Callable[[str, RowGroup], Mapping[str, Any]]) -> pd.DataFrame:
    """All rows as a table: line or number, group, the columns that `columns` returns for a group, then the inputs."""
    parts = []
    for name, group in chosen.groups.items():
        part = chosen.table(group)
        named = {group.names.word.capitalize(): group.names.numbers, "Rows": name}
        if group.names.labels:
            named = {"Name": list(group.names.labels), **named}
        for place, (title, values) in enumerate({**named, **columns(name, group)}.items()):
            part.insert(place, title, values, allow_duplicates=True)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def worst_first(table: pd.DataFrame, size: Array, most: int) -> pd.DataFrame:
    """The `most` rows of the largest `size` (n,), the largest first."""
    worst = table.iloc[np.argsort(-size, kind="stable")[:most]]
    # An input may have the same name as an added column, and Streamlit refuses duplicate names.
    return worst.loc[:, ~worst.columns.duplicated()]


def log_choice(key: str, values: Iterable[Array], label: str) -> bool:
    """Draw the choice of a logarithmic axis, which the session remembers; needs positive values (NaN is ignored)."""
    possible = all(not (v <= 0).any() for v in values)
    wanted = st.toggle(label, key=key, persist_state="session", disabled=not possible,
                       help=None if possible else "Not possible here: a logarithmic axis has no zero and no negative "
                                                  "values.")
    return possible and bool(wanted)


def fit_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Fit."""
    log = log_choice(state.LOG_FIT, [chosen.y, *chosen.predicted.values()], "Logarithmic axes")
    chart_of_rows(chosen, charts.log_axes(fit_figure(chosen), log, log), "parity",
                  "Value by the formula against actual value, one point for each row")
    if any(len(group.y) > charts.MAX_POINTS for group in chosen.groups.values()):
        st.caption(f"The chart shows at most {charts.MAX_POINTS:,} training and {charts.MAX_POINTS:,} held-out rows. "
                   "The scores count all rows.")


def residuals_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Residuals."""
    picked = st.selectbox("Against", [None, *range(len(chosen.names))], key=state.RESIDUAL_AXIS, width=320,
                          format_func=lambda i: BY_FORMULA if i is None else chosen.names[i])
    across = [chosen.X[:, picked]] if picked is not None else list(chosen.predicted.values())
    log = log_choice(state.LOG_RESIDUALS, across, "Logarithmic horizontal axis")
    chart_of_rows(chosen, charts.log_axes(residual_figure(chosen, picked), log), "residuals",
                  "The residual of every row")
    st.caption("A pattern, such as a bend or a fan, shows something in the data that the formula does not describe "
               "yet.")
    st.markdown("**Rows with the largest residuals**")
    st.dataframe(largest_residuals(chosen), hide_index=True, key="outliers", alt="The rows with the largest residuals")
