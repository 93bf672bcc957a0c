"""The systems that a search found: equations, curves, phase portrait, fixed points, joint front, downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.archive.bundle import make_bundle
from xnet.arrays import Array
from xnet.config.dynamics_runs import MotionRoles
from xnet.dynamics.fixed_points import FixedPoint, fixed_points
from xnet.dynamics.observations import velocity_name
from xnet.dynamics.records import first_states_of, system_of
from xnet.dynamics.segments import LARGEST
from xnet.dynamics.system import System, simulate
from xnet.dynamics.trajectories import Trajectories
from xnet.engine.formulas.latex import latex_name
from xnet.exports.system import system_files
from xnet.runs import Run
from xnet.ui.components.charts import CONFIG
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped, label_text
from xnet.wording.formula_notation import typeset_text
from xnet.wording.motion_text import INTERVALS, constant_cells, held_inputs
from xnet.wording.number_text import measured
from xnet.wording.score_text import r2

from . import keys
from .figures import MOST_DRAWN, curves_figure, phase_figure
from .live import drawn
from .session import data_of

#: The labels of the buttons that download a file.
_LABELS = {"system.json": "System (JSON)", "system.py": "Python", "system.tex": "LaTeX", "system_sympy.txt": "SymPy",
           "system.jl": "Julia", "system.js": "JavaScript", "front.csv": "All systems (CSV)"}
#: Points of a simulated curve.
_POINTS = 600
_MIME = {"py": "text/x-python", "js": "text/javascript", "json": "application/json", "csv": "text/csv"}


def show_result(run: Run, snapshot: Mapping[str, Any]) -> None:
    """Draw the systems of a search that has ended."""
    position, data = _front(run, snapshot["front"]), data_of(run)
    chosen = snapshot["front"][position]
    system = system_of(chosen)
    _equations(chosen)
    _constants(chosen)
    _curves(run, system, chosen)
    _phase(run, system, first_states_of(chosen, data)[0])
    _networks(system)
    _downloads(run, position, has_ended="decisions" in snapshot)


def _front(run: Run, systems: list[dict[str, Any]]) -> int:
    """Draw the joint front, one row a system; returns the position of the chosen one."""
    table = pd.DataFrame([{"complexity": one["complexity"], "constants": one["n_parameters"], "R²": r2(one["r2"]),
                           **{f"d {e['state']}/dt": typeset_text(e["formula"]) for e in one["equations"]}}
                          for one in systems])
    st.subheader("Systems", anchor=False)
    st.caption("The suggested system is the first. R² is that of the state whose simulated curve follows its rows "
               "worst. Select a row to see another system.")
    event = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-row",
                         key=f"{keys.FRONT}_{run.id}", alt="The systems of the joint front")
    rows = event["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(systems) else 0


def _equations(chosen: dict[str, Any]) -> None:
    for i, equation in enumerate(chosen["equations"]):
        left = rf"\frac{{d\,{latex_name(equation['state'])}}}{{dt}}"
        show_formula({"text": f"d {equation['state']}/dt = {equation['formula']}",
                      "latex": f"{left} = {equation['latex']}"}, room=1.7, place=f"motion_{i}")
    for sentence in chosen["remarks"]:
        st.info(escaped(sentence), icon=":material/info:")


def _constants(chosen: dict[str, Any]) -> None:
    if chosen["parameters"]:
        with st.expander("Constants with 95 % intervals"):
            cells = [(f"d {row['state']}/dt", typeset_text(number), *further) for row in chosen["parameters"]
                     for number, *further in [constant_cells(row)]]
            st.dataframe(pd.DataFrame(cells, columns=["equation", "constant", "fitted", "95 % interval"]),
                         hide_index=True, key="motion_constants", alt="The constants with their intervals")
            st.caption(INTERVALS)


def _curves(run: Run, system: System, chosen: dict[str, Any]) -> None:
    data, config = data_of(run), run.config
    st.subheader("Curves", anchor=False)
    items = data.items[:MOST_DRAWN]
    times = [np.union1d(item.t, np.linspace(item.t[0], item.t[-1], _POINTS)) for item in items]  # also within gaps
    sizes = with_velocities(data, system).sizes
    curves = [simulate(system, np.array(first, dtype=float), t, item, _bound(data), sizes).X
              for item, first, t in zip(items, chosen["first_states"], times, strict=False)]
    bands = None if chosen["bands"] is None else np.array(chosen["bands"], dtype=float)
    st.plotly_chart(curves_figure(data, curves, config["units"], MotionRoles.from_config(config).time, bands,
                                  times),
                    config=CONFIG, key="motion_curves")
    if len(data.items) > MOST_DRAWN:
        st.caption(f"The first {MOST_DRAWN} of {len(data.items)} trajectories are drawn.")


def _bound(data: Trajectories) -> float:
    return LARGEST * float(np.abs(data.stacked).max())


def _phase(run: Run, system: System, first: Array) -> None:
    """The phase portrait with sliders for the first state, and the fixed points."""
    data = with_velocities(data_of(run), system)
    d, item, rows = len(system.states), data.items[0], data.stacked
    low, high = rows.min(axis=0), rows.max(axis=0)
    wide = np.maximum(high - low, np.abs(first)) * 0.5
    st.subheader("From another first state", anchor=False)
    with st.container(horizontal=True):
        start = np.array([_slider(run, system.states[i], float(min(low[i], first[i]) - wide[i] * (low[i] < 0)),
                                  float(max(high[i], first[i]) + wide[i]), float(first[i])) for i in range(d)])
        u = _held(run, data)
    t = np.linspace(item.t[0], item.t[-1], _POINTS)
    simulation = simulate(system, start, t, item, _bound(data), data.sizes)
    if simulation.end is not None:
        st.warning(f"The simulation ends at t = {measured(simulation.end)}: a state leaves the range of the rows by "
                   "far, or its changes need too many steps.",
                   icon=":material/warning:")
    points = _fixed_points(system, rows, u)
    if d == 1:
        st.line_chart(pd.DataFrame({"time": t, system.states[0]: simulation.X[:, 0]}), x="time", height=300)
    else:
        plane = (0, 1)
        if d > 2:
            pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
            plane = st.selectbox("Plane", pairs, key="motion_plane",
                                 format_func=lambda pair: " and ".join(system.states[i] for i in pair))
        held = np.concatenate([start, u])
        st.plotly_chart(phase_figure(system, data, plane, simulation.X, points, held, run.config["units"]),
                        config=CONFIG, key="motion_phase")
    _fixed_point_table(system, points, u)


def with_velocities(data: Trajectories, system: System) -> Trajectories:
    """The trajectories with a column for every state of the system: velocities are differences of the rows."""
    missing = system.states[len(data.states):]
    if not missing:
        return data
    where = [i for name in missing for i, state in enumerate(data.states) if velocity_name(state) == name]
    items = tuple(replace(item, X=np.column_stack([item.X, *(np.gradient(item.X[:, i], item.t) for i in where)]))
                  for item in data.items)
    return Trajectories(system.states, data.inputs, items)


def _held(run: Run, data: Trajectories) -> Array:
    """The driving inputs of the vector field and the fixed points: a slider for each that varies."""
    U = np.concatenate([item.U for item in data.items])
    return np.array([_slider(run, name, float(own.min()), float(own.max()), float(value), "Held") if np.ptp(own) else
                     value for name, own, value in zip(data.inputs, U.T, data.held_inputs, strict=True)])


def _slider(run: Run, name: str, low: float, high: float, value: float, what: str = "First") -> float:
    return st.slider(f"{what} {label_text(name)}", low, high, value, (high - low) / 200, format="%.3g", width=280,
                     key=f"motion_{what.lower()}_{run.id}_{name}")


def _fixed_points(system: System, rows: Array, u: Array) -> list[FixedPoint]:
    return fixed_points(system, rows.min(axis=0), np.maximum(rows.max(axis=0), rows.min(axis=0) + 1e-9), u)


def _fixed_point_table(system: System, points: list[FixedPoint], u: Array) -> None:
    held = escaped(held_inputs(system.inputs, u.tolist()))
    if not points:
        st.caption(f"There is no fixed point in and around the range of the rows{held}.")
        return
    st.caption(f"Fixed points in and around the range of the rows{held}: states that stay as they are. The eigenvalues "
               "of the linearised system say whether the states near them return.")
    st.dataframe(pd.DataFrame([{**dict(zip(system.states, point.x, strict=True)), "kind": point.kind,
                                "eigenvalues": ", ".join(map(_rounded, point.eigenvalues))}
                               for point in points]), hide_index=True, key="motion_fixed_points",
                 alt="The fixed points with their stability")


def _rounded(value: complex) -> str:
    """An eigenvalue as text, without a part that is rounding only.

    >>> _rounded(6e-13 + 0.711j), _rounded(-0.5332 + 0j), _rounded(-0.15 - 1.5703j)
    ('0.711i', '-0.533', '-0.15 - 1.57i')
    """
    real, imaginary = (part if abs(part) > 1e-9 * abs(value) else 0.0 for part in (value.real, value.imag))
    if not imaginary:
        return f"{real:.3g}"
    if not real:
        return f"{imaginary:.3g}i"
    return f"{real:.3g} {'-' if imaginary < 0 else '+'} {abs(imaginary):.3g}i"


def _networks(system: System) -> None:
    with st.expander("Networks"):
        for i, network in enumerate(system.networks):
            network_view(drawn(network, system.names), target=f"d {system.states[i]}/dt", key=f"motion_network_{i}",
                         columns=system.names, height=260)


def _downloads(run: Run, chosen: int, has_ended: bool) -> None:
    """The files of a system; a bundle only of a search that has ended, because no other one can be repeated."""
    st.subheader("Downloads", anchor=False)
    with st.container(horizontal=True):
        for name, text in system_files(run, chosen).items():
            mime = _MIME.get(name.rsplit(".", 1)[-1], "text/plain")
            st.download_button(_LABELS.get(name, name), text, name, mime, on_click="ignore",
                               icon=":material/download:", key=f"get_{name}")
        if has_ended:
            st.download_button("Run bundle (ZIP)", lambda: make_bundle(run), "run.zip", "application/zip",
                           icon=":material/inventory_2:", on_click="ignore", key="get_bundle",
                           help="Data, settings, versions, results and the note. Open it on the Home page of any "
                                "X-Net, or repeat the search with: python -m xnet replay run.zip")
