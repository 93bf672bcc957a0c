"""The Library page: empty, damaged, one run, several side by side, notes, a formula of one's own, deleting."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import drawings, texts
from tests.ui.fake_run import Replay, play
from xnet import runs
from xnet.runs import Run
from xnet.runs.catalogue import CatalogueEntry
from xnet.runs.notes import read_note
from xnet.ui.library.compare import comparison_table
from xnet.ui.session import state

Open = Callable[..., AppTest]
Make = Callable[..., Run]


@pytest.fixture
def two(make_run: Make) -> tuple[Run, Run]:
    """An ended search of six steps, and one of four."""
    made = make_run(), make_run(("distance", "mass", "year"))
    for run, steps in zip(made, (6, 4), strict=True):
        play(run, steps=steps, state="finished", stop_reason="budget")
    return made


def chosen(app: Open, run: Run) -> AppTest:
    at = app("pages/library.py")
    at.session_state[state.LIBRARY_RUN] = run.id
    return at.run()


def test_an_empty_library_says_what_to_do(app: Open, own_runs: Path) -> None:
    at = app("pages/library.py")
    assert not at.exception
    assert at.button(key="empty_example")
    damaged = own_runs / "a_damaged_run_folder"
    damaged.mkdir(parents=True)
    (damaged / "config.json").write_text("{")
    at = app("pages/library.py")
    assert not at.exception
    assert "cannot be read: a\\_damaged\\_run\\_folder" in texts(at)


def test_all_runs_in_one_table(app: Open, two: tuple[Run, Run]) -> None:
    at = app("pages/library.py")
    assert not at.exception
    table = at.dataframe[0].value
    assert sorted(table["Target"]) == ["period", "year"]
    assert set(table["State"]) == {"Finished"}
    assert at.selectbox(key=state.LIBRARY_RUN).value == runs.list_runs()[0].id


def test_a_run_is_opened(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[0]).button(key="open_run").click().run()
    assert not at.exception
    assert at.query_params["run"] == two[0].id


def test_two_side_by_side(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[0])
    at.multiselect(key=state.LIBRARY_COMPARED).set_value([two[1].id]).run()
    assert not at.exception
    assert "have different data" in texts(at)
    assert len(at.get("plotly_chart")) == 2, "fronts, and losses over time"
    assert len(drawings(at)) == 2
    assert "Both searches have the same settings" in texts(at)
    at.session_state[state.LIBRARY_RUN] = two[1].id  # compared with itself: the comparison goes
    at.run()
    assert not at.exception
    assert at.get("plotly_chart") == []


def test_any_number_of_searches_is_compared(app: Open, make_run: Make) -> None:
    first = make_run()
    others = [runs.create_run(first.data(), target="period", inputs=["distance", "mass"], source="a table", seed=seed)
              for seed in (1, 2, 3)]
    for run in (first, *others):
        play(run, state="finished", stop_reason="budget")
    at = chosen(app, first)
    at.multiselect(key=state.LIBRARY_COMPARED).set_value([run.id for run in others]).run()
    assert not at.exception
    table = next(frame.value for frame in at.dataframe if "Search" in frame.value)
    assert [name[0] for name in table["Search"]] == ["A", "B", "C", "D"]
    assert list(table.columns[1:3]) == ["R², training rows", "R², held-out rows"]
    fronts, losses = (json.loads(chart.proto.spec)["data"] for chart in at.get("plotly_chart"))
    assert [line["name"] for line in losses] == ["A", "B", "C", "D"]
    assert len({line["line"]["color"] for line in fronts}) == 4
    settings = next(frame.value for frame in at.dataframe if "Setting" in frame.value)
    assert list(settings.columns) == ["Setting", "A", "B", "C", "D"]
    at.multiselect(key=state.LIBRARY_COMPARED).set_value([others[0].id]).run()
    assert len(next(frame.value for frame in at.dataframe if "Search" in frame.value)) == 2, "removed again"


def test_scores_that_are_compared_differ_in_their_text() -> None:
    def entry(r2: float) -> CatalogueEntry:
        return CatalogueEntry(Run(Path("x")), "finished", {"name": "n"}, datetime.now(), "", r2_train=r2,
                              r2_holdout=r2, text="y = x", complexity=1)

    table = comparison_table({"A": entry(0.99031), "B": entry(0.99034), "C": entry(0.5)})
    assert list(table["R², training rows"]) == ["0.99031", "0.99034", "0.500"]


def test_searches_that_agree_say_so(app: Open, make_run: Make) -> None:
    first = make_run()
    others = [runs.create_run(first.data(), target="period", inputs=["distance", "mass"], source="a table", seed=seed)
              for seed in (1, 2)]
    for run in (first, *others):
        play(run, state="finished", stop_reason="budget")
    assert "All 3 searches on these data" in texts(chosen(app, first))


def test_a_note_is_kept(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[0])
    at.text_area[0].set_value("Kepler?").run()
    assert not at.exception
    assert read_note(two[0]) == "Kepler?"
    assert "Kepler?" in list(at.dataframe[0].value["Note"])


@pytest.mark.parametrize(("text", "says"), [("a*distance**1.5", ""), ("distance*(", "cannot be read"),
                                           ("speed", "names 'speed'"), ("log(-distance)", "")])
def test_a_formula_typed_by_the_user_is_scored(app: Open, two: tuple[Run, Run], text: str, says: str) -> None:
    at = chosen(app, two[0])
    box = next(t for t in at.text_input if str(t.key).startswith(state.USER_FORMULA))
    box.set_value(text).run()
    assert not at.exception
    if says:
        assert says in at.error[0].value.replace("\\", "")
        return
    scores = next(frame.value for frame in at.dataframe if "Formula" in frame.value and len(frame.value.columns) == 8)
    assert list(scores["Formula"]) == ["Your formula", "Best of the search"]
    if "log" in text:
        assert list(scores["Rows without a value"]) == [40, 0]
    else:
        assert float(scores["R², training rows"][0]) > 0.999
    assert "The search learnt from 32 training rows; 8 rows were held out" in texts(at).replace("\\", "")


def test_letters_that_take_too_long_are_refused(app: Open, two: tuple[Run, Run],
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty letters took minutes of the server; they are fitted in a process of their own, with a limit."""
    monkeypatch.setattr("xnet.limited_process.SECONDS", 1)
    text = "+".join(f"a{k}*sin(b{k}*distance + c{k})" for k in range(20))
    at = chosen(app, two[0])
    next(t for t in at.text_input if str(t.key).startswith(state.USER_FORMULA)).set_value(text).run(timeout=30)
    assert not at.exception
    assert "The letters of this formula take more than" in at.error[0].value


