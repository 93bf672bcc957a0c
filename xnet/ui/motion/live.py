"""The search while it runs: one network a state, and the simulated curves over the rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.ui.components.charts import CONFIG
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped

from .figures import curves_figure
from .session import MotionJob

REFRESH_S = 1.0


@st.fragment(run_every=REFRESH_S)
def live_part(job: MotionJob) -> None:
    """Draw the last report; the page is drawn again when the search ends."""
    if not job.running:
        st.rerun()
    report = job.progress()
    if report is None:
        st.info("The search begins: trajectories are smoothed.", icon=":material/hourglass_top:")
        return
    doing = f"searching the law of {escaped(report['state'])}" if report["stage"] == "search" else \
        "simulating the trajectories"
    st.progress(min(report["seconds"] / job.seconds, 1.0), f"{report['seconds']:.0f} s: {doing}")
    names = (*job.data.states, *job.data.inputs)
    states = list(job.data.states) + [f"velocity {i + 1}" for i in
                                      range(len(report["networks"]) - len(job.data.states))]
    for i, (tab, tree) in enumerate(zip(st.tabs([escaped(name) for name in states]), report["networks"], strict=True)):
        with tab:
            _network(tree, names, states[i], f"motion_live_{i}")
    st.plotly_chart(curves_figure(job.data, report["curves"]), config=CONFIG, key="motion_live_curves")


def _network(tree: dict[str, Any] | None, names: tuple[str, ...], state: str, key: str) -> None:
    if tree is None:
        st.caption("Its search has not begun.")
        return
    network = Network.from_json(tree)
    columns = (*names, *(f"x{i}" for i in range(len(names), network.n_inputs)))
    record = drawn(network, columns)
    show_formula(record, place=key)
    network_view(record, target=f"d {state}/dt", key=key, columns=columns, height=260)


def drawn(network: Network, names: tuple[str, ...]) -> dict[str, Any]:
    """The record of a network for the views of formulas and networks."""
    ids, _ = NodeIds().update(network)
    return {"text": to_text(network, names), "latex": to_latex(network, names), "network": network.to_json(),
            "layout": layout(network), "labels": labels(network, list(names)), "ids": ids, "changed": []}
