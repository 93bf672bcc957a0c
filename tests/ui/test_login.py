"""A login is asked for only where the server wants one, and then nothing else is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import APP, texts
from tests.ui.fake_run import play
from xnet.runs import Run
from xnet.ui.session.login import Login, login_of


@pytest.mark.parametrize(("wanted", "is_set_up", "is_logged_in", "expected"), [
    ("", False, False, Login.OPEN), ("0", True, False, Login.OPEN), ("1", True, False, Login.REQUIRED),
    ("1", True, True, Login.OPEN), ("1", False, False, Login.NOT_SET_UP), ("1", False, True, Login.NOT_SET_UP),
    ("yes", True, False, Login.REQUIRED)])
def test_a_login_is_required(wanted: str, is_set_up: bool, is_logged_in: bool, expected: Login) -> None:
    assert login_of(wanted, is_set_up, is_logged_in) is expected


@pytest.mark.parametrize("is_set_up", [True, False])
def test_nothing_is_shown_before_the_login(is_set_up: bool, make_run: Callable[..., Run],
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XNET_LOGIN", "1")
    run = make_run()
    play(run)
    at = AppTest.from_file(APP, default_timeout=20)
    if is_set_up:
        at.secrets["auth"] = {"client_id": "x"}
    at.switch_page("pages/discover.py")
    at.query_params["run"] = run.id
    at.run()
    assert not at.exception
    assert [button.label for button in at.button] == (["Log in"] if is_set_up else [])
    assert len(at.error) == (not is_set_up)
    assert run.config["target"] not in texts(at)


def test_without_the_variable_nobody_logs_in(app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XNET_LOGIN", raising=False)
    assert not [button for button in app().button if button.key == "log_in"]
