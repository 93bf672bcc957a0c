"""Trajectories: times, states and driving inputs, checked; from arrays or from the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.data_rules import is_switched
from xnet.errors import DataError
from xnet.name_lists import quoted_names

#: A trajectory needs this many rows: a derivative cannot be estimated from fewer.
FEWEST_ROWS = 8
#: A system has at most this many states.
MOST_STATES = 6
#: The most rows, and the most derivatives of states by first states in a fit of whole trajectories: 800 MB.
_MOST_ROWS, _MOST_DERIVATIVES = 100_000, 100_000_000
#: A step is a gap if it is this many times the median step and this share of the whole time.
_GAP_STEPS, _GAP_SHARE = 20.0, 0.25
#: Of the steps between rows in which a driving input changes, a simulation takes none longer than this quantile.
_SHORT_STEPS = 0.1


@dataclass(frozen=True)
class Trajectory:
    """One trajectory.

    Attributes:
        name: how messages and plots call it.
        t: (n,) times, ascending.
        X: (n, d) states.
        U: (n, k) driving inputs; k may be 0.
        held: (k,) whether a driving input keeps the value of a row until the next row (D-236); empty for none.
    """

    name: str
    t: Array
    X: Array
    U: Array
    held: tuple[bool, ...] = ()

    def input_at(self, t: Array) -> Array:
        """The driving inputs (len(t), k) at other times: interpolated, or the value of the row before."""
        k = self.U.shape[1]
        before = np.maximum(np.searchsorted(self.t, t, side="right") - 1, 0) if any(self.held) else None
        return np.column_stack([u[before] if held else np.interp(t, self.t, u) for u, held in
                                zip(self.U.T, self.held or (False,) * k, strict=True)]) if k else np.zeros((len(t), 0))

    @cached_property
    def longest_step(self) -> float:
        """How long the steps of a simulation may be so that none skips a change of the driving inputs."""
        changes = (np.diff(self.U, axis=0) != 0).any(axis=1)
        return float(np.quantile(np.diff(self.t)[changes], _SHORT_STEPS)) if changes.any() else np.inf


@dataclass(frozen=True)
class Trajectories:
    """Several trajectories of one system.

    Attributes:
        states: names of the d states.
        inputs: names of the k driving inputs.
        items: the trajectories.
    """

    states: tuple[str, ...]
    inputs: tuple[str, ...]
    items: tuple[Trajectory, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that a right-hand side may read: states, then driving inputs."""
        return self.states + self.inputs

    @property
    def n_rows(self) -> int:
        """The number of rows of all trajectories."""
        return sum(len(item.t) for item in self.items)

    @property
    def stacked(self) -> Array:
        """The states of all trajectories, one below the other: (n_rows, d)."""
        return np.concatenate([item.X for item in self.items])

    @property
    def sizes(self) -> Array:
        """The size (d,) of each state: the largest one in the rows, or their range."""
        return np.maximum(np.abs(self.stacked).max(axis=0), np.ptp(self.stacked, axis=0))

    @property
    def held_inputs(self) -> Array:
        """The driving inputs (k,) of fixed points: means of all rows; of a switch the more frequent of its two values.

        At the mean of a switch, which it never has, every fixed point would be one that no row can reach.
        """
        U = np.concatenate([item.U for item in self.items])
        levels = [np.unique(u, return_counts=True) for u in U.T]
        return np.array([values[counts.argmax()] if len(values) == 2 else u.mean()
                         for u, (values, counts) in zip(U.T, levels, strict=True)])


