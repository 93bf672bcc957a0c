"""A reload begins a new session: it finds the uploaded table and the choices about it by the token in its address."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.data_page import Open, paste
from tests.ui.fake_run import play
from xnet import runs
from xnet.runs import Run
from xnet.tables.reading import read_table
from xnet.ui.session import kept_tables, state
from xnet.ui.session.kept_tables import PARAMETER

TEXT = "length (cm),width (cm),kind,area\n" + "".join(
    f"{1 + k % 7},{2 + k % 5},{'ab'[k % 2]},{(1 + k % 7) * (2 + k % 5)}\n" for k in range(40))


@pytest.fixture
def first(app: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(kept_tables, "_entries", type(kept_tables._entries)())
    at = paste(app("pages/data.py"), TEXT)
    at.multiselect(key=state.INPUTS).set_value(["width"]).run()
    assert not at.exception
    return at


def token(at: AppTest) -> str:
    found = at.query_params[PARAMETER]  # a list once AppTest has run a page again
    return str(found if isinstance(found, str) else found[-1])


def test_the_address_of_a_table_that_is_gone_says_so(first: AppTest, app: Open) -> None:
    again = app("pages/data.py", **{PARAMETER: "forgotten"})
    assert "not kept any more" in again.info[0].value
    paste(again, TEXT)
    assert not again.info
    assert not app("pages/data.py").info


@pytest.mark.parametrize("page", [f"pages/{name}.py" for name in ("data", "setup", "home", "results", "library")])
def test_a_reload_finds_the_table_and_its_choices(first: AppTest, app: Open, page: str) -> None:
    again = app(page, **{PARAMETER: token(first)})
    assert not again.exception
    assert again.session_state[state.INPUTS] == ["width"]
    assert [change.new for change in again.session_state[state.CHANGES]] == ["length", "width"]
    assert token(again) != token(first), "the sessions do not share an entry"
    if page == "pages/data.py":
        again.button(key="undo_0").click().run()
        assert [change.new for change in first.session_state[state.CHANGES]] == ["length", "width"]


def test_a_reload_of_setup_keeps_the_settings(first: AppTest, app: Open) -> None:
    first.switch_page("pages/setup.py").run()
    first.number_input(key=state.SECONDS).set_value(77).run()
    first.multiselect(key=state.FORBIDDEN).set_value(["width"]).run()
    again = app("pages/setup.py", **{PARAMETER: token(first)})
    assert not again.exception
    assert again.number_input(key=state.SECONDS).value == 77
    assert again.multiselect(key=state.FORBIDDEN).value == ["width"]
    assert "Current settings: 1 min 17 s" in texts(again)


def test_a_reload_of_a_search_keeps_search_and_table(first: AppTest, app: Open, make_run: Callable[..., Run]) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    again = app("pages/results.py", run=run.id, **{PARAMETER: token(first)})
    assert not again.exception
    assert again.session_state[state.INPUTS] == ["width"]
    assert run.id in again.query_params["run"]
    assert token(again) != token(first)
    again.switch_page("pages/predict.py").run()
    assert run.id in again.query_params["run"]
    assert token(again)


def test_the_address_of_a_search_shared_for_reading_holds_no_key(
        first: AppTest, app: Open, make_run: Callable[..., Run]) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    first.query_params.clear()
    first.query_params["view"] = runs.share(run)
    for page in ("pages/results.py", "pages/discover.py"):  # the second page by the session's memory
        first.switch_page(page).run()
        assert "view" in first.query_params
        assert PARAMETER not in first.query_params


def test_everything_that_a_new_table_resets_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, object] = {}
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state=held))
    state.set_table(read_table(TEXT))
    assert set(held) - {*kept_tables._KEYS} == set()


def test_nobody_gets_a_table_without_its_token_or_after_a_while(
        first: AppTest, app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state.TABLE not in app("pages/data.py", **{PARAMETER: "guessed"}).session_state
    assert len(token(first)) >= 20
    later = time.monotonic() + kept_tables.LONGEST_S + 1
    monkeypatch.setattr(kept_tables.time, "monotonic", lambda: later)
    assert state.TABLE not in app("pages/data.py", **{PARAMETER: token(first)}).session_state


def test_the_oldest_tables_go_when_the_memory_for_them_is_full(
        first: AppTest, app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    size = next(iter(kept_tables._entries.values())).bytes
    assert size > 40 * 3 * 8
    monkeypatch.setattr(kept_tables, "MOST_BYTES", int(1.5 * size))
    paste(app("pages/data.py"), TEXT)
    assert list(kept_tables._entries) != [token(first)]
    assert len(kept_tables._entries) == 1


def test_setup_without_a_table_offers_that_of_the_open_search(app: Open, make_run: Callable[..., Run]) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    at = app("pages/setup.py", run=run.id).button(key="table_of_search").click().run()
    assert not at.exception
    assert "No table is open" not in texts(at)
    assert "Explain **period** from distance, mass" in texts(at)
    shared = app("pages/setup.py", view=runs.share(run))
    assert "table_of_search" not in [button.key for button in shared.button]
