"""The tab Permutation check: the button, the progress and the result."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet import runs
from xnet.evidence.permutation_check import PermutationCheck
from xnet.runs import Run, share
from xnet.runs.permutation import ask_for_check, read_permutation, save_check

Open = Callable[..., AppTest]
RESULTS = "pages/results.py"


@pytest.fixture
def run(make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    run.write_status("finished", "Done.")
    monkeypatch.setattr(runs, "launch_check", lambda run, n_shuffled: ask_for_check(run, n_shuffled, os.getpid()))
    return run


def test_the_button_starts_the_check_and_its_progress_can_be_stopped(app: Open, run: Run) -> None:
    at = app(RESULTS, run=run.id)
    assert "How often would shuffled rows give as good a formula?" in texts(at)
    at.button_group[0].set_value([99]).run() if at.button_group else None
    at.button(key="permutation_start").click().run()
    assert not at.exception
    record = read_permutation(run)
    assert record is not None
    assert record["state"] == "running"
    assert "permutation_start" not in [button.key for button in at.button]
    at.button(key="permutation_stop").click().run()
    assert not at.exception
    after = read_permutation(run)
    assert after is not None
    assert after["state"] == "stopped"
    assert at.button(key="permutation_start")


@pytest.mark.parametrize(("shuffled", "badge"), [((0.0,) * 19, None), ((0.99,) * 19, "Plausible")])
def test_the_result_is_in_the_tab_and_in_the_verdict(app: Open, run: Run, shuffled: tuple[float, ...],
                                                     badge: str | None) -> None:
    save_check(run, PermutationCheck(0.95, shuffled, 8, 0), of_bundle=badge is None)
    said = texts(app(RESULTS, run=run.id)).replace("\\", "")
    count = "none" if badge is None else "19"
    assert said.count(f"Permutation check: {count} of 19 tables with a shuffled target") == 2
    assert "explains 95.0 % of the leave-one-out loss of a constant" in said
    assert f"in the shuffled tables {100 * max(shuffled):.1f} % at most" in said
    assert ("it was not computed here" in said) == (badge is None)
    assert badge is None or badge in said


def test_why_a_check_failed_is_said(app: Open, run: Run) -> None:
    ask_for_check(run, 19, 2**22 + 12345)
    assert "The check ended unexpectedly" in texts(app(RESULTS, run=run.id))


def test_the_check_waits_for_the_end_of_the_search(app: Open, make_run: Callable[..., Run]) -> None:
    run = make_run()
    play(run, state="running")
    at = app(RESULTS, run=run.id)
    assert at.button(key="permutation_start").disabled
    assert "The check can start when the search has ended." in texts(at)


def test_a_link_for_reading_shows_the_result_and_no_button(app: Open, run: Run) -> None:
    at = app(RESULTS, view=share(run))
    assert not at.exception
    assert "permutation_start" not in [button.key for button in at.button]
    assert "This search has not been checked." in texts(at)
