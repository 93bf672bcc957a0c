"""Two searches side by side: formulas, scores, networks, fronts in one chart, and different settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.runs.catalogue import CatalogueEntry, different_settings, readable_front, same_data
from xnet.ui.components import charts
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped, log_loss_text, shorten
from xnet.wording.formula_notation import compact_text
from xnet.wording.score_text import capitalized, percent, r2, r2_name

SIDES = ("A", "B")
#: A colour for each search: visible on white and black, distinct for colour-blind people. The symbols differ too.
COLORS = ("#2a8fd0", "#e0702a")


def comparison(first: CatalogueEntry, second: CatalogueEntry) -> None:
    """Draw the comparison."""
    with st.container(border=True, key="comparison"):
        st.header("Side by side", anchor=False)
        alike = same_data(first.run, second.run)
        if not alike:
            st.caption(":material/warning: These searches have different data, so their scores cannot be compared.")
        for side, entry, column in zip(SIDES, (first, second), st.columns(2, gap="medium"), strict=True):
            with column:
                _side(side, entry)
        fronts = {side: readable_front(entry.run) for side, entry in zip(SIDES, (first, second), strict=True)}
        if any(fronts.values()):
            st.markdown("**Accuracy against simplicity**")
            st.plotly_chart(fronts_figure(fronts), key="compare_fronts", config=charts.CONFIG,
                            alt=f"{error_of(fronts)[1].capitalize()} against complexity, one line for each search")
        rows = different_settings(first.config, second.config)
        st.markdown("**Different settings**")
        if rows:
            st.dataframe(pd.DataFrame(rows, columns=["Setting", *SIDES]), hide_index=True, key="compare_settings",
                         alt="The settings that differ, one in each row")
        else:
            st.caption("None. Both searches have the same settings"
                       + ("." if alike else ", but different data."))


def _side(side: str, entry: CatalogueEntry) -> None:
    st.markdown(f"**{side}: {escaped(shorten(entry.config['name'], 70))}**")
    best = entry.run.best() if entry.text is not None else None
    if best is None:
        st.caption("No formula yet.")
        return
    show_formula(best, place=f"side_{side}")
    with st.container(horizontal=True, gap="medium"):
        for rows, key in (("training rows", "train"), ("held-out rows", "holdout")):
            if entry.class_scores:
                st.metric(f"Right, {rows}", percent(entry.class_scores[f"accuracy_{key}"]), width="content")
                st.metric(f"Log loss, {rows}", log_loss_text(entry.class_scores[f"log_loss_{key}"]), width="content")
            else:
                prefix, name = r2_name(entry.scores)
                st.metric(f"{capitalized(name)}, {rows}", r2(entry.scores[f"{prefix}_{key}"]), width="content")
        st.metric("Complexity", entry.complexity, width="content")
        st.metric("Fitted numbers", best["n_parameters"], width="content")
    network_view({**best, "changed": []}, target=entry.config["target"], columns=entry.config["inputs"],
                 key=f"compare_network_{side}", height=260)


def error_of(fronts: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[tuple[str, str], str]:
    """Keys of the error on training and held-out rows that all formulas have, and its name (log loss for classes)."""
    if all("log_loss_train" in row for rows in fronts.values() for row in rows):
        return ("log_loss_train", "log_loss_holdout"), charts.LOG_LOSS_TITLE
    return ("loss", "loss_holdout"), charts.ERROR_TITLE


def fronts_figure(fronts: Mapping[str, Sequence[Mapping[str, Any]]]) -> go.Figure:
    """Error against complexity; solid lines for training rows, dotted lines for held-out rows."""
    figure, ((train, holdout), title) = go.Figure(), error_of(fronts)
    for k, (side, rows) in enumerate(fronts.items()):
        for name, key, dash in ((charts.TRAIN, train, "solid"), (charts.HOLDOUT, holdout, "dot")):
            found = [row for row in rows if isinstance(row.get(key), (int, float))]
            if found:
                figure.add_scatter(
                    x=[row["complexity"] for row in found], y=[max(row[key], charts.FLOOR) for row in found],
                    name=f"{side}, {name}", mode="lines+markers",
                    line={"dash": dash, "shape": "hv", "width": 2, "color": COLORS[k]},
                    marker={"symbol": ("circle", "diamond")[k] + ("" if key == train else "-open"), "size": 9},
                    customdata=[shorten(compact_text(row["text"]), 90).replace("<", "‹") for row in found],
                    hovertemplate=f"{side}: complexity %{{x}}<br>{title} %{{y:.3g}}<br>%{{customdata}}"
                                  "<extra></extra>")
    figure.update_yaxes(type="log", title=title, exponentformat="power")
    figure.update_xaxes(title="complexity (neurons and numbers)", rangemode="tozero")
    return charts.framed(figure)
