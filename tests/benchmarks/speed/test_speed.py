"""Speed of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed import command
from benchmarks.speed.scaling import Scaling, scaling
from tests.benchmarks.helpers import rows_of


def test_the_speed_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "scaling", lambda kind, cases, *rest: [Scaling(kind, *case, 2.0, 2, 100.0, 1.0)
                                                                     for case in cases])
    command.main(["--quick", "--only", "columns", "--csv", str(tmp_path / "o.csv")])
    assert [row["columns"] for row in rows_of(tmp_path / "o.csv")] == ["2", "10"]
    assert "columns (2 steps)" in capsys.readouterr().out


@pytest.mark.slow
def test_a_case_of_scaling_fails_alone():
    good, bad = scaling("columns", [(100, 3, 1), (100, 0, 1)], 0, 2, 0)
    assert (good.steps, good.ratio, good.failure) == (2, 1.0, "")
    assert good.seconds > 0
    assert "IndexError" in bad.failure
