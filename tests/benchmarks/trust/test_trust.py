"""Figures with goals, and the coverage of intervals."""

from __future__ import annotations

import pytest

from benchmarks.trust import command
from benchmarks.trust.coverage import cases, measure
from benchmarks.trust.figures import Figure, figures_table


def test_a_figure_says_its_goal_and_whether_it_is_met() -> None:
    share = Figure("coverage", 0.951, 0.93, 0.97, 400)
    count = Figure("poles", 3.0, None, 0.0, 50, percent=False)

    assert (share.goal, share.met) == ("93.0 % to 97.0 %", True)
    assert (count.goal, count.met) == ("at most 0", False)
    assert "missed" in figures_table([share, count]).splitlines()[2]
    assert "missed" not in figures_table([share, count]).splitlines()[1]


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--only", "nothing"])
    assert "coverage" in capsys.readouterr().err


@pytest.mark.slow
def test_coverage_reaches_its_goals_on_more_than_three_hundred_constants() -> None:
    overall, *groups, profiles = measure(long=False, seed=1)

    assert overall.count >= 300
    assert overall.met, overall
    assert all(group.met for group in groups), groups
    assert profiles.value < 0.5


def test_constants_that_are_held_are_no_cases() -> None:
    by_group = {case.group for case in cases(1, 0)}

    assert len(by_group) == 5
    assert all(case.estimate.method != "held" for case in cases(1, 0))
