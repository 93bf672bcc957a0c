"""Searches beside each other: a table of formulas and scores, their fronts and losses in charts, networks, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from xnet.runs.catalogue import CatalogueEntry, readable_front, readable_loss, same_data
from xnet.runs.setting_words import different_settings
from xnet.ui.components import charts
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped, shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import capitalized, distinct, log_loss_text, percent, r2, r2_name

#: Colours of the searches, used in turn: visible on white and black, distinct for colour-blind people (Okabe and Ito
#: 2008, some of them darker). The symbols differ too.
COLORS = ("#2a8fd0", "#e0702a", "#0a9b72", "#c65f9c", "#a58a00", "#7a6ad8", "#8a8f98")
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "hexagon")


def comparison(entries: Sequence[CatalogueEntry]) -> None:
    """Draw the comparison of two searches or more."""
    shown = {letters(k): entry for k, entry in enumerate(entries)}
    with st.container(border=True, key="comparison"):
        st.header("Side by side", anchor=False)
        alike = all(same_data(entries[0].run, entry.run) for entry in entries[1:])
        if not alike:
            st.caption(":material/warning: These searches have different data, so their scores cannot be compared.")
        st.dataframe(comparison_table(shown), hide_index=True, key="compare_table",
                     alt="The best formulas of the searches and their scores, one search in each row",
                     column_config={"Formula": st.column_config.TextColumn(width="large")})
        _charts(shown)
        with st.grid(min(len(shown), 3), min_column_width=300):
            for side, entry in shown.items():
                with st.container(border=True):
                    _network(side, entry, room=1.0 if len(shown) == 2 else 0.65)
        _settings(shown, alike)


def letters(k: int) -> str:
    """The name of the k-th search: A to Z, then AA, AB and so on.

    >>> letters(0), letters(25), letters(26), letters(53)
    ('A', 'Z', 'AA', 'BB')
    """
    return (letters(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)


def comparison_table(shown: Mapping[str, CatalogueEntry]) -> pd.DataFrame:
    """The searches as a table, one in each row; different scores differ in their text too."""
    entries = list(shown.values())

    def column(key: str, write: Callable[[float | None, int], str]) -> list[str]:
        return distinct([entry.scores.get(key) for entry in entries], write)

    scores: dict[str, list[str]] = {}
    for rows, part in ((TRAINING, "train"), (HELD_OUT, "holdout")):
        if all(entry.class_scores for entry in entries):
            scores[f"Right, {rows}"] = column(f"accuracy_{part}", percent)
            scores[f"Log loss, {rows}"] = column(f"log_loss_{part}", log_loss_text)
            continue
        prefix, name = r2_name(entries[0].scores) if len({r2_name(e.scores) for e in entries}) == 1 else r2_name({})
        scores[f"{capitalized(name)}, {rows}"] = column(f"{prefix}_{part}", r2)
    return pd.DataFrame({
        "Search": [f"{side}: {shorten(entry.config['name'], 60)}" for side, entry in shown.items()],
        **scores,
        "Complexity": pd.array([entry.complexity for entry in entries], dtype="Int64"),
        "Searched (s)": [int(entry.seconds) for entry in entries],
        "Formula": [typeset_text(entry.text or "") for entry in entries]})


def _charts(shown: Mapping[str, CatalogueEntry]) -> None:
    """Draw the fronts and the losses over time, one line for each search."""
    fronts = {side: readable_front(entry.run) for side, entry in shown.items()}
    losses = {side: readable_loss(entry.run) for side, entry in shown.items()}
    with st.grid(2, min_column_width=320):
        if any(fronts.values()):
            with st.container():
                st.markdown("**Accuracy against simplicity**")
                st.plotly_chart(fronts_figure(fronts), key="compare_fronts", config=charts.CONFIG,
                                alt=f"{error_of(fronts)[1].capitalize()} against complexity, one line for each search")
        if any(losses.values()):
            with st.container():
                st.markdown("**Accuracy over the time of the search**")
                st.plotly_chart(losses_figure(losses), key="compare_losses", config=charts.CONFIG,
                                alt="Share left unexplained on training rows over the seconds of searching, one line "
                                    "for each search")


def _network(side: str, entry: CatalogueEntry, room: float) -> None:
    """Draw the best formula of a search and its network; `room` as for `show_formula`."""
    st.markdown(f"**{side}: {escaped(shorten(entry.config['name'], 70))}**")
    best = entry.run.best() if entry.text is not None else None
    if best is None:
        st.caption("No formula yet.")
        return
    show_formula(best, room, place=f"side_{side}")
    if "network" in best:  # a system of equations has several
        network_view({**best, "changed": []}, target=entry.config["target"], columns=entry.config["inputs"],
                     key=f"compare_network_{side}", height=260)


def _settings(shown: Mapping[str, CatalogueEntry], alike: bool) -> None:
    """Draw the settings that differ."""
    rows = different_settings(*(entry.config for entry in shown.values()))
    st.markdown("**Different settings**")
    if rows:
        st.dataframe(pd.DataFrame(rows, columns=["Setting", *shown]), hide_index=True, key="compare_settings",
                     alt="The settings that differ, one in each row")
    else:
        which = "Both" if len(shown) == 2 else "All"
        st.caption(f"None. {which} searches have the same settings" + ("." if alike else ", but different data."))


def error_of(fronts: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[tuple[str, str], str]:
    """Keys of the error on training and held-out rows that all formulas have, and its name (log loss for classes)."""
    if all("log_loss_train" in row for rows in fronts.values() for row in rows):
        return ("log_loss_train", "log_loss_holdout"), charts.LOG_LOSS_TITLE
    return ("loss", "loss_holdout"), charts.ERROR_TITLE


def fronts_figure(fronts: Mapping[str, Sequence[Mapping[str, Any]]]) -> go.Figure:
    """Error against complexity; solid lines for training rows, dotted lines for held-out rows."""
    figure, ((train, holdout), title) = go.Figure(), error_of(fronts)
    for k, (side, rows) in enumerate(fronts.items()):
        for name, key, dash in ((TRAINING, train, "solid"), (HELD_OUT, holdout, "dot")):
            found = [row for row in rows if isinstance(row.get(key), (int, float))]
            if found:
                figure.add_scatter(
                    x=[row["complexity"] for row in found], y=[max(row[key], charts.FLOOR) for row in found],
                    name=f"{side}, {name}", mode="lines+markers",
                    line={"dash": dash, "shape": "hv", "width": 2, "color": COLORS[k % len(COLORS)]},
                    marker={"symbol": SYMBOLS[k % len(SYMBOLS)] + ("" if key == train else "-open"), "size": 9},
                    customdata=[shorten(typeset_text(row["text"]), 90).replace("<", "‹") for row in found],
                    hovertemplate=f"{side}: complexity %{{x}}<br>{title} %{{y:.3g}}<br>%{{customdata}}"
                                  "<extra></extra>")
    figure.update_yaxes(type="log", title=title, exponentformat="power", **_ticks(figure))
    figure.update_xaxes(title="complexity (neurons and numbers)", rangemode="tozero")
    return charts.framed(figure, narrow=True)


def losses_figure(losses: Mapping[str, Sequence[Sequence[float | None]]]) -> go.Figure:
    """The share left unexplained on the training rows over the seconds of searching."""
    figure = go.Figure()
    for k, (side, points) in enumerate(losses.items()):
        found = [(seconds, max(value, charts.FLOOR)) for seconds, value, *_ in points
                 if seconds is not None and value is not None]
        if found:
            figure.add_scatter(x=[seconds for seconds, _ in found], y=[value for _, value in found], name=side,
                               mode="lines", hovertemplate=f"{side}: after %{{x:.1f}} s<br>%{{y:.3g}}<extra></extra>",
                               line={"shape": "hv", "width": 2, "color": COLORS[k % len(COLORS)],
                                     "dash": ("solid", "dash", "dot")[k // len(COLORS) % 3]})
    figure.update_yaxes(type="log", title=charts.ERROR_TITLE, exponentformat="power", **_ticks(figure))
    figure.update_xaxes(title="seconds of searching", rangemode="tozero")
    return charts.framed(figure, narrow=True)


def _ticks(figure: go.Figure) -> dict[str, Any]:
    """The ticks that suit all curves of a figure."""
    return charts.log_ticks([value for trace in figure.data for value in trace.y])
