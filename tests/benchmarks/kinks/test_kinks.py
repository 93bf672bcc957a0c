"""The benchmark of kinks: a short run, and that it sees places."""

from __future__ import annotations

import pytest

from benchmarks.kinks.command import main, places_of
from xnet.engine.formulas.parser import read_formula


def test_places_are_read_from_a_formula() -> None:
    network = read_formula("2*max(0, x - 3.5) + abs(z + 1) - step(2*x - 8)", ("x", "z"))

    assert sorted(places_of(network)) == pytest.approx([-1.0, 3.5, 4.0])
    assert places_of(read_formula("x + z", ("x", "z"))) == []


@pytest.mark.slow
def test_a_short_run_counts_every_formula(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--steps", "3", "--seeds", "1", "--lines", "1"]) == 0
    printed = capsys.readouterr().out.splitlines()

    assert len(printed) == 4
    assert printed[0].startswith("  0% noise: 5 of 5")
