"""A run of the tests without a browser says in its last line what was left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "1"])
def test_without_chromium_the_last_line_names_the_tests_that_were_left_out(workers: str) -> None:
    command = [sys.executable, "-m", "pytest", "-n", workers, "-p", "no:cacheprovider", "-m", "e2e",
               "tests/e2e/test_drawing.py"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"XNET_CHROMIUM": "/nowhere/chromium"}, text=True,
                          capture_output=True, check=False)

    *_, summary, last = done.stdout.strip().splitlines()
    assert done.returncode == 0
    assert " passed" not in summary
    assert last.startswith(f"Left out: {summary.split(' skipped')[0].split()[-1]} tests in a browser (tests/e2e)")
    assert "apt-get install chromium" in last
