"""The roles of the columns: time, states, trajectory, driving inputs, states of second order."""

from __future__ import annotations

from typing import cast

import streamlit as st

from xnet.config.dynamics_runs import MotionRoles
from xnet.dynamics.trajectories import MOST_STATES
from xnet.tables.samples import Sample
from xnet.tables.table import Table
from xnet.tables.time_column import fixed_within, proposed_time, proposed_trajectory, switched
from xnet.ui.session import actions, state

from . import keys


def choose_roles(table: Table) -> MotionRoles | None:
    """Draw the fields of the roles; None while time or states are missing."""
    numeric, every = list(table.numeric_columns), [str(name) for name in table.frame.columns]
    given = proposed_roles(table)
    left, right = st.columns(2)
    with left:
        time = st.selectbox("Time", numeric, index=numeric.index(given.time) if given.time else None,
                            key=_key(keys.TIME, table), help="Ascending within a trajectory; steps may differ.")
        rest = [name for name in numeric if name != time]
        states = st.multiselect("States", rest, default=[name for name in given.states if name in rest],
                                key=_key(keys.STATES, table), max_selections=MOST_STATES,
                                help="The columns whose laws of motion are searched.")
    with right:
        names = [name for name in every if name not in (time, *states)]
        trajectory = st.selectbox("Trajectory", names, index=_position(given.trajectory, names),
                                  key=_key(keys.TRAJECTORY, table), placeholder="All rows are one trajectory",
                                  help="The column that tells several trajectories apart.")
        names = [name for name in rest if name not in (*states, trajectory)]
        inputs = st.multiselect("Driving inputs", names, default=[name for name in given.inputs if name in names],
                                key=_key(keys.INPUTS, table),
                                help="Columns u(t) that the laws may read, such as a voltage.")
        second = st.multiselect("Second order", states, key=_key(keys.SECOND_ORDER, table),
                                default=[name for name in given.second_order if name in states],
                                help="States of which only the position was measured: their velocity becomes a state "
                                     "too, and their acceleration is searched.")
    if time is None or not states:
        return None
    return MotionRoles(time, tuple(states), trajectory, tuple(inputs), tuple(second))


def motion_samples() -> dict[str, Sample]:
    """The sample tables of trajectories, by name."""
    return {sample.name: sample for sample in actions.available_samples() if sample.motion is not None}


def _position(name: str | None, names: list[str]) -> int | None:
    return names.index(name) if name in names else None


def proposed_roles(table: Table) -> MotionRoles:
    """The roles of the search that is to be changed or of the sample, else those that names and times suggest.

    Time is "" where no name suggests one.
    """
    source, roles = st.session_state.get(keys.PROPOSED) or ("", None)
    if source == table.name and roles is not None and set(roles.columns) <= set(map(str, table.frame.columns)):
        return cast(MotionRoles, roles)
    if (motion := motion_samples().get(st.session_state.get(state.SAMPLE) or "")) is not None:
        return MotionRoles.from_config({"roles": motion.motion})
    numeric = list(table.numeric_columns)
    time = proposed_time(numeric, table.derived)
    trajectory = proposed_trajectory(table.frame, time) if time else None
    rest = [name for name in numeric if name not in (time, trajectory)]
    fixed = fixed_within(table.frame, rest, trajectory) if trajectory else ()
    fixed = tuple(name for name in rest if name in fixed or name in switched(table.frame, rest))
    states = tuple(name for name in rest if name not in fixed)
    return MotionRoles(time or "", states if len(states) <= 2 else (), trajectory, fixed[:2])


def _key(name: str, table: Table) -> str:
    """A key of its own for each table: the choice of another table would name columns that are not there."""
    return f"{name}_{table.name}"
