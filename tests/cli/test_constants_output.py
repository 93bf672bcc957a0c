"""The constants in the output of `discover`: printed and fitted, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main


@pytest.fixture
def line(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.5, 3.0, 80)
    y = 2.37 * x + 1.13 + rng.normal(0, 0.02, 80)
    path = tmp_path / "line.csv"
    path.write_text("x,y\n" + "\n".join(f"{a!r},{b!r}" for a, b in zip(x.tolist(), y.tolist(), strict=True)) + "\n")
    return path


def test_constants_are_printed_with_their_errors(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(line), "--target", "y", "--steps", "2", "--seconds", "60"]) == 0
    text = capsys.readouterr().out

    assert "Constants, fitted to all rows (95 % interval):" in text
    assert "; fitted 2.3" in text
    assert " ± " in text


def test_constants_are_in_the_json(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(line), "--target", "y", "--steps", "2", "--seconds", "60", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["constants"]

    assert found
    assert set(found[0]) == {"name", "value", "fitted", "error", "low", "high", "method"}
