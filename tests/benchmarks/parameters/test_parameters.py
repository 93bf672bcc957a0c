"""X-Net's parameters against those of MLPs."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.mlp import count_parameters
from benchmarks.parameters.command import main
from benchmarks.parameters.ladder import compare, ladder
from benchmarks.parameters.report import closing, line
from tests.benchmarks.helpers import rows_of


def test_the_smallest_mlp_of_a_ladder_and_the_ratios_to_it():
    steps = ladder(3, (2, 4))
    assert [count_parameters(3, h) for h in steps] == sorted(count_parameters(3, h) for h in steps)
    scores = dict(zip(steps, (0.1, 0.9991, 0.2, 0.99995, 0.3, 0.4), strict=True))
    row = compare("n", "f", 3, (1.0, 2, 9, "text"), scores.__getitem__, (2, 4))
    assert row.goal == 0.999
    assert row.mlp_layers == "x".join(map(str, steps[1]))
    assert row.ratio == pytest.approx(2 / count_parameters(3, steps[1]))
    assert row.honest_ratio == pytest.approx(9 / count_parameters(3, steps[1]))
    assert row.strict_ratio == pytest.approx(2 / count_parameters(3, steps[3]))
    never = compare("n", "f", 3, (0.99, 2, 9, "text"), dict(zip(steps, (0.1, 0.2, 0.604, 0.4, 0.608, 0.3),
                                                                           strict=True)).__getitem__, (2, 4))
    assert not never.reached
    assert (never.mlp_parameters, never.mlp_r2) == (count_parameters(3, steps[2]), 0.604)
    assert "<" in line(never)
    assert "1 where an MLP reached the goal" in closing([row, never])


@pytest.mark.slow
def test_the_parameters_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["--family", "Cube", "--seconds", "1", "--mlp-seconds", "0.05", "--largest", "2",
                     "--skip", "tables", "--csv", str(tmp_path / "o.csv")])
    main(["--skip", "formulas", "--seconds", "0.2", "--mlp-seconds", "0.02", "--largest", "2"])
    assert rows_of(tmp_path / "o.csv")[0]["name"] == "Cube"
    said = capsys.readouterr().out
    assert "favours the MLP" in said
    assert "area" in said
