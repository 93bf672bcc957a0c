"""What `discover` prints is there before its files are written: a full disk costs the files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet.cli.main import main


@pytest.mark.slow
@pytest.mark.parametrize(("target", "more", "blocked", "printed"), [
    ("code", ["--classify", "--seconds", "1"], "classes.py", "log-odds of 1 = "),
    ("a", ["--refit", "--steps", "1"], "formula_all_rows.txt", "a = ")])
def test_results_are_printed_before_files_are_written(target: str, more: list[str], blocked: str, printed: str,
                                                      tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fruit = tmp_path / "fruit.csv"
    fruit.write_text("a,b,code\n" + "".join(f"{0.1 * i},{0.3 * i + i % 3},{i // 20}\n" for i in range(40)))
    (tmp_path / "out" / blocked).mkdir(parents=True)

    code = main(["discover", str(fruit), "--target", target, "--inputs", "b", *more, "--out", str(tmp_path / "out")])

    assert code != 0
    assert printed in capsys.readouterr().out
