"""Groups on the pages: a new group on Predict, and a search repeated with the names of the groups."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.ui.data_page import Open, paste, plain
from xnet import runs
from xnet.config.run_options import table_options
from xnet.runs import Run
from xnet.tables.group_column import with_group_numbers
from xnet.tables.table import Table
from xnet.ui.predict.new_group import NAME, ROWS
from xnet.ui.session import actions, state


@pytest.fixture
def run() -> Run:
    """y = a x of two trees, searched for one step."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0] * 4, "tree": ["oak"] * 8 + ["fir"] * 8})
    frame["y"] = frame.x * frame.tree.map({"oak": 2.0, "fir": 5.0})
    table, number = with_group_numbers(Table(frame=frame, name="trees"), "tree")
    made = runs.create_run(table.frame, target="y", inputs=["x", number], source="trees", steps=8, seconds=60,
                           holdout_fraction=0.0, activations=["add", "mul"], group={"column": number, "own": None},
                           **table_options(table))
    runs.execute(made, commands=lambda: None)
    return made


@pytest.mark.slow
def test_a_new_group_is_calibrated_and_groups_keep_their_names(run: Run, app: Open) -> None:
    at = app("pages/predict.py", run=run.id)
    assert not at.exception
    at.button(key="fit_group").click().run()
    assert "The field is empty." in plain(at)
    at.text_area(key=ROWS).set_value("x\ty\n1\t7\n2\t14\n3\t21").run()
    at.button(key="fit_group").click().run()
    assert "lacks the column 'tree'" in plain(at)
    at.text_input(key=NAME).set_value("elm").run()
    at.button(key="fit_group").click().run()
    assert not at.exception
    assert "elm: a = 7, fitted to 3 rows, R² 1." in plain(at)
    at.selectbox(key=f"{state.PREDICT_VALUE}_{run.id}_tree").set_value("elm").run()
    at.number_input(key=f"{state.PREDICT_VALUE}_{run.id}_x").set_value(4.0).run()
    assert float(at.metric[0].value) == pytest.approx(28)

    table = actions.table_of_run(run)
    assert list(table.frame["tree"]) == ["oak"] * 8 + ["fir"] * 8
    assert table.derived == {}
    again = app("pages/results.py", run=run.id)
    assert not again.exception
    assert "Points are constants fitted to all rows" in plain(again)
    next(b for b in again.button if b.label == "Search again").click().run()
    assert not again.exception
    assert again.session_state[state.GROUP] == "tree"


def test_data_and_setup_say_that_groups_are_chosen_and_the_choice_can_be_undone(app: Open) -> None:
    frame = pd.DataFrame({"x": [float(k % 6 + 1) for k in range(24)], "tree": ["oak"] * 12 + ["fir"] * 12})
    frame["age"] = [float(k * k % 17) for k in range(24)]
    frame["y"] = frame.x * frame.tree.map({"oak": 2.0, "fir": 5.0})
    at = paste(app("pages/data.py"), frame.to_csv(index=False))
    at.button(key="take_groups").click().run()
    assert "One law, with constants of its own for each tree." in plain(at)
    at.switch_page("pages/setup.py").run()
    assert "One law, with constants of its own for each tree." in plain(at)
    at.switch_page("pages/data.py").run()
    at.multiselect(key=state.MORE_TARGETS).set_value(["age"]).run()
    assert "tree does not group the rows in this search: classes and several targets have no groups." in plain(at)
    at.button(key="drop_groups").click().run()
    assert at.session_state[state.GROUP] is None
    assert "group the rows" not in plain(at)
    assert not [button for button in at.button if button.key == "take_groups"], "several targets have no groups"
    at.multiselect(key=state.MORE_TARGETS).set_value([]).run()
    assert at.button(key="take_groups")
