from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.dynamics.trajectories import from_arrays, from_columns
from xnet.errors import DataError

T = np.linspace(0, 1, 12)
X = np.sin(T)


def swapped(t: np.ndarray) -> np.ndarray:
    t = t.copy()
    t[[4, 5]] = t[[5, 4]]
    return t


def test_several_trajectories_with_inputs():
    data = from_arrays([T, T[:9]], [X, X[:9]], [np.cos(T), np.cos(T[:9])], states=["x"], input_names=["u"])

    assert data.names == ("x", "u")
    assert data.n_rows == 21
    assert data.items[1].input_at(np.array([T[3]])) == pytest.approx(np.cos(T[3]))


def test_fixed_points_hold_a_switch_at_a_value_that_it_has():
    u = np.column_stack([np.where(T > 0.3, 1.0, 0.0), T])
    assert from_arrays(T, X, u).held_inputs == pytest.approx([1.0, 0.5])


def test_a_table_is_split_by_its_column_of_trajectories():
    table = {"t": np.tile(T, 2), "x": np.concatenate([X, X + 1]), "run": np.repeat(["a", "b"], 12)}

    data = from_columns(table, "t", ["x"], "run")

    assert [item.name for item in data.items] == ["a", "b"]
    assert data.items[1].X[0, 0] == 1.0


@pytest.mark.parametrize(("arguments", "sentence"), [
    ((swapped(T), X), (
        "^Row 6 of trajectory 1 has the time 0.36363636\\d*, earlier than row 5 with 0.45454545\\d*, but times must "
        "increase from row to row. Sort the rows by time.$")),
    ((np.repeat(T[:6], 2), X), (
        "^Row 2 of trajectory 1 has the same time as row 1, 0, but times must increase from row to row. Keep one row")),
    ((T, X[:-1]), "Trajectory 1 has 12 times but 11 rows of states"),
    (([T, T[:3]], [X, X[:3]]), "Trajectory 2 has 3 rows; at least 8"),
    (([T], [X, X]), "1 arrays of times but 2 of states"),
    ((T, np.append(X[:-1], np.nan)), "Row 12 of trajectory 1 has no value of 'x0'"),
    ((np.append(T, 40.0), np.append(X, 1.0)), r"gap from 1 to 40 \(rows 12 and 13\).*Make two trajectories"),
    ((T, np.ones(12)), "State 'x0' has the value 1 in every row"),
    ((T, np.random.default_rng(0).random((12, 7))), "7 states; a system has at most 6"),
    ((np.arange(200_001.0), np.ones(200_001)), "200,001 rows, but at most 100,000 .* Keep one row in 3"),
    (([T] * 3000, [X] * 3000), "36,000 rows, but at most 33,333 .* Keep one row in 2, or fewer trajectories"),
    (([], []), "There is no trajectory"),
    ((T, ["a"] * 12), "not all numbers"),
    ((np.datetime64("2024-01-01") + np.arange(12), X), "The times are dates or durations; give numbers"),
    ((np.arange(12) * np.timedelta64(1, "h"), X), "The times are dates or durations"),
    ((T, X * 1j), "The states are complex numbers; give their real and their imaginary parts"),
    (([T, T], [X, np.column_stack([X, X])]), "Trajectory 2 has 2 states, but 1 are named"),
])
def test_bad_arrays_are_refused_with_the_place_and_a_remedy(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        from_arrays(*arguments)


@pytest.mark.parametrize(("roles", "sentence"), [
    ({"time": "when", "states": ["x"]}, "no column 'when'; the columns are 't', 'x'"),
    ({"time": "t", "states": ["x", "z"]}, "no column 'z'"),
    ({"time": "t", "states": ["x", "t"]}, "Column 't' is named twice"),
    ({"time": "t", "states": []}, "No state is named"),
])
def test_bad_roles_are_refused(roles, sentence):
    with pytest.raises(DataError, match=sentence):
        from_columns({"t": T, "x": X}, **roles)


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_row_whose_trajectory_is_not_known_is_named(missing):
    labels = np.array(["a"] * 12 + [missing], dtype=object)

    with pytest.raises(DataError, match="Row 13 has no value of 'run', so its trajectory is not known"):
        from_columns({"t": np.append(T, 2.0), "x": np.append(X, 1.0), "run": labels}, "t", ["x"], "run")


def test_two_rows_of_one_time_name_their_remedy():
    with pytest.raises(DataError, match=r"the same time as row 1, .* Keep one row for each time, or name the column"):
        from_columns({"t": np.repeat(T, 2), "x": np.repeat(X, 2)}, "t", ["x"])


def test_a_table_that_mixes_trajectories_names_the_remedy():
    with pytest.raises(DataError, match="name the column that tells trajectories apart"):
        from_columns({"t": np.tile(T, 2), "x": np.tile(X, 2)}, "t", ["x"])


@pytest.mark.parametrize(("rest", "gap"), [(18.0, False), (22.0, True)])
def test_a_step_of_twenty_usual_ones_and_a_quarter_of_the_time_is_a_gap(rest: float, gap: bool) -> None:
    t = np.append(np.arange(20.0), 19.0 + rest)
    if not gap:
        assert from_arrays(t, np.sin(t)).n_rows == 21
        return
    with pytest.raises(DataError, match="has a gap from 19 to 41"):
        from_arrays(t, np.sin(t))


def test_times_spaced_by_their_logarithm_are_no_gap():
    t = np.geomspace(1, 100, 40)

    assert from_arrays(t, np.log(t)).n_rows == 40


def test_states_in_the_place_of_times_are_named() -> None:
    """PySINDy takes the states first; here a message could not be printed, and a TypeError came instead."""
    states, times = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20.0)
    with pytest.raises(DataError, match=r"The times have the shape \(20, 2\).*fit\(t, X\)"):
        from_arrays(states, times)
    assert len(from_arrays(times[:, None], states).items) == 1


def test_a_column_name_that_stands_twice_is_named():
    with pytest.raises(DataError, match="several columns 'x'"):
        from_columns(pd.DataFrame(np.column_stack([T, X, X]), columns=["t", "x", "x"]), "t", ["x"])
