"""A link for reading: the same pages without anything that steers, and without the run's id."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet import runs
from xnet.runs import Run
from xnet.ui.components.share import link
from xnet.ui.session import current_run

Open = Callable[..., AppTest]
Make = Callable[..., Run]
STEERING = {"pause", "resume", "stop", "again", "make_link", "end_sharing"}


@pytest.mark.parametrize("page", ["pages/discover.py", "pages/results.py", "pages/predict.py"])
@pytest.mark.parametrize("run_state", ["running", "paused", "finished"])
def test_a_shared_run_can_be_seen_and_not_steered(app: Open, make_run: Make, page: str, run_state: str) -> None:
    run = make_run()
    play(run, state=run_state)
    token = runs.share(run)
    at = app(page, view=token)
    assert not at.exception
    assert at.header or at.title
    assert not STEERING & {str(button.key) for button in at.button}
    assert at.query_params["view"] == token
    assert "run" not in at.query_params
    assert run.id not in str(at)
    assert all(run.id not in str(element.proto) for element in at.main if hasattr(element, "proto"))


def test_the_way_between_the_pages_keeps_the_link(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    token = runs.share(run)
    at = app("pages/discover.py", view=token).button(key="to_results").click().run()
    assert not at.exception
    assert at.query_params["view"] == token
    at = app("pages/results.py", view=token).button(key="to_live").click().run()
    assert at.query_params["view"] == token
    assert "run" not in at.query_params


@pytest.mark.parametrize("token", ["nobody-shared-anything", "../../etc/passwd", "x"])
def test_an_unknown_link_is_explained(app: Open, make_run: Make, token: str) -> None:
    play(make_run())
    at = app("pages/results.py", view=token)
    assert not at.exception
    assert "There is no search with this address" in at.warning[0].value
    assert at.button(key="empty_example")


def test_a_link_is_made_and_taken_back(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    at = app("pages/results.py", run=run.id)
    assert "nobody can change or stop the search" in texts(at)
    at.button(key="make_link").click().run()
    token = runs.shared_as(run)
    assert token is not None
    assert any(code.value.endswith(f"?view={token}") for code in at.code)
    at.button(key="end_sharing").click().run()
    assert not at.exception
    assert runs.shared_as(run) is None
    assert app("pages/results.py", view=token).warning


def test_a_private_server_separates_sessions(app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = make_run(), make_run(("distance", "mass", "unseen_input"))
    for run in (mine, other):
        play(run, state="finished", stop_reason="budget")
    assert len(app("pages/library.py").dataframe[0].value) == 2
    monkeypatch.setenv("XNET_PRIVATE", "1")
    for page in ("pages/library.py", "pages/home.py"):
        said = texts(app(page))
        assert "unseen_input" not in said
    assert app("pages/library.py").button(key="empty_example")
    at = app("pages/results.py", run=mine.id)
    assert "XNET_PRIVATE" not in texts(at)
    at.switch_page("pages/library.py").run()
    assert list(at.dataframe[0].value["Target"]) == ["period"]
    at = app("pages/results.py", view=runs.share(other))
    at.switch_page("pages/library.py").run()
    assert at.button(key="empty_example"), "what was shared for reading is not listed"


def test_a_link_never_names_the_run() -> None:
    assert link("https://example.org/x/results", "token") == "https://example.org/x/results?view=token"
    assert link(None, "token") == "/results?view=token"


@pytest.mark.parametrize(("address", "private"), [
    ("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True), (None, True),  # noqa: S104
    ("192.168.1.20", True), ("lab.example.org", True)])
def test_sessions_are_separate_unless_the_server_is_for_this_computer(address: str | None, private: bool,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XNET_PRIVATE", raising=False)
    monkeypatch.setattr(current_run.st, "get_option", lambda name: address)
    assert current_run.is_private_server() is private
    monkeypatch.setenv("XNET_PRIVATE", "0")
    assert not current_run.is_private_server()


def test_a_session_deletes_all_of_its_own_searches_and_no_other(app: Open, make_run: Make,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = make_run(), make_run()
    for run in (mine, other):
        play(run, state="finished", stop_reason="budget")
    monkeypatch.setenv("XNET_PRIVATE", "1")
    at = app("pages/results.py", run=mine.id)
    at.switch_page("pages/library.py").run()
    at.button(key="really_delete_all").click().run()
    assert not at.exception
    assert [run.id for run in runs.list_runs()] == [other.id]
    assert at.button(key="empty_example")


def test_a_run_without_its_rows_is_explained(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    (run.folder / "data.csv").unlink()
    at = app("pages/results.py", run=run.id)
    assert not at.exception
    assert "is missing or locked" in texts(at)
