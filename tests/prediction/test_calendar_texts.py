"""New rows with names of months, seasons or dates of digits, of which there are too few to recognise the column."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet.cli.main import main

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(("cells", "new", "expected", "options"), [
    (MONTHS, "Jul", "22.0", []), ([f"{1990 + k}/{(91 + k) % 100:02d}" for k in range(12)], "1996/97", "22.0", []),
    ([f"202001{k + 1:02d}" for k in range(12)], "20200107", "22.0", ["--convert", "t:days"])],
    ids=["months", "seasons", "digits"])
def test_a_single_new_row_is_read_as_in_the_search(tmp_path: Path, capsys: pytest.CaptureFixture[str], cells: list[str],
                                                   new: str, expected: str, options: list[str]) -> None:
    (tmp_path / "t.csv").write_text("t,y\n" + "\n".join(f"{cell},{3 * k + 4}" for k, cell in enumerate(cells)))
    (tmp_path / "new.csv").write_text(f"t\n{new}\n")
    out = tmp_path / "out"
    found = main(["discover", str(tmp_path / "t.csv"), "--target", "y", "--steps", "8", "--out", str(out), *options])
    assert found == 0
    capsys.readouterr()
    assert main(["predict", str(out / "formula.json"), str(tmp_path / "new.csv")]) == 0
    assert f"{new},2,{expected}" in capsys.readouterr().out
