"""What happens when a run's files are taken away, or cannot be written, while somebody looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import APP, texts
from tests.ui.fake_run import play
from xnet import atomic_files, runs
from xnet.errors import XNetError
from xnet.runs import Run
from xnet.ui import home

Open = Callable[..., AppTest]
Make = Callable[..., Run]


def full_disk(path: Path, content: bytes) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("button", ["pause", "stop", "more_1"])
def test_a_command_that_cannot_be_sent_is_reported(app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch,
                                                       button: str) -> None:
    run = make_run()
    play(run, state="running")
    at = app("pages/discover.py", run=run.id)
    monkeypatch.setattr(atomic_files, "write_bytes", full_disk)
    at.button(key=button).click().run()
    assert not at.exception
    assert "No space left" in at.toast[0].value
    if button != "more_1":
        assert not at.button(key=button).disabled, "the command was not sent, so it can be sent again"


@pytest.mark.parametrize("page", ["pages/discover.py", "pages/results.py", "pages/predict.py", "pages/library.py"])
@pytest.mark.parametrize("state", ["running", "finished"])
def test_a_run_that_is_deleted_meanwhile_is_explained(app: Open, make_run: Make, page: str, state: str) -> None:
    run = make_run()
    play(run, state=state)
    at = app(page, run=run.id)
    shutil.rmtree(run.folder)
    at.run()
    assert not at.exception
    on_library = page == "pages/library.py"
    assert ("There are no searches yet" if on_library else "There is no search with this address") in texts(at)
    assert at.button(key="empty_example")


def test_a_button_of_a_run_that_is_deleted_meanwhile(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="running")
    at = app("pages/discover.py", run=run.id)
    shutil.rmtree(run.folder)
    at.button(key="stop").click().run()
    assert not at.exception
    assert "There is no search with this address" in texts(at)


@pytest.mark.parametrize(("page", "state", "button"), [
    ("discover", "finished", "again"), ("discover", "finished", "repeat_step_by_step"), ("discover", "paused", "again"),
    ("discover", "failed", "resume_interrupted"), ("results", "finished", "again"), ("library", "finished", "again"),
    ("setup", "finished", "table_of_search")])
def test_a_button_that_starts_from_a_run_that_is_deleted_meanwhile(app: Open, make_run: Make, page: str, state: str,
                                                                   button: str) -> None:
    """The run was deleted in another window; callbacks run outside of the page, which would catch the error."""
    run = make_run()
    play(run, state=state)
    at = app(f"pages/{page}.py", run=run.id)
    shutil.rmtree(run.folder)
    at.button(key=button).click().run()
    assert not at.exception
    assert "it was deleted" in at.toast[0].value


def test_rows_that_are_gone_are_explained(make_run: Make) -> None:
    run = make_run()
    (run.folder / "data.csv").unlink()
    with pytest.raises(XNetError, match=r"data\.csv of its folder is missing"):
        run.problem()


def test_an_error_on_a_page_is_shown_as_a_sentence(make_run: Make,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run()
    (run.folder / "data.csv").unlink()
    monkeypatch.setattr(home, "home_page", run.problem)
    at = AppTest.from_file(APP, default_timeout=20).run()  # through app.py, which alone catches it
    assert not at.exception
    assert "of its folder is missing" in at.error[0].value


def test_sharing_that_cannot_be_ended_says_so(app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run()
    play(run, state="finished")
    runs.share(run)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system")

    at = app("pages/results.py", run=run.id)
    monkeypatch.setattr(Path, "unlink", refuse)
    at.button(key="end_sharing").click().run()
    assert not at.exception
    assert any("The link still works" in error.value for error in at.error)
