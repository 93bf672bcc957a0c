"""The Predict page: typed values, a table of rows, an upload, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import texts
from tests.app.fake_run import Replay, play
from xnet.runs import Run
from xnet.ui import state

Open = Callable[..., AppTest]
Make = Callable[..., Run]


@pytest.fixture
def replay(make_run: Make) -> Replay:
    return play(make_run(), state="finished", stopped="budget")


def value(at: AppTest) -> float:
    return float(next(m.value for m in at.metric if m.label == "period"))


def upload(at: AppTest, content: bytes, name: str = "new.csv") -> AppTest:
    at.segmented_control(key=state.PREDICT_BY).set_value("A table").run()
    at.file_uploader(key=state.PREDICT_UPLOAD).upload(name, content)
    return at.run()


def table(at: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in at.dataframe if "remarks" in frame.value)


def test_without_a_run_it_says_what_to_do(app: Open) -> None:
    at = app("pages/predict.py")
    assert not at.exception
    assert at.button(key="empty_example")


def test_before_the_first_formula(app: Open, make_run: Make) -> None:
    run = make_run()
    run.write_status("starting", "Starting the engine.")
    at = app("pages/predict.py", run=run.id)
    assert not at.exception
    assert "no formula yet" in at.info[0].value


def test_a_typed_value_is_answered_at_once(app: Open, replay: Replay) -> None:
    at = app("pages/predict.py", run=replay.run.id)
    assert not at.exception
    (box,) = at.number_input  # the formula reads the distance only
    assert box.label == "distance"
    box.set_value(16.0).run()
    assert value(at) == pytest.approx(64, rel=0.01)
    assert "8 held-out rows" in texts(at)
    assert at.warning == []
    box = at.number_input[0].set_value(400.0).run()
    assert value(at) == pytest.approx(8000, rel=0.01)
    assert "above the training rows" in at.warning[0].value
    at.number_input[0].set_value(-1.0).run()
    assert not at.exception
    assert any(m.value == "no value here" for m in at.metric)
    assert len(at.warning) == 2


def test_another_formula_can_be_taken(app: Open, replay: Replay) -> None:
    at = app("pages/predict.py", run=replay.run.id)
    before = value(at)
    box = at.selectbox[0]
    assert "★" in box.format_func(box.value) if box.format_func else True
    at.session_state[state.CHOSEN] = (replay.run.id, replay.front()[0]["text"])
    at.run()
    assert value(at) != before
    assert at.selectbox[0].value == replay.front()[0]["text"]


def test_several_rows_start_from_the_data(app: Open, replay: Replay) -> None:
    at = app("pages/predict.py", run=replay.run.id)
    at.segmented_control(key=state.PREDICT_BY).set_value("Several rows").run()
    assert not at.exception
    found = table(at)
    assert found["period by the formula"].to_numpy() == pytest.approx(found["distance"].to_numpy() ** 1.5, rel=0.01)
    assert len(found) == 3


def test_a_table_is_matched_by_name_and_flagged(app: Open, replay: Replay) -> None:
    at = upload(app("pages/predict.py", run=replay.run.id), b"name;Distance\n=a;4\nb;9000\nc;\n")
    assert not at.exception
    found = table(at)
    assert list(found.columns) == ["period by the formula", "remarks", "name", "Distance"]
    assert [bool(text) for text in found["remarks"]] == [False, True, True]
    said = texts(at)
    assert "2 predictions" in said
    assert "was taken for" in said
    assert "a value is missing there" in said
    assert at.get("download_button")


@pytest.mark.parametrize(("content", "says"), [
    (b"speed,mass\n1,2\n", "lacks the column"), (b"distance,mass\nfar,2\nnear,3\n", "the formula needs numbers"),
    (b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
])
def test_a_table_that_does_not_fit_gets_one_sentence(app: Open, replay: Replay, content: bytes, says: str) -> None:
    at = upload(app("pages/predict.py", run=replay.run.id), content)
    assert not at.exception
    (error,) = at.error
    assert says in error.value
    at.file_uploader(key=state.PREDICT_UPLOAD).set_value(None).run()
    assert at.error == []


def test_hostile_names(app: Open, make_run: Make) -> None:
    run = make_run(("__import__('os')", "a`b$c\\frac{", "=cmd|' /C calc'!A0"))
    play(run, state="finished", stopped="budget")
    at = app("pages/predict.py", run=run.id)
    assert not at.exception
    at.segmented_control(key=state.PREDICT_BY).set_value("Several rows").run()
    assert not at.exception
    assert not upload(at, b"\"__import__('os')\",b\n4,1\n9,2\n").exception
