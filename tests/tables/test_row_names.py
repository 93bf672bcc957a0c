"""Rows keep their names while other rows are left out; configs hold them in little space."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnet.tables.row_names import LINE, MOST_PROGRESSIONS, ROW, RowNames, named_rows


def test_rows_are_called_by_their_line_or_counted() -> None:
    names = RowNames(LINE, np.array([3, 4, 7]))
    assert [names.name(k) for k in range(3)] == ["line 3", "line 4", "line 7"]
    assert names.kept(np.array([True, False, True])).name(1) == "line 7"
    assert RowNames.counted(3).name(2) == "row 3"


@given(st.lists(st.integers(1, 3), min_size=1, max_size=60), st.integers(1, 5))
def test_a_config_gives_the_names_back(steps: list[int], first: int) -> None:
    names = RowNames(LINE, first + np.cumsum(steps))
    config = {"row_names": names.to_config()}
    back = RowNames.from_config(config, len(steps))
    assert (back.word, back.numbers.tolist()) == (LINE, names.numbers.tolist())
    assert RowNames.checked(config["row_names"]) == config["row_names"]


def test_every_eighth_row_of_a_large_file_takes_little_space() -> None:
    config = RowNames(LINE, np.arange(2, 1_600_002, 8)).to_config()
    assert config == {"word": LINE, "progressions": [[2, 8, 200_000]]}


def test_numbers_without_any_order_are_not_kept() -> None:
    numbers = np.cumsum(np.random.default_rng(0).integers(1, 9, 4 * MOST_PROGRESSIONS))
    assert RowNames(ROW, numbers).to_config() is None
    assert RowNames.from_config({"row_names": None}, 2).name(1) == "row 2"


def test_runs_of_older_releases_say_which_rows_were_left_out() -> None:
    assert RowNames.from_config({"left_out_rows": [1, 3, 4]}, 4).numbers.tolist() == [2, 5, 6, 7]
    assert RowNames.from_config({}, 3).numbers.tolist() == [1, 2, 3]


@pytest.mark.parametrize("names", [
    5, {"word": "eval"}, {"word": ROW}, {"word": ROW, "progressions": [[1, 1]]}, {"word": ROW, "progressions": "no"},
    {"word": ROW, "progressions": [[1, 1, 10**12]]}, {"word": ROW, "progressions": [[-4, 1, 3]]},
    {"word": ROW, "progressions": [[1, 1, True]]}, {"word": ROW, "progressions": [[1.5, 1, 3]]}])
def test_damaged_names_become_counted_ones(names: Any) -> None:
    assert RowNames.checked(names) is None
    assert RowNames.from_config({"row_names": names}, 3).numbers.tolist() == [1, 2, 3]


def test_several_rows_are_a_phrase() -> None:
    assert named_rows(LINE, [5]) == "line 5"
    assert named_rows(LINE, [5, 6]) == "lines 5 and 6"
    assert named_rows(ROW, [5, 6], count=1002) == "rows 5, 6 and 1,000 more"
