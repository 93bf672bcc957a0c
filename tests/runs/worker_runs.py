"""Runs for worker processes, and what they have come to."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet.runs import create_run
from xnet.runs.run import Run

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60.0


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """What `condition` gives as soon as it is true; fails the test if that takes too long."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.02)
    return pytest.fail(f"waited {WAIT_S:g} s for {what}")


def make_run(root: Path, *, easy: bool = False, seconds: float = 60, n_jobs: int = 1,
             steps: int | None = None) -> Run:
    """A run that ends by itself in a moment (easy), or would go on for a minute (noise)."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = X[:, 0] + X[:, 1] if easy else rng.normal(size=200)
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=y)
    return create_run(frame, target="y", inputs=["a", "b", "c"], source="test", seconds=seconds, n_jobs=n_jobs,
                      steps=steps, root=root)


def state(run: Run) -> str:
    return str(run.status()["state"])


def running(run: Run) -> bool:
    snapshot = run.snapshot()
    return snapshot is not None and snapshot["state"] == "running"
