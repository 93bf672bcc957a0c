"""The Predict page: typed values, a table of rows, an upload, and what is wrong with them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import Replay, play
from xnet.atomic_files import write_json
from xnet.engine.networks.network import Network, Neuron
from xnet.runs import Run, create_run
from xnet.tables.column_conversion import possible_conversions, with_conversions
from xnet.tables.reading import read_table
from xnet.ui.session import state

Open = Callable[..., AppTest]
Make = Callable[..., Run]


@pytest.fixture
def replay(make_run: Make) -> Replay:
    return play(make_run(), state="finished", stop_reason="budget")


def value(at: AppTest) -> float:
    return float(next(m.value for m in at.metric if m.label == "period"))


def upload(at: AppTest, content: bytes, name: str = "new.csv") -> AppTest:
    at.segmented_control(key=state.PREDICT_BY).set_value("A table").run()
    at.file_uploader(key=state.PREDICT_UPLOAD).upload(name, content)
    return at.run()


def answer(at: AppTest) -> float:
    return float(next(m.value for m in at.metric if m.label == "y"))


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
    assert "just started" in at.info[0].value


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
    assert "above the rows of the search" in at.warning[0].value
    at.number_input[0].set_value(-1.0).run()
    assert not at.exception
    assert any(m.value == "no value" for m in at.metric)
    assert len(at.warning) == 2


def test_another_formula_can_be_taken(app: Open, replay: Replay) -> None:
    at = app("pages/predict.py", run=replay.run.id)
    before = value(at)
    box = at.selectbox[0]
    assert "★" in box.format_func(box.value) if box.format_func else True
    at.session_state[state.SELECTED_FORMULA] = (replay.run.id, replay.front()[0]["text"])
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
    assert list(found.columns) == ["period by the formula", "typical error", "remarks", "name", "Distance",
                                   "line of the file"]
    assert found["typical error"].notna().tolist() == [True, True, False], "a row without a value has no error"
    assert [bool(text) for text in found["remarks"]] == [False, True, True]
    said = texts(at)
    assert f"Typical error: {found['typical error'][0]:.3g} (root mean square error in 8 held-out rows)" in said
    assert "2 predictions" in said
    assert "was taken for" in said
    assert "a value is missing there" in said
    assert at.get("download_button")


def test_the_file_of_the_search_is_read_with_the_names_of_its_own_columns(app: Open, make_run: Make) -> None:
    """Data takes the unit out of a name: the column "distance [km]" is called distance in the search."""
    run = make_run()
    changes = {"version": 1, "list": [{"kind": "rename_column", "old": "distance [km]", "new": "distance"}]}
    write_json(run.folder / "config.json", run.config | {"changes": changes})
    play(Run(run.folder), state="finished", stop_reason="budget")
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"Notes": ["Prepared by finance"]}).to_excel(writer, sheet_name="Read me", index=False)
        pd.DataFrame({"distance [km]": [4.0, 9.0]}).to_excel(writer, sheet_name="Ways", index=False)
    at = upload(app("pages/predict.py", run=run.id), book.getvalue(), "new.xlsx")
    assert not at.error
    assert table(at)["period by the formula"].notna().all()
    assert "Read the sheet 'Ways'; the workbook has 2." in texts(at).replace("\\", "")


def test_text_in_a_cell_is_called_text(app: Open, replay: Replay) -> None:
    rows = "".join(f"{k}\n" for k in range(5, 25))
    at = upload(app("pages/predict.py", run=replay.run.id), f"distance\nabc\n{rows}".encode())
    said = texts(at).replace("\\", "")
    assert "text where a number is needed: line 2, 'distance' ('abc')" in said
    assert "missing there" not in said


@pytest.mark.parametrize(("content", "says"), [
    (b"speed,mass\n1,2\n", "lacks the column"), (b"distance,mass\nfar,2\nnear,3\n", "the formula needs numbers"),
    (b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
])
def test_a_table_that_does_not_fit_gets_one_sentence(app: Open, replay: Replay, content: bytes, says: str) -> None:
    at = upload(app("pages/predict.py", run=replay.run.id), content)
    assert not at.exception
    (error,) = at.error
    assert says in error.value
    at.file_uploader(key=state.PREDICT_UPLOAD).set_value(None).run()
    assert at.error == []


DAYS = pd.date_range("2021-03-11", periods=40)


def made_run(way: str) -> Run:
    """A run whose formula x0 + x1 reads a column made of dates or times and one made of text."""
    cells = [f"{k % 24:02d}:30" for k in range(40)] if way == "hours" else [f"{day:%d.%m.%Y}" for day in DAYS]
    read = read_table("when,colour,y\n" + "".join(
        f"{cell},{'green' if k % 3 else 'red'},{k}\n" for k, cell in enumerate(cells)))
    table = with_conversions(read, [w for w in possible_conversions(read) if w.way in (way, "labels")])
    run = create_run(table.frame, target="y", inputs=list(table.derived), source="t", holdout_fraction=0,
                     derived={c: r.to_config() for c, r in table.derived.items()})
    sum_of_two = Network((Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("add", (0, 1))), (), 2)
    replay = Replay(run)
    replay.rows = [(sum_of_two, "given")]
    replay.step("finished", "budget")
    return run


def test_a_label_and_a_date_are_asked_for_as_the_table_had_them(app: Open, own_runs: Path) -> None:
    at = app("pages/predict.py", run=made_run("days").id)
    assert not at.exception
    assert not at.number_input
    (label,) = (box for box in at.selectbox if box.label == "colour")
    assert (label.options, label.value) == (["green", "red"], "green"), "the label of most rows"
    (day,) = at.date_input
    assert day.label == "when"
    assert "range in all rows: 2021-03-11 to 2021-04-19" in texts(at)
    day.set_value(datetime.date(2021, 3, 21))
    label.set_value("red").run()
    assert answer(at) == 11
    assert not at.warning
    at.date_input[0].set_value(datetime.date(2021, 5, 1)).run()
    assert answer(at) == 52
    assert "when is after the rows of the search (2021" in at.warning[0].value.replace("\\", "")


def test_years_and_times_of_day(app: Open, own_runs: Path) -> None:
    at = app("pages/predict.py", run=made_run("years").id)
    at.date_input[0].set_value(datetime.date(2022, 1, 1)).run()
    assert answer(at) == 2022
    at = app("pages/predict.py", run=made_run("hours").id)
    at.time_input[0].set_value(datetime.time(6, 15)).run()
    assert not at.exception
    assert answer(at) == 6.25


@pytest.mark.parametrize("way", ["days", "years", "hours"])
def test_several_rows_have_labels_and_dates_too(app: Open, own_runs: Path, way: str) -> None:
    at = app("pages/predict.py", run=made_run(way).id)
    at.segmented_control(key=state.PREDICT_BY).set_value("Several rows").run()
    assert not at.exception
    found = next(frame.value for frame in at.dataframe if "remarks" in frame.value)
    assert list(found.columns) == ["y by the formula", "typical error", "remarks", "when", "colour"]
    assert "was derived from" not in texts(at), "no news for who typed it"
    assert found["y by the formula"].notna().all()


def test_hostile_names(app: Open, make_run: Make) -> None:
    run = make_run(("__import__('os')", "a`b$c\\frac{", "=cmd|' /C calc'!A0"))
    play(run, state="finished", stop_reason="budget")
    at = app("pages/predict.py", run=run.id)
    assert not at.exception
    at.segmented_control(key=state.PREDICT_BY).set_value("Several rows").run()
    assert not at.exception
    assert not upload(at, b"\"__import__('os')\",b\n4,1\n9,2\n").exception
