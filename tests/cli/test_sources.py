"""Tables that are no files of this computer."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from xnet.cli.columns import open_table
from xnet.cli.main import main


@pytest.mark.parametrize(("source", "says"), [
    ("https://example.com/a.csv", "downloads nothing: save the file, and give its path"),
    ("s3://bucket/a.parquet", "is an address")])
def test_addresses_are_not_taken_for_files(source: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", source, "--target", "y"]) == 2
    assert says in capsys.readouterr().err


def test_a_minus_is_the_standard_input(tmp_path: Path) -> None:
    (tmp_path / "piped.csv").write_text("x,y\n" + "".join(f"{k},{k * k}\n" for k in range(9)))
    before = os.dup(0)
    with (tmp_path / "piped.csv").open() as file:
        os.dup2(file.fileno(), 0)
        try:
            assert list(open_table("-").frame.columns) == ["x", "y"]
        finally:
            os.dup2(before, 0)
            os.close(before)


def test_states_may_be_separated_by_commas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--target and --inputs took such a list; --state said that there is no column 'x,v'."""
    times = [0.05 * k for k in range(60)]
    rows = "\n".join(f"{t:.4f},{math.cos(t):.8f},{-math.sin(t):.8f}" for t in times)
    (tmp_path / "t.csv").write_text(f"t,x,v\n{rows}\n")
    assert main(["dynamics", str(tmp_path / "t.csv"), "--time", "t", "--state", "x,v", "--steps", "2"]) == 0
    assert "d v/dt = -x" in capsys.readouterr().out
