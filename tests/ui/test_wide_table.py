"""A table of 2,000 columns on the Data page: the most relevant ones are proposed, and every click is answered soon."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data_page import Open, paste, plain, tab
from xnet.ui.data.page import TABS
from xnet.ui.session import state


def csv_text(columns: int) -> str:
    X = np.random.default_rng(0).normal(size=(100, columns)).round(3)
    frame = pd.DataFrame(X, columns=[f"g{k}" for k in range(columns)])
    return frame.assign(y=3 * frame["g7"] - 2 * frame["g40"], z=frame["g9"] * 2).to_csv(index=False)


@pytest.mark.slow
def test_two_thousand_columns_and_every_tab(app: Open) -> None:
    at = app("pages/data.py")
    at.default_timeout = 100  # on a machine that is busy
    paste(at, csv_text(1998))
    assert not at.exception
    inputs = at.multiselect(key=state.INPUTS)
    assert (at.selectbox(key=state.TARGET).value, len(inputs.value), len(inputs.options)) == ("z", 50, 1999)
    assert "50 columns of 1,999 are chosen: those that explain z best in a sample of the rows. Left out: " in plain(at)
    at.selectbox(key=state.TARGET).set_value("y").run()
    assert {"g7", "g40"} <= set(at.multiselect(key=state.INPUTS).value)
    start = time.process_time()
    for name in TABS:
        assert not tab(at, name).exception
    assert time.process_time() - start < 15  # about 1 s for all tabs on a slow machine


def test_inputs_that_a_person_chose_stay_when_the_target_changes(app: Open) -> None:
    at = paste(app("pages/data.py"), csv_text(60))
    at.multiselect(key=state.INPUTS).set_value(["g1", "g2"]).run()
    at.selectbox(key=state.TARGET).set_value("y").run()
    assert at.multiselect(key=state.INPUTS).value == ["g1", "g2"]
    at.button(key="propose").click().run()
    assert {"g7", "g40"} <= set(at.multiselect(key=state.INPUTS).value)
    at.button(key="use_all").click().run()
    assert len(at.multiselect(key=state.INPUTS).value) == 61
    assert not [b for b in at.button if b.key in ("propose", "use_all")]


def test_a_table_that_is_wider_than_a_search_offers_no_use_of_all(app: Open) -> None:
    at: AppTest = paste(app("pages/data.py"), csv_text(210))
    assert not [b for b in at.button if b.key == "use_all"]
    at.multiselect(key=state.INPUTS).set_value([f"g{k}" for k in range(201)]).run()
    assert "201 inputs are chosen, but a search takes at most 200" in plain(at)


def test_the_cells_of_a_wide_table_are_those_of_its_inputs_or_of_columns_asked_for(app: Open) -> None:
    at = paste(app("pages/data.py"), csv_text(210))
    used = {at.selectbox(key=state.TARGET).value, *at.multiselect(key=state.INPUTS).value}
    assert {*at.session_state[state.ROWS_SHOWN].columns} == {"Use", *used}
    at.text_input(key=state.COLUMN_FILTER).set_value("G20").run()
    assert list(at.session_state[state.ROWS_SHOWN].columns) == ["Use", "g20", *(f"g{k}" for k in range(200, 210))]
    assert "212 columns, of which 11 columns are shown" in plain(at)
    at.text_input(key=state.COLUMN_FILTER).set_value("no such name").run()
    assert {*at.session_state[state.ROWS_SHOWN].columns} == {"Use", *used}
    assert not at.exception