def from_arrays(t: Any, X: Any, inputs: Any = None, *, states: Sequence[str] | None = None,
                input_names: Sequence[str] | None = None) -> Trajectories:
    """Check arrays.

    Args:
        t: (n,) times; or a list of such arrays, one for each trajectory.
        X: (n, d) states, or (n,) for one state; or a list of such arrays.
        inputs: (n, k) or (n,) driving inputs, or a list of such arrays; None for none.
        states, input_names: names of the columns; x0, x1, ... and u0, u1, ... by default.

    Raises:
        DataError: lengths do not fit, a value is missing, times do not increase, a trajectory is too short, or a state
            is constant.
    """
    if not isinstance(t, list | tuple) or (len(t) and np.ndim(t[0]) == 0):
        t, X, inputs = [t], [X], None if inputs is None else [inputs]
    if len(t) != len(X) or (inputs is not None and len(inputs) != len(t)):
        raise DataError(f"There are {len(t)} arrays of times but {len(X)} of states"
                        + ("" if inputs is None else f" and {len(inputs)} of driving inputs")
                        + "; give one of each for every trajectory.")
    items = []
    for i in range(len(t)):
        times, rows = _times(t[i]), _two_dimensional(X[i], "states")
        u = np.zeros((len(times), 0)) if inputs is None else _two_dimensional(inputs[i], "driving inputs")
        items.append(Trajectory(str(i + 1), times, rows, u))
    if not items:
        raise DataError("There is no trajectory; give times and states.")
    first = items[0]
    return checked(Trajectories(
        _column_names(states, first.X.shape[1], "x", "states"),
        _column_names(input_names, first.U.shape[1], "u", "driving inputs"), tuple(items)))


def from_columns(columns: Mapping[str, Any], time: str, states: Sequence[str], trajectory: str | None = None,
                 inputs: Sequence[str] = ()) -> Trajectories:
    """Check the columns of a table.

    Args:
        columns: name -> (n,) values, such as a DataFrame.
        time: the column of times.
        states: the columns of the states.
        trajectory: the column that tells trajectories apart, if there are several.
        inputs: the columns of the driving inputs.

    Raises:
        DataError: a column is not there or has two roles, or the values cannot be used (`from_arrays`).
    """
    roles = [time, *states, *inputs, *([] if trajectory is None else [trajectory])]
    if not states:
        raise DataError("No state is named; name the columns whose laws of motion are searched.")
    for name in roles:
        if name not in columns:
            raise DataError(f"There is no column {name!r}; the columns are {quoted_names(map(str, columns))}.")
        if list(columns).count(name) > 1:
            raise DataError(f"There are several columns {name!r}; rename or drop all but one of them.")
        if roles.count(name) > 1:
            raise DataError(f"Column {name!r} is named twice; give every column one role: time, state, driving input "
                            "or trajectory.")
    t, X = _numbers(columns, [time])[:, 0], _numbers(columns, states)
    U = _numbers(columns, inputs) if inputs else np.zeros((len(t), 0))
    labels = np.zeros(len(t), dtype=int) if trajectory is None else _labels(columns, trajectory)
    items = []
    for label in dict.fromkeys(labels.tolist()):
        own = labels == label
        items.append(Trajectory("1" if trajectory is None else str(label), t[own], X[own], U[own]))
    return checked(Trajectories(tuple(map(str, states)), tuple(map(str, inputs)), tuple(items)),
                   by_column=trajectory is not None)


def checked(data: Trajectories, by_column: bool = True) -> Trajectories:
    """The trajectories, if a search can use them.

    Args:
        by_column: whether a column names the trajectories, for the remedy in messages.

    Raises:
        DataError: see `from_arrays`.
    """
    if len(data.states) > MOST_STATES:
        raise DataError(f"There are {len(data.states)} states; a system has at most {MOST_STATES}. Choose fewer.")
    _check_size(data)
    for item in data.items:
        _check_lengths(item, data)
        _check_values(item, data)
        _check_times(item, by_column)
    for name, column in zip(data.states, data.stacked.T, strict=True):
        if np.ptp(column) == 0:
            raise DataError(f"State {name!r} has the value {column[0]:g} in every row, so it has no law of motion. "
                            "Leave it out, or make it a driving input.")
    held = tuple(map(is_switched, zip(*(item.U.T for item in data.items), strict=True)))
    return replace(data, items=tuple(replace(item, held=held) for item in data.items))


