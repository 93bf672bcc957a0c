"""Derived columns on the Data page: the only column of a series, the form, refusals, undo, and renamed sources."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data_page import Open, paste, plain, tab
from xnet import runs
from xnet.tables.changes import Change, ExcludeRows, RenameColumn
from xnet.ui.data.derived import COLUMN, COUNT, ORDER, WAY, WITHIN
from xnet.ui.session import state


def logistic_map(rows: int = 30) -> str:
    x = [0.4]
    while len(x) < rows:
        x.append(3.7 * x[-1] * (1 - x[-1]))
    return "x\n" + "".join(f"{value!r}\n" for value in x)


def test_a_series_is_searched_after_two_clicks(app: Open) -> None:
    at = paste(app("pages/data.py"), logistic_map())
    assert at.button(key="discover").disabled
    at.button(key="derive_previous").click().run()
    assert not at.exception
    assert "'previous_x' was derived from 'x': the value of 'x' one row before, in the order of the file." in plain(at)
    assert "29 rows used, 1 left out for gaps" in plain(at)
    at.button(key="discover").click().run()
    (run,) = runs.list_runs()
    assert run.config["inputs"] == ["previous_x"]
    assert run.config["derived"]["previous_x"]["way"] == "previous"
    at.switch_page("pages/data.py").run()
    at.button(key="undo_derived_previous_x").click().run()
    assert not at.exception
    assert list(at.session_state[state.TABLE].frame) == ["x"]


TRAJECTORIES = "time,ball,height\n" + "".join(
    f"{t},{ball},{100 - k * t * t}\n" for k, ball in enumerate("ab", start=1) for t in (5, 4, 3, 2, 1, 0))


@pytest.mark.slow
def test_the_form_asks_for_order_and_groups_and_says_what_it_took(app: Open) -> None:
    at = tab(paste(app("pages/data.py"), TRAJECTORIES), "Columns")
    assert at.selectbox(key=ORDER).value == "", "the times of two balls repeat"
    at.selectbox(key=COLUMN).set_value("height").run()
    at.selectbox(key=WAY).set_value("rate").run()
    at.button(key="derive_add").click().run()
    assert "The rate of 'height' needs the column that it is a rate of" in plain(at)
    at.selectbox(key=ORDER).set_value("time").run()
    at.button(key="derive_add").click().run()
    assert "'time' is 5 in lines 2 and 8, so their order is not known: exclude one, or name the column" in plain(at)
    at.selectbox(key=WITHIN).set_value("ball").run()
    at.button(key="derive_add").click().run()
    assert not at.exception
    assert "Lines 7 and 13 have no such value and are left out." in plain(at)
    assert "'time' decreases in line 3 (4 after 5); the rows were taken in the order of 'time'." in plain(at)
    rates = at.session_state[state.TABLE].frame["rate_of_height"]
    assert rates[:5].tolist() == [-9, -7, -5, -3, -1]
    assert "rate_of_height" not in at.multiselect(key=state.INPUTS).options, "it holds the height of the same row"
    at.selectbox(key=WAY).set_value("mean").run()
    at.number_input(key=f"{COUNT}_mean").set_value(20).run()
    at.button(key="derive_add").click().run()
    assert "20 rows are asked for, but the longest group has 6 rows" in plain(at)


def test_changes_of_the_table_reach_its_derived_columns() -> None:
    def script() -> None:
        import streamlit as st

        from xnet.tables.derivations import derivation
        from xnet.tables.reading import read_table
        from xnet.ui.session import state as keys
        from xnet.ui.session import table_changes, table_choice

        if "text" in st.session_state:
            keys.set_table(read_table(st.session_state.pop("text")))
            table_choice.derive(derivation("previous", "x"))
            table_choice.derive(derivation("previous", "previous_x", 2))
        table_changes.make(*st.session_state["made"])

    at = AppTest.from_function(script)

    def changed(*changes: Change) -> pd.DataFrame:
        at.session_state["made"] = changes
        assert not at.run().exception
        frame: pd.DataFrame = at.session_state[state.TABLE].frame
        return frame

    at.session_state["text"] = logistic_map()
    frame = changed(ExcludeRows("line", (5,)))
    assert frame["previous_x"].isna().tolist()[:5] == [True, False, False, True, False], "line 6 has no previous value"
    assert list(changed(RenameColumn("x", "size"))) == ["size", "previous_size", "previous_size_2_rows_before"]
    assert at.session_state[state.INPUTS] == ["previous_size", "previous_size_2_rows_before"]
