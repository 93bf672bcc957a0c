"""What a run records of a step in which several networks were better than the best one, one after the other."""

from __future__ import annotations

from pathlib import Path

from tests.runs.fakes import ENTRIES, FakeEvent
from tests.runs.worker_runs import make_run
from xnet.engine import start
from xnet.runs.frames_file import read_frames
from xnet.runs.recording import Recorder


def test_a_frame_names_every_improvement_of_its_step(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    problem = run.problem()
    first, second, again = FakeEvent(1, 0.2, ENTRIES[0]), FakeEvent(2, 0.2, ENTRIES[1]), FakeEvent(2, 0.2, ENTRIES[1])
    recorder = Recorder(run, problem)
    recorder.record(start(problem), (first, second, again))
    assert [frame["reason"] for frame in read_frames(run)] == ["rung 1; rung 2"]
    assert [line["text"] for line in recorder.feed] == ["rung 1", "rung 2", "rung 2"]
