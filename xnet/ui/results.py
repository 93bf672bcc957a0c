"""The Results page: the front of formulas, the chosen one in detail, and everything to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ..engine.network import Network
from ..layout import NodeIds, labels, layout
from . import backend, charts, state, words
from .downloads import downloads
from .formulas import formula, scores, typeset_size
from .network_view import network_view
from .shell import DISCOVER, SETUP, nothing_yet


def results_page() -> None:
    """Everything on the Results page below the navigation."""
    run = backend.attached_run()
    snapshot = run.snapshot() if run is not None else None
    if run is None or snapshot is None or not snapshot["front"]:
        st.title("Results", anchor=False)
        if run is None:
            nothing_yet("No formulas yet. Start a search with an example, or bring your own table.")
        else:
            _not_ready(run)
        return
    _top(run, snapshot)
    selected = _front(run, snapshot)
    _detail(run, snapshot, selected)


def _not_ready(run: backend.Run) -> None:
    status = run.status()
    if status["state"] == "failed":
        st.error(status["message"], icon=":material/error:")
    else:
        st.info("The search has only just begun; its formulas appear here.", icon=":material/info:")
    st.page_link(DISCOVER.path, label="Go to the search", icon=DISCOVER.icon, query_params={"run": run.id})


def _top(run: backend.Run, snapshot: Mapping[str, Any]) -> None:
    config = run.config
    label, icon, color = words.STATES[run.status()["state"]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="results_top"):
        st.header(f"Formulas for {words.md(words.shorten(config['target'], 40))}", anchor=False, width="content")
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.space("stretch")
        if st.button("Back to the search", icon=DISCOVER.icon, key="to_live"):
            st.switch_page(DISCOVER.path, query_params={"run": run.id})
        st.button("Search again", icon=SETUP.icon, key="again", on_click=backend.search_again, args=(run,))
    rows = f"{words.count(snapshot['rows_train'], 'row')} to learn from"
    if snapshot["rows_holdout"]:
        rows += f", {snapshot['rows_holdout']:,} held out to check"
    st.caption(f"{words.md(words.shorten(config['source'], 80))} · {rows} · "
               f"searched for {words.seconds(snapshot['seconds'])}")
    if run.is_alive():
        st.info("The search is still on: this is what it has found until now.", icon=":material/info:")


def _front(run: backend.Run, snapshot: Mapping[str, Any]) -> int:
    """Chart and table of the front; returns the position of the selected formula."""
    front = snapshot["front"]
    suggested = suggestion(snapshot)
    st.subheader("Accuracy against simplicity", anchor=False)
    left, right = st.columns([2, 3], gap="medium")
    with right:
        # Another front is another table: its selection starts at the suggestion again.
        event = st.dataframe(
            front_table(front, suggested), hide_index=True, height=min(380, 38 + 35 * len(front)), on_select="rerun",
            selection_mode="single-row-required", selection_default={"selection": {"rows": [suggested]}},
            key=f"front_{run.id}_{len(front)}", alt="The formulas found, one a row, simplest first",
            column_config={"Complexity": st.column_config.NumberColumn(width=90),
                           "Fitted numbers": st.column_config.NumberColumn(width=110),
                           "Formula": st.column_config.TextColumn(width="large")})
        st.caption("Click a row to see that formula below. The star marks the suggestion: the simplest formula that is "
                   "about as accurate as the best one.")
    rows = list(event["selection"]["rows"]) if event else []
    selected = rows[0] if rows and rows[0] < len(front) else suggested
    with left:
        st.plotly_chart(charts.front_figure(front, selected), key="front_chart", config=CONFIG,
                        alt="Share left unexplained against complexity, one point a formula")
    return selected


CONFIG = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"}}


def suggestion(snapshot: Mapping[str, Any]) -> int:
    """Position on the front of the formula that the search suggests."""
    best, front = snapshot["best"], snapshot["front"]
    same = [i for i, row in enumerate(front) if row["network"] == best["network"]]
    nearest = min(range(len(front)), key=lambda i: abs(front[i]["complexity"] - best["complexity"]))
    return same[0] if same else nearest


def front_table(front: Sequence[Mapping[str, Any]], suggested: int) -> pd.DataFrame:
    """The front as people read it, one row a formula."""
    return pd.DataFrame({
        " ": ["★" if i == suggested else "" for i in range(len(front))],
        "Complexity": [row["complexity"] for row in front],
        "R²": [words.r2(row["r2_train"]) for row in front],
        "R² held out": [words.r2(row["r2_holdout"]) for row in front],
        "Fitted numbers": [row["n_parameters"] for row in front],
        "Formula": [row["text"].partition(" = ")[2] or row["text"] for row in front],
    })


def _detail(run: backend.Run, snapshot: Mapping[str, Any], selected: int) -> None:
    config, row = run.config, snapshot["front"][selected]
    net = drawn(run.id, row, config["inputs"])
    with st.container(border=True, key="formula_card"):
        formula(row, room=1.7)
        scores(row, held_out=bool(snapshot["rows_holdout"]))
        if typeset_size(row["latex"], 1.7) is not None:
            with st.expander("As text", icon=":material/content_copy:"):
                st.code(row["text"], language=None, wrap_lines=True)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, key="result_network_card"):
        st.markdown("**The network**")
        network_view(net, target=config["target"], columns=config["inputs"], key="result_network",
                     seq=row["complexity"], height=330)
    fit, missing = parity(run, Network.from_json(row["network"]))
    with right, st.container(border=True, key="fit_card"):
        st.markdown("**By the formula against actual**")
        st.plotly_chart(fit, key="parity", config=CONFIG,
                        alt="Value by the formula against actual value, one point a row")
        if missing:
            st.caption(f"The formula has no value for {words.count(missing, 'row')}; they are left out.")
    downloads(run, row, {"Front": charts.front_figure(snapshot["front"], selected), "Fit": fit})


def parity(run: backend.Run, network: Network) -> tuple[go.Figure, int]:
    """Predicted against actual on the rows of a run, and for how many rows the formula has no value."""
    problem = backend.problem_of(run)
    groups = {charts.TRAIN: problem.train, charts.HOLDOUT: problem.holdout}
    points = {name: (rows.y, network.evaluate(rows.columns.T)) for name, rows in groups.items() if rows is not None}
    missing = sum(int((~np.isfinite(predicted)).sum()) for _, predicted in points.values())
    return charts.parity_figure(points, target=run.config["target"]), missing


def drawn(run_id: str, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A row of the front with what it takes to draw it; neurons that two formulas share keep their identity."""
    network = Network.from_json(row["network"])
    remembered: tuple[str, NodeIds] | None = st.session_state.get(state.DRAWING)
    if remembered is None or remembered[0] != run_id:
        remembered = (run_id, NodeIds())
        st.session_state[state.DRAWING] = remembered
    ids, _ = remembered[1].update(network)
    return {**row, "ids": ids, "changed": [], "layout": layout(network), "labels": labels(network, names)}
