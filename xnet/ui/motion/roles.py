"""The roles of the columns: time, states, trajectory, driving inputs, states of second order."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from xnet.dynamics.trajectories import MOST_STATES
from xnet.tables.table import Table
from xnet.tables.time_column import proposed_time

from . import keys


@dataclass(frozen=True)
class Roles:
    """Which column is what."""

    time: str | None
    states: tuple[str, ...]
    trajectory: str | None
    inputs: tuple[str, ...]
    second_order: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether a search can start."""
        return self.time is not None and bool(self.states)


def choose_roles(table: Table) -> Roles:
    """Draw the fields of the roles."""
    numeric, every = list(table.numeric_columns), [str(name) for name in table.frame.columns]
    time_guess = proposed_time(numeric)
    left, right = st.columns(2)
    with left:
        time = st.selectbox("Time", numeric, index=None if time_guess is None else numeric.index(time_guess),
                            key=_key(keys.TIME, table), help="Ascending within a trajectory; steps may differ.")
        rest = [name for name in numeric if name != time]
        states = st.multiselect("States", rest, default=rest[:2] if len(rest) <= 3 else [],
                                key=_key(keys.STATES, table), max_selections=MOST_STATES,
                                help="The columns whose laws of motion are searched.")
    with right:
        trajectory = st.selectbox("Trajectory", [name for name in every if name not in (time, *states)], index=None,
                                  key=_key(keys.TRAJECTORY, table), placeholder="All rows are one trajectory",
                                  help="The column that tells several trajectories apart.")
        inputs = st.multiselect("Driving inputs", [name for name in rest if name not in (*states, trajectory)],
                                key=_key(keys.INPUTS, table),
                                help="Columns u(t) that the laws may read, such as a voltage.")
        second = st.multiselect("Second order", states, key=_key(keys.SECOND_ORDER, table),
                                help="States of which only the position was measured: their velocity becomes a state "
                                     "too, and their acceleration is searched.")
    return Roles(time, tuple(states), trajectory, tuple(inputs), tuple(second))


def _key(name: str, table: Table) -> str:
    """A key of its own for each table: the choice of another table would name columns that are not there."""
    return f"{name}_{table.name}"