def _check_size(data: Trajectories) -> None:
    """Simulations of very many rows would take hours, and fits of very many trajectories all of the memory."""
    most = min(_MOST_ROWS, _MOST_DERIVATIVES // max(len(data.states) ** 2 * len(data.items), 1))
    if data.n_rows > most:
        raise DataError(f"There are {data.n_rows:,} rows, but at most {most:,} of so many trajectories and states can "
                        f"be fitted. Keep one row in {-(-data.n_rows // most)}, or fewer trajectories.")


def _check_lengths(item: Trajectory, data: Trajectories) -> None:
    for what, rows, width in (("states", item.X, len(data.states)), ("driving inputs", item.U, len(data.inputs))):
        if len(rows) != len(item.t):
            raise DataError(f"Trajectory {item.name} has {len(item.t)} times but {len(rows)} rows of {what}; give one "
                            "row for each time.")
        if rows.shape[1] != width:
            raise DataError(f"Trajectory {item.name} has {rows.shape[1]} {what}, but {width} are named; every "
                            f"trajectory needs the same {what}.")
    if len(item.t) < FEWEST_ROWS:
        raise DataError(f"Trajectory {item.name} has {len(item.t)} rows; at least {FEWEST_ROWS} are needed to estimate "
                        "a derivative. Leave it out, or add rows.")


def _check_values(item: Trajectory, data: Trajectories) -> None:
    table = np.column_stack([item.t, item.X, item.U])
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        row, column = bad[0]
        name = ("time", *data.names)[column]
        raise DataError(f"Row {row + 1} of trajectory {item.name} has no value of {name!r}. Fill it, or remove the "
                        "row: rows need not be evenly spaced.")


def _check_times(item: Trajectory, by_column: bool) -> None:
    step = np.diff(item.t)
    backwards = np.flatnonzero(step <= 0)
    if len(backwards):
        i = int(backwards[0])
        before, now = (f"{t:.15g}" for t in item.t[i:i + 2])
        what = f"the same time as row {i + 1}, {now}" if step[i] == 0 else (
            f"the time {now}, earlier than row {i + 1} with {before}")
        order = "Keep one row for each time" if step[i] == 0 else "Sort the rows by time"
        remedy = order if by_column else f"{order}, or name the column that tells trajectories apart"
        raise DataError(f"Row {i + 2} of trajectory {item.name} has {what}, but times must increase from row to row. "
                        f"{remedy}.")
    i = int(np.argmax(step))
    if step[i] > _GAP_STEPS * np.median(step) and step[i] > _GAP_SHARE * np.ptp(item.t):
        raise DataError(f"Trajectory {item.name} has a gap from {item.t[i]:g} to {item.t[i + 1]:g} (rows {i + 1} and "
                        f"{i + 2}), {step[i] / np.median(step):.0f} times its usual step. Make two trajectories of it.")


def _labels(columns: Mapping[str, Any], trajectory: str) -> Array:
    """The names of the trajectories, one for each row."""
    labels = np.asarray(columns[trajectory])
    for i, label in enumerate(labels.tolist()):
        if label is None or label != label:  # NaN differs from itself
            raise DataError(f"Row {i + 1} has no value of {trajectory!r}, so its trajectory is not known. Fill it, or "
                            "remove the row.")
    return labels


def _numbers(columns: Mapping[str, Any], names: Sequence[str]) -> Array:
    return np.column_stack([_floats(columns[name], f"values in column {name!r}") for name in names])


def _floats(values: Any, what: str) -> Array:
    given = np.asarray(values)
    if given.dtype.kind in "mM":
        raise DataError(f"The {what} are dates or durations; give numbers, such as the hours since the start.")
    if given.dtype.kind == "c":
        raise DataError(f"The {what} are complex numbers; give their real and their imaginary parts as columns.")
    try:
        array = given.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"The {what} are not all numbers ({error}). Convert or remove them.") from error
    if array.ndim > 2:
        raise DataError(f"The {what} have {array.ndim} dimensions; give one row for each time.")
    return array


def _times(values: Any) -> Array:
    """Times (n,), which may stand in a column (n, 1)."""
    array = _floats(values, "times")
    if array.ndim == 2 and array.shape[1] > 1:
        raise DataError(f"The times have the shape {array.shape}, but expected is one time for each row. The times "
                        "come first, then the states: fit(t, X).")
    return array.ravel()


def _two_dimensional(values: Any, what: str) -> Array:
    array = _floats(values, what)
    return array[:, None] if array.ndim == 1 else array


def _column_names(given: Sequence[str] | None, width: int, letter: str, what: str) -> tuple[str, ...]:
    names = tuple(map(str, given)) if given is not None else tuple(f"{letter}{i}" for i in range(width))
    if len(names) != width or len(set(names)) < width:
        raise DataError(f"There are {width} {what} but the names {quoted_names(names)}; give {width} different names.")
    return names
