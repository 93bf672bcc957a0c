"""The replay: what a run keeps of its best networks, and the tab that shows them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet.runs import Run, frames_file
from xnet.runs.frames_file import ATTEMPT, ATTEMPTS, FILE, FrameWriter, read_frames, with_attempts

Make, Open = Callable[..., Run], Callable[..., AppTest]


def record(run: Run, steps: int = 4) -> None:
    """A run that ended, with a frame for each of its networks."""
    played = play(run, steps=steps, state="finished", stop_reason="budget")
    writer = FrameWriter(run)
    for k, row in enumerate(played.nets):
        writer.add(played.drawn(row, played.ids), seconds=k + 0.25, step=k, reason=f"reason *{k}*")


def test_a_run_without_frames_says_so(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    at = app("pages/results.py", run=run.id)

    assert not at.exception
    assert any("has no record of its best networks" in info.value for info in at.info)


def test_the_slider_goes_through_the_networks(app: Open, make_run: Make) -> None:
    run = make_run()
    record(run)
    at = app("pages/results.py", run=run.id)
    slider = next(s for s in at.slider if s.label == "Best network number")

    assert (slider.min, slider.max, slider.value) == (1, 4, 4)
    slider.set_value(2).run()
    assert not at.exception
    assert r"2 of 4 · after 1.2 s · reason \*1\*" in texts(at)


@pytest.mark.slow
def test_play_goes_through_the_networks_and_repeats_if_asked(
        app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("xnet.ui.results.replay_tab.time.monotonic", lambda: clock[0])
    run = make_run()
    record(run)
    at = app("pages/results.py", run=run.id)

    def position() -> int:
        return int(next(s for s in at.slider if s.label == "Best network number").value)

    def wait() -> int:
        clock[0] += 1.5
        at.run()
        return position()

    at.button(key="replay_play").click().run()
    assert position() == 1, "from the beginning if the last network is shown"
    assert [wait(), wait(), wait()] == [2, 3, 4]
    at.toggle(key="replay_loop").set_value(True).run()
    assert wait() == 1
    at.button(key="replay_pause").click().run()
    assert wait() == 1
    assert not at.exception


def test_frames_are_bounded_and_keep_both_ends(make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_file, "MAX_FRAMES", 8)
    run = make_run()
    writer = FrameWriter(run)
    for k in range(100):
        writer.add({"text": "\u2028é"}, seconds=k, step=k, reason="")
        frames = read_frames(run)
        assert len(frames) <= 8
        assert (frames[0]["step"], frames[-1]["step"]) == (0, k)
    assert frames[-1]["net"] == {"text": "\u2028é"}


def test_a_line_being_written_is_left_out_and_a_new_try_starts_afresh(make_run: Make) -> None:
    run = make_run()
    record(run)
    with (run.folder / FILE).open("ab") as file:
        file.write('{"seconds": 9, "é'.encode()[:-1])

    assert len(read_frames(run)) == 4
    FrameWriter(run)
    assert read_frames(run) == []


def test_attempts_stand_between_the_best_networks(app: Open, make_run: Make) -> None:
    run = make_run()
    record(run)
    played = play(run, steps=6, state="finished", stop_reason="budget")
    at = app("pages/results.py", run=run.id)
    assert not [toggle for toggle in at.toggle if "attempts" in toggle.label], "no record of attempts"
    writer = FrameWriter(run, file=ATTEMPTS)
    for seconds, row in ((0.5, played.nets[4]), (1.5, played.nets[5]), (3.25, played.nets[3])):
        writer.add(played.drawn(row, played.ids), seconds=seconds, step=9, reason="")
    at = app("pages/results.py", run=run.id)
    next(toggle for toggle in at.toggle if "attempts" in toggle.label).set_value(True).run()
    slider = next(s for s in at.slider if s.label == "Network number")
    assert (slider.min, slider.max) == (1, 6), "one attempt is the best network that was just found"
    slider.set_value(2).run()
    assert not at.exception
    assert "2 of 6 · after 0.5 s · tried, not kept" in texts(at)


def test_neurons_keep_their_ids_from_a_best_network_to_an_attempt(make_run: Make) -> None:
    run = make_run()
    record(run)
    best = read_frames(run)
    merged = with_attempts(best[:2], [{**best[2], "seconds": 0.5}])
    assert [frame["reason"] for frame in merged] == ["reason *0*", ATTEMPT, "reason *1*"]
    kept = [set(a["net"]["ids"]) & set(b["net"]["ids"]) for a, b in pairwise(merged)]
    assert all(kept)
