from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.dynamics.conftest import system_of
from xnet.cli.main import main
from xnet.dynamics.system import simulate
from xnet.dynamics.trajectories import from_arrays


@pytest.fixture
def decay(tmp_path: Path) -> Path:
    """Two trajectories of x' = -0.5 x."""
    t = np.linspace(0, 5, 40)
    rows = [f"{name},{time},{first * np.exp(-0.5 * time)!r}" for name, first in (("a", 4.0), ("b", -1.0)) for time in t]
    path = tmp_path / "decay.csv"
    path.write_text("run,t,x\n" + "\n".join(rows).replace("np.float64(", "").replace(")", "") + "\n", encoding="utf-8")
    return path


def test_the_system_is_printed_and_written(decay, tmp_path, capsys):
    out = tmp_path / "out"

    code = main(["dynamics", str(decay), "--time", "t", "--state", "x", "--trajectory", "run", "--steps", "3", "--json",
                 "--out", str(out)])

    result = json.loads(capsys.readouterr().out)
    assert code == 0
    assert result["system"]["equations"][0]["formula"] == "-0.5*x"
    assert result["front"][0]["simulated"] == "whole"
    assert {path.name for path in out.iterdir()} == {"system.json", "system.py", "system.tex", "system.jl", "system.js"}


def test_the_system_as_text(decay, capsys):
    main(["dynamics", str(decay), "--time", "t", "--state", "x", "--trajectory", "run", "--steps", "3"])

    text = capsys.readouterr().out
    assert text.startswith("d x/dt = -0.5*x\n")
    assert "x: -0.5; fitted -0.50" in text
    assert "x = 0: stable node" in text
    assert "  a: x = 4 at 0\n  b: x = -1 at 0\n" in text
    assert "R² of the simulated trajectories: 1\n" in text  # no word on other states
    assert "The joint front" in text


def test_fixed_points_of_a_driven_system_are_those_at_the_mean_of_its_input(tmp_path, capsys):
    t = np.linspace(0, 10, 41)
    data = from_arrays(t, t, 6 + np.sin(t), states=["temp"], input_names=["heater"])
    rows = simulate(system_of(("temp",), "2*heater - 0.5*temp", inputs=("heater",)), np.array([20.0]), t,
                    data.items[0]).X[:, 0]
    path = tmp_path / "heat.csv"
    pd.DataFrame({"t": t, "heater": data.items[0].U[:, 0], "temp": rows}).to_csv(path, index=False)

    main(["dynamics", str(path), "--time", "t", "--state", "temp", "--input", "heater", "--steps", "2"])

    text = capsys.readouterr().out
    mean = data.held_inputs[0]
    assert f"rows, with heater = {mean:.4g} held (means of the rows; of a switch its more frequent value):" in text
    assert f"temp = {4 * mean:.6g}: stable node" in text


def test_rows_of_noise_alone_show_no_motion(tmp_path, capsys):
    path = tmp_path / "noise.csv"
    pd.DataFrame({"t": range(40), "x": 5 + np.random.default_rng(0).normal(size=40)}).to_csv(path, index=False)

    main(["dynamics", str(path), "--time", "t", "--state", "x", "--steps", "2"])

    assert "The rows do not show that x moves" in capsys.readouterr().out


@pytest.mark.slow
def test_ctrl_c_prints_the_best_system_so_far(decay, capsys, monkeypatch):
    monkeypatch.setattr("xnet.cli.dynamics._Line.__call__", lambda line, progress: press())

    def press() -> bool:
        monkeypatch.undo()
        signal.raise_signal(signal.SIGINT)
        return False

    code = main(["dynamics", str(decay), "--time", "t", "--state", "x", "--trajectory", "run", "--seconds", "600"])

    captured = capsys.readouterr()
    assert code == 0
    assert captured.out.startswith("d x/dt = ")
    assert "interrupted; the best system so far follows" in captured.err


@pytest.mark.parametrize(("options", "sentence"), [
    (["--time", "t", "--state", "x"], "Row 41 of trajectory 1 has the time 0, earlier than row 40"),
    (["--time", "t", "--state", "y"], "There is no column 'y'"),
    (["--time", "run", "--state", "x"], "The values in column 'run' are not all numbers"),
])
def test_bad_input_is_one_sentence(decay, capsys, options, sentence):
    assert main(["dynamics", str(decay), *options]) == 2
    assert sentence in capsys.readouterr().err


def test_dates_are_converted_and_rows_with_gaps_are_left_out(tmp_path, capsys):
    t = np.arange(40)
    dates = [str(day) for day in np.datetime64("2024-02-01") + t]
    cells = [f"{first:.6f}" if k != 7 else "" for k, first in enumerate(5.0 * np.exp(-0.1 * t))]
    path = tmp_path / "cells.csv"
    path.write_text("date,cells\n" + "\n".join(f"{day},{n}" for day, n in zip(dates, cells, strict=True)) + "\n")
    asked = ["dynamics", str(path), "--time", "date", "--state", "cells", "--steps", "2"]
    assert main(asked) == 2
    assert "'date' holds no numbers. Convert it: --convert 'date:days' or 'date:years'." in capsys.readouterr().err
    assert main([*asked, "--convert", "date:days", "--exclude", "cells is missing"]) == 0
    assert capsys.readouterr().out.startswith("d cells/dt = -0.1*cells\n")


def test_a_driving_input_of_two_values_does_not_tell_how_the_law_depends_on_it(tmp_path, capsys):
    t = np.linspace(0, 12, 61)
    on = (t < 5).astype(float) * 4.0
    x = np.where(t < 5, 2.0 * (1 - np.exp(-t)), 2.0 * (1 - np.exp(-5)) * np.exp(-(t - 5)))
    path = tmp_path / "dose.csv"
    pd.DataFrame({"t": t, "dose": on, "x": x}).to_csv(path, index=False)
    main(["dynamics", str(path), "--time", "t", "--state", "x", "--input", "dose", "--steps", "2"])
    assert "dose has only 2 different values in the rows" in capsys.readouterr().out


def test_a_wrong_folder_is_refused_before_the_search_and_a_full_disk_costs_no_result(decay, tmp_path, capsys,
                                                                                     monkeypatch):
    """Both ended the command without a result when the search was over."""
    command = ["dynamics", str(decay), "--time", "t", "--state", "x", "--trajectory", "run", "--steps", "1", "--out"]
    (tmp_path / "file").write_text("in the way")
    assert main([*command, str(tmp_path / "file")]) == 2
    refused = capsys.readouterr()
    assert "cannot be written" in refused.err
    assert "searching" not in refused.err

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xnet.atomic_files.write_text", full)
    assert main([*command, str(tmp_path / "out")]) == 2
    assert capsys.readouterr().out.startswith("d x/dt = ")
