"""The search while it runs: one network a state, and the simulated curves over the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from xnet.config.dynamics_runs import MotionRoles
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.dynamics.observations import velocity_name
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.runs import Run
from xnet.ui.components.charts import CONFIG
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped

from .figures import curves_figure
from .session import data_of

REFRESH_S = 1.0


@st.fragment(run_every=REFRESH_S)
def live_part(run: Run, run_state: str) -> None:
    """Draw the last snapshot; the page is drawn again when the state of the search changes.

    Args:
        run_state: the state for which the page was drawn.
    """
    status, report = run.status(), run.snapshot()
    if status["state"] != run_state:
        st.rerun()
    if report is None:
        text = status["message"] if run_state == "queued" else "The search begins: trajectories are smoothed."
        st.info(escaped(text), icon=":material/hourglass_top:")
        return
    done = min(report["seconds"] / report["seconds_total"], 1.0)
    st.progress(done, f"{report['seconds']:.0f} s: {escaped(status['message'])}")
    _networks(run, cast(Mapping[str, Any], report))


def _networks(run: Run, report: Mapping[str, Any]) -> None:
    """One network a state, and the simulated curves over the rows."""
    data = data_of(run)
    config = run.config
    roles = MotionRoles.from_config(config)
    states = [*data.states, *map(velocity_name, roles.second_order)]
    names = (*states, *data.inputs)
    if report["networks"]:
        for i, (tab, tree) in enumerate(zip(st.tabs([escaped(name) for name in states]), report["networks"],
                                            strict=True)):
            with tab:
                _network(tree, names, states[i], f"motion_live_{i}")
    st.plotly_chart(curves_figure(data, report["curves"], config["units"], roles.time), config=CONFIG,
                    key="motion_live_curves")


def _network(tree: dict[str, Any] | None, names: tuple[str, ...], state: str, key: str) -> None:
    if tree is None:
        st.caption("Its search has not begun.")
        return
    record = drawn(Network.from_json(tree), names)
    show_formula(record, place=key)
    network_view(record, target=f"d {state}/dt", key=key, columns=names, height=260)


def drawn(network: Network, names: tuple[str, ...]) -> dict[str, Any]:
    """The record of a network for the views of formulas and networks."""
    ids, _ = NodeIds().update(network)
    return {"text": to_text(network, names), "latex": to_latex(network, names), "network": network.to_json(),
            "layout": layout(network), "labels": labels(network, list(names)), "ids": ids, "changed": []}
