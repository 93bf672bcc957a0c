"""The benchmark of kills: a short run, and that it sees what is lost or worse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.folders import ROOT
from benchmarks.kills.killing import finish, losses, new_run, unreadable


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_searches_lose_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.kills", "--count", "4", "--steps", "12", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines()[-1].endswith("0 lost, 0 worse"), done.stdout + done.stderr
    assert done.returncode == 0


def entry(complexity: int, loss: float) -> dict[str, Any]:
    return {"complexity": complexity, "loss": loss, "text": f"formula of {complexity}"}


@pytest.mark.parametrize(("after", "count"), [
    ([entry(3, 0.5), entry(5, 0.1)], 0), ([entry(2, 0.5), entry(4, 0.05)], 0), ([entry(5, 0.1)], 1), ([], 2),
    ([entry(3, 0.5 + 1e-9), entry(5, 0.1)], 0), ([entry(3, 0.51), entry(5, 0.1)], 1), ([entry(3, 0.5)], 1)])
def test_a_formula_that_is_gone_is_seen(after: list[dict[str, Any]], count: int) -> None:
    assert len(list(losses([entry(3, 0.5), entry(5, 0.1)], after))) == count


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    run = new_run(tmp_path, Random(1), 2)
    finish(run)
    assert list(unreadable(run)) == []

    (run.folder / "snapshot.json").write_text("{", encoding="utf-8")
    (run.folder / ".best.json.77.ab").write_text("{", encoding="utf-8")
    found = list(unreadable(run))
    assert any("no formula yet" in line for line in found)
    assert any(".best.json.77.ab" in line for line in found)