def test_the_example_of_a_formula_of_your_own_has_letters_that_are_no_columns(app: Open, make_run: Make) -> None:
    run = make_run(("a", "b", "c"))
    play(run)
    at = chosen(app, run)
    box = next(t for t in at.text_input if str(t.key).startswith(state.USER_FORMULA))
    assert box.placeholder == "such as d*a + f"
    assert "Letters such as d, f and g are fitted" in texts(at)


def test_duplicate_and_change_goes_to_setup(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[1]).button(key="again").click().run()
    assert not at.exception
    assert at.session_state[state.TARGET] == "year"


def test_deleting_asks_first(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[0]).button(key="delete_run").click().run()
    assert not at.exception
    assert "will be deleted" in texts(at)
    assert two[0].folder.exists()
    at.button(key="really_delete").click().run()
    assert not at.exception
    assert not two[0].folder.exists()
    assert [run.id for run in runs.list_runs()] == [two[1].id]
    assert at.selectbox(key=state.LIBRARY_RUN).value == two[1].id


def test_a_running_search_is_not_deleted(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run)
    at = chosen(app, run).button(key="delete_run").click().run()
    assert not at.exception
    assert "Stop the search before you delete it" in texts(at)
    assert "will be deleted" not in texts(at)
    assert not any(b.key == "really_delete" for b in at.button)


def test_a_search_that_was_continued_meanwhile_is_not_deleted(app: Open, two: tuple[Run, Run]) -> None:
    at = chosen(app, two[0]).button(key="delete_run").click().run()
    Replay(two[0]).step("running")
    at.button(key="really_delete").click().run()
    assert not at.exception
    assert "still searching" in texts(at)
    assert two[0].folder.exists()


def test_hostile_names(app: Open, make_run: Make) -> None:
    for _ in range(2):
        run = make_run(("__import__('os')", "a`b$c\\frac{", "=cmd|' /C calc'!A0"))
        play(run, state="finished", stop_reason="budget")
    at = app("pages/library.py")
    assert not at.exception
    other = next(r.id for r in runs.list_runs() if r.id != at.selectbox(key=state.LIBRARY_RUN).value)
    at.multiselect(key=state.LIBRARY_COMPARED).set_value([other]).run()
    assert not at.exception
