"""Changes to the table in the app: the list with undo, edited cells, excluded rows, renamed columns, and searches."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data_page import Open, paste, plain, tab
from tests.ui.fake_run import play
from xnet import runs
from xnet.tables.change_application import apply_changes
from xnet.tables.changes import (
    Change,
    EditCell,
    ExcludeRows,
    ExcludeWhere,
    RenameColumn,
    SetUnit,
    changes_from_json,
)
from xnet.tables.column_conversion import Conversion
from xnet.tables.reading import read_table
from xnet.tables.weights import Weight
from xnet.ui.components.row_click import clicked_row
from xnet.ui.session import state

TEXT = "mass,colour,sigma,force\nkg,,,N\n" + "".join(
    f"{1 + k % 7},{'red' if k % 3 else 'blue'},{1 + k % 2},{900 if k == 20 else 2 * (1 + k % 7)}\n" for k in range(40))


@pytest.fixture
def at(app: Open) -> AppTest:
    page = paste(app("pages/data.py"), TEXT)
    assert not page.exception
    return page


def exclude(at: AppTest, condition: str) -> AppTest:
    at.text_input(key=state.EXCLUDE_WHERE).set_value(condition)
    button = next(b for b in at.button if b.label == "Exclude these rows")
    return button.click().run()


def test_the_example_of_a_condition_has_a_number_as_people_write_it(app: Open) -> None:
    page = paste(app("pages/data.py"), "a,mass\n" + "".join(f"{k},{4536 + k}\n" for k in range(30)))
    assert page.text_input(key=state.EXCLUDE_WHERE).placeholder == "for example mass > 4560"


def test_rows_are_excluded_by_a_condition_and_come_back(at: AppTest) -> None:
    exclude(at, "force > 100")
    assert not at.exception
    assert "Line 23 of the file excluded: force > 100." in plain(at)
    assert "39 rows used, 1 excluded" in plain(at)
    at.button(key="undo_0").click().run()
    assert "40 rows used, 20 %" in plain(at)
    at.button(key="redo").click().run()
    assert "39 rows used, 1 excluded" in plain(at)
    at.button(key="discover").click().run()
    (run,) = runs.list_runs()
    assert changes_from_json(run.config["changes"]) == (
        ExcludeWhere("force > 100", "line", (23,), 1, ("force",)),)
    assert run.config["row_names"] == {"word": "line", "progressions": [[3, 1, 20], [24, 1, 19]]}
    play(run, state="finished", stop_reason="budget")
    at.switch_page("pages/results.py").run()
    assert any("1 change to the table" in e.label for e in at.expander)


def test_a_wrong_condition_is_explained_where_it_stands(at: AppTest) -> None:
    exclude(at, "forc > 100")
    assert "did you mean 'force'?" in at.warning[-1].value.replace("\\", "")
    assert at.text_input(key=state.EXCLUDE_WHERE).value == "forc > 100", "it can be corrected"
    assert not exclude(at, "force > 100").warning


def test_the_row_of_units_is_undone_by_one_click(at: AppTest) -> None:
    assert "Line 2 of the file was read as the units of the columns." in plain(at)
    at.button(key="undo_units").click().run()
    assert not at.exception
    assert "Line 2 of the file is a row of data" in plain(at)
    assert at.session_state[state.TABLE].units == {}
    assert len(at.session_state[state.TABLE].frame) == 41
    at.button(key="undo_0").click().run()
    assert at.session_state[state.TABLE].units == {"mass": "kg", "force": "N"}


KEPT = (state.TARGET, state.INPUTS, state.WEIGHT, state.SPLIT_COLUMN, state.FORBIDDEN, state.CHANGES, state.UNDONE,
        state.TABLE, state.CONVERSIONS, state.CHANGE_ERROR)


def changing(at: AppTest, *changes: Change, undo: int | None = None) -> AppTest:
    """A session after changes that a person cannot make in AppTest, which has no clicks into tables and charts."""
    def script() -> None:
        import streamlit as st

        from xnet.ui.session import table_changes

        table_changes.make(*st.session_state["new_changes"])
        if st.session_state["undo_position"] is not None:
            table_changes.undo(st.session_state["undo_position"])

    beside = AppTest.from_function(script, default_timeout=20)
    for key in (*KEPT, state.TABLE_AS_READ):
        if key in at.session_state:
            beside.session_state[key] = at.session_state[key]
    beside.session_state["new_changes"], beside.session_state["undo_position"] = changes, undo
    beside.run()
    assert not beside.exception
    return beside


def test_a_renamed_column_keeps_its_roles_and_conversions(at: AppTest) -> None:
    tab(at, "Gaps, text and dates")
    at.multiselect(key=state.CONVERSIONS).set_value([Conversion("colour", "labels")]).run()
    at.session_state[state.WEIGHT] = Weight("sigma", "error")
    at.session_state[state.FORBIDDEN] = ["mass"]
    changes = (RenameColumn("mass", "m"), RenameColumn("force", "F"), RenameColumn("colour", "paint"),
               RenameColumn("sigma", "s"), SetUnit("F", "kN"))
    held = changing(at, *changes).session_state
    assert (held[state.TARGET], held[state.INPUTS]) == ("F", ["m", "s", "paint is red"])
    assert held[state.FORBIDDEN] == ["m"]
    assert held[state.WEIGHT] == Weight("s", "error")
    assert held[state.TABLE].units["F"] == "kN"
    held = changing(at, *changes, undo=2).session_state
    assert held[state.INPUTS] == ["m", "s", "colour is red"]
    assert held[state.UNDONE] == (RenameColumn("colour", "paint"),)


def test_a_change_that_a_later_one_needs_cannot_be_undone_alone(at: AppTest) -> None:
    held = changing(at, RenameColumn("mass", "m"), EditCell("line", 3, "m", 1.0, 1.5), undo=0).session_state
    assert "cannot be undone alone" in held[state.CHANGE_ERROR]
    assert len(held[state.CHANGES]) == 2


def test_edits_of_the_rows_become_changes(at: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from xnet.ui.data import row_editor

    made: list[Change] = []
    monkeypatch.setattr(row_editor.table_changes, "make", lambda *changes: made.extend(changes) or True)
    monkeypatch.setattr(row_editor, "_edits", lambda: {
        0: {"mass": 1.5, "colour": None}, 1: {"Use": False}, 2: {"force": None, "mass": 3}, 3: {"Use": True},
        99: {"mass": 1}})
    table = read_table(TEXT, "x.csv")
    shown = row_editor._window(table, 0, list(table.frame.columns))
    assert shown.index[0] == 3
    row_editor._take_edits(table, shown, "Use")
    assert made == [EditCell("line", 3, "mass", 1.0, 1.5), EditCell("line", 3, "colour", "blue", None),
                    ExcludeRows("line", (4,)), EditCell("line", 5, "force", 6.0, None)]
    assert apply_changes(table, made).frame["mass"][0] == 1.5


def test_a_long_table_is_shown_from_any_line(app: Open) -> None:
    at = paste(app("pages/data.py"), "a,b\n" + "".join(f"{k},{k * k}\n" for k in range(250)))
    at.number_input(key=state.FIRST_ROW).set_value(150).run()
    assert not at.exception
    assert at.data_editor[0].value.index[0] == 150


@pytest.mark.parametrize(("event", "number"), [
    ({"selection": {"points": [{"customdata": ["line 7", 7]}]}}, 7),
    ({"selection": {"points": [{"customdata": [7]}]}}, 7),
    ({"selection": {"points": []}}, None), ({"selection": {"points": [{"x": 1}]}}, None), (None, None), ({}, None),
    ({"selection": {"points": [{"customdata": ["<b>"]}]}}, None)])
def test_the_clicked_row_is_read_with_care(event: Any, number: int | None) -> None:
    assert clicked_row(event) == number


def test_searching_without_a_row_starts_from_the_formulas_found(make_run: Any) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")

    def script() -> None:
        import streamlit as st

        from xnet import runs as runs_of_app
        from xnet.ui.session import actions

        actions.search_without(runs_of_app.open_run(st.session_state["old"]), 17)

    at = AppTest.from_function(script, default_timeout=20)
    at.session_state["old"] = run.id
    at.run()
    assert not at.exception
    (again,) = (r for r in runs.list_runs() if r.id != run.id)
    assert changes_from_json(again.config["changes"]) == (ExcludeRows("row", (17,)),)
    assert again.config["row_names"]["progressions"] == [[1, 1, 16], [18, 1, 23]]
    pd.testing.assert_frame_equal(again.data(), run.data().drop(index=16).reset_index(drop=True))
    snapshot = run.snapshot()
    assert snapshot is not None
    assert again.config["warm_start"] == [row["network"] for row in snapshot["front"]]
